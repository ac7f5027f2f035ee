//! States within states: what a composite's clocks, actions, events, values and history are, held against hand-worked
//! traces and closed forms.

use crate::support::{assert_law, assert_share, ends, model, read, scenario};
use standoff::analysis::study::{Settings, Subject, study};
use standoff::analysis::verify::verify;
use standoff::diagnostic::{Diagnostics, Mistake};
use standoff::kernel::batch::{BLOCK, Monitor};
use standoff::model::Model;
use standoff::model::id::Place;
use standoff::output::summary::summary_json;
use standoff::scenario::load::{self, Disk};
use std::path::Path;

/// A state whose entry appends one digit to `log` and whose exit appends another.
fn logging(name: &str, entry: u32, exit: u32, more: &str) -> String {
    let append = |digit: u32| format!("{{ set = {{ log = \"log * 10 + {digit}\" }} }}");
    format!("{name} = {{ enter = {}, exit = {}{more} }}", append(entry), append(exit))
}

/// `rest` holds `idle` (entry 1, exit 2); `crisis` (3, 4) holds `tense` (5, 6) and `war` (7, 8), which holds `air` (9, 0).
fn traced(initial: &str, crisis: &str, transition: &str) -> String {
    let air = logging("air", 9, 0, "");
    let war = logging("war", 7, 8, &format!(", states = {{ {air} }}"));
    let tense = logging("tense", 5, 6, "");
    let inner = format!(", initial = \"tense\", states = {{ {tense}, {war} }}{crisis}");
    let states = [logging("idle", 1, 2, ""), logging("crisis", 3, 4, &inner)].join("\n");
    scenario(
        2.0,
        &format!(
            "[variables.log]\ninitial = 0\n[machines.m]\ninitial = \"{initial}\"\n[machines.m.states]\n{states}\n\
             [[machines.m.transitions]]\nafter = {{ family = \"constant\", value = 1.5 }}\n{transition}\n\
             [milestones.crisis]\nwhen = \"m.crisis\"\n[milestones.calm]\nwhen = \"not m.crisis\""
        ),
    )
}

fn log_of(text: &str) -> f64 {
    ends(&model(text), 1, 1)[0].world.variables[0]
}

#[test]
fn entries_go_inwards_and_exits_outwards_and_only_through_what_is_crossed() {
    for (initial, transition, expected, what) in [
        // The initial composite is entered before the state within it.
        ("crisis", "from = \"idle\"\nto = \"tense\"", 35.0, "nothing happens"),
        ("war", "from = \"idle\"\nto = \"tense\"", 379.0, "the machine begins in a deep composite"),
        ("idle", "from = \"idle\"\nto = \"crisis\"", 1_235.0, "into a composite"),
        ("idle", "from = \"idle\"\nto = \"air\"", 12_379.0, "deep into it"),
        ("air", "from = \"air\"\nto = \"idle\"", 3_790_841.0, "out of two composites"),
        ("tense", "from = \"tense\"\nto = \"air\"", 35_679.0, "within one, which is not left"),
        ("air", "from = \"war\"\nto = \"tense\"", 379_085.0, "from an inner composite to its neighbour"),
        ("air", "from = \"*\"\nto = \"tense\"", 379_085.0, "`*` stands for the innermost state"),
        ("tense", "from = \"crisis\"\nto = \"crisis\"", 356_435.0, "a composite to itself is left and entered"),
        ("air", "from = \"crisis\"\nto = \"crisis\"", 37_908_435.0, "and its initial state is entered"),
        ("tense", "from = \"tense\"\nto = \"crisis\"", 356_435.0, "a state to what encloses it"),
        ("tense", "from = \"crisis\"\nto = \"air\"", 3_564_379.0, "an external transition leaves its source"),
        ("air", "from = \"war\"\nto = \"air\"", 3_790_879.0, "but not what encloses that"),
        ("air", "from = \"air\"\nto = \"air\"", 37_909.0, "a state to itself"),
        ("air", "from = \"crisis\"\nreenter = true", 379_084_379.0, "re-entering keeps the state"),
        ("air", "from = \"crisis\"", 379.0, "staying leaves nothing"),
    ] {
        let text = traced(initial, "", transition);
        assert_eq!(log_of(&text), expected, "{what}: from {initial}, {transition}");
    }
    let text = traced("air", "", "from = \"crisis\"\nto = \"idle\"\nset = { log = 5 }");
    assert_eq!(log_of(&text), 51.0, "the transition's own actions stand between exits and entries");
}

/// Left at `air`, a composite with a history is entered again there; one without, at its initial state.
#[test]
fn a_history_is_deep_and_belongs_to_the_run() {
    let there_and_back = "from = \"idle\"\nto = \"crisis\"\n[[machines.m.transitions]]\nfrom = \"crisis\"\nto = \"idle\"\nafter = { family = \"constant\", value = 0.4 }";
    // Begins in air, leaves at 0.4, comes back at 1.9.
    let remembered = log_of(&traced("air", ", history = true", there_and_back));
    assert_eq!(remembered, 37_908_412_379.0);
    let forgotten = log_of(&traced("air", "", there_and_back));
    assert_eq!(forgotten, 3_790_841_235.0);
    // What one run remembers is no other's.
    let model = model(&traced("idle", ", history = true", "from = \"idle\"\nto = \"crisis\""));
    assert!(ends(&model, 1, 3).iter().all(|end| end.world.variables[0] == 1_235.0));
}

/// A composite to itself with a history comes back to the state it was in.
#[test]
fn a_composite_that_re_enters_itself_uses_its_history() {
    assert_eq!(log_of(&traced("air", ", history = true", "from = \"crisis\"\nto = \"crisis\"")), 379_084_379.0);
}

#[test]
fn composites_stand_in_conditions_and_announce_their_entry() {
    let text = traced("idle", "", "from = \"idle\"\nto = \"air\"").replace(
        "[milestones.crisis]",
        "[machines.witness]\ninitial = \"s\"\n[machines.witness.states]\ns = {}\nt = {}\nu = {}\n\
         [[machines.witness.transitions]]\nfrom = \"s\"\nto = \"t\"\non = \"m.crisis\"\n\
         [[machines.witness.transitions]]\nfrom = \"t\"\nto = \"u\"\non = \"m.air\"\n[milestones.crisis]",
    );
    let model = model(&text);
    let end = &ends(&model, 1, 1)[0];
    assert_eq!(end.milestones, [Some(1.5), Some(0.0)]);
    // The composite's event comes before that of the state within it.
    assert_eq!(model.state_path(end.world.states[1]), "witness.u");
    let (machine, composites) = (&model.machines[0], &model.composites);
    assert_eq!(composites.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["crisis", "war"]);
    assert_eq!(composites[1].parent.map(|id| id.index()), Some(0));
    assert_eq!(machine.composites, 0..2);
    let air = Place::State(model.entry(composites[1].initial));
    let around: Vec<String> = model.enclosing(air).map(|id| model.place_path(Place::Composite(id))).collect();
    assert_eq!(around, ["m.war", "m.crisis"]);
    assert_eq!(model.states_of(Place::Composite(model.enclosing(air).last().unwrap())), 1..3);
}

#[test]
fn values_are_inherited_from_the_nearest_enclosing_state() {
    let text = scenario(
        4.0,
        r#"
        [variables.a]
        initial = 0
        [consequences.cost]
        rate = "m.price + 100 * m.weight"
        [machines.m]
        initial = "one"
        values = { price = 1, weight = 0 }
        [machines.m.states.outer]
        initial = "one"
        values = { price = { value = 10, range = [5, 20] } }
        states.one = {}
        states.two = { values = { price = 20 } }
        states.inner = { values = { weight = 1 }, states = { three = {} } }
        [machines.m.states.apart]
        [[machines.m.transitions]]
        from = "one"
        to = "two"
        after = { family = "constant", value = 1 }
        [[machines.m.transitions]]
        from = "two"
        to = "inner"
        after = { family = "constant", value = 1 }
        [[machines.m.transitions]]
        from = "inner"
        to = "apart"
        after = { family = "constant", value = 1 }
        add = { a = "age(m)" }
        "#,
    );
    let model = model(&text);
    // Inherited in place, it is one parameter.
    assert_eq!(model.inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>(), ["m.outer.price"]);
    let end = &ends(&model, 1, 1)[0];
    assert_eq!(end.world.totals, [10.0 + 20.0 + 110.0 + 1.0]);
    // The age is the time in the innermost state.
    assert_eq!(end.world.variables, [1.0]);
}

/// A machine that goes round within `on` as a Poisson process, while `on` itself waits to be left.
fn bustle(wait: &str) -> String {
    scenario(
        1e6,
        &format!(
            r#"
            [machines.m]
            initial = "on"
            [machines.m.states.on]
            initial = "a"
            [machines.m.states.on.states]
            a = {{ values = {{ v = 1 }} }}
            b = {{ values = {{ v = 3 }}, states = {{ c = {{}}, d = {{}} }}, initial = "d" }}
            [machines.m.states]
            off = {{ values = {{ v = 0 }} }}
            [[machines.m.transitions]]
            from = "a"
            to = "b"
            rate = 2
            [[machines.m.transitions]]
            from = "d"
            to = "c"
            rate = 3
            [[machines.m.transitions]]
            from = "b"
            to = "a"
            rate = 1.5
            [[machines.m.transitions]]
            name = "off"
            from = "on"
            to = "off"
            {wait}
            [outcomes.off]
            when = "m.off"
            "#
        ),
    )
}

/// The law of the outer wait is its own, however often the machine moves within; that of an inner state is not the same.
#[test]
fn a_composites_clock_runs_on_while_the_machine_moves_within_it() {
    type Law = fn(f64) -> f64;
    let laws: [(&str, Law); 4] = [
        ("rate = 0.25", |t| -libm::expm1(-0.25 * t)),
        ("after = { family = \"weibull\", shape = 2, scale = 5 }", |t| -libm::expm1(-(t / 5.0) * (t / 5.0))),
        ("after = { family = \"weibull\", shape = 0.5, scale = 5 }", |t| -libm::expm1(-libm::sqrt(t / 5.0))),
        ("after = { family = \"uniform\", low = 1, high = 9 }", |t| ((t - 1.0) / 8.0).clamp(0.0, 1.0)),
    ];
    for (wait, law) in laws {
        let mut times: Vec<f64> = ends(&model(&bustle(wait)), 11, 20_000).iter().map(|end| end.time).collect();
        assert_law(wait, &mut times, law);
    }
    let constant = bustle("after = { family = \"constant\", value = 7 }");
    assert!(ends(&model(&constant), 11, 50).iter().all(|end| end.time == 7.0));
    // A wait whose guard asks for an inner state is re-armed whenever that is left.
    let guarded = bustle("when = \"m.a\"\nafter = { family = \"constant\", value = 1 }");
    assert!(ends(&model(&guarded), 11, 50).iter().any(|end| end.time > 1.0));
}

/// A hazard ratio that reads the inner state: the outer wait uses up Weibull hazard at the rate of where the machine is.
/// `a` lasts 2 and then `b`: H = t² / 25 up to 2, and three times as fast from then on.
#[test]
fn a_composites_clock_is_retimed_by_what_the_inner_state_changes() {
    let text = bustle("hazard_ratio = \"m.v\"\nafter = { family = \"weibull\", shape = 2, scale = 5 }")
        .replace("rate = 2", "after = { family = \"constant\", value = 2 }")
        .replace("rate = 1.5", "rate = 0");
    let hazard = |t: f64| t * t / 25.0;
    let used = |t: f64| if t <= 2.0 { hazard(t) } else { hazard(2.0) + 3.0 * (hazard(t) - hazard(2.0)) };
    let mut times: Vec<f64> = ends(&model(&text), 12, 20_000).iter().map(|end| end.time).collect();
    assert_law("hazard ratio of the inner state", &mut times, |t| -libm::expm1(-used(t)));
}

/// The composite re-enters itself every 2: its constant wait of 7 never ends, and an inner wait of 1.5 begins anew.
#[test]
fn re_entering_a_composite_arms_its_clocks_anew() {
    let again = |how: &str| {
        bustle("after = { family = \"constant\", value = 7 }")
            .replace("horizon = 1000000", "horizon = 30")
            .replace(
                "[outcomes.off]",
                &format!(
                    "[[machines.m.transitions]]\nfrom = \"on\"\n{how}\nafter = {{ family = \"constant\", value = 2 }}\n[outcomes.off]"
                ),
            )
    };
    let last = |text: &str| ends(&model(text), 1, 20).iter().map(|end| end.time).collect::<Vec<_>>();
    assert!(last(&again("to = \"on\"")).iter().all(|time| *time == 30.0));
    assert!(last(&again("reenter = true")).iter().all(|time| *time == 30.0));
    // An inner target is within what is left, too.
    assert!(last(&again("to = \"c\"")).iter().all(|time| *time == 30.0));
    assert!(last(&again("")).iter().all(|time| *time == 7.0));
}

/// A wait from a composite and a state beside it lasts while the machine goes from one to the other.
#[test]
fn a_wait_from_several_places_lasts_over_them() {
    let text = bustle("after = { family = \"constant\", value = 7 }")
        .replace("from = \"on\"", "from = [\"on\", \"a\", \"aside\"]")
        .replace("off = {", "aside = { values = { v = 0 } }\noff = {")
        .replace(
            "[outcomes.off]",
            "[[machines.m.transitions]]\nfrom = \"on\"\nto = \"aside\"\nafter = { family = \"constant\", value = 2 }\n\
             [[machines.m.transitions]]\nfrom = \"aside\"\nto = \"on\"\nafter = { family = \"constant\", value = 1 }\n[outcomes.off]",
        );
    let model = model(&text);
    let off = model.transitions.iter().find(|transition| transition.name == "off").unwrap();
    assert_eq!(off.sources.iter().map(|place| model.place_path(*place)).collect::<Vec<_>>(), ["m.on", "m.aside"]);
    assert!(ends(&model, 1, 20).iter().all(|end| end.time == 7.0));
}

/// A chain a ⇄ b within `on`, which is left at the rate 0.5: P(a at t) = e^(−t/2) (2/3 + e^(−3t)/3) with rates 1 and 2.
#[test]
fn truths_about_composites_are_verified() {
    let p = |t: f64| libm::exp(-0.5 * t);
    let a = |t: f64| p(t) * (2.0 / 3.0 + libm::exp(-3.0 * t) / 3.0);
    let text = scenario(
        4.0,
        &format!(
            r#"
            [machines.m]
            initial = "on"
            [machines.m.states]
            on = {{ initial = "a", states = {{ a = {{}}, b = {{}} }} }}
            off = {{}}
            [[machines.m.transitions]]
            from = "a"
            to = "b"
            rate = 1
            [[machines.m.transitions]]
            from = "b"
            to = "a"
            rate = 2
            [[machines.m.transitions]]
            from = "on"
            to = "off"
            rate = 0.5
            [[expect]]
            state = "m.on"
            at = 1.5
            probability = {}
            [[expect]]
            state = "m.a"
            at = 1.5
            probability = {}
            [[expect]]
            outcome = "on"
            probability = {}
            [outcomes.on]
            default = true
            when = "m.on"
            "#,
            p(1.5),
            a(1.5),
            p(4.0),
        ),
    );
    let model = model(&text);
    let settings = |seed| Settings { seed, runs: 40_000, threads: 2, set: Vec::new() };
    let subject = Subject { name: "chain", digest: "", model: &model };
    let found: Vec<_> = (1..=3).map(|seed| study(&subject, &settings(seed), &Monitor::default()).unwrap()).collect();
    let verdicts = verify(&model, &found);
    assert_eq!(verdicts.len(), 3);
    for verdict in &verdicts {
        assert!(verdict.holds, "{verdict:?}");
    }
    assert_eq!(verdicts[0].of, "state m.on at 1.5");
}

#[test]
fn an_extending_file_reaches_nested_states() {
    let base = r#"
        [time]
        horizon = 4
        unit = "day"
        [machines.m]
        initial = "on"
        [machines.m.states]
        on = { initial = "a", states = { a = { values = { v = 1 } }, b = { values = { v = 2 } } } }
        off = { values = { v = 0 } }
        [[machines.m.transitions]]
        from = "a"
        to = "b"
        after = { family = "constant", value = 1 }
        [consequences.cost]
        rate = "m.v"
    "#;
    let main = r#"
        title = "main"
        extends = "base.toml"
        [machines.m.states.on.states]
        b = { values = { v = 5 } }
        off = {}
        [outcomes.left]
        default = true
    "#;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("base.toml"), base).unwrap();
    let open = |text: &str| {
        let path = folder.path().join("main.toml");
        std::fs::write(&path, text).unwrap();
        let (mut sources, mut diagnostics) = Default::default();
        let scenario = load::read(Path::new(&path), &Disk, &mut sources, &mut diagnostics).unwrap();
        let model = standoff::model::resolve::resolve(&scenario, &mut diagnostics);
        (model, diagnostics)
    };
    let (_, clash): (_, Diagnostics) = open(main);
    assert!(clash.iter().any(|d| d.code == Mistake::NameTaken && d.message == "two states of `m` are called `off`"));
    let (model, said) = open(&main.replace("off = {}", "d = { values = { v = 0 } }"));
    assert!(!said.has_errors(), "{said:?}");
    let model: Model = model.unwrap();
    assert_eq!(model.states.iter().map(|state| state.name.as_str()).collect::<Vec<_>>(), ["a", "b", "d", "off"]);
    assert_eq!(ends(&model, 1, 1)[0].world.totals, [1.0 + 3.0 * 5.0]);
}

#[test]
fn states_nest_so_deep_and_no_deeper() {
    let nested = |depth: usize| {
        let (open, close) =
            ((1..depth).map(|i| format!("s{i} = {{ states = {{ ")).collect::<String>(), " } }".repeat(depth - 1));
        scenario(1.0, &format!("[machines.m]\ninitial = \"s1\"\n[machines.m.states]\n{open}s{depth} = {{}}{close}"))
    };
    let deep = model(&nested(16));
    assert_eq!(deep.composites.len(), 15);
    assert_eq!(deep.state_path(ends(&deep, 1, 1)[0].world.states[0]), "m.s16");
    for depth in [17, 20] {
        let (model, said) = read(nested(depth).as_bytes());
        assert!(model.is_none() && said.contains("a machine may nest its states 16 deep"), "{said}");
    }
}

#[test]
fn odd_nests_are_told() {
    let with = |transitions: &str, rest: &str| {
        scenario(
            4.0,
            &format!(
                "[machines.m]\ninitial = \"on\"\n[machines.m.states]\n\
                 on = {{ initial = \"a\", history = true, states = {{ a = {{}}, b = {{}} }} }}\n\
                 off = {{ initial = \"c\", states = {{ c = {{}}, d = {{ states = {{ e = {{}}, f = {{}} }}, initial = \"e\" }} }} }}\n{transitions}\n{rest}"
            ),
        )
    };
    let go = |from: &str, to: &str| {
        format!("[[machines.m.transitions]]\nfrom = \"{from}\"\nto = \"{to}\"\nrate = 1\nbasis = \"judgement\"\n")
    };
    let said = |transitions: &str, rest: &str| read(with(transitions, rest).as_bytes()).1;
    let all = [go("a", "b"), go("b", "off"), go("off", "d"), go("e", "f"), go("off", "on")].concat();
    assert_eq!(said(&all, ""), "");
    let text = said(&(go("a", "b") + &go("b", "a")), "");
    assert!(text.contains("state `m.off` and all within it cannot be reached") && text.contains("1 warning"), "{text}");
    let text = said(&(go("a", "b") + &go("b", "off") + &go("c", "on")), "");
    assert!(text.contains("state `m.d` and all within it cannot be reached") && text.contains("1 warning"), "{text}");
    // With its history, `on` leads from b to b alone.
    let text =
        said(&(go("a", "b") + &go("on", "on") + &go("a", "d") + &go("e", "f") + &go("f", "c") + &go("off", "on")), "");
    assert!(text.contains("state `m.b` is never left") && text.contains("1 warning"), "{text}");
    let dead = [go("a", "b"), go("b", "off"), go("c", "d"), go("e", "f")].concat();
    assert!(said(&dead, "").contains("state `m.f` is never left"));
    assert_eq!(said(&dead, "[outcomes.off]\nwhen = \"m.off and m.d\""), "", "an outcome asks about what encloses it");
    assert_eq!(said(&dead, "[milestones.far]\nwhen = \"m.f\""), "", "a milestone asks about it");
    let watched = "[machines.n]\ninitial = \"x\"\nstates = { x = {}, y = {} }\n[[machines.n.transitions]]\nfrom = \"x\"\n\
                   to = \"y\"\nrate = 1\nwhen = \"m.f\"\nbasis = \"judgement\"\n[outcomes.y]\nwhen = \"n.y\"";
    assert_eq!(said(&dead, watched), "", "a guard of another machine asks about it");
    let text = said(&all, "[outcomes.never]\nwhen = \"m.on and m.e\"");
    assert!(text.contains("can never happen") && text.contains("two states of one machine at once"), "{text}");
}

#[test]
fn a_nested_scenario_finds_the_same_at_any_number_of_threads() {
    let model = model(&bustle("after = { family = \"lognormal\", median = 5, p95 = 20 }"));
    let found = |threads| {
        let settings = Settings { seed: 3, runs: BLOCK + 100, threads, set: Vec::new() };
        summary_json(
            &study(&Subject { name: "bustle", digest: "", model: &model }, &settings, &Monitor::default()).unwrap(),
        )
    };
    let one = found(1);
    assert!(one == found(2) && one == found(5));
}

/// What is left of `on` at the horizon does not depend on how its inside is written.
#[test]
fn a_composite_is_as_likely_as_the_state_it_stands_for() {
    let text = bustle("rate = 0.25").replace("horizon = 1000000", "horizon = 3");
    let ends = ends(&model(&text), 13, 40_000);
    assert_share("off", ends.iter().filter(|end| end.outcome == 0).count(), ends.len(), -libm::expm1(-0.75));
}
