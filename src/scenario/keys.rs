//! Every key of the format, by kind of table: its name, what it takes, and one line of help.
//!
//! The one list that the decoder checks keys against, that merging reads the shape of tables from, and that editors'
//! schemas are made of. Declarations only: nothing here reads a file.

/// What may stand after a key.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text for people.
    Text,
    /// The name of something.
    Name,
    /// A name or a list of names.
    Names,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Truth,
    /// A whole number.
    Integer,
    /// A calendar date.
    Date,
    /// An expression: text, or a bare number or truth value.
    Expression,
    /// A list of expressions.
    Expressions,
    /// `[low, high]`.
    Pair,
    /// A number, an expression, or a parameter in place ([`QUANTITY`]).
    Quantity,
    /// One table with these keys.
    Table(&'static Table),
    /// A table whose keys are names of the author's, each with such a value.
    Named(&'static Kind),
    /// A list of tables with these keys.
    Tables(&'static Table),
    /// Part of the format, but not built yet.
    NotYet,
}

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub kind: Kind,
    /// One line for people: meaning and unit.
    pub about: &'static str,
}

/// The keys that a kind of table may have.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What the table is, with its article, as in "a transition".
    pub what: &'static str,
    pub keys: &'static [Key],
    /// What any other key takes; `None` if there may be no others.
    pub others: Option<Kind>,
    /// The key that says what sort of thing this is. Where an extending file gives it, the table is replaced whole,
    /// because the other keys of the old sort would make no sense.
    pub sort: Option<&'static str>,
}

impl Table {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, about }
}

const fn table(what: &'static str, keys: &'static [Key]) -> Table {
    Table { what, keys, others: None, sort: None }
}

/// Units of time.
pub const TIME_UNITS: &[&str] = &["day", "week", "month", "year"];
/// Where a number comes from.
pub const BASES: &[&str] = &["published", "estimate", "judgement"];
/// How far to trust it.
pub const CONFIDENCES: &[&str] = &["low", "medium", "high"];
/// What a loss of enabling does to a waiting time.
pub const CLOCKS: &[&str] = &["reset", "resume", "forward"];

const ABOUT: Key = key("about", Kind::Text, "what it is, in a sentence");
const UNIT: Key = key("unit", Kind::Text, "the unit it is measured in, for people");
const BASIS: Key = key("basis", Kind::Word(BASES), "where the number comes from");
const SOURCE: Key = key("source", Kind::Text, "who says so: a citation or an argument");
const CONFIDENCE: Key = key("confidence", Kind::Word(CONFIDENCES), "how far to trust it");
const SET: Key = key("set", Kind::Named(&Kind::Quantity), "variables that get a new value");
const ADD: Key = key("add", Kind::Named(&Kind::Quantity), "variables and consequences that something is added to");
const EMIT: Key = key("emit", Kind::Names, "the event, or a list of events, that is announced to all machines");

/// The keys that say where a number comes from.
pub const PROVENANCE: &[&str] = &["about", "unit", "basis", "source", "confidence"];

/// A file.
pub static SCENARIO: Table = table(
    "a scenario",
    &[
        key("format", Kind::Integer, "version of the format: 1"),
        key("title", Kind::Text, "the scenario's name, for people"),
        key("summary", Kind::Text, "the story in a few sentences"),
        key("extends", Kind::Names, "files that this one builds on, relative to it"),
        key("time", Kind::Table(&TIME), "unit, start, horizon and step"),
        key("parameters", Kind::Named(&Kind::Table(&PARAMETER)), "uncertain inputs outside anyone's control"),
        key("levers", Kind::Named(&Kind::Table(&PARAMETER)), "inputs that a policy maker chooses"),
        key("variables", Kind::Named(&Kind::Table(&VARIABLE)), "shared quantities that machines read and move"),
        key("formulas", Kind::Named(&Kind::Expression), "named expressions"),
        key("machines", Kind::Named(&Kind::Table(&MACHINE)), "actors: states and transitions"),
        key("consequences", Kind::Named(&Kind::Table(&CONSEQUENCE)), "quantities added up along a run"),
        key("milestones", Kind::Named(&Kind::Table(&MILESTONE)), "moments that are recorded; the run goes on"),
        key("outcomes", Kind::Named(&Kind::Table(&OUTCOME)), "how a run can end"),
        key("expect", Kind::Tables(&EXPECT), "known truths that the model is tested against"),
        key("policies", Kind::NotYet, "named settings of levers"),
        key("variants", Kind::NotYet, "named what-ifs on parameters"),
        key("correlations", Kind::NotYet, "rank correlations of parameters"),
        key("shares", Kind::NotYet, "parameters that sum to 1"),
        key("templates", Kind::NotYet, "machines written once for several actors"),
        key("shocks", Kind::Named(&Kind::Table(&SHOCK)), "interventions at a time or a date"),
        key("now", Kind::Table(&NOW), "the present that runs start from: where machines are, and since when"),
    ],
);

/// `[time]`.
pub static TIME: Table = table(
    "the time table",
    &[
        key("unit", Kind::Word(TIME_UNITS), "what a bare number of time means"),
        key("start", Kind::Date, "the calendar date of time 0"),
        key("horizon", Kind::Expression, "when a run ends at the latest: a time or a date"),
        key("step", Kind::Expression, "how often drifting variables are refreshed"),
    ],
);

/// `[parameters.NAME]` and `[levers.NAME]`.
pub static PARAMETER: Table = table(
    "a parameter",
    &[
        key("value", Kind::Expression, "the central value"),
        key("range", Kind::Pair, "the lowest and the highest value worth trying"),
        key("distribution", Kind::Table(&DISTRIBUTION), "how it is drawn when it is sampled"),
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
        key("value", Kind::Expression, "the central value"),
        key("range", Kind::Pair, "the lowest and the highest value worth trying"),
        key("distribution", Kind::Table(&DISTRIBUTION), "how it is drawn when it is sampled"),
        key("times", Kind::Expression, "an expression that the value is multiplied with"),
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
        key("family", Kind::Name, "the kind of distribution, such as \"lognormal\""),
        key("values", Kind::Expressions, "the observations of an empirical distribution"),
        key("csv", Kind::NotYet, "a file with the observations"),
        UNIT,
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
    others: Some(Kind::Quantity),
    sort: Some("family"),
};

/// `[variables.NAME]`.
pub static VARIABLE: Table = table(
    "a variable",
    &[
        key("initial", Kind::Quantity, "its value at time 0"),
        key("bounds", Kind::Pair, "the lowest and the highest value it can take"),
        key("dynamics", Kind::Table(&DYNAMICS), "how it drifts by itself"),
        UNIT,
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `dynamics = { … }`.
pub static DYNAMICS: Table = Table {
    what: "dynamics",
    keys: &[key("kind", Kind::Name, "the kind of process, such as \"mean-reverting\"")],
    others: Some(Kind::Quantity),
    sort: Some("kind"),
};

/// `[machines.NAME]`.
pub static MACHINE: Table = table(
    "a machine",
    &[
        ABOUT,
        key("initial", Kind::Name, "the state it is in at time 0"),
        key("values", Kind::Named(&Kind::Quantity), "numbers that a state has if it does not say otherwise"),
        key("states", Kind::Named(&Kind::Table(&STATE)), "what the actor can be doing"),
        key("transitions", Kind::Tables(&TRANSITION), "how it gets from state to state"),
        key("remove", Kind::Names, "names of inherited transitions to drop"),
        key("like", Kind::NotYet, "the template that it is made from"),
        key("with", Kind::NotYet, "what is filled into the template"),
    ],
);

/// One of a machine's `states`, or of those within a state: the one table that holds tables of its own kind.
pub static STATE: Table = table(
    "a state",
    &[
        ABOUT,
        key("values", Kind::Named(&Kind::Quantity), "numbers that hold while the machine is in it"),
        key("enter", Kind::Table(&ACTIONS), "what happens on entry"),
        key("exit", Kind::Table(&ACTIONS), "what happens on exit"),
        key("states", Kind::Named(&Kind::Table(&STATE)), "states within this one, of which the machine is in one"),
        key("initial", Kind::Name, "the state within this one that it is entered at"),
        key("history", Kind::Truth, "whether it is entered again at the innermost state that it was last left from"),
    ],
);

/// `enter = { … }` and `exit = { … }`.
pub static ACTIONS: Table = table("actions", &[SET, ADD, EMIT]);

/// `[[machines.NAME.transitions]]`.
pub static TRANSITION: Table = table(
    "a transition",
    &[
        key("name", Kind::Text, "what to call it in tables and diagrams"),
        ABOUT,
        key("from", Kind::Names, "the state, or a list of states, it leaves; \"*\" is any"),
        key("to", Kind::Name, "the state it leads to"),
        key("branches", Kind::Tables(&BRANCH), "several states it may lead to, with weights"),
        key("when", Kind::Expression, "must hold for the whole wait"),
        key("rate", Kind::Quantity, "how often it happens per unit of time"),
        key("after", Kind::Table(&DISTRIBUTION), "the distribution of the waiting time"),
        key("chance", Kind::Quantity, "the probability that it happens within one `per`"),
        key("per", Kind::Expression, "the period of `chance`"),
        key("on", Kind::Name, "the event that it answers"),
        key("probability", Kind::Quantity, "how likely it is to answer the event"),
        key("hazard_ratio", Kind::Quantity, "how many times more likely it is at every moment"),
        key("acceleration", Kind::Quantity, "how many times faster its waiting time passes"),
        key("clock", Kind::Word(CLOCKS), "what becomes of the wait while `when` does not hold"),
        key("reenter", Kind::Truth, "whether the state's other waits begin anew"),
        SET,
        ADD,
        EMIT,
        UNIT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// One of a transition's `branches`.
pub static BRANCH: Table = table(
    "a branch",
    &[
        key("to", Kind::Name, "the state it leads to"),
        key("weight", Kind::Quantity, "how likely it is, relative to the others"),
    ],
);

/// `[consequences.NAME]`.
pub static CONSEQUENCE: Table = table(
    "a consequence",
    &[
        key("rate", Kind::Quantity, "how much is added per unit of time"),
        key("discount", Kind::Quantity, "how much less later amounts count, per year"),
        UNIT,
        ABOUT,
        BASIS,
        SOURCE,
        CONFIDENCE,
    ],
);

/// `[milestones.NAME]`.
pub static MILESTONE: Table =
    table("a milestone", &[ABOUT, key("when", Kind::Expression, "it is reached as soon as this holds")]);

/// `[outcomes.NAME]`.
pub static OUTCOME: Table = table(
    "an outcome",
    &[
        ABOUT,
        key("when", Kind::Expression, "the run ends so as soon as this holds"),
        key("default", Kind::Truth, "whether it is what is left at the horizon"),
        key("next", Kind::Table(&NEXT), "the scenario that takes up what this one leaves, if runs follow on"),
    ],
);

/// `next = { … }` of an outcome.
pub static NEXT: Table = table(
    "a hand-off",
    &[
        key("scenario", Kind::Name, "the file of the scenario that follows, relative to this one"),
        key("state", Kind::Names, "the state, or a list of one for each of several machines, in which it is entered"),
    ],
);

/// `[shocks.NAME]`.
pub static SHOCK: Table = table(
    "a shock",
    &[
        ABOUT,
        key("at", Kind::Expression, "the time or the date at which it happens, once"),
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
        key("state", Kind::Name, "the state it is in"),
        key("since", Kind::Expression, "how long it has been there, or the date at which it came"),
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
        key("state", Kind::Name, "the state it is about, as \"machine.state\""),
        key("consequence", Kind::Name, "the consequence it is about"),
        key("variable", Kind::Name, "the variable it is about"),
        key("probability", Kind::Expression, "its true probability"),
        key("mean", Kind::Expression, "its true mean"),
        key("at", Kind::Expression, "the time or the date at which it holds"),
        key("by", Kind::Expression, "the time or the date by which it is reached"),
        key("tolerance", Kind::Expression, "how far off an exact answer may be"),
        key("source", Kind::Text, "who says so: a citation or a formula"),
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
