//! Study files: opened with their scenarios, and turned into the flags of the same names.

use super::arguments::{MethodChoice, RunArguments};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use crate::diagnostic::{Diagnostics, Sources};
use crate::model::plan::{Plan, Subject, plan};
use crate::scenario::load::{self, Disk, Files};
use crate::scenario::study::Method;
use std::path::Path;

/// One study, read with its scenarios.
pub struct OpenedStudy {
    /// The study's own file, its text and its mistakes; neither scenario nor model.
    pub file: Opened,
    /// In the order of the study; those that could not be read are missing.
    pub scenarios: Vec<Opened>,
    pub plan: Option<Plan>,
}

/// Whether the file at this path is a study.
pub fn is_study(path: &Path) -> bool {
    path.is_file() && load::is_study(path, &Disk)
}

/// Reads a study, and the scenarios that it names.
pub fn open(path: &Path) -> OpenedStudy {
    open_from(&Disk, path)
}

/// The same, where files come from elsewhere.
pub fn open_from(files: &dyn Files, path: &Path) -> OpenedStudy {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let study = load::read_study(path, files, &mut sources, &mut diagnostics);
    let (mut scenarios, mut planned) = (Vec::new(), None);
    if let Some(study) = &study {
        let folder = path.parent().unwrap_or(Path::new(""));
        let opened: Vec<Opened> = study
            .scenarios
            .iter()
            .map(|name| open::open_from(files, &load::without_detours(&folder.join(&name.value))))
            .collect();
        let subjects: Vec<Subject<'_>> = opened
            .iter()
            .map(|opened| Subject { scenario: opened.scenario.as_ref(), model: opened.model.as_ref() })
            .collect();
        planned = plan(study, &subjects, &mut diagnostics);
        // What cannot be read is told where the study names it.
        scenarios = opened.into_iter().filter(|opened| opened.sources.iter().next().is_some()).collect();
        scenarios.retain(|opened| !opened.is_base());
    }
    diagnostics.sort();
    let name = path.file_stem().map_or_else(|| "study".into(), |stem| stem.to_string_lossy().into_owned());
    let file = Opened { name, path: path.to_owned(), sources, scenario: None, model: None, journey: None, diagnostics };
    OpenedStudy { file, scenarios, plan: planned }
}

/// What `run` is to do when it is given a study: the scenarios, and what the study says in place of flags not given.
/// `None` if there is no study among the paths. Shows the mistakes of the study and of its scenarios.
pub fn for_run(arguments: &RunArguments) -> Result<Option<(Opened, Vec<Opened>, RunArguments)>, Trouble> {
    let Some(path) = arguments.paths.iter().find(|path| is_study(path)) else { return Ok(None) };
    if arguments.paths.len() > 1 {
        let message = format!("error: `{}` is a study and names its scenarios itself: run it alone", path.display());
        return Err(Trouble::new(Exit::Usage, message));
    }
    let OpenedStudy { file, scenarios, plan } = open(path);
    let mut all = vec![file];
    all.extend(scenarios);
    if arguments.journey.follow {
        all.iter_mut().for_each(Opened::follow);
    }
    open::show_mistakes(&mut all)?;
    let file = all.remove(0);
    let plan = plan.expect("a study without mistakes has a plan");
    if plan.is_sweep() {
        let path = path.display();
        let message = format!("error: `{path}` asks for several settings of its scenarios: `standoff sweep {path}`");
        return Err(Trouble::new(Exit::Usage, message));
    }
    let mut arguments = arguments.clone();
    arguments.effort = arguments.effort.or(&plan);
    let model = &mut arguments.model;
    model.seed = model.seed.or(plan.seed);
    model.horizon = model.horizon.take().or(plan.horizon);
    // Of two settings of one input the later counts, which is the flag.
    let written = plan.set.iter().map(|(name, value)| format!("{name}={value}"));
    model.set = written.chain(std::mem::take(&mut model.set)).collect();
    match plan.method {
        Method::Exact => arguments.method = MethodChoice::Exact,
        Method::Auto => arguments.method = MethodChoice::Auto,
        Method::Simulate => {}
    }
    arguments.machine.threads = arguments.machine.threads.or(plan.threads);
    Ok(Some((file, all, arguments)))
}
