//! Findings as text for a terminal.
//!
//! Findings go in, strings come out; the command line prints them. Shares have two significant figures; what never
//! happened is shown as the bound that the runs allow, not as 0 %. Names and titles lose their control characters.

mod doubt;
mod exact;
mod journey;
mod rare;

pub use exact::eventual_text;
pub use rare::roughly;

use comfy_table::{CellAlignment, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};

use crate::analysis::{Findings, Passage, Proportion, Summary};
use crate::output::certainty;
use crate::output::format::{self, NOTHING, grouped, number, percent, percent_interval, printable, range};

/// The line that closes everything shown to people.
pub const CLOSING: &str = "Conditional on the stated assumptions; not a forecast.";

/// The heading of a column of words.
const IN_WORDS: &str = "In words";

/// How to lay text out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Columns of the terminal; wider tables are wrapped inside their cells. `None`: as wide as it gets.
    pub width: Option<u16>,
    /// Only ASCII around the scenario's own words, for old terminals, logs and mail.
    pub plain: bool,
}

/// Everything about one scenario: heading, outcomes, where runs went if they follow on, milestones, consequences and
/// variables where there are any, and the closing line.
pub fn findings_text(findings: &Findings, layout: &Layout) -> String {
    let mut sections = vec![
        heading(findings, layout),
        outcome_table(findings, layout),
        journey::scenario_table(findings, layout),
        journey::end_table(findings, layout),
        journey::hand_off_table(findings, layout),
        milestone_table(findings, layout),
        rare::rare_table(findings, layout),
        doubt::doubt_table(findings, layout),
        consequence_table(findings, layout),
        variable_table(findings, layout),
        journey::remark(findings),
    ];
    if let Some(exactness) = findings.origin.exactness() {
        sections.insert(1, exact::approximations(exactness, layout));
        sections.extend(findings.eventual.iter().map(|eventual| eventual_text(eventual, &findings.axis.unit, layout)));
        sections.push(exact::omissions(findings, exactness, layout));
    }
    sections.push(CLOSING.to_owned());
    joined(&sections)
}

/// Title, runs, seed, horizon and settings; a study that was cut short says so first.
pub fn heading(findings: &Findings, layout: &Layout) -> String {
    let (origin, axis) = (&findings.origin, &findings.axis);
    let mut text = format!("{}\n", printable(&origin.title));
    if origin.is_partial() {
        text += &format!(
            "PARTIAL: interrupted after {} of {} runs\n",
            grouped(origin.runs),
            grouped(origin.runs_requested)
        );
    }
    let how = match origin.exactness() {
        Some(exactness) => exact::how(exactness),
        None => format!("{} runs, seed {}", grouped(origin.runs), origin.seed),
    };
    let horizon = format::time(axis.horizon, &axis.unit);
    text += &format!("{}: {how}, horizon {horizon}\n", printable(&origin.scenario));
    if findings.journey.is_some() {
        text += "Runs begin here and follow on where outcomes hand them on\n";
    }
    for line in certainty::lines(findings) {
        text += &format!("{line}\n");
    }
    if !origin.settings.is_empty() {
        let settings: Vec<String> =
            origin.settings.iter().map(|(name, value)| format!("{} = {value}", printable(name))).collect();
        text += &format!("with {}\n", settings.join(", "));
    }
    finished(text, layout)
}

/// Outcomes with probability, interval, and median times over all runs and over those that reached it.
pub fn outcome_table(findings: &Findings, layout: &Layout) -> String {
    passage_table("Outcome", &findings.outcomes, findings, layout)
}

/// Milestones in the same form; empty when the scenario has none.
pub fn milestone_table(findings: &Findings, layout: &Layout) -> String {
    passage_table("Milestone", &findings.milestones, findings, layout)
}

fn passage_table(what: &str, passages: &[Passage], findings: &Findings, layout: &Layout) -> String {
    let median = format!("Median time, {}s", findings.axis.unit);
    let rows = passages.iter().map(|passage| {
        let (median, if_reached) = if passage.at_horizon {
            ("at the horizon".to_owned(), String::new())
        } else {
            (median_over_all(passage), median_of(&passage.quantiles_if_reached))
        };
        let share = &passage.probability;
        let probability = format!("{}{}", percent(share), if share.is_by_splitting() { rare::MARK } else { "" });
        let mut row = vec![printable(&passage.name), probability, percent_interval(share), median, if_reached];
        row.extend(findings.words.map(|yardstick| yardstick.wording(share)));
        row
    });
    let header = [what, "Probability", &interval_name(findings), &median, "If reached"].map(str::to_owned);
    let (mut header, mut rows): (Vec<String>, Vec<Vec<String>>) = (header.into(), rows.collect());
    header.extend(findings.words.map(|yardstick| format!("{IN_WORDS} ({})", yardstick.name())));
    if findings.origin.exactness().is_some() {
        // An exact probability has no interval.
        header.remove(2);
        rows.iter_mut().for_each(|row| drop(row.remove(2)));
    }
    grid(header, rows, layout)
}

/// Totals of the consequences: mean with its interval, and the runs' median and middle 90 %; empty when there are none.
pub fn consequence_table(findings: &Findings, layout: &Layout) -> String {
    if findings.origin.exactness().is_some() {
        return exact::consequences(findings, layout);
    }
    let totals = findings.consequences.iter().map(|one| (one.name.as_str(), &one.total, one.unit.as_str()));
    summary_table("Consequence, total", totals, findings, layout)
}

/// Peaks of the variables, in the same form; of an exact answer their means at the horizon.
pub fn variable_table(findings: &Findings, layout: &Layout) -> String {
    if findings.origin.exactness().is_some() {
        return exact::variables(findings, layout);
    }
    let peaks = findings.variables.iter();
    let peaks = peaks.filter_map(|one| Some((one.name.as_str(), one.peak.as_ref()?, one.unit.as_str())));
    summary_table("Variable, peak", peaks, findings, layout)
}

fn summary_table<'f>(
    what: &str,
    summaries: impl Iterator<Item = (&'f str, &'f Summary, &'f str)>,
    findings: &Findings,
    layout: &Layout,
) -> String {
    let rows = summaries.map(|(name, summary, unit)| {
        let (mean, quantiles) = (&summary.mean, &summary.quantiles);
        let middle = match (quantile(quantiles, 0.05), quantile(quantiles, 0.95)) {
            (Some(low), Some(high)) => range(low, high),
            _ => NOTHING.to_owned(),
        };
        vec![
            printable(name),
            number(mean.estimate),
            range(mean.low, mean.high),
            median_of(quantiles),
            middle,
            printable(unit),
        ]
    });
    let header = [what, "Mean", &interval_name(findings), "Median", "9 of 10 runs", "Unit"].map(str::to_owned);
    grid(header.into(), rows.collect(), layout)
}

/// Several scenarios side by side: outcomes, milestones and mean consequences down, one column for each pair of a label
/// and its findings. What a scenario does not have is a dash; a study that was cut short is marked.
pub fn comparison(columns: &[(&str, &Findings)], layout: &Layout) -> String {
    let labels = columns.iter().map(|(label, findings)| {
        let approximated = findings.origin.exactness().is_some_and(|exactness| !exactness.approximations.is_empty());
        let mark = match (findings.origin.is_partial(), approximated) {
            (true, _) => " (PARTIAL)",
            (_, true) => " (APPROXIMATION)",
            _ => "",
        };
        format!("{}{mark}", printable(label))
    });
    let table = |what: &str, rows: Vec<(String, Vec<Option<String>>)>| {
        let header = std::iter::once(what.to_owned()).chain(labels.clone()).collect();
        let filled = |cell: Option<String>| cell.unwrap_or_else(|| NOTHING.to_owned());
        let rows = rows
            .into_iter()
            .map(|(name, cells)| std::iter::once(printable(&name)).chain(cells.into_iter().map(filled)).collect());
        grid(header, rows.collect(), layout)
    };
    let share = |passage: &Passage| (passage.name.clone(), share_cell(&passage.probability));
    let sections = [
        table("Outcome", union(columns, |findings| findings.outcomes.iter().map(share).collect())),
        table("Milestone", union(columns, |findings| findings.milestones.iter().map(share).collect())),
        table(
            "Mean consequence",
            union(columns, |findings| {
                let cell = |unit: &str, total: &Summary| format!("{} {}", number(total.mean.estimate), printable(unit));
                let each = findings.consequences.iter();
                each.map(|one| (one.name.clone(), cell(&one.unit, &one.total).trim_end().to_owned())).collect()
            }),
        ),
        CLOSING.to_owned(),
    ];
    joined(&sections)
}

/// Rows by name in order of first appearance, one cell a column.
fn union(
    columns: &[(&str, &Findings)],
    cells: impl Fn(&Findings) -> Vec<(String, String)>,
) -> Vec<(String, Vec<Option<String>>)> {
    let mut rows: Vec<(String, Vec<Option<String>>)> = Vec::new();
    for (column, (_, findings)) in columns.iter().enumerate() {
        for (name, cell) in cells(findings) {
            let index = rows.iter().position(|row| row.0 == name).unwrap_or_else(|| {
                rows.push((name, vec![None; columns.len()]));
                rows.len() - 1
            });
            rows[index].1[column] = Some(cell);
        }
    }
    rows
}

fn share_cell(share: &Proportion) -> String {
    let interval = if share.is_exact() { "exact".to_owned() } else { percent_interval(share) };
    let how = if share.is_by_splitting() { ", by splitting" } else { "" };
    format!("{} ({interval}{how})", percent(share))
}

fn interval_name(findings: &Findings) -> String {
    format!("{} % interval", number(100.0 * findings.confidence))
}

fn quantile(quantiles: &[(f64, f64)], probability: f64) -> Option<f64> {
    quantiles.iter().find(|pair| (pair.0 - probability).abs() < 1e-9).map(|pair| pair.1)
}

fn median_of(quantiles: &[(f64, f64)]) -> String {
    quantile(quantiles, 0.5).map_or_else(|| NOTHING.to_owned(), number)
}

fn median_over_all(passage: &Passage) -> String {
    match passage.quantiles.iter().find(|quantile| (quantile.probability - 0.5).abs() < 1e-9) {
        Some(quantile) => quantile.time.map_or_else(|| "not reached".to_owned(), number),
        None => NOTHING.to_owned(),
    }
}

/// A table with names to the left and everything else to the right; empty without rows.
pub(in crate::output) fn grid(header: Vec<String>, rows: Vec<Vec<String>>, layout: &Layout) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let line = if layout.plain { '-' } else { '─' };
    let style = TableStyle::new()
        .header_lines(ContentLineStyle::none().junction(' '))
        .header_separator(LineStyle::none().fill(line).junction(line))
        .content_lines(ContentLineStyle::none().junction(' '));
    // Words stand to the left, like names.
    let right: Vec<bool> = header.iter().enumerate().map(|(i, head)| i > 0 && !head.starts_with(IN_WORDS)).collect();
    let mut table = Table::new();
    table.load_style(style).set_header(header).add_rows(rows);
    if let Some(width) = layout.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    for (column, _) in table.column_iter_mut().zip(right).filter(|(_, right)| *right) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let text: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    finished(format!("{}\n", text.join("\n")), layout)
}

pub(super) fn finished(text: String, layout: &Layout) -> String {
    if layout.plain { format::to_ascii(&text) } else { text }
}

/// Sections with an empty line between, and a line end; empty ones are left out.
pub(super) fn joined(sections: &[String]) -> String {
    let filled: Vec<&str> = sections.iter().map(|section| section.trim_end()).filter(|text| !text.is_empty()).collect();
    format!("{}\n", filled.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fixture;

    const PLAIN: Layout = Layout { width: None, plain: true };

    /// The cells of the line that starts with a name, told apart by two spaces or more.
    #[track_caller]
    fn cells(text: &str, name: &str) -> Vec<String> {
        let line = text.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{text}"));
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn one_scenario_from_heading_to_closing_line() {
        let text = findings_text(&fixture::findings(), &PLAIN);
        assert!(text.starts_with("A small crisis\nsmall-crisis: 1 000 runs, seed 7, horizon 104 weeks\n\n"), "{text}");
        assert_eq!(cells(&text, "settlement"), ["settlement", "12 %", "10 to 15 %", "not reached", "20.5"]);
        assert_eq!(cells(&text, "war"), ["war", "< 0.4 %", "0 to 0.4 %", "not reached", "-"]);
        assert_eq!(cells(&text, "stalemate"), ["stalemate", "88 %", "85 to 90 %", "at the horizon"]);
        assert_eq!(cells(&text, "first talks"), ["first talks", "> 99.6 %", "99.6 to 100 %", "12.5", "12.5"]);
        assert_eq!(
            cells(&text, "displaced"),
            ["displaced", "12 000", "11 980 to 12 020", "10 800", "1 200 to 30 000", "people"]
        );
        assert!(text.ends_with("\n\nConditional on the stated assumptions; not a forecast.\n"), "{text}");
        assert!(text.is_ascii() && !text.contains("PARTIAL") && !text.contains("with "), "{text}");
        assert!(!findings_text(&fixture::findings(), &Layout::default()).is_ascii());
    }

    #[test]
    fn a_partial_study_and_settings_are_marked() {
        let mut findings = fixture::findings();
        findings.origin.runs_requested = 100_000;
        findings.origin.settings = vec![("russia.resolve".into(), 0.25)];
        let text = heading(&findings, &PLAIN);
        assert!(text.contains("\nPARTIAL: interrupted after 1 000 of 100 000 runs\n"), "{text}");
        assert!(text.contains("\nwith russia.resolve = 0.25\n"), "{text}");
        assert!(comparison(&[("a", &findings)], &PLAIN).contains("a (PARTIAL)"));
    }

    #[test]
    fn tables_keep_to_the_width() {
        let text = findings_text(&fixture::findings(), &Layout { width: Some(60), plain: false });
        assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    }

    #[test]
    fn what_is_not_there_takes_no_room() {
        let mut findings = fixture::findings();
        findings.milestones.clear();
        findings.consequences.clear();
        findings.variables.clear();
        let text = findings_text(&findings, &PLAIN);
        assert!(!text.contains("Milestone") && !text.contains("Consequence") && !text.contains("\n\n\n"), "{text}");
    }

    #[test]
    fn names_cannot_disturb_a_terminal() {
        let mut findings = fixture::findings();
        findings.origin.title = "red\u{1b}[31m".into();
        findings.outcomes[0].name = "red\u{1b}[31m".into();
        assert!(!findings_text(&findings, &PLAIN).contains('\u{1b}'));
    }

    #[test]
    fn scenarios_side_by_side() {
        let (left, mut right) = (fixture::findings(), fixture::findings());
        right.outcomes[0].name = "truce".into();
        right.consequences.clear();
        let text = comparison(&[("as is", &left), ("with truce", &right)], &PLAIN);
        assert_eq!(cells(&text, "Outcome"), ["Outcome", "as is", "with truce"]);
        assert_eq!(cells(&text, "settlement"), ["settlement", "12 % (10 to 15 %)", "-"]);
        assert_eq!(cells(&text, "truce"), ["truce", "-", "12 % (10 to 15 %)"]);
        assert_eq!(cells(&text, "war"), ["war", "< 0.4 % (0 to 0.4 %)", "< 0.4 % (0 to 0.4 %)"]);
        assert_eq!(cells(&text, "displaced"), ["displaced", "12 000 people", "-"]);
        let order: Vec<usize> = ["settlement", "war", "stalemate", "truce"]
            .iter()
            .map(|name| text.find(&format!("\n {name}")).unwrap())
            .collect();
        assert!(order.is_sorted(), "{text}");
        assert!(text.ends_with(&format!("{CLOSING}\n")));
    }
}
