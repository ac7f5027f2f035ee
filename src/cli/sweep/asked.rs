//! What a sweep is asked for, as the text of a study: its file with the flags written into it, or a new one.
//!
//! In: paths and flags. Out: a path and a text, as if it stood there. So a flag means what the key of its name means, its
//! mistakes are told like those of a file, and the folder of a sweep can keep what was asked as one text.

use super::super::arguments::{SweepArguments, SweepFlags};
use super::super::exit::{Exit, Trouble};
use super::super::{open, study};
use crate::scenario::load::{Disk, Files};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike, Value, value};

/// A study that may stand on no disk.
pub struct Asked {
    pub path: PathBuf,
    /// For people and folders.
    pub name: String,
    pub text: String,
}

/// What the command line asks for.
pub fn asked(arguments: &SweepArguments) -> Result<Asked, Trouble> {
    let study = arguments.paths.iter().find(|path| study::is_study(path));
    let stem =
        |path: &Path| path.file_stem().map_or_else(|| "sweep".into(), |stem| stem.to_string_lossy().into_owned());
    match study {
        Some(path) if arguments.paths.len() > 1 => {
            let message =
                format!("error: `{}` is a study and names its scenarios itself: sweep it alone", path.display());
            Err(Trouble::new(Exit::Usage, message))
        }
        Some(path) => {
            let text = with_flags(&open::text_of(path)?, &arguments.flags)?;
            Ok(Asked { path: path.clone(), name: stem(path), text })
        }
        None => {
            let files = open::files(&arguments.paths)?;
            let whole = |path: &PathBuf| !study::is_study(path) && !open::open(path).is_base();
            let scenarios: Vec<PathBuf> =
                files.into_iter().filter(|file| file.named || whole(&file.path)).map(|file| file.path).collect();
            let listed: Array = scenarios.iter().map(|path| path.to_string_lossy().into_owned()).collect();
            let name = match scenarios.as_slice() {
                [one] => format!("{}-sweep", stem(one)),
                _ => "sweep".to_owned(),
            };
            let text = with_flags(&format!("scenarios = {listed}\n"), &arguments.flags)?;
            Ok(Asked { path: "command line".into(), name, text })
        }
    }
}

/// The text of a study in which the flags have taken the place of keys of the same names.
pub fn with_flags(text: &str, flags: &SweepFlags) -> Result<String, Trouble> {
    // What is no TOML is left as it is: its mistakes are told when it is read.
    let Ok(mut study) = text.parse::<DocumentMut>() else { return Ok(text.to_owned()) };
    let mut changed = false;
    let mut put = |key: &str, item: Option<Item>| {
        if let Some(item) = item {
            study.insert(key, item);
            changed = true;
        }
    };
    let number = |number: Option<u64>| number.map(|number| value(i64::try_from(number).unwrap_or(i64::MAX)));
    let names = |names: &[String]| (!names.is_empty()).then(|| value(names.iter().collect::<Array>()));
    put("seed", number(flags.seed));
    put("runs", number(flags.runs));
    put("precision", flags.precision.as_ref().map(value));
    put("max_runs", number(flags.max_runs));
    put("threshold", flags.threshold.as_ref().map(value));
    put("refine", number(flags.refine));
    put("method", flags.method.map(|method| value(method.name())));
    put("horizon", flags.horizon.as_deref().map(|text| value(quantity(text))));
    put("design", flags.design.map(|design| value(design.name())));
    put("points", number(flags.points));
    put("policies", names(&flags.policy));
    put("variants", names(&flags.variant));
    put("show", names(&flags.show));
    // A number of runs and a precision are two ways of saying one thing.
    let dropped: &[&str] = match (&flags.runs, &flags.precision, &flags.max_runs) {
        (Some(_), ..) => &["precision", "max_runs"],
        (None, None, None) => &[],
        (None, ..) => &["runs"],
    };
    dropped.iter().for_each(|key| drop(study.remove(key)));
    for (key, settings) in [("set", &flags.set), ("vary", &flags.vary)] {
        for setting in settings {
            let Some((name, text)) = setting.split_once('=') else {
                let example = if key == "set" { "name=0.4" } else { "name=0.1:0.9:17` or `--vary name=0.3,0.6" };
                let message = format!("error: `--{key} {setting}` has no `=`: write `--{key} {example}`");
                return Err(Trouble::new(Exit::Usage, message));
            };
            let written = if key == "set" { quantity(text) } else { values(text) };
            let table = study.entry(key).or_insert(Item::Table(toml_edit::Table::new()));
            if let Some(table) = table.as_table_like_mut() {
                insert(table, name.trim(), written);
                changed = true;
            }
        }
    }
    Ok(if changed { study.to_string() } else { text.to_owned() })
}

fn insert(table: &mut dyn TableLike, name: &str, written: Value) {
    table.insert(name, value(written));
}

/// A number, or else text such as `26 weeks`.
fn quantity(text: &str) -> Value {
    let text = text.trim();
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(whole), _) => whole.into(),
        (_, Ok(number)) if number.is_finite() => number.into(),
        _ => text.into(),
    }
}

/// `0.1:0.9:17` or `0.1:0.9:17:log` as a range, `0.3,0.6` as a list.
fn values(text: &str) -> Value {
    if !text.contains(':') {
        return text.split(',').map(quantity).collect::<Array>().into();
    }
    let mut range = InlineTable::new();
    let mut parts = text.split(':');
    for key in ["from", "to", "steps", "scale"] {
        if let Some(part) = parts.next() {
            range.insert(key, quantity(part));
        }
    }
    // Too many parts are a mistake that the reader tells.
    if let Some(rest) = parts.next() {
        range.insert(rest, true.into());
    }
    range.into()
}

/// The disk, with the study as it is asked, and everything that is read of both.
pub struct Recorder<'a> {
    asked: &'a Asked,
    read: RefCell<BTreeMap<PathBuf, Vec<u8>>>,
}

impl<'a> Recorder<'a> {
    pub fn new(asked: &'a Asked) -> Self {
        Recorder { asked, read: RefCell::default() }
    }

    /// What has been read, by path.
    pub fn into_read(self) -> BTreeMap<PathBuf, Vec<u8>> {
        self.read.into_inner()
    }
}

impl Files for Recorder<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = if path == self.asked.path { self.asked.text.clone().into_bytes() } else { Disk.read(path)? };
        self.read.borrow_mut().insert(path.to_owned(), bytes.clone());
        Ok(bytes)
    }
}

/// Files that a folder has kept.
pub struct Kept(pub BTreeMap<PathBuf, String>);

impl Files for Kept {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let text = self.0.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(text.clone().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags() -> SweepFlags {
        SweepFlags::default()
    }

    #[test]
    fn flags_are_written_into_a_study_and_its_comments_stay() {
        let study = "# why\nscenarios = [\"a.toml\"]\nprecision = \"1 point\" # enough\n\n[vary]\nx = [1, 2] # both\n";
        let with = SweepFlags {
            runs: Some(500),
            vary: vec!["x=0.1:0.9:17:log".into(), "a.b.rate=10% / month, 0.2".into()],
            set: vec!["y=26 weeks".into()],
            show: vec!["war".into()],
            ..flags()
        };
        let expected = "# why\nscenarios = [\"a.toml\"]\nruns = 500\nshow = [\"war\"]\n\n[vary]\nx = { from = 0.1, to = 0.9, steps = 17, scale = \"log\" }\n\"a.b.rate\" = [\"10% / month\", 0.2]\n\n[set]\ny = \"26 weeks\"\n";
        assert_eq!(with_flags(study, &with).unwrap(), expected);
        assert_eq!(with_flags(study, &flags()).unwrap(), study);
        assert_eq!(with_flags("x = ", &with).unwrap(), "x = ", "what is no TOML is left to its reader");
        assert!(with_flags(study, &SweepFlags { vary: vec!["x".into()], ..flags() }).is_err());
    }
}
