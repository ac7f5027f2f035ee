//! How charts look: names of outcomes and states looked up, colours read.

use super::Resolver;
use crate::diagnostic::{Diagnostic, Mistake};
use crate::model::charts::{COLORS, Charts, color};
use crate::model::index::Space;
use crate::scenario::Name;

impl Resolver<'_> {
    pub(super) fn resolve_charts(&mut self) -> Charts {
        let scenario = self.scenario;
        let text = &scenario.charts;
        let mut charts = Charts {
            language: text.language.as_ref().map(|name| name.value.clone()),
            titles: text.titles.iter().map(|(chart, title)| (chart.clone(), title.value.clone())).collect(),
            ..Charts::default()
        };
        let outcomes = || scenario.outcomes.iter().map(|outcome| outcome.name.value.as_str());
        for name in &text.order {
            if outcomes().any(|known| known == name.value) {
                self.names.recorder.refer(Space::Outcome, "", name);
                charts.order.push(name.value.clone());
            } else {
                self.unknown(Mistake::UnknownSeries, name, "unknown outcome", outcomes());
            }
        }
        for (name, written) in &text.colors {
            self.check_series(name);
            match color(&written.value) {
                Some(color) => charts.colors.push((name.value.clone(), color)),
                None => self.odd_color(written),
            }
        }
        charts
    }

    /// Reports a name that no outcome, milestone or state has.
    fn check_series(&mut self, name: &Name) {
        let scenario = self.scenario;
        let outcomes = scenario.outcomes.iter().map(|outcome| &outcome.name.value);
        let milestones = scenario.milestones.iter().map(|milestone| &milestone.name.value);
        let mut known: Vec<String> = outcomes.chain(milestones).cloned().collect();
        for machine in &scenario.machines {
            let states = machine.all_states().into_iter().filter(|state| !state.is_composite());
            known.extend(states.map(|state| format!("{}.{}", machine.name.value, state.name.value)));
        }
        if !known.contains(&name.value) {
            let what = "no outcome, milestone or state is called";
            if (name.span.end - name.span.start) as usize >= name.value.len() {
                return self.unknown(Mistake::UnknownSeries, name, what, known.iter().map(String::as_str));
            }
            // Of a name that is written as tables within tables only the last part is at hand: no mending by itself.
            let error = Diagnostic::error(Mistake::UnknownSeries, name.span, format!("{what} `{}`", name.value));
            let near = self.diagnostics.suggest(&name.value, known.iter().map(String::as_str));
            self.report(match near {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("name it as tables do, states as `machine.state`"),
            });
        }
    }

    fn odd_color(&mut self, written: &Name) {
        let names = COLORS.map(|(name, _)| name);
        let message = format!("`{}` is no colour that charts know", written.value);
        let error = Diagnostic::error(Mistake::OddColor, written.span, message).label("no colour");
        let near = self.diagnostics.suggest(&written.value, names.iter().copied());
        self.report(match near {
            Some(near) => error.help(format!("did you mean \"{near}\"?")).fix(written.span, format!("{near:?}")),
            None => error.help(format!("write `\"#0072b2\"`, or one of {}", names.join(", "))),
        });
    }
}
