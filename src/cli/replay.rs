//! `standoff replay`: one run, told event by event.

use super::arguments::ReplayArguments;
use super::exit::{Exit, Trouble};
use super::{doubt, open, run, settings};
use crate::analysis::doubt::drawing::Drawing;
use crate::analysis::history::History;
use crate::analysis::study::{Failure, simulator};
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
    let trouble = |failure| run::trouble(failure, &opened.sources, &again);
    let seed = arguments.model.seed();
    let fault = |fault| Failure::Fault(RunFault { run: arguments.run, seed, point: arguments.point, fault });
    let mut simulator = simulator(&model, &set).map_err(trouble)?;
    if let Some(point) = arguments.point {
        let drawing = Drawing::new(&model, &set, seed).map_err(trouble)?;
        simulator.rebind(drawing.bind(point).map_err(|unbindable| trouble(fault(unbindable)))?);
        println!("parameters of point {point}: {}", doubt::told(&model, &drawing, point));
    }
    let mut history = History::new(&model);
    let address = RunAddress::new(seed, arguments.run);
    let ended = simulator.run(address, &mut Workspace::default(), &mut history);
    println!("{}: run {} of seed {seed}, times in {}s", model.title, arguments.run, model.calendar.unit.name());
    for entry in &history.entries {
        println!("{:>10.3}  {}", entry.time, entry.what);
    }
    match ended {
        Ok(()) => Ok(Exit::Done),
        Err(why) => Err(trouble(fault(why))),
    }
}
