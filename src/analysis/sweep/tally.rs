//! What is kept of one point: what its runs add up to, in a few hundred bytes, or its exact answer.
//!
//! In: runs, as a [`Probe`]. Out: a [`PointTally`], which merges with others of the same point to the same bytes whatever
//! the split. An [`Answer`] is written to bytes and read from them.

use crate::kernel::batch::Collector;
use crate::kernel::probe::{Probe, Stretch, Together};
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
    /// Writes the answer as bytes, the same for equal answers.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Answer::Counted(tally) => {
                out.push(COUNTED);
                tally.write(out);
            }
            Answer::Solved(outcomes) => {
                out.push(SOLVED);
                outcomes.iter().for_each(|p| out.extend(p.to_bits().to_le_bytes()));
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
    /// The hits of each outcome, then of each milestone, by the remainder of the run's number: [`BATCHES`] counts of each. What
    /// the same batch of two points has in common, their difference has not: this is what tells its error.
    pub batches: Vec<u64>,
}

/// Into so many batches the runs of a point are dealt out.
pub const BATCHES: usize = 64;

impl PointTally {
    /// Of no runs.
    pub fn new(program: &Program) -> Self {
        PointTally {
            runs: 0,
            outcomes: vec![0; program.outcomes.len()],
            milestones: vec![0; program.milestones.len()],
            consequences: vec![Moments::default(); program.consequences.len()],
            batches: vec![0; BATCHES * (program.outcomes.len() + program.milestones.len())],
        }
    }

    /// By how much the share of an outcome or milestone, by its place among both, is more than at another point, and the
    /// standard error of that, which has taken into account that both have met the same luck. `None` with fewer runs than
    /// make batches.
    pub fn difference(&self, place: usize, other: &PointTally, others_place: usize) -> Option<(f64, f64)> {
        if self.runs < BATCHES as u64 || other.runs < BATCHES as u64 {
            return None;
        }
        let share = |tally: &PointTally, place: usize, batch: usize| {
            let runs = tally.runs / BATCHES as u64 + u64::from((batch as u64) < tally.runs % BATCHES as u64);
            tally.batches[place * BATCHES + batch] as f64 / runs as f64
        };
        let all = |tally: &PointTally, place: usize| {
            let hits: u64 = tally.batches[place * BATCHES..(place + 1) * BATCHES].iter().sum();
            hits as f64 / tally.runs as f64
        };
        let apart = |batch: usize| share(self, place, batch) - share(other, others_place, batch);
        let count = BATCHES as f64;
        let mean = (0..BATCHES).map(apart).sum::<f64>() / count;
        let squares: f64 = (0..BATCHES).map(|batch| (apart(batch) - mean) * (apart(batch) - mean)).sum();
        Some((all(self, place) - all(other, others_place), (squares / (count - 1.0) / count).sqrt()))
    }

    /// Writes the tally as bytes, the same for equal tallies.
    pub fn write(&self, out: &mut Vec<u8>) {
        for count in [self.outcomes.len(), self.milestones.len(), self.consequences.len()] {
            out.extend((count as u32).to_le_bytes());
        }
        for count in std::iter::once(&self.runs).chain(&self.outcomes).chain(&self.milestones) {
            out.extend(count.to_le_bytes());
        }
        self.consequences.iter().for_each(|moments| moments.write(out));
        out.reserve(self.batches.len());
        self.batches.iter().for_each(|&hits| write_short(hits, out));
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
            batches: read_shorts(bytes, BATCHES.checked_mul(outcomes.checked_add(milestones)?)?)?,
        };
        bytes.is_empty().then_some(tally)
    }
}

/// A count of few bytes if it is small: seven bits a byte, the lowest first (LEB128).
fn write_short(mut count: u64, out: &mut Vec<u8>) {
    while count >= 0x80 {
        out.push(count as u8 | 0x80);
        count >>= 7;
    }
    out.push(count as u8);
}

/// So many of them, each of at least a byte.
fn read_shorts(bytes: &mut &[u8], count: usize) -> Option<Vec<u64>> {
    let mut counts = Vec::with_capacity(count.min(bytes.len()));
    // As a rule all are small: the hits of a batch.
    let small = bytes.iter().take(count).take_while(|&&byte| byte < 0x80).count();
    counts.extend(bytes.split_off(..small)?.iter().map(|&byte| u64::from(byte)));
    while counts.len() < count {
        counts.push(read_short(bytes)?);
    }
    Some(counts)
}

fn read_short(bytes: &mut &[u8]) -> Option<u64> {
    let mut count = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first()?;
        count |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(count);
        }
    }
    None
}

/// What sees the runs of a point, which begin one after the other from the first.
#[derive(Clone, Debug)]
pub struct Counting {
    pub tally: PointTally,
    /// The number of the run that begins next.
    next: u64,
    /// The numbers of the runs that are being watched, and which of them is told of.
    current: Vec<u64>,
    lane: usize,
}

impl Counting {
    /// Of no runs yet; the first that it sees has this number.
    pub fn from_run(program: &Program, first: u64) -> Self {
        Counting { tally: PointTally::new(program), next: first, current: vec![first], lane: 0 }
    }

    fn batch(&self) -> usize {
        (self.current[self.lane] % BATCHES as u64) as usize
    }
}

impl Probe for Counting {
    fn turn_to(&mut self, lane: usize) {
        if lane >= self.current.len() {
            self.current.resize(lane + 1, self.next);
        }
        self.lane = lane;
    }

    fn begin(&mut self, _world: &World) {
        self.current[self.lane] = self.next;
        self.next += 1;
    }

    fn dwell(&mut self, _stretch: &Stretch<'_>) {}

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn happened_together(&mut self, _together: &Together<'_>) -> bool {
        true
    }

    fn milestone(&mut self, _world: &World, milestone: usize) {
        let batch = self.batch();
        self.tally.milestones[milestone] += 1;
        self.tally.batches[(self.tally.outcomes.len() + milestone) * BATCHES + batch] += 1;
    }

    fn end(&mut self, world: &World, outcome: usize) {
        let batch = self.batch();
        self.tally.runs += 1;
        self.tally.outcomes[outcome] += 1;
        self.tally.batches[outcome * BATCHES + batch] += 1;
        for (moments, &total) in self.tally.consequences.iter_mut().zip(&world.totals) {
            moments.add(total);
        }
    }
}

impl Collector for Counting {
    fn watches_many(&self) -> bool {
        true
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
    }
}

impl PointTally {
    /// Adds other runs of the same point.
    pub fn merge(&mut self, other: Self) {
        assert_eq!(self.outcomes.len(), other.outcomes.len(), "tallies of one point have one shape");
        self.runs += other.runs;
        let add = |mine: &mut [u64], theirs: &[u64]| mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        add(&mut self.outcomes, &other.outcomes);
        add(&mut self.milestones, &other.milestones);
        add(&mut self.batches, &other.batches);
        for (mine, theirs) in self.consequences.iter_mut().zip(&other.consequences) {
            mine.merge(theirs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out);
        out
    }

    #[test]
    fn bytes_bring_a_tally_back() {
        let mut cost = Moments::default();
        [1.5, -2.25, 1e9].iter().for_each(|&x| cost.add(x));
        let tally = PointTally {
            runs: 3,
            outcomes: vec![2, 1],
            milestones: vec![3],
            consequences: vec![cost, Moments::default()],
            batches: (0..3 * BATCHES as u64).map(|i| if i == 7 { u64::MAX } else { i * i }).collect(),
        };
        let solved = Answer::Solved(vec![0.25, 0.75]);
        assert_eq!(Answer::from_bytes(&written(|out| solved.write(out))), Some(solved));
        let counted = Answer::Counted(tally.clone());
        assert_eq!(Answer::from_bytes(&written(|out| counted.write(out))), Some(counted));
        assert_eq!(Answer::from_bytes(&[SOLVED, 1, 2]), None);
        let bytes = written(|out| tally.write(out));
        assert_eq!(PointTally::from_bytes(&bytes), Some(tally));
        for end in 0..bytes.len() {
            assert_eq!(PointTally::from_bytes(&bytes[..end]), None, "cut off at {end}");
        }
        assert_eq!(PointTally::from_bytes(&[bytes, vec![0]].concat()), None);
    }

    /// Two points whose hits are the same runs but for one in each batch: the error of the difference is none, while that of
    /// two points with luck of their own would not be.
    #[test]
    fn the_error_of_a_difference_knows_of_common_luck() {
        let of = |hits: &dyn Fn(u64) -> u64| {
            let batches: Vec<u64> = (0..BATCHES as u64).map(hits).chain(std::iter::repeat_n(0, BATCHES)).collect();
            let sum = batches.iter().sum();
            PointTally {
                runs: 6400,
                outcomes: vec![sum, 6400 - sum],
                milestones: vec![],
                consequences: vec![],
                batches,
            }
        };
        let (less, more) = (of(&|batch| 20 + batch % 7), of(&|batch| 21 + batch % 7));
        let (difference, error) = more.difference(0, &less, 0).unwrap();
        assert!((difference - 0.01).abs() < 1e-12 && error < 1e-12, "{difference} {error}");
        let (none, error) = less.difference(0, &of(&|batch| 20 + (batch * 5) % 7), 0).unwrap();
        assert!(none.abs() < 1e-3 && error > 1e-3, "{none} {error}");
        assert_eq!(PointTally { runs: 63, ..less.clone() }.difference(0, &more, 0), None);
    }
}
