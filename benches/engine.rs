//! How fast: runs a second on the reference ladders, a model with expression hazards, and the four paths.
//!
//! `cargo bench` measures all; `cargo bench -- ladder` some. Throughput is in runs; the transitions a run are printed once
//! for each model, so that both rates can be read off. Ratios within one sitting are what counts: the machine is shared.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail where it stands")]
#![expect(clippy::print_stderr, reason = "a benchmark tells what it measures")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use standoff::analysis::cast::Cast;
use standoff::analysis::estimate::time_points;
use standoff::analysis::exact::answer::solve;
use standoff::analysis::exact::{Options, Solvable};
use standoff::analysis::study::{Settings, Subject, study};
use standoff::analysis::sweep::space::Space;
use standoff::analysis::sweep::work::{Unit, work};
use standoff::analysis::tally::Tally;
use standoff::diagnostic::{Diagnostics, FileId, Sources, Span};
use standoff::kernel::batch::{Collector, Monitor, run_batch};
use standoff::kernel::probe::{Blind, Probe, Stretch};
use standoff::kernel::run::{Simulator, Workspace};
use standoff::model::plan::{Plan, Values, Varied};
use standoff::model::{Model, resolve};
use standoff::output::chart::{Theme, outcome_bars};
use standoff::output::sweep::record::Record;
use standoff::output::sweep::store::Store;
use standoff::program::behaviour::{Cause, Effects};
use standoff::program::bind::Bound;
use standoff::program::lower::lower;
use standoff::program::world::World;
use standoff::random::RunAddress;
use standoff::scenario::load::{self, Disk};
use standoff::scenario::study::{Design, Method};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Model, file: A and B are the ladders of the performance notes, C has hazards over a variable that moves at each jump.
const MODELS: [(&str, &str); 7] = [
    ("ladder A, memoryless", "scenarios/reference/ladder-memoryless.toml"),
    ("ladder B, semi-Markov", "scenarios/reference/ladder-semi-markov.toml"),
    ("ladder C, expressions", "benches/peers/C.toml"),
    ("continued support", "scenarios/continued-support.toml"),
    ("limited deployment", "scenarios/limited-deployment.toml"),
    ("full involvement", "scenarios/full-involvement.toml"),
    ("negotiated pause", "scenarios/negotiated-pause.toml"),
];

/// Counts, and nothing else.
#[derive(Default)]
struct Counter {
    transitions: u64,
    outcomes: [u64; 16],
}

impl Probe for Counter {
    fn begin(&mut self, _world: &World) {}
    fn dwell(&mut self, _stretch: &Stretch<'_>) {}
    fn happened(&mut self, _world: &World, _cause: Cause, effects: &Effects) {
        self.transitions += effects.fired.len() as u64;
    }
    fn milestone(&mut self, _world: &World, _milestone: usize) {}
    fn end(&mut self, _world: &World, outcome: usize) {
        self.outcomes[outcome.min(15)] += 1;
    }
}

impl Collector for Counter {
    fn merge(&mut self, other: Self) {
        self.transitions += other.transitions;
        self.outcomes.iter_mut().zip(other.outcomes).for_each(|(mine, theirs)| *mine += theirs);
    }

    fn watches_many(&self) -> bool {
        true
    }
}

fn open(path: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(&path, &Disk, &mut sources, &mut diagnostics).unwrap();
    resolve::resolve(&scenario, &mut diagnostics).unwrap()
}

fn simulator(model: &Model) -> Simulator {
    Simulator::new(Bound::central(Arc::new(lower(model))).unwrap())
}

/// One thread, nothing measured but the count: the kernel itself.
fn kernel(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kernel");
    group.sample_size(15).measurement_time(Duration::from_secs(3));
    for (name, path) in MODELS {
        let simulator = simulator(&open(path));
        let count =
            |seed, runs| run_batch(&simulator, seed, 0..runs, 1, Counter::default, &Monitor::default()).unwrap().0;
        eprintln!("{name}: {:.2} transitions a run", count(1, 4096).transitions as f64 / 4096.0);
        let runs = 1024;
        group.throughput(Throughput::Elements(runs));
        let mut seed = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                seed += 1;
                black_box(count(seed, runs).outcomes)
            });
        });
    }
    group.finish();
}

/// A whole study with its tally, on one and on two threads.
fn batches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("study");
    group.sample_size(10).measurement_time(Duration::from_secs(4));
    let model = open("scenarios/limited-deployment.toml");
    let simulator = simulator(&model);
    let points: Arc<[f64]> = time_points(&model, true).into();
    let cast = Cast::of(&model);
    let runs = 4 * 4096;
    group.throughput(Throughput::Elements(runs));
    for threads in [1, 2] {
        group.bench_function(format!("limited deployment, {threads} threads"), |bencher| {
            bencher.iter(|| {
                let make = || Tally::new(&cast, Arc::clone(&points));
                let (tally, _) = run_batch(&simulator, 1, 0..runs, threads, make, &Monitor::default()).unwrap();
                black_box(tally.transitions)
            });
        });
    }
    group.finish();
}

/// From a program to the probabilities of its outcomes at the horizon, without a run; and to all that there is to know.
fn exact(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exact");
    for (name, path) in [("ladder A", MODELS[0].1), ("limited, central hazards", "scenarios/reference/d8-limited.toml")]
    {
        let model = open(path);
        let program = Arc::new(lower(&model));
        group.bench_function(format!("{name}, probabilities"), |bencher| {
            bencher.iter(|| {
                let bound = Bound::central(Arc::clone(&program)).unwrap();
                let solvable = Solvable::new(&bound, &Options::default()).unwrap();
                black_box(solvable.probabilities().unwrap())
            });
        });
        let subject = Subject { name, digest: "", model: &model };
        group.bench_function(format!("{name}, all findings"), |bencher| {
            bencher.iter(|| black_box(solve(&subject, &[], &Options::default()).unwrap()));
        });
    }
    group.finish();
}

/// From text to a bound program, and from a tally to pictures, stage by stage.
fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stage");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/limited-deployment.toml");
    let read = || {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        load::read(&path, &Disk, &mut sources, &mut diagnostics).unwrap()
    };
    group.bench_function("read", |bencher| bencher.iter(|| black_box(read())));
    let scenario = read();
    group.bench_function("resolve", |bencher| {
        bencher.iter(|| black_box(resolve::resolve(&scenario, &mut Diagnostics::default()).unwrap()));
    });
    let model = resolve::resolve(&scenario, &mut Diagnostics::default()).unwrap();
    group.bench_function("lower", |bencher| bencher.iter(|| black_box(lower(&model))));
    let program = Arc::new(lower(&model));
    group.bench_function("bind", |bencher| bencher.iter(|| black_box(Bound::central(Arc::clone(&program)).unwrap())));
    let (simulator, cast) = (simulator(&model), Cast::of(&model));
    let points: Arc<[f64]> = time_points(&model, true).into();
    let tally = |runs| {
        let make = || Tally::new(&cast, Arc::clone(&points));
        run_batch(&simulator, 1, 0..runs, 1, make, &Monitor::default()).unwrap().0
    };
    group.bench_function("run and tally, 64 runs", |bencher| bencher.iter(|| black_box(tally(64))));
    let settings = Settings { seed: 1, runs: 1000, threads: 1, set: Vec::new() };
    let subject = Subject { name: "limited-deployment", digest: "", model: &model };
    let findings = study(&subject, &settings, &Monitor::default()).unwrap();
    group.bench_function("chart, outcomes", |bencher| {
        bencher.iter(|| black_box(outcome_bars(&findings, &Theme::default()).unwrap()))
    });
    group.finish();
}

/// A plan that asks for nothing but a grid of these.
fn plan_of(vary: Vec<Varied>) -> Plan {
    Plan {
        seed: None,
        runs: None,
        precision: None,
        max_runs: None,
        max_time: None,
        confidence: None,
        method: Method::Simulate,
        horizon: None,
        threads: None,
        set: Vec::new(),
        vary,
        design: Design::Grid,
        points: None,
        policies: vec![None],
        variants: vec![None],
        show: Vec::new(),
        threshold: None,
        refine: 0,
    }
}

/// Points of one run each, with and without a place on disk, and the same runs alone: what is more is what a point costs beyond its
/// runs.
fn sweep(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sweep");
    group.sample_size(10).measurement_time(Duration::from_secs(4));
    let model = open("scenarios/limited-deployment.toml");
    let (side, folder) = (16, tempfile::tempdir().unwrap());
    let varied = |name: &str| Varied {
        name: name.to_owned(),
        span: Span::new(FileId(0), 0, 0),
        values: Values::Listed((0..side).map(|i| f64::from(i) / f64::from(side - 1)).collect()),
    };
    let plan = plan_of(vec![varied("spiral_gain"), varied("deterrence_gain")]);
    let space = Space::new(&plan, &[Subject { name: "limited-deployment", digest: "", model: &model }], 1);
    let record = Record::new("bench", "study.toml", 1, Vec::new(), Vec::new());
    let simulators: Vec<Simulator> =
        (0..space.count()).map(|number| Simulator::new(space.bound(&space.point(number)).unwrap())).collect();
    let points = || {
        let units: Vec<Unit> =
            (0..space.count()).map(|number| Unit { point: space.point(number), runs: 0..1 }).collect();
        let (finished, failed) = work(&space, 1, &units, 1, &Monitor::default());
        assert!(failed.is_none());
        finished
    };
    group.throughput(Throughput::Elements(space.count()));
    group.bench_function("the runs of points of one run, alone", |bencher| {
        let (mut work, run) = (Workspace::default(), RunAddress::new(1, 0));
        bencher.iter(|| simulators.iter().for_each(|simulator| simulator.run(run, &mut work, &mut Blind).unwrap()));
    });
    group.bench_function("points of one run, one thread", |bencher| bencher.iter(|| black_box(points().len())));
    group.bench_function("points of one run, one thread, stored", |bencher| {
        let mut store = Store::create(folder.path(), &record).unwrap();
        bencher.iter(|| store.add(&points()).unwrap());
    });
    group.finish();
}

/// A grid of 100 by 100 points of the path with memoryless hazards, solved: all of it but the disk.
fn solved_grid(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sweep");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    let model = open("scenarios/reference/d8-limited.toml");
    let horizons: Vec<f64> = (1..=100).map(|week| f64::from(week) + 4.0).collect();
    let gains = (0..100).map(|i| f64::from(i) / 50.0).collect();
    let varied = |name: &str, values: Vec<f64>| Varied {
        name: name.to_owned(),
        span: Span::new(FileId(0), 0, 0),
        values: Values::Listed(values),
    };
    let plan = Plan {
        method: Method::Exact,
        vary: vec![varied("spiral_gain", gains), varied("horizon", horizons)],
        ..plan_of(Vec::new())
    };
    let space = Space::new(&plan, &[Subject { name: "d8-limited", digest: "", model: &model }], 1);
    group.throughput(Throughput::Elements(space.count()));
    group.bench_function("100 by 100 solved points, one thread", |bencher| {
        bencher.iter(|| {
            let units: Vec<Unit> =
                (0..space.count()).map(|number| Unit { point: space.point(number), runs: 0..1 }).collect();
            let (finished, failed) = work(&space, 1, &units, 1, &Monitor::default());
            assert!(failed.is_none());
            black_box(finished.len())
        });
    });
    group.finish();
}

criterion_group!(benches, kernel, batches, exact, stages, sweep, solved_grid);
criterion_main!(benches);
