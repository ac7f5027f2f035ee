//! Any bytes as a scenario file: read, resolved, linted, and all that is said of them shown as text and as JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use standoff::diagnostic::render::{Style, render};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::model::resolve;
use standoff::program::lower::lower;
use standoff::scenario::load::{self, Files};
use std::io;
use std::path::Path;

/// Every path leads to the same file, so that a file that extends another extends itself.
struct One<'a>(&'a [u8]);

impl Files for One<'_> {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Ok(self.0.to_vec())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(Path::new("fuzzed.toml"), &One(bytes), &mut sources, &mut diagnostics);
    let model = scenario.and_then(|scenario| resolve::resolve(&scenario, &mut diagnostics));
    diagnostics.sort();
    let said = render(&diagnostics, &sources, Style::Plain);
    assert!(model.is_some() || !said.is_empty(), "a file without a model has a mistake to show");
    if let Some(model) = model {
        lower(&model);
    }
});
