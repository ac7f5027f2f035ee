//! Single simulated histories, told so that numbers become something to read: one where a stated measure is low, one in the
//! middle, one where it is high.
//!
//! In: histories that were chosen, with the command that replays each. Out: blocks. Each is labelled as one simulated history, and
//! only what outcomes and milestones ask about is told; the command tells all of it.

use super::page::{Block, Fold, Item};
use crate::analysis::chosen::{Chosen, Measure};
use crate::analysis::history::History;
use crate::output::explain::document::{Block as Told, Document};
use crate::output::format::{grouped, printable, rough};
use crate::output::history::essentials;

/// One history of a path, told.
#[derive(Clone, Debug, PartialEq)]
pub struct Narrated {
    pub chosen: Chosen,
    pub measure: Measure,
    /// The runs that it was chosen from.
    pub among: u64,
    pub seed: u64,
    /// The command that tells all of it.
    pub command: String,
    told: Document,
    left_out: usize,
}

impl Narrated {
    pub fn new(
        history: &History<'_>,
        (chosen, measure, among): (Chosen, &Measure, u64),
        seed: u64,
        command: String,
    ) -> Narrated {
        let (told, left_out) = essentials(history);
        Narrated { chosen, measure: measure.clone(), among, seed, command, told, left_out }
    }

    /// `Displaced is low (10th percentile)`.
    fn label(&self) -> (&'static str, &'static str) {
        match self.chosen.quantile {
            low if low < 0.4 => ("A history at the low end", "9 of 10 runs have at least as much"),
            high if high > 0.6 => ("A history at the high end", "9 of 10 runs have at most as much"),
            _ => ("A history in the middle", "as many runs have more as have less"),
        }
    }
}

/// The histories of one path, under headings of level 4.
pub fn blocks(stories: &[Narrated], path: &str) -> Vec<Block> {
    let Some(first) = stories.first() else { return Vec::new() };
    let mut blocks = vec![Block::heading(3, format!("{path}-histories"), "Three simulated histories")];
    let name = first.measure.consequence.as_deref().map_or_else(|| "duration".to_owned(), super::spaced);
    blocks.push(Block::paragraph(format!(
        "Single runs, chosen from the first {} by one stated measure, {name} ({}): one tenth, one half and nine tenths up. Whether \
         low or high is good depends on the measure, and a run that ended early had less time to add up. None of them is a forecast or the likeliest course; another measure would \
         choose other runs.",
        grouped(first.among),
        printable(&first.measure.about).trim_end_matches('.'),
    )));
    for (index, story) in stories.iter().enumerate() {
        let (label, meaning) = story.label();
        blocks.push(Block::heading(
            4,
            format!("{path}-history-{}", index + 1),
            format!("{label}: one simulated history, run {}", story.chosen.run),
        ));
        let unit = printable(&story.measure.unit);
        let left_out = match story.left_out {
            0 => String::new(),
            1 => " One moment at which only other things happened is left out.".to_owned(),
            n => format!(" {n} moments at which only other things happened are left out."),
        };
        blocks.push(Block::Note(format!(
            "{}: {} {unit}; {meaning}.{left_out} The whole story: `{}`",
            sentence_case(&name),
            rough(story.chosen.value),
            story.command.replace('`', "'"),
        )));
        let told = items(&story.told);
        let summary = format!("The story in {} steps, with why each thing happened", told.len());
        blocks.push(Block::Fold(Fold { summary, blocks: vec![Block::List(told)], printed: true }));
    }
    blocks
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

/// A told history as one list: each event with its date, its reasons below.
fn items(told: &Document) -> Vec<Item> {
    let (mut items, mut date): (Vec<Item>, Option<&str>) = (Vec::new(), None);
    for block in told.blocks() {
        match block {
            Told::Heading(_, when) => date = Some(when),
            Told::Paragraph(text) | Told::Item(0, text) => {
                let when = date.take().map_or_else(String::new, |when| format!("{when}: "));
                items.push(Item { text: format!("{when}{text}"), below: Vec::new() });
            }
            Told::Item(_, text) => {
                if let Some(item) = items.last_mut() {
                    item.below.push(text.clone());
                }
            }
        }
    }
    items
}
