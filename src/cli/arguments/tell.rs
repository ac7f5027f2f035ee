//! What tells a scenario without running it: in words, as a picture, against another.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

pub const DIFF_HELP: &str = "\
Exit codes: 0 no difference in meaning, 6 different, others as everywhere.

Example: standoff diff before.toml after.toml --format json";

/// As what a text is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    /// Wrapped at the width of the terminal
    Text,
    Markdown,
}

#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A scenario file
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// Only this machine
    #[arg(long, value_name = "NAME")]
    pub machine: Option<String>,
    /// As what it is printed
    #[arg(long, value_enum, default_value_t = TextFormat::Text)]
    pub format: TextFormat,
    /// Columns of the text; those of the terminal if not given, or 100
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..=1000))]
    pub width: Option<u16>,
}

/// As what a diagram is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiagramFormat {
    Png,
    Svg,
    /// Text for Mermaid (stateDiagram-v2)
    Mermaid,
    /// Text for Graphviz
    Dot,
}

#[derive(Debug, Args)]
pub struct DiagramArguments {
    /// A scenario file
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// Only this machine
    #[arg(long, value_name = "NAME")]
    pub machine: Option<String>,
    /// Where it goes: a file, or `-` for the terminal; Mermaid and DOT are printed if not given, pictures written beside
    /// you as `<scenario>-diagram.png`. With several machines and a picture, each has a file, named after it
    #[arg(long, short = 'o', value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// As what; from the name of the file if not given, else PNG
    #[arg(long, value_enum)]
    pub format: Option<DiagramFormat>,
    /// Pixels a point of the layout, for PNG: 2 is fit for print, 1 for a screen
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, value_parser = scale)]
    pub scale: f64,
}

/// As what differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The scenario file that was
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,
    /// The scenario file that is
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,
    /// As what it is printed
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
}

/// Pixels a point, within what can be seen and stored.
fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if (0.25..=16.0).contains(&scale) => Ok(scale),
        _ => Err("give a number from 0.25 to 16".into()),
    }
}
