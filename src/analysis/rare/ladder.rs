//! The rungs of splitting: heights at which runs are split, and into how many.
//!
//! In: a [`Distance`], coarsened to whole [`Height`]s, and pilot runs. Out: a [`Ladder`]. Pilot runs climb from rung to rung: the
//! next rung is the lowest height above which they spend no more than half of their events, and the factor there is the
//! ratio of events below and above, so that about as many events are simulated on each rung (for such choices see
//! M. and J. Villén-Altamirano, "On the efficiency of RESTART for multidimensional state systems", ACM TOMACS 16
//! (2006)). What they have seen is not used for anything else: the estimate has luck of its own.

use super::Choice;
use super::distance::Distance;
use super::pilots::{Entrances, Stage};
use crate::kernel::branch::Hands;
use crate::kernel::run::Simulator;
use crate::program::behaviour::Fault;
use crate::program::world::World;
use crate::random::RunAddress;

/// Into how many heights the way from the start to the aim is divided.
const HEIGHTS: f64 = 4096.0;
/// Below every height.
pub(super) const BOTTOM: i64 = i64::MIN;
/// Events of the pilot runs on all rungs together: then the ladder ends where it stands.
const ALL_EVENTS: u64 = 10_000_000;
/// The power by which a ladder is thinned.
const THINNING: f64 = 0.8;

/// How high a world is: the less, the further from the aim; 0 where it is reached.
#[derive(Clone, Debug)]
pub(super) struct Height {
    distance: Distance,
    /// The distance of one height.
    unit: f64,
}

impl Height {
    /// Heights of which 4096 lie between a world and the aim; `None` if it is there already, or no way leads to it.
    pub(super) fn new(mut distance: Distance, start: &World) -> Option<Self> {
        let far = distance.of(start, 0);
        (far > 0.0 && far < f64::INFINITY).then_some(Height { distance, unit: far / HEIGHTS })
    }

    /// Of the world of a run, one of those that are looked at in turns.
    pub(super) fn of(&mut self, world: &World, run: usize) -> i64 {
        let far = self.distance.of(world, run) / self.unit;
        if far < 1e15 { -(far.round() as i64) } else { BOTTOM + 1 }
    }

    /// The distance of a height.
    pub(super) fn distance(&self, height: i64) -> f64 {
        // Adding 0 turns the negative zero into zero.
        -(height as f64) * self.unit + 0.0
    }
}

/// Where runs are split.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ladder {
    /// Ascending.
    pub(super) rungs: Vec<i64>,
    /// How many runs go on from each rung for one that comes to it, itself included; at least 2.
    pub(super) factors: Vec<u64>,
}

impl Ladder {
    /// The same rungs with smaller factors, for trees that grow too large: each product of factors is raised to a power
    /// below 1. Empty if nothing is left.
    pub(super) fn thinned(&self) -> Ladder {
        let mut thinned = Ladder::default();
        let (mut product, mut reached) = (0.0, 1.0);
        for (&rung, &factor) in self.rungs.iter().zip(&self.factors) {
            product += libm::log(factor as f64);
            let factor = (libm::exp(THINNING * product) / reached).round().clamp(1.0, 1e6);
            if factor > 1.0 {
                thinned.rungs.push(rung);
                thinned.factors.push(factor as u64);
                reached *= factor;
            }
        }
        thinned
    }
}

/// Finds the ladder by pilot runs with the luck of this address, and how many events they had. The fault is that of a pilot run that cannot go on.
pub(super) fn find(
    simulator: &Simulator,
    height: &mut Height,
    choice: &Choice,
    luck: RunAddress,
    stopped: impl Fn() -> bool,
) -> Result<(Ladder, u64), Fault> {
    let mut ladder = Ladder::default();
    let (mut wanted, mut reached, mut spent) = (1.0_f64, 1.0_f64, 0_u64);
    let (mut entrances, mut hands) = (Entrances::default(), Hands::default());
    let mut floor = BOTTOM;
    for rung in 0.. {
        // Nothing is higher than the aim.
        if floor >= 0 {
            break;
        }
        let stage = Stage { simulator, choice, entrances: &entrances, floor, luck: luck.branch(rung) };
        let seen = stage.watch(height, &mut hands)?;
        spent += seen.all;
        let Some((next, ratio)) = seen.next(floor).filter(|_| spent < ALL_EVENTS && !stopped()) else { break };
        let climbed = stage.climb(height, next, seen.pilots, &mut hands)?;
        if climbed.is_empty() {
            break;
        }
        // What rounding takes off one factor is given to the next.
        wanted *= ratio;
        let factor = (wanted / reached).round().clamp(1.0, 1e6) as u64;
        if factor > 1 {
            ladder.rungs.push(next);
            ladder.factors.push(factor);
            reached *= factor as f64;
        }
        (entrances, floor) = (climbed, next);
    }
    Ok((ladder, spent))
}
