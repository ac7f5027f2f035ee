//! How charts are made: the same flags in every verb that draws them.

use crate::output::chart::{Format, Look, Size, Words};
use clap::Args;
use std::path::PathBuf;

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Charts")]
pub struct ChartArguments {
    /// Size of charts: page (a page's width, 170 mm), slide (16 to 9), column (85 mm) or square; or millimetres, with
    /// dots an inch if need be: 160x90mm@300dpi, or 160mm for as high as need be
    #[arg(long, value_name = "SIZE", default_value = "page")]
    pub size: Size,
    /// Look of charts: light, print (greys, hatches and dashes that survive a copier) or dark
    #[arg(long = "theme", value_name = "LOOK", default_value = "light")]
    pub look: Look,
    /// Charts as png, svg or both
    #[arg(long, value_name = "FORMAT", default_value = "png")]
    pub charts: Format,
    /// Language of the words on charts: en, de, fr, uk or ru; names and titles of the scenario stay as they are written. Without it
    /// the language that the scenario names in [charts], or en
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<Words>,
    /// A date that is written into charts, such as 2026-11-28; without it the same findings give the same bytes on any day
    #[arg(long, value_name = "DATE")]
    pub dated: Option<String>,
}

#[derive(Debug, Args)]
pub struct ProvenanceArguments {
    /// PNG and SVG files that this program made
    #[arg(required = true, value_name = "FILE")]
    pub paths: Vec<PathBuf>,
}
