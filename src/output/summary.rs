//! The findings whole, as JSON.
//!
//! [`Findings`] go in, bytes come out: keys in the order in which the type declares them, numbers with every digit,
//! the same bytes for the same findings.

use serde::Serialize;

use crate::analysis::Findings;

/// All findings as indented JSON with a line end. Infinite numbers, which JSON cannot say, become `null`.
pub fn summary_json(findings: &Findings) -> Vec<u8> {
    to_json(findings)
}

/// Any of our own data as indented JSON with a line end.
pub(super) fn to_json(data: &impl Serialize) -> Vec<u8> {
    let mut json = serde_json::to_vec_pretty(data).expect("our data have string keys, and memory takes any bytes");
    json.push(b'\n');
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fixture;

    #[test]
    fn reads_back_in_order_and_whole() {
        let json = summary_json(&fixture::findings());
        assert_eq!(json, summary_json(&fixture::findings()));
        let text = String::from_utf8(json).unwrap();
        let keys: Vec<usize> = ["\"origin\"", "\"axis\"", "\"outcomes\"", "\"milestones\"", "\"confidence\""]
            .iter()
            .map(|key| text.find(key).unwrap())
            .collect();
        assert!(keys.is_sorted() && text.ends_with("}\n"));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let findings = fixture::findings();
        // By text: serde_json reads a number to within one unit in the last place, but writes every digit.
        assert!(text.contains(&format!("\"low\": {},", findings.outcomes[0].probability.low)));
        assert_eq!(value["outcomes"][0]["quantiles"][1]["time"], serde_json::Value::Null);
        assert_eq!(value["origin"]["seed"].as_u64(), Some(7));
    }
}
