//! One file of the spool: where it begins, and whose it is, in front of its events.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    SpoolError,
    record::{self, Frames, Next},
};
use crate::mysql::Checkpoint;

const MAGIC: &[u8; 8] = b"CUTSPOOL";
const FORMAT: u32 = 1;
/// Magic and format: what every release can read.
const FIRST: usize = 12;
const SUFFIX: &str = ".spool";

/// Which spool a file belongs to.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub folder: PathBuf,
    pub migration: String,
    pub lineage: String,
}

/// A file of the spool.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub number: u64,
    pub path: PathBuf,
    /// All before it is in the files before, on the server that it names.
    pub begin: Checkpoint,
    /// Where its first event is.
    pub events: u64,
    /// Of the file.
    pub bytes: u64,
    /// Of the file before it, when that was ended; 0 for the first.
    before: u64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    lineage: String,
    number: u64,
    begin: String,
    before: u64,
}

pub(super) fn failed(doing: &'static str, path: &Path, error: io::Error) -> SpoolError {
    SpoolError::File {
        doing,
        path: path.to_owned(),
        error,
    }
}

pub(super) fn damaged(path: &Path, offset: u64, reason: &str) -> SpoolError {
    SpoolError::Damaged {
        path: path.to_owned(),
        offset,
        reason: reason.to_owned(),
    }
}

impl Home {
    pub(super) fn path(&self, number: u64) -> PathBuf {
        self.folder
            .join(format!("{}.{number:08}{SUFFIX}", self.migration))
    }

    /// The numbers of the files that are there, in order.
    pub(super) fn numbers(&self) -> Result<Vec<u64>, SpoolError> {
        let read = |error| failed("read the folder", &self.folder, error);
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(read)? {
            let name = entry.map_err(read)?.file_name();
            let number: Option<u64> = name.to_str().and_then(|name| {
                let name = name.strip_prefix(&self.migration)?.strip_prefix('.')?;
                name.strip_suffix(SUFFIX)?.parse().ok()
            });
            numbers.extend(number);
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Begins a file, which must not be there.
    pub(super) fn create(
        &self,
        number: u64,
        begin: &Checkpoint,
        before: u64,
    ) -> Result<(Segment, File), SpoolError> {
        let path = self.path(number);
        let header = Header {
            lineage: self.lineage.clone(),
            number,
            begin: begin.encode(),
            before,
        };
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        let text = serde_json::to_vec(&header).unwrap_or_default();
        record::frame(&mut bytes, &[&text]);
        let made = || -> io::Result<File> {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            file.write_all(&bytes)?;
            file.sync_data()?;
            File::open(&self.folder)?.sync_all()?;
            Ok(file)
        };
        let file = made().map_err(|error| failed("write", &path, error))?;
        let length = bytes.len() as u64;
        let segment = Segment {
            number,
            path,
            begin: begin.clone(),
            events: length,
            bytes: length,
            before,
        };
        Ok((segment, file))
    }

    /// Opens a file that is there; `None` where not even its first lines were written.
    pub(super) fn open(&self, number: u64) -> Result<Option<Segment>, SpoolError> {
        let path = self.path(number);
        let read = |error| failed("read", &path, error);
        let mut file = File::open(&path).map_err(read)?;
        let bytes = file.metadata().map_err(read)?.len();
        if bytes < FIRST as u64 {
            return Ok(None);
        }
        let mut first = [0; FIRST];
        file.read_exact(&mut first).map_err(read)?;
        let [magic @ .., a, b, c, d] = first;
        if magic != *MAGIC {
            return Err(damaged(&path, 0, "it does not begin as such a file does"));
        }
        let found = u32::from_le_bytes([a, b, c, d]);
        if found > FORMAT {
            return Err(SpoolError::Newer {
                path,
                found,
                known: FORMAT,
            });
        }
        let mut frames = Frames::new(file, FIRST as u64, bytes);
        let header = match frames.next().map_err(read)? {
            Next::Frame => serde_json::from_slice::<Header>(frames.bytes()).ok(),
            Next::End | Next::Torn => return Ok(None),
            Next::Damaged(reason) => return Err(damaged(&path, FIRST as u64, reason)),
        };
        let begin = header
            .as_ref()
            .and_then(|header| Checkpoint::decode(&header.begin));
        let (Some(header), Some(begin)) = (header, begin) else {
            return Err(damaged(&path, FIRST as u64, "its beginning cannot be read"));
        };
        if header.lineage != self.lineage {
            return Err(SpoolError::Foreign {
                path,
                found: header.lineage,
                ours: self.lineage.clone(),
            });
        }
        if header.number != number {
            return Err(damaged(&path, 0, "it was given another number"));
        }
        Ok(Some(Segment {
            number,
            path,
            begin,
            events: frames.at(),
            bytes,
            before: header.before,
        }))
    }

    /// All files in order, each behind the one before it. What was begun last and not even has its
    /// first lines is removed.
    pub(super) fn segments(&self) -> Result<Vec<Segment>, SpoolError> {
        let numbers = self.numbers()?;
        let mut segments: Vec<Segment> = Vec::new();
        for (index, number) in numbers.iter().enumerate() {
            let path = self.path(*number);
            let Some(segment) = self.open(*number)? else {
                if index + 1 < numbers.len() {
                    return Err(damaged(&path, 0, "it ends too early"));
                }
                fs::remove_file(&path).map_err(|error| failed("remove", &path, error))?;
                continue;
            };
            if let Some(before) = segments.last() {
                self.follows(before, &segment)?;
            }
            segments.push(segment);
        }
        Ok(segments)
    }

    fn follows(&self, before: &Segment, segment: &Segment) -> Result<(), SpoolError> {
        if segment.number != before.number + 1 {
            let missing = self.path(before.number + 1);
            let name = missing.file_name().unwrap_or_default();
            return Err(SpoolError::Gap {
                folder: self.folder.clone(),
                missing: name.to_string_lossy().into_owned(),
            });
        }
        if segment.before != before.bytes {
            let reason = format!(
                "it has {} bytes, and had {} when it was ended",
                before.bytes, segment.before
            );
            return Err(damaged(&before.path, before.bytes, &reason));
        }
        Ok(())
    }
}

impl Segment {
    /// Its events, up to the length that it has now.
    pub(super) fn frames(&self) -> Result<Frames, SpoolError> {
        let open = || -> io::Result<File> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.events))?;
            Ok(file)
        };
        let file = open().map_err(|error| failed("read", &self.path, error))?;
        Ok(Frames::new(file, self.events, self.bytes))
    }
}
