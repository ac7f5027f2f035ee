//! Two varied inputs: a map with lines of equal value; three: a map for each value of the third.
//!
//! Under several policies, variants or scenarios each has its map beside the others, and where there are two, a third map
//! shows the difference, with the line on which it changes its sign.

use super::super::heading::Heading;
use super::super::labels::broken;
use super::super::layout::Layout;
use super::super::mark::Page;
use super::super::occupancy::paged;
use super::super::sheet::{Frame, page, surroundings};
use super::super::{ChartError, Picture};
use super::cells::{Finer, Map, draw, head_type, label_room, with_lines};
use super::scale::{LEGEND, Scale, legend, legend_width};
use super::{SweepResults, capital, composed, short_value, spaced_path, stem, title};
use crate::analysis::sweep::change::Change;
use crate::analysis::sweep::effort::Side as Lies;
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity};

/// Above a map: the name of the upright input, and a line of the map's title.
const HEAD: f64 = 26.0;
const LINE: f64 = 16.0;
const BELOW: f64 = 46.0;
const GUTTER: f64 = 24.0;
/// Most maps beside one another, and how narrow they may become.
const ACROSS: f64 = 3.0;
const NARROWEST: f64 = 220.0;
/// A map is at most so high, unless a page is to be filled.
const HIGHEST: f64 = 370.0;

/// Maps that share a scale, but for a last one of differences.
struct Sheetful {
    maps: Vec<Map>,
    scale: Scale,
    difference: Option<Scale>,
}

pub(super) fn pictures(sweep: &SweepResults<'_>) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    let cases = sweep.space.cases.len();
    let places = Places::of(sweep);
    let references: Vec<u64> = (0..cases).map(|case| sweep.space.reference(case)).collect();
    for quantity in sweep.shown() {
        let all: Vec<Option<Vec<Estimate>>> = (0..cases).map(|case| sweep.of(case, &quantity)).collect();
        // What no case has an estimate of, such as milestones where points are solved.
        if all.iter().all(Option::is_none) {
            continue;
        }
        if sweep.space.axes.len() == 2 {
            let (sheetful, notes) = of_cases(sweep, &quantity, &all, (&places, &references));
            let told: Vec<Vec<Estimate>> = all.iter().flatten().cloned().collect();
            let reading = |layout: &Layout<'_>| {
                let mut reading = reading(layout, sweep, &quantity, &told);
                notes.iter().for_each(|note| reading.push_str(&format!(" {}", note.in_words(layout, &quantity))));
                reading
            };
            let heading = |layout: &Layout<'_>, title: &str| {
                Heading::of_sweep(layout, sweep, title.to_owned(), "", reading(layout))
            };
            let draw = |layout: &Layout<'_>| pages(layout, sweep, &quantity, &heading, &sheetful);
            pictures.extend(composed(sweep, &stem("map", &quantity, None), draw)?);
            continue;
        }
        for (case, estimates) in all.iter().enumerate() {
            let Some(estimates) = estimates else { continue };
            let sheetful = of_third(sweep, &quantity, estimates, &places);
            let case_title = sweep.space.cases[case].title(sweep.space);
            let told = [estimates.clone()];
            let heading = |layout: &Layout<'_>, title: &str| {
                let reading = reading(layout, sweep, &quantity, &told);
                Heading::of_sweep(layout, sweep, title.to_owned(), &case_title, reading)
            };
            let draw = |layout: &Layout<'_>| pages(layout, sweep, &quantity, &heading, &sheetful);
            pictures.extend(composed(sweep, &stem("map", &quantity, (cases > 1).then_some(case)), draw)?);
        }
    }
    Ok(pictures)
}

/// Where the points of a case's design stand, which is the same for all quantities.
struct Places {
    /// Of each point its cell, row by row, and the index of the third input's value if there is one.
    points: Vec<(usize, usize)>,
    cells: usize,
}

impl Places {
    fn of(sweep: &SweepResults<'_>) -> Places {
        let space = sweep.space;
        let columns = space.axes[0].values.len();
        let point = |number: u64| {
            let values = space.designed_values(number);
            let place =
                |axis: usize| values.get(axis).copied().flatten().map_or(0, |value| index_of(sweep, axis, value));
            (place(1) * columns + place(0), place(2))
        };
        let points = (0..space.points_per_case()).map(point).collect();
        Places { points, cells: columns * space.axes[1].values.len() }
    }

    /// What is told of the points as a grid over the first two inputs, where the third, if there is one, has its value of this
    /// index.
    fn grid<T: Copy>(&self, estimates: &[T], third: usize) -> Vec<T> {
        let mut cells = vec![estimates[0]; self.cells];
        for ((cell, of_third), estimate) in self.points.iter().zip(estimates) {
            if *of_third == third {
                cells[*cell] = *estimate;
            }
        }
        cells
    }
}

/// What is said below the title beyond how to read a map.
enum Note {
    Signs(Vec<Change>),
    Reference,
    Level(f64),
}

impl Note {
    fn in_words(&self, layout: &Layout<'_>, quantity: &Quantity) -> String {
        match self {
            Note::Signs(changes) => signs(layout, changes),
            Note::Reference => layout.t("Framed: reference point. Hatched: not told from it.").to_owned(),
            Note::Level(level) => {
                let level = super::short_estimate(quantity, *level);
                layout.fill("Heavy line: {level}. Hatched: not told from it.", &[("level", &level)])
            }
        }
    }
}

/// `references`: the number of each case's reference point.
fn of_cases(
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    all: &[Option<Vec<Estimate>>],
    (places, references): (&Places, &[u64]),
) -> (Sheetful, Vec<Note>) {
    let cases = all.iter().enumerate().filter_map(|(case, estimates)| Some((case, estimates.as_ref()?)));
    let grids: Vec<(usize, String, Vec<Estimate>)> = cases
        .map(|(case, estimates)| (case, sweep.space.cases[case].title(sweep.space), places.grid(estimates, 0)))
        .collect();
    let level = sweep.level(quantity);
    let mut maps: Vec<Map> = Vec::new();
    for (case, title, cells) in &grids {
        let mut map = Map::of(capital(title), cells.iter().map(|e| e.value).collect());
        if level.is_some() {
            with_threshold(sweep, *case, quantity, places, &mut map);
        }
        maps.push(map);
    }
    let scale = Scale::sequential(quantity, &maps);
    let mut notes = Vec::new();
    let mut difference = None;
    let words = &sweep.theme.words;
    if let [(_, a, _), (_, b, _)] = grids.as_slice()
        && let Some(changes) = sweep.differences_of(quantity)
    {
        let title = capital(&words.fill("{second} less {first}", &[("second", b), ("first", a)]));
        maps.push(Map::of_changes(title, &places.grid(&changes, 0)));
        notes.push(Note::Signs(changes));
    } else if let ([(case, ..)], None, Some(changes)) =
        (grids.as_slice(), level, sweep.changes_of(grids[0].0, quantity))
    {
        let point = sweep.space.point(references[*case]);
        let at = |axis: usize| sweep.space.value(&point, axis).unwrap_or(0.0);
        let title = words.t("Change from the reference point").to_owned();
        let mut map = Map::of_changes(title, &places.grid(&changes, 0));
        map.reference = Some((index_of(sweep, 0, at(0)) as f64, index_of(sweep, 1, at(1)) as f64));
        maps[0].reference = map.reference;
        maps[0].title = match quantity.kind {
            Kind::Consequence => words.t("Mean"),
            _ => words.t("Probability"),
        }
        .to_owned();
        maps.push(map);
        notes.push(Note::Reference);
    }
    if let Some(map) = maps.last().filter(|map| map.is_difference) {
        difference = Some(Scale::diverging(quantity, &map.values, sweep.theme.look));
    }
    notes.extend(level.map(Note::Level));
    (lined(sweep, maps, scale, difference), notes)
}

/// The maps with their lines of equal value, which are worth working out once.
fn lined(sweep: &SweepResults<'_>, maps: Vec<Map>, scale: Scale, difference: Option<Scale>) -> Sheetful {
    let columns = sweep.space.axes[0].values.len();
    let with_lines = |map: Map| {
        let own = if map.is_difference { difference.as_ref().unwrap_or(&scale) } else { &scale };
        with_lines(map, columns, own)
    };
    Sheetful { maps: maps.into_iter().map(with_lines).collect(), scale, difference }
}

/// At how many points a difference has which sign: both signs, also where one is never met.
fn signs(layout: &Layout<'_>, changes: &[Change]) -> String {
    let points = |is: &dyn Fn(&Change) -> bool| match changes.iter().filter(|change| is(change)).count() {
        0 => layout.t("none").to_owned(),
        some => super::count(some as u64),
    };
    layout.fill(
        "Difference: above 0 at {above} of {all} points, below 0 at {below}, sign not told (hatched) at {open}.",
        &[
            ("above", &points(&|change| change.low > 0.0)),
            ("all", &super::count(changes.len() as u64)),
            ("below", &points(&|change| change.high < 0.0)),
            ("open", &points(&|change| !change.is_resolved())),
        ],
    )
}

/// The line of the threshold, the points about it, and which are not told from it.
fn with_threshold(sweep: &SweepResults<'_>, case: usize, quantity: &Quantity, places: &Places, map: &mut Map) {
    let undecided = |number: u64| sweep.sides.get(number as usize) == Some(&Some(Lies::Undecided));
    let first = case as u64 * sweep.space.points_per_case();
    let design: Vec<bool> = (0..sweep.space.points_per_case()).map(|number| undecided(first + number)).collect();
    map.unresolved = places.grid(&design, 0);
    for (number, estimate) in sweep.finer(case, quantity) {
        let extra = &sweep.space.extra()[(number - sweep.space.designed()) as usize];
        let [column, row] = [extra.place[0], extra.place[1]];
        let (share, value, unresolved) = (extra.share, estimate.value, undecided(number));
        map.finer.push(Finer { column, row, share, value, unresolved });
    }
    if let Some(answered) = sweep.answered.iter().find(|answered| answered.case == case) {
        map.lines.clone_from(&answered.lines);
    }
}

/// Which value of an axis is nearest.
fn index_of(sweep: &SweepResults<'_>, axis: usize, value: f64) -> usize {
    let values = &sweep.space.axes[axis].values;
    let above = values.partition_point(|there| *there < value).min(values.len() - 1);
    let below = above.saturating_sub(1);
    if value - values[below] <= values[above] - value { below } else { above }
}

fn of_third(sweep: &SweepResults<'_>, quantity: &Quantity, estimates: &[Estimate], places: &Places) -> Sheetful {
    let third = &sweep.space.axes[2];
    let mut maps = Vec::new();
    for (index, value) in third.values.iter().enumerate() {
        let cells = places.grid(estimates, index);
        maps.push(Map::of(short_value(*value), cells.iter().map(|e| e.value).collect()));
    }
    let scale = Scale::sequential(quantity, &maps);
    lined(sweep, maps, scale, None)
}

fn reading(layout: &Layout<'_>, sweep: &SweepResults<'_>, quantity: &Quantity, all: &[Vec<Estimate>]) -> String {
    let with = [("effort", sweep.effort(layout.words())), ("widest", sweep.widest(layout, quantity, all))];
    layout.fill(
        "A cell is a point, {effort}, with the same luck; lines join equal values. {widest}",
        &with.each_ref().map(|(name, value)| (*name, value.as_str())),
    )
}

fn pages(
    layout: &Layout<'_>,
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    heading: &dyn Fn(&Layout<'_>, &str) -> Heading,
    Sheetful { maps, scale, difference }: &Sheetful,
) -> Result<Vec<Page>, ChartError> {
    let title = title(layout, quantity);
    let left = label_room(sweep);
    let fits = ((layout.room() + GUTTER) / (NARROWEST + GUTTER)).floor().clamp(1.0, ACROSS) as usize;
    // As many rows as need be, each of about as many maps as the others.
    let across = maps.len().div_ceil(maps.len().div_ceil(fits));
    let wide = (layout.room() - GUTTER * (across - 1) as f64) / across as f64 - left;
    let third = sweep.space.axes.get(2).map(|axis| capital(&spaced_path(layout, &axis.name)));
    let titles: Vec<Vec<String>> = maps
        .iter()
        .map(|map| {
            let told = third.as_ref().map_or_else(|| map.title.clone(), |name| format!("{name} {}", map.title));
            broken(&told, &head_type(), wide + left, 3)
        })
        .collect();
    let lines = titles.iter().map(Vec::len).max().unwrap_or(0) as f64;
    let head = HEAD + LINE * lines;
    let high = layout.stretched((0.78 * wide).min(HIGHEST), 60.0);
    let row = head + high + BELOW;
    let beside = difference.is_none() || layout.room() >= 2.0 * legend_width(layout) + GUTTER;
    let legends = LEGEND * if beside { 1.0 } else { 2.0 };
    let budget = layout.budget(surroundings(layout, &heading(layout, &title))) - legends;
    // Two maps and their difference stay together where a page may be as high as need be.
    let least = if layout.theme.size.ratio().is_none() { 3.0 } else { 1.0 };
    let rows = (budget / row).floor().max(least) as usize;
    let total = maps.len().div_ceil(rows * across);
    let mut pages = Vec::new();
    for number in 0..total {
        let some = &maps[number * rows * across..maps.len().min((number + 1) * rows * across)];
        let heading = heading(layout, &paged(layout, &title, number + 1, total));
        let body = row * some.len().div_ceil(across) as f64 + legends;
        pages.push(page(layout, &heading, body, |sheet| {
            for (i, map) in some.iter().enumerate() {
                let from = layout.left() + left + (i % across) as f64 * (wide + left + GUTTER);
                let top = sheet.top + head + (i / across) as f64 * row;
                let frame = Frame { left: from, top, right: from + wide, bottom: top + high };
                let own = if map.is_difference { difference.as_ref().unwrap_or(scale) } else { scale };
                draw(layout, sheet, sweep, frame, (map, &titles[number * rows * across + i]), own)?;
            }
            let mut place = (layout.left() + left.min(14.0), sheet.top + body - legends + 22.0);
            if some.iter().any(|map| !map.is_difference) {
                legend(layout, sheet, scale, quantity, place)?;
                place =
                    if beside { (layout.right() - legend_width(layout), place.1) } else { (place.0, place.1 + LEGEND) };
            }
            if let Some(difference) = difference.as_ref().filter(|_| some.iter().any(|map| map.is_difference)) {
                legend(layout, sheet, difference, quantity, place)?;
            }
            Ok(())
        })?);
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::super::super::layout::compose;
    use super::super::super::theme::Theme;
    use super::*;

    #[test]
    fn both_signs_are_told_also_where_one_is_never_met() {
        let change = |low: f64, high: f64| Change { value: (low + high) / 2.0, low, high };
        let theme = Theme::default();
        compose(&theme, |layout| {
            let told = signs(layout, &[change(0.1, 0.3), change(0.0, 0.2), change(-0.1, 0.1), change(0.2, 0.4)]);
            assert_eq!(told, "Difference: above 0 at 2 of 4 points, below 0 at none, sign not told (hatched) at 2.");
            let told = signs(layout, &[change(-0.3, -0.1); 3]);
            assert_eq!(told, "Difference: above 0 at none of 3 points, below 0 at 3, sign not told (hatched) at none.");
            Ok(Vec::new())
        })
        .unwrap();
    }
}
