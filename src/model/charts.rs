//! How the author wants the charts of a scenario to look.
//!
//! Says nothing about runs: with other charts a scenario has the same answers. Draws nothing.

/// Names of colours that stand for themselves, after Okabe and Ito (2008), as red, green and blue.
pub const COLORS: [(&str, [u8; 3]); 9] = [
    ("blue", [0x00, 0x72, 0xb2]),
    ("orange", [0xe6, 0x9f, 0x00]),
    ("green", [0x00, 0x9e, 0x73]),
    ("purple", [0xcc, 0x79, 0xa7]),
    ("sky", [0x56, 0xb4, 0xe9]),
    ("vermillion", [0xd5, 0x5e, 0x00]),
    ("yellow", [0xf0, 0xe4, 0x42]),
    ("grey", [0x8c, 0x8c, 0x8c]),
    ("black", [0x40, 0x40, 0x40]),
];

/// A colour as written: `#rrggbb`, or one of [`COLORS`] by name.
pub fn color(written: &str) -> Option<[u8; 3]> {
    let Some(digits) = written.strip_prefix('#') else {
        return COLORS.iter().find(|(name, _)| *name == written).map(|(_, color)| *color);
    };
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

/// What a scenario says of its charts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Charts {
    /// A language by its code, such as `de`.
    pub language: Option<String>,
    /// Names of outcomes that come before all others, first to last.
    pub order: Vec<String>,
    /// What charts are headed with, by their names.
    pub titles: Vec<(String, String)>,
    /// Red, green and blue of outcomes, milestones and states (`machine.state`).
    pub colors: Vec<(String, [u8; 3])>,
}

impl Charts {
    /// The title of a chart, if it has its own.
    pub fn title(&self, chart: &str) -> Option<&str> {
        self.titles.iter().find(|(name, _)| name == chart).map(|(_, title)| title.as_str())
    }

    /// The colour of an outcome, a milestone or a state, if it has its own.
    pub fn color(&self, name: &str) -> Option<[u8; 3]> {
        self.colors.iter().find(|(own, _)| own == name).map(|(_, color)| *color)
    }

    /// Sorts what has the names of outcomes; what has no place in the order keeps its own, behind the rest.
    pub fn sort<T>(&self, outcomes: &mut [T], name: impl Fn(&T) -> &str) {
        outcomes.sort_by_key(|one| self.order.iter().position(|own| own == name(one)).unwrap_or(usize::MAX));
    }

    /// What holds on charts of several scenarios: where they differ, what an earlier one says; titles only of one alone.
    pub fn together<'c>(several: impl IntoIterator<Item = &'c Charts>) -> Charts {
        let several: Vec<&Charts> = several.into_iter().collect();
        if let [one] = several.as_slice() {
            return (*one).clone();
        }
        let mut all = Charts::default();
        for one in several {
            all.language = all.language.or_else(|| one.language.clone());
            for name in &one.order {
                if !all.order.contains(name) {
                    all.order.push(name.clone());
                }
            }
            for (name, color) in &one.colors {
                if all.color(name).is_none() {
                    all.colors.push((name.clone(), *color));
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_or_refused() {
        assert_eq!(color("#0072b2"), Some([0x00, 0x72, 0xb2]));
        assert_eq!(color("#0072B2"), color("blue"));
        for odd in ["", "#", "#07b", "#0072b2ff", "#gg0000", "#+12345", "0072b2", "Blue", "#äöü"] {
            assert_eq!(color(odd), None, "{odd}");
        }
    }

    #[test]
    fn outcomes_come_in_the_order_asked_for() {
        let order = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let charts = Charts { order: order(&["c", "a"]), ..Charts::default() };
        let mut names = ["a", "b", "c", "d"];
        charts.sort(&mut names, |name| name);
        assert_eq!(names, ["c", "a", "b", "d"]);
        let second = Charts { order: order(&["b", "a"]), language: Some("de".to_owned()), ..Charts::default() };
        let all = Charts::together([&charts, &second]);
        assert_eq!(all.order, ["c", "a", "b"]);
        assert_eq!(all.language.as_deref(), Some("de"));
    }
}
