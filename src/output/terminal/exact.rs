//! What exact findings have to say besides: how exact they are, what becomes of runs without a horizon, what is left out.

use super::{Layout, grid};
use crate::analysis::exact::Exactness;
use crate::analysis::exact::eventual::{Eventual, Reached};
use crate::analysis::{Findings, Mean, Proportion};
use crate::output::format::{self, NOTHING, grouped, number, percent, printable};

/// Size of the chain and the error bound, in one line of the heading; what is approximated, in another.
pub(super) fn how(exactness: &Exactness) -> String {
    let plural = if exactness.states == 1 { "" } else { "s" };
    let size = format!("{} state{plural}", grouped(exactness.states as u64));
    if exactness.approximations.is_empty() {
        return format!("exact ({size}; no probability is off by more than {:.0e})", exactness.error_bound);
    }
    format!("APPROXIMATION ({size}), solved without simulation")
}

/// The waits that stand as phases, and how far the moments are off.
pub(super) fn approximations(exactness: &Exactness, layout: &Layout) -> String {
    // Nothing is off by less than nothing.
    let off = |error: f64| format!("{:+.1} %", (1000.0 * error).round() / 10.0 + 0.0);
    let rows = exactness.approximations.iter().map(|one| {
        vec![
            printable(&one.transition),
            one.family.clone(),
            one.phases.to_string(),
            number(one.mean),
            number(one.standard_deviation),
            number(one.phases_standard_deviation),
            off(one.third_moment_error),
        ]
    });
    let header = ["Approximated wait", "Law", "Phases", "Mean", "Deviation", "Of the phases", "Third moment off by"];
    grid(header.map(str::to_owned).into(), rows.collect(), layout)
}

/// Expected totals at the horizon.
pub(super) fn consequences(findings: &Findings, layout: &Layout) -> String {
    let rows = findings
        .consequences
        .iter()
        .map(|one| vec![printable(&one.name), number(one.total.mean.estimate), printable(&one.unit)]);
    grid(["Consequence, total", "Mean", "Unit"].map(str::to_owned).into(), rows.collect(), layout)
}

/// Expected values at the horizon, in the runs that come to it.
pub(super) fn variables(findings: &Findings, layout: &Layout) -> String {
    let last = |means: &[Option<Mean>]| {
        means.last().copied().flatten().map_or_else(|| NOTHING.to_owned(), |mean| number(mean.estimate))
    };
    let rows =
        findings.variables.iter().map(|one| vec![printable(&one.name), last(&one.path.means), printable(&one.unit)]);
    grid(["Variable, at the horizon", "Mean", "Unit"].map(str::to_owned).into(), rows.collect(), layout)
}

/// What becomes of runs without a horizon.
pub fn eventual_text(eventual: &Eventual, unit: &str, layout: &Layout) -> String {
    let share = |p: f64| percent(&Proportion::exact(p));
    let time = |time: f64| if time.is_finite() { number(time) } else { "infinite".to_owned() };
    let table = |what: &str, all: &[Reached], more: Vec<Vec<String>>| {
        let rows = all.iter().map(|one| {
            vec![
                printable(&one.name),
                share(one.probability),
                time(one.mean_time),
                one.mean_time_if_reached.map_or_else(|| NOTHING.to_owned(), number),
            ]
        });
        let header = [what.to_owned(), "Probability".into(), format!("Mean time, {unit}s"), "If reached".into()];
        grid(header.into(), rows.chain(more).collect(), layout)
    };
    let any = vec![
        vec!["any outcome".into(), share(1.0 - eventual.never), time(eventual.mean_time_to_outcome), String::new()],
        vec!["no outcome, ever".into(), share(eventual.never), String::new(), String::new()],
    ];
    let goes_on = eventual.never > 0.0;
    let totals = eventual.consequences.iter().map(|one| {
        let total = one.total.map_or_else(|| NOTHING.to_owned(), |total| number(total).replace('∞', "infinite"));
        let rate = one.long_run_rate.filter(|_| goes_on).map(number);
        [vec![printable(&one.name), total], rate.into_iter().collect()].concat()
    });
    let mut header = vec!["Consequence, eventually".to_owned(), "Mean total".to_owned()];
    if goes_on {
        header.push(format!("In the long run, per {unit}"));
    }
    let totals = grid(header, totals.collect(), layout);
    let states = eventual.long_run.iter().filter(|machine| goes_on && machine.states.len() > 1).flat_map(|machine| {
        let shares = machine.states.iter().zip(&machine.shares).filter(|(_, share)| **share > 0.0);
        shares.map(|(state, p)| vec![format!("{}.{}", printable(&machine.machine), printable(state)), share(*p)])
    });
    let states = grid(["State, in the long run", "Share"].map(str::to_owned).into(), states.collect(), layout);
    let means = eventual.variables.iter().map(|(name, mean)| vec![printable(name), number(*mean)]);
    let means = grid(["Variable, in the long run", "Mean"].map(str::to_owned).into(), means.collect(), layout);
    let title = "Without a horizon\n".to_owned();
    let sections = [title, table("Outcome", &eventual.outcomes, any), table("Milestone", &eventual.milestones, vec![])];
    super::joined(&[&sections[..], &[totals, states, means]].concat())
}

/// What has no exact answer, and why.
pub(super) fn omissions(findings: &Findings, exactness: &Exactness, layout: &Layout) -> String {
    let mut lines: Vec<String> =
        exactness.omitted.iter().map(|one| format!("  {}: {}", printable(&one.what), printable(&one.why))).collect();
    if !(findings.consequences.is_empty() && findings.variables.is_empty()) {
        let what = match (findings.consequences.is_empty(), findings.variables.is_empty()) {
            (false, false) => "quantiles of totals, peaks of variables",
            (false, true) => "quantiles of totals",
            _ => "peaks of variables",
        };
        lines.push(format!("  {what}: only runs have them (`--method simulate`)"));
    }
    if lines.is_empty() {
        return String::new();
    }
    let text = format!("Left out of the exact answer\n{}\n", lines.join("\n"));
    if layout.plain { format::to_ascii(&text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fixture;

    #[test]
    fn what_is_exact_says_so_and_counts_no_runs() {
        let mut findings = fixture::findings();
        fixture::make_exact(&mut findings);
        let text = super::super::findings_text(&findings, &Layout { width: None, plain: true });
        assert!(text.contains("small-crisis: exact (14 states; no probability is off by more than 1e-12)"), "{text}");
        assert!(!text.contains("runs,") && !text.contains("seed") && !text.contains("interval"), "{text}");
        assert!(text.contains("any outcome") && text.contains("infinite"), "{text}");
        assert!(text.contains("variable `gas`: it drifts by itself"), "{text}");
    }
}
