//! What splitting says of rare things, as a table for a terminal and a sentence for each.

use super::{Layout, finished, grid, grouped, interval_name, number, percent, percent_interval, printable, range};
use crate::analysis::rare::{Answer, Kind, Rare, Split};
use crate::analysis::{Findings, Proportion};

/// Behind a probability that is by splitting.
pub(super) const MARK: &str = " by splitting";

/// The estimates with what they took, then for each thing why splitting was tried, and what it gained or why not; empty where
/// it was not tried.
pub(super) fn rare_table(findings: &Findings, layout: &Layout) -> String {
    if findings.rare.is_empty() {
        return String::new();
    }
    let rows = findings.rare.iter().filter_map(|rare| rare.split().map(|split| row(rare, split)));
    let header = ["Rare, by splitting", "Estimate", &interval_name(findings), "Rungs", "Trees", "Worth", "Gain"];
    let mut text = grid(header.map(str::to_owned).into(), rows.collect(), layout);
    for rare in &findings.rare {
        text.push_str(&finished(format!("{}\n", sentence(rare)), layout));
    }
    text
}

fn row(rare: &Rare, split: &Split) -> Vec<String> {
    let [estimate, interval] = match rare.kind {
        Kind::Consequence => [number(split.estimate), range(split.low, split.high)],
        Kind::Outcome | Kind::Milestone => {
            let share = Proportion { counts: None, estimate: split.estimate, low: split.low, high: split.high };
            [percent(&share), percent_interval(&share)]
        }
    };
    let gain = split.gain.map_or_else(|| super::NOTHING.to_owned(), |gain| format!("{} times", roughly(gain)));
    let worth = format!("{} arrivals", grouped(split.effective_sample_size.round() as u64));
    let (rungs, trees) = (split.rungs.len().to_string(), grouped(split.trees));
    vec![printable(&rare.name), estimate, interval, rungs, trees, worth, gain]
}

fn sentence(rare: &Rare) -> String {
    let (name, reason) = (printable(&rare.name), &rare.reason);
    match &rare.answer {
        Answer::Declined(why) => format!("`{name}` was not split ({reason}): {why}. The plain runs stand."),
        Answer::Split(split) => match split.plain_runs {
            Some(runs) => format!(
                "`{name}` ({reason}): plain runs take about {} for the same error, {} times the work.",
                roughly(runs),
                roughly(split.gain.unwrap_or(1.0))
            ),
            None => format!("`{name}` ({reason})."),
        },
    }
}

/// A large number with two figures: `3 800`, `2.1 million`, `4.0e15`.
pub fn roughly(x: f64) -> String {
    match x {
        x if x >= 1e12 => format!("{x:.1e}"),
        x if x >= 1e9 => format!("{} billion", number(two_figures(x / 1e9))),
        x if x >= 1e6 => format!("{} million", number(two_figures(x / 1e6))),
        x => number(two_figures(x)),
    }
}

fn two_figures(x: f64) -> f64 {
    let step = libm::pow(10.0, libm::floor(libm::log10(x.max(1e-9))) - 1.0);
    (x / step).round() * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_have_two_figures() {
        let told = [1.96, 38.4, 3_812.0, 41_200.0, 2.06e6, 3.1e9, 4.04e15].map(roughly);
        assert_eq!(
            told.map(|text| crate::output::format::to_ascii(&text)),
            ["2", "38", "3 800", "41 000", "2.1 million", "3.1 billion", "4.0e15"]
        );
    }
}
