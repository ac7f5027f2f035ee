//! Where results come from: what was run, on which texts, with which seed, by which version, and what was written.
//!
//! In: an [`Origin`] and the circumstances of one execution. Out: `manifest.json`. Digests are SHA-256 in hexadecimal.

use crate::analysis::Origin;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// One text that went in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// As it was named.
    pub path: String,
    pub sha256: String,
}

impl Input {
    pub fn of(path: &str, text: &str) -> Self {
        Input { path: path.to_owned(), sha256: sha256_hex(text.as_bytes()) }
    }
}

/// The origin of a folder of results.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manifest {
    pub version: String,
    /// What was typed.
    pub command: String,
    /// RFC 3339, in UTC.
    pub started: String,
    pub duration_seconds: f64,
    pub threads: u64,
    /// Whether the study was interrupted: fewer runs than were asked for.
    pub partial: bool,
    pub origin: Origin,
    pub inputs: Vec<Input>,
    /// Digest of each file written, by name.
    pub outputs: BTreeMap<String, String>,
}

impl Manifest {
    pub fn json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a manifest has nothing that JSON has not");
        bytes.push(b'\n');
        bytes
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes what is written to it");
        hex
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn digests_are_the_standard_ones() {
        assert_eq!(super::sha256_hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
