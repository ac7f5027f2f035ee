//! Blocks as one HTML file that needs nothing else: style and pictures are inside, there is no script.
//!
//! In: a title and [`Block`]s. Out: HTML 5 with a language, landmarks, a skip link, headings in order, captions, table headers with
//! a scope, and alternative texts. Every text goes through [`escaped`], the one place that writes it.

use super::page::{Block, Cell, Figure, Fold, Shown, Table};
use crate::output::chart::font::{REGULAR, SEMIBOLD};
use crate::output::format::printable;
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");

/// The whole file.
pub fn html(title: &str, blocks: &[Block]) -> String {
    let mut out = String::new();
    out.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str(
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"standoff\">\n",
    );
    // No icon is asked for from anywhere.
    out.push_str("<link rel=\"icon\" href=\"data:,\">\n");
    let fonts = faces();
    put(&mut out, format_args!("<title>{}</title>\n<style>\n{fonts}{STYLE}</style>\n</head>\n<body>\n", text(title)));
    out.push_str("<a class=\"skip\" href=\"#content\">Skip to the content</a>\n");
    contents(blocks, &mut out);
    out.push_str("<main id=\"content\" tabindex=\"-1\">\n");
    blocks.iter().for_each(|block| set(block, &mut out));
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// The faces that charts are set in, once for all of them.
fn faces() -> String {
    let face = |(bytes, weight): (&[u8], u32)| {
        format!(
            "@font-face {{ font-family: Inter; font-weight: {weight}; src: url(data:font/ttf;base64,{}) format(\"truetype\"); }}\n",
            base64(bytes)
        )
    };
    [(REGULAR, 400), (SEMIBOLD, 600)].map(face).concat()
}

fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).expect("memory takes any text");
}

/// The list of sections.
fn contents(blocks: &[Block], out: &mut String) {
    out.push_str("<nav aria-label=\"Contents\">\n<p class=\"nav-title\">Contents</p>\n<ol>\n");
    for block in blocks {
        if let Block::Heading { level: 2, id, text: heading } = block {
            put(out, format_args!("<li><a href=\"#{}\">{}</a></li>\n", attribute(id), text(heading)));
        }
    }
    out.push_str("</ol>\n</nav>\n");
}

fn set(block: &Block, out: &mut String) {
    match block {
        Block::Heading { level, id, text: heading } => {
            put(out, format_args!("<h{level} id=\"{}\">{}</h{level}>\n", attribute(id), text(heading)));
        }
        Block::Paragraph(paragraph) => put(out, format_args!("<p>{}</p>\n", inline(paragraph))),
        Block::Note(note) => put(out, format_args!("<p class=\"note\">{}</p>\n", inline(note))),
        Block::List(items) => {
            out.push_str("<ul>\n");
            for item in items {
                put(out, format_args!("<li>{}", inline(&item.text)));
                if !item.below.is_empty() {
                    out.push_str("\n<ul>\n");
                    item.below.iter().for_each(|below| put(out, format_args!("<li>{}</li>\n", inline(below))));
                    out.push_str("</ul>\n");
                }
                out.push_str("</li>\n");
            }
            out.push_str("</ul>\n");
        }
        Block::Box { title, lines } => {
            put(out, format_args!("<div class=\"box\">\n<p class=\"box-title\">{}</p>\n", text(title)));
            lines.iter().for_each(|line| put(out, format_args!("<p>{}</p>\n", inline(line))));
            out.push_str("</div>\n");
        }
        Block::Facts(facts) => {
            out.push_str("<dl>\n");
            for (name, what) in facts {
                put(out, format_args!("<div><dt>{}</dt><dd>{}</dd></div>\n", text(name), inline(what)));
            }
            out.push_str("</dl>\n");
        }
        Block::Table(table) => set_table(table, out),
        Block::Figure(figure) => set_figure(figure, out),
        Block::Fold(fold) => set_fold(fold, out),
        Block::Break => out.push_str("<div class=\"break\"></div>\n"),
    }
}

fn set_fold(fold: &Fold, out: &mut String) {
    let class = if fold.printed { "printed" } else { "screen" };
    put(out, format_args!("<details class=\"{class}\">\n<summary>{}</summary>\n", text(&fold.summary)));
    fold.blocks.iter().for_each(|block| set(block, out));
    out.push_str("</details>\n");
}

fn set_table(table: &Table, out: &mut String) {
    let class = if table.cards { "cards" } else { "scrolls" };
    // What scrolls must be reached by keyboard, and says what it is.
    let caption = attribute(&table.caption);
    put(out, format_args!("<div class=\"table\" role=\"group\" aria-label=\"{caption}\" tabindex=\"0\">\n"));
    put(out, format_args!("<table class=\"{class}\">\n<caption>{}</caption>\n<thead><tr>\n", inline(&table.caption)));
    for column in &table.columns {
        let class = if column.numbers { " class=\"number\"" } else { "" };
        put(out, format_args!("<th scope=\"col\"{class}>{}</th>\n", text(&column.head)));
    }
    out.push_str("</tr></thead>\n");
    for group in &table.groups {
        out.push_str("<tbody>\n");
        if !group.head.is_empty() {
            let columns = table.columns.len();
            put(
                out,
                format_args!(
                    "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{columns}\">{}</th></tr>\n",
                    text(&group.head)
                ),
            );
        }
        for row in &group.rows {
            out.push_str("<tr>");
            for (index, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                set_cell(cell, index == 0, column.numbers, &column.head, out);
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n");
    }
    out.push_str("</table>\n</div>\n");
    if let Some(csv) = &table.csv {
        put(out, format_args!("<p class=\"files\">Numbers: <a href=\"{0}\">{1}</a></p>\n", link(csv), text(csv)));
    }
}

fn set_cell(cell: &Cell, names_row: bool, numbers: bool, head: &str, out: &mut String) {
    let small = if cell.small.is_empty() { String::new() } else { format!("<small>{}</small>", inline(&cell.small)) };
    let class = if numbers { " class=\"number\"" } else { "" };
    match names_row {
        true => put(out, format_args!("<th scope=\"row\"{class}>{}{small}</th>", inline(&cell.text))),
        // The heading stands beside the cell where the row is set as a card.
        false => put(
            out,
            format_args!(
                "<td{class} data-head=\"{}\"><span>{}{small}</span></td>",
                attribute(head),
                inline(&cell.text)
            ),
        ),
    }
}

fn set_figure(figure: &Figure, out: &mut String) {
    let alternative = attribute(&figure.alternative);
    let class = if is_tall(&figure.shown) { " class=\"tall\"" } else { "" };
    put(out, format_args!("<figure{class}>\n"));
    match &figure.shown {
        Shown::Vector(svg) => {
            let rest = svg.strip_prefix("<svg").expect("a picture is an svg element");
            put(out, format_args!("<svg aria-label=\"{alternative}\"{rest}\n"));
        }
        Shown::File(bytes, [width, height]) => {
            let data = base64(bytes);
            let kind = if bytes.starts_with(b"\x89PNG") { "png" } else { "svg+xml" };
            put(
                out,
                format_args!(
                    "<img src=\"data:image/{kind};base64,{data}\" width=\"{width}\" height=\"{height}\" alt=\"{alternative}\">\n"
                ),
            );
        }
    }
    put(out, format_args!("<figcaption>{}", inline(&figure.caption)));
    let files: Vec<String> = std::iter::once((figure.png.clone(), "PNG".to_owned()))
        .chain(figure.files.iter().cloned())
        .map(|(path, name)| format!("<a href=\"{}\">{}</a>", link(&path), text(&name)))
        .collect();
    put(out, format_args!(" <span class=\"files\">Files: {}</span></figcaption>\n</figure>\n", files.join(", ")));
}

/// Whether a drawn picture is higher than wide.
fn is_tall(shown: &Shown) -> bool {
    let Shown::Vector(svg) = shown else { return false };
    let view = svg.split("viewBox=\"0 0 ").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let mut sides = view.split(' ').filter_map(|side| side.parse::<f64>().ok());
    matches!((sides.next(), sides.next()), (Some(wide), Some(high)) if high > 1.05 * wide)
}

/// Text between tags.
fn text(text: &str) -> String {
    escaped(text)
}

/// Text in an attribute in double quotes.
fn attribute(text: &str) -> String {
    escaped(&text.replace('`', ""))
}

/// What cannot be taken for markup, between tags and in quotes alike.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for letter in printable(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A sign of percent stays with its number.
            '%' if out.ends_with(' ') => {
                out.pop();
                out.push_str("\u{a0}%");
            }
            _ => out.push(letter),
        }
    }
    out
}

/// Text with its backticks as code.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escaped(part);
        if index % 2 == 0 { out.push_str(&part) } else { put(&mut out, format_args!("<code>{part}</code>")) }
    }
    out
}

/// A relative path as a link.
pub(super) fn link(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => out.push(char::from(byte)),
            _ => put(&mut out, format_args!("%{byte:02X}")),
        }
    }
    out
}

/// Bytes in base 64 (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize];
            out.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::page::{Column, Group};
    use super::*;

    /// RFC 4648, section 10.
    #[test]
    fn published_base64() {
        for (bytes, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
    }

    #[test]
    fn no_text_becomes_markup() {
        let hostile = "\"'><script>alert(1)</script>&amp;`<b>`\u{1b}";
        let cell = Cell::with(hostile, hostile);
        let blocks = [
            Block::heading(2, hostile, hostile),
            Block::paragraph(hostile),
            Block::Facts(vec![(hostile.into(), hostile.into())]),
            Block::Box { title: hostile.into(), lines: vec![hostile.into()] },
            Block::Table(Table {
                caption: hostile.into(),
                columns: vec![Column::words(hostile), Column::numbers(hostile)],
                groups: vec![Group { head: hostile.into(), rows: vec![vec![cell.clone(), cell]] }],
                csv: Some(hostile.into()),
                cards: true,
            }),
            Block::Figure(Figure {
                caption: hostile.into(),
                alternative: hostile.into(),
                png: hostile.into(),
                shown: Shown::File(vec![1], [1, 1]),
                files: vec![(hostile.into(), hostile.into())],
            }),
        ];
        let page = html(hostile, &blocks);
        assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains('\u{1b}'), "{page}");
        assert!(page.contains("<code>&lt;b&gt;</code>") && page.contains("&amp;amp;"), "{page}");
        // No quote ends an attribute early: what stands between tags has none that is not escaped.
        for tag in page.split('<').skip(1).filter_map(|part| part.split('>').next()) {
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        }
    }
}
