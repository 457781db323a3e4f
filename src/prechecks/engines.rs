//! Storage engines that do less than InnoDB.

use super::{
    FULL, INCREMENTAL,
    context::{Check, Context},
    finding::Found,
};
use crate::resolve::Phase;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "engine_non_transactional",
        phases: FULL,
        run: engine_non_transactional,
    },
    Check {
        id: "engine_unsupported",
        phases: INCREMENTAL,
        run: engine_unsupported,
    },
];

fn tables_of(context: &Context<'_>, engines: &[&str]) -> Vec<String> {
    let tables = context.selected().tables().filter(|table| {
        engines
            .iter()
            .any(|engine| table.engine.eq_ignore_ascii_case(engine))
    });
    tables
        .map(|table| format!("{} ({})", table.name.plain(), table.engine))
        .collect()
}

fn engine_non_transactional(context: &Context<'_>) -> Vec<Found> {
    // nothing changes while it is read, or the stream follows
    if context.source_facts().read_only() || context.has(Phase::Incremental) {
        return Vec::new();
    }
    Found::warning("a table's engine has no snapshots, and the source is writable")
        .why("rows that are written while it is copied arrive in part, also those of one statement")
        .remedy(
            "stop the writers for the time of the copy, or ALTER TABLE ... ENGINE = InnoDB on the \
             source",
        )
        .if_any(tables_of(context, &["MyISAM", "MEMORY", "CSV", "ARCHIVE"]))
}

fn engine_unsupported(context: &Context<'_>) -> Vec<Found> {
    let engines = ["FEDERATED", "MRG_MYISAM", "MRG_MyISAM", "BLACKHOLE"];
    Found::fail("a table's engine keeps its rows elsewhere")
        .why("their changes are not in the binlog as this table's")
        .remedy("exclude the table")
        .if_any(tables_of(context, &engines))
}
