//! The catalogue: every kind of mistake, its stable id, how bad it is, and its explanation.
//!
//! One line of the list below is one kind, and the only way to name one: a diagnostic takes a [`Mistake`], so that none
//! can have an id that is not here. Ids are part of what editors and scripts rely on: they are never renamed.
//!
//! To add a kind of mistake:
//! 1. a line in the list: severity, variant, id (kebab-case), and what it is in a few words;
//! 2. `mistakes/ID.md` beside this file: what it is, why it matters, a broken snippet, its mended form;
//! 3. `tests/broken/NAME.toml`, a file that makes it, and the snapshot (`INSTA_UPDATE=always cargo test broken_files`);
//! 4. `Diagnostic::error(Mistake::…)` or `Diagnostic::warning(Mistake::…)` where it is found.
//!
//! Tests ask for each of these: they read every snippet as a scenario and look for exactly that mistake in it.

use super::Severity;
use super::nearest::nearest;
use std::fmt;

macro_rules! mistakes {
    ($($severity:ident $name:ident $id:literal $about:literal)*) => {
        /// A kind of mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Mistake {
            $(#[doc = $about] $name,)*
        }

        impl Mistake {
            /// Every kind, in the order of the catalogue.
            pub const ALL: &'static [Mistake] = &[$(Mistake::$name),*];

            /// The stable name, such as `unknown-name`.
            pub fn id(self) -> &'static str {
                match self { $(Mistake::$name => $id),* }
            }

            /// Whether it keeps a scenario from running.
            pub fn severity(self) -> Severity {
                match self { $(Mistake::$name => Severity::$severity),* }
            }

            /// The text of its explanation.
            pub(super) fn text(self) -> &'static str {
                match self { $(Mistake::$name => include_str!(concat!("mistakes/", $id, ".md"))),* }
            }

            /// What it is, in a few words.
            pub fn about(self) -> &'static str {
                match self { $(Mistake::$name => $about),* }
            }
        }
    };
}

mistakes! {
    // Files.
    Error UnreadableFile "unreadable-file" "a file that cannot be opened"
    Error NotText "not-text" "a file that is not UTF-8 text"
    Error ExtendsCycle "extends-cycle" "files that extend one another in a circle"
    Error ExtendsTooDeep "extends-too-deep" "a scenario made of too many files"
    Error TypeClash "type-clash" "a key that is a table in one file and a single value in another that extends it"
    Error UnknownTransition "unknown-transition" "`remove` names a transition that is not inherited"

    Error UnknownColumn "unknown-column" "a column that a CSV file does not have"
    Error OddObservation "odd-observation" "a row of a CSV file without a number where one is read"

    // What is not TOML.
    Error Syntax "syntax" "text that cannot be read as TOML"
    Error MissingQuotes "missing-quotes" "text without quotes around it"
    Error TypographicQuotes "typographic-quotes" "curly quotes where straight ones are needed"
    Error UnclosedQuote "unclosed-quote" "text that begins with a quote and has none at its end"
    Error UnclosedBracket "unclosed-bracket" "a `[` or `{` that is never closed"
    Error UnclosedHeading "unclosed-heading" "a `[heading]` without its last bracket"
    Error NoValue "no-value" "a name with nothing after its `=`"
    Error MissingEquals "missing-equals" "a line that is no `name = value`"
    Error MissingComma "missing-comma" "two entries of a list or table with no comma between them"
    Error StraySign "stray-sign" "a comma, an `=` or a bracket too many"
    Error AfterTheEnd "after-the-end" "more text on a line that should have ended"
    Error WrongComment "wrong-comment" "a comment that does not begin with `#`"
    Error OddKey "odd-key" "a sign that cannot stand in a bare name"
    Error NotTrueOrFalse "not-true-or-false" "a truth value that is neither `true` nor `false`"
    Error OddNumber "odd-number" "a number written in a way that TOML does not read"
    Error OddDate "odd-date" "a date that is none"
    Error OddEscape "odd-escape" "a `\\` in text that begins no special character"
    Error ControlCharacter "control-character" "an invisible sign that TOML forbids"
    Error DuplicateKey "duplicate-key" "the same key given twice"
    Error InsideAValue "inside-a-value" "a key put inside something that is already a single value"
    Error TooDeep "too-deep" "too many tables within tables"

    // What is not in the format.
    Error UnknownFormat "unknown-format" "a file in a format that this version does not read"
    Error UnknownKey "unknown-key" "a key that the format does not have in this place"
    Error MissingKey "missing-key" "a table without a key that it needs"
    Error WrongType "wrong-type" "a value of the wrong sort"
    Error WrongLength "wrong-length" "a pair that does not have two entries"
    Error EmptyList "empty-list" "a list that needs entries and has none"
    Error UnknownWord "unknown-word" "a word where one of a few others is expected"
    Error NotFinite "not-finite" "a number that is infinite or none at all"
    Error BadName "bad-name" "a name that could not stand in an expression"
    Error ReservedName "reserved-name" "a name that means something else in expressions"
    Error NameTaken "name-taken" "two things with the same name"
    Error UnknownTemplate "unknown-template" "a template that does not exist"
    Error UnknownParameter "unknown-parameter" "a value filled in for a parameter that the template does not have"
    Error DuplicateTransition "duplicate-transition" "two transitions of a machine with the same name"

    // Expressions.
    Error EmptyExpression "empty-expression" "an expression with nothing in it"
    Error StrangeSign "strange-sign" "a sign that is not part of the expression language"
    Error MissingOperand "missing-operand" "an operator with nothing to work on"
    Error MissingOperator "missing-operator" "two numbers or names with nothing between them"
    Error UnclosedParenthesis "unclosed-parenthesis" "a `(` and a `)` that do not match"
    Error ChainedComparison "chained-comparison" "`a < b < c`"
    Error UnknownUnit "unknown-unit" "a number with a unit of time that there is not"
    Error UnknownName "unknown-name" "an expression that names what does not exist"
    Error MachineAsNumber "machine-as-number" "a machine where a number is expected"
    Error StateWithoutMachine "state-without-machine" "a state named without its machine"
    Error UnknownMachine "unknown-machine" "a machine that does not exist"
    Error TemplateAsMachine "template-as-machine" "a template where a single machine is expected"
    Error SelfOutside "self-outside" "`self` where there is no machine"
    Error UnknownState "unknown-state" "a state or value that the machine does not have"
    Error AmbiguousState "ambiguous-state" "a state that several machines of the next scenario have"
    Error OtherTime "other-time" "scenarios that follow one another and count time differently"
    Error UnknownFunction "unknown-function" "a function that does not exist"
    Error WrongArguments "wrong-arguments" "a function with too many or too few arguments"
    Error DateAsNumber "date-as-number" "a date where a number is expected"
    Error NoStart "no-start" "a date in a scenario that does not say when it starts"
    Error ExpectedNumber "expected-number" "true or false where a number is expected"
    Error ExpectedCondition "expected-condition" "a number where true or false is expected"
    Error ExpressionTooDeep "expression-too-deep" "brackets or operators within one another without end"
    Error ExpressionTooLarge "expression-too-large" "an expression that grows too large"
    Error FormulaCycle "formula-cycle" "formulas that mention one another in a circle"
    Error NotConstant "not-constant" "an expression where a plain number is needed"
    Error NotFixed "not-fixed" "something that changes during a run where only parameters and levers may stand"

    // Numbers and distributions.
    Error NotPositive "not-positive" "a duration or a concentration that is not more than 0"
    Error NegativeHazard "negative-hazard" "a rate or a factor of a hazard below 0"
    Error NegativeWeight "negative-weight" "the weight of a branch below 0"
    Error NegativeVolatility "negative-volatility" "a volatility below 0"
    Error NotAProbability "not-a-probability" "a probability outside 0 to 1"
    Error TimeAsRate "time-as-rate" "a length of time where a rate or a bare number is meant"
    Error RangeReversed "range-reversed" "a lower bound above the upper one"
    Error OutsideRange "outside-range" "a central value outside its own range"
    Error OutsideBounds "outside-bounds" "a variable that begins outside its bounds"
    Error UnknownFamily "unknown-family" "a distribution that does not exist"
    Error UnknownArgument "unknown-argument" "an argument that no distribution has"
    Error DistributionArguments "distribution-arguments" "arguments that do not determine a distribution"
    Error IllegalDistribution "illegal-distribution" "a distribution with impossible numbers"
    Error IllegalWait "illegal-wait" "a waiting time that could be negative"
    Error NestedParameter "nested-parameter" "a parameter within the distribution of a parameter"
    Error UnknownDynamics "unknown-dynamics" "dynamics that do not exist"
    Error StepTooSmall "step-too-small" "a step so short that a run would take millions of them"

    // Machines.
    Error NoMachine "no-machine" "a scenario without a machine"
    Error NoState "no-state" "a machine without states"
    Error MissingValue "missing-value" "a state without a number that the machine's other states have"
    Error NoTrigger "no-trigger" "a transition that would fire at once and for ever"
    Error TwoTriggers "two-triggers" "a transition that says twice when it happens"
    Error TwoTargets "two-targets" "a transition that says twice where it leads"
    Error StrayKey "stray-key" "a key that means nothing without another"
    Error ChanceWithoutPeriod "chance-without-period" "a chance without the period it is the chance of"
    Error ForwardAcceleration "forward-acceleration" "an accelerated clock that counts time since the start"
    Error ZeroWeights "zero-weights" "branches whose weights are all zero"
    Error UnknownEvent "unknown-event" "a transition on an event that nothing emits"
    Error UnknownVariable "unknown-variable" "an action on a variable or consequence that does not exist"
    Error SetConsequence "set-consequence" "a consequence that is set and not added to"
    Error BeforeTheStart "before-the-start" "a shock before the start of the run"
    Error NegativeSince "negative-since" "a present state that was not entered before the start"
    Error EnteredTooLate "entered-too-late" "a state around another that was entered after it"
    Error WaitIsOver "wait-is-over" "a machine that is said to have waited longer than it can"
    Error ModelTooLarge "model-too-large" "a scenario that no computer could hold"

    // Policies and variants.
    Error UnknownInput "unknown-input" "a policy, a variant, a correlation or a share that names what does not exist"
    Error LeverInVariant "lever-in-variant" "a variant that sets a lever"
    Error ParameterInPolicy "parameter-in-policy" "a policy that sets a parameter"
    Error SetTwice "set-twice" "a policy or variant that sets the same thing twice"

    // Doubt about parameters.
    Error LeverDrawn "lever-drawn" "a lever that is treated as if it were drawn at random"
    Error OddCorrelation "odd-correlation" "a rank correlation outside -1 to 1"
    Error CorrelatedTwice "correlated-twice" "a parameter correlated with itself, or a pair given twice"
    Error CorrelationsClash "correlations-clash" "correlations that cannot all hold"
    Error SharesSum "shares-sum" "shares that do not sum to 1"
    Error ShareClash "share-clash" "a parameter that a share decides, and something else too"

    // Ends.
    Error NoDefault "no-default" "no outcome for the runs that are left at the horizon"
    Error TwoDefaults "two-defaults" "two outcomes that both take all that is left"
    Error OutcomeAfterDefault "outcome-after-default" "an outcome behind the one that takes all that is left"
    Error OutcomeWithoutCondition "outcome-without-condition" "an outcome that never says when it holds"
    Error OddDuration "odd-duration" "a duration in states of two machines, or in all states of one"
    Error ExpectNothing "expect-nothing" "an expectation that is not whole"
    Error ExpectTwice "expect-twice" "an expectation of two things at once"
    Error ExpectMeasure "expect-measure" "an expectation that asks what cannot be asked of its subject"
    Error UnknownSubject "unknown-subject" "an expectation about something that does not exist"
    Error OutsideHorizon "outside-horizon" "a time that no run comes to"

    // Charts.
    Error UnknownSeries "unknown-series" "a place or a colour on charts for something that is not there"
    Error OddColor "odd-color" "a colour that is none"

    // Found when a scenario is run.
    Error IllegalSetting "illegal-setting" "a setting that makes a scenario impossible"
    Error RunFault "run-fault" "a run that cannot go on"
    Error NoExactAnswer "no-exact-answer" "a scenario that has no exact answer, because something in it has memory or drifts"
    Error TooManyStates "too-many-states" "a scenario whose Markov chain is too large to be solved"
    Error TooStiff "too-stiff" "a scenario whose rates are too high to be followed up to its horizon"

    // Legal, but odd.
    Warning MissingTitle "missing-title" "a scenario without a title"
    Warning UnusedInput "unused-input" "a parameter or lever that nothing uses"
    Warning UnusedTemplate "unused-template" "a template that nothing is made from"
    Warning SettingOutsideRange "setting-outside-range" "a policy or variant that sets a value outside its range"
    Warning CorrelationsAdjusted "correlations-adjusted" "correlations that cannot quite all hold"
    Warning NeverDrawn "never-drawn" "a correlation of a parameter that is never drawn"
    Warning UnusedFormula "unused-formula" "a formula that nothing uses"
    Warning UnusedValue "unused-value" "a number of states that nothing reads"
    Warning UnreadVariable "unread-variable" "a variable that nothing reads"
    Warning UnmovedVariable "unmoved-variable" "a variable that nothing moves"
    Warning UnreachableState "unreachable-state" "a state that no transition leads to"
    Warning DeadEnd "dead-end" "a state that is never left and that nothing asks about"
    Warning NeverHolds "never-holds" "a transition whose `when` can never hold"
    Warning ImpossibleOutcome "impossible-outcome" "an outcome or milestone that can never happen"
    Warning HiddenOutcome "hidden-outcome" "an outcome that an earlier one always forestalls"
    Warning EndsAtOnce "ends-at-once" "an outcome that holds from the start"
    Warning NeverFires "never-fires" "a transition that is never likely"
    Warning NoEffect "no-effect" "a transition that changes nothing"
    Warning ZeroWeight "zero-weight" "a branch that is never taken"
    Warning ImmediateCycle "immediate-cycle" "immediate transitions that go round for ever"
    Warning MayBeNegative "may-be-negative" "a hazard or weight that can become negative"
    Warning MayLeaveUnit "may-leave-unit" "a probability that can leave 0 to 1"
    Warning MayBeAllZero "may-be-all-zero" "weights that can all become zero at once"
    Warning UnansweredEvent "unanswered-event" "an event that nothing answers"
    Warning RepeatedName "repeated-name" "the same name twice in one list"
    Warning EmptyRange "empty-range" "a range from a number to the same number"
    Warning ProbabilityOutside "probability-outside" "a parameter in the unit of a probability that is none"
    Warning StepBeyondHorizon "step-beyond-horizon" "a step longer than the whole run"
    Warning AfterTheHorizon "after-the-horizon" "a shock that no run comes to"
    Warning NoSource "no-source" "numbers that do not say where they come from"
    Warning HalfSourced "half-sourced" "a number that tells only a part of where it comes from"
}

impl Mistake {
    /// The kind with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mistake| mistake.id() == id)
    }

    /// The kind whose id is closest to what was typed.
    pub fn nearest_to(id: &str) -> Option<Self> {
        nearest(id, Self::ALL.iter().map(|mistake| mistake.id())).and_then(Self::from_id)
    }

    /// Whether it says that something is not there, which cannot be known of a file that is read in part only.
    pub fn is_of_absence(self) -> bool {
        use Mistake::*;
        matches!(
            self,
            MissingKey | MissingTitle | NoState | OutcomeWithoutCondition | ChanceWithoutPeriod | ExpectNothing
        )
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
