//! A history as a bare list: one line an event, for comparing runs and for programs.
//!
//! In: a [`History`]. Out: (time, line) pairs.

use super::model_of;
use crate::analysis::history::{Entry, Event, Firing, History, Standing};
use crate::model::Model;

/// One line an event: what fired comes first, then where machines went, then what variables became.
pub fn trace(history: &History<'_>) -> Vec<(f64, String)> {
    let mut lines = Vec::new();
    let mut rest = history.entries.as_slice();
    while let Some(first) = rest.first() {
        // The firings of one instant stand together, their moves below them.
        let length = match first.event {
            Event::Fires(_) => rest.iter().take_while(|entry| matches!(entry.event, Event::Fires(_))).count(),
            _ => 1,
        };
        let (together, after) = rest.split_at(length);
        rest = after;
        together.iter().for_each(|entry| tell(history, entry, &mut lines));
        for entry in together {
            let Event::Fires(Firing { moved: Some(moved), .. }) = &entry.event else { continue };
            let model = model_of(history, entry);
            let (from, to) = (model.state_path(moved.from), model.state_path(moved.to));
            lines.push((entry.time, format!("  {from} -> {to}")));
        }
    }
    lines
}

fn tell(history: &History<'_>, entry: &Entry, lines: &mut Vec<(f64, String)>) {
    let model = model_of(history, entry);
    let mut note = |what: String| lines.push((entry.time, what));
    match &entry.event {
        Event::Begins(standing) => note(format!("starts in {}", states(model, standing))),
        Event::Shock { shock, struck } => {
            let what = if *struck { "" } else { " does not happen: its `when` does not hold" };
            note(format!("shock {}{what}", model.shocks[shock.index()].name));
        }
        Event::Fires(firing) => {
            let transition = &model.transitions[firing.transition.index()];
            note(format!("{}: {}", model.machines[transition.machine.index()].name, transition.name));
        }
        Event::Changes { variable, after, .. } => {
            note(format!("  {} = {}", model.variables[variable.index()].name, rounded(*after)));
        }
        Event::Milestone(index) => note(format!("milestone {}", model.milestones[*index].name)),
        Event::HandsOn { outcome, from, standing } => {
            note(format!("outcome {}", history.models[*from].outcomes[*outcome].name));
            let (name, states) = (history.names[entry.leg], states(model, standing));
            note(format!("goes on in {name} ({}), in {states}", model.title));
        }
        Event::Ends(outcome) => note(format!("outcome {}", model.outcomes[*outcome].name)),
    }
}

/// Where every machine is, and how long already where that is not since now.
fn states(model: &Model, standing: &[Standing]) -> String {
    let unit = model.calendar.unit.name();
    let state = |one: &Standing| match one.spent {
        spent if spent > 0.0 => format!("{} ({spent:.3} {unit}s already)", model.state_path(one.state)),
        _ => model.state_path(one.state),
    };
    standing.iter().map(state).collect::<Vec<_>>().join(", ")
}

/// The nearest number of six significant figures: more are noise to a reader.
fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}
