//! Count, mean, variance, least and greatest of many numbers, exact until they are asked for.
//!
//! In: numbers, in any order and split. Out: the same bits each time. The variance is computed from exact sums of the
//! numbers and of their squares in double-double arithmetic, so that it survives a mean far from zero.

use super::exact_sum::ExactSum;

#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    count: u64,
    sum: ExactSum,
    squares: ExactSum,
    minimum: f64,
    maximum: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Moments {
            count: 0,
            sum: ExactSum::default(),
            squares: ExactSum::default(),
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
        }
    }
}

impl Moments {
    #[inline]
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        self.sum.add(x);
        self.squares.add_square(x);
        self.minimum = self.minimum.min(x);
        self.maximum = self.maximum.max(x);
    }

    pub fn merge(&mut self, other: &Moments) {
        if other.count == 0 {
            return;
        }
        self.count += other.count;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// 0 of no numbers.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum.value() / self.count as f64 }
    }

    /// The unbiased variance, with divisor n − 1; 0 of fewer than two numbers.
    pub fn variance(&self) -> f64 {
        if self.count < 2 || self.minimum == self.maximum {
            return 0.0;
        }
        let n = self.count as f64;
        let (s, s_rest) = two_parts(&self.sum);
        let (q, q_rest) = two_parts(&self.squares);
        // s²/n as a head and a tail.
        let square = s * s;
        let square_rest = s.mul_add(s, -square) + 2.0 * s * s_rest;
        let head = square / n;
        let tail = ((-head).mul_add(n, square) + square_rest) / n;
        let about_mean = (q - head) + (q_rest - tail);
        (about_mean / (n - 1.0)).max(0.0)
    }

    pub fn standard_deviation(&self) -> f64 {
        self.variance().sqrt()
    }

    /// Of the mean.
    pub fn standard_error(&self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.variance() / self.count as f64).sqrt() }
    }

    /// 0 of no numbers.
    pub fn minimum(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.minimum }
    }

    /// 0 of no numbers.
    pub fn maximum(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.maximum }
    }
}

/// A sum as the nearest double and the nearest double to the rest.
fn two_parts(sum: &ExactSum) -> (f64, f64) {
    let head = sum.value();
    let mut rest = sum.clone();
    rest.add(-head);
    (head, rest.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = f64>) -> Moments {
        let mut moments = Moments::default();
        values.into_iter().for_each(|x| moments.add(x));
        moments
    }

    /// The data and certified values of NIST StRD, univariate, NumAcc1 to NumAcc4.
    #[test]
    fn survives_means_far_from_zero() {
        let one = of([10_000_001.0, 10_000_003.0, 10_000_002.0]);
        assert_eq!((one.mean(), one.standard_deviation()), (10_000_002.0, 1.0));
        let alternating = |centre: f64| {
            let pairs = (0..500).flat_map(move |_| [centre - 0.1, centre + 0.1]);
            of(std::iter::once(centre).chain(pairs))
        };
        for (centre, digits) in [(1.2, 1e-13), (1_000_000.2, 1e-9), (10_000_000.2, 1e-8)] {
            let moments = alternating(centre);
            assert!((moments.mean() - centre).abs() <= 1e-15 * centre, "mean at {centre}");
            let off = (moments.standard_deviation() - 0.1).abs();
            assert!(off < digits, "standard deviation at {centre} is off by {off}");
        }
    }

    #[test]
    fn few_numbers_are_no_trouble() {
        assert_eq!((of([]).mean(), of([]).variance(), of([]).standard_error()), (0.0, 0.0, 0.0));
        assert_eq!((of([3.0]).mean(), of([3.0]).variance()), (3.0, 0.0));
        assert_eq!(of([0.1; 7]).variance(), 0.0);
    }

    #[test]
    fn merging_is_adding() {
        let values: Vec<f64> = (0..1000).map(|i| libm::sin(f64::from(i)) * 1e5).collect();
        let whole = of(values.iter().copied());
        for cut in [0, 1, 500, 999, 1000] {
            let mut left = of(values[..cut].iter().copied());
            left.merge(&of(values[cut..].iter().copied()));
            assert_eq!(left, whole);
            assert_eq!(left.variance().to_bits(), whole.variance().to_bits());
        }
    }
}
