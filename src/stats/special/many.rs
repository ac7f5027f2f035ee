//! Functions of many numbers at once, without branches, so that compilers make vector instructions of them.
//!
//! In: numbers. Out: to the last bit what the functions of single numbers give: the same operations in the same order.
//! Numbers for which those take another way than most are left to them.

use super::normal::{CENTRAL, central_quantile, inverse_log_normal_survival, middle_quantile, normal_quantile};

/// From here on, up and down, `libm::exp` looks for overflow.
const FAR: f64 = 700.0;

/// Adding and taking away this rounds to a whole number, which then stands in the lowest bits: 1.5 · 2⁵².
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// A whole number or-ed to the bits of this is added to it: 2⁵².
const WHOLE: f64 = 4_503_599_627_370_496.0;

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

/// The natural logarithm of each number, as `libm::log` has it: the fraction is brought between √½ and √2, and a rational
/// function of it added to multiples of ln 2, after FreeBSD's `e_log.c`.
#[inline(always)]
pub fn log_each(x: &[f64], out: &mut [f64]) {
    let mut all_normal = true;
    for (out, &x) in out.iter_mut().zip(x) {
        *out = log_of_normal(x);
        all_normal &= is_normal_positive(x);
    }
    if !all_normal {
        for (out, &x) in out.iter_mut().zip(x).filter(|(_, x)| !is_normal_positive(**x)) {
            *out = libm::log(x);
        }
    }
}

/// Whether a number is positive, finite and has all its digits.
#[inline(always)]
fn is_normal_positive(x: f64) -> bool {
    (f64::MIN_POSITIVE..f64::INFINITY).contains(&x)
}

/// The same of one number that is positive, finite and has all its digits.
#[inline(always)]
pub fn log_of_normal(x: f64) -> f64 {
    const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
    const L: [f64; 7] = [
        f64::from_bits(0x3fe5_5555_5555_5593),
        f64::from_bits(0x3fd9_9999_9997_fa04),
        f64::from_bits(0x3fd2_4924_9422_9359),
        f64::from_bits(0x3fcc_71c5_1d8e_78af),
        f64::from_bits(0x3fc7_4664_96cb_03de),
        f64::from_bits(0x3fc3_9a09_d078_c69f),
        f64::from_bits(0x3fc2_f112_df3e_5244),
    ];
    // The upper half of √½, and how far below 1 it is, as bits: the exponent changes there.
    const ROOT_HALF: u64 = 0x3fe6_a09e << 32;
    const BELOW_ONE: u64 = (0x3ff0_0000 << 32) - ROOT_HALF;
    let moved = x.to_bits().wrapping_add(BELOW_ONE);
    let fraction = f64::from_bits((moved & ((1 << 52) - 1)).wrapping_add(ROOT_HALF));
    let k = f64::from_bits((moved >> 52) | WHOLE.to_bits()) - (WHOLE + 1023.0);
    let f = fraction - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * (L[1] + w * (L[3] + w * L[5]));
    let t2 = z * (L[0] + w * (L[2] + w * (L[4] + w * L[6])));
    let r = t2 + t1;
    s * (half_square + r) + k * LN2_LOW - half_square + f + k * LN2_HIGH
}

/// Each number to the power `y`, as `libm::pow` has it: the binary logarithm in two parts, times `y`, and back, after FreeBSD's
/// `e_pow.c`.
#[inline(always)]
pub fn pow_each(x: &[f64], y: f64, out: &mut [f64]) {
    pow_each_to(x, |_| y, out);
}

/// The same with an exponent for each number.
#[inline(always)]
pub fn pow_each_own(x: &[f64], y: &[f64], out: &mut [f64]) {
    let y = &y[..x.len()];
    pow_each_to(x, |index| y[index], out);
}

#[inline(always)]
fn pow_each_to(x: &[f64], y: impl Fn(usize) -> f64, out: &mut [f64]) {
    let (count, mut all_near) = (x.len(), true);
    let out = &mut out[..count];
    for index in 0..count {
        let (x, y) = (x[index], y(index));
        // Powers that the original knows by heart, or that may leave the range of doubles.
        let by_heart = (y == 1.0) | (y == -1.0) | (y == 2.0) | (y == 0.5);
        let is_usual = (y.abs() > 1e-6) & (y.abs() < 1e6) & !by_heart;
        let (power, exponent) = near_pow(x, y);
        let is_near = is_usual & is_normal_positive(x) & (exponent.abs() < NEAR_POWER);
        out[index] = if is_near { power } else { f64::NAN };
        all_near &= is_near;
    }
    if !all_near {
        for index in 0..count {
            if out[index].is_nan() {
                out[index] = libm::pow(x[index], y(index));
            }
        }
    }
}

/// Up to this binary logarithm, up and down, a power surely has all its digits.
const NEAR_POWER: f64 = 1000.0;

/// A positive number to a power that is no special one, and the binary logarithm of the result; right if that is
/// [near](NEAR_POWER).
#[inline(always)]
fn near_pow(x: f64, y: f64) -> (f64, f64) {
    const L: [f64; 6] = [
        f64::from_bits(0x3fe3_3333_3333_3303),
        f64::from_bits(0x3fdb_6db6_db6f_abff),
        f64::from_bits(0x3fd5_5555_518f_264d),
        f64::from_bits(0x3fd1_7460_a91d_4101),
        f64::from_bits(0x3fcd_864a_93c9_db65),
        f64::from_bits(0x3fca_7e28_4a45_4eef),
    ];
    const P: [f64; 5] = [
        f64::from_bits(0x3fc5_5555_5555_553e),
        f64::from_bits(0xbf66_c16c_16be_bd93),
        f64::from_bits(0x3f11_566a_af25_de2c),
        f64::from_bits(0xbebb_bd41_c5d2_6bf1),
        f64::from_bits(0x3e66_3769_72be_a4d0),
    ];
    /// log₂ 1.5 and 2 / (3 ln 2), each in an upper and a lower part; ln 2 likewise.
    const LOG_HIGH: f64 = f64::from_bits(0x3fe2_b803_4000_0000);
    const LOG_LOW: f64 = f64::from_bits(0x3e4c_fdeb_43cf_d006);
    const C: f64 = f64::from_bits(0x3fee_c709_dc3a_03fd);
    const C_HIGH: f64 = f64::from_bits(0x3fee_c709_e000_0000);
    const C_LOW: f64 = f64::from_bits(0xbe3e_2fe0_145b_01f5);
    const LN2: f64 = f64::from_bits(0x3fe6_2e42_fefa_39ef);
    const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e43_0000_0000);
    const LN2_LOW: f64 = f64::from_bits(0xbe20_5c61_0ca8_6c39);
    const FRACTION: u64 = (1 << 52) - 1;
    // The fraction is brought near 1 or 1.5, or halved and brought near 1.
    let bits = x.to_bits();
    let upper = (bits & FRACTION) >> 32;
    let around_one_and_half = upper > 0x3_988e && upper < 0xb_b67a;
    let is_halved = upper >= 0xb_b67a;
    let exponent = (bits >> 52) + u64::from(is_halved);
    let n = f64::from_bits(exponent | WHOLE.to_bits()) - (WHOLE + 1023.0);
    let scale = if is_halved { 0x3fe0_u64 << 48 } else { 0x3ff0_u64 << 48 };
    let ax = f64::from_bits((bits & FRACTION) | scale);
    let (point, log_high, log_low) = if around_one_and_half { (1.5, LOG_HIGH, LOG_LOW) } else { (1.0, 0.0, 0.0) };
    let u = ax - point;
    let v = 1.0 / (ax + point);
    let ss = u * v;
    let s_high = upper_half(ss);
    let k = if around_one_and_half { 1_u64 << 18 } else { 0 };
    let t_high = f64::from_bits((((ax.to_bits() >> 33) | 0x2000_0000) + 0x8_0000 + k) << 32);
    let t_low = ax - (t_high - point);
    let s_low = v * ((u - s_high * t_high) - s_high * t_low);
    let s2 = ss * ss;
    let r = s2 * s2 * (L[0] + s2 * (L[1] + s2 * (L[2] + s2 * (L[3] + s2 * (L[4] + s2 * L[5])))));
    let r = r + s_low * (s_high + ss);
    let s2 = s_high * s_high;
    let t_high = upper_half(3.0 + s2 + r);
    let t_low = r - ((t_high - 3.0) - s2);
    let u = s_high * t_high;
    let v = s_low * t_high + t_low * ss;
    let p_high = upper_half(u + v);
    let p_low = v - (p_high - u);
    let z_high = C_HIGH * p_high;
    let z_low = C_LOW * p_high + p_low * C + log_low;
    let t1 = upper_half(((z_high + z_low) + log_high) + n);
    let t2 = z_low - (((t1 - n) - log_high) - z_high);
    // The logarithm times y, in two parts, and of that the nearest whole number.
    let y1 = upper_half(y);
    let p_low = (y - y1) * t1 + y * t2;
    let p_high = y1 * t1;
    let z = p_low + p_high;
    let size = upper_half(z).abs();
    let nearest = (size + ROUNDING) - ROUNDING;
    let up = if size - nearest == 0.5 && size > 0.5 { nearest + 1.0 } else { nearest };
    let whole = up.copysign(z);
    let p_high = if up > 0.0 { p_high - whole } else { p_high };
    let t = upper_half(p_low + p_high);
    let u = t * LN2_HIGH;
    let v = (p_low - (t - p_high)) * LN2 + t * LN2_LOW;
    let fraction = u + v;
    let w = v - (fraction - u);
    let t = fraction * fraction;
    let t1 = fraction - t * (P[0] + t * (P[1] + t * (P[2] + t * (P[3] + t * P[4]))));
    let r = (fraction * t1) / (t1 - 2.0) - (w + fraction * w);
    let power = 1.0 - (r - fraction);
    let n = (whole + ROUNDING).to_bits().wrapping_sub(ROUNDING.to_bits());
    (f64::from_bits(power.to_bits().wrapping_add(n << 52)), z)
}

/// A number without the lower half of its bits.
#[inline(always)]
fn upper_half(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & (u64::MAX << 32))
}

/// The [`inverse_log_normal_survival`] of minus each number.
#[inline(always)]
pub fn inverse_normal_hazard_each(h: &[f64], out: &mut [f64]) {
    let is_central = |h: f64, q: f64| h > 0.0 && h < 2.5 && q.abs() <= CENTRAL;
    let mut all_central = true;
    for (out, &h) in out.iter_mut().zip(h) {
        let q = -near_expm1(-h) - 0.5;
        let central = is_central(h, q);
        *out = if central { central_quantile(q) } else { f64::NAN };
        all_central &= central;
    }
    if !all_central {
        for (out, h) in out.chunks_mut(TAILS).zip(h.chunks(TAILS)) {
            tail_hazards(h, out);
        }
    }
}

/// The values of those hazards that are not central: one in seven, which are brought together first.
#[inline(always)]
fn tail_hazards(h: &[f64], out: &mut [f64]) {
    let (mut places, mut hazards) = ([0; TAILS], [1.0; TAILS]);
    let (mut tails, mut logs) = ([0.5; TAILS], [0.0; TAILS]);
    let mut count = 0;
    for (place, &h) in h.iter().enumerate().filter(|(place, _)| out[*place].is_nan()) {
        places[count] = place;
        hazards[count] = h;
        count += 1;
    }
    // In whole vectors: what is left over is computed for nothing.
    let whole = count.next_multiple_of(8).min(TAILS);
    // Where the upper tail is small it is read off its logarithm; elsewhere the original goes by way of the lower one.
    let is_small = |h: f64| h >= 2.5;
    for index in 0..whole {
        let p = -near_expm1(-hazards[index]);
        let tail = if p < 0.5 { p } else { 1.0 - p };
        tails[index] = if is_small(hazards[index]) || hazards[index].is_nan() { 0.5 } else { tail };
    }
    log_each(&tails[..whole], &mut logs[..whole]);
    for index in 0..whole {
        let square = if is_small(hazards[index]) { hazards[index] } else { -logs[index] };
        let value = middle_quantile(square.sqrt());
        let is_low = !is_small(hazards[index]) && -near_expm1(-hazards[index]) < 0.5;
        logs[index] = if is_low { -value } else { value };
    }
    for index in 0..count {
        // Infinite or not above zero, or so far out that it takes another way.
        let is_far = !(hazards[index] > 0.0 && hazards[index] <= 25.0 && tails[index] > FAR_TAIL);
        out[places[index]] = if is_far { inverse_log_normal_survival(-hazards[index]) } else { logs[index] };
    }
}

/// `libm::expm1` of a number between -2.5 and 0, after FreeBSD's `s_expm1.c`.
#[inline(always)]
fn near_expm1(x: f64) -> f64 {
    const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
    const INVERSE_LN2: f64 = f64::from_bits(0x3ff7_1547_652b_82fe);
    const HALF_LN2: f64 = f64::from_bits(0x3fd6_2e43_0000_0000);
    const MORE_LN2: f64 = f64::from_bits(0x3ff0_a2b2_0000_0000);
    const Q: [f64; 5] = [
        f64::from_bits(0xbfa1_1111_1111_10f4),
        f64::from_bits(0x3f5a_01a0_19fe_5585),
        f64::from_bits(0xbf14_ce19_9eaa_dbb7),
        f64::from_bits(0x3ed0_cfca_86e6_5239),
        f64::from_bits(0xbe8a_fdb7_6e09_c32d),
    ];
    let size = x.abs();
    let quotient = INVERSE_LN2 * size + 0.5;
    let nearest = (quotient + ROUNDING) - ROUNDING;
    let towards_zero = if nearest > quotient { nearest - 1.0 } else { nearest };
    let by_one = if size >= HALF_LN2 { 1.0 } else { 0.0 };
    let k = if size >= MORE_LN2 { towards_zero } else { by_one };
    let (high, low) = (x + k * LN2_HIGH, -k * LN2_LOW);
    let x = high - low;
    let c = (high - x) - low;
    let half = 0.5 * x;
    let hxs = x * half;
    let r1 = 1.0 + hxs * (Q[0] + hxs * (Q[1] + hxs * (Q[2] + hxs * (Q[3] + hxs * Q[4]))));
    let t = 3.0 - r1 * half;
    let e = hxs * ((r1 - t) / (6.0 - x * t));
    let e = x * (e - c) - c - hxs;
    let exponent = (ROUNDING.to_bits().wrapping_sub((k + ROUNDING).to_bits())).wrapping_add(1023);
    let scaled = (x - e + 1.0) * f64::from_bits(exponent << 52) - 1.0;
    let halved = 0.5 * (x - e) - 0.5;
    if k == 0.0 {
        x - e
    } else if k == 1.0 {
        halved
    } else {
        scaled
    }
}

/// The [`normal_quantile`] of each probability.
#[inline(always)]
pub fn normal_quantile_each(p: &[f64], out: &mut [f64]) {
    let mut all_central = true;
    for (out, &p) in out.iter_mut().zip(p) {
        let q = p - 0.5;
        let central = q.abs() <= CENTRAL;
        *out = if central { central_quantile(q) } else { f64::NAN };
        all_central &= central;
    }
    if !all_central {
        for (out, p) in out.chunks_mut(TAILS).zip(p.chunks(TAILS)) {
            tail_quantiles(p, out);
        }
    }
}

/// So many tails are computed side by side at most.
const TAILS: usize = 32;

/// The quantiles of those probabilities that are not central: one in seven, which are brought together first.
#[inline(always)]
fn tail_quantiles(p: &[f64], out: &mut [f64]) {
    // The last place is for what is no tail, where all are.
    let (mut places, mut tails, mut logs) = ([0; TAILS + 1], [0.5; TAILS + 1], [0.0; TAILS]);
    let mut count = 0;
    // Without a branch, which nobody could predict: what is no tail is written over.
    for (place, (&p, out)) in p.iter().zip(out.iter()).enumerate() {
        places[count] = place;
        tails[count] = if p < 0.5 { p } else { 1.0 - p };
        count += usize::from(out.is_nan());
    }
    // In whole vectors: what is left over is computed for nothing.
    let whole = count.next_multiple_of(8).min(TAILS);
    log_each(&tails[..whole], &mut logs[..whole]);
    for log in &mut logs[..whole] {
        *log = middle_quantile((-*log).sqrt());
    }
    let mut any_far = false;
    for ((&place, &tail), &value) in places.iter().zip(&tails).zip(&logs).take(count) {
        out[place] = if p[place] < 0.5 { -value } else { value };
        any_far |= tail <= FAR_TAIL;
    }
    if any_far {
        for (&place, _) in places.iter().zip(&tails).take(count).filter(|(_, tail)| **tail <= FAR_TAIL) {
            out[place] = normal_quantile(p[place]);
        }
    }
}

/// Tails above this are not yet far out: √−ln is below 5.
const FAR_TAIL: f64 = 1e-10;

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
    fn logarithms_are_those_of_single_numbers() {
        let mut x = vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 5e-324, 1e-310, f64::MAX, 1.0];
        x.extend([f64::MIN_POSITIVE, f64::MIN_POSITIVE.next_down(), 1.0_f64.next_up(), 1.0_f64.next_down()]);
        // Around √½ and √2, where the exponent changes, at several scales.
        for high in [0x3fe6_a09d_u64, 0x3fe6_a09e, 0x3fe6_a09f, 0x3ff6_a09d, 0x3ff6_a09e, 0x3ff6_a09f] {
            for scale in [0_u64, 1, 100, 900] {
                let edge = (high << 32) - (scale << 52);
                x.extend((0..20_u64).flat_map(|away| [edge + away, edge - away]).map(f64::from_bits));
            }
        }
        for (index, unit) in units(400_000).into_iter().enumerate() {
            x.push(unit * [1.0, 1e-7, 1e-300, 10.0, 1e200][index % 5]);
        }
        assert_same("log", &x, log_each, libm::log);
    }

    #[test]
    fn powers_are_those_of_single_numbers() {
        let mut x = vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 5e-324, 1e-310, f64::MAX, 1.0];
        x.extend([f64::MIN_POSITIVE, 1.0_f64.next_up(), 1.0_f64.next_down(), 2.0, 4.0, 0.25, 1e-300, 1e300]);
        // Around where the fraction is brought near another point.
        for high in [0x3ff3_988e_u64, 0x3ff3_988f, 0x3ffb_b679, 0x3ffb_b67a, 0x3ffb_b67b] {
            for scale in [0_u64, 1, 50] {
                let edge = (high << 32) - (scale << 52);
                x.extend((0..20_u64).flat_map(|away| [edge + away, edge - away]).map(f64::from_bits));
            }
        }
        for (index, unit) in units(30_000).into_iter().enumerate() {
            x.push(-libm::log(unit) * [1.0, 1e-7, 1e-30, 10.0, 1e20][index % 5]);
        }
        let mut powers = vec![0.0, 1.0, -1.0, 2.0, 0.5, 1e9, f64::INFINITY, f64::NAN, 1e-9, 0.0625, 25.0, -3.0, 3.0];
        powers.extend(units(30).into_iter().map(|unit| 0.1 / unit));
        for y in powers {
            let (mut found, mut one_by_one) = (vec![0.0; x.len()], vec![0.0; x.len()]);
            for (x, found) in x.chunks(32).zip(found.chunks_mut(32)) {
                pow_each(x, y, found);
            }
            // Each next to others with other exponents.
            let exponents = |index: usize| [y, 0.7, 2.0, y][index % 4];
            let ys: Vec<f64> = (0..x.len()).map(exponents).collect();
            for ((x, y), found) in x.chunks(32).zip(ys.chunks(32)).zip(one_by_one.chunks_mut(32)) {
                pow_each_own(x, y, found);
            }
            let found = [(vec![y; x.len()], found), (ys, one_by_one)];
            for (y, found) in found {
                for ((&x, &y), &found) in x.iter().zip(&y).zip(&found) {
                    let expected = libm::pow(x, y);
                    let is_same = found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan());
                    assert!(is_same, "{x:e} to {y}");
                }
            }
        }
        // Logarithms that are halves of whole numbers, where it is rounded up.
        let halves: Vec<f64> = (-40..40).map(|half| libm::exp2(f64::from(half) * 0.5 / 0.7)).collect();
        assert_same("power", &halves, |x, out| pow_each(x, 0.7, out), |x| libm::pow(x, 0.7));
        let twos: Vec<f64> = (-40..40).map(|power| libm::exp2(f64::from(power))).collect();
        assert_same("power", &twos, |x, out| pow_each(x, 1.5, out), |x| libm::pow(x, 1.5));
    }

    #[test]
    fn normal_values_of_hazards_are_those_of_single_numbers() {
        let mut h: Vec<f64> = units(400_000).into_iter().map(|unit| -libm::log(unit)).collect();
        h.extend([
            0.0,
            -1.0,
            f64::NAN,
            f64::INFINITY,
            2.5,
            2.5_f64.next_down(),
            1e-17,
            1e-300,
            5e-324,
            30.0,
            800.0,
            1e19,
        ]);
        // Where the reduction of the exponential changes.
        for high in [0x3fd6_2e42_u64, 0x3fd6_2e43, 0x3ff0_a2b1, 0x3ff0_a2b2, 0x3c90_0000] {
            h.extend((0..20_u64).flat_map(|away| [(high << 32) + away, (high << 32) - away]).map(f64::from_bits));
        }
        for half in 0..8 {
            let middle = f64::from(half) * 0.5 * std::f64::consts::LN_2;
            h.extend([middle, middle.next_up(), middle.next_down()]);
        }
        assert_same("value", &h, inverse_normal_hazard_each, |h| inverse_log_normal_survival(-h));
    }

    #[test]
    fn normal_quantiles_are_those_of_single_numbers() {
        let mut p = units(300_000);
        p.extend([0.075, 0.925, 0.5, 1e-300, f64::EPSILON, 1.0 - f64::EPSILON, 0.0, 1.0]);
        for power in 1..310 {
            p.extend([libm::exp10(-f64::from(power)), 1.0 - libm::exp10(-f64::from(power))]);
        }
        p.extend([0.075_f64, 0.925].map(f64::next_up));
        p.extend([0.075_f64, 0.925].map(f64::next_down));
        assert_same("quantile", &p, normal_quantile_each, normal_quantile);
    }
}
