//! Numbers, times, laws, conditions and actions as phrases.
//!
//! In: parts of a model. Out: pieces of sentences, without a capital at the start or a stop at the end. Names and
//! expressions stand in backticks.

use crate::distribution::{Argument, Family};
use crate::model::expression::{Comparison, Condition, Expression};
use crate::model::id::{EventId, MachineId, Place};
use crate::model::print::Printer;
use crate::model::time::TimeUnit;
use crate::model::{Actions, Model, Provenance};
use crate::output::format::{number, printable, rough, time};
use crate::scenario::{Basis, Confidence, Date};

/// What phrases are made with.
#[derive(Clone, Copy, Debug)]
pub(in crate::output) struct Words<'a> {
    pub(in crate::output) model: &'a Model,
    pub(in crate::output) printer: Printer<'a>,
}

impl<'a> Words<'a> {
    pub(in crate::output) fn new(model: &'a Model) -> Self {
        Words { model, printer: Printer::readable(model) }
    }

    pub(in crate::output) fn unit(&self) -> &'static str {
        self.model.calendar.unit.name()
    }

    /// `10 weeks`; three significant figures.
    pub(in crate::output) fn time(&self, value: f64) -> String {
        time(value, self.unit())
    }

    /// The same with two.
    pub(in crate::output) fn rough_time(&self, value: f64) -> String {
        let number = rough(value);
        let plural = if number == "1" { "" } else { "s" };
        format!("{number} {}{plural}", self.unit())
    }

    /// A mean wait: `about 10 weeks on average`.
    pub(in crate::output) fn mean_wait(&self, mean: f64) -> String {
        if mean.is_finite() { format!("about {} on average", self.time(mean)) } else { "never as things stand".into() }
    }

    /// An expression: a plain number, or code.
    pub(in crate::output) fn value(&self, expression: &Expression) -> String {
        match expression.constant() {
            Some(value) => number(value),
            None => code(&self.printer.number(expression)),
        }
    }

    /// An expression that is a time: `10 weeks`, or code.
    pub(in crate::output) fn time_value(&self, expression: &Expression) -> String {
        match expression.value_with(&|id| self.in_place(id)) {
            Some(value) => self.time(value),
            None => code(&self.printer.number(expression)),
        }
    }

    /// The value of a parameter in place, which people read as the number it is.
    pub(in crate::output) fn in_place(&self, id: crate::model::id::InputId) -> Option<f64> {
        let input = &self.model.inputs[id.index()];
        (input.kind == crate::model::InputKind::InPlace).then_some(input.value)
    }

    /// Like [`value`](Self::value), with parameters in place as numbers.
    pub(in crate::output) fn amount(&self, expression: &Expression) -> String {
        match expression.value_with(&|id| self.in_place(id)) {
            Some(value) => number(value),
            None => code(&self.printer.number(expression)),
        }
    }

    /// A law of waiting: `lognormal with median 10 weeks and 95th percentile 40 weeks`.
    pub(in crate::output) fn law(
        &self,
        family: Family,
        arguments: &[(Argument, Expression)],
        values: &[f64],
        is_time: bool,
    ) -> String {
        let quantity =
            |expression: &Expression| if is_time { self.time_value(expression) } else { self.amount(expression) };
        if family == Family::Empirical {
            return format!("one of {} listed values", values.len());
        }
        let parts: Vec<String> = arguments
            .iter()
            .map(|(argument, expression)| match argument {
                Argument::Rate => format!("rate {} a {}", self.amount(expression), self.unit()),
                Argument::Shape | Argument::Mu | Argument::Sigma | Argument::Alpha | Argument::Beta => {
                    format!("{} {}", argument.name(), self.amount(expression))
                }
                Argument::Value => quantity(expression),
                Argument::Sd => format!("standard deviation {}", quantity(expression)),
                Argument::Low => format!("at least {}", quantity(expression)),
                Argument::High => format!("at most {}", quantity(expression)),
                Argument::Mode => format!("most likely {}", quantity(expression)),
                Argument::Quantile(level) if argument.name() != "median" => {
                    format!("{} percentile {}", ordinal(100.0 * level.probability()), quantity(expression))
                }
                _ => format!("{} {}", argument.name(), quantity(expression)),
            })
            .collect();
        match family {
            Family::Constant => format!("exactly {}", list(&parts, "and")),
            _ => format!("{} with {}", family.name(), list(&parts, "and")),
        }
    }

    /// The name of a place within its machine.
    pub(in crate::output) fn place(&self, place: Place) -> String {
        code(match place {
            Place::State(state) => &self.model.states[state.index()].name,
            Place::Composite(composite) => &self.model.composite(composite).name,
        })
    }

    /// `russia is in striking`.
    fn is_in(&self, machine: MachineId, places: &[Place], not: bool) -> String {
        let names: Vec<String> = places.iter().map(|place| self.place(*place)).collect();
        let is = if not { "is not in" } else { "is in" };
        format!("{} {is} {}", code(&self.model.machines[machine.index()].name), list(&names, "or"))
    }

    /// A condition in words, such as `russia is in striking and pressure is more than 0.5`.
    pub(in crate::output) fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Constant(true) => "in any case".into(),
            Condition::Constant(false) => "never".into(),
            Condition::In(machine, state) => self.is_in(*machine, &[Place::State(*state)], false),
            Condition::Within(machine, composite) => self.is_in(*machine, &[Place::Composite(*composite)], false),
            Condition::Compare(comparison, x, y) => {
                format!("{} {} {}", self.value(x), comparison_words(*comparison), self.value(y))
            }
            Condition::Not(inner) => match alternatives(inner) {
                Some((machine, states)) => self.is_in(machine, &states, true),
                None => format!("it is not so that {}", self.bracketed(inner)),
            },
            Condition::And(..) => self.joined(condition, true),
            Condition::Or(..) => match alternatives(condition) {
                Some((machine, states)) => self.is_in(machine, &states, false),
                None => self.joined(condition, false),
            },
        }
    }

    /// A part of a condition, in brackets if it has parts itself that could be taken together with its neighbours.
    fn bracketed(&self, condition: &Condition) -> String {
        let words = self.condition(condition);
        match condition {
            Condition::And(..) => format!("({words})"),
            Condition::Or(..) if alternatives(condition).is_none() => format!("({words})"),
            _ => words,
        }
    }

    /// The parts of a chain of `and` or of `or`, from left to right.
    fn chain<'c>(condition: &'c Condition, and: bool, into: &mut Vec<&'c Condition>) {
        match condition {
            Condition::And(x, y) if and => {
                Self::chain(x, and, into);
                Self::chain(y, and, into);
            }
            Condition::Or(x, y) if !and => {
                Self::chain(x, and, into);
                Self::chain(y, and, into);
            }
            other => into.push(other),
        }
    }

    /// A chain in words.
    fn joined(&self, condition: &Condition, and: bool) -> String {
        let mut parts = Vec::new();
        Self::chain(condition, and, &mut parts);
        let parts: Vec<String> = parts.into_iter().map(|part| self.bracketed(part)).collect();
        parts.join(if and { " and " } else { " or " })
    }

    /// What makes a transition happen that waits for an event: `russia enters striking`, or the event by name.
    pub(in crate::output) fn event(&self, event: EventId) -> String {
        match self.model.place_entered(event) {
            Some(place) => {
                let path = self.model.place_path(place);
                let (machine, state) = path.split_once('.').unwrap_or(("", &path));
                format!("{} enters {}", code(machine), code(state))
            }
            None => format!("the event {} comes", code(&self.model.events[event.index()])),
        }
    }

    /// What an action list does: `adds 0.1 to pressure`; empty if nothing.
    pub(in crate::output) fn actions(&self, actions: &Actions) -> String {
        let mut parts = Vec::new();
        let variable = |id: crate::model::id::VariableId| code(&self.model.variables[id.index()].name);
        for (id, value) in &actions.set {
            parts.push(format!("sets {} to {}", variable(*id), self.amount(value)));
        }
        for (id, value) in &actions.add {
            parts.push(match value.value_with(&|id| self.in_place(id)) {
                Some(amount) if amount < 0.0 => format!("takes {} from {}", number(-amount), variable(*id)),
                _ => format!("adds {} to {}", self.amount(value), variable(*id)),
            });
        }
        for (id, value) in &actions.accrue {
            let consequence = &self.model.consequences[id.index()];
            let unit = with_space(&consequence.provenance.unit);
            parts.push(format!("adds {}{unit} to the consequence {}", self.amount(value), code(&consequence.name)));
        }
        for event in &actions.emit {
            parts.push(format!("emits {}", code(&self.model.events[event.index()])));
        }
        list(&parts, "and")
    }
}

/// The machine and states, if the condition is that one machine is in one of some states.
fn alternatives(condition: &Condition) -> Option<(MachineId, Vec<Place>)> {
    match condition {
        Condition::In(machine, state) => Some((*machine, vec![Place::State(*state)])),
        Condition::Within(machine, composite) => Some((*machine, vec![Place::Composite(*composite)])),
        Condition::Or(x, y) => {
            let ((machine, mut states), (other, more)) = (alternatives(x)?, alternatives(y)?);
            states.extend(more);
            (machine == other).then_some((machine, states))
        }
        _ => None,
    }
}

fn comparison_words(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "is less than",
        Comparison::LessOrEqual => "is at most",
        Comparison::Greater => "is more than",
        Comparison::GreaterOrEqual => "is at least",
        Comparison::Equal => "is exactly",
        Comparison::NotEqual => "is not",
    }
}

/// A name or an expression in backticks; nothing in it can end them.
pub(in crate::output) fn code(text: &str) -> String {
    format!("`{}`", plain(text))
}

/// The author's text in one line, without control characters and backticks, and without a stop at its end.
pub(in crate::output) fn prose(text: &str) -> String {
    plain(text).trim().trim_end_matches('.').to_owned()
}

fn plain(text: &str) -> String {
    printable(text).replace('`', "'")
}

/// `a`, `a and b`, `a, b and c`.
pub(in crate::output) fn list(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}

/// A sentence: a capital first, a stop last; empty stays empty.
pub(in crate::output) fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    match letters.next() {
        None => String::new(),
        Some(first) => {
            let stop = if text.ends_with(['.', '?', '!', ':']) { "" } else { "." };
            format!("{}{}{stop}", first.to_uppercase(), letters.as_str())
        }
    }
}

pub(in crate::output) fn with_space(text: &str) -> String {
    let text = prose(text);
    if text.is_empty() { text } else { format!(" {text}") }
}

/// Where a number comes from: `judgement, low confidence; source: …`; empty if nothing is said.
pub(in crate::output) fn origin(provenance: &Provenance) -> String {
    let basis = provenance.basis.map(|basis| match basis {
        Basis::Published => "published",
        Basis::Estimate => "estimate",
        Basis::Judgement => "judgement",
    });
    let confidence = provenance.confidence.map(|confidence| match confidence {
        Confidence::Low => "low confidence",
        Confidence::Medium => "medium confidence",
        Confidence::High => "high confidence",
    });
    let said: Vec<&str> = [basis, confidence].into_iter().flatten().collect();
    let source = prose(&provenance.source);
    match (said.is_empty(), source.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("source: {source}"),
        (false, true) => said.join(", "),
        (false, false) => format!("{}; source: {source}", said.join(", ")),
    }
}

/// A share in whole or tenths of a percent.
pub(in crate::output) fn share(share: f64) -> String {
    let percent = 100.0 * share;
    if percent == 0.0 || percent >= 9.95 {
        format!("{percent:.0} %")
    } else if percent < 0.1 {
        format!("{} %", number(format!("{percent:.1e}").parse().unwrap_or(percent)))
    } else {
        format!("{percent:.1} %")
    }
}

fn ordinal(n: f64) -> String {
    let text = number(n);
    let ending = match text.as_bytes() {
        [.., b'1', b'1' | b'2' | b'3'] => "th",
        [.., b'1'] => "st",
        [.., b'2'] => "nd",
        [.., b'3'] => "rd",
        _ => "th",
    };
    format!("{text}{ending}")
}

/// `15 December 2025`.
pub(in crate::output) fn date(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = MONTHS[usize::from(date.month.clamp(1, 12)) - 1];
    format!("{} {month} {}", date.day, date.year)
}

/// The date so long after another, to the nearest day; `None` past the year 9999.
pub(in crate::output) fn date_after(start: Date, length: f64, unit: TimeUnit) -> Option<Date> {
    let days = length * unit.days();
    if !(0.0..4e6).contains(&days) {
        return None;
    }
    let (mut year, mut day) = (start.year, f64::from(start.day) - 1.0 + days.round());
    let mut month = start.month.clamp(1, 12);
    loop {
        let length = f64::from(days_in_month(year, month));
        if day < length {
            return (year <= 9999).then_some(Date { year, month, day: day as u8 + 1 });
        }
        day -= length;
        month += 1;
        if month > 12 {
            (year, month) = (year.checked_add(1)?, 1);
        }
    }
}

fn days_in_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases() {
        let strings = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        assert_eq!(list(&strings(&["a", "b", "c"]), "or"), "a, b or c");
        assert_eq!(sentence("about ten"), "About ten.");
        assert_eq!(
            (share(0.0), share(0.5), share(0.031), share(0.00012)),
            ("0 %".into(), "50 %".into(), "3.1 %".into(), "0.012 %".into())
        );
        assert_eq!([1.0, 2.0, 3.0, 11.0, 95.0, 97.5].map(ordinal).join(" "), "1st 2nd 3rd 11th 95th 97.5th");
        assert_eq!(code("a`b\u{1b}"), "`a'b `");
    }

    #[test]
    fn dates_go_on() {
        let start = Date { year: 2025, month: 12, day: 15 };
        assert_eq!(date_after(start, 104.0, TimeUnit::Week).map(date).unwrap(), "13 December 2027");
        assert_eq!(date_after(start, 17.0, TimeUnit::Day).map(date).unwrap(), "1 January 2026");
        assert_eq!(date_after(Date { year: 2024, month: 2, day: 28 }, 1.0, TimeUnit::Day).unwrap().day, 29);
        assert_eq!(date_after(start, 1e6, TimeUnit::Year), None);
    }
}
