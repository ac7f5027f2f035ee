//! The catalogue of mistakes: each kind is explained by a snippet that makes it and one that does not.

use crate::support::read_file;
use assert_cmd::Command;
use standoff::diagnostic::explain::{STRAIT, Snippet};
use standoff::diagnostic::render::{Style, render};
use standoff::diagnostic::{Diagnostics, Mistake, Sources};
use standoff::model::resolve;
use standoff::scenario::load::{self, Files};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// Kinds without a file in `tests/broken`: running or solving finds them, they take many files or lines, or only studies
/// make them.
const WITHOUT_FILE: [Mistake; 7] = [
    Mistake::IllegalSetting,
    Mistake::RunFault,
    Mistake::ExtendsTooDeep,
    Mistake::ModelTooLarge,
    Mistake::NoExactAnswer,
    Mistake::TooManyStates,
    Mistake::TooStiff,
];

/// A snippet beside the scenario that it extends, and `level-1.toml`, `level-2.toml` … which extend one another.
struct Beside<'a> {
    name: &'a str,
    bytes: Vec<u8>,
}

impl Files for Beside<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let name = path.to_string_lossy();
        if let Some(level) = name.strip_prefix("level-").and_then(|rest| rest.strip_suffix(".toml")) {
            let level: u32 = level.parse().unwrap();
            return Ok(format!("extends = \"level-{}.toml\"\n", level + 1).into_bytes());
        }
        match &*name {
            "strait.toml" => Ok(STRAIT.into()),
            "waits.csv" => Ok(include_bytes!("../broken/waits.csv").to_vec()),
            name if name == self.name => Ok(self.bytes.clone()),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }
}

/// The bytes of a snippet's file: a line with `{1..9}` in it stands for nine.
fn bytes(snippet: &Snippet) -> Vec<u8> {
    let mut text = String::new();
    for line in snippet.text.lines() {
        let range = line.split_once('{').and_then(|(before, rest)| {
            let (range, after) = rest.split_once('}')?;
            let (low, high) = range.split_once("..")?;
            Some((before, low.parse::<u32>().ok()?, high.parse::<u32>().ok()?, after))
        });
        match range {
            Some((before, low, high, after)) => {
                (low..=high).for_each(|n| text.push_str(&format!("{before}{n}{after}\n")));
            }
            None if line.contains("{1..") => {
                let (before, after) = line.split_once("{1..1100}").unwrap();
                (1..=1100).for_each(|n| text.push_str(&format!("{before}{n}{after}\n")));
            }
            None => text.push_str(&format!("{line}\n")),
        }
    }
    if snippet.utf16 {
        return [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    }
    text.into_bytes()
}

/// The kinds of mistake in a file, and what is said.
fn kinds(name: &str, snippet: &Snippet) -> (BTreeSet<Mistake>, String) {
    let files = Beside { name, bytes: bytes(snippet) };
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(Path::new(name), &files, &mut sources, &mut diagnostics);
    if let Some(scenario) = scenario {
        resolve::resolve(&scenario, &mut diagnostics);
    }
    let kinds = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    (kinds, render(&diagnostics, &sources, Style::Plain))
}

/// What a command says on stderr, and whether it went well, in a folder with the scenario and the file.
fn run(command: &str, name: &str, snippet: &Snippet) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("strait.toml"), STRAIT).unwrap();
    std::fs::write(folder.path().join(name), bytes(snippet)).unwrap();
    let words = command.split_whitespace().skip(1);
    let output = Command::cargo_bin("standoff").unwrap().args(words).current_dir(folder.path()).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn each_broken_snippet_makes_its_mistake_and_no_other() {
    let mut failures = String::new();
    for mistake in Mistake::ALL {
        let snippet = mistake.explanation().broken;
        if let Some(command) = snippet.command {
            let (well, said) = run(command, "broken.toml", &snippet);
            if well || !said.contains(&format!("[{mistake}]")) {
                failures.push_str(&format!("== {mistake}\n{said}\n"));
            }
            continue;
        }
        let (kinds, said) = kinds("broken.toml", &snippet);
        if kinds != BTreeSet::from([*mistake]) {
            failures.push_str(&format!("== {mistake}\n{said}\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn each_mended_snippet_makes_none() {
    let mut failures = String::new();
    for mistake in Mistake::ALL {
        let snippet = mistake.explanation().mended;
        if let Some(command) = snippet.command {
            let (well, said) = run(command, "mended.toml", &snippet);
            if !well {
                failures.push_str(&format!("== {mistake}\n{said}\n"));
            }
        }
        let (kinds, said) = kinds("mended.toml", &snippet);
        if !kinds.is_empty() {
            failures.push_str(&format!("== {mistake}\n{said}\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn ids_are_distinct_words_with_hyphens_and_each_text_belongs_to_one() {
    let ids: BTreeSet<&str> = Mistake::ALL.iter().map(|mistake| mistake.id()).collect();
    assert_eq!(ids.len(), Mistake::ALL.len(), "an id stands twice");
    assert!(ids.len() >= 60);
    for id in &ids {
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !id.starts_with('-'), "{id}");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/mistakes");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = name == "strait.toml" || name.strip_suffix(".md").is_some_and(|id| ids.contains(id));
        assert!(known, "{name} explains nothing");
    }
    assert_eq!(STRAIT, include_str!("../good.toml"), "the scenario of the explanations is the one that is tested");
}

#[test]
fn each_kind_has_a_broken_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        read_file(&path, &mut sources, &mut diagnostics);
        found.extend(diagnostics.iter().map(|diagnostic| diagnostic.code));
    }
    let missing: Vec<&str> = Mistake::ALL
        .iter()
        .filter(|mistake| !found.contains(mistake) && !WITHOUT_FILE.contains(mistake))
        .map(|mistake| mistake.id())
        .collect();
    assert!(missing.is_empty(), "no file in tests/broken makes these: {missing:?}");
}

#[test]
fn explain_error_explains_suggests_and_lists() {
    let say = |arguments: &[&str]| {
        let output = Command::cargo_bin("standoff").unwrap().arg("explain-error").args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let (code, text, _) = say(&["unknown-name"]);
    assert_eq!(code, 0);
    assert!(
        text.starts_with("error[unknown-name]: ") && text.contains("Broken:") && text.contains("Mended:"),
        "{text}"
    );
    assert_eq!(say(&["error[unknown-name]:"]).1, text, "as it is copied from a message");
    let (code, _, said) = say(&["unknown-nmae"]);
    assert_eq!(code, 2);
    assert!(said.contains("did you mean `standoff explain-error unknown-name`?"), "{said}");
    let (code, list, _) = say(&[]);
    assert_eq!(code, 0);
    assert!(Mistake::ALL.iter().all(|mistake| list.contains(mistake.id()) && list.contains(mistake.about())), "{list}");
    assert_eq!(say(&["--scenario"]).1, STRAIT);
}
