//! The parts of a model as named lists of fields in words, which can be compared one by one.
//!
//! In: a [`Model`]. Out: its [`Part`]s. Expressions are written with every digit, formulas by name, parameters in place
//! by value; what else an author says of a parameter in place is a field of the part that it stands in.

use super::Section;
use crate::distribution::Argument;
use crate::model::expression::Expression;
use crate::model::id::{CompositeId, InputId, Place, StateId, TransitionId, VariableId};
use crate::model::print::Printer;
use crate::model::{Composite, DriftLaw, Input, InputKind, Measure, Model, Present, Provenance, Variable};
use crate::scenario::{Basis, Confidence};

/// (what, value), in reading order; a field that says nothing is not there.
pub(super) type Fields = Vec<(String, String)>;

/// One part of a model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) section: Section,
    pub(super) name: String,
    pub(super) fields: Fields,
    /// From where to where a transition leads: by this it is found again under a new name.
    pub(super) way: Option<String>,
    pub(super) transition: Option<TransitionId>,
}

/// Every part of a model.
pub(super) fn parts(model: &Model) -> Vec<Part> {
    let describe = Describe { model, printer: Printer::comparable(model) };
    let mut all = vec![describe.scenario()];
    let named = model.inputs.iter().filter(|input| input.kind != InputKind::InPlace);
    all.extend(named.map(|input| {
        let section = if input.kind == InputKind::Lever { Section::Lever } else { Section::Parameter };
        part(section, &input.name, describe.input(input))
    }));
    for (section, settings) in [(Section::Policy, &model.policies), (Section::Variant, &model.variants)] {
        all.extend(settings.iter().map(|setting| {
            let sets =
                |(id, value): &(InputId, f64)| (format!("sets {}", model.inputs[id.index()].name), value.to_string());
            let mut fields: Fields = setting.values.iter().map(sets).collect();
            provenance(&mut fields, "", &setting.provenance);
            part(section, &setting.name, fields)
        }));
    }
    let input = |id: &InputId| model.inputs[id.index()].name.as_str();
    all.extend(model.correlations.iter().map(|one| {
        // The same pair either way round.
        let mut between = one.between.map(|id| input(&id));
        between.sort_unstable();
        let mut fields: Fields = vec![("rank".into(), one.rank.to_string())];
        provenance(&mut fields, "", &one.provenance);
        part(Section::Correlation, &between.join(" and "), fields)
    }));
    all.extend(model.shares.iter().map(|share| {
        let of: Vec<&str> = share.of.iter().map(input).collect();
        let mut fields: Fields =
            vec![("of".into(), of.join(", ")), ("concentration".into(), share.concentration.to_string())];
        provenance(&mut fields, "", &share.provenance);
        part(Section::Share, &share.name, fields)
    }));
    all.extend(
        model.variables.iter().map(|variable| part(Section::Variable, &variable.name, describe.variable(variable))),
    );
    for (index, formula) in model.formulas.iter().enumerate() {
        all.push(part(Section::Formula, &formula.name, vec![("is".into(), describe.printer.formula(index))]));
    }
    all.extend(describe.now());
    all.extend(model.shocks.iter().map(|shock| {
        let mut fields = Fields::new();
        text(&mut fields, "at", &describe.printer.number(&shock.at));
        if let Some(when) = &shock.when {
            text(&mut fields, "when", &describe.printer.truth(when));
        }
        describe.actions(&mut fields, "", &shock.actions);
        let actions = shock.actions.set.iter().chain(&shock.actions.add).map(|(_, value)| value);
        describe.in_place(&mut fields, &actions.chain([&shock.at]).collect::<Vec<_>>());
        provenance(&mut fields, "", &shock.provenance);
        part(Section::Shock, &shock.name, fields)
    }));
    for machine in &model.machines {
        let mut fields = Fields::new();
        text(&mut fields, "about", &machine.about);
        let id = model.states[machine.initial.index()].machine;
        if let Some(template) = model.templates.iter().find(|template| template.machines.contains(&id)) {
            text(&mut fields, "made from the template", &template.name);
        }
        text(&mut fields, "starts in", &model.states[machine.initial.index()].name);
        all.push(part(Section::Machine, &machine.name, fields));
    }
    for index in 0..model.states.len() {
        all.push(part(Section::State, &model.state_path(StateId::new(index)), describe.state(index)));
    }
    for (index, composite) in model.composites.iter().enumerate() {
        let path = model.place_path(Place::Composite(CompositeId::new(index)));
        all.push(part(Section::State, &path, describe.composite(composite)));
    }
    for (index, transition) in model.transitions.iter().enumerate() {
        let machine = &model.machines[transition.machine.index()].name;
        let way = format!("{machine}: {} to {}", describe.from(transition), describe.to(transition));
        all.push(Part {
            way: Some(way),
            transition: Some(TransitionId::new(index)),
            ..part(Section::Transition, &format!("{machine}.{}", transition.name), describe.transition(transition))
        });
    }
    all.extend(model.consequences.iter().map(|consequence| {
        let mut fields = Fields::new();
        text(&mut fields, "rate", &describe.printer.number(&consequence.rate));
        text(&mut fields, "discount a year", &describe.printer.number(&consequence.discount));
        describe.in_place(&mut fields, &[&consequence.rate, &consequence.discount]);
        provenance(&mut fields, "", &consequence.provenance);
        part(Section::Consequence, &consequence.name, fields)
    }));
    all.extend(model.milestones.iter().map(|milestone| {
        let mut fields = Fields::new();
        text(&mut fields, "when", &describe.printer.truth(&milestone.when));
        text(&mut fields, "about", &milestone.about);
        part(Section::Milestone, &milestone.name, fields)
    }));
    all.extend(model.outcomes.iter().map(|outcome| {
        let mut fields = Fields::new();
        text(&mut fields, "when", &describe.printer.truth(&outcome.when));
        text(&mut fields, "tested", if outcome.at_horizon { "at the horizon" } else { "at every event" });
        if let Some(next) = &outcome.next {
            let states = next.states.iter().map(|state| format!(" {}", state.value)).collect::<String>();
            text(&mut fields, "next", &format!("{}{states}", next.scenario.value));
        }
        text(&mut fields, "about", &outcome.about);
        part(Section::Outcome, &outcome.name, fields)
    }));
    all.extend(describe.expectations());
    all
}

fn part(section: Section, name: &str, fields: Fields) -> Part {
    Part { section, name: name.to_owned(), fields, way: None, transition: None }
}

/// Adds a field, unless it says nothing.
pub(super) fn text(fields: &mut Fields, what: &str, value: &str) {
    if !value.is_empty() {
        fields.push((what.to_owned(), value.to_owned()));
    }
}

pub(super) fn provenance(fields: &mut Fields, prefix: &str, provenance: &Provenance) {
    let mut add = |what: &str, value: &str| text(fields, &format!("{prefix}{what}"), value);
    add("unit", &provenance.unit);
    add("about", &provenance.about);
    add(
        "basis",
        match provenance.basis {
            None => "",
            Some(Basis::Published) => "published",
            Some(Basis::Estimate) => "estimate",
            Some(Basis::Judgement) => "judgement",
        },
    );
    add("source", &provenance.source);
    add(
        "confidence",
        match provenance.confidence {
            None => "",
            Some(Confidence::Low) => "low",
            Some(Confidence::Medium) => "medium",
            Some(Confidence::High) => "high",
        },
    );
}

pub(super) struct Describe<'a> {
    pub(super) model: &'a Model,
    pub(super) printer: Printer<'a>,
}

impl Describe<'_> {
    fn time(&self, value: f64) -> String {
        let plural = if value == 1.0 { "" } else { "s" };
        format!("{value} {}{plural}", self.model.calendar.unit.name())
    }

    fn scenario(&self) -> Part {
        let calendar = &self.model.calendar;
        let mut fields = Fields::new();
        text(&mut fields, "title", &self.model.title);
        text(&mut fields, "summary", &self.model.summary);
        text(&mut fields, "unit of time", calendar.unit.name());
        text(&mut fields, "horizon", &self.time(calendar.horizon));
        text(&mut fields, "step", &self.time(calendar.step));
        if let Some(date) = calendar.start {
            text(&mut fields, "start", &format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
        }
        part(Section::Scenario, "", fields)
    }

    pub(super) fn input(&self, input: &Input) -> Fields {
        let mut fields = vec![("value".to_owned(), input.value.to_string())];
        self.spread(&mut fields, "", input);
        provenance(&mut fields, "", &input.provenance);
        fields
    }

    /// Range and law of an input.
    fn spread(&self, fields: &mut Fields, prefix: &str, input: &Input) {
        if let Some([low, high]) = input.range {
            text(fields, &format!("{prefix}range"), &format!("{low} to {high}"));
        }
        if let Some(law) = &input.distribution {
            let arguments: Vec<(Argument, String)> =
                law.arguments.iter().map(|(argument, value)| (*argument, value.to_string())).collect();
            text(fields, &format!("{prefix}distribution"), &law_text(law.family.name(), &arguments, &law.values));
        }
    }

    /// What is said of the parameters in place that stand in a part, besides their values.
    pub(super) fn in_place(&self, fields: &mut Fields, expressions: &[&Expression]) {
        let mut ids: Vec<_> = expressions.iter().flat_map(|expression| expression.reads().inputs).collect();
        ids.sort();
        ids.dedup();
        for input in ids.iter().map(|id| &self.model.inputs[id.index()]) {
            if input.kind == InputKind::InPlace {
                let key = input
                    .name
                    .rsplit('.')
                    .next()
                    .unwrap_or(&input.name)
                    .trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
                let prefix = format!("{key}: ");
                self.spread(fields, &prefix, input);
                provenance(fields, &prefix, &input.provenance);
            }
        }
    }

    pub(super) fn variable(&self, variable: &Variable) -> Fields {
        let mut fields = vec![("initial".to_owned(), self.printer.number(&variable.initial))];
        let [low, high] = variable.bounds;
        if low.is_finite() || high.is_finite() {
            text(&mut fields, "bounds", &format!("{low} to {high}"));
        }
        let mut expressions = vec![&variable.initial];
        if let Some(dynamics) = &variable.dynamics {
            let (kind, terms) = match &dynamics.law {
                DriftLaw::RandomWalk => ("random-walk", None),
                DriftLaw::Geometric => ("geometric", None),
                DriftLaw::MeanReverting { level, half_life } => ("mean-reverting", Some((level, half_life))),
                DriftLaw::LogMeanReverting { level, half_life } => ("log-mean-reverting", Some((level, half_life))),
            };
            text(&mut fields, "dynamics", kind);
            if let Some((level, half_life)) = terms {
                text(&mut fields, "level", &self.printer.number(level));
                text(&mut fields, "half-life", &self.printer.number(half_life));
                expressions.extend([level, half_life]);
            }
            text(&mut fields, "drift", &self.printer.number(&dynamics.drift));
            text(&mut fields, "volatility", &self.printer.number(&dynamics.volatility));
            expressions.extend([&dynamics.drift, &dynamics.volatility]);
        }
        self.in_place(&mut fields, &expressions);
        provenance(&mut fields, "", &variable.provenance);
        fields
    }

    fn state(&self, index: usize) -> Fields {
        let state = &self.model.states[index];
        let mut fields = Fields::new();
        text(&mut fields, "about", &state.about);
        text(&mut fields, "within", &self.within(state.parent));
        let names = &self.model.machines[state.machine.index()].value_names;
        for (name, value) in names.iter().zip(&state.values) {
            text(&mut fields, name, &self.printer.number(value));
        }
        self.actions(&mut fields, "on entry ", &state.enter);
        self.actions(&mut fields, "on exit ", &state.exit);
        fields
    }

    fn within(&self, parent: Option<CompositeId>) -> String {
        parent.map_or_else(String::new, |parent| self.model.composite(parent).name.clone())
    }

    /// A state with states within it.
    fn composite(&self, composite: &Composite) -> Fields {
        let mut fields = Fields::new();
        text(&mut fields, "about", &composite.about);
        text(&mut fields, "within", &self.within(composite.parent));
        text(&mut fields, "is entered at", self.name(composite.initial));
        text(&mut fields, "history", if composite.history { "yes" } else { "" });
        self.actions(&mut fields, "on entry ", &composite.enter);
        self.actions(&mut fields, "on exit ", &composite.exit);
        fields
    }

    /// The present of each machine and variable that has one.
    fn now(&self) -> Vec<Part> {
        let now = &self.model.now;
        let machine = |present: &Present| {
            let mut fields = Fields::new();
            text(&mut fields, "is in", self.name(Place::State(present.state)));
            text(&mut fields, "since", &self.printer.number(&present.since));
            for (composite, since) in &present.around {
                let what = format!("in {} since", self.model.composite(*composite).name);
                text(&mut fields, &what, &self.printer.number(since));
            }
            provenance(&mut fields, "", &present.provenance);
            part(Section::Now, &self.model.machines[present.machine.index()].name, fields)
        };
        let variable = |(id, value): &(VariableId, Expression)| {
            let name = &self.model.variables[id.index()].name;
            part(Section::Now, name, vec![("is at".to_owned(), self.printer.number(value))])
        };
        now.machines.iter().map(machine).chain(now.variables.iter().map(variable)).collect()
    }

    fn expectations(&self) -> Vec<Part> {
        let model = self.model;
        let describe = |expectation: &crate::model::Expectation| {
            let subject = model.subject_name(expectation.subject);
            let name = match expectation.measure {
                Measure::Probability { at } => format!("probability of {subject} at {}", self.time(at)),
                Measure::MeanTime => format!("mean time to {subject}"),
                Measure::Mean { at } => format!("mean of {subject} at {}", self.time(at)),
            };
            let mut fields = vec![("value".to_owned(), expectation.value.to_string())];
            if let Some(tolerance) = expectation.tolerance {
                text(&mut fields, "tolerance", &tolerance.to_string());
            }
            text(&mut fields, "source", &expectation.source);
            part(Section::Expectation, &name, fields)
        };
        // Of a range, its ends are what is claimed.
        let range = |rate: &crate::model::BaseRate| {
            let Part { section, name, mut fields, .. } = describe(&rate.expectation);
            fields[0] = ("between".to_owned(), format!("{} and {}", rate.range[0], rate.range[1]));
            part(section, &format!("range of the {name}"), fields)
        };
        model.expectations.iter().map(describe).chain(model.base_rates.iter().map(range)).collect()
    }
}

pub(super) fn law_text(family: &str, arguments: &[(Argument, String)], values: &[f64]) -> String {
    let mut sorted: Vec<&(Argument, String)> = arguments.iter().collect();
    sorted.sort_by_key(|(argument, _)| *argument);
    let mut parts: Vec<String> =
        sorted.iter().map(|(argument, value)| format!("{} {value}", argument.name())).collect();
    if !values.is_empty() {
        let list: Vec<String> = values.iter().map(f64::to_string).collect();
        parts.push(format!("values {}", list.join(", ")));
    }
    format!("{family}: {}", parts.join(", "))
}
