//! How large a picture is: named sizes, or millimetres and dots an inch.
//!
//! In: what is typed. Out: a [`Size`]: the width of the layout in points, the picture's in millimetres, and its resolution. A
//! size with a height is filled exactly; without one, a page is as high as it needs.

use std::fmt;
use std::str::FromStr;

/// Pixels that a picture may have: 200 million, 800 MB while it is painted.
pub(super) const MOST_PIXELS: f64 = 2e8;

/// Points of the layout a millimetre where a size is given in millimetres: text of 12 points is 6.4 points of print.
const DENSITY: f64 = 900.0 / 170.0;

const LEAST_MM: f64 = 50.0;
const MOST_MM: f64 = 2000.0;

/// A size of picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    name: String,
    width_mm: f64,
    height_mm: Option<f64>,
    dpi: f64,
    /// Width of the layout, in points.
    points: f64,
}

/// Name, width and height in millimetres, dots an inch, points of the layout, and what it is for.
type Preset = (&'static str, f64, Option<f64>, f64, f64, &'static str);

const PRESETS: [Preset; 4] = [
    ("page", 170.0, None, 300.0, 900.0, "the width of a page of A4, as high as need be"),
    ("slide", 338.666_666_666_7, Some(190.5), 192.0, 960.0, "16 to 9, 2560 by 1440 pixels"),
    ("column", 85.0, None, 600.0, 440.0, "one of two columns of a page, as high as need be"),
    ("square", 120.0, Some(120.0), 450.0, 640.0, "as wide as high"),
];

impl Default for Size {
    fn default() -> Self {
        Size::preset(0)
    }
}

impl Size {
    fn preset(index: usize) -> Size {
        let (name, width_mm, height_mm, dpi, points, _) = PRESETS[index];
        Size { name: name.to_owned(), width_mm, height_mm, dpi, points }
    }

    /// Every named size.
    pub fn presets() -> Vec<Size> {
        (0..PRESETS.len()).map(Size::preset).collect()
    }

    /// As it is typed.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn points(&self) -> f64 {
        self.points
    }

    pub(super) fn dpi(&self) -> f64 {
        self.dpi
    }

    pub(super) fn width_mm(&self) -> f64 {
        self.width_mm
    }

    /// Height over width, where it is given.
    pub(super) fn ratio(&self) -> Option<f64> {
        self.height_mm.map(|height| height / self.width_mm)
    }

    /// Pixels of a page of this width and height in points.
    pub(super) fn pixels(&self, width: f64, height: f64) -> (u32, u32) {
        let wide = (self.width_mm / 25.4 * self.dpi).round();
        let high = self.height_mm.map_or_else(|| (wide * height / width).ceil(), |h| (h / 25.4 * self.dpi).round());
        (wide as u32, high as u32)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl FromStr for Size {
    type Err = String;

    /// `slide`, `160x90mm`, `160x90mm@300dpi`, `160mm`.
    fn from_str(typed: &str) -> Result<Self, String> {
        let plain = typed.trim().to_lowercase();
        if let Some(index) = PRESETS.iter().position(|preset| preset.0 == plain) {
            return Ok(Size::preset(index));
        }
        let names: Vec<&str> = PRESETS.iter().map(|preset| preset.0).collect();
        let ways = format!("it is {}, or millimetres such as `160x90mm@300dpi` or `160mm`", names.join(", "));
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| format!("`{typed}` is no size: {ways}"));
        let (measures, dpi) = match plain.split_once('@') {
            None => (plain.as_str(), 300.0),
            Some((measures, dpi)) => (measures, number(dpi.strip_suffix("dpi").unwrap_or(dpi))?),
        };
        let measures = measures.trim().strip_suffix("mm").ok_or_else(|| format!("`{typed}` is no size: {ways}"))?;
        let (width, height) = match measures.split_once(['x', '×']) {
            None => (number(measures)?, None),
            Some((width, height)) => (number(width)?, Some(number(height)?)),
        };
        if !(72.0..=1200.0).contains(&dpi) {
            return Err(format!("{dpi} dpi: from 72 (screens) to 1200 (fine print) can be made"));
        }
        for length in [Some(width), height].into_iter().flatten() {
            if !(LEAST_MM..=MOST_MM).contains(&length) {
                return Err(format!("{length} mm: from {LEAST_MM} to {MOST_MM} mm can be made"));
            }
        }
        if height.is_some_and(|height| !(0.3..=3.0).contains(&(height / width))) {
            return Err(format!("`{typed}` is too narrow: neither side may be more than about 3 times the other"));
        }
        let size = Size { name: plain, width_mm: width, height_mm: height, dpi, points: width * DENSITY };
        let (wide, high) = size.pixels(1.0, 3.0);
        if f64::from(wide) * f64::from(high) > MOST_PIXELS {
            return Err(format!("`{typed}` would be {wide} pixels wide: ask for fewer dpi"));
        }
        Ok(size)
    }
}

/// What the named sizes are for, one a line.
pub fn about_sizes() -> String {
    let line = |(name, width, height, dpi, _, about): &Preset| {
        let high = height.map_or_else(String::new, |height| format!(" × {height:.0}"));
        format!("{name}: {about} ({width:.0}{high} mm, {dpi:.0} dpi)")
    };
    PRESETS.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_typed() {
        let size: Size = "160x90mm@300dpi".parse().unwrap();
        assert_eq!(size.pixels(900.0, 500.0), (1890, 1063));
        assert_eq!("160mm".parse::<Size>().unwrap().ratio(), None);
        assert_eq!("slide".parse::<Size>().unwrap().pixels(960.0, 540.0), (2560, 1440));
        assert_eq!("PAGE".parse::<Size>().unwrap(), Size::default());
        for wrong in ["poster", "160x90", "10mm", "160x90mm@5dpi", "xmm", "160x20mm", "NaNmm", "2000x2000mm@1200dpi"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}
