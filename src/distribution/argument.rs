//! What a distribution is given by: the named arguments, quantiles, and the ways in which a family takes them.
//!
//! In go the arguments as the author named them; out comes whether their *kinds* determine a member of the family,
//! and what is missing or too much. Their values are judged by each family.

use super::Family;

/// A kind of argument of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Argument {
    /// Events per time unit; for Gompertz the hazard at age 0.
    Rate,
    /// The shape parameter; for Gompertz the growth of the hazard per time unit.
    Shape,
    /// The scale parameter, in time units.
    Scale,
    /// The mean; for a normal with bounds, that before truncation.
    Mean,
    /// The standard deviation; for a normal with bounds, that before truncation.
    Sd,
    /// Mean of the logarithm.
    Mu,
    /// Standard deviation of the logarithm.
    Sigma,
    /// The lower bound.
    Low,
    /// The most likely value.
    Mode,
    /// The upper bound.
    High,
    /// The only value of a constant.
    Value,
    /// First exponent of a beta.
    Alpha,
    /// Second exponent of a beta.
    Beta,
    /// The value that is stayed below with this probability.
    Quantile(Level),
}

/// Probability level of a quantile in tenths of a percent, 1 to 999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u16);

impl Level {
    /// The level of the median.
    pub const MEDIAN: Level = Level(500);

    /// The level of so many tenths of a percent, if it lies strictly between 0 and 100 %.
    pub fn per_mille(tenths: u16) -> Option<Level> {
        (1..=999).contains(&tenths).then_some(Level(tenths))
    }

    /// The level as a probability.
    pub fn probability(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl Argument {
    /// Every argument with a name of its own; quantiles have theirs by rule.
    pub const NAMED: [Argument; 13] = [
        Argument::Rate,
        Argument::Shape,
        Argument::Scale,
        Argument::Mean,
        Argument::Sd,
        Argument::Mu,
        Argument::Sigma,
        Argument::Low,
        Argument::Mode,
        Argument::High,
        Argument::Value,
        Argument::Alpha,
        Argument::Beta,
    ];

    /// The argument of this name.
    ///
    /// A quantile is `median`, or `p` and the percentage in one or two digits (`p5` and `p05` are 5 %, `p95` is 95 %),
    /// or in three digits with the last one a tenth (`p025` is 2.5 %, `p975` is 97.5 %). Three digits ending in 0, such
    /// as `p100`, are refused, since they are more likely meant as whole percentages.
    pub fn from_name(name: &str) -> Option<Argument> {
        if name == "median" {
            return Some(Argument::Quantile(Level::MEDIAN));
        }
        if let Some(digits) = name.strip_prefix('p')
            && !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            let number: u16 = digits.parse().ok()?;
            let tenths = match digits.len() {
                1 | 2 => number * 10,
                3 if !digits.ends_with('0') => number,
                _ => return None,
            };
            return Level::per_mille(tenths).map(Argument::Quantile);
        }
        Self::NAMED.into_iter().find(|argument| argument.name() == name)
    }

    /// Its meaning in a line for people, quantiles included.
    pub fn about(self) -> &'static str {
        match self {
            Argument::Rate => "events per unit of time; for gompertz the hazard at age 0",
            Argument::Shape => "the shape parameter; for gompertz how fast the hazard grows per unit of time",
            Argument::Scale => "the scale parameter, a time",
            Argument::Mean => "the mean; for a normal with bounds, that before it is cut",
            Argument::Sd => "the standard deviation; for a normal with bounds, that before it is cut",
            Argument::Mu => "the mean of the logarithm",
            Argument::Sigma => "the standard deviation of the logarithm",
            Argument::Low => "the lowest value there can be",
            Argument::Mode => "the most likely value",
            Argument::High => "the highest value there can be",
            Argument::Value => "the only value",
            Argument::Alpha => "the first exponent of a beta",
            Argument::Beta => "the second exponent of a beta",
            Argument::Quantile(Level::MEDIAN) => "half of the values are below it",
            Argument::Quantile(_) => {
                "so many per cent of the values are below it: 5 for `p05`, 95 for `p95`, 2.5 for `p025`"
            }
        }
    }

    /// The name, in the spelling that messages use: a quantile is `median`, `p05` or `p975`.
    pub fn name(self) -> String {
        let name = match self {
            Argument::Rate => "rate",
            Argument::Shape => "shape",
            Argument::Scale => "scale",
            Argument::Mean => "mean",
            Argument::Sd => "sd",
            Argument::Mu => "mu",
            Argument::Sigma => "sigma",
            Argument::Low => "low",
            Argument::Mode => "mode",
            Argument::High => "high",
            Argument::Value => "value",
            Argument::Alpha => "alpha",
            Argument::Beta => "beta",
            Argument::Quantile(Level::MEDIAN) => "median",
            Argument::Quantile(Level(tenths)) if tenths % 10 == 0 => return format!("p{:02}", tenths / 10),
            Argument::Quantile(Level(tenths)) => return format!("p{tenths:03}"),
        };
        name.to_owned()
    }
}

/// One set of arguments that determines a member of a family.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// The named arguments, in the order in which messages list them.
    pub named: &'static [Argument],
    /// How many quantiles, of any levels, come with them.
    pub quantiles: usize,
}

impl Way {
    /// This way in the author's words.
    pub(super) fn text(&self) -> String {
        let mut parts: Vec<String> = self.named.iter().map(|argument| format!("`{}`", argument.name())).collect();
        match self.quantiles {
            0 => {}
            1 => parts.push("one quantile".to_owned()),
            2 => parts.push("two quantiles".to_owned()),
            _ => parts.push("three quantiles".to_owned()),
        }
        if parts.is_empty() { "a list of `values`".to_owned() } else { listed(&parts, "and") }
    }
}

/// What a family takes: its ways, and what may come with any of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grammar {
    pub ways: &'static [Way],
    pub optional: &'static [Argument],
}

impl Grammar {
    /// Every named argument of any way, and the optional ones.
    pub(super) fn names(&self) -> Vec<Argument> {
        let mut names: Vec<Argument> =
            self.ways.iter().flat_map(|way| way.named).chain(self.optional).copied().collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether these kinds determine a member of `family`; the message says what is missing or too much.
    pub(super) fn accepts(&self, family: Family, arguments: &[Argument]) -> Result<(), String> {
        let article = family.with_article();
        let ways = || listed(&self.ways.iter().map(Way::text).collect::<Vec<_>>(), "or");
        let mut sorted = arguments.to_vec();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("`{}` is given twice", twice[0].name()));
        }
        let names = self.names();
        let takes_quantiles = self.ways.iter().any(|way| way.quantiles > 0);
        let knows = |argument: &Argument| match argument {
            Argument::Quantile(_) => takes_quantiles,
            named => names.contains(named),
        };
        if let Some(strange) = arguments.iter().find(|argument| !knows(argument)) {
            return Err(format!("{article} takes no `{}`; give {}", strange.name(), ways()));
        }
        let named: Vec<Argument> = arguments
            .iter()
            .copied()
            .filter(|argument| !matches!(argument, Argument::Quantile(_)) && !self.optional.contains(argument))
            .collect();
        let quantiles = arguments.iter().filter(|argument| matches!(argument, Argument::Quantile(_))).count();
        let has = |way: &Way| way.named.iter().all(|need| named.contains(need)) && way.quantiles <= quantiles;
        let within = |way: &Way| named.iter().all(|given| way.named.contains(given)) && quantiles <= way.quantiles;
        if self.ways.iter().any(|way| has(way) && within(way)) {
            return Ok(());
        }
        if named.is_empty() && quantiles == 0 {
            return Err(format!("{article} needs {}", ways()));
        }
        let given: Vec<String> = arguments.iter().map(|argument| format!("`{}`", argument.name())).collect();
        let given = listed(&given, "and");
        if let Some(enough) = self.ways.iter().find(|way| has(way)) {
            return Err(format!("{given} are too much for {article}: {} would do", enough.text()));
        }
        if self.ways.iter().any(within) {
            return Err(format!("{given} alone does not determine {article}; give {}", ways()));
        }
        Err(format!("{given} do not go together in {article}; give {}", ways()))
    }
}

/// A list in words: `a`, `a and b`, `a, b and c`.
fn listed(parts: &[String], conjunction: &str) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first, last] if conjunction == "and" => format!("{first} and {last}"),
        [front @ .., last] if conjunction == "and" => format!("{} and {last}", front.join(", ")),
        [front @ .., last] => format!("{}, {conjunction} {last}", front.join(", ")),
    }
}
