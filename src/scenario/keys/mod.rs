//! Every key of the format, by kind of table: its name, what it takes, and one line of help.
//!
//! The one list that the decoder checks keys against, that merging reads the shape of tables from, and that editors'
//! schemas are made of. Declarations only: nothing here reads a file.

mod charts;
mod duration;
mod shape;
mod study;

pub use charts::{CHART_TITLES, CHARTS};
pub use duration::DURATION;
pub use shape::{Key, Kind, Rule, Sort, Table};
use shape::{key, table};
pub use study::{STUDY, VARY};

/// Units of time.
pub const TIME_UNITS: &[&str] = &["day", "week", "month", "year"];
/// Where a number comes from.
pub const BASES: &[&str] = &["published", "estimate", "judgement"];
/// How far to trust it.
pub const CONFIDENCES: &[&str] = &["low", "medium", "high"];
/// What a loss of enabling does to a waiting time.
pub const CLOCKS: &[&str] = &["reset", "resume", "forward"];
/// The keys that make a transition happen; without one it is immediate.
pub const TRIGGERS: &[&str] = &["rate", "after", "chance", "on"];
/// Those of them that make it wait.
pub const TIMED: &[&str] = &["rate", "after", "chance"];
/// What an expectation can be about.
pub const SUBJECTS: &[&str] = &["outcome", "milestone", "state", "duration", "consequence", "variable"];
/// What it can say of it.
pub const CLAIMS: &[&str] = &["probability", "mean", "between"];
/// What charts speak.
pub const LANGUAGES: &[&str] = &["en", "de", "fr", "uk", "ru"];
/// How a study answers.
pub const METHODS: &[&str] = &["simulate", "exact", "auto"];
/// How the points of a study are laid out.
pub const DESIGNS: &[&str] = &["grid", "list", "one-at-a-time", "latin-hypercube", "sobol", "saltelli"];
/// Those of them that draw as many points as they are told to, anywhere between `from` and `to`.
pub const SAMPLED_DESIGNS: &[&str] = &["latin-hypercube", "sobol", "saltelli"];
/// How the steps of a varied input are spaced.
pub const SCALES: &[&str] = &["linear", "log"];

const ABOUT: Key = key("about", Kind::Text, "what it is, in a sentence");
const DIMENSION: Key =
    key("dimension", Kind::Text, "what readers look for it under: reports put rows of one dimension together")
        .example(r#""humanitarian""#);
const UNIT: Key = key("unit", Kind::Text, "the unit it is measured in, for people").example(r#""people""#);
const BASIS: Key = key("basis", Kind::Word(BASES), "where the number comes from").example(r#""estimate""#);
const SOURCE: Key =
    key("source", Kind::Text, "who says so: a citation or an argument").example(r#""Huth and Russett 1984""#);
const CONFIDENCE: Key = key("confidence", Kind::Word(CONFIDENCES), "how far to trust it").example(r#""low""#);
const SET: Key =
    key("set", Kind::Named(&Kind::Quantity), "variables that get a new value").example(r#"{ arrived_at = "time" }"#);
const ADD: Key = key("add", Kind::Named(&Kind::Quantity), "variables and consequences that something is added to")
    .example("{ pressure = 0.1 }");
const EMIT: Key = key("emit", Kind::Names, "the event, or a list of events, that is announced to all machines")
    .example(r#""red_line""#);

/// The keys that say where a number comes from.
pub const PROVENANCE: &[&str] = &["about", "unit", "basis", "source", "confidence"];

/// A file.
pub static SCENARIO: Table = table(
    "a scenario",
    &[
        key("format", Kind::Integer, "version of the format: 1").default("1").within(1, 1),
        key("title", Kind::Text, "the scenario's name, for people").example(r#""Limited deployment""#),
        key("summary", Kind::Text, "the story in a few sentences"),
        key("extends", Kind::Names, "files that this one builds on, relative to it").example(r#"["world.toml"]"#),
        key("time", Kind::Table(&TIME), "unit, start, horizon and step"),
        key("parameters", Kind::Named(&Kind::Table(&PARAMETER)), "uncertain inputs outside anyone's control"),
        key("levers", Kind::Named(&Kind::Table(&PARAMETER)), "inputs that a policy maker chooses"),
        key("variables", Kind::Named(&Kind::Table(&VARIABLE)), "shared quantities that machines read and move"),
        key("formulas", Kind::Named(&Kind::Expression), "named expressions"),
        key("machines", Kind::Named(&Kind::Table(&MACHINE)), "actors: states and transitions"),
        key("consequences", Kind::Named(&Kind::Table(&CONSEQUENCE)), "quantities added up along a run"),
        key("milestones", Kind::Named(&Kind::Table(&MILESTONE)), "moments that are recorded; the run goes on"),
        key("outcomes", Kind::Named(&Kind::Table(&OUTCOME)), "how a run can end"),
        key("durations", Kind::Named(&Kind::Table(&DURATION)), "times spent in some states whose lengths are told"),
        key("expect", Kind::Tables(&EXPECT), "known truths that the model is tested against"),
        key("policies", Kind::Named(&Kind::Table(&POLICY)), "named settings of levers"),
        key("variants", Kind::Named(&Kind::Table(&VARIANT)), "named what-ifs: settings of parameters"),
        key("correlations", Kind::Tables(&CORRELATION), "rank correlations of parameters, when they are drawn"),
        key("shares", Kind::Named(&Kind::Table(&SHARE)), "parameters that sum to 1, when they are drawn"),
        key("templates", Kind::Named(&Kind::Table(&TEMPLATE)), "machines written once for several actors"),
        key("shocks", Kind::Named(&Kind::Table(&SHOCK)), "interventions at a time or a date"),
        key("now", Kind::Table(&NOW), "the present that runs start from: where machines are, and since when"),
        key("charts", Kind::Table(&CHARTS), "how charts of this scenario look: language, titles, colours, order"),
    ],
);

/// `[time]`.
pub static TIME: Table = table(
    "the time table",
    &[
        key("unit", Kind::Word(TIME_UNITS), "what a bare number of time means").default("\"week\""),
        key("start", Kind::Date, "the calendar date of time 0").example("2026-01-05"),
        key("horizon", Kind::Expression, "when a run ends at the latest: a time or a date")
            .needed()
            .example(r#""2 years""#),
        key("step", Kind::Expression, "how often drifting variables are refreshed").example(r#""1 week""#),
    ],
);

/// `[parameters.NAME]` and `[levers.NAME]`.
pub static PARAMETER: Table = table(
    "a parameter",
    &[
        key("value", Kind::Number, "the central value").needed().example("0.6"),
        key("range", Kind::Pair, "the lowest and the highest value worth trying").example("[0.3, 0.9]"),
        key("distribution", Kind::Table(&DISTRIBUTION), "how it is drawn when it is sampled")
            .example(r#"{ family = "beta", mean = 0.6, sd = 0.12 }"#),
        UNIT,
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// A parameter in place: `rate = { value = 0.25, … }`.
pub static QUANTITY: Table = table(
    "a quantity",
    &[
        key("value", Kind::Number, "the central value").needed().example("0.6"),
        key("range", Kind::Pair, "the lowest and the highest value worth trying").example("[0.3, 0.9]"),
        key("distribution", Kind::Table(&DISTRIBUTION), "how it is drawn when it is sampled")
            .example(r#"{ family = "beta", mean = 0.6, sd = 0.12 }"#),
        key("times", Kind::Expression, "an expression that the value is multiplied with").example(r#""1 + pressure""#),
        UNIT,
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `distribution = { … }` and `after = { … }`.
pub static DISTRIBUTION: Table = Table {
    what: "a distribution",
    keys: &[
        key("family", Kind::Name, "the kind of distribution, such as \"lognormal\"").needed().example(r#""lognormal""#),
        key("values", Kind::Expressions, "the observations of an empirical distribution").example("[3, 5, 8]"),
        key("csv", Kind::Text, "a CSV file with the observations of an empirical distribution, relative to this file")
            .example(r#""data/waits.csv""#),
        key("column", Kind::Name, "the column of the CSV file that holds them").example(r#""weeks""#),
        UNIT,
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
    others: Some(Kind::Quantity),
    sort: Some("family"),
    rules: &[Rule::Needs("column", &["csv"])],
};

/// `[variables.NAME]`.
pub static VARIABLE: Table = table(
    "a variable",
    &[
        key("initial", Kind::Quantity, "its value at time 0").needed().example("0.35"),
        key("bounds", Kind::Pair, "the lowest and the highest value it can take").example("[0, 1]"),
        key("dynamics", Kind::Table(&DYNAMICS), "how it drifts by itself")
            .example(r#"{ kind = "mean-reverting", level = 0.2, half_life = "12 weeks", volatility = 0.02 }"#),
        UNIT,
        DIMENSION,
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `dynamics = { … }`.
pub static DYNAMICS: Table = Table {
    what: "dynamics",
    keys: &[key("kind", Kind::Name, "the kind of process, such as \"mean-reverting\"")
        .needed()
        .example(r#""mean-reverting""#)],
    others: Some(Kind::Quantity),
    sort: Some("kind"),
    rules: &[],
};

const INITIAL: Key = key("initial", Kind::Name, "the state it is in at time 0");
const VALUES: Key =
    key("values", Kind::Named(&Kind::Quantity), "numbers that a state has if it does not say otherwise")
        .example("{ rung = 2 }");
/// The other keys of dynamics.
pub const DYNAMICS_ARGUMENTS: &[Key] = &[
    key("level", Kind::Quantity, "where it tends to; may move").example("0.2"),
    key("half_life", Kind::Quantity, "the time in which half of the distance to the level is gone")
        .example(r#""12 weeks""#),
    key("drift", Kind::Quantity, "how much it grows per unit of time; a share of it for the kinds that stay positive")
        .default("0"),
    key("volatility", Kind::Quantity, "the spread of its chance moves, per square root of a unit of time")
        .default("0")
        .example("0.02"),
];

/// The kinds of dynamics.
pub const DYNAMICS_KINDS: &[Sort] = &[
    Sort {
        word: "random-walk",
        about: "chance moves that nothing draws back",
        needs: &[],
        may: &["drift", "volatility"],
    },
    Sort {
        word: "geometric",
        about: "a random walk of the logarithm: moves in per cent, always positive",
        needs: &[],
        may: &["drift", "volatility"],
    },
    Sort {
        word: "mean-reverting",
        about: "chance moves that are drawn back to a level",
        needs: &["level", "half_life"],
        may: &["drift", "volatility"],
    },
    Sort {
        word: "log-mean-reverting",
        about: "the logarithm is drawn back to that of a level: always positive",
        needs: &["level", "half_life"],
        may: &["drift", "volatility"],
    },
];

/// `[machines.NAME]`.
pub static MACHINE: Table = table(
    "a machine",
    &[
        ABOUT,
        INITIAL,
        VALUES,
        key("states", Kind::Named(&Kind::Table(&STATE)), "what the actor can be doing"),
        key("transitions", Kind::Tables(&TRANSITION), "how it gets from state to state"),
        key("remove", Kind::Names, "names of inherited transitions to drop"),
        key("like", Kind::Name, "the template that it is made from; what it says itself wins over the template"),
        key("with", Kind::Named(&Kind::Quantity), "what is filled in for the template's parameters"),
    ],
);

/// `[templates.NAME]`: a machine written once for several actors, which say `like = "NAME"`.
pub static TEMPLATE: Table = table(
    "a template",
    &[
        ABOUT,
        INITIAL,
        VALUES,
        key("states", Kind::Named(&Kind::Table(&STATE)), "what the actor can be doing"),
        key("transitions", Kind::Tables(&TRANSITION), "how it gets from state to state"),
        key("remove", Kind::Names, "names of inherited transitions to drop"),
        key(
            "with",
            Kind::Named(&Kind::Quantity),
            "the template's parameters, each with the value that a machine has if it does not fill in its own",
        ),
    ],
);

/// One of a machine's `states`, or of those within a state: the one table that holds tables of its own kind.
pub static STATE: Table = table(
    "a state",
    &[
        ABOUT,
        key("values", Kind::Named(&Kind::Quantity), "numbers that hold while the machine is in it")
            .example("{ rung = 6 }"),
        key("enter", Kind::Table(&ACTIONS), "what happens on entry").example("{ add = { pressure = 0.1 } }"),
        key("exit", Kind::Table(&ACTIONS), "what happens on exit").example(r#"{ emit = "stood_down" }"#),
        key("states", Kind::Named(&Kind::Table(&STATE)), "states within this one, of which the machine is in one")
            .filled(),
        key("initial", Kind::Name, "the state within this one that it is entered at").example(r#""drilling""#),
        key("history", Kind::Truth, "whether it is entered again at the innermost state that it was last left from")
            .default("false"),
    ],
);

/// `enter = { … }` and `exit = { … }`.
pub static ACTIONS: Table = table("actions", &[SET, ADD, EMIT]);

/// `[[machines.NAME.transitions]]`.
pub static TRANSITION: Table = table(
    "a transition",
    &[
        key("name", Kind::Text, "what to call it in tables and diagrams").example(r#""answers the deployment""#),
        ABOUT,
        key("from", Kind::Names, "the state, or a list of states, it leaves; \"*\" is any")
            .needed()
            .filled()
            .example(r#"["posturing", "intimidating"]"#),
        key("to", Kind::Name, "the state it leads to").example(r#""striking""#),
        key("branches", Kind::Tables(&BRANCH), "several states it may lead to, with weights")
            .filled()
            .example(r#"[{ to = "talks", weight = 2 }, { to = "striking", weight = "pressure" }]"#),
        key("when", Kind::Expression, "must hold for the whole wait").example(r#""europe.deployed""#),
        key("rate", Kind::Quantity, "how often it happens per unit of time")
            .example(r#"{ value = 0.25, range = [0.1, 0.5], times = "1 + pressure" }"#),
        key("after", Kind::Table(&DISTRIBUTION), "the distribution of the waiting time")
            .example(r#"{ family = "lognormal", median = "10 weeks", p95 = "40 weeks" }"#),
        key("chance", Kind::Quantity, "the probability that it happens within one `per`").example(r#""5%""#),
        key("per", Kind::Expression, "the period of `chance`").example(r#""week""#),
        key("on", Kind::Name, "the event that it answers").example(r#""red_line""#),
        key("probability", Kind::Quantity, "how likely it is to answer the event").default("1").example("0.5"),
        key("hazard_ratio", Kind::Quantity, "how many times more likely it is at every moment")
            .default("1")
            .example(r#""1 + pressure""#),
        key("acceleration", Kind::Quantity, "how many times faster its waiting time passes")
            .default("1")
            .example(r#""1 + pressure""#),
        key("clock", Kind::Word(CLOCKS), "what becomes of the wait when `when` no longer holds: it begins anew (reset), is kept (resume), or counts from the start of the run (forward)").default("\"reset\""),
        key("reenter", Kind::Truth, "whether the state's other waits begin anew").default("false"),
        SET,
        ADD,
        EMIT,
        UNIT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
)
.rules(&[
    Rule::AtMostOne(TRIGGERS),
    Rule::AtLeastOne(&["rate", "after", "chance", "on", "when"]),
    Rule::AtMostOne(&["to", "branches"]),
    Rule::Needs("chance", &["per"]),
    Rule::Needs("per", &["chance"]),
    Rule::Needs("probability", &["on"]),
    Rule::Needs("hazard_ratio", TIMED),
    Rule::Needs("acceleration", TIMED),
    Rule::Needs("clock", TIMED),
]);

/// One of a transition's `branches`.
pub static BRANCH: Table = table(
    "a branch",
    &[
        key("to", Kind::Name, "the state it leads to").needed().example(r#""striking""#),
        key("weight", Kind::Quantity, "how likely it is, relative to the others").needed().example(r#""1 - pressure""#),
    ],
);

/// `[consequences.NAME]`.
pub static CONSEQUENCE: Table = table(
    "a consequence",
    &[
        key("rate", Kind::Quantity, "how much is added per unit of time")
            .example(r#""0.02 * if(russia.striking, 3, 1)""#),
        key("discount", Kind::Quantity, "how much less later amounts count, per year").example(r#""3%""#),
        UNIT,
        DIMENSION,
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `[milestones.NAME]`.
pub static MILESTONE: Table = table(
    "a milestone",
    &[
        ABOUT,
        DIMENSION,
        key("when", Kind::Expression, "it is reached as soon as this holds").needed().example(r#""russia.striking""#),
    ],
);

/// `[outcomes.NAME]`.
pub static OUTCOME: Table = table(
    "an outcome",
    &[
        ABOUT,
        DIMENSION,
        key("when", Kind::Expression, "the run ends so as soon as this holds")
            .example(r#""russia.striking and nato.retaliating""#),
        key("default", Kind::Truth, "whether it is what is left at the horizon").default("false"),
        key("next", Kind::Table(&NEXT), "the scenario that takes up what this one leaves, if runs follow on"),
    ],
);

/// `next = { … }` of an outcome.
pub static NEXT: Table = table(
    "a hand-off",
    &[
        key("scenario", Kind::Name, "the file of the scenario that follows, relative to this one")
            .needed()
            .example(r#""limited-deployment.toml""#),
        key("state", Kind::Names, "the state, or a list of one for each of several machines, in which it is entered")
            .example(r#""preparation""#),
    ],
);

/// `[shocks.NAME]`.
pub static SHOCK: Table = table(
    "a shock",
    &[
        ABOUT,
        key("at", Kind::Expression, "the time or the date at which it happens, once").needed().example(r#""30 weeks""#),
        key("when", Kind::Expression, "must hold at that moment; if not, it does not happen"),
        SET,
        ADD,
        EMIT,
        UNIT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `[now]`.
pub static NOW: Table = table(
    "the present",
    &[
        key("machines", Kind::Named(&Kind::Table(&PRESENT)), "machines that are in a state already when a run begins"),
        key("variables", Kind::Named(&Kind::Quantity), "present values of variables, in place of their initial ones"),
    ],
);

/// `[now.machines.NAME]`.
pub static PRESENT: Table = table(
    "the present of a machine",
    &[
        key("state", Kind::Name, "the state it is in").needed().example(r#""posturing""#),
        key("since", Kind::Expression, "how long it has been there, or the date at which it came")
            .example(r#""6 weeks""#),
        key("within", Kind::Named(&Kind::Expression), "the same for states around that one, where it is longer"),
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `[[expect]]`.
pub static EXPECT: Table = table(
    "an expectation",
    &[
        key("outcome", Kind::Name, "the outcome it is about"),
        key("milestone", Kind::Name, "the milestone it is about"),
        key("state", Kind::Name, "the state it is about, as \"machine.state\"").example(r#""russia.striking""#),
        key("duration", Kind::Name, "the duration it is about: how likely it is to last longer than `at`"),
        key("consequence", Kind::Name, "the consequence it is about"),
        key("variable", Kind::Name, "the variable it is about"),
        key("probability", Kind::Expression, "its true probability").example("0.25"),
        key("mean", Kind::Expression, "its true mean").example("3.5"),
        key(
            "between",
            Kind::Pair,
            "a range known from elsewhere, such as a base rate; reports show it, `verify` leaves it out",
        )
        .example("[0.09, 0.12]"),
        key("at", Kind::Expression, "the time or the date at which it holds").example(r#""10 weeks""#),
        key("by", Kind::Expression, "the time or the date by which it is reached").example(r#""10 weeks""#),
        key(
            "tolerance",
            Kind::Expression,
            "how far off an exact answer may be; where it is left out, half a unit of the last digit of a number of three digits or more",
        ),
        key("source", Kind::Text, "who says so: a citation or a formula"),
    ],
)
.rules(&[Rule::AtMostOne(SUBJECTS), Rule::AtLeastOne(SUBJECTS), Rule::AtMostOne(CLAIMS), Rule::AtLeastOne(CLAIMS)]);

/// `[policies.NAME]`.
pub static POLICY: Table = table(
    "a policy",
    &[
        ABOUT,
        key("set", Kind::Named(&Kind::Expression), "levers and the values that they get"),
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `[variants.NAME]`.
pub static VARIANT: Table = table(
    "a variant",
    &[
        ABOUT,
        key("set", Kind::Named(&Kind::Expression), "parameters and the values that they get"),
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `[[correlations]]`.
pub static CORRELATION: Table = table(
    "a correlation",
    &[
        key("between", Kind::TwoNames, "the two parameters").needed().example(r#"["resolve", "cohesion"]"#),
        key("rank", Kind::Number, "their rank (Spearman) correlation, from -1 to 1").needed().example("-0.3"),
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `[shares.NAME]`.
pub static SHARE: Table = table(
    "a share",
    &[
        key("of", Kind::Names, "the parameters that sum to 1; their values are the means")
            .needed()
            .filled()
            .example(r#"["by_sea", "by_land", "by_air"]"#),
        key("concentration", Kind::Number, "how sure they are: as many observations as the values are worth")
            .needed()
            .example("20"),
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// Words that mean something in every expression, so that nothing can be named so.
pub const RESERVED: &[&str] = &[
    "and",
    "or",
    "not",
    "true",
    "false",
    "if",
    "min",
    "max",
    "clamp",
    "abs",
    "exp",
    "ln",
    "sqrt",
    "logistic",
    "sin",
    "cos",
    "floor",
    "count",
    "age",
    "self",
    "pi",
    "time",
    "year_fraction",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every table once: states hold states, so that the tables go round in a circle.
    fn visit(table: &'static Table, seen: &mut Vec<&'static Table>, check: &mut impl FnMut(&'static Table)) {
        if seen.iter().any(|known| std::ptr::eq(*known, table)) {
            return;
        }
        seen.push(table);
        check(table);
        for key in table.keys {
            let mut kind = key.kind;
            while let Kind::Named(inner) = kind {
                kind = *inner;
            }
            if let Kind::Table(inner) | Kind::Tables(inner) = kind {
                visit(inner, seen, check);
            }
        }
    }

    #[test]
    fn every_table_has_distinct_described_keys() {
        visit(&SCENARIO, &mut Vec::new(), &mut |table| {
            for (i, key) in table.keys.iter().enumerate() {
                assert!(!key.about.is_empty() && !key.about.ends_with('.'), "{}", key.name);
                assert!(table.keys[..i].iter().all(|k| k.name != key.name), "{} twice in {}", key.name, table.what);
            }
            if let Some(sort) = table.sort {
                assert!(table.key(sort).is_some());
            }
        });
    }
}
