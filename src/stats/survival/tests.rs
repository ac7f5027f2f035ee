use super::super::interval::Z_95;
use super::super::special::gamma_q;
use super::*;

/// Weeks to relapse, and whether it was seen, of patients with acute myelogenous leukaemia, with and without maintenance (R. G.
/// Miller, "Survival Analysis", 1981, p. 49).
const MAINTAINED: [(f64, bool); 11] = [
    (9.0, true),
    (13.0, true),
    (13.0, false),
    (18.0, true),
    (23.0, true),
    (28.0, false),
    (31.0, true),
    (34.0, true),
    (45.0, false),
    (48.0, true),
    (161.0, false),
];
const NOT_MAINTAINED: [(f64, bool); 12] = [
    (5.0, true),
    (5.0, true),
    (8.0, true),
    (8.0, true),
    (12.0, true),
    (16.0, false),
    (23.0, true),
    (27.0, true),
    (30.0, true),
    (33.0, true),
    (43.0, true),
    (45.0, true),
];

fn stays(seen: &[(f64, bool)]) -> Vec<Stay> {
    seen.iter().map(|&(stop, ended)| Stay { start: 0.0, stop, state: 0, to: ended.then_some(1) }).collect()
}

/// Time, share, standard error and interval as R's `survival` prints them (its test `doaml`).
#[test]
fn published_survival_of_leukaemia() {
    let maintained = [
        (9.0, 0.909, 0.0867, 0.7541, 1.0),
        (13.0, 0.818, 0.1163, 0.6192, 1.0),
        (18.0, 0.716, 0.1397, 0.4884, 1.0),
        (23.0, 0.614, 0.1526, 0.3769, 0.999),
        (31.0, 0.491, 0.1642, 0.2549, 0.946),
        (34.0, 0.368, 0.1627, 0.1549, 0.875),
        (48.0, 0.184, 0.1535, 0.0359, 0.944),
    ];
    let not_maintained = [
        (5.0, 0.8333, 0.1076, 0.647, 1.0),
        (8.0, 0.6667, 0.1361, 0.4468, 0.995),
        (12.0, 0.5833, 0.1423, 0.3616, 0.941),
        (23.0, 0.4861, 0.1481, 0.2675, 0.883),
        (27.0, 0.3889, 0.147, 0.1854, 0.816),
        (30.0, 0.2917, 0.1387, 0.1148, 0.741),
        (33.0, 0.1944, 0.1219, 0.0569, 0.664),
        (43.0, 0.0972, 0.0919, 0.0153, 0.62),
        (45.0, 0.0, f64::NAN, f64::NAN, f64::NAN),
    ];
    for (seen, published) in [(&MAINTAINED[..], &maintained[..]), (&NOT_MAINTAINED, &not_maintained)] {
        let curve = survival(&stays(seen));
        assert_eq!(curve.len(), published.len());
        for (step, &(time, share, error, low, high)) in curve.iter().zip(published) {
            let (found_low, found_high) = step.interval(Z_95);
            assert_eq!(step.time, time);
            for (found, printed, tolerance) in [
                (step.share, share, 6e-4),
                (step.standard_error, error, 6e-5),
                (found_low, low, 6e-5),
                (found_high, high, 6e-4),
            ] {
                assert!(
                    printed.is_nan() || (found - printed).abs() <= tolerance,
                    "week {time}: {found}, not {printed}"
                );
            }
        }
    }
}

#[test]
fn published_medians_and_log_rank_test() {
    let (first, second) = (stays(&MAINTAINED), stays(&NOT_MAINTAINED));
    let medians = |stays: &[Stay]| {
        let curve = survival(stays);
        let end = |step: &Survival| step.interval(Z_95);
        (median(&curve, |step| end(step).0), median(&curve, |step| step.share), median(&curve, |step| end(step).1))
    };
    assert_eq!(medians(&first), (Some(18.0), Some(31.0), None));
    assert_eq!((medians(&second).0, medians(&second).1), (Some(8.0), Some(23.0)));
    let (expected, statistic) = log_rank(&first, &second);
    assert!((expected - 10.69).abs() < 0.006 && (statistic - 3.4).abs() < 0.05, "{expected} {statistic}");
    assert!((gamma_q(0.5, statistic / 2.0) - 0.07).abs() < 0.006);
}

/// Five made-up histories, the probabilities worked out by hand in 32nds (the test `mstate` of R's `survival`).
#[test]
fn published_occupancy_of_five_histories() {
    const ENTRY: usize = 0;
    const A: usize = 1;
    const B: usize = 2;
    const C: usize = 3;
    let stay = |start: f64, stop: f64, state: usize, to: Option<usize>| Stay { start, stop, state, to };
    let stays = [
        stay(0.0, 4.0, ENTRY, Some(A)),
        stay(4.0, 9.0, A, Some(B)),
        stay(9.0, 10.0, B, Some(A)),
        stay(0.0, 5.0, ENTRY, Some(B)),
        stay(2.0, 9.0, ENTRY, Some(C)),
        stay(0.0, 2.0, ENTRY, Some(A)),
        stay(2.0, 8.0, A, Some(C)),
        stay(8.0, 9.0, C, None),
        stay(1.0, 3.0, ENTRY, Some(B)),
        stay(3.0, 11.0, B, None),
    ];
    let published = [
        (2.0, [24.0, 8.0, 0.0, 0.0]),
        (3.0, [18.0, 8.0, 6.0, 0.0]),
        (4.0, [12.0, 14.0, 6.0, 0.0]),
        (5.0, [6.0, 14.0, 12.0, 0.0]),
        (8.0, [6.0, 7.0, 12.0, 7.0]),
        (9.0, [0.0, 0.0, 19.0, 13.0]),
        (10.0, [0.0, 9.5, 9.5, 13.0]),
    ];
    let found = occupancy(&stays, 4);
    assert_eq!(found.len(), published.len());
    for ((time, shares), (at, printed)) in found.iter().zip(published) {
        assert_eq!(*time, at);
        for (share, printed) in shares.iter().zip(printed) {
            assert!((share - printed / 32.0).abs() < 1e-12, "time {at}: {shares:?}");
        }
    }
}

/// Of whole histories both estimates are plain shares, as the tables of a study have them.
#[test]
fn of_whole_histories_they_are_plain_shares() {
    let whole = stays(&[3.0, 1.0, 2.0, 2.0, 5.0].map(|stop| (stop, true)));
    let shares: Vec<(f64, f64)> = survival(&whole).iter().map(|step| (step.time, step.share)).collect();
    for ((time, share), (at, expected)) in shares.iter().zip([(1.0, 0.8), (2.0, 0.4), (3.0, 0.2), (5.0, 0.0)]) {
        assert!(*time == at && (share - expected).abs() < 1e-12, "{shares:?}");
    }
    for ((_, share), (_, occupancy)) in shares.iter().zip(occupancy(&whole, 2)) {
        assert!((share - occupancy[0]).abs() < 1e-12 && (1.0 - share - occupancy[1]).abs() < 1e-12);
    }
}
