//! The exit codes: one table.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    /// An error; what was done is kept.
    Error,
    /// Changes or differences.
    Differences,
    /// A person must change something.
    Refused,
    /// The same command may work later.
    NotNow,
    /// Stopped by a signal; resumable.
    Interrupted,
}

impl Exit {
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Differences => 2,
            Self::Refused => 3,
            Self::NotNow => 4,
            Self::Interrupted => 130,
        }
    }

    pub fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }
}
