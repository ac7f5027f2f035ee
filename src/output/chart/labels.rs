//! Words on a chart: names made readable, lines cut or broken to a width, labels pushed apart.
//!
//! In: strings and wanted places. Out: strings and places. Draws nothing.

use super::style::Type;

/// A name as a reader wants it: spaces for `_` and `-`.
pub(in crate::output) fn spaced(name: &str) -> String {
    name.replace(['_', '-'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text, or as much of its beginning as fits into `room` with an ellipsis.
pub(in crate::output) fn cut(text: &str, kind: &Type, room: f64) -> String {
    if kind.width(text) <= room {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    while kept.pop().is_some() {
        let shown = format!("{}…", kept.trim_end());
        if kind.width(&shown) <= room {
            return shown;
        }
    }
    "…".to_owned()
}

/// The text broken at spaces (not at unbreakable ones) into at most `most` lines no wider than `room`; the last line is cut if need be.
pub(in crate::output) fn broken(text: &str, kind: &Type, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if let Some(line) = lines.last_mut()
            && joins(line, word, kind, room)
        {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    if lines.len() > most.max(1) {
        let rest = lines.split_off(most.max(1) - 1).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| cut(line, kind, room)).collect()
}

fn joins(line: &str, word: &str, kind: &Type, room: f64) -> bool {
    kind.width(line) + kind.width(" ") + kind.width(word) <= room
}

/// Places at least `gap` apart within `low..=high`, in the order of the wanted ones and as near to them as can be
/// (least squares: isotonic regression by pooling). A gap that does not fit is narrowed.
pub(in crate::output) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let half = gap / 2.0;
    spread_sized(wanted, &vec![gap; wanted.len()], low - half, high + half)
}

/// The middles of things of these sizes, none over another, within `low..=high`, in the order of the wanted middles and as
/// near to them as can be. Sizes that do not fit are shrunk.
pub(in crate::output) fn spread_sized(wanted: &[f64], sizes: &[f64], low: f64, high: f64) -> Vec<f64> {
    let n = wanted.len();
    if n == 0 {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Half of the first and of the last stand outside what lies between the middles.
    let (first, last) = (sizes[order[0]] / 2.0, sizes[order[n - 1]] / 2.0);
    let (low, high) = (low + first, high - last);
    let steps: f64 = order.windows(2).map(|pair| f64::midpoint(sizes[pair[0]], sizes[pair[1]])).sum();
    let shrink = if steps > 0.0 { ((high - low) / steps).clamp(0.0, 1.0) } else { 1.0 };
    let mut offsets = vec![0.0; n];
    for rank in 1..n {
        let step = f64::midpoint(sizes[order[rank - 1]], sizes[order[rank]]);
        offsets[rank] = offsets[rank - 1] + step * shrink;
    }
    // With the sizes taken out, places need only not decrease.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (rank, &i) in order.iter().enumerate() {
        pools.push((wanted[i] - offsets[rank], 1));
        while let [.., (before, m), (last, k)] = pools[..]
            && before > last
        {
            let merged = (before * m as f64 + last * k as f64) / (m + k) as f64;
            pools.truncate(pools.len() - 2);
            pools.push((merged, m + k));
        }
    }
    let highest = high - offsets[n - 1];
    let mut places = vec![0.0; n];
    let shifted = pools.iter().flat_map(|&(value, count)| std::iter::repeat_n(value, count));
    for (rank, (value, &i)) in shifted.zip(&order).enumerate() {
        places[i] = value.min(highest).max(low) + offsets[rank];
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::style::{INK, TEXT, plain};
    use super::*;

    #[test]
    fn names_are_spaced() {
        assert_eq!(spaced("wider_war"), "wider war");
        assert_eq!(spaced("still-preparing__now"), "still preparing now");
    }

    #[test]
    fn cut_and_broken_lines_fit() {
        let kind = plain(TEXT, INK);
        let text = "a rather long description of a path that nobody would fit anywhere";
        assert!(kind.width(&cut(text, &kind, 80.0)) <= 80.0);
        assert_eq!(cut("short", &kind, 80.0), "short");
        let lines = broken(text, &kind, 120.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| kind.width(line) <= 120.0), "{lines:?}");
        assert_eq!(broken("", &kind, 120.0, 3), Vec::<String>::new());
    }

    #[test]
    fn labels_are_apart_in_order_and_inside() {
        let wanted = [50.0, 49.0, 48.0, 2.0, 99.0, 50.0];
        let places = spread(&wanted, 10.0, 0.0, 100.0);
        for (i, a) in places.iter().enumerate() {
            assert!((0.0..=100.0).contains(a));
            for (j, b) in places.iter().enumerate() {
                assert!(i == j || (a - b).abs() > 10.0 - 1e-9, "{places:?}");
                assert!(wanted[i] >= wanted[j] || a < b, "{places:?}");
            }
        }
        assert_eq!(spread(&[20.0, 60.0], 10.0, 0.0, 100.0), [20.0, 60.0]);
        assert_eq!(spread(&[0.0, 0.0, 0.0], 60.0, 0.0, 100.0), [0.0, 50.0, 100.0]);
        assert_eq!(spread(&[150.0], 10.0, 0.0, 100.0), [100.0]);
        assert_eq!(spread_sized(&[50.0, 50.0], &[10.0, 30.0], 0.0, 100.0), [40.0, 60.0]);
        assert_eq!(spread_sized(&[0.0, 99.0], &[10.0, 30.0], 0.0, 100.0), [5.0, 85.0]);
    }
}
