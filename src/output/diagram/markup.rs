//! Machines as text for other tools: Mermaid (stateDiagram-v2) and DOT (Graphviz).
//!
//! In: graphs with the names of their machines. Out: text in which no name can be taken for syntax. Ids are numbers of
//! our own; names stand in quoted labels only.

use super::graph::{Edge, Graph, Kind, Node};

/// One machine with its graph.
pub(super) struct Part<'a> {
    pub(super) machine: &'a str,
    pub(super) graph: &'a Graph,
}

/// `stateDiagram-v2`; several machines stand side by side as composites.
pub(super) fn mermaid(title: &str, parts: &[Part<'_>]) -> String {
    let mut out = format!("---\ntitle: {}\n---\nstateDiagram-v2\n", serde_json::Value::from(title));
    for (index, part) in parts.iter().enumerate() {
        let nested = parts.len() > 1;
        let indent = if nested { "        " } else { "    " };
        if nested {
            out.push_str(&format!("    state \"{}\" as m{index} {{\n", mermaid_text(part.machine)));
        }
        mermaid_states(part.graph, index, None, indent, &mut out);
        for (state, node) in part.graph.nodes.iter().enumerate() {
            if node.initial {
                out.push_str(&format!("{indent}[*] --> m{index}s{state}\n"));
            }
        }
        for edge in &part.graph.edges {
            let label = mermaid_text(&edge_text(part.graph, edge));
            out.push_str(&format!("{indent}m{index}s{} --> m{index}s{} : {label}\n", edge.from, edge.to));
        }
        for (state, node) in part.graph.nodes.iter().enumerate() {
            if node.ends {
                out.push_str(&format!("{indent}m{index}s{state} --> [*]\n"));
            }
        }
        if nested {
            out.push_str("    }\n");
        }
    }
    out
}

/// A digraph; each machine is a cluster.
pub(super) fn dot(title: &str, parts: &[Part<'_>]) -> String {
    let mut out = format!(
        "digraph {} {{\n  label={};\n  labelloc=t;\n  fontname=\"Inter, Helvetica, sans-serif\";\n  \
         node [shape=box, style=rounded, fontname=\"Inter, Helvetica, sans-serif\"];\n  \
         edge [fontname=\"Inter, Helvetica, sans-serif\", fontsize=10];\n",
        dot_text("machines"),
        dot_text(title)
    );
    for (index, part) in parts.iter().enumerate() {
        out.push_str(&format!("  subgraph cluster_{index} {{\n    label={};\n", dot_text(part.machine)));
        dot_states(part.graph, index, None, "    ", &mut out);
        for edge in &part.graph.edges {
            let label = dot_text(&edge_text(part.graph, edge));
            let style = if edge.kind == Kind::Awaited { ", style=dashed" } else { "" };
            let (from, to) = (edge.from, edge.to);
            out.push_str(&format!("    m{index}s{from} -> m{index}s{to} [label={label}{style}];\n"));
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    out
}

/// The states that stand directly within a composite (or in none), and the composites there.
fn mermaid_states(graph: &Graph, machine: usize, within: Option<usize>, indent: &str, out: &mut String) {
    for (state, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.group == within) {
        let label = mermaid_text(&two_lines(node, " · "));
        out.push_str(&format!("{indent}state \"{label}\" as m{machine}s{state}\n"));
    }
    for (index, group) in graph.groups.iter().enumerate().filter(|(_, group)| group.parent == within) {
        out.push_str(&format!("{indent}state \"{}\" as m{machine}g{index} {{\n", mermaid_text(&group.name)));
        mermaid_states(graph, machine, Some(index), &format!("{indent}    "), out);
        out.push_str(&format!("{indent}}}\n"));
    }
}

/// The same for DOT, where composites are clusters.
fn dot_states(graph: &Graph, machine: usize, within: Option<usize>, indent: &str, out: &mut String) {
    for (state, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.group == within) {
        let ends = if node.ends { ", peripheries=2" } else { "" };
        let several = if node.several { ", style=\"rounded,dashed\"" } else { "" };
        let label = dot_text(&two_lines(node, "\n"));
        out.push_str(&format!("{indent}m{machine}s{state} [label={label}{ends}{several}];\n"));
        if node.initial {
            out.push_str(&format!(
                "{indent}m{machine}start [shape=point, width=0.12, label=\"\"];\n\
                 {indent}m{machine}start -> m{machine}s{state};\n"
            ));
        }
    }
    for (index, group) in graph.groups.iter().enumerate().filter(|(_, group)| group.parent == within) {
        let label = dot_text(&group.name);
        out.push_str(&format!("{indent}subgraph cluster_{machine}_{index} {{\n{indent}  label={label};\n"));
        dot_states(graph, machine, Some(index), &format!("{indent}  "), out);
        out.push_str(&format!("{indent}}}\n"));
    }
}

fn two_lines(node: &Node, between: &str) -> String {
    if node.note.is_empty() { node.name.clone() } else { format!("{}{between}{}", node.name, node.note) }
}

/// `sails, 12 weeks`.
fn edge_text(graph: &Graph, edge: &Edge) -> String {
    let digits: String = edge.label.chars().take_while(char::is_ascii_digit).collect();
    let entry = graph.entries.iter().find(|entry| entry.number.to_string() == digits);
    match entry {
        Some(entry) if entry.name.is_empty() => entry.pace.clone(),
        Some(entry) => format!("{}, {}", entry.name, entry.pace),
        None => edge.label.clone(),
    }
}

/// Mermaid's entity codes (`#` and a semicolon) for everything that it could read as syntax.
fn mermaid_text(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '#' | ';' | ':' | '<' | '>' | '{' | '}' | '[' | ']' | '%' | '&' | '`' | '\\' => {
                out.push_str(&format!("#{};", u32::from(letter)));
            }
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// A quoted string of DOT.
fn dot_text(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_syntax() {
        assert_eq!(dot_text("a \"b\"\\\n<c>"), "\"a \\\"b\\\"\\\\\\n<c>\"");
        assert_eq!(mermaid_text("a: \"b\"; 5 %"), "a#58; #34;b#34;#59; 5 #37;");
    }
}
