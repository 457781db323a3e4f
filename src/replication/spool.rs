//! Raw events on local disk until they are applied.
//!
//! In: the source's binlog, by a connection of its own ([`Writer`]), from the stream's start on, also
//! while rows are still copied. Out: the same events for whoever follows the stream
//! ([`SpoolReader`]), so that the source may purge its binlogs meanwhile.
//!
//! Why nothing is lost or mixed up:
//! - A file is cut between two transactions only, and says of which migration it is, where it begins,
//!   and how long the file before it was. Every event has a checksum.
//! - What a killed process left half written is at the end of the last file. It is cut off, back to
//!   the last whole transaction, and the source is read again from there. Damage anywhere else ends
//!   the run and leaves the files as they are.
//! - Readers are told of whole transactions only. A file is removed when the position in the ledger,
//!   which moves with the rows, has reached the beginning of the file behind it.
//! - The source, or a server that takes its place, must have all that the spool holds at every
//!   connect: else what is in it was lost there.
//!
//! What a machine that fails loses is read again from the source: a file is brought to disk when it
//! is ended, not with each transaction.

mod error;
mod reader;
mod record;
mod replay;
mod segment;
mod writer;

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Notify, watch};

use crate::mysql::{BinlogPosition, Checkpoint};

pub use error::SpoolError;
pub use reader::SpoolReader;
use segment::{Home, Segment, failed};
pub use writer::{Filling, Writer};

/// Where the spool is, and how much it may hold.
#[derive(Clone, Debug)]
pub struct Place {
    pub folder: PathBuf,
    pub migration: String,
    pub lineage: String,
    /// In bytes; one transaction may go beyond it.
    pub max: u64,
    /// A compressed transaction larger than this, unpacked, stops the stream.
    pub largest_payload: u64,
}

/// What it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Of all its files.
    pub bytes: u64,
    /// Everything before it was read from the source.
    pub end: Checkpoint,
    /// It holds as much as it may: reading waits.
    pub full: bool,
}

/// A spool that is filled by one [`Writer`].
#[derive(Clone, Debug)]
pub struct Spool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    place: Place,
    home: Home,
    /// In order, at least one.
    segments: Mutex<Vec<Segment>>,
    written: watch::Sender<Written>,
    failure: Mutex<Option<SpoolError>>,
    /// Something was removed.
    freed: Notify,
    /// Held by the operating system until the process ends.
    _lock: File,
}

/// Up to where there are whole transactions.
#[derive(Clone, Debug)]
struct Written {
    segment: u64,
    bytes: u64,
    end: Checkpoint,
    /// How often the source has said that it has nothing more.
    beats: u64,
    full: bool,
    /// Nobody writes any more.
    over: bool,
}

impl Written {
    fn binlog(&self) -> Option<&BinlogPosition> {
        self.end.binlog.as_ref()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Spool {
    /// Opens the spool, or begins it where there is none: `applied` is where the stream is.
    ///
    /// # Errors
    /// Files that are damaged before their end, are of another migration, of a newer release, or do
    /// not hold what comes after `applied`; the disk's.
    pub fn open(place: Place, applied: &Checkpoint) -> Result<(Self, Writer), SpoolError> {
        let home = place.home();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&home.folder)
            .map_err(|error| failed("make the folder", &home.folder, error))?;
        let lock = lock(&home)?;
        let opened = writer::Opened::at(&home, &place, applied)?;
        let written = Written {
            segment: opened.last().number,
            bytes: opened.last().bytes,
            end: opened.end.clone(),
            beats: 0,
            full: false,
            over: false,
        };
        let shared = Arc::new(Shared {
            place,
            home,
            segments: Mutex::new(opened.segments.clone()),
            written: watch::channel(written).0,
            failure: Mutex::new(None),
            freed: Notify::new(),
            _lock: lock,
        });
        let spool = Self {
            shared: shared.clone(),
        };
        Ok((spool, Writer::new(shared, opened)))
    }

    /// What is in it now.
    pub fn holding(&self) -> Holding {
        let written = self.shared.written.borrow();
        Holding {
            bytes: self.shared.bytes(),
            end: written.end.clone(),
            full: written.full,
        }
    }

    /// Removes what is wholly applied. Files that cannot be removed stay for the next time.
    pub fn release(&self, applied: &Checkpoint) {
        let mut segments = locked(&self.shared.segments);
        let before = segments.len();
        while segments.len() > 1
            && applied.reaches(&segments[1].begin)
            && fs::remove_file(&segments[0].path).is_ok()
        {
            segments.remove(0);
        }
        if segments.len() < before {
            self.shared.freed.notify_one();
        }
    }

    /// Reads what comes behind `applied`.
    ///
    /// # Errors
    /// The disk's.
    pub fn reader(&self, applied: &Checkpoint) -> Result<SpoolReader, SpoolError> {
        SpoolReader::open(self.shared.clone(), applied)
    }

    /// Waits until it cannot be filled any more.
    pub async fn failed(&self) -> SpoolError {
        let mut written = self.shared.written.subscribe();
        // the sender lives as long as we do
        let _ = written.wait_for(|written| written.over).await;
        self.shared.failure()
    }
}

/// Up to where the spool holds what comes behind `applied`; `None` where it does not, or is not there.
/// For whoever looks before a run: no more is written than what opening it would write.
///
/// # Errors
/// As of [`Spool::open`].
pub fn reaches(place: &Place, applied: &Checkpoint) -> Result<Option<Checkpoint>, SpoolError> {
    let home = place.home();
    if !lock_path(&home).exists() {
        return Ok(None);
    }
    let _lock = lock(&home)?;
    let segments = home.segments()?;
    let Some((first, last)) = segments.first().zip(segments.last()) else {
        return Ok(None);
    };
    let whole = replay::whole(last, place.largest_payload)?;
    let end = whole.end(last);
    let holds = applied.reaches(&first.begin) && end.reaches(applied);
    Ok(holds.then_some(end))
}

/// Removes what a migration that is over has left. Nobody fills or reads it any more.
///
/// # Errors
/// The disk's; a file that is not this migration's, or cannot be read, which stays.
pub fn remove(place: &Place) -> Result<(), SpoolError> {
    let home = place.home();
    if !home.folder.exists() {
        return Ok(());
    }
    let lock = lock(&home)?;
    for number in home.numbers()? {
        home.open(number)?;
        let path = home.path(number);
        fs::remove_file(&path).map_err(|error| failed("remove", &path, error))?;
    }
    // what others have there stays, and so does the folder then
    let _ = fs::remove_file(lock_path(&home));
    drop(lock);
    let _ = fs::remove_dir(&home.folder);
    Ok(())
}

impl Place {
    fn home(&self) -> Home {
        Home {
            folder: self.folder.clone(),
            migration: self.migration.clone(),
            lineage: self.lineage.clone(),
        }
    }
}

impl Shared {
    fn bytes(&self) -> u64 {
        locked(&self.segments)
            .iter()
            .map(|segment| segment.bytes)
            .sum()
    }

    /// Why it is not filled any more; given once.
    fn failure(&self) -> SpoolError {
        locked(&self.failure).take().unwrap_or(SpoolError::Over)
    }
}

fn lock_path(home: &Home) -> PathBuf {
    home.folder.join(format!("{}.lock", home.migration))
}

/// Two processes that write the same file would damage it.
fn lock(home: &Home) -> Result<File, SpoolError> {
    let path = lock_path(home);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(|error| failed("open", &path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SpoolError::InUse {
            folder: home.folder.clone(),
        }),
        Err(TryLockError::Error(error)) => Err(failed("lock", &path, error)),
    }
}
