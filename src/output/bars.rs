//! The outcomes of one scenario as bars for a terminal, with what has changed since the findings before.
//!
//! Findings go in, and those they are compared with, if any; a string comes out. A bar is full up to the lower end of
//! its interval and shaded to the upper end. A change that the intervals do not tell from chance is called noise.

use super::format::{self, grouped, percent, percent_interval, printable};
use super::terminal::{CLOSING, Layout};
use crate::analysis::{Findings, Passage, Proportion};

/// Cells of a bar that is full.
const CELLS: usize = 30;
/// Columns for names; longer ones are cut.
const LONGEST: usize = 32;
/// The eighths of a cell, from one to seven.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// A heading, a bar for each outcome in file order, and the closing line.
pub fn outcome_bars(findings: &Findings, before: Option<&Findings>, layout: &Layout) -> String {
    let origin = &findings.origin;
    let mut text = format!(
        "{}: {} runs, seed {}, horizon {}\n",
        printable(&origin.title),
        grouped(origin.runs),
        origin.seed,
        format::time(findings.axis.horizon, &findings.axis.unit)
    );
    let rows: Vec<[String; 5]> = findings.outcomes.iter().map(|outcome| row(outcome, before)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    for [name, bar, share, interval, change] in &rows {
        let line = format!(
            "  {name:<names$}  {bar:<CELLS$}  {share:>shares$}  {interval:>intervals$}  {change}",
            names = width(0),
            shares = width(2),
            intervals = width(3)
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(CLOSING);
    text.push('\n');
    if layout.plain { format::to_ascii(&text.chars().map(in_ascii).collect::<String>()) } else { text }
}

/// What stands for a sign of the bars where there is only ASCII.
fn in_ascii(c: char) -> char {
    match c {
        '█' | '▉' | '▊' | '▋' | '▌' => '#',
        '▍' | '▎' | '▏' => '|',
        '▒' => ':',
        '−' => '-',
        '…' => '.',
        other => other,
    }
}

fn row(outcome: &Passage, before: Option<&Findings>) -> [String; 5] {
    let share = &outcome.probability;
    let change = before.map_or_else(String::new, |before| {
        let old = before.outcomes.iter().find(|old| old.name == outcome.name);
        old.map_or_else(|| "new".to_owned(), |old| change(&old.probability, share))
    });
    [cut(&printable(&outcome.name)), bar(share), percent(share), percent_interval(share), change]
}

fn cut(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let kept: String = name.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}

/// Full cells to the interval's lower end, shaded ones to its upper end; where both are in one cell, the estimate's
/// eighths of it.
fn bar(share: &Proportion) -> String {
    let cells = CELLS as f64;
    let (low, high) = ((share.low * cells).round() as usize, (share.high * cells).round() as usize);
    if high > low {
        return format!("{}{}", "█".repeat(low), "▒".repeat(high - low));
    }
    let eighths = (share.estimate * cells * 8.0).round() as usize;
    let part = eighths % 8;
    let part = if part == 0 { String::new() } else { EIGHTHS[part - 1].to_string() };
    format!("{}{part}", "█".repeat(eighths / 8))
}

/// By how many percentage points a share has moved. It is noise within the half-widths of the two intervals, taken
/// together as independent errors are.
fn change(old: &Proportion, new: &Proportion) -> String {
    if (old.counts, old.estimate) == (new.counts, new.estimate) {
        return "unchanged".to_owned();
    }
    let moved = new.estimate - old.estimate;
    let (a, b) = ((old.high - old.low) / 2.0, (new.high - new.low) / 2.0);
    let noise = moved * moved <= a * a + b * b;
    let points = 100.0 * moved;
    // One decimal more where the noise is small enough for it to mean something.
    let decimals = if a.max(b) < 0.0005 { 2 } else { 1 };
    let sign = if moved < 0.0 { "−" } else { "+" };
    let size = format!("{:.decimals$}", points.abs());
    if noise { format!("{sign}{size} points (noise)") } else { format!("{sign}{size} points") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Counts;
    use crate::output::fixture;

    fn share(hits: u64, runs: u64, half: f64) -> Proportion {
        let estimate = hits as f64 / runs as f64;
        let counts = Some(Counts { hits, runs });
        Proportion { counts, estimate, low: (estimate - half).max(0.0), high: (estimate + half).min(1.0) }
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(&share(1000, 2000, 0.001)), "█".repeat(15));
        assert_eq!(bar(&share(0, 2000, 0.001)), "");
        assert_eq!(bar(&share(2000, 2000, 0.001)), "█".repeat(30));
        // 0.01 of 30 cells is 2.4 eighths.
        assert_eq!(bar(&share(20, 2000, 0.001)), "▎");
        assert_eq!(bar(&share(1000, 2000, 0.1)), format!("{}{}", "█".repeat(12), "▒".repeat(6)));
    }

    #[test]
    fn changes_are_told_from_noise() {
        assert_eq!(change(&share(100, 1000, 0.01), &share(100, 1000, 0.01)), "unchanged");
        assert_eq!(change(&share(100, 1000, 0.01), &share(110, 1000, 0.01)), "+1.0 points (noise)");
        assert_eq!(change(&share(100, 1000, 0.01), &share(150, 1000, 0.01)), "+5.0 points");
        assert_eq!(change(&share(150, 1000, 0.01), &share(100, 1000, 0.01)), "−5.0 points");
        assert_eq!(change(&share(1500, 100_000, 0.0001), &share(1000, 100_000, 0.0001)), "−0.50 points");
    }

    #[test]
    fn every_outcome_has_its_line() {
        let findings = fixture::findings();
        let text = outcome_bars(&findings, None, &Layout::default());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2 + findings.outcomes.len(), "{text}");
        assert!(lines[0].starts_with("A small crisis: 1\u{202f}000 runs, seed 7, horizon 104 weeks"), "{text}");
        assert!(lines[1].starts_with("  settlement") && lines[1].ends_with("10 to 15 %"), "{text}");
        assert!(text.ends_with(&format!("{CLOSING}\n")));
    }

    #[test]
    fn what_was_there_before_is_compared_by_name() {
        let (before, mut after) = (fixture::findings(), fixture::findings());
        after.outcomes[0].name = "truce".into();
        after.outcomes[1].probability = share(500, 1000, 0.01);
        let text = outcome_bars(&after, Some(&before), &Layout { width: None, plain: true });
        let line = |name: &str| text.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        assert!(line("truce").ends_with("new"), "{text}");
        assert!(line("war").ends_with("+50.0 points"), "{text}");
        assert!(line("stalemate").ends_with("unchanged"), "{text}");
        assert!(text.is_ascii(), "{text}");
    }

    #[test]
    fn names_are_cut_and_cannot_disturb_a_terminal() {
        let mut findings = fixture::findings();
        findings.outcomes[0].name = format!("\u{1b}[31m{}", "x".repeat(100));
        let text = outcome_bars(&findings, None, &Layout::default());
        assert!(!text.contains('\u{1b}') && text.contains("x…") && !text.contains(&"x".repeat(40)), "{text}");
    }
}
