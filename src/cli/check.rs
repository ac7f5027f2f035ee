//! `standoff check`: every mistake, and nothing run.

use super::arguments::CheckArguments;
use super::exit::{Exit, Trouble};
use super::open;

pub fn check(arguments: &CheckArguments) -> Result<Exit, Trouble> {
    let all = open::open_all(&arguments.paths)?;
    open::show_mistakes(&all)?;
    for opened in &all {
        if let Some(model) = &opened.model {
            println!(
                "{}: {} machines, {} states, {} transitions, {} parameters and levers: no mistakes",
                opened.path.display(),
                model.machines.len(),
                model.states.len(),
                model.transitions.len(),
                model.inputs.len(),
            );
        }
    }
    Ok(Exit::Done)
}
