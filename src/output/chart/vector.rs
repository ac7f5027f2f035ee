//! A page as SVG, with its texts as text: they can be searched, copied and edited.
//!
//! In: a page and the look it is to have. Out: one self-contained file. Texts ask for Inter and take the width that they have
//! in it, so that a machine without the face shows them at the same place. What the page shows and where it comes from are
//! in `title`, `desc` and `metadata`.

use std::fmt::Write;

use super::font::{self, Weight};
use super::look::{Hatch, Look, Painted};
use super::mark::{Ink, Mark, Page, Place};
use super::raster::DASHES;
use super::sheet::Side;
use super::size::Size;
use crate::output::svg::{FAMILIES, escaped, hex, short};

/// The namespace of the entries that say where a picture comes from.
pub(super) const PROVENANCE: &str = "urn:standoff:provenance";

pub(super) fn svg(page: &Page, look: Look, size: &Size, language: &str) -> String {
    let mut out = String::new();
    let (width, height) = (short(page.width), short(page.height));
    let (wide, high) = (short(size.width_mm()), short(size.width_mm() * page.height / page.width));
    let mut put = |line: std::fmt::Arguments<'_>| {
        out.write_fmt(line).expect("a string takes everything");
        out.push('\n');
    };
    put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}mm\" height=\"{high}mm\" viewBox=\"0 0 {width} {height}\" \
         xml:lang=\"{language}\" role=\"img\" font-family=\"{FAMILIES}\">"
    ));
    let entry = |key: &str| page.entries.iter().find(|(keyword, _)| keyword == key).map(|(_, text)| text.as_str());
    put(format_args!("<title>{}</title>", escaped(entry("Title").unwrap_or(&page.title))));
    put(format_args!("<desc>{}</desc>", escaped(entry("Description").unwrap_or_default())));
    put(format_args!("<metadata><provenance xmlns=\"{PROVENANCE}\">"));
    for (keyword, text) in &page.entries {
        put(format_args!("<entry name=\"{}\">{}</entry>", escaped(keyword), escaped(text)));
    }
    put(format_args!("</provenance></metadata>"));
    let hatches = hatches(page, look);
    if !hatches.is_empty() {
        put(format_args!("<defs>{}</defs>", hatches.iter().map(|hatch| pattern(*hatch)).collect::<String>()));
    }
    put(format_args!("<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", hex(look.paper())));
    for mark in &page.marks {
        put(format_args!("{}", element(mark, look)));
    }
    put(format_args!("</svg>"));
    out
}

/// The same without a size, title and provenance, for a page of HTML that knows them; what others refer to is called by `name`.
pub(super) fn inline(page: &Page, look: Look, name: &str, language: &str) -> String {
    let (width, height) = (short(page.width), short(page.height));
    let mut out =
        format!("<svg viewBox=\"0 0 {width} {height}\" lang=\"{language}\" role=\"img\" font-family=\"{FAMILIES}\">\n");
    let hatches = hatches(page, look);
    let mut body = hatches.iter().map(|hatch| pattern(*hatch)).collect::<String>();
    if !hatches.is_empty() {
        body = format!("<defs>{body}</defs>\n");
    }
    body.push_str(&format!("<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n", hex(look.paper())));
    for mark in &page.marks {
        body.push_str(&element(mark, look));
        body.push('\n');
    }
    for hatch in hatches {
        let (id, own) = (hatch.id(), format!("{}-{name}", hatch.id()));
        body = body.replace(&format!("id=\"{id}\""), &format!("id=\"{own}\""));
        body = body.replace(&format!("url(#{id})"), &format!("url(#{own})"));
    }
    out.push_str(&body);
    out.push_str("</svg>");
    out
}

/// The hatches of a page, each once.
fn hatches(page: &Page, look: Look) -> Vec<Hatch> {
    let mut found = Vec::new();
    for mark in &page.marks {
        if let Mark::Box { ink, .. } | Mark::Area { ink, .. } | Mark::Disc { ink, line: None, .. } = mark
            && let Some(hatch) = look.shape(*ink).hatch
            && !found.contains(&hatch)
        {
            found.push(hatch);
        }
    }
    found
}

fn pattern(hatch: Hatch) -> String {
    let (every, wide, color) = (short(hatch.every()), hatch.width(), hex(hatch.color()));
    let inside = match hatch {
        Hatch::Diagonal(_) => {
            let e = hatch.every();
            let way = format!("M0 {e}L{e} 0M-1 1L1 -1M{} {}L{} {}", e - 1.0, e + 1.0, e + 1.0, e - 1.0);
            format!("<path d=\"{way}\" stroke=\"{color}\" stroke-width=\"{}\"/>", short(wide * 0.75))
        }
        Hatch::Level(_) => format!("<rect width=\"{every}\" height=\"{}\" fill=\"{color}\"/>", short(wide)),
        Hatch::Dots(_) => format!("<rect width=\"{0}\" height=\"{0}\" fill=\"{color}\"/>", short(wide)),
    };
    format!(
        "<pattern id=\"{}\" width=\"{every}\" height=\"{every}\" patternUnits=\"userSpaceOnUse\">{inside}</pattern>",
        hatch.id()
    )
}

fn opacity(ink: Ink, of: &str) -> String {
    if ink.alpha < 1.0 { format!(" {of}-opacity=\"{}\"", short(ink.alpha)) } else { String::new() }
}

/// A shape, and once more with its hatch.
fn filled(shape: &str, painted: &Painted) -> String {
    let ink = painted.ink;
    let mut out = format!("<{shape} fill=\"{}\"{}/>", hex(ink.color), opacity(ink, "fill"));
    if let Some(hatch) = painted.hatch {
        write!(out, "<{shape} fill=\"url(#{})\"/>", hatch.id()).expect("a string takes everything");
    }
    out
}

fn way(places: &[Place]) -> String {
    places.iter().map(|(x, y)| format!("{},{}", short(*x), short(*y))).collect::<Vec<_>>().join(" ")
}

fn element(mark: &Mark, look: Look) -> String {
    match mark {
        Mark::Box { frame, ink } => {
            let [x, y] = [frame.left, frame.top].map(short);
            let [wide, high] = [frame.right - frame.left, frame.bottom - frame.top].map(|side| short(side.max(0.0)));
            // On whole pixels, so that neighbours have no seam.
            let rect =
                format!("rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" shape-rendering=\"crispEdges\"");
            filled(&rect, &look.shape(*ink))
        }
        Mark::Area { corners, ink } => filled(&format!("polygon points=\"{}\"", way(corners)), &look.shape(*ink)),
        Mark::Line { places, width, ink, dashed } => {
            let painted = look.line(*ink, *width);
            let dash = if *dashed { Some(&DASHES[..]) } else { painted.dash };
            let dash = dash.map_or_else(String::new, |dash| {
                let told: Vec<String> = dash.iter().map(|length| short(*length)).collect();
                format!(" stroke-dasharray=\"{}\"", told.join(" "))
            });
            format!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}{}/>",
                way(places),
                hex(painted.ink.color),
                short(*width),
                opacity(painted.ink, "stroke")
            )
        }
        Mark::Disc { centre, radius, ink, line } => {
            let shape =
                format!("circle cx=\"{}\" cy=\"{}\" r=\"{}\"", short(centre.0), short(centre.1), short(*radius));
            let painted = look.shape(*ink);
            match line {
                None => filled(&shape, &painted),
                Some(width) => format!(
                    "<{shape} fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>",
                    hex(painted.ink.color),
                    short(*width)
                ),
            }
        }
        Mark::Text { place, text, size, weight, color, side, turned } => {
            let anchor = match side {
                Side::Left => "start",
                Side::Center => "middle",
                Side::Right => "end",
            };
            let (x, y) = (short(place.0), short(place.1));
            let turn = if *turned { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
            let bold = if *weight == Weight::SemiBold { " font-weight=\"600\"" } else { "" };
            format!(
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\"{bold}{turn} \
                 textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">{}</text>",
                short(*size),
                hex(look.text(*color)),
                short(font::width(text, *weight, *size)),
                escaped(text)
            )
        }
    }
}
