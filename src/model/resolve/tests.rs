use super::*;

#[test]
fn names_become_addresses() {
    assert_eq!(slug("Answers the deployment"), "answers-the-deployment");
    assert_eq!(slug("a, b -> c"), "a-b-c");
    assert_eq!(slug("  "), "");
}
