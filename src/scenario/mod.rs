//! What the author wrote: a scenario file and its `extends`, decoded, with the place of everything.
//!
//! In: paths and bytes of TOML. Out: a [`Scenario`], whose names are still text and whose expressions are still
//! unparsed, and [`Diagnostics`](crate::diagnostic::Diagnostics) for what is not in the format.
//! Does not know what the names mean: that is [`model`](crate::model)'s.

pub mod address;
pub mod date;
pub mod decode;
pub mod edit;
pub mod keys;
pub mod load;
pub mod precision;
pub mod shape;
pub mod study;
pub mod template;
pub mod threshold;
pub mod tree;

use crate::diagnostic::Span;
pub use date::Date;
use std::sync::Arc;
pub use template::TemplateText;

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// A name as written, in a key or a string.
pub type Name = Spanned<String>;

/// The text of an expression: a TOML string, or a bare number or truth value as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpressionText {
    pub text: String,
    /// The whole value, quotes included.
    pub span: Span,
    /// Where `text` begins in the file, if it stands there unescaped: then byte `i` of `text` is at `inner + i`.
    pub inner: Option<u32>,
}

/// Who says so and how sure they are; kept with every number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    pub about: Option<Name>,
    pub unit: Option<Name>,
    /// What readers look for it under; of variables and consequences.
    pub dimension: Option<Name>,
    pub basis: Option<Spanned<Basis>>,
    pub source: Option<Name>,
    pub confidence: Option<Spanned<Confidence>>,
}

/// Where a number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    Published,
    Estimate,
    Judgement,
}

/// How far to trust it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

/// The fields of a parameter or lever, wherever it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterText {
    pub span: Span,
    pub value: ExpressionText,
    /// `[low, high]`: constant expressions.
    pub range: Option<Spanned<[ExpressionText; 2]>>,
    pub distribution: Option<DistributionText>,
    pub provenance: Provenance,
}

/// A quantity: an expression, or a parameter defined in place.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    Expression(ExpressionText),
    /// `{ value = 0.25, range = […], times = "…", … }`: worth `value` multiplied with `times`.
    InPlace(Box<ParameterText>, Option<ExpressionText>),
}

impl Quantity {
    pub fn span(&self) -> Span {
        match self {
            Quantity::Expression(text) => text.span,
            Quantity::InPlace(parameter, _) => parameter.span,
        }
    }
}

/// `{ family = "weibull", shape = 1.5, scale = "10 weeks", basis = … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionText {
    pub span: Span,
    pub family: Name,
    /// Every key that is not of the format itself, in file order.
    pub arguments: Vec<(Name, Quantity)>,
    /// `values = [1, 2, 3]`: the sample of an empirical distribution.
    pub values: Option<Spanned<Vec<ExpressionText>>>,
    /// `csv = "data/waits.csv"`: the sample, read from a column of that file; empty after a mistake.
    pub observations: Option<Spanned<Arc<[f64]>>>,
    pub provenance: Provenance,
}

/// `[time]`.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeText {
    pub span: Span,
    pub unit: Option<Name>,
    pub start: Option<Spanned<Date>>,
    pub horizon: Option<ExpressionText>,
    pub step: Option<ExpressionText>,
}

/// `[variables.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct VariableText {
    pub name: Name,
    pub initial: Option<Quantity>,
    pub bounds: Option<Spanned<[ExpressionText; 2]>>,
    pub dynamics: Option<DynamicsText>,
    pub provenance: Provenance,
}

/// `dynamics = { kind = "mean-reverting", level = "0.2", half_life = "12 weeks", … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct DynamicsText {
    pub span: Span,
    pub kind: Name,
    /// Every key but `kind`, in file order.
    pub arguments: Vec<(Name, Quantity)>,
}

/// `set`, `add` and `emit` of a transition, an entry or an exit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActionsText {
    pub set: Vec<(Name, Quantity)>,
    pub add: Vec<(Name, Quantity)>,
    pub emit: Vec<Name>,
}

/// One state of a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct StateText {
    pub name: Name,
    pub about: Option<Name>,
    pub values: Vec<(Name, Quantity)>,
    pub enter: ActionsText,
    pub exit: ActionsText,
    /// The states within it; with any it is a composite.
    pub states: Vec<StateText>,
    /// Of a composite: the state within it, however deep, that it is entered at.
    pub initial: Option<Name>,
    /// Of a composite: whether it is entered again where it was last left.
    pub history: bool,
}

impl StateText {
    pub fn is_composite(&self) -> bool {
        !self.states.is_empty()
    }

    /// All states within it, however deep, each before those within it, in file order.
    pub fn all_states(&self) -> Vec<&StateText> {
        all_of(&self.states)
    }
}

/// Some states and all within them, each before those within it, in file order.
fn all_of(states: &[StateText]) -> Vec<&StateText> {
    fn collect<'a>(states: &'a [StateText], into: &mut Vec<&'a StateText>) {
        for state in states {
            into.push(state);
            collect(&state.states, into);
        }
    }
    let mut all = Vec::new();
    collect(states, &mut all);
    all
}

/// What makes a transition happen.
#[derive(Clone, Debug, PartialEq)]
pub enum TriggerText {
    /// A hazard per time unit.
    Rate(Quantity),
    /// A waiting time.
    After(Box<DistributionText>),
    /// A probability per period.
    Chance { probability: Quantity, per: ExpressionText },
    /// An event, taken with a probability (1 if not given).
    On { event: Name, probability: Option<Quantity> },
    /// As soon as `when` holds.
    Immediate,
}

/// Where a transition leads.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetText {
    Stay,
    To(Name),
    Branches(Spanned<Vec<(Name, Quantity)>>),
}

/// `from`: some states, or `"*"`.
#[derive(Clone, Debug, PartialEq)]
pub enum FromText {
    States(Vec<Name>),
    All(Span),
}

/// `[[machines.NAME.transitions]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionText {
    /// The whole table, or its header.
    pub span: Span,
    pub name: Option<Name>,
    pub about: Option<Name>,
    pub from: FromText,
    pub trigger: TriggerText,
    pub when: Option<ExpressionText>,
    pub target: TargetText,
    pub reenter: bool,
    pub hazard_ratio: Option<Quantity>,
    pub acceleration: Option<Quantity>,
    /// `"reset"`, `"resume"` or `"forward"`.
    pub clock: Option<Name>,
    pub actions: ActionsText,
    pub provenance: Provenance,
}

/// `[machines.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineText {
    pub name: Name,
    pub about: Option<Name>,
    pub initial: Option<Name>,
    /// Defaults of the values of its states.
    pub values: Vec<(Name, Quantity)>,
    pub states: Vec<StateText>,
    pub transitions: Vec<TransitionText>,
    /// The template that it is made from; what comes from there is among the other fields already.
    pub like: Option<Name>,
    /// The template's parameters, with the values that hold in this machine.
    pub with: Vec<(Name, Quantity)>,
}

/// `[policies.NAME]` or `[variants.NAME]`: several inputs set together.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingText {
    pub name: Name,
    /// Names of inputs, those in place with their points, and constant expressions; in file order.
    pub set: Vec<(Name, ExpressionText)>,
    pub provenance: Provenance,
}

impl MachineText {
    /// Its states, however deep, each before those within it, in file order.
    pub fn all_states(&self) -> Vec<&StateText> {
        all_of(&self.states)
    }
}

/// `[[correlations]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelationText {
    pub span: Span,
    /// Names of inputs.
    pub between: [Name; 2],
    /// A constant expression.
    pub rank: ExpressionText,
    pub provenance: Provenance,
}

/// `[shares.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareText {
    pub name: Name,
    /// Names of inputs.
    pub of: Vec<Name>,
    /// A constant expression; missing after a mistake.
    pub concentration: Option<ExpressionText>,
    pub provenance: Provenance,
}

/// `[consequences.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsequenceText {
    pub name: Name,
    pub rate: Option<Quantity>,
    /// Per year.
    pub discount: Option<Quantity>,
    pub provenance: Provenance,
}

/// `[milestones.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct MilestoneText {
    pub name: Name,
    pub about: Option<Name>,
    pub dimension: Option<Name>,
    pub when: Option<ExpressionText>,
}

/// `next = { scenario = "limited-deployment.toml", state = "path.preparation" }`: what follows an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct NextText {
    pub span: Span,
    /// The path as written, relative to the file that it stands in.
    pub scenario: Name,
    /// `machine.state`, or `state` where only one machine of the scenario that follows has it.
    pub states: Vec<Name>,
}

/// `[outcomes.NAME]`. With `default = true` it classifies what is left at the horizon (if `when` holds, where given).
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeText {
    pub name: Name,
    pub about: Option<Name>,
    pub dimension: Option<Name>,
    pub when: Option<ExpressionText>,
    pub default: bool,
    pub next: Option<NextText>,
}

/// `[durations.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct DurationText {
    pub name: Name,
    /// `machine.state` each; at least one, unless that was reported.
    pub states: Vec<Name>,
    pub lasted: Option<Spanned<[ExpressionText; 2]>>,
    pub provenance: Provenance,
}

/// `[shocks.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ShockText {
    pub name: Name,
    /// A time after the start, or a date.
    pub at: Option<ExpressionText>,
    pub when: Option<ExpressionText>,
    pub actions: ActionsText,
    pub provenance: Provenance,
}

/// `[now]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NowText {
    pub machines: Vec<PresentText>,
    pub variables: Vec<(Name, Quantity)>,
}

/// `[now.machines.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct PresentText {
    pub machine: Name,
    pub state: Option<Name>,
    /// A time spent there, or a date.
    pub since: Option<ExpressionText>,
    /// The same for states around that one.
    pub within: Vec<(Name, ExpressionText)>,
    pub provenance: Provenance,
}

/// `[[expect]]`: one known truth. Exactly one of the subjects and one of `probability`, `mean` and `between` is set.
///
/// Legal: `outcome` + probability (of ending so); `milestone` or `outcome` + probability + `by` (reached by then);
/// `milestone` or `outcome` + mean (time, of the runs that reach it); `state` (`"machine.state"`) + probability + `at`;
/// `duration` + probability + `at` (of lasting longer);
/// `consequence` + mean (its total at the end), or + mean + `at`; `variable` + mean + `at`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectText {
    pub span: Span,
    pub outcome: Option<Name>,
    pub milestone: Option<Name>,
    pub state: Option<Name>,
    pub duration: Option<Name>,
    pub consequence: Option<Name>,
    pub variable: Option<Name>,
    pub probability: Option<ExpressionText>,
    pub mean: Option<ExpressionText>,
    /// A range of the probability, or of the mean of a consequence or variable, that is known from elsewhere.
    pub between: Option<Spanned<[ExpressionText; 2]>>,
    pub at: Option<ExpressionText>,
    pub by: Option<ExpressionText>,
    /// Absolute, for exact answers.
    pub tolerance: Option<ExpressionText>,
    pub source: Option<Name>,
}

/// `[charts]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartsText {
    pub language: Option<Name>,
    /// Names of outcomes.
    pub order: Vec<Name>,
    /// The chart's name and its title.
    pub titles: Vec<(String, Name)>,
    /// Names of outcomes, milestones and states (`machine.state`), and colours as written.
    pub colors: Vec<(Name, Name)>,
}

/// A whole scenario as written, `extends` merged in; every list is in file order (inherited entries first).
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The whole of the main file: where to point when something is missing from it.
    pub span: Span,
    pub format: Option<Spanned<i64>>,
    pub title: Option<Name>,
    pub summary: Option<Name>,
    pub time: TimeText,
    pub parameters: Vec<(Name, ParameterText)>,
    pub levers: Vec<(Name, ParameterText)>,
    pub variables: Vec<VariableText>,
    pub formulas: Vec<(Name, ExpressionText)>,
    pub policies: Vec<SettingText>,
    pub variants: Vec<SettingText>,
    pub correlations: Vec<CorrelationText>,
    pub shares: Vec<ShareText>,
    pub templates: Vec<TemplateText>,
    pub machines: Vec<MachineText>,
    pub consequences: Vec<ConsequenceText>,
    pub milestones: Vec<MilestoneText>,
    pub outcomes: Vec<OutcomeText>,
    pub durations: Vec<DurationText>,
    pub shocks: Vec<ShockText>,
    pub now: NowText,
    pub expect: Vec<ExpectText>,
    pub charts: ChartsText,
}
