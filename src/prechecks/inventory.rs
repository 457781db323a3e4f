//! Parts of definitions of which people want to know whether they arrive. They do, unless a check
//! says so; here is what becomes of them.

use std::collections::BTreeSet;

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
    objects,
};
use crate::{
    catalog::{Column, EventStatus, Routine, Table},
    mysql::{Names, TableName},
    resolve::{Definer, EventMode, TriggerMode},
    sql::{Mode, Token, tokenize},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "mysql9_javascript_routines",
    phases: SCHEMA,
    run: mysql9_javascript_routines,
}];

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "version_skew",
        phases: SCHEMA,
        run: version_skew,
    },
    Check {
        id: "definer_is_migrator",
        phases: SCHEMA,
        run: definer_is_migrator,
    },
    Check {
        id: "view_definer_security",
        phases: SCHEMA,
        run: view_definer_security,
    },
    Check {
        id: "triggers_present",
        phases: SCHEMA,
        run: triggers_present,
    },
    Check {
        id: "events_present",
        phases: SCHEMA,
        run: events_present,
    },
    Check {
        id: "generated_columns",
        phases: SCHEMA,
        run: generated_columns,
    },
    Check {
        id: "invisible_columns",
        phases: SCHEMA,
        run: invisible_columns,
    },
    Check {
        id: "generated_invisible_pk",
        phases: SCHEMA,
        run: generated_invisible_pk,
    },
    Check {
        id: "check_constraints",
        phases: SCHEMA,
        run: check_constraints,
    },
    Check {
        id: "partitioned_tables",
        phases: SCHEMA,
        run: partitioned_tables,
    },
    Check {
        id: "utf8mb3_usage",
        phases: SCHEMA,
        run: utf8mb3_usage,
    },
    Check {
        id: "row_format_legacy",
        phases: SCHEMA,
        run: row_format_legacy,
    },
    Check {
        id: "fk_cycle",
        phases: SCHEMA,
        run: fk_cycle,
    },
    Check {
        id: "fk_cross_db",
        phases: SCHEMA,
        run: fk_cross_db,
    },
    Check {
        id: "db_name_convention",
        phases: SCHEMA,
        run: db_name_convention,
    },
];

fn is_javascript(routine: &Routine) -> bool {
    let definition = routine.definition.as_deref().unwrap_or_default();
    let tokens = tokenize(definition, Mode::from_sql_mode(&routine.context.sql_mode));
    let words: Vec<&Token<'_>> = tokens.iter().filter(|token| token.significant()).collect();
    words
        .windows(2)
        .any(|two| matches!(two, [a, b] if a.is("LANGUAGE") && b.is("JAVASCRIPT")))
}

fn mysql9_javascript_routines(context: &Context<'_>) -> Vec<Found> {
    let routines = context
        .selected()
        .routines()
        .filter(|one| is_javascript(one));
    let names = routines.map(|routine| routine.name.plain());
    if context.destination_facts().version.at_least(9, 0, 0) {
        return Found::info("routines are written in JavaScript")
            .why("they are created; where the destination lacks the component, calls fail (6001)")
            .remedy("INSTALL COMPONENT 'file://component_mle'; on the destination")
            .if_any(names);
    }
    Found::fail("routines are written in JavaScript, which the destination does not know")
        .why("they cannot be created there")
        .remedy("rewrite them in SQL, or exclude them")
        .if_any(names)
}

fn version_skew(context: &Context<'_>) -> Vec<Found> {
    // 5.6, 5.7, 8.0, 8.4, 9.x: each is one series behind the next
    let series =
        |facts: &crate::catalog::ServerFacts| match (facts.version.major, facts.version.minor) {
            (..=4, _) | (5, ..=6) => 0,
            (5, _) => 1,
            (6..=8, 0) => 2,
            (6..=8, _) => 3,
            _ => 4,
        };
    let (source, destination) = (context.source_facts(), context.destination_facts());
    Found::info(format!(
        "the destination is {}, the source {}: series in between are passed over",
        destination.version, source.version
    ))
    .why("definitions and rows are judged against the destination itself; the application is not")
    .remedy("read the release notes of each series on the way, and try the application")
    .when(series(destination) > series(source) + 1)
}

fn definer_is_migrator(context: &Context<'_>) -> Vec<Found> {
    if !matches!(context.migration.schema().definer, Definer::Invoker) {
        return Vec::new();
    }
    let facts = context.destination_facts();
    Found::info(format!(
        "{} becomes the definer of views, routines, triggers and events",
        facts.account
    ))
    .why("triggers and events stop working when that account is removed (error 1449)")
    .remedy("keep it, locked, after the migration; or name another in schema.definer")
    .when(objects::definers(context).next().is_some())
}

/// Whether a view or routine runs with its definer's privileges.
pub(super) fn by_definer(definition: &str, sql_mode: &str) -> bool {
    let tokens = tokenize(definition, Mode::from_sql_mode(sql_mode));
    let words: Vec<&Token<'_>> = tokens.iter().filter(|token| token.significant()).collect();
    !words.windows(3).any(
        |three| matches!(three, [a, b, c] if a.is("SQL") && b.is("SECURITY") && c.is("INVOKER")),
    )
}

fn view_definer_security(context: &Context<'_>) -> Vec<Found> {
    if !matches!(context.migration.schema().definer, Definer::Invoker) {
        return Vec::new();
    }
    let selected = context.selected();
    let views = selected
        .views()
        .filter(|view| view.invalid.is_none() && by_definer(&view.definition, ""))
        .map(|view| view.name.plain());
    let routines = selected.routines().filter(|routine| {
        let definition = routine.definition.as_deref().unwrap_or_default();
        !definition.is_empty() && by_definer(definition, &routine.context.sql_mode)
    });
    let routines = routines.map(|routine| routine.name.plain());
    Found::info("views and routines that run with their definer's privileges become INVOKER")
        .why("whoever uses them needs privileges on what they use")
        .remedy("GRANT these on the destination, or set schema.definer = \"keep\"")
        .if_any(views.chain(routines))
}

fn triggers_present(context: &Context<'_>) -> Vec<Found> {
    let message = match context.migration.schema().triggers {
        TriggerMode::AtFinish => "triggers are created at the end, when no more rows are written",
        TriggerMode::Guarded => "triggers are there from the start, and do nothing for us",
        TriggerMode::Skip => "triggers stay behind, as schema.triggers = \"skip\" says",
    };
    Found::info(message)
        .why("until then the destination does not do what they do")
        .remedy("nothing needs to be done; schema.triggers says when they are created")
        .if_any(
            context
                .selected()
                .triggers()
                .map(|trigger| trigger.name.plain()),
        )
}

fn events_present(context: &Context<'_>) -> Vec<Found> {
    let message = match context.migration.schema().events {
        EventMode::AtFinish => "events are created, and enabled, at the end",
        EventMode::Skip => "events stay behind, as schema.events = \"skip\" says",
    };
    let enabled = context
        .selected()
        .events()
        .filter(|event| event.status == EventStatus::Enabled && !event.past);
    Found::info(message)
        .why("until the source's are disabled, both servers run them")
        .remedy("ALTER EVENT ... DISABLE on the source at the switch")
        .if_any(enabled.map(|event| event.name.plain()))
}

fn columns<'a>(
    context: &Context<'a>,
    test: impl Fn(&Column) -> bool + Copy + 'a,
) -> impl Iterator<Item = String> + 'a {
    context.selected().tables().flat_map(move |table| {
        let columns = table.columns.iter().filter(move |column| test(column));
        columns.map(|column| format!("{}.{}", table.name.plain(), column.name.as_str()))
    })
}

fn tables<'a>(
    context: &Context<'a>,
    test: impl Fn(&Table) -> bool + 'a,
) -> impl Iterator<Item = String> + 'a {
    let tables = context.selected().tables().filter(move |table| test(table));
    tables.map(|table| table.name.plain())
}

fn generated_columns(context: &Context<'_>) -> Vec<Found> {
    Found::info("the destination computes generated columns anew")
        .why("a function whose result differs between the releases gives another value there")
        .remedy(
            "`verify` compares the columns that they are made from, and not them: after the copy, \
                 compare such a column by a query on both sides where its function may differ",
        )
        .if_any(columns(context, |column| column.generated.is_some()))
}

/// The key that `sql_generate_invisible_primary_key` makes.
const HIDDEN_KEY: &str = "my_row_id";

fn invisible_columns(context: &Context<'_>) -> Vec<Found> {
    Found::info("invisible columns are carried, and stay invisible")
        .why("we name every column, so none is left out")
        .remedy("nothing needs to be done")
        .if_any(columns(context, |column| {
            column.invisible && column.name.as_str() != HIDDEN_KEY
        }))
}

fn generated_invisible_pk(context: &Context<'_>) -> Vec<Found> {
    Found::info("a primary key that the source has made by itself is carried with its values")
        .why("it tells rows apart, on both sides alike")
        .remedy("nothing needs to be done")
        .if_any(columns(context, |column| {
            column.invisible && column.name.as_str() == HIDDEN_KEY
        }))
}

fn check_constraints(context: &Context<'_>) -> Vec<Found> {
    Found::info("CHECK constraints are enforced while rows are written")
        .why("a row that the source took before its constraint was enforced is refused")
        .remedy("SELECT the rows that break it on the source, and correct them")
        .if_any(tables(context, |table| {
            table.checks.iter().any(|check| check.enforced)
        }))
}

fn partitioned_tables(context: &Context<'_>) -> Vec<Found> {
    Found::info("partitions are created as they are")
        .why("rows are copied by the table's key, whatever its partitions")
        .remedy("nothing needs to be done")
        .if_any(tables(context, |table| table.partitioning.is_some()))
}

fn utf8mb3_usage(context: &Context<'_>) -> Vec<Found> {
    Found::info("columns hold utf8mb3, which releases to come will not have")
        .why("they are carried as they are; no character of four bytes fits in")
        .remedy("ALTER TABLE ... CONVERT TO CHARACTER SET utf8mb4 after the switch")
        .if_any(tables(context, |table| {
            let mut charsets = table
                .columns
                .iter()
                .filter_map(|one| one.charset.as_deref());
            charsets.any(|charset| matches!(charset, "utf8" | "utf8mb3"))
        }))
}

fn row_format_legacy(context: &Context<'_>) -> Vec<Found> {
    Found::info("tables ask for ROW_FORMAT = REDUNDANT or COMPACT")
        .why("keys are limited to 767 bytes in them, on the destination too")
        .remedy("ALTER TABLE ... ROW_FORMAT = DYNAMIC after the switch")
        .if_any(tables(context, |table| {
            let options = table.create_options.to_lowercase();
            options.contains("row_format=redundant") || options.contains("row_format=compact")
        }))
}

/// The tables that reach themselves by foreign keys over others.
fn fk_cycle(context: &Context<'_>) -> Vec<Found> {
    let reaches = |start: &Table| {
        let mut seen: BTreeSet<&TableName> = BTreeSet::new();
        let mut open: Vec<&Table> = vec![start];
        while let Some(table) = open.pop() {
            for key in &table.foreign_keys {
                if key.parent == start.name && table.name != start.name {
                    return true;
                }
                if seen.insert(&key.parent) {
                    open.extend(context.selected().table(&key.parent));
                }
            }
        }
        false
    };
    let tables = context.selected().tables();
    let cyclic = tables.filter(|table| !table.foreign_keys.is_empty() && reaches(table));
    Found::info("foreign keys go in a circle")
        .why("they are added when all tables and rows are there, so no order is needed")
        .remedy("nothing needs to be done")
        .if_any(cyclic.map(|table| table.name.plain()))
}

fn fk_cross_db(context: &Context<'_>) -> Vec<Found> {
    let across = context.selected().tables().flat_map(|table| {
        let database = context.names.database(&table.name.database);
        let keys = table.foreign_keys.iter();
        keys.filter(move |key| key.parent.database != table.name.database)
            .map(move |key| {
                format!(
                    "{}.{} (to {})",
                    database.as_str(),
                    key.name.as_str(),
                    context.names.database(&key.parent.database).as_str()
                )
            })
    });
    Found::info("foreign keys lead from one database into another")
        .why("they follow both databases to their names on the destination")
        .remedy("keep these databases on one server")
        .if_any(across)
}

fn db_name_convention(context: &Context<'_>) -> Vec<Found> {
    let plain = |name: &str| {
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    let databases = context.selected().databases.keys();
    let odd = databases
        .map(|name| context.names.database(name))
        .filter(|name| !plain(name.as_str()))
        .map(|name| name.as_str().to_owned());
    Found::info("names of databases have other characters than letters, digits, _ and -")
        .why("MySQL takes them; consoles of managed services may not")
        .remedy("create them there beforehand, or map them to other names")
        .if_any(odd)
}
