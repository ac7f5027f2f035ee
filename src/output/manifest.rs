//! The manifest of a set of results: how they were made, from what, and what they are.
//!
//! The caller's circumstances go in, JSON comes out. It is the only file with anything that differs between two
//! equal studies: when, how long, on how many threads, and by which words.

use crate::analysis::Doubt;
use crate::analysis::Method;
use crate::analysis::rare::Rare;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How a set of results came to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    /// Version of this program.
    pub version: String,
    /// The command line that was given.
    pub command: String,
    /// When the study started, in RFC 3339 form, such as `2030-01-31T09:30:00Z`.
    pub started: String,
    pub duration_seconds: f64,
    pub seed: u64,
    /// Runs that were finished and counted.
    pub runs: u64,
    /// Runs that were asked for.
    pub runs_requested: u64,
    /// Points of a sweep; the runs are those of all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<u64>,
    pub threads: usize,
    /// Whether the study was cut short.
    pub partial: bool,
    /// Parameters and levers that were set away from the file's values.
    pub settings: Vec<(String, f64)>,
    /// How doubt about the parameters was taken in; `None` where all runs had the same.
    pub uncertainty: Option<Uncertainty>,
    #[serde(skip_serializing_if = "Method::is_simulation")]
    pub method: Method,
    /// What splitting was tried for, and what it took.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rare: Vec<Rare>,
    /// The scenario's files, in reading order.
    pub files: Vec<FileDigest>,
    /// The files that were written, other than this one.
    pub outputs: Vec<FileDigest>,
}

/// How parameters were drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Uncertainty {
    /// As it was asked for.
    pub method: &'static str,
    /// The kind of points; they are addressed by the study's seed and their index.
    pub points: &'static str,
    /// Parameters that were drawn.
    pub drawn: usize,
    /// Parameter sets at which doubt and chance were told apart, and runs at each (0: solved); absent if they were not.
    pub parameter_sets: Option<u64>,
    pub runs_per_set: Option<u64>,
}

impl Uncertainty {
    /// Of a study with drawn parameters.
    pub fn of(doubt: &Doubt) -> Uncertainty {
        Uncertainty {
            method: doubt.method.name(),
            points: "Sobol' (Joe and Kuo 2008), 16 replicates of Owen's nested uniform scrambling; run r has point r",
            drawn: doubt.drawn.len(),
            parameter_sets: doubt.separated.as_ref().map(|separated| separated.points),
            runs_per_set: doubt.separated.as_ref().map(|separated| separated.runs_per_point),
        }
    }
}

/// A file and what was in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileDigest {
    pub path: String,
    /// See [`sha256_hex`].
    pub sha256: String,
}

impl FileDigest {
    /// Of a file's contents.
    pub fn of(path: impl Into<String>, contents: &[u8]) -> FileDigest {
        FileDigest { path: path.into(), sha256: sha256_hex(contents) }
    }
}

impl Manifest {
    /// The manifest as indented JSON with a line end.
    pub fn to_json(&self) -> Vec<u8> {
        super::summary::to_json(self)
    }
}

/// The SHA-256 digest in 64 lower-case hexadecimal digits.
pub fn sha256_hex(contents: &[u8]) -> String {
    hexadecimal(&Sha256::digest(contents))
}

/// Two lower-case digits a byte.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same of a file, which is read bit by bit.
pub fn file_sha256_hex(path: &Path) -> io::Result<String> {
    let (mut file, mut hash, mut buffer) = (File::open(path)?, Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            length => hash.update(&buffer[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4, examples of the empty message and of "abc".
    #[test]
    fn published_digests() {
        assert_eq!(sha256_hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn says_how_results_were_made() {
        let manifest = Manifest {
            version: "0.1.0".into(),
            command: "standoff run crisis.toml".into(),
            started: "2030-01-31T09:30:00Z".into(),
            duration_seconds: 1.25,
            seed: u64::MAX,
            runs: 4096,
            runs_requested: 100_000,
            points: None,
            threads: 2,
            partial: true,
            settings: vec![("russia.resolve".into(), 0.3)],
            uncertainty: None,
            method: Method::Simulation,
            rare: Vec::new(),
            files: vec![FileDigest::of("crisis.toml", b"abc")],
            outputs: vec![],
        };
        let json: serde_json::Value = serde_json::from_slice(&manifest.to_json()).unwrap();
        assert_eq!(json["seed"].as_u64(), Some(u64::MAX));
        assert_eq!((json["partial"].as_bool(), json["runs"].as_u64()), (Some(true), Some(4096)));
        assert_eq!(json["settings"][0][1].as_f64(), Some(0.3));
        assert_eq!(json["files"][0]["path"], "crisis.toml");
        assert_eq!(json["files"][0]["sha256"], sha256_hex(b"abc"));
        assert_eq!(manifest.to_json(), manifest.clone().to_json());
    }
}
