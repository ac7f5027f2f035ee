//! What a report is made of: blocks in reading order, before anyone decides how they look.
//!
//! The sections of a report go in as [`Block`]s; [`html`](super::html) and [`markdown`](super::markdown) set the same blocks.
//! Texts are plain; a name or a command stands in backticks. Nothing here is markup, so no name in a scenario can be.

/// One block.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Level 1 (once) to 4, and the name that it is linked by.
    Heading {
        level: usize,
        id: String,
        text: String,
    },
    Paragraph(String),
    /// The same in small print.
    Note(String),
    List(Vec<Item>),
    /// A boxed statement with a heading of its own: what a reader must not miss.
    Box {
        title: String,
        lines: Vec<String>,
    },
    /// Names and what they are.
    Facts(Vec<(String, String)>),
    Table(Table),
    Figure(Figure),
    /// What not every reader wants at once.
    Fold(Fold),
    /// What follows begins a page in print.
    Break,
}

/// Blocks under a line that opens them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    pub summary: String,
    pub blocks: Vec<Block>,
    /// Whether they are printed, in small print, when they are closed.
    pub printed: bool,
}

/// An item of a list, with items below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub text: String,
    pub below: Vec<String>,
}

/// A table whose first column names the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub groups: Vec<Group>,
    /// The file with its numbers, relative to the report.
    pub csv: Option<String>,
    /// Whether each row is set as a card where there is little room; else the table scrolls by itself.
    pub cards: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub head: String,
    /// Whether it is set to the right, as numbers are.
    pub numbers: bool,
}

/// Rows under a heading of their own; without one if it is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    pub head: String,
    pub rows: Vec<Vec<Cell>>,
}

/// A cell: what it says, and small print below.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    pub text: String,
    pub small: String,
}

/// A chart with everything that goes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub caption: String,
    /// What it shows, in numbers, for who cannot see it.
    pub alternative: String,
    /// The picture, relative to the report.
    pub png: String,
    /// What shows it in the report that stands alone.
    pub shown: Shown,
    /// Other files of the chart, relative to the report, with their names.
    pub files: Vec<(String, String)>,
}

/// A picture within HTML.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// An `svg` element, whole.
    Vector(String),
    /// A whole file, PNG or SVG, with its width and height.
    File(Vec<u8>, [u32; 2]),
}

impl Block {
    pub fn heading(level: usize, id: impl Into<String>, text: impl Into<String>) -> Block {
        Block::Heading { level, id: id.into(), text: text.into() }
    }

    pub fn paragraph(text: impl Into<String>) -> Block {
        Block::Paragraph(text.into())
    }
}

impl Column {
    pub fn words(head: impl Into<String>) -> Column {
        Column { head: head.into(), numbers: false }
    }

    pub fn numbers(head: impl Into<String>) -> Column {
        Column { head: head.into(), numbers: true }
    }
}

impl Cell {
    pub fn of(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), small: String::new() }
    }

    pub fn with(text: impl Into<String>, small: impl Into<String>) -> Cell {
        Cell { text: text.into(), small: small.into() }
    }
}

/// A name as it may stand in a link and a file: small letters, digits and hyphens.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
