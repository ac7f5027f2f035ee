//! Cells that depend on time alone, such as the seasons: at a step, they are the same in every run.
//!
//! In: the times of many runs. Out: their cells, each computed once for each step and then looked up.

use super::lanes::LANES;
use super::{Kept, Sheet};
use crate::program::bind::Bound;
use crate::program::bits::Bits;
use crate::program::world::World;

/// Steps whose cells are remembered; those of later ones are computed whenever a run comes to one.
const STEPS: usize = 1 << 14;

/// The cells that depend on time alone, by step.
#[derive(Clone, Debug)]
pub struct Timely {
    /// What they are computed with.
    one: Kept,
    world: World,
    /// By step; empty where no run has come to it.
    known: Vec<Vec<f64>>,
}

impl Sheet {
    /// The cells that depend on time alone, the same in all runs with these parameters.
    pub fn common_times(&self) -> &Bits {
        &self.timely.set
    }

    /// Those of them that are others with other parameters.
    pub fn own_times(&self, common: &Bound, own: &Bound) -> Bits {
        let (common, own) = (common.slots(), own.slots());
        let differs = |slot: &u32| common[*slot as usize].to_bits() != own[*slot as usize].to_bits();
        let cells = self.timely.order.iter().zip(&self.timely_slots);
        let of_own = cells.filter(|(_, slots)| slots.iter().any(differs)).map(|(&cell, _)| cell as usize);
        Bits::of(self.cells.len(), of_own)
    }
}

impl Timely {
    pub fn new(bound: &Bound) -> Self {
        let (mut one, mut world) = (Kept::default(), World::default());
        one.begin(bound);
        bound.start(&mut world);
        one.restart(&bound.program().sheet, &world);
        Timely { one, world, known: Vec::new() }
    }

    /// Tells the runs of `kept` their cells; `steps` has the number of the step that each run stands at, where one does.
    pub fn tell(&mut self, bound: &Bound, kept: &mut Kept, steps: impl Iterator<Item = Option<u64>>) {
        let sheet = &bound.program().sheet;
        if sheet.timely.order.is_empty() {
            return;
        }
        let (rows, _) = kept.row.as_chunks_mut::<LANES>();
        for (lane, step) in steps.enumerate() {
            let Some(step) = step else { continue };
            for (&at, &number) in sheet.timely_at.iter().zip(self.at(bound, step)) {
                rows[at as usize][lane] = number;
            }
        }
    }

    /// The cells at a step.
    fn at(&mut self, bound: &Bound, step: u64) -> &[f64] {
        // No run stands at step 0: its place is for one late step at a time.
        let place = usize::try_from(step).ok().filter(|&step| step < STEPS).unwrap_or(0);
        if place >= self.known.len() {
            self.known.resize(place + 1, Vec::new());
        }
        if self.known[place].is_empty() || place == 0 {
            let sheet = &bound.program().sheet;
            self.world.time = step as f64 * bound.program().calendar.step;
            self.one.passed(sheet, &self.world);
            self.one.bring_up(bound, &self.world, &sheet.timely);
            self.known[place] = sheet.timely_at.iter().map(|&at| self.one.row[at as usize]).collect();
        }
        &self.known[place]
    }
}
