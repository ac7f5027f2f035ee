//! Adds many numbers, and their squares, at once.
//!
//! In: numbers of like size. Out: the same sums as adding them one by one, which are exact and so do not know the order. Where
//! all magnitudes lie within nine doublings, as those of one quantity of a model do, the mantissas are moved to one scale,
//! added up as integers in registers, and reach the digits once a block: a quarter of the time of one by one.

use super::super::extent::Extent;
use super::{DIGIT_MASK, ExactSum, UNIT_PLACE};

/// Numbers added in one go: 2^6, so that the squares of as many mantissas of 61 bits fit into 128 bits.
const BLOCK: usize = 64;

/// Exponents further apart than this are not brought to one scale: 53 bits of mantissa and these make 61.
const SPREAD: u64 = 8;

/// Exponents, as they stand in a double, whose squares are neither cut off nor overflow.
const MODERATE: std::ops::RangeInclusive<u64> = 600..=1400;

/// Adds each number to `sum` and its square to `squares`.
pub(in crate::stats) fn add_all(sum: &mut ExactSum, squares: &mut ExactSum, numbers: &[f64]) {
    for block in numbers.chunks(BLOCK) {
        if !add_scaled(sum, squares, block) {
            for &x in block {
                sum.add(x);
                squares.add_square(x);
            }
        }
    }
}

/// The same for numbers of this extent.
#[inline(always)]
pub(in crate::stats) fn add_within(sum: &mut ExactSum, squares: &mut ExactSum, numbers: &[f64], extent: Extent) {
    let exponent = |bits: u64| bits >> 52;
    let high = exponent(extent.high);
    // The few that are smaller than the others by far are added one by one.
    let low = exponent(extent.low).max(high.saturating_sub(SPREAD));
    if !MODERATE.contains(&low) {
        return add_all(sum, squares, numbers);
    }
    if exponent(extent.low) < low {
        for &x in numbers.iter().filter(|x| **x > 0.0 && exponent(x.to_bits()) < low) {
            sum.add(x);
            squares.add_square(x);
        }
    }
    for block in numbers.chunks(BLOCK) {
        let (mut total, mut total_of_squares) = (0_u128, 0_u128);
        for x in block {
            let bits = x.to_bits();
            // A zero, or what has been added already, is nothing here.
            let counts = if exponent(bits) >= low { u64::MAX } else { 0 };
            let mantissa = (bits & ((1 << 52) - 1) | 1 << 52) << (exponent(bits).wrapping_sub(low) & 63) & counts;
            total += u128::from(mantissa);
            total_of_squares += u128::from(mantissa) * u128::from(mantissa);
        }
        let place = low as usize - 1;
        sum.add_integer(total, place, false);
        squares.add_integer(total_of_squares, 2 * place - UNIT_PLACE as usize, false);
    }
}

/// Adds a block by way of integers, if its numbers are of like size; gives whether they were.
fn add_scaled(sum: &mut ExactSum, squares: &mut ExactSum, block: &[f64]) -> bool {
    let exponent = |x: f64| (x.to_bits() >> 52) & 0x7ff;
    let (mut low, mut high) = (u64::MAX, 0);
    for &x in block {
        // Zeros have no size, and add nothing.
        low = low.min(if x == 0.0 { u64::MAX } else { exponent(x) });
        high = high.max(exponent(x));
    }
    if low == u64::MAX {
        return true;
    }
    if !MODERATE.contains(&low) || high - low > SPREAD {
        return false;
    }
    let (mut total, mut total_of_squares) = (0_i128, 0_u128);
    for &x in block {
        let bits = x.to_bits();
        let mantissa = if x == 0.0 { 0 } else { (bits & ((1 << 52) - 1) | 1 << 52) << (exponent(x) - low) };
        let sign = bits as i64 >> 63;
        total += i128::from((mantissa as i64 ^ sign) - sign);
        total_of_squares += u128::from(mantissa) * u128::from(mantissa);
    }
    let place = low as usize - 1;
    sum.add_integer(total.unsigned_abs(), place, total < 0);
    squares.add_integer(total_of_squares, 2 * place - UNIT_PLACE as usize, false);
    true
}

impl ExactSum {
    /// Adds ± magnitude · 2^(place - 1074), which must be well within the range of a double.
    #[inline(always)]
    fn add_integer(&mut self, magnitude: u128, place: usize, negative: bool) {
        let (first, shift) = (place >> 5, place & 31);
        let (lower, upper) = (u128::from(magnitude as u64) << shift, (magnitude >> 64) << shift);
        let digit = |word: u128, number: u32| (word >> (32 * number)) as i64 & DIGIT_MASK;
        let parts =
            [digit(lower, 0), digit(lower, 1), digit(lower, 2) + digit(upper, 0), digit(upper, 1), digit(upper, 2)];
        for (digit, part) in self.digits[first..first + parts.len()].iter_mut().zip(parts) {
            *digit += if negative { -part } else { part };
        }
        self.count_one();
    }
}
