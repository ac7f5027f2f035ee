//! A grid that becomes finer where a threshold crosses it.
//!
//! In: the space of a grid of one or two inputs, and on which side its points lie. Out: new points, behind those there
//! are. Level after level each cell whose corners are not all told to lie on one side is split in two each way. What is added
//! depends on the sides alone, and its order on its places, so that a sweep that is interrupted adds the same again.

use super::effort::Side;
use super::space::{Extra, Space};
use crate::scenario::study::Design;
use std::collections::{BTreeMap, BTreeSet};

/// A case, and a place on its finest lattice.
type Node = (usize, Vec<u64>);

/// The cells of a grid at its present level.
#[derive(Clone, Debug)]
pub struct Refinement {
    levels: u32,
    level: u32,
    cells: Vec<Cell>,
    /// The number of the point at each node.
    nodes: BTreeMap<Node, u64>,
}

/// A line between two nodes, or a rectangle between four.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    case: usize,
    /// The lowest of its corners, on the finest lattice.
    corner: Vec<u64>,
    size: u64,
}

impl Cell {
    /// The corners; the first axis changes fastest.
    fn corners(&self) -> Vec<Node> {
        self.nodes(&[0, self.size])
    }

    /// Every combination of these steps from the lowest corner.
    fn nodes(&self, steps: &[u64]) -> Vec<Node> {
        let count = steps.len().pow(self.corner.len() as u32);
        let node = |index: usize| {
            let step = |axis: usize| steps[index / steps.len().pow(axis as u32) % steps.len()];
            (self.case, self.corner.iter().enumerate().map(|(axis, at)| at + step(axis)).collect())
        };
        (0..count).map(node).collect()
    }
}

impl Refinement {
    /// Of nothing.
    pub fn none() -> Refinement {
        Refinement { levels: 0, level: 0, cells: Vec::new(), nodes: BTreeMap::new() }
    }

    /// The cells of the design, to be split so many times; none if it is no grid of one or two inputs.
    pub fn new(space: &Space, levels: u32) -> Refinement {
        let mut refinement = Refinement { levels, ..Refinement::none() };
        if space.design != Design::Grid || !(1..=2).contains(&space.axes.len()) {
            return refinement;
        }
        let lengths: Vec<u64> = space.axes.iter().map(|axis| axis.values.len() as u64).collect();
        let size = 1 << levels;
        for case in 0..space.cases.len() {
            for index in 0..lengths.iter().product() {
                let mut rest = index;
                let mut place = Vec::new();
                for length in &lengths {
                    place.push(rest % length);
                    rest /= length;
                }
                let values: Vec<f64> =
                    space.axes.iter().zip(&place).map(|(axis, at)| axis.values[*at as usize]).collect();
                let number = space.on_grid(case, &values).expect("the values of the axes are on the grid");
                let corner: Vec<u64> = place.iter().map(|at| at * size).collect();
                if place.iter().zip(&lengths).all(|(at, length)| at + 1 < *length) {
                    refinement.cells.push(Cell { case, corner: corner.clone(), size });
                }
                refinement.nodes.insert((case, corner), number);
            }
        }
        refinement
    }

    /// How often cells were split.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// Splits the cells that are crossed, adds their points to the space, and tells how many these are. `sides` are of all
    /// points so far.
    pub fn split(&mut self, space: &mut Space, sides: &[Option<Side>]) -> usize {
        if self.level >= self.levels {
            return 0;
        }
        self.level += 1;
        let crossed: Vec<Cell> = self.cells.iter().filter(|cell| self.is_crossed(cell, sides)).cloned().collect();
        let (mut cells, mut fresh) = (Vec::new(), BTreeSet::new());
        for cell in crossed {
            let half = cell.size / 2;
            fresh.extend(cell.nodes(&[0, half, cell.size]).into_iter().filter(|node| !self.nodes.contains_key(node)));
            cells.extend(cell.nodes(&[0, half]).into_iter().map(|(case, corner)| Cell { case, corner, size: half }));
        }
        self.cells = cells;
        let share = 1.0 / (1_u64 << self.level) as f64;
        let mut extra = Vec::new();
        for (number, node) in (space.count()..).zip(&fresh) {
            self.nodes.insert(node.clone(), number);
            let values =
                node.1.iter().enumerate().map(|(axis, at)| self.value(&space.axes[axis].values, *at)).collect();
            extra.push(Extra { case: node.0, values, place: self.place(&node.1), share });
        }
        space.add(extra);
        fresh.len()
    }

    /// Whether the corners of a cell are not all told to lie on one side.
    fn is_crossed(&self, cell: &Cell, sides: &[Option<Side>]) -> bool {
        let mut sides = cell.corners().into_iter().map(|node| sides[self.nodes[&node] as usize]);
        let first = sides.next().flatten();
        first.is_some() && (first == Some(Side::Undecided) || sides.any(|side| side != first))
    }

    /// In steps of the design's grid.
    fn place(&self, at: &[u64]) -> Vec<f64> {
        at.iter().map(|at| *at as f64 / (1_u64 << self.levels) as f64).collect()
    }

    /// The value of an axis between two of the design's: by equal ratios, if the design's have them.
    fn value(&self, values: &[f64], at: u64) -> f64 {
        let size = 1_u64 << self.levels;
        let (index, share) = ((at / size) as usize, (at % size) as f64 / size as f64);
        let from = values[index];
        if share == 0.0 {
            return from;
        }
        let to = values[index + 1];
        if is_by_ratio(values) { from * libm::pow(to / from, share) } else { from * (1.0 - share) + to * share }
    }

    /// The points of a case, with their places in steps of the design's grid, in the order of the places.
    pub fn points(&self, case: usize) -> impl Iterator<Item = (Vec<f64>, u64)> {
        let of_case = self.nodes.range((case, Vec::new())..(case + 1, Vec::new()));
        of_case.map(|((_, at), number)| (self.place(at), *number))
    }

    /// The corners of the finest cells of a case, going round each, with the numbers of their points.
    pub fn cells(&self, case: usize) -> impl Iterator<Item = [((f64, f64), u64); 4]> {
        self.cells.iter().filter(move |cell| cell.case == case && cell.corner.len() == 2).map(|cell| {
            let corners = cell.corners();
            [0, 1, 3, 2].map(|i| {
                let place = self.place(&corners[i].1);
                ((place[0], place[1]), self.nodes[&corners[i]])
            })
        })
    }
}

/// Whether ascending values have equal ratios and not equal distances.
fn is_by_ratio(values: &[f64]) -> bool {
    let equal = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-9;
    values.len() > 2
        && values[0] > 0.0
        && values.windows(3).all(|w| equal(w[1] / w[0], w[2] / w[1]))
        && !values.windows(3).all(|w| equal(w[1] - w[0], w[2] - w[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_between_follow_the_scale_of_those_there_are() {
        let refinement = Refinement { levels: 2, level: 0, cells: Vec::new(), nodes: BTreeMap::new() };
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        close(refinement.value(&[0.0, 1.0, 3.0], 5), 1.5);
        close(refinement.value(&[1.0, 100.0, 10_000.0], 2), 10.0);
        assert_eq!(refinement.value(&[1.0, 100.0, 10_000.0], 4), 100.0);
        close(refinement.value(&[1.0, 2.0], 2), 1.5);
    }

    #[test]
    fn a_cell_has_corners_and_children() {
        let cell = Cell { case: 1, corner: vec![4, 8], size: 4 };
        let places = |nodes: Vec<Node>| nodes.into_iter().map(|(_, at)| (at[0], at[1])).collect::<Vec<_>>();
        assert_eq!(places(cell.corners()), [(4, 8), (8, 8), (4, 12), (8, 12)]);
        assert_eq!(cell.nodes(&[0, 2, 4]).len(), 9);
    }
}
