//! What the source has and the destination will not.

use std::collections::BTreeSet;

use super::{
    build::Begun,
    frozen,
    model::{LeftBehind, TableStep},
};
use crate::{
    catalog::{Accounts, Inspection, Side},
    mysql::{AccountName, TableName},
    resolve::{EventMode, Migration, Phase, TriggerMode},
};

/// Everything left behind but what only the order of creation can tell.
pub fn list(migration: &Migration, inspection: &Inspection) -> Vec<LeftBehind> {
    let source = &inspection.source;
    let mut list = excluded(source);
    for view in source.catalog.views() {
        if let Some(reason) = &view.invalid {
            list.push(line(&view.name, format!("an invalid view: {reason}")));
        }
    }
    for unreadable in &source.unreadable {
        let why = format!(
            "{} that cannot be read: {}",
            unreadable.kind, unreadable.reason
        );
        list.push(line(&unreadable.name, why));
    }
    list.extend(databases(migration, source));
    let schema = migration.schema();
    if schema.triggers == TriggerMode::Skip {
        list.extend(source.catalog.triggers().map(|trigger| {
            line(
                &trigger.name,
                "trigger, schema.triggers is \"skip\"".to_owned(),
            )
        }));
    }
    if schema.events == EventMode::Skip {
        list.extend(
            source
                .catalog
                .events()
                .map(|event| line(&event.name, "event, schema.events is \"skip\"".to_owned())),
        );
    }
    for event in source.catalog.events().filter(|event| event.past) {
        let why = "a one-time event whose moment has passed cannot be created".to_owned();
        list.push(line(&event.name, why));
    }
    let own = AccountName::of_text(&source.facts.account);
    list.extend(accounts(&source.accounts, &own));
    if migration.phases().has(Phase::Full) && !migration.phases().has(Phase::Incremental) {
        list.push(LeftBehind {
            what: "later writes".to_owned(),
            why: "what is written to the source after the snapshot; \"incremental\" would carry it"
                .to_owned(),
        });
    }
    list
}

/// One line for all accounts that are not taken; the server's own are nobody's to take.
fn accounts(accounts: &Accounts, own: &AccountName) -> Option<LeftBehind> {
    const NAMED: usize = 10;
    let ordinary = || {
        let others = accounts.others.iter();
        others.filter(|name| name.reserved().is_none() && *name != own)
    };
    let named: Vec<String> = ordinary().take(NAMED).map(AccountName::plain).collect();
    let more = match ordinary().count().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| LeftBehind {
        what: "accounts".to_owned(),
        why: format!(
            "{}{more}: not selected by `objects.accounts`",
            named.join(", ")
        ),
    })
}

/// Databases that a pattern selects and `exclude` leaves out.
fn databases(migration: &Migration, source: &Side) -> Vec<LeftBehind> {
    let names = source.facts.lower_case();
    let excluded = source.databases.iter();
    let excluded = excluded.filter(|name| migration.selection().excluded(name, names));
    excluded
        .map(|name| LeftBehind {
            what: name.as_str().to_owned(),
            why: "database, excluded".to_owned(),
        })
        .collect()
}

/// Rows that a filter leaves out, and columns that are not taken.
pub fn of_rows(tables: &[TableStep]) -> Vec<LeftBehind> {
    let mut list = Vec::new();
    for step in tables {
        let name = &step.shape.source;
        if let Some(filter) = &step.changes.filter {
            let why = format!("rows for which this does not hold: {filter}");
            list.push(line(name, why));
        }
        for column in &step.changes.left_out {
            list.push(LeftBehind {
                what: format!("{}.{}", name.plain(), column.as_str()),
                why: "column, not taken".to_owned(),
            });
        }
    }
    list
}

/// Tables that were copied and are not selected any more.
pub fn dropped_out(begun: &Begun, tables: &[TableStep]) -> Vec<LeftBehind> {
    let selected: BTreeSet<&TableName> = tables.iter().map(|step| &step.shape.source).collect();
    let kept = frozen::sources(&begun.fixed).into_iter();
    let gone = kept.filter(|(there, name)| !selected.contains(name) && begun.wrote(there));
    gone.map(|(_, name)| {
        let why = "no longer selected; what was copied of it stays on the destination as it is";
        line(&name, why.to_owned())
    })
    .collect()
}

fn excluded(source: &Side) -> Vec<LeftBehind> {
    let left_out = &source.left_out;
    let kinds = [
        ("table", &left_out.tables),
        ("view", &left_out.views),
        ("routine", &left_out.routines),
        ("trigger", &left_out.triggers),
        ("event", &left_out.events),
    ];
    kinds
        .into_iter()
        .flat_map(|(kind, names)| {
            names
                .iter()
                .map(move |name| line(name, format!("{kind}, not selected")))
        })
        .collect()
}

fn line(name: &TableName, why: String) -> LeftBehind {
    LeftBehind {
        what: name.plain(),
        why,
    }
}
