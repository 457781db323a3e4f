//! Foreign keys, views, definers, events.

use std::collections::BTreeMap;

use super::{
    ALWAYS, SCHEMA,
    context::{Check, Context, same},
    finding::Found,
    grant,
    inventory::by_definer,
};
use crate::{
    catalog::View,
    mysql::{Ident, Names, TableName},
    resolve::{Definer, EventMode, Phase, TriggerMode},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "fk_parent_missing",
        phases: ALWAYS,
        run: fk_parent_missing,
    },
    Check {
        id: "definer_missing",
        phases: SCHEMA,
        run: definer_missing,
    },
    Check {
        id: "merged_triggers",
        phases: SCHEMA,
        run: merged_triggers,
    },
    Check {
        id: "invalid_view",
        phases: SCHEMA,
        run: invalid_view,
    },
    Check {
        id: "events_past",
        phases: SCHEMA,
        run: events_past,
    },
];

fn fk_parent_missing(context: &Context<'_>) -> Vec<Found> {
    // without "schema" and "full" no key is created and no row is copied
    if !context.has(Phase::Schema) && !context.has(Phase::Full) {
        return Vec::new();
    }
    let names = context.source_facts().lower_case();
    let selected = |parent: &TableName| {
        let mut tables = context.selected().tables().filter(|_| names.folds());
        context.selected().table(parent).is_some()
            || context.source.activity.later.contains(parent)
            || tables.any(|table| same(&table.name, parent, names))
    };
    let missing = context.selected().tables().flat_map(|table| {
        let keys = table.foreign_keys.iter();
        let keys = keys.filter(|key| !selected(&key.parent));
        keys.map(|key| {
            format!(
                "{}.{} (parent {})",
                table.name.plain(),
                key.name.as_str(),
                key.parent.plain()
            )
        })
    });
    Found::fail("a foreign key refers to a table that is not selected")
        .why("the key cannot be created, or its rows would have no parents")
        .remedy("select the parent too, exclude the child, or drop the key on the source")
        .if_any(missing)
}

/// Every object that has a definer and is to be created: its name, and the definer as `user@host`.
pub(super) fn definers<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = (&'a TableName, &'a str)> {
    let selected = context.selected();
    let options = context.migration.schema();
    let views = selected.views().filter(|view| view.invalid.is_none());
    let views = views.map(|view| (&view.name, view.definer.as_str()));
    let routines = selected
        .routines()
        .map(|routine| (&routine.name, routine.definer.as_str()));
    let triggers = selected
        .triggers()
        .filter(|_| options.triggers != TriggerMode::Skip)
        .map(|trigger| (&trigger.name, trigger.definer.as_str()));
    let events = selected
        .events()
        .filter(|_| options.events != EventMode::Skip)
        .map(|event| (&event.name, event.definer.as_str()));
    views.chain(routines).chain(triggers).chain(events)
}

fn definer_missing(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let wanted: Vec<(&TableName, String)> = match &context.migration.schema().definer {
        Definer::Invoker => return Vec::new(),
        Definer::Keep => definers(context)
            .map(|(name, definer)| (name, definer.to_owned()))
            .collect(),
        Definer::Account { user, host } => definers(context)
            .map(|(name, _)| (name, format!("{user}@{host}")))
            .collect(),
    };
    let wanted = wanted
        .into_iter()
        .filter(|(_, definer)| *definer != facts.account);
    let why = "an object whose definer does not exist cannot be used (error 1449)";
    let Some(accounts) = &facts.accounts else {
        return Found::warning("whether these definers exist on the destination cannot be seen")
            .why(why)
            .remedy(format!(
                "GRANT SELECT ON mysql.user TO {}; on the destination, to have it checked",
                super::grant::account(facts)
            ))
            .if_any(wanted.map(|(_, definer)| definer));
    };
    // those that are taken along are made before any definition
    let made = |definer: &str| {
        let taken = context.source.accounts.found.iter();
        taken
            .map(|account| account.name.plain())
            .any(|name| name == definer)
    };
    let missing = wanted.filter(|(_, definer)| !accounts.contains(definer) && !made(definer));
    let missing: Vec<(&TableName, String)> = missing.collect();
    let mut statements: Vec<String> = missing
        .iter()
        .filter_map(|(_, definer)| definer.rsplit_once('@'))
        .map(|(user, host)| format!("CREATE USER {}@{};", Ident::new(user), Ident::new(host)))
        .collect();
    statements.sort();
    statements.dedup();
    Found::fail("a definer does not exist on the destination")
        .why(why)
        .remedy(format!(
            "{} on the destination, or set schema.definer = \"invoker\"",
            statements.join(" ")
        ))
        .if_any(
            missing
                .iter()
                .map(|(name, definer)| format!("{} ({definer})", name.plain())),
        )
}

/// Triggers of tables that become one: each fires for the rows of all.
fn merged_triggers(context: &Context<'_>) -> Vec<Found> {
    if context.migration.schema().triggers == TriggerMode::Skip {
        return Vec::new();
    }
    let mut sources: BTreeMap<TableName, u32> = BTreeMap::new();
    for table in context.selected().tables() {
        *sources.entry(context.names.table(&table.name)).or_default() += 1;
    }
    let triggers = context.selected().triggers().filter_map(|trigger| {
        let table = TableName::new(trigger.name.database.clone(), trigger.table.clone());
        let there = context.names.table(&table);
        let several = sources.get(&there).is_some_and(|count| *count > 1);
        several.then(|| format!("{} (on {})", trigger.name.plain(), there.plain()))
    });
    Found::warning("triggers of tables that are merged fire for the rows of all of them")
        .why("after the switch they do to the others' rows what was meant for their own table's")
        .remedy(
            "rewrite them for the merged table, and leave them behind: exclude them in `objects`, \
             or set schema.triggers = \"skip\"",
        )
        .if_any(triggers)
}

fn invalid_view(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let told = |view: &View| {
        let reason = view.invalid.as_ref()?;
        Some(format!("{}: {reason}", view.name.plain()))
    };
    let (denied, invalid): (Vec<&View>, Vec<&View>) = context
        .selected()
        .views()
        .partition(|view| may_be_denied(view) && !facts.grants.globally("EXECUTE"));
    let mut found = Found::info("a view does not work on the source")
        .why("it cannot be created on the destination either, and is left behind")
        .remedy("mend it on the source, or drop it there")
        .if_any(invalid.into_iter().filter_map(told));
    found.extend(
        Found::warning(format!(
            "a view does not work on the source for its account {}, and may for others",
            facts.account
        ))
        .why(
            "it runs with the rights of who uses it, and the account may not execute all functions; \
             it is left behind",
        )
        .remedy(format!(
            "{} Or mend the view, or drop it there",
            grant::global("EXECUTE", facts)
        ))
        .if_any(denied.into_iter().filter_map(told)),
    );
    found
}

/// Whether the server's word that it is invalid may mean this account alone: it says the same of what
/// is not there and of what is not allowed (error 1356).
fn may_be_denied(view: &View) -> bool {
    let reason = view.invalid.as_deref().unwrap_or_default();
    reason.ends_with("(1356)") && !by_definer(&view.definition, "")
}

fn events_past(context: &Context<'_>) -> Vec<Found> {
    if context.migration.schema().events == EventMode::Skip {
        return Vec::new();
    }
    let past = context.selected().events().filter(|event| event.past);
    Found::info("a one-time event lies in the past")
        .why("it cannot be created any more, and is left behind")
        .remedy("drop it on the source, or give it a new time there")
        .if_any(past.map(|event| event.name.plain()))
}
