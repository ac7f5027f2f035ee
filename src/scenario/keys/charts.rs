//! `[charts]`: how charts of a scenario look.

use super::LANGUAGES;
use super::shape::{Kind, Table, key, table};

/// `[charts]`.
pub static CHARTS: Table = table(
    "the charts table",
    &[
        key("language", Kind::Word(LANGUAGES), "the language of the words on charts; `--language` goes before it")
            .default("\"en\""),
        key(
            "order",
            Kind::Names,
            "outcomes from first to last; those that are not named follow as they stand in the file",
        )
        .example(r#"["settlement", "collapse"]"#),
        key("titles", Kind::Table(&CHART_TITLES), "what a chart is headed with, after the scenario's title"),
        key(
            "colors",
            Kind::Named(&Kind::Text),
            "colours of outcomes, milestones and states: `#rrggbb` or a name. On dark charts named ones stay as they are; of others light \
             and dark change places, so that they are seen on the dark as they are on white",
        )
            .example(r##"{ settlement = "green", "fleet.patrol" = "#0072b2" }"##),
    ],
);

/// `titles` of `[charts]`.
pub static CHART_TITLES: Table = table(
    "the titles of charts",
    &[
        key("outcomes", Kind::Text, "how runs end").example(r#""how the crisis ends""#),
        key("incidence", Kind::Text, "when outcomes and milestones are reached"),
        key("occupancy", Kind::Text, "which states machines are in"),
        key("scenarios", Kind::Text, "which scenario runs are in, where they follow on"),
        key("consequences", Kind::Text, "consequences over time"),
        key("variables", Kind::Text, "variables over time"),
        key("ladder", Kind::Text, "rungs over time"),
        key("exceedance", Kind::Text, "how likely consequences are to exceed each value"),
        key("base_rates", Kind::Text, "the model beside ranges that are known from elsewhere"),
        key("durations", Kind::Text, "how long something lasts, and how it ends"),
    ],
);
