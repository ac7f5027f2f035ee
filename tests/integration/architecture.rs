//! The layers hold: reads `src/` and fails with the rule and the file.

use std::fs;
use std::path::{Path, PathBuf};

/// Rank and module; each may use only modules of lower rank.
const LAYERS: [(u32, &str); 12] = [
    (8, "cli"),
    (7, "editor"),
    (6, "output"),
    (5, "analysis"),
    (4, "kernel"),
    (3, "program"),
    (2, "model"),
    (1, "scenario"),
    (1, "distribution"),
    (0, "diagnostic"),
    (0, "random"),
    (0, "stats"),
];

/// Crates that only some layers may know: (crate, the module that may, why).
const CRATES: [(&str, &[&str], &str); 6] = [
    ("toml::", &["scenario"], "only the reader knows TOML"),
    ("clap::", &["cli"], "only the command line knows clap"),
    ("plotters", &["output"], "only charts know plotters"),
    ("lsp_types", &["editor", "cli"], "only the editor's answers know its words"),
    ("lsp_server", &["cli"], "only the command line speaks to an editor"),
    ("indicatif", &["cli"], "only the command line shows progress"),
];

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The module of the first level that a file belongs to, and the file's text without its comments.
fn modules() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    assert!(files.len() > 40, "src/ was not found");
    let module = |path: &Path| {
        let first = path.strip_prefix(&root).unwrap().components().next().unwrap();
        first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
    };
    files.into_iter().map(|path| (module(&path), path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

/// Numbered lines that are neither comments nor tests, which stand at the end of a file.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(n, line)| (n + 1, line))
}

fn rank(module: &str) -> Option<u32> {
    LAYERS.iter().find(|(_, name)| *name == module).map(|(rank, _)| *rank)
}

#[test]
fn each_layer_uses_only_what_stands_below_it() {
    for (module, path, text) in modules() {
        let Some(own) = rank(&module) else {
            assert!(matches!(module.as_str(), "lib" | "main"), "{}: no layer for `{module}`", path.display());
            continue;
        };
        for (line, code) in code(&text) {
            for used in code.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(other) = rank(&used) else { continue };
                let allowed = used == module || other < own;
                assert!(allowed, "{}:{line}: `{module}` (rank {own}) uses `{used}` (rank {other})", path.display());
            }
        }
    }
}

#[test]
fn each_file_says_what_it_is() {
    for (_, path, text) in modules() {
        let is_tests = path.file_name().is_some_and(|name| name == "tests.rs");
        assert!(is_tests || text.starts_with("//!"), "{}: begin with a `//!` header", path.display());
    }
}

#[test]
fn only_the_command_line_prints_and_reads_the_clock() {
    for (module, path, text) in modules() {
        if module == "cli" {
            continue;
        }
        for (line, code) in code(&text) {
            // A test may be asked by a variable to write its pictures anew.
            let is_test = path.components().any(|part| part.as_os_str() == "tests");
            for word in ["println!", "eprintln!", "print!(", "dbg!", "SystemTime", "Instant", "std::env::"] {
                if is_test && word == "std::env::" {
                    continue;
                }
                assert!(!code.contains(word), "{}:{line}: `{word}` belongs into `cli`", path.display());
            }
        }
    }
}

#[test]
fn each_crate_is_known_where_it_belongs() {
    for (module, path, text) in modules() {
        for (line, code) in code(&text) {
            for (name, allowed, why) in CRATES {
                let known = allowed.contains(&module.as_str());
                assert!(known || !code.contains(name), "{}:{line}: {why}", path.display());
            }
        }
    }
}

#[test]
fn files_stay_short() {
    for (_, path, text) in modules() {
        let lines = text.lines().count();
        assert!(lines <= 620, "{}: {lines} lines; split it by noun", path.display());
    }
}
