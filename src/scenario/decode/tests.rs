use crate::scenario::load::memory::read_text;

fn codes(text: &str) -> Vec<(&'static str, usize)> {
    read_text(text).codes().into_iter().map(|(code, line, _)| (code, line)).collect()
}

#[test]
fn unknown_keys_are_told_with_the_nearest_one() {
    let read = read_text("title = \"x\"\n[time]\nhorzion = 3\nhorizon = 4\n");
    assert_eq!(read.codes().iter().map(|code| (code.0, code.1)).collect::<Vec<_>>(), [("unknown-key", 3)]);
    assert!(read.shown.contains("horizon"), "{}", read.shown);
}

#[test]
fn mistakes_come_in_file_order() {
    let found = codes(
        "title = 3\n[time]\nunit = \"fortnight\"\nhorizon = 4\n[variables.v]\nbounds = [1]\n[milestones.m]\nwhen = []\n",
    );
    assert!(found.len() >= 4 && found.is_sorted_by_key(|code| code.1), "{found:?}");
}

#[test]
fn lists_keep_the_order_of_the_file() {
    let text = "[time]\nhorizon = 1\n[parameters]\nz = { value = 1 }\na = { value = 2 }\nm = { value = 3 }\n";
    let scenario = read_text(text).scenario.unwrap();
    let names: Vec<&str> = scenario.parameters.iter().map(|(name, _)| name.value.as_str()).collect();
    assert_eq!(names, ["z", "a", "m"]);
}
