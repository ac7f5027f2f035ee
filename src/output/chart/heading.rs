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
use super::layout::Layout;
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
pub(super) fn intervals(layout: &Layout<'_>, findings: &Findings) -> String {
    let level = confidence(findings);
    let text = match &findings.precision {
        Some(_) => layout.t("{level} intervals that hold together, at any number of runs"),
        None => layout.t("{level} Wilson intervals"),
    };
    text.replace("{level}", &level)
}

/// A unit of time in the language of the chart.
pub(super) fn unit<'a>(layout: &Layout<'a>, unit: &'a str) -> &'a str {
    //= day
    //= week
    //= month
    //= year
    layout.t(unit)
}

/// The title of an axis of time.
pub(super) fn time_title(layout: &Layout<'_>, unit: &str) -> String {
    match unit {
        "day" => layout.t("Time (days)"),
        "week" => layout.t("Time (weeks)"),
        "month" => layout.t("Time (months)"),
        _ => layout.t("Time (years)"),
    }
    .to_owned()
}

/// `week 104`, as a place in time.
pub(super) fn moment(layout: &Layout<'_>, findings: &Findings, time: f64) -> String {
    let digits = if (time - time.round()).abs() < 1e-6 { 0 } else { 2 };
    format!("{} {}", unit(layout, &findings.axis.unit), grouped(time, digits))
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
fn approximate(layout: &Layout<'_>) -> String {
    layout.t("APPROXIMATION: waits with memory stand as memoryless phases").to_owned()
}

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
    /// The words around a chart of one study; `stem` is that of its file.
    pub(super) fn of(layout: &Layout<'_>, findings: &Findings, title: &str, reading: String) -> Self {
        let origin = &findings.origin;
        let end = moment(layout, findings, findings.axis.horizon);
        let path = cut(scenario_title(origin), &plain(HEADING, INK), 620.0);
        let condition = match (&findings.journey, findings.doubt.as_ref().map(|doubt| doubt.drawn.len())) {
            (Some(_), _) => layout
                .t("Conditional on a start on path “{path}” and the stated hand-offs and assumptions, up to {end}"),
            (None, None) => layout.t("Conditional on path “{path}” and the stated assumptions, up to {end}"),
            (None, Some(_)) => {
                layout.t("Conditional on path “{path}” and the stated assumptions, parameters drawn ({n}), up to {end}")
            }
        };
        let drawn = findings.doubt.as_ref().map_or(0, |doubt| doubt.drawn.len()).to_string();
        let condition = condition.replace("{end}", &end).replace("{n}", &drawn).replace("{path}", &path);
        let settings = settings(origin);
        let told = settings.map(|told| layout.fill("Set away from the file’s values: {told}", &[("told", &told)]));
        Self {
            title: format!("{path}: {title}"),
            condition,
            reading,
            settings: told,
            partial: if is_approximate(origin) {
                Some(approximate(layout))
            } else {
                origin.is_partial().then(|| partial(layout, origin.runs, origin.runs_requested))
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
        .with_description(layout)
    }

    /// The words around a chart of several studies.
    pub(super) fn of_several(layout: &Layout<'_>, several: &[Findings], title: &str, reading: String) -> Self {
        let origins: Vec<&Origin> = several.iter().map(|f| &f.origin).collect();
        let told: Vec<String> =
            origins.iter().filter_map(|o| settings(o).map(|told| format!("{}: {told}", scenario_title(o)))).collect();
        let version = origins.first().map_or("", |o| o.version.as_str());
        let runs: u64 = origins.iter().map(|o| o.runs).sum();
        let requested: u64 = origins.iter().map(|o| o.runs_requested).sum();
        let paths = if origins.len() == 1 { "path" } else { "paths" };
        let mut ends: Vec<String> = several.iter().map(|f| moment(layout, f, f.axis.horizon)).collect();
        ends.dedup();
        let condition = if several.iter().any(|f| f.journey.is_some()) {
            layout.t("Conditional on a start on each path, and on the stated hand-offs and assumptions")
        } else if several.iter().any(|f| f.doubt.is_some()) {
            layout.t("Conditional on each path and its stated assumptions, parameters drawn")
        } else {
            layout.t("Conditional on each path and its stated assumptions")
        };
        let condition = match ends.as_slice() {
            [end] => layout.fill("{condition}, up to {end}", &[("condition", condition), ("end", end)]),
            _ => condition.to_owned(),
        };
        let numbered = origins.iter().enumerate();
        Self {
            title: title.to_owned(),
            condition,
            reading,
            settings: (!told.is_empty())
                .then(|| layout.fill("Set away from the file’s values: {told}", &[("told", &told.join("; "))])),
            partial: if origins.iter().any(|o| o.is_partial()) {
                Some(partial(layout, runs, requested))
            } else {
                origins.iter().any(|o| is_approximate(o)).then(|| approximate(layout))
            },
            origin: if runs == 0 && origins.iter().all(|origin| origin.exactness().is_some()) {
                format!("{} {paths} · solved, not simulated · standoff {version}", origins.len())
            } else {
                format!("{} {paths} · {} runs in all · standoff {version}", origins.len(), count(runs))
            },
            entries: numbered.flat_map(|(i, o)| entries(o, &format!(" {}", i + 1))).collect(),
        }
        .with_description(layout)
    }

    /// The words around a chart of alternatives that were compared on the same luck.
    pub(super) fn of_paired(layout: &Layout<'_>, paired: &Paired, title: &str, reading: String) -> Self {
        let told = |one: &Alternative| {
            let told: Vec<String> = one.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            (!told.is_empty()).then(|| format!("{}: {}", one.label, told.join(", ")))
        };
        let told: Vec<String> = paired.alternatives.iter().filter_map(told).collect();
        let mut scenarios: Vec<&str> = paired.alternatives.iter().map(|one| one.title.as_str()).collect();
        scenarios.dedup();
        let condition = match scenarios.as_slice() {
            [one] => {
                let text = layout
                    .t("Conditional on path “{path}” and the stated assumptions, up to {end}; the same luck in all");
                text.replace("{path}", &cut(one, &plain(HEADING, INK), 520.0))
            }
            _ => layout
                .t("Conditional on each path and its stated assumptions, up to {end}; the same luck in all")
                .to_owned(),
        };
        let end = format!("{} {}", unit(layout, &paired.axis.unit), grouped(paired.axis.horizon, 0));
        let entries = paired.alternatives.iter().enumerate().flat_map(|(i, one)| {
            [
                (format!("Scenario {}", i + 1), format!("{} ({})", one.scenario, one.title)),
                (format!("Digest {}", i + 1), format!("sha256:{}", one.digest)),
            ]
        });
        Self {
            title: title.to_owned(),
            condition: condition.replace("{end}", &end),
            reading,
            settings: (!told.is_empty())
                .then(|| layout.fill("Set away from the file’s values: {told}", &[("told", &told.join("; "))])),
            partial: paired.is_partial().then(|| partial(layout, paired.runs, paired.runs_requested)),
            origin: format!(
                "{} alternatives · {} runs of each · seed {} · standoff {}",
                paired.alternatives.len(),
                count(paired.runs),
                paired.seed,
                paired.version
            ),
            entries: entries.collect(),
        }
        .with_description(layout)
    }

    /// The words around a chart of a sweep.
    pub(super) fn of_sweep(
        layout: &Layout<'_>,
        sweep: &SweepResults<'_>,
        title: String,
        case: &str,
        reading: String,
    ) -> Self {
        let space = sweep.space;
        let scenarios: Vec<&str> = space.scenarios.iter().map(|scenario| scenario.title.as_str()).collect();
        let condition = match (scenarios.as_slice(), case) {
            (_, case) if !case.is_empty() => {
                layout.fill("Conditional on “{case}” and the stated assumptions", &[("case", case)])
            }
            ([path], _) => layout.fill("Conditional on path “{path}” and the stated assumptions", &[("path", path)]),
            _ => layout.t("Conditional on each path and its stated assumptions").to_owned(),
        };
        let effort = sweep.effort(&super::words::Words::default());
        let digests: Vec<String> = space.scenarios.iter().map(|scenario| short(&scenario.digest)).collect();
        let mut entries = Vec::new();
        for (i, scenario) in space.scenarios.iter().enumerate() {
            let number = if space.scenarios.len() == 1 { String::new() } else { format!(" {}", i + 1) };
            entries.push((format!("Scenario{number}"), format!("{} ({})", scenario.name, scenario.title)));
            entries.push((format!("Digest{number}"), format!("sha256:{}", scenario.digest)));
        }
        entries.push(("Seed".to_owned(), sweep.seed.to_string()));
        entries.push(("Runs".to_owned(), format!("{effort}, {} points", sweep.points())));
        Self {
            title,
            condition,
            reading,
            settings: None,
            partial: None,
            origin: format!(
                "{} · {} points · {} · seed {} · standoff {} · digest {}",
                sweep.name,
                count(sweep.points()),
                effort,
                sweep.seed,
                sweep.version,
                digests.join(", ")
            ),
            entries,
        }
        .with_description(layout)
    }

    fn with_description(mut self, layout: &Layout<'_>) -> Self {
        let first = self.entries.first().map_or(String::new(), |(_, text)| text.clone());
        let version = self.origin.split(" · ").find(|part| part.starts_with("standoff")).unwrap_or("standoff");
        let disclaimer = layout.t(DISCLAIMER);
        let mut entries = vec![
            ("Title".to_owned(), format!("{} ({first})", self.title)),
            ("Description".to_owned(), format!("{}. {} {disclaimer}.", self.condition, self.reading)),
            ("Software".to_owned(), version.to_owned()),
        ];
        entries.extend(self.partial.clone().map(|partial| ("Comment".to_owned(), partial)));
        entries.append(&mut self.entries);
        entries.extend(layout.theme.command.clone().map(|command| ("Command".to_owned(), command)));
        entries.extend(layout.theme.date.clone().map(|date| ("Creation Time".to_owned(), date)));
        self.entries = entries;
        self
    }
}

/// Under every chart.
//= Conditional on the stated assumptions; not a forecast
pub(in crate::output) const DISCLAIMER: &str = "Conditional on the stated assumptions; not a forecast";

fn partial(layout: &Layout<'_>, runs: u64, requested: u64) -> String {
    layout.fill("PARTIAL: {runs} of {requested} runs", &[("runs", &count(runs)), ("requested", &count(requested))])
}
