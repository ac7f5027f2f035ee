//! Transitions: from where, when, to where, and what happens.

use super::super::keys;
use super::super::tree::{Entry, Node, Value};
use super::super::{ExpressionText, FromText, Name, Quantity, Spanned, TargetText, TransitionText, TriggerText};
use super::Decoder;
use super::fields::Fields;
use super::value::placeholder;
use crate::diagnostic::{Diagnostic, Mistake, Span};

impl Decoder<'_> {
    pub(super) fn transitions(&mut self, entry: Option<&Entry>) -> Vec<TransitionText> {
        self.tables(entry).iter().filter_map(|node| self.transition(node)).collect()
    }

    /// The tables of a list of tables.
    pub(super) fn tables<'n>(&mut self, entry: Option<&'n Entry>) -> &'n [Node] {
        let Some(entry) = entry else { return &[] };
        if let Value::List(items) = &entry.node.value {
            return items;
        }
        let key = &entry.key.value;
        let message = format!("`{key}` should be a list of tables; found {}", entry.node.what());
        let error = Diagnostic::error(Mistake::WrongType, entry.node.span, message);
        self.report(error.help(match key.as_str() {
            "transitions" => "write `[[machines.NAME.transitions]]`, with two brackets, above each of them",
            "branches" => "write `branches = [{ to = \"…\", weight = 1 }, { to = \"…\", weight = 2 }]`",
            "correlations" => "write `[[correlations]]`, with two brackets, above each of them",
            _ => "write `[[expect]]`, with two brackets, above each of them",
        }));
        &[]
    }

    fn transition(&mut self, node: &Node) -> Option<TransitionText> {
        let fields = self.fields(node, "transitions", &keys::TRANSITION)?;
        let trigger = self.trigger(&fields);
        self.check_modifiers(&fields);
        Some(TransitionText {
            span: node.span,
            name: self.text(fields.get("name")),
            about: self.text(fields.get("about")),
            from: self.from(&fields),
            trigger,
            when: self.expression(fields.get("when")),
            target: self.target(&fields),
            reenter: self.truth(fields.get("reenter")).unwrap_or(false),
            hazard_ratio: self.quantity(fields.get("hazard_ratio")),
            acceleration: self.quantity(fields.get("acceleration")),
            clock: self.word(fields.get("clock"), keys::CLOCKS),
            actions: self.actions(&fields),
            provenance: self.provenance(&fields),
        })
    }

    fn from(&mut self, fields: &Fields<'_>) -> FromText {
        let span = fields.node.span;
        let Some(entry) = fields.get("from") else {
            self.missing_always(
                span,
                "a transition",
                "from",
                "from = \"…\"` with a state, or, for any state, `from = \"*\"",
            );
            return FromText::All(span);
        };
        let names = self.names(Some(entry));
        if let Value::List(items) = &entry.node.value
            && items.is_empty()
        {
            let error = Diagnostic::error(Mistake::EmptyList, entry.node.span, "`from` names no state");
            self.report(error.help("write the states it leaves, or `\"*\"` for any"));
        }
        if names.is_empty() || names.iter().any(|name| name.value == "*") {
            return FromText::All(entry.node.span);
        }
        FromText::States(names)
    }

    fn trigger(&mut self, fields: &Fields<'_>) -> TriggerText {
        let mut given = fields.entries.iter().filter(|entry| keys::TRIGGERS.contains(&entry.key.value.as_str()));
        let Some(first) = given.next() else { return TriggerText::Immediate };
        for second in given {
            let (one, other) = (&first.key.value, &second.key.value);
            self.report(
                Diagnostic::error(Mistake::TwoTriggers, second.key.span, format!("a transition cannot have both `{one}` and `{other}`"))
                    .label("the second says again when it happens")
                    .related(first.key.span, "the first")
                    .help(format!("keep one of them; for two ways to happen, write two transitions (`{one}` in one, `{other}` in the other)")),
            );
            // What is within it may have mistakes of its own.
            self.one_trigger(second, fields);
        }
        self.one_trigger(first, fields)
    }

    fn one_trigger(&mut self, entry: &Entry, fields: &Fields<'_>) -> TriggerText {
        let stand_in = |span: Span| TriggerText::Rate(Quantity::Expression(placeholder(span)));
        match entry.key.value.as_str() {
            "rate" => TriggerText::Rate(self.quantity_of(entry)),
            "after" => {
                self.distribution(entry).map_or(stand_in(entry.node.span), |wait| TriggerText::After(Box::new(wait)))
            }
            "chance" => {
                let probability = self.quantity_of(entry);
                let per = self.period(entry, fields).unwrap_or_else(|| placeholder(entry.node.span));
                TriggerText::Chance { probability, per }
            }
            _ => {
                let probability = self.quantity(fields.get("probability"));
                match self.name(Some(entry)) {
                    Some(event) => TriggerText::On { event, probability },
                    None => stand_in(entry.node.span),
                }
            }
        }
    }

    /// The `per` of a `chance`.
    fn period(&mut self, chance: &Entry, fields: &Fields<'_>) -> Option<ExpressionText> {
        if let Some(entry) = fields.get("per") {
            return self.expression(Some(entry));
        }
        self.report(
            Diagnostic::error(
                Mistake::ChanceWithoutPeriod,
                chance.key.span,
                "`chance` needs `per`, the period that it is the chance of",
            )
            .label("in which period?")
            .help("add `per = \"week\"`, or another period"),
        );
        None
    }

    /// Keys that only make sense beside others.
    fn check_modifiers(&mut self, fields: &Fields<'_>) {
        self.needs(fields, "per", &["chance"], "write `chance = \"5%\"` beside it, or leave it out");
        self.needs(
            fields,
            "probability",
            &["on"],
            "for a probability per period, write `chance = …` and `per = \"week\"`",
        );
        for key in ["hazard_ratio", "acceleration", "clock"] {
            self.needs(fields, key, keys::TIMED, "it changes a wait, and without one of these there is none");
        }
    }

    fn needs(&mut self, fields: &Fields<'_>, key: &str, others: &[&str], help: &str) {
        let Some(entry) = fields.get(key) else { return };
        if others.iter().any(|other| fields.get(other).is_some()) {
            return;
        }
        let list = others.iter().map(|other| format!("`{other}`")).collect::<Vec<_>>().join(" or ");
        self.report(
            Diagnostic::error(Mistake::StrayKey, entry.key.span, format!("`{key}` means nothing without {list}"))
                .label(format!("there is no {list} in this transition"))
                .help(help),
        );
    }

    fn target(&mut self, fields: &Fields<'_>) -> TargetText {
        let (to, branches) = (fields.get("to"), fields.get("branches"));
        if let (Some(to), Some(branches)) = (to, branches) {
            let (first, second) = if to.key.span < branches.key.span { (to, branches) } else { (branches, to) };
            self.report(
                Diagnostic::error(
                    Mistake::TwoTargets,
                    second.key.span,
                    "a transition cannot have both `to` and `branches`",
                )
                .label("the second says again where it leads")
                .related(first.key.span, "the first")
                .help("keep `to` if it leads to one state, `branches` if to one of several"),
            );
        }
        match (branches, to) {
            (Some(branches), _) => TargetText::Branches(self.branches(branches)),
            (None, Some(to)) => self.name(Some(to)).map_or(TargetText::Stay, TargetText::To),
            (None, None) => TargetText::Stay,
        }
    }

    fn branches(&mut self, entry: &Entry) -> Spanned<Vec<(Name, Quantity)>> {
        let mut branches = Vec::new();
        let nodes = self.tables(Some(entry));
        if nodes.is_empty() && matches!(entry.node.value, Value::List(_)) {
            let error = Diagnostic::error(Mistake::EmptyList, entry.node.span, "`branches` lists no state");
            self.report(error.help("write `branches = [{ to = \"…\", weight = 1 }, { to = \"…\", weight = 2 }]`"));
        }
        for node in nodes {
            let Some(fields) = self.fields(node, "branches", &keys::BRANCH) else { continue };
            if fields.get("to").is_none() {
                self.missing_always(node.span, "a branch", "to", "to = \"…\"");
            }
            if fields.get("weight").is_none() {
                self.missing_always(node.span, "a branch", "weight", "weight = 1");
            }
            let to = self.name(fields.get("to"));
            let weight = self.quantity(fields.get("weight"));
            if let Some(to) = to {
                branches.push((to, weight.unwrap_or_else(|| Quantity::Expression(placeholder(node.span)))));
            }
        }
        Spanned { value: branches, span: entry.node.span }
    }
}
