//! Differences between two scenarios as text and as JSON.
//!
//! In: [`Change`]s and the names of the two files. Out: text for a terminal, or JSON with the same content (an object
//! with `before`, `after` and `differences`). Compares nothing itself.

use super::format::printable;
use super::summary::to_json;
use crate::analysis::difference::{Change, ChangeKind, Detail, Section};
use serde::Serialize;

/// What is said when nothing differs.
pub const SAME: &str = "no difference in meaning";

/// The changes under headings, each with what was and what is.
pub fn text(before: &str, after: &str, changes: &[Change]) -> String {
    let mut out = format!("{} -> {}\n", printable(before), printable(after));
    if changes.is_empty() {
        out.push_str(&format!("{SAME}\n"));
        return out;
    }
    let mut section = None;
    for change in changes {
        if section != Some(change.section) {
            out.push_str(&format!("\n{}\n", heading(change.section)));
            section = Some(change.section);
        }
        let name = if change.name.is_empty() { String::new() } else { format!(" `{}`", printable(&change.name)) };
        match &change.kind {
            ChangeKind::Added => out.push_str(&format!("  + added{name}\n")),
            ChangeKind::Removed => out.push_str(&format!("  - removed{name}\n")),
            ChangeKind::Changed if name.is_empty() => {}
            ChangeKind::Changed => out.push_str(&format!("  ~ changed{name}\n")),
            ChangeKind::Renamed { from } => {
                out.push_str(&format!("  ~ renamed? `{}` ->{name}\n", printable(from)));
            }
        }
        for detail in &change.details {
            out.push_str(&format!("      {}\n", line(detail)));
        }
    }
    let caused = changes.iter().filter(|change| change.section == Section::MeanWait).count();
    let own = changes.len() - caused;
    let plural = if own == 1 { "difference" } else { "differences" };
    let follow = match caused {
        0 => String::new(),
        1 => ", and 1 mean wait that follows from them".into(),
        _ => format!(", and {caused} mean waits that follow from them"),
    };
    out.push_str(&format!("\n{own} {plural} in meaning{follow}\n"));
    out
}

fn line(detail: &Detail) -> String {
    let what = printable(&detail.what);
    match (&detail.before, &detail.after) {
        (Some(before), Some(after)) => format!("{what}: {} -> {}", printable(before), printable(after)),
        (None, Some(after)) => format!("{what}: {}", printable(after)),
        (Some(before), None) => format!("{what}: was {}", printable(before)),
        (None, None) => what,
    }
}

fn heading(section: Section) -> &'static str {
    match section {
        Section::Scenario => "Scenario",
        Section::Parameter => "Parameters",
        Section::Lever => "Levers",
        Section::Policy => "Policies",
        Section::Variant => "Variants",
        Section::Correlation => "Correlations",
        Section::Share => "Shares",
        Section::Variable => "Variables",
        Section::Formula => "Formulas",
        Section::Now => "Now",
        Section::Shock => "Shocks",
        Section::Machine => "Machines",
        Section::State => "States",
        Section::Transition => "Transitions",
        Section::Consequence => "Consequences",
        Section::Milestone => "Milestones",
        Section::Outcome => "Outcomes",
        Section::Expectation => "Known truths",
        Section::MeanWait => "Mean waits at central values that change with this",
    }
}

#[derive(Serialize)]
struct Report<'a> {
    before: &'a str,
    after: &'a str,
    differences: &'a [Change],
}

/// The same as indented JSON.
pub fn json(before: &str, after: &str, changes: &[Change]) -> Vec<u8> {
    to_json(&Report { before, after, differences: changes })
}
