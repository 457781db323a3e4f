//! The state file of one migration.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    atomic,
    error::{StateRefused, StoreError},
    lock::StateLock,
};
use crate::state::{State, codec};

/// Where a migration's state is kept, with its neighbours: `.backup` (the state before it),
/// `.lock`, and `.tmp` (what a killed process left half written; nobody reads it).
#[derive(Clone, Debug)]
pub struct StateFile {
    path: PathBuf,
    migration: String,
}

impl StateFile {
    pub fn new(path: impl Into<PathBuf>, migration: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            migration: migration.into(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn backup_path(&self) -> PathBuf {
        atomic::beside(&self.path, ".backup")
    }

    /// The state; `None` where no file is. Refused, and left as it is: what is cut short, edited,
    /// newer, or of another migration.
    pub fn read(&self) -> Result<Option<State>, StoreError> {
        let Some(text) = atomic::read(&self.path)? else {
            return Ok(None);
        };
        let state = codec::decode(&text).map_err(|cause| {
            let backup = self.backup_path();
            StateRefused {
                path: self.path.clone(),
                backup: backup.exists().then_some(backup),
                cause,
            }
        })?;
        if state.migration() != self.migration {
            return Err(StoreError::OtherMigration {
                path: self.path.clone(),
                found: state.migration().to_owned(),
                expected: self.migration.clone(),
            });
        }
        Ok(Some(state))
    }

    /// Replaces the state, keeping the previous file as `.backup`. `lock` proves that nobody else
    /// writes it.
    pub fn write(&self, state: &State, lock: &StateLock) -> Result<(), StoreError> {
        debug_assert_eq!(lock.state_path(), self.path, "the lock of this very file");
        if !lock.is_held() {
            return Err(StoreError::LockLost {
                path: self.path.clone(),
            });
        }
        let text = codec::encode(state).map_err(|cause| StateRefused {
            path: self.path.clone(),
            backup: None,
            cause,
        })?;
        atomic::make_folder(&self.path)?;
        self.keep_previous()
            .map_err(atomic::write_error(&self.backup_path()))?;
        let temporary = atomic::beside(&self.path, ".tmp");
        atomic::replace(&self.path, &temporary, &text)?;
        tracing::debug!(
            path = %self.path.display(),
            serial = state.serial(),
            phase = %state.phase(),
            "state stored"
        );
        Ok(())
    }

    /// Moves a file that cannot be used out of the way, beside it, and says where to.
    pub fn set_aside(&self, lock: &StateLock) -> Result<PathBuf, StoreError> {
        debug_assert_eq!(lock.state_path(), self.path, "the lock of this very file");
        let aside = atomic::beside(&self.path, ".damaged");
        fs::rename(&self.path, &aside).map_err(atomic::write_error(&aside))?;
        Ok(aside)
    }

    /// Makes the present file the backup, without a moment in which either is missing.
    fn keep_previous(&self) -> io::Result<()> {
        let temporary = atomic::beside(&self.path, ".backup.tmp");
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) | Ok(()) => {}
        }
        // A link costs nothing; where the file system has none, a copy does the same.
        let kept = fs::hard_link(&self.path, &temporary)
            .or_else(|_| fs::copy(&self.path, &temporary).map(|_| ()));
        match kept {
            Ok(()) => fs::rename(&temporary, self.backup_path()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}
