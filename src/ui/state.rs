//! The state in words: the answer of `state show`.

use super::{
    Look, Paint,
    look::{breakable, counted, grouped, wrap},
};
use crate::state::{
    Acknowledgement, CopyStatus, HistoryEntry, Outcome, ServerIdentity, State, Verification,
};

/// Lines of the event log shown, the latest.
const HISTORY_SHOWN: usize = 20;

/// The whole state except for keys and hashes that only programs compare.
pub fn text(state: &State, path: &str, look: Look) -> String {
    let mut lines = vec![look.paint(Paint::Heading, &format!("migration {}", state.migration()))];
    let mut field = |name: &str, value: &str| {
        let lead = format!("  {name:<12} ");
        lines.push(wrap(value, look.columns(), &lead, "               "));
    };
    field("state", path);
    field("phase", &state.phase().to_string());
    if let Some(reason) = state.phase().failure() {
        field("reason", reason);
    }
    field("lineage", &state.lineage().to_string());
    field("serial", &state.serial().to_string());
    field("source", &server(state.source()));
    field("destination", &server(state.destination()));
    if let Some(position) = state.position() {
        field("position", &breakable(&position.to_string()));
    }
    lines.extend(section("tables", look, &tables(state)));
    let acknowledged = state.acknowledgements().iter().map(acknowledgement);
    let acknowledged: Vec<_> = acknowledged.collect();
    lines.extend(section("acknowledged", look, &acknowledged));
    let verified: Vec<_> = state.verifications().iter().map(verification).collect();
    lines.extend(section("verified", look, &verified));
    let history = state.history();
    let shown = history
        .iter()
        .skip(history.len().saturating_sub(HISTORY_SHOWN));
    let history: Vec<_> = shown.map(entry).collect();
    lines.extend(section("history", look, &history));
    lines.join("\n") + "\n"
}

fn server(server: &ServerIdentity) -> String {
    format!(
        "{}, {}, server_uuid {}",
        server.address,
        version(&server.version),
        server.server_uuid
    )
}

/// `MySQL 9.7.4`; where only a number is known, or nothing, that is said.
pub(super) fn version(version: &str) -> String {
    if version.starts_with("MySQL") {
        version.to_owned()
    } else {
        format!("version {version}")
    }
}

fn section(title: &str, look: Look, lines: &[String]) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let mut all = vec![String::new(), look.paint(Paint::Heading, title)];
    let lines = lines.iter();
    all.extend(lines.map(|line| wrap(line, look.columns(), "  ", "    ")));
    all
}

fn tables(state: &State) -> Vec<String> {
    let lines = state.tables().iter().map(|(source, progress)| {
        let name = if *source == progress.destination {
            source.plain()
        } else {
            format!("{} -> {}", source.plain(), progress.destination.plain())
        };
        let rows = match progress.status {
            CopyStatus::Copied => counted(progress.rows, "row", "rows"),
            CopyStatus::Pending | CopyStatus::Copying => format!(
                "{} of about {}",
                grouped(progress.rows),
                counted(progress.estimated_rows, "row", "rows")
            ),
        };
        format!("{name}: {}, {rows}", progress.status)
    });
    lines.collect()
}

fn acknowledgement(one: &Acknowledgement) -> String {
    let objects = if one.objects.is_empty() {
        String::new()
    } else {
        format!(" for {}", one.objects.join(", "))
    };
    format!(
        "{}{objects}: {} ({}, {})",
        one.check,
        one.reason,
        one.by,
        one.at.to_seconds()
    )
}

fn verification(one: &Verification) -> String {
    format!(
        "{}: {}, {}, {}, {}",
        one.at.to_seconds(),
        one.mode,
        counted(
            u64::try_from(one.tables.len()).unwrap_or(u64::MAX),
            "table",
            "tables"
        ),
        counted(one.rows(), "row", "rows"),
        counted(one.differences(), "difference", "differences")
    )
}

fn entry(entry: &HistoryEntry) -> String {
    let outcome = match &entry.outcome {
        Outcome::Started => "started".to_owned(),
        Outcome::Done => "done".to_owned(),
        Outcome::Stopped => "stopped".to_owned(),
        Outcome::Failed { reason } => format!("failed: {reason}"),
    };
    format!(
        "{} {}: {} {outcome}",
        entry.at.to_seconds(),
        entry.by,
        entry.what
    )
}
