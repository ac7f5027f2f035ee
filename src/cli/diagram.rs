//! `standoff diagram`: state machines as pictures and as text for other tools.

use super::arguments::{DiagramArguments, DiagramFormat};
use super::exit::{Exit, Trouble};
use super::explain::{machine, one, unbindable};
use super::open::Opened;
use crate::model::id::MachineId;
use crate::output::diagram::{self, DiagramError, Source};
use crate::output::write::write;
use std::path::{Path, PathBuf};

pub fn diagram(arguments: &DiagramArguments) -> Result<Exit, Trouble> {
    let opened = one(&arguments.path, "diagram")?;
    let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
    let machines: Vec<MachineId> = match &arguments.machine {
        Some(name) => vec![machine(model, name)?],
        None => (0..model.machines.len()).map(MachineId::new).collect(),
    };
    let format = format(arguments)?;
    let failed = |error| trouble(error, &opened);
    let to_terminal = arguments.out.as_deref() == Some(Path::new("-"));
    if let DiagramFormat::Mermaid | DiagramFormat::Dot = format {
        let text = match format {
            DiagramFormat::Mermaid => diagram::mermaid(model, &machines),
            _ => diagram::dot(model, &machines),
        };
        let text = text.map_err(failed)?;
        match &arguments.out {
            Some(path) if !to_terminal => put(path, text.as_bytes())?,
            _ => print!("{text}"),
        }
        return Ok(Exit::Done);
    }
    let extension = if format == DiagramFormat::Png { "png" } else { "svg" };
    let source = Source {
        scenario: opened.name.clone(),
        digest: opened.digest(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    if to_terminal && format == DiagramFormat::Svg && machines.len() == 1 {
        print!("{}", diagram::svg(model, machines[0], &source).map_err(failed)?);
        return Ok(Exit::Done);
    }
    if to_terminal {
        let message = "error: a picture does not go to the terminal: give a file with `-o`, or one machine as SVG";
        return Err(Trouble::new(Exit::Usage, message));
    }
    for id in &machines {
        let bytes = match format {
            DiagramFormat::Png => diagram::png(model, *id, &source, arguments.scale).map_err(failed)?,
            _ => diagram::svg(model, *id, &source).map_err(failed)?.into_bytes(),
        };
        let name = &model.machines[id.index()].name;
        let path = file(arguments, &opened.name, extension, (machines.len() > 1).then_some(name));
        put(&path, &bytes)?;
        println!("{}", path.display());
    }
    Ok(Exit::Done)
}

/// As what: as was said, or as the file is called.
fn format(arguments: &DiagramArguments) -> Result<DiagramFormat, Trouble> {
    if let Some(format) = arguments.format {
        return Ok(format);
    }
    let extension = arguments.out.as_deref().and_then(Path::extension).map(|extension| extension.to_string_lossy());
    match extension.as_deref() {
        None | Some("png") => Ok(DiagramFormat::Png),
        Some("svg") => Ok(DiagramFormat::Svg),
        Some("mmd" | "mermaid") => Ok(DiagramFormat::Mermaid),
        Some("dot" | "gv") => Ok(DiagramFormat::Dot),
        Some(other) => {
            let message = format!("error: a diagram cannot be written as `.{other}`: use .png, .svg, .mmd or .dot");
            Err(Trouble::new(Exit::Usage, message))
        }
    }
}

/// Where a picture goes; one of several has the machine's name in its own.
fn file(arguments: &DiagramArguments, scenario: &str, extension: &str, machine: Option<&String>) -> PathBuf {
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(format!("{scenario}-diagram.{extension}")));
    let Some(machine) = machine else { return out };
    let stem = out.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let ending = out.extension().map_or_else(|| extension.to_owned(), |ending| ending.to_string_lossy().into_owned());
    out.with_file_name(format!("{stem}-{machine}.{ending}"))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    write(path, bytes).map_err(|error| Trouble::new(Exit::Files, format!("error: {error}")))
}

fn trouble(error: DiagramError, opened: &Opened) -> Trouble {
    match error {
        DiagramError::Unbindable(error) => unbindable(&error, &opened.sources),
        DiagramError::TooMany { .. } => {
            Trouble::new(Exit::Usage, format!("error: {error}: take `--format dot` and a tool for large graphs"))
        }
        DiagramError::Drawing(ref drawing) => {
            Trouble::new(Exit::Usage, format!("error: {drawing}: take a smaller `--scale`"))
        }
    }
}
