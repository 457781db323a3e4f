//! Why the spool cannot be filled or read.

use std::{io, path::PathBuf};

use super::super::stream::StreamError;
use crate::{conn::ConnError, mysql::server_error::ErrorClass};

#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    #[error("cannot {doing} {}: {error}", .path.display())]
    File {
        doing: &'static str,
        path: PathBuf,
        error: io::Error,
    },
    #[error("the spool's file {} is damaged at offset {offset}: {reason}", .path.display())]
    Damaged {
        path: PathBuf,
        offset: u64,
        reason: String,
    },
    #[error("the spool's file {} is of format {found}, and this release reads {known}", .path.display())]
    Newer {
        path: PathBuf,
        found: u32,
        known: u32,
    },
    #[error(
        "the spool's file {} is of another migration (lineage {found}, not {ours})",
        .path.display()
    )]
    Foreign {
        path: PathBuf,
        found: String,
        ours: String,
    },
    #[error("the spool in {} lacks its file {missing}", .folder.display())]
    Gap { folder: PathBuf, missing: String },
    /// What was applied lies outside of it.
    #[error(
        "the spool in {} holds what is behind {begin}, and applied is {applied}",
        .folder.display()
    )]
    Elsewhere {
        folder: PathBuf,
        begin: String,
        applied: String,
    },
    #[error("another process uses the spool in {}", .folder.display())]
    InUse { folder: PathBuf },
    /// The source lacks what was read from it, or from the server before it.
    #[error("the source lacks transactions that the spool holds: {missing}")]
    Lost { missing: String },
    #[error(transparent)]
    Source(#[from] StreamError),
    #[error(transparent)]
    Server(#[from] ConnError),
    #[error("the spool is not filled any more")]
    Over,
}

impl SpoolError {
    /// Whether asking the source again may help.
    pub(super) fn class(&self) -> ErrorClass {
        match self {
            Self::Source(error) => error.class(),
            Self::Server(error) => match error.class() {
                // nothing was asked for that changes anything
                ErrorClass::Ambiguous => ErrorClass::Transient,
                class @ (ErrorClass::Transient | ErrorClass::Permanent) => class,
            },
            Self::File { .. }
            | Self::Damaged { .. }
            | Self::Newer { .. }
            | Self::Foreign { .. }
            | Self::Gap { .. }
            | Self::Elsewhere { .. }
            | Self::InUse { .. }
            | Self::Lost { .. }
            | Self::Over => ErrorClass::Permanent,
        }
    }

    /// Something to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::File { error, .. } if error.kind() == io::ErrorKind::StorageFull => {
                "free space there, or give incremental.spool another folder, then run the same command \
                 again: it goes on from the checkpoint, and nothing is lost"
            }
            Self::File { .. } => {
                "see that the folder in incremental.spool can be written, then run the same command \
                 again: it goes on from the checkpoint"
            }
            Self::Damaged { .. } | Self::Gap { .. } | Self::Elsewhere { .. } => {
                "the files were left as they are; with the spool's folder moved away, the same command \
                 reads again from the source what is not applied yet, where the source still has it"
            }
            Self::Newer { .. } => "use the release of cutover that wrote it, or a later one",
            Self::Foreign { .. } => {
                "the files were left as they are; give incremental.spool another folder, or remove \
                 them where that migration is over"
            }
            Self::InUse { .. } => {
                "wait until it has ended, or give each migration a folder of its own"
            }
            Self::Lost { .. } => {
                "the source was restored or failed over without its last transactions: point `source` \
                 at a server that has them; where this one is right, move the spool's folder away: \
                 what it holds and the ledger does not was not applied"
            }
            Self::Source(error) => return error.help(),
            Self::Server(error) => return error.help(),
            Self::Over => "run the same command again: it goes on from the checkpoint",
        }
        .to_owned()
    }
}
