//! Model A by the macro of `rebop`: the rung in one-hot species, mass action with one molecule.

use rebop::define_system;
use standoff_peers::{Counts, report};

define_system! {
    up down s0 s1 s2 s3 s4 s5 fall;
    Ladder { r0, r1, r2, r3, r4, r5, settlement, catastrophe }
    u0: r0 => r1 @ up
    u1: r1 => r2 @ up
    u2: r2 => r3 @ up
    u3: r3 => r4 @ up
    u4: r4 => r5 @ up
    d1: r1 => r0 @ down
    d2: r2 => r1 @ down
    d3: r3 => r2 @ down
    d4: r4 => r3 @ down
    d5: r5 => r4 @ down
    e0: r0 => settlement @ s0
    e1: r1 => settlement @ s1
    e2: r2 => settlement @ s2
    e3: r3 => settlement @ s3
    e4: r4 => settlement @ s4
    e5: r5 => settlement @ s5
    c5: r5 => catastrophe @ fall
}

fn main() {
    report(|model, runs, seed| {
        assert_eq!(model, "A", "mass action alone");
        let s = |rung: f64| 0.02 * (6.0 - rung) / 6.0;
        let mut ladder = Ladder::with_parameters(0.10, 0.08, s(0.0), s(1.0), s(2.0), s(3.0), s(4.0), s(5.0), 0.03);
        ladder.seed(seed);
        let mut counts = Counts::default();
        for _ in 0..runs {
            (ladder.r0, ladder.r1, ladder.r2, ladder.r3, ladder.r4, ladder.r5) = (1, 0, 0, 0, 0, 0);
            (ladder.settlement, ladder.catastrophe, ladder.t) = (0, 0, 0.0);
            ladder.advance_until(520.0);
            counts.catastrophe += ladder.catastrophe as u64;
            counts.settlement += ladder.settlement as u64;
        }
        counts
    });
}
