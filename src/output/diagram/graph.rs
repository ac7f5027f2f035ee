//! A machine as boxes and numbered arrows: what a diagram shows of it, before anything has a place.
//!
//! In: a machine of a [`Model`] at central values. Out: a [`Graph`]. A transition from every state, or from many, becomes
//! one arrow from a box of its own; a transition with branches has one arrow a branch; one that stays is a loop.

use crate::analysis::central::Central;
use crate::analysis::influence::shares;
use crate::analysis::waiting::{Law, law, sojourn};
use crate::model::id::{MachineId, StateId, TransitionId};
use crate::model::{Model, Target, Transition, Trigger};
use crate::output::chart::labels::spaced;
use crate::output::format::{number, printable, time};

/// A transition from more states than this is drawn once.
const MOST_ORIGINS: usize = 3;
/// The value of states that colours them.
const RUNG: &str = "rung";

/// One box.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) name: String,
    /// A second line: how long it lasts, or that a run ends.
    pub(super) note: String,
    /// Where its rung lies between the least and the greatest, from 0 to 1.
    pub(super) rung: Option<f64>,
    pub(super) initial: bool,
    /// A run ends here.
    pub(super) ends: bool,
    /// Not a state, but several of them.
    pub(super) several: bool,
}

/// What makes an arrow happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// In time, with this hazard (one over the mean wait) at central values, branches counted apart.
    Timed(f64),
    /// At an event, or as soon as a condition holds.
    Awaited,
}

/// One arrow, or a loop where both ends are one box.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// `7`, or `7b` for a branch.
    pub(super) label: String,
    pub(super) kind: Kind,
}

/// What a number stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) number: usize,
    /// `preparation → intimidation`.
    pub(super) way: String,
    /// The author's name for it, if it is not made of the states.
    pub(super) name: String,
    /// `15 weeks`, `on red line`.
    pub(super) pace: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) entries: Vec<Entry>,
    /// Least and greatest rung, if states have rungs.
    pub(super) rungs: Option<[f64; 2]>,
}

/// What of the machine is drawn.
pub(super) fn graph(model: &Model, central: &Central, id: MachineId) -> Graph {
    let machine = &model.machines[id.index()];
    let first = machine.states.start;
    let rung = machine.value_names.iter().position(|name| name == RUNG);
    let rung_of = |state: usize| rung.map(|index| central.bound().state_value(id, StateId::new(state), index));
    let all: Vec<f64> = machine.states.clone().filter_map(rung_of).filter(|rung| rung.is_finite()).collect();
    let rungs = match (all.iter().copied().reduce(f64::min), all.iter().copied().reduce(f64::max)) {
        (Some(low), Some(high)) if high > low => Some([low, high]),
        _ => None,
    };
    let nodes = machine
        .states
        .clone()
        .map(|index| {
            let state = StateId::new(index);
            let (note, ends) = note(model, central, state);
            Node {
                name: spaced(&printable(&model.states[index].name)),
                note,
                rung: rungs.and_then(|[low, high]| Some((rung_of(index)? - low) / (high - low))),
                initial: machine.initial == state,
                ends,
                several: false,
            }
        })
        .collect();
    let mut graph = Graph { nodes, edges: Vec::new(), entries: Vec::new(), rungs };
    // In the order of the states they leave, then those that leave several.
    let mut order: Vec<usize> = machine.transitions.clone().collect();
    order.sort_by_key(|index| {
        let from = &model.transitions[*index].from;
        if from.len() == 1 { from[0].index() } else { usize::MAX }
    });
    for index in order {
        graph.add(model, central, TransitionId::new(index), first, machine.states.len());
    }
    graph
}

impl Graph {
    fn add(&mut self, model: &Model, central: &Central, id: TransitionId, first: usize, states: usize) {
        let transition = &model.transitions[id.index()];
        let number = self.entries.len() + 1;
        let origins: Vec<usize> = transition.from.iter().map(|state| state.index() - first).collect();
        let drawn_once = origins.len() > MOST_ORIGINS;
        let targets = targets(transition, first);
        let from_all = origins.len() == states;
        let from: Vec<usize> = if drawn_once { vec![self.several(&origins, from_all)] } else { origins.clone() };
        for (way, box_from) in from.iter().enumerate() {
            let world = central.world_in(transition.from[way]);
            let kind = |share: f64| match law(central.bound(), &world, id) {
                Some(law) => Kind::Timed(law.pace() * share),
                None => Kind::Awaited,
            };
            let shares = shares(central.bound(), &world, id);
            match targets.as_slice() {
                [] => {
                    self.edges.push(Edge { from: *box_from, to: *box_from, label: number.to_string(), kind: kind(1.0) })
                }
                [to] => self.edges.push(Edge { from: *box_from, to: *to, label: number.to_string(), kind: kind(1.0) }),
                several => {
                    for (branch, to) in several.iter().enumerate() {
                        let letter = letter(branch);
                        let share = shares.get(branch).copied().unwrap_or(1.0);
                        let label = format!("{number}{letter}");
                        self.edges.push(Edge { from: *box_from, to: *to, label, kind: kind(share) });
                    }
                }
            }
        }
        self.entries.push(entry(model, central, id, number, from_all));
    }

    /// The box that stands for several states.
    fn several(&mut self, origins: &[usize], all: bool) -> usize {
        let name = if all { "any state".to_owned() } else { format!("any of {} states", origins.len()) };
        let names: Vec<&str> = origins.iter().map(|index| self.nodes[*index].name.as_str()).collect();
        let note = if all { String::new() } else { names.join(", ") };
        if let Some(known) = self.nodes.iter().position(|node| node.several && node.name == name && node.note == note) {
            return known;
        }
        self.nodes.push(Node { name, note, rung: None, initial: false, ends: false, several: true });
        self.nodes.len() - 1
    }
}

/// Boxes that a transition leads to; none if it stays.
fn targets(transition: &Transition, first: usize) -> Vec<usize> {
    match &transition.target {
        Target::Stay { .. } => Vec::new(),
        Target::To(state) => vec![state.index() - first],
        Target::Branches(branches) => branches.iter().map(|(state, _)| state.index() - first).collect(),
    }
}

/// `a`, `b` … `z`, `aa` …
fn letter(index: usize) -> String {
    let last = char::from(b'a' + u8::try_from(index % 26).expect("a remainder of 26 is small"));
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}

fn entry(model: &Model, central: &Central, id: TransitionId, number: usize, from_all: bool) -> Entry {
    let transition = &model.transitions[id.index()];
    let name = |state: StateId| spaced(&printable(&model.states[state.index()].name));
    let names = |states: &[StateId]| states.iter().map(|state| name(*state)).collect::<Vec<_>>().join(", ");
    let from = if from_all && transition.from.len() > 1 { "any state".to_owned() } else { names(&transition.from) };
    let world = central.world_in(transition.from[0]);
    let way = match &transition.target {
        Target::Stay { .. } => format!("in {from}"),
        Target::To(state) => format!("{from} → {}", name(*state)),
        Target::Branches(branches) => {
            let parts: Vec<String> = branches
                .iter()
                .zip(shares(central.bound(), &world, id))
                .enumerate()
                .map(|(branch, ((state, _), share))| {
                    format!("{} {} {} %", letter(branch), name(*state), number_of_percent(share))
                })
                .collect();
            format!("{from} → {}", parts.join(", "))
        }
    };
    let made = transition.name.split(" to ").count() == 2 && {
        let plain = |state: &StateId| model.states[state.index()].name.as_str();
        let from: Vec<&str> = transition.from.iter().map(plain).collect();
        transition.name.starts_with("* to ") || transition.name.starts_with(&format!("{} to ", from.join(", ")))
    };
    Entry {
        number,
        way,
        name: if made { String::new() } else { printable(&transition.name) },
        pace: pace(model, central, id),
    }
}

fn number_of_percent(share: f64) -> String {
    number((1000.0 * share).round() / 10.0)
}

/// How soon, in a few words.
fn pace(model: &Model, central: &Central, id: TransitionId) -> String {
    let transition = &model.transitions[id.index()];
    let means =
        transition.from.iter().filter_map(|state| Some(law(central.bound(), &central.world_in(*state), id)?.mean()));
    let guarded = if transition.guard.is_some() { ", if its condition holds" } else { "" };
    match &transition.trigger {
        Trigger::Immediate => "at once when its condition holds".into(),
        Trigger::On { event, .. } => {
            let entered = model.states.iter().position(|state| state.entered == *event);
            let what = entered
                .map_or_else(|| model.events[event.index()].clone(), |index| model.state_path(StateId::new(index)));
            format!("on {}{guarded}", spaced(&printable(&what)))
        }
        _ => {
            let means: Vec<f64> = means.collect();
            let unit = model.calendar.unit.name();
            match (means.iter().copied().reduce(f64::min), means.iter().copied().reduce(f64::max)) {
                (Some(least), Some(most)) if number(least) == number(most) => format!("{}{guarded}", wait(least, unit)),
                (Some(least), Some(most)) => format!("{} to {}{guarded}", number(least), wait(most, unit)),
                _ => "not known".into(),
            }
        }
    }
}

/// `15 weeks`, or `never as things stand`.
fn wait(mean: f64, unit: &str) -> String {
    if mean.is_finite() { time(mean, unit) } else { "never as things stand".into() }
}

/// The second line of a state, and whether a run ends there.
fn note(model: &Model, central: &Central, state: StateId) -> (String, bool) {
    let (bound, world) = (central.bound(), central.world_in(state));
    let outcomes = &bound.program().outcomes;
    let ending = |world| outcomes.iter().position(|o| !o.at_horizon && bound.holds(o.condition.when, world));
    if let Some(outcome) = ending(&world)
        && ending(central.start()).is_none()
    {
        let name = &model.outcomes[outcome].name;
        let own = &model.states[state.index()].name;
        let same = spaced(name) == spaced(own);
        return (if same { "ends the run".into() } else { format!("ends: {}", spaced(&printable(name))) }, true);
    }
    let timed = &bound.program().states[state.index()].timed;
    let leaves = |id: &&TransitionId| {
        !matches!(model.transitions[id.index()].target, Target::Stay { .. }) && bound.enabled(&world, **id)
    };
    let laws: Vec<Law<'_>> = timed.iter().filter(leaves).filter_map(|id| law(bound, &world, *id)).collect();
    let mean = sojourn(&laws).mean;
    (if mean.is_finite() { time(mean, model.calendar.unit.name()) } else { String::new() }, false)
}
