//! The kinds of calls.

use crate::Executed;

/// What a call does at the gateway, which decides whether it may ever be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Changes nothing. Retried automatically.
    Read,
    /// The same parameters give the same result. Retried automatically.
    Repeatable,
    /// Creates something that expires unused. Retried only when that very call asks for it.
    Creates,
    /// Moves money. Sent at most once, whatever anyone sets.
    MovesMoney,
}

impl Kind {
    /// The kind as the table and the docs spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Read => "read",
            Kind::Repeatable => "repeatable",
            Kind::Creates => "creates",
            Kind::MovesMoney => "moves_money",
        }
    }

    /// What became of a call of this kind: a read executes nothing, whatever its outcome.
    pub(crate) fn executed(self, executed: Executed) -> Executed {
        if self == Kind::Read { Executed::No } else { executed }
    }

    /// Whether the identical call is safe to repeat.
    pub(crate) fn is_repeatable(self, executed: Executed) -> bool {
        self != Kind::MovesMoney || executed == Executed::No
    }
}
