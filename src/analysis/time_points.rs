//! Points of time, and the first of them that is not before a time.
//!
//! In: points, ascending. Out: for any time a number of a point, without a search: the axis is cut into as many equal
//! pieces as there are points, and a table has the first point of each piece. Points that are evenly spaced, as those of a
//! study are but for a few, are found at the first look.

/// Ascending points of time, of which the first is not negative.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimePoints {
    points: Vec<f64>,
    /// Pieces per time unit.
    pieces: f64,
    /// For each piece of the axis, how many points lie in those before.
    before: Vec<u32>,
}

impl TimePoints {
    pub(super) fn new(points: &[f64]) -> Self {
        let last = points.last().copied().unwrap_or(0.0);
        let count = points.len();
        let pieces = if last > 0.0 { (count.max(2) - 1) as f64 / last } else { 0.0 };
        let mut time_points = TimePoints { points: points.to_vec(), pieces, before: vec![0; count.max(1)] };
        for &point in points {
            let piece = time_points.piece(point);
            time_points.before[piece + 1..].iter_mut().for_each(|before| *before += 1);
        }
        time_points
    }

    pub(super) fn points(&self) -> &[f64] {
        &self.points
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// The piece of the axis that a time lies in: a later time lies in no earlier one, however it is rounded.
    #[inline(always)]
    fn piece(&self, time: f64) -> usize {
        ((time * self.pieces) as u32 as usize).min(self.before.len() - 1)
    }

    /// The number of the first point that is not before a time; how many there are, if all are.
    #[inline(always)]
    pub(super) fn first_from(&self, time: f64) -> usize {
        // Points of earlier pieces are earlier; of those that follow, one lies before the time as a rule.
        let mut number = self.before[self.piece(time)] as usize;
        number += usize::from(self.points.get(number).is_some_and(|&point| point < time));
        while self.points.get(number).is_some_and(|&point| point < time) {
            number += 1;
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_point_is_that_of_a_search() {
        let even: Vec<f64> = (0..=100).map(|i| f64::from(i) * 5.2).collect();
        let uneven: Vec<f64> = even.iter().copied().chain([0.1, 0.2, 0.3, 17.0, 519.0]).collect();
        let bunched: Vec<f64> = (0..50).map(|i| f64::from(i) * 1e-3).chain([1000.0]).collect();
        for mut points in [even, uneven, bunched, vec![0.0], vec![3.0], vec![0.0, 1.0 / 3.0]] {
            points.sort_by(f64::total_cmp);
            let time_points = TimePoints::new(&points);
            let spread = points.iter().flat_map(|&point| [point.next_down().max(0.0), point, point.next_up()]);
            for time in spread.chain((0..5300).map(|i| f64::from(i) * 0.1)) {
                let expected = points.partition_point(|&point| point < time);
                assert_eq!(time_points.first_from(time), expected, "{time}");
            }
        }
    }
}
