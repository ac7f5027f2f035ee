//! Reports in a real browser: nothing missing, nothing asked of the network, nothing wider than the window, and readable by all.
//!
//! The browser is Chromium, and the rules of accessibility are those of axe-core; `.ci/run` installs both and names them in
//! `STANDOFF_CHROMIUM` and `STANDOFF_AXE`. A page of ours holds the report in frames of several widths and looks into them.

use crate::documents::{four_paths, report, two_scenarios};
use serde_json::Value;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

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

/// Serves some texts by name on this machine, whatever host is asked for, and notes every request until it is dropped.
struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(texts: Vec<(&'static str, Vec<u8>)>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, requests) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let noted = Arc::clone(&requests);
        let texts = Arc::new(texts);
        // The threads end with the test's process; a browser opens connections that it may not use.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (texts, noted) = (Arc::clone(&texts), Arc::clone(&noted));
                std::thread::spawn(move || answer(stream, &texts, &noted));
            }
        });
        Server { port, requests }
    }
}

/// Answers one request, if it is one for a page.
fn answer(mut stream: TcpStream, texts: &[(&str, Vec<u8>)], noted: &Mutex<Vec<String>>) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let name = head.first().and_then(|line| line.strip_prefix("GET ")).and_then(|rest| rest.split(' ').next());
    let Some(name) = name else { return };
    noted.lock().unwrap().push(name.to_owned());
    let (status, kind, body): (&str, &str, &[u8]) = match texts.iter().find(|(known, _)| *known == name) {
        Some((known, body)) if known.ends_with(".js") => ("200 OK", "text/javascript", body),
        Some((_, body)) => ("200 OK", "text/html; charset=utf-8", body),
        None => ("404 Not Found", "text/plain", b""),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // A browser that has gone away has seen enough.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

/// What looking at a page has shown.
struct Seen {
    /// At each of the widths.
    frames: Vec<Value>,
    console: Vec<String>,
    /// What was asked of any host beside the page itself, by path.
    requests: Vec<String>,
}

/// Looks at a page, in light or in dark.
fn look(chromium: &Path, page: &Path, axe: Option<&Path>, dark: bool) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let frame =
        |width| format!("<iframe src=\"/page\" width=\"{width}\" height=\"900\" style=\"border: 0\"></iframe>\n");
    let rules = if axe.is_some() { "'/axe.js'" } else { "null" };
    let probe = include_str!("browser.html").replace("FRAMES", &WIDTHS.map(frame).concat()).replace("AXE", rules);
    let mut texts = vec![("/probe", probe.into_bytes()), ("/page", std::fs::read(page).unwrap())];
    texts.extend(axe.map(|axe| ("/axe.js", std::fs::read(axe).unwrap())));
    let server = Server::start(texts);
    let mut flags: Vec<OsString> = [
        "--headless",
        "--disable-gpu",
        "--no-sandbox",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-features=NetworkTimeServiceQuerying",
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
    // Whoever is asked for anything, it is asked of our server.
    flags.push(format!("--host-resolver-rules=MAP * 127.0.0.1:{}", server.port).into());
    flags.push(format!("http://page.test:{}/probe", server.port).into());
    let output = Command::new(chromium).args(&flags).output().unwrap();
    let (dom, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let console = said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    let found = dom.split("<pre id=\"found\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let found = found.filter(|text| !text.is_empty()).unwrap_or_else(|| panic!("nothing was found: {dom:.200}"));
    let found = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let Value::Array(frames) = serde_json::from_str(&found).unwrap() else { panic!("{found}") };
    assert_eq!(frames.len(), WIDTHS.len());
    let mut requests = std::mem::take(&mut *server.requests.lock().unwrap());
    // The browser asks for the time of day by itself.
    requests.retain(|name| !["/probe", "/page", "/axe.js"].contains(&name.as_str()) && !name.starts_with("/time/1/"));
    Seen { frames, console, requests }
}

impl Seen {
    /// The frames of a page that asks for nothing and has no complaint.
    #[track_caller]
    fn quiet(self) -> Vec<Value> {
        assert_eq!((self.console, self.requests), (vec![], vec![]), "nothing is said, and nothing asked of anyone");
        self.frames
    }
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
        // Nothing in a picture stands outside of it, by more than half a point of a letter's side bearing.
        assert!(size("shown") > 100.0 && size("beyond") < 3.0, "{picture}");
    }
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
    let images = std::fs::read_to_string(&page).unwrap().matches("<figure").count();
    assert!(images > 20, "{images}");
    for found in look(&chromium, &page, None, false).quiet() {
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
    let images = std::fs::read_to_string(&page).unwrap().matches("<figure").count();
    for dark in [false, true] {
        for found in look(&chromium, &page, Some(&axe), dark).quiet() {
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
    let wrong = "<!DOCTYPE html><html><head><title>x</title><link rel=\"stylesheet\" href=\"http://elsewhere.test/far.css\"></head><body><h1>One</h1><h3>Three</h3>\
                 <p style=\"color: #bbb; background: #fff\">faint</p><div style=\"width: 3000px\">wide</div>\
                 <a href=\"#x\">x</a><img src=\"missing.png\"><script>console.error('loud')</script></body></html>";
    std::fs::write(&page, wrong).unwrap();
    let Seen { frames, console, requests } = look(&chromium, &page, Some(&axe), false);
    assert!(console.iter().any(|line| line.contains("loud")), "{console:?}");
    assert!(["/missing.png", "/far.css"].iter().all(|name| requests.iter().any(|asked| asked == name)), "{requests:?}");
    for found in frames {
        assert!(found["scrolls"].as_f64() > found["inner"].as_f64(), "{found}");
        assert_eq!((&found["images"][0]["width"], &found["scripts"]), (&0.into(), &1.into()), "{found}");
        let violations = found["violations"].to_string();
        for rule in ["color-contrast", "image-alt", "html-has-lang", "heading-order"] {
            assert!(violations.contains(rule), "{rule}: {violations}");
        }
    }
}
