//! Broken files, one mistake each, and what is said of them.

use crate::support::{read, read_file};
use proptest::prelude::*;
use standoff::diagnostic::render::{Style, render};
use standoff::diagnostic::{Diagnostics, Sources};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

fn broken() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

/// What is said of a file, with paths as if it were read from its own folder.
fn said(path: &Path) -> (bool, usize, String) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let model = read_file(path, &mut sources, &mut diagnostics);
    diagnostics.sort();
    let count = diagnostics.iter().count();
    let text = render(&diagnostics, &sources, Style::Plain)
        .replace(&format!("{}/", folder().display()), "")
        .replace(&format!("{}/", folder().parent().unwrap().display()), "../");
    (model.is_some(), count, text)
}

#[test]
fn each_mistake_is_shown_where_it_is() {
    let files = broken();
    assert!(files.len() >= 50, "the corpus was not found");
    let mut all = String::new();
    for path in &files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (runs, count, text) = said(path);
        assert_eq!(runs, name.starts_with("warning-"), "{name}: {text}");
        assert!(count > 0, "{name}: nothing is said");
        all.push_str(&format!("=== {name}\n{text}\n\n"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_file_they_were_made_from_has_no_mistake() {
    for name in GOOD {
        let text = std::fs::read(folder().join(name)).unwrap();
        let (model, said) = read(&text);
        assert!(model.is_some() && said.is_empty(), "{said}");
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_in_one_pass() {
    let text = std::fs::read_to_string(folder().join("../good.toml")).unwrap();
    let broken = text
        .replace("0.1 * push", "0.1 * psuh")
        .replace("to = \"patrol\"\nrate", "to = \"patrl\"\nrate")
        .replace("when = \"fleet.blockade\"", "when = \"fleet.blokade\"")
        .replace("rate = \"fleet.cost\"", "rate = \"fleet.patrol\"")
        .replace("unit = \"million\"", "unti = \"million\"");
    let (model, said) = read(broken.as_bytes());
    assert!(model.is_none());
    let order: Vec<usize> =
        ["patrl", "psuh", "unti", "fleet.patrol\"", "blokade"].iter().map(|word| said.find(word).unwrap()).collect();
    assert!(order.is_sorted(), "in file order:\n{said}");
    assert!(said.contains("5 errors"), "{said}");
}

/// Files without a mistake: the one that the others were made from, and one that nests and dates.
const GOOD: [&str; 2] = ["../good.toml", "../good-dated.toml"];

/// Bytes of a good file with some of them replaced, removed or repeated.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    (0..GOOD.len()).prop_flat_map(|which| mutated_file(GOOD[which]))
}

fn mutated_file(name: &str) -> impl Strategy<Value = Vec<u8>> {
    let good = std::fs::read(folder().join(name)).unwrap();
    let length = good.len();
    prop::collection::vec((0..length, 0..4_usize, any::<u8>(), 0..40_usize), 1..6).prop_map(move |edits| {
        let mut text = good.clone();
        for (at, kind, byte, span) in edits {
            let at = at.min(text.len().saturating_sub(1));
            let end = (at + span).min(text.len());
            match kind {
                0 => text[at] = byte,
                1 => drop(text.drain(at..end)),
                2 => {
                    let copy = text[at..end].to_vec();
                    text.splice(at..at, copy);
                }
                _ => text.insert(at, b"\"'[]{}=.,#\n(*"[usize::from(byte) % 13]),
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (_, said) = read(&bytes);
        prop_assert!(said.len() < 1_000_000);
    }

    #[test]
    fn no_damage_to_a_file_makes_the_reader_panic(bytes in mutated()) {
        let (model, said) = read(&bytes);
        prop_assert!(model.is_some() || !said.is_empty(), "a file without a model has a mistake to show");
    }
}

#[test]
fn deep_and_long_files_are_refused_or_read_in_good_time() {
    let deep = |open: &str, close: &str| format!("x = {}1{}", open.repeat(20_000), close.repeat(20_000));
    let texts = [
        deep("[", "]"),
        deep("{ a = ", " }"),
        format!("[{}]", vec!["a"; 50_000].join(".")),
        format!("a{} = 1", ".a".repeat(50_000)),
        format!("title = \"{}\"", "x".repeat(1_000_000)),
        format!("[formulas]\nf = \"{}1{}\"", "(".repeat(100_000), ")".repeat(100_000)),
        format!("[formulas]\nf = \"1{}\"", " + 1".repeat(200_000)),
        format!("[formulas]\n{}", (0..60).map(|i| format!("f{} = \"f{i} + f{i}\"\n", i + 1)).collect::<String>()),
        "[[".repeat(50_000),
    ];
    for text in texts {
        let (model, said) = read(text.as_bytes());
        assert!(model.is_none() && !said.is_empty());
        assert!(said.len() < 200_000, "{} bytes are said", said.len());
    }
}
