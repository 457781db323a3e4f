//! The answer of `status`.

use super::{
    Look, Paint,
    look::{breakable, counted, field, grouped, wrap},
    progress::behind,
    state::version,
};
use crate::{
    report::{
        Holder, NextStep, StatusReport,
        status::{LeftOutLine, ServerLine, SpoolLine, StreamLine, TableLine},
    },
    units::Bytes,
};

/// Copied and pending tables are counted; of those that run so many are listed.
const TABLES_LISTED: usize = 20;

/// For people.
pub fn text(report: &StatusReport, look: Look) -> String {
    facts(report, look) + &next(report, look)
}

/// For people who look on: what is being worked on needs nothing to be typed.
pub fn watched(report: &StatusReport, look: Look) -> String {
    match report.next {
        NextStep::Watch => facts(report, look),
        NextStep::Plan
        | NextStep::Apply
        | NextStep::Continue
        | NextStep::Retry
        | NextStep::Resolve
        | NextStep::Verify
        | NextStep::Differences
        | NextStep::Nothing => text(report, look),
    }
}

fn facts(report: &StatusReport, look: Look) -> String {
    let mut lines = vec![headline(report, look)];
    let place = |name, server: &ServerLine| {
        let told = format!("{}, {}", server.address, version(&server.version));
        field(name, &told, look)
    };
    lines.extend(report.source.as_ref().map(|server| place("source", server)));
    lines.extend(
        report
            .destination
            .as_ref()
            .map(|server| place("destination", server)),
    );
    if let Some(failure) = &report.failure {
        let lead = format!("failed at {}: ", failure.at);
        let wrapped = wrap(&failure.reason, look.columns(), &lead, "  ");
        lines.push(look.paint(Paint::Bad, &wrapped));
    }
    let running = report.running.as_ref();
    lines.extend(running.map(|holder| field("running", &running_as(holder), look)));
    lines.extend(copy(report, look));
    lines.extend(report.stream.iter().flat_map(|line| stream(line, look)));
    lines.extend(report.spool.iter().map(|line| spool(line, look)));
    lines.extend(report.gave_way.iter().map(|line| {
        let rows = counted(line.rows, "row", "rows");
        field("gave way", &format!("{rows} of {}", line.table), look)
    }));
    lines.extend(left_out(report, look));
    lines.extend(report.unverified.iter().map(|position| {
        let told = format!("at {position}: by hand, and no verify has passed since");
        let lead = format!("{:<12} ", "resolved");
        look.paint(Paint::Bad, &wrap(&told, look.columns(), &lead, "  "))
    }));
    lines.extend(verification(report, look));
    lines.join("\n") + "\n"
}

fn next(report: &StatusReport, look: Look) -> String {
    let reason = wrap(why(report), look.columns(), "", "");
    let mut lines = vec![format!("\n{reason}")];
    let typed = |command: &str| format!("  {}", look.paint(Paint::Heading, command));
    lines.extend(report.next_command.as_deref().map(typed));
    if let Some(command) = &report.rebuild_command {
        let lost = "Was it begun elsewhere, or is the file lost? Make it again from the ledger on \
                    the destination:";
        lines.push(wrap(lost, look.columns(), "", ""));
        lines.push(typed(command));
    }
    lines.join("\n") + "\n"
}

/// For programs.
pub fn json(report: &StatusReport) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

fn headline(report: &StatusReport, look: Look) -> String {
    let paint = match report.next {
        NextStep::Retry | NextStep::Resolve | NextStep::Differences => Paint::Bad,
        NextStep::Nothing | NextStep::Verify => Paint::Good,
        NextStep::Plan | NextStep::Apply | NextStep::Continue | NextStep::Watch => Paint::Heading,
    };
    let phase = match report.phase.as_str() {
        "none" => "not begun here",
        phase => phase,
    };
    format!(
        "migration {}: {}",
        report.migration,
        look.paint(paint, phase)
    )
}

fn running_as(holder: &Holder) -> String {
    format!(
        "{} by {}@{}, process {}, since {}",
        holder.command,
        holder.user,
        holder.host,
        holder.pid,
        holder.since.to_seconds()
    )
}

/// The last statements of the stream that the destination lacks.
fn left_out(report: &StatusReport, look: Look) -> Vec<String> {
    const LISTED: usize = 10;
    let earlier = report.left_out.len().saturating_sub(LISTED);
    let line = |one: &LeftOutLine| {
        let what = if one.failed { "failed" } else { "left out" };
        let statement = one
            .statement
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let lead = format!("{what:<12} ");
        let told = format!("at {}: {statement} ({})", one.position, one.reason);
        look.paint(Paint::Bad, &wrap(&told, look.columns(), &lead, "  "))
    };
    let mut lines: Vec<String> = report.left_out[earlier..].iter().map(line).collect();
    if earlier > 0 {
        let more = counted(earlier as u64, "earlier statement", "earlier statements");
        lines.push(format!("{:<12} {more}", "left out"));
    }
    lines
}

fn copy(report: &StatusReport, look: Look) -> Vec<String> {
    let totals = &report.copy;
    if totals.tables == 0 {
        return Vec::new();
    }
    let rate = totals
        .rows_per_second
        .map(|rate| format!(", {} rows/s", grouped(rate)))
        .unwrap_or_default();
    let of = if totals.tables_copied == totals.tables {
        counted(totals.rows, "row", "rows")
    } else {
        format!(
            "{} of about {}",
            grouped(totals.rows),
            counted(totals.estimated_rows, "row", "rows")
        )
    };
    let told = format!(
        "{} of {}, {of}, {}{rate}",
        grouped(totals.tables_copied),
        counted(totals.tables, "table", "tables"),
        Bytes(totals.bytes).rounded(),
    );
    let mut lines = vec![field("copied", &told, look)];
    let running: Vec<_> = report
        .tables
        .iter()
        .filter(|table| table.status == "copying" && table.rows > 0)
        .collect();
    let listed = running.iter().take(TABLES_LISTED);
    lines.extend(listed.map(|table| wrap(&one(table), look.columns(), "  ", "    ")));
    if running.len() > TABLES_LISTED {
        let more = running.len() - TABLES_LISTED;
        lines.push(format!("  and {more} more"));
    }
    lines
}

fn stream(line: &StreamLine, look: Look) -> Vec<String> {
    let last = line
        .committed_at
        .map(|at| format!(", the last of {}", at.to_seconds()))
        .unwrap_or_default();
    let applied = format!(
        "{}, {}{last}",
        counted(line.transactions, "transaction", "transactions"),
        counted(line.rows, "row change", "row changes"),
    );
    let position = line.position.as_ref();
    let position = position.map(|position| field("position", &breakable(position), look));
    let lag = line.behind.map(|lag| field("lag", &behind(&lag), look));
    let applied = field("applied", &applied, look);
    let lines = std::iter::once(applied).chain(lag).chain(position);
    lines.collect()
}

fn spool(line: &SpoolLine, look: Look) -> String {
    let full = if line.full {
        ", full: reading waits"
    } else {
        ""
    };
    let end = breakable(&line.end);
    let told = format!("{}, up to {end}{full}", Bytes(line.bytes).rounded());
    field("spool", &told, look)
}

fn one(table: &TableLine) -> String {
    let name = if table.source == table.destination {
        table.source.clone()
    } else {
        format!("{} -> {}", table.source, table.destination)
    };
    format!(
        "{name}: {} of about {}",
        grouped(table.rows),
        counted(table.estimated_rows, "row", "rows")
    )
}

fn verification(report: &StatusReport, look: Look) -> Option<String> {
    let last = report.verification.as_ref()?;
    let (paint, result) = if last.differences == 0 {
        (Paint::Good, "equal".to_owned())
    } else {
        let text = counted(last.differences, "difference", "differences");
        (Paint::Bad, text)
    };
    let told = format!(
        "{result}: {}, {}, by {}, {}",
        counted(last.tables, "table", "tables"),
        counted(last.rows, "row", "rows"),
        last.mode,
        last.at.to_seconds()
    );
    let told = field("verified", &told, look);
    Some(told.replacen(&result, &look.paint(paint, &result), 1))
}

fn why(report: &StatusReport) -> &'static str {
    match report.next {
        NextStep::Plan => "There is no state file here. See what there is to do:",
        NextStep::Apply => "It is planned. Run it:",
        NextStep::Continue => "It does not run; what is done is kept. Go on:",
        NextStep::Retry => "What is done is kept. When the cause is gone, go on:",
        NextStep::Resolve => {
            "A statement stops the stream. Say what becomes of it (--skip, --replace SQL or --retry):"
        }
        NextStep::Watch => "It is being worked on. Watch it:",
        NextStep::Verify => "It is done. Compare both sides:",
        NextStep::Differences => "The last verify found differences. See them:",
        NextStep::Nothing => "It is done and was verified. Nothing is left to do.",
    }
}

#[cfg(test)]
pub(crate) mod tests;
