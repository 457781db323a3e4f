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
    resolve::{self, Migration},
    units::format_duration,
};

const EVERY: Duration = Duration::from_secs(1);

/// When each file of the specification was last written, and how long it is.
type Stamps = BTreeMap<PathBuf, (SystemTime, u64)>;

/// Looks for saved files until it is dropped, which may be at any moment: it holds nothing.
pub(super) async fn follow(
    call: &Call<'_>,
    chunk_time: watch::Sender<Duration>,
    progress: Progress,
) -> Infallible {
    let inputs = &call.settings.inputs;
    let stamps = || stamps(&call.path, &inputs.var_files);
    let mut seen = stamps();
    let mut without_live = rest(&call.migration);
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
                let time = migration.chunk_time();
                let live = *chunk_time.borrow() != time;
                let rest = rest(&migration);
                let others = rest != without_live;
                without_live = rest;
                chunk_time.send_replace(time);
                if let Some(said) = said(live.then_some(time), others) {
                    progress.notice(format!("{saved} was saved: {said}"));
                }
            }
        }
    }
}

/// What became of it; `None` where nothing has changed but the layout.
fn said(chunk_time: Option<Duration>, others: bool) -> Option<String> {
    let live = chunk_time.map(|time| {
        let time = format_duration(time);
        format!("limits.full.chunk_time is {time} from now on")
    });
    match (live, others) {
        (Some(live), true) => Some(format!("{live}; all else holds from the next apply on")),
        (Some(live), false) => Some(live),
        (None, true) => Some("it holds from the next apply on".to_owned()),
        (None, false) => None,
    }
}

/// The specification without what is taken up at once.
fn rest(migration: &Migration) -> String {
    let lines = migration.to_hcl().lines();
    let others = lines.filter(|line| !line.trim_start().starts_with("chunk_time "));
    others.collect::<Vec<_>>().join("\n")
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
