//! What is said of a precision: how near it was reached, and if it was not, why not and what would help.
//!
//! In: [`Reached`]. Out: sentences for the terminal, and few words for the foot of a chart.

use super::format::{self, grouped, number, printable};
use crate::analysis::Findings;
use crate::analysis::precise::{Ending, Look, Reached};
use crate::stats::sequence::Precision;

/// A precision as it is typed: `0.5 points`, `10 %`.
pub fn asked(precision: Precision) -> String {
    match precision {
        Precision::Absolute(half) => amount(precision, half),
        Precision::Relative(part) => amount(precision, part),
    }
}

/// What was reached, in the unit of what was asked, rounded so that it never looks better than it is.
fn amount(unit: Precision, reached: f64) -> String {
    let percent = (100.0 * reached * 1e9).round() / 1e9;
    let scale = libm::pow(10.0, 2.0 - libm::floor(libm::log10(percent.max(1e-9))) - 1.0);
    let outwards = (percent * scale - 1e-6).ceil() / scale;
    let shown = number(outwards);
    match unit {
        Precision::Absolute(_) if shown == "1" => "1 point".to_owned(),
        Precision::Absolute(_) => format!("{shown} points"),
        Precision::Relative(_) => format!("{shown} %"),
    }
}

/// How near the probabilities are known, such as `0.94 points`; of a part, `8.1 % of each`.
fn reached(told: &Reached) -> Option<String> {
    let amount = amount(told.asked, told.reached?);
    Some(match told.asked {
        Precision::Absolute(_) => amount,
        Precision::Relative(_) => format!("{amount} of itself"),
    })
}

/// A few words for the foot of a chart: `each probability within 0.94 points`; nothing where no precision was asked for.
pub fn in_short(findings: &Findings) -> Option<String> {
    let reached = reached(findings.precision.as_ref()?)?;
    Some(format!("each probability within {reached}"))
}

/// What a look between two rounds has seen, behind a progress bar: `  (now 1.3 points of 0.5 points)`.
pub fn at_a_look(precision: Precision, look: &Look) -> String {
    let asked = asked(precision);
    match look.reached {
        Some(reached) => format!("  (now {} of {asked})", amount(precision, reached)),
        None => format!("  (something not seen yet, for {asked})"),
    }
}

/// The lines below a heading that tell how far it came; the first begins with capitals if it was not far enough.
pub fn lines(findings: &Findings) -> Vec<String> {
    let told = findings.precision.as_ref();
    told.map_or_else(Vec::new, |told| lines_of("probability", told, findings.origin.runs, findings.confidence))
}

/// The same for what is known of every such `thing`.
pub fn lines_of(thing: &str, told: &Reached, runs: u64, confidence: f64) -> Vec<String> {
    let asked = asked(told.asked);
    let sure = format!("{} % sure of all {} at once", number(100.0 * confidence), told.together);
    if told.ending == Ending::Precise {
        let reached = reached(told).unwrap_or_else(|| asked.clone());
        return vec![format!("every {thing} is known within {reached} ({asked} asked for, {sure})")];
    }
    let worst = printable(&told.worst);
    let came = match told.reached.map(|reached| amount(told.asked, reached)) {
        Some(reached) => format!("reached {reached} of the {asked} asked for ({sure}; `{worst}` is known worst)"),
        None => format!("`{worst}` was not seen once, and a part of nothing cannot be told"),
    };
    let why = match told.ending {
        Ending::Time => {
            format!(
                "the time was up; how many runs fit into it depends on the machine, `--max-runs {runs}` repeats these"
            )
        }
        Ending::Interrupted => "it was interrupted".to_owned(),
        Ending::Budget | Ending::Precise => format!("there were to be no more than {} runs", grouped(runs)),
    };
    let help = match (told.needed, told.asked) {
        (Some(needed), _) => format!("it takes about {} runs: `--max-runs {needed}`", format::grouped(needed)),
        (None, Precision::Relative(_)) => "ask for points, such as `--precision \"0.1 points\"`".to_owned(),
        (None, Precision::Absolute(_)) => return vec![format!("PRECISION NOT REACHED: {came}"), why],
    };
    vec![format!("PRECISION NOT REACHED: {came}"), format!("{why}; {help}")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fixture;

    fn told(asked: Precision, reached: Option<f64>, ending: Ending, needed: Option<u64>) -> String {
        let mut findings = fixture::findings();
        findings.precision = Some(Reached { asked, reached, worst: "war".into(), together: 4, ending, needed });
        format::to_ascii(&lines(&findings).join("\n"))
    }

    #[test]
    fn tells_how_near_and_how_sure() {
        let text = told(Precision::Absolute(0.01), Some(0.00943), Ending::Precise, None);
        assert_eq!(
            text,
            "every probability is known within 0.95 points (1 point asked for, 95 % sure of all 4 at once)"
        );
        let text = told(Precision::Relative(0.1), Some(0.0999), Ending::Precise, None);
        assert!(text.contains("within 10 % of itself (10 % asked for"), "{text}");
    }

    #[test]
    fn tells_what_was_not_reached_why_and_what_to_type() {
        let text = told(Precision::Absolute(0.005), Some(0.008), Ending::Budget, Some(2600));
        assert!(text.starts_with("PRECISION NOT REACHED: reached 0.8 points of the 0.5 points asked for"), "{text}");
        assert!(text.contains("no more than 1 000 runs; it takes about 2 600 runs: `--max-runs 2600`"), "{text}");
        let text = told(Precision::Relative(0.1), None, Ending::Budget, None);
        assert!(text.contains("`war` was not seen once") && text.contains("--precision \"0.1 points\""), "{text}");
        let text = told(Precision::Absolute(0.005), Some(0.008), Ending::Time, Some(2600));
        assert!(text.contains("the time was up") && text.contains("`--max-runs 1000` repeats these"), "{text}");
    }

    #[test]
    fn rounds_to_the_worse() {
        for (reached, expected) in
            [(0.00801, "0.81 points"), (0.008, "0.8 points"), (0.01, "1 point"), (0.1234, "13 points")]
        {
            assert_eq!(amount(Precision::Absolute(1.0), reached), expected);
        }
        assert_eq!(asked(Precision::Absolute(0.005)), "0.5 points");
        assert_eq!(asked(Precision::Relative(0.1)), "10 %");
    }
}
