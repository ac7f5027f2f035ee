//! Expressions as text: what is printed is read as the same tree, whatever the tree.

use crate::support::model;
use proptest::prelude::*;
use standoff::diagnostic::{Diagnostics, FileId, Span};
use standoff::model::expression::{Comparison, Condition, Expression, Function, Operator};
use standoff::model::id::{InputId, MachineId, Place, StateId, VariableId};
use standoff::model::parse::{self, MachineNames, Named, Names};
use standoff::model::print::Printer;
use standoff::model::{Meaning, Model};
use standoff::scenario::ExpressionText;

fn sample() -> Model {
    model(include_str!("../good.toml"))
}

/// What expressions of a flat model may mention.
fn names(model: &Model) -> Names {
    let mut names = Names::default();
    for (index, input) in model.inputs.iter().enumerate() {
        names.bare.insert(input.name.clone(), Named::Input(InputId::new(index)));
    }
    for (index, variable) in model.variables.iter().enumerate() {
        names.bare.insert(variable.name.clone(), Named::Variable(VariableId::new(index)));
    }
    for (index, machine) in model.machines.iter().enumerate() {
        let place = |state: usize| (model.states[state].name.clone(), Place::State(StateId::new(state)));
        let states = machine.states.clone().map(place).collect();
        let values = machine.value_names.iter().enumerate().map(|(i, name)| (name.clone(), i)).collect();
        names.machines.insert(machine.name.clone(), MachineNames { id: MachineId::new(index), states, values });
    }
    // After the names that they use.
    for formula in &model.formulas {
        let text = match &formula.meaning {
            Meaning::Number(number) => {
                let plain = Model { formulas: Vec::new(), ..model.clone() };
                Printer::exact(&plain).number(number)
            }
            Meaning::Truth(_) => unreachable!("the sample has no such formula"),
        };
        let named = parse::formula(&text_of(&text), &names, model.calendar.unit, &mut Diagnostics::default());
        names.bare.insert(formula.name.clone(), named);
    }
    names
}

fn text_of(text: &str) -> ExpressionText {
    ExpressionText { text: text.into(), span: Span::new(FileId(0), 0, text.len()), inner: Some(0) }
}

fn leaf() -> impl Strategy<Value = Expression> {
    prop_oneof![
        prop_oneof![-1e3..1e3, Just(0.0), Just(5e-324), Just(-1.797e308), Just(1.0 / 3.0)]
            .prop_map(Expression::Constant),
        Just(Expression::Input(InputId::new(0))),
        Just(Expression::Variable(VariableId::new(0))),
        Just(Expression::Value(MachineId::new(0), 0)),
        Just(Expression::Time),
        Just(Expression::YearFraction),
        Just(Expression::Age(MachineId::new(0))),
        // The formula `push`, as it is written out.
        Just(Expression::binary(
            Operator::Multiply,
            Expression::Input(InputId::new(0)),
            Expression::binary(Operator::Add, Expression::Constant(1.0), Expression::Variable(VariableId::new(0))),
        )),
    ]
}

fn function() -> impl Strategy<Value = Function> {
    use Function::*;
    prop::sample::select(vec![Negate, Abs, Exp, Ln, Sqrt, Logistic, Sin, Cos, Floor])
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator::*;
    prop::sample::select(vec![Add, Subtract, Multiply, Divide, Power, Min, Max])
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::*;
    prop::sample::select(vec![Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual])
}

fn condition(number: impl Strategy<Value = Expression> + Clone + 'static) -> impl Strategy<Value = Condition> {
    let compare = (comparison(), number.clone(), number)
        .prop_map(|(comparison, x, y)| Condition::Compare(comparison, Box::new(x), Box::new(y)));
    let leaf = prop_oneof![
        any::<bool>().prop_map(Condition::Constant),
        (0usize..3).prop_map(|state| Condition::In(MachineId::new(0), StateId::new(state))),
        compare,
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(Condition::negated),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| Condition::and(x, y)),
            (inner.clone(), inner).prop_map(|(x, y)| Condition::or(x, y)),
        ]
    })
}

fn expression() -> impl Strategy<Value = Expression> {
    leaf().prop_recursive(5, 40, 3, |inner| {
        let unary = (function(), inner.clone()).prop_map(|(function, x)| match (function, x) {
            // A minus before a number is the number's own.
            (Function::Negate, Expression::Constant(value)) => Expression::Constant(-value),
            (function, x) => Expression::unary(function, x),
        });
        prop_oneof![
            unary,
            (operator(), inner.clone(), inner.clone()).prop_map(|(operator, x, y)| Expression::binary(operator, x, y)),
            (condition(inner.clone().boxed()), inner.clone(), inner).prop_map(|(c, x, y)| Expression::If(
                Box::new(c),
                Box::new(x),
                Box::new(y)
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn printed_numbers_are_read_as_they_were(tree in expression()) {
        let model = sample();
        let text = Printer::exact(&model).number(&tree);
        let mut diagnostics = Diagnostics::default();
        let read = parse::number(&text_of(&text), &names(&model), model.calendar.unit, &mut diagnostics);
        prop_assert_eq!(read.as_ref(), Some(&tree), "{}: {:?}", text, diagnostics);
    }

    #[test]
    fn printed_conditions_are_read_as_they_were(tree in condition(leaf().boxed())) {
        let model = sample();
        let text = Printer::exact(&model).truth(&tree);
        let mut diagnostics = Diagnostics::default();
        let read = parse::condition(&text_of(&text), &names(&model), model.calendar.unit, &mut diagnostics);
        prop_assert_eq!(read.as_ref(), Some(&tree), "{}: {:?}", text, diagnostics);
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let model = sample();
    let mut diagnostics = Diagnostics::default();
    let read = parse::number(&text_of(text), &names(&model), model.calendar.unit, &mut diagnostics).expect(text);
    assert_eq!(Printer::readable(&model).number(&read), expected);
}

#[test]
fn a_zero_below_zero_stands_in_brackets_too() {
    let tree = Expression::binary(Operator::Power, Expression::Constant(-0.0), Expression::Constant(2.0));
    assert_eq!(Printer::exact(&sample()).number(&tree), "(-0) ^ 2");
}

#[test]
fn text_for_people_has_no_bracket_too_many() {
    check("((1 + 2) * 3) - (4 - 5)", "(1 + 2) * 3 - (4 - 5)");
    check("(-2) ^ 2 + -(2 ^ 2)", "(-2) ^ 2 + -2 ^ 2");
    check("2 ^ (3 ^ 2) / (2 ^ 3) ^ 2", "2 ^ 3 ^ 2 / (2 ^ 3) ^ 2");
    check("min(max(pressure, 0), 1)", "clamp(pressure, 0, 1)");
    check("if((not fleet.patrol) and (1 < 2 or true), 1, 0)", "if(not fleet.patrol and (1 < 2 or true), 1, 0)");
    check("1 / 3 week + 0.12345678 + 20%", "1 / 3 + 0.1235 + 0.2");
    check("2 * (resolve * (1 + pressure))", "2 * push");
}
