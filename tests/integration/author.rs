//! Scenarios that nobody chose, of one seed each: what they have in them is left to dice.

use std::fmt::Write;

/// What made-up scenarios have in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Waits without memory, so that they can be solved exactly.
    Memoryless,
    /// Some waits are gamma of shape 2, too, which two phases have exactly.
    TwoPhases,
    /// Whatever runs from event to event: all families, clocks that resume or run forward, uncertain parameters.
    Events,
    /// The same with variables that drift and what depends on time, so that runs take steps.
    Steps,
}

/// Splitmix64: small numbers that nobody chose.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }
}

/// Makes up scenarios.
pub struct Author {
    kind: Kind,
    dice: Dice,
    /// How many states each machine has.
    machines: Vec<usize>,
    variables: usize,
    /// Whether the last two states of each machine stand within another.
    nested: Vec<bool>,
}

impl Author {
    pub fn new(seed: u64, kind: Kind) -> Self {
        let mut dice = Dice(seed);
        let machines: Vec<usize> = (0..1 + dice.roll(3)).map(|_| 2 + dice.roll(3)).collect();
        let variables = dice.roll(3);
        let nested = machines.iter().map(|&states| states > 2 && dice.one_in(2)).collect();
        Author { kind, dice, machines, variables, nested }
    }

    fn condition(&mut self) -> String {
        let one = |author: &mut Self| {
            if author.variables > 0 && author.dice.one_in(2) {
                let comparison = author.dice.pick(&["==", ">=", "<", "!="]);
                format!("v{} {comparison} {}", author.dice.roll(author.variables), author.dice.roll(4))
            } else {
                let machine = author.dice.roll(author.machines.len());
                let state = author.dice.roll(author.machines[machine]);
                format!("{}m{machine}.s{state}", author.dice.pick(&["", "not "]))
            }
        };
        let first = one(self);
        match self.dice.roll(3) {
            0 => format!("{first} {} {}", self.dice.pick(&["and", "or"]), one(self)),
            _ => first,
        }
    }

    /// Whether it may be more than the exact solver takes.
    fn is_free(&self) -> bool {
        matches!(self.kind, Kind::Events | Kind::Steps)
    }

    fn number(&mut self) -> String {
        if self.is_free() && self.dice.one_in(3) {
            return self.free_number();
        }
        let base = self.dice.pick(&["0.1", "0.3", "0.5", "1", "2"]).to_owned();
        match self.dice.roll(4) {
            0 => format!("if({}, {base}, 0.2)", self.condition()),
            1 if self.variables > 0 => format!("{base} + 0.3 * v{}", self.dice.roll(self.variables)),
            _ => base,
        }
    }

    /// Of what the exact solver does not take, or only at one value.
    fn free_number(&mut self) -> String {
        let machine = self.dice.roll(self.machines.len());
        let variable = self.dice.roll(self.variables.max(1));
        match self.dice.roll(if self.kind == Kind::Steps { 8 } else { 4 }) {
            0 => "likely".to_owned(),
            1 => "0.2 * likely + 0.1 * often".to_owned(),
            2 | 4 if self.variables > 0 => format!("exp(-0.5 * v{variable}) * often"),
            5 if self.variables > 0 => {
                format!("0.2 * max(v{variable}, 1) ^ {}", self.dice.pick(&["1.3", "2", "likely", "often"]))
            }
            6 => format!("min(0.1 * age(m{machine}), 2)"),
            7 => {
                let when = self.dice.pick(&["year_fraction", "(year_fraction - likely)"]);
                let swing = self.dice.pick(&["0.4", "likely"]);
                format!("0.5 + {swing} * cos(2 * pi * {when}) + 0.01 * time")
            }
            _ => format!("m{machine}.weight * often"),
        }
    }

    /// A wait of any family, with what its clock may do.
    fn wait(&mut self) -> String {
        let family = self.dice.pick(&[
            "family = \"weibull\", shape = 1.4, scale = \"3 * often\"",
            "family = \"weibull\", shape = 0.7, scale = 2",
            "family = \"lognormal\", median = 2, p95 = 9",
            "family = \"lognormal\", mu = \"likely\", sigma = 0.8",
            "family = \"gamma\", shape = 2.5, scale = 0.7",
            "family = \"gompertz\", rate = 0.1, shape = 0.3",
            "family = \"log-logistic\", shape = 2, scale = 1.5",
            "family = \"uniform\", low = 0.5, high = 3",
            "family = \"triangular\", low = 0.2, mode = 1, high = 4",
            "family = \"constant\", value = 1.25",
        ]);
        let mut text = format!("after = {{ {family} }}\n");
        let clock = self.dice.pick(&["", "", "clock = \"resume\"\n", "clock = \"forward\"\n"]);
        text += clock;
        match self.dice.roll(4) {
            0 => writeln!(text, "hazard_ratio = \"{}\"", self.number()).unwrap(),
            1 if clock != "clock = \"forward\"\n" => {
                writeln!(text, "acceleration = \"{}\"", self.number()).unwrap();
            }
            _ => {}
        }
        text
    }

    /// How a variable drifts, if it does.
    fn dynamics(&mut self) -> &'static str {
        self.dice.pick(&[
            "",
            "dynamics = { kind = \"mean-reverting\", level = \"likely\", half_life = \"2 * often\", volatility = 0.4 }",
            "dynamics = { kind = \"mean-reverting\", level = \"0.5 + m0.weight\", half_life = 2, volatility = \"0.1 * (1 + v0)\" }",
            "dynamics = { kind = \"random-walk\", drift = \"if(m0.s0, 0.1, -0.1)\", volatility = 0.3 }",
            "dynamics = { kind = \"geometric\", drift = 0.05, volatility = 0.2 }",
            "dynamics = { kind = \"log-mean-reverting\", level = 1, half_life = 1.5, volatility = 0.3 }",
        ])
    }

    fn actions(&mut self) -> String {
        let mut text = String::new();
        if self.variables > 0 && self.dice.one_in(2) {
            let variable = self.dice.roll(self.variables);
            match self.dice.roll(3) {
                0 => writeln!(text, "set = {{ v{variable} = {} }}", self.dice.roll(4)).unwrap(),
                1 => writeln!(text, "add = {{ v{variable} = -1, gained = 2 }}").unwrap(),
                _ => writeln!(text, "add = {{ v{variable} = 1 }}").unwrap(),
            }
        } else if self.dice.one_in(4) {
            text += "add = { gained = \"1.5\", worth = 1 }\n";
        }
        if self.dice.one_in(4) {
            text += "emit = \"alarm\"\n";
        }
        text
    }

    fn target(&mut self, machine: usize) -> String {
        let states = self.machines[machine];
        match self.dice.roll(6) {
            3 if self.nested[machine] => "to = \"around\"\n".to_owned(),
            0 => String::new(),
            1 => "reenter = true\n".to_owned(),
            2 => {
                let weight = self.number();
                let (one, other) = (self.dice.roll(states), self.dice.roll(states));
                format!(
                    "branches = [ {{ to = \"s{one}\", weight = \"{weight}\" }}, {{ to = \"s{other}\", weight = 1 }} ]\n"
                )
            }
            _ => format!("to = \"s{}\"\n", self.dice.roll(states)),
        }
    }

    fn transition(&mut self, machine: usize, index: usize) -> String {
        let states = self.machines[machine];
        let mut text = format!("[[machines.m{machine}.transitions]]\nname = \"t{index}\"\n");
        text += &match self.dice.roll(5) {
            0 => "from = \"*\"\n".to_owned(),
            2 if self.nested[machine] => "from = \"around\"\n".to_owned(),
            1 => format!("from = [\"s0\", \"s{}\"]\n", 1 + self.dice.roll(states - 1)),
            _ => format!("from = \"s{}\"\n", self.dice.roll(states)),
        };
        match self.dice.roll(8) {
            0 => {
                let p = self.dice.pick(&["1", "0.5", "0.25"]);
                let event = if self.dice.one_in(2) {
                    "alarm".to_owned()
                } else {
                    let other = self.dice.roll(self.machines.len());
                    format!("m{other}.s{}", self.dice.roll(self.machines[other]))
                };
                writeln!(text, "on = \"{event}\"\nprobability = {p}\nto = \"s{}\"", self.dice.roll(states)).unwrap();
                return text;
            }
            1 => {
                text += "after = { family = \"exponential\", mean = 1.5 }\n";
                if self.dice.one_in(2) {
                    writeln!(text, "hazard_ratio = \"{}\"", self.number()).unwrap();
                }
            }
            2 => text += "chance = \"20%\"\nper = \"2 days\"\n",
            3 | 4 if self.is_free() => text += &self.wait(),
            3 | 4 if self.kind == Kind::TwoPhases => {
                text += "after = { family = \"gamma\", shape = 2, mean = 2 }\n";
                match self.dice.roll(3) {
                    0 => text += "clock = \"resume\"\n",
                    1 => writeln!(text, "acceleration = \"{}\"", self.number()).unwrap(),
                    _ => {}
                }
            }
            _ => writeln!(text, "rate = \"{}\"", self.number()).unwrap(),
        }
        if self.dice.one_in(3) {
            writeln!(text, "when = \"{}\"", self.condition()).unwrap();
        }
        text += &self.target(machine);
        text += &self.actions();
        text
    }

    pub fn scenario(&mut self) -> String {
        let mut text = "title = \"made up\"\n[time]\nunit = \"day\"\nhorizon = 4\n".to_owned();
        if self.kind == Kind::Steps {
            writeln!(text, "step = {}", self.dice.pick(&["0.25", "0.3", "1"])).unwrap();
        }
        if self.is_free() {
            text += "[parameters.likely]\nvalue = 0.4\nrange = [0.1, 0.9]\nbasis = \"judgement\"\n";
            text += "[parameters.often]\nvalue = 1\nrange = [0.5, 2]\nbasis = \"judgement\"\n";
        }
        for variable in 0..self.variables {
            let initial = self.dice.roll(3);
            match self.kind {
                // A logarithm that drifts stays above nought.
                Kind::Steps => {
                    let (initial, dynamics) = (initial.max(1), self.dynamics());
                    writeln!(text, "[variables.v{variable}]\ninitial = {initial}\nbounds = [0.1, 3]\n{dynamics}")
                        .unwrap();
                }
                _ => writeln!(text, "[variables.v{variable}]\ninitial = {initial}\nbounds = [0, 3]").unwrap(),
            }
        }
        let (rate, worth) = (self.number(), self.number());
        writeln!(text, "[consequences.gained]\nrate = \"{rate}\"").unwrap();
        write!(
            text,
            "[consequences.worth]\nrate = \"{worth}\"\ndiscount = \"{}\"\n",
            self.dice.pick(&["0%", "30%", "-60%", "1000%"])
        )
        .unwrap();
        for machine in 0..self.machines.len() {
            let states = self.machines[machine];
            write!(
                text,
                "[machines.m{machine}]\ninitial = \"s{}\"\n[machines.m{machine}.states]\n",
                self.dice.roll(states)
            )
            .unwrap();
            for state in 0..states {
                let action = match self.dice.roll(6) {
                    0 => "enter = { add = { gained = 1 } }",
                    1 => "exit = { add = { worth = 3 }, emit = \"alarm\" }",
                    _ => "",
                };
                if self.nested[machine] && state == states - 2 {
                    let history = self.dice.pick(&["", "history = true, ", "enter = { add = { gained = 1 } }, "]);
                    write!(text, "around = {{ initial = \"s{state}\", {history}states = {{ ").unwrap();
                }
                let inside = self.nested[machine] && state >= states - 2;
                let end = match (inside, state + 1 == states) {
                    (false, _) => "\n",
                    (true, false) => ", ",
                    (true, true) => " } }\n",
                };
                let values = match (self.is_free(), action) {
                    (false, _) => String::new(),
                    (true, "") => format!("values = {{ weight = {} }}", 0.5 * (state + 1) as f64),
                    (true, _) => format!(", values = {{ weight = {} }}", 0.5 * (state + 1) as f64),
                };
                write!(text, "s{state} = {{ {action}{values} }}{end}").unwrap();
            }
            for index in 0..2 + self.dice.roll(3) {
                text += &self.transition(machine, index);
            }
        }
        text += "[machines.siren]\ninitial = \"on\"\nstates = { on = {} }\n";
        text += "[[machines.siren.transitions]]\nfrom = \"on\"\nrate = 0.4\nemit = \"alarm\"\n";
        if self.variables > 0 && self.kind != Kind::Steps && self.dice.one_in(2) {
            // At once, and never twice: it takes away what it waits for.
            let to = self.dice.roll(self.machines[0]);
            writeln!(text, "[[machines.m0.transitions]]\nname = \"at once\"\nfrom = \"*\"\nwhen = \"v0 == 3\"\nto = \"s{to}\"\nset = {{ v0 = 0 }}").unwrap();
        }
        if self.dice.one_in(3) {
            // Two days are a point at which series are recorded.
            let (at, when, actions) = (self.dice.pick(&["1.3", "2"]), self.condition(), self.actions());
            write!(text, "[shocks.strike]\nat = {at}\nwhen = \"{when}\"\n{actions}").unwrap();
            if actions.is_empty() {
                text += "emit = \"alarm\"\n";
            }
        }
        writeln!(text, "[milestones.passed]\nwhen = \"{}\"", self.condition()).unwrap();
        if !self.dice.one_in(4) {
            writeln!(text, "[outcomes.ended]\nwhen = \"{} and {}\"", self.condition(), self.condition()).unwrap();
        }
        writeln!(text, "[outcomes.odd]\ndefault = true\nwhen = \"{}\"", self.condition()).unwrap();
        text += "[outcomes.left]\ndefault = true\n";
        text
    }
}
