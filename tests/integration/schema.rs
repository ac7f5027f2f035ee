//! JSON Schemas against the files they are for: shipped ones pass, structurally broken ones do not.
//!
//! Asked twice: of an independent draft-4 validator, and of the Taplo that editors run. Taplo is a program of its own;
//! `.ci/run` installs it and names it in `STANDOFF_TAPLO`.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Map, Value as Json, json};
use standoff::diagnostic::{Diagnostics, Mistake, Severity, Sources};
use standoff::output::schema::Format;
use standoff::scenario::Name;
use standoff::scenario::keys::{self, Rule};
use standoff::scenario::load::{self, Disk};
use standoff::scenario::tree::{self, Node, Value};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the reader refuses because of keys and types alone.
const STRUCTURAL: [Mistake; 15] = [
    Mistake::UnknownKey,
    Mistake::UnknownWord,
    Mistake::UnknownFormat,
    Mistake::WrongType,
    Mistake::WrongLength,
    Mistake::EmptyList,
    Mistake::MissingKey,
    Mistake::ChanceWithoutPeriod,
    Mistake::NotFinite,
    Mistake::DistributionArguments,
    Mistake::TwoTriggers,
    Mistake::TwoTargets,
    Mistake::StrayKey,
    Mistake::ExpectNothing,
    Mistake::ExpectTwice,
];
/// What it can find wrong besides, and a schema cannot see or would only tell badly: other files, and names.
const BEYOND_A_SCHEMA: [Mistake; 20] = [
    Mistake::UnreadableFile,
    Mistake::ExtendsCycle,
    Mistake::ExtendsTooDeep,
    Mistake::TypeClash,
    Mistake::UnknownTransition,
    Mistake::NoState,
    Mistake::OutcomeWithoutCondition,
    Mistake::OddDate,
    Mistake::BadName,
    Mistake::ReservedName,
    Mistake::DuplicateTransition,
    Mistake::NameTaken,
    Mistake::TooDeep,
    Mistake::ModelTooLarge,
    Mistake::UnknownTemplate,
    Mistake::TemplateAsMachine,
    Mistake::SelfOutside,
    Mistake::UnknownParameter,
    Mistake::UnknownColumn,
    Mistake::OddObservation,
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn toml_files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

fn shipped() -> Vec<PathBuf> {
    let files = [toml_files("scenarios"), toml_files("scenarios/reference"), toml_files("scenarios/gallery")].concat();
    assert!(files.len() > 30, "the shipped files were not found");
    files
}

fn studies() -> Vec<PathBuf> {
    let files = toml_files("scenarios/studies");
    assert!(!files.is_empty(), "the shipped studies were not found");
    files
}

fn broken() -> Vec<PathBuf> {
    let files = toml_files("tests/broken");
    assert!(files.len() >= 50, "the corpus was not found");
    files
}

/// A file as a validator sees it: dates are text.
fn as_json(node: &Node) -> Json {
    match &node.value {
        Value::Text { text, .. } => json!(text),
        Value::Number { text, .. } => serde_json::from_str(text).unwrap_or_else(|_| json!(text.parse::<f64>().ok())),
        Value::Truth(truth) => json!(truth),
        Value::Date(date) => json!(date.to_string()),
        Value::List(items) => items.iter().map(as_json).collect(),
        Value::Table(entries) => {
            Json::Object(entries.iter().map(|e| (e.key.value.clone(), as_json(&e.node))).collect::<Map<_, _>>())
        }
    }
}

fn toml(text: &str) -> Json {
    let mut sources = Sources::default();
    let file = sources.add("test.toml", text);
    as_json(&tree::parse(file, text, &mut Diagnostics::default()).root)
}

/// A schema, legal by the rules of its own draft.
struct Compiled {
    schemas: Schemas,
    compiler: Compiler,
}

impl Compiled {
    fn new(format: Format) -> Compiled {
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("mem:///s.json", serde_json::from_str(&format.schema()).unwrap()).unwrap();
        Compiled { schemas: Schemas::new(), compiler }
    }

    fn part(&mut self, pointer: &str) -> SchemaIndex {
        let place = format!("mem:///s.json#{pointer}");
        self.compiler.compile(&place, &mut self.schemas).unwrap_or_else(|error| panic!("{pointer}: {error:#}"))
    }

    /// What is wrong with a value, by the part of the schema at this place.
    fn mistake(&mut self, pointer: &str, value: &Json) -> Option<String> {
        let part = self.part(pointer);
        self.schemas.validate(value, part).err().map(|error| format!("{error:#}"))
    }
}

/// The kinds of error that reading a file ends with, without what names and expressions mean; none if it is not TOML.
fn mistakes(path: &Path) -> Vec<(Mistake, String)> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    load::read(path, &Disk, &mut sources, &mut diagnostics);
    let mut of_toml = Diagnostics::default();
    for (id, file) in sources.iter() {
        tree::parse(id, &file.text, &mut of_toml);
    }
    if of_toml.has_errors() {
        return Vec::new();
    }
    diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| (d.code, d.message.clone())).collect()
}

/// Whether keys and types of this file are wrong in themselves, whatever other files say.
///
/// What a table lacks may stand in another file, so a missing key counts only if it is missed of a file that others
/// complete, and a key that lacks its companion only where that must stand beside it.
fn is_structurally_broken(path: &Path) -> bool {
    let rules = [&keys::TRANSITION, &keys::DISTRIBUTION].into_iter().flat_map(|table| table.rules);
    let needy: Vec<&str> =
        rules.filter_map(|rule| if let Rule::Needs(key, _) = rule { Some(*key) } else { None }).collect();
    let found = mistakes(path);
    for (code, _) in &found {
        assert!(
            STRUCTURAL.contains(code) || BEYOND_A_SCHEMA.contains(code),
            "{}: say in this test whether a schema can see `{code}`",
            path.display()
        );
    }
    found.iter().any(|(code, message)| match code {
        Mistake::MissingKey => lacks_by_itself(path),
        Mistake::StrayKey => needy.iter().any(|key| message.starts_with(&format!("`{key}` means nothing"))),
        code => STRUCTURAL.contains(code),
    })
}

/// No CSV file is there to read.
struct NoFiles;

impl standoff::scenario::decode::Columns for NoFiles {
    fn column(&mut self, _: &Name, _: Option<&Name>, _: &mut Diagnostics) -> std::sync::Arc<[f64]> {
        std::sync::Arc::new([1.0])
    }
}

fn lacks_by_itself(path: &Path) -> bool {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let text = std::fs::read_to_string(path).unwrap();
    let file = sources.add("test.toml", text.as_str());
    let mut root = tree::parse(file, &text, &mut diagnostics).root;
    if let Value::Table(entries) = &mut root.value {
        entries.retain(|entry| entry.key.value != "outcomes");
    }
    let span = root.span;
    standoff::scenario::decode::decode(&root, span, &mut NoFiles, &mut diagnostics);
    diagnostics.iter().any(|diagnostic| diagnostic.code == Mistake::MissingKey)
}

#[test]
fn the_committed_schemas_are_those_of_the_program() {
    for format in Format::ALL {
        let path = root().join("scenarios").join(format.file_name());
        let committed = std::fs::read_to_string(&path).unwrap();
        assert!(
            committed == format.schema(),
            "{} is out of date: run `cargo run -- schema --write scenarios`",
            path.display()
        );
    }
}

#[test]
fn schemas_are_legal_draft_4() {
    for format in Format::ALL {
        let schema: Json = serde_json::from_str(&format.schema()).unwrap();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-04/schema#");
        Compiled::new(format).part("");
    }
    let mut compiler = Compiler::new();
    let illegal = json!({ "$schema": "http://json-schema.org/draft-04/schema#", "required": [] });
    compiler.add_resource("mem:///s.json", illegal).unwrap();
    assert!(compiler.compile("mem:///s.json", &mut Schemas::new()).is_err(), "the validator checks schemas");
}

#[test]
fn shipped_files_follow_the_schema_that_they_name() {
    for (format, files) in [(Format::Scenario, shipped()), (Format::Study, studies())] {
        let mut schema = Compiled::new(format);
        for path in files {
            let text = std::fs::read_to_string(&path).unwrap();
            let named = text.lines().next().unwrap().strip_prefix("#:schema ").unwrap_or_default();
            let named = path.parent().unwrap().join(named);
            let expected = root().join("scenarios").join(format.file_name());
            assert_eq!(named.canonicalize().unwrap(), expected.canonicalize().unwrap(), "{}", path.display());
            assert_eq!(schema.mistake("", &toml(&text)), None, "{}", path.display());
        }
    }
}

#[test]
fn templates_follow_the_schema() {
    let mut schema = Compiled::new(Format::Scenario);
    let templates = toml_files("assets/templates");
    assert!(!templates.is_empty(), "the templates were not found");
    for path in templates {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(schema.mistake("", &toml(&text)), None, "{}", path.display());
    }
}

#[test]
fn structurally_broken_files_do_not_follow_the_schema() {
    let mut schema = Compiled::new(Format::Scenario);
    let mut caught = 0;
    for path in broken() {
        // One of them is no text at all.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let mistake = schema.mistake("", &toml(&text));
        if is_structurally_broken(&path) {
            assert!(mistake.is_some(), "{}: the schema lets it pass", path.display());
            caught += 1;
        }
        let warns_only = path.file_stem().unwrap().to_string_lossy().starts_with("warning-");
        assert!(!warns_only || mistake.is_none(), "{}: {mistake:?}", path.display());
    }
    assert!(caught >= 10, "only {caught} structurally broken files");
}

#[test]
fn broken_studies_do_not_follow_the_schema() {
    let mut schema = Compiled::new(Format::Study);
    let head = "scenarios = [\"a.toml\"]\n";
    let good = [
        "runs = 500\nhorizon = \"26 weeks\"\nset = { x = 1, y = \"20%\" }",
        "precision = \"0.5 points\"\nconfidence = 95\nmax_runs = 9\nmax_time = \"5 min\"",
        "design = \"sobol\"\npoints = 64\nvary = { x = { from = 1, to = \"2 weeks\", scale = \"log\" } }",
        "[vary]\nx = [1, \"2%\"]\n\"m.t.rate\" = { from = 0, to = 1, steps = 3 }",
    ];
    let good = good
        .into_iter()
        .chain(["policies = [\"as-written\", \"x\"]\nvariants = \"y\"\nshow = [\"war\"]\nmethod = \"exact\""]);
    for text in good {
        assert_eq!(schema.mistake("", &toml(&format!("{head}{text}"))), None, "{text}");
    }
    let broken = [
        "runs = 0",
        "runs = 1.5",
        "runs = 5\nprecision = \"1 point\"",
        "runs = 5\nmax_runs = 9",
        "seed = -1",
        "sede = 1",
        "design = \"gird\"\nvary = { x = [1] }",
        "design = \"grid\"",
        "points = 5",
        "[vary]\nx = []",
        "[vary]\nx = 3",
        "[vary]\nx = { from = 1 }",
        "[vary]\nx = { from = 1, to = 2, steps = 1 }",
        "[vary]\nx = { from = 1, to = 2, step = 3 }",
        "[vary]\nm.t.rate = [1]",
        "[set]\nx = true",
        "policies = []",
        "show = [1]",
        "method = \"guess\"",
    ];
    for text in broken {
        assert!(schema.mistake("", &toml(&format!("{head}{text}"))).is_some(), "{text}");
    }
    assert!(schema.mistake("", &toml("runs = 5")).is_some(), "a study names scenarios");
    assert!(schema.mistake("", &toml("scenarios = []")).is_some(), "one at least");
}

/// A transition with this distribution as its waiting time.
fn waiting(after: &str) -> Json {
    toml(&format!("[machines.m]\n[[machines.m.transitions]]\nfrom = \"a\"\nafter = {{ {after} }}\n"))
}

#[test]
fn each_family_takes_the_arguments_that_the_engine_takes() {
    use standoff::distribution::{Argument, Family, Level};
    let mut schema = Compiled::new(Format::Scenario);
    let quantile = |tenths| Argument::Quantile(Level::per_mille(tenths).unwrap());
    let pool = [Argument::NAMED.to_vec(), vec![quantile(500), quantile(50), quantile(975)]].concat();
    let (mut legal, mut refused) = (0, 0);
    for family in Family::ALL {
        // Every set of at most three arguments.
        let mut sets: Vec<Vec<Argument>> = vec![Vec::new()];
        for (i, a) in pool.iter().enumerate() {
            sets.push(vec![*a]);
            for (j, b) in pool.iter().enumerate().skip(i + 1) {
                sets.push(vec![*a, *b]);
                sets.extend(pool.iter().skip(j + 1).map(|c| vec![*a, *b, *c]));
            }
        }
        for set in sets {
            let list = if family == Family::Empirical { ", values = [1, 2]" } else { "" };
            let given: String = set.iter().map(|argument| format!(", {} = 1", argument.name())).collect();
            let text = format!("family = \"{}\"{given}{list}", family.name());
            let passes = schema.mistake("", &waiting(&text)).is_none();
            let quantiles = set.iter().filter(|argument| matches!(argument, Argument::Quantile(_))).count();
            match family.accepts(&set) {
                Ok(()) => {
                    assert!(passes, "{text}");
                    legal += 1;
                }
                // A schema sees whether there are quantiles, and cannot count them.
                Err(_) if quantiles == 0 => {
                    assert!(!passes, "{text}");
                    refused += 1;
                }
                Err(_) => {}
            }
        }
    }
    assert!(legal > 40 && refused > 2000, "{legal} legal, {refused} refused");
    assert!(schema.mistake("", &waiting("family = \"empirical\"")).is_some());
    assert!(schema.mistake("", &waiting("family = \"gamma\", mean = 1, sd = 1, values = [1]")).is_some());
}

#[test]
fn quantiles_have_the_names_that_the_engine_reads() {
    let mut schema = Compiled::new(Format::Scenario);
    let digits = |width: usize| (0..10_usize.pow(width as u32)).map(move |n| format!("p{n:0width$}"));
    let names = digits(1)
        .chain(digits(2))
        .chain(digits(3))
        .chain(["p1000", "p", "q5", "p5x", "xp5", "median"].map(String::from));
    for name in names {
        let known = standoff::distribution::Argument::from_name(&name).is_some();
        let other = if name == "p05" { "median" } else { "p05" };
        let text = format!("family = \"lognormal\", {other} = 1, {name} = 2");
        assert_eq!(schema.mistake("", &waiting(&text)).is_none(), known, "{name}");
    }
}

#[test]
fn each_kind_of_dynamics_takes_its_own_keys() {
    let mut schema = Compiled::new(Format::Scenario);
    let mut passes =
        |text: &str| schema.mistake("", &toml(&format!("[variables.v]\ndynamics = {{ {text} }}"))).is_none();
    assert!(passes("kind = \"mean-reverting\", level = 1, half_life = \"2 weeks\""));
    assert!(passes("kind = \"random-walk\", volatility = { value = 1, range = [0, 2] }"));
    assert!(passes("level = 1"), "another file may say the kind");
    assert!(!passes("kind = \"mean-reverting\", level = 1"));
    assert!(!passes("kind = \"geometric\", level = 1, half_life = 2"));
    assert!(!passes("kind = \"random-walk\", volatilty = 1"));
    assert!(!passes("kind = \"brownian\""));
}

#[test]
fn groups_of_keys_are_held_together() {
    let mut schema = Compiled::new(Format::Scenario);
    let mut passes = |keys: &str| {
        let text = format!("[machines.m]\n[[machines.m.transitions]]\n{keys}\n");
        schema.mistake("", &toml(&text)).is_none()
    };
    let triggers =
        ["rate = 1", "after = { family = \"exponential\", mean = 1 }", "chance = \"5%\"\nper = \"week\"", "on = \"e\""];
    for (i, one) in triggers.iter().enumerate() {
        assert!(passes(&format!("from = \"a\"\n{one}")), "{one}");
        for other in &triggers[i + 1..] {
            assert!(!passes(&format!("from = \"a\"\n{one}\n{other}")), "{one} {other}");
        }
    }
    assert!(passes("from = [\"a\", \"b\"]\nwhen = true\nto = \"c\""));
    for broken in [
        "rate = 1",
        "from = []\nrate = 1",
        "from = \"a\"",
        "from = \"a\"\nchance = 0.1",
        "from = \"a\"\nrate = 1\nper = \"week\"",
        "from = \"a\"\nrate = 1\nprobability = 0.5",
        "from = \"a\"\non = \"e\"\nclock = \"reset\"",
        "from = \"a\"\nwhen = \"x\"\nhazard_ratio = 2",
        "from = \"a\"\nrate = { range = [1, 2] }",
        "from = \"a\"\nrate = true",
        "from = \"a\"\nrate = 1\nto = \"b\"\nbranches = [{ to = \"c\", weight = 1 }]",
        "from = \"a\"\nrate = 1\nbranches = [{ to = \"c\" }]",
        "from = \"a\"\nrate = 1\nbranches = []",
    ] {
        assert!(!passes(broken), "{broken}");
    }
    let mut expects = |keys: &str| schema.mistake("", &toml(&format!("[[expect]]\n{keys}"))).is_none();
    assert!(expects("outcome = \"o\"\nprobability = 0.5"));
    assert!(!expects("outcome = \"o\""));
    assert!(!expects("probability = 0.5"));
    assert!(!expects("outcome = \"o\"\nmilestone = \"m\"\nprobability = 0.5"));
    assert!(!expects("outcome = \"o\"\nprobability = 0.5\nmean = 1"));
}

/// Every key's schema with a description, and where it stands.
fn described(schema: &Json, pointer: &str, found: &mut Vec<(String, Json)>) {
    match schema {
        Json::Object(entries) => {
            if entries.get("description").is_some_and(Json::is_string) {
                found.push((pointer.to_owned(), schema.clone()));
            }
            for (key, value) in entries {
                described(value, &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                described(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn examples_and_defaults_are_what_their_keys_take() {
    let (mut examples, mut defaults) = (0, 0);
    for format in Format::ALL {
        let mut compiled = Compiled::new(format);
        let mut keys = Vec::new();
        described(&serde_json::from_str(&format.schema()).unwrap(), "", &mut keys);
        for (pointer, key) in keys {
            if let Some(default) = key.get("default") {
                assert_eq!(compiled.mistake(&pointer, default), None, "{pointer}");
                defaults += 1;
            }
            let text = key["description"].as_str().unwrap();
            let Some((_, example)) = text.split_once("Example: `") else { continue };
            let written = toml(example.trim_end_matches('`'));
            let value = written.as_object().unwrap().values().next().unwrap_or_else(|| panic!("{pointer}: {text}"));
            assert_eq!(compiled.mistake(&pointer, value), None, "{pointer}: {example}");
            examples += 1;
        }
    }
    assert!(examples > 60 && defaults > 5, "{examples} examples, {defaults} defaults");
}

/// Taplo, if it is there. Where `STANDOFF_TAPLO` says that it must be, it must.
fn taplo() -> Option<PathBuf> {
    let demanded = std::env::var_os("STANDOFF_TAPLO").map(PathBuf::from);
    let path = demanded.clone().unwrap_or_else(|| root().join("target/taplo/bin/taplo"));
    let answers = Command::new(&path).arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(answers || demanded.is_none(), "STANDOFF_TAPLO names {}, which does not answer", path.display());
    if !answers {
        // Straight to the terminal: what a passing test prints is not shown.
        let skipped = "SKIPPED: there is no taplo to ask. Install it as .ci/run does:\n    \
                       python3 -m pip install --target target/taplo taplo==0.9.3\n";
        std::io::stderr().write_all(skipped.as_bytes()).unwrap();
    }
    answers.then_some(path)
}

/// Whether Taplo finds that a file follows a schema, and all that it says.
fn by_taplo(taplo: &Path, format: Format, file: &Path) -> (bool, String) {
    let schema = format!("file://{}", root().join("scenarios").join(format.file_name()).display());
    let output = Command::new(taplo)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .args(["check", "--no-auto-config", "--schema", &schema])
        .arg(file)
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn taplo_agrees() {
    let Some(taplo) = taplo() else { return };
    for path in shipped() {
        let (passes, said) = by_taplo(&taplo, Format::Scenario, &path);
        assert!(passes, "{}: {said}", path.display());
    }
    for path in studies() {
        let (passes, said) = by_taplo(&taplo, Format::Study, &path);
        assert!(passes, "{}: {said}", path.display());
    }
    for path in broken() {
        let (passes, said) = by_taplo(&taplo, Format::Scenario, &path);
        assert!(!passes || !is_structurally_broken(&path), "{}: {said}", path.display());
        let warns_only = path.file_stem().unwrap().to_string_lossy().starts_with("warning-");
        assert!(passes || !warns_only, "{}: {said}", path.display());
    }
}

#[test]
fn taplo_follows_the_first_line_of_a_file() {
    let Some(taplo) = taplo() else { return };
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("scenario.schema.json");
    std::fs::write(&schema, Format::Scenario.schema()).unwrap();
    let file = folder.path().join("a.toml");
    let passes = |text: &str| {
        std::fs::write(&file, format!("#:schema ./scenario.schema.json\n{text}")).unwrap();
        let output = Command::new(&taplo).current_dir(folder.path()).arg("check").arg(&file).output().unwrap();
        output.status.success()
    };
    assert!(passes("title = \"a\"\n"));
    assert!(!passes("titel = \"a\"\n"));
}
