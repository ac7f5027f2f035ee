//! Below the picture: what width and colour mean, and what the numbers stand for.
//!
//! In: a [`Graph`] and a place on the page. Out: shapes on the page, and where they end.

use super::drawing::{Pen, Side, pen};
use super::graph::{Entry, Graph, Kind};
use super::page::{LABEL, MARGIN, Page, Widths, Words, rung_color};
use crate::output::chart::labels::cut;
use crate::output::chart::style::{AXIS, GRID, INK, MUTED, SMALL, plain, strong};
use crate::output::format::{number, time};

/// Height of a row of the list.
const ROW: f64 = 18.0;
/// From the left of a column of the list to its text, and from there to the time.
const INDENT: f64 = 30.0;
const BETWEEN: f64 = 12.0;

impl Page {
    /// What width and colour mean; tells where it ends.
    pub(super) fn key(&mut self, graph: &Graph, words: &Words, y: f64) -> f64 {
        let kind = plain(SMALL, MUTED);
        let mut x = MARGIN;
        let widths = Widths::of(graph);
        let row = |page: &mut Page, x: &mut f64, look: Pen, text: &str| {
            page.drawing.line((*x, y), (*x + 34.0, y), look);
            page.text((*x + 42.0, y), text, kind, Side::Left);
            *x += 42.0 + kind.width(text) + 26.0;
        };
        if widths.low.is_finite() {
            let middle = (widths.low + widths.high) / 2.0;
            let mut shown: Vec<String> = Vec::new();
            for log in [widths.high, middle, widths.low] {
                let pace = libm::exp(log);
                let text = format!("every {}", time(two_figures(1.0 / pace), words.unit));
                if !shown.contains(&text) {
                    row(self, &mut x, pen(AXIS, widths.at(pace)), &text);
                    shown.push(text);
                }
            }
        }
        if graph.edges.iter().any(|edge| edge.kind == Kind::Awaited) {
            row(self, &mut x, Pen { color: AXIS, width: 1.3, dashed: true }, "at an event or a condition");
        }
        if let Some([low, high]) = graph.rungs {
            let steps = 24;
            let wide = 5.0;
            self.text((x, y), "rung", kind, Side::Left);
            x += kind.width("rung") + 10.0;
            self.text((x, y), &number(low), kind, Side::Left);
            x += kind.width(&number(low)) + 6.0;
            for step in 0..steps {
                let left = x + wide * f64::from(step);
                let fill = rung_color(f64::from(step) / f64::from(steps - 1));
                self.rectangle([left, y - 6.0, left + wide + 0.3, y + 6.0], 0.0, Some(fill), None);
            }
            x += wide * f64::from(steps) + 6.0;
            self.text((x, y), &number(high), kind, Side::Left);
        }
        y + 10.0
    }

    /// The list of transitions in columns, read downwards; tells where it ends.
    pub(super) fn list(&mut self, entries: &[Entry], top: f64) -> f64 {
        let room = self.drawing.width - 2.0 * MARGIN;
        let (number_kind, pace_kind, kind) = (strong(LABEL, INK), plain(SMALL, MUTED), plain(SMALL + 0.5, INK));
        let said = |entry: &Entry| match (entry.name.is_empty(), entry.way.is_empty()) {
            (true, _) => entry.way.clone(),
            (false, true) => entry.name.clone(),
            (false, false) => format!("{}: {}", entry.name, entry.way),
        };
        // As many columns as the longest entry allows.
        let longest = entries.iter().map(|entry| kind.width(&said(entry)) + pace_kind.width(&entry.pace));
        let longest = longest.fold(0.0, f64::max) + INDENT + BETWEEN + 24.0;
        let columns = ((room / longest).floor().max(1.0) as usize).min(entries.len().max(1));
        let wide = room / columns as f64;
        let rows = entries.len().div_ceil(columns).max(1);
        self.drawing.line((MARGIN, top), (MARGIN + room, top), pen(GRID, 1.0));
        for (index, entry) in entries.iter().enumerate() {
            let left = MARGIN + wide * (index / rows) as f64;
            let y = top + 16.0 + ROW * (index % rows) as f64;
            self.text((left + 22.0, y), &entry.number.to_string(), number_kind, Side::Right);
            let pace = cut(&entry.pace, &pace_kind, 0.6 * wide);
            let text = cut(&said(entry), &kind, (wide - INDENT - BETWEEN - pace_kind.width(&pace)).max(60.0));
            self.text((left + INDENT, y), &text, kind, Side::Left);
            self.text((left + INDENT + kind.width(&text) + BETWEEN, y), &pace, pace_kind, Side::Left);
        }
        top + 16.0 + ROW * rows as f64
    }
}

/// Two significant figures.
fn two_figures(x: f64) -> f64 {
    format!("{x:.1e}").parse().unwrap_or(x)
}
