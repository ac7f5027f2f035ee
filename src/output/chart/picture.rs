//! One chart, ready to be stored as PNG, as SVG, or both.
//!
//! In: a page and the theme that it was laid out for. Out: bytes of files. Opens none.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::canvas::Canvas;
use super::look::Look;
use super::mark::Page;
use super::size::Size;
use super::theme::{Format, Theme};
use super::{ChartError, raster, vector};

/// One chart.
#[derive(Clone, Debug)]
pub struct Picture {
    /// File stem, such as `outcomes` or `occupancy-2`.
    pub name: String,
    /// Name of the CSV file of the same study that holds its numbers.
    pub data: &'static str,
    page: Page,
    size: Size,
    look: Look,
    format: Format,
    language: &'static str,
}

impl Picture {
    pub(super) fn new(name: impl Into<String>, data: &'static str, page: Page, theme: &Theme) -> Self {
        let Theme { size, look, format, .. } = theme;
        let (size, look, format, language) = (size.clone(), *look, *format, theme.words.code());
        Self { name: name.into(), data, page, size, look, format, language }
    }

    /// One picture a page: `stem`, `stem-2`, …
    pub(super) fn several(stem: &str, data: &'static str, pages: Vec<Page>, theme: &Theme) -> Vec<Self> {
        let name = |i: usize| if i == 0 { stem.to_owned() } else { format!("{stem}-{}", i + 1) };
        pages.into_iter().enumerate().map(|(i, page)| Self::new(name(i), data, page, theme)).collect()
    }

    /// Its heading.
    pub fn title(&self) -> &str {
        &self.page.title
    }

    /// What it is conditional on, how to read it, and that it is no forecast: the words for those who cannot see it.
    pub fn description(&self) -> &str {
        self.entry("Description").unwrap_or_default()
    }

    /// A text that is written into the files, by its keyword.
    pub fn entry(&self, keyword: &str) -> Option<&str> {
        self.page.entries.iter().find(|(key, _)| key == keyword).map(|(_, text)| text.as_str())
    }

    /// Width and height of the PNG, in pixels.
    pub fn pixels(&self) -> (u32, u32) {
        self.size.pixels(self.page.width, self.page.height)
    }

    /// The PNG.
    ///
    /// # Errors
    /// See [`ChartError`].
    pub fn png(&self) -> Result<Vec<u8>, ChartError> {
        self.png_on(&mut Canvas::default())
    }

    /// The PNG, painted where another was.
    pub(in crate::output) fn png_on(&self, canvas: &mut Canvas) -> Result<Vec<u8>, ChartError> {
        raster::png(&self.page, self.look, &self.size, canvas)
    }

    /// The SVG.
    pub fn svg(&self) -> String {
        vector::svg(&self.page, self.look, &self.size, self.language)
    }

    /// The SVG as a part of an HTML page that has its own fonts and tells for itself where things come from; `name` tells it apart from
    /// others of the page.
    pub fn inline(&self, name: &str) -> String {
        vector::inline(&self.page, self.look, name, self.language)
    }

    /// The files that the theme asks for, by name.
    ///
    /// # Errors
    /// See [`ChartError`].
    pub fn files(&self) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
        self.files_on(&mut Canvas::default())
    }

    /// Those, painted where others were.
    pub(in crate::output) fn files_on(&self, canvas: &mut Canvas) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
        let mut files = Vec::new();
        if self.format.has_png() {
            files.push((format!("{}.png", self.name), self.png_on(canvas)?));
        }
        if self.format.has_svg() {
            files.push((format!("{}.svg", self.name), self.svg().into_bytes()));
        }
        Ok(files)
    }

    /// The files of several pictures in their order, made on so many threads.
    ///
    /// # Errors
    /// That of the first that cannot be made.
    pub fn all_files(pictures: &[Picture], threads: usize) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
        let next = AtomicUsize::new(0);
        let work = || {
            let (mut made, mut canvas) = (Vec::new(), Canvas::default());
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(picture) = pictures.get(at) else { return made };
                made.push((at, picture.files_on(&mut canvas)));
            }
        };
        let mut made: Vec<_> = std::thread::scope(|scope| {
            let hands: Vec<_> = (0..threads.clamp(1, pictures.len().max(1))).map(|_| scope.spawn(work)).collect();
            hands.into_iter().flat_map(|hand| hand.join().expect("drawing does not panic")).collect()
        });
        made.sort_by_key(|(at, _)| *at);
        let files = made.into_iter().map(|(_, files)| files).collect::<Result<Vec<_>, ChartError>>()?;
        Ok(files.concat())
    }

    #[cfg(test)]
    pub(super) fn size_dpi(&self) -> f64 {
        self.size.dpi()
    }

    /// What is on the page.
    #[cfg(test)]
    pub(super) fn page(&self) -> &Page {
        &self.page
    }
}
