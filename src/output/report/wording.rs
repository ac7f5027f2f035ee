//! How a report tells numbers: two significant figures, and what is rare in words that claim no more than is known.
//!
//! In: shares and summaries. Out: cells and phrases. The files beside the report keep every digit.

use super::page::Cell;
use crate::analysis::{Proportion, Summary};
use crate::output::format::{NOTHING, grouped, percent_interval, rough};

/// Below this a share is told in words.
const RARE: f64 = 0.01;

/// A probability: `12 %`, or in words where it is rare; small, its interval, or for what is rare what it rests on.
pub fn probability(share: &Proportion, flag: &str) -> Cell {
    if share.is_empty() {
        return Cell::of(NOTHING);
    }
    if share.estimate < RARE {
        return Cell::with(rare(share), flag);
    }
    let interval = if share.counts.is_some() { percent_interval(share) } else { String::new() };
    if share.estimate > 1.0 - RARE {
        return Cell::with(format!("more than 99 in 100{}", runs(share)), "");
    }
    Cell::with(percent(share.estimate), interval)
}

/// The same in one phrase.
pub fn probability_phrase(share: &Proportion, flag: &str) -> String {
    let cell = probability(share, flag);
    if cell.small.is_empty() { cell.text } else { format!("{} ({})", cell.text, cell.small) }
}

/// `0.4 to 2`.
pub fn ends(low: f64, high: f64) -> String {
    format!("{} to {}", rough(low), rough(high))
}

fn runs(share: &Proportion) -> &'static str {
    if share.counts.is_some() { " runs" } else { "" }
}

/// `fewer than 1 in 1 000 runs`: the rarest such statement that the interval allows.
fn rare(share: &Proportion) -> String {
    let of = runs(share);
    let bound = (2..=12).rev().map(|power| 10_u64.pow(power)).find(|&n| share.high <= 1.0 / n as f64);
    match (bound, share.counts) {
        (Some(n), Some(counts)) if counts.hits == 0 => {
            format!("no run of {}; fewer than 1 in {}", grouped(counts.runs), grouped(n))
        }
        (Some(n), _) => format!("fewer than 1 in {}{of}", grouped(n)),
        (None, Some(counts)) if counts.hits == 0 => format!("no run of {}", grouped(counts.runs)),
        (None, _) => format!("about 1 in 100{of} or fewer"),
    }
}

/// A share between 0.01 and 0.99 with two significant figures of it or of its complement: `12 %`, `2.4 %`, `97.6 %`.
pub fn percent(share: f64) -> String {
    let smaller = 100.0 * share.min(1.0 - share);
    let decimals = usize::from(smaller < 9.95);
    format!("{:.decimals$} %", 100.0 * share)
}

/// A number a run: its mean, and between what nine of ten runs lie.
pub fn spread(summary: &Summary) -> Cell {
    let text = rough(summary.mean.estimate);
    let at = |wanted: f64| summary.quantiles.iter().find(|(p, _)| (p - wanted).abs() < 1e-9).map(|(_, value)| *value);
    match (at(0.05), at(0.95)) {
        (Some(low), Some(high)) => Cell::with(text, format!("9 of 10 runs: {} to {}", rough(low), rough(high))),
        _ => Cell::of(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fixture::share;

    #[track_caller]
    fn check(hits: u64, runs: u64, expected: &str) {
        let told = crate::output::format::to_ascii(&probability_phrase(&share(hits, runs), "judgement"));
        assert_eq!(told, expected, "{hits} of {runs}");
    }

    #[test]
    fn two_figures_and_rare_things_in_words() {
        check(1234, 10_000, "12 % (11 to 13 %)");
        check(240, 10_000, "2.4 % (2.1 to 2.8 %)");
        check(9_760, 10_000, "97.6 % (97.2 to 97.9 %)");
        check(99, 10_000, "about 1 in 100 runs or fewer (judgement)");
        check(50, 10_000, "fewer than 1 in 100 runs (judgement)");
        check(5, 100_000, "fewer than 1 in 1 000 runs (judgement)");
        check(0, 100_000, "no run of 100 000; fewer than 1 in 10 000 (judgement)");
        check(0, 50, "no run of 50 (judgement)");
        check(9_990, 10_000, "more than 99 in 100 runs");
        let exact = Proportion::exact(0.123_456);
        assert_eq!(probability_phrase(&exact, "judgement"), "12 %");
        let exact = Proportion::exact(0.000_05);
        assert_eq!(crate::output::format::to_ascii(&probability_phrase(&exact, "")), "fewer than 1 in 10 000");
    }
}
