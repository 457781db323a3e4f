//! The source while it is being read.

use super::{
    FULL,
    context::{Check, Context},
    finding::Found,
};
use crate::resolve::Phase;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "source_still_written",
    phases: FULL,
    run: source_still_written,
}];

fn source_still_written(context: &Context<'_>) -> Vec<Found> {
    if context.has(Phase::Incremental) {
        return Vec::new();
    }
    let facts = context.source_facts();
    let message = if facts.moved() {
        "the source was written while it was inspected"
    } else {
        "the source is writable"
    };
    Found::warning(message)
        .why("what is written there after the copy's snapshot is left behind")
        .remedy(
            "stop the writers (SET GLOBAL super_read_only = ON), or add \"incremental\" to `phases`",
        )
        .when(facts.moved() || !facts.read_only())
}
