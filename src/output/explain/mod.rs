//! A scenario in plain English, so that a person can proof-read it without reading TOML.
//!
//! In: a [`Model`]. Out: a [`Document`]: what it is about, its parameters, variables and formulas, each machine with its
//! states and transitions, and how runs end. Mean waits and shares hold at central values while nothing else changes;
//! what makes a transition faster or slower was found by evaluating it ([`influence`](crate::analysis::influence)).

pub(in crate::output) mod document;
mod ends;
mod inputs;
mod machine;
mod timed;
mod transition;
mod variables;
pub(in crate::output) mod words;

use crate::analysis::central::Central;
use crate::model::Model;
use crate::model::id::MachineId;
use crate::output::format::number;
use crate::program::bind::Unbindable;
pub use document::Document;
use words::{Words, code, date, date_after, list, prose, sentence};

/// Tells a scenario, or of one of its machines only.
///
/// # Errors
/// If the central values do not give a legal program.
pub fn explain(model: &Model, only: Option<MachineId>) -> Result<Document, Unbindable> {
    let central = Central::new(model)?;
    let words = Words::new(model);
    let mut document = Document::default();
    let title = prose(&model.title);
    document.heading(1, if title.is_empty() { "Untitled scenario".to_owned() } else { title });
    document.paragraph(sentence(&prose(&model.summary)));
    document.paragraph(times(&words));
    document.paragraph(conditions(&words, &central));
    if only.is_none() {
        inputs::tell(&words, &mut document);
        inputs::settings(&words, &mut document);
        inputs::doubt(&words, &mut document);
        variables::tell(&words, &mut document);
        variables::formulas(&words, &mut document);
        timed::tell(&words, &mut document);
    }
    for (index, machine) in model.machines.iter().enumerate() {
        let id = MachineId::new(index);
        if only.is_none_or(|only| only == id) {
            machine::tell(&words, &central, id, machine, &mut document);
        }
    }
    if only.is_none() {
        ends::tell(&words, &mut document);
    }
    Ok(document)
}

/// Unit, start, horizon and step.
fn times(words: &Words<'_>) -> String {
    let calendar = &words.model.calendar;
    let mut text = format!("Time is counted in {}s", words.unit());
    let mut until = String::new();
    if let Some(start) = calendar.start {
        text.push_str(&format!(" from {}", date(start)));
        if let Some(end) = date_after(start, calendar.horizon, calendar.unit) {
            until = format!(", until {}", date(end));
        }
    }
    text.push_str(&format!(". A run lasts {} at most{until}", words.time(calendar.horizon)));
    let drifts = words.model.variables.iter().any(|variable| variable.dynamics.is_some());
    if drifts {
        text.push_str(&format!("; what drifts is refreshed every {}", every(words, calendar.step)));
    }
    sentence(&text)
}

/// `week`, or `2 weeks`: what stands after "every".
fn every(words: &Words<'_>, length: f64) -> String {
    if length == 1.0 { words.unit().to_owned() } else { words.time(length) }
}

/// What mean waits are conditional on.
fn conditions(words: &Words<'_>, central: &Central) -> String {
    let model = words.model;
    let machines = if model.machines.len() > 1 { ", and the other machines stay where they start" } else { "" };
    let stand: Vec<String> = model
        .variables
        .iter()
        .zip(&central.start().variables)
        .map(|(variable, value)| format!("{} at {}", code(&variable.name), number(*value)))
        .collect();
    let stay = if stand.is_empty() { String::new() } else { format!(" and variables stay ({})", list(&stand, "and")) };
    format!(
        "Mean waits and shares below hold while parameters and levers have their central values{stay}{machines}. \
         They are there to be proof-read: in a run all of this moves."
    )
}
