//! A machine as boxes and numbered arrows: what a diagram shows of it, before anything has a place.
//!
//! In: a machine of a [`Model`] at central values. Out: a [`Graph`]. A transition from every state, or from many, becomes
//! one arrow from a box of its own; a transition with branches has one arrow a branch; one that stays is a loop.

use crate::analysis::central::Central;
use crate::analysis::influence::shares;
use crate::analysis::waiting::{Law, law, sojourn};
use crate::model::id::{CompositeId, MachineId, Place, StateId, TransitionId};
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
    /// The group that it stands directly within.
    pub(super) group: Option<usize>,
}

/// A state with states within it: a frame around them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) parent: Option<usize>,
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
    pub(super) groups: Vec<Group>,
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
    let group = |parent: Option<CompositeId>| parent.map(|composite| composite.index() - machine.composites.start);
    let groups = model.composites[machine.composites.clone()]
        .iter()
        .map(|composite| {
            let memory = if composite.history { " (entered where it was left)" } else { "" };
            Group { name: format!("{}{memory}", spaced(&printable(&composite.name))), parent: group(composite.parent) }
        })
        .collect();
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
                group: group(model.states[index].parent),
            }
        })
        .collect();
    let mut graph = Graph { nodes, groups, edges: Vec::new(), entries: Vec::new(), rungs };
    // In the order of the states they leave, then those that leave several.
    let mut order: Vec<usize> = machine.transitions.clone().collect();
    order.sort_by_key(|index| {
        let transition = &model.transitions[*index];
        if transition.sources.len() == 1 { transition.from[0].index() } else { usize::MAX }
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
        let targets = targets(model, transition, first);
        let from_all = transition.sources.len() == states && states > 1;
        let drawn_once = transition.sources.len() > MOST_ORIGINS || from_all;
        // A box to start from, and the state whose world its hazard is told of.
        let from: Vec<(usize, StateId)> = if drawn_once {
            vec![(self.several(model, &transition.sources, from_all), transition.from[0])]
        } else {
            let one = |place: &Place| match place {
                Place::State(state) => (state.index() - first, *state),
                Place::Composite(composite) => {
                    (self.within(model, *composite), StateId::new(model.composite(*composite).states.start))
                }
            };
            transition.sources.iter().map(one).collect()
        };
        for (box_from, state) in &from {
            let world = central.world_in(*state);
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
    fn several(&mut self, model: &Model, sources: &[Place], all: bool) -> usize {
        let name = if all { "any state".to_owned() } else { format!("any of {} states", sources.len()) };
        let names: Vec<String> = sources.iter().map(|place| place_name(model, *place)).collect();
        let note = if all { String::new() } else { names.join(", ") };
        self.stand_in(name, note, None)
    }

    /// The box within a composite that stands for all of its states.
    fn within(&mut self, model: &Model, composite: CompositeId) -> usize {
        let machine = &model.machines[model.composite(composite).machine.index()];
        let group = composite.index() - machine.composites.start;
        self.stand_in("any state in here".into(), String::new(), Some(group))
    }

    fn stand_in(&mut self, name: String, note: String, group: Option<usize>) -> usize {
        let node = Node { name, note, rung: None, initial: false, ends: false, several: true, group };
        if let Some(known) = self.nodes.iter().position(|known| *known == node) {
            return known;
        }
        self.nodes.push(node);
        self.nodes.len() - 1
    }
}

fn place_name(model: &Model, place: Place) -> String {
    spaced(&printable(match place {
        Place::State(state) => &model.states[state.index()].name,
        Place::Composite(composite) => &model.composite(composite).name,
    }))
}

/// Boxes that a transition leads to; none if it stays. What leads to a composite leads to where that is entered.
fn targets(model: &Model, transition: &Transition, first: usize) -> Vec<usize> {
    let entered = |place: Place| model.entry(place).index() - first;
    match &transition.target {
        Target::Stay { .. } => Vec::new(),
        Target::To(place) => vec![entered(*place)],
        Target::Branches(branches) => branches.iter().map(|(place, _)| entered(*place)).collect(),
    }
}

/// `a`, `b` … `z`, `aa` …
fn letter(index: usize) -> String {
    let last = char::from(b'a' + u8::try_from(index % 26).expect("a remainder of 26 is small"));
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}

fn entry(model: &Model, central: &Central, id: TransitionId, number: usize, from_all: bool) -> Entry {
    let transition = &model.transitions[id.index()];
    let name = |place: Place| place_name(model, place);
    let names: Vec<String> = transition.sources.iter().map(|place| name(*place)).collect();
    let from = if from_all { "any state".to_owned() } else { names.join(", ") };
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
    Entry {
        number,
        way,
        name: model.own_name(transition).map_or_else(String::new, printable),
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
            let entered = model.place_entered(*event);
            let what = entered.map_or_else(|| model.events[event.index()].clone(), |place| model.place_path(place));
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
