//! A pixmap as a PNG file: its colours as a palette where 256 will do, its resolution, sRGB, and where it comes from as text inside.
//!
//! In: an opaque pixmap, which is used up, and (keyword, text) entries. Out: bytes, the same for the same input. Charts are flat: of most no colour is
//! lost, and where smoothed edges make more, those that are rare go to the nearest; a picture for which that could be seen keeps
//! all three channels.

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, PixelDimensions, SrgbRenderingIntent, Unit};
use tiny_skia::{Pixmap, PremultipliedColorU8};

use super::ChartError;

/// Of what is not made for a size: two pixels a point.
pub(in crate::output) const SCREEN_DPI: f64 = 192.0;

/// Colours of a palette.
const MOST: usize = 256;
/// So many of them are the most frequent; the rest are those that these are furthest from.
const FREQUENT: usize = 192;
/// A picture with more colours than this is none of flat areas.
const FLAT: usize = 8192;
/// How far off a channel may be, of 255.
const FURTHEST: i32 = 24;

type Rgb = [u8; 3];

/// Writes the file; what is left on the pixmap is no picture. Each entry becomes an international text chunk; keywords are 1 to
/// 79 Latin-1 characters.
///
/// # Errors
/// [`ChartError::Encoding`] if a keyword is not valid.
pub(in crate::output) fn png(
    pixmap: &mut Pixmap,
    entries: &[(String, String)],
    dpi: f64,
) -> Result<Vec<u8>, ChartError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    // The page is painted first, so alpha is full everywhere and premultiplied colours are the colours.
    let length = match indexed(pixmap) {
        Some((palette, length)) => {
            encoder.set_color(ColorType::Indexed);
            encoder.set_palette(palette.concat());
            length
        }
        None => {
            encoder.set_color(ColorType::Rgb);
            packed(pixmap, |pixels, row| row.extend(pixels.iter().flat_map(|pixel| rgb(*pixel))))
        }
    };
    encoder.set_depth(BitDepth::Eight);
    // Higher levels take twice the time and more for a twentieth of the size.
    encoder.set_deflate_compression(DeflateCompression::Level(3));
    // Charts are flat: without a filter they are a fifth smaller, and written faster, than with the best filter of each line.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_source_srgb(SrgbRenderingIntent::Perceptual);
    let per_metre = (dpi / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter }));
    for (keyword, text) in entries {
        encoder.add_itxt_chunk(keyword.clone(), text.clone())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixmap.data()[..length])?;
    writer.finish()?;
    Ok(bytes)
}

fn rgb(pixel: PremultipliedColorU8) -> Rgb {
    [pixel.red(), pixel.green(), pixel.blue()]
}

/// The colours of opaque pixels as a palette and a number for each, which take so many of the first bytes; `None` if that could be
/// seen.
fn indexed(pixmap: &mut Pixmap) -> Option<(Vec<Rgb>, usize)> {
    let census = Census::of(pixmap.pixels())?;
    let palette = census.palette();
    let mut numbers = Vec::with_capacity(census.colors.len());
    for color in &census.colors {
        let (number, distance) = nearest(&palette, *color);
        if distance > FURTHEST {
            return None;
        }
        numbers.push(number as u8);
    }
    let length = packed(pixmap, |pixels, row| {
        for run in runs(pixels) {
            let number = census.slot(rgb(run[0])).map_or(0, |slot| numbers[usize::from(census.slots[slot])]);
            row.resize(row.len() + run.len(), number);
        }
    });
    Some((palette, length))
}

/// Puts what takes less room than the pixels in their place, row by row from the first byte; tells how long it is.
fn packed(pixmap: &mut Pixmap, mut pack: impl FnMut(&[PremultipliedColorU8], &mut Vec<u8>)) -> usize {
    let width = pixmap.width() as usize;
    let (mut row, mut end) = (Vec::new(), 0);
    for at in (0..pixmap.pixels().len()).step_by(width) {
        row.clear();
        pack(&pixmap.pixels()[at..at + width], &mut row);
        pixmap.data_mut()[end..end + row.len()].copy_from_slice(&row);
        end += row.len();
    }
    end
}

/// Most pixels are as the one before.
fn runs(pixels: &[PremultipliedColorU8]) -> impl Iterator<Item = &[PremultipliedColorU8]> {
    pixels.chunk_by(|one, next| one == next)
}

/// The colours of a picture, each once, in the order in which they are met.
struct Census {
    colors: Vec<Rgb>,
    counts: Vec<u64>,
    /// Places of colours, with room for twice as many as there may be, where one goes to the next free slot.
    slots: Vec<u16>,
}

/// A slot without a colour.
const FREE: u16 = u16::MAX;

impl Census {
    /// `None` if there are very many.
    fn of(pixels: &[PremultipliedColorU8]) -> Option<Census> {
        let mut census = Census { colors: Vec::new(), counts: Vec::new(), slots: vec![FREE; 2 * FLAT] };
        for run in runs(pixels) {
            let color = rgb(run[0]);
            let slot = census.slot(color)?;
            if census.slots[slot] == FREE {
                if census.colors.len() == FLAT {
                    return None;
                }
                census.slots[slot] = census.colors.len() as u16;
                census.colors.push(color);
                census.counts.push(0);
            }
            census.counts[usize::from(census.slots[slot])] += run.len() as u64;
        }
        Some(census)
    }

    /// The slot of a colour, or the one that is free for it.
    fn slot(&self, color: Rgb) -> Option<usize> {
        const BITS: u32 = (2 * FLAT).ilog2();
        let key = u32::from_be_bytes([0, color[0], color[1], color[2]]);
        let first = (key.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize;
        let mut slots = (first..self.slots.len()).chain(0..first);
        slots.find(|&slot| match self.slots[slot] {
            FREE => true,
            place => self.colors[usize::from(place)] == color,
        })
    }

    /// All colours if there are few; else the most frequent, and then one by one the colour that the palette is furthest from.
    fn palette(&self) -> Vec<Rgb> {
        if self.colors.len() <= MOST {
            return self.colors.clone();
        }
        let mut ranked: Vec<(Rgb, u64)> = self.colors.iter().copied().zip(self.counts.iter().copied()).collect();
        ranked.sort_by_key(|(color, count)| (std::cmp::Reverse(*count), *color));
        let mut palette: Vec<Rgb> = ranked[..FREQUENT].iter().map(|(color, _)| *color).collect();
        let mut rest: Vec<(Rgb, i32)> =
            ranked[FREQUENT..].iter().map(|(color, _)| (*color, nearest(&palette, *color).1)).collect();
        while palette.len() < MOST {
            let furthest = rest.iter().copied().reduce(|most, one| if one.1 > most.1 { one } else { most });
            let Some((color, _)) = furthest.filter(|(_, distance)| *distance > 0) else { break };
            palette.push(color);
            rest.iter_mut().for_each(|(other, distance)| *distance = (*distance).min(apart(*other, color)));
        }
        palette
    }
}

/// The first of the nearest colours, and how far off it is.
fn nearest(palette: &[Rgb], color: Rgb) -> (usize, i32) {
    let each = palette.iter().enumerate().map(|(i, other)| (i, apart(*other, color)));
    each.reduce(|least, one| if one.1 < least.1 { one } else { least }).unwrap_or((0, i32::MAX))
}

/// The most that a channel differs.
fn apart(one: Rgb, other: Rgb) -> i32 {
    let channel = |i: usize| (i32::from(one[i]) - i32::from(other[i])).abs();
    channel(0).max(channel(1)).max(channel(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Colours as a pixmap of two rows, by what [`indexed`] makes of it: each pixel's number.
    fn numbered(colors: &[Rgb]) -> Option<(Vec<Rgb>, Vec<u8>)> {
        let mut pixmap = Pixmap::new(colors.len() as u32 / 2, 2).unwrap();
        for (pixel, [red, green, blue]) in pixmap.pixels_mut().iter_mut().zip(colors) {
            *pixel = PremultipliedColorU8::from_rgba(*red, *green, *blue, 255).unwrap();
        }
        let (palette, length) = indexed(&mut pixmap)?;
        assert_eq!(length, colors.len());
        Some((palette, pixmap.data()[..length].to_vec()))
    }

    #[test]
    fn few_colours_are_kept_whole() {
        let colors: Vec<Rgb> = (0..1000_u32).map(|i| [(i % 250) as u8, 7, 9]).collect();
        let (palette, data) = numbered(&colors).unwrap();
        assert_eq!(palette.len(), 250);
        assert!(colors.iter().zip(&data).all(|(color, number)| palette[usize::from(*number)] == *color));
    }

    #[test]
    fn rare_ones_go_to_the_nearest_and_wide_ranges_are_left_alone() {
        // Two large areas with smoothed edges between them.
        let edge = |i: u32| [(i % 256) as u8, (i % 256) as u8, (i % 200) as u8];
        let colors: Vec<Rgb> = (0..40_000_u32).map(|i| if i < 30_000 { [255, 255, 255] } else { edge(i) }).collect();
        let (palette, data) = numbered(&colors).unwrap();
        assert_eq!(palette.len(), MOST);
        let off = |(color, number): (&Rgb, &u8)| apart(palette[usize::from(*number)], *color);
        assert!(colors.iter().zip(&data).map(off).max().unwrap() <= FURTHEST);
        assert!(
            colors
                .iter()
                .zip(&data)
                .all(|(color, number)| *color != [255; 3] || palette[usize::from(*number)] == [255; 3])
        );
        // All over the cube no palette is near enough.
        let wide: Vec<Rgb> =
            (0..8000_u32).map(|i| [(i % 20 * 13) as u8, (i / 20 % 20 * 13) as u8, (i / 400 * 13) as u8]).collect();
        assert!(numbered(&wide).is_none());
    }
}
