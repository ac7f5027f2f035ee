//! How fast things go in a world: the multiplier of a timed transition's hazard, the rate of a consequence.
//!
//! In: a bound program and a [`World`]. Out: numbers that were checked, or the fault that one of them is. The simulator
//! and the exact solver both ask here.

use super::behaviour::Fault;
use super::bind::Bound;
use super::world::World;
use super::{Hazard, Term, TransitionCode, TriggerCode};
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
        let number = |term: &Term| self.number(*term, world);
        let rate = if let Hazard::Rate(rate) = hazard { Some(number(rate)) } else { None };
        self.multiplier_of(world, id, rate, ratio.as_ref().map(number), acceleration.as_ref().map(number))
    }

    /// The same of numbers that were evaluated elsewhere: of its rate, its hazard ratio and its acceleration those that it has.
    ///
    /// # Errors
    /// A factor that is negative or no finite number.
    #[inline]
    pub fn multiplier_of(
        &self,
        world: &World,
        id: TransitionId,
        rate: Option<f64>,
        ratio: Option<f64>,
        speed: Option<f64>,
    ) -> Result<(f64, f64), Fault> {
        let factor = |value: Option<f64>, what: &str| match value {
            None => Ok(1.0),
            Some(value) if (0.0..f64::INFINITY).contains(&value) => Ok(value),
            Some(value) => Err(self.no_factor(world, id, what, value)),
        };
        let (ratio, speed) = (factor(ratio, "hazard ratio")?, factor(speed, "acceleration")?);
        Ok(match rate {
            Some(_) => (factor(rate, "rate")? * ratio * speed, 1.0),
            None => (ratio, speed),
        })
    }

    /// What [`multiplier`](Bound::multiplier) gives for each transition, where it is the same throughout a run and no fault.
    pub fn fixed_multipliers(&self) -> Vec<Option<(f64, f64)>> {
        let nowhere = World::default();
        let fixed = |term: &Term| matches!(term, Term::Slot(_));
        let of = |(index, transition): (usize, &TransitionCode)| {
            let TriggerCode::Timed { hazard, ratio, acceleration, .. } = &transition.trigger else { return None };
            let rate = if let Hazard::Rate(rate) = hazard { Some(rate) } else { None };
            let terms = rate.into_iter().chain(ratio).chain(acceleration);
            terms.into_iter().all(fixed).then(|| self.multiplier(&nowhere, TransitionId::new(index)).ok())?
        };
        self.program().transitions.iter().enumerate().map(of).collect()
    }

    #[cold]
    fn no_factor(&self, world: &World, id: TransitionId, what: &str, value: f64) -> Fault {
        let kind = if value < 0.0 { "negative" } else { "not a finite number" };
        self.fault(world, id, format!("its {what} is {kind}: {value}"))
    }

    /// The rate of a consequence, per time unit, undiscounted.
    ///
    /// # Errors
    /// A rate that is no finite number.
    pub fn consequence_rate(&self, world: &World, id: ConsequenceId) -> Result<f64, Fault> {
        let rate = self.number(self.program().consequences[id.index()].rate, world);
        self.check_rate(world, id, rate)
    }

    /// A consequence's rate, if it is one.
    ///
    /// # Errors
    /// A rate that is no finite number.
    #[inline]
    pub fn check_rate(&self, world: &World, id: ConsequenceId, rate: f64) -> Result<f64, Fault> {
        let consequence = &self.program().consequences[id.index()];
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
