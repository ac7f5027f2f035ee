//! Several models whose outcomes lead into one another: who follows whom, and in which states.
//!
//! In: the models of a journey, the first being the one where runs begin, and for each outcome's `next` the model that it
//! names. Out: a [`Journey`], or what keeps the models from following on, told where the hand-off was written.
//! Linking opens no file; [`follow`] does.

mod follow;

pub use follow::follow;

use super::id::{CompositeId, MachineId, Place, StateId};
use super::{Model, Next};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake};
use crate::scenario::Name;

/// One scenario of a journey.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// File stem of the scenario.
    pub name: String,
    pub model: Model,
}

/// Where a run goes on after an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct HandOff {
    /// Number of the leg that follows.
    pub to: usize,
    /// Where its machines are entered; every other machine goes on as it is, or begins.
    pub enters: Vec<(MachineId, Place)>,
}

/// Legs, and for each leg and outcome where it leads, if anywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    pub legs: Vec<Leg>,
    pub hand_offs: Vec<Vec<Option<HandOff>>>,
}

/// Links legs: `follows` gives the number of the leg that a leg's `next` names.
///
/// # Errors
/// Every hand-off that cannot work: a state that is not there, or time that is counted otherwise.
pub fn link(legs: Vec<Leg>, follows: impl Fn(usize, &Next) -> Option<usize>) -> Result<Journey, Diagnostics> {
    let mut mistakes = Diagnostics::default();
    let mut hand_offs = Vec::with_capacity(legs.len());
    for (number, leg) in legs.iter().enumerate() {
        let of_outcome = leg.model.outcomes.iter().map(|outcome| {
            let next = outcome.next.as_ref()?;
            let to = follows(number, next)?;
            same_time(&legs[0].model, &legs[to].model, next, &mut mistakes);
            let enters = next.states.iter().filter_map(|name| entered(&legs[to], name, &mut mistakes)).collect();
            Some(HandOff { to, enters })
        });
        hand_offs.push(of_outcome.collect());
    }
    if mistakes.has_errors() { Err(mistakes) } else { Ok(Journey { legs, hand_offs }) }
}

/// Time goes on from leg to leg, so all must count it alike.
fn same_time(first: &Model, other: &Model, next: &Next, mistakes: &mut Diagnostics) {
    let (here, there) = (&first.calendar, &other.calendar);
    if here.unit == there.unit && here.step == there.step && here.start == there.start {
        return;
    }
    let message = format!("`{}` counts time otherwise than the scenario that runs begin in", next.scenario.value);
    mistakes.push(
        Diagnostic::error(Mistake::OtherTime, next.scenario.span, message)
            .help("give both the same `unit`, `step` and `start` under `[time]`, best in a file that both extend"),
    );
}

/// The place of the leg that a name means: `machine.state`, or `state` where one machine alone has it.
fn entered(leg: &Leg, name: &Name, mistakes: &mut Diagnostics) -> Option<(MachineId, Place)> {
    let model = &leg.model;
    let states = (0..model.states.len()).map(|i| (Place::State(StateId::new(i)), model.states[i].machine));
    let composites = model.composites.iter().enumerate();
    let composites = composites.map(|(i, composite)| (Place::Composite(CompositeId::new(i)), composite.machine));
    let known: Vec<(String, MachineId, Place)> =
        states.chain(composites).map(|(place, machine)| (model.place_path(place), machine, place)).collect();
    let means = |path: &str| path == name.value || path.rsplit('.').next() == Some(&name.value);
    let meant: Vec<_> = known.iter().filter(|(path, ..)| means(path)).collect();
    let paths = |list: &[&(String, MachineId, Place)]| list.iter().map(|l| l.0.clone()).collect::<Vec<_>>().join(", ");
    let error = match meant[..] {
        [(_, machine, place)] => return Some((*machine, *place)),
        [] => {
            let message = format!("`{}` has no state `{}`", leg.name, name.value);
            let error = Diagnostic::error(Mistake::UnknownState, name.span, message);
            match nearest(&name.value, known.iter().map(|(path, ..)| path.as_str())) {
                Some(near) => error.help(format!("did you mean \"{near}\"?")),
                None => error.help("write the state as `machine.state`"),
            }
        }
        _ => {
            let message = format!("several machines of `{}` have a state `{}`", leg.name, name.value);
            let error = Diagnostic::error(Mistake::AmbiguousState, name.span, message);
            error.help(format!("say which: {}", paths(&meant)))
        }
    };
    mistakes.push(error);
    None
}
