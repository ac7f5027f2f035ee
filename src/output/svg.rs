//! Small parts of SVG files: numbers, colours, and texts that cannot break out.
//!
//! In: values. Out: strings. Knows no chart and no diagram.

use plotters::style::RGBColor;

/// The faces that texts ask for, the embedded one first.
pub(in crate::output) const FAMILIES: &str = "Inter, 'Helvetica Neue', Arial, sans-serif";

pub(in crate::output) fn hex(color: RGBColor) -> String {
    format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2)
}

/// A hundredth of a point is less than any screen shows.
pub(in crate::output) fn short(x: f64) -> String {
    let text = format!("{x:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

pub(in crate::output) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no other control characters, not even escaped.
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// The text that was escaped.
pub(in crate::output) fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_break_out_and_come_back() {
        assert_eq!(escaped("a<b & \"c\"\u{1}"), "a&lt;b &amp; &quot;c&quot; ");
        for text in ["a<b & \"c\"", "&amp;quot;", "&lt;"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
        assert_eq!([short(1.0), short(-0.001), short(2.345)], ["1", "0", "2.35"].map(str::to_owned));
    }
}
