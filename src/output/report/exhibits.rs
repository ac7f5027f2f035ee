//! The charts of a report: each with its caption, what it says in numbers, and the CSV behind it.
//!
//! In: findings. Out: [`Exhibit`]s: a [`Figure`] for the page, and the files of the chart.

use super::alternative;
use super::page::{Figure, slug};
use crate::analysis::Findings;
use crate::output::chart::{self, ChartError, Picture};
use crate::output::format::{grouped, printable};
use crate::output::tables;

/// Where charts are, relative to the report.
const FOLDER: &str = "charts";

/// A chart and its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Exhibit {
    pub figure: Figure,
    /// Relative paths, with what is in them.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Every chart of one path.
///
/// # Errors
/// See [`ChartError`].
pub fn of_path(findings: &Findings) -> Result<Vec<Exhibit>, ChartError> {
    let pictures = chart::pictures(findings)?;
    Ok(pictures
        .into_iter()
        .map(|picture| {
            let name = format!("{}-{}", slug(&findings.origin.scenario), picture.name);
            // `occupancy-2` is the second page of `occupancy`.
            let stem = picture.name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
            let alternative = alternative::of_chart(findings, &stem);
            // Pages of one chart share their numbers.
            let csv = format!("{}-{stem}", slug(&findings.origin.scenario));
            let written = (name == csv).then(|| numbers(findings, &stem));
            exhibit(name, picture, alternative, condition(findings), (&csv, written))
        })
        .collect())
}

/// How the paths end, side by side.
///
/// # Errors
/// See [`ChartError`].
pub fn of_all(several: &[Findings]) -> Result<Vec<Exhibit>, ChartError> {
    let png = chart::comparison(several)?;
    let picture = Picture { name: "comparison".to_owned(), title: "How the runs end, path by path", png };
    let condition =
        format!("Conditional on each of the {} paths and the stated assumptions; not a forecast.", several.len());
    let csv = tables::comparison_csv(several);
    let numbers = ("comparison", Some(csv));
    Ok(vec![exhibit("comparison".to_owned(), picture, alternative::of_comparison(several), condition, numbers)])
}

/// The numbers behind a chart.
fn numbers(findings: &Findings, stem: &str) -> Vec<u8> {
    match stem {
        "outcomes" => tables::outcomes_csv(findings),
        "incidence" => tables::timeline_of(findings, &["outcome", "milestone"]),
        "occupancy" | "ladder" => tables::timeline_of(findings, &["machine"]),
        "exceedance" => tables::exceedance_csv(findings),
        "consequences" => tables::timeline_of(findings, &["consequence"]),
        "variables" => tables::timeline_of(findings, &["variable"]),
        "scenarios" => tables::scenarios_csv(findings),
        _ => tables::timeline_csv(findings),
    }
}

fn condition(findings: &Findings) -> String {
    let origin = &findings.origin;
    let how = match origin.exactness() {
        Some(_) => "solved exactly".to_owned(),
        None => format!("{} runs, seed {}", grouped(origin.runs), origin.seed),
    };
    format!("Conditional on path “{}” and the stated assumptions; {how}; not a forecast.", printable(&origin.title))
}

/// `numbers`: the stem of the CSV, and what is in it if it belongs to this chart.
fn exhibit(
    name: String,
    picture: Picture,
    alternative: String,
    condition: String,
    (numbers, csv): (&str, Option<Vec<u8>>),
) -> Exhibit {
    let path = |extension: &str| format!("{FOLDER}/{name}.{extension}");
    let caption = format!("{}. {condition}", picture.title);
    let numbers = format!("{FOLDER}/{numbers}.csv");
    let files = vec![(numbers.clone(), "CSV".to_owned()), (path("caption.txt"), "caption".to_owned())];
    let figure = Figure {
        caption: caption.clone(),
        alternative: alternative.clone(),
        png: path("png"),
        size: size(&picture.png),
        bytes: picture.png.clone(),
        files,
    };
    let text = format!("{caption}\n\n{}\n", alternative.replace('`', ""));
    let mut written = vec![(path("png"), picture.png), (path("caption.txt"), text.into_bytes())];
    written.extend(csv.map(|csv| (numbers, csv)));
    Exhibit { figure, files: written }
}

/// Width and height of a PNG, from its header.
fn size(png: &[u8]) -> [u32; 2] {
    let at = |place: usize| {
        let bytes = png.get(place..place + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(1, u32::from_be_bytes)
    };
    [at(16), at(20)]
}
