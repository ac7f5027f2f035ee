//! Reports in a real browser: nothing missing, nothing asked of the network, nothing wider than the window, and readable by all.
//!
//! The browser is Chromium, and the rules of accessibility are those of axe-core; `.ci/run` installs both and names them in
//! `STANDOFF_CHROMIUM` and `STANDOFF_AXE`. A page of ours holds the report in frames of several widths and looks into them.

use crate::documents::{four_paths, report, two_scenarios};
use serde_json::Value;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a phone and a desk show.
const WIDTHS: [u32; 2] = [375, 1440];

/// A tool, if it is there. Where the environment says that it must be, it must.
fn tool(variable: &str, usual: &[&str], answers: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    if let Some(demanded) = std::env::var_os(variable).map(PathBuf::from) {
        assert!(answers(&demanded), "{variable} names {}, which does not answer", demanded.display());
        return Some(demanded);
    }
    let found = usual.iter().map(PathBuf::from).find(|path| answers(path));
    if found.is_none() {
        let skipped = format!(
            "SKIPPED: {variable} names nothing to look at reports with. Install it as .ci/run does:\n    \
             apt-get install --no-install-recommends chromium\n    \
             python3 -m pip install --target target/axe axe-core-python==0.1.0\n"
        );
        // Past the harness, which keeps what passing tests print to itself.
        std::io::stderr().write_all(skipped.as_bytes()).unwrap();
    }
    found
}

fn chromium() -> Option<PathBuf> {
    let answers = |path: &Path| {
        Command::new(path).arg("--version").stderr(Stdio::null()).output().is_ok_and(|o| o.status.success())
    };
    tool("STANDOFF_CHROMIUM", &["chromium", "chromium-browser", "google-chrome"], answers)
}

fn axe() -> Option<PathBuf> {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe/axe_core_python/axe.min.js");
    tool("STANDOFF_AXE", &[usual], |path| path.is_file())
}

/// Looks at a page, in light or in dark; what it has found at each width, and what the console said.
fn look(chromium: &Path, page: &Path, axe: Option<&Path>, dark: bool) -> (Vec<Value>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let url = |path: &Path| format!("file://{}", path.display());
    let axe = axe.map_or_else(|| "null".to_owned(), |path| format!("'{}'", url(path)));
    let frame = |width| {
        format!("<iframe src=\"{}\" width=\"{width}\" height=\"900\" style=\"border: 0\"></iframe>\n", url(page))
    };
    let probe = include_str!("browser.html").replace("FRAMES", &WIDTHS.map(frame).concat()).replace("AXE", &axe);
    let file = folder.path().join("probe.html");
    std::fs::write(&file, probe).unwrap();
    let mut flags: Vec<OsString> = [
        "--headless",
        "--disable-gpu",
        "--no-sandbox",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--allow-file-access-from-files",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--enable-logging=stderr",
        "--window-size=1600,1000",
        "--virtual-time-budget=120000",
        "--timeout=240000",
        "--dump-dom",
    ]
    .map(OsString::from)
    .into();
    let mut profile = OsString::from("--user-data-dir=");
    profile.push(folder.path().join("profile"));
    flags.push(profile);
    flags.push(format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)).into());
    flags.push(url(&file).into());
    let output = Command::new(chromium).args(&flags).output().unwrap();
    let (dom, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let console = said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    let found = dom.split("<pre id=\"found\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let found = found.filter(|text| !text.is_empty()).unwrap_or_else(|| panic!("nothing was found: {dom:.200}"));
    let found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let Value::Array(found) = serde_json::from_str(&found).unwrap() else { panic!("{found}") };
    assert_eq!(found.len(), WIDTHS.len());
    (found, console)
}

#[track_caller]
fn check(found: &Value, images: usize) {
    assert_eq!(found["error"], Value::Null, "{found}");
    let inner = found["inner"].as_f64().unwrap();
    assert!(found["scrolls"].as_f64().unwrap() <= inner, "wider than the window of {inner}: {}", found["wide"]);
    assert_eq!(found["inner"], found["width"], "the window is as wide as was asked for");
    let pictures = found["images"].as_array().unwrap();
    assert_eq!(pictures.len(), images);
    for picture in pictures {
        let size = |key: &str| picture[key].as_f64().unwrap();
        assert!(picture["complete"] == true && size("width") > 100.0 && size("height") > 50.0, "{picture}");
        assert!(size("shown") > 100.0, "{picture}");
    }
    assert_eq!(found["requests"], Value::Array(vec![]), "nothing is asked of anyone");
    assert_eq!((&found["lang"], &found["scripts"]), (&"en".into(), &0.into()));
    let levels: Vec<u64> = found["headings"].as_array().unwrap().iter().map(|level| level.as_u64().unwrap()).collect();
    assert_eq!(
        (levels[0], levels.iter().filter(|level| **level == 1).count()),
        (1, 1),
        "one heading for the whole page"
    );
    for pair in levels.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "no level is left out: {levels:?}");
    }
    assert_eq!(found["first"], "Skip to the content", "what the keyboard comes to first");
}

#[test]
fn a_report_of_four_paths_is_whole_and_fits() {
    let Some(chromium) = chromium() else { return };
    let page = four_paths().join("report.html");
    let images = std::fs::read_to_string(&page).unwrap().matches("<img ").count();
    assert!(images > 20, "{images}");
    let (found, console) = look(&chromium, &page, None, false);
    assert_eq!(console, Vec::<String>::new());
    for found in found {
        check(&found, images);
    }
}

#[test]
fn a_report_can_be_read_by_all_in_light_and_in_dark() {
    let (Some(chromium), Some(axe)) = (chromium(), axe()) else { return };
    let folder = two_scenarios();
    let (code, _, stderr) = report(folder.path(), &[]);
    assert_eq!(code, 0, "{stderr}");
    let page = folder.path().join("report/report.html");
    let images = std::fs::read_to_string(&page).unwrap().matches("<img ").count();
    for dark in [false, true] {
        let (found, console) = look(&chromium, &page, Some(&axe), dark);
        assert_eq!(console, Vec::<String>::new());
        for found in found {
            check(&found, images);
            assert_eq!(found["dark"], dark, "{found}");
            assert_eq!(found["violations"], Value::Array(vec![]), "dark: {dark}");
            assert!(found["rules"].as_u64().unwrap() > 15, "axe has looked at {}", found["rules"]);
        }
    }
}

/// A page with everything wrong that the others are to be free of.
#[test]
fn what_is_wrong_is_seen() {
    let (Some(chromium), Some(axe)) = (chromium(), axe()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("wrong.html");
    let wrong = "<!DOCTYPE html><html><head><title>x</title></head><body><h1>One</h1><h3>Three</h3>\
                 <p style=\"color: #bbb; background: #fff\">faint</p><div style=\"width: 3000px\">wide</div>\
                 <a href=\"#x\">x</a><img src=\"missing.png\"><script>console.error('loud')</script></body></html>";
    std::fs::write(&page, wrong).unwrap();
    let (found, console) = look(&chromium, &page, Some(&axe), false);
    assert!(console.iter().any(|line| line.contains("loud")), "{console:?}");
    for found in found {
        assert!(found["scrolls"].as_f64() > found["inner"].as_f64(), "{found}");
        assert_eq!((&found["images"][0]["width"], &found["scripts"]), (&0.into(), &1.into()), "{found}");
        assert!(found["requests"][0].as_str().unwrap().ends_with("missing.png"), "{found}");
        let violations = found["violations"].to_string();
        for rule in ["color-contrast", "image-alt", "html-has-lang", "heading-order"] {
            assert!(violations.contains(rule), "{rule}: {violations}");
        }
    }
}
