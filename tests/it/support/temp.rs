//! Folders that go away with the test.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A number that no other test of this process gets, and a different one in the next process.
pub fn unique() -> u64 {
    u64::from(process::id()) * 10_000 + u64::from(COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A new empty folder; removed when dropped.
pub struct TempFolder(PathBuf);

impl TempFolder {
    pub fn new(purpose: &str) -> Self {
        // A socket's path may have 107 bytes, so a long TMPDIR is no place for a server.
        let mut base = std::env::temp_dir();
        if base.as_os_str().len() > 60 {
            base = PathBuf::from("/tmp");
        }
        let path = base.join(format!("cutover-{purpose}-{}", unique()));
        // Left by a killed process that had our id.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
