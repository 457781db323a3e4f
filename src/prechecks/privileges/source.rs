//! What the source's account may see.

use super::super::{
    ALWAYS, ROWS, SCHEMA,
    context::{Check, Context},
    finding::Found,
    grant::{self, Missing},
    keys,
};
use super::lacking;
use crate::{
    catalog::Database,
    mysql::TableName,
    resolve::{EventMode, ObjectKind, Phase, TriggerMode},
};

pub(in crate::prechecks) const CHECKS: &[Check] = &[
    Check {
        id: "source_priv_select",
        phases: ALWAYS,
        run: source_priv_select,
    },
    Check {
        id: "source_priv_show_view",
        phases: SCHEMA,
        run: source_priv_show_view,
    },
    Check {
        id: "source_priv_trigger",
        phases: SCHEMA,
        run: source_priv_trigger,
    },
    Check {
        id: "source_priv_event",
        phases: SCHEMA,
        run: source_priv_event,
    },
    Check {
        id: "source_priv_routine_def",
        phases: SCHEMA,
        run: source_priv_routine_def,
    },
    Check {
        id: "source_priv_lock_or_reload",
        phases: ROWS,
        run: source_priv_lock_or_reload,
    },
];

/// The unreadable objects of some kinds.
fn unreadable<'a>(
    context: &'a Context<'_>,
    kinds: &'a [&str],
) -> impl Iterator<Item = &'a TableName> {
    context
        .source
        .unreadable
        .iter()
        .filter(move |one| kinds.contains(&one.kind.as_str()))
        .map(|one| &one.name)
}

/// What is unreadable though the privileges seem to be there, with the server's words.
fn unexplained(context: &Context<'_>, kinds: &[&str], missing: &Missing) -> Vec<Found> {
    let explained = missing.databases();
    let left = context.source.unreadable.iter().filter(|one| {
        kinds.contains(&one.kind.as_str())
            && !one.damaged()
            && !explained
                .iter()
                .any(|name| name == one.name.database.as_str())
    });
    left.map(|one| {
        Found::fail(format!("the {} cannot be read: {}", one.kind, one.reason))
            .on([one.name.plain()])
            .why("it would be left behind")
            .remedy("do what the server's message asks for, or exclude it in `objects`")
    })
    .collect()
}

fn source_priv_select(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let mut missing = Missing::default();
    for database in context.selected().databases.values() {
        let tables = database.tables.values().map(|table| &table.name);
        let tables: Vec<&TableName> = tables
            .chain(unreadable(context, &["table"]).filter(|name| name.database == database.name))
            .collect();
        if !tables.is_empty() {
            missing.look(facts, &database.name, &["SELECT"], &tables);
        }
    }
    let mut found = lacking(
        "source",
        facts,
        &missing,
        "their rows and definitions cannot be read",
    );
    found.extend(unexplained(context, &["table"], &missing));
    found
}

fn source_priv_show_view(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let mut missing = Missing::default();
    for name in unreadable(context, &["view"]) {
        missing.look(facts, &name.database, &["SHOW VIEW", "SELECT"], &[name]);
    }
    let mut found = lacking(
        "source",
        facts,
        &missing,
        "the definitions of views cannot be read",
    );
    found.extend(unexplained(context, &["view"], &missing));
    found
}

/// A name that no specification excludes by accident.
const ANY: &str = "\u{1}any";

fn source_priv_trigger(context: &Context<'_>) -> Vec<Found> {
    if context.migration.schema().triggers == TriggerMode::Skip {
        return Vec::new();
    }
    let facts = context.source_facts();
    let names = facts.lower_case();
    let selection = context.migration.selection();
    let mut missing = Missing::default();
    for database in context.selected().databases.values() {
        let any = TableName::new(database.name.clone(), ANY);
        let on: Vec<&TableName> = database
            .tables
            .values()
            .map(|table| &table.name)
            .filter(|table| selection.trigger(&any, &table.name, names))
            .collect();
        if !on.is_empty() {
            missing.look(facts, &database.name, &["TRIGGER"], &on);
        }
    }
    let mut found = lacking(
        "source",
        facts,
        &missing,
        "triggers cannot be seen without it, and would be left behind without a word; \
         schema.triggers = \"skip\" does without them",
    );
    found.extend(unexplained(context, &["trigger"], &missing));
    found
}

fn source_priv_event(context: &Context<'_>) -> Vec<Found> {
    if context.migration.schema().events == EventMode::Skip {
        return Vec::new();
    }
    let facts = context.source_facts();
    let mut missing = Missing::default();
    for database in databases_with(context, ObjectKind::Event) {
        missing.look(facts, &database.name, &["EVENT"], &[]);
    }
    let mut found = lacking(
        "source",
        facts,
        &missing,
        "events cannot be seen without it, and would be left behind without a word; \
         schema.events = \"skip\" does without them",
    );
    found.extend(unexplained(context, &["event"], &missing));
    found
}

/// The databases of which this kind is selected.
fn databases_with<'a>(
    context: &'a Context<'_>,
    kind: ObjectKind,
) -> impl Iterator<Item = &'a Database> {
    let names = context.source_facts().lower_case();
    context
        .selected()
        .databases
        .values()
        .filter(move |database| {
            let any = TableName::new(database.name.clone(), ANY);
            context.migration.selection().object(kind, &any, names)
        })
}

fn source_priv_routine_def(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let grants = &facts.grants;
    let (enough, statement) = if facts.version.at_least(8, 0, 20) {
        (
            grants.globally("SHOW_ROUTINE") || grants.globally("SELECT"),
            grant::global("SHOW_ROUTINE", facts),
        )
    } else if facts.version.at_least(8, 0, 0) {
        (grants.globally("SELECT"), grant::global("SELECT", facts))
    } else {
        let proc = TableName::new("mysql", "proc");
        (
            grants.on_object("SELECT", &proc, facts.lower_case()),
            format!("GRANT SELECT ON mysql.proc TO {};", grant::account(facts)),
        )
    };
    let databases = databases_with(context, ObjectKind::Routine);
    let databases: Vec<String> = databases.map(|one| one.name.as_str().to_owned()).collect();
    let lacks = Found::fail(format!(
        "the source's account {} may not see all routines",
        facts.account
    ))
    .why("those it does not see would be left behind without a word")
    .remedy(format!("{statement} Or leave \"routines\" out of `kinds`"));
    if !enough && !databases.is_empty() {
        return lacks.if_any(databases);
    }
    let hidden = context
        .selected()
        .routines()
        .filter(|routine| routine.definition.is_none())
        .map(|routine| routine.name.plain());
    let mut found = lacks.if_any(hidden);
    found.extend(unexplained(
        context,
        &["function", "procedure"],
        &Missing::default(),
    ));
    found
}

/// A stream without a GTID set to begin at, and any of 5.6, begins while nothing can be committed; a
/// table without a key is copied beside a stream while nobody writes to it.
fn source_priv_lock_or_reload(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let narrow = facts.version.at_least(8, 0, 23);
    if facts.grants.globally("RELOAD") || (narrow && facts.grants.globally("FLUSH_TABLES")) {
        return Vec::new();
    }
    let privilege = if narrow { "FLUSH_TABLES" } else { "RELOAD" };
    let statement = grant::global(privilege, facts);
    let stream = context.has(Phase::Incremental);
    let by_set = facts.version.at_least(5, 7, 0) && !facts.position_before.gtid_executed.is_empty();
    let begun = context.source.activity.place.known().is_some();
    if stream && !begun && !by_set {
        return vec![
            Found::fail(format!(
                "the source's account {} may not hold the source still for the stream's start",
                facts.account
            ))
            .why(
                "a stream that cannot begin at a set of GTIDs begins where the binlog is under \
                 FLUSH TABLES WITH READ LOCK",
            )
            .remedy(statement),
        ];
    }
    if !context.has(Phase::Full) {
        return Vec::new();
    }
    let mut missing = Missing::default();
    for database in context.selected().databases.values() {
        let mut tables = database.tables.values();
        if tables.any(|table| !stream || !keys::identified(table)) {
            missing.look(facts, &database.name, &["LOCK TABLES"], &[]);
        }
    }
    let found = if stream {
        Found::fail(format!(
            "the source's account {} may not keep writers from tables without a key",
            facts.account
        ))
        .why("beside a stream such a table is read at a moment when nobody writes to it")
    } else {
        Found::warning(format!(
            "the source's account {} can hold the source still neither by FLUSH TABLES WITH READ \
             LOCK nor by LOCK TABLES",
            facts.account
        ))
        .why("several readers cannot share a moment without it: one reader copies everything")
    };
    found
        .remedy(format!(
            "{statement} Or, less: {}",
            missing.statements(facts)
        ))
        .if_any(missing.databases())
}
