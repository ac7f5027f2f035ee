//! How all charts of a study are made: one theme, in one place.
//!
//! Size, look, kinds of file and language. Draws nothing.

use std::str::FromStr;

use super::look::Look;
use super::size::Size;
use super::words::Words;
use crate::model::charts::Charts;

/// As which files charts are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Png,
    Svg,
    Both,
}

impl Format {
    pub(super) fn has_png(self) -> bool {
        self != Format::Svg
    }

    pub(super) fn has_svg(self) -> bool {
        self != Format::Png
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        match typed {
            "png" => Ok(Format::Png),
            "svg" => Ok(Format::Svg),
            "both" => Ok(Format::Both),
            _ => Err(format!("`{typed}` is no kind of picture: png, svg or both")),
        }
    }
}

impl FromStr for Look {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let looks = [Look::Light, Look::Print, Look::Dark];
        let found = looks.into_iter().find(|look| look.name() == typed);
        found.ok_or_else(|| format!("`{typed}` is no theme: light, print (greys) or dark"))
    }
}

/// How charts are made.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    pub size: Size,
    pub look: Look,
    pub format: Format,
    pub words: Words,
    /// What the scenario itself says of its charts. Its language is not heard here: [`words`](Self::words) has the last word.
    pub charts: Charts,
    /// The command that makes the charts again; it is written into them.
    pub command: Option<String>,
    /// A date that is written into them; none unless given, so that the same findings give the same bytes.
    pub date: Option<String>,
}
