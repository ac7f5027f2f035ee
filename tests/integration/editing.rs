//! `new` and `set` as they are typed: what is written, what is said, and what is left alone.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const SCENARIO: &str = include_str!("../good.toml");
const TEMPLATES: [&str; 3] = ["minimal", "two-actors", "path"];

/// Exit code, stdout, stderr of the command, typed in a folder.
fn standoff(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("standoff").unwrap().current_dir(folder).args(words).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn done(folder: &Path, words: &[&str]) -> String {
    let (code, stdout, stderr) = standoff(folder, words);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    stdout
}

#[track_caller]
fn refused(folder: &Path, words: &[&str], code: i32, says: &[&str]) {
    let (found, stdout, stderr) = standoff(folder, words);
    assert_eq!((found, stdout.as_str()), (code, ""), "{stderr}");
    for words in says {
        assert!(stderr.contains(words), "`{words}` is not in: {stderr}");
    }
}

#[test]
fn every_template_is_clean_runs_and_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let list = done(folder, &["new", "--list"]);
    assert_eq!(
        list.lines().map(|line| line.split("  ").next().unwrap().trim()).collect::<Vec<_>>(),
        [&TEMPLATES[..], &["study"]].concat()
    );
    for template in TEMPLATES {
        let said = done(folder, &["new", template, "--from", template]);
        let file = format!("{template}.toml");
        assert!(said.contains(&format!("standoff check {file}")), "{said}");
        let checked = done(folder, &["check", &file]);
        assert!(checked.contains("no mistakes"), "{checked}");
        done(folder, &["run", &file, "--runs", "500"]);
        let held = done(folder, &["verify", &file, "--runs", "20000"]);
        // One truth each, and the two laws of any scenario; where there is an exact answer, both are held to it too.
        let met = if held.contains("no exact answer") { "3 met, 0 missed" } else { "5 met, 0 missed" };
        assert!(held.contains(met), "{held}");
    }
}

/// A study is made for what is there, and every key in it works, those too that stand as comments.
#[test]
fn a_study_is_begun_for_the_scenario_beside_it() {
    let folder = strait(SCENARIO);
    let folder = folder.path();
    let said = done(folder, &["new", "Who holds", "--from", "study"]);
    assert!(said.contains("standoff sweep who-holds.toml"), "{said}");
    let text = fs::read_to_string(folder.join("who-holds.toml")).unwrap();
    assert!(text.contains("scenarios = [\"strait.toml\"]") && text.contains("from = "), "{text}");
    let checked = done(folder, &["check", "who-holds.toml"]);
    assert!(checked.contains("no mistakes"), "{checked}");
    done(folder, &["sweep", "who-holds.toml", "--runs", "200"]);
    let all = text.replace("runs      =", "# runs =").replace("# precision", "precision");
    let all = all.replace("# threshold", "threshold").replace("# refine", "refine");
    fs::write(folder.join("who-holds.toml"), all).unwrap();
    let checked = done(folder, &["check", "who-holds.toml"]);
    assert!(checked.contains("no mistakes"), "{checked}");
    let alone = tempfile::tempdir().unwrap();
    refused(alone.path(), &["new", "x", "--from", "study"], 4, &["a study asks something of a scenario"]);
}

#[test]
fn nothing_is_overwritten_unless_asked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    done(folder, &["new", "plans/Gulf crisis"]);
    let file = folder.join("plans/gulf-crisis.toml");
    let begun = fs::read_to_string(&file).unwrap();
    assert!(begun.contains("\ntitle   = \"Gulf crisis\"\n") && !begun.contains("#:schema"), "{begun}");
    fs::write(&file, "mine").unwrap();
    refused(folder, &["new", "plans/Gulf crisis"], 4, &["`plans/gulf-crisis.toml` already", "--force"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    done(folder, &["new", "plans/Gulf crisis", "--force"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), begun);
    fs::write(folder.join("plans/scenario.schema.json"), "{}").unwrap();
    done(folder, &["new", "plans/other"]);
    assert!(
        fs::read_to_string(folder.join("plans/other.toml")).unwrap().starts_with("#:schema ./scenario.schema.json\n")
    );
    fs::create_dir(folder.join("taken.toml")).unwrap();
    refused(folder, &["new", "taken", "--force"], 4, &["`taken.toml` is a folder"]);
    refused(folder, &["new", "x", "--from", "pth"], 2, &["no template `pth`; did you mean `--from path`?"]);
    refused(folder, &["new", "plans/"], 2, &["does not name a scenario"]);
    refused(folder, &["new"], 2, &["NAME"]);
}

/// A folder with one scenario, `strait.toml`.
fn strait(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("strait.toml"), text).unwrap();
    folder
}

fn text_in(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap()
}

#[test]
fn set_changes_the_value_and_nothing_else() {
    let commented = SCENARIO.replace("value = 0.6", "value   =   0.6   # between us");
    let folder = strait(&commented);
    let folder = folder.path();
    let said = done(
        folder,
        &[
            "set",
            "strait.toml",
            "parameters.resolve.value=0.4",
            "time.horizon=3 years",
            "fleet.sails.rate=0.2 * push",
            "machines.fleet.transitions.hardens.branches[1].weight=2",
            "resolve.range.0=0.1",
        ],
    );
    assert_eq!(
        said.lines().take(2).collect::<Vec<_>>(),
        [
            "parameters.resolve.value: 0.6 → 0.4  (strait.toml:8)",
            "time.horizon: \"52 weeks\" → \"3 years\"  (strait.toml:4)"
        ]
    );
    let expected = commented
        .replace("   0.6   #", "   0.4   #")
        .replace("\"52 weeks\"", "\"3 years\"")
        .replace("\"0.1 * push\"", "\"0.2 * push\"")
        .replace("weight = \"pressure\"", "weight = 2")
        .replace("[0.3, 0.9]", "[0.1, 0.9]");
    assert_eq!(text_in(folder, "strait.toml"), expected);
    assert!(done(folder, &["set", "strait.toml", "resolve=0.4"]).contains("is 0.4 already"));
    assert_eq!(text_in(folder, "strait.toml"), expected);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing half-written is left");
}

#[test]
fn set_adds_keys_that_the_format_has() {
    let folder = strait(SCENARIO);
    let folder = folder.path();
    done(folder, &["set", "strait.toml", "resolve.unit=share of the crossings", "time.start=2026-01-05"]);
    let expected = SCENARIO
        .replace("crossing is held\"\n", "crossing is held\"\nunit = \"share of the crossings\"\n")
        .replace("step = \"1 week\"\n", "step = \"1 week\"\nstart = 2026-01-05\n");
    assert_eq!(text_in(folder, "strait.toml"), expected);
}

#[test]
fn an_edit_with_a_mistake_is_shown_and_not_written() {
    let folder = strait(SCENARIO);
    let folder = folder.path();
    let set = |change: &str, code, says: &[&str]| refused(folder, &["set", "strait.toml", change], code, says);
    set("resolve=4", 1, &["lies outside its range", "value = 4", "nothing was written"]);
    set("fleet.sails.rate=0.2 * puhs", 1, &["`puhs`", "did you mean `push`", "strait.toml:34:", "nothing was written"]);
    set("fleet.initial=[1]", 1, &["nothing was written"]);
    set("rezolve=0.4", 2, &["did you mean `resolve`?"]);
    set("fleet.sials.rate=0.4", 2, &["did you mean `fleet.sails.rate`?"]);
    set("resolve", 2, &["write it as in"]);
    set("=4", 2, &["write it as in"]);
    set("fleet.hardens=4", 2, &["is a whole table: say which of name, from, after, branches, basis"]);
    set("machines.fleet.transitions=4", 2, &["say which by its name or number"]);
    assert_eq!(text_in(folder, "strait.toml"), SCENARIO);
}

#[test]
fn a_dry_run_shows_lines_and_writes_nothing() {
    let folder = strait(SCENARIO);
    let said = done(folder.path(), &["set", "strait.toml", "resolve=0.4", "--dry-run"]);
    assert!(said.starts_with("--- strait.toml\n+++ strait.toml (edited)\n@@ "), "{said}");
    assert!(said.contains("\n-value = 0.6\n+value = 0.4\n"), "{said}");
    assert_eq!(text_in(folder.path(), "strait.toml"), SCENARIO);
}

#[test]
fn a_broken_file_can_be_mended_one_mistake_at_a_time() {
    let folder = strait(&SCENARIO.replace("\"0.1 * push\"", "\"0.1 * puhs\"").replace("\"52 weeks\"", "\"-1 weeks\""));
    let (code, _, stderr) = standoff(folder.path(), &["set", "strait.toml", "time.horizon=52 weeks"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("1 mistake of before"), "{stderr}");
    done(folder.path(), &["set", "strait.toml", "fleet.sails.rate=0.1 * push"]);
    assert_eq!(text_in(folder.path(), "strait.toml"), SCENARIO);
}

#[test]
fn a_base_is_not_changed_behind_ones_back() {
    let folder = strait(SCENARIO);
    let folder = folder.path();
    fs::write(folder.join("mine.toml"), "title = \"mine\" # mine\nextends = [\"strait.toml\"]\n").unwrap();
    let there = "standoff set strait.toml parameters.resolve.value=0.4";
    let here = "standoff set mine.toml --here resolve=0.4";
    refused(folder, &["set", "mine.toml", "resolve=0.4"], 2, &["strait.toml:8", there, here, "nothing was written"]);
    assert_eq!(text_in(folder, "strait.toml"), SCENARIO);
    let set = ["set", "mine.toml", "--here"];
    done(folder, &[&set[..], &["resolve=0.4", "resolve.range[0]=0.2", "fleet.patrol.values.cost=4"]].concat());
    done(folder, &[&set[..], &["fleet.hardens.after.p95=60 weeks", "fleet.hardens.basis=estimate"]].concat());
    assert_eq!(text_in(folder, "strait.toml"), SCENARIO);
    let mine = text_in(folder, "mine.toml");
    assert!(mine.starts_with("title = \"mine\" # mine\nextends = [\"strait.toml\"]\n"), "{mine}");
    assert_eq!(mine.matches("[[machines.fleet.transitions]]").count(), 1, "{mine}");
    for line in ["value = 0.4", "range = [0.2, 0.9]", "cost = 4", "basis = \"estimate\""] {
        assert!(mine.lines().any(|found| found == line), "{line}: {mine}");
    }
    assert!(mine.contains("median = \"10 weeks\", p95 = \"60 weeks\""), "{mine}");
    // What is overridden is now written here, and is changed without a word.
    done(folder, &["set", "mine.toml", "resolve=0.5", "fleet.hardens.after.median=9 weeks"]);
    done(folder, &["check", "mine.toml"]);
}

#[test]
fn files_that_cannot_be_edited_are_one_line_and_code_4() {
    let folder = strait(SCENARIO);
    let folder = folder.path();
    fs::create_dir(folder.join("a.toml")).unwrap();
    fs::write(folder.join("b.toml"), b"title = \"\xff\"").unwrap();
    for (file, why) in [("none.toml", "no such file"), ("a.toml", "it is a folder"), ("b.toml", "not UTF-8")] {
        let (code, _, stderr) = standoff(folder, &["set", file, "title=x"]);
        assert_eq!((code, stderr.lines().count()), (4, 1), "{stderr}");
        assert!(stderr.contains(file) && stderr.contains(why), "{stderr}");
    }
    let mut permissions = fs::metadata(folder.join("strait.toml")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.join("strait.toml"), permissions).unwrap();
    refused(folder, &["set", "strait.toml", "resolve=0.4"], 4, &["cannot write `strait.toml`: the file is read-only"]);
    fs::write(folder.join("c.toml"), "a = [\n").unwrap();
    refused(folder, &["set", "c.toml", "a=1"], 1, &["never closed", "nothing was written"]);
}

#[cfg(unix)]
#[test]
fn permissions_line_ends_and_the_byte_order_mark_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let text = format!("\u{feff}{}", SCENARIO.replace('\n', "\r\n"));
    let folder = strait(&text);
    let file = folder.path().join("strait.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    done(folder.path(), &["set", "strait.toml", "resolve=0.4", "resolve.unit=é"]);
    let expected = text
        .replace("value = 0.6", "value = 0.4")
        .replace("crossing is held\"\r\n", "crossing is held\"\r\nunit = \"é\"\r\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}
