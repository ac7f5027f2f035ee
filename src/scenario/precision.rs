//! What an author types for a precision (`0.5 points`, `10 %`), for a confidence (`95`) and for a limit of time (`5 min`).
//!
//! In: the text of a flag or of a key. Out: the number meant, or what was expected in its place.

use crate::stats::sequence::Precision;
use std::time::Duration;

/// What a precision should look like, for messages.
pub const PRECISION_EXPECTED: &str =
    "expected percentage points, as in `0.5 points`, or per cent of each probability, as in `10 %`";

/// `0.5 points`: at most half a percentage point off (from 0.000001 to 50). `10 %`: at most a tenth of the probability off (more
/// than 0, less than 100). `None` for anything else.
pub fn precision(text: &str) -> Option<Precision> {
    let (number, unit) = number_and_unit(text)?;
    match unit {
        "point" | "points" if (1e-6..=50.0).contains(&number) => Some(Precision::Absolute(number / 100.0)),
        "%" if (1e-3..100.0).contains(&number) => Some(Precision::Relative(number / 100.0)),
        _ => None,
    }
}

/// What a confidence should look like, for messages.
pub const CONFIDENCE_EXPECTED: &str = "must be from 50 to less than 100, in per cent";

/// `95` or `95 %` as 0.95; `None` for anything but 50 to less than 100.
pub fn confidence(text: &str) -> Option<f64> {
    let percent = text.trim().trim_end_matches('%').trim_end().parse::<f64>().ok()?;
    (50.0..100.0).contains(&percent).then_some(percent / 100.0)
}

/// What a limit of time should look like, for messages.
pub const LIMIT_EXPECTED: &str = "expected seconds, minutes or hours, as in `90 s`, `5 min` or `2 h`";

/// `90 s`, `5 min`, `2 h`: time on the clock, from a thousandth of a second to a year; `None` for anything else.
pub fn limit(text: &str) -> Option<Duration> {
    let (number, unit) = number_and_unit(text)?;
    let seconds = match unit {
        "s" | "second" | "seconds" => 1.0,
        "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        _ => return None,
    };
    let limit = number * seconds;
    (1e-3..=366.0 * 86_400.0).contains(&limit).then(|| Duration::from_secs_f64(limit))
}

/// A number and the word behind it.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_parts() {
        for (text, expected) in [
            ("0.5 points", Some(Precision::Absolute(0.005))),
            ("1 point", Some(Precision::Absolute(0.01))),
            ("2points", Some(Precision::Absolute(0.02))),
            ("10 %", Some(Precision::Relative(0.1))),
            ("10%", Some(Precision::Relative(0.1))),
            (" 5 % ", Some(Precision::Relative(0.05))),
        ] {
            assert_eq!(precision(text), expected, "{text}");
        }
        for text in
            ["", "1", "points", "0 points", "51 points", "-1 points", "100 %", "0 %", "1 pint", "1.2.3 %", "1e-3 %"]
        {
            assert_eq!(precision(text), None, "{text}");
        }
    }

    #[test]
    fn confidences_and_limits() {
        assert_eq!((confidence("95"), confidence("99.5 %")), (Some(0.95), Some(0.995)));
        assert_eq!((confidence("49"), confidence("100"), confidence("high")), (None, None, None));
        assert_eq!(limit("90 s"), Some(Duration::from_secs(90)));
        assert_eq!((limit("1.5 min"), limit("2h")), (Some(Duration::from_secs(90)), Some(Duration::from_secs(7200))));
        assert_eq!((limit("5"), limit("0 s"), limit("3 weeks"), limit("1000000 h")), (None, None, None, None));
    }
}
