//! Quantiles against the sorted numbers themselves, counts against counting, and splits against the whole.

use super::*;
use proptest::prelude::*;

fn of(numbers: &[f64]) -> Sketch {
    let mut sketch = Sketch::new();
    numbers.iter().for_each(|&x| sketch.add(x));
    sketch
}

/// The number at place ⌈p n⌉, with p in thousandths so that the place is found in whole numbers.
fn nearest_rank(sorted: &[f64], thousandths: usize) -> f64 {
    sorted[(thousandths * sorted.len()).div_ceil(1000).max(1) - 1]
}

#[test]
fn whole_numbers_are_exact() {
    let numbers: Vec<f64> = (-128..=128).map(f64::from).collect();
    let sketch = of(&numbers);
    for thousandths in 0..=1000 {
        let p = thousandths as f64 / 1000.0;
        assert_eq!(sketch.quantile(p), Some(nearest_rank(&numbers, thousandths)), "{p}");
    }
    for x in -128..=128 {
        assert_eq!(sketch.count_above(f64::from(x)), (128 - x) as u64, "above {x}");
    }
}

#[test]
fn halves_and_eighths_are_exact_too() {
    assert_eq!(of(&[0.5, 1.125, 1.5, 2.25, 7.75]).quantile(0.5), Some(1.5));
    assert_eq!(of(&[-7.75, -2.25, -1.5, -1.125, -0.5]).quantile(0.4), Some(-2.25));
}

#[test]
fn decimal_probabilities_find_their_place() {
    let numbers: Vec<f64> = (1..=100).map(f64::from).collect();
    let sketch = of(&numbers);
    assert_eq!(sketch.quantile(0.07), Some(7.0));
    assert_eq!(sketch.quantile(0.07 + 1e-9), Some(8.0));
    assert_eq!(sketch.quantile(0.29), Some(29.0));
}

#[test]
fn few_numbers() {
    let none = Sketch::new();
    assert_eq!((none.count(), none.quantile(0.5), none.minimum(), none.maximum()), (0, None, None, None));
    assert_eq!((none.count_above(0.0), none.exceedance(10)), (0, vec![]));
    let one = of(&[0.3]);
    assert_eq!((one.quantile(0.0), one.quantile(0.5), one.quantile(1.0)), (Some(0.3), Some(0.3), Some(0.3)));
    let two = of(&[0.3, -0.7]);
    assert_eq!((two.quantile(0.5), two.quantile(0.51)), (Some(-0.7), Some(0.3)));
    assert_eq!(of(&[0.0, -0.0, 0.0]).exceedance(5), vec![(0.0, 0)]);
}

#[test]
fn infinities_are_counted() {
    let sketch = of(&[f64::NEG_INFINITY, 1.0, 2.0, f64::INFINITY, f64::INFINITY]);
    assert_eq!(sketch.quantile(0.0), Some(f64::NEG_INFINITY));
    assert_eq!(sketch.quantile(0.4), Some(1.0));
    assert_eq!(sketch.quantile(0.8), Some(f64::INFINITY));
    assert_eq!((sketch.count_above(1.0), sketch.count_above(1e300), sketch.count_above(f64::INFINITY)), (3, 2, 0));
    assert_eq!(sketch.exceedance(10), vec![(1.0 - 1.0 / 512.0, 4), (1.0, 3), (2.0, 2)]);
}

#[test]
fn the_ends_of_the_range_are_bins_like_others() {
    let tiny = f64::from_bits(1);
    let sketch = of(&[-f64::MAX, -tiny, tiny, f64::MAX]);
    assert_eq!(sketch.quantile(0.0), Some(-f64::MAX));
    assert_eq!(sketch.quantile(1.0), Some(f64::MAX));
    assert_eq!(sketch.count_above(0.0), 2);
    assert!(sketch.exceedance(9).iter().all(|(threshold, _)| threshold.is_finite()));
    assert_eq!(sketch.exceedance(3).first().map(|edge| edge.1), Some(4));
}

#[test]
fn edges_are_at_or_below() {
    for (x, edge) in [(1.0, 1.0), (1.003, 1.0), (100.3, 100.25), (-1.0, -1.0), (-1.003, -1.00390625), (-100.3, -100.5)]
    {
        assert_eq!(Sketch::edge(x), edge, "{x}");
    }
}

/// Numbers of ordinary and of extraordinary size, and some that repeat.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        -1e3_f64..1e3,
        (-20_i32..20).prop_map(f64::from),
        any::<u64>().prop_map(f64::from_bits).prop_filter("normal", |x| x.is_normal()),
    ]
}

proptest! {
    #[test]
    fn quantiles_are_within_the_stated_error(
        mut numbers in proptest::collection::vec(number(), 1..300), thousandths in 0_usize..=1000,
    ) {
        let found = of(&numbers).quantile(thousandths as f64 / 1000.0).unwrap();
        numbers.sort_by(f64::total_cmp);
        let exact = nearest_rank(&numbers, thousandths);
        prop_assert!((found / 2.0 - exact / 2.0).abs() <= RELATIVE_ERROR * exact.abs() / 2.0, "{found:e} {exact:e}");
    }

    #[test]
    fn counts_above_edges_are_exact(
        numbers in proptest::collection::vec(number(), 1..300), x in number(), points in 2_usize..50,
    ) {
        let sketch = of(&numbers);
        let above = |x: f64| numbers.iter().filter(|&&number| number > x).count() as u64;
        let edge = Sketch::edge(x);
        prop_assert!(edge <= x);
        prop_assert_eq!(sketch.count_above(edge), above(edge));
        let exceedance = sketch.exceedance(points);
        prop_assert!(exceedance.len() <= points);
        prop_assert!(exceedance.is_sorted_by(|left, right| left.0 < right.0 && left.1 >= right.1));
        for &(threshold, count) in &exceedance {
            prop_assert_eq!(count, above(threshold));
        }
        let extremes = [exceedance[0].1, exceedance[exceedance.len() - 1].1];
        prop_assert_eq!(extremes, [if exceedance[0].0 == 0.0 { extremes[0] } else { numbers.len() as u64 }, 0]);
    }

    #[test]
    fn splits_and_orders_agree(numbers in proptest::collection::vec(number(), 1..200), cut in 0_usize..200) {
        let whole = of(&numbers);
        let (left, right) = numbers.split_at(cut.min(numbers.len()));
        let mut parts = of(right);
        parts.merge(&of(left));
        let backwards: Vec<f64> = numbers.iter().rev().copied().collect();
        prop_assert_eq!(&parts, &whole);
        prop_assert_eq!(&of(&backwards), &whole);
    }

    /// Of one sign or both, with zeros of both and what is not finite.
    #[test]
    fn all_at_once_is_one_by_one(
        numbers in proptest::collection::vec(number(), 1..100), signs in 0_usize..3, zeros in 1_usize..9, cut in 0_usize..100,
    ) {
        let signed = |x: f64| [x, x.abs(), -x.abs()][signs];
        let mut numbers: Vec<f64> = numbers.into_iter().map(signed).collect();
        numbers.iter_mut().step_by(zeros).for_each(|x| *x *= 0.0_f64.copysign(*x));
        numbers.retain(|x| !x.is_nan());
        let (left, right) = numbers.split_at(cut.min(numbers.len()));
        let mut blocks = Sketch::new();
        blocks.add_all(left, Extent::of(left));
        blocks.add_all(right, Extent::of(right));
        prop_assert_eq!(&blocks, &of(&numbers));
        prop_assert_eq!(blocks.minimum().map(f64::to_bits), of(&numbers).minimum().map(f64::to_bits));
    }
}
