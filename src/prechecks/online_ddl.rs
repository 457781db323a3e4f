//! Tables and triggers of online schema changes: gh-ost's, pt-online-schema-change's.

use std::collections::BTreeSet;

use super::{
    INCREMENTAL, ROWS,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    mysql::{Ident, TableName},
    resolve::Phase,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "online_ddl_in_progress",
        phases: INCREMENTAL,
        run: online_ddl_in_progress,
    },
    Check {
        id: "pt_osc_triggers",
        phases: ROWS,
        run: pt_osc_triggers,
    },
    Check {
        id: "online_ddl_leftovers",
        phases: ROWS,
        run: online_ddl_leftovers,
    },
];

/// All tables of the selected databases, selected or not.
fn names(context: &Context<'_>) -> BTreeSet<TableName> {
    let tables = context.selected().tables().map(|table| &table.name);
    tables
        .chain(&context.source.left_out.tables)
        .cloned()
        .collect()
}

/// `_orders_gho` of `orders`.
fn of(base: &TableName, suffix: &str) -> TableName {
    let name = format!("_{}{suffix}", base.name.as_str());
    TableName::new(base.database.clone(), Ident::new(name))
}

/// The tables whose copy, log or remainder a table of this name may be.
fn bases(name: &TableName) -> impl Iterator<Item = TableName> {
    let inner = name.name.as_str().strip_prefix('_');
    ["_gho", "_ghc", "_del", "_new", "_old"]
        .into_iter()
        .filter_map(move |suffix| inner?.strip_suffix(suffix))
        .map(|base| TableName::new(name.database.clone(), Ident::new(base)))
}

fn is_pt_osc(name: &TableName) -> bool {
    name.name.as_str().starts_with("pt_osc_")
}

/// Tables whose change is under way: gh-ost has its log beside the shadow, pt-osc its triggers.
fn changing(context: &Context<'_>) -> BTreeSet<TableName> {
    let all = names(context);
    let ghost = all
        .iter()
        .filter(|base| all.contains(&of(base, "_gho")) && all.contains(&of(base, "_ghc")));
    let triggered: BTreeSet<TableName> = context
        .selected()
        .triggers()
        .filter(|trigger| is_pt_osc(&trigger.name))
        .map(|trigger| TableName::new(trigger.name.database.clone(), trigger.table.clone()))
        .collect();
    let percona = all
        .iter()
        .filter(|base| all.contains(&of(base, "_new")) && triggered.contains(base));
    ghost.chain(percona).cloned().collect()
}

fn online_ddl_in_progress(context: &Context<'_>) -> Vec<Found> {
    Found::fail("an online schema change is under way on the source")
        .why("a stream that begins in the middle of one knows only a part of what it has done")
        .remedy("let it end, or drop its tables and triggers")
        .if_any(changing(context).iter().map(TableName::plain))
}

fn pt_osc_triggers(context: &Context<'_>) -> Vec<Found> {
    let triggers = context
        .selected()
        .triggers()
        .map(|trigger| &trigger.name)
        .filter(|name| is_pt_osc(name));
    Found::warning("these triggers belong to an online schema change (pt-online-schema-change)")
        .why("on the destination they would write into a table that nobody swaps in")
        .remedy("let the change end, or exclude \"pt_osc_*\" in `objects`")
        .if_any(triggers.map(TableName::plain))
}

fn online_ddl_leftovers(context: &Context<'_>) -> Vec<Found> {
    let all = names(context);
    let changing = if context.has(Phase::Incremental) {
        changing(context)
    } else {
        BTreeSet::new()
    };
    let left = context
        .selected()
        .tables()
        .map(|table| &table.name)
        .filter(|name| bases(name).any(|base| all.contains(&base) && !changing.contains(&base)));
    Found::info("these tables look like what an online schema change left")
        .why("they are tables like others, and are copied")
        .remedy("drop them on the source, or exclude them in `objects`")
        .if_any(left.map(TableName::plain))
}
