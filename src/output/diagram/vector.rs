//! A drawing as SVG, with its texts as text: they can be searched, copied and edited.
//!
//! In: a [`Drawing`]. Out: one self-contained file. Texts ask for Inter and take the width that they have in it, so that
//! a machine without the face shows them at the same place.

use super::drawing::{Drawing, Pen, Shape, Side};
use crate::output::chart::font::{self, Weight};
use crate::output::svg::{FAMILIES, escaped, hex, short};
use std::fmt::Write;

pub(super) fn svg(drawing: &Drawing) -> String {
    let mut out = String::new();
    let (width, height) = (drawing.width.ceil(), drawing.height.ceil());
    let mut put = |line: std::fmt::Arguments<'_>| {
        out.write_fmt(line).expect("a string takes everything");
        out.push('\n');
    };
    put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"{FAMILIES}\">"
    ));
    for (keyword, text) in &drawing.entries {
        match keyword.as_str() {
            "Title" => put(format_args!("<title>{}</title>", escaped(text))),
            "Description" => put(format_args!("<desc>{}</desc>", escaped(text))),
            _ => put(format_args!("<!-- {}: {} -->", comment(keyword), comment(text))),
        }
    }
    put(format_args!("<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>"));
    for shape in &drawing.shapes {
        put(format_args!("{}", element(shape)));
    }
    put(format_args!("</svg>"));
    out
}

fn element(shape: &Shape) -> String {
    match shape {
        Shape::Rectangle { left, top, right, bottom, radius, fill, line } => format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\"{}/>",
            short(*left),
            short(*top),
            short(right - left),
            short(bottom - top),
            short(*radius),
            fill.map_or_else(|| "none".to_owned(), hex),
            line.as_ref().map_or_else(String::new, stroke)
        ),
        Shape::Curve { start, pieces, pen } => {
            let mut way = format!("M{} {}", short(start.0), short(start.1));
            for [a, b, end] in pieces {
                let numbers = [a.0, a.1, b.0, b.1, end.0, end.1].map(short);
                way.push_str(&format!("C{}", numbers.join(" ")));
            }
            format!("<path d=\"{way}\" fill=\"none\"{}/>", stroke(pen))
        }
        Shape::Polygon { corners, fill } => {
            let points: Vec<String> = corners.iter().map(|(x, y)| format!("{},{}", short(*x), short(*y))).collect();
            format!("<polygon points=\"{}\" fill=\"{}\"/>", points.join(" "), hex(*fill))
        }
        Shape::Disc { middle, radius, fill } => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"/>",
            short(middle.0),
            short(middle.1),
            short(*radius),
            hex(*fill)
        ),
        Shape::Text { place, text, kind, side } => {
            let anchor = match side {
                Side::Left => "start",
                Side::Middle => "middle",
                Side::Right => "end",
            };
            let weight = if kind.weight == Weight::SemiBold { " font-weight=\"600\"" } else { "" };
            format!(
                "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\"{weight} \
                 textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
                short(place.0),
                short(place.1 + font::CAP_HEIGHT * kind.size / 2.0),
                short(kind.size),
                hex(kind.color),
                short(kind.width(text)),
                escaped(text)
            )
        }
    }
}

fn stroke(pen: &Pen) -> String {
    let dash = if pen.dashed { " stroke-dasharray=\"5 3.5\"" } else { "" };
    format!(" stroke=\"{}\" stroke-width=\"{}\"{dash}", hex(pen.color), short(pen.width))
}

/// Text in a comment, where two hyphens would end it.
fn comment(text: &str) -> String {
    escaped(text).replace("--", "- -")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_cannot_be_ended() {
        assert_eq!(comment("a--><script>"), "a- -&gt;&lt;script&gt;");
    }
}
