//! Numbers that do not say where they come from, or only in part.

use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::model::{InputKind, Model};
use crate::scenario::{Basis, Quantity, Scenario, TriggerText};

/// One warning for all numbers that say nothing of where they come from, at the first of them.
pub(super) fn unsourced(model: &Model, scenario: &Scenario, diagnostics: &mut Diagnostics) {
    let mut bare: Vec<(Span, String)> = model
        .inputs
        .iter()
        .filter(|input| input.provenance.source.is_empty() && input.provenance.basis.is_none())
        .map(|input| (input.span, input.name.clone()))
        .collect();
    for machine in &scenario.machines {
        for transition in &machine.transitions {
            let told = transition.provenance.source.is_some() || transition.provenance.basis.is_some();
            let number = match &transition.trigger {
                TriggerText::Rate(quantity @ Quantity::Expression(_)) => Some((quantity.span(), "rate")),
                TriggerText::After(text) if text.provenance.source.is_none() && text.provenance.basis.is_none() => {
                    Some((text.span, "after"))
                }
                TriggerText::Chance { probability: quantity @ Quantity::Expression(_), .. } => {
                    Some((quantity.span(), "chance"))
                }
                _ => None,
            };
            if let (Some((span, key)), false) = (number, told) {
                bare.push((span, format!("{key} of a transition of {}", machine.name.value)));
            }
        }
    }
    bare.sort();
    // A number in a template is one number, however many machines have it.
    bare.dedup_by_key(|(span, _)| *span);
    if let Some((span, name)) = bare.first() {
        let others = match bare.len() - 1 {
            0 => String::new(),
            1 => " and one other number".to_owned(),
            n => format!(" and {n} other numbers"),
        };
        let message = format!("`{name}`{others} without a `source` or a `basis`");
        let help =
            "add `basis = \"judgement\"` (or \"estimate\", \"published\"), `source = \"…\"` and `confidence = \"low\"`";
        diagnostics.push(Diagnostic::warning(Mistake::NoSource, *span, message).help(help));
    }
}

/// One warning for all numbers that say a part of where they come from and leave out the rest, at the first of them. A
/// `basis` alone is a full answer where there is nothing more to say, and what is published needs no confidence.
pub(super) fn half_sourced(model: &Model, scenario: &Scenario, diagnostics: &mut Diagnostics) {
    let mut partial: Vec<(Span, String, Vec<&str>)> = Vec::new();
    // A lever is chosen: there is nothing to be confident of.
    for input in model.inputs.iter().filter(|input| input.kind == InputKind::Parameter) {
        let from = &input.provenance;
        let lacking = missing(!from.source.is_empty(), from.basis, from.confidence.is_some(), !from.about.is_empty());
        partial.push((input.span, format!("parameter `{}`", input.name), lacking));
    }
    for machine in &scenario.machines {
        for transition in &machine.transitions {
            let from = &transition.provenance;
            let basis = from.basis.as_ref().map(|basis| basis.value);
            // As a name does for a transition, if it has one.
            let about = transition.about.is_some() || from.about.is_some() || transition.name.is_some();
            let lacking = missing(from.source.is_some(), basis, from.confidence.is_some(), about);
            partial.push((transition.span, format!("a transition of {}", machine.name.value), lacking));
        }
    }
    partial.retain(|(_, _, lacking)| !lacking.is_empty());
    partial.sort();
    partial.dedup_by_key(|(span, ..)| *span);
    if let Some((span, name, lacking)) = partial.first() {
        let others = match partial.len() - 1 {
            0 => String::new(),
            1 => ", and one other number lacks such a part".to_owned(),
            n => format!(", and {n} other numbers lack such a part"),
        };
        let lacking: Vec<String> = lacking.iter().map(|part| format!("`{part}`")).collect();
        let message = format!("{name} lacks {}{others}", lacking.join(" and "));
        let help = "write all of `about`, `basis`, `source` and `confidence`, or `basis` alone";
        diagnostics.push(Diagnostic::warning(Mistake::HalfSourced, *span, message).help(help));
    }
}

/// The parts that are missing of source, basis and confidence, where one of them besides the basis is given; and of what it
/// is, where it is said how sure that is.
fn missing(source: bool, basis: Option<Basis>, confidence: bool, about: bool) -> Vec<&'static str> {
    let needs_confidence = basis != Some(Basis::Published);
    let begun = source || confidence;
    let parts = [
        ("source", source || !begun),
        ("basis", basis.is_some() || !begun),
        ("confidence", confidence || !begun || !needs_confidence),
        ("about", about || !confidence),
    ];
    parts.iter().filter(|(_, told)| !told).map(|(part, _)| *part).collect()
}
