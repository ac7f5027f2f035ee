//! A sum of doubles without rounding until it is asked for.
//!
//! In: finite or infinite doubles, in any order and split. Out: the correctly rounded sum. The method is the small
//! superaccumulator of Neal, "Fast exact summation using small and large superaccumulators" (2015): one signed 64-bit
//! limb for each 32 bits of the range of a double, with carries put off.

/// Limbs for exponents −1074 … 1023 and 53 bits above, and room for carries.
const LIMBS: usize = 67;
/// Additions after which carries must be settled; each moves a limb by less than 2³².
const CARRY_AFTER: u32 = 1 << 30;
const LOW_32: u64 = 0xffff_ffff;

#[derive(Clone, Debug)]
pub struct ExactSum {
    limbs: Box<[i64; LIMBS]>,
    since_carry: u32,
    /// Sum of everything infinite or not a number.
    special: f64,
}

impl Default for ExactSum {
    fn default() -> Self {
        ExactSum { limbs: Box::new([0; LIMBS]), since_carry: 0, special: 0.0 }
    }
}

/// Equal sums, whatever they were made of.
impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        let (mut mine, mut theirs) = (self.clone(), other.clone());
        mine.carry();
        theirs.carry();
        mine.limbs == theirs.limbs && mine.special.to_bits() == theirs.special.to_bits()
    }
}

impl ExactSum {
    #[inline]
    pub fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let exponent = (bits >> 52) & 0x7ff;
        if exponent == 0x7ff {
            self.special += x;
            return;
        }
        let implicit = u64::from(exponent != 0) << 52;
        let mantissa = (bits & ((1 << 52) - 1)) | implicit;
        // In units of 2^−1074, the least double.
        let shift = exponent.saturating_sub(1);
        let (limb, offset) = ((shift >> 5) as usize, (shift & 31) as u32);
        let wide = u128::from(mantissa) << offset;
        let parts = [wide as u64 & LOW_32, (wide >> 32) as u64 & LOW_32, (wide >> 64) as u64];
        let sign = 1 - 2 * (bits >> 63) as i64;
        for (limb, part) in self.limbs[limb..limb + 3].iter_mut().zip(parts) {
            *limb += sign * part as i64;
        }
        self.since_carry += 1;
        if self.since_carry >= CARRY_AFTER {
            self.carry();
        }
    }

    /// Adds x², exactly (unless it under- or overflows a double).
    #[inline]
    pub fn add_square(&mut self, x: f64) {
        let square = x * x;
        self.add(square);
        if square.is_finite() {
            self.add(x.mul_add(x, -square));
        }
    }

    pub fn merge(&mut self, other: &ExactSum) {
        let mut theirs = other.clone();
        theirs.carry();
        self.carry();
        for (mine, theirs) in self.limbs.iter_mut().zip(theirs.limbs.iter()) {
            *mine += theirs;
        }
        self.special += other.special;
        self.carry();
    }

    /// Brings every limb but the last into 0 … 2³² − 1: a form that only the sum determines.
    fn carry(&mut self) {
        let mut carry = 0;
        let (last, rest) = self.limbs.split_last_mut().expect("there are limbs");
        for limb in rest {
            let value = *limb + carry;
            carry = value >> 32;
            *limb = value & LOW_32 as i64;
        }
        *last += carry;
        self.since_carry = 0;
    }

    /// The sum, rounded once, to the nearest double and half to even.
    pub fn value(&self) -> f64 {
        if self.special != 0.0 {
            return self.special;
        }
        let mut sum = self.clone();
        sum.carry();
        let negative = sum.limbs[LIMBS - 1] < 0;
        if negative {
            sum.limbs.iter_mut().for_each(|limb| *limb = -*limb);
            sum.carry();
        }
        let magnitude = rounded(&sum.limbs);
        if negative { -magnitude } else { magnitude }
    }
}

/// A non-negative sum in carried form as a double.
fn rounded(limbs: &[i64; LIMBS]) -> f64 {
    let Some(top) = limbs.iter().rposition(|&limb| limb != 0) else { return 0.0 };
    let bit = |position: usize| -> u64 { (limbs[position / 32] as u64 >> (position % 32)) & 1 };
    let highest = top * 32 + (63 - (limbs[top] as u64).leading_zeros() as usize);
    if highest <= 52 {
        // A double below 2^−1021 is its own bit pattern.
        return f64::from_bits(limbs[0] as u64 | ((limbs[1] as u64) << 32));
    }
    let lowest = highest - 52;
    let mut mantissa = 0_u64;
    for position in (lowest..=highest).rev() {
        // The last limb holds more than 32 bits, which `bit` does not reach; it is beyond the range of doubles.
        mantissa = (mantissa << 1) | if position / 32 >= LIMBS { 0 } else { bit(position) };
    }
    let half = bit(lowest - 1) == 1;
    let below = (0..(lowest - 1) / 32).any(|limb| limbs[limb] != 0)
        || (limbs[(lowest - 1) / 32] as u64 & ((1 << ((lowest - 1) % 32)) - 1)) != 0;
    if half && (below || mantissa & 1 == 1) {
        mantissa += 1;
    }
    if lowest >= 2046 {
        return f64::INFINITY;
    }
    // The implicit bit and a carry out of the mantissa both land in the exponent, where they belong.
    f64::from_bits(((lowest as u64) << 52) + mantissa)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        values.iter().for_each(|&x| sum.add(x));
        sum.value()
    }

    #[test]
    fn rounds_once() {
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[0.1]), 0.1);
        assert_eq!(sum(&[-0.1]), -0.1);
        assert_eq!(sum(&[1e308, 1e-308, -1e308]), 1e-308);
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert_eq!(sum(&[5e-324, 5e-324]), 1e-323);
        assert_eq!(sum(&[2.0_f64.powi(53), 1.0]), 2.0_f64.powi(53));
        assert_eq!(sum(&[2.0_f64.powi(53), 1.0, 5e-324]), 2.0_f64.powi(53) + 2.0);
        assert_eq!(sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
        assert_eq!(sum(&[0.1; 10]), 1.0);
    }

    /// Shewchuk's algorithm in the form of Python's `fsum`, as an independent oracle.
    fn fsum(values: &[f64]) -> f64 {
        let mut partials: Vec<f64> = Vec::new();
        for &value in values {
            let mut x = value;
            let mut kept = Vec::new();
            for &y in &partials {
                let (big, small) = if x.abs() >= y.abs() { (x, y) } else { (y, x) };
                let hi = big + small;
                let lo = small - (hi - big);
                if lo != 0.0 {
                    kept.push(lo);
                }
                x = hi;
            }
            kept.push(x);
            partials = kept;
        }
        let mut n = partials.len();
        let Some(mut hi) = partials.last().copied() else { return 0.0 };
        n -= 1;
        let mut lo = 0.0;
        while n > 0 {
            let x = hi;
            n -= 1;
            let y = partials[n];
            hi = x + y;
            lo = y - (hi - x);
            if lo != 0.0 {
                break;
            }
        }
        if n > 0 && ((lo < 0.0 && partials[n - 1] < 0.0) || (lo > 0.0 && partials[n - 1] > 0.0)) {
            let y = lo * 2.0;
            let x = hi + y;
            if y == x - hi {
                hi = x;
            }
        }
        hi
    }

    proptest! {
        #[test]
        fn agrees_with_shewchuk(values in prop::collection::vec(-1e30..1e30_f64, 0..60)) {
            prop_assert_eq!(sum(&values).to_bits(), (fsum(&values) + 0.0).to_bits());
        }

        #[test]
        fn any_split_and_order_gives_the_same_bits(
            values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL, 1..60),
            cut in 0_usize..60,
        ) {
            let whole = sum(&values);
            let (left, right) = values.split_at(cut.min(values.len()));
            let (mut a, mut b) = (ExactSum::default(), ExactSum::default());
            left.iter().rev().for_each(|&x| a.add(x));
            right.iter().for_each(|&x| b.add(x));
            b.merge(&a);
            prop_assert_eq!(whole.to_bits(), b.value().to_bits());
            let mut all = ExactSum::default();
            values.iter().rev().for_each(|&x| all.add(x));
            prop_assert_eq!(all, b);
        }
    }
}
