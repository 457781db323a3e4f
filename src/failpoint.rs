//! Named places at which a test can kill the process, to prove that it resumes exactly, or hold it while
//! something happens to a server.
//!
//! Compiled under `debug_assertions` only; in a release build every function here is empty. Armed
//! once, at start, with what `cli::settings` read from the environment.

/// Arms one failpoint: `copy.loaded` aborts at its first hit, `copy.loaded:3` at its third, and
/// `copy.loaded@/tmp/held` does not: each hit makes that file, and lasts until it is gone.
/// Returns whether `spec` could be read; always `true` where failpoints are not compiled.
#[cfg(debug_assertions)]
pub fn arm(spec: &str) -> bool {
    let (spec, held) = match spec.split_once('@') {
        Some((spec, file)) => (spec, Some(PathBuf::from(file))),
        None => (spec, None),
    };
    let (name, hit) = match spec.rsplit_once(':') {
        Some((name, hit)) => match hit.parse() {
            Ok(hit) => (name, hit),
            Err(_) => return false,
        },
        None => (spec, 1),
    };
    if name.is_empty() || hit == 0 {
        return false;
    }
    ARMED
        .set(Armed {
            name: name.to_owned(),
            left: AtomicU64::new(hit),
            held,
        })
        .is_ok()
}

/// Aborts the process, without unwinding or flushing, when `name` is armed and its turn has come.
#[cfg(debug_assertions)]
pub fn hit(name: &str) {
    let Some(armed) = ARMED.get().filter(|armed| armed.name == name) else {
        return;
    };
    match &armed.held {
        None if armed.left.fetch_sub(1, Ordering::SeqCst) == 1 => std::process::abort(),
        None => {}
        Some(file) => hold(file),
    }
}

#[cfg(debug_assertions)]
fn hold(file: &Path) {
    if std::fs::write(file, "").is_ok() {
        while file.exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

#[cfg(debug_assertions)]
use std::{
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

#[cfg(debug_assertions)]
struct Armed {
    name: String,
    left: AtomicU64,
    held: Option<PathBuf>,
}

#[cfg(debug_assertions)]
static ARMED: OnceLock<Armed> = OnceLock::new();

/// How large the stream's windows are, for tests that want many small ones: `500:20` is at most 500
/// changes, and several lanes from 20 on. Returns whether `spec` could be read; always `true` where
/// failpoints are not compiled.
#[cfg(debug_assertions)]
pub fn shrink_windows(spec: &str) -> bool {
    let sizes = spec.split_once(':').and_then(|(rows, few)| {
        let sizes = (rows.parse().ok()?, few.parse().ok()?);
        (sizes.0 > 0).then_some(sizes)
    });
    sizes.is_some_and(|sizes| WINDOWS.set(sizes).is_ok())
}

/// What a test asked for: the changes of a window, and from how many on it has several lanes.
#[cfg(debug_assertions)]
pub fn windows() -> Option<(usize, usize)> {
    WINDOWS.get().copied()
}

#[cfg(debug_assertions)]
static WINDOWS: OnceLock<(usize, usize)> = OnceLock::new();

#[cfg(not(debug_assertions))]
pub fn shrink_windows(_spec: &str) -> bool {
    true
}

#[cfg(not(debug_assertions))]
pub fn windows() -> Option<(usize, usize)> {
    None
}

#[cfg(not(debug_assertions))]
pub fn arm(_spec: &str) -> bool {
    true
}

#[cfg(not(debug_assertions))]
pub fn hit(_name: &str) {}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_windows_are_two_numbers() {
        for wrong in ["", "5", "0:1", "a:1", "5:", "5:-1"] {
            assert!(!shrink_windows(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_failpoint_counts_its_own_hits_only() {
        assert!(!arm(""));
        assert!(!arm("copy.loaded:0"));
        assert!(!arm("copy.loaded:x"));
        assert!(arm("never.named.in.the.crate:3"));
        hit("another");
        hit("never.named.in.the.crate");
        hit("never.named.in.the.crate");
        let armed = ARMED.get().expect("armed above");
        assert_eq!(armed.left.load(Ordering::SeqCst), 1);
        assert!(!arm("a.second.one"), "one failpoint a process");
    }
}
