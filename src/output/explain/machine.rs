//! A machine in words: what it is, and each of its states with what happens there and how it is left.
//!
//! In: a machine at central values. Out: a section with one sub-section a state; transitions from several states stand
//! together at the end.

use super::document::Document;
use super::transition;
use super::words::{Words, code, list, prose, sentence, share};
use crate::analysis::central::Central;
use crate::analysis::influence::shares;
use crate::analysis::waiting::{Law, law, sojourn};
use crate::model::id::{CompositeId, MachineId, Place, StateId, TransitionId};
use crate::model::{Actions, Machine, Target, Trigger};

pub(super) fn tell(words: &Words<'_>, central: &Central, id: MachineId, machine: &Machine, document: &mut Document) {
    let model = words.model;
    document.heading(2, format!("Machine {}", code(&machine.name)));
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let template = model.templates.iter().find(|template| template.machines.contains(&id));
    let made =
        template.map_or_else(String::new, |template| format!("is made from the template {}, ", code(&template.name)));
    let size = format!(
        "It {made}has {} and {}, and starts in {}.",
        count(machine.states.len(), "state"),
        count(machine.transitions.len(), "transition"),
        code(&model.states[machine.initial.index()].name)
    );
    document.paragraph(format!("{} {size}", sentence(&prose(&machine.about))).trim().to_owned());
    let ids: Vec<TransitionId> = machine.transitions.clone().map(TransitionId::new).collect();
    let sources = |transition: TransitionId| &model.transitions[transition.index()].sources;
    let own = |place: Place| -> Vec<TransitionId> {
        ids.iter().copied().filter(|transition| *sources(*transition) == [place]).collect()
    };
    let first_in = |composite: &CompositeId, state: usize| model.composite(*composite).states.start == state;
    for index in machine.states.clone() {
        let state = StateId::new(index);
        // A composite stands before the first state within it, the outermost first.
        let mut around: Vec<CompositeId> =
            model.enclosing(Place::State(state)).filter(|composite| first_in(composite, index)).collect();
        around.reverse();
        for composite in around {
            tell_composite(words, composite, document);
            for transition in own(Place::Composite(composite)) {
                transition::tell(words, central, transition, document);
            }
        }
        let shared: Vec<TransitionId> = ids
            .iter()
            .copied()
            .filter(|t| *sources(*t) != [Place::State(state)] && model.transitions[t.index()].from.contains(&state))
            .collect();
        tell_state(words, central, id, state, &own(Place::State(state)), &shared, document);
    }
    let several: Vec<TransitionId> = ids.iter().copied().filter(|t| sources(*t).len() > 1).collect();
    if !several.is_empty() {
        document.heading(3, format!("From several states of {}", code(&machine.name)));
        for transition in several {
            transition::tell(words, central, transition, document);
        }
    }
}

/// A state with states within it.
fn tell_composite(words: &Words<'_>, id: CompositeId, document: &mut Document) {
    let model = words.model;
    let composite = model.composite(id);
    let about = prose(&composite.about);
    let name = code(&composite.name);
    document.heading(3, if about.is_empty() { name } else { format!("{name}: {about}") });
    let within: Vec<String> =
        composite.states.clone().map(|index| words.place(Place::State(StateId::new(index)))).collect();
    let entered = if composite.history { "is entered where it was left last, at first at" } else { "is entered at" };
    let entry = words.place(Place::State(model.entry(Place::Composite(id))));
    document.paragraph(
        format!(
            "{} {}",
            sentence(&format!("it holds {}, and {entered} {entry}", list(&within, "and"))),
            sentence(&actions(words, &composite.enter, &composite.exit))
        )
        .trim()
        .to_owned(),
    );
}

fn tell_state(
    words: &Words<'_>,
    central: &Central,
    machine: MachineId,
    id: StateId,
    own: &[TransitionId],
    shared: &[TransitionId],
    document: &mut Document,
) {
    let model = words.model;
    let state = &model.states[id.index()];
    let about = prose(&state.about);
    let initial = if model.machines[machine.index()].initial == id { " (where it starts)" } else { "" };
    let name = format!("{}{initial}", code(&state.name));
    document.heading(3, if about.is_empty() { name } else { format!("{name}: {about}") });
    let values: Vec<String> = model.machines[machine.index()]
        .value_names
        .iter()
        .zip(&state.values)
        .map(|(name, value)| format!("{} {}", code(name), words.amount(value)))
        .collect();
    let lasting = lasting(words, central, id);
    let paragraphs = [
        sentence(&actions(words, &state.enter, &state.exit)),
        if values.is_empty() { String::new() } else { format!("Values: {}.", values.join(", ")) },
        sentence(&lasting),
    ];
    document.paragraph(paragraphs.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" "));
    for transition in own {
        transition::tell(words, central, *transition, document);
    }
    if !shared.is_empty() {
        let names: Vec<String> =
            shared.iter().map(|transition| code(&model.transitions[transition.index()].name)).collect();
        document.item(0, format!("also {}, told where it stands for several states", list(&names, "and")));
    }
}

fn actions(words: &Words<'_>, enter: &Actions, exit: &Actions) -> String {
    let (enter, exit) = (words.actions(enter), words.actions(exit));
    let mut parts = Vec::new();
    if !enter.is_empty() {
        parts.push(format!("on entry it {enter}"));
    }
    if !exit.is_empty() {
        parts.push(format!("on exit it {exit}"));
    }
    parts.join("; ")
}

/// How long a state lasts and where it leads, or that a run ends there.
fn lasting(words: &Words<'_>, central: &Central, id: StateId) -> String {
    let model = words.model;
    let bound = central.bound();
    let world = central.world_in(id);
    if let Some(outcome) = ends_run(central, id) {
        return format!("a run that comes here ends with the outcome {}", code(&model.outcomes[outcome].name));
    }
    let ways = ways_out(words, id);
    if ways.is_empty() {
        return "nothing leads out of it".into();
    }
    let is = |t: &TransitionId, immediate: bool| {
        matches!(model.transitions[t.index()].trigger, Trigger::Immediate) == immediate
    };
    if let Some(at_once) = ways.iter().find(|t| is(t, true) && bound.enabled(&world, **t)) {
        return format!("it is left at once by {}", code(&model.transitions[at_once.index()].name));
    }
    let competing: Vec<(TransitionId, Law<'_>)> = ways
        .iter()
        .filter(|t| bound.enabled(&world, **t))
        .filter_map(|t| Some((*t, law(bound, &world, *t)?)))
        .collect();
    let waits_for_more = ways.len() > competing.len();
    let laws: Vec<Law<'_>> = competing.iter().map(|(_, law)| *law).collect();
    let found = sojourn(&laws);
    if !found.mean.is_finite() {
        return "as things stand at the start, nothing leads out of it".into();
    }
    // Shares by where they lead, in order of first appearance.
    let mut targets: Vec<(Place, f64)> = Vec::new();
    for ((transition, _), part) in competing.iter().zip(&found.shares) {
        for (target, of_it) in leads_to(central, &world, words, *transition, id) {
            match targets.iter_mut().find(|(known, _)| *known == target) {
                Some((_, sum)) => *sum += part * of_it,
                None => targets.push((target, part * of_it)),
            }
        }
    }
    targets.sort_by(|a, b| b.1.total_cmp(&a.1));
    let parts: Vec<String> = match targets.as_slice() {
        [(only, _)] => vec![words.place(*only)],
        several => {
            several.iter().map(|(target, part)| format!("{} ({})", words.place(*target), share(*part))).collect()
        }
    };
    let unless = if waits_for_more { ", unless one of the conditions or events below comes first" } else { "" };
    format!("it lasts {} and then leads to {}{unless}", words.mean_wait(found.mean), list(&parts, "and"))
}

/// The transitions that leave a state.
fn ways_out(words: &Words<'_>, state: StateId) -> Vec<TransitionId> {
    let model = words.model;
    let machine = &model.machines[model.states[state.index()].machine.index()];
    machine
        .transitions
        .clone()
        .filter(|index| {
            let transition = &model.transitions[*index];
            transition.from.contains(&state)
                && match &transition.target {
                    Target::Stay { reenter } => *reenter,
                    Target::To(_) | Target::Branches(_) => true,
                }
        })
        .map(TransitionId::new)
        .collect()
}

/// Where a transition leads and with which shares.
fn leads_to(
    central: &Central,
    world: &crate::program::world::World,
    words: &Words<'_>,
    id: TransitionId,
    from: StateId,
) -> Vec<(Place, f64)> {
    match &words.model.transitions[id.index()].target {
        Target::Stay { .. } => vec![(Place::State(from), 1.0)],
        Target::To(state) => vec![(*state, 1.0)],
        Target::Branches(branches) => {
            branches.iter().map(|(state, _)| *state).zip(shares(central.bound(), world, id)).collect()
        }
    }
}

/// The outcome that a run has when the machine comes to this state, everything else being as at the start.
fn ends_run(central: &Central, id: StateId) -> Option<usize> {
    let (bound, world) = (central.bound(), central.world_in(id));
    let outcomes = &bound.program().outcomes;
    let holds = |world| outcomes.iter().position(|o| !o.at_horizon && bound.holds(o.condition.when, world));
    // An outcome that holds at the start is none of this state.
    holds(&world).filter(|_| holds(central.start()).is_none())
}
