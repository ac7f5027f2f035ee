//! A program with values for its inputs: ready to run.
//!
//! In: a [`Program`] and one number for each input. Out: a [`Bound`] program, with every slot filled and every waiting
//! time fitted; or what is illegal about those values. Sweeps and sampling bind anew and never read text again.

use super::world::World;
use super::{MachineCode, Program, ShockCode, Slot, Term};
use crate::diagnostic::Span;
use crate::distribution::{Argument, Distribution};
use crate::model::id::{MachineId, Place, ShockId, StateId, TransitionId};
use std::sync::Arc;

/// Values with which a program cannot run.
#[derive(Clone, Debug, PartialEq)]
pub struct Unbindable {
    /// Where the part stands that does not bear them.
    pub span: Span,
    pub message: String,
}

/// A program and the numbers that stay the same through its runs.
#[derive(Clone, Debug)]
pub struct Bound {
    program: Arc<Program>,
    slots: Vec<f64>,
    waits: Vec<Distribution>,
    /// Values of the states: machine by machine, state by state.
    values: Vec<f64>,
    /// Discount of each consequence as a force of interest: per time unit, continuously compounded.
    discounts: Vec<f64>,
}

impl Bound {
    /// Binds every input to its central value.
    pub fn central(program: Arc<Program>) -> Result<Self, Unbindable> {
        let values: Vec<f64> = program.inputs.iter().map(|input| input.value).collect();
        Self::new(program, &values)
    }

    /// Binds the inputs, in their order, to `inputs`.
    pub fn new(program: Arc<Program>, inputs: &[f64]) -> Result<Self, Unbindable> {
        assert_eq!(inputs.len(), program.inputs.len(), "one value for each input");
        let mut bound = Bound {
            slots: inputs.to_vec(),
            waits: Vec::new(),
            values: Vec::new(),
            discounts: Vec::new(),
            program: Arc::clone(&program),
        };
        let nowhere = World::default();
        for &term in &program.hoisted {
            let value = bound.number(term, &nowhere);
            bound.slots.push(value);
        }
        for state in &program.states {
            bound.values.extend(state.values.iter().map(|&slot| bound.slots[slot as usize]));
        }
        bound.fit_waits()?;
        bound.set_discounts()?;
        bound.check_initial_values()?;
        bound.check_times()?;
        Ok(bound)
    }

    /// The same program with other values for its inputs.
    pub fn rebound(&self, inputs: &[f64]) -> Result<Self, Unbindable> {
        Self::new(Arc::clone(&self.program), inputs)
    }

    fn fit_waits(&mut self) -> Result<(), Unbindable> {
        for wait in &self.program.waits {
            let arguments: Vec<(Argument, f64)> =
                wait.arguments.iter().map(|(argument, slot)| (*argument, self.slots[*slot as usize])).collect();
            let distribution = Distribution::new(wait.family, &arguments, &wait.values)
                .and_then(|distribution| distribution.check_as_wait().map(|()| distribution))
                .map_err(|illegal| Unbindable { span: wait.span, message: illegal.message })?;
            self.waits.push(distribution);
        }
        Ok(())
    }

    fn set_discounts(&mut self) -> Result<(), Unbindable> {
        let years = self.program.calendar.unit.in_units_of(crate::model::time::TimeUnit::Year);
        for consequence in &self.program.consequences {
            let yearly = self.slots[consequence.discount as usize];
            if !(yearly > -1.0 && yearly.is_finite()) {
                let message = format!("the discount of `{}` must be above -100 %, and is {yearly}", consequence.name);
                return Err(Unbindable { span: consequence.span, message });
            }
            self.discounts.push(libm::log1p(yearly) * years);
        }
        Ok(())
    }

    fn check_initial_values(&self) -> Result<(), Unbindable> {
        for variable in &self.program.variables {
            let value = self.slots[variable.initial as usize];
            if !value.is_finite() {
                let message = format!("the initial value of `{}` is {value}", variable.name);
                return Err(Unbindable { span: variable.span, message });
            }
        }
        Ok(())
    }

    /// Times of shocks and times spent before the start, which depend on inputs.
    fn check_times(&self) -> Result<(), Unbindable> {
        let good = |slot: Slot| self.slots[slot as usize] >= 0.0 && self.slots[slot as usize].is_finite();
        for shock in &self.program.shocks {
            if !good(shock.at) {
                let message = format!("the time of the shock `{}` is {}", shock.name, self.slots[shock.at as usize]);
                return Err(Unbindable { span: shock.span, message });
            }
        }
        for machine in &self.program.machines {
            let Some(present) = &machine.present else { continue };
            for slot in std::iter::once(present.since).chain(present.around.iter().map(|(_, slot)| *slot)) {
                if !good(slot) {
                    let message =
                        format!("the time already spent by `{}` is {}", machine.name, self.slots[slot as usize]);
                    return Err(Unbindable { span: present.span, message });
                }
            }
        }
        Ok(())
    }

    /// When each shock happens: earlier ones first, and of one time in file order.
    pub fn shocks(&self) -> Vec<(f64, ShockId)> {
        let at = |(index, shock): (usize, &ShockCode)| (self.slots[shock.at as usize], ShockId::new(index));
        let mut shocks: Vec<(f64, ShockId)> = self.program.shocks.iter().enumerate().map(at).collect();
        shocks.sort_by(|one, other| one.0.total_cmp(&other.0));
        shocks
    }

    /// How long a timed transition of a machine's first state has been waiting when a run begins.
    pub fn waited_before(&self, machine: MachineId, transition: TransitionId) -> f64 {
        let machine = &self.program.machines[machine.index()];
        let Some(present) = &machine.present else { return 0.0 };
        let slot = match self.program.source(&self.program.transitions[transition.index()], machine.initial) {
            Place::State(_) => present.since,
            Place::Composite(source) => {
                let told = present.around.iter().find(|(id, _)| *id == source);
                told.map_or(present.since, |(_, slot)| *slot)
            }
        };
        self.slots[slot as usize]
    }

    pub fn program(&self) -> &Program {
        &self.program
    }

    #[inline]
    pub fn slots(&self) -> &[f64] {
        &self.slots
    }

    /// A fitted waiting time, by its index in [`Program::waits`].
    #[inline]
    pub fn wait(&self, index: usize) -> &Distribution {
        &self.waits[index]
    }

    /// The value, by its index, of a machine's state.
    #[inline]
    pub fn state_value(&self, machine: MachineId, state: StateId, index: usize) -> f64 {
        self.values[self.program.machines[machine.index()].value_at(state, index)]
    }

    /// The values of all states, machine by machine, state by state.
    #[inline]
    pub fn state_values(&self) -> &[f64] {
        &self.values
    }

    /// The force of interest at which a consequence is discounted, per time unit; 0 for none.
    #[inline]
    pub fn discount(&self, consequence: usize) -> f64 {
        self.discounts[consequence]
    }

    /// The world before anything has happened: initial states and values, nothing accumulated.
    pub fn start(&self, world: &mut World) {
        let program = self.program();
        world.time = 0.0;
        world.states.clear();
        world.states.extend(program.machines.iter().map(|machine| machine.initial));
        world.entered.clear();
        let spent =
            |machine: &MachineCode| machine.present.as_ref().map_or(0.0, |present| self.slots[present.since as usize]);
        world.entered.extend(program.machines.iter().map(|machine| 0.0 - spent(machine)));
        world.left.clear();
        world.left.resize(program.composites.len(), None);
        world.variables.clear();
        world.variables.extend(
            program.variables.iter().map(|v| clamp(self.number(Term::Slot(v.initial), &World::default()), v.bounds)),
        );
        world.totals.clear();
        world.totals.resize(program.consequences.len(), 0.0);
    }
}

/// The nearest value within the bounds; NaN stays NaN, for whoever checks.
#[inline]
pub fn clamp(value: f64, [low, high]: [f64; 2]) -> f64 {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}
