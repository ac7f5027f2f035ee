//! `standoff run`: simulates scenarios and writes what they say.

use super::arguments::{MethodChoice, ModelArguments, RunArguments};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use super::{charts, deadline, doubt, exact, interrupt, moment, progress, rare, settings, study};
use crate::analysis::Findings;
use crate::analysis::doubt::Method;
use crate::analysis::exact::Options;
use crate::analysis::journey::{self, Route};
use crate::analysis::ladder::{self, Ladder};
use crate::analysis::precise::Ending;
use crate::analysis::study::{Failure, Settings, Subject, study_to};
use crate::analysis::verify::{self, Beside};
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Sources};
use crate::kernel::batch::Monitor;
use crate::output::folder;
use crate::output::manifest::{FileDigest, Manifest, Uncertainty};
use crate::output::terminal::{self, Layout};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub fn run(arguments: &RunArguments) -> Result<Exit, Trouble> {
    let asked = ask(arguments)?;
    let out = arguments.out.as_deref().unwrap_or(Path::new("out"));
    for opened in &asked.all {
        folder::prepare(&out.join(&opened.name)).map_err(files)?;
    }
    interrupt::listen();
    let layout = Layout::default();
    let mut finished: Vec<Findings> = Vec::new();
    for index in 0..asked.all.len() {
        if let Some((findings, manifest)) = asked.answer(index)? {
            let (opened, theme) = (&asked.all[index], charts::theme(&asked.arguments.charts, &asked.all[index].model));
            let (ladders, rates) = (ladders_of(opened, &findings), rates_of(opened, &findings));
            folder::write_study(&out.join(&opened.name), &findings, &ladders, &rates, &theme, manifest)
                .map_err(files)?;
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
        let theme = charts::theme(&asked.arguments.charts, asked.all.iter().flat_map(|opened| &opened.model));
        folder::write_comparison(out, &finished, &theme).map_err(files)?;
    }
    if !finished.is_empty() {
        println!("Tables and charts are in {}", out.display());
    }
    Ok(exit(&finished))
}

/// What is told to the shell after these answers.
pub fn exit<'f>(finished: impl IntoIterator<Item = &'f Findings>) -> Exit {
    // Of runs that were counted out beforehand fewer were done only if the time was up.
    let short = |findings: &Findings| {
        let told = findings.precision.as_ref();
        told.map_or(findings.origin.is_partial(), |told| told.ending != Ending::Precise)
    };
    match interrupt::came() {
        true => Exit::Interrupted,
        false if finished.into_iter().any(short) => Exit::Imprecise,
        false => Exit::Done,
    }
}

/// A question that `run` and `report` share: scenarios without mistakes, and how they are to be answered.
pub struct Asked {
    pub all: Vec<Opened>,
    /// With what a study says where no flag does.
    pub arguments: RunArguments,
    /// How parameters are drawn; `None`: all runs have the same.
    pub method: Option<Method>,
    /// What is set, by scenario and leg.
    pub sets: Vec<Vec<settings::Settings>>,
    /// The study's own files.
    pub study_files: Vec<FileDigest>,
}

/// Reads what was asked for, and shows every mistake.
pub fn ask(arguments: &RunArguments) -> Result<Asked, Trouble> {
    let by_study = study::for_run(arguments)?;
    let (study, mut all, arguments) = match by_study {
        Some((study, scenarios, arguments)) => (Some(study), scenarios, arguments),
        None => {
            let mut all = open::open_all(&arguments.paths)?;
            if arguments.journey.follow {
                all.iter_mut().for_each(Opened::follow);
            }
            open::show_mistakes(&mut all)?;
            (None, all, arguments.clone())
        }
    };
    if arguments.journey.follow && arguments.method == MethodChoice::Exact {
        let message = "error: runs that follow on are simulated: leave out `--method exact`, or `--follow`";
        return Err(Trouble::new(Exit::Usage, message));
    }
    if arguments.journey.follow && arguments.method == MethodChoice::Split {
        let message = "error: runs that follow on are not split: leave out `--method split`, or `--follow`";
        return Err(Trouble::new(Exit::Usage, message));
    }
    rare::check(&arguments, &all)?;
    let study_files = study.iter().flat_map(Opened::files).collect::<Vec<_>>();
    let method = doubt::method(&arguments.doubt, arguments.method)?;
    distinct_names(&all)?;
    settings::set_horizons(&mut all, &arguments.model)?;
    let sets = settings::settings_by_leg(&all, &arguments.model)?;
    for opened in all.iter().filter(|opened| opened.journey.as_ref().is_some_and(|journey| journey.legs.len() == 1)) {
        eprintln!("note: no outcome of `{}` hands runs on (`next`): they end where they end", opened.name);
    }
    Ok(Asked { all, arguments, method, sets, study_files })
}

impl Asked {
    /// The answer for one of the scenarios; `None` if it was interrupted before any run was finished.
    pub fn answer(&self, index: usize) -> Result<Option<(Findings, Manifest)>, Trouble> {
        let (opened, arguments, sets) = (&self.all[index], &self.arguments, self.sets[index].as_slice());
        match self.method {
            Some(method) => simulate(opened, arguments, sets, Some(method), &self.study_files),
            None => answer(opened, arguments, sets, &self.study_files),
        }
    }
}

/// Answers one scenario by the method that was asked for.
fn answer(
    opened: &Opened,
    arguments: &RunArguments,
    sets: &[settings::Settings],
    study_files: &[FileDigest],
) -> Result<Option<(Findings, Manifest)>, Trouble> {
    let (started, clock, set) = (moment::now(), Instant::now(), &sets[0]);
    let mut findings = match arguments.method {
        _ if opened.journey.is_some() => return simulate(opened, arguments, sets, None, study_files),
        MethodChoice::Simulate | MethodChoice::Split => return simulate(opened, arguments, sets, None, study_files),
        MethodChoice::Exact => exact::solved(opened, set, &Options::default())
            .map_err(|unsolvable| exact::trouble(unsolvable, opened, &arguments.model))?,
        MethodChoice::Auto => match exact::solved_whole(opened, set) {
            Ok(findings) => {
                println!("{}: solved exactly, as all of it is a Markov chain\n", opened.name);
                findings
            }
            Err(reason) => {
                println!("{}: simulated, as it has no exact answer as a whole: {reason}\n", opened.name);
                return simulate(opened, arguments, sets, None, study_files);
            }
        },
    };
    findings.words = arguments.words.yardstick();
    let manifest = manifest(opened, &findings, started, clock.elapsed(), 1, study_files);
    Ok(Some((findings, manifest)))
}

/// The escalation ladders of a scenario.
pub fn ladders_of(opened: &Opened, findings: &Findings) -> Vec<Ladder> {
    opened.model.as_ref().map_or_else(Vec::new, |model| ladder::ladders(findings, model))
}

/// What is known from elsewhere beside the findings; nothing where runs follow on, as it is of one scenario alone.
pub fn rates_of(opened: &Opened, findings: &Findings) -> Vec<Beside> {
    let model = opened.model.as_ref().filter(|_| findings.journey.is_none());
    model.map_or_else(Vec::new, |model| verify::beside(model, findings))
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
        uncertainty: findings.doubt.as_ref().map(Uncertainty::of),
        method: origin.method.clone(),
        rare: findings.rare.clone(),
        files: study_files.iter().cloned().chain(opened.files()).collect(),
        outputs: Vec::new(),
    }
}

/// Runs one scenario; `None` if it was interrupted before any run was finished.
fn simulate(
    opened: &Opened,
    arguments: &RunArguments,
    sets: &[settings::Settings],
    method: Option<Method>,
    study_files: &[FileDigest],
) -> Result<Option<(Findings, Manifest)>, Trouble> {
    let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
    let (started, clock) = (moment::now(), Instant::now());
    let monitor = Arc::new(Monitor::default());
    interrupt::watch(&monitor);
    let effort = match method {
        Some(_) => arguments.effort.drawn()?,
        None if arguments.method == MethodChoice::Split => rare::plain(&arguments.effort),
        None => arguments.effort.effort(),
    };
    let settings = Settings {
        seed: arguments.model.seed(),
        runs: effort.runs,
        threads: arguments.machine.threads(),
        set: sets[0].clone(),
    };
    let digest = opened.digest();
    let subject = Subject { name: &opened.name, digest: &digest, model };
    let certainty = &effort.certainty;
    let most = effort.runs + method.map_or(0, |method| method.runs_at_points(effort.runs).1);
    let found = progress::with_looks(&opened.name, most, &monitor, certainty.precision, |tell| {
        let work = || match (&opened.journey, method) {
            (Some(journey), _) => {
                journey::study(&subject, Route { journey, sets }, &settings, certainty, &monitor, tell)
            }
            (None, Some(method)) => crate::analysis::doubt::study(&subject, &settings, method, &monitor),
            (None, None) => study_to(&subject, &settings, certainty, &monitor, tell),
        };
        deadline::within(effort.limit, || monitor.time_is_up(), work)
    });
    let mut findings = match found {
        Ok(findings) => findings,
        Err(Failure::Nothing) if monitor.is_late() => {
            let message = format!("error: `{}`: no run was finished when the time was up", opened.name);
            return Err(Trouble::new(Exit::Imprecise, format!("{message}: give `--max-time` more")));
        }
        Err(Failure::Nothing) => return Ok(None),
        Err(failure) => {
            let again = Again { path: &opened.path, model: &arguments.model, follow: arguments.journey.follow };
            return Err(trouble(failure, &opened.sources, &again));
        }
    };
    if opened.journey.is_none() && method.is_none() {
        rare::add(opened, arguments, &settings, &mut findings)?;
    }
    findings.words = arguments.words.yardstick();
    let manifest = manifest(opened, &findings, started, clock.elapsed(), settings.threads, study_files);
    Ok(Some((findings, manifest)))
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
    /// Whether runs follow on from scenario to scenario.
    pub follow: bool,
}

/// The command that replays a run of a seed, with the parameters of a point if it had those.
pub fn replay_command(again: &Again<'_>, seed: u64, run: u64, point: Option<u64>) -> String {
    let mut words = vec![format!("standoff replay {}", quoted(&again.path.to_string_lossy()))];
    words.extend(again.follow.then(|| "--follow".to_owned()));
    words.push(format!("--seed {seed} --run {run}"));
    words.extend(point.map(|point| format!("--point {point}")));
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
            let command = replay_command(again, fault.seed, fault.run, fault.point);
            let message = format!("a run cannot go on: {}: {}", fault.fault.part, fault.fault.message);
            let diagnostic = Diagnostic::error(Mistake::RunFault, fault.fault.span, message)
                .label(format!("at time {} of run {}, seed {}", fault.fault.time, fault.run, fault.seed))
                .help(format!("see how it got there: `{command}`"));
            pointed(Exit::Fault, diagnostic)
        }
    }
}
