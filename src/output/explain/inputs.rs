//! Parameters and levers in words.
//!
//! In: the inputs that have a name of their own. Out: one item each: value, unit, range, law, what it means, who says so.

use super::document::Document;
use super::words::{Words, code, list, origin, prose, sentence, with_space};
use crate::model::expression::Expression;
use crate::model::id::InputId;
use crate::model::{Input, InputKind, Provenance};
use crate::output::format::{number, range};

pub(super) fn tell(words: &Words<'_>, document: &mut Document) {
    for (kind, heading) in [
        (InputKind::Parameter, "Parameters: uncertain, and outside anyone's control"),
        (InputKind::Lever, "Levers: chosen by a policy maker"),
    ] {
        let inputs: Vec<&Input> = words.model.inputs.iter().filter(|input| input.kind == kind).collect();
        if inputs.is_empty() {
            continue;
        }
        document.heading(2, heading);
        for input in inputs {
            let about = sentence(&prose(&input.provenance.about));
            let from = sentence(&origin(&input.provenance));
            let text = [format!("{}: {}.", code(&input.name), worth(words, input)), about, from];
            document.item(0, text.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" "));
        }
    }
}

/// Policies and variants: what each sets, and from what.
pub(super) fn settings(words: &Words<'_>, document: &mut Document) {
    let model = words.model;
    for (settings, heading) in [
        (&model.policies, "Policies: levers set together"),
        (&model.variants, "Variants: parameters set together, to ask what if"),
    ] {
        if settings.is_empty() {
            continue;
        }
        document.heading(2, heading);
        for setting in settings {
            let sets: Vec<String> = setting
                .values
                .iter()
                .map(|(id, value)| {
                    let input = &model.inputs[id.index()];
                    format!("{} to {} instead of {}", code(&input.name), number(*value), number(input.value))
                })
                .collect();
            let sets = if sets.is_empty() { "sets nothing".into() } else { format!("sets {}", list(&sets, "and")) };
            let about = sentence(&prose(&setting.provenance.about));
            let from = sentence(&origin(&setting.provenance));
            let parts = [format!("{}:", code(&setting.name)), about, sentence(&sets), from];
            document.item(0, parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" "));
        }
    }
}

/// Correlations and shares: what holds between parameters when they are drawn.
pub(super) fn doubt(words: &Words<'_>, document: &mut Document) {
    let model = words.model;
    if model.correlations.is_empty() && model.shares.is_empty() {
        return;
    }
    document.heading(2, "Doubt: what holds between parameters when they are drawn");
    let name = |id: &InputId| code(&model.inputs[id.index()].name);
    let told = |text: String, provenance: &Provenance| {
        let parts = [text, sentence(&prose(&provenance.about)), sentence(&origin(provenance))];
        parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    };
    for one in &model.correlations {
        let [first, second] = &one.between;
        let way = match one.rank {
            rank if rank > 0.0 => "tend to be high together",
            rank if rank < 0.0 => "tend to be high when the other is low",
            _ => "have nothing to do with one another",
        };
        let text = format!("{} and {} {way} (rank correlation {}).", name(first), name(second), number(one.rank));
        document.item(0, told(text, &one.provenance));
    }
    for share in &model.shares {
        let of: Vec<String> = share.of.iter().map(name).collect();
        let worth = number(share.concentration);
        let text = format!(
            "{}: {} sum to 1, and are as sure as {worth} observations would make them (a Dirichlet law).",
            code(&share.name),
            list(&of, "and")
        );
        document.item(0, told(text, &share.provenance));
    }
}

/// `0.25, between 0.1 and 0.5`, with its unit and the law it is sampled from.
pub(super) fn worth(words: &Words<'_>, input: &Input) -> String {
    let mut parts = vec![format!("{}{}", number(input.value), with_space(&input.provenance.unit))];
    if let Some([low, high]) = input.range {
        parts.push(format!("range {}", range(low, high)));
    }
    if let Some(law) = &input.distribution {
        let arguments: Vec<_> = law.arguments.iter().map(|(a, value)| (*a, Expression::Constant(*value))).collect();
        parts.push(format!("sampled from a law: {}", words.law(law.family, &arguments, &law.values, false)));
    }
    parts.join(", ")
}

/// The parameters in place that an expression reads, as one phrase; empty if there is none.
pub(super) fn in_place<'e>(words: &Words<'_>, expressions: impl IntoIterator<Item = &'e Expression>) -> String {
    let mut ids: Vec<_> = expressions.into_iter().flat_map(|expression| expression.reads().inputs).collect();
    ids.sort();
    ids.dedup();
    let told: Vec<String> = ids
        .iter()
        .map(|id| &words.model.inputs[id.index()])
        .filter(|input| input.kind == InputKind::InPlace && (input.range.is_some() || input.distribution.is_some()))
        .map(|input| {
            let what = input.name.rsplit('.').next().unwrap_or(&input.name);
            format!("{} {}", prose(&what.replace(['_', '-'], " ")), worth(words, input))
        })
        .collect();
    list(&told, "and")
}
