//! What the specification selects, held against what is there.

use super::{
    ALWAYS,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::Answer,
    mysql::{Ident, TableName},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "selection_not_empty",
        phases: ALWAYS,
        run: selection_not_empty,
    },
    Check {
        id: "selection_matches",
        phases: ALWAYS,
        run: selection_matches,
    },
    Check {
        id: "selection_ambiguous",
        phases: ALWAYS,
        run: selection_ambiguous,
    },
];

fn selection_not_empty(context: &Context<'_>) -> Vec<Found> {
    let selected = context.selected();
    let empty = selected.tables().next().is_none()
        && selected.views().next().is_none()
        && selected.routines().next().is_none()
        && selected.events().next().is_none()
        && context.source.unreadable.is_empty()
        && !followed(context);
    let there: Vec<&str> = context.source.databases.iter().map(Ident::as_str).collect();
    let remedy = if there.is_empty() {
        "grant the source's account SELECT on what is to be moved".to_owned()
    } else {
        format!(
            "correct `objects`, or grant SELECT; the source's account sees: {}",
            there.join(", ")
        )
    };
    Found::fail("no object of the source is selected")
        .why("there is nothing to do")
        .remedy(remedy)
        .when(empty)
}

/// Selected and left out: all tables of the selected databases.
fn tables(context: &Context<'_>) -> Vec<TableName> {
    let selected = context.selected().tables().map(|table| table.name.clone());
    let left_out = context.source.left_out.tables.iter().cloned();
    selected.chain(left_out).collect()
}

/// Whether a stream is gone on with: what it drops or renames was selected, and is gone.
fn followed(context: &Context<'_>) -> bool {
    context.source.activity.place != Answer::NotAsked
}

fn selection_matches(context: &Context<'_>) -> Vec<Found> {
    let databases: Vec<Ident> = context.source.databases.iter().cloned().collect();
    let unmatched = context.migration.selection().unmatched(
        &databases,
        &tables(context),
        context.source_facts().lower_case(),
    );
    if followed(context) {
        return Found::info("a block of `objects` matches nothing on the source any more")
            .why("it was dropped or renamed there; the stream does the same, or has done it")
            .remedy("nothing to do; correct the name where the block is new")
            .if_any(unmatched);
    }
    Found::fail("a block of `objects` matches nothing on the source")
        .why("what it was written for would be left behind")
        .remedy("correct the name, or remove the block")
        .if_any(unmatched)
}

fn selection_ambiguous(context: &Context<'_>) -> Vec<Found> {
    let tables = tables(context);
    let ambiguous = context.migration.selection().ambiguous(
        context.source.databases.iter(),
        tables.iter(),
        context.source_facts().lower_case(),
    );
    Found::fail("several blocks of equal rank match")
        .why("it is in doubt whose settings apply")
        .remedy(
            "make one of the patterns more exact: a name beats a glob, a glob a regular expression",
        )
        .if_any(ambiguous.iter().map(ToString::to_string))
}
