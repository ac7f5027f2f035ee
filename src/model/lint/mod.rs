//! What is legal but odd: warnings about a model that could run.
//!
//! In: a [`Model`] without errors, the [`Scenario`] it came from, and which formulas were used. Out: warnings for what is
//! never used, reached, left or possible, for numbers that can leave their bounds, and for numbers without a source.
//! A warning is a claim about the model, so each is made only where it can be shown: by a bound that holds for certain, or
//! by an example that is named. What cannot be decided is not warned of. Of what a file inherits, only what concerns the
//! whole model is told: a base may hold more than one scenario needs.

mod bounds;
mod conditions;
mod cycle;
mod interval;
mod oddities;
mod reach;
mod source;
mod suppose;
mod usage;
mod used;

use super::{Model, Transition};
use crate::diagnostic::Diagnostics;
use crate::scenario::{Scenario, TransitionText};
use std::collections::{BTreeMap, BTreeSet};
use used::{Used, used_of};

pub fn lint(model: &Model, scenario: &Scenario, formulas: &BTreeSet<String>, diagnostics: &mut Diagnostics) {
    let mut found = Diagnostics::default();
    find(model, scenario, formulas, &mut found);
    // Machines made from one template share its text, and what is odd about it is told once.
    let mut told = BTreeSet::new();
    found.retain(|warning| warning.label.as_ref().is_none_or(|label| told.insert((warning.code, label.span))));
    diagnostics.extend(found);
}

fn find(model: &Model, scenario: &Scenario, formulas: &BTreeSet<String>, diagnostics: &mut Diagnostics) {
    let subject = Subject::new(model, scenario);
    usage::unused(&subject, formulas, diagnostics);
    usage::templates(&subject, diagnostics);
    reach::unreachable_states(model, &subject.reached, diagnostics);
    reach::dead_ends(&subject, diagnostics);
    conditions::impossible(&subject, diagnostics);
    bounds::leaving(&subject, diagnostics);
    cycle::immediate(&subject, diagnostics);
    oddities::oddities(&subject, diagnostics);
    source::unsourced(model, scenario, diagnostics);
    source::half_sourced(model, scenario, diagnostics);
}

/// What every lint looks at.
struct Subject<'a> {
    model: &'a Model,
    scenario: &'a Scenario,
    /// Of each state, whether some sequence of transitions leads to it.
    reached: Vec<bool>,
    used: Used,
    /// The transitions of the model by where they stand.
    by_text: BTreeMap<crate::diagnostic::Span, Vec<&'a Transition>>,
    /// How each transition of the model was written, by where it stands: several may come from one text.
    texts: BTreeMap<crate::diagnostic::Span, &'a TransitionText>,
}

impl<'a> Subject<'a> {
    fn new(model: &'a Model, scenario: &'a Scenario) -> Self {
        let written = scenario.machines.iter().flat_map(|machine| &machine.transitions);
        let texts = written.map(|text| (text.span, text)).collect();
        let mut by_text: BTreeMap<_, Vec<&Transition>> = BTreeMap::new();
        for transition in &model.transitions {
            by_text.entry(transition.span).or_default().push(transition);
        }
        Subject { model, scenario, reached: reach::reached_states(model), used: used_of(model), by_text, texts }
    }

    /// The transitions for which something holds in every machine that has them from one text: one for each text.
    fn in_all_machines(&self, holds: impl Fn(&Transition) -> bool) -> Vec<&'a Transition> {
        let of_text = self.by_text.values();
        of_text.filter(|all| all.iter().all(|transition| holds(transition))).map(|all| all[0]).collect()
    }

    /// Whether something stands in the main file, not in one that it extends.
    fn is_own(&self, span: crate::diagnostic::Span) -> bool {
        span.file == self.scenario.span.file
    }
}
