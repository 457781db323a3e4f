//! What changes on the way, and what may no longer change.

use super::{heading, sections::indented};
use crate::{
    mysql::{Ident, TableName},
    plan::{FrozenChange, Plan, RowChanges, TableStep},
    report::PlanReport,
    ui::{
        Look, Paint,
        look::{lasting, wrap},
    },
};

/// The lines under a table: filters, columns that are left out, renamed or computed.
pub(super) fn of_table(step: &TableStep, look: Look) -> Vec<String> {
    let mut lines = texts(&step.changes);
    if let Some(old) = &step.replaces {
        lines.insert(
            0,
            format!("{} is dropped first, and copied again", old.plain()),
        );
    }
    lines
        .into_iter()
        .flat_map(|line| indented("", &[line], look))
        .collect()
}

fn texts(changes: &RowChanges) -> Vec<String> {
    let mut lines = Vec::new();
    if !changes.merged_with.is_empty() {
        let others = changes.merged_with.iter().map(TableName::plain);
        let others: Vec<_> = others.collect();
        lines.push(format!("merged with {}", others.join(", ")));
    }
    if let Some(filter) = &changes.filter {
        lines.push(format!("rows where {filter}"));
    }
    for column in &changes.left_out {
        lines.push(format!("column {} is left out", column.as_str()));
    }
    let (by_case, renamed): (Vec<_>, Vec<_>) = changes.renamed.iter().partition(|column| {
        let lower = |name: &Ident| name.as_str().to_lowercase();
        lower(&column.source) == lower(&column.destination)
    });
    for column in renamed {
        let (from, to) = (column.source.as_str(), column.destination.as_str());
        lines.push(format!("column {from} -> {to}"));
    }
    if let [first, rest @ ..] = by_case.as_slice() {
        let (from, to) = (first.source.as_str(), first.destination.as_str());
        let more = match rest.len() {
            0 => String::new(),
            more => format!(", and {more} more by case alone"),
        };
        lines.push(format!("column {from} -> {to}{more}"));
    }
    for column in &changes.computed {
        lines.push(format!(
            "column {} = {}",
            column.column.as_str(),
            column.value
        ));
    }
    lines
}

/// What rows already written depend on and was changed since.
pub(super) fn frozen(plan: &Plan, look: Look) -> String {
    if plan.frozen.is_empty() {
        return String::new();
    }
    let title = "Changed since rows were written: apply refuses";
    let mut lines = vec![heading(title, look)];
    for change in &plan.frozen {
        let sign = look.paint(Paint::Bad, "!");
        let text = wrap(&named(change), look.columns(), "    ", "    ");
        lines.push(format!("  {sign} {}", &text[4..]));
        for (sign, paint, value) in [
            ("-", Paint::Removed, &change.was),
            ("+", Paint::Added, &change.is),
        ] {
            let value = if value.is_empty() { "(none)" } else { value };
            let lead = format!("      {sign} ");
            lines.push(look.paint(paint, &wrap(value, look.columns(), &lead, "        ")));
        }
    }
    lines.join("\n")
}

fn named(change: &FrozenChange) -> String {
    if change.table.is_empty() {
        change.setting.clone()
    } else {
        format!("{}: {}", change.table, change.setting)
    }
}

/// Where the stream starts, and what it replicates.
pub(super) fn incremental(report: &PlanReport, look: Look) -> String {
    let plan = &report.plan;
    if plan.incremental.is_empty() {
        return String::new();
    }
    let mut lines = vec![heading("Incremental", look)];
    let said = plan.incremental.iter().cloned().chain([retention(report)]);
    lines.extend(said.map(|line| wrap(&line, look.columns(), "  - ", "    ")));
    lines.join("\n")
}

/// The binlog's retention against the copy's expected time.
fn retention(report: &PlanReport) -> String {
    let copy = match report.duration {
        Some(time) => format!(
            "the copy takes about {} (an estimate)",
            lasting(time.as_secs())
        ),
        None => "how long the copy takes was not measured".to_owned(),
    };
    match report.plan.binlog_retention {
        Some(kept) => format!(
            "the source keeps its binlog for {}; {copy}",
            lasting(kept.as_secs())
        ),
        None => format!("the source keeps its binlog until somebody purges it; {copy}"),
    }
}

/// Settings of the run that are not the default.
pub(super) fn settings(plan: &Plan, look: Look) -> String {
    if plan.settings.is_empty() {
        return String::new();
    }
    let lines = plan.settings.iter();
    let lines: Vec<_> = lines
        .map(|setting| wrap(setting, look.columns(), "  ", "    "))
        .collect();
    format!(
        "{}\n{}",
        heading("Settings other than the default", look),
        lines.join("\n")
    )
}

/// Whether the servers' own replication could do the same.
pub(super) fn native(report: &PlanReport, look: Look) -> String {
    if !report.native_replication() {
        return String::new();
    }
    let text = "Nothing is filtered, renamed, computed, merged or between versions: native \
                replication would also do.";
    wrap(text, look.columns(), "", "")
}
