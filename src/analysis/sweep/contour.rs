//! Lines of equal value over a grid: marching squares with linear interpolation, joined into polylines.
//!
//! In: values on a rectangular grid of unit cells, or at the corners of cells of any size, and a level. Out: lines in grid coordinates, column then row, each as long
//! as it can be. Draws nothing.

/// A place in grid coordinates: columns and rows from the first value.
pub type Place = (f64, f64);

/// The lines on which the values, row by row of `columns` each, equal the level.
pub fn contours(values: &[f64], columns: usize, level: f64) -> Vec<Vec<Place>> {
    let rows = values.len() / columns.max(1);
    let corner = |column: usize, row: usize| ((column as f64, row as f64), values[row * columns + column]);
    let cells = (0..rows.saturating_sub(1)).flat_map(|row| {
        (0..columns.saturating_sub(1)).map(move |column| {
            [corner(column, row), corner(column + 1, row), corner(column + 1, row + 1), corner(column, row + 1)]
        })
    });
    through(cells, level)
}

/// The lines through rectangular cells on which the value equals the level. A cell has its corners in the order of going
/// round it, each with its value.
pub fn through(cells: impl Iterator<Item = [(Place, f64); 4]>, level: f64) -> Vec<Vec<Place>> {
    let mut segments: Vec<(Place, Place)> = Vec::new();
    for corners in cells {
        let mut crossings: Vec<Place> = Vec::new();
        for i in 0..4 {
            let ((a, u), (b, v)) = (corners[i], corners[(i + 1) % 4]);
            let (u, v) = (u - level, v - level);
            if (u < 0.0) != (v < 0.0) {
                // The edge is walked from its lower end, so that neighbours find the same place.
                let (a, b, u, v) = if a <= b { (a, b, u, v) } else { (b, a, v, u) };
                let share = u / (u - v);
                let between = |from: f64, to: f64| from + (to - from) * share;
                crossings.push((between(a.0, b.0), between(a.1, b.1)));
            }
        }
        match crossings.as_slice() {
            [a, b] => segments.push((*a, *b)),
            // A saddle: the middle decides which two corners are joined.
            [a, b, c, d] => {
                let middle = corners.iter().map(|(_, value)| value).sum::<f64>() / 4.0 - level;
                let first_is_low = corners[0].1 - level < 0.0;
                if (middle < 0.0) == first_is_low {
                    segments.extend([(*a, *b), (*c, *d)]);
                } else {
                    segments.extend([(*d, *a), (*b, *c)]);
                }
            }
            _ => {}
        }
    }
    joined(segments)
}

/// Segments that share an end as lines.
fn joined(mut segments: Vec<(Place, Place)>) -> Vec<Vec<Place>> {
    let mut lines = Vec::new();
    while let Some((a, b)) = segments.pop() {
        let mut line = std::collections::VecDeque::from([a, b]);
        while let Some((place, front)) = next(&mut segments, &line) {
            if front { line.push_front(place) } else { line.push_back(place) }
        }
        lines.push(line.into());
    }
    lines
}

/// A segment that goes on from either end of the line, taken out: its other end, and whether it goes before the front.
fn next(segments: &mut Vec<(Place, Place)>, line: &std::collections::VecDeque<Place>) -> Option<(Place, bool)> {
    let (front, back) = (*line.front()?, *line.back()?);
    for (end, is_front) in [(back, false), (front, true)] {
        if let Some(index) = segments.iter().position(|(a, b)| *a == end || *b == end) {
            let (a, b) = segments.swap_remove(index);
            return Some((if a == end { b } else { a }, is_front));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_has_one_straight_line() {
        let values: Vec<f64> = (0..20).map(|i| f64::from(i % 5)).collect();
        let lines = contours(&values, 5, 2.5);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].len() == 4 && lines[0].iter().all(|place| place.0 == 2.5), "{lines:?}");
        assert!(contours(&values, 5, 9.0).is_empty());
    }

    #[test]
    fn a_hill_has_a_closed_ring_at_its_radius() {
        let side = 41;
        let value = |i: usize| {
            let (x, y) = ((i % side) as f64 - 20.0, (i / side) as f64 - 20.0);
            (x * x + y * y).sqrt()
        };
        let values: Vec<f64> = (0..side * side).map(value).collect();
        let lines = contours(&values, side, 12.3);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].first(), lines[0].last(), "the ring is closed");
        for (x, y) in &lines[0] {
            let radius = ((x - 20.0) * (x - 20.0) + (y - 20.0) * (y - 20.0)).sqrt();
            assert!((radius - 12.3).abs() < 0.02, "{radius}");
        }
    }

    #[test]
    fn a_saddle_has_two_lines() {
        assert_eq!(contours(&[1.0, 0.0, 0.0, 1.0], 2, 0.5).len(), 2);
        assert!(contours(&[1.0], 1, 0.5).is_empty() && contours(&[], 3, 0.5).is_empty());
    }
}
