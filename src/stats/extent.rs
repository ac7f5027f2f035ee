//! How far some numbers reach, read off their bits in one pass, for sums and sketches that count them all at once.

/// The reach of numbers that are neither negative nor infinite; their bits are ordered as they are.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Bits of the smallest that is not zero.
    pub(super) low: u64,
    /// Bits of the largest.
    pub(super) high: u64,
    /// The bits of all of them, or-ed.
    pub(super) bits: u64,
    pub(super) zeros: u64,
}

impl Extent {
    /// Of at least one number above zero; `None` if there is none, or a negative zero, or one that is negative or not finite.
    #[inline(always)]
    pub fn of(numbers: &[f64]) -> Option<Self> {
        let mut extent = Extent { low: u64::MAX, high: 0, bits: 0, zeros: 0 };
        for x in numbers {
            let bits = x.to_bits();
            // Zero less one is the largest.
            extent.low = extent.low.min(bits.wrapping_sub(1));
            extent.high = extent.high.max(bits);
            extent.bits |= bits;
            extent.zeros += u64::from(bits == 0);
        }
        extent.low = extent.low.wrapping_add(1);
        // Negative numbers and what is not finite have greater bits.
        (extent.high > 0 && extent.high < f64::INFINITY.to_bits()).then_some(extent)
    }

    pub(super) fn minimum(&self) -> f64 {
        if self.zeros > 0 { 0.0 } else { f64::from_bits(self.low) }
    }

    pub(super) fn maximum(&self) -> f64 {
        f64::from_bits(self.high)
    }
}
