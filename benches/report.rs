//! How long a report takes to make from findings that are there: all charts, tables and documents of the four paths.
//!
//! `cargo bench --bench report`. The runs are not part of it; writing to disk neither.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail where it stands")]
#![expect(clippy::print_stderr, reason = "a benchmark tells what it measures")]

use criterion::{Criterion, criterion_group, criterion_main};
use standoff::analysis::study::{Settings, Subject, study};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::kernel::batch::Monitor;
use standoff::model::{Model, resolve};
use standoff::output::report::{Path as OnePath, Report, files};
use standoff::scenario::load::{self, Disk};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

const PATHS: [&str; 4] = ["continued-support", "limited-deployment", "full-involvement", "negotiated-pause"];

fn open(name: &str) -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(&path, &Disk, &mut sources, &mut diagnostics).unwrap();
    resolve::resolve(&scenario, &mut diagnostics).unwrap()
}

fn report(criterion: &mut Criterion) {
    let models: Vec<Model> = PATHS.iter().map(|name| open(name)).collect();
    let settings = Settings { seed: 1, runs: 4096, threads: 2, set: vec![] };
    let findings: Vec<_> = PATHS
        .iter()
        .zip(&models)
        .map(|(name, model)| study(&Subject { name, digest: "", model }, &settings, &Monitor::default()).unwrap())
        .collect();
    let paths = findings.iter().zip(&models).map(|(findings, model)| OnePath::new(findings, model, vec![], vec![]));
    let theme = standoff::output::chart::Theme::default();
    let report =
        Report { paths: paths.collect(), studies: Vec::new(), command: "standoff report scenarios".to_owned(), theme };
    let bytes: usize = files(&report, 2, |_| {}).unwrap().iter().map(|(_, bytes)| bytes.len()).sum();
    eprintln!("four paths: {bytes} bytes in all");
    let mut group = criterion.benchmark_group("report");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function("four paths, two threads", |bencher| {
        bencher.iter(|| black_box(files(&report, 2, |_| {}).unwrap()))
    });
    group.finish();
}

criterion_group!(benches, report);
criterion_main!(benches);
