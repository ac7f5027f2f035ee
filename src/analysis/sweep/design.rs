//! Which values of the inputs go together: the points of a design.
//!
//! In: the varied inputs, a design, how many points, a seed. Out: [`Points`], each a value for every input or `None`
//! where the input stays as it is. All are computed when asked for, except Latin hypercubes, whose points depend on one another
//! and are kept: 8 bytes for each value. What is drawn depends on the seed and the inputs' names alone. Knows no scenario.
//!
//! Latin hypercubes: McKay, Beckman and Conover, Technometrics 21 (1979); the best of several draws by the least distance of
//! two points (Johnson, Moore and Ylvisaker, "Minimax and maximin distance designs", J. Statist. Plann. Inference 26
//! (1990)). Saltelli's design: Saltelli et al., Computer Physics Communications 181 (2010), in SALib's order.

use crate::model::plan::{Values, Varied};
use crate::random::sobol::{Coordinate, REPLICATES};
use crate::random::{NameAddress, RunAddress, Stream};
use crate::scenario::study::Design;
use std::collections::BTreeMap;

/// The most Latin hypercubes that are drawn to take the best of.
const DRAWS: u64 = 50;
/// The most pairs of points that are compared for it.
const PAIRS: u64 = 50_000_000;

/// What equal values have in common: their bits, but those of negative zero.
pub(super) fn bits(value: f64) -> u64 {
    (value + 0.0).to_bits()
}

/// The points of a design, numbered from 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    axes: usize,
    count: u64,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    /// Every combination; the last input changes fastest.
    Grid(Vec<Vec<f64>>),
    List(Vec<Vec<f64>>),
    /// First all as they are, then each input through its values.
    OneAtATime(Vec<Vec<f64>>),
    /// Point by point.
    Drawn(Vec<f64>),
    /// Of another design, point by point.
    Some(Vec<Option<f64>>),
    /// One scrambled sequence, computed when asked for.
    Sobol(Vec<Values>, Vec<Coordinate>),
    /// For each base sample: A, then A with each input from B in turn, then B.
    Saltelli(Vec<Values>, [Vec<Coordinate>; 2]),
}

impl Points {
    /// The points of a plan's design. `points` is how many a sampled design draws; Saltelli's has as many base samples,
    /// each making a point for every input and two more.
    pub fn new(vary: &[Varied], design: Design, points: u64, seed: u64) -> Points {
        let axes = vary.len();
        let listed = || -> Vec<Vec<f64>> {
            let values = |varied: &Varied| match &varied.values {
                Values::Listed(values) => values.clone(),
                Values::Between { from, to, .. } => vec![*from, *to],
            };
            vary.iter().map(values).collect()
        };
        let drawn = |shares: Vec<f64>| {
            let at = |(i, share): (usize, f64)| between(&vary[i % axes].values, share);
            Shape::Drawn(shares.into_iter().enumerate().map(at).collect())
        };
        let values = || vary.iter().map(|varied| varied.values.clone()).collect();
        let shape = match design {
            _ if axes == 0 => Shape::Grid(Vec::new()),
            Design::Grid => Shape::Grid(listed()),
            Design::List => Shape::List(listed()),
            Design::OneAtATime => Shape::OneAtATime(listed()),
            Design::LatinHypercube => drawn(latin_hypercube(vary, points, seed)),
            Design::Sobol => Shape::Sobol(values(), coordinates(vary, seed, "", 0)),
            Design::Saltelli => {
                let halves = [coordinates(vary, seed, "", 0), coordinates(vary, seed, " / second", axes)];
                Shape::Saltelli(values(), halves)
            }
        };
        let count = match &shape {
            Shape::Grid(values) => values.iter().map(|values| values.len() as u64).product(),
            Shape::List(values) => values.first().map_or(0, |values| values.len() as u64),
            Shape::OneAtATime(values) => 1 + values.iter().map(|values| values.len() as u64).sum::<u64>(),
            Shape::Drawn(values) => (values.len() / axes) as u64,
            Shape::Some(values) => (values.len() / axes) as u64,
            Shape::Sobol(..) => points,
            Shape::Saltelli(..) => points * (axes as u64 + 2),
        };
        Points { axes, count, shape }
    }

    /// How many there are; at least 1.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The values of an input of a grid; `None` if it is no grid.
    pub fn values_of(&self, axis: usize) -> Option<&[f64]> {
        match &self.shape {
            Shape::Grid(values) => values.get(axis).map(Vec::as_slice),
            _ => None,
        }
    }

    /// The number of a grid's point with these values; `None` if there is none, or if it is no grid.
    pub fn number_of(&self, values: &[f64]) -> Option<u64> {
        let Shape::Grid(listed) = &self.shape else { return None };
        let mut number = 0;
        for (listed, value) in listed.iter().zip(values) {
            let index = listed.iter().position(|other| other.total_cmp(value).is_eq())?;
            number = number * listed.len() as u64 + index as u64;
        }
        Some(number)
    }

    /// At most about `most` of the points, as a design of their own, and their numbers in this one, ascending. Of a grid the values of
    /// each input are thinned out evenly, of anything else points are drawn whatever their place in the order: every second
    /// point of a sequence may lie in one half of an input. What belongs to the points of `kept` stays.
    pub fn some(&self, most: u64, kept: &[u64]) -> (Points, Vec<u64>) {
        if let Shape::Grid(all) = &self.shape {
            let kept: Vec<Vec<Option<f64>>> = kept.iter().map(|&number| self.at(number)).collect();
            let each = libm::floor(libm::pow(most as f64, 1.0 / self.axes as f64)).max(2.0) as usize;
            // The first places of values that stay: a value may be listed several times.
            let thinned = |(axis, values): (usize, &Vec<f64>)| -> Vec<usize> {
                let every = values.len().div_ceil(each);
                let stays = |index: usize| index.is_multiple_of(every) || index + 1 == values.len();
                let is_kept = |value: f64| kept.iter().any(|at| at[axis] == Some(value));
                let mut first = BTreeMap::new();
                let mut places = Vec::new();
                for (index, &value) in values.iter().enumerate() {
                    let place = *first.entry(bits(value)).or_insert(index);
                    if stays(index) || is_kept(value) {
                        places.push(place);
                    }
                }
                places.sort_unstable();
                places.dedup();
                places
            };
            let places: Vec<Vec<usize>> = all.iter().enumerate().map(thinned).collect();
            let some = places.iter().zip(all).map(|(places, values)| places.iter().map(|&at| values[at]).collect());
            let count = places.iter().map(|places| places.len() as u64).product();
            let points = Points { axes: self.axes, count, shape: Shape::Grid(some.collect()) };
            let number = |mut rest: u64| {
                let (mut number, mut scale) = (0, 1);
                for (places, values) in places.iter().zip(all).rev() {
                    number += scale * places[(rest % places.len() as u64) as usize] as u64;
                    rest /= places.len() as u64;
                    scale *= values.len() as u64;
                }
                number
            };
            return (points, (0..count).map(number).collect());
        }
        let name = NameAddress::new("some points of a design");
        let share = most as f64 / self.count as f64;
        let is_drawn = |number: u64| Stream::at(RunAddress::new(0, number), name, 0).unit() < share;
        let numbers: Vec<u64> = (0..self.count).filter(|number| kept.contains(number) || is_drawn(*number)).collect();
        let values = numbers.iter().flat_map(|&number| self.at(number)).collect();
        (Points { axes: self.axes, count: numbers.len() as u64, shape: Shape::Some(values) }, numbers)
    }

    /// The value of each input at a point below [`count`](Points::count); `None`: as it is.
    pub fn at(&self, point: u64) -> Vec<Option<f64>> {
        match &self.shape {
            Shape::Grid(values) => {
                let mut rest = point;
                let mut at = vec![None; self.axes];
                for (axis, values) in values.iter().enumerate().rev() {
                    let count = values.len() as u64;
                    at[axis] = Some(values[(rest % count) as usize]);
                    rest /= count;
                }
                at
            }
            Shape::List(values) => values.iter().map(|values| Some(values[point as usize])).collect(),
            Shape::OneAtATime(values) => {
                let mut at = vec![None; self.axes];
                let mut rest = point.checked_sub(1);
                for (axis, values) in values.iter().enumerate() {
                    let Some(index) = rest else { break };
                    match values.get(index as usize) {
                        Some(&value) => {
                            at[axis] = Some(value);
                            break;
                        }
                        None => rest = Some(index - values.len() as u64),
                    }
                }
                at
            }
            Shape::Drawn(values) => {
                let start = point as usize * self.axes;
                values[start..start + self.axes].iter().copied().map(Some).collect()
            }
            Shape::Some(values) => {
                let start = point as usize * self.axes;
                values[start..start + self.axes].to_vec()
            }
            // The points of one sequence, not those dealt out to several.
            Shape::Sobol(ranges, sequence) => {
                let at = |(range, axis): (&Values, &Coordinate)| Some(between(range, axis.at(point * REPLICATES)));
                ranges.iter().zip(sequence).map(at).collect()
            }
            Shape::Saltelli(ranges, [a, b]) => {
                let (sample, which) = (point / (self.axes as u64 + 2), (point % (self.axes as u64 + 2)) as usize);
                let at = |axis: usize| {
                    let from_b = which == axis + 1 || which == self.axes + 1;
                    let half = if from_b { b } else { a };
                    Some(between(&ranges[axis], half[axis].at(sample * REPLICATES)))
                };
                (0..self.axes).map(at).collect()
            }
        }
    }
}

/// The value at this share of a range.
fn between(values: &Values, share: f64) -> f64 {
    match values {
        Values::Between { from, to, log: true } => (from * libm::pow(to / from, share)).clamp(*from, *to),
        Values::Between { from, to, log: false } => from * (1.0 - share) + to * share,
        Values::Listed(values) => values[((share * values.len() as f64) as usize).min(values.len() - 1)],
    }
}

/// Shares in (0, 1), point by point: in every dimension one point in each of `points` equal intervals.
fn latin_hypercube(vary: &[Varied], points: u64, seed: u64) -> Vec<f64> {
    let names: Vec<NameAddress> =
        vary.iter().map(|varied| NameAddress::new(&format!("{} / latin hypercube", varied.name))).collect();
    let pairs = (points * points.saturating_sub(1) / 2).max(1);
    let draws = (PAIRS / pairs).clamp(1, DRAWS);
    let mut candidates = (0..draws).map(|draw| one_hypercube(&names, points, RunAddress::new(seed, draw)));
    if draws == 1 {
        return candidates.next().unwrap_or_default();
    }
    let scored = candidates.map(|shares| (least_distance(&shares, vary.len()), shares));
    // Of equally good ones the first.
    let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, shares)| shares).unwrap_or_default()
}

fn one_hypercube(names: &[NameAddress], points: u64, draw: RunAddress) -> Vec<f64> {
    let axes = names.len();
    let mut shares = vec![0.0; points as usize * axes];
    for (axis, name) in names.iter().enumerate() {
        let mut stream = Stream::at(draw, *name, 0);
        let mut cells: Vec<u64> = (0..points).collect();
        // Fisher and Yates' shuffle.
        for last in (1..cells.len()).rev() {
            cells.swap(last, (stream.unit() * (last + 1) as f64) as usize);
        }
        for (point, cell) in cells.into_iter().enumerate() {
            shares[point * axes + axis] = (cell as f64 + stream.unit()) / points as f64;
        }
    }
    shares
}

/// The square of the least distance of two points.
fn least_distance(shares: &[f64], axes: usize) -> f64 {
    let points: Vec<&[f64]> = shares.chunks(axes).collect();
    let mut least = f64::INFINITY;
    for (i, one) in points.iter().enumerate() {
        for other in &points[..i] {
            let distance: f64 = one.iter().zip(*other).map(|(a, b)| (a - b) * (a - b)).sum();
            least = least.min(distance);
        }
    }
    least
}

/// A sequence for each input; `first` is the dimension of the first.
fn coordinates(vary: &[Varied], seed: u64, suffix: &str, first: usize) -> Vec<Coordinate> {
    let named = vary.iter().enumerate();
    named.map(|(axis, varied)| Coordinate::new(seed, first + axis, &format!("{}{suffix}", varied.name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FileId, Span};

    fn varied(name: &str, values: Values) -> Varied {
        Varied { name: name.to_owned(), span: Span::new(FileId(0), 0, 0), values }
    }

    fn listed(values: &[&[f64]]) -> Vec<Varied> {
        values.iter().enumerate().map(|(i, v)| varied(&format!("x{i}"), Values::Listed(v.to_vec()))).collect()
    }

    fn unit(axes: usize) -> Vec<Varied> {
        let values = Values::Between { from: 0.0, to: 1.0, log: false };
        (0..axes).map(|i| varied(&format!("x{i}"), values.clone())).collect()
    }

    fn all(points: &Points) -> Vec<Vec<Option<f64>>> {
        (0..points.count()).map(|point| points.at(point)).collect()
    }

    #[test]
    fn a_grid_has_every_combination_and_its_last_input_changes_fastest() {
        let grid = all(&Points::new(&listed(&[&[1.0, 2.0], &[5.0, 6.0, 7.0]]), Design::Grid, 0, 1));
        let expected: Vec<Vec<Option<f64>>> = [(1.0, 5.0), (1.0, 6.0), (1.0, 7.0), (2.0, 5.0), (2.0, 6.0), (2.0, 7.0)]
            .iter()
            .map(|&(a, b)| vec![Some(a), Some(b)])
            .collect();
        assert_eq!(grid, expected);
        assert_eq!(all(&Points::new(&[], Design::Grid, 0, 1)), vec![Vec::new()], "nothing varied is one point");
    }

    #[test]
    fn lists_go_in_step_and_single_inputs_one_at_a_time() {
        let vary = listed(&[&[1.0, 2.0], &[5.0, 6.0]]);
        let list = all(&Points::new(&vary, Design::List, 0, 1));
        assert_eq!(list, [vec![Some(1.0), Some(5.0)], vec![Some(2.0), Some(6.0)]]);
        let single = all(&Points::new(&vary, Design::OneAtATime, 0, 1));
        let expected = [[None, None], [Some(1.0), None], [Some(2.0), None], [None, Some(5.0)], [None, Some(6.0)]];
        assert_eq!(single, expected.map(Vec::from));
    }

    #[test]
    fn a_latin_hypercube_fills_every_interval_once_and_keeps_its_points_apart() {
        let points = Points::new(&unit(3), Design::LatinHypercube, 20, 7);
        let drawn = all(&points);
        for axis in 0..3 {
            let mut cells: Vec<usize> = drawn.iter().map(|point| (point[axis].unwrap() * 20.0) as usize).collect();
            cells.sort_unstable();
            assert_eq!(cells, (0..20).collect::<Vec<_>>());
        }
        let flat = |points: &[Vec<Option<f64>>]| -> Vec<f64> { points.iter().flatten().map(|v| v.unwrap()).collect() };
        let names: Vec<NameAddress> =
            unit(3).iter().map(|v| NameAddress::new(&format!("{} / latin hypercube", v.name))).collect();
        let single = one_hypercube(&names, 20, RunAddress::new(7, 0));
        assert!(least_distance(&flat(&drawn), 3) > least_distance(&single, 3));
        assert_eq!(points, Points::new(&unit(3), Design::LatinHypercube, 20, 7), "the seed fixes the draw");
        assert_ne!(points, Points::new(&unit(3), Design::LatinHypercube, 20, 8));
    }

    /// 2⁶ points of a scrambled net in base 2 put one point into each of the 64 boxes of any dyadic shape.
    #[test]
    fn sobol_points_fill_dyadic_boxes_and_more_points_keep_those_there_were() {
        let points = all(&Points::new(&unit(2), Design::Sobol, 64, 3));
        for (across, down) in [(64, 1), (16, 4), (8, 8), (1, 64)] {
            let mut boxes = vec![0; 64];
            for point in &points {
                let cell = |share: Option<f64>, cells: usize| (share.unwrap() * cells as f64) as usize;
                boxes[cell(point[0], across) * down + cell(point[1], down)] += 1;
            }
            assert_eq!(boxes, vec![1; 64], "{across} by {down}");
        }
        let more = all(&Points::new(&unit(2), Design::Sobol, 100, 3));
        assert_eq!(more[..64], points);
    }

    /// The estimator of Saltelli et al. (2010), table 2 (b), on the function of Ishigami and Homma (1990):
    /// S₁ = 0.3139, S₂ = 0.4424, S₃ = 0 (Saltelli et al., "Global Sensitivity Analysis: The Primer", 2008).
    #[test]
    fn saltellis_points_give_the_published_indices() {
        let pi = std::f64::consts::PI;
        let values = Values::Between { from: -pi, to: pi, log: false };
        let vary: Vec<Varied> = (0..3).map(|i| varied(&format!("x{i}"), values.clone())).collect();
        let points = all(&Points::new(&vary, Design::Saltelli, 4096, 1));
        assert_eq!(points.len(), 4096 * 5);
        let ishigami = |x: &[Option<f64>]| {
            let [a, b, c] = [0, 1, 2].map(|i| x[i].unwrap());
            libm::sin(a) + 7.0 * libm::pow(libm::sin(b), 2.0) + 0.1 * libm::pow(c, 4.0) * libm::sin(a)
        };
        let y: Vec<f64> = points.iter().map(|point| ishigami(point)).collect();
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let variance = y.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / y.len() as f64;
        for (input, truth) in [0.3139, 0.4424, 0.0].into_iter().enumerate() {
            let sum: f64 = y.chunks(5).map(|s| s[4] * (s[1 + input] - s[0])).sum();
            let index = sum / 4096.0 / variance;
            assert!((index - truth).abs() < 0.02, "input {input}: {index} against {truth}");
        }
    }

    #[test]
    fn some_of_the_points_are_points_of_the_design() {
        let steps: Vec<f64> = (0..50).map(f64::from).collect();
        let check = |points: &Points, kept: u64, range: std::ops::RangeInclusive<u64>| {
            let (some, numbers) = points.some(100, &[kept]);
            assert!(range.contains(&some.count()) && numbers.contains(&kept), "{}", some.count());
            assert!(numbers.is_sorted_by(|a, b| a < b));
            let at: Vec<Vec<Option<f64>>> = numbers.iter().map(|&number| points.at(number)).collect();
            assert_eq!(all(&some), at);
        };
        let grid = Points::new(&listed(&[&steps, &steps]), Design::Grid, 0, 1);
        check(&grid, 50 * 7 + 13, 100..=144);
        // Values in no order, some of them twice.
        let twice: Vec<f64> = (0..300).map(|i| f64::from(i * 7 % 150)).collect();
        check(&Points::new(&listed(&[&twice]), Design::Grid, 0, 1), 17, 50..=53);
        check(&Points::new(&unit(3), Design::Sobol, 4000, 1), 17, 60..=140);
        check(&Points::new(&unit(3), Design::LatinHypercube, 400, 1), 17, 60..=140);
        check(&Points::new(&listed(&[&steps, &steps]), Design::List, 0, 1), 17, 50..=50);
    }

    #[test]
    fn a_log_range_is_drawn_by_ratios() {
        let values = Values::Between { from: 1.0, to: 100.0, log: true };
        assert!((between(&values, 0.5) - 10.0).abs() < 1e-12);
        assert_eq!((between(&values, 0.0), between(&values, 1.0)), (1.0, 100.0));
    }
}
