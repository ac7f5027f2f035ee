//! `standoff new`.
use super::arguments::NewArguments;
use super::exit::{Exit, Trouble};
pub fn new(_: &NewArguments) -> Result<Exit, Trouble> { Ok(Exit::Done) }
