//! The assumption register: every number and every transition that answers rest on, with who says so and how surely.
//!
//! In: the models of a report's scenarios. Out: [`Row`]s, where what several scenarios share stands once, with the names of
//! all of them; as a table of its own, or as CSV.

use super::page::{Block, Cell, Column, Group, Table};
use super::wording;
use crate::model::expression::Expression;
use crate::model::id::InputId;
use crate::model::{Input, InputKind, Model, Provenance, Transition, Trigger};
use crate::output::explain::words::{Words, prose};
use crate::output::format::{printable, range, rough};
use crate::output::tables::{Table as Csv, number, optional};
use crate::scenario::{Basis, Confidence};
use std::collections::BTreeMap;

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Parameter,
    Lever,
    /// A parameter that stands where it is used.
    InPlace,
    Transition,
    Variable,
    Consequence,
    Shock,
    Correlation,
    Share,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Parameter => "parameter",
            Kind::Lever => "lever",
            Kind::InPlace => "parameter in place",
            Kind::Transition => "transition",
            Kind::Variable => "variable",
            Kind::Consequence => "consequence",
            Kind::Shock => "shock",
            Kind::Correlation => "correlation",
            Kind::Share => "share",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Kind::Parameter => "Parameters: uncertain, and outside anyone’s control",
            Kind::Lever => "Levers: chosen by a policy maker",
            Kind::InPlace => "Parameters in place: rates, waits and weights where they are used",
            Kind::Transition => "Transitions without a parameter of their own",
            Kind::Variable => "Shared quantities at the start",
            Kind::Consequence => "Consequences: what is added up",
            Kind::Shock => "Shocks: at a known time",
            Kind::Correlation => "Correlations of parameters that are drawn",
            Kind::Share => "Shares that sum to 1",
        }
    }
}

/// One assumption.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub kind: Kind,
    pub name: String,
    /// Names of the scenarios that make it, in their order.
    pub scenarios: Vec<String>,
    pub central: Option<f64>,
    pub range: Option<[f64; 2]>,
    /// What this report set it to, away from the central value.
    pub set: Option<f64>,
    /// The law that it is drawn from, or the formula that it is.
    pub law: String,
    pub provenance: Provenance,
    /// A transition whose numbers stand in rows of their own.
    pub spelt_out: bool,
}

/// A scenario, its model, and what is set in it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub model: &'a Model,
    pub set: &'a [(String, f64)],
}

/// Every assumption of the scenarios: by kind, then in the order of the files.
pub fn rows(entries: &[Entry<'_>]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    // Rows of one name, so that looking for an equal one takes no walk through all.
    let mut places: BTreeMap<(Kind, String), Vec<usize>> = BTreeMap::new();
    for entry in entries {
        for row in of_model(entry) {
            let alike = places.entry((row.kind, row.name.clone())).or_default();
            let same = |place: &&usize| {
                let other = &rows[**place];
                let named = Row { scenarios: other.scenarios.clone(), ..row.clone() };
                // A file may write the same thing twice; each scenario counts once in a row.
                *other == named && other.scenarios.last() != row.scenarios.last()
            };
            match alike.iter().find(same).copied() {
                Some(place) => rows[place].scenarios.extend(row.scenarios),
                None => {
                    alike.push(rows.len());
                    rows.push(row);
                }
            }
        }
    }
    rows.sort_by_key(|row| row.kind);
    rows
}

fn of_model(entry: &Entry<'_>) -> Vec<Row> {
    let (model, words) = (entry.model, Words::new(entry.model));
    let row = |kind, name: &str, provenance: &Provenance| Row {
        kind,
        name: name.to_owned(),
        scenarios: vec![entry.name.to_owned()],
        central: None,
        range: None,
        set: None,
        law: String::new(),
        provenance: provenance.clone(),
        spelt_out: false,
    };
    // What a parameter in place is for is told by the transition that it stands in.
    let mut meanings: Vec<String> = model.inputs.iter().map(|input| input.provenance.about.clone()).collect();
    for transition in &model.transitions {
        for id in own_inputs(model, transition) {
            if meanings[id.index()].is_empty() {
                meanings[id.index()].clone_from(&transition.about);
            }
        }
    }
    let mut rows = Vec::new();
    for (input, about) in model.inputs.iter().zip(meanings) {
        let kind = match input.kind {
            InputKind::Parameter => Kind::Parameter,
            InputKind::Lever => Kind::Lever,
            InputKind::InPlace => Kind::InPlace,
        };
        let set = entry.set.iter().find(|(name, _)| *name == input.name).map(|(_, value)| *value);
        let provenance = Provenance { about, ..input.provenance.clone() };
        let of_input = row(kind, &input.name, &provenance);
        rows.push(Row { central: Some(input.value), range: input.range, set, law: law(&words, input), ..of_input });
    }
    for transition in &model.transitions {
        let name = format!("{}.{}", model.machines[transition.machine.index()].name, transition.name);
        let provenance = Provenance { about: transition.about.clone(), ..transition.provenance.clone() };
        let spelt_out = own_inputs(model, transition).next().is_some();
        let law = trigger(&words, transition);
        rows.push(Row { law, spelt_out, ..row(Kind::Transition, &name, &provenance) });
    }
    for variable in &model.variables {
        let central = |id: InputId| model.inputs.get(id.index()).map(|input| input.value);
        let [low, high] = variable.bounds;
        let bounds = if low.is_finite() || high.is_finite() {
            format!("kept within {}", range(low, high))
        } else {
            String::new()
        };
        let of_variable = row(Kind::Variable, &variable.name, &variable.provenance);
        rows.push(Row { central: variable.initial.value_with(&central), law: bounds, ..of_variable });
    }
    for consequence in &model.consequences {
        let rate = format!("{} a {}", words.amount(&consequence.rate), words.unit());
        let rate = if consequence.rate.constant() == Some(0.0) { "added by events".to_owned() } else { rate };
        rows.push(Row { law: rate, ..row(Kind::Consequence, &consequence.name, &consequence.provenance) });
    }
    for shock in &model.shocks {
        let law = format!("at {}; {}", words.time_value(&shock.at), words.actions(&shock.actions));
        rows.push(Row { law, ..row(Kind::Shock, &shock.name, &shock.provenance) });
    }
    for correlation in &model.correlations {
        let name = correlation.between.map(|id| model.inputs[id.index()].name.as_str()).join(" and ");
        let of_pair = row(Kind::Correlation, &name, &correlation.provenance);
        rows.push(Row { central: Some(correlation.rank), law: "rank correlation".into(), ..of_pair });
    }
    for share in &model.shares {
        let parts: Vec<&str> = share.of.iter().map(|id| model.inputs[id.index()].name.as_str()).collect();
        let law = format!("Dirichlet over {}", parts.join(", "));
        rows.push(Row { central: Some(share.concentration), law, ..row(Kind::Share, &share.name, &share.provenance) });
    }
    rows
}

/// The parameters that stand in a transition.
fn own_inputs(model: &Model, transition: &Transition) -> impl Iterator<Item = InputId> {
    let mut reads = std::collections::BTreeSet::new();
    let mut add = |expression: &Expression| reads.extend(expression.reads().inputs);
    match &transition.trigger {
        Trigger::Rate(rate) => add(rate),
        Trigger::After { wait } => wait.arguments.iter().for_each(|(_, argument)| add(argument)),
        Trigger::On { probability, .. } => add(probability),
        Trigger::Immediate => {}
    }
    [&transition.hazard_ratio, &transition.acceleration].into_iter().flatten().for_each(&mut add);
    reads.into_iter().filter(|id| model.inputs[id.index()].kind == InputKind::InPlace)
}

/// The law that a parameter is drawn from where parameters are drawn.
fn law(words: &Words<'_>, input: &Input) -> String {
    match &input.distribution {
        Some(law) => {
            let arguments: Vec<_> = law.arguments.iter().map(|(a, value)| (*a, Expression::Constant(*value))).collect();
            words.law(law.family, &arguments, &law.values, false)
        }
        None if input.kind == InputKind::Lever => String::new(),
        None if input.law().is_some() => "triangular over its range".to_owned(),
        None => String::new(),
    }
}

fn trigger(words: &Words<'_>, transition: &Transition) -> String {
    match &transition.trigger {
        Trigger::Rate(rate) => format!("rate {} a {}", words.amount(rate), words.unit()),
        Trigger::After { wait } => words.law(wait.family, &wait.arguments, &wait.values, true),
        Trigger::On { event, probability } => match probability.constant() {
            Some(1.0) => format!("when {}", words.event(*event)),
            _ => format!("when {}, with probability {}", words.event(*event), words.amount(probability)),
        },
        Trigger::Immediate => match &transition.guard {
            Some(guard) => format!("at once, when {}", words.condition(guard)),
            None => "at once".to_owned(),
        },
    }
}

pub fn basis(provenance: &Provenance) -> &'static str {
    match provenance.basis {
        Some(Basis::Published) => "published",
        Some(Basis::Estimate) => "estimate",
        Some(Basis::Judgement) => "judgement",
        None => "not stated",
    }
}

pub fn confidence(provenance: &Provenance) -> &'static str {
    match provenance.confidence {
        Some(Confidence::Low) => "low",
        Some(Confidence::Medium) => "medium",
        Some(Confidence::High) => "high",
        None => "not stated",
    }
}

/// The register as CSV, with every digit.
///
/// | column | meaning |
/// | --- | --- |
/// | `kind`, `name` | what it is; a parameter by the name that `--set` takes |
/// | `scenarios` | file stems of the scenarios that make it, with `; ` between |
/// | `about`, `unit` | as in the file |
/// | `low`, `central`, `high` | the range and the central value; empty where there is none |
/// | `set_to` | what this report set it to, if it did |
/// | `law` | the law that it is drawn from, or the formula that it is |
/// | `basis`, `confidence`, `source` | as in the file; `not stated` where it does not say |
pub fn csv(rows: &[Row]) -> Vec<u8> {
    let columns = [
        "kind",
        "name",
        "scenarios",
        "about",
        "unit",
        "low",
        "central",
        "high",
        "set_to",
        "law",
        "basis",
        "confidence",
        "source",
    ];
    let mut table = Csv::new(columns);
    for row in rows {
        let [low, high] = row.range.map_or([None, None], |[low, high]| [Some(low), Some(high)]);
        table.row([
            row.kind.name(),
            &row.name,
            &row.scenarios.join("; "),
            &row.provenance.about,
            &row.provenance.unit,
            &optional(low),
            &row.central.map(number).unwrap_or_default(),
            &optional(high),
            &optional(row.set),
            &row.law.replace('`', ""),
            basis(&row.provenance),
            confidence(&row.provenance),
            &row.provenance.source,
        ]);
    }
    table.into_bytes()
}

/// The register for readers: a table a kind; transitions whose numbers have rows of their own are in the CSV alone.
pub fn blocks(rows: &[Row], scenarios: usize, csv: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for kind in rows.chunk_by(|one, other| one.kind == other.kind) {
        let shown: Vec<&Row> = kind.iter().filter(|row| !row.spelt_out).collect();
        if shown.is_empty() {
            continue;
        }
        let numbers = shown.iter().any(|row| row.central.is_some());
        let mut columns = vec![Column::words("Name")];
        columns.extend(numbers.then(|| Column::numbers("Value")));
        columns.extend(["Law or formula", "Basis", "Confidence", "Source"].map(Column::words));
        let table_rows = shown.iter().map(|row| cells(row, scenarios, numbers)).collect();
        blocks.push(Block::Table(Table {
            caption: format!("{} ({})", kind[0].kind.heading(), shown.len()),
            columns,
            groups: vec![Group { head: String::new(), rows: table_rows }],
            csv: Some(csv.to_owned()),
            cards: true,
        }));
    }
    blocks
}

fn cells(row: &Row, scenarios: usize, numbers: bool) -> Vec<Cell> {
    let about = prose(&row.provenance.about);
    let only =
        if row.scenarios.len() < scenarios { format!(" Only in {}.", row.scenarios.join(", ")) } else { String::new() };
    let about = if about.is_empty() { only.trim().to_owned() } else { format!("{about}.{only}") };
    let mut cells = vec![Cell::with(format!("`{}`", printable(&row.name).replace('`', "'")), about)];
    if numbers {
        let unit = prose(&row.provenance.unit);
        let value =
            row.central.map_or_else(String::new, |value| format!("{} {unit}", rough(value)).trim_end().to_owned());
        let mut small: Vec<String> = row.range.iter().map(|[low, high]| wording::ends(*low, *high)).collect();
        small.extend(row.set.map(|value| format!("set to {}", crate::output::format::number(value))));
        cells.push(Cell::with(value, small.join("; ")));
    }
    let words = [
        row.law.clone(),
        basis(&row.provenance).to_owned(),
        confidence(&row.provenance).to_owned(),
        prose(&row.provenance.source),
    ];
    cells.extend(words.map(Cell::of));
    cells
}
