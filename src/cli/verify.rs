//! `standoff verify`: simulations, and exact answers where there are any, held against the truths that stand beside models.

use super::arguments::VerifyArguments;
use super::exit::{Exit, Trouble};
use super::{exact, interrupt, open, progress, run, settings};
use crate::analysis::Findings;
use crate::analysis::exact::Options;
use crate::analysis::study::{Settings, Subject, study};
use crate::analysis::verify::{ExactVerdict, Verdict, verify as hold, verify_exactly};
use crate::kernel::batch::Monitor;
use std::sync::Arc;

/// As the reference cases ask: three seeds fixed beforehand.
const SEEDS: u64 = 3;

pub fn verify(arguments: &VerifyArguments) -> Result<Exit, Trouble> {
    let mut all = open::open_all(&arguments.paths)?;
    open::show_mistakes(&mut all)?;
    settings::set_horizons(&mut all, &arguments.model)?;
    let set = settings::settings(&all, &arguments.model)?;
    interrupt::listen();
    let (mut held, mut failed) = (0, 0);
    for (opened, set) in all.iter().zip(set) {
        let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
        if model.expectations.is_empty() {
            println!("{}: nothing is expected of it", opened.path.display());
            continue;
        }
        let subject = Subject { name: &opened.name, digest: "", model };
        let mut findings: Vec<Findings> = Vec::new();
        for seed in arguments.model.seed()..arguments.model.seed().saturating_add(SEEDS) {
            let monitor = Arc::new(Monitor::default());
            interrupt::watch(&monitor);
            let settings =
                Settings { seed, runs: arguments.runs, threads: arguments.machine.threads(), set: set.clone() };
            let found =
                progress::with_bar(&opened.name, arguments.runs, &monitor, || study(&subject, &settings, &monitor));
            findings.push(found.map_err(|failure| {
                let again = run::Again { path: &opened.path, model: &arguments.model, follow: false };
                run::trouble(failure, &opened.sources, &again)
            })?);
            if interrupt::came() {
                return Ok(Exit::Interrupted);
            }
        }
        println!("{}", opened.path.display());
        if let Ok(exact) = exact::solved(opened, &set, &Options::default()) {
            for verdict in verify_exactly(model, &exact).into_iter().flatten() {
                println!("  {}", exact_line(&verdict));
                if verdict.holds { held += 1 } else { failed += 1 }
            }
        }
        for verdict in hold(model, &findings) {
            println!("  {}", line(&verdict));
            if verdict.holds { held += 1 } else { failed += 1 }
        }
    }
    println!("{held} met, {failed} missed");
    Ok(if failed == 0 { Exit::Done } else { Exit::Untrue })
}

fn exact_line(verdict: &ExactVerdict) -> String {
    let met = if verdict.holds { "met   " } else { "MISSED" };
    let ExactVerdict { of, expected, found, tolerance, .. } = verdict;
    let hint = if verdict.holds { "" } else { ": a rounded truth wants a `tolerance`" };
    format!(
        "{met} {of}: expected {expected}, exactly {found} (off by {:.1e}, {tolerance:.0e} allowed{hint})",
        (found - expected).abs()
    )
}

fn line(verdict: &Verdict) -> String {
    let estimates: Vec<String> = verdict.answers.iter().map(|answer| format!("{:.6}", answer.estimate)).collect();
    format!(
        "{} {}: expected {}, found {} (worst {:.1} standard errors, {} of {} intervals hold it, half-width {:.2} %)",
        if verdict.holds { "met   " } else { "MISSED" },
        verdict.of,
        verdict.expected,
        estimates.join(" "),
        verdict.worst,
        verdict.covering,
        verdict.answers.len(),
        100.0 * verdict.relative_half_width(),
    )
}
