//! What transitions are called in addresses.
//!
//! In: names as written, and transitions that have none. Out: names in lower case with dashes, and names made of where a
//! transition leads, the same as in a model.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Span;
use crate::scenario::{FromText, Name, Scenario, TargetText, TransitionText};

/// `Answers the deployment` as it stands in an address: `answers-the-deployment`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for part in name.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|part| !part.is_empty()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.extend(part.chars().flat_map(char::to_lowercase));
    }
    slug
}

impl TransitionText {
    /// Its name, or, where it has none, one made of where it leads.
    pub fn called(&self) -> String {
        if let Some(name) = &self.name {
            return name.value.clone();
        }
        let joined = |states: &mut dyn Iterator<Item = &Name>, between: &str| {
            states.map(|state| state.value.as_str()).collect::<Vec<_>>().join(between)
        };
        let from = match &self.from {
            FromText::All(_) => "*".to_owned(),
            FromText::States(states) => joined(&mut states.iter(), ", "),
        };
        let to = match &self.target {
            TargetText::Stay => "stay".to_owned(),
            TargetText::To(state) => state.value.clone(),
            TargetText::Branches(branches) => joined(&mut branches.value.iter().map(|(state, _)| state), " or "),
        };
        format!("{from} to {to}")
    }
}

/// What the transitions that do not say their name are called, by their place. The second of one name is called
/// `… 2`, as in a model.
pub fn unwritten_names(scenario: &Scenario) -> BTreeMap<Span, String> {
    let mut unwritten = BTreeMap::new();
    for machine in &scenario.machines {
        let (mut taken, mut numbers) = (BTreeSet::new(), BTreeMap::new());
        for transition in &machine.transitions {
            let base = transition.called();
            let mut name = base.clone();
            if taken.contains(&base) {
                let number = numbers.entry(base.clone()).or_insert(2);
                while taken.contains(&format!("{base} {number}")) {
                    *number += 1;
                }
                name = format!("{base} {number}");
            }
            if transition.name.is_none() {
                unwritten.insert(transition.span, name.clone());
            }
            taken.insert(name);
        }
    }
    unwritten
}
