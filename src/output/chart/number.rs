//! Numbers as a reader wants them: thin spaces between thousands, no more digits than are known.
//!
//! In: values. Out: strings. Draws nothing.

use crate::analysis::Proportion;
use crate::output::format;

/// Between thousands and before a unit: not to be broken, narrow.
pub(super) const THIN: char = '\u{202f}';

pub(super) fn power_of_ten(exponent: f64) -> f64 {
    libm::pow(10.0, exponent)
}

/// Digits after the point that a step needs.
pub(super) fn decimals(step: f64) -> usize {
    (0..12).find(|&d| is_whole(step * power_of_ten(d as f64))).unwrap_or(12)
}

fn is_whole(value: f64) -> bool {
    (value - value.round()).abs() < 1e-6 * value.abs().max(1e-3)
}

/// A number with thin spaces between thousands and a true minus.
pub(super) fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    if value < 0.0 && text.chars().any(|c| c.is_ascii_digit() && c != '0') {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    out + rest
}

/// A count of runs.
pub(super) fn count(runs: u64) -> String {
    grouped(runs as f64, 0)
}

/// Power of ten and its sign for numbers up to `size`: large ones are told in thousands, millions or billions.
fn magnitude(size: f64) -> (f64, &'static str) {
    match size {
        s if s >= 1e9 => (1e9, "bn"),
        s if s >= 1e6 => (1e6, "M"),
        s if s >= 1e5 => (1e3, "k"),
        _ => (1.0, ""),
    }
}

/// A value to the precision of `step`, on the scale of numbers up to `size`.
pub(super) fn quantity(value: f64, step: f64, size: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e13).contains(&size) {
        return powered(value);
    }
    let (divisor, sign) = magnitude(size);
    let step = step / divisor;
    let value = (value / divisor / step).round() * step;
    let text = grouped(value, decimals(step));
    if sign.is_empty() { text } else { format!("{text}{THIN}{sign}") }
}

/// A number as a factor and a power of ten.
fn powered(value: f64) -> String {
    let text = format!("{value:.1e}");
    let (factor, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let raised: String = exponent
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            other => other.to_digit(10).and_then(|d| char::from_u32(0x2070 + d)).unwrap_or(other),
        })
        .collect();
    format!("{}×10{raised}", factor.replace('-', "−"))
}

/// The step to which numbers spread over `width` are worth telling: a twentieth of it or less. Without any spread it is
/// a hundredth of the numbers' `size`, or more where they are rounder.
pub(super) fn told_step(width: f64, size: f64) -> f64 {
    let spread = width > 1e-9 * size;
    let least = if spread { width / 20.0 } else { size / 100.0 };
    if !(least > 0.0 && least.is_finite()) {
        return 1.0;
    }
    let mut step = power_of_ten(libm::log10(least).floor());
    while !spread && 10.0 * step <= size && is_whole(size / (10.0 * step)) {
        step *= 10.0;
    }
    step
}

/// A probability with the digits that its interval supports, two significant ones at most; an exact one as in text. Without hits (or without misses) it is a bound, to two
/// significant figures, rounded outwards.
pub(super) fn percent(p: &Proportion) -> String {
    if p.is_empty() {
        return "–".to_owned();
    }
    if p.counts.is_none() {
        let told = format::percent(p).replace(' ', &THIN.to_string());
        return if p.is_by_splitting() { format!("{told} by splitting") } else { told };
    }
    let figures =
        |share: f64, digits: f64| (digits - (libm::log10(100.0 * share) + 1e-9).floor()).clamp(0.0, 9.0) as usize;
    let outwards =
        |share: f64, d: usize| (100.0 * share * power_of_ten(d as f64) - 1e-9).ceil() / power_of_ten(d as f64);
    if p.no_hits() {
        let high = p.high.clamp(1e-9, 1.0);
        let d = figures(high, 1.0);
        return format!("<{THIN}{}{THIN}%", grouped(outwards(high, d), d));
    }
    if p.all_hits() {
        let rest = (1.0 - p.low).clamp(1e-9, 1.0);
        let d = figures(rest, 0.0);
        return format!(">{THIN}{}{THIN}%", grouped(100.0 - outwards(rest, d), d));
    }
    let half = (50.0 * (p.high - p.low)).max(1e-9);
    let supported = (-libm::log10(half / 8.0)).floor().clamp(0.0, 9.0) as usize;
    // Near certainty the digits of the rest count.
    let worth =
        if p.estimate < 0.5 { figures(p.estimate.max(1e-9), 1.0) } else { figures((1.0 - p.estimate).max(1e-9), 0.0) };
    let d = supported.min(worth);
    format!("{}{THIN}%", grouped(100.0 * p.estimate, d))
}

/// A share as a rough label, to two significant figures.
pub(super) fn share(value: f64) -> String {
    let percent = 100.0 * value;
    match percent {
        p if p <= 0.0 => format!("0{THIN}%"),
        p if p < 0.1 => format!("<{THIN}0.1{THIN}%"),
        p if p < 9.95 => format!("{p:.1}{THIN}%"),
        p if (99.5..100.0).contains(&p) => format!(">{THIN}99{THIN}%"),
        p => format!("{p:.0}{THIN}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Counts;

    fn told(hits: u64, runs: u64, low: f64, high: f64) -> String {
        let estimate = hits as f64 / runs.max(1) as f64;
        percent(&Proportion { counts: Some(Counts { hits, runs }), estimate, low, high }).replace(THIN, " ")
    }

    #[test]
    fn probabilities_have_the_digits_they_support() {
        assert_eq!(told(23_612, 100_000, 0.2335, 0.2387), "24 %");
        assert_eq!(told(236, 1000, 0.211, 0.263), "24 %");
        assert_eq!(told(4_200, 100_000, 0.0408, 0.0432), "4.2 %");
        assert_eq!(told(421, 100_000, 0.00383, 0.00463), "0.42 %");
        assert_eq!(told(0, 100_000, 0.0, 0.000_038_4), "< 0.0039 %");
        assert_eq!(told(0, 10, 0.0, 0.278), "< 28 %");
        assert_eq!(told(100_000, 100_000, 0.999_961_6, 1.0), "> 99.996 %");
        assert_eq!(told(99_990, 100_000, 0.99982, 0.99995), "99.99 %");
        assert_eq!(told(0, 0, 0.0, 1.0), "–");
    }

    #[test]
    fn steps_suit_the_spread() {
        assert_eq!(told_step(1400.0, 1500.0), 10.0);
        assert_eq!(told_step(0.0, 9.0), 1.0);
        assert_eq!(told_step(0.0, 0.25), 0.01);
        assert_eq!(told_step(0.0, 0.0), 1.0);
    }

    #[test]
    fn quantities_read_well() {
        let read = |value, step, size| quantity(value, step, size).replace(THIN, " ");
        assert_eq!(read(12_345.0, 1000.0, 41_000.0), "12 000");
        assert_eq!(read(1500.0, 500.0, 2000.0), "1 500");
        assert_eq!(read(150_000.0, 50_000.0, 200_000.0), "150 k");
        assert_eq!(read(9_100_000.0, 100_000.0, 9_100_000.0), "9.1 M");
        assert_eq!(read(-0.25, 0.05, 1.0), "−0.25");
        assert_eq!(read(2.5e-7, 1e-8, 5e-7), "2.5×10⁻⁷");
        assert_eq!(read(0.0, 1.0, 1.0), "0");
    }
}
