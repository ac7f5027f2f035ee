//! Mean, variance and extremes of a stream of numbers, the same bits for any order and any split.
//!
//! Numbers go in, one a run; estimates come out. Sums and sums of squares are exact, and the variance is taken from
//! their exact difference, so that nothing cancels: this is why no running mean is kept, as Welford's method would.

use super::exact_sum::{ExactSum, block};
use super::extent::Extent;

/// Count, exact sums and extremes of finite numbers; 1.2 kB wide.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    count: u64,
    sum: ExactSum,
    squares: ExactSum,
    minimum: f64,
    maximum: f64,
}

impl Default for Moments {
    fn default() -> Moments {
        Moments {
            count: 0,
            sum: ExactSum::new(),
            squares: ExactSum::new(),
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
        }
    }
}

impl Moments {
    /// Of no numbers yet.
    pub fn new() -> Moments {
        Moments::default()
    }

    /// Counts a number. An infinite one makes the mean infinite and the variance unknown (NaN); a NaN is the
    /// caller's mistake.
    #[inline]
    pub fn add(&mut self, x: f64) {
        debug_assert!(!x.is_nan(), "a number that is not a number cannot be counted");
        // Negative zero becomes zero: which of the two is smaller would depend on order.
        let x = x + 0.0;
        self.count += 1;
        self.sum.add(x);
        self.squares.add_square(x);
        self.minimum = if x < self.minimum { x } else { self.minimum };
        self.maximum = if x > self.maximum { x } else { self.maximum };
    }

    /// Counts each of some numbers: the same as [`add`](Moments::add)ing them one by one, and faster, most of all where their
    /// extent is known.
    #[inline(always)]
    pub fn add_all(&mut self, numbers: &[f64], extent: Option<Extent>) {
        if let Some(extent) = extent {
            self.minimum = self.minimum.min(extent.minimum());
            self.maximum = self.maximum.max(extent.maximum());
            self.count += numbers.len() as u64;
            return block::add_within(&mut self.sum, &mut self.squares, numbers, extent);
        }
        let (mut minimum, mut maximum) = (self.minimum, self.maximum);
        for x in numbers {
            debug_assert!(!x.is_nan(), "a number that is not a number cannot be counted");
            let x = x + 0.0;
            minimum = if x < minimum { x } else { minimum };
            maximum = if x > maximum { x } else { maximum };
        }
        (self.minimum, self.maximum) = (minimum, maximum);
        self.count += numbers.len() as u64;
        block::add_all(&mut self.sum, &mut self.squares, numbers);
    }

    /// Counts all that another has counted.
    pub fn merge(&mut self, other: &Moments) {
        self.count += other.count;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
    }

    /// Appends everything as bytes, from which [`read`](Moments::read) makes it again: the same for the same numbers.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.count.to_le_bytes());
        out.extend(self.minimum.to_bits().to_le_bytes());
        out.extend(self.maximum.to_bits().to_le_bytes());
        self.sum.write(out);
        self.squares.write(out);
    }

    /// Takes moments off the beginning of some bytes; `None` if they are not there.
    pub fn read(bytes: &mut &[u8]) -> Option<Moments> {
        let mut word = || Some(u64::from_le_bytes(bytes.split_off(..8)?.try_into().ok()?));
        let (count, minimum, maximum) = (word()?, f64::from_bits(word()?), f64::from_bits(word()?));
        Some(Moments { count, minimum, maximum, sum: ExactSum::read(bytes)?, squares: ExactSum::read(bytes)? })
    }

    /// How many numbers were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum, rounded once.
    pub fn sum(&self) -> f64 {
        self.sum.value()
    }

    /// The smallest; `None` when nothing was counted.
    pub fn minimum(&self) -> Option<f64> {
        (self.count > 0).then_some(self.minimum)
    }

    /// The largest; `None` when nothing was counted.
    pub fn maximum(&self) -> Option<f64> {
        (self.count > 0).then_some(self.maximum)
    }

    /// The arithmetic mean, within an ulp and between the extremes; `None` when nothing was counted.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| (self.sum.value() / self.count as f64).clamp(self.minimum, self.maximum))
    }

    /// The sample variance (divided by n - 1), within a few ulps; `None` below two numbers.
    ///
    /// It is (n Σx² - (Σx)²) / (n (n - 1)), the difference being itself summed exactly from the leading 159 bits of
    /// both sums: equal numbers give exactly 0. Magnitudes must lie between 1e-140 and 1e140 for that (squares
    /// overflow or are cut off outside); 0 is fine.
    pub fn variance(&self) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let n = self.count as f64;
        let sum = self.sum.leading_parts();
        let mut difference = ExactSum::new();
        for part in self.squares.leading_parts() {
            difference.add_product(n, part);
        }
        for left in sum {
            for right in sum {
                difference.add_product(-left, right);
            }
        }
        let difference = difference.value();
        Some(if difference < 0.0 { 0.0 } else { difference / n / (n - 1.0) })
    }

    /// The square root of [`variance`](Moments::variance).
    pub fn standard_deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// The standard error of the mean, for independent numbers: √(variance / n). `None` below two numbers.
    pub fn standard_error(&self) -> Option<f64> {
        self.variance().map(|variance| (variance / self.count as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(numbers: &[f64]) -> Moments {
        let mut moments = Moments::new();
        numbers.iter().for_each(|&x| moments.add(x));
        moments
    }

    /// NIST Statistical Reference Datasets, univariate summary statistics, NumAcc1 to NumAcc4: certified values.
    #[test]
    fn nist_numerical_accuracy() {
        let alternating = |middle: f64, low: f64, high: f64| {
            let mut numbers = vec![middle];
            numbers.extend([low, high].repeat(500));
            numbers
        };
        for (name, numbers, mean, deviation, tolerance) in [
            ("NumAcc1", vec![10_000_001.0, 10_000_003.0, 10_000_002.0], 10_000_002.0, 1.0, 1e-15),
            ("NumAcc2", alternating(1.2, 1.1, 1.3), 1.2, 0.1, 1e-14),
            ("NumAcc3", alternating(1_000_000.2, 1_000_000.1, 1_000_000.3), 1_000_000.2, 0.1, 1e-8),
            // The data themselves, as doubles, are off by 1e-9, which is 1e-8 of the deviation.
            ("NumAcc4", alternating(10_000_000.2, 10_000_000.1, 10_000_000.3), 10_000_000.2, 0.1, 1e-8),
        ] {
            let moments = of(&numbers);
            let (found_mean, found) = (moments.mean().unwrap(), moments.standard_deviation().unwrap());
            assert!((found_mean / mean - 1.0).abs() <= 1e-15, "{name}: mean {found_mean}");
            assert!((found / deviation - 1.0).abs() <= tolerance, "{name}: deviation {found}");
            // The certified lag-1 autocorrelation, from exact sums of products.
            let products = |pairs: &mut dyn Iterator<Item = (f64, f64)>| {
                let mut sum = ExactSum::new();
                pairs.for_each(|(a, b)| sum.add_product(a - found_mean, b - found_mean));
                sum.value()
            };
            let lagged = products(&mut numbers.windows(2).map(|pair| (pair[0], pair[1])));
            let correlation = lagged / products(&mut numbers.iter().map(|&x| (x, x)));
            let certified = if numbers.len() == 3 { -0.5 } else { -0.999 };
            assert!((correlation - certified).abs() <= 1e-6, "{name}: autocorrelation {correlation}");
        }
    }

    #[test]
    fn equal_numbers_do_not_vary() {
        for x in [0.1, -1e9 / 3.0, 1e140, 1e-140, 0.0] {
            let moments = of(&vec![x; 1001]);
            assert_eq!((moments.mean(), moments.variance()), (Some(x), Some(0.0)), "{x}");
        }
    }

    #[test]
    fn few_numbers() {
        let none = Moments::new();
        assert_eq!((none.mean(), none.variance(), none.minimum(), none.maximum()), (None, None, None, None));
        let one = of(&[-3.0]);
        assert_eq!((one.mean(), one.variance(), one.standard_error()), (Some(-3.0), None, None));
        let two = of(&[1.0, 4.0]);
        assert_eq!((two.mean(), two.variance(), two.standard_error()), (Some(2.5), Some(4.5), Some(1.5)));
        assert_eq!((two.count(), two.sum(), two.minimum(), two.maximum()), (2, 5.0, Some(1.0), Some(4.0)));
    }

    #[test]
    fn an_infinite_number_is_not_hidden() {
        let moments = of(&[1.0, f64::INFINITY]);
        assert_eq!(moments.mean(), Some(f64::INFINITY));
        assert!(moments.variance().unwrap().is_nan());
    }

    #[test]
    fn zeros_of_both_signs_have_one_minimum() {
        let (left, right) = (of(&[0.0, -0.0]), of(&[-0.0, 0.0]));
        assert_eq!(left.minimum().unwrap().to_bits(), right.minimum().unwrap().to_bits());
    }

    proptest! {
        #[test]
        fn splits_and_orders_agree(numbers in proptest::collection::vec(-1e12_f64..1e12, 2..100), cut in 0_usize..100) {
            let whole = of(&numbers);
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let mut parts = of(right);
            parts.merge(&of(left));
            let backwards: Vec<f64> = numbers.iter().rev().copied().collect();
            for other in [parts, of(&backwards)] {
                prop_assert_eq!(&other, &whole);
                prop_assert_eq!(other.mean().map(f64::to_bits), whole.mean().map(f64::to_bits));
                prop_assert_eq!(other.variance().map(f64::to_bits), whole.variance().map(f64::to_bits));
            }
        }

        /// Blocks of like numbers, of unlike ones, with zeros of both signs and infinities, at any cut.
        #[test]
        fn all_at_once_is_one_by_one(
            mantissas in proptest::collection::vec(-2.0_f64..2.0, 1..300),
            scale in -500_i32..500,
            spread in 0_i32..40,
            every in 2_usize..50,
            cut in 0_usize..300,
            end in 0_usize..4,
        ) {
            let mut numbers: Vec<f64> = mantissas.iter().enumerate().map(|(index, mantissa)| {
                let place = if spread == 0 { scale } else { scale + index as i32 * 7 % spread };
                if index % every == 0 { mantissa * 0.0 } else { libm::scalbn(*mantissa, place) }
            }).collect();
            numbers.extend(&[f64::INFINITY, f64::NEG_INFINITY, 5e-324][..end]);
            let (left, right) = numbers.split_at(cut.min(numbers.len()));
            let mut blocks = Moments::new();
            blocks.add_all(left, None);
            blocks.add_all(right, Extent::of(right));
            let whole = of(&numbers);
            prop_assert_eq!(&blocks, &whole);
            prop_assert_eq!(blocks.minimum().map(f64::to_bits), whole.minimum().map(f64::to_bits));
            prop_assert_eq!(blocks.maximum().map(f64::to_bits), whole.maximum().map(f64::to_bits));
        }

        /// Against integer arithmetic: (n Σx² - (Σx)²) / (n (n - 1)).
        #[test]
        fn variance_as_integers_have_it(numbers in proptest::collection::vec(-(1_i64 << 40)..1 << 40, 2..60)) {
            let (mut sum, mut squares) = (0_i128, 0_i128);
            for &number in &numbers {
                sum += i128::from(number);
                squares += i128::from(number).pow(2);
            }
            let n = numbers.len() as i128;
            let expected = (n * squares - sum * sum) as f64 / (n * (n - 1)) as f64;
            let floats: Vec<f64> = numbers.iter().map(|&number| number as f64).collect();
            let found = of(&floats).variance().unwrap();
            prop_assert!((found - expected).abs() <= 4.0 * f64::EPSILON * expected, "{found} {expected}");
        }
    }
}
