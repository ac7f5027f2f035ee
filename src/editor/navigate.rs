//! From a name to its definition and to every other place that means the same.
//!
//! In: a [`Desk`], a file and an offset in it. Out: [`Spot`]s in any file, for a file that is extended its beginning. Two places mean the same if one reading says
//! so; since files are shared, what one scenario says of a base holds for all that extend it, and so on round.

use super::desk::Desk;
use super::reading::Reading;
use crate::diagnostic::Span;
use crate::model::index::{Kind, Symbol};
use crate::scenario::load::without_detours;
use crate::scenario::tree::place::{At, Step, place};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A range of bytes in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub path: PathBuf,
    pub start: usize,
    pub end: usize,
}

impl Spot {
    fn of(reading: &Reading, span: Span) -> Self {
        Spot { path: reading.path_of(span.file), start: span.start as usize, end: span.end as usize }
    }

    /// The same without the quotes around the name.
    fn unquoted(reading: &Reading, span: Span) -> Self {
        Self::of(reading, reading.unquoted(span))
    }
}

/// A symbol that was found somewhere, and the reading that knows it.
#[derive(Debug)]
pub struct Found {
    pub reading: Rc<Reading>,
    pub symbol: Symbol,
    pub span: Span,
}

/// What the name at an offset is, in the file's own reading if that knows it, or else in one that extends it.
pub fn find(desk: &Desk<'_>, path: &Path, offset: usize) -> Option<Found> {
    let find_in = |reading: &Rc<Reading>| {
        let mention = reading.mention(path, offset)?;
        Some(Found { reading: Rc::clone(reading), symbol: mention.symbol.clone(), span: mention.span })
    };
    let near = desk.readings_with(path);
    if let Some(found) = near.iter().find_map(find_in) {
        return Some(found);
    }
    let around = desk.readings_around(path);
    around.iter().find_map(find_in).or_else(|| {
        // The name of a transition that is dropped is known only to the file that it comes from.
        let echo = near.iter().find_map(|reading| echo_at(reading, path, offset))?;
        around.iter().find_map(|reading| {
            let mention = reading.mention(&echo.path, echo.start)?;
            let span = Span { file: reading.file_of(&echo.path)?, ..mention.span };
            Some(Found { reading: Rc::clone(reading), symbol: mention.symbol.clone(), span })
        })
    })
}

/// The other place of an echo that an offset is in.
fn echo_at(reading: &Reading, path: &Path, offset: usize) -> Option<Spot> {
    let file = reading.file_of(path)?;
    let here = |span: &Span| span.file == file && (span.start as usize..=span.end as usize).contains(&offset);
    let [one, other] = reading.echoes.iter().find(|pair| pair.iter().any(here))?;
    Some(Spot::of(reading, if here(one) { *other } else { *one }))
}

/// Where the name at an offset is defined; several places if several files or states say what it is.
pub fn definitions(desk: &Desk<'_>, path: &Path, offset: usize) -> Vec<Spot> {
    let mut readings = desk.readings_with(path);
    if readings.iter().all(|reading| reading.mention(path, offset).is_none()) {
        readings = desk.readings_around(path);
    }
    for reading in readings {
        let Some(mention) = reading.mention(path, offset) else { continue };
        let here = reading.index.of(&mention.symbol).filter(|mention| mention.defines.is_some());
        let spans: BTreeSet<Span> = here.map(|mention| mention.span).collect();
        if !spans.is_empty() {
            return spans.into_iter().map(|span| Spot::unquoted(&reading, span)).collect();
        }
    }
    extended(desk, path, offset).into_iter().collect()
}

/// The beginning of the file whose path stands after `extends` at an offset, if it can be read.
fn extended(desk: &Desk<'_>, path: &Path, offset: usize) -> Option<Spot> {
    let text = desk.text(path);
    let here = place(&text, offset);
    let At::Text { start, end } = here.at else { return None };
    let is_extends = matches!(here.path.first(), Some(Step::Key(key)) if key == "extends");
    let file = without_detours(&path.parent()?.join(text.get(start..end)?));
    let is_read = is_extends && desk.reading(path).file_of(&file).is_some();
    is_read.then_some(Spot { path: file, start: 0, end: 0 })
}

/// Every place that means the same as the name at an offset.
#[derive(Debug)]
pub struct Occurrences {
    /// With quotes where there are any.
    pub spots: BTreeSet<Spot>,
    /// Those of them at which it is defined.
    pub definitions: BTreeSet<Spot>,
    pub kind: Option<Kind>,
    /// As which symbols it is known, by the readings that know it.
    pub known: Vec<(Rc<Reading>, Symbol)>,
}

/// Where the name at an offset is meant, in all files around.
pub fn occurrences(desk: &Desk<'_>, path: &Path, offset: usize) -> Option<Occurrences> {
    let found = find(desk, path, offset)?;
    let readings = desk.readings_around(path);
    let groups: Vec<Groups> = readings.iter().map(|reading| Groups::of(reading)).collect();
    let mut spots = BTreeSet::from([Spot::of(&found.reading, found.span)]);
    let mut open: Vec<Spot> = spots.iter().cloned().collect();
    let mut known: BTreeSet<(usize, Symbol)> = BTreeSet::new();
    while let Some(spot) = open.pop() {
        let mut reach = |other: &Spot| {
            if spots.insert(other.clone()) {
                open.push(other.clone());
            }
        };
        for (index, group) in groups.iter().enumerate() {
            group.echoes.get(&spot).into_iter().flatten().for_each(&mut reach);
            for symbol in group.symbols.get(&spot).into_iter().flatten() {
                if known.insert((index, (*symbol).clone())) {
                    let reading = &readings[index];
                    reading.index.of(symbol).for_each(|mention| reach(&Spot::of(reading, mention.span)));
                }
            }
        }
    }
    let mut definitions = BTreeSet::new();
    let mut kind = None;
    for (index, symbol) in &known {
        let reading = &readings[*index];
        for mention in reading.index.of(symbol) {
            if mention.defines.is_some() {
                definitions.insert(Spot::of(reading, mention.span));
                kind = kind.or(mention.defines);
            }
        }
    }
    let known = known.into_iter().map(|(index, symbol)| (Rc::clone(&readings[index]), symbol)).collect();
    Some(Occurrences { spots, definitions, kind, known })
}

/// What one reading says of each spot.
struct Groups {
    symbols: BTreeMap<Spot, Vec<Symbol>>,
    echoes: BTreeMap<Spot, Vec<Spot>>,
}

impl Groups {
    fn of(reading: &Reading) -> Self {
        let (mut symbols, mut echoes) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
        for mention in reading.index.mentions() {
            symbols.entry(Spot::of(reading, mention.span)).or_default().push(mention.symbol.clone());
        }
        for [one, other] in &reading.echoes {
            let (one, other) = (Spot::of(reading, *one), Spot::of(reading, *other));
            echoes.entry(one.clone()).or_default().push(other.clone());
            echoes.entry(other).or_default().push(one);
        }
        Groups { symbols, echoes }
    }
}

/// Where else the name at an offset stands, without quotes.
pub fn references(desk: &Desk<'_>, path: &Path, offset: usize, with_definitions: bool) -> Vec<Spot> {
    let Some(found) = occurrences(desk, path, offset) else { return Vec::new() };
    let spots = found.spots.into_iter().filter(|spot| with_definitions || !found.definitions.contains(spot));
    spots.map(|spot| trimmed(desk, spot)).collect()
}

/// A spot without the quotes at its ends.
pub fn trimmed(desk: &Desk<'_>, spot: Spot) -> Spot {
    let text = desk.text(&spot.path);
    let written = text.get(spot.start..spot.end).unwrap_or_default();
    let quoted = written.len() >= 2 && written.starts_with(['"', '\'']);
    let length = usize::from(quoted);
    Spot { start: spot.start + length, end: spot.end - length, ..spot }
}
