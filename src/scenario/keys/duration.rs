//! `[durations.NAME]`: a time that a machine spends in some of its states.

use super::shape::{Kind, Table, key, table};
use super::{ABOUT, BASIS, CONFIDENCE, SOURCE};

/// `[durations.NAME]`.
pub static DURATION: Table = table(
    "a duration",
    &[
        ABOUT,
        key(
            "in",
            Kind::Names,
            "the states of one machine that it is spent in: it begins when a run first comes to one of them, and ends when the machine \
             goes to any other",
        )
        .needed()
        .example(r#"["path.holding", "path.strained"]"#),
        key("lasted", Kind::Pair, "how long the like lasted elsewhere, of what ended: a range that charts show beside the model")
            .example(r#"["65 days", "193 days"]"#),
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);
