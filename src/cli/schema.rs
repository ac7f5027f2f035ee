//! `standoff schema`: what editors need to complete, explain and check keys.

use super::arguments::SchemaArguments;
use super::exit::{Exit, Trouble};
use crate::output::schema::Format;
use crate::output::write::write;
use std::io::Write;

pub fn schema(arguments: &SchemaArguments) -> Result<Exit, Trouble> {
    let Some(folder) = &arguments.write else {
        for format in Format::ALL.into_iter().filter(|format| format.name() == arguments.format) {
            // A reader that has seen enough closes the pipe, which is no trouble of ours.
            let _ = std::io::stdout().write_all(format.schema().as_bytes());
        }
        return Ok(Exit::Done);
    };
    for format in Format::ALL {
        write(&folder.join(format.file_name()), format.schema().as_bytes())
            .map_err(|error| Trouble::new(Exit::Files, format!("error: {error}")))?;
    }
    Ok(Exit::Done)
}
