//! Shared variables and formulas in words.
//!
//! In: variables with their dynamics. Out: one item each: where it starts, what bounds it, and how it drifts.

use super::document::Document;
use super::every;
use super::inputs;
use super::words::{Words, code, origin, prose, sentence};
use crate::model::expression::Expression;
use crate::model::{DriftLaw, Dynamics, Variable};
use crate::output::format::number;

pub(super) fn tell(words: &Words<'_>, document: &mut Document) {
    if words.model.variables.is_empty() {
        return;
    }
    document.heading(2, "Variables: shared, read and moved by the machines");
    for variable in &words.model.variables {
        document.item(0, one(words, variable));
    }
}

fn one(words: &Words<'_>, variable: &Variable) -> String {
    let mut parts = Vec::new();
    let about = prose(&variable.provenance.about);
    let unit = prose(&variable.provenance.unit);
    let unit = if unit.is_empty() { unit } else { format!(" ({unit})") };
    parts.push(if about.is_empty() {
        format!("{}{unit}.", code(&variable.name))
    } else {
        format!("{}{unit}: {}", code(&variable.name), sentence(&about))
    });
    parts.push(sentence(&format!("starts at {}{}", words.amount(&variable.initial), bounds(variable.bounds))));
    if let Some(dynamics) = &variable.dynamics {
        parts.push(sentence(&drift(words, dynamics)));
    }
    let mut expressions: Vec<&Expression> = vec![&variable.initial];
    if let Some(dynamics) = &variable.dynamics {
        expressions.extend([&dynamics.drift, &dynamics.volatility]);
        if let DriftLaw::MeanReverting { level, half_life } | DriftLaw::LogMeanReverting { level, half_life } =
            &dynamics.law
        {
            expressions.extend([level, half_life]);
        }
    }
    parts.push(sentence(&inputs::in_place(words, expressions)));
    parts.push(sentence(&origin(&variable.provenance)));
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

fn bounds([low, high]: [f64; 2]) -> String {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!(" and stays between {} and {}", number(low), number(high)),
        (true, false) => format!(" and stays at {} or above", number(low)),
        (false, true) => format!(" and stays at {} or below", number(high)),
        (false, false) => String::new(),
    }
}

/// `drifts back half-way to 0.2 every 12 weeks, jittering by about 0.02 a week`.
fn drift(words: &Words<'_>, dynamics: &Dynamics) -> String {
    let unit = words.unit();
    let central = |expression: &Expression| expression.value_with(&|id| words.in_place(id));
    let relative = matches!(dynamics.law, DriftLaw::Geometric | DriftLaw::LogMeanReverting { .. });
    let amount = |expression: &Expression| match (relative, central(expression)) {
        (true, Some(value)) => format!("{} %", number(100.0 * value)),
        (true, None) => format!("a share of {}", words.amount(expression)),
        (false, _) => words.amount(expression),
    };
    let mut parts = Vec::new();
    if let DriftLaw::MeanReverting { level, half_life } | DriftLaw::LogMeanReverting { level, half_life } =
        &dynamics.law
    {
        let often = match central(half_life) {
            Some(length) => every(words, length),
            None => format!("{} {unit}s", words.amount(half_life)),
        };
        let scale = if relative { " (on the scale of its logarithm)" } else { "" };
        parts.push(format!("drifts back half-way to {} every {often}{scale}", words.amount(level)));
    }
    match central(&dynamics.drift) {
        Some(0.0) => {}
        Some(value) if value > 0.0 => parts.push(format!("rises by {} a {unit}", amount(&dynamics.drift))),
        Some(value) => {
            let fall = if relative { format!("{} %", number(-100.0 * value)) } else { number(-value) };
            parts.push(format!("falls by {fall} a {unit}"));
        }
        None => parts.push(format!("is moved by {} a {unit}", amount(&dynamics.drift))),
    }
    if central(&dynamics.volatility) != Some(0.0) {
        parts.push(format!("jittering by about {} a {unit}", amount(&dynamics.volatility)));
    }
    if parts.is_empty() {
        return "stays as it is until something moves it".into();
    }
    if parts.len() == 1
        && central(&dynamics.volatility) != Some(0.0)
        && matches!(dynamics.law, DriftLaw::RandomWalk | DriftLaw::Geometric)
    {
        return format!("wanders without direction, {}", parts[0]);
    }
    parts.join(", ")
}

pub(super) fn formulas(words: &Words<'_>, document: &mut Document) {
    if words.model.formulas.is_empty() {
        return;
    }
    document.heading(2, "Formulas");
    for (index, formula) in words.model.formulas.iter().enumerate() {
        document.item(0, format!("{} is {}", code(&formula.name), code(&words.printer.formula(index))));
    }
}
