use super::*;

fn point(value: f64) -> Reach {
    Reach::point(value)
}

fn variable(low: f64, high: f64) -> Reach {
    Reach::between(low, high, false, Parts { variables: [VariableId::new(0)].into(), ..Parts::default() })
}

#[track_caller]
fn check(reach: Reach, only: Option<f64>) {
    assert_eq!(reach.only(), only, "{reach:?}");
}

#[test]
fn what_is_switched_off_makes_no_difference() {
    let pull = binary(Operator::Subtract, variable(0.0, 10.0), point(4.0));
    check(binary(Operator::Multiply, point(0.0), pull.clone()), Some(0.0));
    check(binary(Operator::Multiply, point(0.5), pull.clone()), None);
    check(unary(Function::Exp, binary(Operator::Multiply, point(0.0), pull)), Some(1.0));
    check(binary(Operator::Power, variable(f64::NEG_INFINITY, f64::INFINITY), point(0.0)), Some(1.0));
}

#[test]
fn what_may_overflow_is_not_switched_off_by_zero() {
    let unbounded = variable(f64::NEG_INFINITY, f64::INFINITY);
    check(binary(Operator::Multiply, point(0.0), unbounded.clone()), Some(0.0));
    let squared = binary(Operator::Multiply, unbounded.clone(), unbounded.clone());
    check(binary(Operator::Multiply, point(0.0), squared), None);
    check(binary(Operator::Multiply, point(0.0), unary(Function::Exp, unbounded)), None);
    check(binary(Operator::Multiply, point(0.0), unary(Function::Exp, variable(0.0, 10.0))), Some(0.0));
    check(binary(Operator::Multiply, point(0.0), binary(Operator::Divide, point(1.0), variable(0.0, 1.0))), None);
    check(binary(Operator::Multiply, point(0.0), unary(Function::Ln, variable(0.0, 1.0))), None);
}

#[test]
fn bounds_settle_comparisons_and_choices() {
    check(compare(Comparison::Less, variable(0.0, 1.0), point(2.0)), Some(1.0));
    check(compare(Comparison::Less, variable(0.0, 1.0), point(0.0)), Some(0.0));
    check(compare(Comparison::LessOrEqual, variable(0.0, 1.0), point(0.0)), None);
    check(compare(Comparison::Equal, variable(0.0, 1.0), point(2.0)), Some(0.0));
    check(compare(Comparison::Greater, variable(0.0, 1.0), point(0.5)), None);
    check(select(variable(0.0, 1.0), point(3.0), point(3.0)), Some(3.0));
    check(select(variable(0.0, 1.0), point(3.0), point(4.0)), None);
    check(select(point(0.0), variable(0.0, 1.0), point(4.0)), Some(4.0));
    check(binary(Operator::Min, variable(0.0, 1.0), point(-1.0)), Some(-1.0));
}
