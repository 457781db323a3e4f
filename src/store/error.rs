//! What can go wrong with files. Whatever is refused here was left as it was.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use miette::Diagnostic;

use super::{atomic::folder, lock::LockFacts};
use crate::state::CodecError;

/// A file that could not be read, written or locked.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum StoreError {
    #[error("cannot read {}: {cause}", path.display())]
    #[diagnostic(code(cutover::store::read), help("let this account read it"))]
    Read { path: PathBuf, cause: io::Error },
    #[error("cannot write {}: {cause}", path.display())]
    #[diagnostic(code(cutover::store::write), help("{}", remedy(path, cause)))]
    Write { path: PathBuf, cause: io::Error },
    #[error("{} is larger than {limit} bytes: no cutover wrote it", path.display())]
    #[diagnostic(
        code(cutover::store::too_large),
        help("name another file with --state")
    )]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("{} holds something else than passwords of accounts", path.display())]
    #[diagnostic(
        code(cutover::store::passwords),
        help("move the file away; accounts that wait for a password get a new one")
    )]
    Passwords { path: PathBuf },
    #[error(transparent)]
    #[diagnostic(transparent)]
    State(#[from] StateRefused),
    #[error(
        "the state file {} belongs to migration \"{found}\", not to \"{expected}\"",
        path.display()
    )]
    #[diagnostic(
        code(cutover::store::other_migration),
        help("give each migration a file of its own: `path` in its `state` block, or --state")
    )]
    OtherMigration {
        path: PathBuf,
        found: String,
        expected: String,
    },
    #[error("the state is locked by {holder}")]
    #[diagnostic(code(cutover::store::locked), help("{}", wait_or_unlock(holder, *alive)))]
    Locked {
        holder: Box<LockFacts>,
        /// Known to be running, rather than only not known to have ended.
        alive: bool,
    },
    #[error("the state is being locked by another process")]
    #[diagnostic(
        code(cutover::store::locked),
        help("try again, or let the command wait: --lock-timeout 10m")
    )]
    BeingLocked,
    #[error(
        "the lock of the state file {} was removed while this process held it; the file is left as \
         it is",
        path.display()
    )]
    #[diagnostic(
        code(cutover::store::lock_lost),
        help("remove no lock by hand (cutover state unlock), then run the same command again")
    )]
    LockLost { path: PathBuf },
    #[error("there is no lock {id}: the state is not locked")]
    #[diagnostic(code(cutover::store::not_locked), help("nothing needs to be released"))]
    NotLocked { id: String },
    #[error("there is no lock {id}: the state is locked by {holder}")]
    #[diagnostic(
        code(cutover::store::other_lock),
        help("if that process has ended: cutover state unlock {}", holder.id)
    )]
    OtherLock { id: String, holder: Box<LockFacts> },
}

/// A state file whose text cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the state file {} cannot be used: {cause}", path.display())]
pub struct StateRefused {
    pub path: PathBuf,
    /// Where the previous state is, if there is one.
    pub backup: Option<PathBuf>,
    pub cause: CodecError,
}

impl Diagnostic for StateRefused {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.cause.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.cause.help().or_else(|| {
            Some(match &self.backup {
                Some(backup) => Box::new(format!(
                    "the file was left as it is; the state before it is whole: cp {} {}",
                    backup.display(),
                    self.path.display()
                )),
                None => Box::new(
                    "the file was left as it is; put a copy of it back, or move it away: \
                     what is copied is recorded on the destination too",
                ),
            })
        })
    }
}

fn remedy(path: &Path, cause: &io::Error) -> String {
    let folder = folder(path);
    let full = matches!(
        cause.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    );
    if full {
        format!(
            "free space in {}; what was there before is whole",
            folder.display()
        )
    } else {
        format!(
            "let this account write in {}, or name another file",
            folder.display()
        )
    }
}

fn wait_or_unlock(holder: &LockFacts, alive: bool) -> String {
    if alive {
        "wait until it has ended, or let the command wait: --lock-timeout 10m".to_owned()
    } else {
        format!(
            "if that process has ended, release its lock: cutover state unlock {}",
            holder.id
        )
    }
}
