//! `standoff verify`: simulations, and exact answers where there are any, held against the truths that stand beside models,
//! against each other, and against what must hold of any scenario.

use super::arguments::VerifyArguments;
use super::exit::{Exit, Trouble};
use super::open::Opened;
use super::{exact, interrupt, open, progress, run, settings};
use crate::analysis::Findings;
use crate::analysis::agreement::{Agreement, Comparison, agreement};
use crate::analysis::conservation::{Law, conservation};
use crate::analysis::exact::Options;
use crate::analysis::study::{Settings, Subject, study};
use crate::analysis::verify::{ExactVerdict, Verdict, verify as hold, verify_exactly};
use crate::kernel::batch::Monitor;
use crate::model::Model;
use std::sync::Arc;

/// As the reference cases ask: three seeds fixed beforehand.
const SEEDS: u64 = 3;
/// Runs that are made a second time, on another number of threads.
const AGAIN: u64 = 2000;

pub fn verify(arguments: &VerifyArguments) -> Result<Exit, Trouble> {
    let mut all = open::open_all(&arguments.paths)?;
    open::show_mistakes(&mut all)?;
    settings::set_horizons(&mut all, &arguments.model)?;
    let set = settings::settings(&all, &arguments.model)?;
    interrupt::listen();
    let (mut held, mut failed) = (0, 0);
    for (opened, set) in all.iter().zip(set) {
        let Some(checks) = checks(arguments, opened, &set)? else { return Ok(Exit::Interrupted) };
        println!("{}", opened.path.display());
        for check in checks {
            match check {
                Check::Held(line) => {
                    println!("  met    {line}");
                    held += 1;
                }
                Check::Missed(line) => {
                    println!("  MISSED {line}");
                    failed += 1;
                }
                Check::Left(line) => println!("  -      {line}"),
            }
        }
    }
    println!("{held} met, {failed} missed");
    Ok(if failed == 0 { Exit::Done } else { Exit::Untrue })
}

/// One thing that must hold, in words.
enum Check {
    Held(String),
    Missed(String),
    /// It cannot be held against anything, and why.
    Left(String),
}

impl Check {
    fn new(holds: bool, line: String) -> Self {
        if holds { Check::Held(line) } else { Check::Missed(line) }
    }
}

/// Everything that is held against one scenario; `None` if that was interrupted.
fn checks(
    arguments: &VerifyArguments,
    opened: &Opened,
    set: &settings::Settings,
) -> Result<Option<Vec<Check>>, Trouble> {
    let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
    let subject = Subject { name: &opened.name, digest: "", model };
    let first = arguments.model.seed();
    let simulate = |seed, runs, threads| -> Result<Option<Findings>, Trouble> {
        let monitor = Arc::new(Monitor::default());
        interrupt::watch(&monitor);
        let settings = Settings { seed, runs, threads, set: set.clone() };
        let found = progress::with_bar(&opened.name, runs, &monitor, || study(&subject, &settings, &monitor));
        let found = found.map_err(|failure| {
            let again = run::Again { path: &opened.path, model: &arguments.model, follow: false };
            run::trouble(failure, &opened.sources, &again)
        })?;
        Ok((!interrupt::came()).then_some(found))
    };
    let mut findings: Vec<Findings> = Vec::new();
    for seed in first..first.saturating_add(SEEDS) {
        let Some(found) = simulate(seed, arguments.runs, arguments.machine.threads())? else { return Ok(None) };
        findings.push(found);
    }
    let few = arguments.runs.min(AGAIN);
    let (Some(alone), Some(together)) = (simulate(first, few, 1)?, simulate(first, few, 3)?) else { return Ok(None) };
    let exact = exact::solved(opened, set, &Options::default());

    let mut checks: Vec<Check> = Vec::new();
    if let Ok(exact) = &exact {
        let verdicts = verify_exactly(model, exact).into_iter().flatten();
        checks.extend(verdicts.map(|verdict| Check::new(verdict.holds, exact_line(&verdict))));
    }
    checks.extend(hold(model, &findings).iter().map(|verdict| Check::new(verdict.holds, line(verdict))));
    checks.push(match &exact {
        Ok(exact) => {
            let agreement = agreement(exact, &findings);
            Check::new(agreement.holds(), agreement_line(&agreement))
        }
        Err(unsolvable) => {
            Check::Left(format!("no exact answer to compare with: {}", exact::in_words(unsolvable, opened)))
        }
    });
    checks.push(conserved(model, &findings));
    checks.push(Check::new(alone == together, format!("{few} runs on one thread and on three are the same")));
    Ok(Some(checks))
}

fn exact_line(verdict: &ExactVerdict) -> String {
    let ExactVerdict { of, expected, found, tolerance, .. } = verdict;
    let hint = if verdict.holds { "" } else { ": a rounded truth wants a `tolerance`" };
    format!(
        "{of}: expected {expected}, exactly {found} (off by {:.1e}, {tolerance:.0e} allowed{hint})",
        (found - expected).abs()
    )
}

fn line(verdict: &Verdict) -> String {
    let estimates: Vec<String> = verdict.answers.iter().map(|answer| format!("{:.6}", answer.estimate)).collect();
    format!(
        "{}: expected {}, found {} (worst {:.1} standard errors, {} of {} intervals hold it, half-width {:.2} %)",
        verdict.of,
        verdict.expected,
        estimates.join(" "),
        verdict.worst,
        verdict.covering,
        verdict.answers.len(),
        100.0 * verdict.relative_half_width(),
    )
}

fn agreement_line(agreement: &Agreement) -> String {
    let Agreement { compared, worst, missed } = agreement;
    let told = |one: &Comparison| format!("{}: exactly {:.6}, simulated {:.6}", one.of, one.exact, one.simulated);
    let numbers = if *compared == 1 { "1 number".to_owned() } else { format!("{compared} numbers") };
    match (missed.first(), worst) {
        (Some(first), _) => {
            format!("exact answer and simulation disagree in {} of {numbers}, such as {}", missed.len(), told(first))
        }
        (None, Some(worst)) => {
            format!("exact answer and simulation agree in {numbers}; furthest apart {}", told(worst))
        }
        (None, None) => "exact answer and simulation have no number in common".to_owned(),
    }
}

/// Every law in one line, or the first that is broken.
fn conserved(model: &Model, findings: &[Findings]) -> Check {
    let laws: Vec<Law> = findings.iter().flat_map(|findings| conservation(model, findings)).collect();
    match laws.iter().find_map(|law| law.broken.as_ref().map(|how| (law.says, how))) {
        Some((says, how)) => Check::Missed(format!(
            "it is not so that {says}: {how}; this is a mistake of the program, please report it"
        )),
        None => {
            let says: Vec<&str> = laws[..laws.len() / findings.len()].iter().map(|law| law.says).collect();
            Check::Held(format!("nothing is lost: {}", says.join("; ")))
        }
    }
}
