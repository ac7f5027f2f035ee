//! Units, percentages and dates wherever a quantity stands; samples from CSV files.

use crate::support::{Memory, ends, model, read, scenario};
use standoff::diagnostic::render::{Style, render};
use standoff::diagnostic::{Diagnostics, Sources};
use standoff::model::{Measure, resolve};
use standoff::scenario::load;
use std::path::{Path, PathBuf};

/// Every place of a quantity, marked with `@…@` around a length of time and `%…%` around a share. The unit is the day.
const PLACES: &str = r#"
title = "Places"
[time]
unit = "day"
start = 2026-01-05
horizon = @20 weeks@
step = @1 week@
[parameters.p]
value = %30%%
range = [%10%%, %90%%]
distribution = { family = "beta", mean = %30%%, sd = %10%% }
[parameters.wait]
value = @3 weeks@
range = [@1 week@, @9 weeks@]
distribution = { family = "empirical", values = [@1 week@, @3 weeks@] }
[levers.l]
value = @2 weeks@
range = [@1 week@, @5 weeks@]
[variables.x]
initial = %20%%
bounds = [%5%%, %95%%]
dynamics = { kind = "mean-reverting", level = %40%%, half_life = @2 weeks@, volatility = %1%% }
[formulas]
f = @2 weeks@
[templates.t]
initial = "a"
[templates.t.with]
share = %25%%
delay = { value = @2 weeks@, range = [@1 week@, @3 weeks@] }
[templates.t.states]
a = { values = { v = %15%% } }
b = { values = { v = @1 week@ }, enter = { add = { x = %2%% } }, exit = { set = { x = %50%% } } }
[[templates.t.transitions]]
name = "waits"
from = "a"
to = "b"
after = { family = "weibull", shape = "1 + share", scale = "delay" }
hazard_ratio = %120%%
acceleration = %110%%
[[templates.t.transitions]]
name = "returns"
from = "b"
branches = [ { to = "a", weight = %70%% }, { to = "b", weight = %30%% } ]
chance = %5%%
per = @2 weeks@
[machines.m]
like = "t"
with = { share = %35%%, delay = @3 weeks@ }
[[machines.m.transitions]]
from = "a"
to = "b"
rate = { value = %1%%, range = [%1%%, %2%%], times = %90%% }
[[machines.m.transitions]]
from = "a"
to = "b"
on = "n.b"
probability = %80%%
set = { x = %60%% }
add = { total = @1 week@ }
[machines.n]
like = "t"
[consequences.total]
rate = %3%%
discount = %4%%
[milestones.first]
when = "m.b"
[policies.long]
set = { l = @4 weeks@ }
[variants.sure]
set = { p = %80%%, wait = @2 weeks@, "m.share" = %45%% }
[outcomes.left]
default = true
[[expect]]
milestone = "first"
by = @4 weeks@
probability = %99%%
tolerance = %1%%
[[expect]]
consequence = "total"
mean = @1 week@
at = @4 weeks@
"#;

/// The file with each marked quantity in quotes as it is, or as the number that it stands for, in as many letters.
fn places(as_numbers: bool) -> String {
    let mut text = String::new();
    for (i, part) in PLACES.split('@').enumerate() {
        if i % 2 == 0 {
            text.push_str(part);
            continue;
        }
        let (number, unit) = part.split_once(' ').unwrap();
        assert!(unit.starts_with("week"));
        let days = (7 * number.parse::<u32>().unwrap()).to_string();
        text.push_str(&if as_numbers {
            format!("\"{days:width$}\"", width = part.len())
        } else {
            format!("\"{part}\"")
        });
    }
    let mut result = String::new();
    for (i, part) in text.split(" %").enumerate() {
        if i == 0 {
            result.push_str(part);
            continue;
        }
        let (number, rest) = part.split_once("%%").unwrap();
        let share = number.parse::<f64>().unwrap() / 100.0;
        let written = format!("{number}%  ");
        let share = format!("{share:<width$}", width = written.len());
        result.push_str(&format!(" \"{}\"{rest}", if as_numbers { &share } else { &written }));
    }
    result.replace("[%10%%", "[\"10%  \"").replace("[%5%%", "[\"5%  \"").replace("[%1%%", "[\"1%  \"")
}

#[test]
fn units_and_percentages_mean_the_same_in_every_place() {
    let (with_units, as_numbers) = (places(false), places(true));
    assert!(with_units.matches('%').count() > 30 && with_units.matches("week").count() > 20, "{with_units}");
    assert_eq!(as_numbers.matches("week").count(), 0, "{as_numbers}");
    let (a, b) = (model(&with_units), model(&as_numbers));
    assert_eq!(a, b);
    assert_eq!(ends(&a, 3, 50), ends(&b, 3, 50));
}

#[test]
fn a_date_is_the_time_from_the_start_to_it() {
    let text = |horizon: &str, by: &str, start: &str| {
        format!(
            "title = \"t\"\n[time]\nunit = \"week\"\n{start}horizon = {horizon}\n[machines.m]\ninitial = \"a\"\n\
             [machines.m.states]\na = {{}}\nb = {{}}\n[[machines.m.transitions]]\nfrom = \"a\"\nto = \"b\"\nrate = 1\n\
             basis = \"judgement\"\n[outcomes.b]\nwhen = \"m.b\"\n[outcomes.left]\ndefault = true\n\
             [[expect]]\noutcome = \"b\"\nby = {by}\nprobability = 0.5\n\
             [[expect]]\nstate = \"m.b\"\nat = {by}\nprobability = 0.5\n"
        )
    };
    let start = "start = 2026-01-05\n";
    for (horizon, by) in [("2027-01-04", "2026-03-16"), ("\"2027-01-04\"", "\"2026-03-16\""), ("52", "\"10 weeks\"")] {
        let model = model(&text(horizon, by, start));
        assert_eq!(model.calendar.horizon, 52.0, "{horizon}");
        assert!(model.expectations.iter().all(|e| e.measure == Measure::Probability { at: 10.0 }), "{by}");
    }
    let quoted = model(&text("52", "10", "start = \"2026-01-05\"\n"));
    assert_eq!(quoted.calendar.start, model(&text("52", "10", start)).calendar.start);
    for (horizon, by, start, code) in [
        ("2027-01-04", "10", "", "no-start"),
        ("52", "2026-03-16", "", "no-start"),
        ("2026-01-05", "0", start, "not-positive"),
        ("52", "2025-12-31", start, "outside-horizon"),
        ("52", "2028-01-01", start, "outside-horizon"),
        ("52", "\"2026-06-31\"", start, "odd-date"),
        ("2027-01-04T10:00:00", "1", start, "wrong-type"),
        ("52", "1", "start = \"last Monday\"\n", "wrong-type"),
    ] {
        let (model, said) = read(text(horizon, by, start).as_bytes());
        assert!(model.is_none() && said.contains(&format!("error[{code}]")), "{horizon} {by}: {said}");
    }
}

/// Reads `dir/main.toml`, whose wait comes from a CSV file beside it.
fn from_csv(csv: &str, keys: &str) -> (Option<standoff::model::Model>, String, Sources) {
    let text = scenario(
        1e6,
        &format!(
            "[machines.m]\ninitial = \"a\"\n[machines.m.states]\na = {{}}\nb = {{}}\n[[machines.m.transitions]]\n\
             from = \"a\"\nto = \"b\"\nbasis = \"judgement\"\nafter = {{ family = \"empirical\", {keys} }}\n\
             [outcomes.b]\nwhen = \"m.b\"\n"
        ),
    );
    let files = [("dir/main.toml", text.as_str()), ("dir/data/waits.csv", csv)];
    let memory = Memory(files.iter().map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec())).collect());
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(Path::new("dir/main.toml"), &memory, &mut sources, &mut diagnostics);
    let model = scenario.and_then(|scenario| resolve::resolve(&scenario, &mut diagnostics));
    let said = render(&diagnostics, &sources, Style::Plain);
    (model, said, sources)
}

#[test]
fn a_column_is_the_list_that_stands_in_it() {
    let (csv, said, sources) = from_csv("case,days\nx,3\ny,1\nz,3\n", "csv = \"data/waits.csv\", column = \"days\"");
    let csv = csv.unwrap_or_else(|| panic!("{said}"));
    let (list, ..) = from_csv("", "values = [3, 1, 3]");
    assert_eq!(ends(&csv, 5, 200), ends(&list.unwrap(), 5, 200));
    let names: Vec<&str> = sources.iter().map(|(_, file)| file.name.as_str()).collect();
    assert_eq!(names, ["dir/main.toml", "dir/data/waits.csv"], "the digest is over both");
    let (negative, said, _) = from_csv("days\n3\n-1\n", "csv = \"data/waits.csv\"");
    assert!(negative.is_none() && said.contains("error[illegal-wait]"), "{said}");
}
