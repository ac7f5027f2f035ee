//! The page of a diagram: heading, boxes and arrows, what the numbers stand for, and where it comes from.
//!
//! In: a [`Graph`] and the words around it. Out: a [`Drawing`] in points. Arrows are as wide as their hazard at central
//! values is great, on a logarithmic scale, and carry their number in a box on white; dashed ones wait for an event or a
//! condition.

use super::drawing::{Drawing, Pen, Place, Shape, Side, pen, through};
use super::graph::{Graph, Kind, Node};
use super::layout::{Arrow, BoxSize, Layout, layout};
use super::ports::fan_out;
use crate::output::chart::heading::DISCLAIMER;
use crate::output::chart::labels::{broken, cut};
use crate::output::chart::style::{
    AXIS, BLUE, GRID, HEADING, INK, MUTED, PAPER, SMALL, STRIPE, TEXT, TINY, TITLE, VERMILLION, line, plain, readable,
    strong, tint,
};
use plotters::style::RGBColor;

pub(super) const MARGIN: f64 = 32.0;
/// No page is narrower.
const NARROWEST: f64 = 760.0;
const TOP: f64 = 100.0;
const FOOTER: f64 = 46.0;
/// Room beside the first state for the arrow that marks it.
const MARK: f64 = 30.0;
/// Room beside a state for its loop.
const LOOP: f64 = 40.0;
/// Size of type in a box and beside an arrow.
const NAME: f64 = TEXT + 1.0;
pub(super) const LABEL: f64 = SMALL;

/// The words around a diagram.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) condition: String,
    pub(super) reading: String,
    pub(super) origin: String,
    pub(super) entries: Vec<(String, String)>,
    /// The scenario's unit of time.
    pub(super) unit: &'static str,
}

/// A rectangle: left, top, right, bottom.
pub(super) type Frame = [f64; 4];

/// A page, and where its boxes and labels lie on it.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) drawing: Drawing,
    pub(super) boxes: Vec<Frame>,
    pub(super) labels: Vec<Frame>,
}

/// A state's lines of text and the size of its box.
struct Card {
    name: Vec<String>,
    note: Vec<String>,
    width: f64,
    height: f64,
    /// Room kept free on either side.
    beside: f64,
}

pub(super) fn page(graph: &Graph, words: &Words) -> Page {
    let cards: Vec<Card> = graph.nodes.iter().enumerate().map(|(index, node)| card(graph, index, node)).collect();
    let boxes: Vec<BoxSize> = cards
        .iter()
        .zip(&graph.nodes)
        .map(|(card, node)| BoxSize { width: card.width + 2.0 * card.beside, height: card.height, group: node.group })
        .collect();
    let groups: Vec<Option<usize>> = graph.groups.iter().map(|group| group.parent).collect();
    let drawn: Vec<usize> = (0..graph.edges.len()).filter(|i| graph.edges[*i].from != graph.edges[*i].to).collect();
    let arrows: Vec<Arrow> = drawn
        .iter()
        .map(|i| {
            let edge = &graph.edges[*i];
            Arrow { from: edge.from, to: edge.to, label: badge_size(&edge.label), weight: 1 }
        })
        .collect();
    let mut found = layout(&boxes, &groups, &arrows);
    let sizes: Vec<(f64, f64)> = cards.iter().map(|card| (card.width, card.height)).collect();
    fan_out(&sizes, &found.boxes, &arrows, &mut found.routes);
    let width = (found.width + 2.0 * MARGIN).max(NARROWEST).ceil();
    let mut page = Page {
        drawing: Drawing { width, height: 0.0, shapes: Vec::new(), entries: words.entries.clone() },
        boxes: Vec::new(),
        labels: Vec::new(),
    };
    page.heading(words);
    let corner = ((width - found.width) / 2.0, TOP + 12.0);
    page.frames(graph, &found, corner);
    page.arrows(graph, &drawn, &found, corner);
    for (index, (card, node)) in cards.iter().zip(&graph.nodes).enumerate() {
        let place = (found.boxes[index].0 + corner.0, found.boxes[index].1 + corner.1);
        page.state(node, card, place);
        page.loops(graph, index, card, place);
    }
    let below = page.key(graph, words, corner.1 + found.height + 30.0);
    let bottom = page.list(&graph.entries, below + 14.0);
    page.footer(words, bottom + FOOTER);
    page
}

fn card(graph: &Graph, index: usize, node: &Node) -> Card {
    let (name_kind, note_kind) = (strong(NAME, INK), plain(SMALL, MUTED));
    let name = broken(&node.name, &name_kind, 150.0, 2);
    let note = broken(&node.note, &note_kind, if node.several { 220.0 } else { 150.0 }, 3);
    let widest = name.iter().map(|line| name_kind.width(line)).chain(note.iter().map(|line| note_kind.width(line)));
    // Room for the arrows along its borders.
    let touching = graph.edges.iter().filter(|edge| edge.from == index || edge.to == index).count();
    let width = widest.fold(56.0_f64.max(6.0 * touching as f64), f64::max) + 24.0;
    let height = 17.0 + 16.0 * name.len() as f64 + 14.0 * note.len() as f64;
    let looped = graph.edges.iter().any(|edge| edge.from == index && edge.to == index);
    let beside = if looped { LOOP + badge_size(&loop_label(graph, index)).0 } else { 0.0 };
    Card { name, note, width, height, beside: beside.max(if node.initial { MARK } else { 0.0 }) }
}

/// The numbers of all that stays in a state, with neighbours run together: `1–13, 15`.
fn loop_label(graph: &Graph, index: usize) -> String {
    let own: Vec<&str> = graph
        .edges
        .iter()
        .filter(|edge| edge.from == index && edge.to == index)
        .map(|edge| edge.label.as_str())
        .collect();
    let follows = |a: &str, b: &str| matches!((a.parse::<usize>(), b.parse::<usize>()), (Ok(a), Ok(b)) if b == a + 1);
    let runs: Vec<String> = own
        .chunk_by(|a, b| follows(a, b))
        .flat_map(|run| match run {
            [first, _, .., last] => vec![format!("{first}–{last}")],
            few => few.iter().map(|label| (*label).to_owned()).collect(),
        })
        .collect();
    runs.join(", ")
}

/// Width and height of the box around an arrow's number.
fn badge_size(label: &str) -> (f64, f64) {
    ((strong(LABEL, INK).width(label) + 9.0).max(18.0), 16.0)
}

/// From the slowest arrow to the fastest, on a logarithmic scale.
pub(super) struct Widths {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Widths {
    pub(super) fn of(graph: &Graph) -> Widths {
        let paces = graph.edges.iter().filter_map(|edge| match edge.kind {
            Kind::Timed(pace) if pace > 0.0 && pace.is_finite() => Some(libm::log(pace)),
            _ => None,
        });
        let (low, high) = paces.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        Widths { low, high }
    }

    pub(super) fn at(&self, pace: f64) -> f64 {
        if pace <= 0.0 {
            return 0.6;
        }
        let share = if self.high > self.low { (libm::log(pace) - self.low) / (self.high - self.low) } else { 0.5 };
        0.8 + 3.4 * share.clamp(0.0, 1.0)
    }

    fn pen(&self, kind: Kind, color: RGBColor) -> Pen {
        match kind {
            Kind::Timed(pace) => pen(color, self.at(pace)),
            Kind::Awaited => Pen { color, width: 1.3, dashed: true },
        }
    }
}

impl Page {
    pub(super) fn text(&mut self, place: Place, text: &str, kind: crate::output::chart::style::Type, side: Side) {
        self.drawing.text(place, text, kind, side);
    }

    fn heading(&mut self, words: &Words) {
        let room = self.drawing.width - 2.0 * MARGIN;
        for (y, kind, text) in
            [(32.0, strong(TITLE, INK), &words.title), (57.0, plain(HEADING - 0.5, INK), &words.condition)]
        {
            self.text((MARGIN, y), &cut(text, &kind, room), kind, Side::Left);
        }
        let kind = plain(SMALL + 0.5, MUTED);
        for (index, text) in broken(&words.reading, &kind, room, 2).iter().enumerate() {
            self.text((MARGIN, 77.0 + 16.0 * index as f64), text, kind, Side::Left);
        }
    }

    fn footer(&mut self, words: &Words, height: f64) {
        self.drawing.height = height.ceil();
        let (width, foot) = (self.drawing.width, self.drawing.height - 20.0);
        self.drawing.line((MARGIN, foot - 14.0), (width - MARGIN, foot - 14.0), pen(GRID, 1.0));
        let kind = plain(TINY, MUTED);
        let room = width - 2.0 * MARGIN - kind.width(DISCLAIMER) - 24.0;
        self.text((MARGIN, foot), &cut(&words.origin, &kind, room), kind, Side::Left);
        self.text((width - MARGIN, foot), DISCLAIMER, kind, Side::Right);
    }

    /// The frames around what stands within composites, the outermost first, each with its name at the top.
    fn frames(&mut self, graph: &Graph, found: &Layout, corner: Place) {
        for (group, [left, top, right, bottom]) in graph.groups.iter().zip(&found.groups) {
            let frame = [left + corner.0, top + corner.1, right + corner.0, bottom + corner.1];
            self.rectangle(frame, 12.0, Some(tint(GRID, 0.55)), Some(pen(AXIS, 1.0)));
            let kind = strong(SMALL, MUTED);
            let name = cut(&group.name, &kind, right - left - 20.0);
            self.text((frame[0] + 12.0, frame[1] + 12.0), &name, kind, Side::Left);
        }
    }

    /// All lines first, then all numbers, so that no line runs over a number.
    fn arrows(&mut self, graph: &Graph, drawn: &[usize], found: &Layout, corner: Place) {
        let widths = Widths::of(graph);
        let mut badges = Vec::new();
        for (route, index) in found.routes.iter().zip(drawn) {
            let edge = &graph.edges[*index];
            let color = arrow_color(graph, edge.from);
            let places: Vec<Place> = route.places.iter().map(|(x, y)| (x + corner.0, y + corner.1)).collect();
            let pen = widths.pen(edge.kind, color);
            self.arrow(&places, pen);
            badges.push(((route.label.0 + corner.0, route.label.1 + corner.1), edge.label.clone(), color));
        }
        for (place, label, color) in badges {
            self.badge(place, &label, color);
        }
    }

    /// A smooth line with a head at its end.
    fn arrow(&mut self, places: &[Place], pen: Pen) {
        let (Some(start), true) = (places.first(), places.len() > 1) else { return };
        let mut pieces = through(places);
        let Some(last) = pieces.last_mut() else { return };
        let (from, tip) = (last[1], last[2]);
        let length = libm::hypot(tip.0 - from.0, tip.1 - from.1).max(1e-9);
        let along = ((tip.0 - from.0) / length, (tip.1 - from.1) / length);
        let head = 6.5 + 1.3 * pen.width;
        let half = 2.6 + 0.75 * pen.width;
        let neck = (tip.0 - along.0 * head, tip.1 - along.1 * head);
        // The line stops inside its head.
        last[2] = (neck.0 + along.0, neck.1 + along.1);
        last[1] = (last[1].0 - along.0 * head * 0.5, last[1].1 - along.1 * head * 0.5);
        self.drawing.shapes.push(Shape::Curve { start: *start, pieces, pen });
        let corners = vec![
            tip,
            (neck.0 - along.1 * half, neck.1 + along.0 * half),
            (neck.0 + along.1 * half, neck.1 - along.0 * half),
        ];
        self.drawing.shapes.push(Shape::Polygon { corners, fill: pen.color });
    }

    fn badge(&mut self, (x, y): Place, label: &str, color: RGBColor) {
        let (w, h) = badge_size(label);
        let frame = [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0];
        self.labels.push(frame);
        self.rectangle(frame, 5.0, Some(PAPER), Some(pen(color, 1.0)));
        self.text((x, y), label, strong(LABEL, readable(color)), Side::Middle);
    }

    pub(super) fn rectangle(&mut self, frame: Frame, radius: f64, fill: Option<RGBColor>, line: Option<Pen>) {
        let [left, top, right, bottom] = frame;
        self.drawing.shapes.push(Shape::Rectangle { left, top, right, bottom, radius, fill, line });
    }

    fn state(&mut self, node: &Node, card: &Card, (x, y): Place) {
        let frame = [x - card.width / 2.0, y - card.height / 2.0, x + card.width / 2.0, y + card.height / 2.0];
        self.boxes.push(frame);
        let fill = match node.rung {
            Some(share) => rung_color(share),
            None if node.several || node.group.is_some() => PAPER,
            None => STRIPE,
        };
        let line = if node.several { Pen { color: MUTED, width: 1.2, dashed: true } } else { pen(AXIS, 1.3) };
        let radius = if node.several { card.height / 2.0 } else { 8.0 };
        if node.ends {
            // A double border, as automata have it.
            self.rectangle(frame, radius, Some(PAPER), Some(line));
            let inner = [frame[0] + 3.5, frame[1] + 3.5, frame[2] - 3.5, frame[3] - 3.5];
            self.rectangle(inner, radius - 2.5, Some(fill), Some(pen(AXIS, 1.0)));
        } else {
            self.rectangle(frame, radius, Some(fill), Some(line));
        }
        if node.initial {
            let dot = (frame[0] - MARK + 8.0, y);
            self.drawing.shapes.push(Shape::Disc { middle: dot, radius: 5.0, fill: INK });
            self.drawing.line(dot, (frame[0] - 8.0, y), pen(INK, 1.6));
            let corners = vec![(frame[0] - 0.7, y), (frame[0] - 9.0, y - 4.0), (frame[0] - 9.0, y + 4.0)];
            self.drawing.shapes.push(Shape::Polygon { corners, fill: INK });
        }
        let mut pen_y = frame[1] + 8.5 + 8.0;
        for text in &card.name {
            self.text((x, pen_y), text, strong(NAME, INK), Side::Middle);
            pen_y += 16.0;
        }
        pen_y -= 1.0;
        for text in &card.note {
            self.text((x, pen_y), text, plain(SMALL, readable(MUTED)), Side::Middle);
            pen_y += 14.0;
        }
    }

    /// One loop to the right of a state for all that stays there.
    fn loops(&mut self, graph: &Graph, index: usize, card: &Card, (x, y): Place) {
        let label = loop_label(graph, index);
        if label.is_empty() {
            return;
        }
        let widths = Widths::of(graph);
        let own = graph.edges.iter().filter(|edge| edge.from == index && edge.to == index);
        let Some(kind) = own.map(|edge| edge.kind).reduce(|a, b| if matches!(a, Kind::Timed(_)) { a } else { b })
        else {
            return;
        };
        let color = arrow_color(graph, index);
        let pen = widths.pen(kind, color);
        let (edge, reach) = (x + card.width / 2.0, LOOP);
        let (above, under) = (y - 9.0, y + 9.0);
        let pieces = vec![
            [(edge + reach * 0.6, above - 6.0), (edge + reach * 0.78, y - 10.0), (edge + reach * 0.78, y)],
            [(edge + reach * 0.78, y + 10.0), (edge + reach * 0.6, under + 6.0), (edge + 8.0, under + 1.0)],
        ];
        self.drawing.shapes.push(Shape::Curve { start: (edge, above), pieces, pen });
        let corners = vec![(edge, under), (edge + 9.5, under - 3.4), (edge + 8.0, under + 5.2)];
        self.drawing.shapes.push(Shape::Polygon { corners, fill: color });
        let wide = badge_size(&label).0;
        self.badge((edge + reach * 0.78 - 9.0 + wide / 2.0, y), &label, color);
    }
}

/// Arrows have the colour of where they come from, so that the eye can follow them.
fn arrow_color(graph: &Graph, from: usize) -> RGBColor {
    if graph.nodes[from].several { MUTED } else { line(from) }
}

/// Pale blue at the foot of the ladder, vermillion at its top; dark text stays readable on all of it.
pub(super) fn rung_color(share: f64) -> RGBColor {
    let middle = RGBColor(0xfd, 0xf3, 0xd0);
    let (from, to, share) = if share < 0.5 {
        (tint(BLUE, 0.78), middle, 2.0 * share.max(0.0))
    } else {
        (middle, tint(VERMILLION, 0.4), 2.0 * share.min(1.0) - 1.0)
    };
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}
