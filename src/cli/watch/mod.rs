//! `standoff watch`: checks scenarios again at every save, and shows how they end.
//!
//! Waits for what happens: a file is saved, a quick study is done, Ctrl-C. A save whose text is as it was shows nothing.
//! On a terminal each check begins on a clean screen; in a pipe each is one block of lines.

mod saves;
mod trial;

use super::arguments::WatchArguments;
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use super::run::{self, Again};
use super::{interrupt, moment, settings};
use crate::analysis::Findings;
use crate::diagnostic::Severity;
use crate::diagnostic::render::{Style, render};
use crate::output::bars::outcome_bars;
use crate::output::terminal::Layout;
use saves::{Saves, Seen};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;
use trial::{Found, Trial};

/// How long the files must stay as they are before they are read: an editor may save in several steps.
const QUIET: Duration = Duration::from_millis(40);
/// How often they are looked at anew at most, if they never stay as they are.
const LOOKS: usize = 10;

/// What ends the waiting.
#[derive(Debug)]
enum Wake {
    /// Something happened in a folder that is watched.
    Stir,
    Found(Box<Found>),
    /// Ctrl-C.
    End,
}

pub fn watch(arguments: &WatchArguments) -> Result<Exit, Trouble> {
    for path in &arguments.paths {
        if let Err(error) = std::fs::metadata(path) {
            let why = crate::scenario::load::reason(&error);
            return Err(Trouble::new(Exit::Files, format!("error: cannot read `{}`: {why}", path.display())));
        }
    }
    let (sender, wakes) = channel();
    let stop = sender.clone();
    interrupt::listen_with(move || drop(stop.send(Wake::End)));
    let stir = sender.clone();
    let saves = Saves::new(arguments.poll, move || drop(stir.send(Wake::Stir)));
    let screen = Screen { terminal: std::io::stdout().is_terminal() };
    let mut watch = Watch {
        arguments,
        sender,
        saves,
        screen,
        trial: None,
        round: 0,
        opened: Arc::default(),
        found: BTreeMap::new(),
    };
    match watch.go_on(&wakes) {
        // Nobody reads any more: that is an end like any other.
        Err(trouble) if trouble.exit == Exit::Done => Ok(Exit::Done),
        ended => ended,
    }
}

struct Watch<'a> {
    arguments: &'a WatchArguments,
    sender: Sender<Wake>,
    saves: Saves,
    screen: Screen,
    /// The study that is going on.
    trial: Option<Trial>,
    /// Counts the checks, so that what an older one asked for is not shown.
    round: u64,
    opened: Arc<Vec<Opened>>,
    /// What was found last of each scenario, and of which text.
    found: BTreeMap<PathBuf, (String, Findings)>,
}

impl Watch<'_> {
    fn go_on(&mut self, wakes: &Receiver<Wake>) -> Result<Exit, Trouble> {
        let mut seen = self.check()?;
        loop {
            let stirred = match wakes.recv_timeout(self.saves.patience()) {
                Ok(Wake::End) | Err(RecvTimeoutError::Disconnected) => return Ok(Exit::Done),
                Ok(Wake::Found(found)) => {
                    self.show_found(*found)?;
                    false
                }
                Ok(Wake::Stir) | Err(RecvTimeoutError::Timeout) => true,
            };
            if !stirred {
                continue;
            }
            let mut now = seen.again();
            if now == seen {
                continue;
            }
            for _ in 0..LOOKS {
                std::thread::sleep(QUIET);
                let then = now.again();
                if then == now {
                    break;
                }
                now = then;
            }
            if now != seen {
                seen = self.check()?;
            }
        }
    }

    /// Reads and shows everything anew, and begins to run it if that is asked for.
    fn check(&mut self) -> Result<Seen, Trouble> {
        if let Some(trial) = self.trial.take() {
            trial.abandon();
        }
        self.round += 1;
        let seen = Seen::default();
        let opened = self.open(&seen)?;
        self.saves.follow(&seen);
        let mut text = String::new();
        for one in &opened {
            text.push_str(&self.shown(one));
        }
        self.screen.begin(&text, seen.count())?;
        self.opened = Arc::new(opened);
        if self.arguments.run {
            self.run()?;
        }
        Ok(seen)
    }

    /// Every scenario at the paths; of a folder, those of its files that are no bases.
    fn open(&self, seen: &Seen) -> Result<Vec<Opened>, Trouble> {
        let mut all = Vec::new();
        for path in &self.arguments.paths {
            if path.is_dir() {
                let files = seen.files_in(path);
                let whole = files.iter().map(|file| open::open_from(seen, file));
                let before = all.len();
                all.extend(whole.filter(|one| !one.is_base() || one.diagnostics.has_errors()));
                if all.len() == before && self.round == 1 {
                    let message = format!("error: there is no scenario in `{}` to watch", path.display());
                    return Err(Trouble::new(Exit::Files, message));
                }
            } else {
                all.push(open::open_from(seen, path));
            }
        }
        settings::set_horizons(&mut all, &self.arguments.model)?;
        Ok(all)
    }

    /// The mistakes of one file, or that there are none.
    fn shown(&self, opened: &Opened) -> String {
        let path = opened.path.display();
        let diagnostics = &opened.diagnostics;
        let style = if self.screen.terminal { Style::Coloured } else { Style::Plain };
        let mut text = render(diagnostics, &opened.sources, style);
        let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let (errors, warnings) = (diagnostics.count(Severity::Error), diagnostics.count(Severity::Warning));
        let mut verdict = if errors == 0 { "no mistakes".to_owned() } else { counted(errors, "mistake") };
        if warnings > 0 {
            verdict.push_str(&format!(", {}", counted(warnings, "warning")));
        }
        if errors == 0 && opened.is_base() {
            verdict.push_str(" (a base that scenarios extend: it has no outcomes)");
        }
        text.push_str(&format!("{path}: {verdict}\n"));
        text
    }

    /// Begins to run the scenarios whose text is new, and shows again what is known of the others.
    fn run(&mut self) -> Result<(), Trouble> {
        let mut fresh = Vec::new();
        for (index, one) in self.opened.iter().enumerate().filter(|(_, one)| one.model.is_some()) {
            match self.found.get(&one.path) {
                Some((digest, findings)) if *digest == one.digest() => {
                    self.screen.add(&outcome_bars(findings, Some(findings), &Layout::default()))?;
                }
                _ => fresh.push(index),
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let set = match settings::settings(&self.opened, &self.arguments.model) {
            Ok(set) => set,
            Err(trouble) if self.round == 1 && self.opened.iter().all(|one| one.model.is_some()) => {
                return Err(trouble);
            }
            Err(trouble) => return self.screen.add(&trouble.message),
        };
        let asked = trial::Asked {
            seed: self.arguments.model.seed(),
            runs: self.arguments.runs,
            threads: self.arguments.machine.threads(),
            set,
        };
        let sender = self.sender.clone();
        let tell = move |found| drop(sender.send(Wake::Found(Box::new(found))));
        self.trial = Some(Trial::begin(self.round, Arc::clone(&self.opened), fresh, asked, tell));
        Ok(())
    }

    fn show_found(&mut self, found: Found) -> Result<(), Trouble> {
        if found.round != self.round {
            return Ok(());
        }
        let opened = Arc::clone(&self.opened);
        let one = &opened[found.which];
        match found.result {
            Ok(findings) => {
                let before = self.found.get(&one.path).map(|(_, findings)| findings);
                let text = outcome_bars(&findings, before, &Layout::default());
                self.screen.add(&text)?;
                self.found.insert(one.path.clone(), (one.digest(), findings));
                Ok(())
            }
            Err(failure) => {
                let again = Again { path: &one.path, model: &self.arguments.model, follow: false };
                self.screen.add(&run::trouble(failure, &one.sources, &again).message)
            }
        }
    }
}

/// Where everything is shown.
struct Screen {
    terminal: bool,
}

impl Screen {
    /// Shows a check: on a clean screen of a terminal, or below the last one.
    fn begin(&self, text: &str, files: usize) -> Result<(), Trouble> {
        let time = moment::time_of_day();
        let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
        if self.terminal {
            // Clears the screen and what was scrolled off it, and goes to its top.
            self.write(&format!("\u{1b}[2J\u{1b}[3J\u{1b}[H{time} UTC, watching {files} (Ctrl-C ends)\n\n{text}\n"))
        } else {
            self.write(&format!("== {time} UTC, watching {files}\n{text}\n"))
        }
    }

    fn add(&self, text: &str) -> Result<(), Trouble> {
        self.write(&format!("{}\n\n", text.trim_end()))
    }

    fn write(&self, text: &str) -> Result<(), Trouble> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|_| Trouble::new(Exit::Done, ""))
    }
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
