//! Addressed randomness: every draw is a pure function of (seed, run, name of the thing drawing, how often it drew).
//!
//! In: a seed, a run index, a name and a count. Out: a [`Stream`], which speaks rand's traits and whose first number is
//! that draw. Nothing is consumed, so results are the same at any number of threads, any run can be replayed alone,
//! and two models share their luck wherever they share names.
//!
//! Construction: a Weyl sequence through the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable
//! pseudorandom number generators", OOPSLA 2014; constants of Stafford's variant 13). The start of the sequence comes
//! from seed, run and name; its odd increment from the name alone, so that sequences of different names do not
//! lie along one another.

pub mod sobol;

use rand::rand_core::TryRng;
use rand::{Rng, RngExt};
use rand_distr::Open01;
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// The increment of SplitMix64: 2⁶⁴ divided by the golden ratio, odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijection of 64-bit words in which every input bit moves about half of the output bits.
#[inline(always)]
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// One run of one study: the first two parts of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunAddress(u64);

impl RunAddress {
    /// Any seed is a seed, 0 too. Two different (seed, run) pairs get unrelated addresses.
    pub fn new(seed: u64, run: u64) -> Self {
        let seed_key = mix(mix(seed.wrapping_add(GOLDEN)) ^ 0x5851_f42d_4c95_7f2d);
        RunAddress(mix(seed_key ^ mix(run.wrapping_add(GOLDEN << 1))))
    }

    /// The address of a run that parts from this one: its branch of this number. Branches may have branches.
    pub fn branch(self, number: u64) -> Self {
        RunAddress(mix(mix(self.0 ^ 0x2545_f491_4f6c_dd1d) ^ mix(number.wrapping_add(GOLDEN.wrapping_mul(3)))))
    }
}

/// The name of a thing that draws, such as `russia.posturing`'s threshold: the third part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameAddress {
    start: u64,
    increment: u64,
}

impl NameAddress {
    pub fn new(name: &str) -> Self {
        let digest = Sha256::digest(name.as_bytes());
        let word = |at: usize| {
            let bytes: [u8; 8] = digest[at..at + 8].try_into().expect("a SHA-256 digest has 32 bytes");
            u64::from_le_bytes(bytes)
        };
        NameAddress { start: word(0), increment: word(8) | 1 }
    }

    /// How far it is from one draw of this name to the next.
    #[inline]
    pub fn stride(self) -> Stride {
        Stride(self.increment)
    }
}

/// Random numbers from one address on.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
    increment: u64,
}

impl Stream {
    /// The stream whose first number is draw number `count` (from 0) of `name` in `run`.
    #[inline]
    pub fn at(run: RunAddress, name: NameAddress, count: u64) -> Self {
        let start = mix(run.0 ^ name.start);
        Stream { state: start.wrapping_add(name.increment.wrapping_mul(count)), increment: name.increment }
    }

    /// A uniform number in the open interval (0, 1).
    #[inline]
    pub fn unit(&mut self) -> f64 {
        self.sample(Open01)
    }

    /// A standard exponential number, by inversion; positive and finite.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        -libm::log(self.unit())
    }
}

/// The address of one draw, brought together as far as one draw can be on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrawAddress {
    key: u64,
    offset: u64,
}

impl DrawAddress {
    /// That of draw number `count` (from 0) of `name` in `run`.
    #[inline(always)]
    pub fn new(run: RunAddress, name: NameAddress, count: u64) -> Self {
        DrawAddress { key: run.0 ^ name.start, offset: name.increment.wrapping_mul(count.wrapping_add(1)) }
    }

    /// What [`Stream::unit`] gives first, without branches, so that many can be computed side by side.
    #[inline(always)]
    pub fn unit(&self) -> f64 {
        open_unit(mix(mix(self.key).wrapping_add(self.offset)))
    }
}

/// The uniform number in (0, 1) that a word makes.
#[inline(always)]
fn open_unit(word: u64) -> f64 {
    f64::from_bits((word >> 12) | 1.0_f64.to_bits()) - (1.0 - f64::EPSILON / 2.0)
}

/// How far the draws of a name have come in a run: what counts them, where each is followed by the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position(u64);

/// How far it is from one draw of a name to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stride(u64);

impl Position {
    /// Before the first draw of `name` in `run`.
    #[inline(always)]
    pub fn before(run: RunAddress, name: NameAddress) -> Self {
        Position(mix(run.0 ^ name.start))
    }

    /// Where the next draw is made.
    #[inline(always)]
    pub fn next(self, stride: Stride) -> Self {
        Position(self.0.wrapping_add(stride.0))
    }

    /// The draw that is made here, as [`Stream::unit`] gives it, without branches.
    #[inline(always)]
    pub fn unit(self) -> f64 {
        open_unit(mix(self.0))
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.state = self.state.wrapping_add(self.increment);
        Ok(mix(self.state))
    }

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.try_next_u64()? >> 32) as u32)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(seed: u64, run: u64, name: &str, count: u64) -> f64 {
        Stream::at(RunAddress::new(seed, run), NameAddress::new(name), count).unit()
    }

    #[test]
    fn a_draw_is_a_function_of_its_address() {
        assert_eq!(unit(7, 3, "a", 2), unit(7, 3, "a", 2));
        let mut stream = Stream::at(RunAddress::new(7, 3), NameAddress::new("a"), 0);
        let drawn: Vec<f64> = (0..5).map(|_| stream.unit()).collect();
        let addressed: Vec<f64> = (0..5).map(|count| unit(7, 3, "a", count)).collect();
        assert_eq!(drawn, addressed);
    }

    #[test]
    fn a_number_without_branches_is_the_first_of_its_stream() {
        for n in 0..10_001 {
            let (run, name) = (RunAddress::new(1, n), NameAddress::new(["a", "b"][n as usize % 2]));
            let unit = DrawAddress::new(run, name, n % 7).unit();
            assert_eq!(unit.to_bits(), Stream::at(run, name, n % 7).unit().to_bits());
        }
    }

    #[test]
    fn draws_that_follow_one_another_are_those_of_their_counts() {
        let (run, name) = (RunAddress::new(3, 4), NameAddress::new("a"));
        let mut position = Position::before(run, name);
        for count in 0..1000 {
            position = position.next(name.stride());
            assert_eq!(position.unit().to_bits(), Stream::at(run, name, count).unit().to_bits());
        }
    }

    #[test]
    fn known_values_hold_on_every_platform() {
        let words: Vec<u64> = (0..3)
            .map(|count| Stream::at(RunAddress::new(0, 0), NameAddress::new("russia"), count).next_u64())
            .collect();
        insta::assert_debug_snapshot!(words);
        insta::assert_debug_snapshot!(unit(1, 2, "europe", 3).to_bits());
    }

    #[test]
    fn neighbouring_seeds_and_runs_share_nothing() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..50 {
            for run in 0..50 {
                for name in ["a", "b"] {
                    for count in 0..4 {
                        assert!(seen.insert(unit(seed, run, name, count).to_bits()), "{seed} {run} {name} {count}");
                    }
                }
            }
        }
    }

    #[test]
    fn branches_share_nothing_with_one_another_or_with_runs() {
        let mut seen = std::collections::BTreeSet::new();
        let name = NameAddress::new("a");
        for run in 0..40 {
            let root = RunAddress::new(1, run);
            assert!(seen.insert(Stream::at(root, name, 0).unit().to_bits()));
            for number in 0..40 {
                let branch = root.branch(number);
                assert!(seen.insert(Stream::at(branch, name, 0).unit().to_bits()), "{run} {number}");
                for deeper in 0..10 {
                    let twig = branch.branch(deeper);
                    assert!(seen.insert(Stream::at(twig, name, 0).unit().to_bits()), "{run} {number} {deeper}");
                }
            }
        }
    }

    /// Pearson's χ² over cells of the unit cube: consecutive draws, neighbouring runs, neighbouring seeds.
    #[test]
    fn cells_of_the_cube_are_equally_full() {
        type Triple = fn(u64) -> [f64; 3];
        let ways: [Triple; 4] = [
            |i| {
                let (root, name) = (RunAddress::new(1, i), NameAddress::new("x"));
                [root, root.branch(0), root.branch(1)].map(|run| Stream::at(run, name, 0).unit())
            },
            |i| [unit(1, i, "x", 0), unit(1, i, "x", 1), unit(1, i, "x", 2)],
            |i| [unit(1, 3 * i, "x", 0), unit(1, 3 * i + 1, "x", 0), unit(1, 3 * i + 2, "x", 0)],
            |i| [unit(i, 0, "x", 0), unit(i, 0, "y", 0), unit(i + 1_000_000, 0, "x", 0)],
        ];
        for (way, triple) in ways.into_iter().enumerate() {
            const SIDE: usize = 8;
            let draws = 64_000;
            let mut cells = vec![0_u32; SIDE * SIDE * SIDE];
            for i in 0..draws {
                let at = triple(i).map(|u| (u * SIDE as f64) as usize);
                cells[(at[0] * SIDE + at[1]) * SIDE + at[2]] += 1;
            }
            let expected = draws as f64 / cells.len() as f64;
            let chi2: f64 =
                cells.iter().map(|&n| (f64::from(n) - expected) * (f64::from(n) - expected) / expected).sum();
            let (mean, sd) = (511.0, (2.0_f64 * 511.0).sqrt());
            assert!((chi2 - mean).abs() < 4.0 * sd, "way {way}: chi2 {chi2}");
        }
    }
}
