//! Quasi-random points: Sobol' sequences under Owen's nested uniform scrambling.
//!
//! In: a seed, a name for each dimension and the index of a point. Out: a coordinate in (0, 1), a pure function of those,
//! so that more points change none of those there were. Each coordinate alone is uniform; together the points fill the
//! cube evenly, so that the mean of a smooth function over n of them errs by far less than 1/√n.
//!
//! Points of an index are dealt out to [`REPLICATES`] independently scrambled sequences, one after the other. What is
//! estimated from each sequence alone varies between them by its own error: that is how errors are told without a
//! formula for them (Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995).
//!
//! Direction numbers: Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci.
//! Comput. 30 (2008), file new-joe-kuo-6, with its licence in `assets/sobol`. Own code, because the crates there are stop at
//! 2¹⁶ points of single precision (sobol_burley) or walk through the points in order (sobol). Scrambling is Owen's own, a
//! coin for each node of the tree of digits and not an approximation by one hash: drawing a point costs a small part of a run.

use super::{GOLDEN, NameAddress, RunAddress, Stream, mix};
use rand::Rng;
use std::sync::OnceLock;

/// How many dimensions have direction numbers. What is beyond is drawn independently.
pub const DIMENSIONS: usize = 256;
/// How many independently scrambled sequences points are dealt out to.
pub const REPLICATES: u64 = 16;

const BITS: usize = 32;
const TABLE: &str = include_str!("../../assets/sobol/new-joe-kuo-6.256.txt");

/// The directions of each dimension: what each digit of an index adds to the digits of the coordinate.
fn directions() -> &'static [[u32; BITS]] {
    static DIRECTIONS: OnceLock<Vec<[u32; BITS]>> = OnceLock::new();
    DIRECTIONS.get_or_init(|| {
        // The first dimension is that of van der Corput; the table begins with the second.
        let first = std::array::from_fn(|bit| 1 << (BITS - 1 - bit));
        std::iter::once(first).chain(TABLE.lines().skip(1).map(directions_of)).collect()
    })
}

/// From one line of the table: dimension, degree s and coefficients a of a primitive polynomial, first numbers m.
fn directions_of(line: &str) -> [u32; BITS] {
    let mut numbers = line.split_whitespace().map(|word| word.parse::<u32>().expect("the table has numbers alone"));
    let mut next = || numbers.next().expect("a line of the table is whole");
    let (_, degree, coefficients) = (next(), next() as usize, next());
    let mut directions = [0; BITS];
    for (bit, direction) in directions.iter_mut().take(degree).enumerate() {
        *direction = next() << (BITS - 1 - bit);
    }
    for bit in degree..BITS {
        let mut direction = directions[bit - degree] ^ (directions[bit - degree] >> degree);
        for back in 1..degree {
            if (coefficients >> (degree - 1 - back)) & 1 == 1 {
                direction ^= directions[bit - back];
            }
        }
        directions[bit] = direction;
    }
    directions
}

/// The first 32 binary digits of one coordinate of an unscrambled point, in the order of the indices (not Gray's).
/// `dimension` is below [`DIMENSIONS`].
pub fn digits(dimension: usize, index: u32) -> u32 {
    let directions = &directions()[dimension];
    let (mut left, mut digits) = (index, 0);
    while left != 0 {
        digits ^= directions[left.trailing_zeros() as usize];
        left &= left - 1;
    }
    digits
}

/// One dimension of the scrambled points of one seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinate {
    /// `None` beyond the last dimension of the table.
    dimension: Option<usize>,
    seed: u64,
    name: NameAddress,
    /// What the coins of each replicate begin with.
    keys: [u64; REPLICATES as usize],
}

impl Coordinate {
    /// Scrambling depends on the seed and the name alone: those of two names are independent.
    pub fn new(seed: u64, dimension: usize, name: &str) -> Self {
        let name = NameAddress::new(&format!("{name} / value"));
        let key = |replicate: usize| Stream::at(RunAddress::new(seed, replicate as u64), name, 0).next_u64();
        Coordinate {
            dimension: (dimension < DIMENSIONS).then_some(dimension),
            seed,
            name,
            keys: std::array::from_fn(key),
        }
    }

    /// The coordinate of a point, in the open interval (0, 1).
    pub fn at(&self, point: u64) -> f64 {
        let Some(dimension) = self.dimension else {
            // Draw 0 of an address is its key.
            return Stream::at(RunAddress::new(self.seed, point), self.name, 1).unit();
        };
        let (replicate, index) = (point % REPLICATES, point / REPLICATES);
        // After 2³² points of a replicate another one takes its place; `mix` leaves 0 alone.
        let key = self.keys[replicate as usize] ^ mix(index >> BITS);
        scrambled(key, digits(dimension, index as u32))
    }
}

/// Flips each digit by the coin of the node that the digits before it lead to; what is behind the last digit is uniform.
fn scrambled(key: u64, digits: u32) -> f64 {
    // With the widest vector units that this processor has; what they compute is the same.
    let out = pulp::Arch::new().dispatch(Scrambling { key, digits });
    out as f64 / (1_u64 << 52) as f64 + 0.5 / (1_u64 << 52) as f64
}

/// The digits of a scrambled coordinate, the first in the highest of 52 bits.
struct Scrambling {
    key: u64,
    digits: u32,
}

impl pulp::NullaryFnOnce for Scrambling {
    type Output = u64;

    #[inline(always)]
    fn call(self) -> u64 {
        let Scrambling { key, digits } = self;
        let coin = |node: u64| mix(key.wrapping_add(node.wrapping_mul(GOLDEN)));
        let mut out = 0;
        for depth in 0..BITS as u64 {
            // The digits before this one, behind a 1 that tells how many they are.
            let node = (1 << depth) | (u64::from(digits) >> (BITS as u64 - depth));
            // The coin's highest bit is for this digit.
            out |= (coin(node) >> 63) << (BITS as u64 - 1 - depth);
        }
        let rest = coin((1 << BITS) | u64::from(digits)) >> (64 - 20);
        ((out ^ u64::from(digits)) << 20) + rest
    }
}

#[cfg(test)]
mod tests;
