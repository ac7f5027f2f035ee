//! Two varied inputs: a map with lines of equal value; three: a map for each value of the third.
//!
//! Under several policies, variants or scenarios each has its map beside the others, and where there are two, a third map
//! shows the difference, with the line on which it changes its sign.

use super::super::heading::Heading;
use super::super::layout::Layout;
use super::super::mark::Page;
use super::super::sheet::{Frame, MARGIN, WIDTH};
use super::super::{ChartError, Picture};
use super::cells::{Finer, LEFT, Map, draw};
use super::scale::{Scale, legend};
use super::{SweepResults, laid_out, picture, short_value, spaced_path, stem, title};
use crate::analysis::sweep::change::Change;
use crate::analysis::sweep::effort::Side as Lies;
use crate::analysis::sweep::estimates::{Estimate, Kind, Quantity};

const HEAD: f64 = 42.0;
const BELOW: f64 = 44.0;
const LEGEND: f64 = 58.0;
const GUTTER: f64 = 26.0;
/// Most maps beside one another.
const ACROSS: usize = 3;
/// The widest and the highest map.
const WIDEST: f64 = 1140.0;
const HIGHEST: f64 = 500.0;

pub(super) fn pictures(sweep: &SweepResults<'_>) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    let cases = sweep.space.cases.len();
    for quantity in sweep.shown() {
        let all: Vec<Option<Vec<Estimate>>> = (0..cases).map(|case| sweep.of(case, &quantity)).collect();
        // What no case has an estimate of, such as milestones where points are solved.
        if all.iter().all(Option::is_none) {
            continue;
        }
        let name = stem("map", &quantity);
        if sweep.space.axes.len() == 2 {
            let png = draw_cases(sweep, &quantity, &all)?;
            pictures.push(picture(sweep, name, png));
            continue;
        }
        for (case, estimates) in all.iter().enumerate() {
            let Some(estimates) = estimates else { continue };
            let png = draw_third(sweep, &quantity, case, estimates)?;
            let name = if cases == 1 { name.clone() } else { format!("{name}-{}", case + 1) };
            pictures.push(picture(sweep, name, png));
        }
    }
    Ok(pictures)
}

/// What is told of the design's points as a grid over the first two inputs, where the third, if there is one, has its value of
/// this index.
fn grid<T: Copy>(sweep: &SweepResults<'_>, estimates: &[T], third: usize) -> Vec<T> {
    let space = sweep.space;
    let columns = space.axes[0].values.len();
    let mut cells = vec![estimates[0]; columns * space.axes[1].values.len()];
    for (number, estimate) in estimates.iter().enumerate() {
        let values = space.designed_values(number as u64);
        let place = |axis: usize| values[axis].map_or(0, |value| index_of(sweep, axis, value));
        if space.axes.len() == 2 || place(2) == third {
            cells[place(1) * columns + place(0)] = *estimate;
        }
    }
    cells
}

fn draw_cases(
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    all: &[Option<Vec<Estimate>>],
) -> Result<Page, ChartError> {
    let cases = all.iter().enumerate().filter_map(|(case, estimates)| Some((case, estimates.as_ref()?)));
    let grids: Vec<(usize, String, Vec<Estimate>)> = cases
        .map(|(case, estimates)| (case, sweep.space.cases[case].title(sweep.space), grid(sweep, estimates, 0)))
        .collect();
    let level = sweep.level(quantity);
    let mut maps: Vec<Map> = Vec::new();
    for (case, title, cells) in &grids {
        let mut map = Map::of(title.clone(), cells.iter().map(|e| e.value).collect());
        if level.is_some() {
            with_threshold(sweep, *case, quantity, &mut map);
        }
        maps.push(map);
    }
    let scale = Scale::sequential(quantity, &maps);
    let mut notes = Vec::new();
    let mut difference = None;
    if let [(_, a, _), (_, b, _)] = grids.as_slice()
        && let Some(changes) = sweep.differences_of(quantity)
    {
        maps.push(Map::of_changes(format!("{b} less {a}"), &grid(sweep, &changes, 0)));
        notes.push(signs(&changes));
    } else if let ([(case, ..)], None, Some(changes)) =
        (grids.as_slice(), level, sweep.changes_of(grids[0].0, quantity))
    {
        let point = sweep.space.point(sweep.space.reference(*case));
        let at = |axis: usize| sweep.space.value(&point, axis).unwrap_or(0.0);
        let mut map = Map::of_changes("Change from the reference point".to_owned(), &grid(sweep, &changes, 0));
        map.reference = Some((index_of(sweep, 0, at(0)) as f64, index_of(sweep, 1, at(1)) as f64));
        maps[0].reference = map.reference;
        maps.push(map);
        notes.push("Framed: reference point. Hatched: not told from it".to_owned());
    }
    if let Some(map) = maps.last().filter(|map| map.is_difference) {
        difference = Some(Scale::diverging(quantity, &map.values));
    }
    if let Some(level) = level {
        let level = match quantity.kind {
            Kind::Consequence => crate::output::format::number(level),
            _ => super::super::number::share(level),
        };
        notes.push(format!("Heavy line: {level}. Hatched: not told from it"));
    }
    let grids: Vec<Vec<Estimate>> = grids.into_iter().map(|(_, _, cells)| cells).collect();
    let mut reading = reading(sweep, quantity, &grids);
    notes.iter().for_each(|note| reading.push_str(&format!(" {note}.")));
    let heading = |layout: &Layout<'_>| Heading::of_sweep(layout, sweep, title(quantity), "", reading.clone());
    sheet_of(sweep, &heading, &maps, &scale, difference.as_ref())
}

/// At how many points a difference has which sign, as a sentence without its stop: both signs, also where one is never met.
fn signs(changes: &[Change]) -> String {
    let points = |is: &dyn Fn(&Change) -> bool| match changes.iter().filter(|change| is(change)).count() {
        0 => "none".to_owned(),
        some => super::count(some as u64),
    };
    let [above, below, open] = [
        points(&|change| change.low > 0.0),
        points(&|change| change.high < 0.0),
        points(&|change| !change.is_resolved()),
    ];
    let all = super::count(changes.len() as u64);
    format!("Difference: above 0 at {above} of {all} points, below 0 at {below}, sign not told (hatched) at {open}")
}

/// The line of the threshold, the points about it, and which are not told from it.
fn with_threshold(sweep: &SweepResults<'_>, case: usize, quantity: &Quantity, map: &mut Map) {
    let undecided = |number: u64| sweep.sides.get(number as usize) == Some(&Some(Lies::Undecided));
    let first = case as u64 * sweep.space.points_per_case();
    let design: Vec<bool> = (0..sweep.space.points_per_case()).map(|number| undecided(first + number)).collect();
    map.unresolved = grid(sweep, &design, 0);
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

fn draw_third(
    sweep: &SweepResults<'_>,
    quantity: &Quantity,
    case: usize,
    estimates: &[Estimate],
) -> Result<Page, ChartError> {
    let third = &sweep.space.axes[2];
    let mut maps = Vec::new();
    for (index, value) in third.values.iter().enumerate() {
        let cells = grid(sweep, estimates, index);
        let title = format!("{} {}", spaced_path(&third.name), short_value(*value));
        maps.push(Map::of(title, cells.iter().map(|e| e.value).collect()));
    }
    let scale = Scale::sequential(quantity, &maps);
    let case_title = sweep.space.cases[case].title(sweep.space);
    let heading = |layout: &Layout<'_>| {
        Heading::of_sweep(layout, sweep, title(quantity), &case_title, reading(sweep, quantity, &[estimates.to_vec()]))
    };
    sheet_of(sweep, &heading, &maps, &scale, None)
}

fn reading(sweep: &SweepResults<'_>, quantity: &Quantity, all: &[Vec<Estimate>]) -> String {
    format!(
        "A cell is a point, {}, with the same luck; lines join equal values. {}",
        sweep.effort(),
        sweep.widest(quantity, all)
    )
}

fn sheet_of(
    sweep: &SweepResults<'_>,
    heading: &dyn Fn(&Layout<'_>) -> Heading,
    maps: &[Map],
    scale: &Scale,
    difference: Option<&Scale>,
) -> Result<Page, ChartError> {
    let across = maps.len().clamp(1, ACROSS);
    let room = WIDTH - 2.0 * MARGIN - GUTTER * (across - 1) as f64;
    let wide = (room / across as f64 - LEFT).min(WIDEST);
    let high = (0.78 * wide).min(HIGHEST);
    let row = HEAD + high + BELOW;
    let body = row * maps.len().div_ceil(across) as f64 + LEGEND;
    laid_out(sweep, heading, body, |_, sheet| {
        for (i, map) in maps.iter().enumerate() {
            let left = MARGIN + LEFT + (i % across) as f64 * (wide + LEFT + GUTTER);
            let top = sheet.top + HEAD + (i / across) as f64 * row;
            let frame = Frame { left, top, right: left + wide, bottom: top + high };
            let own = if map.is_difference { difference.unwrap_or(scale) } else { scale };
            draw(sheet, sweep, frame, map, own)?;
        }
        let y = sheet.top + body - LEGEND + 20.0;
        legend(sheet, scale, MARGIN + LEFT, y)?;
        if let Some(difference) = difference {
            let column = (maps.len() - 1) as f64;
            legend(sheet, difference, MARGIN + column * (wide + LEFT + GUTTER) + LEFT, y)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_signs_are_told_also_where_one_is_never_met() {
        let change = |low: f64, high: f64| Change { value: (low + high) / 2.0, low, high };
        let told = signs(&[change(0.1, 0.3), change(0.0, 0.2), change(-0.1, 0.1), change(0.2, 0.4)]);
        assert_eq!(told, "Difference: above 0 at 2 of 4 points, below 0 at none, sign not told (hatched) at 2");
        let told = signs(&[change(-0.3, -0.1); 3]);
        assert_eq!(told, "Difference: above 0 at none of 3 points, below 0 at 3, sign not told (hatched) at none");
    }
}
