//! From the text of a study to a sweep that can be carried out.

use super::super::arguments::ModelArguments;
use super::super::effort::{MOST, PRECISION};
use super::super::exit::{Exit, Trouble};
use super::super::open::{self, Opened};
use super::super::{settings, study};
use super::asked::{Asked, Kept, Recorder};
use crate::analysis::estimate::CONFIDENCE;
use crate::analysis::exact::explore::Limits;
use crate::analysis::exact::{Options, Solvable, Unsolvable};
use crate::analysis::study::Subject;
use crate::analysis::sweep::effort::{Effort, Stop};
use crate::analysis::sweep::estimates::{Kind, Quantity, quantities};
use crate::analysis::sweep::space::Space;
use crate::model::Model;
use crate::model::plan::Plan;
use crate::output::format::grouped;
use crate::output::sweep::record::{FileRecord, Record, ScenarioRecord};
use crate::scenario::load::Files;
use crate::scenario::study::Method;
use std::path::{Path, PathBuf};

/// The runs of each point where nothing is said.
const RUNS: u64 = 10_000;
/// Chains of at most so many states are solved where the method is left to the program.
const FEW: usize = 20_000;

/// A sweep, understood.
pub struct Sweep {
    pub record: Record,
    pub space: Space,
    pub effort: Effort,
    /// How many times the cells of a grid that the threshold crosses are split.
    pub refine: u32,
    pub threads: Option<u64>,
    /// Outcomes, milestones and consequences that charts show; all if empty.
    pub show: Vec<String>,
    /// What was read, to point into.
    pub scenarios: Vec<Opened>,
}

/// Reads what is asked, and shows its mistakes.
pub fn prepare(asked: &Asked) -> Result<Sweep, Trouble> {
    let recorder = Recorder::new(asked);
    let mut sweep = understand(&recorder, &asked.path, &asked.name)?;
    let file = |(path, bytes): (PathBuf, Vec<u8>)| FileRecord {
        path: path.to_string_lossy().into_owned(),
        text: String::from_utf8_lossy(&bytes).into_owned(),
    };
    sweep.record.files = recorder.into_read().into_iter().map(file).collect();
    Ok(sweep)
}

/// Reads what a folder has kept; `text`, if given, takes the place of its study.
pub fn prepare_kept(record: &Record, text: Option<String>) -> Result<Sweep, Trouble> {
    let mut files = record.files.clone();
    if let Some(text) = text {
        files.iter_mut().filter(|file| file.path == record.study).for_each(|file| file.text.clone_from(&text));
    }
    let kept = Kept(files.iter().map(|file| (PathBuf::from(&file.path), file.text.clone())).collect());
    let mut sweep = understand(&kept, Path::new(&record.study), &record.name)?;
    sweep.record.files = files;
    Ok(sweep)
}

fn understand(files: &dyn Files, path: &Path, name: &str) -> Result<Sweep, Trouble> {
    let study::OpenedStudy { file, scenarios, plan } = study::open_from(files, path);
    let mut all = vec![file];
    all.extend(scenarios);
    open::show_mistakes(&mut all)?;
    let mut scenarios = all.split_off(1);
    let plan = plan.expect("a study without mistakes has a plan");
    let horizon = ModelArguments { horizon: plan.horizon.clone(), ..ModelArguments::default() };
    for opened in &mut scenarios {
        let model = opened.model.as_mut().expect("a scenario without mistakes has a model");
        settings::set_horizon(model, &horizon)?;
    }
    for (i, one) in scenarios.iter().enumerate() {
        if let Some(other) = scenarios[..i].iter().find(|other| other.name == one.name) {
            let (one, other) = (one.path.display(), other.path.display());
            let message = format!("error: `{other}` and `{one}` have one name, by which results are told: rename one");
            return Err(Trouble::new(Exit::Usage, message));
        }
    }
    let model = |opened: &Opened| -> Model { opened.model.clone().expect("a scenario without mistakes has a model") };
    let read: Vec<(Model, String)> = scenarios.iter().map(|opened| (model(opened), opened.digest())).collect();
    let subjects: Vec<Subject<'_>> = scenarios
        .iter()
        .zip(&read)
        .map(|(opened, (model, digest))| Subject { name: &opened.name, digest, model })
        .collect();
    let seed = plan.seed.unwrap_or(1);
    let mut space = Space::new(&plan, &subjects, seed);
    if plan.method == Method::Auto {
        space.method = match automatic(&plan, &space) {
            Ok(()) => Method::Exact,
            Err(why) => {
                eprintln!("note: simulated, as not all of it can be solved: {why}");
                Method::Simulate
            }
        };
    }
    let told =
        |subject: &Subject<'_>| ScenarioRecord { name: subject.name.to_owned(), digest: subject.digest.to_owned() };
    let study = path.to_string_lossy();
    let record = Record::new(name, &study, seed, subjects.iter().map(told).collect(), Vec::new());
    let stop = stop(&plan, space.method)?;
    let effort = Effort::new(&space, stop, plan.confidence.unwrap_or(CONFIDENCE), plan.threshold, &plan.show);
    Ok(Sweep { record, space, effort, refine: plan.refine, threads: plan.threads, show: plan.show, scenarios })
}

/// When the runs of a point end. Where nothing is said, all have as many, unless a threshold asks how near they are to it.
fn stop(plan: &Plan, method: Method) -> Result<Stop, Trouble> {
    if plan.max_time.is_some() {
        let message = "error: a sweep has no `max_time`, which would make its results depend on the machine: end it with Ctrl-C, and go on with `--resume`";
        return Err(Trouble::new(Exit::Usage, message));
    }
    let until = |precision| Stop::Until { precision, most: plan.max_runs.unwrap_or(MOST) };
    Ok(match (method, plan.runs, plan.precision) {
        (Method::Exact, ..) => Stop::Solved,
        (_, Some(runs), _) => Stop::Fixed(runs),
        (_, None, Some(precision)) => until(precision),
        (_, None, None) if plan.threshold.is_some() || plan.max_runs.is_some() => until(PRECISION),
        (_, None, None) => Stop::Fixed(RUNS),
    })
}

/// The method of a study that leaves it to the program: exact, if all that is shown are outcomes of Markov chains. Otherwise
/// the reason why not.
fn automatic(plan: &Plan, space: &Space) -> Result<(), String> {
    for case in 0..space.cases.len() {
        let swept = &space.scenarios[space.cases[case].scenario];
        let all = quantities(&swept.model);
        let asked = |one: &&Quantity| {
            let is_threshold = plan.threshold.as_ref().is_some_and(|threshold| threshold.name == one.name);
            is_threshold || plan.show.is_empty() || plan.show.contains(&one.name)
        };
        if let Some(other) = all.iter().filter(asked).find(|one| one.kind != Kind::Outcome) {
            return Err(format!("`{}` is no outcome, and sweeps solve outcomes alone", other.name));
        }
        let point = space.point(case as u64 * space.points_per_case());
        let bound = space.bound(&point).map_err(|unbindable| unbindable.message)?;
        let options = Options { limits: Limits { states: FEW, ..Limits::default() }, phases: None };
        let why = |unsolvable: Unsolvable| match unsolvable {
            Unsolvable::Refused(refusal) => format!("{}: {}", refusal.what, refusal.reason.text),
            _ => format!("its Markov chain has more than {} states, or cannot be solved", grouped(FEW as u64)),
        };
        Solvable::new(&bound, &options).map_err(|unsolvable| format!("{}: {}", swept.name, why(unsolvable)))?;
    }
    Ok(())
}
