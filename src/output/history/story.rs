//! A history as a dated story: what happened, why, and what could have happened instead.
//!
//! In: a [`History`] and which run it is. Out: a [`Document`]: one heading a moment, items below it.

use super::model_of;
use super::why::reasons;
use crate::analysis::history::{Entry, Event, Firing, History, Standing};
use crate::model::id::MachineId;
use crate::model::{Model, Target};
use crate::output::explain::Document;
use crate::output::explain::words::{Words, code, date, date_after, list, prose, sentence};
use crate::output::format::rough;
use std::collections::BTreeSet;

/// Which run a story is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    pub run: u64,
    pub seed: u64,
    /// What was drawn or set for it, in words; empty if nothing was.
    pub with: String,
}

/// Tells the story.
pub fn story(history: &History<'_>, telling: &Telling) -> Document {
    let mut document = Document::default();
    let title = prose(&history.models[0].title);
    document.heading(1, if title.is_empty() { "Untitled scenario".to_owned() } else { title });
    document.paragraph(format!(
        "One simulated history: run {} of seed {}. It is one of many that the stated assumptions allow; not a forecast, and not \
         the likeliest course.",
        telling.run, telling.seed
    ));
    document.paragraph(sentence(&telling.with));
    events(history, 2, &mut document);
    document
}

/// The events alone, below headings of this level.
fn events(history: &History<'_>, level: usize, document: &mut Document) {
    let mut now = None;
    for moment in history.entries.chunk_by(|one, other| one.time == other.time) {
        let when = when(model_of(history, &moment[0]), moment[0].time);
        // Two moments of one day stand under one heading.
        if now.as_ref() != Some(&when) {
            document.heading(level, when.clone());
            now = Some(when);
        }
        let alike = |one: &Entry, other: &Entry| is_change(one) == is_change(other);
        for together in moment.chunk_by(alike) {
            match is_change(&together[0]) {
                true => changes(history, together, document),
                false => together.iter().for_each(|entry| tell(history, entry, document)),
            }
        }
    }
}

/// The events of the machines that outcomes and milestones ask about, with shocks and what is passed; and how many moments are
/// left out.
pub(in crate::output) fn essentials(history: &History<'_>) -> (Document, usize) {
    let machines: Vec<BTreeSet<MachineId>> = history.models.iter().map(|model| asked_about(model)).collect();
    let matters = |entry: &Entry| match &entry.event {
        Event::Begins(_) | Event::Milestone(_) | Event::HandsOn { .. } | Event::Ends(_) => true,
        Event::Shock { struck, .. } => *struck,
        Event::Fires(firing) => {
            let transition = &history.models[entry.leg].transitions[firing.transition.index()];
            firing.moved.is_some() && machines[entry.leg].contains(&transition.machine)
        }
        Event::Changes { .. } => false,
    };
    let mut kept = history.clone();
    kept.entries.clear();
    let mut left_out = 0;
    for moment in history.entries.chunk_by(|one, other| one.time == other.time) {
        if !moment.iter().any(matters) {
            left_out += 1;
            continue;
        }
        let told = moment.iter().filter(|entry| matters(entry) || matches!(entry.event, Event::Changes { .. }));
        kept.entries.extend(told.cloned().map(|mut entry| {
            if let Event::Begins(standing) | Event::HandsOn { standing, .. } = &mut entry.event {
                let model = history.models[entry.leg];
                standing.retain(|one| machines[entry.leg].contains(&model.states[one.state.index()].machine));
            }
            entry
        }));
    }
    let mut document = Document::default();
    events(&kept, 4, &mut document);
    (document, left_out)
}

/// The machines that outcomes and milestones read; all where they read none.
fn asked_about(model: &Model) -> BTreeSet<MachineId> {
    let outcomes = model.outcomes.iter().map(|outcome| &outcome.when);
    let conditions = outcomes.chain(model.milestones.iter().map(|milestone| &milestone.when));
    let asked: BTreeSet<MachineId> = conditions.flat_map(|condition| condition.reads().machines).collect();
    if asked.is_empty() { (0..model.machines.len()).map(MachineId::new).collect() } else { asked }
}

/// `3 March 2026 (week 11)`, or `Week 11`.
fn when(model: &Model, time: f64) -> String {
    let calendar = &model.calendar;
    let unit = calendar.unit.name();
    let at = format!("{unit} {}", moment(time));
    let day = calendar.start.and_then(|start| date_after(start, time, calendar.unit));
    match day {
        Some(day) => format!("{} ({at})", date(day)),
        None => sentence(&at).trim_end_matches('.').to_owned(),
    }
}

/// A moment to a tenth of the unit: what is told must be found again, however late it is.
fn moment(time: f64) -> String {
    let text = format!("{time:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

fn tell(history: &History<'_>, entry: &Entry, document: &mut Document) {
    let model = model_of(history, entry);
    let words = Words::new(model);
    match &entry.event {
        Event::Begins(standing) => {
            document.item(0, "The run begins:");
            standing_in(&words, standing, document);
        }
        Event::Shock { shock, struck } => {
            let shock = &model.shocks[shock.index()];
            let about = sentence(&prose(&shock.provenance.about));
            let happens = if *struck { "strikes" } else { "was due and does not strike" };
            document.item(0, joined(&[&format!("The shock {} {happens}.", code(&shock.name)), &about]));
            if let Some(condition) = &shock.when {
                let holds = if *struck { "because" } else { "its condition does not hold:" };
                document.item(1, sentence(&format!("{holds} {}", words.condition(condition))));
            }
        }
        Event::Fires(firing) => {
            document.item(0, joined(&[&went(&words, firing), &meaning(&words, firing)]));
            for reason in reasons(&words, firing) {
                document.item(1, reason);
            }
        }
        Event::Changes { .. } => {}
        Event::Milestone(index) => {
            let milestone = &model.milestones[*index];
            let about = sentence(&prose(&milestone.about));
            document.item(0, joined(&[&format!("For the first time: {}.", code(&milestone.name)), &about]));
        }
        Event::HandsOn { outcome, from, standing } => {
            let outcome = &history.models[*from].outcomes[*outcome];
            let about = sentence(&prose(&outcome.about));
            document.item(0, joined(&[&format!("Outcome {}.", code(&outcome.name)), &about]));
            let title = prose(&model.title);
            document.item(0, format!("The run goes on in {} ({title}):", code(history.names[entry.leg])));
            standing_in(&words, standing, document);
        }
        Event::Ends(index) => {
            let outcome = &model.outcomes[*index];
            let how = if outcome.at_horizon { "The horizon is reached" } else { "The run ends" };
            let about = sentence(&prose(&outcome.about));
            document.item(0, joined(&[&format!("{how}: {}.", code(&outcome.name)), &about]));
        }
    }
}

/// Where every machine is.
fn standing_in(words: &Words<'_>, standing: &[Standing], document: &mut Document) {
    for one in standing {
        let state = &words.model.states[one.state.index()];
        let machine = &words.model.machines[state.machine.index()];
        let already =
            if one.spent > 0.0 { format!(" (for {} already)", words.rough_time(one.spent)) } else { String::new() };
        let about = prose(&state.about);
        let about = if about.is_empty() { String::new() } else { format!(": {about}") };
        document.item(1, format!("{} is in {}{already}{about}", code(&machine.name), code(&state.name)));
    }
}

/// `path goes from a to b.`
fn went(words: &Words<'_>, firing: &Firing) -> String {
    let model = words.model;
    let transition = &model.transitions[firing.transition.index()];
    let machine = code(&model.machines[transition.machine.index()].name);
    let state = |id: crate::model::id::StateId| code(&model.states[id.index()].name);
    match firing.moved {
        Some(moved) if moved.from == moved.to && transition.target == (Target::Stay { reenter: true }) => {
            format!("{machine} leaves {} and enters it anew.", state(moved.from))
        }
        Some(moved) => format!("{machine} goes from {} to {}.", state(moved.from), state(moved.to)),
        None => format!("{machine}: {}.", prose(&transition.name)),
    }
}

/// What a transition is for: its author's words, or else its name.
fn meaning(words: &Words<'_>, firing: &Firing) -> String {
    let transition = &words.model.transitions[firing.transition.index()];
    let about = prose(&transition.about);
    match (about.is_empty(), words.model.own_name(transition)) {
        (true, Some(name)) if firing.moved.is_some() => sentence(&prose(name)),
        _ => sentence(&about),
    }
}

fn is_change(entry: &Entry) -> bool {
    matches!(entry.event, Event::Changes { .. })
}

/// What became of variables at one moment.
fn changes(history: &History<'_>, together: &[Entry], document: &mut Document) {
    let told: Vec<String> = together
        .iter()
        .filter_map(|entry| {
            let Event::Changes { variable, before, after } = entry.event else { return None };
            let name = code(&model_of(history, entry).variables[variable.index()].name);
            let (from, to) = (rough(before), rough(after));
            let way = if after > before { "rises" } else { "falls" };
            (from != to).then(|| format!("{name} {way} from {from} to {to}"))
        })
        .collect();
    document.item(1, sentence(&list(&told, "and")));
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}
