//! Rare outcomes on the command line: `--method split`, and what `auto` splits for.

use super::arguments::{EffortArguments, MethodChoice, RunArguments};
use super::effort::{self, Effort};
use super::exit::{Exit, Trouble};
use super::open::Opened;
use super::run::{self, Again};
use super::{deadline, interrupt, progress};
use crate::analysis::Findings;
use crate::analysis::rare::choose::{Unresolved, unresolved};
use crate::analysis::rare::{self, Choice, Rare};
use crate::analysis::study::{Failure, Settings, simulator};
use crate::diagnostic::nearest::nearest;
use crate::kernel::batch::Monitor;
use crate::output::format::grouped;
use crate::output::terminal::roughly;
use crate::stats::sequence::Precision;
use std::sync::Arc;

/// How near what is rare is to be known, as a part of itself, where nothing is said.
const PRECISION: f64 = 0.1;

/// Says so where `--rare` names nothing, or is given to another method.
pub fn check(arguments: &RunArguments, all: &[Opened]) -> Result<(), Trouble> {
    if arguments.rare.is_empty() {
        return Ok(());
    }
    if arguments.method != MethodChoice::Split {
        return Err(Trouble::new(Exit::Usage, "error: `--rare` goes with `--method split`"));
    }
    for name in &arguments.rare {
        for model in all.iter().filter_map(|opened| opened.model.as_ref()) {
            if Choice::of_name(model, name).is_none() {
                let near = nearest(name, model.quantities()).map(|near| format!("; did you mean `{near}`?"));
                let message = format!(
                    "error: no outcome, milestone or consequence of `{}` is called `{name}`{}",
                    model.title,
                    near.unwrap_or_default()
                );
                return Err(Trouble::new(Exit::Usage, message));
            }
        }
    }
    Ok(())
}

/// The effort for the plain runs beside splitting: a precision relative to itself is meant for what is rare.
pub fn plain(arguments: &EffortArguments) -> Effort {
    let mut effort = arguments.effort();
    if let Some(Precision::Relative(_)) = effort.certainty.precision {
        effort.certainty.precision = Some(effort::PRECISION);
    }
    effort
}

/// Splits for what is asked, or what the plain runs of the findings do not resolve, and adds what that says.
pub fn add(
    opened: &Opened,
    arguments: &RunArguments,
    settings: &Settings,
    findings: &mut Findings,
) -> Result<(), Trouble> {
    let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
    let precision = match arguments.effort.precision {
        Some(Precision::Relative(part)) => part,
        _ => PRECISION,
    };
    let budget = arguments.effort.max_runs.unwrap_or(effort::MOST);
    let why = |one: &Unresolved| match one.hits {
        0 => format!("none of {} plain runs came to it", grouped(findings.origin.runs)),
        _ => format!(
            "to know it within {} % of itself takes about {} plain runs; the budget is {}",
            100.0 * precision,
            roughly(one.needed),
            grouped(budget)
        ),
    };
    let chosen: Vec<(Choice, String)> = match arguments.method {
        MethodChoice::Split if !arguments.rare.is_empty() => {
            let named = arguments.rare.iter().filter_map(|name| Choice::of_name(model, name));
            named.map(|choice| (choice, "asked for".to_owned())).collect()
        }
        MethodChoice::Split => {
            let all = unresolved(model, findings, precision);
            let rarest = all.first().map(|one| one.hits);
            let rarest = all.iter().filter(|one| Some(one.hits) == rarest);
            rarest.map(|one| (one.choice.clone(), "the rarest of all".to_owned())).collect()
        }
        MethodChoice::Auto => {
            let all = unresolved(model, findings, precision).into_iter();
            let beyond = all.filter(|one| one.hits == 0 || one.needed > budget as f64);
            beyond.map(|one| (one.choice.clone(), why(&one))).collect()
        }
        MethodChoice::Simulate | MethodChoice::Exact => return Ok(()),
    };
    if chosen.is_empty() && arguments.method == MethodChoice::Split {
        let runs = grouped(findings.origin.runs);
        println!("{}: nothing is rare: {runs} plain runs resolve every outcome and milestone\n", opened.name);
    }
    let again = Again { path: &opened.path, model: &arguments.model, follow: false };
    let failed = |failure| run::trouble(failure, &opened.sources, &again);
    let simulator = simulator(model, &settings.set).map_err(failed)?;
    for (choice, reason) in chosen {
        if interrupt::came() {
            break;
        }
        println!("{}: splitting for `{}`: {reason}\n", opened.name, choice.name);
        let monitor = Arc::new(Monitor::default());
        interrupt::watch(&monitor);
        let effort = rare::Effort {
            seed: settings.seed,
            threads: settings.threads,
            confidence: findings.confidence,
            precision,
            trees: None,
            budget_runs: budget,
        };
        let told = progress::with_trees(&format!("{}: {}", opened.name, choice.name), &monitor, || {
            let work = || rare::estimate(&simulator, &choice, &effort, &monitor);
            deadline::within(arguments.effort.max_time, || monitor.time_is_up(), work)
        });
        let answer = told.map_err(|fault| failed(Failure::Fault(fault)))?;
        rare::add(findings, choice.target, Rare { name: choice.name.clone(), kind: choice.kind(), reason, answer });
    }
    Ok(())
}
