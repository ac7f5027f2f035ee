//! What a sweep's folder is about: `study.json`.
//!
//! In: the study and all the files that it was read from. Out: JSON that has them in it, so that a study can be told,
//! extended and merged where the files are not; and what sets two of them apart, in words.

use super::part::Identity;
use crate::output::manifest::{FileDigest, sha256_hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The version of the folder's layout.
const FORMAT: u32 = 2;

/// What was asked, and of what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub format: u32,
    /// Version of the program that makes the runs.
    pub version: String,
    pub seed: u64,
    /// The study's name, for people and files.
    pub name: String,
    /// Which of the files is the study.
    pub study: String,
    pub scenarios: Vec<ScenarioRecord>,
    /// Everything that was read, by path.
    pub files: Vec<FileRecord>,
}

/// A scenario of the study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioRecord {
    pub name: String,
    /// SHA-256 of its texts, in hexadecimal.
    pub digest: String,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileRecord {
    pub path: String,
    pub text: String,
}

impl Record {
    /// The record of a study that is to be run by this version.
    pub fn new(name: &str, study: &str, seed: u64, scenarios: Vec<ScenarioRecord>, files: Vec<FileRecord>) -> Record {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Record { format: FORMAT, version, seed, name: name.to_owned(), study: study.to_owned(), scenarios, files }
    }

    pub fn to_json(&self) -> Vec<u8> {
        crate::output::summary::to_json(self)
    }

    /// A record from JSON, or why it is none.
    pub fn from_json(bytes: &[u8]) -> Result<Record, String> {
        let record: Record = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match record.format {
            FORMAT => Ok(record),
            other => Err(format!("it has format {other}, and this version reads format {FORMAT}")),
        }
    }

    /// What its parts must have in common: version, seed and scenarios. What is asked of them may grow.
    pub fn identity(&self) -> Identity {
        let mut hash = Sha256::new();
        hash.update(format!("{} {} {}\n", self.format, self.version, self.seed));
        for scenario in &self.scenarios {
            hash.update(format!("{} {}\n", scenario.digest, scenario.name));
        }
        hash.finalize().into()
    }

    /// The text of the study's own file.
    pub fn text(&self) -> &str {
        self.files.iter().find(|file| file.path == self.study).map_or("", |file| &file.text)
    }

    /// The files with their digests.
    pub fn digests(&self) -> Vec<FileDigest> {
        self.files.iter().map(|file| FileDigest::of(&file.path, file.text.as_bytes())).collect()
    }

    /// What `other` has different, in words; nothing if they are of one study.
    pub fn differences(&self, other: &Record) -> Vec<String> {
        let mut told = Vec::new();
        if self.version != other.version {
            told.push(format!("version: {} there, {} here", self.version, other.version));
        }
        if self.seed != other.seed {
            told.push(format!("seed: {} there, {} here", self.seed, other.seed));
        }
        let names = |record: &Record| record.scenarios.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        if names(self) != names(other) {
            told.push(format!("scenarios: {} there, {} here", names(self).join(", "), names(other).join(", ")));
        }
        let changed =
            self.scenarios.iter().zip(&other.scenarios).filter(|(a, b)| a.name == b.name && a.digest != b.digest);
        for (scenario, _) in changed {
            told.push(format!("scenario `{}` has changed{}", scenario.name, self.changed_files(other)));
        }
        if self.text() != other.text() {
            told.push(format!("the study itself: {}", first_difference(self.text(), other.text())));
        }
        told
    }

    /// The files that differ between two records, by name.
    fn changed_files(&self, other: &Record) -> String {
        let name = |path: &str| Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        let differs = |file: &&FileRecord| {
            file.path != self.study
                && !other.files.iter().any(|theirs| name(&theirs.path) == name(&file.path) && theirs.text == file.text)
        };
        let names: Vec<String> = self.files.iter().filter(differs).filter_map(|file| name(&file.path)).collect();
        if names.is_empty() { String::new() } else { format!(" (in {})", names.join(", ")) }
    }
}

/// The first line that differs.
fn first_difference(there: &str, here: &str) -> String {
    let (mut there, mut here) = (there.lines(), here.lines());
    loop {
        match (there.next(), here.next()) {
            (Some(a), Some(b)) if a.trim() == b.trim() => {}
            (None, None) => return "white space".to_owned(),
            (a, b) => {
                let told = |line: Option<&str>| line.map_or("nothing".to_owned(), |line| format!("`{}`", line.trim()));
                return format!("{} there, {} here", told(a), told(b));
            }
        }
    }
}

/// A digest of an identity that can be shown.
pub fn shown(identity: &Identity) -> String {
    sha256_hex(identity)[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let file = |path: &str, text: &str| FileRecord { path: path.to_owned(), text: text.to_owned() };
        let scenario = ScenarioRecord { name: "a".into(), digest: "d1".into() };
        let files = vec![file("s.toml", "runs = 5\nseed = 1\n"), file("x/a.toml", "title = \"a\"")];
        Record::new("s", "s.toml", 1, vec![scenario], files)
    }

    #[test]
    fn json_brings_a_record_back() {
        let json = record().to_json();
        assert_eq!(Record::from_json(&json), Ok(record()));
        assert!(Record::from_json(b"{}").unwrap_err().contains("format"));
        let other = String::from_utf8(json).unwrap().replace("\"format\": 2", "\"format\": 9");
        assert!(Record::from_json(other.as_bytes()).unwrap_err().contains("format 9"));
    }

    #[test]
    fn what_changed_is_told() {
        let check = |change: fn(&mut Record), expected: &str, same_identity: bool| {
            let mut other = record();
            change(&mut other);
            assert_eq!(record().differences(&other), [expected]);
            assert_eq!(record().identity() == other.identity(), same_identity, "{expected}");
        };
        check(|r| r.seed = 2, "seed: 1 there, 2 here", false);
        check(|r| r.version = "9".into(), &format!("version: {} there, 9 here", env!("CARGO_PKG_VERSION")), false);
        let scenario = |r: &mut Record| {
            r.scenarios[0].digest = "d2".into();
            r.files[1] = FileRecord { path: "elsewhere/a.toml".into(), text: "title = \"b\"".into() };
        };
        check(scenario, "scenario `a` has changed (in a.toml)", false);
        check(
            |r| r.files[0].text = "runs = 6\nseed = 1\n".into(),
            "the study itself: `runs = 5` there, `runs = 6` here",
            true,
        );
        assert!(record().differences(&record()).is_empty());
    }
}
