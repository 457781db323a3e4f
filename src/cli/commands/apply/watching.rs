//! The specification while it is applied: what is saved meanwhile is taken up where it can be, and
//! said in any case.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::sync::watch;

use super::Call;
use crate::{
    events::{Progress, ProgressEvent},
    limits::Limits,
    resolve::{self, Migration},
};

const EVERY: Duration = Duration::from_secs(1);

/// When each file of the specification was last written, and how long it is.
type Stamps = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Looks for saved files until it is dropped, which may be at any moment: it holds nothing.
pub(super) async fn follow(
    call: &Call<'_>,
    limits: watch::Sender<Limits>,
    progress: Progress,
) -> Infallible {
    let inputs = &call.settings.inputs;
    let stamps = || stamps(&call.path, &inputs.var_files);
    let mut seen = stamps();
    let mut known = Known::of(&call.migration);
    loop {
        tokio::time::sleep(EVERY).await;
        let now = stamps();
        if now == seen {
            continue;
        }
        let saved = saved(&seen, &now);
        seen = now;
        match resolve::load(&call.path, inputs) {
            Err(found) => progress.send(ProgressEvent::Warning {
                message: format!(
                    "{saved} was saved with a mistake, and is not taken up: {}",
                    found.iter().next().map_or("", |one| one.message.as_str())
                ),
            }),
            Ok(migration) => {
                limits.send_replace(migration.limits());
                let before = std::mem::replace(&mut known, Known::of(&migration));
                if let Some(said) = said(&before, &known) {
                    progress.notice(format!("{saved} was saved: {said}"));
                }
            }
        }
    }
}

/// What the specification says, parted by when it holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    /// Settings that are taken up at once, like `limits.full.chunk_time`, and their values.
    live: BTreeMap<String, String>,
    rest: Vec<String>,
}

impl Known {
    fn of(migration: &Migration) -> Self {
        Self::read(migration.to_hcl())
    }

    /// From the canonical text: a setting, or the head or end of a block, a line.
    fn read(text: &str) -> Self {
        let mut known = Self::default();
        let mut blocks: Vec<&str> = Vec::new();
        for line in text.lines().map(str::trim) {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            let (name, value) = (name.trim(), value.trim());
            if let Some(head) = line.strip_suffix('{').filter(|_| value.is_empty()) {
                blocks.push(head.trim());
            } else if line == "}" {
                blocks.pop();
            }
            let path = format!("{}.{name}", blocks.join("."));
            if !value.is_empty() && is_live(&path) {
                known.live.insert(path, value.to_owned());
            } else if !line.is_empty() {
                // how wide the names beside it are does not matter
                known.rest.push(format!("{path} {value}"));
            }
        }
        known
    }
}

/// `limits`, but for how many readers share the copy's snapshot, and for what nobody holds yet.
fn is_live(path: &str) -> bool {
    let of = |block: &str| path.strip_prefix(block);
    of("limits.full.").is_some_and(|name| name != "workers")
        || of("limits.incremental.").is_some()
        || of("limits.retry.").is_some()
}

/// What became of it; `None` where nothing has changed but the layout.
fn said(before: &Known, now: &Known) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    for (name, value) in &now.live {
        if before.live.get(name) != Some(value) {
            said.push(format!("{name} is {} from now on", value.trim_matches('"')));
        }
    }
    for name in before.live.keys() {
        if !now.live.contains_key(name) {
            said.push(format!("{name} holds no more"));
        }
    }
    match (said.is_empty(), before.rest == now.rest) {
        (true, true) => None,
        (true, false) => Some("it holds from the next apply on".to_owned()),
        (false, true) => Some(said.join(", ")),
        (false, false) => Some(format!(
            "{}; all else holds from the next apply on",
            said.join(", ")
        )),
    }
}

fn stamps(path: &Path, var_files: &[PathBuf]) -> Stamps {
    let mut files = var_files.to_vec();
    match fs::read_dir(path) {
        Ok(entries) => files.extend(entries.flatten().map(|entry| entry.path())),
        Err(_) => files.push(path.to_owned()),
    }
    let hcl = |file: &PathBuf| file.extension().is_some_and(|end| end == "hcl");
    let stamped = files.into_iter().filter(hcl).filter_map(|file| {
        let facts = fs::metadata(&file).ok()?;
        Some((file, (facts.modified().ok()?, facts.len())))
    });
    stamped.collect()
}

/// The names of the files that differ.
fn saved(before: &Stamps, now: &Stamps) -> String {
    let mut names: Vec<String> = before
        .keys()
        .chain(now.keys())
        .filter(|file| before.get(*file) != now.get(*file))
        .filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names.dedup();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(full: &str, other: &str) -> Known {
        Known::read(&format!(
            "migration \"a\" {{\n  tags = {{\n    b = \"c\"\n  }}\n}}\nlimits {{\n  full {{\n    \
             {full}\n  }}\n  verify {{\n    {other}\n  }}\n}}\n"
        ))
    }

    #[test]
    fn what_holds_at_once_is_named_and_all_else_waits() {
        let first = spec("workers = 1\n    chunk_time = \"1s\"", "workers = 2");
        let wider = spec(
            "workers         = 1\n    chunk_time      = \"1s\"\n    rows_per_second = 5",
            "workers = 2",
        );
        assert_eq!(said(&first, &first), None);
        let now = |before, now| said(before, now).unwrap();
        assert_eq!(
            now(&first, &wider),
            "limits.full.rows_per_second is 5 from now on"
        );
        assert_eq!(
            now(&wider, &first),
            "limits.full.rows_per_second holds no more"
        );
        let other = spec("workers = 1\n    chunk_time = \"1s\"", "workers = 3");
        assert_eq!(now(&first, &other), "it holds from the next apply on");
        assert_eq!(
            now(&wider, &other),
            "limits.full.rows_per_second holds no more; all else holds from the next apply on"
        );
    }
}
