//! Quantiles of many numbers in little room: integer counts in bins of equal relative width.
//!
//! In: numbers, in any order and split. Out: quantiles within [`RELATIVE_ERROR`], and exact counts above thresholds that lie
//! between bins. The bin of a number is the number rounded to seven significant bits, read off its bit pattern: there is
//! no logarithm, so every platform fills the same bins, and integers up to 128 are bins of their own. The idea is that of
//! DDSketch (Masson, Rim and Lee, VLDB 2019) with the bins of an HDR histogram.

/// Bits of the fraction that a bin drops.
const DROPPED: u32 = 46;
const HALF_BIN: u64 = 1 << (DROPPED - 1);
/// No quantile is further from a number of that rank than this, relative to the number.
pub const RELATIVE_ERROR: f64 = 1.0 / 128.0;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    negative: Bins,
    zeros: u64,
    positive: Bins,
    extremes: Option<(f64, f64)>,
}

/// Counts of magnitudes, from bin `first` on.
#[derive(Clone, Debug, Default)]
struct Bins {
    first: usize,
    counts: Vec<u64>,
    total: u64,
}

/// Equal counts in every bin, however wide the windows.
impl PartialEq for Bins {
    fn eq(&self, other: &Self) -> bool {
        self.total == other.total && self.filled().eq(other.filled())
    }
}

impl Bins {
    fn of(magnitude: f64) -> usize {
        ((magnitude.to_bits() + HALF_BIN) >> DROPPED) as usize
    }

    /// The number that stands for a bin.
    fn centre(bin: usize) -> f64 {
        f64::from_bits((bin as u64) << DROPPED)
    }

    /// The least magnitude in a bin.
    fn lower_edge(bin: usize) -> f64 {
        f64::from_bits(((bin as u64) << DROPPED).saturating_sub(HALF_BIN))
    }

    #[inline]
    fn add(&mut self, bin: usize, count: u64) {
        self.total += count;
        match bin.checked_sub(self.first).and_then(|at| self.counts.get_mut(at)) {
            Some(slot) => *slot += count,
            None => self.widen_and_add(bin, count),
        }
    }

    fn widen_and_add(&mut self, bin: usize, count: u64) {
        if self.counts.is_empty() {
            self.first = bin;
        }
        if bin < self.first {
            let more = self.first - bin;
            self.counts.splice(0..0, std::iter::repeat_n(0, more));
            self.first = bin;
        }
        let at = bin - self.first;
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += count;
    }

    fn merge(&mut self, other: &Bins) {
        for (bin, count) in other.filled() {
            self.add(bin, count);
        }
    }

    /// Bins with something in them, ascending.
    fn filled(&self) -> impl DoubleEndedIterator<Item = (usize, u64)> + '_ {
        self.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| (self.first + at, *count))
    }
}

impl Sketch {
    /// Adds a number that is not NaN.
    #[inline]
    pub fn add(&mut self, x: f64) {
        debug_assert!(!x.is_nan(), "NaN has no rank");
        if x > 0.0 {
            self.positive.add(Bins::of(x), 1);
        } else if x < 0.0 {
            self.negative.add(Bins::of(-x), 1);
        } else {
            self.zeros += 1;
        }
        self.extremes = Some(self.extremes.map_or((x, x), |(low, high)| (low.min(x), high.max(x))));
    }

    pub fn merge(&mut self, other: &Sketch) {
        self.negative.merge(&other.negative);
        self.positive.merge(&other.positive);
        self.zeros += other.zeros;
        self.extremes = match (self.extremes, other.extremes) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (mine, theirs) => mine.or(theirs),
        };
    }

    pub fn count(&self) -> u64 {
        self.negative.total + self.zeros + self.positive.total
    }

    /// The number of rank ⌈p·n⌉ (at least 1), within [`RELATIVE_ERROR`]; exact at p = 0 and 1. 0 of no numbers.
    pub fn quantile(&self, p: f64) -> f64 {
        let Some((minimum, maximum)) = self.extremes else { return 0.0 };
        if p <= 0.0 {
            return minimum;
        }
        if p >= 1.0 {
            return maximum;
        }
        let rank = ((p * self.count() as f64).ceil() as u64).max(1);
        let mut seen = 0;
        for (value, count) in self.ascending() {
            seen += count;
            if seen >= rank {
                return value.clamp(minimum, maximum);
            }
        }
        maximum
    }

    /// (standing for the bin, count), ascending.
    fn ascending(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        let negative = self.negative.filled().rev().map(|(bin, count)| (-Bins::centre(bin), count));
        let zeros = (self.zeros > 0).then_some((0.0, self.zeros));
        let positive = self.positive.filled().map(|(bin, count)| (Bins::centre(bin), count));
        negative.chain(zeros).chain(positive)
    }

    /// About `points` thresholds over the range of the positive numbers, ascending, each with how many numbers are at
    /// or above it: exact counts, since every threshold lies between two bins. The first is 0 if no number is negative.
    pub fn exceedance(&self, points: usize) -> Vec<(f64, u64)> {
        let mut curve = Vec::new();
        if self.extremes.is_some() && self.negative.total == 0 {
            curve.push((0.0, self.count()));
        }
        let Some(first) = self.positive.filled().next().map(|(bin, _)| bin) else { return curve };
        let last = self.positive.filled().next_back().map_or(first, |(bin, _)| bin);
        let (low, high) = (Bins::lower_edge(first), Bins::lower_edge(last));
        let mut bins: Vec<usize> = (0..points.max(2))
            .map(|i| {
                // Equal distances in value, so that the curve has its points where an axis has them.
                let wanted = low + (high - low) * i as f64 / (points.max(2) - 1) as f64;
                Bins::of(wanted).clamp(first, last)
            })
            .collect();
        bins.dedup();
        for bin in bins {
            let above = self.positive.filled().filter(|(other, _)| *other >= bin).map(|(_, count)| count).sum();
            curve.push((Bins::lower_edge(bin), above));
        }
        curve
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        values.iter().for_each(|&x| sketch.add(x));
        sketch
    }

    #[test]
    fn small_integers_are_exact() {
        let values: Vec<f64> = (-128..=128).map(f64::from).collect();
        let sketch = of(&values);
        for (i, &value) in values.iter().enumerate() {
            assert_eq!(sketch.quantile((i as f64 + 0.5) / values.len() as f64), value);
        }
    }

    #[test]
    fn nothing_and_one_are_no_trouble() {
        assert_eq!(Sketch::default().quantile(0.5), 0.0);
        assert!(Sketch::default().exceedance(5).is_empty());
        assert_eq!(of(&[0.3]).quantile(0.5), 0.3);
        assert_eq!(of(&[0.0]).exceedance(5), vec![(0.0, 1)]);
    }

    proptest! {
        #[test]
        fn quantiles_are_within_the_stated_error(
            mut values in prop::collection::vec(-1e6..1e6_f64, 1..200), p in 0.0..1.0_f64,
        ) {
            let sketch = of(&values);
            values.sort_by(f64::total_cmp);
            let rank = ((p * values.len() as f64).ceil() as usize).max(1);
            let exact = values[rank - 1];
            prop_assert!((sketch.quantile(p) - exact).abs() <= RELATIVE_ERROR * exact.abs());
        }

        #[test]
        fn any_split_gives_the_same_counts(values in prop::collection::vec(-1e9..1e9_f64, 1..200), cut in 0_usize..200) {
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = of(right);
            merged.merge(&of(left));
            prop_assert_eq!(merged, of(&values));
        }

        #[test]
        fn exceedance_counts_are_exact(values in prop::collection::vec(0.0..1e4_f64, 1..200)) {
            for (threshold, above) in of(&values).exceedance(12) {
                prop_assert_eq!(above, values.iter().filter(|&&x| x >= threshold).count() as u64);
            }
        }
    }
}
