//! Differences of two shares, or of two means, of the same runs.
//!
//! In: counts of the runs that only one of two alternatives hit, or moments of the differences. Out: intervals, and by how
//! much sharing the luck has narrowed them. Does not know what the alternatives are.

use super::moments::Moments;
use super::sequence::{Precision, Sequence};

/// How often two alternatives agreed on one event in the same runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    pub runs: u64,
    /// Hit by both.
    pub both: u64,
    pub first_only: u64,
    pub second_only: u64,
}

impl Pairs {
    /// Share of the second less share of the first.
    pub fn difference(&self) -> f64 {
        (self.second_only as f64 - self.first_only as f64) / self.runs.max(1) as f64
    }

    /// The interval of the difference (low, high) at the standard normal quantile `z` > 0 of the confidence wanted; (-1, 1)
    /// without runs.
    ///
    /// The score interval of T. Tango, "Equivalence test and confidence interval for the difference in proportions for the
    /// paired-sample design", Statistics in Medicine 17 (1998): Wilson's for pairs. It still says something where the
    /// alternatives never differed: ± z² / (n + z²). Exchanging the alternatives turns its sign exactly.
    pub fn interval(&self, z: f64) -> (f64, f64) {
        if self.runs == 0 {
            return (-1.0, 1.0);
        }
        let exchanged = Pairs { first_only: self.second_only, second_only: self.first_only, ..*self };
        (-exchanged.high(z), self.high(z))
    }

    /// The greatest difference whose score is at least -z, by bisection.
    fn high(&self, z: f64) -> f64 {
        let (mut inside, mut outside) = (self.difference(), 1.0);
        loop {
            let middle = inside + (outside - inside) / 2.0;
            if middle == inside || middle == outside {
                return outside;
            }
            if self.score(middle) < -z { outside = middle } else { inside = middle }
        }
    }

    /// How many standard errors, as they are if `difference` is true, the difference seen lies above it.
    fn score(&self, difference: f64) -> f64 {
        let (n, more, less) = (self.runs as f64, self.second_only as f64, self.first_only as f64);
        // The likeliest share of runs that only the first hits, given the difference: a root of a quadratic.
        let a = 2.0 * n;
        let b = -(more + less) + (2.0 * n - more + less) * difference;
        let c = -less * difference * (1.0 - difference);
        let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
        let likeliest = if b <= 0.0 { (root - b) / (2.0 * a) } else { -2.0 * c / (root + b) };
        let variance = n * (2.0 * likeliest + difference * (1.0 - difference));
        let gap = more - less - n * difference;
        if gap == 0.0 { 0.0 } else { gap / variance.max(0.0).sqrt() }
    }

    /// The interval of the difference at any number of runs: from those of the two kinds of runs in which the
    /// alternatives differ. Wider than need be by up to two fifths; `sequence` is of both kinds, for every difference told.
    pub fn anytime_interval(&self, sequence: &Sequence) -> (f64, f64) {
        let more = sequence.interval(self.second_only, self.runs);
        let less = sequence.interval(self.first_only, self.runs);
        (more.0 - less.1, more.1 - less.0)
    }

    /// How much greater the variance of the difference would be if the alternatives did not share their luck; `None` where
    /// they never differed.
    pub fn reduction(&self) -> Option<f64> {
        let n = self.runs.max(1) as f64;
        let variance = |hits: u64| hits as f64 / n * (1.0 - hits as f64 / n);
        let apart = variance(self.both + self.first_only) + variance(self.both + self.second_only);
        let together = (self.first_only + self.second_only) as f64 / n - self.difference() * self.difference();
        (together > 0.0).then(|| apart / together)
    }

    /// The covariance of the two events.
    pub fn covariance(&self) -> f64 {
        let share = |count: u64| count as f64 / self.runs.max(1) as f64;
        share(self.both) - share(self.both + self.first_only) * share(self.both + self.second_only)
    }
}

/// Intervals of so many differences of shares, each to be known to `half_width`, that hold together at any number of runs.
pub fn sequence(half_width: f64, confidence: f64, differences: usize) -> Sequence {
    // Each difference is told from two shares, and gets the arms of both.
    Sequence::new(Precision::Absolute(half_width / 2.0), confidence, 2 * differences)
}

/// By how much sharing the luck has lowered the variance of a difference of means; `None` where the difference is the same in
/// every run, or below two runs.
pub fn reduction(first: &Moments, second: &Moments, difference: &Moments) -> Option<f64> {
    let together = difference.variance()?;
    (together > 0.0).then_some((first.variance()? + second.variance()?) / together)
}

/// The covariance of two numbers a run, from the variances of both and of their difference; 0 below two runs.
pub fn covariance(first: &Moments, second: &Moments, difference: &Moments) -> f64 {
    let variance = |moments: &Moments| moments.variance().unwrap_or(0.0);
    (variance(first) + variance(second) - variance(difference)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::super::interval::Z_95;
    use super::*;
    use proptest::prelude::*;

    fn pairs(runs: u64, both: u64, first_only: u64, second_only: u64) -> Pairs {
        Pairs { runs, both, first_only, second_only }
    }

    /// The quartic whose real roots in range are the ends: Z. Yang, X. Sun, J. W. Hardin, "A non-iterative implementation of
    /// Tango's score confidence interval for a paired difference of proportions", Statistics in Medicine 32 (2013).
    fn quartic(pairs: &Pairs, x: f64) -> f64 {
        let (n, b, c, g) = (pairs.runs as f64, pairs.second_only as f64, pairs.first_only as f64, Z_95 * Z_95);
        let d = b - c;
        let m0 = n * n * (n / g + 1.0) * (n / g + 1.0);
        let m1 = -n * d * (n / g + 1.0) * (4.0 * n / g + 1.0);
        let m2 = 2.0 * n * d * d * (3.0 * n / g + 2.0) / g - n * n * ((b + c) / g + 1.0);
        let m3 = n * d * (2.0 * (b + c) / g + 1.0) - d * d * d * (4.0 * n / g + 1.0) / g;
        let m4 = d * d * (d * d / g - (b + c)) / g;
        let terms = [m0 * x * x * x * x, m1 * x * x * x, m2 * x * x, m3 * x, m4];
        terms.iter().sum::<f64>() / terms.iter().map(|term| term.abs()).fold(1e-300, f64::max)
    }

    #[test]
    fn the_ends_are_roots_of_the_published_quartic() {
        for (runs, first_only, second_only) in
            [(44, 1, 0), (50, 7, 2), (20, 0, 9), (1000, 40, 31), (4096, 3, 0), (100, 60, 2)]
        {
            let pairs = pairs(runs, 0, first_only, second_only);
            let (low, high) = pairs.interval(Z_95);
            for end in [low, high] {
                assert!(quartic(&pairs, end).abs() < 1e-9, "{pairs:?}: {end} leaves {}", quartic(&pairs, end));
            }
            assert!(low < pairs.difference() && pairs.difference() < high);
        }
    }

    #[test]
    fn alternatives_that_never_differed_may_still_differ() {
        for runs in [10, 4096, 1_000_000] {
            let (low, high) = pairs(runs, runs / 2, 0, 0).interval(Z_95);
            let bound = Z_95 * Z_95 / (runs as f64 + Z_95 * Z_95);
            assert!((high / bound - 1.0).abs() < 1e-9 && low == -high, "{low} {high} {bound}");
        }
        assert_eq!(pairs(0, 0, 0, 0).interval(Z_95), (-1.0, 1.0));
        assert_eq!(pairs(10, 10, 0, 0).reduction(), None);
    }

    #[test]
    fn shared_luck_narrows() {
        // Both hit 30 %, differing in 2 % of the runs.
        let shared = pairs(1000, 290, 10, 10);
        assert!((shared.reduction().unwrap() - 0.42 / 0.02).abs() < 1e-12);
        // Independent: 9 %, 21 %, 21 %, 49 %.
        assert!((pairs(10_000, 900, 2100, 2100).reduction().unwrap() - 1.0).abs() < 1e-12);
        let moments = |numbers: [f64; 4]| {
            let mut moments = Moments::new();
            numbers.iter().for_each(|&x| moments.add(x));
            moments
        };
        let (a, b, d) = (moments([0.0, 1.0, 2.0, 3.0]), moments([1.0, 2.0, 3.0, 5.0]), moments([1.0, 1.0, 1.0, 2.0]));
        assert!((covariance(&a, &b, &d) - 13.0 / 6.0).abs() < 1e-12);
        assert!((reduction(&a, &b, &d).unwrap() - (5.0 / 3.0 + 35.0 / 12.0) / 0.25).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn exchanging_turns_the_sign(runs in 1_u64..1_000_000, first in 0.0..0.5, second in 0.0..0.5) {
            let of = |share: f64| (runs as f64 * share) as u64;
            let (a, b) = (pairs(runs, 0, of(first), of(second)), pairs(runs, 0, of(second), of(first)));
            prop_assert_eq!(a.difference(), -b.difference());
            let ((low, high), (other_low, other_high)) = (a.interval(Z_95), b.interval(Z_95));
            prop_assert_eq!((low, high), (-other_high, -other_low));
            prop_assert!(-1.0 <= low && low <= a.difference() && a.difference() <= high && high <= 1.0);
        }
    }
}
