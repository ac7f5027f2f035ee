//! Policies and variants: what they mean in a model, and that they mean the same on every command line.

use crate::support::model;
use assert_cmd::Command;
use std::fs;

const STRAIT: &str = r#"
title = "Settings"
[time]
unit = "week"
horizon = 20
[parameters.resolve]
value = 0.5
range = [0, 1]
basis = "judgement"
[levers.convoys]
value = 2
range = [0, 10]
basis = "judgement"
[levers.talks]
value = 0
range = [0, 1]
basis = "judgement"
[machines.fleet]
initial = "harbour"
[machines.fleet.states]
harbour = {}
blockade = {}
[[machines.fleet.transitions]]
name = "sails"
from = "harbour"
to = "blockade"
rate = { value = 0.1, range = [0, 1], times = "resolve / (1 + convoys + talks)", basis = "judgement" }
[policies.firm]
about = "Many convoys"
set = { convoys = 8 }
basis = "published"
source = "the plan"
[policies.soft]
set = { convoys = 0, talks = 1 }
[variants.angry]
about = "They mean it"
set = { resolve = "90%", fleet.sails.rate = 0.4 }
[variants.calm]
set = { resolve = 0.1 }
[outcomes.blockade]
when = "fleet.blockade"
[outcomes.open]
default = true
[[expect]]
outcome = "blockade"
probability = "1 - exp(-20 * 0.1 * 0.5 / 3)"
"#;

#[test]
fn a_setting_is_a_list_of_inputs_with_values() {
    let model = model(STRAIT);
    let values = |settings: &[standoff::model::Setting], name: &str| -> Vec<(String, f64)> {
        let setting = settings.iter().find(|setting| setting.name == name).unwrap();
        setting.values.iter().map(|(id, value)| (model.inputs[id.index()].name.clone(), *value)).collect()
    };
    assert_eq!(values(&model.policies, "firm"), [("convoys".to_owned(), 8.0)]);
    assert_eq!(values(&model.policies, "soft"), [("convoys".to_owned(), 0.0), ("talks".to_owned(), 1.0)]);
    let angry = values(&model.variants, "angry");
    assert_eq!(angry, [("resolve".to_owned(), 0.9), ("fleet.sails.rate".to_owned(), 0.4)]);
    let firm = &model.policies[0].provenance;
    assert_eq!((firm.about.as_str(), firm.source.as_str()), ("Many convoys", "the plan"));
}

fn standoff(words: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("standoff").unwrap().args(words).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_flags_mean_the_same_in_every_verb() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("strait.toml");
    fs::write(&file, STRAIT).unwrap();
    let (file, out) = (file.to_str().unwrap().to_owned(), folder.path().join("out"));
    let run = |words: &[&str]| {
        let mut all = vec!["run", &file, "--runs", "300", "-o", out.to_str().unwrap()];
        all.extend(words);
        let told = standoff(&all);
        let manifest = fs::read(out.join("strait/manifest.json")).unwrap_or_default();
        (told, serde_json::from_slice::<serde_json::Value>(&manifest).unwrap_or_default())
    };
    let settings = |words: &[&str]| {
        let ((code, stdout, stderr), manifest) = run(words);
        assert_eq!((code, stderr.as_str()), (0, ""), "{words:?}");
        assert!(manifest["command"].as_str().unwrap().contains(words[0]));
        let list = manifest["settings"].as_array().unwrap().iter();
        let list: Vec<(String, f64)> =
            list.map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_f64().unwrap())).collect();
        // What is set is told at the head of the results as well.
        let told = list.iter().all(|(name, value)| stdout.contains(&format!("{name} = {value}")));
        assert!(told, "{stdout}");
        list
    };
    let set = |list: &[(&str, f64)]| list.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect::<Vec<_>>();
    assert_eq!(settings(&["--policy", "firm"]), set(&[("convoys", 8.0)]));
    assert_eq!(settings(&["--policy", "firm", "--policy", "soft"]), set(&[("convoys", 0.0), ("talks", 1.0)]));
    assert_eq!(settings(&["--policy", "soft", "--policy", "firm"]), set(&[("talks", 1.0), ("convoys", 8.0)]));
    assert_eq!(
        settings(&["--set", "convoys=3", "--policy", "firm", "--variant", "angry"]),
        set(&[("resolve", 0.9), ("fleet.sails.rate", 0.4), ("convoys", 3.0)]),
        "a single setting wins wherever it stands"
    );
    let ((code, _, stderr), _) = run(&["--policy", "frim"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("no policy is called `frim`; did you mean `firm`?"), "{stderr}");
    let ((code, _, stderr), _) = run(&["--variant", "nothing-like-it"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("there is: angry, calm"), "{stderr}");

    let replay = |words: &[&str]| standoff(&[&["replay", &file, "--run", "3"], words].concat());
    let by_hand = ["--set", "resolve=0.9", "--set", "fleet.sails.rate=0.4"];
    assert_eq!(replay(&["--variant", "angry"]).1, replay(&by_hand).1);
    assert_ne!(replay(&["--variant", "angry"]).1, replay(&[]).1);

    let verify = |words: &[&str]| standoff(&[&["verify", &file, "--runs", "20000"], words].concat()).0;
    assert_eq!(verify(&[]), 0);
    assert_eq!(verify(&["--variant", "angry"]), 5, "the truth is about the file's values");
}

#[test]
fn a_horizon_may_be_a_date() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("strait.toml");
    let out = folder.path().join("out");
    let run = |text: &str, horizon: &str| {
        fs::write(&file, text).unwrap();
        standoff(&["run", file.to_str().unwrap(), "--runs", "50", "--horizon", horizon, "-o", out.to_str().unwrap()])
    };
    let dated = STRAIT.replace("unit = \"week\"", "unit = \"week\"\nstart = 2026-01-05");
    let (code, stdout, stderr) = run(&dated, "2026-03-16");
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("horizon 10 weeks"), "{stdout}");
    let (code, _, stderr) = run(&dated, "2025-03-16");
    assert!(code == 2 && stderr.contains("does not lie after the start"), "{stderr}");
    let (code, _, stderr) = run(STRAIT, "2026-03-16");
    assert!(code == 2 && stderr.contains("add `start = 2026-01-05`"), "{stderr}");
}

#[test]
fn a_run_at_fault_is_replayed_with_its_settings() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("strait.toml");
    let text = STRAIT.replace("resolve / (1 + convoys + talks)", "resolve - talks * (0.5 + time)");
    fs::write(&file, text).unwrap();
    let out = folder.path().join("out");
    let (code, _, stderr) = standoff(&[
        "run",
        file.to_str().unwrap(),
        "--runs",
        "50",
        "--policy",
        "soft",
        "--variant",
        "calm",
        "-o",
        out.to_str().unwrap(),
    ]);
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("--policy soft --variant calm"), "{stderr}");
}
