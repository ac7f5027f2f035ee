//! Numbers from CSV files, for empirical distributions.
//!
//! In: the path that a scenario's file gives, relative to it, and the name of a column. Out: the column's numbers, in the
//! scenario's units. A CSV file becomes one of the scenario's sources, so that it is part of the digest and a mistake in
//! it can be pointed at. The first row names the columns; they are separated by `,`, `;` or tabs; `#` begins a comment.

use super::super::Name;
use super::super::decode::Columns;
use super::files::{self, Files};
use super::{decode_text, without_detours};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Diagnostics, FileId, Mistake, Sources, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows with mistakes that are shown; the others are counted.
const SHOWN: usize = 5;
/// A list of so many shows all there is to know of a distribution.
const MOST_ROWS: usize = 200_000;

/// The CSV files of a scenario, each read once.
pub(super) struct Observations<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    /// Where each of the scenario's files stands.
    folders: BTreeMap<FileId, PathBuf>,
    read: BTreeMap<PathBuf, Option<FileId>>,
    columns: BTreeMap<(PathBuf, Option<String>), Arc<[f64]>>,
}

impl Columns for Observations<'_> {
    fn column(&mut self, csv: &Name, column: Option<&Name>, diagnostics: &mut Diagnostics) -> Arc<[f64]> {
        let folder = self.folders.get(&csv.span.file).cloned().unwrap_or_default();
        let path = without_detours(&folder.join(&csv.value));
        let key = (path.clone(), column.map(|name| name.value.clone()));
        if let Some(known) = self.columns.get(&key) {
            return Arc::clone(known);
        }
        let file = match self.read.get(&path) {
            Some(known) => *known,
            None => {
                let file = self.open(&path, csv, diagnostics);
                self.read.insert(path, file);
                file
            }
        };
        let numbers: Arc<[f64]> = match file {
            Some(file) => numbers(file, &self.sources.file(file).text, csv, column, diagnostics).into(),
            None => Arc::new([]),
        };
        self.columns.insert(key, Arc::clone(&numbers));
        numbers
    }
}

impl<'a> Observations<'a> {
    pub(super) fn new(files: &'a dyn Files, sources: &'a mut Sources, folders: BTreeMap<FileId, PathBuf>) -> Self {
        Observations { files, sources, folders, read: BTreeMap::new(), columns: BTreeMap::new() }
    }

    fn open(&mut self, path: &Path, csv: &Name, diagnostics: &mut Diagnostics) -> Option<FileId> {
        let name = path.display().to_string();
        let bytes = match self.files.read(path) {
            Ok(bytes) if bytes.len() as u64 <= files::LARGEST => Ok(bytes),
            Ok(_) => Err(files::too_large(files::LARGEST, false)),
            Err(error) => Err(error),
        };
        match bytes {
            Ok(bytes) => {
                let (text, fault) = decode_text(bytes);
                let id = self.sources.add(name, text);
                match fault {
                    Some(fault) => diagnostics.push(fault.diagnostic(id).related(csv.span, "it is read here")),
                    None => return Some(id),
                }
            }
            Err(error) => {
                let why = files::reason(&error);
                let error =
                    Diagnostic::error(Mistake::UnreadableFile, csv.span, format!("cannot read `{name}`: {why}"));
                diagnostics
                    .push(error.label(why).help("the path after `csv` is relative to the file that it stands in"));
            }
        }
        None
    }
}

/// The numbers of a column.
fn numbers(file: FileId, text: &str, csv: &Name, column: Option<&Name>, diagnostics: &mut Diagnostics) -> Vec<f64> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let whole = |position: Option<&csv::Position>| row_span(file, text, position);
    let headers: Vec<String> = match reader.headers() {
        Ok(headers) => headers.iter().map(str::to_owned).collect(),
        Err(error) => {
            diagnostics.push(Diagnostic::error(Mistake::OddObservation, whole(error.position()), format!("{error}")));
            return Vec::new();
        }
    };
    let Some(place) = place_of(&headers, csv, column, diagnostics) else { return Vec::new() };
    let mut numbers = Vec::new();
    let mut odd: Vec<Diagnostic> = Vec::new();
    let mut more = 0;
    for record in reader.records() {
        let (position, field) = match &record {
            Ok(record) => (record.position(), record.get(place).unwrap_or_default()),
            Err(error) => (error.position(), ""),
        };
        match field.parse::<f64>() {
            Ok(number) if number.is_finite() => numbers.push(number),
            _ if odd.len() < SHOWN => odd.push(odd_row(whole(position), field, &headers[place])),
            _ => more += 1,
        }
        if numbers.len() > MOST_ROWS {
            let message = format!("`{}` has more than {MOST_ROWS} rows", csv.value);
            let error = Diagnostic::error(Mistake::ModelTooLarge, csv.span, message);
            diagnostics.push(error.help("take a sample of them; it says as much"));
            return Vec::new();
        }
    }
    if let Some(last) = odd.pop() {
        odd.push(if more > 0 {
            last.help(format!("{more} more rows of this file are no numbers either"))
        } else {
            last
        });
        odd.into_iter().for_each(|diagnostic| diagnostics.push(diagnostic.related(csv.span, "it is read here")));
        return Vec::new();
    }
    if numbers.is_empty() {
        let error = Diagnostic::error(Mistake::EmptyList, csv.span, format!("`{}` has no rows", csv.value));
        diagnostics.push(error.help("below the row with the names of the columns, write one number a row"));
    }
    numbers
}

/// What most separates the first row that is no comment.
fn separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let count = |sign: &u8| header.bytes().filter(|byte| byte == sign).count();
    // The last of equals wins: a file of one column has none of them, and is read with commas.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Which column is meant.
fn place_of(headers: &[String], csv: &Name, column: Option<&Name>, diagnostics: &mut Diagnostics) -> Option<usize> {
    let list = || headers.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", ");
    if headers.iter().all(|header| header.parse::<f64>().is_ok()) {
        let (what, message) = match headers.is_empty() {
            true => (Mistake::EmptyList, format!("`{}` is empty", csv.value)),
            false => (Mistake::UnknownColumn, format!("the first row of `{}` does not name its columns", csv.value)),
        };
        diagnostics.push(
            Diagnostic::error(what, csv.span, message)
                .help("write the names of the columns into the first row, such as `weeks`"),
        );
        return None;
    }
    let Some(column) = column else {
        if headers.len() == 1 {
            return Some(0);
        }
        let message = format!("`{}` has {} columns", csv.value, headers.len());
        let error = Diagnostic::error(Mistake::UnknownColumn, csv.span, message).label("which of them?");
        diagnostics.push(error.help(format!("add `column = \"…\"`; there is: {}", list())));
        return None;
    };
    let place = headers.iter().position(|header| *header == column.value);
    if place.is_none() {
        let message = format!("`{}` has no column `{}`", csv.value, column.value);
        let error = Diagnostic::error(Mistake::UnknownColumn, column.span, message);
        diagnostics.push(match nearest(&column.value, headers.iter().map(String::as_str)) {
            Some(near) => error.help(format!("did you mean \"{near}\"?")),
            None => error.help(format!("there is: {}", list())),
        });
    }
    place
}

fn odd_row(span: Span, field: &str, column: &str) -> Diagnostic {
    let shown: String = field.chars().take(40).collect();
    let message = match field {
        "" => format!("this row has nothing in column `{column}`"),
        _ => format!("`{shown}` in column `{column}` is not a number"),
    };
    let error = Diagnostic::error(Mistake::OddObservation, span, message);
    let point = field.replacen(',', ".", 1);
    if field.contains(',') && point.parse::<f64>().is_ok() {
        error.help(format!("decimals take a point: write `{point}`"))
    } else if field.is_empty() {
        error.help("write a number, or take the row out")
    } else {
        error.help("write the number alone, in the scenario's unit")
    }
}

/// The line of a row, without comments and empty lines before it.
fn row_span(file: FileId, text: &str, position: Option<&csv::Position>) -> Span {
    let from = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    let mut start = text.floor_char_boundary(from.min(text.len()));
    for line in text[start..].split_inclusive('\n') {
        if !line.trim().is_empty() && !line.starts_with('#') {
            let end = start + line.trim_end().len();
            return Span::new(file, start, end);
        }
        start += line.len();
    }
    Span::new(file, from.min(text.len()), text.len())
}

#[cfg(test)]
mod tests {
    use crate::scenario::load::memory::{Reading, read_files};

    fn read(csv: &str, keys: &str) -> Reading {
        let text = format!(
            "title = \"t\"\n[time]\nhorizon = 1\n[parameters.p]\nvalue = 1\n\
             distribution = {{ family = \"empirical\", csv = \"data/waits.csv\"{keys} }}\n"
        );
        read_files(&[("dir/a.toml", text.as_str()), ("dir/data/waits.csv", csv)])
    }

    fn numbers(csv: &str, keys: &str) -> Vec<f64> {
        let reading = read(csv, keys);
        assert!(reading.diagnostics.is_empty(), "{}", reading.shown);
        let scenario = reading.scenario.unwrap();
        let distribution = scenario.parameters[0].1.distribution.as_ref().unwrap();
        distribution.observations.as_ref().unwrap().value.to_vec()
    }

    #[test]
    fn a_column_is_read_whatever_separates_it() {
        assert_eq!(numbers("weeks\n1\n2.5\n 3 \n", ""), [1.0, 2.5, 3.0]);
        assert_eq!(numbers("case,weeks\na,1\nb,2\n", ", column = \"weeks\""), [1.0, 2.0]);
        assert_eq!(numbers("case;weeks\na;1\nb;2\n", ", column = \"weeks\""), [1.0, 2.0]);
        assert_eq!(numbers("case\tweeks\na\t1\nb\t2\n", ", column = \"weeks\""), [1.0, 2.0]);
        assert_eq!(numbers("\u{feff}# from the archive\n\"weeks\"\r\n\n# gap\n-1e3\r\n", ""), [-1000.0]);
        assert_eq!(numbers("case,weeks\n\"a, b\",1\nc,2\n", ", column = \"weeks\""), [1.0, 2.0]);
    }

    #[test]
    fn mistakes_are_told_with_the_row_of_the_file() {
        let reading = read("case,weeks\na,1\n\n# x\nb,two\nc\n", ", column = \"weeks\"");
        assert_eq!(reading.codes(), [("odd-observation", 5, 1), ("odd-observation", 6, 1)]);
        assert!(reading.shown.contains("dir/data/waits.csv:5:1"), "{}", reading.shown);
        assert!(reading.shown.contains("`two` in column `weeks` is not a number"), "{}", reading.shown);
        let comma = read("case;weeks\na;1,5\n", ", column = \"weeks\"");
        assert!(comma.shown.contains("decimals take a point: write `1.5`"), "{}", comma.shown);
        let many = read(&format!("weeks\n{}", "x\n".repeat(100)), "");
        assert_eq!(many.codes().len(), 5);
        assert!(many.shown.contains("95 more rows"), "{}", many.shown);
        for (csv, keys, code, says) in [
            ("case,weeks\na,1\n", ", column = \"week\"", "unknown-column", "did you mean \"weeks\"?"),
            ("case,weeks\na,1\n", "", "unknown-column", "has 2 columns"),
            ("1\n2\n", "", "unknown-column", "does not name its columns"),
            ("weeks\n", "", "empty-list", "has no rows"),
            ("", "", "empty-list", "is empty"),
            ("weeks\n1\n", ", values = [1]", "distribution-arguments", "either `values` or `csv`"),
        ] {
            let reading = read(csv, keys);
            assert_eq!(reading.codes().iter().map(|code| code.0).collect::<Vec<_>>(), [code], "{}", reading.shown);
            assert!(reading.shown.contains(says), "{}", reading.shown);
        }
    }

    #[test]
    fn a_file_is_a_source_once_and_missing_once() {
        let text = |csv: &str| {
            let one = |name: &str| {
                format!(
                    "[parameters.{name}]\nvalue = 1\ndistribution = {{ family = \"empirical\", csv = \"{csv}\" }}\n"
                )
            };
            format!("title = \"t\"\n[time]\nhorizon = 1\n{}{}", one("p"), one("q"))
        };
        let found = read_files(&[("a.toml", text("./w.csv").as_str()), ("w.csv", "weeks\n1\n")]);
        assert!(found.diagnostics.is_empty(), "{}", found.shown);
        assert_eq!(found.sources.iter().map(|(_, file)| file.name.as_str()).collect::<Vec<_>>(), ["a.toml", "w.csv"]);
        let missing = read_files(&[("a.toml", text("gone.csv").as_str())]);
        assert_eq!(missing.codes(), [("unreadable-file", 6, 46)]);
    }
}
