//! What is dated: shocks, and the present that runs start from.

use super::super::keys;
use super::super::tree::Entry;
use super::super::{NowText, PresentText, ShockText};
use super::Decoder;

impl Decoder<'_> {
    pub(super) fn shocks(&mut self, entry: Option<&Entry>) -> Vec<ShockText> {
        let mut shocks = Vec::new();
        for entry in self.named(entry) {
            let name = entry.key.clone();
            let Some(fields) = self.fields(&entry.node, &name.value, &keys::SHOCK) else { continue };
            if fields.get("at").is_none() {
                let what = format!("the shock `{}`", name.value);
                self.missing(name.span, &what, "at", "at = \"30 weeks\"`, or `at = 2026-12-01");
            }
            shocks.push(ShockText {
                name,
                at: self.moment(fields.get("at")),
                when: self.expression(fields.get("when")),
                actions: self.actions(&fields),
                provenance: self.provenance(&fields),
            });
        }
        shocks
    }

    pub(super) fn now(&mut self, entry: Option<&Entry>) -> NowText {
        let Some(fields) = entry.and_then(|entry| self.fields(&entry.node, &entry.key.value, &keys::NOW)) else {
            return NowText::default();
        };
        let mut machines = Vec::new();
        for entry in self.named(fields.get("machines")) {
            let machine = entry.key.clone();
            let Some(fields) = self.fields(&entry.node, &machine.value, &keys::PRESENT) else { continue };
            if fields.get("state").is_none() {
                let what = format!("the present of `{}`", machine.value);
                self.missing(machine.span, &what, "state", "state = \"…\"");
            }
            let mut within = Vec::new();
            for entry in self.named(fields.get("within")) {
                if let Some(since) = self.moment(Some(entry)) {
                    within.push((entry.key.clone(), since));
                }
            }
            machines.push(PresentText {
                machine,
                state: self.name(fields.get("state")),
                since: self.moment(fields.get("since")),
                within,
                provenance: self.provenance(&fields),
            });
        }
        NowText { machines, variables: self.quantities(fields.get("variables")) }
    }
}
