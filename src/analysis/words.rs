//! Probabilities in words: the terms that analysts' standards of two countries fix for ranges of probability.
//!
//! In: the interval of a probability. Out: a [`Term`] of a [`Yardstick`], chosen from the whole interval: where it reaches over
//! the border of two terms, or into the gap between them, the wording says that it is between the two.
//! The ranges are those of Intelligence Community Directive 203, "Analytic Standards" (Office of the Director of
//! National Intelligence, 2015), D.6.e, and of the probability yardstick of the Professional Head of Intelligence Assessment
//! (United Kingdom, Cabinet Office, 2018).

use super::Proportion;
use serde::Serialize;

/// A standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Yardstick {
    Icd203,
    Phia,
}

/// A term and its range, both ends in per cent.
type Step = (&'static str, f64, f64);

const ICD203: [Step; 7] = [
    ("almost no chance", 1.0, 5.0),
    ("very unlikely", 5.0, 20.0),
    ("unlikely", 20.0, 45.0),
    ("roughly even chance", 45.0, 55.0),
    ("likely", 55.0, 80.0),
    ("very likely", 80.0, 95.0),
    ("almost certain", 95.0, 99.0),
];

const PHIA: [Step; 7] = [
    ("remote chance", 0.0, 5.0),
    ("highly unlikely", 10.0, 20.0),
    ("unlikely", 25.0, 35.0),
    ("realistic possibility", 40.0, 50.0),
    ("likely", 55.0, 75.0),
    ("highly likely", 80.0, 90.0),
    ("almost certain", 95.0, 100.0),
];

/// What is said of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// The whole interval is in the range of this term.
    Within(&'static str),
    /// It is in the ranges of two neighbours, or in the gap between them.
    Between(&'static str, &'static str),
    /// It reaches over more than two: too wide for a term.
    FromTo(&'static str, &'static str),
    /// Rarer than the standard has a term for, or up to this term.
    Below(Option<&'static str>),
    /// More often than the standard has a term for, or down to this term.
    Above(Option<&'static str>),
}

impl Yardstick {
    /// As the standard is called.
    pub fn name(self) -> &'static str {
        match self {
            Yardstick::Icd203 => "ICD 203",
            Yardstick::Phia => "PHIA",
        }
    }

    /// The terms, each with the ends of its range in per cent.
    pub fn terms(self) -> impl Iterator<Item = (&'static str, [f64; 2])> {
        self.steps().iter().map(|(term, low, high)| (*term, [*low, *high]))
    }

    fn steps(self) -> &'static [Step] {
        match self {
            Yardstick::Icd203 => &ICD203,
            Yardstick::Phia => &PHIA,
        }
    }

    /// The term for an interval, 0 ≤ `low` ≤ `high` ≤ 1.
    pub fn term(self, low: f64, high: f64) -> Term {
        let steps = self.steps();
        let (low, high) = (100.0 * low, 100.0 * high);
        let (first, last) = (steps[0], steps[steps.len() - 1]);
        // Of two terms that share a border, that on the interval's side.
        let down = steps.iter().rposition(|step| step.1 <= low);
        let up = steps.iter().position(|step| high <= step.2);
        match (down, up) {
            (None, _) if high <= first.1 => Term::Below(None),
            (None, Some(0)) => Term::Below(Some(first.0)),
            (None, Some(up)) => Term::FromTo(first.0, steps[up].0),
            (None, None) => Term::FromTo(first.0, last.0),
            (Some(_), None) if low >= last.2 => Term::Above(None),
            (Some(down), None) if down + 1 == steps.len() => Term::Above(Some(last.0)),
            (Some(down), None) => Term::FromTo(steps[down].0, last.0),
            (Some(down), Some(up)) => {
                let (from, to) = (down.min(up), down.max(up));
                match to - from {
                    0 => Term::Within(steps[from].0),
                    1 => Term::Between(steps[from].0, steps[to].0),
                    _ => Term::FromTo(steps[from].0, steps[to].0),
                }
            }
        }
    }

    /// The wording for a share of runs: `likely`, `between unlikely and roughly even chance`.
    pub fn wording(self, share: &Proportion) -> String {
        let name = self.name();
        match self.term(share.low, share.high) {
            Term::Within(term) => term.to_owned(),
            Term::Between(low, high) => format!("between {low} and {high}"),
            Term::FromTo(low, high) => format!("anything from {low} to {high}"),
            Term::Below(None) => format!("rarer than {name} has a term for"),
            Term::Below(Some(term)) => format!("{term}, or rarer than {name} has a term for"),
            Term::Above(None) => format!("surer than {name} has a term for"),
            Term::Above(Some(term)) => format!("{term}, or surer than {name} has a term for"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(yardstick: Yardstick, low: f64, high: f64, wording: &str) {
        let share = Proportion { counts: None, estimate: (low + high) / 200.0, low: low / 100.0, high: high / 100.0 };
        assert_eq!(yardstick.wording(&share), wording, "{low} to {high} %");
    }

    #[test]
    fn a_term_where_the_whole_interval_is_in_its_range() {
        for (low, high, wording) in [
            (1.0, 5.0, "almost no chance"),
            (5.0, 20.0, "very unlikely"),
            (20.5, 44.9, "unlikely"),
            (47.0, 52.0, "roughly even chance"),
            (55.0, 80.0, "likely"),
            (80.0, 80.0, "between likely and very likely"),
            (96.0, 98.5, "almost certain"),
        ] {
            check(Yardstick::Icd203, low, high, wording);
        }
        for (low, high, wording) in
            [(0.0, 0.1, "remote chance"), (40.0, 50.0, "realistic possibility"), (97.0, 100.0, "almost certain")]
        {
            check(Yardstick::Phia, low, high, wording);
        }
    }

    #[test]
    fn between_two_terms_where_it_is() {
        check(Yardstick::Icd203, 18.0, 22.0, "between very unlikely and unlikely");
        check(Yardstick::Icd203, 44.0, 46.0, "between unlikely and roughly even chance");
        check(Yardstick::Phia, 6.0, 9.0, "between remote chance and highly unlikely");
        check(Yardstick::Phia, 18.0, 23.0, "between highly unlikely and unlikely");
        check(Yardstick::Phia, 51.0, 60.0, "between realistic possibility and likely");
        check(Yardstick::Icd203, 15.0, 60.0, "anything from very unlikely to likely");
        check(Yardstick::Icd203, 0.0, 100.0, "anything from almost no chance to almost certain");
    }

    #[test]
    fn no_term_beyond_the_ends_of_a_standard() {
        check(Yardstick::Icd203, 0.0, 0.4, "rarer than ICD 203 has a term for");
        check(Yardstick::Icd203, 0.5, 1.5, "almost no chance, or rarer than ICD 203 has a term for");
        check(Yardstick::Icd203, 0.5, 6.0, "anything from almost no chance to very unlikely");
        check(Yardstick::Icd203, 98.0, 99.5, "almost certain, or surer than ICD 203 has a term for");
        check(Yardstick::Icd203, 99.4, 100.0, "surer than ICD 203 has a term for");
    }
}
