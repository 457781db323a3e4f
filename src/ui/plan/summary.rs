//! The plan in one line.

use crate::{
    report::PlanReport,
    ui::{
        Look, Paint,
        look::{counted, grouped, lasting, wrap},
    },
    units::Bytes,
};

/// The sum, and before it the one sentence on whether `apply` would run.
pub(super) fn lines(report: &PlanReport, look: Look) -> String {
    let sums = &report.summary;
    let mut lines = Vec::new();
    let over = report
        .standing
        .as_ref()
        .is_some_and(|standing| standing.over);
    if over {
        lines.push(look.paint(Paint::Good, "Nothing to do: the migration is over."));
    } else if let Some(text) = refused(report) {
        lines.push(look.paint(Paint::Bad, &wrap(text, look.columns(), "", "")));
    } else if !sums.has_changes() {
        lines.push(look.paint(Paint::Good, "Nothing to do: all of it is there."));
    }
    // Never broken, so that programs may look for it; a terminal breaks it by itself.
    let sum = one_line(report);
    lines.push(sum.replacen("Plan:", &look.paint(Paint::Heading, "Plan:"), 1));
    lines.join("\n")
}

/// That `apply` would not run this plan, and where to look; `None` where it would.
pub fn refused(report: &PlanReport) -> Option<&'static str> {
    if report.summary.is_refused() {
        Some("Apply would refuse this plan: see what is marked `!` and the failed checks.")
    } else if !report.plan.unsupported.is_empty() {
        Some("Apply would refuse this plan: it asks for what is not supported yet.")
    } else {
        None
    }
}

/// `Plan: N to create, N unchanged, ...`, unbroken and without colour.
pub fn one_line(report: &PlanReport) -> String {
    let sums = &report.summary;
    let time = match report.duration {
        Some(time) => format!("{} at the measured rate", lasting(time.as_secs())),
        None => "time not measured".to_owned(),
    };
    format!(
        "Plan: {} to create, {} unchanged, {} different, {} left behind; about {} ({}), {time}; \
         {} ({} acknowledged).",
        grouped(sums.create),
        grouped(sums.unchanged),
        grouped(sums.different),
        grouped(sums.left_behind),
        counted(sums.rows, "row", "rows"),
        Bytes(sums.bytes).rounded(),
        counted(sums.warnings, "warning", "warnings"),
        grouped(sums.acknowledged)
    )
}
