//! Numbers that do not say where they come from.

use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::model::Model;
use crate::scenario::{Quantity, Scenario, TriggerText};

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
