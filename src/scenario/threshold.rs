//! What an author types for a threshold: `direct-war > 20 %`, `displaced < 5`.
//!
//! In: the text of a flag or of a key. Out: a name, a side and a number, or nothing. Does not know what the names are of.

/// What a threshold should look like, for messages.
pub const EXPECTED: &str = "expected a name, `>` or `<`, and a number, as in `direct-war > 20 %` or `displaced < 5`";

/// One that is right.
pub const EXAMPLE: &str = "direct-war > 20 %";

/// A threshold as written.
#[derive(Clone, Debug, PartialEq)]
pub struct ThresholdText {
    /// An outcome, a milestone or a consequence.
    pub name: String,
    /// Whether what is asked for lies above it.
    pub above: bool,
    /// 0.2 for 20 %.
    pub value: f64,
    /// Whether it was written in per cent.
    pub percent: bool,
}

/// A threshold from its text; `None` if it is none.
pub fn threshold(text: &str) -> Option<ThresholdText> {
    let at = text.find(['<', '>'])?;
    let (name, rest) = text.split_at(at);
    let above = rest.starts_with('>');
    // With numbers that are counted or measured, `>=` says the same.
    let number = rest[1..].trim_start_matches('=').trim();
    let (number, percent) = match number.strip_suffix('%') {
        Some(number) => (number.trim_end(), true),
        None => (number, false),
    };
    let value: f64 = number.replace('_', "").parse().ok()?;
    let value = if percent { value / 100.0 } else { value };
    let name = name.trim();
    (!name.is_empty() && value.is_finite()).then(|| ThresholdText { name: name.to_owned(), above, value, percent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sides_and_numbers() {
        let told = |text: &str| threshold(text).map(|t| (t.name, t.above, t.value, t.percent));
        assert_eq!(told("direct-war > 20%"), Some(("direct-war".to_owned(), true, 0.2, true)));
        assert_eq!(told(" wider_war<=0.05"), Some(("wider_war".to_owned(), false, 0.05, false)));
        assert_eq!(told("displaced >= 1_500"), Some(("displaced".to_owned(), true, 1500.0, false)));
        for text in ["", "direct-war", "> 20 %", "war = 20 %", "war > much", "war > 20 points", "war > inf"] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
