//! What the word under the cursor means.
//!
//! In: a [`Desk`], a file and an offset. Out: Markdown and the range it is about: for a name what it is, for a
//! transition how long it waits too, for a key or a heading what belongs there, for a function how it is called; and for
//! a mistake why it is one.

use super::describe::{describe, transition as described};
use super::desk::Desk;
use super::mistakes::{explained, mistakes_at};
use super::navigate::{Spot, find};
use super::reading::Reading;
use super::words;
use crate::analysis::central::Central;
use crate::model::id::TransitionId;
use crate::model::index::{Space, Symbol};
use crate::output::format::time;
use crate::scenario::keys::Kind;
use crate::scenario::tree::place::{At, Place, Step, place};
use crate::scenario::{MachineText, TransitionText, shape};
use std::path::Path;

pub fn hover(desk: &Desk<'_>, path: &Path, offset: usize) -> Option<(Spot, String)> {
    let mut mistakes = mistakes_at(desk, path, offset);
    let mut told: Vec<String> = mistakes.iter().map(|(_, mistake)| explained(*mistake)).collect();
    let meaning = meaning(desk, path, offset);
    let spot = match meaning {
        Some((spot, meant)) => {
            told.insert(0, meant);
            spot
        }
        None if mistakes.is_empty() => return None,
        None => mistakes.swap_remove(0).0,
    };
    Some((spot, told.join("\n\n---\n\n")))
}

fn meaning(desk: &Desk<'_>, path: &Path, offset: usize) -> Option<(Spot, String)> {
    let spot = |start: usize, end: usize| Spot { path: path.to_owned(), start, end };
    if let Some(found) = find(desk, path, offset)
        && let Some(mut told) = describe(&found.reading, &found.symbol)
    {
        if found.symbol.space == Space::Transition {
            told.push_str(&named_wait(&found.reading, &found.symbol).unwrap_or_default());
        }
        let span = found.reading.unquoted(found.span);
        return Some((spot(span.start as usize, span.end as usize), told));
    }
    let text = desk.text(path);
    let here = place(&text, offset);
    match &here.at {
        At::Key { start, end, .. } => {
            key(desk, path, &here, *start, *end, text.get(*start..*end)?).map(|told| (spot(*start, *end), told))
        }
        At::Header { start, end, .. } => {
            header(desk, path, &text, &here, offset).map(|told| (spot(*start, *end), told))
        }
        At::Text { start, end } => {
            let inner = text.get(*start..*end)?;
            let (from, to) = words::around(inner, offset.checked_sub(*start)?);
            let takes_expressions =
                matches!(shape::kind(&here.path), Some(Kind::Expression | Kind::Number | Kind::Quantity));
            let told = words::explained(inner.get(from..to)?).filter(|_| takes_expressions)?;
            Some((spot(start + from, start + to), told))
        }
        _ => None,
    }
}

/// A key of the format, with the wait where it makes one.
fn key(desk: &Desk<'_>, path: &Path, here: &Place, start: usize, end: usize, written: &str) -> Option<String> {
    if start == end {
        return None;
    }
    let table = shape::table(&here.path)?;
    let key = table.key(written.trim_matches(['"', '\'']))?;
    let mut told = format!("**{}** of {}: {}", key.name, table.what, key.about);
    if let Kind::Word(list) = key.kind {
        told.push_str(&format!("\n\none of `\"{}\"`", list.join("\"`, `\"")));
    }
    if let Some(default) = key.default {
        told.push_str(&format!("\n\nwithout it: `{default}`"));
    }
    if let Some(example) = key.example {
        told.push_str(&format!("\n\nexample: `{} = {example}`", key.name));
    }
    if table.what == "a transition" && matches!(key.name, "rate" | "after" | "chance" | "hazard_ratio" | "acceleration")
    {
        told.push_str(&wait_at(desk, path, start).unwrap_or_default());
    }
    Some(told)
}

fn header(desk: &Desk<'_>, path: &Path, text: &str, here: &Place, offset: usize) -> Option<String> {
    let At::Header { before, .. } = &here.at else { return None };
    let (from, to) = words::around(text, offset);
    let word = text.get(from..to).filter(|word| !word.is_empty())?;
    let steps: Vec<Step> = before.iter().cloned().map(Step::Key).collect();
    let key = shape::table(&steps)?.key(word)?;
    let mut told = format!("**{}**: {}", key.name, key.about);
    if word == "transitions"
        && let Some((reading, machine, transition)) = &transition_at(desk, path, offset)
    {
        told = described(machine, transition);
        told.push_str(&wait_of(reading, transition).unwrap_or_default());
    }
    Some(told)
}

/// The transition whose heading is the last before an offset, in the file's own reading.
fn transition_at(
    desk: &Desk<'_>,
    path: &Path,
    offset: usize,
) -> Option<(std::rc::Rc<Reading>, MachineText, TransitionText)> {
    for reading in desk.readings_with(path) {
        let (Some(file), Some(scenario)) = (reading.file_of(path), &reading.scenario) else { continue };
        let all = scenario.machines.iter().flat_map(|machine| machine.transitions.iter().map(move |t| (machine, t)));
        let before = all.filter(|(_, t)| t.span.file == file && t.span.start as usize <= offset);
        if let Some((machine, transition)) = before.max_by_key(|(_, t)| t.span.start) {
            let (machine, transition) = (machine.clone(), transition.clone());
            return Some((reading, machine, transition));
        }
    }
    None
}

fn wait_at(desk: &Desk<'_>, path: &Path, offset: usize) -> Option<String> {
    let (reading, _, transition) = transition_at(desk, path, offset)?;
    wait_of(&reading, &transition)
}

fn wait_of(reading: &Reading, transition: &TransitionText) -> Option<String> {
    let model = reading.model.as_ref()?;
    let index = model.transitions.iter().position(|t| t.span == transition.span)?;
    waits(reading, TransitionId::new(index))
}

fn named_wait(reading: &Reading, symbol: &Symbol) -> Option<String> {
    let model = reading.model.as_ref()?;
    let index = model
        .transitions
        .iter()
        .position(|t| t.name == symbol.name && model.machines[t.machine.index()].name == symbol.owner)?;
    waits(reading, TransitionId::new(index))
}

/// The sentence about mean waits, states with the same one together.
fn waits(reading: &Reading, id: TransitionId) -> Option<String> {
    let model = reading.model.as_ref()?;
    let unit = model.calendar.unit.name();
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (state, mean) in Central::new(model).ok()?.mean_waits(id) {
        let told = match mean {
            mean if mean.is_infinite() => "it never happens as things stand".to_owned(),
            mean => format!("the mean wait is {}", time(mean, unit)),
        };
        let name = format!("`{}`", model.states[state.index()].name);
        match groups.iter_mut().find(|(other, _)| *other == told) {
            Some((_, states)) => states.push(name),
            None => groups.push((told, vec![name])),
        }
    }
    if groups.is_empty() {
        return None;
    }
    let lines: Vec<String> = groups.iter().map(|(told, states)| format!("in {} {told}", states.join(", "))).collect();
    Some(format!("\n\n{}, if nothing changes (central values, variables as they start)", lines.join("; ")))
}
