//! The keys of study files, which ask something of scenarios. Declarations only.

use super::{ABOUT, DESIGNS, Kind, METHODS, Rule, SCALES, Table, key, table};

/// A study file: what is asked of scenarios. A file is one if it has the key `scenarios`.
pub static STUDY: Table = table(
    "a study",
    &[
        key("scenarios", Kind::Names, "the scenario files, relative to this one; a file with this key is a study")
            .needed()
            .filled()
            .example(r#"["continued-support.toml", "limited-deployment.toml"]"#),
        key("title", Kind::Text, "the study's name, for people").example(r#""How far cohesion carries""#),
        ABOUT,
        key("seed", Kind::Integer, "any whole number; the same seed gives the same results on any machine")
            .default("1")
            .within(0, i64::MAX)
            .example("20260105"),
        key("runs", Kind::Integer, "how many runs of each scenario, in place of a precision")
            .within(1, 100_000_000_000)
            .example("100000"),
        key(
            "precision",
            Kind::Text,
            "how far off the probability of each outcome and milestone may be at most: in percentage points, or in per \
             cent of itself; runs go on until it is reached",
        )
        .default(r#""1 point""#)
        .example(r#""0.5 points""#),
        key("max_runs", Kind::Integer, "the most runs of each scenario that the precision may take")
            .default("10000000")
            .within(1, 100_000_000_000)
            .example("1000000"),
        key(
            "max_time",
            Kind::Text,
            "the most time for each scenario that the precision may take; how many runs fit into it depends on the machine",
        )
        .example(r#""5 min""#),
        key("confidence", Kind::Number, "how sure intervals are to hold, in per cent")
            .default("95")
            .within(50, 100)
            .example("95"),
        key(
            "method",
            Kind::Word(METHODS),
            "whether runs are made, or Markov chains are solved without any; `auto` solves where all that is shown can be solved",
        )
        .default(r#""simulate""#),
        key("horizon", Kind::Number, "how long runs last, in place of the scenarios' own horizon")
            .example(r#""26 weeks""#),
        key("threads", Kind::Integer, "how many threads; all cores if not given; does not change results")
            .within(1, 4096)
            .example("4"),
        key("set", Kind::Named(&Kind::Number), "parameters and levers that are set away from their central values")
            .example("{ deployment_size = 500 }"),
        key(
            "vary",
            Kind::Named(&Kind::Sweep(&VARY)),
            "parameters, levers, initial values and the horizon that take several values",
        )
        .example("{ russian_resolve = [0.3, 0.6, 0.9] }"),
        key("design", Kind::Word(DESIGNS), "how the values of several inputs are put together").default(r#""grid""#),
        key("points", Kind::Integer, "how many points a sampled design draws").within(1, 10_000_000).example("500"),
        key("policies", Kind::Names, "policies that each scenario is swept under, `as-written` for none")
            .filled()
            .example(r#"["as-written", "cautious"]"#),
        key("variants", Kind::Names, "variants that each scenario is swept under, `as-written` for none")
            .filled()
            .example(r#"["as-written", "us-disengaged"]"#),
        key(
            "show",
            Kind::Names,
            "outcomes, milestones and consequences that the charts of a sweep show, and that its precision is for; all if not given",
        )
        .filled()
        .example(r#"["direct-war"]"#),
        key(
            "threshold",
            Kind::Text,
            "where the points of a sweep are told apart: runs go to the points that are near, and maps draw the line",
        )
        .example(r#""direct-war > 20 %""#),
        key("refine", Kind::Integer, "how many times the cells of a grid of one or two inputs that the threshold crosses are split in two each way")
            .default("0")
            .within(0, 8)
            .example("2"),
    ],
)
.rules(&[
    Rule::AtMostOne(&["runs", "precision"]),
    Rule::AtMostOne(&["runs", "max_runs"]),
    Rule::AtMostOne(&["runs", "max_time"]),
    Rule::Needs("design", &["vary"]),
    Rule::Needs("points", &["design"]),
    Rule::Needs("refine", &["threshold"]),
]);

/// `NAME = { from = …, to = …, steps = … }` in `[vary]`.
pub static VARY: Table = table(
    "a varied input",
    &[
        key("from", Kind::Number, "the lowest value").needed().example("0.1"),
        key("to", Kind::Number, "the highest value").needed().example("0.9"),
        key("steps", Kind::Integer, "how many values, both ends among them; a sampled design needs none")
            .within(2, 100_000)
            .example("17"),
        key("scale", Kind::Word(SCALES), "whether the values have equal distances or equal ratios")
            .default(r#""linear""#),
    ],
);
