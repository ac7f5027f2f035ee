//! State machines as pictures (PNG, SVG) and as text for other tools (Mermaid, DOT).
//!
//! In: a [`Model`] and where it comes from. Out: bytes or text, the same for the same model. The `graph` says what is
//! shown, `layout` where it lies, the `page` how it looks; `raster` and `vector` paint the same drawing.
//! Opens no file.

mod drawing;
mod graph;
mod key;
mod layout;
mod markup;
mod page;
mod ports;
mod raster;
#[cfg(test)]
mod tests;
mod vector;

use crate::analysis::central::Central;
use crate::model::Model;
use crate::model::id::MachineId;
use crate::output::chart::ChartError;
use crate::output::format::printable;
use crate::program::bind::Unbindable;
use graph::{Graph, graph};
use markup::Part;
use page::{Page, Words, page};

/// States and arrows that a picture may have: layout takes time that grows faster than their number.
const MOST_STATES: usize = 200;
const MOST_ARROWS: usize = 600;

/// Why there is no diagram.
#[derive(Debug)]
pub enum DiagramError {
    /// The central values do not give a legal program.
    Unbindable(Unbindable),
    /// More than can be laid out readably and in reasonable time.
    TooMany {
        machine: String,
        states: usize,
        arrows: usize,
    },
    Drawing(ChartError),
}

impl std::fmt::Display for DiagramError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unbindable(error) => write!(f, "the central values cannot be run: {}", error.message),
            Self::TooMany { machine, states, arrows } => write!(
                f,
                "the machine `{machine}` has {states} states and {arrows} arrows; a picture holds {MOST_STATES} and \
                 {MOST_ARROWS}"
            ),
            Self::Drawing(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DiagramError {}

impl From<Unbindable> for DiagramError {
    fn from(error: Unbindable) -> Self {
        DiagramError::Unbindable(error)
    }
}

impl From<ChartError> for DiagramError {
    fn from(error: ChartError) -> Self {
        DiagramError::Drawing(error)
    }
}

/// Where the model comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// File stem of the scenario.
    pub scenario: String,
    /// SHA-256 of the scenario's texts in hexadecimal.
    pub digest: String,
    pub version: String,
}

/// One machine as a PNG with so many pixels a point.
///
/// # Errors
/// See [`DiagramError`].
pub fn png(model: &Model, machine: MachineId, source: &Source, scale: f64) -> Result<Vec<u8>, DiagramError> {
    Ok(raster::png(&sheet(model, machine, source)?.drawing, scale)?)
}

/// One machine as SVG.
///
/// # Errors
/// See [`DiagramError`].
pub fn svg(model: &Model, machine: MachineId, source: &Source) -> Result<String, DiagramError> {
    Ok(vector::svg(&sheet(model, machine, source)?.drawing))
}

/// Machines for Mermaid.
///
/// # Errors
/// See [`DiagramError`].
pub fn mermaid(model: &Model, machines: &[MachineId]) -> Result<String, DiagramError> {
    text(model, machines, markup::mermaid)
}

/// Machines for Graphviz.
///
/// # Errors
/// See [`DiagramError`].
pub fn dot(model: &Model, machines: &[MachineId]) -> Result<String, DiagramError> {
    text(model, machines, markup::dot)
}

fn text(model: &Model, machines: &[MachineId], write: fn(&str, &[Part<'_>]) -> String) -> Result<String, DiagramError> {
    let central = Central::new(model)?;
    let graphs: Vec<Graph> = machines.iter().map(|machine| graph(model, &central, *machine)).collect();
    let parts: Vec<Part<'_>> = machines
        .iter()
        .zip(&graphs)
        .map(|(machine, graph)| Part { machine: &model.machines[machine.index()].name, graph })
        .collect();
    Ok(write(&printable(&model.title), &parts))
}

fn sheet(model: &Model, machine: MachineId, source: &Source) -> Result<Page, DiagramError> {
    let central = Central::new(model)?;
    let graph = graph(model, &central, machine);
    if graph.nodes.len() > MOST_STATES || graph.edges.len() > MOST_ARROWS {
        return Err(DiagramError::TooMany {
            machine: model.machines[machine.index()].name.clone(),
            states: graph.nodes.len(),
            arrows: graph.edges.len(),
        });
    }
    Ok(page(&graph, &words(model, machine, source)))
}

fn words(model: &Model, machine: MachineId, source: &Source) -> Words {
    let machine = &model.machines[machine.index()];
    let scenario = if model.title.trim().is_empty() { source.scenario.clone() } else { printable(&model.title) };
    let about = printable(&machine.about);
    let name = printable(&machine.name);
    let title = format!("State machine “{name}” of “{scenario}”");
    let condition = if about.is_empty() { format!("{} states", machine.states.len()) } else { about };
    let reading = "An arrow is as wide as its hazard is great at central values, and has the colour of the state it \
                   leaves; times are mean waits while nothing else changes. A run ends where the border is double."
        .to_owned();
    let digest: String = source.digest.chars().take(12).collect();
    let entries = vec![
        ("Title".to_owned(), title.clone()),
        ("Description".to_owned(), format!("{condition}. {reading}")),
        ("Software".to_owned(), format!("standoff {}", source.version)),
        ("Scenario".to_owned(), format!("{} ({scenario})", source.scenario)),
        ("Digest".to_owned(), format!("sha256:{}", source.digest)),
    ];
    Words {
        title,
        condition,
        reading,
        origin: format!("{} · standoff {} · {digest}", source.scenario, source.version),
        entries,
        unit: model.calendar.unit.name(),
    }
}
