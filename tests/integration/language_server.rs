//! The language server as an editor drives it: the real command, spoken to over its standard input and output.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than anything takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A tiny editor.
struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
    last_id: i64,
    /// The last mistakes told of each address.
    told: BTreeMap<String, Value>,
    /// The text of each open document, and its version.
    open: BTreeMap<PathBuf, (String, i64)>,
}

impl Editor {
    /// Starts a server and does not greet it.
    fn unannounced() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_standoff"));
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = command.spawn().unwrap();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            while let Some(message) = frame(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = server.stdin.take();
        Editor { server, input, output: receiver, last_id: 0, told: BTreeMap::new(), open: BTreeMap::new() }
    }

    fn new() -> Self {
        let mut editor = Self::unannounced();
        let answer = editor.request("initialize", json!({ "capabilities": {}, "processId": null, "rootUri": null }));
        assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-16", "{answer}");
        editor.notify("initialized", json!({}));
        editor
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn message(&mut self) -> Value {
        let message = self.output.recv_timeout(PATIENCE).expect("the server says something");
        if message["method"] == "textDocument/publishDiagnostics" {
            let address = message["params"]["uri"].as_str().unwrap().to_owned();
            self.told.insert(address, message["params"].clone());
        }
        message
    }

    /// The answer to a request; mistakes that are told before it are kept.
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.message();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    fn result(&mut self, method: &str, params: Value) -> Value {
        let answer = self.request(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn open(&mut self, path: &Path, text: &str) {
        self.open.insert(path.to_owned(), (text.to_owned(), 1));
        let document = json!({ "uri": address(path), "languageId": "toml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Opens a file as it is on the disk.
    fn open_file(&mut self, path: &Path) {
        self.open(path, &fs::read_to_string(path).unwrap());
    }

    /// Replaces the first `old` by `new`, as typing does: a change of that range alone.
    fn edit(&mut self, path: &Path, old: &str, new: &str) {
        let (text, version) = self.open.get_mut(path).unwrap();
        let start = text.find(old).unwrap_or_else(|| panic!("`{old}` is not there"));
        let range = json!({ "start": position(text, start), "end": position(text, start + old.len()) });
        text.replace_range(start..start + old.len(), new);
        *version += 1;
        let document = json!({ "uri": address(path), "version": *version });
        let change = json!({ "textDocument": document, "contentChanges": [{ "range": range, "text": new }] });
        self.notify("textDocument/didChange", change);
    }

    /// The mistakes of an open document in its present version.
    fn mistakes(&mut self, path: &Path) -> Vec<Value> {
        let version = self.open[path].1;
        let current = |told: &Value| told["version"] == version;
        while !self.told.get(&address(path)).is_some_and(current) {
            self.message();
        }
        self.told[&address(path)]["diagnostics"].as_array().unwrap().clone()
    }

    /// A document and the place of the first `mark` in it, `within` bytes further on.
    fn at(&self, path: &Path, mark: &str, within: usize) -> Value {
        let (text, _) = &self.open[path];
        let offset = text.find(mark).unwrap_or_else(|| panic!("`{mark}` is not there")) + within;
        json!({ "textDocument": { "uri": address(path) }, "position": position(text, offset) })
    }

    fn completions(&mut self, path: &Path, mark: &str) -> Vec<Value> {
        let at = self.at(path, mark, mark.len());
        self.result("textDocument/completion", at)["items"].as_array().unwrap().clone()
    }

    fn hover(&mut self, path: &Path, mark: &str, within: usize) -> String {
        let at = self.at(path, mark, within);
        let told = self.result("textDocument/hover", at);
        told["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    fn rename(&mut self, path: &Path, mark: &str, within: usize, name: &str) -> Value {
        let mut params = self.at(path, mark, within);
        params["newName"] = json!(name);
        self.request("textDocument/rename", params)
    }

    /// Says goodbye; the exit code.
    fn leave(mut self) -> i32 {
        assert_eq!(self.request("shutdown", Value::Null)["result"], Value::Null);
        self.notify("exit", Value::Null);
        self.server.wait().unwrap().code().unwrap()
    }
}

fn frame(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some((_, n)) => length = n.parse().unwrap(),
            None => break,
        }
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).ok()?;
    Some(serde_json::from_slice(&bytes).unwrap())
}

/// An address in the way of the common editors.
fn address(path: &Path) -> String {
    let text = path.to_str().unwrap().replace('%', "%25").replace(' ', "%20").replace('ä', "%C3%A4");
    format!("file://{text}")
}

/// Counted anew here, so that the server's count is tested against another one.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
    json!({ "line": line, "character": column })
}

fn offset(text: &str, position: &Value) -> usize {
    let line = position["line"].as_u64().unwrap() as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut units = position["character"].as_u64().unwrap() as usize;
    let mut at = start;
    for c in text[start..].chars() {
        if units == 0 {
            break;
        }
        units -= c.len_utf16();
        at += c.len_utf8();
    }
    at
}

/// What stands in a range.
fn written<'t>(text: &'t str, range: &Value) -> &'t str {
    &text[offset(text, &range["start"])..offset(text, &range["end"])]
}

/// The text after some edits, none of which may overlap.
fn edited(text: &str, edits: &Value) -> String {
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            let new = edit["newText"].as_str().unwrap();
            (offset(text, &range["start"]), offset(text, &range["end"]), new)
        })
        .collect();
    edits.sort();
    assert!(edits.windows(2).all(|pair| pair[0].1 <= pair[1].0), "edits overlap");
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

fn labels(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["label"].as_str().unwrap()).collect()
}

/// A folder with a base and two scenarios that extend it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "base file.toml",
        r#"[time]
unit = "week"
horizon = "52 weeks"

[parameters.resolve]
value = 0.6
range = [0.3, 0.9]
unit = "probability"
about = "How readily they answer"
basis = "judgement"
source = "ä😀"
confidence = "low"

[variables.pressure]
initial = "resolve / 2"
bounds = [0, 1]
basis = "judgement"

[formulas]
push = "resolve * (1 + pressure)"
busy = "if(fleet.cost > 2, 1, 0)"
"#,
    );
    let scenario = |title: &str, rate: &str| {
        format!(
            r#"title = "{title}"
extends = ["base file.toml"]

[parameters.resolve]
value = 0.5

[machines.fleet]
initial = "harbour"
[machines.fleet.states]
harbour = {{ about = "At rest", values = {{ cost = 1 }} }}
patrol = {{ values = {{ cost = 3 }}, enter = {{ add = {{ pressure = "0.1 * busy" }}, emit = "sighted" }} }}

[[machines.fleet.transitions]]
name = "sails"
from = "harbour"
to = "patrol"
rate = "{rate}"
basis = "judgement"

[[machines.fleet.transitions]]
from = "patrol"
after = {{ family = "weibull", shape = 2, scale = "10 weeks" }}
hazard_ratio = 4
to = "harbour"
basis = "judgement"

[[machines.fleet.transitions]]
name = "hides"
from = "patrol"
on = "sighted"
to = "harbour"
probability = 0.1

[outcomes."on patrol"]
when = "fleet.patrol and pressure > 0.9"
[outcomes.rest]
default = true

[[expect]]
outcome = "on patrol"
probability = 0.5
tolerance = 1
"#
        )
    };
    write("one.toml", &scenario("One", "0.25 * push / push"));
    write("two.toml", &scenario("Two", "0.1 * push"));
    folder
}

#[test]
fn a_shipped_scenario_has_no_mistake_and_a_typed_one_is_told_where_it_is() {
    let mut editor = Editor::new();
    let path = shipped("limited-deployment.toml");
    editor.open_file(&path);
    assert_eq!(editor.mistakes(&path), Vec::<Value>::new());
    editor.edit(&path, "arrived_at >= early_weeks, 1", "arrived_at >= eraly_weeks, 1");
    let told = editor.mistakes(&path);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["code"], "unknown-name");
    assert_eq!(told[0]["severity"], 1);
    assert_eq!(written(&editor.open[&path].0, &told[0]["range"]), "eraly_weeks");
    assert!(told[0]["message"].as_str().unwrap().contains("help: did you mean `early_weeks`?"), "{}", told[0]);
    let why = editor.hover(&path, "eraly_weeks", 3);
    assert!(why.contains("**unknown-name**") && why.contains("standoff explain-error unknown-name"), "{why}");
    let fix = json!({ "textDocument": { "uri": address(&path) }, "range": told[0]["range"], "context": { "diagnostics": [] } });
    let actions = editor.result("textDocument/codeAction", fix);
    let edits = &actions[0]["edit"]["changes"][address(&path)];
    assert_eq!(edits[0]["newText"], "early_weeks", "{actions}");
    editor.edit(&path, "eraly_weeks", "early_weeks");
    assert_eq!(editor.mistakes(&path), Vec::<Value>::new());
    assert_eq!(editor.leave(), 0);
}

#[test]
fn columns_are_utf16_units() {
    let folder = folder();
    let path = folder.path().join("one.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    editor.edit(&path, "harbour = { about = \"At rest\"", "harbour = { about = \"ä😀\", vlaues = {}");
    let told = editor.mistakes(&path);
    let mistake = told.iter().find(|mistake| mistake["code"] == "unknown-key").unwrap();
    // `harbour = { about = "ä😀", ` is 26 units long: the face is two of them, and five bytes more than two.
    let line = mistake["range"]["start"]["line"].clone();
    assert_eq!(
        mistake["range"],
        json!({ "start": { "line": line, "character": 27 }, "end": { "line": line, "character": 33 } })
    );
    // A change behind them lands where it should.
    editor.edit(&path, "vlaues", "values");
    editor.edit(&path, "values = {}, ", "");
    assert!(editor.mistakes(&path).is_empty());
}

#[test]
fn a_base_is_judged_by_what_extends_it_and_a_change_reaches_all_that_is_open() {
    let folder = folder();
    let (base, one) = (folder.path().join("base file.toml"), folder.path().join("one.toml"));
    let mut editor = Editor::new();
    editor.open_file(&base);
    assert!(editor.mistakes(&base).is_empty());
    // Nobody who extends it is open: those on the disk are asked.
    editor.edit(&base, "fleet.cost > 2", "fleet.kost > 2");
    let told = editor.mistakes(&base);
    assert_eq!(told.len(), 1, "both scenarios say the same, once: {told:?}");
    assert_eq!(written(&editor.open[&base].0, &told[0]["range"]), "kost");
    editor.edit(&base, "fleet.kost > 2", "fleet.cost > 2");
    editor.open_file(&one);
    assert!(editor.mistakes(&one).is_empty());
    editor.edit(&base, "push = \"resolve", "psuh = \"resolve");
    editor.mistakes(&base);
    while editor.told[&address(&one)]["diagnostics"].as_array().unwrap().is_empty() {
        editor.message();
    }
    let told = editor.told[&address(&one)]["diagnostics"].clone();
    assert_eq!(written(&editor.open[&one].0, &told[0]["range"]), "push", "{told}");
    // Closed without saving, the file on the disk counts again, and nothing more is said of the closed one.
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": address(&base) } }));
    while !editor.told[&address(&one)]["diagnostics"].as_array().unwrap().is_empty() {
        editor.message();
    }
    editor.edit(&one, "extends = [\"base file.toml\"]", "extends = [\"bsae.toml\"]");
    let told = editor.mistakes(&one);
    assert!(told.iter().any(|mistake| mistake["code"] == "unreadable-file"), "{told:?}");
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": address(&one) } }));
    while !editor.told[&address(&one)]["diagnostics"].as_array().unwrap().is_empty() {
        editor.message();
    }
}

#[test]
fn mistakes_show_the_other_place_too_and_files_of_others_are_left_alone() {
    let folder = folder();
    let path = folder.path().join("one.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    editor.edit(&path, "[machines.fleet]\n", "[formulas]\npressure = 1\n[machines.fleet]\n");
    let told = editor.mistakes(&path);
    let clash = told.iter().find(|mistake| mistake["code"] == "name-taken").unwrap();
    let other = &clash["relatedInformation"][0]["location"]["uri"];
    assert_eq!(*other, json!(address(&folder.path().join("base file.toml"))));
    let foreign = folder.path().join("Cargo.toml");
    editor.open(&foreign, "[package]\nname = \"x\"\nbroken =\n");
    assert!(editor.mistakes(&foreign).is_empty());
    let study = folder.path().join("study.toml");
    editor.open(&study, "scenarios = [\"one.toml\"]\n[vary]\nx = [1, 2]\n");
    assert!(editor.mistakes(&study).is_empty());
}

#[test]
fn completion_in_expressions_keys_headings_and_closed_lists() {
    let folder = folder();
    let path = folder.path().join("one.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    // As one types: the quote is open, and so the line is no TOML.
    editor.edit(&path, "rate = \"0.25 * push / push\"", "rate = \"0.1 * pre");
    let items = editor.completions(&path, "rate = \"0.1 * pre");
    let pressure = items.iter().find(|item| item["label"] == "pressure").unwrap();
    assert_eq!(pressure["detail"], "variable");
    let text = &editor.open[&path].0;
    assert_eq!(written(text, &pressure["textEdit"]["range"]), "pre");
    assert!(pressure["documentation"]["value"].as_str().unwrap().contains("`resolve / 2`"), "{pressure}");
    let names = labels(&items);
    for name in ["resolve", "push", "fleet", "clamp", "weeks", "time", "age"] {
        assert!(names.contains(&name) || name == "weeks", "{name} in {names:?}");
    }
    assert!(names.contains(&"week") && !names.contains(&"harbour"), "{names:?}");
    editor.edit(&path, "rate = \"0.1 * pre", "rate = \"0.1 * fleet.");
    let items = editor.completions(&path, "rate = \"0.1 * fleet.");
    assert_eq!(labels(&items), ["harbour", "patrol", "cost"]);
    editor.edit(&path, "rate = \"0.1 * fleet.", "rate = \"age(");
    let items = editor.completions(&path, "rate = \"age(");
    assert_eq!(labels(&items), ["fleet"]);
    // Keys of the table, without those that are there.
    editor.edit(&path, "rate = \"age(", "");
    let items = editor.completions(&path, "to = \"patrol\"\n");
    let names = labels(&items);
    assert!(names.contains(&"rate") && names.contains(&"clock") && !names.contains(&"from"), "{names:?}");
    let rate = items.iter().find(|item| item["label"] == "rate").unwrap();
    assert_eq!(rate["documentation"]["value"], "how often it happens per unit of time");
    assert_eq!(rate["textEdit"]["newText"], "rate = ");
    // Closed lists and names, with and without quotes.
    let expect_all = |editor: &mut Editor, line: &str, expected: &[&str]| {
        editor.edit(&path, "to = \"patrol\"\n", &format!("to = \"patrol\"\n{line}\n"));
        let items = editor.completions(&path, &format!("to = \"patrol\"\n{line}"));
        let names: Vec<String> = labels(&items).iter().map(|name| (*name).to_owned()).collect();
        for name in expected {
            assert!(names.iter().any(|n| n == name), "{name} in {names:?} after {line}");
        }
        editor.edit(&path, &format!("{line}\n"), "");
        items
    };
    let items = expect_all(&mut editor, "basis = ", &["published", "estimate", "judgement"]);
    assert_eq!(items[0]["textEdit"]["newText"], "\"published\"");
    expect_all(&mut editor, "clock = \"re", &["reset", "resume", "forward"]);
    expect_all(&mut editor, "on = \"", &["sighted", "fleet.patrol"]);
    expect_all(&mut editor, "from = [\"harbour\", \"", &["patrol", "*"]);
    expect_all(&mut editor, "branches = [{ to = \"", &["patrol", "harbour"]);
    expect_all(&mut editor, "after = { family = \"", &["weibull", "lognormal"]);
    expect_all(&mut editor, "after = { family = \"weibull\", ", &["shape", "scale", "median", "source"]);
    expect_all(&mut editor, "add = { ", &["pressure"]);
    expect_all(&mut editor, "[variables.x]\ndynamics = { kind = \"", &["mean-reverting", "geometric"]);
    expect_all(&mut editor, "[variables.x]\ndynamics = { kind = \"geometric\", ", &["drift", "volatility"]);
    expect_all(&mut editor, "[", &["time", "machines.fleet", "machines.fleet.states", "parameters.resolve"]);
    expect_all(&mut editor, "[[machines.", &["machines.fleet.transitions", "expect"]);
    expect_all(&mut editor, "[[expect]]\noutcome = \"", &["on patrol", "rest"]);
}

#[test]
fn hover_tells_what_things_are_and_how_long_transitions_wait() {
    let folder = folder();
    let (base, path) = (folder.path().join("base file.toml"), folder.path().join("one.toml"));
    let mut editor = Editor::new();
    editor.open_file(&path);
    editor.open_file(&base);
    let told = editor.hover(&base, "\"resolve / 2", 3);
    for part in ["**parameter**", "probability", "`0.3` to `0.9`", "How readily they answer", "judgement", "ä😀", "low"]
    {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(editor.hover(&path, "pressure > 0.9", 0).contains("between `0` and `1`"));
    assert!(editor.hover(&path, "0.25 * push", 8).contains("`resolve * (1 + pressure)`"));
    let state = editor.hover(&path, "to = \"harbour\"", 8);
    assert!(state.contains("At rest") && state.contains("cost = `1`"), "{state}");
    // A rate of 0.25 a week waits 4 weeks; a Weibull of shape 2 and scale 10 with four times the hazard is one of scale
    // 5, whose mean is 5 Γ(1.5) = 4.43.
    let shipped = shipped("limited-deployment.toml");
    editor.open_file(&shipped);
    let told = editor.hover(&shipped, "early_weeks, 1", 2);
    assert!(told.starts_with("**parameter** `early_weeks` = `8 weeks`\n"), "{told}");
    assert!(editor.hover(&path, "\"sails\"", 3).contains("in `harbour` the mean wait is 4 weeks"));
    let told = editor.hover(&path, "hazard_ratio = 4", 2);
    assert!(told.contains("in `patrol` the mean wait is 4.43 weeks"), "{told}");
    let told = editor.hover(&path, "from = \"patrol\"", 1);
    assert!(told.contains("any"), "{told}");
    assert!(editor.hover(&base, "if(fleet", 1).contains("if(condition, then, otherwise)"));
    assert!(editor.hover(&path, "[[machines.fleet.transitions]]", 20).contains("sails"));
    assert!(editor.hover(&path, "title = \"One\"", 9).is_empty());
}

#[test]
fn definitions_are_found_across_files() {
    let mut editor = Editor::new();
    let path = shipped("limited-deployment.toml");
    editor.open_file(&path);
    let at = editor.at(&path, "early_weeks, 1", 2);
    let found = editor.result("textDocument/definition", at);
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["uri"], json!(address(&shipped("world.toml"))));
    let world = fs::read_to_string(shipped("world.toml")).unwrap();
    assert_eq!(written(&world, &found[0]["range"]), "early_weeks");
    let at = editor.at(&path, "extends = [\"world.toml\"]", 14);
    let found = editor.result("textDocument/definition", at);
    assert_eq!(found[0]["uri"], json!(address(&shipped("world.toml"))), "a file that is extended is opened");
    let at = editor.at(&path, "initial = \"preparation\"", 14);
    let found = editor.result("textDocument/definition", at.clone());
    let start = offset(&editor.open[&path].0, &found[0]["range"]["start"]);
    assert!(editor.open[&path].0[..start].ends_with("[machines.path.states."), "{found}");
    let mut asked = at;
    asked["context"] = json!({ "includeDeclaration": false });
    let found = editor.result("textDocument/references", asked);
    let text = &editor.open[&path].0;
    let here: Vec<&Value> = found.as_array().unwrap().iter().filter(|l| l["uri"] == json!(address(&path))).collect();
    assert!(here.len() >= 5, "{found}");
    assert!(here.iter().all(|location| written(text, &location["range"]) == "preparation"), "{found}");
}

#[test]
fn the_outline_has_machines_with_their_states_and_transitions() {
    let folder = folder();
    let path = folder.path().join("one.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    let asked = json!({ "textDocument": { "uri": address(&path) } });
    let outline = editor.result("textDocument/documentSymbol", asked);
    let child = |symbol: &Value, name: &str| {
        let all = symbol["children"].as_array().unwrap().clone();
        all.into_iter().find(|child| child["name"] == name).unwrap_or_else(|| panic!("{name} in {symbol}"))
    };
    let root = json!({ "children": outline });
    let fleet = child(&child(&root, "machines"), "fleet");
    child(&fleet, "harbour");
    assert_eq!(child(&fleet, "sails")["detail"], "harbour → patrol");
    child(&fleet, "patrol → harbour");
    child(&child(&root, "outcomes"), "on patrol");
    child(&child(&root, "expect"), "on patrol");
}

/// Renames, applies the edits to the files, and holds every scenario of the folder to have no mistake.
#[track_caller]
fn renamed(folder: &Path, mark: &str, within: usize, new: &str, old: &str, places: &[(&str, usize)]) {
    let path = folder.join("one.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    let prepared = editor.at(&path, mark, within);
    let prepared = editor.result("textDocument/prepareRename", prepared);
    assert_eq!(prepared["placeholder"], old);
    assert_eq!(written(&editor.open[&path].0, &prepared["range"]), old);
    let answer = editor.rename(&path, mark, within, new);
    let changes = answer["result"]["changes"].as_object().unwrap_or_else(|| panic!("{answer}"));
    let mut found: Vec<(String, usize)> = Vec::new();
    for (uri, edits) in changes {
        let name = uri.rsplit('/').next().unwrap().replace("%20", " ");
        let file = folder.join(&name);
        let text = edited(&fs::read_to_string(&file).unwrap(), edits);
        fs::write(&file, text).unwrap();
        found.push((name, edits.as_array().unwrap().len()));
    }
    let expected: Vec<(String, usize)> = places.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(found, expected, "{answer}");
    for name in ["one.toml", "two.toml"] {
        let (code, said) = check(&folder.join(name));
        assert_eq!(code, 0, "{said}");
    }
}

fn check(path: &Path) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_standoff")).arg("check").arg(path).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn renaming_reaches_every_file_that_shares_the_name() {
    let folder = folder();
    let path = folder.path();
    // In the base: heading, initial value and formula; in each scenario: the heading that overrides it.
    renamed(
        path,
        "parameters.resolve",
        13,
        "will",
        "resolve",
        &[("base file.toml", 3), ("one.toml", 1), ("two.toml", 1)],
    );
    renamed(path, "pressure > 0.9", 3, "heat", "pressure", &[("base file.toml", 2), ("one.toml", 2), ("two.toml", 2)]);
    renamed(path, "* push", 4, "drive", "push", &[("base file.toml", 1), ("one.toml", 2), ("two.toml", 1)]);
    // The base says `fleet.cost`: it means the machine of both scenarios, which are one to it.
    renamed(path, "[machines.fleet]", 12, "navy", "fleet", &[("base file.toml", 1), ("one.toml", 6), ("two.toml", 6)]);
    renamed(path, "cost = 1", 1, "price", "cost", &[("base file.toml", 1), ("one.toml", 2), ("two.toml", 2)]);
    // What is a scenario's own stays its own.
    renamed(path, "to = \"patrol\"", 7, "at_sea", "patrol", &[("one.toml", 5)]);
    renamed(path, "emit = \"sighted\"", 9, "seen from afar", "sighted", &[("one.toml", 2)]);
    renamed(path, "outcome = \"on patrol\"", 14, "lasting patrol", "on patrol", &[("one.toml", 2)]);
    renamed(path, "[outcomes.rest]", 11, "left over", "rest", &[("one.toml", 1)]);
    let text = fs::read_to_string(path.join("one.toml")).unwrap();
    assert!(text.contains("[outcomes.\"left over\"]"), "{text}");
    renamed(path, "\"sails\"", 2, "puts to sea", "sails", &[("one.toml", 1)]);
}

#[test]
fn names_of_the_shipped_scenarios_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(shipped("world.toml").parent().unwrap()).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
        }
    }
    let path = folder.path().join("limited-deployment.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    for (mark, within, new) in
        [("early_weeks, 1", 1, "first_weeks"), ("[machines.path]", 12, "course"), ("\"kick\"", 2, "jolt")]
    {
        let answer = editor.rename(&path, mark, within, new);
        let changes = answer["result"]["changes"].as_object().unwrap_or_else(|| panic!("{answer}")).clone();
        assert!(changes.len() >= 2, "{answer}");
        for (uri, edits) in &changes {
            let file = folder.path().join(uri.rsplit('/').next().unwrap());
            fs::write(&file, edited(&fs::read_to_string(&file).unwrap(), edits)).unwrap();
        }
        editor = Editor::new();
        editor.open_file(&path);
        assert_eq!(editor.mistakes(&path), Vec::<Value>::new());
        let (code, said) = check(folder.path());
        assert_eq!((code, said.as_str()), (0, ""), "after {new}");
    }
}

#[test]
fn names_that_cannot_be_given_are_refused_with_the_reason() {
    let folder = folder();
    let path = folder.path().join("one.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    let mut refused = |mark: &str, within: usize, name: &str, why: &str| {
        let answer = editor.rename(&path, mark, within, name);
        assert_eq!(answer["error"]["code"], -32803, "{name}: {answer}");
        let said = answer["error"]["message"].as_str().unwrap();
        assert!(said.contains(why), "{name}: {said}");
    };
    refused("parameters.resolve", 13, "pressure", "taken");
    refused("parameters.resolve", 13, "fleet", "taken");
    refused("parameters.resolve", 13, "a-b", "only letters");
    refused("parameters.resolve", 13, "2nd", "only letters");
    refused("parameters.resolve", 13, "week", "meaning of its own");
    refused("parameters.resolve", 13, "", "name");
    refused("parameters.resolve", 13, "resolve", "already");
    refused("to = \"patrol\"", 8, "harbour", "taken");
    refused("to = \"patrol\"", 8, "cost", "taken");
    refused("emit = \"sighted\"", 9, "a.b", "entry of a state");
    refused("[outcomes.rest]", 11, "on patrol", "taken");
    refused("[outcomes.rest]", 11, "a\"b", "quotes");
    refused("title = \"One\"", 10, "x", "nothing here");
    refused("basis = \"judgement\"", 10, "x", "nothing here");
}

#[test]
fn a_broken_buffer_still_has_names_and_the_rest_of_it_is_checked() {
    let folder = folder();
    let path = folder.path().join("one.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    editor.mistakes(&path);
    for broken in [
        "to = \"patrol\"\nwhen = [",
        "to = \"patrol\"\nadd = {",
        "to = \"patrol\"\nabout = \"\"\"",
        "[[ left_open",
        "= = = left_open",
    ] {
        editor.edit(&path, "to = \"patrol\"", broken);
        assert!(!editor.mistakes(&path).is_empty(), "{broken}");
        editor.edit(&path, "title = \"One\"", "[formulas]\nf = \"");
        let names = editor.completions(&path, "[formulas]\nf = \"");
        assert!(labels(&names).contains(&"pressure"), "{broken}: {:?}", labels(&names));
        editor.edit(&path, "[formulas]\nf = \"", "title = \"One\"");
        editor.edit(&path, broken, "to = \"patrol\"");
    }
    assert!(editor.mistakes(&path).is_empty());
}

#[test]
fn the_last_of_many_changes_counts() {
    let path = shipped("limited-deployment.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    for _ in 0..100 {
        editor.edit(&path, "early_restraint)\"", "early_restraint + x)\"");
        editor.edit(&path, "early_restraint + x)\"", "early_restraint)\"");
    }
    assert!(editor.mistakes(&path).is_empty());
}

#[test]
fn the_protocol_is_kept() {
    let mut editor = Editor::unannounced();
    let code = |answer: &Value| answer["error"]["code"].as_i64();
    assert_eq!(code(&editor.request("textDocument/hover", json!({}))), Some(-32002));
    assert_eq!(code(&editor.request("shutdown", Value::Null)), Some(-32002));
    editor.notify("textDocument/didOpen", json!({ "nonsense": true }));
    editor.request("initialize", json!({ "capabilities": {} }));
    assert_eq!(code(&editor.request("initialize", json!({ "capabilities": {} }))), Some(-32600));
    assert_eq!(code(&editor.request("textDocument/nonsense", json!({}))), Some(-32601));
    assert_eq!(code(&editor.request("textDocument/hover", json!([1, 2]))), Some(-32602));
    editor.raw(b"Content-Length: 5\r\n\r\n{oops");
    assert_eq!(code(&editor.message()), Some(-32700));
    editor.raw(b"Content-Length: 2\r\n\r\n{}");
    assert_eq!(code(&editor.message()), Some(-32600));
    editor.notify("$/setTrace", json!({ "value": "off" }));
    editor.send(&json!({ "jsonrpc": "2.0", "id": 77, "result": null }));
    assert_eq!(editor.request("shutdown", Value::Null)["result"], Value::Null);
    assert_eq!(code(&editor.request("textDocument/hover", json!({}))), Some(-32600));
    editor.notify("exit", Value::Null);
    assert_eq!(editor.server.wait().unwrap().code(), Some(0));

    let mut hasty = Editor::new();
    hasty.notify("exit", Value::Null);
    assert_eq!(hasty.server.wait().unwrap().code(), Some(1), "without `shutdown`");
    let mut gone = Editor::new();
    gone.input = None;
    assert_eq!(gone.server.wait().unwrap().code(), Some(1), "the pipe is closed");
}

#[test]
fn messages_that_are_too_large_and_documents_that_are_closed_early_do_no_harm() {
    let folder = folder();
    let path = folder.path().join("one.toml");
    let mut editor = Editor::new();
    editor.open_file(&path);
    let (at, document) = (editor.at(&path, "fleet.patrol", 8), json!({ "uri": address(&path), "version": 2 }));
    // Closed while its mistakes are still looked for; what comes after is about the file beneath, and changes nothing.
    editor.notify("textDocument/didClose", json!({ "textDocument": document }));
    editor.notify("textDocument/didClose", json!({ "textDocument": document }));
    let change = json!({ "textDocument": document, "contentChanges": [{ "text": "= = =" }] });
    editor.notify("textDocument/didChange", change);
    let told = editor.result("textDocument/hover", at.clone());
    assert!(told["contents"]["value"].as_str().is_some_and(|told| told.contains("fleet.patrol")), "{told}");
    // One byte more than is read.
    let too_large = (64 << 20) + 1;
    editor.raw(format!("Content-Length: {too_large}\r\n\r\n").as_bytes());
    editor.raw(&vec![b' '; too_large]);
    let refused = loop {
        let message = editor.message();
        if message.get("error").is_some() {
            break message;
        }
    };
    assert_eq!(refused["error"]["code"], -32600, "{refused}");
    assert_eq!(editor.result("textDocument/hover", at), told);
    let answers = editor.told.values().flat_map(|told| told["diagnostics"].as_array().unwrap());
    assert_eq!(answers.count(), 0, "a closed document has no mistakes");
    assert_eq!(editor.leave(), 0);
}

#[test]
fn an_editor_that_can_watch_files_is_asked_to() {
    let folder = folder();
    let (base, one) = (folder.path().join("base file.toml"), folder.path().join("one.toml"));
    let mut editor = Editor::unannounced();
    let watching = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    editor.request("initialize", json!({ "capabilities": watching }));
    editor.notify("initialized", json!({}));
    assert_eq!(editor.message()["method"], "client/registerCapability");
    editor.open_file(&one);
    assert!(editor.mistakes(&one).is_empty());
    fs::remove_file(&base).unwrap();
    let change = json!({ "changes": [{ "uri": address(&base), "type": 3 }] });
    editor.notify("workspace/didChangeWatchedFiles", change);
    while editor.told[&address(&one)]["diagnostics"].as_array().unwrap().is_empty() {
        editor.message();
    }
}

#[test]
fn nothing_that_is_typed_or_asked_ends_the_server() {
    let folder = folder();
    let mut editor = Editor::new();
    let methods =
        ["completion", "hover", "definition", "documentSymbol", "prepareRename", "references", "rename", "codeAction"];
    let path = folder.path().join("ä b.toml");
    let long = format!("title = \"{}\"\n[formulas]\nf = \"{}\"\n", "😀".repeat(300_000), "1 + ".repeat(250_000));
    let deep = format!("a = {}\n[formulas]\nf = \"{}\"", "[".repeat(5_000), "(".repeat(5_000));
    let texts = ["", "\u{feff}[time]\r\nunit = \"week\"\r\n", "a\rb\rc", "[[[[", "\0\0", "x = \"\\", &long, &deep];
    for (version, text) in texts.iter().enumerate() {
        if version == 0 {
            editor.open(&path, text);
        } else {
            editor.open.get_mut(&path).unwrap().0 = (*text).to_owned();
            let document = json!({ "uri": address(&path), "version": version });
            let change = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
            editor.notify("textDocument/didChange", change);
        }
        for (line, character) in [(0, 0), (0, 9), (1, 3), (2, 700_000), (4_294_967_295_u32, 4_294_967_295_u32)] {
            for method in methods {
                let place = json!({ "line": line, "character": character });
                let params = json!({
                    "textDocument": { "uri": address(&path) },
                    "position": place,
                    "newName": "x",
                    "context": { "includeDeclaration": true, "diagnostics": [], "triggerKind": 1 },
                    "range": { "start": place, "end": place },
                });
                let answer = editor.request(&format!("textDocument/{method}"), params);
                assert_ne!(answer["error"]["code"], -32603, "{method} at {line}:{character}");
            }
        }
    }
    for uri in ["file:///nowhere/at/all.toml", "untitled:Untitled-1", "file:///C%3A/x.toml", "file:///", "file:///%FF"]
    {
        for method in methods {
            let zero = json!({ "line": 3, "character": 3 });
            let params = json!({
                "textDocument": { "uri": uri },
                "position": zero,
                "newName": "x",
                "context": { "includeDeclaration": true, "diagnostics": [], "triggerKind": 1 },
                "range": { "start": zero, "end": zero },
            });
            editor.request(&format!("textDocument/{method}"), params);
        }
    }
    // A change behind the end, of a document that is not open, and backwards.
    let backwards = json!({ "start": { "line": 9, "character": 9 }, "end": { "line": 0, "character": 0 } });
    for uri in [address(&path), "file:///nowhere.toml".to_owned()] {
        let document = json!({ "uri": uri, "version": 99 });
        let change = json!({ "textDocument": document, "contentChanges": [{ "range": backwards, "text": "ä" }] });
        editor.notify("textDocument/didChange", change);
    }
    editor.open(Path::new("/nowhere/at/all.toml"), "extends = [\"/dev/zero\", \"..\", \"x\\u0000y\"]");
    assert!(!editor.mistakes(Path::new("/nowhere/at/all.toml")).is_empty());
    assert_eq!(editor.leave(), 0);
}
