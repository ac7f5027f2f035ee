use super::*;

#[track_caller]
fn toml(typed: &str, kind: Kind, old: &str, new: &str) {
    assert_eq!(as_toml(typed, Some(kind), Some(old)), new);
}

#[test]
fn what_is_typed_becomes_toml() {
    toml("0.4", Kind::Expression, "0.6", "0.4");
    toml("0.4", Kind::Quantity, "\"20%\"", "0.4");
    toml("25%", Kind::Quantity, "\"20%\"", "\"25%\"");
    toml(" 3 years ", Kind::Expression, "\"52 weeks\"", "\"3 years\"");
    toml("\"3 years\"", Kind::Expression, "\"52 weeks\"", "\"3 years\"");
    toml("3 years", Kind::Expression, "'52 weeks'", "'3 years'");
    toml("2026-12-01", Kind::Expression, "\"30 weeks\"", "\"2026-12-01\"");
    toml("2026-12-01", Kind::Date, "2026-01-05", "2026-12-01");
    toml("{ value = 0.2, range = [0.1, 0.3] }", Kind::Quantity, "0.1", "{ value = 0.2, range = [0.1, 0.3] }");
    toml("[0.1, 0.5]", Kind::Pair, "[0, 1]", "[0.1, 0.5]");
    toml("2026", Kind::Text, "\"a\"", "\"2026\"");
    toml("true", Kind::Text, "\"a\"", "\"true\"");
    toml("it's \"x\"", Kind::Text, "\"a\"", r#""it's \"x\"""#);
    toml("true", Kind::Truth, "false", "true");
    toml("harbour", Kind::Names, "\"*\"", "\"harbour\"");
    toml("[\"a\", \"b\"]", Kind::Names, "\"*\"", "[\"a\", \"b\"]");
}

#[test]
fn any_text_survives_its_quotes() {
    for text in ["say \"no\"", "it's", "a\\b", "two\nlines", "\u{1b}[31m", "'''\"\"\"", "", "# no comment", "\u{7f}"] {
        for old in ["\"x\"", "'x'"] {
            let written = as_toml(text, Some(Kind::Text), Some(old));
            let read: Value = written.parse().unwrap();
            assert_eq!(read.as_str(), Some(text), "{written}");
        }
    }
}

#[test]
fn only_the_value_changes() {
    let text = "a = 1   # one\r\nb = \"é\" # é\r\n";
    assert_eq!(replace(text, vec![(4..5, "22".into()), (19..23, "'x'".into())]), "a = 22   # one\r\nb = 'x' # é\r\n");
}

fn keys(way: &str) -> Vec<Way> {
    way.split('.').map(|part| part.parse().map_or_else(|_| Way::Key(part.into()), Way::Item)).collect()
}

#[track_caller]
fn inserted(text: &str, way: &str, value: &str, new: &str) {
    assert_eq!(insert(text, &keys(way), value).unwrap(), new);
}

#[test]
fn keys_are_added_where_their_table_is() {
    let text = "# top\nt = 1 # t\n\n[p.x]   # px\nvalue = 1\n\n# of q\n[q]\nz = 1\n";
    inserted(text, "p.x.unit", "\"m\"", &text.replace("value = 1\n", "value = 1\nunit = \"m\"\n"));
    inserted(text, "u", "2", &text.replace("# t\n", "# t\nu = 2\n"));
    inserted(text, "p.y.value", "2", &text.replace("value = 1\n", "value = 1\n\n[p.y]\nvalue = 2\n"));
    inserted(text, "r.s.value", "2", &format!("{text}\n[r.s]\nvalue = 2\n"));
    inserted("a = { b = 1 } # c\n", "a.c", "2", "a = { b = 1, c = 2 } # c\n");
    inserted("a = { b = 1 }\n", "a.c.d", "2", "a = { b = 1, c = { d = 2 } }\n");
    inserted("[[a]]\nb = 1\n[[a]]\nb = 2\n", "a.0.c", "2", "[[a]]\nb = 1\nc = 2\n[[a]]\nb = 2\n");
    inserted("a = [{ b = 1 }, { b = 2 }]\n", "a.1.c", "3", "a = [{ b = 1 }, { b = 2, c = 3 }]\n");
}

#[test]
fn line_ends_stay_what_they_are() {
    inserted("# x\r\n[a]\r\nb = 1 # é\r\n", "a.c", "2", "# x\r\n[a]\r\nb = 1 # é\r\nc = 2\r\n");
    inserted("[a]\nb = 1", "a.c", "2", "[a]\nb = 1\nc = 2\n");
}

#[test]
fn what_is_no_table_takes_no_key() {
    assert!(insert("a = 1\n", &keys("a.b"), "2").is_err());
    assert!(insert("a = 1\n", &keys("a.0"), "2").is_err());
    assert!(insert("a = 1\n", &keys("b"), "2 3").is_err());
}

#[test]
fn transitions_are_copied_with_their_keys() {
    let from = "[[m.f.t]]\nname = 'a'\n\n# why\n[[m.f.t]]\nname = 'b' # b\nrate = { value = 1 }\n";
    let copied = "name = 'b' # b\nrate = { value = 1 }\n";
    assert_eq!(copy_item(from, &keys("m.f.t.1"), "x = 1\n").unwrap(), format!("x = 1\n\n[[m.f.t]]\n{copied}"));
    let into = "[[m.f.t]]\nname = 'c'\n\n[o]\ny = 1\n";
    let with = format!("[[m.f.t]]\nname = 'c'\n\n[[m.f.t]]\n{copied}\n[o]\ny = 1\n");
    assert_eq!(copy_item(from, &keys("m.f.t.1"), into).unwrap(), with);
}
