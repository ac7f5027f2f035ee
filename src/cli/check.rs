//! `standoff check`: every mistake, and nothing run.
//!
//! Files are read one after another and let go, so that a folder of large ones needs no more memory than the largest.

use super::arguments::{CheckArguments, Format};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened, Shown};
use super::study;
use crate::diagnostic::report::Report;
use std::collections::BTreeSet;
use std::path::PathBuf;

pub fn check(arguments: &CheckArguments) -> Result<Exit, Trouble> {
    let files = open::files(&arguments.paths)?;
    let mut shown = Shown::default();
    let (mut report, mut sound) = (Report::default(), Vec::new());
    // Files that were checked: a study names scenarios that may have been named already.
    let mut done: BTreeSet<PathBuf> = BTreeSet::new();
    for file in &files {
        let study = study::is_study(&file.path);
        let opened = match study {
            true => {
                let study::OpenedStudy { file, scenarios, .. } = study::open(&file.path);
                std::iter::once(file).chain(scenarios).collect()
            }
            false => vec![open::open(&file.path)],
        };
        for (index, mut opened) in opened.into_iter().enumerate() {
            if !done.insert(opened.path.canonicalize().unwrap_or_else(|_| opened.path.clone())) {
                continue;
            }
            opened.check_hand_offs();
            shown.note(&mut opened);
            match arguments.format {
                Format::Text => shown.render(&opened),
                Format::Json => report.add(&opened.diagnostics, &opened.sources),
            }
            let kind = match (study && index == 0, file.named) {
                (true, _) => Some("a study"),
                (false, true) => {
                    Some("a base without outcomes, for scenarios to extend; as far as that can be checked")
                }
                // Of a folder, bases are not spoken of.
                (false, false) => None,
            };
            sound.extend(praise(&opened, kind));
        }
    }
    let code = shown.exit(arguments.deny_warnings);
    match arguments.format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&report).expect("a report is text, numbers and lists");
            println!("{text}");
        }
        Format::Text if code == Exit::Done => {
            if !shown.text().is_empty() {
                eprintln!("{}", shown.text().trim_end());
            }
            sound.iter().for_each(|line| println!("{line}"));
        }
        Format::Text => return Err(Trouble::new(code, shown.text())),
    }
    Ok(code)
}

/// What is said of a file without mistakes, of one without a model what it is.
fn praise(opened: &Opened, kind: Option<&str>) -> Option<String> {
    let path = opened.path.display();
    if opened.diagnostics.has_errors() {
        return None;
    }
    let end = if opened.diagnostics.is_empty() { "no mistakes" } else { "no mistakes, but see the warnings" };
    match &opened.model {
        Some(model) => Some(format!(
            "{path}: {}, {}, {}, {}: {end}",
            counted(model.machines.len(), "machine", "machines"),
            counted(model.states.len(), "state", "states"),
            counted(model.transitions.len(), "transition", "transitions"),
            counted(model.inputs.len(), "parameter or lever", "parameters and levers"),
        )),
        None => kind.map(|kind| format!("{path}: {kind}: {end}")),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
