//! The kinds of calls, which decide about retries.

use crate::Executed;

/// The effect of a call at the gateway, which decides whether it may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Changes nothing. Retried automatically.
    Read,
    /// The same parameters give the same result. Retried automatically.
    Repeatable,
    /// Creates something that expires unused. Retried only if that call sets `max_retries`.
    Creates,
    /// Moves money. Sent at most once, whatever the settings.
    MovesMoney,
}

impl Kind {
    /// Returns the kind's name in the endpoint table and the docs.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Read => "read",
            Kind::Repeatable => "repeatable",
            Kind::Creates => "creates",
            Kind::MovesMoney => "moves_money",
        }
    }

    /// Returns whether a call of this kind may have been executed. Reads never count as executed.
    pub(crate) fn executed(self, executed: Executed) -> Executed {
        if self == Kind::Read { Executed::No } else { executed }
    }

    /// Whether the identical call is safe to repeat.
    pub(crate) fn is_repeatable(self, executed: Executed) -> bool {
        self != Kind::MovesMoney || executed == Executed::No
    }
}
