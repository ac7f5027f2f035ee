//! One run in words: as a dated [`story`] with reasons, or as a bare [`trace`], one line an event.
//!
//! In: a [`History`]. Out: a [`Document`](super::explain::Document) or lines. Says how things went in one simulated run,
//! never how they will.

mod story;
mod trace;
mod why;

pub(in crate::output) use story::essentials;
pub use story::{Telling, story};
pub use trace::trace;

use crate::analysis::history::{Entry, History};
use crate::model::Model;

/// The model that an entry is about.
fn model_of<'a>(history: &History<'a>, entry: &Entry) -> &'a Model {
    history.models[entry.leg]
}
