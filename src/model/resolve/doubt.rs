//! Correlations and shares: what holds between parameters when they are drawn.

use super::{Resolver, provenance};
use crate::diagnostic::{Diagnostic, Mistake, Severity, Span};
use crate::model::InputKind;
use crate::model::doubt::{Correlation, Matrix, Share};
use crate::model::id::InputId;
use crate::scenario::{CorrelationText, Name, ShareText};

/// Rank correlations that are further than this from the nearest that can be are a mistake, and not a rounding.
const TOLERATED: f64 = 0.05;
/// So many parameters can be correlated at once.
const MOST_CORRELATED: usize = 100;

impl Resolver<'_> {
    /// Shares, once all inputs are known.
    pub(super) fn resolve_shares(&mut self) -> Vec<Share> {
        let scenario = self.scenario;
        let mut shares: Vec<Share> = Vec::new();
        for text in &scenario.shares {
            if let Some(share) = self.share(text, &shares) {
                shares.push(share);
            }
        }
        shares
    }

    fn share(&mut self, text: &ShareText, before: &[Share]) -> Option<Share> {
        let mut of: Vec<InputId> = Vec::new();
        for name in &text.of {
            let Some(id) = self.drawable(name) else { continue };
            let other = before.iter().find(|share| share.of.contains(&id)).map(|share| (&share.name, share.span));
            let input = &self.inputs[id.index()];
            let clash = if let Some((other, span)) = other {
                Some((format!("`{}` is part of the share `{other}` already", name.value), span, "that share"))
            } else if of.contains(&id) {
                Some((format!("`{}` stands twice in `{}`", name.value, text.name.value), text.name.span, "this share"))
            } else if input.distribution.is_some() {
                let message = format!("`{}` has a distribution of its own, and the share decides it too", name.value);
                Some((message, input.span, "its distribution"))
            } else {
                None
            };
            if let Some((message, span, what)) = clash {
                let help = "take it out of one of the two: a parameter is drawn once";
                self.report(Diagnostic::error(Mistake::ShareClash, name.span, message).related(span, what).help(help));
                continue;
            }
            of.push(id);
        }
        let concentration = self.concentration(text)?;
        if of.is_empty() || of.len() < text.of.len() {
            return None;
        }
        self.check_sum(text, &of);
        let (name, span) = (text.name.value.clone(), text.name.span);
        Some(Share { name, span, of, concentration, provenance: provenance(&text.provenance) })
    }

    fn concentration(&mut self, text: &ShareText) -> Option<f64> {
        let written = text.concentration.as_ref()?;
        let value = self.constant(written, "the concentration")?;
        if value > 0.0 {
            return Some(value);
        }
        let error = Diagnostic::error(Mistake::NotPositive, written.span, "the concentration must be more than 0");
        self.report(
            error
                .label(format!("this is {value}"))
                .help("write as many observations as the values are worth: 5 for a guess, 100 for what is well known"),
        );
        None
    }

    /// The means of shares are shares themselves.
    fn check_sum(&mut self, text: &ShareText, of: &[InputId]) {
        let values: Vec<f64> = of.iter().map(|id| self.inputs[id.index()].value).collect();
        if values.iter().any(|value| value.is_nan()) {
            return;
        }
        let sum: f64 = values.iter().sum();
        let message = if let Some(at) = values.iter().position(|value| *value <= 0.0) {
            let name = &self.inputs[of[at].index()].name;
            format!("`{name}` is a part of a whole, and its value is {}", values[at])
        } else if (sum - 1.0).abs() > 1e-6 {
            let rounded = (sum * 1e6).round() / 1e6;
            format!("the values of `{}` sum to {rounded} and not to 1", text.name.value)
        } else {
            return;
        };
        let list: Vec<String> = of.iter().map(|id| self.inputs[id.index()].name.clone()).collect();
        self.report(
            Diagnostic::error(Mistake::SharesSum, text.name.span, message)
                .help(format!("change the values of {}: each more than 0, and 1 in all", list.join(", "))),
        );
    }

    /// Correlations, once shares are known.
    pub(super) fn resolve_correlations(&mut self, shares: &[Share]) -> Vec<Correlation> {
        let scenario = self.scenario;
        let mut correlations: Vec<Correlation> = Vec::new();
        let mistakes = self.diagnostics.count(Severity::Error);
        for text in &scenario.correlations {
            if let Some(correlation) = self.correlation(text, shares, &correlations) {
                correlations.push(correlation);
            }
        }
        if self.diagnostics.count(Severity::Error) == mistakes {
            self.check_matrix(&correlations);
        }
        correlations
    }

    fn correlation(&mut self, text: &CorrelationText, shares: &[Share], before: &[Correlation]) -> Option<Correlation> {
        let [first, second] = &text.between;
        let between = [self.drawable(first), self.drawable(second)];
        let rank = self.constant(&text.rank, "a rank correlation");
        let (between, rank) = ([between[0]?, between[1]?], rank?);
        if !(-1.0..=1.0).contains(&rank) {
            let message = format!("a rank correlation lies between -1 and 1, and this is {rank}");
            let help = "1: always in the same order; -1: in opposite order; 0: nothing to do with one another";
            self.report(Diagnostic::error(Mistake::OddCorrelation, text.rank.span, message).help(help));
            return None;
        }
        let same = |one: &&Correlation| one.between.contains(&between[0]) && one.between.contains(&between[1]);
        let twice = if between[0] == between[1] {
            Some((format!("`{}` is correlated with itself", first.value), None))
        } else {
            let other = before.iter().find(same);
            other.map(|one| (format!("`{}` and `{}` are correlated twice", first.value, second.value), Some(one.span)))
        };
        if let Some((message, other)) = twice {
            let mut error = Diagnostic::error(Mistake::CorrelatedTwice, second.span, message);
            if let Some(other) = other {
                error = error.related(other, "the first");
            }
            self.report(error.help("name two different parameters, and each pair once"));
            return None;
        }
        for (id, name) in between.iter().zip([first, second]) {
            if let Some(share) = shares.iter().find(|share| share.of.contains(id)) {
                let message =
                    format!("`{}` is part of the share `{}`, which decides what it goes with", name.value, share.name);
                let error = Diagnostic::error(Mistake::ShareClash, name.span, message);
                self.report(error.related(share.span, "that share").help("take it out of one of the two"));
                return None;
            }
            if self.inputs[id.index()].law().is_none() && !self.inputs[id.index()].value.is_nan() {
                let message = format!("`{}` is never drawn, so that it goes with nothing", name.value);
                self.report(
                    Diagnostic::warning(Mistake::NeverDrawn, name.span, message)
                        .related(self.inputs[id.index()].span, "it has neither a range nor a distribution")
                        .help("give it a range such as `range = [0.3, 0.9]`, or take the correlation out"),
                );
            }
        }
        Some(Correlation { span: text.span, between, rank, provenance: provenance(&text.provenance) })
    }

    /// The parameter of a name; what is none, or a lever, is reported.
    fn drawable(&mut self, name: &Name) -> Option<InputId> {
        let Some(&id) = self.input_ids.get(&name.value) else {
            let known: Vec<String> =
                self.inputs.iter().filter(|i| i.kind != InputKind::Lever).map(|input| input.name.clone()).collect();
            self.unknown(Mistake::UnknownInput, name, "unknown parameter", known.iter().map(String::as_str));
            return None;
        };
        if self.inputs[id.index()].kind == InputKind::Lever {
            let message = format!("`{}` is a lever, which is chosen and not drawn", name.value);
            let span = self.inputs[id.index()].span;
            self.report(
                Diagnostic::error(Mistake::LeverDrawn, name.span, message)
                    .related(span, "the lever")
                    .help("name a parameter, or make it one: write it below `[parameters]`"),
            );
            return None;
        }
        self.note_input(name);
        Some(id)
    }

    /// Whether all correlations can hold at once.
    fn check_matrix(&mut self, correlations: &[Correlation]) {
        let Some(first) = correlations.first() else { return };
        let matrix = if correlations.len() < MOST_CORRELATED * 50 { Some(Matrix::of(correlations)) } else { None };
        let Some(matrix) = matrix.filter(|matrix| matrix.inputs.len() <= MOST_CORRELATED) else {
            let message = format!("more than {MOST_CORRELATED} parameters are correlated");
            self.report(Diagnostic::error(Mistake::ModelTooLarge, first.span, message).help("leave the weakest out"));
            return;
        };
        if matrix.distance < 1e-6 {
            return;
        }
        let clash = matrix.clash();
        let name = |i: usize| &self.inputs[matrix.inputs[i].index()].name;
        let written = |i: usize, j: usize| -> Option<Span> {
            let pair = [matrix.inputs[i], matrix.inputs[j]];
            correlations.iter().find(|one| pair.iter().all(|id| one.between.contains(id))).map(|one| one.span)
        };
        let (mut given, mut nearest, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for (at, &j) in clash.iter().enumerate() {
            for &i in &clash[..at] {
                let span = written(i, j);
                if span.is_none() && clash.len() > 3 {
                    continue;
                }
                let told = if span.is_some() { "" } else { " (not given)" };
                given.push(format!("{} with {} {}{told}", name(i), name(j), matrix.given[i][j]));
                nearest.push(format!("{} with {} {:.2}", name(i), name(j), matrix.rank(i, j)));
                places.extend(span.map(|span| (span, matrix.given[i][j])));
            }
        }
        let fatal = matrix.distance > TOLERATED;
        let message = if fatal { "these correlations cannot all hold" } else { "these correlations cannot quite hold" };
        let message = format!("{message}: {}", given.join(", "));
        places.sort_by_key(|(span, _)| *span);
        let (span, _) = places[places.len() - 1];
        let mut diagnostic = if fatal {
            Diagnostic::error(Mistake::CorrelationsClash, span, message)
        } else {
            Diagnostic::warning(Mistake::CorrelationsAdjusted, span, message)
        };
        for (other, rank) in &places[..places.len() - 1] {
            diagnostic = diagnostic.related(*other, format!("{rank} here"));
        }
        let help = if fatal { "the nearest that can be is" } else { "it is drawn with the nearest that can be:" };
        self.report(diagnostic.help(format!("{help} {}", nearest.join(", "))));
    }
}
