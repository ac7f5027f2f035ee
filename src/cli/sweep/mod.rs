//! `standoff sweep`, `extend`, `merge` and `status`: many settings of scenarios, in a folder that loses no work.
//!
//! All four are one thing: what is asked is read, what is there is found, what is missing is run, and when nothing is
//! missing the results are written. They differ in where they find what is asked.

mod asked;
mod merge;
mod prepare;
mod progress;
mod status;
mod todo;

use super::arguments::{ChartArguments, ExtendArguments, SweepArguments};
use super::exit::{Exit, Trouble};
use super::run::{self, quoted};
use super::{exact, interrupt, moment};
use crate::analysis::Method;
use crate::analysis::study::Failure;
use crate::analysis::sweep::estimates::{Estimate, Kind, estimates, quantities};
use crate::analysis::sweep::work::{Cause, Failed, Finished, work};
use crate::kernel::batch::{BLOCK, Monitor};
use crate::output::chart::Theme;
use crate::output::folder::prepare as prepare_folder;
use crate::output::format::grouped;
use crate::output::manifest::Manifest;
use crate::output::sweep::folder::{Finished as Whole, write_results};
use crate::output::sweep::levels::Levels;
use crate::output::sweep::record::Record;
use crate::output::sweep::store::{self, Store};
use crate::output::sweep::told;
pub use merge::merge;
use prepare::Sweep;
use progress::Live;
pub use status::status;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use todo::{Done, Todo, done};

/// A tile lasts at least so many seconds …
const SHORTEST: f64 = 0.5;
/// … and at most so many, …
const LONGEST: f64 = 60.0;
/// … and in between this part of the time that has passed: what a kill can cost.
const SHARE: f64 = 0.01;

pub fn sweep(arguments: &SweepArguments) -> Result<Exit, Trouble> {
    let asked = asked::asked(arguments)?;
    let mut sweep = prepare::prepare(&asked)?;
    let folder = arguments.out.clone().unwrap_or_else(|| Path::new("out").join(&asked.name));
    let goes_on = arguments.resume || arguments.part.is_some();
    let mut store = match store::record(&folder).map_err(files)? {
        None => {
            prepare_folder(&folder).map_err(files)?;
            Store::create(&folder, &sweep.record).map_err(files)?
        }
        Some(there) => {
            refuse_other_study(&folder, &there, &sweep.record, goes_on)?;
            Store::open(&folder, &there).map_err(files)?
        }
    };
    let all = 0..sweep.space.count();
    let points = arguments.part.map_or(all, |part| part.of(sweep.space.count()));
    let threads = arguments.flags.machine.threads.or(sweep.threads);
    carry_out(&mut sweep, &folder, &mut store, points, threads, &arguments.charts)
}

/// A folder with another study in it is left alone.
fn refuse_other_study(folder: &Path, there: &Record, asked: &Record, goes_on: bool) -> Result<(), Trouble> {
    let differences = there.differences(asked);
    let shown = quoted(&folder.to_string_lossy());
    let message = match (differences.as_slice(), goes_on) {
        ([], true) => return Ok(()),
        ([], false) => format!(
            "error: this sweep is in {shown} already: add `--resume` to go on with it, see `standoff status {shown}`, or choose another folder with `--out`"
        ),
        (told, _) => format!(
            "error: {shown} has another study in it, and one folder has one study:\n  {}\nPut it back as it was, or choose another folder with `--out`. More points or runs of the same study are added by `standoff extend {shown}`.",
            told.join("\n  ")
        ),
    };
    Err(Trouble::new(Exit::Usage, message))
}

/// Adds points or runs to a study.
pub fn extend(arguments: &ExtendArguments) -> Result<Exit, Trouble> {
    let folder = &arguments.folder;
    let there = record_of(folder)?;
    let mut before = prepare::prepare_kept(&there, None)?;
    let flags = super::arguments::SweepFlags {
        runs: arguments.runs,
        precision: arguments.precision.clone(),
        max_runs: arguments.max_runs,
        refine: arguments.refine,
        points: arguments.points,
        vary: arguments.vary.clone(),
        policy: arguments.policy.clone(),
        variant: arguments.variant.clone(),
        machine: arguments.machine.clone(),
        ..Default::default()
    };
    let text = asked::with_flags(there.text(), &flags)?;
    let mut sweep = prepare::prepare_kept(&there, Some(text.clone()))?;
    if let (Some(had), Some(asked)) = (before.effort.fixed(), sweep.effort.fixed())
        && asked < had
    {
        let message = format!(
            "error: the study has {} runs of each point already, and {} are fewer",
            grouped(had),
            grouped(asked)
        );
        return Err(Trouble::new(Exit::Usage, message));
    }
    let mut store = Store::open(folder, &there).map_err(files)?;
    let had = unfold(&mut before, &mut store)?.0;
    let kept = unfold(&mut sweep, &mut store)?.0;
    if kept.runs < had.runs {
        let message = format!(
            "error: of {} runs that are there, {} would be in the extended study: extend it by values in between or beyond, by more runs or a nearer precision, or sweep into another folder",
            grouped(had.runs),
            grouped(kept.runs)
        );
        return Err(Trouble::new(Exit::Usage, message));
    }
    // From its beginning again, as `carry_out` has it.
    let mut sweep = prepare::prepare_kept(&there, Some(text))?;
    let mut store = Store::create(folder, &sweep.record).map_err(files)?;
    let (points, threads) = (0..sweep.space.count(), arguments.machine.threads.or(sweep.threads));
    carry_out(&mut sweep, folder, &mut store, points, threads, &arguments.charts)
}

/// Goes through the levels that are done, without running anything; what is done of all points then, and the levels.
fn unfold(sweep: &mut Sweep, store: &mut Store) -> Result<(Done, Levels), Trouble> {
    let mut levels = Levels::new(&sweep.space, &sweep.effort, sweep.refine);
    loop {
        let count = sweep.space.count();
        let there = done(&sweep.space, &sweep.effort, store, 0..count).map_err(files)?;
        if there.points < count || !levels.next(&mut sweep.space, &sweep.effort, store).map_err(files)? {
            return Ok((there, levels));
        }
    }
}

/// The record of a sweep's folder.
fn record_of(folder: &Path) -> Result<Record, Trouble> {
    store::record(folder).map_err(files)?.ok_or_else(|| {
        let message = format!("error: there is no sweep in {}: no study.json", quoted(&folder.to_string_lossy()));
        Trouble::new(Exit::Files, message)
    })
}

fn files(error: impl std::fmt::Display) -> Trouble {
    Trouble::new(Exit::Files, format!("error: {error}"))
}

/// Runs what is missing of some of the design's points, and, if then nothing is missing of any, refines the grid and writes the
/// results.
fn carry_out(
    sweep: &mut Sweep,
    folder: &Path,
    store: &mut Store,
    points: Range<u64>,
    threads: Option<u64>,
    charts: &ChartArguments,
) -> Result<Exit, Trouble> {
    let (started, clock) = (moment::now(), Instant::now());
    let threads = super::arguments::MachineArguments { threads }.threads();
    for path in &store.damaged {
        eprintln!("note: `{}` is damaged; what was in it is run again", path.display());
    }
    let shown = quoted(&folder.to_string_lossy());
    let count = sweep.space.designed();
    let mut levels = Levels::new(&sweep.space, &sweep.effort, sweep.refine);
    let mut level = points;
    loop {
        run_missing(sweep, folder, store, level.clone(), threads)?;
        let _ = std::fs::remove_file(folder.join(progress::FILE));
        if interrupt::came() {
            let here = done(&sweep.space, &sweep.effort, store, 0..sweep.space.count()).map_err(files)?;
            eprintln!(
                "{} points are done and kept. The same command with `--resume` goes on from here.",
                grouped(here.points)
            );
            return Ok(Exit::Interrupted);
        }
        if level.end <= count && level != (0..count) {
            let there = done(&sweep.space, &sweep.effort, store, 0..count).map_err(files)?.points;
            if there < count {
                println!("{} of {} points are in {shown}", grouped(there), grouped(count));
                println!("When the other parts are done: standoff merge FOLDER … -o FOLDER");
                return Ok(Exit::Done);
            }
        }
        let before = sweep.space.count();
        if !levels.next(&mut sweep.space, &sweep.effort, store).map_err(files)? {
            break;
        }
        level = before..sweep.space.count();
    }
    let manifest = Manifest {
        version: sweep.record.version.clone(),
        command: run::command_line(),
        started,
        duration_seconds: clock.elapsed().as_secs_f64(),
        seed: sweep.record.seed,
        runs: 0,
        runs_requested: 0,
        points: Some(sweep.space.count()),
        threads,
        partial: false,
        settings: Vec::new(),
        uncertainty: None,
        method: Method::Simulation,
        rare: Vec::new(),
        files: sweep.record.digests(),
        outputs: Vec::new(),
    };
    let finished =
        Whole { record: &sweep.record, space: &sweep.space, effort: &sweep.effort, levels: &levels, show: &sweep.show };
    let models = sweep.space.scenarios.iter().map(|scenario| &scenario.model);
    // However a sweep came together, at once, by resuming, extending or merging, its files are the same.
    let theme = Theme { command: None, ..super::charts::theme(charts, models) };
    let told = write_results(folder, &finished, store, &theme, manifest).map_err(files)?;
    println!("{}", told::text(&sweep.space, &sweep.effort, &told, sweep.record.seed));
    println!("Tables and charts are in {shown}");
    Ok(if told.spent.short > 0 { Exit::Imprecise } else { Exit::Done })
}

/// Runs what is missing, tile after tile; each is on disk before the next begins.
fn run_missing(
    sweep: &Sweep,
    folder: &Path,
    store: &mut Store,
    points: Range<u64>,
    threads: usize,
) -> Result<(), Trouble> {
    let before = done(&sweep.space, &sweep.effort, store, points.clone()).map_err(files)?;
    let wanted = points.end - points.start;
    if before.points == wanted {
        return Ok(());
    }
    // Results that are there are of less than what is asked for now.
    let _ = std::fs::remove_file(folder.join("manifest.json"));
    let live = Live {
        points: AtomicU64::new(before.points),
        points_wanted: wanted,
        runs_before: before.runs,
        runs_wanted: AtomicU64::new(wanted.saturating_mul(sweep.effort.first())),
        ..Live::default()
    };
    let monitor = Arc::new(Monitor::default());
    interrupt::listen();
    interrupt::watch(&monitor);
    let mut watched = Watched::new(sweep);
    progress::while_shown(folder, &live, &monitor, || {
        let begun = Instant::now();
        let mut todo = Todo::new(&sweep.space, &sweep.effort, points);
        // Runs a second on one thread; the first tile finds out.
        let mut speed = 2.0 * BLOCK as f64;
        loop {
            let lasts = (begun.elapsed().as_secs_f64() * SHARE).clamp(SHORTEST, LONGEST);
            let (runs, each) = ((speed * lasts * threads as f64) as u64, (speed * lasts / 4.0) as u64);
            let units = todo.tile(store, runs, each).map_err(files)?;
            live.points.store(todo.finished, Ordering::Relaxed);
            if sweep.effort.fixed().is_none() && todo.finished > 0 {
                // As many runs a point as there were so far.
                let runs = before.runs + monitor.finished();
                let all = u128::from(runs) * u128::from(wanted) / u128::from(todo.finished);
                live.runs_wanted.store(u64::try_from(all).unwrap_or(u64::MAX), Ordering::Relaxed);
            }
            if units.is_empty() {
                return Ok(());
            }
            let clock = Instant::now();
            let (finished, failed) = work(&sweep.space, sweep.record.seed, &units, threads, &monitor);
            let runs: u64 = finished.iter().map(|one| one.runs.end - one.runs.start).sum();
            speed = (runs as f64 / clock.elapsed().as_secs_f64().max(1e-6) / threads as f64).max(1.0);
            store.add(&finished).map_err(files)?;
            watched.see(&finished, &live);
            if let Some(failed) = failed {
                return Err(trouble(sweep, failed));
            }
            if monitor.is_stopped() {
                return Ok(());
            }
        }
    })
}

/// The outcome whose estimates are told while a sweep goes on: the first that is shown.
struct Watched {
    name: String,
    /// Its place among the quantities of the first scenario, if it is an outcome or milestone there.
    place: Option<usize>,
    least: f64,
    most: f64,
}

impl Watched {
    fn new(sweep: &Sweep) -> Watched {
        let all = quantities(&sweep.space.scenarios[0].model);
        let name =
            sweep.show.first().cloned().unwrap_or_else(|| all.first().map_or_else(String::new, |one| one.name.clone()));
        let single = sweep.space.scenarios.len() == 1;
        let place = all.iter().position(|one| one.name == name && one.kind != Kind::Consequence).filter(|_| single);
        Watched { name, place, least: f64::INFINITY, most: f64::NEG_INFINITY }
    }

    fn see(&mut self, finished: &[Finished], live: &Live) {
        let Some(place) = self.place else { return };
        for Estimate { value, .. } in finished.iter().filter_map(|one| estimates(&one.answer, 0.0).get(place).copied())
        {
            (self.least, self.most) = (self.least.min(value), self.most.max(value));
        }
        let told = format!(", {} {:.1} to {:.1} %", self.name, 100.0 * self.least, 100.0 * self.most);
        *live.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = told;
    }
}

/// A point that cannot be run, as a message that points into the scenario.
fn trouble(sweep: &Sweep, failed: Failed) -> Trouble {
    let Failed { point, cause } = failed;
    let opened = &sweep.scenarios[sweep.space.cases[point.case].scenario];
    let model = super::arguments::ModelArguments {
        policy: sweep.space.cases[point.case].policy.iter().cloned().collect(),
        variant: sweep.space.cases[point.case].variant.iter().cloned().collect(),
        set: sweep.space.settings(&point).into_iter().map(|(name, value)| format!("{name}={value}")).collect(),
        horizon: Some(point.horizon.to_string()),
        ..Default::default()
    };
    let failed = |failure| {
        run::trouble(failure, &opened.sources, &run::Again { path: &opened.path, model: &model, follow: false })
    };
    let mut trouble = match cause {
        Cause::Unbindable(unbindable) => failed(Failure::Unbindable(unbindable)),
        Cause::Fault(fault) => failed(Failure::Fault(fault)),
        Cause::Unsolvable(unsolvable) => exact::trouble(unsolvable, opened, &model),
    };
    let told = told::point_in_words(&sweep.space, &point);
    trouble.message =
        format!("error: point {} ({told}) cannot be run; what is done is kept\n{}", point.number, trouble.message);
    trouble
}
