//! Functions of many numbers at once, without branches, so that compilers make vector instructions of them.
//!
//! In: numbers. Out: to the last bit what the functions of single numbers give: the same operations in the same order.
//! Numbers for which those take another way than most are left to them.

use super::normal::{CENTRAL, central_quantile, normal_quantile};

/// From here on, up and down, `libm::exp` looks for overflow.
const FAR: f64 = 700.0;

/// Adding and taking away this rounds to a whole number, which then stands in the lowest bits: 1.5 · 2⁵².
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// e to the power of each number, as `libm::exp` has it: argument reduction by ln 2 and a rational function, after FreeBSD's
/// `e_exp.c`.
#[inline(always)]
pub fn exp_each(x: &[f64], out: &mut [f64]) {
    let mut all_near = true;
    for (out, &x) in out.iter_mut().zip(x) {
        *out = near_exp(x);
        all_near &= x.abs() < FAR;
    }
    if !all_near {
        for (out, &x) in out.iter_mut().zip(x).filter(|(_, x)| x.is_nan() || x.abs() >= FAR) {
            *out = libm::exp(x);
        }
    }
}

/// The same of one number that is not [`FAR`].
#[inline(always)]
fn near_exp(x: f64) -> f64 {
    const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
    const INVERSE_LN2: f64 = f64::from_bits(0x3ff7_1547_652b_82fe);
    const P: [f64; 5] = [
        f64::from_bits(0x3fc5_5555_5555_553e),
        f64::from_bits(0xbf66_c16c_16be_bd93),
        f64::from_bits(0x3f11_566a_af25_de2c),
        f64::from_bits(0xbebb_bd41_c5d2_6bf1),
        f64::from_bits(0x3e66_3769_72be_a4d0),
    ];
    // Where the reduction begins, where it is by more than one ln 2, and up to where the result is 1 + x: the original compares
    // the upper halves of the bits.
    const HALF_LN2: f64 = f64::from_bits(0x3fd6_2e43_0000_0000);
    const MORE_LN2: f64 = f64::from_bits(0x3ff0_a2b2_0000_0000);
    const TINY: f64 = f64::from_bits(0x3e30_0001_0000_0000);
    let (size, sign) = (x.abs(), 1.0_f64.copysign(x));
    let quotient = INVERSE_LN2 * x + 0.5 * sign;
    let nearest = (quotient + ROUNDING) - ROUNDING;
    let towards_zero = if nearest.abs() > quotient.abs() { nearest - sign } else { nearest };
    let by_one = if size >= HALF_LN2 { sign } else { 0.0 };
    let k = if size >= MORE_LN2 { towards_zero } else { by_one };
    let (high, low) = (x - k * LN2_HIGH, k * LN2_LOW);
    let reduced = high - low;
    let square = reduced * reduced;
    let c = reduced - square * (P[0] + square * (P[1] + square * (P[2] + square * (P[3] + square * P[4]))));
    let y = 1.0 + (reduced * c / (2.0 - c) - low + high);
    let exponent = (k + ROUNDING).to_bits().wrapping_sub(ROUNDING.to_bits()).wrapping_add(1023);
    let scaled = y * f64::from_bits(exponent << 52);
    if size < TINY { 1.0 + x } else { scaled }
}

/// The [`normal_quantile`] of each probability.
#[inline(always)]
pub fn normal_quantile_each(p: &[f64], out: &mut [f64]) {
    for (out, &p) in out.iter_mut().zip(p) {
        *out = central_quantile(p - 0.5);
    }
    for (out, &p) in out.iter_mut().zip(p) {
        if (p - 0.5).abs() > CENTRAL {
            *out = normal_quantile(p);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{NameAddress, RunAddress, Stream};

    fn units(count: usize) -> Vec<f64> {
        let mut stream = Stream::at(RunAddress::new(1, 0), NameAddress::new("x"), 0);
        (0..count).map(|_| stream.unit()).collect()
    }

    fn assert_same(name: &str, x: &[f64], each: fn(&[f64], &mut [f64]), one: fn(f64) -> f64) {
        let mut out = vec![0.0; x.len()];
        for (x, out) in x.chunks(32).zip(out.chunks_mut(32)) {
            each(x, out);
        }
        for (&x, &found) in x.iter().zip(&out) {
            let expected = one(x);
            assert!(found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()), "{name} of {x:e}");
        }
    }

    #[test]
    fn exponentials_are_those_of_single_numbers() {
        let ln2 = std::f64::consts::LN_2;
        let mut x = vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324, 709.8, -745.2, -708.4, 699.99];
        // Around everything at which the original changes its way, and around halves of ln 2, where the quotient is rounded.
        let edges = [0x3fd6_2e42_u64, 0x3fd6_2e43, 0x3ff0_a2b1, 0x3ff0_a2b2, 0x3e30_0000, 0x3e30_0001, 0x4086_232b];
        for edge in edges.map(|high| high << 32) {
            x.extend((0..20_u64).flat_map(|away| [edge + away, edge - away, edge + (away << 28)]).map(f64::from_bits));
        }
        for half in -2050..2050 {
            let middle = f64::from(half) * 0.5 * ln2;
            x.extend([middle, middle.next_up(), middle.next_down(), middle + 1e-9, middle - 1e-9]);
        }
        for (index, unit) in units(400_000).into_iter().enumerate() {
            let scale = [1.0, 1e-7, 1e-9, 10.0, 800.0][index % 5];
            x.push((2.0 * unit - 1.0) * scale);
        }
        let signed: Vec<f64> = x.iter().flat_map(|&x| [x, -x]).collect();
        assert_same("exp", &signed, exp_each, libm::exp);
    }

    #[test]
    fn normal_quantiles_are_those_of_single_numbers() {
        let mut p = units(300_000);
        p.extend([0.075, 0.925, 0.5, 1e-300, f64::EPSILON, 1.0 - f64::EPSILON, 0.0, 1.0]);
        p.extend([0.075_f64, 0.925].map(f64::next_up));
        p.extend([0.075_f64, 0.925].map(f64::next_down));
        assert_same("quantile", &p, normal_quantile_each, normal_quantile);
    }
}
