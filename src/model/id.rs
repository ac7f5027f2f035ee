//! Ids: the names of a model after they were looked up. Each indexes one list of [`Model`](super::Model).

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident),* $(,)?) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            pub fn new(index: usize) -> Self {
                $name(u32::try_from(index).expect("a model has fewer than 2^32 parts"))
            }

            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A parameter or lever.
    InputId,
    VariableId,
    MachineId,
    /// A state without states within it, numbered through all machines.
    StateId,
    /// A state with states within it, numbered through all machines, each before those within it.
    CompositeId,
    /// A transition, numbered through all machines in file order.
    TransitionId,
    ConsequenceId,
    MilestoneId,
    OutcomeId,
    /// A shock, in file order.
    ShockId,
    /// An event, emitted by an action or by entering a state.
    EventId,
}

/// Where a machine can be said to be: in one of its innermost states, or in any of those within a composite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    State(StateId),
    Composite(CompositeId),
}
