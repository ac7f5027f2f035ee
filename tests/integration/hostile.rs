//! Files that no analyst would write: huge, deep, many, senseless. The command answers each in good time and memory.

use assert_cmd::Command;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// What no verb may need: a GiB of addresses, and this many seconds on a machine that has other things to do.
const KIBIBYTES: u32 = 1 << 20;
const SECONDS: u32 = 120;

const HEAD: &str = "title = \"t\"\n[time]\nhorizon = 52\n";
const ENDS: &str = "[outcomes.left]\ndefault = true\n";
const MACHINE: &str = "[machines.m]\ninitial = \"a\"\nstates = { a = {} }\n";
const MIB: usize = 1 << 20;

/// Runs the command under limits; exit code and what it said.
fn limited(folder: &Path, arguments: &str) -> (i32, String) {
    let program = assert_cmd::cargo::cargo_bin("standoff");
    let line = format!("ulimit -v {KIBIBYTES} && exec timeout {SECONDS} '{}' {arguments}", program.display());
    let output = Command::new("sh").args(["-c", &line]).current_dir(folder).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text)
}

/// Checks a file and expects the exit code, and these words somewhere.
#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expected: i32, words: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("monster.toml"), bytes).unwrap();
    for format in ["text", "json"] {
        let (code, said) = limited(folder.path(), &format!("check monster.toml --format {format}"));
        let shown: String = said.chars().take(2000).collect();
        assert_eq!(code, expected, "{format}: {shown}");
        assert!(said.contains(words), "{format}: {shown}");
        assert!(said.len() < 2 * MIB, "{format}: {} bytes are said", said.len());
    }
}

/// A line for each number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        writeln!(text, "{}", line(n)).unwrap();
        text
    })
}

/// A machine of many states, each with a transition written by `line`.
fn states(count: usize, line: impl Fn(usize) -> String) -> String {
    let states = lines(count, |n| format!("s{n} = {{}}"));
    let transitions = lines(count, |n| format!("[[machines.m.transitions]]\n{}", line(n)));
    format!("{HEAD}[machines.m]\ninitial = \"s0\"\n[machines.m.states]\n{states}{transitions}{ENDS}")
}

fn formulas(text: &str) -> String {
    format!("{HEAD}{MACHINE}[formulas]\n{text}{ENDS}")
}

fn around_the_states(n: usize) -> String {
    format!("from = \"s{n}\"\nto = \"s{}\"\nrate = {{ value = 1 }}", (n + 1) % 10_000)
}

#[test]
fn ten_thousand_states_are_read_and_replayed() {
    let text = states(10_000, around_the_states);
    check(&text, 0, "");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("monster.toml"), text).unwrap();
    let (code, said) = limited(folder.path(), "replay monster.toml");
    assert_eq!(code, 0, "{said}");
    let (code, said) = limited(folder.path(), "run monster.toml --runs 20 --threads 2 -o out");
    assert_eq!(code, 0, "{said}");
}

#[test]
fn every_verb_answers_ten_thousand_states() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("monster.toml"), states(10_000, around_the_states)).unwrap();
    fs::write(folder.path().join("other.toml"), states(9_000, |n| format!("from = \"s{n}\"\nto = \"s0\"\nrate = 1")))
        .unwrap();
    fs::write(folder.path().join("broken.toml"), states(10_000, |n| format!("from = \"s{n}\"\nto = \"z\"\nrate = 1")))
        .unwrap();
    for (arguments, expected) in [
        ("explain FILE", 0),
        // A picture of so many is refused; text for other tools is not.
        ("diagram FILE", 2),
        ("diagram FILE --format mermaid", 0),
        ("diagram FILE --format dot", 0),
        ("verify FILE --runs 20", 0),
        ("diff FILE other.toml", 6),
        ("set FILE title=longer", 0),
    ] {
        let (code, said) = limited(folder.path(), &arguments.replace("FILE", "monster.toml"));
        assert_eq!(code, expected, "{arguments}: {}", said.chars().take(2000).collect::<String>());
        let (code, said) = limited(folder.path(), &arguments.replace("FILE", "broken.toml"));
        // A file with mistakes may be changed; what is left of them is counted.
        let expected = if arguments.starts_with("set") { 0 } else { 1 };
        assert_eq!(code, expected, "{arguments}: {}", said.chars().take(2000).collect::<String>());
    }
}

#[test]
fn a_crowded_picture_is_drawn_or_refused_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let arrow = |n: usize| format!("from = \"s{}\"\nto = \"s{}\"\nrate = 1", n % 200, n * n * 7 % 199);
    let transitions = lines(600, |n| format!("[[machines.m.transitions]]\n{}", arrow(n)));
    let states = lines(200, |n| format!("s{n} = {{}}"));
    let text = format!("{HEAD}[machines.m]\ninitial = \"s0\"\n[machines.m.states]\n{states}{transitions}{ENDS}");
    fs::write(folder.path().join("monster.toml"), text).unwrap();
    let (code, said) = limited(folder.path(), "diagram monster.toml --format svg -o m.svg");
    assert!(code == 0 || (code == 2 && said.contains("--scale")), "{code} {said}");
}

#[test]
fn ten_thousand_misspelt_states_are_told() {
    let text = states(10_000, |n| format!("from = \"s{n}\"\nto = \"z{n}\"\nrate = 1"));
    check(text, 1, "unknown-state");
}

#[test]
fn transitions_from_everywhere_to_everywhere_are_refused() {
    check(states(10_000, |n| format!("from = \"*\"\nto = \"s{n}\"\nrate = 1")), 1, "model-too-large");
}

#[test]
fn ten_thousand_events_and_actions_are_looked_up() {
    let events = states(10_000, |n| format!("from = \"s{n}\"\non = \"x{n}\"\nemit = \"y{n}\""));
    check(events, 1, "unknown-event");
    let actions = states(10_000, |n| format!("from = \"s{n}\"\nrate = 1\nset = {{ v{n} = 1 }}\nadd = {{ w{n} = 1 }}"));
    check(actions, 1, "unknown-variable");
    let nameless = states(10_000, |_| "from = \"s0\"\nto = \"s1\"\nrate = { value = 1 }".to_owned());
    check(nameless, 0, "unreachable-state");
}

#[test]
fn ten_thousand_parameters_and_as_many_unknown_names_are_told() {
    check(
        format!("{HEAD}{MACHINE}{}{ENDS}", lines(10_000, |n| format!("[parameters.p{n}]\nvalue = 1"))),
        0,
        "unused-input",
    );
    check(formulas(&lines(10_000, |n| format!("f{n} = \"abcdefgh{n} + ijklmnop{n} + m.q{n}\""))), 1, "unknown-name");
}

#[test]
fn tens_of_thousands_of_machines_and_outcomes_are_refused() {
    let machine = |n| format!("[machines.m{n}]\ninitial = \"a\"\nstates.a = {{}}");
    check(format!("{HEAD}{}{ENDS}", lines(50_000, machine)), 1, "model-too-large");
    let outcome = |n| format!("[outcomes.o{n}]\nwhen = \"m.a\"");
    check(format!("{HEAD}{MACHINE}{}{ENDS}", lines(90_000, outcome)), 1, "model-too-large");
    // A hundred thousand machines are more than a file may hold.
    check(format!("{HEAD}{}{ENDS}", lines(100_000, machine)), 4, "larger than the 3 MiB");
}

#[test]
fn templates_used_ten_thousand_times_are_refused() {
    let template =
        format!("[templates.t]\ninitial = \"s0\"\n[templates.t.states]\n{}", lines(1000, |n| format!("s{n} = {{}}")));
    let made = |count, like: fn(usize) -> String| lines(count, |n| format!("[machines.m{n}]\nlike = \"{}\"", like(n)));
    check(format!("{HEAD}{template}{}{ENDS}", made(50_000, |_| "t".to_owned())), 1, "model-too-large");
    check(format!("{HEAD}{template}{}{ENDS}", made(50_000, |n| format!("other{n}"))), 1, "unknown-template");
}

#[test]
fn formulas_that_explode_or_go_round_are_told() {
    let doubling = |count| lines(count, |n| format!("f{} = \"f{n} + f{n}\"", n + 1));
    check(formulas(&format!("f0 = 1\n{}", doubling(60))), 1, "expression-too-large");
    let each_a_little = lines(10_000, |n| format!("g{n} = \"f13 + {n}\""));
    check(formulas(&format!("f0 = 1\n{}{each_a_little}", doubling(13))), 1, "expression-too-large");
    let arguments = vec!["f13"; 9000].join(", ");
    check(formulas(&format!("f0 = 1\n{}g = \"min({arguments})\"\n", doubling(13))), 1, "expression-too-large");
    check(formulas(&lines(10_000, |n| format!("f{n} = \"f{} + 1\"", (n + 1) % 10_000))), 1, "formula-cycle");
    check(formulas(&lines(10_000, |n| format!("f{n} = \"f{} + 1\"", n ^ 1))), 1, "formula-cycle");
    check(formulas(&format!("{}f10000 = 1\n", lines(10_000, |n| format!("f{n} = \"f{} + 1\"", n + 1)))), 1, "");
}

#[test]
fn long_and_deep_expressions_are_told() {
    let expression = |text: &str| formulas(&format!("f = \"{text}\"\n"));
    check(expression(&format!("{}1", "1 + ".repeat(250_000))), 1, "expression-too-large");
    check(expression(&format!("{}1{}", "(".repeat(9_000), ")".repeat(9_000))), 1, "expression-too-deep");
    check(expression(&format!("{}1", "-".repeat(10_000))), 1, "expression-too-deep");
    check(expression(&format!("1 {}+ 1 =", " ".repeat(MIB))), 1, "strange-sign");
}

#[test]
fn long_lines_and_long_lists_are_read() {
    check(format!("title = \"{}\"\n", "x".repeat(MIB)), 0, "");
    check(format!("title = {}\n", "x ".repeat(MIB / 2)), 1, "missing-quotes");
    check(format!("{HEAD}{}\n", "1,2.5,".repeat(MIB / 6)), 1, "missing-equals");
    let list = |item: &str, count| {
        let values = item.repeat(count);
        let wait = format!("after = {{ family = \"empirical\", values = [{values}] }}");
        format!(
            "{HEAD}[machines.m]\ninitial = \"a\"\nstates = {{ a = {{}}, b = {{}} }}\n[[machines.m.transitions]]\nfrom = \"a\"\nto = \"b\"\n{wait}\n{ENDS}"
        )
    };
    check(list("1,", 1_000_000), 0, "");
    check(list("true,", 500_000), 1, "wrong-type");
}

#[test]
fn brackets_without_end_are_told() {
    for text in
        ["[", "a=[", "[[", "{a=", "a=]", "a.", "\"", "'''", "a={b=", "[a]\n", "a=\n", "a\n", "a=1\n", "\r", "\0", "#"]
    {
        check(text.repeat((3 * MIB - 1) / text.len()), if text == "#" { 0 } else { 1 }, "");
    }
    check("[".repeat(16 * MIB), 4, "larger than the 3 MiB");
    check(format!("title = {}1{}\n", "[".repeat(100), "]".repeat(100)), 1, "too-deep");
    check(format!("a{} = 1\n", ".a".repeat(MIB)), 1, "too-deep");
}

#[test]
fn hundreds_of_thousands_of_keys_and_tables_are_told() {
    check(lines(200_000, |n| format!("a{n} = 1")), 1, "unknown-key");
    check(lines(300_000, |n| format!("[a{n}]")), 1, "unknown-key");
    check(format!("{HEAD}{MACHINE}{}", "[[machines.m.transitions]]\n".repeat(100_000)), 1, "");
    check(format!("{HEAD}{MACHINE}{ENDS}{}", "[[expect]]\n".repeat(250_000)), 1, "expect-nothing");
}

#[test]
fn bytes_that_are_no_text_are_told() {
    // A fixed sequence without pattern.
    let mut state = 1_u64;
    let noise: Vec<u8> = (0..3 * MIB - 1)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .collect();
    check(noise, 1, "not-text");
}

#[test]
fn a_hundred_levels_of_extends_and_circles_of_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..100 {
        fs::write(folder.path().join(format!("e{n}.toml")), format!("extends = \"e{}.toml\"\n", n + 1)).unwrap();
        // Each extends all that follow: the number of ways through them is astronomic.
        let rest: Vec<String> = (n + 1..30).map(|m| format!("\"fan{m}.toml\"")).collect();
        fs::write(folder.path().join(format!("fan{n}.toml")), format!("extends = [{}]\n", rest.join(", "))).unwrap();
    }
    fs::write(folder.path().join("e100.toml"), HEAD).unwrap();
    let (code, said) = limited(folder.path(), "check e0.toml");
    assert!(code == 1 && said.contains("extends-too-deep"), "{said}");
    let (code, said) = limited(folder.path(), "check fan0.toml");
    assert_eq!(code, 0, "{said}");
    // A file of many files, each large.
    let large: Vec<String> = (0..40).map(|n| format!("\"large{n}.toml\"")).collect();
    fs::write(folder.path().join("large.toml"), format!("extends = [{}]\n", large.join(", "))).unwrap();
    for n in 0..40 {
        fs::write(folder.path().join(format!("large{n}.toml")), "a\n".repeat(MIB)).unwrap();
    }
    let (code, said) = limited(folder.path(), "check large.toml");
    assert!(code == 1 && said.contains("6 MiB"), "{code} {}", said.chars().take(2000).collect::<String>());
    // What never ends is not read at all.
    for path in ["/dev/zero", "/dev/stdin"] {
        let (code, said) = limited(folder.path(), &format!("check {path}"));
        assert_eq!(code, 4, "{said}");
    }
}
