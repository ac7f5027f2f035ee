//! Where arrows touch their boxes: along the lower and the upper border, in the order in which they come in.
//!
//! In: boxes, their arrows and the routes that the layout found, which all aim at the middle of a box. Out: routes whose
//! ends lie apart, and which do not slide past the neighbours of a box in its own row.

use super::drawing::Place;
use super::layout::{Arrow, Route};
use crate::output::chart::labels::spread;

/// Wanted distance of two ends.
const GAP: f64 = 13.0;
/// No end is nearer to a corner.
const CORNER: f64 = 12.0;
/// How far a route goes straight up or down at its ends.
const UPRIGHT: f64 = 11.0;

/// Moves the ends of the routes; `sizes` are width and height of the boxes, `middles` their places.
pub(super) fn fan_out(sizes: &[(f64, f64)], middles: &[Place], arrows: &[Arrow], routes: &mut [Route]) {
    for (index, ((width, height), middle)) in sizes.iter().zip(middles).enumerate() {
        for below in [false, true] {
            // (route, whether it is its first place, where it comes from)
            let mut ends: Vec<(usize, bool, f64)> = Vec::new();
            for (number, (arrow, route)) in arrows.iter().zip(routes.iter()).enumerate() {
                let [.., before_last, _] = route.places.as_slice() else { continue };
                let second = route.places[1];
                if arrow.from == index && (second.1 > middle.1) == below {
                    ends.push((number, true, second.0));
                }
                if arrow.to == index && (before_last.1 > middle.1) == below {
                    ends.push((number, false, before_last.0));
                }
            }
            let (low, high) = (middle.0 - width / 2.0 + CORNER, middle.0 + width / 2.0 - CORNER);
            let wanted: Vec<f64> = ends.iter().map(|(_, _, x)| x.clamp(low, high)).collect();
            // Those that are held at a corner keep their order by where they come from.
            let mut order: Vec<usize> = (0..ends.len()).collect();
            order.sort_by(|a, b| ends[*a].2.total_cmp(&ends[*b].2));
            let sorted: Vec<f64> = order.iter().map(|i| wanted[*i]).collect();
            let places = spread(&sorted, GAP, low, high);
            let y = if below { middle.1 + height / 2.0 } else { middle.1 - height / 2.0 };
            for (i, x) in order.into_iter().zip(places) {
                let (number, first, _) = ends[i];
                let route = &mut routes[number].places;
                let end = if first { 0 } else { route.len() - 1 };
                route[end] = (x, y);
            }
        }
    }
    for route in routes {
        straighten(&mut route.places);
    }
}

/// Lets a route leave and meet its boxes upright, where there is room for it.
fn straighten(places: &mut Vec<Place>) {
    let [first, second, ..] = places[..] else { return };
    let upright = |end: Place, next: Place| {
        let room = next.1 - end.1;
        (room.abs() > 2.0 * UPRIGHT).then(|| (end.0, end.1 + UPRIGHT.copysign(room)))
    };
    let [.., before_last, last] = places[..] else { return };
    let arrives = upright(last, before_last);
    if let Some(place) = upright(first, second) {
        places.insert(1, place);
    }
    if let Some(place) = arrives {
        places.insert(places.len() - 1, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_lie_apart_in_order_on_the_border() {
        let sizes = [(80.0, 30.0), (80.0, 30.0)];
        let middles = [(100.0, 15.0), (100.0, 200.0)];
        let arrow = |from, to| Arrow { from, to, label: (0.0, 0.0), weight: 1 };
        let arrows = [arrow(0, 1), arrow(0, 1), arrow(1, 0)];
        let by = |x: f64| Route { places: vec![(100.0, 30.0), (x, 100.0), (100.0, 185.0)], label: (x, 100.0) };
        let mut up = by(400.0);
        up.places.reverse();
        let mut routes = [by(300.0), by(-50.0), up];
        fan_out(&sizes, &middles, &arrows, &mut routes);
        let last = routes[2].places[4];
        let starts = [routes[0].places[0], routes[1].places[0], last];
        assert!(starts.iter().all(|(x, y)| *y == 30.0 && (72.0..=128.0).contains(x)), "{starts:?}");
        assert!(starts[1].0 < starts[0].0 && starts[0].0 + GAP - 1e-9 <= starts[2].0, "{starts:?}");
        assert!([routes[0].places[4], routes[2].places[0]].iter().all(|(_, y)| *y == 185.0));
    }
}
