//! From the text of a study to a sweep that can be carried out.

use super::super::arguments::ModelArguments;
use super::super::exit::{Exit, Trouble};
use super::super::open::{self, Opened};
use super::super::{settings, study};
use super::asked::{Asked, Kept, Recorder};
use crate::analysis::estimate::{CONFIDENCE, quantile_of};
use crate::analysis::study::Subject;
use crate::analysis::sweep::space::Space;
use crate::model::Model;
use crate::model::plan::Plan;
use crate::output::sweep::record::{FileRecord, Record, ScenarioRecord};
use crate::scenario::load::Files;
use crate::scenario::study::Method;
use crate::stats::interval::runs_for;
use crate::stats::sequence::Precision;
use std::path::{Path, PathBuf};

/// A sweep, understood.
pub struct Sweep {
    pub record: Record,
    pub space: Space,
    pub runs: u64,
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
    let space = Space::new(&plan, &subjects, seed);
    let told =
        |subject: &Subject<'_>| ScenarioRecord { name: subject.name.to_owned(), digest: subject.digest.to_owned() };
    let study = path.to_string_lossy();
    let record = Record::new(name, &study, seed, subjects.iter().map(told).collect(), Vec::new());
    let runs = runs(&plan)?;
    Ok(Sweep { record, space, runs, threads: plan.threads, show: plan.show, scenarios })
}

/// The runs of each point: the same for all, so that they can be compared and continued. A precision is planned for, not
/// stopped at: it holds for whatever probability comes out.
fn runs(plan: &Plan) -> Result<u64, Trouble> {
    Ok(match (plan.method, plan.precision) {
        // An exact answer takes the place of all runs.
        (Method::Exact, _) => 1,
        (Method::Simulate, None) => plan.runs.unwrap_or(10_000),
        (Method::Simulate, Some(Precision::Absolute(half_width))) => {
            runs_for(half_width, quantile_of(plan.confidence.unwrap_or(CONFIDENCE)))
        }
        (Method::Simulate, Some(Precision::Relative(_))) => {
            let message =
                "error: all points of a sweep have as many runs: write the precision in points, as in \"1 point\"";
            return Err(Trouble::new(Exit::Usage, message));
        }
    })
}
