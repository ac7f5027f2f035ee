//! How long a transition waits on average, where inputs are at their central values and nothing else changes.
//!
//! In: a model and one of its transitions. Out: for each state that it leaves, the mean wait in the model's unit, with
//! variables at their initial values and the other machines where they start. Closed form for a rate; for a waiting time
//! with a hazard ratio m the integral of S(t)^m, which is that of H⁻¹(e / m) over an exponential e.

use crate::model::Model;
use crate::model::id::{StateId, TransitionId};
use crate::program::bind::Bound;
use crate::program::lower::lower;
use crate::program::world::World;
use crate::program::{Hazard, TriggerCode};
use std::sync::Arc;

/// Steps of the integral over probability.
const STEPS: u32 = 20_000;

/// A state and the mean wait there; infinite where the hazard is 0.
pub type Wait = (StateId, f64);

/// Mean waits of a timed transition; none for other triggers and where the central values are not legal.
pub fn mean_waits(model: &Model, transition: TransitionId) -> Vec<Wait> {
    let Ok(bound) = Bound::central(Arc::new(lower(model))) else { return Vec::new() };
    let mut start = World::default();
    bound.start(&mut start);
    let code = &bound.program().transitions[transition.index()];
    let from = code.from.iter();
    from.filter_map(|state| {
        let mut world = start.clone();
        world.states[code.machine.index()] = *state;
        Some((*state, mean_wait(&bound, &world, &code.trigger)?))
    })
    .collect()
}

fn mean_wait(bound: &Bound, world: &World, trigger: &TriggerCode) -> Option<f64> {
    let TriggerCode::Timed { hazard, ratio, acceleration, .. } = trigger else { return None };
    let factor = |term| Some(bound.number(term, world)).filter(|value| *value >= 0.0 && value.is_finite());
    let ratio = ratio.map_or(Some(1.0), factor)?;
    let speed = acceleration.map_or(Some(1.0), factor)?;
    match hazard {
        Hazard::Rate(rate) => Some(1.0 / (factor(*rate)? * ratio * speed)),
        Hazard::Wait(_) if ratio * speed == 0.0 => Some(f64::INFINITY),
        Hazard::Wait(index) => {
            let distribution = bound.wait(*index);
            if ratio == 1.0 {
                return Some(distribution.mean() / speed);
            }
            // The midpoints of equal slices of probability; the last slice holds the tail.
            let at = |step: u32| {
                let left = 1.0 - (f64::from(step) + 0.5) / f64::from(STEPS);
                distribution.inverse_cumulative_hazard(-libm::log(left) / ratio)
            };
            Some((0..STEPS).map(at).sum::<f64>() / f64::from(STEPS) / speed)
        }
    }
}
