//! What the source holds and no `SHOW` of a selected database tells: tables that cannot be opened,
//! programs whose database is gone, tables of people among the server's own, ciphertext.

use super::{
    ROWS, SCHEMA,
    context::{Check, Context},
    finding::Found,
    grant,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "check_table_health",
        phases: super::ALWAYS,
        run: check_table_health,
    },
    Check {
        id: "encrypted_values",
        phases: ROWS,
        run: encrypted_values,
    },
];

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "orphaned_routines_events",
        phases: SCHEMA,
        run: orphaned_routines_events,
    },
    Check {
        id: "mysql_schema_tables",
        phases: SCHEMA,
        run: mysql_schema_tables,
    },
];

fn check_table_health(context: &Context<'_>) -> Vec<Found> {
    let broken = context.source.unreadable.iter().filter(|one| one.damaged());
    Found::fail("the source cannot open these tables")
        .why("neither their definitions nor their rows can be read")
        .remedy("REPAIR TABLE ... on the source, or restore them, or exclude them in `objects`")
        .if_any(broken.map(|one| format!("{}: {}", one.name.plain(), one.reason)))
}

/// Services and proxies that say what they are.
fn encrypted_values(context: &Context<'_>) -> Vec<Found> {
    const PROXIES: [&str; 2] = ["shardingsphere", "acra"];
    let facts = context.source_facts();
    let said = format!("{} {}", facts.version.text, facts.version_comment).to_lowercase();
    let proxy = PROXIES.iter().any(|name| said.contains(name));
    let service = ["encdb", "loose_encdb"]
        .iter()
        .any(|name| facts.is_on(name) == Some(true));
    Found::warning(format!(
        "the source may give this account ciphertext ({})",
        facts.version_comment
    ))
    .why("what is read is what is written: the destination cannot decrypt it")
    .remedy("name the server behind the proxy, or an account that reads plain text, in `source`")
    .when(proxy || service)
}

fn orphaned_routines_events(context: &Context<'_>) -> Vec<Found> {
    let answer = &context.source.activity.orphans;
    if let Some(reason) = answer.refused() {
        return vec![
            Found::info(format!(
                "whether routines or events belong to no database could not be seen: {reason}"
            ))
            .why("they would stay behind, as they do anyway")
            .remedy(grant::global("SHOW DATABASES", context.source_facts())),
        ];
    }
    Found::info("routines and events of databases that are gone are still listed on the source")
        .why("nobody can call them, and they stay behind")
        .remedy("delete their rows from mysql.proc and mysql.event, if they bother you")
        .if_any(answer.known().into_iter().flatten().cloned())
}

fn mysql_schema_tables(context: &Context<'_>) -> Vec<Found> {
    let tables = context.source.activity.in_mysql.known();
    Found::info("there are tables in the database `mysql` that are not the server's own")
        .why("that database is never taken along")
        .remedy("RENAME TABLE ... into a database of your own on the source, if they are needed")
        .if_any(tables.into_iter().flatten().cloned())
}
