//! Where a picture comes from, read back from its file: the entries that were written into it.
//!
//! In: the bytes of a PNG or SVG. Out: (keyword, text) entries in the order of the file. Opens no file.

use super::vector::PROVENANCE;
use crate::output::svg::unescaped;
use std::fmt;

/// Why nothing is known of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Neither PNG nor SVG.
    NotAPicture,
    /// A PNG that is cut off or damaged.
    Damaged,
    /// A picture without entries of this program.
    NoEntries,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unknown::NotAPicture => "it is neither a PNG nor an SVG file",
            Unknown::Damaged => "it is a PNG file that is cut off or damaged",
            Unknown::NoEntries => {
                "nothing in it says where it comes from: it was made by another program, or saved again by one that \
                 drops such entries, as many word processors and messengers do"
            }
        })
    }
}

/// The entries of a picture that this program made.
///
/// # Errors
/// See [`Unknown`].
pub fn provenance(bytes: &[u8]) -> Result<Vec<(String, String)>, Unknown> {
    let entries = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        of_png(bytes)?
    } else {
        let text = std::str::from_utf8(bytes).map_err(|_| Unknown::NotAPicture)?;
        if !text.contains("<svg") {
            return Err(Unknown::NotAPicture);
        }
        of_svg(text)
    };
    let is_ours = entries.iter().any(|(key, text)| key == "Software" && text.starts_with("standoff"));
    if is_ours { Ok(entries) } else { Err(Unknown::NoEntries) }
}

fn of_png(bytes: &[u8]) -> Result<Vec<(String, String)>, Unknown> {
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().map_err(|_| Unknown::Damaged)?;
    let texts = reader.info().utf8_text.iter();
    Ok(texts.filter_map(|chunk| Some((chunk.keyword.clone(), chunk.get_text().ok()?))).collect())
}

fn of_svg(text: &str) -> Vec<(String, String)> {
    let Some(start) = text.find(PROVENANCE) else { return Vec::new() };
    let end = text[start..].find("</provenance>").map_or(text.len(), |length| start + length);
    let entry = |part: &str| {
        let (keyword, rest) = part.split_once("\">")?;
        let (told, _) = rest.split_once("</entry>")?;
        Some((unescaped(keyword), unescaped(told)))
    };
    text[start..end].split("<entry name=\"").skip(1).filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_of_ours_is_told_apart() {
        assert_eq!(provenance(b"a text"), Err(Unknown::NotAPicture));
        assert_eq!(provenance(&[0xff, 0xd8, 0xff]), Err(Unknown::NotAPicture));
        assert_eq!(provenance(b"\x89PNG\r\n\x1a\n and no more"), Err(Unknown::Damaged));
        assert_eq!(provenance(b"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>"), Err(Unknown::NoEntries));
    }
}
