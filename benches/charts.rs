//! What a chart costs: laid out, painted and encoded, of findings of a few runs of the shipped path. Each is to stay below
//! 150 ms.
//!
//! `cargo bench --bench charts`

use criterion::{Criterion, criterion_group, criterion_main};
use standoff::analysis::Findings;
use standoff::analysis::study::{Settings, Subject, study};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::kernel::batch::Monitor;
use standoff::model::resolve;
use standoff::output::chart::{self, Look, Picture, Theme};
use standoff::scenario::load::{self, Disk};
use std::hint::black_box;
use std::path::Path;

fn findings() -> Findings {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/limited-deployment.toml");
    let scenario = load::read(&path, &Disk, &mut sources, &mut diagnostics).expect("the shipped path is read");
    let model = resolve::resolve(&scenario, &mut diagnostics).expect("the shipped path has no mistakes");
    let subject = Subject { name: "limited-deployment", digest: "", model: &model };
    let settings = Settings { seed: 1, runs: 4096, threads: 2, set: Vec::new() };
    study(&subject, &settings, &Monitor::default()).expect("the shipped path runs")
}

fn charts(criterion: &mut Criterion) {
    let findings = findings();
    let mut group = criterion.benchmark_group("charts");
    group.sample_size(10);
    for (size, look) in [("page", Look::Light), ("page", Look::Print), ("slide", Look::Light)] {
        let theme = Theme { size: size.parse().expect("a size by its name"), look, ..Theme::default() };
        let names: Vec<String> =
            chart::pictures(&findings, &theme).expect("charts are drawn").iter().map(|one| one.name.clone()).collect();
        group.bench_function(format!("layout-of-all-{}/{size}-{}", names.len(), look.name()), |bencher| {
            bencher.iter(|| chart::pictures(black_box(&findings), &theme).expect("charts are drawn"));
        });
        for picture in chart::pictures(&findings, &theme).expect("charts are drawn") {
            let paint = |picture: &Picture| picture.png().expect("a chart is painted");
            group.bench_function(format!("{}/{size}-{}", picture.name, look.name()), |bencher| {
                bencher.iter(|| paint(black_box(&picture)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, charts);
criterion_main!(benches);
