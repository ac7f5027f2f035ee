//! Any text as an expression, a number and a condition, with a few names to mention; what parses is evaluated.
#![no_main]

use libfuzzer_sys::fuzz_target;
use standoff::diagnostic::{Diagnostics, FileId, Span};
use standoff::model::id::{InputId, MachineId, Place, StateId, VariableId};
use standoff::model::parse::{self, MachineNames, Named, Names};
use standoff::model::time::TimeUnit;
use standoff::scenario::ExpressionText;

fuzz_target!(|text: &str| {
    let mut names = Names::default();
    names.bare.insert("x".into(), Named::Variable(VariableId(0)));
    names.bare.insert("p".into(), Named::Input(InputId(0)));
    let states = [("a".to_owned(), Place::State(StateId(0))), ("b".to_owned(), Place::State(StateId(1)))].into();
    let values = [("v".to_owned(), 0)].into();
    names.machines.insert("m".into(), MachineNames { id: MachineId(0), states, values });
    let span = Span::new(FileId(0), 0, text.len());
    let text = ExpressionText { text: text.to_owned(), span, inner: Some(0) };
    for unit in [TimeUnit::Day, TimeUnit::Month] {
        let mut said = Diagnostics::default();
        let number = parse::number(&text, &names, unit, &mut said);
        assert!(number.is_some() != said.has_errors(), "{said:?}");
        if let Some(number) = number {
            number.value_with(&|_| Some(0.5));
            number.reads();
        }
        parse::condition(&text, &names, unit, &mut Diagnostics::default());
        parse::formula(&text, &names, unit, &mut Diagnostics::default());
    }
    parse::mentions(&text.text);
});
