//! Sums of doubles without rounding, so that the result depends neither on order nor on how the work was split.
//!
//! Doubles (or products of two) go in; the sum comes out, rounded once, to nearest with ties to even. The method is
//! the small superaccumulator of R. M. Neal, "Fast exact summation using small and large superaccumulators",
//! arXiv:1505.05571 (2015): a fixed-point number that is wide enough for every double, in overlapping digits whose
//! carries are settled only once in a while. Products are added as integers, so no fused multiply-add is needed.
//!
//! Does not know what is being summed, nor how many.

pub(super) mod block;

/// Digits of 32 bits, each in an `i64`: 67 of them reach from 2^-1074, the smallest double, to 2^1070; the last one
/// takes what is above, and the sign.
const DIGITS: usize = 68;

/// Additions between two settlements of the carries. One addition changes a digit by less than 2^52 + 2^34, so that
/// two unsettled accumulators can be added digit by digit without overflow: 2 · 512 · (2^52 + 2^34) + 2^33 < 2^63.
const LIMIT: u32 = 512;

/// The place of 2^0 in units of the smallest double, 2^-1074.
const UNIT_PLACE: i32 = 1074;

/// A place that no finite double reaches: 2^1024 in units of 2^-1074.
const OVERFLOW_PLACE: i32 = 1024 + UNIT_PLACE;

const DIGIT_MASK: i64 = 0xffff_ffff;

/// An exact sum of doubles, 0.6 kB wide.
///
/// Finite addends are summed exactly, with room for 2^60 of them. An infinite addend makes the sum infinite, a NaN or
/// both infinities make it NaN, whatever the order. The empty sum and a sum of negative zeros are +0.
/// Two sums are equal when they hold the same number, however they were come by; NaN equals NaN.
#[derive(Clone, Debug)]
pub struct ExactSum {
    /// The sum is Σ digits[i] · 2^(32 i - 1074).
    digits: [i64; DIGITS],
    /// Additions since the carries were last settled; below [`LIMIT`].
    unsettled: u32,
    special: Special,
}

/// Which addends were not finite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Special {
    positive_infinity: bool,
    negative_infinity: bool,
    nan: bool,
}

impl Default for ExactSum {
    fn default() -> ExactSum {
        ExactSum { digits: [0; DIGITS], unsettled: 0, special: Special::default() }
    }
}

impl ExactSum {
    /// The empty sum, 0.
    pub fn new() -> ExactSum {
        ExactSum::default()
    }

    /// Adds a number, exactly.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let Parts { mantissa, place } = Parts::of(bits);
        if place >= 0x7fe {
            return self.add_special(x);
        }
        // The mantissa, moved to its place, covers at most two digits.
        let (first, shift) = (place >> 5, place & 31);
        let low = ((mantissa << shift) & DIGIT_MASK as u64) as i64;
        let high = (mantissa >> (32 - shift)) as i64;
        let sign = bits as i64 >> 63;
        self.digits[first] += (low ^ sign) - sign;
        self.digits[first + 1] += (high ^ sign) - sign;
        self.count_one();
    }

    /// Adds the product of two numbers, exactly, but for what lies beyond the range of a double: a product that
    /// overflows counts as infinite, and what is below 2^-1074 in a product (of numbers around 1e-155) is cut off.
    #[inline]
    pub fn add_product(&mut self, x: f64, y: f64) {
        let (x_parts, y_parts) = (Parts::of(x.to_bits()), Parts::of(y.to_bits()));
        if x_parts.place >= 0x7fe || y_parts.place >= 0x7fe {
            return self.add_special(x * y);
        }
        let mut product = u128::from(x_parts.mantissa) * u128::from(y_parts.mantissa);
        let mut place = (x_parts.place + y_parts.place) as i32 - UNIT_PLACE;
        if place < 0 {
            product = product.checked_shr(place.unsigned_abs()).unwrap_or(0);
            place = 0;
        }
        let sign = (x.to_bits() ^ y.to_bits()) as i64 >> 63;
        if place + (128 - product.leading_zeros() as i32) > OVERFLOW_PLACE {
            return self.add_special(if sign == 0 { f64::INFINITY } else { f64::NEG_INFINITY });
        }
        // 64 bits moved by up to 31 places cover three digits, and so does the upper part, two digits further up.
        let (first, shift) = (place as usize >> 5, place & 31);
        let lower = u128::from(product as u64) << shift;
        let upper = u128::from((product >> 64) as u64) << shift;
        for (offset, part) in [
            (0, lower as i64 & DIGIT_MASK),
            (1, (lower >> 32) as i64 & DIGIT_MASK),
            (2, (lower >> 64) as i64 + (upper as i64 & DIGIT_MASK)),
            (3, (upper >> 32) as i64),
        ] {
            // Only zeros can lie past the end: the product itself does not overflow.
            if let Some(digit) = self.digits.get_mut(first + offset) {
                *digit += (part ^ sign) - sign;
            }
        }
        self.count_one();
    }

    /// Adds the square of a number, exactly; the limits of [`add_product`](ExactSum::add_product) apply.
    #[inline]
    pub fn add_square(&mut self, x: f64) {
        self.add_product(x, x);
    }

    /// Adds all that another sum holds; the same as adding its addends one by one.
    pub fn merge(&mut self, other: &ExactSum) {
        for (digit, addend) in self.digits.iter_mut().zip(&other.digits) {
            *digit += addend;
        }
        self.unsettled += other.unsettled + 1;
        if self.unsettled >= LIMIT {
            self.settle();
        }
        self.special.positive_infinity |= other.special.positive_infinity;
        self.special.negative_infinity |= other.special.negative_infinity;
        self.special.nan |= other.special.nan;
    }

    /// The sum, rounded to the nearest double, ties to even; infinite when it exceeds the largest double.
    pub fn value(&self) -> f64 {
        match self.special {
            Special { nan: true, .. } | Special { positive_infinity: true, negative_infinity: true, .. } => f64::NAN,
            Special { positive_infinity: true, .. } => f64::INFINITY,
            Special { negative_infinity: true, .. } => f64::NEG_INFINITY,
            _ => self.finite_value(),
        }
    }

    /// The sum as three doubles of falling size, which together hold its leading 159 bits or more; the first is
    /// [`value`](ExactSum::value). When that is not finite, the others are 0.
    pub fn leading_parts(&self) -> [f64; 3] {
        let mut rest = self.clone();
        let mut parts = [0.0; 3];
        for part in &mut parts {
            *part = rest.value();
            if !part.is_finite() {
                break;
            }
            rest.add(-*part);
        }
        parts
    }

    fn finite_value(&self) -> f64 {
        let (negative, digits) = self.magnitude();
        let magnitude = magnitude_to_f64(&digits);
        if negative { -magnitude } else { magnitude }
    }

    /// Whether the sum is negative, and the digits of its magnitude, settled: the same for equal sums.
    fn magnitude(&self) -> (bool, [i64; DIGITS]) {
        let mut settled = self.clone();
        settled.settle();
        let negative = settled.digits[DIGITS - 1] < 0;
        if negative {
            for digit in &mut settled.digits {
                *digit = -*digit;
            }
            settled.settle();
        }
        (negative, settled.digits)
    }

    #[cold]
    fn add_special(&mut self, x: f64) {
        self.special.positive_infinity |= x == f64::INFINITY;
        self.special.negative_infinity |= x == f64::NEG_INFINITY;
        self.special.nan |= x.is_nan();
    }

    #[inline]
    fn count_one(&mut self) {
        self.unsettled += 1;
        if self.unsettled >= LIMIT {
            self.settle();
        }
    }

    /// Moves carries up: every digit but the last, which keeps the sign, comes to lie in 0 .. 2^32. This form is
    /// unique for every number.
    fn settle(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits[..DIGITS - 1] {
            let whole = *digit + carry;
            *digit = whole & DIGIT_MASK;
            carry = whole >> 32;
        }
        self.digits[DIGITS - 1] += carry;
        self.unsettled = 0;
    }
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &ExactSum) -> bool {
        let (mut left, mut right) = (self.clone(), other.clone());
        left.settle();
        right.settle();
        left.digits == right.digits && left.special == right.special
    }
}

/// The bits of the first byte that a sum is written as.
const NEGATIVE: u8 = 1;
const POSITIVE_INFINITY: u8 = 2;
const NEGATIVE_INFINITY: u8 = 4;
const NAN: u8 = 8;

impl ExactSum {
    /// Appends the sum as bytes, from which [`read`](ExactSum::read) makes it again: the same for equal sums. Signs and
    /// special addends come first, then where its digits other than 0 begin and how many there are, then these.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (negative, digits) = self.magnitude();
        let Special { positive_infinity, negative_infinity, nan } = self.special;
        let flags = [
            (negative, NEGATIVE),
            (positive_infinity, POSITIVE_INFINITY),
            (negative_infinity, NEGATIVE_INFINITY),
            (nan, NAN),
        ];
        out.push(flags.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag).sum());
        let first = digits.iter().position(|&digit| digit != 0).unwrap_or(0);
        let end = digits.iter().rposition(|&digit| digit != 0).map_or(first, |last| last + 1);
        out.extend([first as u8, (end - first) as u8]);
        for &digit in &digits[first..end] {
            // Settled digits have 32 bits, and so has the last one of fewer than 2^60 addends.
            out.extend((digit as u32).to_le_bytes());
        }
    }

    /// Takes a sum off the beginning of some bytes; `None` if there is none.
    pub fn read(bytes: &mut &[u8]) -> Option<ExactSum> {
        let [flags, first, count] = *bytes.split_off(..3)? else { return None };
        let mut sum = ExactSum::new();
        for digit in sum.digits.get_mut(usize::from(first)..usize::from(first) + usize::from(count))? {
            let size = i64::from(u32::from_le_bytes(bytes.split_off(..4)?.try_into().ok()?));
            *digit = if flags & NEGATIVE == 0 { size } else { -size };
        }
        sum.settle();
        sum.special = Special {
            positive_infinity: flags & POSITIVE_INFINITY != 0,
            negative_infinity: flags & NEGATIVE_INFINITY != 0,
            nan: flags & NAN != 0,
        };
        Some(sum)
    }
}

/// A finite double's magnitude: mantissa · 2^(place - 1074). The place of an infinity or NaN is 0x7fe.
struct Parts {
    mantissa: u64,
    place: usize,
}

impl Parts {
    #[inline]
    fn of(bits: u64) -> Parts {
        let exponent = (bits >> 52) as usize & 0x7ff;
        let is_normal = usize::from(exponent != 0);
        let mantissa = bits & ((1 << 52) - 1) | (is_normal as u64) << 52;
        Parts { mantissa, place: exponent - is_normal }
    }
}

/// Rounds settled, non-negative digits to the nearest double, ties to even.
fn magnitude_to_f64(digits: &[i64; DIGITS]) -> f64 {
    let Some(top) = digits.iter().rposition(|&digit| digit != 0) else { return 0.0 };
    // The last digit counts 2^1070.
    if top == DIGITS - 1 {
        return f64::INFINITY;
    }
    // Three digits hold at least 65 leading bits; anything below them only tells a tie from what is just above it.
    let digit = |index: Option<usize>| index.map_or(0, |index| digits[index] as u128);
    let window = digit(Some(top)) << 64 | digit(top.checked_sub(1)) << 32 | digit(top.checked_sub(2));
    let window_place = 32 * (top as i32 - 2);
    let rest = digits[..top.saturating_sub(2)].iter().any(|&digit| digit != 0);

    // Bits to drop from the window, so that 53 are left, or fewer where a subnormal double ends.
    let excess = (128 - window.leading_zeros() as i32 - 53).max(-window_place);
    debug_assert!(excess >= 12, "the window has 65 significant bits or starts below the smallest double");
    let kept = (window >> excess) as u64;
    let dropped = window & ((1 << excess) - 1);
    let half = 1 << (excess - 1);
    let up = dropped > half || dropped == half && (rest || kept & 1 == 1);
    // In the bits of a double, a mantissa of 2^52 or more carries into the exponent, which is just what is needed.
    let place = (window_place + excess) as u64;
    let bits = (place << 52) + kept + u64::from(up);
    if bits >= f64::INFINITY.to_bits() { f64::INFINITY } else { f64::from_bits(bits) }
}

#[cfg(test)]
mod tests;
