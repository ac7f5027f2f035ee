//! Random nested machines: whatever they do, entries and exits balance, nothing panics, and outcomes are exhaustive.

use crate::support::{Ends, model, scenario, simulator};
use proptest::prelude::*;
use standoff::analysis::study::{Settings, Subject, study};
use standoff::kernel::batch::Monitor;
use standoff::kernel::probe::{Probe, Stretch};
use standoff::kernel::run::Workspace;
use standoff::model::Model;
use standoff::model::id::Place;
use standoff::program::behaviour::{Cause, Effects};
use standoff::program::world::World;
use standoff::random::RunAddress;

/// A random tree of states: the children of each node, by their numbers.
#[derive(Clone, Debug)]
struct Tree {
    /// For each node its parent, which has a lower number; `None` for those at the top.
    parents: Vec<Option<usize>>,
    history: Vec<bool>,
    initial: Vec<usize>,
    transitions: Vec<(usize, usize, usize, u32)>,
    /// Where runs are already when they begin.
    now: Option<usize>,
}

impl Tree {
    fn children(&self, parent: Option<usize>) -> Vec<usize> {
        (0..self.parents.len()).filter(|&node| self.parents[node] == parent).collect()
    }

    /// The states at one level; entries and exits count in a variable of each.
    fn states(&self, parent: Option<usize>) -> String {
        let state = |node: usize| {
            let inner = self.children(Some(node));
            let more = if inner.is_empty() {
                String::new()
            } else {
                let initial = inner[self.initial[node] % inner.len()];
                let states = self.states(Some(node));
                format!(", history = {}, initial = \"s{initial}\", states = {{ {states} }}", self.history[node])
            };
            format!(
                "s{node} = {{ enter = {{ add = {{ in{node} = 1 }} }}, exit = {{ add = {{ in{node} = -1 }} }}{more} }}"
            )
        };
        self.children(parent).into_iter().map(state).collect::<Vec<_>>().join(", ")
    }

    fn text(&self) -> String {
        let n = self.parents.len();
        let variables: String = (0..n).map(|node| format!("[variables.in{node}]\ninitial = 0\n")).collect();
        let transition = |&(from, to, kind, speed): &(usize, usize, usize, u32)| {
            let trigger = match kind % 6 {
                0 => format!("rate = {speed}"),
                1 => format!("after = {{ family = \"constant\", value = {} }}", f64::from(speed) / 4.0),
                2 => format!("after = {{ family = \"weibull\", shape = 2, scale = {speed} }}\nclock = \"resume\""),
                3 => format!("rate = {speed}\nwhen = \"in{} > 0\"", to % n),
                4 if speed % 2 == 0 => "on = \"bang\"".to_owned(),
                4 => format!("on = \"m.s{}\"\nprobability = 0.3", (from + to) % n),
                _ => format!("after = {{ family = \"uniform\", low = 0, high = {speed} }}"),
            };
            let target = match kind / 6 % 4 {
                0 | 1 => format!("to = \"s{}\"", to % n),
                2 => "reenter = true".to_owned(),
                _ => format!(
                    "branches = [{{ to = \"s{}\", weight = 1 }}, {{ to = \"s{}\", weight = 2 }}]",
                    to % n,
                    from % n
                ),
            };
            let from = if kind % 11 == 0 { "*".to_owned() } else { format!("s{}", from % n) };
            format!("[[machines.m.transitions]]\nfrom = \"{from}\"\n{target}\n{trigger}\n")
        };
        let transitions: String = self.transitions.iter().map(transition).collect();
        let outcome = format!(
            "[outcomes.a]\nwhen = \"m.s{} and time > 1\"\n[outcomes.b]\ndefault = true\nwhen = \"m.s0\"",
            n / 2
        );
        let machine = format!("[machines.m]\ninitial = \"s{}\"\nstates = {{ {} }}\n", n - 1, self.states(None));
        let shocks = "[shocks.one]\nat = 1\nemit = \"bang\"\n[shocks.two]\nat = 2\nwhen = \"m.s0\"\nemit = \"bang\"\n";
        let now = self.now.map_or_else(String::new, |node| self.present(node));
        scenario(6.0, &format!("{variables}{now}{machine}{transitions}{shocks}{outcome}"))
    }

    /// The machine is at a node already: what is around it, and it, count as entered.
    fn present(&self, node: usize) -> String {
        let mut leaf = node;
        while let Some(inner) = Some(self.children(Some(leaf))).filter(|inner| !inner.is_empty()) {
            leaf = inner[self.initial[leaf] % inner.len()];
        }
        let around = std::iter::successors(Some(leaf), |node| self.parents[*node]);
        let entered: String = around.map(|node| format!("in{node} = 1\n")).collect();
        format!("[now.machines.m]\nstate = \"s{node}\"\nsince = 0.2\n[now.variables]\n{entered}")
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    (2..12_usize).prop_flat_map(|n| {
        let parents: Vec<_> =
            (0..n).map(|node| prop::option::of(0..node.max(1)).prop_map(move |p| p.filter(|_| node > 0))).collect();
        (
            parents,
            prop::collection::vec(any::<bool>(), n),
            prop::collection::vec(0..10_usize, n),
            prop::collection::vec((0..n, 0..n, 0..200_usize, 1..6_u32), 1..10),
            prop::option::of(0..n),
        )
            .prop_map(|(parents, history, initial, transitions, now)| Tree {
                parents,
                history,
                initial,
                transitions,
                now,
            })
    })
}

/// Fails unless, whenever something has happened, each state was entered once more than left if the machine is in it, and
/// as often if not.
struct Balance<'a> {
    model: &'a Model,
    ends: Ends,
}

impl Balance<'_> {
    fn check(&self, world: &World) {
        let state = world.states[0];
        let mut expected = vec![0.0; world.variables.len()];
        let place = Place::State(state);
        let number = |name: &str| name[1..].parse::<usize>().unwrap();
        expected[number(&self.model.states[state.index()].name)] = 1.0;
        for composite in self.model.enclosing(place) {
            expected[number(&self.model.composite(composite).name)] = 1.0;
        }
        assert_eq!(world.variables, expected, "in {}", self.model.place_path(place));
    }
}

impl Probe for Balance<'_> {
    fn begin(&mut self, world: &World) {
        self.check(world);
        self.ends.begin(world);
    }
    fn dwell(&mut self, stretch: &Stretch<'_>) {
        self.ends.dwell(stretch);
    }
    fn happened(&mut self, world: &World, _cause: Cause, _effects: &Effects) {
        self.check(world);
    }
    fn milestone(&mut self, _world: &World, _milestone: usize) {}
    fn end(&mut self, world: &World, outcome: usize) {
        self.ends.end(world, outcome);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn entries_and_exits_balance_in_random_machines(tree in tree()) {
        let model = model(&tree.text());
        let (simulator, mut work) = (simulator(&model), Workspace::default());
        let mut probe = Balance { model: &model, ends: Ends::default() };
        let mut faults = 0;
        for run in 0..20 {
            // Events that answer one another may go round for ever, which is a fault and told as one.
            match simulator.run(RunAddress::new(1, run), &mut work, &mut probe) {
                Ok(()) => {}
                Err(fault) => {
                    prop_assert!(fault.message.contains("at one instant"), "{}", fault.message);
                    faults += 1;
                }
            }
        }
        prop_assert_eq!(probe.ends.ends.len() + faults, 20);
        if faults == 0 {
            let settings = Settings { seed: 2, runs: 50, threads: 2, set: Vec::new() };
            let found = study(&Subject { name: "tree", digest: "", model: &model }, &settings, &Monitor::default());
            if let Ok(found) = found {
                prop_assert_eq!(found.outcomes.iter().map(|outcome| outcome.probability.counts.unwrap().hits).sum::<u64>(), 50);
                for row in &found.machines[0].rows {
                    prop_assert_eq!(row.iter().map(|share| share.counts.unwrap().hits).sum::<u64>(), 50);
                }
            }
        }
    }
}
