//! `standoff explain-error`: a kind of mistake at length, or the list of all kinds.

use super::arguments::ExplainErrorArguments;
use super::exit::{Exit, Trouble};
use crate::diagnostic::explain::{STRAIT, Snippet};
use crate::diagnostic::{Mistake, Severity};

pub fn explain_error(arguments: &ExplainErrorArguments) -> Result<Exit, Trouble> {
    if arguments.scenario {
        print!("{STRAIT}");
        return Ok(Exit::Done);
    }
    match &arguments.id {
        None => print!("{}", list()),
        Some(id) => {
            // As it stands in a message: `error[unknown-name]`.
            let bare = id.rsplit_once('[').map_or(id.as_str(), |(_, id)| id).trim_end_matches([']', ':']);
            print!("{}", explained(Mistake::from_id(bare).ok_or_else(|| unknown(bare))?));
        }
    }
    Ok(Exit::Done)
}

fn unknown(id: &str) -> Trouble {
    let help = match Mistake::nearest_to(id) {
        Some(near) => format!("did you mean `standoff explain-error {near}`?"),
        None => "`standoff explain-error` lists them all".to_owned(),
    };
    Trouble::new(Exit::Usage, format!("error: there is no mistake with the id `{id}`; {help}"))
}

fn severity(mistake: Mistake) -> &'static str {
    match mistake.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// One line a kind.
fn list() -> String {
    let width = Mistake::ALL.iter().map(|mistake| mistake.id().len()).max().unwrap_or(0);
    let mut text = String::new();
    for mistake in Mistake::ALL {
        text.push_str(&format!("{:<7}  {:<width$}  {}\n", severity(*mistake), mistake.id(), mistake.about()));
    }
    text.push_str(&format!("\n{} kinds; `standoff explain-error ID` explains one\n", Mistake::ALL.len()));
    text
}

fn explained(mistake: Mistake) -> String {
    let explanation = mistake.explanation();
    let mut text = format!("{}[{mistake}]: {}\n\n{}\n", severity(mistake), mistake.about(), explanation.why);
    for (heading, snippet) in [("Broken:", explanation.broken), ("Mended:", explanation.mended)] {
        text.push_str(&format!("\n{heading}\n\n{}", indented(&snippet)));
    }
    if [explanation.broken, explanation.mended].iter().any(|snippet| snippet.text.contains("strait.toml")) {
        text.push_str("\n`strait.toml` is a small scenario; `standoff explain-error --scenario` prints it.\n");
    }
    text
}

/// A snippet as it is shown: four columns in, with signs that cannot be seen made visible.
fn indented(snippet: &Snippet) -> String {
    let shown = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    let lines = snippet.text.lines().map(|line| {
        let line: String = line.chars().map(shown).collect();
        if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }
    });
    let command = snippet.command.map(|command| format!("\n    $ {command}\n"));
    lines.chain(command).collect()
}
