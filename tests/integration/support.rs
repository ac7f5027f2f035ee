//! What tests share: models from text, runs of them, and distances between samples and laws.

use standoff::diagnostic::render::{Style, render};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::kernel::probe::{Probe, Stretch};
use standoff::kernel::run::{Simulator, Workspace};
use standoff::model::{Model, journey, resolve};
use standoff::program::behaviour::{Cause, Effects};
use standoff::program::bind::Bound;
use standoff::program::lower::lower;
use standoff::program::world::World;
use standoff::random::RunAddress;
use standoff::scenario::load::{self, Files};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files in memory.
#[derive(Debug, Default)]
pub struct Memory(pub BTreeMap<PathBuf, Vec<u8>>);

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

/// Reads and resolves a text; gives the model, if there is one, and what was said.
pub fn read(text: &[u8]) -> (Option<Model>, String) {
    let files = Memory([(PathBuf::from("test.toml"), text.to_vec())].into());
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(Path::new("test.toml"), &files, &mut sources, &mut diagnostics);
    let model = scenario.and_then(|scenario| resolve::resolve(&scenario, &mut diagnostics));
    diagnostics.sort();
    let said = render(&diagnostics, &sources, Style::Plain);
    (model, said)
}

/// Reads a file and what its outcomes hand runs on to; gives the model if nothing keeps runs from following on.
pub fn read_file(path: &Path, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Model> {
    let scenario = load::read(path, &load::Disk, sources, diagnostics);
    let model = scenario.and_then(|scenario| resolve::resolve(&scenario, diagnostics));
    model.filter(|model| journey::follow(path, model, &load::Disk, sources, diagnostics).is_some())
}

pub fn model(text: &str) -> Model {
    let (model, said) = read(text.as_bytes());
    model.unwrap_or_else(|| panic!("{said}"))
}

pub fn simulator(model: &Model) -> Simulator {
    Simulator::new(Bound::central(Arc::new(lower(model))).unwrap())
}

/// A scenario of one day-long unit: `[time]` and a default outcome around the given text.
pub fn scenario(horizon: f64, text: &str) -> String {
    format!("title = \"test\"\n[time]\nunit = \"day\"\nhorizon = {horizon}\n{text}\n[outcomes.left]\ndefault = true\n")
}

/// How one run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    pub time: f64,
    pub outcome: usize,
    pub world: World,
    /// First passages of the milestones.
    pub milestones: Vec<Option<f64>>,
}

/// Keeps how runs end.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    pub ends: Vec<End>,
    milestones: Vec<Option<f64>>,
}

impl Probe for Ends {
    fn begin(&mut self, _world: &World) {
        self.milestones.clear();
    }

    fn dwell(&mut self, stretch: &Stretch<'_>) {
        assert!(stretch.to > stretch.from, "time passes");
    }

    fn happened(&mut self, _world: &World, _cause: Cause, _effects: &Effects) {}

    fn milestone(&mut self, world: &World, milestone: usize) {
        if self.milestones.len() <= milestone {
            self.milestones.resize(milestone + 1, None);
        }
        assert!(self.milestones[milestone].is_none(), "a milestone is passed once");
        self.milestones[milestone] = Some(world.time);
    }

    fn end(&mut self, world: &World, outcome: usize) {
        let end = End { time: world.time, outcome, world: world.clone(), milestones: self.milestones.clone() };
        self.ends.push(end);
    }
}

/// Runs 0 … n − 1 of a seed.
pub fn ends(model: &Model, seed: u64, runs: u64) -> Vec<End> {
    let (simulator, mut work, mut probe) = (simulator(model), Workspace::default(), Ends::default());
    for run in 0..runs {
        simulator.run(RunAddress::new(seed, run), &mut work, &mut probe).unwrap();
    }
    probe.ends
}

/// Fails unless the sample could be of the law with this distribution function: Kolmogorov–Smirnov at 1 in 100,000.
pub fn assert_law(what: &str, sample: &mut [f64], cdf: impl Fn(f64) -> f64) {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let distance = sample.iter().enumerate().fold(0.0_f64, |worst, (i, &x)| {
        let p = cdf(x);
        worst.max((p - i as f64 / n).abs()).max(((i + 1) as f64 / n - p).abs())
    });
    let bound = 2.47 / n.sqrt();
    assert!(distance < bound, "{what}: the sample is {distance:.4} away from the law, more than {bound:.4}");
}

/// Fails unless a share is within 4 standard errors of its probability.
pub fn assert_share(what: &str, hits: usize, runs: usize, p: f64) {
    let error = (p * (1.0 - p) / runs as f64).sqrt();
    let share = hits as f64 / runs as f64;
    assert!((share - p).abs() <= 4.0 * error, "{what}: {share} against {p}, standard error {error}");
}

/// Fails unless the mean of the values is within 4 of its standard errors of the truth.
pub fn assert_mean(what: &str, values: &[f64], truth: f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    assert!((mean - truth).abs() <= 4.0 * error + 1e-12, "{what}: {mean} against {truth}, standard error {error}");
}
