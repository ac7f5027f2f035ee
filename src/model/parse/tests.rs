use super::*;
use crate::diagnostic::FileId;
use crate::model::id::StateId;

fn names() -> Names {
    let mut names = Names::default();
    names.bare.insert("pressure".into(), Named::Variable(VariableId(0)));
    names.bare.insert("resolve".into(), Named::Input(InputId(0)));
    let state = |id| Place::State(StateId(id));
    let states = [("calm".to_owned(), state(0)), ("striking".to_owned(), state(1))].into();
    let values = [("cyber".to_owned(), 0)].into();
    names.machines.insert("russia".into(), MachineNames { id: MachineId(0), states, values });
    names
}

fn text(text: &str) -> ExpressionText {
    ExpressionText { text: text.into(), span: Span::new(FileId(0), 0, text.len()), inner: Some(0) }
}

fn value(source: &str) -> f64 {
    let mut diagnostics = Diagnostics::default();
    let expression = number(&text(source), &names(), TimeUnit::Week, &mut diagnostics);
    expression.unwrap_or_else(|| panic!("{source}: {diagnostics:?}")).constant().expect(source)
}

/// The first message for a number, with the text under its caret.
fn mistake(source: &str) -> String {
    let mut diagnostics = Diagnostics::default();
    let parsed = number(&text(source), &names(), TimeUnit::Week, &mut diagnostics);
    assert!(parsed.is_none(), "{source} is accepted: {parsed:?}");
    let first = diagnostics.iter().next().unwrap();
    let span = first.label.as_ref().unwrap().span;
    format!("{}: {}", &source[span.start as usize..span.end as usize], first.message)
}

#[test]
fn arithmetic_has_the_usual_precedence() {
    for (source, expected) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("2 ^ -1", 0.5),
        ("8 / 2 / 2", 2.0),
        ("8 - 2 - 2", 4.0),
        ("20%", 0.2),
        ("2 weeks + 7 days", 3.0),
        ("0.3 / month", 0.3 / (365.25 / 12.0 / 7.0)),
        ("if(1 < 2 and not 3 < 2, 10, 20)", 10.0),
        ("min(3, 1, 2) + max(3, 1, 2)", 4.0),
        ("clamp(5, 0, 1) + clamp(-5, 0, 1) + clamp(0.5, 0, 1)", 1.5),
        ("1_000 + 1e3", 2000.0),
        ("exp(ln(2))", 2.0),
        ("logistic(0)", 0.5),
        ("if(if(1 < 2, 2 < 1, true), 1, 0)", 0.0),
    ] {
        assert_eq!(value(source), expected, "{source}");
    }
}

#[test]
fn carets_point_into_the_expression() {
    for (source, expected) in [
        ("0.02 * presure + 1", "presure: unknown name `presure`"),
        ("1 + russia.strikng", "strikng: `russia` has no state or value `strikng`"),
        ("1 + rusia.calm", "rusia: unknown machine `rusia`"),
        ("1 + russia.calm", "russia.calm: a number is expected here, and this is true or false"),
        ("1 < 2", "1 < 2: a number is expected here, and this is true or false"),
        ("if(pressure, 1, 2)", "pressure: a condition is expected here, and this is a number"),
        ("1 +", "+: the expression ends too early"),
        ("(1 + 2", "(: this `(` is never closed"),
        ("1 2", "2: `2` does not fit here: there is no operator before it"),
        ("if(1 < 2 < 3, 1, 2)", "<: comparisons do not chain"),
        ("exq(1)", "exq: unknown function `exq`"),
        ("exp(1, 2)", "exp(1, 2): `exp` takes one number, and got 2"),
        ("calm", "calm: unknown name `calm`"),
        ("2 × 3", "×: `×` is not part of an expression"),
        ("1e999", "1e999: `1e999` is not a number that can be computed with"),
    ] {
        assert_eq!(mistake(source), expected);
    }
}

#[test]
fn two_unknown_names_are_two_mistakes() {
    let mut diagnostics = Diagnostics::default();
    assert!(number(&text("a + b"), &names(), TimeUnit::Week, &mut diagnostics).is_none());
    assert_eq!(diagnostics.iter().count(), 2);
}

#[test]
fn hostile_depth_and_length_are_refused() {
    mistake(&format!("{}1{}", "(".repeat(5000), ")".repeat(5000)));
    mistake(&"-".repeat(5000));
    mistake(&format!("1{}", "+1".repeat(5000)));
    mistake(&format!("1{}", "^1".repeat(5000)));
}
