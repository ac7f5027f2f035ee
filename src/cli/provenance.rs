//! `standoff provenance`: where a picture comes from, and the command that makes it again.

use super::arguments::ProvenanceArguments;
use super::exit::{Exit, Trouble};
use crate::output::chart::provenance;

/// How wide the names of entries are told.
const NAMES: usize = 14;

pub fn provenance_of(arguments: &ProvenanceArguments) -> Result<Exit, Trouble> {
    for (i, path) in arguments.paths.iter().enumerate() {
        let shown = path.display();
        let bytes = std::fs::read(path)
            .map_err(|error| Trouble::new(Exit::Files, format!("error: `{shown}` cannot be read: {error}")))?;
        let entries =
            provenance(&bytes).map_err(|unknown| Trouble::new(Exit::Files, format!("error: `{shown}`: {unknown}")))?;
        if arguments.paths.len() > 1 {
            println!("{}{shown}", if i == 0 { "" } else { "\n" });
        }
        for (keyword, text) in entries.iter().filter(|(keyword, _)| keyword != "Command") {
            println!("{keyword:NAMES$}  {text}");
        }
        match entries.iter().find(|(keyword, _)| keyword == "Command") {
            Some((_, command)) => println!("\nMade again, from the folder where it was made, by:\n  {command}"),
            None => println!("\nThe command that made it is in the manifest.json of its folder."),
        }
    }
    Ok(Exit::Done)
}
