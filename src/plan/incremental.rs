//! The stream in words: where it starts, what it replicates, how long the source keeps it.

use std::time::Duration;

use crate::{
    catalog::ServerFacts,
    resolve::{Migration, Phase},
};

const DAY: u64 = 86_400;

/// Empty where the migration does not stream.
pub fn lines(migration: &Migration) -> Vec<String> {
    if !migration.phases().has(Phase::Incremental) {
        return Vec::new();
    }
    let start = if migration.phases().has(Phase::Full) {
        "starts where the binlog stands before the first row is copied".to_owned()
    } else {
        format!("starts at {}", migration.stream_start())
    };
    let mut lines = vec![start];
    if let Some(spool) = migration.spool() {
        lines.push(format!(
            "keeps up to {} of the source's events in {} until they are applied, also during the copy",
            spool.max.rounded(),
            spool.folder.display()
        ));
    }
    lines.extend(migration.replicated().iter().cloned());
    lines
}

/// How long the source keeps its binlog, where it purges it by age.
pub fn retention(migration: &Migration, source: &ServerFacts) -> Option<Duration> {
    if !migration.phases().has(Phase::Incremental) {
        return None;
    }
    let days = source.number::<u64>("expire_logs_days").unwrap_or(0);
    let seconds = source
        .number::<u64>("binlog_expire_logs_seconds")
        .filter(|seconds| *seconds > 0)
        .unwrap_or(days * DAY);
    (seconds > 0).then(|| Duration::from_secs(seconds))
}
