//! Quantiles and exceedance counts from counts in fixed bins: small, exact in what they count, and the same for any
//! order and any split.
//!
//! Numbers go in, one a run; quantiles come out within [`RELATIVE_ERROR`], and counts above bin edges exactly. Bins
//! are log-linear, 256 to each doubling, and are read off the bits of the double: no logarithm, so no platform's
//! rounding. This is the mapping of HdrHistogram and of DDSketch's fast variant (C. Masson, J. E. Rim, H. K. Lee,
//! "DDSketch", PVLDB 12 (2019)), with the base-2 linear sub-bins.
//!
//! Edges are k/256 · 2^e for whole k from 256 to 511. A bin holds the numbers above its lower edge up to *and with* its
//! upper edge, for either sign, so "above an edge" is a strict comparison everywhere.

mod window;

use super::extent::Extent;
use window::Window;

/// Largest relative error of a quantile: a bin's width over its lower edge. (Not of subnormal numbers, below
/// 2.3e-308, whose bins are evenly spaced.)
pub const RELATIVE_ERROR: f64 = 1.0 / 256.0;

/// Bits of a double that lie below a bin's resolution: 52 of the fraction less 8.
const DROPPED_BITS: u32 = 44;
const DROPPED_MASK: u64 = (1 << DROPPED_BITS) - 1;

/// Counts of numbers in log-linear bins, with the exact extremes.
///
/// Two sketches are equal when they have counted the same, in any order and split. Memory: 256 bytes for each quarter of a
/// doubling of magnitude in which there are numbers, for each sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Sketch {
    /// Positive finite numbers, by (bits - 1) without the dropped ones.
    positive: Window,
    /// Negative finite numbers, by the magnitude's bits without the dropped ones.
    negative: Window,
    zeros: u64,
    positive_infinities: u64,
    negative_infinities: u64,
    count: u64,
    minimum: f64,
    maximum: f64,
    /// All dropped bits seen so far, or-ed: 0 when every number lay on an edge.
    off_edge: u64,
}

impl Default for Sketch {
    fn default() -> Sketch {
        Sketch {
            positive: Window::default(),
            negative: Window::default(),
            zeros: 0,
            positive_infinities: 0,
            negative_infinities: 0,
            count: 0,
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
            off_edge: 0,
        }
    }
}

/// A bin that is not empty: numbers above `lower`, up to and with `upper`.
struct Bin {
    lower: f64,
    upper: f64,
    count: u64,
}

impl Sketch {
    /// Of no numbers yet.
    pub fn new() -> Sketch {
        Sketch::default()
    }

    /// Counts a number, which may be infinite; a NaN is the caller's mistake.
    #[inline]
    pub fn add(&mut self, x: f64) {
        debug_assert!(!x.is_nan(), "a number that is not a number has no place in order");
        // Negative zero becomes zero, so that the extremes do not depend on order.
        let x = x + 0.0;
        self.count += 1;
        self.minimum = if x < self.minimum { x } else { self.minimum };
        self.maximum = if x > self.maximum { x } else { self.maximum };
        let magnitude = x.abs().to_bits();
        if magnitude >= f64::INFINITY.to_bits() {
            *if x > 0.0 { &mut self.positive_infinities } else { &mut self.negative_infinities } += 1;
        } else if x > 0.0 {
            self.off_edge |= magnitude & DROPPED_MASK;
            self.positive.add((magnitude - 1) >> DROPPED_BITS);
        } else if x < 0.0 {
            self.off_edge |= magnitude & DROPPED_MASK;
            self.negative.add(magnitude >> DROPPED_BITS);
        } else {
            self.zeros += 1;
        }
    }

    /// Counts each of some numbers: the same as [`add`](Sketch::add)ing them one by one, and faster where their extent is known.
    #[inline(always)]
    pub fn add_all(&mut self, numbers: &[f64], extent: Option<Extent>) {
        let Some(extent) = extent else { return numbers.iter().for_each(|&x| self.add(x)) };
        self.count += numbers.len() as u64;
        self.minimum = self.minimum.min(extent.minimum());
        self.maximum = self.maximum.max(extent.maximum());
        self.off_edge |= extent.bits & DROPPED_MASK;
        self.zeros += extent.zeros;
        let key = |bits: u64| (bits - 1) >> DROPPED_BITS;
        let reach = key(extent.low)..=key(extent.high);
        let bits = numbers.iter().map(|x| x.to_bits());
        match extent.zeros {
            0 => self.positive.add_all(reach, numbers.len(), bits.map(key)),
            _ => self.positive.add_all(reach, numbers.len(), bits.filter(|&bits| bits > 0).map(key)),
        }
    }

    /// Counts all that another has counted.
    pub fn merge(&mut self, other: &Sketch) {
        self.positive.merge(&other.positive);
        self.negative.merge(&other.negative);
        self.zeros += other.zeros;
        self.positive_infinities += other.positive_infinities;
        self.negative_infinities += other.negative_infinities;
        self.count += other.count;
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
        self.off_edge |= other.off_edge;
    }

    /// How many numbers were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest, exactly; `None` when nothing was counted.
    pub fn minimum(&self) -> Option<f64> {
        (self.count > 0).then_some(self.minimum)
    }

    /// The largest, exactly; `None` when nothing was counted.
    pub fn maximum(&self) -> Option<f64> {
        (self.count > 0).then_some(self.maximum)
    }

    /// The nearest-rank quantile: of `n` numbers in ascending order, the one at place ⌈p n⌉ (at least 1), within
    /// [`RELATIVE_ERROR`]; `p` in 0 … 1. `None` when nothing was counted.
    ///
    /// The first and the last place are exact. So is every place when all numbers lie on edges, as whole numbers up
    /// to 512 do, and their halves, quarters …; otherwise the numbers of a bin are taken to be spread evenly over it.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        debug_assert!((0.0..=1.0).contains(&p), "a quantile's probability is in 0 … 1, not {p}");
        if self.count == 0 {
            return None;
        }
        // A product such as 0.07 · 100 = 7.000000000000001 is meant to be 7.
        let rank = ((p * self.count as f64 * (1.0 - 4.0 * f64::EPSILON)).ceil() as u64).clamp(1, self.count);
        if rank == 1 {
            return Some(self.minimum);
        }
        if rank == self.count {
            return Some(self.maximum);
        }
        let mut before = 0;
        let bin = self.bins().find(|bin| {
            before += bin.count;
            before >= rank
        })?;
        before -= bin.count;
        let on_edges = self.off_edge == 0 || bin.upper == 0.0 || bin.upper.is_infinite();
        let place = ((rank - before) as f64 - 0.5) / bin.count as f64;
        let answer = if on_edges { bin.upper } else { bin.lower + (bin.upper - bin.lower) * place };
        Some(answer.clamp(self.minimum, self.maximum))
    }

    /// How many numbers are above `x`: exact when `x` is an [`edge`](Sketch::edge), such as 0 or a whole number up
    /// to 512, or outside the extremes; otherwise the numbers in the bin around `x` count as above it.
    pub fn count_above(&self, x: f64) -> u64 {
        if x >= self.maximum {
            return 0;
        }
        self.bins().filter(|bin| bin.upper > x).map(|bin| bin.count).sum()
    }

    /// The largest bin edge at or below `x`, which is within [`RELATIVE_ERROR`] of it.
    pub fn edge(x: f64) -> f64 {
        if x == 0.0 || !x.is_finite() {
            return x;
        }
        let magnitude = x.abs().to_bits();
        if x > 0.0 {
            f64::from_bits(magnitude & !DROPPED_MASK)
        } else {
            -f64::from_bits((magnitude + DROPPED_MASK) & !DROPPED_MASK)
        }
    }

    /// At most `points` (at least 2) thresholds, ascending, and how many numbers are above each, exactly.
    ///
    /// The first threshold lies just below the smallest number (or is 0 when that is), the last at or just above the
    /// largest. Between them, half are spread evenly over the range and half evenly over the counts, so that both a
    /// long tail and the bulk are drawn well. Each is the upper edge of a bin that is not empty, so a step that holds
    /// until the next threshold is the truth to within a bin. Infinite numbers are never thresholds; empty when
    /// nothing finite was counted.
    pub fn exceedance(&self, points: usize) -> Vec<(f64, u64)> {
        let mut below = 0;
        let mut edges = Vec::new();
        for bin in self.bins() {
            if edges.is_empty() && bin.lower.is_finite() && bin.lower < bin.upper {
                edges.push((bin.lower, self.count - below));
            }
            below += bin.count;
            if bin.upper.is_finite() {
                edges.push((bin.upper, self.count - below));
            }
        }
        thin(&edges, points.max(2))
    }

    /// The bins that are not empty, ascending.
    fn bins(&self) -> impl Iterator<Item = Bin> {
        let point = |x: f64, count: u64| (count > 0).then_some(Bin { lower: x, upper: x, count });
        let edge = |key: u64| f64::from_bits(key << DROPPED_BITS);
        let negative = self.negative.counts().rev().map(move |(key, count)| Bin {
            // A bin at the end of the range has the largest double for its edge, not infinity.
            lower: -edge(key + 1).min(f64::MAX),
            upper: -edge(key),
            count,
        });
        let positive = self.positive.counts().map(move |(key, count)| Bin {
            lower: edge(key),
            upper: edge(key + 1).min(f64::MAX),
            count,
        });
        point(f64::NEG_INFINITY, self.negative_infinities)
            .into_iter()
            .chain(negative)
            .chain(point(0.0, self.zeros))
            .chain(positive)
            .chain(point(f64::INFINITY, self.positive_infinities))
    }
}

/// Picks at most `points` of the edges: the first, the last, and those nearest below evenly spaced thresholds and
/// counts in between.
fn thin(edges: &[(f64, u64)], points: usize) -> Vec<(f64, u64)> {
    let (Some(&(first, most)), Some(&(last, least))) = (edges.first(), edges.last()) else { return Vec::new() };
    if edges.len() <= points {
        return edges.to_vec();
    }
    let between = points - 2;
    let (even_values, even_counts) = (between - between / 2, between / 2);
    let mut chosen = vec![0, edges.len() - 1];
    for step in 1..=even_values {
        let share = step as f64 / (even_values + 1) as f64;
        // Weighted rather than as a difference, which could overflow.
        let threshold = first * (1.0 - share) + last * share;
        chosen.push(edges.partition_point(|edge| edge.0 <= threshold).saturating_sub(1));
    }
    for step in 1..=even_counts {
        let passed = u128::from(most - least) * step as u128 / (even_counts as u128 + 1);
        chosen.push(edges.partition_point(|edge| u128::from(most - edge.1) <= passed).saturating_sub(1));
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().map(|index| edges[index]).collect()
}

#[cfg(test)]
mod tests;
