//! A pixmap as a PNG file: three channels, its resolution, sRGB, and where it comes from as text inside.
//!
//! In: an opaque pixmap and (keyword, text) entries. Out: bytes, the same for the same input.

use png::{BitDepth, ColorType, Compression, Encoder, Filter, PixelDimensions, SrgbRenderingIntent, Unit};
use tiny_skia::Pixmap;

use super::ChartError;

/// Of what is not made for a size: two pixels a point.
pub(in crate::output) const SCREEN_DPI: f64 = 192.0;

/// Writes the file. Each entry becomes an international text chunk; keywords are 1 to 79 Latin-1 characters.
///
/// # Errors
/// [`ChartError::Encoding`] if a keyword is not valid.
pub(in crate::output) fn png(pixmap: &Pixmap, entries: &[(String, String)], dpi: f64) -> Result<Vec<u8>, ChartError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    // Charts are flat: without a filter they are a fifth smaller, and written faster, than with the best filter of each line.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_source_srgb(SrgbRenderingIntent::Perceptual);
    let per_metre = (dpi / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter }));
    for (keyword, text) in entries {
        encoder.add_itxt_chunk(keyword.clone(), text.clone())?;
    }
    let mut writer = encoder.write_header()?;
    // The page is painted white first, so alpha is full everywhere and premultiplied colours are the colours.
    let rgb: Vec<u8> = pixmap.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(bytes)
}
