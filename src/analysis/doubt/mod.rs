//! Doubt about the parameters: what it does to the findings, and how much of the variance is its own.
//!
//! In: a model whose parameters have ranges or laws. Out: [`Findings`] over chance and doubt together,
//! every run with parameters of its own; and, if it is asked for, for each outcome the share of doubt in its variance, from
//! many runs at each of many parameter sets ([`nested`]). Run r of a study takes point r; run r of the nested part takes
//! point r modulo the number of sets, so that any run can be replayed by its index.

pub mod drawing;
pub mod nested;
pub mod solved;

use super::cast::Cast;
use super::estimate::CONFIDENCE;
use super::exact::Options;
use super::precise::Ending;
use super::study::{Failure, Settings, Subject, conclude, simulator, tally_for};
use super::{Doubt, DoubtMethod, Findings};
use crate::kernel::batch::{Monitor, run_drawn};
use crate::stats::components::GROUPS;
use drawing::Drawing;
use nested::Sampled;
use solved::{Solved, is_solvable};

/// How doubt is to be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Every run draws its own parameters.
    Together,
    /// That, and the two told apart at so many parameter sets; solved with these options where that is possible.
    Nested { points: u64, solve: Option<Options> },
}

impl Method {
    /// So many runs a parameter set, and in all besides the study's own: about as many as the study has.
    pub fn runs_at_points(self, runs: u64) -> (u64, u64) {
        match self {
            Method::Together => (0, 0),
            Method::Nested { points, .. } => {
                let each = runs.div_ceil(points).max(2);
                (each, each * points)
            }
        }
    }
}

/// The number of parameter sets that is taken for so many: whole rounds of the groups that errors are told from, two at
/// least.
pub fn whole_points(points: u64) -> u64 {
    let groups = GROUPS as u64;
    points.div_ceil(groups).max(2) * groups
}

/// Runs the study with drawn parameters. A stop asked of the monitor ends it early, with what was finished by then.
///
/// # Errors
/// See [`Failure`]; a parameter set that the scenario cannot run with is the fault of its run.
pub fn study(
    subject: &Subject<'_>,
    settings: &Settings,
    method: Method,
    monitor: &Monitor,
) -> Result<Findings, Failure> {
    let drawing = Drawing::new(subject.model, &settings.set, settings.seed)?;
    let simulator = simulator(subject.model, &settings.set)?;
    let cast = Cast::of(subject.model);
    let make = tally_for(&cast, subject.model, &simulator);
    let (seed, threads) = (settings.seed, settings.threads);
    let bind = |run| drawing.bind(run);
    let (tally, finished) =
        run_drawn(&simulator, bind, seed, 0..settings.runs, threads, make, monitor).map_err(Failure::Fault)?;
    let ending = if finished < settings.runs { Ending::Interrupted } else { Ending::Budget };
    let mut findings = conclude(subject, settings, &cast, &tally, (finished, ending), CONFIDENCE)?;
    let mut doubt = Doubt { method: DoubtMethod::Together, drawn: drawing.names().to_vec(), separated: None };
    if let Method::Nested { points, solve } = method {
        doubt.method = DoubtMethod::Nested;
        let (runs, _) = method.runs_at_points(settings.runs);
        let sampled = Sampled { simulator: &simulator, drawing: &drawing, seed, points, runs };
        let model = subject.model;
        doubt.separated = match solve.filter(|options| is_solvable(simulator.bound(), options)) {
            Some(options) => nested::separate(model, &Solved { sampled, options }, points, threads, monitor),
            None => nested::separate(model, &sampled, points, threads, monitor),
        }
        .map_err(Failure::Fault)?;
    }
    findings.doubt = Some(doubt);
    Ok(findings)
}
