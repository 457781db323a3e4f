//! What is carried exactly, and what of it the destination may still treat in another way.

use super::{
    FULL, SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::{Column, GrantLevel, Table},
    mysql::{Ident, Names as _, TableName},
    sql::{Mode, Token, tokenize},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "generated_column_functions",
    phases: SCHEMA,
    run: generated_column_functions,
}];

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "float_double_precision",
        phases: FULL,
        run: float_double_precision,
    },
    Check {
        id: "functional_index_desc",
        phases: SCHEMA,
        run: functional_index_desc,
    },
    Check {
        id: "db_charset_allowed",
        phases: SCHEMA,
        run: db_charset_allowed,
    },
    Check {
        id: "account_table_column_grants",
        phases: SCHEMA,
        run: account_table_column_grants,
    },
    Check {
        id: "destination_secondary_indexes",
        phases: FULL,
        run: destination_secondary_indexes,
    },
];

/// Whether a value of the column is kept: in its row, or in a key.
fn kept(table: &Table, column: &Column) -> bool {
    let stored = column.generated.as_ref().is_some_and(|one| one.stored);
    let mut parts = table.indexes.iter().flat_map(|index| &index.parts);
    stored || parts.any(|part| part.column.as_ref() == Some(&column.name))
}

fn converts(expression: &str) -> bool {
    let tokens = tokenize(expression, Mode::default());
    let words: Vec<&Token<'_>> = tokens.iter().filter(|token| token.significant()).collect();
    words.windows(2).any(|two| {
        matches!(two, [name, open]
            if (name.is("CAST") || name.is("CONVERT")) && open.is_symbol("("))
    })
}

/// CAST and CONVERT give other results from 8.0.28 on.
fn generated_column_functions(context: &Context<'_>) -> Vec<Found> {
    let new = |facts: &crate::catalog::ServerFacts| facts.version.at_least(8, 0, 28);
    if new(context.source_facts()) || !new(context.destination_facts()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for table in context.selected().tables() {
        let columns = table.columns.iter().filter(|column| {
            let expression = column.generated.as_ref().map(|one| &one.expression);
            expression.is_some_and(|text| converts(text)) && kept(table, column)
        });
        found.extend(
            columns.map(|column| format!("{}.{}", table.name.plain(), column.name.as_str())),
        );
    }
    Found::warning("stored or indexed columns are computed by CAST or CONVERT")
        .why(
            "the destination computes them anew, and from 8.0.28 on with other results for some \
             values: a unique key may refuse a row",
        )
        .remedy(
            "acknowledge it, and compare these columns by a query on both sides: `cutover verify` \
             compares what they are made from",
        )
        .if_any(found)
}

fn float_double_precision(context: &Context<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for table in context.selected().tables() {
        let columns = table.columns.iter().filter(|column| {
            matches!(column.data_type.as_str(), "float" | "double") && column.generated.is_none()
        });
        found.extend(
            columns.map(|column| format!("{}.{}", table.name.plain(), column.name.as_str())),
        );
    }
    Found::info("FLOAT and DOUBLE columns are carried bit by bit")
        .why("what a client sees of them is rounded by the server, perhaps in another way there")
        .remedy("nothing needs to be done; DECIMAL is for what must be exact")
        .if_any(found)
}

fn functional_index_desc(context: &Context<'_>) -> Vec<Found> {
    if context.destination_facts().version.at_least(8, 0, 0) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for table in context.selected().tables() {
        let indexes = table.indexes.iter();
        let indexes = indexes.filter(|index| index.parts.iter().any(|part| part.descending));
        found
            .extend(indexes.map(|index| format!("{}.{}", table.name.plain(), index.name.as_str())));
    }
    Found::info("keys are in descending order, which the destination does not know")
        .why("it reads DESC and makes them ascending; ORDER BY of both kinds then sorts")
        .remedy("nothing needs to be done; a destination of 8.0 or later keeps the order")
        .if_any(found)
}

fn db_charset_allowed(context: &Context<'_>) -> Vec<Found> {
    const EVERYWHERE: [&str; 5] = ["utf8", "utf8mb3", "utf8mb4", "gbk", "latin1"];
    let databases = context.selected().databases.values();
    let rare = databases
        .filter(|database| !EVERYWHERE.contains(&database.charset.as_str()))
        .map(|database| format!("{} ({})", database.name.as_str(), database.charset));
    Found::info("databases have a character set that consoles of managed services may not offer")
        .why("MySQL takes it; such a service may refuse to create the database")
        .remedy("create them there beforehand, if the destination refuses")
        .if_any(rare)
}

/// Grants on objects that have another name on the destination.
fn account_table_column_grants(context: &Context<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for account in &context.source.accounts.found {
        for grant in &account.grants {
            let (GrantLevel::Table { name }
            | GrantLevel::Function { name }
            | GrantLevel::Procedure { name }) = &grant.on
            else {
                continue;
            };
            let to = match &grant.on {
                // a routine moves with its database, and keeps its own name
                GrantLevel::Function { .. } | GrantLevel::Procedure { .. } => {
                    TableName::new(context.names.database(&name.database), name.name.clone())
                }
                GrantLevel::Table { .. }
                | GrantLevel::Global
                | GrantLevel::Database { .. }
                | GrantLevel::Role { .. }
                | GrantLevel::Proxy { .. } => context.names.table(name),
            };
            let column = grant.column.as_ref();
            let renamed = column.is_some_and(|one| context.names.column(name, one) != *one);
            if to != *name || renamed {
                let behind = column.map_or_else(String::new, |one: &Ident| {
                    format!(".{}", context.names.column(name, one).as_str())
                });
                found.push(format!(
                    "{} (on {}{behind})",
                    account.name.plain(),
                    to.plain()
                ));
            }
        }
    }
    Found::info("accounts have privileges on tables, columns or routines that get other names")
        .why("they get them on the new names")
        .remedy("nothing needs to be done")
        .if_any(found)
}

fn destination_secondary_indexes(context: &Context<'_>) -> Vec<Found> {
    if context.has(crate::resolve::Phase::Schema) && !context.reuses() {
        return Vec::new();
    }
    let tables = context.selected().tables().filter_map(|table| {
        let there = context.table_there(&context.names.table(&table.name))?;
        let empty = !context.destination.not_empty.contains(&there.name);
        let ours = context.made("table", &there.name);
        let indexed = there.indexes.iter().any(|index| !index.unique);
        (empty && indexed && !ours).then(|| there.name.plain())
    });
    Found::info("empty tables on the destination have secondary indexes already")
        .why("each row is put into all of them, which is slower than to build them at the end")
        .remedy("drop them there for the time of the copy, where the copy is long")
        .if_any(tables)
}
