//! Why a command did not end well: what to print, and which exit code it has.

use std::fmt;

use miette::Diagnostic;

use super::exit::Exit;
use crate::{
    conn::ConnError,
    engine::{EngineError, IncrementalError},
    ledger::LedgerError,
    spec::Diagnostics,
    store::StoreError,
    ui::Ui,
    verify::VerifyError,
};

/// What stopped a command.
#[derive(Debug)]
pub enum Failure {
    Specification(Diagnostics),
    Store(StoreError),
    Problem(Box<Problem>),
}

/// An error with its code, what to do about it, and its exit code.
#[derive(Debug)]
pub struct Problem {
    code: &'static str,
    message: String,
    help: Option<String>,
    exit: Exit,
}

impl Problem {
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            exit: Exit::Error,
        }
    }

    /// A person must change something first.
    pub fn refusal(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Refused,
            ..Self::error(code, message)
        }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What was kept, said after what to do.
    #[must_use]
    pub fn kept(mut self, kept: &str) -> Self {
        let help = self.help.unwrap_or_default();
        self.help = Some(format!("{help}\nkept: {kept}"));
        self
    }

    /// The commands in its help with the specification that they are for, as it is typed.
    #[must_use]
    pub fn of(mut self, typed: &str) -> Self {
        const COMMANDS: [&str; 5] = ["apply", "finish", "resolve", "status", "verify"];
        if typed.is_empty() {
            return self;
        }
        self.help = self.help.map(|help| {
            COMMANDS.iter().fold(help, |help, command| {
                help.replace(
                    &format!("cutover {command} --"),
                    &format!("cutover {command} {typed} --"),
                )
                .replace(
                    &format!("`cutover {command}`"),
                    &format!("`cutover {command} {typed}`"),
                )
            })
        });
        self
    }

    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Diagnostics> for Failure {
    fn from(found: Diagnostics) -> Self {
        Self::Specification(found)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ConnError> for Failure {
    fn from(error: ConnError) -> Self {
        Problem::error("cutover::conn::failed", error.to_string())
            .help(error.help())
            .into()
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Problem::from(error).into()
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let exit = match &error {
            EngineError::Store(store) => of_store(store),
            EngineError::Ledger(LedgerError::Held { .. })
            | EngineError::Verify(VerifyError::StreamEnded)
            | EngineError::Incremental(IncrementalError::NotNow { .. }) => Exit::NotNow,
            EngineError::Over { .. } => Exit::Refused,
            EngineError::Server(_)
            | EngineError::Ledger(_)
            | EngineError::Schema(_)
            | EngineError::Copy(_)
            | EngineError::Verify(_)
            | EngineError::Transition(_)
            | EngineError::Moved { .. }
            | EngineError::UnknownTable { .. }
            | EngineError::OtherLineage { .. }
            | EngineError::NotBegun
            | EngineError::Passed { .. }
            | EngineError::Incremental(_)
            | EngineError::Stopped => Exit::Error,
        };
        Self::error(error.code(), error.to_string())
            .help(error.help())
            .exit(exit)
    }
}

impl Failure {
    pub fn show(&self, ui: &Ui) {
        match self {
            Self::Specification(found) => ui.diagnostics(found),
            Self::Store(error) => ui.diagnostic(error),
            Self::Problem(problem) => ui.diagnostic(problem.as_ref()),
        }
    }

    pub fn exit(&self) -> Exit {
        match self {
            Self::Specification(_) => Exit::Error,
            Self::Store(error) => of_store(error),
            Self::Problem(problem) => problem.exit,
        }
    }
}

fn of_store(error: &StoreError) -> Exit {
    match error {
        StoreError::Locked { .. } | StoreError::BeingLocked => Exit::NotNow,
        StoreError::Read { .. }
        | StoreError::Write { .. }
        | StoreError::TooLarge { .. }
        | StoreError::Passwords { .. }
        | StoreError::State(_)
        | StoreError::OtherMigration { .. }
        | StoreError::LockLost { .. }
        | StoreError::NotLocked { .. }
        | StoreError::OtherLock { .. } => Exit::Error,
    }
}
