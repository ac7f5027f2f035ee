//! What a sweep says of its threshold: how many points lie where, and where it is crossed.
//!
//! In: the sides and estimates of all points. Out: for each case an [`Answered`]. With one input a [`Crossing`] lies between two
//! points that are told to lie on either side, so that a quantity that goes steadily with the input crosses between them; with
//! two inputs there are the lines on which the estimates equal the threshold.

use super::contour::{Place, through};
use super::effort::{Effort, Side};
use super::refine::Refinement;
use super::space::Space;

/// What the threshold comes to in one case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answered {
    /// Index into [`Space::cases`].
    pub case: usize,
    pub above: u64,
    pub below: u64,
    /// The numbers of the points whose intervals have the threshold in them.
    pub undecided: Vec<u64>,
    /// Of one varied input, in its order.
    pub crossings: Vec<Crossing>,
    /// Of two, in steps of the grid.
    pub lines: Vec<Vec<Place>>,
}

/// A value of the input at which a quantity crosses the threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// By the estimates, with straight lines between points.
    pub at: f64,
    /// The nearest points that are told to lie on one side and on the other.
    pub low: f64,
    pub high: f64,
    /// Whether the quantity rises above the threshold as the input grows.
    pub rises: bool,
}

/// The cases whose scenario has the threshold's quantity. `sides` and `values` (of that quantity) are of all points.
pub fn answered(
    space: &Space,
    effort: &Effort,
    refinement: &Refinement,
    sides: &[Option<Side>],
    values: &[f64],
) -> Vec<Answered> {
    let Some(threshold) = &effort.threshold else { return Vec::new() };
    let mut all: Vec<Answered> = Vec::new();
    for case in 0..space.cases.len() {
        if effort.threshold_place(space.cases[case].scenario).is_some() {
            all.push(Answered { case, ..Answered::default() });
        }
    }
    for (number, side) in sides.iter().enumerate() {
        let case = space.case_of(number as u64);
        let Some(told) = all.iter_mut().find(|told| told.case == case) else { continue };
        match side {
            Some(Side::Above) => told.above += 1,
            Some(Side::Below) => told.below += 1,
            Some(Side::Undecided) => told.undecided.push(number as u64),
            None => {}
        }
    }
    for told in &mut all {
        match space.axes.len() {
            1 => {
                let points: Vec<(f64, f64, Side)> = refinement
                    .points(told.case)
                    .filter_map(|(_, number)| {
                        let x = space.value(&space.point(number), 0)?;
                        Some((x, values[number as usize], sides[number as usize]?))
                    })
                    .collect();
                told.crossings = crossings(&points, threshold.value);
            }
            2 => {
                let cells = refinement.cells(told.case);
                let valued = cells.map(|cell| cell.map(|(place, number)| (place, values[number as usize])));
                told.lines = through(valued, threshold.value);
            }
            _ => {}
        }
    }
    all
}

/// The crossings of points (input, estimate, side) in the order of the input.
fn crossings(points: &[(f64, f64, Side)], level: f64) -> Vec<Crossing> {
    let decided: Vec<usize> = (0..points.len()).filter(|&i| points[i].2 != Side::Undecided).collect();
    let mut found = Vec::new();
    for pair in decided.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if points[from].2 == points[to].2 {
            continue;
        }
        let changes = points[from..=to].windows(2).filter(|w| (w[0].1 < level) != (w[1].1 < level));
        let places: Vec<f64> =
            changes.map(|w| w[0].0 + (w[1].0 - w[0].0) * (level - w[0].1) / (w[1].1 - w[0].1)).collect();
        // Where estimates go to and fro within their error, the middle of the first and the last change.
        let (first, last) = (places.first().copied(), places.last().copied());
        let at = first.zip(last).map_or((points[from].0 + points[to].0) / 2.0, |(first, last)| (first + last) / 2.0);
        found.push(Crossing { at, low: points[from].0, high: points[to].0, rises: points[to].2 == Side::Above });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_lie_between_points_that_are_told_apart() {
        use Side::{Above, Below, Undecided};
        let points = [
            (0.0, 0.1, Below),
            (1.0, 0.18, Undecided),
            (2.0, 0.22, Undecided),
            (3.0, 0.4, Above),
            (4.0, 0.5, Above),
            (5.0, 0.1, Below),
            (6.0, 0.21, Undecided),
        ];
        let found = crossings(&points, 0.2);
        assert_eq!(found.len(), 2);
        assert!(found[0].rises && (found[0].low, found[0].high) == (0.0, 3.0) && (found[0].at - 1.5).abs() < 1e-12);
        assert!(!found[1].rises && (found[1].low, found[1].high) == (4.0, 5.0) && (found[1].at - 4.75).abs() < 1e-12);
        assert!(crossings(&points[5..], 0.2).is_empty(), "what is undecided at the end crosses nothing");
    }
}
