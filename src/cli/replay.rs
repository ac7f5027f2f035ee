//! `standoff replay`: one run, told event by event.

use super::arguments::ReplayArguments;
use super::exit::{Exit, Trouble};
use super::{open, run, settings};
use crate::analysis::history::History;
use crate::analysis::study::simulator;
use crate::kernel::batch::RunFault;
use crate::kernel::run::Workspace;
use crate::random::RunAddress;

pub fn replay(arguments: &ReplayArguments) -> Result<Exit, Trouble> {
    let mut all = open::open_all(std::slice::from_ref(&arguments.path))?;
    open::show_mistakes(&mut all)?;
    if all.len() != 1 {
        return Err(Trouble::new(Exit::Usage, "error: `replay` takes one scenario file, not a folder"));
    }
    let set = settings::settings(&all, &arguments.model)?.remove(0);
    let mut opened = all.remove(0);
    let mut model = opened.model.take().expect("a scenario without mistakes has a model");
    settings::set_horizon(&mut model, &arguments.model)?;
    let again = run::Again { path: &opened.path, model: &arguments.model };
    let simulator = simulator(&model, &set).map_err(|failure| run::trouble(failure, &opened.sources, &again))?;
    let mut history = History::new(&model);
    let seed = arguments.model.seed();
    let address = RunAddress::new(seed, arguments.run);
    let ended = simulator.run(address, &mut Workspace::default(), &mut history);
    println!("{}: run {} of seed {seed}, times in {}s", model.title, arguments.run, model.calendar.unit.name());
    for entry in &history.entries {
        println!("{:>10.3}  {}", entry.time, entry.what);
    }
    match ended {
        Ok(()) => Ok(Exit::Done),
        Err(fault) => {
            let fault = RunFault { run: arguments.run, seed, fault };
            Err(run::trouble(crate::analysis::study::Failure::Fault(fault), &opened.sources, &again))
        }
    }
}
