//! How numbers, shares and times are written for people: the one place that rounds for reading.
//!
//! Numbers of the findings go in, short strings come out, for the terminal and for charts alike. Files for machines
//! (CSV, JSON) keep every digit and do not come here. Grouping uses the narrow no-break space (U+202F).

use crate::analysis::Proportion;

const GROUP_SEPARATOR: char = '\u{202f}';

/// What stands where there is nothing to say.
pub const NOTHING: &str = "–";

/// A share of runs in percent, with two significant figures of it or of its complement, whichever is smaller:
/// `12 %`, `0.031 %`, `99.73 %`.
///
/// An exact probability has four figures, and 0 and 1 are what they are.
///
/// Runs cannot show that something never, or always, happens: no hits give the interval's upper end (`< 0.004 %`),
/// nothing but hits its lower end (`> 99.996 %`), each with one significant figure and rounded outwards.
pub fn percent(share: &Proportion) -> String {
    match decimals(share) {
        None => NOTHING.to_owned(),
        Some(decimals) if share.no_hits() => format!("< {:.decimals$} %", round_up(share.high, decimals)),
        Some(decimals) if share.all_hits() => format!("> {:.decimals$} %", round_down(share.low, decimals)),
        Some(_) if share.counts.is_none() && share.estimate > 0.0 && share.estimate < 1e-6 => {
            let figures = if share.is_exact() { 3 } else { 1 };
            format!("{:.figures$e} %", 100.0 * share.estimate)
        }
        Some(decimals) => format!("{:.decimals$} %", 100.0 * share.estimate),
    }
}

/// The interval of a share in percent, such as `11 to 13 %`, with the decimals of [`percent`], rounded outwards so
/// that it always contains the estimate as printed; a dash for an exact probability, which has none.
pub fn percent_interval(share: &Proportion) -> String {
    let Some(decimals) = decimals(share).filter(|_| !share.is_exact()) else { return NOTHING.to_owned() };
    if share.counts.is_none() && share.estimate < 1e-6 {
        return format!("{:.1e} to {:.1e} %", 100.0 * share.low, 100.0 * share.high);
    }
    let low = if share.no_hits() { "0".to_owned() } else { format!("{:.decimals$}", round_down(share.low, decimals)) };
    let high =
        if share.all_hits() { "100".to_owned() } else { format!("{:.decimals$}", round_up(share.high, decimals)) };
    format!("{low} to {high} %")
}

/// Decimals of the percentage that [`percent`] prints; `None` without runs.
fn decimals(share: &Proportion) -> Option<usize> {
    let smaller = 100.0 * share.estimate.min(1.0 - share.estimate);
    if share.is_empty() {
        None
    } else if share.is_exact() {
        // Closer to 0 or 1 than this a solution does not know which it is; near 0 the figures are told as a power of ten.
        Some(if smaller < 1e-9 { 0 } else { decimals_for(smaller, 4) })
    } else if share.no_hits() {
        Some(decimals_for(100.0 * share.high, 1))
    } else if share.all_hits() {
        Some(decimals_for(100.0 * (1.0 - share.low), 1))
    } else {
        Some(decimals_for(smaller, 2))
    }
}

/// Decimals at which a positive number shows so many significant figures.
fn decimals_for(x: f64, figures: usize) -> usize {
    let scientific = format!("{x:.*e}", figures - 1);
    let exponent: i32 = scientific.split_once('e').and_then(|(_, digits)| digits.parse().ok()).unwrap_or(0);
    (figures as i32 - 1 - exponent).clamp(0, 15) as usize
}

/// A share as percentage, rounded up at a decimal, but not for the last bits of its own rounding.
fn round_up(share: f64, decimals: usize) -> f64 {
    let scale = libm::pow(10.0, decimals as f64);
    ((100.0 * share * scale - 1e-9).ceil() / scale).min(100.0)
}

/// A share as percentage, rounded down at a decimal, but not for the last bits of its own rounding.
fn round_down(share: f64, decimals: usize) -> f64 {
    let scale = libm::pow(10.0, decimals as f64);
    ((100.0 * share * scale + 1e-9).floor() / scale).max(0.0)
}

/// A quantity with three significant figures, its whole part in full and grouped: `0.0312`, `12.5`, `1 235`.
/// Whole numbers stay whole; below 0.0001 and from 10^12 on, a power of ten: `1.23e-7`.
pub fn number(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 {
        "0".to_owned()
    } else if !x.is_finite() {
        if x.is_nan() { NOTHING.to_owned() } else { format!("{}∞", if x < 0.0 { "-" } else { "" }) }
    } else if !(1e-4..1e12).contains(&size) {
        format!("{x:.2e}")
    } else if size >= 99.95 || size.fract() == 0.0 {
        let sign = if x < 0.0 { "-" } else { "" };
        format!("{sign}{}", grouped(size.round() as u64))
    } else {
        let decimals = decimals_for(size, 3);
        let text = format!("{x:.decimals$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// A quantity with two significant figures, as in a text: `0.031`, `13`, `1 200`; a power of ten as [`number`] has it.
pub fn rough(x: f64) -> String {
    match format!("{x:.1e}").parse::<f64>() {
        Ok(rounded) if x.is_finite() => number(rounded),
        _ => number(x),
    }
}

/// A whole number in groups of three digits: `100 000`. Four digits are grouped too.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(GROUP_SEPARATOR);
        }
        text.push(digit);
    }
    text
}

/// A range of quantities: `11 to 13`.
pub fn range(low: f64, high: f64) -> String {
    format!("{} to {}", number(low), number(high))
}

/// A time with its unit's word in the right number: `1 week`, `104 weeks`.
pub fn time(time: f64, unit: &str) -> String {
    let number = number(time);
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

/// The name of a quantile, such as `p05` for 0.05, `p50`, `p97.5`.
pub fn quantile_name(probability: f64) -> String {
    let percent = format!("{:.9}", 100.0 * probability);
    let percent = percent.trim_end_matches('0').trim_end_matches('.');
    if percent.split('.').next().is_some_and(|whole| whole.len() < 2) {
        format!("p0{percent}")
    } else {
        format!("p{percent}")
    }
}

/// Text without control characters, which a scenario's names could use to disturb a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// The same text in ASCII as far as this module's own characters go: spaces for group separators, hyphens for dashes and in
/// arrows.
pub fn to_ascii(text: &str) -> String {
    text.replace(GROUP_SEPARATOR, " ").replace(['–', '—'], "-").replace('∞', "inf").replace('→', "->")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Counts;
    use crate::stats::interval::{Z_95, wilson};

    fn share(hits: u64, runs: u64) -> Proportion {
        let (low, high) = wilson(hits, runs, Z_95);
        Proportion { counts: Some(Counts { hits, runs }), estimate: hits as f64 / runs as f64, low, high }
    }

    #[track_caller]
    fn check(hits: u64, runs: u64, expected: &str, interval: &str) {
        let share = share(hits, runs);
        assert_eq!((percent(&share).as_str(), percent_interval(&share).as_str()), (expected, interval));
    }

    #[test]
    fn percentages() {
        check(1234, 10_000, "12 %", "11 to 13 %");
        check(5_000, 10_000, "50 %", "49 to 51 %");
        check(31, 100_000, "0.031 %", "0.021 to 0.044 %");
        check(500, 10_000, "5.0 %", "4.5 to 5.5 %");
        check(9_973, 10_000, "99.73 %", "99.60 to 99.82 %");
        check(999_999, 1_000_000, "99.99990 %", "99.99943 to 99.99999 %");
        check(995, 10_000, "10 %", "9 to 11 %");
        check(0, 0, NOTHING, NOTHING);
    }

    #[test]
    fn never_and_always_are_bounds() {
        check(0, 100_000, "< 0.004 %", "0 to 0.004 %");
        check(0, 100, "< 4 %", "0 to 4 %");
        check(0, 20, "< 17 %", "0 to 17 %");
        check(100_000, 100_000, "> 99.996 %", "99.996 to 100 %");
        check(100, 100, "> 96 %", "96 to 100 %");
        check(1, 100_000, "0.0010 %", "0.0001 to 0.0057 %");
    }

    #[test]
    fn exact_probabilities_have_no_interval() {
        for (p, expected) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.22763, "22.76 %"),
            (3.2e-9, "3.200e-7 %"),
            (1.0 - 1e-14, "100 %"),
            (1.0 - 1e-5, "99.999000 %"),
        ] {
            let share = Proportion::exact(p);
            assert_eq!((percent(&share).as_str(), percent_interval(&share).as_str()), (expected, NOTHING));
        }
    }

    #[test]
    fn quantities() {
        for (x, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (12.0, "12"),
            (12.5, "12.5"),
            (12.34, "12.3"),
            (0.03124, "0.0312"),
            (-0.5, "-0.5"),
            (0.9999, "1"),
            (99.96, "100"),
            (123.4, "123"),
            (1234.6, "1\u{202f}235"),
            (-1_234_567.0, "-1\u{202f}234\u{202f}567"),
            (1.234e-7, "1.23e-7"),
            (2e15, "2.00e15"),
            (f64::NEG_INFINITY, "-∞"),
            (f64::NAN, NOTHING),
        ] {
            assert_eq!(number(x), expected);
        }
        let rounded: Vec<String> = [0.03124, 12.34, 0.99, 1234.6, -1267.0, 0.0, 2.04].map(rough).into();
        assert_eq!(rounded, ["0.031", "12", "0.99", "1\u{202f}200", "-1\u{202f}300", "0", "2"]);
        assert_eq!(range(-3.0, -1.25), "-3 to -1.25");
        assert_eq!(grouped(100), "100");
        assert_eq!(grouped(4096), "4\u{202f}096");
    }

    #[test]
    fn times_and_names() {
        assert_eq!((time(1.0, "week"), time(104.0, "week")), ("1 week".to_owned(), "104 weeks".to_owned()));
        let names: Vec<String> = [0.0, 0.05, 0.07, 0.5, 0.975, 0.999, 0.005, 1.0].map(quantile_name).into();
        assert_eq!(names, ["p00", "p05", "p07", "p50", "p97.5", "p99.9", "p00.5", "p100"]);
        assert_eq!(to_ascii(&format!("{}–{}", number(1e4), number(f64::INFINITY))), "10 000-inf");
        assert_eq!(printable("a\u{1b}[31mb"), "a [31mb");
    }
}
