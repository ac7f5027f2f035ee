//! Single runs that stand where a stated measure is low, middling or high: the ones to be told as histories.
//!
//! In: what can be run, and a [`Measure`]. Out: for each share asked for, the index of the run at that quantile of the first
//! so many runs. Of runs with the same value the first is taken, so that the choice is the same everywhere.

use super::doubt::drawing::Drawing;
use crate::kernel::batch::{Collector, Monitor, RunFault, Runner, run_batch, run_drawn};
use crate::kernel::probe::{Probe, Stretch};
use crate::kernel::run::Simulator;
use crate::model::Model;
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;

/// By what runs are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The consequence whose total counts; `None`: how long the run lasts.
    pub consequence: Option<String>,
    /// Of the number.
    pub unit: String,
    /// What the number is, in the author's words.
    pub about: String,
}

/// A run and what it was chosen for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    pub run: u64,
    /// The share of runs that it stands above, roughly.
    pub quantile: f64,
    pub value: f64,
}

impl Measure {
    /// The consequence of this name, in the first of the models that has it; `None` if none has.
    pub fn named(models: &[&Model], name: &str) -> Option<Measure> {
        let found = models.iter().flat_map(|model| &model.consequences).find(|consequence| consequence.name == name)?;
        Some(Measure {
            consequence: Some(name.to_owned()),
            unit: found.provenance.unit.clone(),
            about: found.provenance.about.clone(),
        })
    }

    /// The first consequence in file order, or where there is none how long runs last.
    pub fn first(models: &[&Model]) -> Measure {
        let first = models.iter().flat_map(|model| &model.consequences).next();
        first.and_then(|first| Measure::named(models, &first.name)).unwrap_or_else(|| Measure {
            consequence: None,
            unit: models.first().map_or_else(String::new, |model| format!("{}s", model.calendar.unit.name())),
            about: "How long the run lasts".to_owned(),
        })
    }
}

/// One number a run, in the order of the runs.
struct Values {
    /// For each leg, where the consequence stands in its model.
    places: Vec<Option<usize>>,
    timed: bool,
    leg: usize,
    values: Vec<f64>,
}

impl Probe for Values {
    fn begin(&mut self, _world: &World) {
        self.leg = 0;
    }

    fn cross(&mut self, _world: &World, _outcome: usize, to: usize) {
        self.leg = to;
    }

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn milestone(&mut self, _world: &World, _milestone: usize) {}

    fn end(&mut self, world: &World, _outcome: usize) {
        let total = self.places[self.leg].map_or(0.0, |index| world.totals[index]);
        self.values.push(if self.timed { world.time } else { total });
    }
}

impl Collector for Values {
    /// Its values come in the order in which runs end.
    fn watches_many(&self) -> bool {
        false
    }

    fn merge(&mut self, other: Self) {
        self.values.extend(other.values);
    }
}

/// Chooses among the first runs of a seed. `models` are those of the legs, or the one that is run; with a `drawing` run r has
/// the parameters of point r.
///
/// # Errors
/// The fault of a run that cannot go on.
pub fn choose(
    runner: &Choosing<'_, impl Runner>,
    models: &[&Model],
    measure: &Measure,
    (seed, runs): (u64, u64),
    quantiles: &[f64],
) -> Result<Vec<Chosen>, RunFault> {
    let name = measure.consequence.as_deref();
    let place = |model: &&Model| name.and_then(|name| model.consequences.iter().position(|one| one.name == name));
    let places: Vec<Option<usize>> = models.iter().map(place).collect();
    let make = || Values { places: places.clone(), timed: name.is_none(), leg: 0, values: Vec::new() };
    // On one thread, which sees the runs in their order.
    let (seen, _) = match runner {
        Choosing::Alike(runner) => run_batch(*runner, seed, 0..runs, 1, make, &Monitor::default())?,
        Choosing::Drawn(simulator, drawing) => {
            run_drawn(simulator, |point| drawing.bind(point), seed, 0..runs, 1, make, &Monitor::default())?
        }
    };
    let mut order: Vec<(f64, u64)> = seen.values.into_iter().zip(0..).collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let at = |&quantile: &f64| {
        let place = (quantile * order.len().saturating_sub(1) as f64).round() as usize;
        let value = order.get(place)?.0;
        let first = order.partition_point(|(other, _)| other.total_cmp(&value).is_lt());
        Some(Chosen { run: order[first].1, quantile, value })
    };
    Ok(quantiles.iter().filter_map(at).collect())
}

/// What is run: with the same parameters each time, or with its own.
#[derive(Debug)]
pub enum Choosing<'a, R> {
    Alike(&'a R),
    Drawn(&'a Simulator, &'a Drawing),
}
