//! Finished sweeps in reports: their charts, what they found and how to make them again; and folders that are none.

use crate::documents::{report, two_scenarios};
use assert_cmd::Command;
use std::fs;
use std::path::Path;

const STUDY: &str = "title = \"Pace <and> more\"\nabout = \"What the pace does\"\nscenarios = [\"paths/first.toml\"]\nseed = 3\nruns = 200\n\
                     [vary]\npace = { from = 0.02, to = 0.08, steps = 3 }\n";

fn sweep(folder: &Path, words: &[&str]) -> i32 {
    let mut command = Command::cargo_bin("standoff").unwrap();
    let output = command.current_dir(folder).args(["sweep", "pace.toml", "-o", "swept"]).args(words).output().unwrap();
    output.status.code().unwrap()
}

#[test]
fn a_finished_sweep_becomes_a_section() {
    let folder = two_scenarios();
    let folder = folder.path();
    fs::write(folder.join("pace.toml"), STUDY).unwrap();
    assert_eq!(sweep(folder, &[]), 0);
    let (code, _, said) = report(folder, &["--study", "swept"]);
    assert_eq!(code, 0, "{said}");
    let page = fs::read_to_string(folder.join("report/report.html")).unwrap();
    let section = page.split("<h2 id=\"study-pace\">").nth(1).unwrap().split("<h2 ").next().unwrap();
    for words in [
        "Study: Pace &lt;and&gt; more",
        "What the pace does",
        "3 points, 600 runs in all",
        "where each quantity is least and most",
        "at pace 0.02",
        "at pace 0.08",
        "standoff sweep pace.toml",
        "How to make this study again",
        "src=\"data:image/png;base64,",
    ] {
        assert!(section.contains(words), "{words}: {section:.3000}");
    }
    assert!(page.contains("href=\"#study-pace\""), "it is listed in the contents");
    // Its files stand beside the report, byte for byte.
    let pictures: Vec<String> = fs::read_dir(folder.join("swept"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".png") || name == "results.csv")
        .collect();
    assert!(pictures.len() > 1, "{pictures:?}");
    for name in pictures {
        let [own, copy] =
            ["swept", "report/studies/pace"].map(|place| fs::read(folder.join(place).join(&name)).unwrap());
        assert!(own == copy, "{name}");
    }
    let markdown = fs::read_to_string(folder.join("report/report.md")).unwrap();
    assert!(markdown.contains("Study: Pace \\<and\\> more") && markdown.contains("](studies/pace/"), "{markdown:.500}");
}

#[test]
fn what_is_no_finished_sweep_is_told() {
    let folder = two_scenarios();
    let folder = folder.path();
    fs::write(folder.join("pace.toml"), STUDY).unwrap();
    let refused = |words: &str, why: &str| {
        let (code, _, said) = report(folder, &["--study", words]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(why), "{said}");
    };
    refused("paths", "is not the folder of a sweep");
    refused("nowhere", "is not the folder of a sweep");
    assert_eq!(sweep(folder, &[]), 0);
    let results = folder.join("swept/results.csv");
    let own = fs::read_to_string(&results).unwrap();
    fs::write(&results, own.replace("0.", "0.9")).unwrap();
    refused("swept", "results.csv` is not as the sweep wrote it");
    fs::remove_file(folder.join("swept/manifest.json")).unwrap();
    refused("swept", "is not finished");
    fs::write(folder.join("swept/study.json"), "{").unwrap();
    refused("swept", "cannot be read");
    assert!(!folder.join("report").exists(), "nothing was begun");
}
