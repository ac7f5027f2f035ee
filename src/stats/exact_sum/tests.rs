//! Sums against Shewchuk's algorithm, integers and two-product, and splits against the whole.

use super::*;
use proptest::prelude::*;

fn sum(numbers: &[f64]) -> ExactSum {
    let mut sum = ExactSum::new();
    numbers.iter().for_each(|&x| sum.add(x));
    sum
}

#[track_caller]
fn check(numbers: &[f64], expected: f64) {
    let value = sum(numbers).value();
    assert_eq!(value.to_bits(), expected.to_bits(), "{numbers:?}: {value:e}, not {expected:e}");
}

/// J. R. Shewchuk's exact partials (1997), with the rounding of CPython's `math.fsum`: an independent oracle.
fn shewchuk(numbers: &[f64]) -> f64 {
    let mut partials: Vec<f64> = Vec::new();
    for &number in numbers {
        let (mut x, mut kept) = (number, 0);
        for index in 0..partials.len() {
            let mut y = partials[index];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        partials.push(x);
    }
    let Some(mut high) = partials.pop() else { return 0.0 };
    let mut low = 0.0;
    while let Some(y) = partials.pop() {
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    if let Some(&next) = partials.last()
        && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
    {
        let (x, y) = (high + low * 2.0, low * 2.0);
        if y == x - high {
            high = x;
        }
    }
    high + 0.0
}

#[test]
fn sums_by_hand() {
    let tiny = f64::from_bits(1);
    check(&[], 0.0);
    check(&[-0.0], 0.0);
    check(&[1.0, 2.0, 3.5], 6.5);
    check(&[1e100, 1.0, -1e100], 1.0);
    check(&[0.1; 10], 1.0);
    check(&[-0.1; 10], -1.0);
    check(&[1.0, 1e-16, 1e-16], 1.0000000000000002);
    check(&[tiny], tiny);
    check(&[-tiny, -tiny, -tiny], -3.0 * tiny);
    check(&[f64::MIN_POSITIVE, -tiny], f64::MIN_POSITIVE - tiny);
    check(&[f64::MAX, f64::MAX, -f64::MAX], f64::MAX);
    check(&[f64::MAX, f64::MAX], f64::INFINITY);
    check(&[f64::MIN, f64::MIN], f64::NEG_INFINITY);
}

#[test]
fn ties_go_to_even_unless_anything_lies_beyond() {
    let (ulp, tiny) = (f64::EPSILON, f64::from_bits(1));
    check(&[1.0, ulp / 2.0], 1.0);
    check(&[1.0 + ulp, ulp / 2.0], 1.0 + 2.0 * ulp);
    check(&[1.0, ulp / 2.0, tiny], 1.0 + ulp);
    check(&[1.0 + ulp, ulp / 2.0, -tiny], 1.0 + ulp);
    check(&[-1.0, -ulp / 2.0, -tiny], -1.0 - ulp);
    // Half a step above the largest double is a tie, which goes to the even side: infinity.
    let half_step = libm::ldexp(1.0, 970);
    check(&[f64::MAX, half_step], f64::INFINITY);
    check(&[f64::MAX, half_step, -tiny], f64::MAX);
}

#[test]
fn infinities_do_not_depend_on_order() {
    check(&[1.0, f64::INFINITY, -5.0], f64::INFINITY);
    check(&[f64::NEG_INFINITY, f64::MAX, f64::MAX], f64::NEG_INFINITY);
    assert!(sum(&[f64::INFINITY, 1.0, f64::NEG_INFINITY]).value().is_nan());
    assert!(sum(&[f64::INFINITY, f64::NAN]).value().is_nan());
    assert_eq!(sum(&[f64::NAN, 1.0]), sum(&[1.0, f64::NAN]));
    assert_eq!(sum(&[f64::INFINITY]).leading_parts(), [f64::INFINITY, 0.0, 0.0]);
}

#[test]
fn equality_is_of_values() {
    assert_eq!(sum(&[0.5; 4000]), sum(&[2000.0]));
    assert_eq!(sum(&[1e300, -1e300]), ExactSum::new());
    assert_ne!(sum(&[1.0]), sum(&[1.0, f64::from_bits(1)]));
}

#[test]
fn many_additions_and_merges_settle_in_time() {
    let largest = f64::from_bits(0x7fdf_ffff_ffff_ffff);
    let mut total = ExactSum::new();
    let part = sum(&[largest; 511]);
    for _ in 0..2000 {
        total.merge(&part);
    }
    for _ in 0..2000 * 511 - 1 {
        total.add(-largest);
    }
    assert_eq!(total.value(), largest);
}

#[test]
fn products_by_hand() {
    let product = |x: f64, y: f64| {
        let mut sum = ExactSum::new();
        sum.add_product(x, y);
        sum
    };
    // (1 + u)² = 1 + 2u + u², of which a double keeps the first two.
    assert_eq!(product(1.0 + f64::EPSILON, 1.0 + f64::EPSILON).leading_parts()[1], f64::EPSILON * f64::EPSILON);
    assert_eq!(product(-3.0, 7.0), sum(&[-21.0]));
    assert_eq!(product(0.0, f64::MAX), ExactSum::new());
    assert_eq!(product(1e200, -1e200).value(), f64::NEG_INFINITY);
    assert_eq!(product(1e-200, 1e-200), ExactSum::new());
    assert_eq!(product(f64::MAX, 1.0), sum(&[f64::MAX]));
    assert_eq!(product(f64::MAX, f64::MIN_POSITIVE).value(), f64::MAX * f64::MIN_POSITIVE);
    assert_eq!(product(f64::from_bits(1), 3.0), sum(&[f64::from_bits(3)]));
    assert!(product(0.0, f64::INFINITY).value().is_nan());
    assert_eq!(product(-2.0, f64::INFINITY).value(), f64::NEG_INFINITY);
}

/// Any finite double up to 1e290, so that the oracle's own partials cannot overflow.
fn any_size() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |x| x.abs() < 1e290)
}

/// Numbers that cancel and tie often.
fn close_in_size() -> impl Strategy<Value = f64> {
    (-9_i64..10, -60_i32..60).prop_map(|(mantissa, exponent)| libm::ldexp(mantissa as f64, exponent))
}

proptest! {
    #[test]
    fn rounds_as_the_oracle_does(
        wide in proptest::collection::vec(any_size(), 0..40),
        narrow in proptest::collection::vec(close_in_size(), 0..40),
    ) {
        prop_assert_eq!(sum(&wide).value().to_bits(), shewchuk(&wide).to_bits());
        prop_assert_eq!(sum(&narrow).value().to_bits(), shewchuk(&narrow).to_bits());
    }

    #[test]
    fn rounds_as_integers_do(numbers in proptest::collection::vec(-(1_i64 << 53)..1 << 53, 0..60)) {
        let floats: Vec<f64> = numbers.iter().map(|&n| libm::ldexp(n as f64, -30)).collect();
        let whole: i128 = numbers.iter().map(|&n| i128::from(n)).sum();
        prop_assert_eq!(sum(&floats).value(), libm::ldexp(whole as f64, -30));
        let mut squares = ExactSum::new();
        floats.iter().for_each(|&x| squares.add_square(x));
        let whole: u128 = numbers.iter().map(|&n| u128::from(n.unsigned_abs()).pow(2)).sum();
        prop_assert_eq!(squares.value(), libm::ldexp(whole as f64, -60));
    }

    #[test]
    fn products_agree_with_two_product(x in any_size(), y in any_size()) {
        let (high, mut sum) = (x * y, ExactSum::new());
        prop_assume!(high.is_finite() && high.abs() > 1e-250);
        sum.add_product(x, y);
        prop_assert_eq!(sum.leading_parts(), [high, x.mul_add(y, -high), 0.0]);
    }

    #[test]
    fn splits_and_orders_agree(
        numbers in proptest::collection::vec(any_size(), 1..200), cut in 0_usize..200, step in 1_usize..7,
    ) {
        let whole = sum(&numbers);
        let (left, right) = numbers.split_at(cut.min(numbers.len()));
        let mut parts = sum(right);
        parts.merge(&sum(left));
        let strided: Vec<f64> =
            (0..step).flat_map(|start| numbers.iter().copied().skip(start).step_by(step)).collect();
        prop_assert_eq!(&parts, &whole);
        prop_assert_eq!(&sum(&strided), &whole);
        prop_assert_eq!(parts.value().to_bits(), whole.value().to_bits());
    }
}

#[test]
fn sums_are_written_and_read() {
    let texts: [&[f64]; 8] = [
        &[],
        &[1.0],
        &[-1.0],
        &[f64::MAX, f64::MAX, -3.5e-310],
        &[-f64::MAX, 1e-300],
        &[f64::INFINITY, -2.0],
        &[f64::NEG_INFINITY, f64::NAN],
        &[0.1; 1000],
    ];
    for addends in texts {
        let mut sum = ExactSum::new();
        addends.iter().for_each(|&x| sum.add(x));
        let mut bytes = Vec::new();
        sum.write(&mut bytes);
        bytes.push(7);
        let mut rest = bytes.as_slice();
        let read = ExactSum::read(&mut rest).unwrap();
        assert!(read == sum && rest == [7], "{addends:?}");
        assert!(ExactSum::read(&mut &bytes[..2]).is_none());
        assert!(bytes.len() < 5 || ExactSum::read(&mut &bytes[..bytes.len() - 2]).is_none());
    }
}
