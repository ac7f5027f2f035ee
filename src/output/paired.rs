//! A comparison on the same luck as text for a terminal.
//!
//! [`Paired`] goes in, a string comes out: a table for each alternative against the first, and the ranking. A difference whose
//! interval holds 0 is called not resolved, and no sign is read out of it.

use super::certainty;
use super::format::{self, NOTHING, grouped, number, percent, printable};
use super::terminal::{CLOSING, Layout, finished, grid, joined};
use crate::analysis::paired::{Consequence, Difference, Event, Pair, Paired, Prefer, Ranking};

/// What is said of a difference that is not told from none.
pub(super) const NOT_RESOLVED: &str = "not resolved";

/// Everything about a comparison.
pub fn paired_text(paired: &Paired, layout: &Layout) -> String {
    let mut sections = vec![heading(paired, layout)];
    for (index, pair) in against_the_first(paired) {
        let outcomes = events(paired, index, pair, "Outcome", false, layout);
        let milestones = events(paired, index, pair, "Milestone", true, layout);
        sections.extend([outcomes, milestones, consequences(paired, index, pair, layout)]);
    }
    sections.extend(paired.ranking.as_ref().map(|told| ranking(paired, told, layout)));
    sections.push(CLOSING.to_owned());
    joined(&sections)
}

/// The pairs whose first is the first alternative, with their index.
pub(super) fn against_the_first(paired: &Paired) -> impl Iterator<Item = (usize, Pair)> {
    paired.pairs.iter().copied().enumerate().filter(|(_, pair)| pair.first == 0)
}

fn heading(paired: &Paired, layout: &Layout) -> String {
    let mut text = format!(
        "{} alternatives on the same luck: {} runs of each, seed {}, horizon {}\n",
        paired.alternatives.len(),
        grouped(paired.runs),
        paired.seed,
        format::time(paired.axis.horizon, &paired.axis.unit)
    );
    if paired.is_partial() {
        text += &format!(
            "PARTIAL: interrupted after {} of {} runs\n",
            grouped(paired.runs),
            grouped(paired.runs_requested)
        );
    }
    if let Some(told) = &paired.precision {
        for line in certainty::lines_of("difference", told, paired.runs, paired.confidence) {
            text += &format!("{line}\n");
        }
    }
    for one in &paired.alternatives {
        let settings: Vec<String> =
            one.settings.iter().map(|(name, value)| format!("{} = {value}", printable(name))).collect();
        let with = if settings.is_empty() { String::new() } else { format!(", {}", settings.join(", ")) };
        let scenario = if one.scenario == one.label { &one.title } else { &one.scenario };
        text += &format!("  {}: {}{with}\n", printable(&one.label), printable(scenario));
    }
    finished(text, layout)
}

fn events(paired: &Paired, index: usize, pair: Pair, what: &str, milestones: bool, layout: &Layout) -> String {
    let of = |event: &Event| {
        let cell = |one: usize| event.probabilities[one].as_ref().map_or_else(|| NOTHING.to_owned(), percent);
        let difference = event.differences[index].as_ref();
        row(&event.name, [cell(pair.first), cell(pair.second)], difference, points, "")
    };
    let rows = paired.events.iter().filter(|event| event.is_milestone == milestones).map(of).collect();
    grid(header(paired, what, pair, "Difference, points"), rows, layout)
}

fn consequences(paired: &Paired, index: usize, pair: Pair, layout: &Layout) -> String {
    let of = |one: &Consequence| {
        let mean = |which: usize| one.means[which].map_or_else(|| NOTHING.to_owned(), |mean| number(mean.estimate));
        row(&one.name, [mean(pair.first), mean(pair.second)], one.differences[index].as_ref(), amounts, &one.unit)
    };
    let rows = paired.consequences.iter().map(of).collect();
    grid(header(paired, "Consequence, mean", pair, "Difference"), rows, layout)
}

fn header(paired: &Paired, what: &str, pair: Pair, difference: &str) -> Vec<String> {
    let interval = format!("{} % interval", number(100.0 * paired.confidence));
    let labels = [pair.first, pair.second].map(|one| printable(paired.label(one)));
    let mut header = vec![what.to_owned()];
    header.extend(labels);
    header.extend([difference.to_owned(), interval, "Worth, runs".to_owned(), String::new()]);
    header
}

fn row(
    name: &str,
    values: [String; 2],
    difference: Option<&Difference>,
    told: impl Fn(&Difference) -> [String; 2],
    unit: &str,
) -> Vec<String> {
    let [size, interval] = difference.map_or([NOTHING.to_owned(), NOTHING.to_owned()], told);
    let verdict = match difference {
        Some(difference) if !difference.is_resolved() => NOT_RESOLVED.to_owned(),
        _ => printable(unit),
    };
    let mut row = vec![printable(name)];
    row.extend(values);
    row.extend([size, interval, worth(difference.and_then(|difference| difference.variance_reduction)), verdict]);
    row
}

/// How many runs with luck of their own one with shared luck is worth.
fn worth(reduction: Option<f64>) -> String {
    reduction.map_or_else(|| NOTHING.to_owned(), |factor| format!("{factor:.1}"))
}

/// A difference of probabilities in percentage points with its interval, to the digits that the interval supports, its
/// ends rounded outwards: `+2.1`, `+1.6 to +2.6`.
pub(super) fn points(difference: &Difference) -> [String; 2] {
    let [estimate, low, high] = [difference.estimate, difference.low, difference.high].map(|share| 100.0 * share);
    let half = ((high - low) / 2.0).max(1e-9);
    let mut decimals = (-libm::floor(libm::log10(half))).clamp(0.0, 9.0);
    // What is resolved looks so: the end that is nearer to 0 does not round to it.
    let nearest = if difference.is_resolved() { low.abs().min(high.abs()) } else { 1.0 };
    while decimals < 9.0 && nearest * libm::pow(10.0, decimals) < 1.0 {
        decimals += 1.0;
    }
    let scale = libm::pow(10.0, decimals);
    let shown = |value: f64| {
        let text = format!("{:+.*}", decimals as usize, value + 0.0);
        if text.trim_start_matches(['+', '-', '0', '.']).is_empty() { "0".to_owned() } else { text }
    };
    let (low, high) = ((low * scale + 1e-9).floor() / scale, (high * scale - 1e-9).ceil() / scale);
    [shown(estimate), format!("{} to {}", shown(low), shown(high))]
}

/// A difference of means with its interval.
fn amounts(difference: &Difference) -> [String; 2] {
    let signed = |value: f64| if value > 0.0 { format!("+{}", number(value)) } else { number(value) };
    [signed(difference.estimate), format!("{} to {}", signed(difference.low), signed(difference.high))]
}

fn ranking(paired: &Paired, told: &Ranking, layout: &Layout) -> String {
    let order = match told.prefer {
        Prefer::Low => "lowest first",
        Prefer::High => "highest first",
    };
    let value = |x: f64| if told.is_probability { format!("{} %", number(100.0 * x)) } else { number(x) };
    let rows = told.places.iter().map(|place| {
        vec![
            printable(paired.label(place.alternative)),
            value(place.estimate),
            format!("{} to {}", value(place.low), value(place.high)),
            chance(place.best),
        ]
    });
    let by = if told.unit.is_empty() { told.by.clone() } else { format!("{}, {}", told.by, told.unit) };
    let interval = format!("{} % interval", number(100.0 * paired.confidence));
    let header = [format!("By {}, {order}", printable(&by)), "Value".to_owned(), interval, "Best".to_owned()];
    grid(header.into(), rows.collect(), layout)
}

/// The probability of being best, as far as draws tell it.
pub(super) fn chance(best: f64) -> String {
    match best {
        best if best > 0.999 => "> 99.9 %".to_owned(),
        best if best < 0.001 => "< 0.1 %".to_owned(),
        best => format!("{:.0} %", 100.0 * best),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_the_digits_that_their_intervals_support() {
        let told = |estimate: f64, low: f64, high: f64| {
            points(&Difference { estimate, low, high, variance_reduction: None }).join(" | ")
        };
        assert_eq!(told(0.0213, 0.0168, 0.0257), "+2.1 | +1.6 to +2.6");
        assert_eq!(told(-0.0213, -0.0257, -0.0168), "-2.1 | -2.6 to -1.6");
        assert_eq!(told(0.0, -0.0009, 0.0009), "0 | -0.09 to +0.09");
        assert_eq!(told(0.123, 0.06, 0.18), "+12 | +6 to +18");
        assert_eq!(told(0.003, 0.0004, 0.0056), "+0.30 | +0.04 to +0.56");
        assert_eq!([0.9999, 0.98, 0.0].map(chance), ["> 99.9 %", "98 %", "< 0.1 %"]);
    }

    #[test]
    fn an_interval_that_holds_zero_resolves_nothing() {
        let of = |low, high| Difference { estimate: 0.0, low, high, variance_reduction: None }.is_resolved();
        assert!(of(0.1, 0.2) && of(-0.2, -0.1) && !of(-0.1, 0.1) && !of(0.0, 0.0));
    }
}
