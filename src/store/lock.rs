//! The lock of a state file: one process at a time may change a migration.
//!
//! Two things make it. An operating-system lock on `<state>.lock`, which ends with its process
//! however that ends, so that a kill -9 never leaves a lock that a person must break; and the
//! facts in that file, which say who holds it. Facts without the operating-system lock are of a
//! process that was killed. From this host that is certain, and the lock is taken over; from
//! another host it is not (a shared folder may not carry such locks), and a person decides with
//! `state unlock`.

use std::{
    fmt,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    atomic::{beside, make_folder, write_error},
    error::StoreError,
};
use crate::clock::Timestamp;

/// Who holds a lock, as the lock file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockFacts {
    pub id: String,
    pub user: String,
    pub host: String,
    pub pid: u32,
    pub since: Timestamp,
    /// The command line without values of variables: `cutover apply shop.hcl`.
    pub command: String,
}

impl LockFacts {
    /// Whether the process is known to have ended: it was one of this `host`, and the system
    /// lists it no more. Where the system has no such list, nobody is known to have ended.
    pub fn has_ended(&self, host: &str) -> bool {
        self.host == host && process_has_ended(self.pid)
    }
}

impl fmt::Display for LockFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}@{}, process {}, since {} (`{}`, lock {})",
            self.user,
            self.host,
            self.pid,
            self.since.to_seconds(),
            self.command,
            self.id
        )
    }
}

/// Whether no process of this host has this number, as far as the system tells.
pub fn process_has_ended(pid: u32) -> bool {
    Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{pid}")).exists()
}

/// Held until dropped.
#[derive(Debug)]
pub struct StateLock {
    state: PathBuf,
    path: PathBuf,
    /// Holds the operating-system lock while it is open.
    file: File,
    taken_over: Option<LockFacts>,
}

/// The facts that a lock is asked for with.
pub type LockRequest = LockFacts;

fn facts_in(file: &mut File) -> Option<LockFacts> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(64 * 1024).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// Opens the lock file and tries the operating-system lock on it; `None` where another has it.
fn open(path: &Path, create: bool) -> io::Result<(File, bool)> {
    loop {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(create)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok((file, false)),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Its last holder may have removed it after we opened it: then we hold a lock on nothing.
        let ours = file.metadata()?;
        match fs::metadata(path) {
            Ok(there) if (there.dev(), there.ino()) == (ours.dev(), ours.ino()) => {
                return Ok((file, true));
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
}

impl StateLock {
    /// Takes the lock of the state file `state`, now or not at all.
    pub fn try_acquire(state: &Path, request: &LockRequest) -> Result<Self, StoreError> {
        let path = beside(state, ".lock");
        make_folder(&path)?;
        let (mut file, locked) = open(&path, true).map_err(write_error(&path))?;
        let holder = facts_in(&mut file);
        match holder {
            Some(holder) if !locked => {
                let holder = Box::new(holder);
                return Err(StoreError::Locked {
                    holder,
                    alive: true,
                });
            }
            None if !locked => return Err(StoreError::BeingLocked),
            Some(holder) if holder.host != request.host => {
                let holder = Box::new(holder);
                return Err(StoreError::Locked {
                    holder,
                    alive: false,
                });
            }
            Some(_) | None => {}
        }
        write_facts(&mut file, request).map_err(write_error(&path))?;
        tracing::info!(path = %path.display(), id = request.id.as_str(), "locked");
        Ok(Self {
            state: state.to_owned(),
            path,
            file,
            taken_over: holder,
        })
    }

    /// Takes the lock, trying again until `timeout` has passed. Dropping the future takes nothing.
    pub async fn acquire(
        state: &Path,
        request: &LockRequest,
        timeout: Duration,
    ) -> Result<Self, StoreError> {
        const PAUSE: Duration = Duration::from_millis(200);
        let deadline = tokio::time::Instant::now() + timeout;
        loop {
            let refused = match Self::try_acquire(state, request) {
                Err(error @ (StoreError::Locked { .. } | StoreError::BeingLocked)) => error,
                done => return done,
            };
            let left = deadline.saturating_duration_since(tokio::time::Instant::now());
            if left.is_zero() {
                return Err(refused);
            }
            tokio::time::sleep(left.min(PAUSE)).await;
        }
    }

    /// The state file that this is the lock of.
    pub fn state_path(&self) -> &Path {
        &self.state
    }

    /// Whether the lock file is still the one that we hold, and not removed, or made anew by another.
    pub fn is_held(&self) -> bool {
        let same = |ours: fs::Metadata, there: fs::Metadata| {
            (ours.dev(), ours.ino()) == (there.dev(), there.ino())
        };
        match (self.file.metadata(), fs::metadata(&self.path)) {
            (Ok(ours), Ok(there)) => same(ours, there),
            (Err(_), _) | (_, Err(_)) => false,
        }
    }

    /// Whose lock this was before: a process of this host that ended without releasing it.
    pub fn taken_over(&self) -> Option<&LockFacts> {
        self.taken_over.as_ref()
    }

    /// Who holds the lock of `state` now, if anybody does or did when it was killed.
    pub fn holder(state: &Path) -> Option<LockFacts> {
        facts_in(&mut File::open(beside(state, ".lock")).ok()?)
    }

    /// Releases the lock `id` of a process that has ended; returns whose it was. A process that
    /// still runs keeps its lock.
    pub fn release_stale(state: &Path, id: &str) -> Result<LockFacts, StoreError> {
        let path = beside(state, ".lock");
        let not_locked = || StoreError::NotLocked { id: id.to_owned() };
        let (mut file, locked) = match open(&path, false) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(not_locked()),
            Err(error) => return Err(write_error(&path)(error)),
        };
        let holder = facts_in(&mut file).ok_or_else(not_locked)?;
        if holder.id != id {
            let (id, holder) = (id.to_owned(), Box::new(holder));
            return Err(StoreError::OtherLock { id, holder });
        }
        if !locked {
            let holder = Box::new(holder);
            return Err(StoreError::Locked {
                holder,
                alive: true,
            });
        }
        fs::remove_file(&path).map_err(write_error(&path))?;
        Ok(holder)
    }
}

fn write_facts(file: &mut File, facts: &LockFacts) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(facts)?;
    text.push('\n');
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

impl Drop for StateLock {
    fn drop(&mut self) {
        // While the operating-system lock is still held, so that it is our own file that goes.
        // Where it cannot be removed, the next holder takes over what looks like a killed process.
        if self.is_held() {
            let _ = fs::remove_file(&self.path);
        }
    }
}
