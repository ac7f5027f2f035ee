//! What is dated: shocks, and the present that runs start from.

use super::{Resolver, provenance, slug};
use crate::diagnostic::{Diagnostic, Mistake};
use crate::distribution::{Argument, Distribution};
use crate::model::expression::Expression;
use crate::model::id::{CompositeId, InputId, MachineId, Place};
use crate::model::index::{Kind, Space};
use crate::model::{ClockRule, Composite, Machine, Now, Present, Shock, State, Transition, Trigger, Variable};
use crate::scenario::{Date, ExpressionText, PresentText, Provenance};

/// A machine's present and the texts to point at.
struct Told<'a> {
    text: &'a PresentText,
    present: Present,
}

impl Resolver<'_> {
    pub(super) fn resolve_shocks(&mut self) -> Vec<Shock> {
        let scenario = self.scenario;
        let mut shocks = Vec::new();
        for text in &scenario.shocks {
            self.enclosing = text.provenance.clone();
            self.names.recorder.define(Kind::Shock, "", &text.name);
            // The reader has reported a shock without a time.
            let at = text.at.as_ref().map_or(Expression::Constant(0.0), |at| self.time_of_shock(at));
            let when = text.when.as_ref().map(|when| self.condition(when));
            let actions = self.actions(&text.actions, &format!("shock.{}", slug(&text.name.value)));
            self.enclosing = Provenance::default();
            shocks.push(Shock {
                name: text.name.value.clone(),
                span: text.name.span,
                at,
                when,
                actions,
                provenance: provenance(&text.provenance),
            });
        }
        shocks
    }

    fn time_of_shock(&mut self, text: &ExpressionText) -> Expression {
        let at = self.fixed_moment(text, "the time of a shock");
        if let Some(value) = self.central_value(&at)
            && value < 0.0
        {
            let message = match self.start.filter(|_| Date::from_text(&text.text).is_some()) {
                Some(start) => format!("this shock comes before the start, which is {start}"),
                None => "this shock comes before the start: a run begins at time 0".to_owned(),
            };
            let help = "let it happen later, or write what it did into `[now.variables]`";
            self.report(Diagnostic::error(Mistake::BeforeTheStart, text.span, message).help(help));
        }
        at
    }

    /// A time that may depend on parameters and levers, or the time of a date; a stand-in after a mistake.
    fn fixed_moment(&mut self, text: &ExpressionText, what: &str) -> Expression {
        if Date::from_text(&text.text).is_some() {
            return Expression::Constant(self.moment(text, what).unwrap_or(f64::NAN));
        }
        let expression = self.number(text);
        self.fixed(expression, text.span, what)
    }

    /// Its value with every input at its central one, if it is a number.
    fn central_value(&self, expression: &Expression) -> Option<f64> {
        let central = |id: InputId| self.inputs.get(id.index()).map(|input| input.value);
        expression.value_with(&central).filter(|value| !value.is_nan())
    }

    pub(super) fn resolve_now(
        &mut self,
        machines: &[Machine],
        composites: &[Composite],
        states: &[State],
        transitions: &[Transition],
        variables: &[Variable],
    ) -> Now {
        let scenario = self.scenario;
        let mut now = Now::default();
        for text in &scenario.now.machines {
            let Some(present) = self.present(text, machines, composites, states) else { continue };
            let told = Told { text, present };
            self.check_order(&told, composites);
            self.check_waits(&told, machines, transitions);
            now.machines.push(told.present);
        }
        for (name, quantity) in &scenario.now.variables {
            let value = self.fixed_quantity(quantity, &format!("now.{}", name.value), "a present value");
            let Some(&id) = self.variables.get(&name.value) else {
                self.unknown_variable(name, "unknown variable", scenario.variables.iter().map(|text| &text.name));
                continue;
            };
            self.names.recorder.refer(Space::Bare, "", name);
            let [low, high] = variables[id.index()].bounds;
            if let (Some(bounds), Some(present)) = (&scenario.variables[id.index()].bounds, self.central_value(&value))
                && !(low..=high).contains(&present)
            {
                let message = format!("the present value {present} lies outside the bounds {low} to {high}");
                let error = Diagnostic::error(Mistake::OutsideBounds, quantity.span(), message);
                self.report(error.related(bounds.span, "the bounds"));
            }
            now.variables.push((id, value));
        }
        now
    }

    fn present(
        &mut self,
        text: &PresentText,
        machines: &[Machine],
        composites: &[Composite],
        states: &[State],
    ) -> Option<Present> {
        let scenario = self.scenario;
        let name = &text.machine;
        let Some(index) = machines.iter().position(|machine| machine.name == name.value) else {
            let known = machines.iter().map(|machine| machine.name.as_str());
            self.unknown_key(Mistake::UnknownMachine, name, "unknown machine", known);
            return None;
        };
        self.names.recorder.refer(Space::Bare, "", name);
        let mut place = self.place_of(&scenario.machines[index], text.state.as_ref()?)?;
        while let Place::Composite(composite) = place {
            place = composites[composite.index()].initial;
        }
        let Place::State(state) = place else { unreachable!("the loop ends at a state") };
        let since = text.since.as_ref().map_or(Expression::Constant(0.0), |since| self.time_spent(since));
        let mut around: Vec<(CompositeId, Expression)> = Vec::new();
        let mut next = states[state.index()].parent;
        while let Some(id) = next {
            let composite = &composites[id.index()];
            let told = text.within.iter().find(|(name, _)| name.value == composite.name);
            // What is not said of a composite is that it was entered with what stands within it.
            let inner = around.last().map_or_else(|| since.clone(), |(_, inner)| inner.clone());
            let spent = told.map_or(inner, |(_, since)| self.time_spent(since));
            around.push((id, spent));
            next = composite.parent;
        }
        for (name, _) in &text.within {
            if around.iter().any(|(id, _)| composites[id.index()].name == name.value) {
                self.names.recorder.refer(Space::State, &text.machine.value, name);
            } else {
                let known = around.iter().map(|(id, _)| composites[id.index()].name.as_str());
                let unknown = format!("around `{}` there is no state", states[state.index()].name);
                self.unknown_key(Mistake::UnknownState, name, &unknown, known);
            }
        }
        let machine = MachineId::new(index);
        let provenance = provenance(&text.provenance);
        Some(Present { span: text.machine.span, machine, state, since, around, provenance })
    }

    /// A time already spent somewhere, given as such or as the date of the beginning.
    fn time_spent(&mut self, text: &ExpressionText) -> Expression {
        let what = "the time already spent in a state";
        if Date::from_text(&text.text).is_none() {
            let spent = self.fixed_moment(text, what);
            if self.central_value(&spent).is_some_and(|value| value < 0.0) {
                let message = "the time already spent in a state cannot be negative";
                let help = "write how long it has been there when the run begins, such as `since = \"6 weeks\"`";
                self.report(Diagnostic::error(Mistake::NegativeSince, text.span, message).help(help));
            }
            return spent;
        }
        let spent = -self.moment(text, what).unwrap_or(f64::NAN);
        if let (true, Some(start)) = (spent < 0.0, self.start) {
            let message = format!("this is after the start, which is {start}: it would not be there yet");
            let help = "write a date before the start, or let a shock or a transition lead there";
            self.report(Diagnostic::error(Mistake::NegativeSince, text.span, message).help(help));
        }
        // Without the minus sign that a zero may have from the subtraction.
        Expression::Constant(spent + 0.0)
    }

    /// A state cannot have been entered after what stands within it.
    fn check_order(&mut self, told: &Told<'_>, composites: &[Composite]) {
        let mut inner = (told.text.state.as_ref().map_or("", |name| name.value.as_str()), told.present.since.clone());
        for (id, spent) in &told.present.around {
            let outer = composites[id.index()].name.as_str();
            if let (Some(inside), Some(outside)) = (self.central_value(&inner.1), self.central_value(spent))
                && outside < inside
                && let Some((name, text)) = told.text.within.iter().find(|(name, _)| name.value == outer)
            {
                let message = format!("`{outer}` cannot have been entered after `{}`, which is within it", inner.0);
                let error = Diagnostic::error(Mistake::EnteredTooLate, text.span, message);
                let error = match &told.text.since {
                    Some(since) => error.related(since.span, "entered earlier"),
                    None => error,
                };
                self.report(error.help(format!("give `{}` a longer time", name.value)));
            }
            inner = (outer, spent.clone());
        }
    }

    /// A wait that would have ended for certain contradicts the time that is said to have been spent.
    fn check_waits(&mut self, told: &Told<'_>, machines: &[Machine], transitions: &[Transition]) {
        let present = &told.present;
        let range = machines[present.machine.index()].transitions.clone();
        for transition in &transitions[range] {
            let Trigger::After { wait } = &transition.trigger else { continue };
            let in_question = transition.from.contains(&present.state)
                && transition.clock != ClockRule::Forward
                && transition.guard.is_none();
            let speed = transition.acceleration.as_ref().map_or(Some(1.0), |speed| self.central_value(speed));
            let spent = self.central_value(&spent_before(transition, present));
            let (true, Some(speed), Some(spent)) = (in_question, speed, spent) else { continue };
            let arguments: Option<Vec<(Argument, f64)>> =
                wait.arguments.iter().map(|(argument, value)| Some((*argument, self.central_value(value)?))).collect();
            let Some(law) = arguments.and_then(|a| Distribution::new(wait.family, &a, &wait.values).ok()) else {
                continue;
            };
            if spent > 0.0 && law.cumulative_hazard(spent * speed).is_infinite() {
                let (_, end) = law.support();
                let longest = end / speed;
                let (name, unit) = (&transition.name, self.unit.name());
                let message =
                    format!("`{name}` waits for {longest} {unit}s at most, and has waited for {spent} {unit}s already");
                let span = told.text.since.as_ref().map_or(told.text.machine.span, |since| since.span);
                self.report(
                    Diagnostic::error(Mistake::WaitIsOver, span, message)
                        .related(wait.span, "this wait would be over")
                        .help("shorten the time that was spent, or lengthen the wait"),
                );
            }
        }
    }
}

/// How long a transition of the machine has been waiting: since the machine is in what the transition leaves from.
fn spent_before(transition: &Transition, present: &Present) -> Expression {
    let named = |(id, _): &&(CompositeId, Expression)| transition.sources.contains(&Place::Composite(*id));
    present.around.iter().find(named).map_or_else(|| present.since.clone(), |(_, spent)| spent.clone())
}
