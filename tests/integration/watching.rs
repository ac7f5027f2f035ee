//! `watch` as a process: files are saved in the ways of editors, and what it shows is read as it comes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const SCENARIO: &str = include_str!("../good.toml");

/// Far more than it takes, for a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

struct Watching {
    process: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn begin(folder: &Path, words: &[&str]) -> Watching {
        let mut command = Command::new(env!("CARGO_BIN_EXE_standoff"));
        let mut process = command.current_dir(folder).arg("watch").args(words).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Watching { process, lines }
    }

    /// The lines up to the first that ends so.
    #[track_caller]
    fn until(&self, end: &str) -> Vec<String> {
        let begun = Instant::now();
        let mut lines = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
            let last = line.ends_with(end);
            lines.push(line);
            if last {
                return lines;
            }
        }
        panic!("no line ends with `{end}`: {lines:#?}");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn strait() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("strait.toml");
    fs::write(&file, SCENARIO).unwrap();
    (folder, file)
}

fn broken() -> String {
    SCENARIO.replace("0.1 * push", "0.1 * puhs")
}

fn by_renaming(file: &Path, text: &str) {
    let other = file.with_extension("tmp");
    fs::write(&other, text).unwrap();
    fs::rename(&other, file).unwrap();
}

fn with_a_backup(file: &Path, text: &str) {
    fs::rename(file, file.with_extension("bak")).unwrap();
    fs::write(file, text).unwrap();
}

#[track_caller]
fn mistakes_come_and_go(words: &[&str]) {
    let (folder, file) = strait();
    let watching = Watching::begin(folder.path(), words);
    let first = watching.until("strait.toml: no mistakes");
    assert!(first[0].starts_with("== ") && first[0].ends_with(" UTC, watching 1 file"), "{first:?}");
    let ways: [fn(&Path, &str); 3] = [|file, text| fs::write(file, text).unwrap(), by_renaming, with_a_backup];
    for save in ways {
        save(&file, &broken());
        let shown = watching.until("strait.toml: 1 mistake");
        assert!(shown.iter().any(|line| line.contains("did you mean `push`")), "{shown:#?}");
        save(&file, SCENARIO);
        watching.until("strait.toml: no mistakes");
    }
}

#[test]
fn every_way_of_saving_is_noticed() {
    mistakes_come_and_go(&["strait.toml"]);
}

#[test]
fn looking_is_enough_where_the_system_tells_of_nothing() {
    mistakes_come_and_go(&["strait.toml", "--poll"]);
}

#[test]
fn what_a_file_extends_is_watched_too_and_may_change() {
    let (folder, file) = strait();
    fs::create_dir_all(folder.path().join("bases")).unwrap();
    let mine = folder.path().join("mine.toml");
    fs::write(&mine, "title = \"mine\"\nextends = [\"strait.toml\"]\n").unwrap();
    let watching = Watching::begin(folder.path(), &["mine.toml"]);
    watching.until("mine.toml: no mistakes");
    fs::write(&file, broken()).unwrap();
    watching.until("mine.toml: 1 mistake");
    // A base that is not there yet, in a folder that nothing was read from.
    fs::write(&mine, "title = \"mine\"\nextends = [\"bases/other.toml\"]\n").unwrap();
    let shown = watching.until("mine.toml: 1 mistake");
    assert!(shown.iter().any(|line| line.contains("there is no such file")), "{shown:#?}");
    let other = folder.path().join("bases/other.toml");
    fs::write(&other, SCENARIO).unwrap();
    watching.until("mine.toml: no mistakes");
    fs::write(&other, broken()).unwrap();
    watching.until("mine.toml: 1 mistake");
}

#[test]
fn a_folder_is_watched_with_the_files_that_come_to_it() {
    let (folder, _) = strait();
    let watching = Watching::begin(folder.path(), &["."]);
    watching.until("strait.toml: no mistakes");
    fs::write(folder.path().join("another.toml"), broken()).unwrap();
    watching.until("another.toml: 1 mistake");
    fs::remove_file(folder.path().join("another.toml")).unwrap();
    let shown = watching.until("watching 1 file");
    assert!(
        !shown.iter().any(|line| line.contains("cannot read")),
        "what is gone from a folder is no mistake: {shown:#?}"
    );
    watching.until("strait.toml: no mistakes");
}

#[test]
fn a_study_follows_every_sound_save_and_tells_what_changed() {
    let (folder, file) = strait();
    let watching = Watching::begin(folder.path(), &["strait.toml", "--run", "--runs", "8192", "--seed", "7"]);
    let closing = "not a forecast.";
    let first = watching.until(closing);
    let bar = |lines: &[String]| {
        let mut bars = lines.iter().filter(|line| line.starts_with("  blockade "));
        bars.next_back().unwrap_or_else(|| panic!("{lines:#?}")).clone()
    };
    assert!(bar(&first).ends_with(" %") && bar(&first).contains('█'), "{first:#?}");
    assert!(first.iter().any(|line| line.contains("192 runs, seed 7")), "{first:#?}");
    fs::write(&file, broken()).unwrap();
    let shown = watching.until("strait.toml: 1 mistake");
    assert!(!shown.iter().any(|line| line.contains('█')), "{shown:#?}");
    fs::write(&file, SCENARIO.replace("rate = \"0.1 * push\"", "rate = \"0.01 * push\"")).unwrap();
    let changed = bar(&watching.until(closing));
    assert!(changed.ends_with(" points") && changed.contains('−'), "{changed}");
    fs::write(&file, SCENARIO).unwrap();
    let back = bar(&watching.until(closing));
    assert!(back.ends_with(" points") && back.contains('+'), "{back}");
    // A comment changes nothing.
    fs::write(&file, format!("# the same\n{SCENARIO}")).unwrap();
    assert!(bar(&watching.until(closing)).ends_with("unchanged"));
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let (folder, _) = strait();
    let watch = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_standoff"))
            .current_dir(folder.path())
            .arg("watch")
            .args(words)
            .output()
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = watch(&["none.toml"]);
    assert_eq!((code, stderr.as_str()), (4, "error: cannot read `none.toml`: there is no such file\n"));
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(watch(&["empty"]).0, 4);
    let (code, stderr) = watch(&["strait.toml", "--run", "--set", "rezolve=1"]);
    assert!(code == 2 && stderr.contains("did you mean `resolve`?"), "{stderr}");
    assert_eq!(watch(&["strait.toml", "--runs", "10"]).0, 2, "runs without --run");
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_a_clean_end() {
    let (folder, _) = strait();
    let mut watching = Watching::begin(folder.path(), &["strait.toml", "--run"]);
    watching.until("strait.toml: no mistakes");
    let status = Command::new("kill").args(["-INT", &watching.process.id().to_string()]).status().unwrap();
    assert!(status.success());
    assert_eq!(watching.process.wait().unwrap().code(), Some(0));
}
