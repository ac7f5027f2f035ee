//! The guides do what they say: every snippet in them is read, every command run, every printed output compared.
//!
//! A guide's code blocks are worked through in order, in one empty folder for each guide:
//! - ```` ```toml strait.toml ```` writes that file; with ` +` after the name it is added at the end;
//! - ```` ```toml strait.toml for rate = 0.2 ```` takes the place of that line of the file, which must stand there once;
//! - ```` ```toml with strait.toml ```` is a fragment: it and that file together must be free of errors;
//! - ```` ```console ```` runs each line that begins with `$ ` and compares what is printed; a line `…` stands for any
//!   number of lines.
//!
//! With `STANDOFF_UPDATE_GUIDES` set, what is printed is written into the guide instead, but for blocks with `…`.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

/// A fenced block: what stands behind its fence, its text, and where the text stands in the guide.
struct Block {
    info: String,
    text: String,
    line: usize,
    range: std::ops::Range<usize>,
}

fn blocks(guide: &str) -> Vec<Block> {
    let (mut blocks, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    let mut at = 0;
    for (number, line) in guide.split_inclusive('\n').enumerate() {
        let fence = line.strip_prefix("```");
        match (&mut open, fence) {
            (None, Some(info)) => {
                let start = at + line.len();
                open = Some(Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                    line: number + 2,
                    range: start..start,
                });
            }
            (Some(block), Some(_)) => {
                block.range.end = at;
                blocks.extend(open.take());
            }
            (Some(block), None) => block.text.push_str(line),
            (None, None) => {}
        }
        at += line.len();
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The words of a command: apart at spaces, but for those in quotes.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quoted): (Vec<String>, bool) = (vec![String::new()], false);
    for c in command.trim().chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a command prints: to its reader, then about mistakes.
fn printed(command: &str, folder: &Path) -> String {
    let words = words(command);
    assert_eq!(words[0], "standoff", "guides show this command only: {command}");
    let output = Command::cargo_bin("standoff").unwrap().current_dir(folder).args(&words[1..]).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let lines: Vec<String> = String::from_utf8(text).unwrap().lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

/// Whether a text is as shown, `…` on a line of its own standing for any lines.
fn is_as_shown(shown: &str, printed: &str) -> bool {
    let parts: Vec<&str> = shown.split("\n…\n").map(|part| part.trim_matches('\n')).collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    let (open_start, open_end) = (first.starts_with("…\n") || first == "…", last.ends_with("\n…") || last == "…");
    let mut rest = printed;
    for (i, part) in parts.iter().enumerate() {
        let part = part.trim_start_matches("…\n").trim_end_matches("\n…").trim_matches('…');
        let Some(at) = rest.find(part) else { return false };
        if i == 0 && !open_start && at != 0 {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    open_end || rest.trim().is_empty()
}

/// A console block as it should be: each command with what it prints.
fn replayed(block: &Block, guide: &str, folder: &Path, update: bool) -> String {
    let mut new = String::new();
    for session in block.text.split("$ ").skip(1) {
        let (command, shown) = session.split_once('\n').unwrap_or((session, ""));
        let shown = shown.trim();
        let printed = printed(command, folder);
        let elided = shown.lines().any(|line| line == "…");
        let right = if elided { is_as_shown(shown, &printed) } else { shown == printed };
        assert!(
            right || (update && !elided),
            "{guide}:{}: `{command}` prints\n{printed}\n--- and is shown to print\n{shown}",
            block.line
        );
        let keep = if elided { shown } else { &printed };
        new.push_str(&format!("$ {command}\n{keep}{}", if keep.is_empty() { "" } else { "\n" }));
    }
    new
}

fn follow(path: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let guide = fs::read_to_string(&file).unwrap();
    let update = std::env::var_os("STANDOFF_UPDATE_GUIDES").is_some();
    let folder = tempfile::tempdir().unwrap();
    let (mut new, mut kept) = (String::new(), 0);
    let (mut commands, mut snippets) = (0, 0);
    for block in blocks(&guide) {
        let info: Vec<&str> = block.info.split_whitespace().collect();
        match info.as_slice() {
            ["toml", "with", name] => {
                snippets += 1;
                let whole = fs::read_to_string(folder.path().join(name)).unwrap() + "\n" + &block.text;
                let scratch = folder.path().join("fragment.toml");
                fs::write(&scratch, whole).unwrap();
                let mut check = Command::cargo_bin("standoff").unwrap();
                let output = check.current_dir(folder.path()).args(["check", "fragment.toml"]).output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "{path}:{}: {said}", block.line);
                fs::remove_file(scratch).unwrap();
            }
            ["toml", name, "for", line @ ..] => {
                snippets += 1;
                let (place, line) = (folder.path().join(name), line.join(" "));
                let whole = fs::read_to_string(&place).unwrap();
                let here = |written: &&str| written.split_whitespace().eq(line.split_whitespace());
                let [old] = whole.lines().filter(here).collect::<Vec<_>>()[..] else {
                    panic!("{path}:{}: `{line}` does not stand once in {name}:\n{whole}", block.line)
                };
                fs::write(&place, whole.replacen(old, block.text.trim_end(), 1)).unwrap();
            }
            ["toml", name, "+"] => {
                snippets += 1;
                let whole = fs::read_to_string(folder.path().join(name)).unwrap() + "\n" + &block.text;
                fs::write(folder.path().join(name), whole).unwrap();
            }
            ["toml" | "csv", name] => {
                snippets += 1;
                let to = folder.path().join(name);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(to, &block.text).unwrap();
            }
            ["console"] => {
                commands += 1;
                let replayed = replayed(&block, path, folder.path(), update);
                new.push_str(&guide[kept..block.range.start]);
                new.push_str(&replayed);
                kept = block.range.end;
            }
            ["sh" | "text"] => {}
            other => panic!("{path}:{}: nobody runs a block of {other:?}", block.line),
        }
    }
    assert!(commands > 0 && snippets > 0, "{path}: {commands} commands and {snippets} snippets were found");
    new.push_str(&guide[kept..]);
    if update && new != guide {
        fs::write(file, new).unwrap();
    }
}

#[test]
fn the_language_guide_does_what_it_says() {
    follow("scenarios/README.md");
}

#[test]
fn shown_output_may_leave_lines_out() {
    for (shown, right) in
        [("a\n…\nd", true), ("a\nb\nc\nd", true), ("a\n…", true), ("…\nd", true), ("b\n…", false), ("a\n…\nc", false)]
    {
        assert_eq!(is_as_shown(shown, "a\nb\nc\nd"), right, "{shown}");
    }
}
