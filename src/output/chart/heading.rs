//! What stands around a chart: title, what it is conditional on, how to read it, and where it comes from.
//!
//! In: findings of one study or of several. Out: lines of text and the file's provenance entries. Draws nothing.

use crate::analysis::exact::Exactness;
use crate::analysis::paired::{Alternative, Paired};
use crate::analysis::rare::Rare;
use crate::analysis::{Findings, Origin};

use super::super::certainty;
use super::SweepResults;
use super::labels::cut;
use super::number::{count, grouped};
use super::style::{HEADING, INK, plain};

/// The words around one chart.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub(super) title: String,
    /// "Conditional on …".
    pub(super) condition: String,
    /// How to read the chart.
    pub(super) reading: String,
    /// What was set away from the file, if anything.
    pub(super) settings: Option<String>,
    /// "Partial …", when a study was cut short, or that waits were approximated.
    pub(super) partial: Option<String>,
    /// Scenario, runs, seed, version, digest.
    pub(super) origin: String,
    /// (keyword, text) entries of the file.
    pub(super) entries: Vec<(String, String)>,
}

/// The first part of a digest, enough to compare by eye.
pub(super) fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

/// The name that readers know a scenario by.
pub(super) fn scenario_title(origin: &Origin) -> &str {
    if origin.title.trim().is_empty() { &origin.scenario } else { &origin.title }
}

/// The confidence of the intervals, such as `95 %`.
pub(super) fn confidence(findings: &Findings) -> String {
    let level = 100.0 * findings.confidence;
    let digits = usize::from((level - level.round()).abs() > 1e-6);
    format!("{}\u{202f}%", grouped(level, digits))
}

/// Which intervals the probabilities of outcomes have: `95 % Wilson intervals`.
pub(super) fn intervals(findings: &Findings) -> String {
    let level = confidence(findings);
    match &findings.precision {
        Some(_) => format!("{level} intervals that hold together, at any number of runs"),
        None => format!("{level} Wilson intervals"),
    }
}

/// `week 104`, as a place in time.
pub(super) fn moment(findings: &Findings, time: f64) -> String {
    let digits = if (time - time.round()).abs() < 1e-6 { 0 } else { 2 };
    format!("{} {}", findings.axis.unit, grouped(time, digits))
}

/// What the findings of one study are conditional on.
fn condition(findings: &Findings) -> String {
    let title = cut(scenario_title(&findings.origin), &plain(HEADING, INK), 620.0);
    match findings.journey {
        Some(_) => format!("a start on path “{title}” and the stated hand-offs and assumptions"),
        None => format!("path “{title}” and the stated assumptions"),
    }
}

fn settings(origin: &Origin) -> Option<String> {
    let told: Vec<String> = origin.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// One or two words for answers that no runs went into.
pub(super) fn exactly(exactness: &Exactness) -> &'static str {
    if exactness.approximations.is_empty() { "exact" } else { "APPROXIMATION" }
}

/// Above a chart of answers for which waits with memory were approximated.
const APPROXIMATE: &str = "APPROXIMATION: waits with memory stand as memoryless phases";

fn is_approximate(origin: &Origin) -> bool {
    origin.exactness().is_some_and(|exactness| !exactness.approximations.is_empty())
}

/// How exact answers were found: `exact (14 states)`.
fn how(exactness: &Exactness) -> String {
    format!("{} ({} states)", exactly(exactness), count(exactness.states as u64))
}

fn entries(origin: &Origin, number: &str) -> Vec<(String, String)> {
    let mut entries = vec![
        (format!("Scenario{number}"), format!("{} ({})", origin.scenario, scenario_title(origin))),
        (format!("Digest{number}"), format!("sha256:{}", origin.digest)),
    ];
    match origin.exactness() {
        Some(exactness) => entries.push((format!("Method{number}"), how(exactness))),
        None => entries.extend([
            (format!("Seed{number}"), origin.seed.to_string()),
            (format!("Runs{number}"), format!("{} of {}", origin.runs, origin.runs_requested)),
        ]),
    }
    entries.extend(settings(origin).map(|told| (format!("Settings{number}"), told)));
    entries
}

/// `, 43 parameters drawn`; empty where all runs have the same.
fn drawn(findings: &Findings) -> String {
    match findings.doubt.as_ref().map(|doubt| doubt.drawn.len()) {
        None => String::new(),
        Some(1) => ", one parameter drawn".to_owned(),
        Some(n) => format!(", {n} parameters drawn"),
    }
}

fn uncertainty(findings: &Findings) -> Option<(String, String)> {
    let doubt = findings.doubt.as_ref()?;
    let sets = doubt.separated.as_ref();
    let sets = sets.map_or_else(String::new, |s| format!(", {} parameter sets of {} runs", s.points, s.runs_per_point));
    Some(("Uncertainty".to_owned(), format!("{}, {} parameters drawn{sets}", doubt.method.name(), doubt.drawn.len())))
}

/// `nuclear_use: 12 rungs, 20480 trees`, for each probability by splitting.
fn splitting(findings: &Findings) -> Option<(String, String)> {
    let one = |rare: &Rare| {
        rare.split().map(|split| format!("{}: {} rungs, {} trees", rare.name, split.rungs.len(), split.trees))
    };
    let told: Vec<String> = findings.rare.iter().filter_map(one).collect();
    (!told.is_empty()).then(|| ("Splitting".to_owned(), told.join("; ")))
}

impl Heading {
    /// The words around a chart of one study.
    pub(super) fn of(findings: &Findings, title: &str, reading: String) -> Self {
        let origin = &findings.origin;
        Self {
            title: title.to_owned(),
            condition: format!(
                "Conditional on {}{}, up to {}",
                condition(findings),
                drawn(findings),
                moment(findings, findings.axis.horizon)
            ),
            reading,
            settings: settings(origin).map(|told| format!("Set away from the file’s values: {told}")),
            partial: if is_approximate(origin) {
                Some(APPROXIMATE.to_owned())
            } else {
                origin.is_partial().then(|| partial(origin.runs, origin.runs_requested))
            },
            origin: format!(
                "{} · {}{} · standoff {} · digest {}",
                origin.scenario,
                origin.exactness().map_or_else(|| format!("{} runs · seed {}", count(origin.runs), origin.seed), how),
                certainty::in_short(findings).map_or_else(String::new, |told| format!(" · {told}")),
                origin.version,
                short(&origin.digest)
            ),
            entries: entries(origin, "").into_iter().chain(uncertainty(findings)).chain(splitting(findings)).collect(),
        }
        .with_description()
    }

    /// The words around a chart of several studies.
    pub(super) fn of_several(several: &[Findings], title: &str, reading: String) -> Self {
        let origins: Vec<&Origin> = several.iter().map(|f| &f.origin).collect();
        let told: Vec<String> =
            origins.iter().filter_map(|o| settings(o).map(|told| format!("{}: {told}", scenario_title(o)))).collect();
        let version = origins.first().map_or("", |o| o.version.as_str());
        let runs: u64 = origins.iter().map(|o| o.runs).sum();
        let requested: u64 = origins.iter().map(|o| o.runs_requested).sum();
        let paths = if origins.len() == 1 { "path" } else { "paths" };
        let mut ends: Vec<String> = several.iter().map(|f| moment(f, f.axis.horizon)).collect();
        ends.dedup();
        let until = if let [end] = ends.as_slice() { format!(", up to {end}") } else { String::new() };
        let which = match origins.as_slice() {
            [_] => condition(&several[0]),
            _ if several.iter().any(|f| f.journey.is_some()) => {
                "a start on each path, and on the stated hand-offs and assumptions".to_owned()
            }
            _ => "each path and its stated assumptions".to_owned(),
        };
        let drawn = if several.iter().any(|f| f.doubt.is_some()) { ", parameters drawn" } else { "" };
        let several = origins.iter().enumerate();
        Self {
            title: title.to_owned(),
            condition: format!("Conditional on {which}{drawn}{until}"),
            reading,
            settings: (!told.is_empty()).then(|| format!("Set away from the files’ values: {}", told.join("; "))),
            partial: if origins.iter().any(|o| o.is_partial()) {
                Some(partial(runs, requested))
            } else {
                origins.iter().any(|o| is_approximate(o)).then(|| APPROXIMATE.to_owned())
            },
            origin: if runs == 0 && origins.iter().all(|origin| origin.exactness().is_some()) {
                format!("{} {paths} · solved, not simulated · standoff {version}", origins.len())
            } else {
                format!("{} {paths} · {} runs in all · standoff {version}", origins.len(), count(runs))
            },
            entries: several.flat_map(|(i, o)| entries(o, &format!(" {}", i + 1))).collect(),
        }
        .with_description()
    }

    /// The words around a chart of alternatives that were compared on the same luck.
    pub(super) fn of_paired(paired: &Paired, title: &str, reading: String) -> Self {
        let told = |one: &Alternative| {
            let told: Vec<String> = one.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            (!told.is_empty()).then(|| format!("{}: {}", one.label, told.join(", ")))
        };
        let told: Vec<String> = paired.alternatives.iter().filter_map(told).collect();
        let mut scenarios: Vec<&str> = paired.alternatives.iter().map(|one| one.title.as_str()).collect();
        scenarios.dedup();
        let which = match scenarios.as_slice() {
            [one] => format!("path “{}”", cut(one, &plain(HEADING, INK), 520.0)),
            _ => "each path".to_owned(),
        };
        let end = format!("{} {}", paired.axis.unit, grouped(paired.axis.horizon, 0));
        let entries = paired.alternatives.iter().enumerate().flat_map(|(i, one)| {
            [
                (format!("Scenario {}", i + 1), format!("{} ({})", one.scenario, one.title)),
                (format!("Digest {}", i + 1), format!("sha256:{}", one.digest)),
            ]
        });
        Self {
            title: title.to_owned(),
            condition: format!("Conditional on {which} and the stated assumptions, up to {end}; the same luck in all"),
            reading,
            settings: (!told.is_empty()).then(|| format!("Set away from the file’s values: {}", told.join("; "))),
            partial: paired.is_partial().then(|| partial(paired.runs, paired.runs_requested)),
            origin: format!(
                "{} alternatives · {} runs of each · seed {} · standoff {}",
                paired.alternatives.len(),
                count(paired.runs),
                paired.seed,
                paired.version
            ),
            entries: entries.collect(),
        }
        .with_description()
    }

    /// The words around a chart of a sweep.
    pub(super) fn of_sweep(sweep: &SweepResults<'_>, title: String, case: &str, reading: String) -> Self {
        let space = sweep.space;
        let scenarios: Vec<&str> = space.scenarios.iter().map(|scenario| scenario.title.as_str()).collect();
        let which = match (scenarios.as_slice(), case) {
            (_, case) if !case.is_empty() => format!("“{case}”"),
            ([one], _) => format!("path “{one}”"),
            _ => "each path".to_owned(),
        };
        let digests: Vec<String> = space.scenarios.iter().map(|scenario| short(&scenario.digest)).collect();
        let mut entries = Vec::new();
        for (i, scenario) in space.scenarios.iter().enumerate() {
            let number = if space.scenarios.len() == 1 { String::new() } else { format!(" {}", i + 1) };
            entries.push((format!("Scenario{number}"), format!("{} ({})", scenario.name, scenario.title)));
            entries.push((format!("Digest{number}"), format!("sha256:{}", scenario.digest)));
        }
        entries.push(("Seed".to_owned(), sweep.seed.to_string()));
        entries.push(("Runs".to_owned(), format!("{} of {} points", sweep.effort(), space.count())));
        Self {
            title,
            condition: format!(
                "Conditional on {} and the stated assumptions",
                cut(&which, &plain(HEADING, INK), 620.0)
            ),
            reading,
            settings: None,
            partial: None,
            origin: format!(
                "{} · {} points · {} · seed {} · standoff {} · digest {}",
                sweep.name,
                count(space.count()),
                sweep.effort(),
                sweep.seed,
                sweep.version,
                digests.join(", ")
            ),
            entries,
        }
        .with_description()
    }

    fn with_description(mut self) -> Self {
        let first = self.entries.first().map_or(String::new(), |(_, text)| text.clone());
        let version = self.origin.split(" · ").find(|part| part.starts_with("standoff")).unwrap_or("standoff");
        let mut entries = vec![
            ("Title".to_owned(), format!("{}: {first}", self.title)),
            ("Description".to_owned(), format!("{}. {} {DISCLAIMER}.", self.condition, self.reading)),
            ("Software".to_owned(), version.to_owned()),
        ];
        entries.extend(self.partial.clone().map(|partial| ("Comment".to_owned(), partial)));
        entries.append(&mut self.entries);
        self.entries = entries;
        self
    }
}

/// Under every chart.
pub(in crate::output) const DISCLAIMER: &str = "Conditional on the stated assumptions; not a forecast";

fn partial(runs: u64, requested: u64) -> String {
    format!("PARTIAL: {} of {} runs", count(runs), count(requested))
}
