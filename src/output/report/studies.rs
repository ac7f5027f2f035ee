//! A finished sweep as a section of a report: its charts, what it found, and how to make it again.
//!
//! In: the folder that a sweep wrote. Out: a [`Study`], and its blocks and files. What is shown is what the sweep wrote: its
//! pictures as they are, the ends of its results, its manifest; a file that is no longer as it was written is refused.

use super::page::{Block, Cell, Column, Figure, Fold, Group, Shown, Table, slug};
use super::wording::percent;
use super::{File, spaced};
use crate::output::chart::provenance;
use crate::output::format::{grouped, printable, rough};
use crate::output::manifest::sha256_hex;
use crate::output::sweep::store;
use crate::scenario::study::title_and_about;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// A finished sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The stem of its file.
    name: String,
    title: String,
    about: String,
    manifest: Value,
    charts: Vec<Chart>,
    found: Vec<Found>,
    /// Tables that are kept beside the report.
    tables: Vec<(String, Vec<u8>)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Chart {
    file: String,
    title: String,
    description: String,
    bytes: Vec<u8>,
    size: [u32; 2],
}

/// Where a quantity is least and most.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    /// Scenario, policy and variant.
    case: String,
    quantity: String,
    unit: String,
    least: End,
    most: End,
}

#[derive(Clone, Debug, PartialEq)]
struct End {
    estimate: f64,
    at: String,
}

/// Why a folder is not a finished sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StudyError {
    /// No sweep wrote into it.
    NoSweep(PathBuf),
    /// The sweep has not come to its end.
    Unfinished(PathBuf),
    /// A file that the sweep wrote is not as it was.
    Changed(PathBuf),
    Unreadable(PathBuf, String),
}

impl fmt::Display for StudyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSweep(folder) => {
                let folder = folder.display();
                write!(
                    f,
                    "`{folder}` is not the folder of a sweep: give the folder that `standoff sweep … --out` wrote"
                )
            }
            Self::Unfinished(folder) => write!(
                f,
                "the sweep in `{}` is not finished: type its command again, and it goes on where it was",
                folder.display()
            ),
            Self::Changed(file) => write!(
                f,
                "`{}` is not as the sweep wrote it: type the sweep's command again, and it is made anew from its results",
                file.display()
            ),
            Self::Unreadable(file, why) => write!(f, "`{}` cannot be read: {why}", file.display()),
        }
    }
}

impl std::error::Error for StudyError {}

/// A table is kept beside the report, a picture is shown.
const TABLES: [&str; 2] = ["results.csv", "threshold.csv"];

impl Study {
    /// Reads the folder of a sweep.
    ///
    /// # Errors
    /// See [`StudyError`].
    pub fn open(folder: &Path) -> Result<Study, StudyError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |why: String| StudyError::Unreadable(path, why)
        };
        let record = store::record(folder).map_err(|error| unreadable(folder)(error.to_string()))?;
        let record = record.ok_or_else(|| StudyError::NoSweep(folder.to_owned()))?;
        let path = folder.join("manifest.json");
        let Ok(bytes) = std::fs::read(&path) else { return Err(StudyError::Unfinished(folder.to_owned())) };
        let manifest: Value = serde_json::from_slice(&bytes).map_err(|error| unreadable(&path)(error.to_string()))?;
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        for output in list(&manifest, "outputs") {
            let (Some(name), Some(digest)) = (output["path"].as_str(), output["sha256"].as_str()) else { continue };
            // Of a chart as both, the PNG is shown.
            let twin = name.strip_suffix(".svg").is_some_and(|stem| {
                list(&manifest, "outputs").any(|other| other["path"].as_str() == Some(format!("{stem}.png").as_str()))
            });
            let is_chart = name.ends_with(".png") || (name.ends_with(".svg") && !twin);
            if !is_chart && !TABLES.contains(&name) {
                continue;
            }
            let path = folder.join(name);
            let bytes = std::fs::read(&path).map_err(|error| unreadable(&path)(error.to_string()))?;
            if sha256_hex(&bytes) != digest {
                return Err(StudyError::Changed(path));
            }
            order.push(name.to_owned());
            files.insert(name.to_owned(), bytes);
        }
        let mut charts = Vec::new();
        for name in order.iter().filter(|name| !TABLES.contains(&name.as_str())) {
            let bytes = files.remove(name).unwrap_or_default();
            let chart = chart(name, bytes).map_err(|why| unreadable(&folder.join(name))(why))?;
            charts.push(chart);
        }
        let results = files.get("results.csv").cloned().unwrap_or_default();
        let found = found(&results).map_err(|why| unreadable(&folder.join("results.csv"))(why))?;
        let (title, about) = title_and_about(record.text());
        let title = if title.is_empty() { spaced(&record.name) } else { title };
        let tables = files.into_iter().collect();
        Ok(Study { name: record.name.clone(), title, about, manifest, charts, found, tables })
    }

    /// Where its files are kept, relative to the report.
    fn folder(&self) -> String {
        format!("studies/{}", slug(&self.name))
    }

    /// Its files, relative to the report.
    pub fn files(&self) -> Vec<File> {
        let folder = self.folder();
        let mut files: Vec<File> = Vec::new();
        for chart in &self.charts {
            let stem = chart.file.rsplit_once('.').map_or(chart.file.as_str(), |(stem, _)| stem);
            let caption = format!("{}\n\n{}\n", chart.title, chart.description);
            files.push((format!("{folder}/{}", chart.file), chart.bytes.clone()));
            files.push((format!("{folder}/{stem}.caption.txt"), caption.into_bytes()));
        }
        files.extend(self.tables.iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes.clone())));
        files
    }

    /// The section.
    pub fn section(&self) -> Vec<Block> {
        let id = format!("study-{}", slug(&self.name));
        let mut blocks =
            vec![Block::Break, Block::heading(2, id.clone(), format!("Study: {}", printable(&self.title)))];
        if !self.about.is_empty() {
            blocks.push(Block::paragraph(printable(&self.about)));
        }
        let number = |key: &str| self.manifest[key].as_u64().map_or_else(|| "?".to_owned(), grouped);
        if self.manifest["partial"].as_bool() == Some(true) {
            let line = format!("PARTIAL: {} of {} runs.", number("runs"), number("runs_requested"));
            blocks.push(Block::Box { title: "Before you read on".to_owned(), lines: vec![line] });
        }
        blocks.push(Block::Note(format!(
            "Conditional on its scenarios and their stated assumptions; {} points, {} runs in all, with the same luck at every point. Not a forecast.",
            number("points"),
            number("runs"),
        )));
        if !self.found.is_empty() {
            blocks.push(self.findings());
        }
        blocks.extend(self.charts.iter().map(|chart| Block::Figure(self.figure(chart))));
        blocks.push(Block::Fold(Fold {
            summary: "How to make this study again".to_owned(),
            blocks: self.origin(),
            printed: true,
        }));
        blocks
    }

    fn figure(&self, chart: &Chart) -> Figure {
        let file = |name: &str| format!("{}/{name}", self.folder());
        let files = self.tables.iter().map(|(name, _)| (file(name), name.clone())).collect();
        let told = self.found.iter().filter(|found| chart.file.contains(&found.quantity)).map(Found::in_words);
        let told: Vec<String> = told.collect();
        let alternative = match told.is_empty() {
            true => format!("{}. {}", chart.title, chart.description),
            false => format!("{}. {} {}.", chart.title, chart.description, told.join("; ")),
        };
        Figure {
            caption: format!("{}. Conditional on the stated assumptions; not a forecast.", printable(&chart.title)),
            alternative: printable(&alternative),
            png: file(&chart.file),
            shown: Shown::File(chart.bytes.clone(), chart.size),
            files,
        }
    }

    /// Where each quantity is least and most.
    fn findings(&self) -> Block {
        let mut groups: Vec<Group> = Vec::new();
        for found in &self.found {
            let head = printable(&found.case);
            if groups.last().is_none_or(|group| group.head != head) {
                groups.push(Group { head, rows: Vec::new() });
            }
            let end = |end: &End| Cell::with(found.value(end), format!("at {}", printable(&end.at)));
            let unit = if found.unit == "probability" { String::new() } else { printable(&found.unit) };
            let row = vec![Cell::with(spaced(&found.quantity), unit), end(&found.least), end(&found.most)];
            groups.last_mut().expect("a group was begun").rows.push(row);
        }
        Block::Table(Table {
            caption: "What the study found: where each quantity is least and most of all its points".to_owned(),
            columns: vec![Column::words("Quantity"), Column::numbers("Least"), Column::numbers("Most")],
            groups,
            csv: Some(format!("{}/results.csv", self.folder())),
            cards: true,
        })
    }

    fn origin(&self) -> Vec<Block> {
        let text = |key: &str| self.manifest[key].as_str().unwrap_or_default().replace('`', "'");
        let facts = vec![
            ("Command".to_owned(), format!("`{}`", text("command"))),
            ("Version".to_owned(), format!("standoff {}", text("version"))),
            ("Seed".to_owned(), self.manifest["seed"].to_string()),
        ];
        let row = |file: &Value| {
            let code = |key: &str| {
                Cell::of(format!("`{}`", printable(file[key].as_str().unwrap_or_default()).replace('`', "'")))
            };
            vec![code("path"), code("sha256")]
        };
        let rows = list(&self.manifest, "files").map(row).collect();
        vec![
            Block::Facts(facts),
            Block::Table(Table {
                caption: "Files that the study was read from".to_owned(),
                columns: ["File", "SHA-256"].map(Column::words).into(),
                groups: vec![Group { head: String::new(), rows }],
                csv: None,
                cards: true,
            }),
        ]
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

impl Found {
    fn value(&self, end: &End) -> String {
        if self.unit == "probability" { share(end) } else { rough(end.estimate) }
    }

    fn in_words(&self) -> String {
        format!(
            "{}: from {} at {} to {} at {}",
            self.quantity,
            self.value(&self.least),
            self.least.at,
            self.value(&self.most),
            self.most.at
        )
    }
}

/// A probability, or in words where it is rare.
fn share(end: &End) -> String {
    match end.estimate {
        small if small < 0.01 => "fewer than 1 in 100 runs".to_owned(),
        large if large > 0.99 => "more than 99 in 100 runs".to_owned(),
        usual => percent(usual),
    }
}

fn chart(file: &str, bytes: Vec<u8>) -> Result<Chart, String> {
    let entries = provenance(&bytes).map_err(|unknown| unknown.to_string())?;
    let entry =
        |key: &str| entries.iter().find(|(own, _)| own == key).map_or_else(String::new, |(_, told)| told.clone());
    let (title, description) = (entry("Title"), entry("Description"));
    let size = size(&bytes).ok_or("it has no size")?;
    Ok(Chart { file: file.to_owned(), title, description, bytes, size })
}

/// Width and height: of a PNG in pixels, of an SVG in the units of its view.
fn size(bytes: &[u8]) -> Option<[u32; 2]> {
    if bytes.starts_with(b"\x89PNG") {
        let side = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        return Some([side(16)?, side(20)?]);
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let view = text.split("viewBox=\"0 0 ").nth(1)?.split('"').next()?;
    let (wide, high) = view.split_once(' ')?;
    let side = |text: &str| text.parse::<f64>().ok().map(|side| side.ceil() as u32);
    Some([side(wide)?, side(high)?])
}

/// The ends of each quantity of each case, in the order of the table.
fn found(results: &[u8]) -> Result<Vec<Found>, String> {
    let mut reader = csv::Reader::from_reader(results);
    let head: Vec<String> = reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
    let place = |name: &str| head.iter().position(|column| column == name).ok_or(format!("it has no column `{name}`"));
    if head.is_empty() || results.is_empty() {
        return Ok(Vec::new());
    }
    let (variant, kind) = (place("variant")?, place("kind")?);
    let (quantity, unit, estimate) = (place("quantity")?, place("unit")?, place("estimate")?);
    let (scenario, policy) = (place("scenario")?, place("policy")?);
    let mut found: Vec<Found> = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let text = |at: usize| row.get(at).unwrap_or_default();
        let number = |at: usize| text(at).parse::<f64>().unwrap_or(f64::NAN);
        let at: Vec<String> = (variant + 1..kind)
            .filter(|at| !text(*at).is_empty())
            .map(|at| format!("{} {}", head[at], crate::output::format::number(number(at))))
            .collect();
        let end = End { estimate: number(estimate), at: at.join(", ") };
        if end.estimate.is_nan() {
            continue;
        }
        let named = [text(policy), text(variant)].into_iter().filter(|name| !["", "as-written"].contains(name));
        let case = std::iter::once(text(scenario)).chain(named).collect::<Vec<_>>().join(", ");
        match found.iter_mut().find(|one| one.case == case && one.quantity == text(quantity)) {
            Some(one) => {
                if end.estimate < one.least.estimate {
                    one.least = end.clone();
                }
                if end.estimate > one.most.estimate {
                    one.most = end;
                }
            }
            None => found.push(Found {
                case,
                quantity: text(quantity).to_owned(),
                unit: text(unit).to_owned(),
                least: end.clone(),
                most: end,
            }),
        }
    }
    // Quantities of one case stand together, those that never differ are not worth a row.
    found.retain(|one| one.least.estimate < one.most.estimate);
    let cases: Vec<String> = found.iter().map(|one| one.case.clone()).collect();
    found.sort_by_key(|one| cases.iter().position(|case| *case == one.case));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_results() {
        let text = "point,scenario,policy,variant,x,kind,quantity,unit,estimate,low,high\n\
                    0,a,as-written,as-written,1,outcome,war,probability,0.2,0.1,0.3\n\
                    0,a,as-written,as-written,1,consequence,cost,people,30,20,40\n\
                    1,a,as-written,as-written,2,outcome,war,probability,0.4,0.3,0.5\n\
                    1,a,as-written,as-written,2,consequence,cost,people,30,20,40\n\
                    2,a,bold,as-written,1,outcome,war,probability,0.001,0,0.01\n\
                    3,a,bold,as-written,2,outcome,war,probability,0.5,0.4,0.6\n";
        let told: Vec<String> =
            found(text.as_bytes()).unwrap().iter().map(|one| format!("{}: {}", one.case, one.in_words())).collect();
        let expected = [
            "a: war: from 20 % at x 1 to 40 % at x 2",
            "a, bold: war: from fewer than 1 in 100 runs at x 1 to 50 % at x 2",
        ];
        assert_eq!(told, expected);
        assert!(found(b"a,b\n1,2\n").unwrap_err().contains("no column"));
        assert_eq!(found(b"").unwrap(), []);
    }

    #[test]
    fn sizes_of_pictures() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 1, 0, 0, 0, 0, 7]);
        assert_eq!(size(&png), Some([256, 7]));
        assert_eq!(size(b"<svg viewBox=\"0 0 482.5 300\">"), Some([483, 300]));
        assert_eq!(size(b"\x89PNG"), None);
    }
}
