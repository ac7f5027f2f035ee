//! `standoff watch`.
use super::arguments::WatchArguments;
use super::exit::{Exit, Trouble};
pub fn watch(_: &WatchArguments) -> Result<Exit, Trouble> { Ok(Exit::Done) }
