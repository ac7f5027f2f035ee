use super::*;
use crate::diagnostic::Sources;

fn parsed(text: &str) -> (Parsed, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let file = Sources::default().add("a.toml", text);
    let parsed = parse(file, text, &mut diagnostics);
    (parsed, diagnostics)
}

#[test]
fn entries_stand_in_file_order_with_their_places() {
    let text = "b = 1\na = { y = 2, x = \"é\" }\n[c]\nd = [true]\n";
    let (parsed, diagnostics) = parsed(text);
    assert!(diagnostics.is_empty());
    let keys: Vec<&str> = parsed.root.entries().unwrap().iter().map(|entry| entry.key.value.as_str()).collect();
    assert_eq!(keys, ["b", "a", "c"]);
    let inner = parsed.root.get("a").unwrap().node.entries().unwrap();
    let slices: Vec<&str> =
        inner.iter().map(|entry| &text[entry.node.span.start as usize..entry.node.span.end as usize]).collect();
    assert_eq!(slices, ["2", "\"é\""]);
}

#[test]
fn every_syntax_error_is_found_and_the_rest_is_read() {
    let (parsed, diagnostics) = parsed("a = \nb = 2\nc = 'open\nd = 4\n");
    assert_eq!(diagnostics.count(crate::diagnostic::Severity::Error), 2);
    assert!(parsed.root.get("b").is_some() && parsed.root.get("d").is_some());
    assert!(!matches!(parsed.soundness, Soundness::Sound));
}

#[test]
fn depth_is_limited_without_a_panic() {
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        let text = format!("x = {}1{}", open.repeat(50_000), close.repeat(50_000));
        assert!(!parsed(&text).1.is_empty());
    }
}
