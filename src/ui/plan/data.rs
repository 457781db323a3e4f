//! The rows that are moved: how many, how large, by which key.

use std::collections::BTreeSet;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::heading;
use crate::{
    plan::TableStep,
    report::{PlanReport, Standing},
    ui::{
        Look,
        look::{clipped, counted, grouped, wrap},
    },
    units::Bytes,
};

/// No server has longer names, and no key has more; a file that says otherwise must not take hours
/// to lay out.
const WIDEST: usize = 1200;

/// The tables whose rows are moved, or were.
pub(super) fn data(report: &PlanReport, look: Look) -> String {
    let copied: Vec<_> = report
        .plan
        .tables
        .iter()
        .filter(|table| table.copy)
        .collect();
    if copied.is_empty() {
        return String::new();
    }
    let standing = report.standing.as_ref();
    let mut parts = vec![heading("Data (estimates of the source's engine)", look)];
    if is_narrow(&copied, look) {
        parts.extend(copied.iter().map(|step| stacked(step, standing, look)));
    } else {
        parts.push(columns(&copied, standing, look));
    }
    parts.extend(readers(&copied, look));
    parts.join("\n")
}

/// Whether a column for the names leaves no room for the others.
fn is_narrow(copied: &[&TableStep], look: Look) -> bool {
    /// Numbers, and a key of which something can be read on one line.
    const OTHERS: usize = 40;
    let names = copied.iter().map(|step| step.shape.source.plain());
    let widest = names.map(|name| name.chars().count()).max();
    widest.unwrap_or(0) + OTHERS > look.columns()
}

/// A table on two lines.
fn stacked(step: &TableStep, standing: Option<&Standing>, look: Look) -> String {
    let copied = standing.map(|standing| format!(", {} copied", so_far(standing, step)));
    let told = format!(
        "{}, {}{}, key {}",
        counted(step.rows, "row", "rows"),
        Bytes(step.bytes).rounded(),
        copied.unwrap_or_default(),
        key(step)
    );
    let name = clipped(&step.shape.source.plain(), WIDEST);
    format!(
        "  {name}\n{}",
        wrap(&told, look.columns(), "    ", "      ")
    )
}

fn columns(copied: &[&TableStep], standing: Option<&Standing>, look: Look) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(look.width.saturating_sub(1));
    let mut header = vec!["  table", "rows", "size"];
    header.extend(standing.map(|_| "copied"));
    header.push("key");
    let last = header.len() - 1;
    table.set_header(header);
    for step in copied {
        let mut row = vec![
            format!("  {}", clipped(&step.shape.source.plain(), WIDEST)),
            grouped(step.rows),
            Bytes(step.bytes).rounded(),
        ];
        row.extend(standing.map(|standing| so_far(standing, step)));
        row.push(key(step));
        table.add_row(row);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
        let text = index == 0 || index == last;
        column.set_cell_alignment(if text {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        });
        if !text {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(8)));
        }
    }
    let lines: Vec<_> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
}

/// `all`, or how many rows an earlier run has copied.
fn so_far(standing: &Standing, step: &TableStep) -> String {
    let table = standing.tables.get(&step.shape.source.plain());
    match table.filter(|_| step.replaces.is_none()) {
        Some(table) if table.copied => "all".to_owned(),
        Some(table) => grouped(table.rows),
        None => "0".to_owned(),
    }
}

fn key(step: &TableStep) -> String {
    let Some(key) = &step.shape.key else {
        return "none".to_owned();
    };
    let columns = key.columns.iter().map(|column| column.name.as_str());
    let columns: Vec<_> = columns.collect();
    let key = format!("{} ({})", key.index.as_str(), columns.join(", "));
    clipped(&key, WIDEST)
}

/// Tables with one reader, by why.
fn readers(copied: &[&TableStep], look: Look) -> Vec<String> {
    let reasons: BTreeSet<_> = copied
        .iter()
        .filter_map(|step| step.one_reader.as_deref())
        .collect();
    let lines = reasons.into_iter().map(|reason| {
        let tables: Vec<_> = copied
            .iter()
            .filter(|step| step.one_reader.as_deref() == Some(reason))
            .map(|step| step.shape.source.plain())
            .collect();
        let text = format!("one reader, {reason}: {}", tables.join(", "));
        wrap(&text, look.columns(), "  ", "    ")
    });
    lines.collect()
}
