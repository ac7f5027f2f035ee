//! `standoff exact`, and the exact method of `standoff run`: scenarios solved without a run.

use super::arguments::{ExactArguments, ModelArguments};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use super::run::{self, Again};
use super::{moment, settings};
use crate::analysis::Findings;
use crate::analysis::exact::answer::{solve, solve_eventually};
use crate::analysis::exact::explore::{Limits, Unexplored};
use crate::analysis::exact::slice::Refusal;
use crate::analysis::exact::{Options, Unsolvable};
use crate::analysis::study::Subject;
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::output::folder;
use crate::output::format::{grouped, printable};
use crate::output::terminal::{self, Layout};
use std::time::Instant;

pub fn exact(arguments: &ExactArguments) -> Result<Exit, Trouble> {
    let mut all = open::open_all(&arguments.paths)?;
    open::show_mistakes(&mut all)?;
    run::distinct_names(&all)?;
    let given = arguments.model();
    for opened in &mut all {
        let model = opened.model.as_mut().expect("a scenario without mistakes has a model");
        settings::set_horizon(model, &given)?;
    }
    let set = settings::settings(&all, &given)?;
    let options = arguments.options();
    if arguments.no_horizon {
        return eventually(&all, &set, &options, &given);
    }
    for opened in &all {
        folder::prepare(&arguments.out.join(&opened.name)).map_err(run::files)?;
    }
    let layout = Layout::default();
    let mut finished: Vec<Findings> = Vec::new();
    for (opened, set) in all.iter().zip(&set) {
        let (started, clock) = (moment::now(), Instant::now());
        let findings = solved(opened, set, &options).map_err(|unsolvable| trouble(unsolvable, opened, &given))?;
        println!("{}", terminal::findings_text(&findings, &layout));
        let manifest = run::manifest(opened, &findings, started, clock.elapsed(), 1, &[]);
        let theme = super::charts::theme(&arguments.charts, &opened.model);
        folder::write_study(
            &arguments.out.join(&opened.name),
            &findings,
            &run::ladders_of(opened, &findings),
            &run::rates_of(opened, &findings),
            &theme,
            manifest,
        )
        .map_err(run::files)?;
        finished.push(findings);
    }
    if finished.len() > 1 {
        let columns: Vec<(&str, &Findings)> = finished.iter().map(|one| (one.origin.scenario.as_str(), one)).collect();
        println!("{}", terminal::comparison(&columns, &layout));
        let theme = super::charts::theme(&arguments.charts, all.iter().flat_map(|opened| &opened.model));
        folder::write_comparison(&arguments.out, &finished, &theme).map_err(run::files)?;
    }
    println!("Tables and charts are in {}", arguments.out.display());
    Ok(Exit::Done)
}

/// Prints what becomes of runs without a horizon, and nothing else.
fn eventually(
    all: &[Opened],
    set: &[settings::Settings],
    options: &Options,
    given: &ModelArguments,
) -> Result<Exit, Trouble> {
    for (opened, set) in all.iter().zip(set) {
        let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
        let eventual =
            solve_eventually(model, set, options).map_err(|unsolvable| trouble(unsolvable, opened, given))?;
        let title = if model.title.is_empty() { &opened.name } else { &model.title };
        println!("{}", printable(title));
        println!("{}", terminal::eventual_text(&eventual, model.calendar.unit.name(), &Layout::default()));
    }
    println!("{}", terminal::CLOSING);
    Ok(Exit::Done)
}

/// The exact findings of one scenario.
pub fn solved(opened: &Opened, set: &[(String, f64)], options: &Options) -> Result<Findings, Unsolvable> {
    let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
    let digest = opened.digest();
    let subject = Subject { name: &opened.name, digest: &digest, model };
    solve(&subject, set, options)
}

/// The exact findings, if the scenario has them whole; otherwise why it has not, in words.
pub fn solved_whole(opened: &Opened, set: &[(String, f64)]) -> Result<Findings, String> {
    // A chain as large as this takes as long as a simulation.
    let options = Options { limits: Limits { states: 200_000, ..Limits::default() }, phases: None };
    let findings = solved(opened, set, &options).map_err(|unsolvable| in_words(&unsolvable, opened))?;
    let omitted = findings.origin.exactness().and_then(|exactness| exactness.omitted.first());
    match omitted {
        Some(omitted) => Err(format!("{}: {}", omitted.what, omitted.why)),
        None => Ok(findings),
    }
}

/// Why there is no exact answer, with the place in the file where there is one.
pub fn in_words(unsolvable: &Unsolvable, opened: &Opened) -> String {
    match unsolvable {
        Unsolvable::Refused(refusal) => {
            let place = place(refusal, opened).map(|span| {
                let (line, column) = opened.sources.line_column(span.file, span.start);
                format!(" ({}:{line}:{column})", opened.sources.file(span.file).name)
            });
            format!("{}: {}{}", refusal.what, refusal.reason.text, place.unwrap_or_default())
        }
        Unsolvable::Unexplored(Unexplored::TooManyStates { found, .. } | Unexplored::TooMuchMemory { found, .. }) => {
            format!("its Markov chain has more than {} states", grouped(*found as u64 - 1))
        }
        Unsolvable::Unexplored(Unexplored::TooManyWays { .. }) => "one event can go in too many ways".into(),
        Unsolvable::Unexplored(Unexplored::Fault(fault)) => format!("{}: {}", fault.part, fault.message),
        Unsolvable::TooStiff(_) => "its rates are too high for its horizon".into(),
        Unsolvable::Unending(unending) => unending.why().into(),
        Unsolvable::Failure(_) => "its settings cannot be bound".into(),
    }
}

/// Where the reason of a refusal stands.
fn place(refusal: &Refusal, opened: &Opened) -> Option<Span> {
    let model = opened.model.as_ref()?;
    let named = |name: &str| refusal.what == format!("outcome `{name}`");
    refusal.reason.span.or_else(|| model.outcomes.iter().find(|o| named(&o.name)).map(|o| o.span))
}

/// No exact answer, as a message that points into the scenario.
pub fn trouble(unsolvable: Unsolvable, opened: &Opened, given: &ModelArguments) -> Trouble {
    let path = opened.path.display();
    let simulate = format!("simulate it: `standoff run {path}`");
    let pointed = |diagnostic: Diagnostic| {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(diagnostic);
        Trouble::new(Exit::Fault, render(&diagnostics, &opened.sources, Style::Plain))
    };
    let plain =
        |code: Mistake, message: String| pointed(Diagnostic::without_place(code, message).help(simulate.clone()));
    match unsolvable {
        Unsolvable::Failure(failure) => {
            run::trouble(failure, &opened.sources, &Again { path: &opened.path, model: given, follow: false })
        }
        Unsolvable::Refused(refusal) => {
            let message = format!("{} has no exact answer: {}", refusal.what, refusal.reason.text);
            let waits = refusal.reason.text.ends_with("not memoryless");
            let mut diagnostic = match place(&refusal, opened) {
                Some(span) => Diagnostic::error(Mistake::NoExactAnswer, span, message).label("here"),
                None => Diagnostic::without_place(Mistake::NoExactAnswer, message),
            };
            diagnostic = diagnostic.help(simulate);
            if waits {
                diagnostic = diagnostic.help(format!(
                    "or approximate waits with memory by phases: `standoff exact --phase-type 5 {path}`"
                ));
            }
            pointed(diagnostic)
        }
        Unsolvable::Unexplored(Unexplored::TooManyStates { found, finished, bytes_per_state }) => plain(
            Mistake::TooManyStates,
            format!(
                "the Markov chain of `{path}` has more than {} states ({} of them are followed; each takes about {bytes_per_state} bytes): allow more with `--max-states N`, if their number is finite",
                found - 1,
                finished
            ),
        ),
        Unsolvable::Unexplored(Unexplored::TooMuchMemory { found, finished, bytes_per_state }) => {
            let gibibytes = |states: usize| (states * bytes_per_state) as f64 / f64::from(1 << 30);
            let all = Limits::default().states;
            plain(
                Mistake::TooManyStates,
                format!(
                    "the Markov chain of `{path}` takes more than {:.1} GiB: {found} states so far, {finished} of them followed, about {bytes_per_state} bytes each; with `--max-states {all}` it may take {:.1} GiB",
                    gibibytes(found),
                    gibibytes(all)
                ),
            )
        }
        Unsolvable::Unexplored(Unexplored::TooManyWays { transition }) => {
            let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
            let transition = &model.transitions[transition.index()];
            let message = format!("`{}` can settle in more than 65536 ways", transition.name);
            pointed(Diagnostic::error(Mistake::TooManyStates, transition.span, message).help(simulate))
        }
        Unsolvable::Unexplored(Unexplored::Fault(fault)) => {
            let message = format!("a state that runs can come to cannot go on: {}: {}", fault.part, fault.message);
            pointed(Diagnostic::error(Mistake::RunFault, fault.span, message))
        }
        Unsolvable::TooStiff(stiff) => plain(
            Mistake::TooStiff,
            format!(
                "the fastest state of `{path}` would be left {:.1e} times up to the horizon: solving it would take too long",
                stiff.jumps
            ),
        ),
        Unsolvable::Unending(unending) => plain(Mistake::NoExactAnswer, format!("{}: `{path}`", unending.why())),
    }
}
