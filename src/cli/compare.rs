//! `standoff compare`: scenarios, policies, variants or settings on the same luck, and what each changes.

use super::arguments::{CompareArguments, ModelArguments};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use super::run::{Again, command_line, distinct_names, files, trouble};
use super::{deadline, interrupt, moment, progress, settings};
use crate::analysis::Method;
use crate::analysis::paired::{Candidate, Measure, Names, Paired, Prefer, Question, compare as hold_together};
use crate::analysis::precise::Ending;
use crate::analysis::study::{Failure, Subject};
use crate::diagnostic::nearest::nearest;
use crate::kernel::batch::Monitor;
use crate::model::Model;
use crate::output::manifest::{FileDigest, Manifest};
use crate::output::terminal::Layout;
use crate::output::{folder, paired};
use crate::stats::sequence::Precision;
use std::sync::Arc;
use std::time::Instant;

/// What the file says, beside a single policy, variant or setting.
const AS_WRITTEN: &str = "as written";

/// One alternative.
struct Chosen {
    label: String,
    /// Index of its file.
    file: usize,
    /// The flags that would run it alone.
    model: ModelArguments,
    set: settings::Settings,
}

pub fn compare(arguments: &CompareArguments) -> Result<Exit, Trouble> {
    let mut all = open::open_all(&arguments.paths)?;
    open::show_mistakes(&mut all)?;
    distinct_names(&all)?;
    for opened in &mut all {
        let model = opened.model.as_mut().expect("a scenario without mistakes has a model");
        settings::set_horizon(model, &arguments.model)?;
    }
    let chosen = alternatives(&all, arguments)?;
    note_horizons(&all);
    let digests: Vec<String> = all.iter().map(Opened::digest).collect();
    let candidate = |chosen: &Chosen| {
        let subject =
            Subject { name: &all[chosen.file].name, digest: &digests[chosen.file], model: model(&all[chosen.file]) };
        Candidate { label: chosen.label.clone(), subject, set: chosen.set.clone() }
    };
    let candidates: Vec<Candidate<'_>> = chosen.iter().map(candidate).collect();
    let effort = arguments.effort.effort();
    if let Some(Precision::Relative(_)) = effort.certainty.precision {
        let why = "a part of a difference cannot be reached where there is next to none";
        return Err(usage(format!("error: {why}: ask for points, as in `--precision \"0.5 points\"`")));
    }
    let question = Question {
        seed: arguments.model.seed(),
        runs: effort.runs,
        threads: arguments.machine.threads(),
        certainty: effort.certainty,
        ranked: ranked(&all, arguments)?,
    };
    folder::prepare(&arguments.out).map_err(files)?;
    interrupt::listen();
    let (started, clock) = (moment::now(), Instant::now());
    let monitor = Arc::new(Monitor::default());
    interrupt::watch(&monitor);
    let what = format!("{} alternatives", candidates.len());
    let found = progress::with_looks(&what, effort.runs, &monitor, effort.certainty.precision, |tell| {
        let work = || hold_together(&candidates, &question, &monitor, tell);
        deadline::within(effort.limit, || monitor.time_is_up(), work)
    });
    let mut found = found.map_err(|fault| match fault.failure {
        Failure::Nothing if monitor.is_late() => {
            Trouble::new(Exit::Imprecise, "error: no run was finished when the time was up: give `--max-time` more")
        }
        failure => {
            let chosen = &chosen[fault.alternative];
            let opened = &all[chosen.file];
            trouble(failure, &opened.sources, &Again { path: &opened.path, model: &chosen.model, follow: false })
        }
    })?;
    found.words = arguments.words.yardstick();
    println!("{}", paired::paired_text(&found, &Layout::default()));
    let manifest = manifest(&found, &all, started, clock.elapsed().as_secs_f64(), question.threads);
    let theme = super::charts::theme(&arguments.charts, all.iter().flat_map(|opened| &opened.model));
    folder::write_paired(&arguments.out, &found, &theme, manifest).map_err(files)?;
    println!("Tables and a chart are in {}", arguments.out.display());
    Ok(match &found.precision {
        _ if interrupt::came() => Exit::Interrupted,
        Some(told) if told.ending != Ending::Precise => Exit::Imprecise,
        _ => Exit::Done,
    })
}

fn usage(message: impl Into<String>) -> Trouble {
    Trouble::new(Exit::Usage, message)
}

fn model(opened: &Opened) -> &Model {
    opened.model.as_ref().expect("a scenario without mistakes has a model")
}

/// What is compared: the scenarios, or one scenario with each of several policies, variants or settings.
fn alternatives(all: &[Opened], arguments: &CompareArguments) -> Result<Vec<Chosen>, Trouble> {
    let base = &arguments.model;
    let mut ways: Vec<(&str, Vec<(String, ModelArguments)>)> = Vec::new();
    let named = |names: &[String], of: fn(&mut ModelArguments) -> &mut Vec<String>| {
        let with = |name: &String| {
            let mut model = base.clone();
            of(&mut model).push(name.clone());
            (name.clone(), model)
        };
        names.iter().map(with).collect::<Vec<_>>()
    };
    ways.push(("--policies", named(&arguments.policies, |model| &mut model.policy)));
    ways.push(("--variants", named(&arguments.variants, |model| &mut model.variant)));
    ways.push(("--with", arguments.with.iter().map(|text| settings_of(text, base)).collect()));
    ways.retain(|(_, alternatives)| !alternatives.is_empty());
    let mut chosen: Vec<Chosen> = Vec::new();
    match ways.as_mut_slice() {
        [] if all.len() < 2 => {
            let message = "error: there is nothing to compare it with: name another scenario, or add";
            return Err(usage(format!(
                "{message} `--policies a,b`, `--variants a,b` or `--with \"x=1\" --with \"x=2\"`"
            )));
        }
        [] => {
            for (file, set) in settings::settings(all, base)?.into_iter().enumerate() {
                chosen.push(Chosen { label: all[file].name.clone(), file, model: base.clone(), set });
            }
        }
        [(flag, _)] if all.len() > 1 => {
            return Err(usage(format!(
                "error: `{flag}` tells alternatives of one scenario, and there are {}",
                all.len()
            )));
        }
        [(_, alternatives)] => {
            if alternatives.len() == 1 {
                alternatives.insert(0, (AS_WRITTEN.to_owned(), base.clone()));
            }
            for (label, model) in alternatives.drain(..) {
                let set = settings::settings(all, &model)?.swap_remove(0);
                chosen.push(Chosen { label, file: 0, model, set });
            }
        }
        [(one, _), (other, _), ..] => {
            return Err(usage(format!("error: `{one}` and `{other}` both say what to compare: keep one of them")));
        }
    }
    let twice = chosen.iter().enumerate().find(|(i, one)| chosen[..*i].iter().any(|before| before.label == one.label));
    match twice {
        Some((_, one)) => Err(usage(format!("error: `{}` is named twice: leave one of them out", one.label))),
        None => Ok(chosen),
    }
}

/// `a=1,b=2`, or the same behind a name and a colon: its name, and the flags that set it.
fn settings_of(text: &str, base: &ModelArguments) -> (String, ModelArguments) {
    let (label, settings) = match text.split_once(':') {
        Some((label, settings)) if !label.contains('=') => (label.trim(), settings),
        _ => (text.trim(), text),
    };
    let mut model = base.clone();
    let mut depth = 0_i32;
    // Commas between parentheses belong to an expression.
    let parts = settings.split(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    model.set.extend(parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()));
    (label.to_owned(), model)
}

/// What was asked to rank by.
fn ranked(all: &[Opened], arguments: &CompareArguments) -> Result<Option<(Measure, Prefer)>, Trouble> {
    let Some(name) = &arguments.rank_by else { return Ok(None) };
    let names = Names::of(all.iter().map(model));
    if let Some(measure) = names.measure(name) {
        return Ok(Some((measure, arguments.prefer.into())));
    }
    let known = names.events.iter().map(|event| &event.0).chain(names.consequences.iter().map(|one| &one.0));
    let help =
        nearest(name, known.map(String::as_str)).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(usage(format!("error: no outcome, milestone or consequence is called `{name}`{help}")))
}

/// Ends at different times make a difference of their own.
fn note_horizons(all: &[Opened]) {
    let horizon = |opened: &Opened| (model(opened).calendar.unit.name(), model(opened).calendar.horizon);
    if all.iter().any(|opened| horizon(opened) != horizon(&all[0])) {
        let told: Vec<String> = all
            .iter()
            .map(|opened| {
                format!("`{}` {}", opened.name, crate::output::format::time(horizon(opened).1, horizon(opened).0))
            })
            .collect();
        eprintln!("note: the scenarios do not last equally long: {}; `--horizon` gives them one end", told.join(", "));
    }
}

fn manifest(found: &Paired, all: &[Opened], started: String, duration_seconds: f64, threads: usize) -> Manifest {
    let mut read: Vec<FileDigest> = Vec::new();
    for file in all.iter().flat_map(Opened::files) {
        if !read.contains(&file) {
            read.push(file);
        }
    }
    let settings = found
        .alternatives
        .iter()
        .flat_map(|one| one.settings.iter().map(|(name, value)| (format!("{}: {name}", one.label), *value)));
    Manifest {
        version: found.version.clone(),
        command: command_line(),
        started,
        duration_seconds,
        seed: found.seed,
        runs: found.runs,
        points: None,
        runs_requested: found.runs_requested,
        threads,
        partial: found.is_partial(),
        settings: settings.collect(),
        uncertainty: None,
        method: Method::Simulation,
        rare: Vec::new(),
        files: read,
        outputs: Vec::new(),
    }
}
