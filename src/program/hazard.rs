//! How fast things go in a world: the multiplier of a timed transition's hazard, the rate of a consequence.
//!
//! In: a bound program and a [`World`]. Out: numbers that were checked, or the fault that one of them is. The simulator
//! and the exact solver both ask here.

use super::behaviour::Fault;
use super::bind::Bound;
use super::world::World;
use super::{Hazard, TriggerCode};
use crate::model::id::{ConsequenceId, TransitionId};

impl Bound {
    /// The multiplier of a timed transition's hazard and the speed of its clock. For a rate the multiplier is the hazard,
    /// and the speed is 1.
    ///
    /// # Errors
    /// A factor that is negative or no finite number.
    pub fn multiplier(&self, world: &World, id: TransitionId) -> Result<(f64, f64), Fault> {
        let TriggerCode::Timed { hazard, ratio, acceleration, .. } = &self.program().transitions[id.index()].trigger
        else {
            unreachable!("only timed transitions have clocks")
        };
        let factor = |term, what: &str| {
            let value = self.number(term, world);
            if value >= 0.0 && value.is_finite() {
                return Ok(value);
            }
            let kind = if value < 0.0 { "negative" } else { "not a finite number" };
            Err(self.fault(world, id, format!("its {what} is {kind}: {value}")))
        };
        let ratio = ratio.map_or(Ok(1.0), |ratio| factor(ratio, "hazard ratio"))?;
        let speed = acceleration.map_or(Ok(1.0), |speed| factor(speed, "acceleration"))?;
        Ok(match hazard {
            Hazard::Rate(rate) => (factor(*rate, "rate")? * ratio * speed, 1.0),
            Hazard::Wait(_) => (ratio, speed),
        })
    }

    /// The rate of a consequence, per time unit, undiscounted.
    ///
    /// # Errors
    /// A rate that is no finite number.
    pub fn consequence_rate(&self, world: &World, id: ConsequenceId) -> Result<f64, Fault> {
        let consequence = &self.program().consequences[id.index()];
        let rate = self.number(consequence.rate, world);
        if rate.is_finite() {
            return Ok(rate);
        }
        Err(Fault {
            span: consequence.span,
            part: format!("consequence {}", consequence.name),
            message: format!("its rate is {rate}"),
            time: world.time,
        })
    }
}
