//! `standoff check`: every mistake, and nothing run.

use super::arguments::CheckArguments;
use super::exit::{Exit, Trouble};
use super::{open, study};

pub fn check(arguments: &CheckArguments) -> Result<Exit, Trouble> {
    let (studies, paths) = study::apart(&arguments.paths)?;
    let mut all = open::open_all(&paths)?;
    for path in &studies {
        let opened = study::open(path);
        all.push(opened.file);
        for scenario in opened.scenarios {
            // Several studies, and the folder itself, may name one scenario.
            if !all.iter().any(|other| same_file(&other.path, &scenario.path)) {
                all.push(scenario);
            }
        }
    }
    open::show_mistakes(&all)?;
    for opened in &all {
        match &opened.model {
            Some(model) => println!(
                "{}: {} machines, {} states, {} transitions, {} parameters and levers: no mistakes",
                opened.path.display(),
                model.machines.len(),
                model.states.len(),
                model.transitions.len(),
                model.inputs.len(),
            ),
            None => println!("{}: a study: no mistakes", opened.path.display()),
        }
    }
    Ok(Exit::Done)
}

fn same_file(one: &std::path::Path, other: &std::path::Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}
