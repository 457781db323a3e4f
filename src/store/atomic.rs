//! Files that are whole or absent: written beside, flushed, renamed over, the folder flushed.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::error::StoreError;

/// Larger than any state: 2 million tables.
const LIMIT: u64 = 1 << 30;

/// `path` with `suffix` added to its whole name: `shop.json.lock`.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The folder of `path`; `.` where it names none.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

pub(super) fn write_error(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |cause| StoreError::Write {
        path: path.to_owned(),
        cause,
    }
}

/// The whole text of a file; `None` where there is none.
pub fn read(path: &Path) -> Result<Option<String>, StoreError> {
    let failed = |cause| StoreError::Read {
        path: path.to_owned(),
        cause,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Vec::new();
    file.take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        return Err(StoreError::TooLarge {
            path: path.to_owned(),
            limit: LIMIT,
        });
    }
    // What is not UTF-8 is not JSON either; whoever parses it says so.
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Makes the folder of `path` where it is missing.
pub(super) fn make_folder(path: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(folder(path)).map_err(write_error(path))
}

/// Puts `text` at `path`, mode 0600, through `temporary` in the same folder. When this returns,
/// the text survives a power cut; before that the old file does.
pub(super) fn replace(path: &Path, temporary: &Path, text: &str) -> Result<(), StoreError> {
    let written = write_flushed(temporary, text).and_then(|()| fs::rename(temporary, path));
    if let Err(cause) = written {
        // Nobody else knows this file; where it cannot be removed, the next write reuses it.
        let _ = fs::remove_file(temporary);
        return Err(write_error(path)(cause));
    }
    flush_folder(path).map_err(write_error(path))
}

/// Writes a file that people asked for (a saved plan), whole or not at all; the folder must exist.
pub fn write(path: &Path, text: &str) -> Result<(), StoreError> {
    let temporary = beside(path, &format!(".{}.tmp", std::process::id()));
    replace(path, &temporary, text)
}

/// Puts other text into a file that is there, whole or not at all; its mode stays, and where it is
/// a link, the link does.
pub fn rewrite(path: &Path, text: &str) -> Result<(), StoreError> {
    let file = fs::canonicalize(path).map_err(write_error(path))?;
    let mode = fs::metadata(&file)
        .map_err(write_error(path))?
        .permissions();
    let temporary = beside(&file, &format!(".{}.tmp", std::process::id()));
    let written = write_flushed(&temporary, text)
        .and_then(|()| fs::set_permissions(&temporary, mode))
        .and_then(|()| fs::rename(&temporary, &file));
    if let Err(cause) = written {
        // Nobody else knows this file.
        let _ = fs::remove_file(&temporary);
        return Err(write_error(path)(cause));
    }
    flush_folder(&file).map_err(write_error(path))
}

fn write_flushed(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

pub(super) fn flush_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}
