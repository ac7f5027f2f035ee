//! What is kept of one point: what its runs add up to, in a few hundred bytes, or its exact answer.
//!
//! In: runs, as a [`Probe`]. Out: a [`PointTally`], which merges with others of the same point to the same bytes whatever
//! the split. An [`Answer`] is written to bytes and read from them.

use crate::kernel::batch::Collector;
use crate::kernel::probe::{Probe, Stretch};
use crate::program::Program;
use crate::program::behaviour::{Cause, Effects};
use crate::program::world::World;
use crate::stats::moments::Moments;

/// What is kept of a point.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Counted(PointTally),
    /// The probability of each outcome.
    Solved(Vec<f64>),
}

/// The first byte of an answer.
const COUNTED: u8 = 0;
const SOLVED: u8 = 1;

impl Answer {
    /// The answer as bytes, the same for equal answers.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Answer::Counted(tally) => [vec![COUNTED], tally.to_bytes()].concat(),
            Answer::Solved(outcomes) => {
                let numbers = outcomes.iter().flat_map(|p| p.to_bits().to_le_bytes());
                std::iter::once(SOLVED).chain(numbers).collect()
            }
        }
    }

    /// An answer from bytes; `None` if they are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (&COUNTED, rest) => PointTally::from_bytes(rest).map(Answer::Counted),
            (&SOLVED, rest) => {
                let (words, left) = rest.as_chunks::<8>();
                let numbers = words.iter().map(|word| f64::from_bits(u64::from_le_bytes(*word)));
                left.is_empty().then(|| Answer::Solved(numbers.collect()))
            }
            _ => None,
        }
    }

    /// Adds other runs of the same point. An exact answer is whole already.
    pub fn merge(&mut self, other: Answer) {
        if let (Answer::Counted(mine), Answer::Counted(theirs)) = (self, other) {
            mine.merge(theirs);
        }
    }
}

/// What is kept of the runs of a point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointTally {
    pub runs: u64,
    /// Runs that ended in each outcome.
    pub outcomes: Vec<u64>,
    /// Runs that passed each milestone.
    pub milestones: Vec<u64>,
    /// Totals of each consequence at the run's end.
    pub consequences: Vec<Moments>,
}

impl PointTally {
    /// Of no runs.
    pub fn new(program: &Program) -> Self {
        PointTally {
            runs: 0,
            outcomes: vec![0; program.outcomes.len()],
            milestones: vec![0; program.milestones.len()],
            consequences: vec![Moments::default(); program.consequences.len()],
        }
    }

    /// The tally as bytes, the same for equal tallies.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for count in [self.outcomes.len(), self.milestones.len(), self.consequences.len()] {
            out.extend((count as u32).to_le_bytes());
        }
        for count in std::iter::once(&self.runs).chain(&self.outcomes).chain(&self.milestones) {
            out.extend(count.to_le_bytes());
        }
        self.consequences.iter().for_each(|moments| moments.write(&mut out));
        out
    }

    /// A tally from bytes; `None` if they are none.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let mut length = || Some(u32::from_le_bytes(bytes.split_off(..4)?.try_into().ok()?) as usize);
        let (outcomes, milestones, consequences) = (length()?, length()?, length()?);
        let mut count = || Some(u64::from_le_bytes(bytes.split_off(..8)?.try_into().ok()?));
        let tally = PointTally {
            runs: count()?,
            outcomes: (0..outcomes).map(|_| count()).collect::<Option<_>>()?,
            milestones: (0..milestones).map(|_| count()).collect::<Option<_>>()?,
            consequences: (0..consequences).map(|_| Moments::read(bytes)).collect::<Option<_>>()?,
        };
        bytes.is_empty().then_some(tally)
    }
}

impl Probe for PointTally {
    fn begin(&mut self, _world: &World) {}

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn milestone(&mut self, _world: &World, milestone: usize) {
        self.milestones[milestone] += 1;
    }

    fn end(&mut self, world: &World, outcome: usize) {
        self.runs += 1;
        self.outcomes[outcome] += 1;
        for (moments, &total) in self.consequences.iter_mut().zip(&world.totals) {
            moments.add(total);
        }
    }
}

impl Collector for PointTally {
    fn merge(&mut self, other: Self) {
        assert_eq!(self.outcomes.len(), other.outcomes.len(), "tallies of one point have one shape");
        self.runs += other.runs;
        let add = |mine: &mut [u64], theirs: &[u64]| mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        add(&mut self.outcomes, &other.outcomes);
        add(&mut self.milestones, &other.milestones);
        for (mine, theirs) in self.consequences.iter_mut().zip(&other.consequences) {
            mine.merge(theirs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_bring_a_tally_back() {
        let mut cost = Moments::default();
        [1.5, -2.25, 1e9].iter().for_each(|&x| cost.add(x));
        let tally = PointTally {
            runs: 3,
            outcomes: vec![2, 1],
            milestones: vec![3],
            consequences: vec![cost, Moments::default()],
        };
        let solved = Answer::Solved(vec![0.25, 0.75]);
        assert_eq!(Answer::from_bytes(&solved.to_bytes()), Some(solved));
        let counted = Answer::Counted(tally.clone());
        assert_eq!(Answer::from_bytes(&counted.to_bytes()), Some(counted));
        assert_eq!(Answer::from_bytes(&[SOLVED, 1, 2]), None);
        let bytes = tally.to_bytes();
        assert_eq!(PointTally::from_bytes(&bytes), Some(tally));
        for end in 0..bytes.len() {
            assert_eq!(PointTally::from_bytes(&bytes[..end]), None, "cut off at {end}");
        }
        assert_eq!(PointTally::from_bytes(&[bytes, vec![0]].concat()), None);
    }
}
