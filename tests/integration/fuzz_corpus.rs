//! What fuzzing found worth keeping, replayed: files that reach much of the reader, and those that once broke it.
//!
//! See `fuzz/README.md`. Names of files begin with `scenario-` or `expression-`, after the target they are for.

use crate::support::read;
use standoff::diagnostic::{Diagnostics, FileId, Span};
use standoff::model::parse::{self, Names};
use standoff::model::time::TimeUnit;
use standoff::program::lower::lower;
use standoff::scenario::ExpressionText;
use std::path::{Path, PathBuf};

fn corpus() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz-corpus");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

#[test]
fn every_file_of_the_corpus_is_answered() {
    for (path, bytes) in corpus() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("scenario-") {
            let (model, said) = read(&bytes);
            assert!(model.is_some() || !said.is_empty(), "{name}: a file without a model has a mistake to show");
            if let Some(model) = model {
                lower(&model);
            }
            continue;
        }
        assert!(name.starts_with("expression-"), "{name}: for which target?");
        let text = String::from_utf8(bytes).unwrap();
        let span = Span::new(FileId(0), 0, text.len());
        let text = ExpressionText { text, span, inner: Some(0) };
        let mut said = Diagnostics::default();
        let number = parse::number(&text, &Names::default(), TimeUnit::Week, &mut said);
        assert!(number.is_some() != said.has_errors(), "{name}: {said:?}");
        parse::condition(&text, &Names::default(), TimeUnit::Week, &mut Diagnostics::default());
    }
}

#[test]
fn the_corpus_stays_small() {
    let corpus = corpus();
    assert!((20..=200).contains(&corpus.len()), "{} files", corpus.len());
    let bytes: usize = corpus.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes <= 500_000, "{bytes} bytes");
}
