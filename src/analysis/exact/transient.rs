//! A chain in time: expected values of functions of its state at given times, and their integrals up to then.
//!
//! In: a [`Chain`], [`Functional`]s, times. Out: a [`Course`]. By uniformisation: the chain is looked at at the jumps of a
//! Poisson process at least as fast as its fastest state; after k jumps a functional has the value a_k, and its expected
//! value at t is Σ Pois(k; qt)·a_k. The vector of probabilities is carried through the jumps once for all times and
//! functionals, in pieces of at most `PIECE` jumps. Once one jump moves it so little that all that are left cannot
//! move it by 1e-12 (each moves it no further than the one before), it has come to rest, and the jumps are spared.

use super::explore::Chain;
use super::poisson::Window;
use crate::kernel::probe::accrued;
use std::ops::Range;

/// Expected jumps in a piece.
const PIECE: f64 = 20_000.0;
/// What the probabilities may be off, in sum, when they are taken to be at rest.
const REST: f64 = 1e-12;
/// Multiplications after which a chain is too stiff; about a minute.
const BUDGET: f64 = 5e10;
/// Numbers kept for quantiles after which it is; half a gibibyte.
const KEPT: usize = 1 << 26;
/// Half the distance from 1 to the next number.
const UNIT: f64 = 1.2e-16;

/// A function of the state: zero but where it has an entry.
#[derive(Clone, Debug, Default)]
pub struct Functional {
    pub entries: Vec<(u32, f64)>,
    /// The force of interest at which its integral is discounted, per time unit.
    pub force: f64,
    /// Whether it is wanted at a point of time, integrated, or both.
    pub wanted: Wanted,
    /// What shocks add to the integral.
    pub lumps: Lumps,
}

/// Which lump sums of a shock belong to an integral.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lumps {
    #[default]
    None,
    Consequence(usize),
    Firings,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    #[default]
    Value,
    Integral,
    Both,
}

/// Expected values over time, and how far off they can be.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Functional by functional, point by point; empty where not wanted.
    pub values: Vec<Vec<f64>>,
    pub integrals: Vec<Vec<f64>>,
    /// A bound on the sum of the errors of all probabilities at any of the points: truncation, and rounding.
    pub truncation: f64,
    pub rounding: f64,
    pieces: Vec<Piece>,
}

/// What some functionals are after each jump of a piece; they stay what they last were.
#[derive(Clone, Debug)]
struct Piece {
    from: f64,
    to: f64,
    sequences: Vec<Vec<f64>>,
    rate: f64,
}

/// The chain is too fast for its horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TooStiff {
    /// Expected jumps of the fastest state's rate up to the last point.
    pub jumps: f64,
}

/// What is asked of the chain.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub chain: &'a Chain,
    /// States that are not left, besides those without entries.
    pub halted: Option<&'a [bool]>,
    pub functionals: &'a [Functional],
    /// Ascending, not negative.
    pub points: &'a [f64],
    /// The first so many functionals can be asked for a [quantile](Course::time_of).
    pub kept: usize,
}

/// Follows the chain in time.
///
/// # Errors
/// It would take too long.
pub fn follow(question: &Question<'_>) -> Result<Course, TooStiff> {
    let mut walk = Walk::new(question);
    let points = question.points;
    let last = points.last().copied().unwrap_or(0.0);
    let (mut at, mut next) = (0.0, 0);
    for (index, jump) in question.chain.jumps.iter().enumerate().filter(|(_, jump)| jump.at <= last) {
        // What a point at the very time of a shock shows is what the shock has left.
        let until = next + points[next..].partition_point(|&point| point < jump.at);
        walk.advance(at, jump.at, next..until)?;
        walk.strike(index);
        (at, next) = (jump.at, until);
    }
    walk.advance(at, last, next..points.len())?;
    Ok(walk.course)
}

struct Walk<'a> {
    question: &'a Question<'a>,
    /// Jumps per time unit.
    rate: f64,
    vector: Vec<f64>,
    spare: Vec<f64>,
    course: Course,
    /// Integrals up to the beginning of the piece.
    so_far: Vec<f64>,
    entries_per_state: f64,
    work: f64,
    /// Multiplications of one jump, with what is read off after it.
    work_per_jump: f64,
    kept: usize,
}

impl<'a> Walk<'a> {
    fn new(question: &'a Question<'a>) -> Self {
        let chain = question.chain;
        let fastest = chain.exit.iter().fold(0.0, |fastest: f64, &exit| fastest.max(exit));
        // Above the fastest exit, so that no state is left at every jump; and well above any interest that is negative.
        let least = question.functionals.iter().fold(0.0, |most: f64, f| most.max(-100.0 * f.force));
        let mut vector = vec![0.0; chain.states()];
        for &(state, p) in &chain.initial {
            vector[state as usize] += p;
        }
        let empty = || vec![Vec::new(); question.functionals.len()];
        let (mut values, mut integrals) = (empty(), empty());
        for (index, functional) in question.functionals.iter().enumerate() {
            if functional.wanted != Wanted::Integral {
                values[index] = vec![0.0; question.points.len()];
            }
            if functional.wanted != Wanted::Value {
                integrals[index] = vec![0.0; question.points.len()];
            }
        }
        let read: usize = question.functionals.iter().map(|functional| functional.entries.len() + 4).sum();
        let widest = chain.start.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
        Walk {
            rate: (1.02 * fastest).max(least),
            spare: vec![0.0; vector.len()],
            so_far: vec![0.0; question.functionals.len()],
            course: Course { values, integrals, ..Course::default() },
            entries_per_state: widest as f64,
            work_per_jump: (vector.len() + chain.target.len() + read) as f64,
            vector,
            question,
            work: 0.0,
            kept: 0,
        }
    }

    /// From one time to another without a shock in between, with the points on the way.
    fn advance(&mut self, from: f64, to: f64, points: Range<usize>) -> Result<(), TooStiff> {
        let (mut at, mut next) = (from, points.start);
        while at < to || next < points.end {
            if self.rests(to - at) {
                self.rest(at, to, next..points.end);
                return Ok(());
            }
            let end = (at + PIECE / self.rate).min(to);
            let until = next + self.question.points[next..points.end].partition_point(|&point| point <= end);
            self.piece(at, end, next..until)?;
            (at, next) = (end, until);
        }
        Ok(())
    }

    /// A shock happens.
    fn strike(&mut self, index: usize) {
        let chain = self.question.chain;
        let jump = &chain.jumps[index];
        self.spare.fill(0.0);
        for (state, &p) in self.vector.iter().enumerate().filter(|(_, p)| **p > 0.0) {
            if self.question.halted.is_some_and(|halted| halted[state]) {
                self.spare[state] += p;
                continue;
            }
            jump.entries(state).for_each(|(target, share)| self.spare[target] += p * share);
        }
        for (functional, so_far) in self.question.functionals.iter().zip(&mut self.so_far) {
            let lumps = match functional.lumps {
                Lumps::None => continue,
                Lumps::Firings => (&jump.firings, 1, 0),
                Lumps::Consequence(index) => (&jump.gains, chain.consequences, index),
            };
            let (list, width, offset) = lumps;
            let states = list.len() / width;
            let gains = (0..states).map(|state| self.vector[state] * list[state * width + offset]);
            *so_far += gains.sum::<f64>();
        }
        std::mem::swap(&mut self.vector, &mut self.spare);
    }

    /// One jump: `spare` becomes what `vector` is after it.
    fn jump(&mut self) {
        let chain = self.question.chain;
        let per_jump = 1.0 / self.rate;
        self.spare.fill(0.0);
        for (state, &p) in self.vector.iter().enumerate() {
            if p == 0.0 {
                continue;
            }
            if self.question.halted.is_some_and(|halted| halted[state]) {
                self.spare[state] += p;
                continue;
            }
            self.spare[state] += p * (1.0 - chain.exit[state] * per_jump);
            let share = p * per_jump;
            for (target, rate) in chain.entries(state) {
                self.spare[target] += share * rate;
            }
        }
        self.work += self.work_per_jump;
    }

    fn distance(&self) -> f64 {
        self.vector.iter().zip(&self.spare).map(|(a, b)| (a - b).abs()).sum()
    }

    /// Whether nothing can happen any more that counts, in the time that is left.
    fn rests(&mut self, left: f64) -> bool {
        if self.rate == 0.0 {
            return true;
        }
        self.jump();
        let drift = self.distance() * self.rate * left;
        if drift <= REST {
            self.course.truncation += drift;
        }
        drift <= REST
    }

    fn value(&self, functional: &Functional) -> f64 {
        functional.entries.iter().map(|&(state, x)| self.vector[state as usize] * x).sum()
    }

    /// A stretch in which the probabilities stay as they are.
    fn rest(&mut self, at: f64, to: f64, points: Range<usize>) {
        let functionals = self.question.functionals;
        let values: Vec<f64> = functionals.iter().map(|functional| self.value(functional)).collect();
        for (index, functional) in functionals.iter().enumerate() {
            for point in points.clone() {
                let time = self.question.points[point];
                if let Some(value) = self.course.values[index].get_mut(point) {
                    *value = values[index];
                }
                if let Some(integral) = self.course.integrals[index].get_mut(point) {
                    *integral = self.so_far[index] + accrued(values[index], functional.force, at, time);
                }
            }
            self.so_far[index] += accrued(values[index], functional.force, at, to);
        }
        let sequences = values[..self.question.kept].iter().map(|&value| vec![value]).collect();
        self.course.pieces.push(Piece { from: at, to, sequences, rate: 0.0 });
    }

    /// From one time to another, with the points in between.
    fn piece(&mut self, from: f64, to: f64, points: Range<usize>) -> Result<(), TooStiff> {
        let functionals = self.question.functionals;
        let window = Window::new(self.rate * (to - from));
        let forces = functionals.iter().filter(|f| f.wanted != Wanted::Value).map(|f| f.force);
        let fastest = forces.fold(0.0, f64::max);
        let jumps = if fastest > 0.0 { Window::new((self.rate + fastest) * (to - from)).end() } else { window.end() };
        let mut sequences: Vec<Vec<f64>> = vec![Vec::with_capacity(jumps); functionals.len()];
        let mut end = vec![0.0; self.vector.len()];
        let mut counted = 0.0;
        for jump in 0..jumps {
            for (sequence, functional) in sequences.iter_mut().zip(functionals) {
                sequence.push(self.value(functional));
            }
            if let Some(&weight) = jump.checked_sub(window.left).and_then(|index| window.weights.get(index)) {
                counted += weight;
                end.iter_mut().zip(&self.vector).for_each(|(end, p)| *end += weight * p);
            }
            if jump + 1 == jumps {
                break;
            }
            self.jump();
            if jump % 16 == 15 {
                let drift = self.distance() * (jumps - jump) as f64;
                if drift <= REST / 100.0 {
                    self.course.truncation += drift;
                    let rest = (1.0 - counted).max(0.0);
                    end.iter_mut().zip(&self.vector).for_each(|(end, p)| *end += rest * p);
                    break;
                }
            }
            std::mem::swap(&mut self.vector, &mut self.spare);
            if self.work > BUDGET || self.kept > KEPT {
                return Err(TooStiff { jumps: self.rate * self.question.points.last().copied().unwrap_or(0.0) });
            }
        }
        self.course.truncation += window.left_off;
        self.course.rounding +=
            sequences.first().map_or(jumps, Vec::len) as f64 * (self.entries_per_state + 3.0) * UNIT;
        let mut left_off: f64 = 0.0;
        for point in points.clone() {
            let time = self.question.points[point];
            let window = Window::new(self.rate * (time - from));
            left_off = left_off.max(window.left_off);
            for (values, sequence) in self.course.values.iter_mut().zip(&sequences) {
                if let Some(value) = values.get_mut(point) {
                    *value = expected(&window, sequence);
                }
            }
        }
        self.course.truncation += left_off;
        self.integrate(from, to, points, &sequences);
        let kept = self.question.kept;
        sequences.truncate(kept);
        self.kept += sequences.iter().map(Vec::len).sum::<usize>();
        self.course.pieces.push(Piece { from, to, sequences, rate: self.rate });
        self.vector = end;
        Ok(())
    }

    /// Integrals at the points of a piece, and at its end: ∫ e^−δu Pois(k; qu) du = (q / (q + δ))ᵏ P(N > k) / (q + δ),
    /// where N is Poisson with mean (q + δ)t.
    fn integrate(&mut self, from: f64, to: f64, points: Range<usize>, sequences: &[Vec<f64>]) {
        let wanted = |f: &Functional| f.wanted != Wanted::Value;
        let mut forces: Vec<f64> = self.question.functionals.iter().filter(|f| wanted(f)).map(|f| f.force).collect();
        forces.sort_by(f64::total_cmp);
        forces.dedup();
        for force in forces {
            let members: Vec<usize> = (0..sequences.len())
                .filter(|&index| {
                    wanted(&self.question.functionals[index]) && self.question.functionals[index].force == force
                })
                .collect();
            let speed = self.rate + force;
            let (ratio, worth) = (self.rate / speed, libm::exp(-force * from) / speed);
            // Sums over the first jumps, weighted by the powers of the ratio.
            let length = members.iter().map(|&index| sequences[index].len()).max().unwrap_or(0);
            let mut powers = Vec::with_capacity(length);
            let mut power = 1.0;
            for _ in 0..length {
                powers.push(power);
                power *= ratio;
            }
            let sums: Vec<Vec<f64>> = members
                .iter()
                .map(|&index| {
                    let mut sum = 0.0;
                    let mut sums = vec![0.0];
                    for (a, power) in sequences[index].iter().zip(&powers) {
                        sum += a * power;
                        sums.push(sum);
                    }
                    sums
                })
                .collect();
            let at = |time: f64, member: usize| {
                let window = Window::new(speed * (time - from));
                let sequence = &sequences[members[member]];
                let last = sequence.len() - 1;
                let tails = window.tails();
                let certain = window.left.min(sequence.len());
                let mut integral = sums[member][certain];
                // Where the sequence has come to rest it goes on as it is.
                let mut power = powers[last];
                for _ in sequence.len()..window.left {
                    power *= ratio;
                    integral += sequence[last] * power;
                }
                for (index, tail) in tails.iter().enumerate() {
                    let k = window.left + index;
                    let (a, power_k) = if k <= last {
                        (sequence[k], powers[k])
                    } else {
                        power *= ratio;
                        (sequence[last], power)
                    };
                    integral += a * power_k * tail;
                }
                integral * worth
            };
            for (member, &index) in members.iter().enumerate() {
                for point in points.clone() {
                    let time = self.question.points[point];
                    self.course.integrals[index][point] = self.so_far[index] + at(time, member);
                }
                self.so_far[index] += at(to, member);
            }
        }
    }
}

fn expected(window: &Window, sequence: &[f64]) -> f64 {
    let last = sequence.len() - 1;
    let weighted = window.weights.iter().enumerate().map(|(i, weight)| weight * sequence[(window.left + i).min(last)]);
    weighted.sum()
}

impl Course {
    /// When a kept functional that only grows reaches a value; `None` if it does not by the last point.
    pub fn time_of(&self, functional: usize, wanted: f64) -> Option<f64> {
        let at = |piece: &Piece, time: f64| {
            let window = Window::new(piece.rate * (time - piece.from));
            expected(&window, &piece.sequences[functional])
        };
        let piece = self.pieces.iter().find(|piece| at(piece, piece.to) >= wanted)?;
        let (mut low, mut high) = (piece.from, piece.to);
        if at(piece, low) >= wanted {
            return Some(low);
        }
        // To ten digits of the piece; each halving costs one sum.
        for _ in 0..40 {
            let middle = (low + high) / 2.0;
            if at(piece, middle) >= wanted { high = middle } else { low = middle }
        }
        Some(high)
    }
}
