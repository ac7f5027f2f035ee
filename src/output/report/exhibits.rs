//! The charts of a report: each with its caption, what it says in numbers, and the CSV behind it.
//!
//! In: findings. Out: [`Exhibit`]s: a [`Figure`] for the page, and the files of the chart.

use super::alternative;
use super::page::{Figure, Shown, slug};
use crate::analysis::Findings;
use crate::analysis::ladder::Ladder;
use crate::analysis::verify::Beside;
use crate::output::chart::{self, Canvas, ChartError, Picture, Theme};
use crate::output::format::{grouped, printable};
use crate::output::tables;

/// Where charts are, relative to the report.
const FOLDER: &str = "charts";

/// A chart and its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Exhibit {
    pub figure: Figure,
    /// Whether it is one of the few that every reader looks at.
    pub main: bool,
    /// Relative paths, with what is in them.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Every chart of one path.
///
/// # Errors
/// See [`ChartError`].
pub fn of_path(
    findings: &Findings,
    ladders: &[Ladder],
    rates: &[Beside],
    theme: &Theme,
) -> Result<Vec<Exhibit>, ChartError> {
    let mut pictures = chart::pictures(findings, theme)?;
    pictures.extend(chart::ladder_strips(findings, ladders, theme)?);
    pictures.extend(chart::base_rates(findings, rates, theme)?);
    let mut canvas = Canvas::default();
    pictures
        .into_iter()
        .map(|picture| {
            let name = format!("{}-{}", slug(&findings.origin.scenario), picture.name);
            // `occupancy-2` is the second page of `occupancy`.
            let stem = picture.name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
            let first = name.ends_with(&stem) && !["consequences", "variables", "exceedance"].contains(&stem.as_str());
            let main = first || stem == "durations";
            let alternative = alternative::of_chart(findings, ladders, rates, &stem);
            // Pages of one chart share their numbers.
            let csv = format!("{}-{stem}", slug(&findings.origin.scenario));
            let written = (name == csv).then(|| numbers(findings, ladders, rates, &stem));
            Ok(Exhibit {
                main,
                ..exhibit(name, picture, &mut canvas, alternative, condition(findings), (&csv, written))?
            })
        })
        .collect()
}

/// How the paths end, side by side.
///
/// # Errors
/// See [`ChartError`].
pub fn of_all(several: &[Findings], theme: &Theme) -> Result<Vec<Exhibit>, ChartError> {
    let picture = chart::comparison(several, theme)?;
    let condition =
        format!("Conditional on each of the {} paths and the stated assumptions; not a forecast.", several.len());
    let csv = tables::comparison_csv(several);
    let numbers = ("comparison", Some(csv));
    let alternative = alternative::of_comparison(several);
    Ok(vec![exhibit("comparison".to_owned(), picture, &mut Canvas::default(), alternative, condition, numbers)?])
}

/// The numbers behind a chart.
fn numbers(findings: &Findings, ladders: &[Ladder], rates: &[Beside], stem: &str) -> Vec<u8> {
    match stem {
        "outcomes" => tables::outcomes_csv(findings),
        "incidence" => tables::timeline_of(findings, &["outcome", "milestone"]),
        "occupancy" => tables::timeline_of(findings, &["machine"]),
        "durations" => tables::durations_csv(findings),
        "exceedance" => tables::exceedance_csv(findings),
        "consequences" => tables::timeline_of(findings, &["consequence"]),
        "variables" => tables::timeline_of(findings, &["variable"]),
        "scenarios" => tables::scenarios_csv(findings),
        "base-rates" => tables::base_rates_csv(findings, rates),
        "ladder" => tables::ladder_csv(findings, ladders),
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
    canvas: &mut Canvas,
    alternative: String,
    condition: String,
    (numbers, csv): (&str, Option<Vec<u8>>),
) -> Result<Exhibit, ChartError> {
    let path = |extension: &str| format!("{FOLDER}/{name}.{extension}");
    let caption = format!("{}. {condition}", picture.title());
    let png = picture.png_on(canvas)?;
    let numbers = format!("{FOLDER}/{numbers}.csv");
    let files = vec![
        (path("svg"), "SVG".to_owned()),
        (numbers.clone(), "CSV".to_owned()),
        (path("caption.txt"), "caption".to_owned()),
    ];
    let figure = Figure {
        caption: caption.clone(),
        alternative: alternative.clone(),
        shown: Shown::Vector(picture.inline(&name)),
        png: path("png"),
        files,
    };
    let text = format!("{caption}\n\n{}\n", alternative.replace('`', ""));
    let mut written =
        vec![(path("png"), png), (path("svg"), picture.svg().into_bytes()), (path("caption.txt"), text.into_bytes())];
    written.extend(csv.map(|csv| (numbers, csv)));
    Ok(Exhibit { figure, main: true, files: written })
}
