//! Doubt and chance as a table for a terminal.

use super::{Layout, finished, grid, grouped, printable};
use crate::analysis::{Doubt, DoubtMethod, Findings, Separated, SeparatedEvent};

/// What was drawn, and for each outcome what its variance is made of; empty where all runs had the same parameters.
pub fn doubt_table(findings: &Findings, layout: &Layout) -> String {
    let Some(doubt) = &findings.doubt else { return String::new() };
    let mut text = finished(drawn(doubt), layout);
    match &doubt.separated {
        Some(separated) => {
            let rows = separated.outcomes.iter().chain(&separated.milestones).map(row).collect();
            let header = [
                "Doubt and chance",
                "Probability at 9 of 10 sets",
                "Variance from doubt",
                "95 % interval",
                "From chance",
            ];
            text.push_str(&grid(header.map(str::to_owned).into(), rows, layout));
            text.push_str(&finished(how(separated), layout));
        }
        None if doubt.method == DoubtMethod::Nested => {
            text.push_str("Interrupted before doubt and chance were told apart.\n");
        }
        None => {}
    }
    text
}

fn drawn(doubt: &Doubt) -> String {
    match doubt.drawn.len() {
        0 => "No parameter has a range or a distribution: nothing was drawn.\n".to_owned(),
        1 => format!("Every run drew its own value of {}.\n", printable(&doubt.drawn[0])),
        n => format!(
            "Every run drew its own values of {n} parameters: the findings are over chance and doubt together.\n"
        ),
    }
}

fn how(separated: &Separated) -> String {
    let (sets, runs) = (grouped(separated.points), grouped(separated.runs_per_point));
    match separated.runs_per_point {
        0 => format!("Told apart at {sets} parameter sets, each solved.\n"),
        _ => format!("Told apart at {sets} parameter sets with {runs} runs each; their sampling noise is taken out.\n"),
    }
}

fn row(event: &SeparatedEvent) -> Vec<String> {
    let found = &event.components;
    let band = found.band.map_or_else(|| "not seen above the noise".to_owned(), |[low, high]| between(low, high));
    let shares = match found.doubt_share {
        None => ["–".to_owned(), "–".to_owned(), "–".to_owned()],
        Some(share) => {
            let decimals = decimals(share.estimate);
            let percent = |share: f64| format!("{:.decimals$} %", 100.0 * share);
            [percent(share.estimate), between(share.low, share.high), percent(1.0 - share.estimate)]
        }
    };
    [printable(&event.name), band].into_iter().chain(shares).collect()
}

/// `4.2 to 12 %`.
fn between(low: f64, high: f64) -> String {
    let told = |share: f64| format!("{:.*}", decimals(share), 100.0 * share);
    format!("{} to {} %", told(low), told(high))
}

/// Decimals of a share in per cent: two significant figures, at most two decimals.
fn decimals(share: f64) -> usize {
    match 100.0 * share {
        0.0 => 0,
        percent if percent < 0.95 => 2,
        percent if percent < 9.95 => 1,
        _ => 0,
    }
}
