//! The page that a chart is laid out on: how wide it is, how much its plots are stretched, in which words it speaks.
//!
//! In: a [`Theme`] and a closure that draws pages for any layout. Out: pages of the size that was asked for. A size with a
//! height is met by stretching or squeezing rows and plots; where that is not enough, the layout grows wider, which makes
//! everything on it smaller. Nothing is ever cut off.

use plotters::style::RGBColor;

use crate::analysis::Passage;

use super::ChartError;
use super::mark::Page;
use super::theme::Theme;
use super::words::Words;

/// Plots and rows are squeezed to this share at most.
const LEAST: f64 = 0.7;
/// And stretched to this.
const MOST: f64 = 3.2;

/// What a chart may know of its page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout<'t> {
    pub(super) theme: &'t Theme,
    /// Width of the page, in points.
    pub(super) width: f64,
    /// By how much plots and rows are higher than by default.
    stretch: f64,
    /// Height that the page is filled up to.
    pub(super) height: Option<f64>,
}

impl<'t> Layout<'t> {
    /// Left and right of everything.
    pub(super) fn margin(&self) -> f64 {
        if self.width < 560.0 { 18.0 } else { 32.0 }
    }

    pub(super) fn left(&self) -> f64 {
        self.margin()
    }

    pub(super) fn right(&self) -> f64 {
        self.width - self.margin()
    }

    pub(super) fn room(&self) -> f64 {
        self.width - 2.0 * self.margin()
    }

    /// Whether words and plots had better stand above one another than beside.
    pub(super) fn is_narrow(&self) -> bool {
        self.width < 560.0
    }

    /// A height that may be stretched, at least `least`.
    pub(super) fn stretched(&self, height: f64, least: f64) -> f64 {
        (height * self.stretch).max(least)
    }

    /// How high the bodies of pages may become before another page is begun.
    pub(super) fn budget(&self, heading: f64) -> f64 {
        let page = match self.theme.size.ratio() {
            Some(ratio) => ratio * self.width,
            None => (1.45 * self.width).max(1150.0),
        };
        (page - heading).max(120.0)
    }

    pub(super) fn words(&self) -> &'t Words {
        &self.theme.words
    }

    /// English text in the language of the chart.
    pub(super) fn t(&self, english: &'t str) -> &'t str {
        self.theme.words.t(english)
    }

    /// What a chart is headed with: what the scenario says, or English text in the language of the chart.
    pub(super) fn title(&self, chart: &str, english: &'t str) -> &'t str {
        self.theme.charts.title(chart).unwrap_or_else(|| self.t(english))
    }

    /// The colour of an outcome, milestone or state: the scenario's own, or else this one.
    pub(super) fn color(&self, name: &str, usual: RGBColor) -> RGBColor {
        self.theme.charts.color(name).map_or(usual, |[red, green, blue]| RGBColor(red, green, blue))
    }

    /// Outcomes in the order in which they are shown.
    pub(super) fn ordered<'f>(&self, outcomes: &'f [Passage]) -> Vec<&'f Passage> {
        let mut all: Vec<&Passage> = outcomes.iter().collect();
        self.theme.charts.sort(&mut all, |outcome| &outcome.name);
        all
    }

    /// The same with its placeholders filled.
    pub(super) fn fill(&self, english: &str, with: &[(&str, &str)]) -> String {
        self.theme.words.fill(english, with)
    }
}

/// Draws one chart of one page or of several.
///
/// # Errors
/// Those of the closure.
pub(super) fn compose(
    theme: &Theme,
    draw: impl Fn(&Layout<'_>) -> Result<Vec<Page>, ChartError>,
) -> Result<Vec<Page>, ChartError> {
    let points = theme.size.points();
    let layout = |width: f64, stretch: f64, height: Option<f64>| Layout { theme, width, stretch, height };
    let Some(ratio) = theme.size.ratio() else { return draw(&layout(points, 1.0, None)) };
    let fits = |width: f64, stretch: f64| -> Result<bool, ChartError> {
        let pages = draw(&layout(width, stretch, None))?;
        Ok(pages.iter().all(|page| page.height <= ratio * width))
    };
    let mut width = points;
    while !fits(width, LEAST)? && width < 12.0 * points {
        width *= 1.05;
    }
    let (mut low, mut high) = (LEAST, MOST);
    if fits(width, MOST)? {
        low = MOST;
    }
    while high - low > 0.01 {
        let middle = f64::midpoint(low, high);
        if fits(width, middle)? { low = middle } else { high = middle }
    }
    draw(&layout(width, low, Some(ratio * width)))
}
