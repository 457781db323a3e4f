//! The plan as text, in the order in which a reviewer asks: which servers, what is wrong, what is
//! made, what is moved, what is left behind, what happens at the end, and the sum.

mod changes;
mod data;
mod markdown;
mod sections;
mod summary;

use super::{Look, Paint, Verbosity, visible::readable};
use crate::report::PlanReport;

pub use markdown::markdown;
pub use summary::refused;

/// For people.
pub fn text(report: &PlanReport, look: Look, verbosity: Verbosity) -> String {
    let report = &*readable(report);
    let parts = [
        sections::head(report, look),
        changes::frozen(&report.plan, look),
        sections::findings(report, look, verbosity),
        sections::schema(&report.plan, look),
        data::data(report, look),
        changes::incremental(report, look),
        changes::settings(&report.plan, look),
        sections::left_behind(&report.plan, look),
        sections::finish(&report.plan, look),
        sections::unsupported(&report.plan, look),
        changes::native(report, look),
        summary::lines(report, look),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

/// For programs.
pub fn json(report: &PlanReport) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

fn heading(title: &str, look: Look) -> String {
    look.paint(Paint::Heading, title)
}

#[cfg(test)]
mod determinism;
#[cfg(test)]
mod scale;
#[cfg(test)]
pub(crate) mod tests;
