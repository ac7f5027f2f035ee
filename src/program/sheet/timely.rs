//! Cells that depend on time alone, such as the seasons: at a step, they are the same in every run.
//!
//! In: the times of many runs. Out: their cells, each computed once for each step and then looked up.

use super::Kept;
use super::lanes::LANES;
use crate::program::bind::Bound;
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
