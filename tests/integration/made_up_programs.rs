//! Programs that nobody chose: however their runs are made, they are the same runs.

use crate::author::{Author, Kind};
use crate::diary::{Alone, Diary};
use crate::support::{model, simulator};
use standoff::analysis::cast::Cast;
use standoff::analysis::doubt::drawing::Drawing;
use standoff::analysis::durations::{Counted, DurationsTally};
use standoff::analysis::estimate::time_points;
use standoff::analysis::tally::Tally;
use standoff::kernel::batch::{Monitor, RunFault, run_batch, run_drawn};
use standoff::kernel::wave::WIDTH;
use standoff::program::sheet::lanes::LANES;
use std::ops::Range;
use std::sync::Arc;

/// What has become of runs, or the first fault.
fn sorted(done: Result<(Diary, u64), RunFault>) -> Result<Vec<String>, RunFault> {
    done.map(|(mut diary, _)| {
        diary.finished.sort();
        diary.finished
    })
}

/// Runs one after the other, and many in flight, tell the same: with the parameters of the file and with their own. Gives whether they
/// take steps, have physical states, and come to a fault.
fn assert_same_runs(text: &str, seed: u64) -> [bool; 3] {
    let model = model(text);
    let simulator = simulator(&model);
    let program = simulator.bound().program();
    let (takes_steps, is_physical) = (program.takes_steps, program.has_physical_states());
    let runs = if takes_steps { 2 * LANES } else { WIDTH } as u64 + 31;
    let (cast, points): (Cast, Arc<[f64]>) = (Cast::of(&model), time_points(&model, true).into());
    let count =
        || Counted { tally: Tally::new(&cast, Arc::clone(&points)), durations: DurationsTally::new(&model, &points) };
    let abreast = run_batch(&simulator, seed, 0..runs, 2, count, &Monitor::default());
    let one_by_one = run_batch(&simulator, seed, 0..runs, 1, || Alone(count()), &Monitor::default());
    match (abreast, one_by_one) {
        (Ok((abreast, _)), Ok((one_by_one, _))) => assert!(abreast == one_by_one.0, "seed {seed}, counted\n{text}"),
        // Such runs may have told of ten thousand events by then.
        (abreast, one_by_one) => {
            assert_eq!(abreast.err(), one_by_one.err(), "seed {seed}, counted\n{text}");
            return [takes_steps, is_physical, true];
        }
    }
    let make = |many: bool| move || Diary::new(many, takes_steps);
    let batch = |many| sorted(run_batch(&simulator, seed, 0..runs, 1, make(many), &Monitor::default()));
    assert!(batch(false) == batch(true), "seed {seed}\n{text}");
    let drawing = Drawing::new(&model, &[], seed).unwrap();
    let drawn = |many| {
        let bind = |point| drawing.bind(point);
        sorted(run_drawn(&simulator, bind, seed, 0..runs, 1, make(many), &Monitor::default()))
    };
    assert!(drawn(false) == drawn(true), "seed {seed}, with parameters of their own\n{text}");
    [takes_steps, is_physical, false]
}

fn assert_all(seeds: Range<u64>, kind: Kind) -> [usize; 3] {
    let mut counts = [0; 3];
    for seed in seeds {
        let text = Author::new(seed, kind).scenario();
        let found = assert_same_runs(&text, seed);
        counts.iter_mut().zip(found).for_each(|(count, found)| *count += usize::from(found));
    }
    counts
}

#[test]
fn made_up_events_are_the_same_events_in_waves() {
    let [_, physical, faulty] = assert_all(1..61, Kind::Events);
    assert!(physical > 30 && faulty < 20, "{physical} with physical states, {faulty} with a fault");
}

#[test]
fn made_up_steps_are_the_same_steps_abreast() {
    let [stepping, _, faulty] = assert_all(1..61, Kind::Steps);
    assert!(stepping > 40 && faulty < 20, "{stepping} take steps, {faulty} with a fault");
}

/// `STANDOFF_MADE_UP=8000 cargo test --test integration -- --ignored made_up`, for as many of each kind.
#[test]
#[ignore = "takes as long as it is told to"]
fn many_made_up_programs_run_the_same_in_any_way() {
    let count = std::env::var("STANDOFF_MADE_UP").ok().and_then(|count| count.parse().ok()).unwrap_or(1000);
    for kind in [Kind::Events, Kind::Steps] {
        let [_, _, faulty] = assert_all(1000..1000 + count, kind);
        assert!(faulty < count as usize / 3, "{faulty} of {count} with a fault");
    }
}
