//! `standoff report`: what `run` finds, as a document that goes straight to its readers.

use super::arguments::{ReportArguments, RunArguments};
use super::exit::{Exit, Trouble};
use super::open::Opened;
use super::run::{self, Again, Asked};
use super::{interrupt, moment, progress};
use crate::analysis::Findings;
use crate::analysis::chosen::{Choosing, Chosen, Measure, choose};
use crate::analysis::doubt::drawing::Drawing;
use crate::analysis::history::History;
use crate::analysis::journey::{Route, journey_simulator};
use crate::analysis::study::{Failure, simulator};
use crate::diagnostic::nearest::nearest;
use crate::kernel::batch::{RunFault, Runner};
use crate::model::Model;
use crate::output::folder;
use crate::output::manifest::{FileDigest, Manifest};
use crate::output::report::{self, Narrated, Report, Study};
use crate::program::behaviour::Fault;
use crate::random::RunAddress;
use std::path::Path;
use std::time::Instant;

/// Histories are chosen from the first so many runs, at these shares of them.
const AMONG: u64 = 2001;
const SHARES: [f64; 3] = [0.1, 0.5, 0.9];

pub fn report(arguments: &ReportArguments) -> Result<Exit, Trouble> {
    let (started, clock) = (moment::now(), Instant::now());
    let asked = run::ask(&arguments.run)?;
    let out = arguments.run.out.as_deref().unwrap_or(Path::new("report"));
    let studies = arguments.studies.iter().map(|folder| Study::open(folder)).collect::<Result<Vec<_>, _>>();
    let studies = studies.map_err(|error| Trouble::new(Exit::Usage, format!("error: {error}")))?;
    let measures = measures(&asked, arguments.histories.as_deref())?;
    folder::prepare(out).map_err(run::files)?;
    interrupt::listen();
    let mut answers: Vec<(usize, Findings, Manifest, Vec<Narrated>)> = Vec::new();
    for (index, measure) in measures.iter().enumerate() {
        if let Some((mut findings, manifest)) = asked.answer(index)? {
            findings.words = findings.words.or(Some(crate::analysis::words::Yardstick::Icd203));
            let stories = stories(&asked, index, &findings, measure)?;
            answers.push((index, findings, manifest, stories));
        }
        if interrupt::came() {
            break;
        }
    }
    if answers.is_empty() {
        return Ok(run::exit([]));
    }
    let paths = answers.iter().map(|(index, findings, _, stories)| {
        let opened = &asked.all[*index];
        let files = asked.study_files.iter().cloned().chain(opened.files()).collect();
        report::Path::new(findings, model(opened), files, stories.clone())
    });
    let theme = super::charts::theme(&arguments.run.charts, asked.all.iter().flat_map(|opened| &opened.model));
    let report = Report { paths: paths.collect(), studies, command: command(), theme };
    let files = progress::with_steps("drawing", answers.len(), |step| {
        report::files(&report, arguments.run.machine.threads(), step)
    });
    let files = files.map_err(run::files)?;
    let manifest = manifest(&answers, started, clock);
    report::write(out, &files, manifest).map_err(run::files)?;
    println!("The report is {}", out.join("report.html").display());
    println!("The same as Markdown, its charts and its tables are beside it");
    Ok(run::exit(answers.iter().map(|(_, findings, ..)| findings)))
}

fn model(opened: &Opened) -> &Model {
    opened.model.as_ref().expect("a scenario without mistakes has a model")
}

/// The models that runs of a scenario may be in.
fn models(opened: &Opened) -> Vec<&Model> {
    match &opened.journey {
        Some(journey) => journey.legs.iter().map(|leg| &leg.model).collect(),
        None => vec![model(opened)],
    }
}

/// By what histories are chosen, for each scenario. A name must be a consequence of one of them at least.
fn measures(asked: &Asked, name: Option<&str>) -> Result<Vec<Measure>, Trouble> {
    let all: Vec<Vec<&Model>> = asked.all.iter().map(models).collect();
    let Some(name) = name else { return Ok(all.iter().map(|models| Measure::first(models)).collect()) };
    let found: Vec<Option<Measure>> = all.iter().map(|models| Measure::named(models, name)).collect();
    if found.iter().all(Option::is_none) {
        let names = all.iter().flatten().flat_map(|model| &model.consequences).map(|one| one.name.as_str());
        let near = nearest(name, names.clone()).map_or_else(
            || match names.clone().next() {
                Some(first) => format!("; there is `{first}`, for one"),
                None => "; the scenarios have none: leave `--histories` out".to_owned(),
            },
            |near| format!("; did you mean `{near}`?"),
        );
        return Err(Trouble::new(Exit::Usage, format!("error: no consequence is called `{name}`{near}")));
    }
    let or_first = found.into_iter().zip(&all).map(|(found, models)| found.unwrap_or_else(|| Measure::first(models)));
    Ok(or_first.collect())
}

/// The histories of a scenario that are told.
fn stories(asked: &Asked, index: usize, findings: &Findings, measure: &Measure) -> Result<Vec<Narrated>, Trouble> {
    let (opened, sets, arguments) = (&asked.all[index], asked.sets[index].as_slice(), &asked.arguments);
    let again = again(opened, arguments);
    let trouble = |failure| run::trouble(failure, &opened.sources, &again);
    let seed = arguments.model.seed();
    let among = if findings.origin.runs == 0 { AMONG } else { findings.origin.runs.min(AMONG) };
    let models = models(opened);
    let drawn = asked.method.is_some();
    let narrated = |history: &History<'_>, chosen: Chosen| {
        let command = run::replay_command(&again, seed, chosen.run, drawn.then_some(chosen.run));
        Narrated::new(history, (chosen, measure, among), seed, command)
    };
    let fault =
        |run: u64| move |fault: Fault| Failure::Fault(RunFault { run, seed, point: drawn.then_some(run), fault });
    if let Some(journey) = &opened.journey {
        let simulator = journey_simulator(Route { journey, sets }).map_err(trouble)?;
        let chosen = choose(&Choosing::Alike(&simulator), &models, measure, (seed, among), &SHARES);
        let tell = |one: Chosen| {
            let mut history = History::of_journey(journey);
            let address = RunAddress::new(seed, one.run);
            simulator.run(address, &mut Default::default(), &mut history).map_err(fault(one.run))?;
            Ok(narrated(&history, one))
        };
        return chosen
            .map_err(Failure::Fault)
            .map_err(trouble)?
            .into_iter()
            .map(|one| tell(one).map_err(trouble))
            .collect();
    }
    let mut simulator = simulator(models[0], &sets[0]).map_err(trouble)?;
    let drawing = if drawn { Some(Drawing::new(models[0], &sets[0], seed).map_err(trouble)?) } else { None };
    let choosing = match &drawing {
        Some(drawing) => Choosing::Drawn(&simulator, drawing),
        None => Choosing::Alike(&simulator),
    };
    let chosen =
        choose(&choosing, &models, measure, (seed, among), &SHARES).map_err(Failure::Fault).map_err(trouble)?;
    let mut told = Vec::new();
    for one in chosen {
        if let Some(drawing) = &drawing {
            simulator.rebind(drawing.bind(one.run).map_err(fault(one.run)).map_err(trouble)?);
        }
        let mut history = History::new(models[0]);
        let address = RunAddress::new(seed, one.run);
        let ended = simulator.run(address, &mut Default::default(), &mut history);
        ended.map_err(fault(one.run)).map_err(trouble)?;
        told.push(narrated(&history, one));
    }
    Ok(told)
}

fn again<'a>(opened: &'a Opened, arguments: &'a RunArguments) -> Again<'a> {
    Again { path: &opened.path, model: &arguments.model, follow: arguments.journey.follow }
}

/// What was typed, without what does not change the report.
fn command() -> String {
    let mut words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let mut kept = vec!["standoff".to_owned()];
    while let Some(word) = words.next() {
        match word.as_str() {
            "--threads" | "--out" | "-o" => drop(words.next()),
            other if other.starts_with("--threads=") || other.starts_with("--out=") => {}
            other if other.starts_with("-o") => {}
            other => kept.push(run::quoted(other)),
        }
    }
    kept.join(" ")
}

/// How the report came to be: the manifests of its answers, put together.
fn manifest(answers: &[(usize, Findings, Manifest, Vec<Narrated>)], started: String, clock: Instant) -> Manifest {
    let each = || answers.iter().map(|(_, _, manifest, _)| manifest);
    let first = &answers[0].2;
    let mut files: Vec<FileDigest> = Vec::new();
    for file in each().flat_map(|manifest| &manifest.files) {
        if !files.contains(file) {
            files.push(file.clone());
        }
    }
    Manifest {
        started,
        duration_seconds: clock.elapsed().as_secs_f64(),
        runs: each().map(|manifest| manifest.runs).sum(),
        runs_requested: each().map(|manifest| manifest.runs_requested).sum(),
        threads: each().map(|manifest| manifest.threads).max().unwrap_or(1),
        partial: each().any(|manifest| manifest.partial),
        files,
        outputs: Vec::new(),
        ..first.clone()
    }
}
