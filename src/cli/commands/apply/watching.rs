//! The specification while it is applied: what is saved meanwhile is taken up where it can be, and
//! said in any case.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::sync::watch;

use super::Call;
use crate::{
    engine,
    events::{Progress, ProgressEvent},
    limits::Limits,
    resolve::{self, Migration, OnDdlError},
};

const EVERY: Duration = Duration::from_secs(1);

/// When each file of the specification was last written, and how long it is.
type Stamps = BTreeMap<PathBuf, (SystemTime, u64)>;

/// What a saved specification changes in a running `apply`.
pub(super) struct Live {
    limits: watch::Sender<Limits>,
    on_ddl_error: watch::Sender<OnDdlError>,
}

impl Live {
    /// Gives the other ends to what runs.
    pub(super) fn new(migration: &Migration, context: &mut engine::Context) -> Self {
        let (limits, on_ddl_error);
        (limits, context.limits) = watch::channel(migration.limits());
        (on_ddl_error, context.on_ddl_error) = watch::channel(migration.ddl().on_error);
        Self {
            limits,
            on_ddl_error,
        }
    }

    fn take(&self, migration: &Migration) {
        self.limits.send_replace(migration.limits());
        self.on_ddl_error.send_replace(migration.ddl().on_error);
    }
}

/// Looks for saved files until it is dropped, which may be at any moment: it holds nothing.
pub(super) async fn follow(call: &Call<'_>, live: &Live, progress: Progress) -> Infallible {
    let inputs = &call.settings.inputs;
    let stamps = || stamps(&call.path, &inputs.var_files);
    let mut seen = stamps();
    let mut known = call.migration.flat().clone();
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
                live.take(&migration);
                let before = std::mem::replace(&mut known, migration.flat().clone());
                if let Some(said) = said(&before, &known) {
                    progress.notice(format!("{saved} was saved: {said}"));
                }
                for later in migration.unsupported() {
                    let setting = &later.setting;
                    let message = format!("{setting} is not supported yet: the next apply refuses");
                    progress.send(ProgressEvent::Warning { message });
                }
            }
        }
    }
}

type Settings = BTreeMap<String, String>;

/// When a change of a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    /// In this run.
    Now,
    /// Where it is looked at: by `finish`, `verify`, the next plan.
    WhereUsed,
    NextApply,
    /// Rows were written by it.
    Settled,
}

impl Holds {
    fn of(setting: &str) -> Self {
        let within = |blocks: &[&str]| blocks.iter().any(|block| setting.starts_with(block));
        let last = setting.rsplit('.').next().unwrap_or_default();
        let rows = ["where", "columns", "exclude_columns"].contains(&last);
        if setting == "incremental.on_ddl_error"
            || within(&["limits.full.", "limits.incremental.", "limits.retry."])
        {
            Self::Now
        } else if within(&["finish.", "verify.", "prechecks", "limits.verify."]) || last == "tags" {
            Self::WhereUsed
        } else if within(&["mappings.", "schema.definer"])
            || (setting.starts_with("objects.") && rows)
        {
            Self::Settled
        } else {
            Self::NextApply
        }
    }

    /// What is said of settings that hold so.
    fn said(self, settings: &[String]) -> String {
        let all = settings.join(", ");
        let (hold, are) = match settings {
            [_] => ("holds", "was"),
            _ => ("hold", "were"),
        };
        match self {
            Self::Now => format!("{all} from now on"),
            Self::WhereUsed => format!("{all} where it is used"),
            Self::NextApply => format!("{all} {hold} from the next apply on"),
            Self::Settled => format!(
                "{all} {are} settled when rows were first written: the next apply refuses it \
                 where there are such"
            ),
        }
    }
}

/// What became of it; `None` where nothing has changed but the layout.
fn said(before: &Settings, now: &Settings) -> Option<String> {
    let mut changed: BTreeMap<Holds, Vec<String>> = BTreeMap::new();
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for name in names {
        let (was, is) = (before.get(name), now.get(name));
        // of a block that comes or goes its settings are named
        let prefix = format!("{name}.");
        let inside = |of: &Settings| of.keys().any(|other| other.starts_with(&prefix));
        if was == is || inside(before) || inside(now) {
            continue;
        }
        let holds = Holds::of(name);
        let value = is.map(|value| value.trim_matches('"'));
        let told = match (holds, value) {
            (Holds::NextApply | Holds::Settled, _) | (_, Some("")) => name.clone(),
            (Holds::Now | Holds::WhereUsed, Some(value)) => format!("{name} is {value}"),
            (Holds::Now | Holds::WhereUsed, None) => format!("{name} is not set"),
        };
        changed.entry(holds).or_default().push(told);
    }
    let parts: Vec<String> = changed
        .iter()
        .map(|(holds, settings)| holds.said(settings))
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
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

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn what_is_saved_is_named_with_when_it_holds() {
        let first = [
            ("limits", ""),
            ("limits.full.chunk_time", "\"1s\""),
            ("finish.max_lag", "\"30s\""),
            ("objects.database \"shop\".exclude", "[]"),
        ];
        assert_eq!(said(&settings(&first), &settings(&first)), None);
        let told = |changed: &[(&str, &str)]| {
            let all = [&first[..], changed].concat();
            said(&settings(&first), &settings(&all)).expect("something")
        };
        assert_eq!(
            told(&[("limits.full.rows_per_second", "5")]),
            "limits.full.rows_per_second is 5 from now on"
        );
        assert_eq!(
            told(&[
                ("incremental.on_ddl_error", "\"continue\""),
                ("limits.full.chunk_time", "\"2s\""),
                ("migration \"shop\".tags", "{ a = \"b\" }"),
                ("objects.database \"shop\".exclude", "[\"tmp\"]"),
                ("mappings.database \"shop\"", ""),
                ("mappings.database \"shop\".to", "\"store\""),
            ]),
            "incremental.on_ddl_error is continue, limits.full.chunk_time is 2s from now on; \
             migration \"shop\".tags is { a = \"b\" } where it is used; \
             objects.database \"shop\".exclude holds from the next apply on; \
             mappings.database \"shop\".to was settled when rows were first written: the next \
             apply refuses it where there are such"
        );
        let wider = [&first[..], &[("limits.full.rows_per_second", "5")]].concat();
        assert_eq!(
            said(&settings(&wider), &settings(&first)).expect("something"),
            "limits.full.rows_per_second is not set from now on"
        );
    }
}
