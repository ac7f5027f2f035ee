//! Places for boxes and routes for arrows between them, from top to bottom.
//!
//! In: sizes of boxes, groups that enclose some of them, arrows with the sizes of their labels. Out: a [`Layout`] in the
//! same unit. The one file that knows the library (dagre, a port of dagre.js): layers by network simplex, crossings by
//! barycentres, places by Brandes and Köpf; labels get a place of their own in a layer, and so lie on nothing.

use super::drawing::Place;
use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};

/// A box to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BoxSize {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The group that encloses it.
    pub(super) group: Option<usize>,
}

/// An arrow to be routed, between two different boxes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Size of its label.
    pub(super) label: (f64, f64),
    /// How much it wants to be short and straight, from 1.
    pub(super) weight: i32,
}

/// Where everything is, from (0, 0).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Middles of the boxes.
    pub(super) boxes: Vec<Place>,
    /// Left, top, right and bottom of the groups.
    pub(super) groups: Vec<[f64; 4]>,
    pub(super) routes: Vec<Route>,
}

/// An arrow's way from border to border.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Route {
    /// Two places at least; y never turns back.
    pub(super) places: Vec<Place>,
    /// Middle of the label.
    pub(super) label: Place,
}

/// Places boxes and routes arrows. `groups` holds the group around each group.
pub(super) fn layout(boxes: &[BoxSize], groups: &[Option<usize>], arrows: &[Arrow]) -> Layout {
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
    let node = |index: usize| format!("n{index}");
    let group = |index: usize| format!("g{index}");
    for (index, size) in boxes.iter().enumerate() {
        let label = NodeLabel { width: size.width, height: size.height, ..NodeLabel::default() };
        graph.set_node(node(index), Some(label));
    }
    for index in 0..groups.len() {
        graph.set_node(group(index), Some(NodeLabel::default()));
    }
    for (index, outer) in groups.iter().enumerate() {
        if let Some(outer) = outer {
            graph.set_parent(&group(index), Some(&group(*outer)));
        }
    }
    for (index, size) in boxes.iter().enumerate() {
        if let Some(inner) = size.group {
            graph.set_parent(&node(index), Some(&group(inner)));
        }
    }
    for (index, arrow) in arrows.iter().enumerate() {
        let label = EdgeLabel {
            width: arrow.label.0,
            height: arrow.label.1,
            labelpos: dagre::layout::types::LabelPos::Center,
            weight: arrow.weight,
            ..EdgeLabel::default()
        };
        graph.set_edge(node(arrow.from), node(arrow.to), Some(label), Some(&format!("e{index}")));
    }
    let options = LayoutOptions { nodesep: 28.0, edgesep: 12.0, ranksep: 62.0, ..LayoutOptions::default() };
    dagre::layout(&mut graph, Some(options));

    let place =
        |label: Option<&NodeLabel>| label.map_or((0.0, 0.0), |label| (label.x.unwrap_or(0.0), label.y.unwrap_or(0.0)));
    let mut found = Layout {
        boxes: (0..boxes.len()).map(|index| place(graph.node(&node(index)))).collect(),
        groups: (0..groups.len())
            .map(|index| {
                let label = graph.node(&group(index));
                let ((x, y), (w, h)) = (place(label), label.map_or((0.0, 0.0), |label| (label.width, label.height)));
                [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0]
            })
            .collect(),
        routes: arrows
            .iter()
            .enumerate()
            .map(|(index, arrow)| {
                let label = graph.edge(&node(arrow.from), &node(arrow.to), Some(&format!("e{index}")));
                label.map_or_else(Route::default, |label| Route {
                    places: label.points.iter().map(|point| (point.x, point.y)).collect(),
                    label: (label.x.unwrap_or(0.0), label.y.unwrap_or(0.0)),
                })
            })
            .collect(),
        ..Layout::default()
    };
    found.settle(boxes, arrows);
    found
}

impl Layout {
    /// Moves everything so that it begins at (0, 0), and measures it.
    fn settle(&mut self, boxes: &[BoxSize], arrows: &[Arrow]) {
        let mut extent = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let mut cover = |(x, y): Place, (w, h): (f64, f64)| {
            extent[0] = extent[0].min(x - w / 2.0);
            extent[1] = extent[1].min(y - h / 2.0);
            extent[2] = extent[2].max(x + w / 2.0);
            extent[3] = extent[3].max(y + h / 2.0);
        };
        for (place, size) in self.boxes.iter().zip(boxes) {
            cover(*place, (size.width, size.height));
        }
        for [left, top, right, bottom] in &self.groups {
            cover(((left + right) / 2.0, (top + bottom) / 2.0), (right - left, bottom - top));
        }
        for (route, arrow) in self.routes.iter().zip(arrows) {
            cover(route.label, arrow.label);
            route.places.iter().for_each(|place| cover(*place, (0.0, 0.0)));
        }
        if !extent[0].is_finite() {
            return;
        }
        let [left, top, right, bottom] = extent;
        (self.width, self.height) = (right - left, bottom - top);
        let shift = |place: &mut Place| *place = (place.0 - left, place.1 - top);
        self.boxes.iter_mut().for_each(shift);
        for group in &mut self.groups {
            *group = [group[0] - left, group[1] - top, group[2] - left, group[3] - top];
        }
        for route in &mut self.routes {
            route.places.iter_mut().for_each(shift);
            shift(&mut route.label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_goes_down_and_up_again() {
        let size = BoxSize { width: 80.0, height: 30.0, group: None };
        let arrow = |from, to| Arrow { from, to, label: (20.0, 14.0), weight: 1 };
        let arrows = [arrow(0, 1), arrow(1, 2), arrow(2, 0), arrow(0, 1)];
        let found = layout(&[size; 3], &[], &arrows);
        assert!(found.boxes[0].1 < found.boxes[1].1 && found.boxes[1].1 < found.boxes[2].1, "{found:?}");
        assert_ne!(found.routes[0].label, found.routes[3].label, "two arrows between the same boxes lie apart");
        for route in &found.routes {
            let ys: Vec<f64> = route.places.iter().map(|place| place.1).collect();
            assert!(ys.is_sorted() || ys.iter().rev().is_sorted(), "{ys:?}");
        }
        assert_eq!(found, layout(&[size; 3], &[], &arrows), "the same again");
    }

    #[test]
    fn groups_enclose_their_boxes() {
        let size = |group| BoxSize { width: 60.0, height: 30.0, group };
        let arrow = |from, to| Arrow { from, to, label: (20.0, 14.0), weight: 1 };
        let boxes = [size(None), size(Some(0)), size(Some(1)), size(None)];
        let found = layout(&boxes, &[None, Some(0)], &[arrow(0, 1), arrow(1, 2), arrow(2, 3)]);
        let inside = |index: usize, [left, top, right, bottom]: [f64; 4]| {
            let (x, y) = found.boxes[index];
            x - 30.0 >= left && x + 30.0 <= right && y - 15.0 >= top && y + 15.0 <= bottom
        };
        assert!(inside(1, found.groups[0]) && inside(2, found.groups[0]) && inside(2, found.groups[1]), "{found:?}");
        assert!(!inside(0, found.groups[0]) && !inside(1, found.groups[1]) && !inside(3, found.groups[0]), "{found:?}");
    }
}
