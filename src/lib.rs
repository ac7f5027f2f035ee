//! Standoff: escalation paths as probabilistic state machines, written in TOML, answered by simulation.
//!
//! One noun per arrow:
//!
//! ```text
//!  TOML text ──read──▶ Scenario ──resolve──▶ Model ──lower──▶ Program
//!                     (spans)               (meaning)        (flat, fast)
//!                                                               │ one run, one address in randomness
//!                                                               ▼
//!    files ◀──output── Findings ◀──analysis── Tally ◀── what a Probe sees
//! ```
//!
//! Glossary. A *scenario* is a file as written; its *model* is what it means; its *program* is how it runs.
//! A *machine* is an actor: states and *transitions*, each with a *trigger* and a *guard*. A timed transition has a
//! *hazard* (its rate of happening now) and is *armed* with a *threshold* that its integrated hazard must reach.
//! A *variable* is shared by the machines, a *consequence* is accumulated along the run, a *milestone* is passed,
//! an *outcome* ends the run. *Inputs* are the parameters and levers, to which a program is *bound*. A *run* is one
//! simulated history, a *block* is 4096 of them. Where outcomes hand runs on to other scenarios, those are the *legs* of a
//! *journey*. A *probe* sees a run, a *tally* is what many runs add up to,
//! *findings* are what an analysis concluded.
//!
//! The modules stand in layers (`cli`, `editor`, `output`, `analysis`, `kernel`, `program`, `model`, `scenario` and
//! `distribution`, then `diagnostic`, `random` and `stats`); each uses only what stands below it, and a test asks.

pub mod analysis;
pub mod cli;
pub mod diagnostic;
pub mod distribution;
pub mod editor;
pub mod kernel;
pub mod model;
pub mod output;
pub mod program;
pub mod random;
pub mod scenario;
pub mod stats;
