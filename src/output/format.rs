//! How numbers are shown to people: two significant figures of a probability, no "0 %" and no "100 %".
//!
//! In: numbers of findings. Out: short strings. Tables for machines do not use this: they carry every digit.

use crate::analysis::{Proportion, TimeQuantile};

/// A share as a percentage; with no hits, or nothing but hits, the bound that the interval allows.
pub fn percent(share: &Proportion) -> String {
    if share.runs == 0 {
        "–".to_owned()
    } else if share.hits == 0 {
        format!("< {}", percentage(share.high))
    } else if share.hits == share.runs {
        format!("> {}", percentage(share.low))
    } else {
        percentage(share.estimate)
    }
}

/// The interval of a share: `22.7 – 24.5 %`.
pub fn percent_interval(share: &Proportion) -> String {
    let digits = decimals_for(share.high - share.low);
    format!("{:.digits$} – {:.digits$} %", 100.0 * share.low, 100.0 * share.high)
}

/// A probability as a percentage with two significant figures, and no fewer than the whole percents.
pub fn percentage(p: f64) -> String {
    let percents = 100.0 * p;
    // Close to 100 what matters is how far from it.
    let telling = if percents > 99.0 && percents < 100.0 { 100.0 - percents } else { percents };
    format!("{percents:.*} %", decimals(telling, 2))
}

/// Decimals that show an interval of this width to one figure more than its first.
fn decimals_for(width: f64) -> usize {
    decimals(100.0 * width, 2).min(6)
}

/// Decimals that show this many significant figures of a number.
fn decimals(x: f64, figures: usize) -> usize {
    let mut decimals = 0;
    let mut rest = x.abs();
    let mut enough = 1.0;
    for _ in 1..figures {
        enough *= 10.0;
    }
    while rest > 0.0 && rest < enough && decimals < 12 {
        rest *= 10.0;
        decimals += 1;
    }
    decimals
}

/// A quantity with three significant figures, thousands apart: `12 300`, `4.57`, `0.0123`.
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return x.to_string();
    }
    if x == 0.0 {
        return "0".to_owned();
    }
    let size = x.abs();
    if !(1e-6..1e15).contains(&size) {
        return format!("{x:.2e}");
    }
    if size >= 100.0 {
        // Three figures: the rest of the whole part is zeros.
        let mut unit = 1.0;
        while size / unit >= 1000.0 {
            unit *= 10.0;
        }
        return grouped(&format!("{:.0}", (x / unit).round() * unit));
    }
    let shown = format!("{x:.*}", decimals(size, 3));
    if shown.contains('.') { shown.trim_end_matches('0').trim_end_matches('.').to_owned() } else { shown }
}

/// Digits in threes, with a thin space between.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("−", rest));
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    format!("{sign}{text}")
}

/// A time in its unit: `15.3 weeks`.
pub fn time(t: f64, unit: &str) -> String {
    let plural = if number(t) == "1" { "" } else { "s" };
    format!("{} {unit}{plural}", number(t))
}

/// A time quantile over all runs: a time, or that it is not reached.
pub fn time_quantile(quantile: &TimeQuantile) -> String {
    quantile.time.map_or_else(|| "not reached".to_owned(), number)
}

/// A name as people read it: `wider_war` is `wider war`.
pub fn title(name: &str) -> String {
    name.replace(['_', '-'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(hits: u64, runs: u64, low: f64, high: f64) -> Proportion {
        Proportion { hits, runs, estimate: hits as f64 / runs as f64, low, high }
    }

    #[test]
    fn shares_are_never_nothing_and_never_all() {
        assert_eq!(percent(&share(236, 1000, 0.21, 0.26)), "24 %");
        assert_eq!(percent(&share(0, 1000, 0.0, 0.00384)), "< 0.38 %");
        assert_eq!(percent(&share(1000, 1000, 0.99616, 1.0)), "> 99.62 %");
        assert_eq!(percent(&share(18, 1000, 0.011, 0.028)), "1.8 %");
        assert_eq!(percent_interval(&share(236, 1000, 0.2107, 0.2633)), "21.1 – 26.3 %");
    }

    #[test]
    fn numbers_keep_three_figures() {
        for (x, shown) in [
            (0.0, "0"),
            (1.0, "1"),
            (104.0, "104"),
            (12_345.0, "12\u{2009}300"),
            (-1_234_567.0, "−1\u{2009}230\u{2009}000"),
            (4.5678, "4.57"),
            (0.012_34, "0.0123"),
            (2.5, "2.5"),
            (1e-9, "1.00e-9"),
        ] {
            assert_eq!(number(x), shown);
        }
    }
}
