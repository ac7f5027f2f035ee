//! The same blocks as Markdown (CommonMark with tables), whose pictures stand in files of their own.
//!
//! In: [`Block`]s. Out: text. What could be taken for markup is escaped outside of backticks.

use super::html::link;
use super::page::{Block, Cell, Figure, Table};
use crate::output::format::printable;

/// The whole file.
pub fn markdown(blocks: &[Block]) -> String {
    let parts: Vec<String> = blocks.iter().map(set).filter(|part| !part.is_empty()).collect();
    format!("{}\n", parts.join("\n\n"))
}

fn set(block: &Block) -> String {
    match block {
        Block::Heading { level, text, .. } => format!("{} {}", "#".repeat(*level), escaped(text)),
        Block::Paragraph(text) | Block::Note(text) => escaped(text),
        Block::List(items) => {
            let mut lines = Vec::new();
            for item in items {
                lines.push(format!("- {}", escaped(&item.text)));
                lines.extend(item.below.iter().map(|below| format!("  - {}", escaped(below))));
            }
            lines.join("\n")
        }
        Block::Box { title, lines } => {
            let mut all = vec![format!("> **{}**", escaped(title))];
            all.extend(lines.iter().map(|line| format!("> {}", escaped(line))));
            all.join("\n>\n")
        }
        Block::Facts(facts) => {
            let lines = facts.iter().map(|(name, what)| format!("- **{}:** {}", escaped(name), escaped(what)));
            lines.collect::<Vec<_>>().join("\n")
        }
        Block::Table(table) => set_table(table),
        Block::Figure(figure) => set_figure(figure),
        Block::Fold(fold) => {
            fold.blocks.iter().map(set).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
        }
        Block::Break => String::new(),
    }
}

fn set_table(table: &Table) -> String {
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut lines = vec![format!("**{}**", escaped(&table.caption)), String::new()];
    lines.push(row(table.columns.iter().map(|column| cell_text(&column.head)).collect()));
    lines.push(row(table
        .columns
        .iter()
        .map(|column| if column.numbers { "---:" } else { "---" }.to_owned())
        .collect()));
    for group in &table.groups {
        if !group.head.is_empty() {
            let empty = table.columns.iter().skip(1).map(|_| String::new());
            lines.push(row(std::iter::once(format!("**{}**", cell_text(&group.head))).chain(empty).collect()));
        }
        lines.extend(group.rows.iter().map(|cells| row(cells.iter().map(cell).collect())));
    }
    if let Some(csv) = &table.csv {
        lines.extend([String::new(), format!("Numbers: [{}]({})", escaped(csv), link(csv))]);
    }
    lines.join("\n")
}

fn cell(cell: &Cell) -> String {
    let text = cell_text(&cell.text);
    if cell.small.is_empty() { text } else { format!("{text}; {}", cell_text(&cell.small)) }
}

/// A cell has one line, and its border is a sign that texts may have, even in code.
fn cell_text(text: &str) -> String {
    escaped(text).replace('|', "\\|").replace("\\\\|", "\\|")
}

fn set_figure(figure: &Figure) -> String {
    let files =
        std::iter::once((&figure.png, "PNG")).chain(figure.files.iter().map(|(path, name)| (path, name.as_str())));
    let files: Vec<String> = files.map(|(path, name)| format!("[{}]({})", escaped(name), link(path))).collect();
    let alternative = escaped(&figure.alternative.replace('`', "'"));
    format!("![{alternative}]({})\n\n{} Files: {}", link(&figure.png), escaped(&figure.caption), files.join(", "))
}

/// Text with what could be taken for markup escaped, except between backticks.
fn escaped(text: &str) -> String {
    let mut code = false;
    let mut out = String::with_capacity(text.len() + 8);
    for letter in printable(text).chars() {
        if letter == '`' {
            code = !code;
        } else if !code && "\\*_<>[]#|~&".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::page::{Column, Group, Shown};
    use super::*;

    #[test]
    fn tables_and_pictures() {
        let table = Table {
            caption: "A *table*".into(),
            columns: vec![Column::words("Name"), Column::numbers("Value")],
            groups: vec![Group {
                head: "First".into(),
                rows: vec![vec![Cell::of("a|b `c|d`"), Cell::with("1", "of 2")]],
            }],
            csv: Some("data/a b.csv".into()),
            cards: false,
        };
        let expected = "**A \\*table\\***\n\n| Name | Value |\n| --- | ---: |\n| **First** |  |\n| a\\|b `c\\|d` | 1; of 2 |\n\n\
                        Numbers: [data/a b.csv](data/a%20b.csv)\n";
        assert_eq!(markdown(&[Block::Break, Block::Table(table)]), expected);
        let hostile = "](x) <b> \u{1b}";
        let figure = Figure {
            caption: hostile.into(),
            alternative: hostile.into(),
            png: "charts/a.png".into(),
            shown: Shown::Vector("<svg></svg>".into()),
            files: vec![("charts/a.csv".into(), "CSV".into())],
        };
        let text = markdown(&[Block::Figure(figure)]);
        assert!(text.starts_with("![\\](x) \\<b\\>  ](charts/a.png)\n\n"), "{text}");
        assert!(text.ends_with("Files: [PNG](charts/a.png), [CSV](charts/a.csv)\n"), "{text}");
    }
}
