//! What the format expects at a path of keys: the list in [`keys`], walked.

use super::keys::{self, Kind, Table};
use super::tree::place::Step;

/// What may stand at a path; `None` where the format knows nothing.
pub fn kind(path: &[Step]) -> Option<Kind> {
    path.iter().try_fold(Kind::Table(&keys::SCENARIO), |kind, step| match (kind, step) {
        (Kind::Table(table) | Kind::Tables(table), Step::Key(key)) => within(table, key),
        (Kind::Tables(table), Step::Item) => Some(Kind::Table(table)),
        (Kind::Named(inner), Step::Key(_)) => Some(*inner),
        (Kind::Quantity, Step::Key(key)) => within(&keys::QUANTITY, key),
        (Kind::Expressions | Kind::Pair, Step::Item) => Some(Kind::Expression),
        (Kind::Names | Kind::TwoNames, Step::Item) => Some(Kind::Name),
        _ => None,
    })
}

fn within(table: &'static Table, key: &str) -> Option<Kind> {
    table.key(key).map(|key| key.kind).or(table.others)
}

/// The table with fixed keys that may stand at a path.
pub fn table(path: &[Step]) -> Option<&'static Table> {
    match kind(path)? {
        Kind::Table(table) | Kind::Tables(table) => Some(table),
        Kind::Quantity => Some(&keys::QUANTITY),
        _ => None,
    }
}

/// The table and the key after which the value at a path stands: for an item of a list, the key of the list.
pub fn key_of(path: &[Step]) -> Option<(&'static Table, &str)> {
    let last = path.iter().rposition(|step| matches!(step, Step::Key(_)))?;
    let Step::Key(key) = &path[last] else { return None };
    Some((table(&path[..last])?, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_walked_through_every_kind_of_table() {
        let path = |text: &str| -> Vec<Step> {
            let step = |part: &str| if part == "*" { Step::Item } else { Step::Key(part.to_owned()) };
            text.split('.').map(step).collect()
        };
        assert!(matches!(kind(&path("machines.a.transitions.*.branches.*.to")), Some(Kind::Name)));
        assert!(matches!(kind(&path("machines.a.transitions.*.rate.times")), Some(Kind::Expression)));
        assert!(matches!(kind(&path("machines.a.transitions.*.after.median")), Some(Kind::Quantity)));
        assert!(matches!(kind(&path("machines.a.states.b.enter.add.x")), Some(Kind::Quantity)));
        assert!(matches!(kind(&path("parameters.a.range.*")), Some(Kind::Expression)));
        assert!(kind(&path("time.unit.x")).is_none());
        assert!(kind(&path("nothing.at.all")).is_none());
        let of_list = path("machines.a.transitions.*.from.*");
        let (table, key) = key_of(&of_list).unwrap();
        assert_eq!((table.what, key), ("a transition", "from"));
    }
}
