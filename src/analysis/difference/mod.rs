//! What changed between two scenarios, in the model's terms: order, comments, layout and the file that says a thing do
//! not count.
//!
//! In: two models. Out: a list of [`Change`]s, empty if they mean the same. Parts are matched by name; what seems to be
//! the same under a new name (states with the same neighbours, transitions between the same states, inputs with the same
//! fields) is told as renamed. Formulas are compared as written, so that one that changed is one change, and what follows
//! from it is told as mean waits.

mod behaviour;
mod describe;
mod rename;

use super::central::Central;
use super::waiting::law;
use crate::model::id::TransitionId;
use crate::model::print::Printer;
use crate::model::{Model, Outcome};
use describe::{Fields, Part, parts};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One part that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub section: Section,
    /// `path.strike`; empty for the scenario itself. Of something renamed the new name.
    pub name: String,
    pub kind: ChangeKind,
    pub details: Vec<Detail>,
}

/// What kind of part it is; in the order in which changes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    Scenario,
    Parameter,
    Lever,
    Policy,
    Variant,
    Correlation,
    Share,
    Variable,
    Formula,
    Now,
    Shock,
    Machine,
    State,
    Transition,
    Consequence,
    Milestone,
    Outcome,
    Expectation,
    /// A mean wait at central values that is another because of changes elsewhere.
    MeanWait,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
    /// It seems to be what had this name before.
    Renamed {
        from: String,
    },
}

/// One field of a part, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    pub what: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Compares two models.
pub fn differences(before: &Model, after: &Model) -> Vec<Change> {
    let (renamed, mut changes) = rename::rename(before, after);
    let (old, new) = (parts(&renamed), parts(after));
    let mut matched = vec![false; old.len()];
    let waits = [Waits::of(&renamed), Waits::of(after)];
    let key = |part: &Part| (part.section, part.name.clone());
    let by_name: BTreeMap<_, usize> = old.iter().enumerate().map(|(index, part)| (key(part), index)).collect();
    let names: BTreeSet<_> = new.iter().map(key).collect();
    // What has no part of its name any more may be found again by its way.
    let mut by_way: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, part) in old.iter().enumerate().rev().filter(|(_, part)| !names.contains(&key(part))) {
        if let Some(way) = &part.way {
            by_way.insert(way, index);
        }
    }
    for part in &new {
        let same_way = || by_way.remove(part.way.as_deref()?);
        let position = by_name.get(&key(part)).copied().filter(|index| !matched[*index]).or_else(same_way);
        let Some(index) = position else {
            changes.push(whole(part, ChangeKind::Added));
            continue;
        };
        matched[index] = true;
        let was = &old[index];
        let mut details = compared(&was.fields, &part.fields);
        let wait = part.transition.zip(was.transition).and_then(|(now, then)| {
            let detail = |waits: &Waits, id| waits.text(id);
            let (before, after) = (detail(&waits[0], then), detail(&waits[1], now));
            (before != after).then(|| Detail { what: "mean wait".into(), before, after })
        });
        let kind =
            if was.name == part.name { ChangeKind::Changed } else { ChangeKind::Renamed { from: was.name.clone() } };
        if details.is_empty() && kind == ChangeKind::Changed {
            if let Some(wait) = wait {
                let (section, name) = (Section::MeanWait, part.name.clone());
                changes.push(Change { section, name, kind, details: vec![wait] });
            }
            continue;
        }
        details.extend(wait);
        changes.push(Change { section: part.section, name: part.name.clone(), kind, details });
    }
    for (part, _) in old.iter().zip(&matched).filter(|(_, matched)| !**matched) {
        changes.push(whole(part, ChangeKind::Removed));
    }
    changes.extend(order_of_outcomes(&renamed, after));
    changes.sort_by_key(|change| change.section);
    changes
}

/// A part that is only in one of the two, with all its fields.
fn whole(part: &Part, kind: ChangeKind) -> Change {
    let added = kind == ChangeKind::Added;
    let detail = |(what, value): &(String, String)| Detail {
        what: what.clone(),
        before: (!added).then(|| value.clone()),
        after: added.then(|| value.clone()),
    };
    Change { section: part.section, name: part.name.clone(), kind, details: part.fields.iter().map(detail).collect() }
}

/// The fields that differ, in the order of the new ones and then of those that are gone.
fn compared(before: &Fields, after: &Fields) -> Vec<Detail> {
    let value = |fields: &Fields, what: &str| fields.iter().find(|(name, _)| name == what).map(|(_, v)| v.clone());
    let all = after.iter().chain(before.iter().filter(|(what, _)| value(after, what).is_none()));
    all.map(|(what, _)| Detail { what: what.clone(), before: value(before, what), after: value(after, what) })
        .filter(|detail| detail.before != detail.after)
        .collect()
}

/// Outcomes are tested in file order: of two that hold at once the first is the one.
fn order_of_outcomes(before: &Model, after: &Model) -> Option<Change> {
    let common = |of: &Model, other: &Model| -> Vec<String> {
        let has = |outcome: &&Outcome| other.outcomes.iter().any(|o| o.name == outcome.name);
        let tested = of.outcomes.iter().filter(|outcome| !outcome.at_horizon).filter(has);
        tested.map(|outcome| outcome.name.clone()).collect()
    };
    let (was, is) = (common(before, after), common(after, before));
    let mut sorted = [was.clone(), is.clone()];
    sorted.iter_mut().for_each(|names| names.sort());
    (was != is && sorted[0] == sorted[1]).then(|| Change {
        section: Section::Outcome,
        name: String::new(),
        kind: ChangeKind::Changed,
        details: vec![Detail {
            what: "order in which they are tested".into(),
            before: Some(was.join(", ")),
            after: Some(is.join(", ")),
        }],
    })
}

/// Mean waits of a model at its central values; none if it cannot be bound to them.
struct Waits<'a> {
    model: &'a Model,
    central: Option<Central>,
}

impl<'a> Waits<'a> {
    fn of(model: &'a Model) -> Self {
        Waits { model, central: Central::new(model).ok() }
    }

    /// `12.35 weeks`, from the first state that the transition leaves; `None` where it has no mean wait.
    fn text(&self, id: TransitionId) -> Option<String> {
        let central = self.central.as_ref()?;
        let from = self.model.transitions[id.index()].from[0];
        let mean = law(central.bound(), &central.world_in(from), id)?.mean();
        if !mean.is_finite() {
            return Some("never as things stand".into());
        }
        let number = Printer::readable(self.model).constant(mean);
        Some(format!("{number} {}s", self.model.calendar.unit.name()))
    }
}
