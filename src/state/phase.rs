//! The phases of a migration and the one table of how they follow each other.

use std::fmt;

/// The phases in which something runs, and in which something can therefore fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Schema,
    Full,
    CatchingUp,
    Streaming,
    Finishing,
    Reversing,
}

/// Where a migration stands. Ask it questions; it has no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    Planned,
    Schema,
    Full,
    CatchingUp,
    Streaming,
    Finishing,
    Finished,
    Reversing,
    Reversed,
    /// Stopped by an error during `at`; the next `apply` goes on from there.
    Failed {
        at: Work,
        reason: String,
    },
    Destroyed,
}

/// A phase without what it carries: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseName {
    Planned,
    Schema,
    Full,
    CatchingUp,
    Streaming,
    Finishing,
    Finished,
    Reversing,
    Reversed,
    Failed,
    Destroyed,
}

/// A step that the table does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a migration that is {from} cannot become {to}")]
pub struct NotATransition {
    pub from: PhaseName,
    pub to: PhaseName,
}

impl PhaseName {
    pub const ALL: [Self; 11] = [
        Self::Planned,
        Self::Schema,
        Self::Full,
        Self::CatchingUp,
        Self::Streaming,
        Self::Finishing,
        Self::Finished,
        Self::Reversing,
        Self::Reversed,
        Self::Failed,
        Self::Destroyed,
    ];

    /// The table: what may follow. Which of several follows is decided by the phases that the
    /// specification chose; `Failed` goes back only to the phase it failed in.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Planned => &[Self::Schema, Self::Full, Self::CatchingUp, Self::Destroyed],
            Self::Schema => &[
                Self::Full,
                Self::CatchingUp,
                Self::Finished,
                Self::Failed,
                Self::Destroyed,
            ],
            // from streaming back to catching up: a stream that was down for long
            Self::Full | Self::Streaming => &[
                Self::CatchingUp,
                Self::Finishing,
                Self::Failed,
                Self::Destroyed,
            ],
            Self::CatchingUp => &[Self::Streaming, Self::Failed, Self::Destroyed],
            // back to streaming: a finish that gave up before its release
            Self::Finishing => &[
                Self::Finished,
                Self::Streaming,
                Self::Failed,
                Self::Destroyed,
            ],
            Self::Finished => &[Self::Reversing, Self::Destroyed],
            Self::Reversing => &[Self::Reversed, Self::Failed],
            Self::Failed => &[
                Self::Schema,
                Self::Full,
                Self::CatchingUp,
                Self::Streaming,
                Self::Finishing,
                Self::Reversing,
                Self::Destroyed,
            ],
            Self::Reversed | Self::Destroyed => &[],
        }
    }
}

impl fmt::Display for PhaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Planned => "planned",
            Self::Schema => "schema",
            Self::Full => "full",
            Self::CatchingUp => "catching-up",
            Self::Streaming => "streaming",
            Self::Finishing => "finishing",
            Self::Finished => "finished",
            Self::Reversing => "reversing",
            Self::Reversed => "reversed",
            Self::Failed => "failed",
            Self::Destroyed => "destroyed",
        })
    }
}

/// A word that names no phase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a phase")]
pub struct NotAPhase(pub String);

impl std::str::FromStr for PhaseName {
    type Err = NotAPhase;

    fn from_str(text: &str) -> Result<Self, NotAPhase> {
        let named = Self::ALL.into_iter().find(|name| name.to_string() == text);
        named.ok_or_else(|| NotAPhase(text.to_owned()))
    }
}

impl PhaseName {
    /// The phase of this name; `None` for failed, which carries more than its name.
    pub fn phase(self) -> Option<Phase> {
        match self {
            Self::Planned => Some(Phase::Planned),
            Self::Schema => Some(Phase::Schema),
            Self::Full => Some(Phase::Full),
            Self::CatchingUp => Some(Phase::CatchingUp),
            Self::Streaming => Some(Phase::Streaming),
            Self::Finishing => Some(Phase::Finishing),
            Self::Finished => Some(Phase::Finished),
            Self::Reversing => Some(Phase::Reversing),
            Self::Reversed => Some(Phase::Reversed),
            Self::Failed => None,
            Self::Destroyed => Some(Phase::Destroyed),
        }
    }
}

impl Work {
    pub const ALL: [Self; 6] = [
        Self::Schema,
        Self::Full,
        Self::CatchingUp,
        Self::Streaming,
        Self::Finishing,
        Self::Reversing,
    ];

    /// The phase in which this work runs.
    pub fn phase(self) -> Phase {
        match self {
            Self::Schema => Phase::Schema,
            Self::Full => Phase::Full,
            Self::CatchingUp => Phase::CatchingUp,
            Self::Streaming => Phase::Streaming,
            Self::Finishing => Phase::Finishing,
            Self::Reversing => Phase::Reversing,
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.phase().name().fmt(f)
    }
}

impl Phase {
    pub fn name(&self) -> PhaseName {
        match self {
            Self::Planned => PhaseName::Planned,
            Self::Schema => PhaseName::Schema,
            Self::Full => PhaseName::Full,
            Self::CatchingUp => PhaseName::CatchingUp,
            Self::Streaming => PhaseName::Streaming,
            Self::Finishing => PhaseName::Finishing,
            Self::Finished => PhaseName::Finished,
            Self::Reversing => PhaseName::Reversing,
            Self::Reversed => PhaseName::Reversed,
            Self::Failed { .. } => PhaseName::Failed,
            Self::Destroyed => PhaseName::Destroyed,
        }
    }

    /// What runs in this phase, or ran when it failed; `None` where nothing runs.
    pub fn work(&self) -> Option<Work> {
        match self {
            Self::Schema => Some(Work::Schema),
            Self::Full => Some(Work::Full),
            Self::CatchingUp => Some(Work::CatchingUp),
            Self::Streaming => Some(Work::Streaming),
            Self::Finishing => Some(Work::Finishing),
            Self::Reversing => Some(Work::Reversing),
            Self::Failed { at, .. } => Some(*at),
            Self::Planned | Self::Finished | Self::Reversed | Self::Destroyed => None,
        }
    }

    /// Whether the table lets this become `to`.
    pub fn may_become(&self, to: &Self) -> bool {
        // A failure is one of the work that ran, and goes on with that work.
        let same_work = to.work() == self.work();
        let kept = if self.failure().is_some() {
            same_work || to.is_destroyed()
        } else {
            same_work || to.failure().is_none()
        };
        kept && self.name().next().contains(&to.name())
    }

    /// Moves along the table.
    pub fn advance(&self, to: Self) -> Result<Self, NotATransition> {
        if self.may_become(&to) {
            Ok(to)
        } else {
            Err(NotATransition {
                from: self.name(),
                to: to.name(),
            })
        }
    }

    /// Whether `apply` may run: not where a switch has happened or everything was dropped, so
    /// that an old task never wakes up and overwrites the new primary.
    pub fn may_apply(&self) -> bool {
        match self {
            Self::Planned
            | Self::Schema
            | Self::Full
            | Self::CatchingUp
            | Self::Streaming
            | Self::Finishing => true,
            Self::Failed { at, .. } => *at != Work::Reversing,
            Self::Finished | Self::Reversing | Self::Reversed | Self::Destroyed => false,
        }
    }

    /// Whether anything was done on the destination, so that `apply` continues rather than begins.
    pub fn has_begun(&self) -> bool {
        !matches!(self, Self::Planned | Self::Destroyed)
    }

    /// Whether `destroy` may run. Where the migration switches (it has an incremental phase) not
    /// from the end of `finish` on; the engine further knows where inside `finish` the release is.
    pub fn may_destroy(&self, incremental: bool) -> bool {
        match self {
            Self::Planned | Self::Schema | Self::Full | Self::CatchingUp | Self::Streaming => true,
            Self::Finishing | Self::Finished => !incremental,
            Self::Failed { at, .. } => match at {
                Work::Schema | Work::Full | Work::CatchingUp | Work::Streaming => true,
                Work::Finishing => !incremental,
                Work::Reversing => false,
            },
            Self::Reversing | Self::Reversed | Self::Destroyed => false,
        }
    }

    /// Whether rows can be compared: the copy is done.
    pub fn may_verify(&self) -> bool {
        match self {
            Self::CatchingUp
            | Self::Streaming
            | Self::Finishing
            | Self::Finished
            | Self::Reversing
            | Self::Reversed => true,
            Self::Failed { at, .. } => !matches!(at, Work::Schema | Work::Full),
            Self::Planned | Self::Schema | Self::Full | Self::Destroyed => false,
        }
    }

    /// Whether a migration that stands here has work before it that one at `other` has behind it.
    /// Phases are told to the ledger after the state: one that is finishing there may still be
    /// streaming here, and has lost nothing.
    pub fn is_before(&self, other: &Self) -> bool {
        let order = |phase: &Self| match phase.work() {
            Some(Work::Schema) => 1,
            Some(Work::Full) => 2,
            Some(Work::CatchingUp | Work::Streaming | Work::Finishing) => 3,
            Some(Work::Reversing) => 4,
            None => u8::from(!matches!(phase, Self::Planned)) * 5,
        };
        order(self) < order(other)
    }

    pub fn is_finished(&self) -> bool {
        matches!(self, Self::Finished)
    }

    pub fn is_destroyed(&self) -> bool {
        matches!(self, Self::Destroyed)
    }

    /// Why the migration stands failed, where it does.
    pub fn failure(&self) -> Option<&str> {
        if let Self::Failed { reason, .. } = self {
            Some(reason)
        } else {
            None
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Failed { at, .. } = self {
            write!(f, "failed at {at}")
        } else {
            self.name().fmt(f)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(at: Work) -> Phase {
        Phase::Failed {
            at,
            reason: "connection lost".to_owned(),
        }
    }

    fn every_phase() -> Vec<Phase> {
        let mut phases = vec![
            Phase::Planned,
            Phase::Finished,
            Phase::Reversed,
            Phase::Destroyed,
        ];
        phases.extend(Work::ALL.map(Work::phase));
        phases.extend(Work::ALL.map(failed));
        phases
    }

    #[test]
    fn every_phase_can_be_reached_and_the_table_is_closed() {
        let mut reached = vec![Phase::Planned];
        let mut at = 0;
        while let Some(from) = reached.get(at).cloned() {
            for to in every_phase() {
                if from.may_become(&to) && !reached.contains(&to) {
                    reached.push(to);
                }
            }
            at += 1;
        }
        assert_eq!(reached.len(), every_phase().len(), "{reached:?}");
        for from in every_phase() {
            for to in every_phase() {
                let listed = from.name().next().contains(&to.name());
                assert!(!from.may_become(&to) || listed, "{from} to {to}");
            }
        }
    }

    #[test]
    fn a_failure_goes_back_only_to_the_work_that_failed() {
        for at in Work::ALL {
            for to in Work::ALL {
                assert_eq!(failed(at).may_become(&to.phase()), at == to, "{at} {to}");
                assert_eq!(to.phase().may_become(&failed(at)), at == to, "{to} {at}");
            }
        }
    }

    #[test]
    fn what_the_ledger_has_not_reached_is_before() {
        assert!(Phase::Planned.is_before(&Phase::Schema));
        assert!(Phase::Full.is_before(&Phase::CatchingUp));
        assert!(failed(Work::Schema).is_before(&Phase::Full));
        assert!(!Phase::Full.is_before(&failed(Work::Full)));
        assert!(!Phase::Streaming.is_before(&Phase::Finishing));
        assert!(!Phase::Streaming.is_before(&Phase::CatchingUp));
        assert!(Phase::Streaming.is_before(&Phase::Finished));
    }

    #[test]
    fn nothing_runs_after_the_end() {
        for phase in [Phase::Finished, Phase::Reversed, Phase::Destroyed] {
            assert!(!phase.may_apply(), "{phase}");
        }
        assert!(!Phase::Destroyed.may_destroy(false));
        assert!(Phase::Finished.may_destroy(false));
        assert!(!Phase::Finished.may_destroy(true));
        assert!(Phase::Planned.advance(Phase::Finished).is_err());
    }

    #[test]
    fn what_may_apply_can_go_on_to_the_end() {
        for phase in every_phase().into_iter().filter(Phase::may_apply) {
            assert!(!phase.name().next().is_empty(), "{phase}");
        }
    }
}
