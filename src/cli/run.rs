//! `standoff run`: simulates scenarios and writes what they say.

use super::arguments::{MethodChoice, ModelArguments, RunArguments};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use super::{exact, interrupt, moment, progress, settings, study};
use crate::analysis::Findings;
use crate::analysis::exact::Options;
use crate::analysis::study::{Failure, Settings, Subject, study};
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Sources};
use crate::kernel::batch::Monitor;
use crate::output::folder;
use crate::output::manifest::{FileDigest, Manifest};
use crate::output::terminal::{self, Layout};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub fn run(arguments: &RunArguments) -> Result<Exit, Trouble> {
    let by_study = study::for_run(arguments)?;
    let (study, mut all, arguments) = match by_study {
        Some((study, scenarios, arguments)) => (Some(study), scenarios, arguments),
        None => {
            let mut all = open::open_all(&arguments.paths)?;
            open::show_mistakes(&mut all)?;
            (None, all, arguments.clone())
        }
    };
    let study_digests = study.iter().flat_map(Opened::files).collect::<Vec<_>>();
    let arguments = &arguments;
    distinct_names(&all)?;
    for opened in &mut all {
        let model = opened.model.as_mut().expect("a scenario without mistakes has a model");
        settings::set_horizon(model, &arguments.model)?;
    }
    let set = settings::settings(&all, &arguments.model)?;
    for opened in &all {
        folder::prepare(&arguments.out.join(&opened.name)).map_err(files)?;
    }
    interrupt::listen();
    let layout = Layout::default();
    let mut finished: Vec<Findings> = Vec::new();
    for (opened, set) in all.iter().zip(set) {
        if let Some(findings) = answer(opened, arguments, set, &study_digests)? {
            println!("{}", terminal::findings_text(&findings, &layout));
            finished.push(findings);
        }
        if interrupt::came() {
            break;
        }
    }
    if finished.len() > 1 {
        let columns: Vec<(&str, &Findings)> = finished.iter().map(|one| (one.origin.scenario.as_str(), one)).collect();
        println!("{}", terminal::comparison(&columns, &layout));
        folder::write_comparison(&arguments.out, &finished).map_err(files)?;
    }
    if !finished.is_empty() {
        println!("Tables and charts are in {}", arguments.out.display());
    }
    Ok(if interrupt::came() { Exit::Interrupted } else { Exit::Done })
}

/// Answers one scenario by the method that was asked for.
fn answer(
    opened: &Opened,
    arguments: &RunArguments,
    set: settings::Settings,
    study_files: &[FileDigest],
) -> Result<Option<Findings>, Trouble> {
    let (started, clock) = (moment::now(), Instant::now());
    let findings = match arguments.method {
        MethodChoice::Simulate => return simulate(opened, arguments, set, study_files),
        MethodChoice::Exact => exact::solved(opened, &set, &Options::default())
            .map_err(|unsolvable| exact::trouble(unsolvable, opened, &arguments.model))?,
        MethodChoice::Auto => match exact::solved_whole(opened, &set) {
            Ok(findings) => {
                println!("{}: solved exactly, as all of it is a Markov chain\n", opened.name);
                findings
            }
            Err(reason) => {
                println!("{}: simulated, as it has no exact answer as a whole: {reason}\n", opened.name);
                return simulate(opened, arguments, set, study_files);
            }
        },
    };
    let manifest = manifest(opened, &findings, started, clock.elapsed(), 1, study_files);
    folder::write_study(&arguments.out.join(&opened.name), &findings, manifest).map_err(files)?;
    Ok(Some(findings))
}

/// How findings came to be.
pub fn manifest(
    opened: &Opened,
    findings: &Findings,
    started: String,
    took: Duration,
    threads: usize,
    study_files: &[FileDigest],
) -> Manifest {
    let origin = &findings.origin;
    Manifest {
        version: origin.version.clone(),
        command: command_line(),
        started,
        duration_seconds: took.as_secs_f64(),
        seed: origin.seed,
        runs: origin.runs,
        runs_requested: origin.runs_requested,
        points: None,
        threads,
        partial: origin.is_partial(),
        settings: origin.settings.clone(),
        method: origin.method.clone(),
        files: study_files.iter().cloned().chain(opened.files()).collect(),
        outputs: Vec::new(),
    }
}

/// Runs one scenario and writes its folder; `None` if it was interrupted before any run was finished.
fn simulate(
    opened: &Opened,
    arguments: &RunArguments,
    set: settings::Settings,
    study_files: &[FileDigest],
) -> Result<Option<Findings>, Trouble> {
    let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
    let (started, clock) = (moment::now(), Instant::now());
    let monitor = Arc::new(Monitor::default());
    interrupt::watch(&monitor);
    let settings =
        Settings { seed: arguments.model.seed(), runs: arguments.runs(), threads: arguments.machine.threads(), set };
    let digest = opened.digest();
    let subject = Subject { name: &opened.name, digest: &digest, model };
    let found = progress::with_bar(&opened.name, arguments.runs(), &monitor, || study(&subject, &settings, &monitor));
    let findings = match found {
        Ok(findings) => findings,
        Err(Failure::Nothing) => return Ok(None),
        Err(failure) => {
            return Err(trouble(failure, &opened.sources, &Again { path: &opened.path, model: &arguments.model }));
        }
    };
    let manifest = manifest(opened, &findings, started, clock.elapsed(), settings.threads, study_files);
    folder::write_study(&arguments.out.join(&opened.name), &findings, manifest).map_err(files)?;
    Ok(Some(findings))
}

/// Two scenarios of one name would write into one folder.
pub fn distinct_names(all: &[Opened]) -> Result<(), Trouble> {
    let mut seen: BTreeMap<&str, &PathBuf> = BTreeMap::new();
    for opened in all {
        if let Some(first) = seen.insert(&opened.name, &opened.path) {
            let message = format!(
                "error: `{}` and `{}` would write into one folder: run them apart, with different `--out`",
                first.display(),
                opened.path.display()
            );
            return Err(Trouble::new(Exit::Usage, message));
        }
    }
    Ok(())
}

pub fn files(error: impl std::fmt::Display) -> Trouble {
    Trouble::new(Exit::Files, format!("error: {error}"))
}

/// What was typed, so that it can be typed again.
pub fn command_line() -> String {
    let words = std::env::args_os().enumerate().map(|(index, word)| {
        let word = word.to_string_lossy().into_owned();
        if index == 0 { "standoff".to_owned() } else { quoted(&word) }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// What a replay of a run needs to be told.
pub struct Again<'a> {
    pub path: &'a Path,
    pub model: &'a ModelArguments,
}

/// The command that replays a run.
fn replay_command(again: &Again<'_>, seed: u64, run: u64) -> String {
    let mut words = vec![format!("standoff replay {}", quoted(&again.path.to_string_lossy()))];
    words.push(format!("--seed {seed} --run {run}"));
    words.extend(again.model.policy.iter().map(|name| format!("--policy {}", quoted(name))));
    words.extend(again.model.variant.iter().map(|name| format!("--variant {}", quoted(name))));
    words.extend(again.model.set.iter().map(|set| format!("--set {}", quoted(set))));
    words.extend(again.model.horizon.iter().map(|horizon| format!("--horizon {}", quoted(horizon))));
    words.join(" ")
}

/// A failed study as a message that points into the scenario.
pub fn trouble(failure: Failure, sources: &Sources, again: &Again<'_>) -> Trouble {
    let pointed = |exit, diagnostic: Diagnostic| {
        let more = open::more_about(diagnostic.code);
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(diagnostic);
        Trouble::new(exit, format!("{}{more}", render(&diagnostics, sources, Style::Plain)))
    };
    match failure {
        Failure::Nothing => Trouble::new(Exit::Interrupted, "interrupted before a run was finished"),
        Failure::UnknownInput { name, .. } => {
            Trouble::new(Exit::Usage, format!("error: no parameter or lever is called `{name}`"))
        }
        Failure::Unbindable(unbindable) => {
            let message = format!("these settings cannot be run: {}", unbindable.message);
            pointed(Exit::Fault, Diagnostic::error(Mistake::IllegalSetting, unbindable.span, message))
        }
        Failure::Fault(fault) => {
            let command = replay_command(again, fault.seed, fault.run);
            let message = format!("a run cannot go on: {}: {}", fault.fault.part, fault.fault.message);
            let diagnostic = Diagnostic::error(Mistake::RunFault, fault.fault.span, message)
                .label(format!("at time {} of run {}, seed {}", fault.fault.time, fault.run, fault.seed))
                .help(format!("see how it got there: `{command}`"));
            pointed(Exit::Fault, diagnostic)
        }
    }
}
