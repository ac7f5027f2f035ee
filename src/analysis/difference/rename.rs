//! What seems to be the same part under a new name.
//!
//! In: two models. Out: the first with the new names put in, so that it can be compared by name, and the renamings. Only
//! what is alone in its likeness is taken for renamed: a parameter, lever or variable with all the same fields, a state
//! whose neighbours are the same.

use super::describe::{Fields, Part, parts};
use super::{Change, ChangeKind, Section};
use crate::model::id::{Place, StateId};
use crate::model::{Model, Target};
use std::collections::BTreeSet;

pub(super) fn rename(before: &Model, after: &Model) -> (Model, Vec<Change>) {
    let mut model = before.clone();
    let mut changes = Vec::new();
    for section in [Section::Parameter, Section::Lever, Section::Variable] {
        let of = |model: &Model| -> Vec<(String, Fields)> {
            let all = parts(model).into_iter().filter(|part: &Part| part.section == section);
            all.map(|part| (part.name, part.fields)).collect()
        };
        for (old, new) in pairs(&of(&model), &of(after)) {
            for input in model.inputs.iter_mut().filter(|input| input.name == old && section != Section::Variable) {
                input.name.clone_from(&new);
            }
            for variable in model.variables.iter_mut().filter(|v| v.name == old && section == Section::Variable) {
                variable.name.clone_from(&new);
            }
            changes.push(renamed(section, old, new));
        }
    }
    for (old, new) in pairs(&neighbours(&model), &neighbours(after)) {
        let states: Vec<String> = (0..model.states.len()).map(|index| model.state_path(StateId::new(index))).collect();
        if let (Some(index), Some((_, name))) = (states.iter().position(|path| *path == old), new.split_once('.')) {
            let former = std::mem::replace(&mut model.states[index].name, name.to_owned());
            rename_in_transitions(&mut model, index, &former, name);
            changes.push(renamed(Section::State, old, new));
        }
    }
    (model, changes)
}

fn renamed(section: Section, from: String, name: String) -> Change {
    Change { section, name, kind: ChangeKind::Renamed { from }, details: Vec::new() }
}

/// Where more has come or gone than this, it is another scenario and not a renamed one.
const MOST_RENAMED: usize = 500;

/// Names that are only in the first, each with the one that is only in the second and alone in its likeness.
fn pairs<T: PartialEq>(before: &[(String, T)], after: &[(String, T)]) -> Vec<(String, String)> {
    let names = |list: &[(String, T)]| list.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<String>>();
    let (old_names, new_names) = (names(before), names(after));
    let gone: Vec<_> = before.iter().filter(|(name, _)| !new_names.contains(name)).collect();
    let come: Vec<_> = after.iter().filter(|(name, _)| !old_names.contains(name)).collect();
    if gone.len() > MOST_RENAMED || come.len() > MOST_RENAMED {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (old, likeness) in &gone {
        let alike: Vec<_> = come.iter().filter(|(_, other)| other == likeness).collect();
        let rivals = gone.iter().filter(|(_, other)| other == likeness).count();
        if let ([(new, _)], 1) = (alike.as_slice(), rivals) {
            found.push((old.clone(), new.clone()));
        }
    }
    found
}

/// The machine of a state, and the states before and after it.
type Neighbours = (usize, BTreeSet<String>, BTreeSet<String>);

/// Each state's path with its machine and the states before and after it; none for a state without neighbours.
fn neighbours(model: &Model) -> Vec<(String, Neighbours)> {
    let paths: Vec<String> = (0..model.states.len()).map(|index| model.state_path(StateId::new(index))).collect();
    let mut found: Vec<Neighbours> =
        model.states.iter().map(|state| (state.machine.index(), BTreeSet::new(), BTreeSet::new())).collect();
    for transition in &model.transitions {
        let targets: Vec<usize> = match &transition.target {
            Target::Stay { .. } => Vec::new(),
            Target::To(place) => model.states_of(*place).collect(),
            Target::Branches(branches) => branches.iter().flat_map(|(place, _)| model.states_of(*place)).collect(),
        };
        for from in transition.from.iter().map(|state| state.index()) {
            for to in targets.iter().copied().filter(|to| *to != from) {
                found[from].2.insert(paths[to].clone());
                found[to].1.insert(paths[from].clone());
            }
        }
    }
    let has_any = |found: &Neighbours| !found.1.is_empty() || !found.2.is_empty();
    paths.into_iter().zip(found).filter(|(_, found)| has_any(found)).collect()
}

/// Names of transitions that were made of the names of their states follow the renaming.
fn rename_in_transitions(model: &mut Model, state: usize, former: &str, name: &str) {
    let id = StateId::new(state);
    for transition in &mut model.transitions {
        let leads = match &transition.target {
            Target::To(to) => *to == Place::State(id),
            Target::Branches(branches) => branches.iter().any(|(to, _)| *to == Place::State(id)),
            Target::Stay { .. } => false,
        };
        if !leads && !transition.from.contains(&id) {
            continue;
        }
        let Some((from, to)) = transition.name.split_once(" to ") else { continue };
        let put = |list: &str, between: &str| {
            let words: Vec<&str> = list.split(between).map(|word| if word == former { name } else { word }).collect();
            words.join(between)
        };
        transition.name = format!("{} to {}", put(from, ", "), put(to, " or "));
    }
}
