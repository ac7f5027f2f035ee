//! How a finished page looks: light, dark, or in greys that a black-and-white printer keeps apart.
//!
//! Charts are drawn once, in the colours of the light look. In: those colours. Out: the ones to be painted, with a hatch or
//! dashes where greys alone would not tell neighbours apart. Knows no chart.

use plotters::style::RGBColor;

use super::mark::Ink;
use super::style::{FILLS, LINES, PAPER, luminance, mix};

/// The looks that can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Colours on white.
    #[default]
    Light,
    /// Greys with hatches and dashes on white.
    Print,
    /// Colours on near-black.
    Dark,
}

/// What a shape or a line is painted with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Painted {
    pub(super) ink: Ink,
    pub(super) hatch: Option<Hatch>,
    /// Lengths of dashes and gaps, in points.
    pub(super) dash: Option<&'static [f64]>,
}

/// A fine repeated drawing over a grey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hatch {
    Diagonal(u8),
    Level(u8),
    Dots(u8),
}

impl Hatch {
    /// The grey that it is drawn in.
    pub(super) fn color(self) -> RGBColor {
        let (Hatch::Diagonal(grey) | Hatch::Level(grey) | Hatch::Dots(grey)) = self;
        RGBColor(grey, grey, grey)
    }

    /// After how many points it repeats.
    pub(super) fn every(self) -> f64 {
        match self {
            Hatch::Diagonal(_) => 5.0,
            Hatch::Level(_) => 4.0,
            Hatch::Dots(_) => 4.5,
        }
    }

    /// How wide its strokes are, in points.
    pub(super) fn width(self) -> f64 {
        match self {
            Hatch::Dots(_) => 1.6,
            Hatch::Diagonal(_) | Hatch::Level(_) => 1.1,
        }
    }

    /// Whether a pixel of its square is inked.
    pub(super) fn covers(self, x: u32, y: u32, side: u32, wide: u32) -> bool {
        match self {
            Hatch::Diagonal(_) => (x + y) % side < wide,
            Hatch::Level(_) => y < wide,
            Hatch::Dots(_) => x < wide && y < wide,
        }
    }

    /// A name for it, unique among hatches.
    pub(super) fn id(self) -> String {
        match self {
            Hatch::Diagonal(grey) => format!("diagonal-{grey:02x}"),
            Hatch::Level(grey) => format!("level-{grey:02x}"),
            Hatch::Dots(grey) => format!("dots-{grey:02x}"),
        }
    }
}

/// Paper and the brightest ink of the dark look.
const NIGHT: RGBColor = RGBColor(0x16, 0x1b, 0x22);

/// Greys of neighbouring fills: never two of like lightness beside one another.
const GREYS: [u8; 5] = [0x4d, 0xd6, 0x8c, 0xf2, 0xb0];

/// Dashes by which lines are told apart in print; the first is whole.
const DASHES: [&[f64]; 7] =
    [&[], &[7.0, 3.0], &[2.0, 2.5], &[9.0, 3.0, 2.0, 3.0], &[4.0, 2.0], &[12.0, 3.0], &[7.0, 2.5, 2.0, 2.5, 2.0, 2.5]];

fn grey(level: u8) -> RGBColor {
    RGBColor(level, level, level)
}

impl Look {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Look::Light => "light",
            Look::Print => "print",
            Look::Dark => "dark",
        }
    }

    /// The colour of the page.
    pub(super) fn paper(self) -> RGBColor {
        match self {
            Look::Light | Look::Print => PAPER,
            Look::Dark => NIGHT,
        }
    }

    /// A text.
    pub(super) fn text(self, color: RGBColor) -> RGBColor {
        match self {
            Look::Light => color,
            // Coloured names lose their colour; pale text stands on dark shapes.
            Look::Print => {
                let level = lightness(color);
                grey(if level > 0.85 { 0xff } else { (255.0 * level.min(0.32)).round() as u8 })
            }
            // Names are told in the colours of their series, and must be read.
            Look::Dark if color == PAPER => NIGHT,
            Look::Dark => with_lightness(color, turned(lightness(color)).max(0.55)),
        }
    }

    /// A filled shape.
    pub(super) fn shape(self, ink: Ink) -> Painted {
        let plain = |color| Painted { ink: Ink { color, ..ink }, hatch: None, dash: None };
        match self {
            Look::Light => plain(ink.color),
            Look::Dark => plain(night(ink.color)),
            Look::Print => match FILLS.iter().position(|fill| *fill == ink.color).filter(|_| ink.alpha >= 1.0) {
                None => plain(grey((255.0 * lightness(ink.color)).round() as u8)),
                Some(i) => {
                    let level = GREYS[i % GREYS.len()];
                    let stroke = if level < 0x80 { 0xf2 } else { 0x4a };
                    let hatch = match i / GREYS.len() {
                        0 => None,
                        1 => Some(Hatch::Diagonal(stroke)),
                        2 => Some(Hatch::Level(stroke)),
                        _ => Some(Hatch::Dots(stroke)),
                    };
                    Painted { hatch, ..plain(grey(level)) }
                }
            },
        }
    }

    /// A line of a width in points.
    pub(super) fn line(self, ink: Ink, width: f64) -> Painted {
        let plain = |color| Painted { ink: Ink { color, ..ink }, hatch: None, dash: None };
        match self {
            Look::Light => plain(ink.color),
            Look::Dark => plain(night(ink.color)),
            Look::Print => match LINES.iter().position(|line| *line == ink.color).filter(|_| width >= 1.25) {
                None => plain(grey((255.0 * lightness(ink.color)).round() as u8)),
                Some(i) => {
                    let dash = DASHES[i % DASHES.len()];
                    let level = if i < DASHES.len() { 0x22 } else { 0x80 };
                    Painted { dash: (!dash.is_empty()).then_some(dash), ..plain(grey(level)) }
                }
            },
        }
    }
}

/// How light a colour looks, from 0 to 1: the root of its luminance.
fn lightness(color: RGBColor) -> f64 {
    luminance(color).sqrt()
}

/// A colour of the light look as the dark one has it. Colours of the palette stay as they are unless they would drown in the
/// dark; all others, which are inks, greys and tints of white, change places with their opposite in lightness.
fn night(color: RGBColor) -> RGBColor {
    let is_of_palette = FILLS.contains(&color) || LINES.contains(&color);
    if is_of_palette && lightness(color) >= 0.33 {
        return color;
    }
    let wanted = if is_of_palette { 0.75 - lightness(color) } else { turned(lightness(color)) };
    with_lightness(color, wanted)
}

/// White becomes the paper of the night, black nearly white.
fn turned(light: f64) -> f64 {
    let darkest = lightness(NIGHT);
    0.94 - (0.94 - darkest) * light
}

/// The colour of the same hue at another lightness.
fn with_lightness(color: RGBColor, wanted: f64) -> RGBColor {
    let highest = color.0.max(color.1).max(color.2);
    let spread = highest - color.0.min(color.1).min(color.2);
    // A grey on the night is a little blue, as its paper is.
    if spread < 24 {
        let span = lightness(PAPER) - lightness(NIGHT);
        return mix(NIGHT, PAPER, ((wanted - lightness(NIGHT)) / span).clamp(0.0, 1.0));
    }
    let pole = if wanted > lightness(color) { PAPER } else { NIGHT };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..20 {
        let middle = (low + high) / 2.0;
        let reached = lightness(mix(color, pole, middle));
        let is_short = if pole == PAPER { reached < wanted } else { reached > wanted };
        if is_short { low = middle } else { high = middle }
    }
    mix(color, pole, low)
}

#[cfg(test)]
mod tests {
    use super::super::style::{GRID, INK, MUTED, STRIPE, readable};
    use super::*;

    fn contrast(a: RGBColor, b: RGBColor) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_readable_in_every_look() {
        for look in [Look::Light, Look::Print, Look::Dark] {
            let names = FILLS.iter().map(|fill| readable(*fill));
            for color in names.chain([INK, MUTED]) {
                let found = contrast(look.text(color), look.paper());
                assert!(found >= 4.4, "{look:?} {color:?}: {found:.2}");
            }
        }
    }

    #[test]
    fn greys_and_hatches_tell_fills_apart() {
        let painted = |i: usize| Look::Print.shape(Ink { color: FILLS[i], alpha: 1.0 });
        for i in 0..FILLS.len() {
            for j in 0..i {
                let (a, b) = (painted(i), painted(j));
                assert!(a.ink != b.ink || a.hatch != b.hatch, "{i} and {j}");
            }
            let next = painted((i + 1) % FILLS.len());
            let apart = i16::from(painted(i).ink.color.0) - i16::from(next.ink.color.0);
            assert!(apart.abs() >= 0x24, "{i}");
        }
        let dashes = |i: usize| {
            let painted = Look::Print.line(Ink { color: LINES[i], alpha: 1.0 }, 1.75);
            (painted.dash, painted.ink.color.0)
        };
        for i in 0..LINES.len() {
            assert!((0..i).all(|j| dashes(i) != dashes(j)), "{i}");
        }
    }

    #[test]
    fn the_night_is_dark_and_its_fills_are_seen() {
        assert_eq!(night(PAPER), NIGHT);
        assert!(lightness(night(STRIPE)) < 0.2 && lightness(night(GRID)) < 0.3);
        for fill in FILLS {
            assert!(contrast(night(fill), NIGHT) > 2.2, "{fill:?}");
        }
    }
}
