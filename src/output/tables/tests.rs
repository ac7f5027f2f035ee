//! Tables read back as they were meant.

use super::*;
use crate::output::fixture;
use std::collections::BTreeMap;

type Row = BTreeMap<String, String>;

fn parse(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[track_caller]
fn check(row: &Row, expected: &[(&str, &str)]) {
    for (column, value) in expected {
        assert_eq!(row.get(*column).map(String::as_str), Some(*value), "{column} in {row:?}");
    }
}

#[test]
fn outcomes_say_how_often_and_when() {
    let findings = fixture::findings();
    let rows = parse(&outcomes_csv(&findings));
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["settlement", "war", "stalemate", "first talks"]);
    let low = findings.outcomes[0].probability.low;
    assert_eq!(rows[0]["probability_low"].parse(), Ok(low));
    check(&rows[0], &[("scenario", "small-crisis"), ("kind", "outcome"), ("about", "About settlement, and \"more\"")]);
    check(&rows[0], &[("runs", "1000"), ("hits", "123"), ("probability", "0.123"), ("time_unit", "week")]);
    check(&rows[0], &[("mean_time_if_reached", "21.25"), ("time_p05", "20.5"), ("time_p50", "not reached")]);
    check(&rows[1], &[("hits", "0"), ("probability", "0"), ("probability_low", "0"), ("at_horizon", "false")]);
    check(&rows[1], &[("mean_time_if_reached", ""), ("time_p05", "not reached"), ("time_if_reached_p50", "")]);
    check(&rows[2], &[("at_horizon", "true"), ("time_p50", "104"), ("time_if_reached_p50", "104")]);
    check(&rows[3], &[("kind", "milestone"), ("probability", "1"), ("probability_high", "1"), ("time_p50", "12.5")]);
}

#[test]
fn the_timeline_has_one_row_a_number() {
    let rows = parse(&timeline_csv(&fixture::findings()));
    let find = |name: &str, state: &str, time: &str, statistic: &str| {
        let wanted = [("name", name), ("state", state), ("time", time), ("statistic", statistic)];
        let mut found = rows.iter().filter(|row| wanted.iter().all(|(column, value)| row[*column] == *value));
        let first = found.next().map(|row| (row["kind"].clone(), row["value"].clone()));
        assert!(found.next().is_none(), "{wanted:?} twice");
        first
    };
    let row = |kind: &str, value: &str| Some((kind.to_owned(), value.to_owned()));
    assert_eq!(find("settlement", "", "52", "share"), row("outcome", "0.08"));
    assert_eq!(find("first talks", "", "104", "high"), row("milestone", "1"));
    assert_eq!(find("north", "alert", "104", "share"), row("machine", "0.75"));
    assert_eq!(find("displaced", "", "52", "mean"), row("consequence", "0.3"));
    assert_eq!(find("displaced", "", "52", "p95"), row("consequence", "1e-7"));
    assert_eq!(find("pressure", "", "52", "runs"), row("variable", "400"));
    assert_eq!(find("pressure", "", "104", "runs"), row("variable", "0"));
    assert_eq!((find("pressure", "", "104", "mean"), find("pressure", "", "104", "p50")), (None, None));
    // Shares: 4 passages and 2 states; fans: 7 numbers at two points and one at the last.
    assert_eq!(rows.len(), (4 + 2) * 3 * 3 + 2 * (7 + 7 + 1));
}

#[test]
fn consequences_have_their_distribution() {
    let rows = parse(&consequences_csv(&fixture::findings()));
    let measures: Vec<&str> = rows.iter().map(|row| row["measure"].as_str()).collect();
    assert_eq!(measures, ["total", "time_average", "peak", "trough"]);
    check(&rows[0], &[("kind", "consequence"), ("name", "displaced"), ("unit", "people"), ("runs", "1000")]);
    check(&rows[0], &[("mean", "12000"), ("standard_error", "10"), ("standard_deviation", "316"), ("minimum", "0")]);
    check(&rows[0], &[("p05", "1200"), ("p50", "10800"), ("p95", "30000"), ("maximum", "48000")]);
    check(&rows[2], &[("kind", "variable"), ("name", "pressure"), ("mean", "0.8")]);
}

#[test]
fn exceedance_counts_runs_above_thresholds() {
    let rows = parse(&exceedance_csv(&fixture::findings()));
    assert_eq!(rows.len(), 4 * 3);
    check(&rows[1], &[("threshold", "12000"), ("runs", "1000"), ("runs_above", "400"), ("probability", "0.4")]);
    check(&rows[2], &[("runs_above", "0"), ("probability", "0"), ("probability_low", "0")]);
}

#[test]
fn nothing_recorded_leaves_a_header() {
    let mut findings = fixture::findings();
    findings.consequences.clear();
    findings.variables.clear();
    findings.milestones.clear();
    findings.outcomes.clear();
    findings.machines.clear();
    for bytes in
        [outcomes_csv(&findings), timeline_csv(&findings), consequences_csv(&findings), exceedance_csv(&findings)]
    {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("scenario,") && text.ends_with('\n') && text.lines().count() == 1, "{text}");
    }
}

#[test]
fn numbers_read_back() {
    for x in [0.1, -1.0 / 3.0, 1e300, 5e-324, 123456789.125, 1e16, 9.999e-6, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(number(x).parse(), Ok(x));
        assert!(number(x).len() <= 24, "{}", number(x));
    }
    assert_eq!((number(-0.0), number(f64::NAN), optional(None)), ("0".to_owned(), String::new(), String::new()));
}

#[test]
fn the_same_findings_give_the_same_bytes() {
    let findings = fixture::findings();
    for table in [outcomes_csv, timeline_csv, consequences_csv, exceedance_csv] {
        assert_eq!(table(&findings), table(&findings.clone()));
    }
}
