//! `standoff lsp`: the language server, on standard input and output.
//!
//! One thread reads messages, one answers them in their order. Mistakes are looked for when nothing is waiting, and that
//! is given up when something arrives: what was typed last is what counts.

mod server;
mod wire;

use super::exit::{Exit, Trouble};
use crate::editor::desk::Shelf;
use crate::scenario::load::{Disk, Files};
use server::{Server, Step};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use wire::Frame;

/// The disk, and what lies side by side on it.
struct DiskShelf;

impl Files for DiskShelf {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        Disk.read(path)
    }
}

impl Shelf for DiskShelf {
    fn neighbours(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "toml") && path.is_file());
        files.sort();
        files
    }
}

/// Serves until the editor says `exit` or closes the pipe.
pub fn lsp() -> Result<Exit, Trouble> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut input = BufReader::new(std::io::stdin());
        while let Ok(Some(frame)) = wire::read(&mut input) {
            if sender.send(frame).is_err() {
                return;
            }
        }
    });
    let mut server = Server::new(&DiskShelf, std::io::stdout());
    let waiting: RefCell<VecDeque<Frame>> = RefCell::default();
    let arrived = || {
        waiting.borrow_mut().extend(receiver.try_iter());
        !waiting.borrow().is_empty()
    };
    loop {
        if server.is_stale() && !arrived() {
            if server.tell_mistakes(&|| !arrived()).is_err() {
                return Ok(Exit::Unfinished);
            }
            continue;
        }
        let next = waiting.borrow_mut().pop_front();
        let Some(frame) = next.or_else(|| receiver.recv().ok()) else {
            return Ok(server.left());
        };
        match server.take(frame) {
            Ok(Step::Next) => {}
            Ok(Step::Exit) => return Ok(server.left()),
            // Nobody reads any more.
            Err(_) => return Ok(Exit::Unfinished),
        }
    }
}
