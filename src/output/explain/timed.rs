//! What is known of the beginning and of dates ahead, in words: the present that runs start from, and shocks.
//!
//! In: `now` and the shocks of a model. Out: one section for each, if the scenario has them.

use super::document::Document;
use super::inputs;
use super::words::{Words, code, date, date_after, origin, prose, sentence};
use crate::model::Shock;
use crate::model::expression::Expression;
use crate::model::id::Place;

pub(super) fn tell(words: &Words<'_>, document: &mut Document) {
    let model = words.model;
    let now = &model.now;
    if !now.machines.is_empty() || !now.variables.is_empty() {
        document.heading(2, "Now: what runs start from");
        for present in &now.machines {
            let machine = code(&model.machines[present.machine.index()].name);
            let mut text = format!(
                "{machine} is in {} and has been there for {}",
                words.place(Place::State(present.state)),
                words.time_value(&present.since)
            );
            for (composite, since) in &present.around {
                let place = words.place(Place::Composite(*composite));
                text.push_str(&format!(", in {place} for {}", words.time_value(since)));
            }
            let parts = [sentence(&text), sentence(&origin(&present.provenance))];
            document.item(0, parts.join(" ").trim().to_owned());
        }
        for (variable, value) in &now.variables {
            let name = code(&model.variables[variable.index()].name);
            document.item(0, sentence(&format!("{name} is at {}", words.amount(value))));
        }
    }
    if !model.shocks.is_empty() {
        document.heading(2, "Shocks: interventions at known times");
        for shock in &model.shocks {
            document.item(0, one(words, shock));
        }
    }
}

fn one(words: &Words<'_>, shock: &Shock) -> String {
    let mut at = format!("after {}", words.time_value(&shock.at));
    let calendar = &words.model.calendar;
    let central = |id: crate::model::id::InputId| Some(words.model.inputs[id.index()].value);
    if let (Some(start), Some(length)) = (calendar.start, shock.at.value_with(&central))
        && let Some(day) = date_after(start, length, calendar.unit)
    {
        at.push_str(&format!(", on {}", date(day)));
    }
    let guard = shock.when.as_ref().map(|when| format!(", if {} then", words.condition(when)));
    let does = words.actions(&shock.actions);
    let does = if does.is_empty() { "nothing happens".to_owned() } else { format!("it {does}") };
    let actions = &shock.actions;
    let amounts: Vec<&Expression> = actions.set.iter().chain(&actions.add).map(|(_, value)| value).collect();
    let about = prose(&shock.provenance.about);
    let parts = [
        format!("{}:", code(&shock.name)),
        sentence(&about),
        sentence(&format!("{at}{} {does}", guard.unwrap_or_default())),
        sentence(&inputs::in_place(words, amounts.into_iter().chain([&shock.at]))),
        sentence(&origin(&shock.provenance)),
    ];
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}
