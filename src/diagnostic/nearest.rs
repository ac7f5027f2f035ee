//! "Did you mean": the valid name that a mistyped one is closest to.
//!
//! In: what was typed and what would have been valid. Out: one of the latter, if it is close enough to be worth
//! suggesting. Knows nothing of what the names are names of.

/// Names longer than this (in characters) are not compared: nobody mistypes them letter by letter.
const LONGEST: usize = 64;
/// At most so many candidates are compared letter by letter, so that a huge file cannot make its own errors slow.
const MOST: usize = 2000;

/// The candidate closest to `name`, the first of several equally close.
///
/// Case does not count, and `-`, `_` and a space are the same. A suggestion may differ in a third of the letters of
/// `name` (swapped neighbours are one difference), but at least one letter must agree.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > 4 * LONGEST {
        return None;
    }
    let folded = fold(name);
    let length = folded.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let allowed = (length / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    let mut compared = 0;
    for candidate in candidates {
        if candidate.len() > 4 * LONGEST || candidate.chars().count().abs_diff(length) > allowed {
            continue;
        }
        compared += 1;
        if compared > MOST {
            break;
        }
        let distance = strsim::damerau_levenshtein(&folded, &fold(candidate));
        if distance <= allowed && distance < length && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The name with its case and its word separators evened out.
fn fold(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).map(|c| if matches!(c, '_' | ' ') { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(name, candidates.iter().copied()), expected);
    }

    #[test]
    fn one_slip_is_found() {
        check("strik", &["posturing", "strike"], Some("strike"));
        check("wehn", &["rate", "when"], Some("when"));
        check("machine", &["machines", "milestones"], Some("machines"));
    }

    #[test]
    fn case_and_separators_do_not_count() {
        check("US-Engagement", &["pressure", "us_engagement"], Some("us_engagement"));
        check("first strike", &["first-strike"], Some("first-strike"));
    }

    #[test]
    fn far_names_and_single_letters_are_not_suggested() {
        check("to", &["on"], None);
        check("x", &["y"], None);
        check("X", &["x"], Some("x"));
        check("colour", &["rate"], None);
        check("", &["a"], None);
    }

    #[test]
    fn ties_go_to_the_first() {
        check("rat", &["bat", "cat"], Some("bat"));
        check("cat", &["rat", "bat"], Some("rat"));
    }

    #[test]
    fn the_closer_one_wins_wherever_it_stands() {
        check("pressures", &["pressured2", "pressure"], Some("pressure"));
    }

    #[test]
    fn huge_names_cost_nothing() {
        let huge = "a".repeat(1_000_000);
        check(&huge, &["aaa"], None);
        check("aaa", &[&huge], None);
        let many = vec!["abcdefgh".to_owned(); 1_000_000];
        assert_eq!(nearest("abcdefgx", many.iter().map(String::as_str)), Some("abcdefgh"));
    }
}
