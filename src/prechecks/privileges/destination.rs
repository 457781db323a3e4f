//! What the destination's account may write.

use super::super::{
    ALWAYS, INCREMENTAL, ROWS, SCHEMA,
    context::{Check, Context},
    finding::Found,
    grant::{self, Missing},
    objects,
};
use super::lacking;
use crate::{
    catalog::Database,
    mysql::{Ident, Names},
    resolve::{Definer, EventMode, Phase, TriggerMode, scratch_databases},
};

pub(in crate::prechecks) const CHECKS: &[Check] = &[
    Check {
        id: "destination_priv_ddl",
        phases: SCHEMA,
        run: destination_priv_ddl,
    },
    Check {
        id: "destination_priv_dml",
        phases: ROWS,
        run: destination_priv_dml,
    },
    Check {
        id: "destination_priv_followed_ddl",
        phases: INCREMENTAL,
        run: destination_priv_followed_ddl,
    },
    Check {
        id: "metadata_privileges",
        phases: ALWAYS,
        run: metadata_privileges,
    },
    Check {
        id: "destination_priv_session_vars",
        phases: ALWAYS,
        run: destination_priv_session_vars,
    },
    Check {
        id: "destination_priv_definer",
        phases: SCHEMA,
        run: destination_priv_definer,
    },
];

/// The mapped databases, with what is to go into them.
fn mapped<'a>(context: &'a Context<'_>) -> impl Iterator<Item = (Ident, &'a Database)> {
    context
        .selected()
        .databases
        .values()
        .map(|database| (context.names.database(&database.name), database))
}

fn destination_priv_ddl(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let options = context.migration.schema();
    let mut missing = Missing::default();
    for (name, database) in mapped(context) {
        let mut needed = vec!["CREATE", "ALTER", "DROP", "INDEX", "REFERENCES"];
        if !database.views.is_empty() {
            needed.extend(["CREATE VIEW", "SHOW VIEW"]);
        }
        if !database.routines.is_empty() {
            needed.extend(["CREATE ROUTINE", "ALTER ROUTINE", "EXECUTE"]);
        }
        if !database.triggers.is_empty() && options.triggers != TriggerMode::Skip {
            needed.push("TRIGGER");
            // guards are taken off while the table is locked
            if options.triggers == TriggerMode::Guarded {
                needed.extend(["LOCK TABLES", "SELECT"]);
            }
        }
        if !database.events.is_empty() && options.events != EventMode::Skip {
            needed.push("EVENT");
        }
        missing.look(facts, &name, &needed, &[]);
    }
    lacking(
        "destination",
        facts,
        &missing,
        "the definitions cannot be created",
    )
}

fn destination_priv_dml(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let mut missing = Missing::default();
    for (name, database) in mapped(context) {
        if !database.tables.is_empty() {
            let needed = ["SELECT", "INSERT", "UPDATE", "DELETE"];
            missing.look(facts, &name, &needed, &[]);
        }
    }
    lacking(
        "destination",
        facts,
        &missing,
        "the rows cannot be written and verified",
    )
}

/// What the source's ALTER TABLE needs: at its own place, and where it is tried on empty copies.
fn destination_priv_followed_ddl(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let names = context.source_facts().lower_case();
    let followed: Vec<&Ident> = context
        .selected()
        .databases
        .keys()
        .filter(|database| context.migration.ddl().follows(database, names))
        .collect();
    let mut missing = Missing::default();
    if !context.has(Phase::Schema) {
        for database in &followed {
            let needed = ["CREATE", "ALTER", "DROP", "INDEX", "REFERENCES"];
            missing.look(facts, &context.names.database(database), &needed, &[]);
        }
    }
    if !followed.is_empty() {
        let metadata = context.migration.metadata_database();
        let needed = [
            "SELECT",
            "INSERT",
            "CREATE",
            "ALTER",
            "DROP",
            "INDEX",
            "REFERENCES",
        ];
        missing.look_family(facts, &scratch_databases(metadata), &needed);
    }
    lacking(
        "destination",
        facts,
        &missing,
        "the stream stops at the first ALTER TABLE of the source: each is tried on empty copies \
         before it is run",
    )
}

fn metadata_privileges(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let mut missing = Missing::default();
    let needed = ["CREATE", "DROP", "SELECT", "INSERT", "UPDATE", "DELETE"];
    missing.look(facts, context.migration.metadata_database(), &needed, &[]);
    lacking(
        "destination",
        facts,
        &missing,
        "the ledger lives there; `metadata_database` names another place",
    )
}

/// Our sessions there turn off what would change definitions or rows.
fn destination_priv_session_vars(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let version = &facts.version;
    let (enough, needed): (&[&str], &str) = if version.at_least(8, 0, 14) {
        (
            &["SESSION_VARIABLES_ADMIN", "SYSTEM_VARIABLES_ADMIN", "SUPER"],
            "SESSION_VARIABLES_ADMIN",
        )
    } else if version.at_least(8, 0, 0) {
        (
            &["SYSTEM_VARIABLES_ADMIN", "SUPER"],
            "SYSTEM_VARIABLES_ADMIN",
        )
    } else if context.migration.write_binlog() {
        return Vec::new();
    } else {
        (&["SUPER"], "SUPER")
    };
    let has = enough
        .iter()
        .any(|privilege| facts.grants.globally(privilege));
    let set = restricted(context);
    Found::fail(format!(
        "the destination's account {} may not set restricted session variables",
        facts.account
    ))
    .why(
        "the destination's own values would change definitions or rows, so our sessions must set \
         others",
    )
    .on(set.iter().map(|variable| (*variable).to_owned()))
    .remedy(grant::global(needed, facts))
    .when(!has && !set.is_empty())
}

/// The restricted variables whose values on the destination are not those that we need.
fn restricted(context: &Context<'_>) -> Vec<&'static str> {
    let facts = context.destination_facts();
    let mut set = Vec::new();
    for variable in [
        "sql_require_primary_key",
        "sql_generate_invisible_primary_key",
    ] {
        if facts.is_on(variable) == Some(true) {
            set.push(variable);
        }
    }
    // a session has it from 5.7 on
    if facts.version.at_least(5, 7, 0)
        && facts.is_on("explicit_defaults_for_timestamp") == Some(false)
    {
        set.push("explicit_defaults_for_timestamp");
    }
    if !context.migration.write_binlog() {
        set.push("sql_log_bin");
    }
    set
}

fn destination_priv_definer(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let other = match &context.migration.schema().definer {
        Definer::Invoker => return Vec::new(),
        Definer::Keep => objects::definers(context).any(|(_, definer)| definer != facts.account),
        Definer::Account { user, host } => {
            format!("{user}@{host}") != facts.account && objects::definers(context).next().is_some()
        }
    };
    let version = &facts.version;
    let needed = if version.at_least(8, 2, 0) {
        "SET_ANY_DEFINER"
    } else if version.at_least(8, 0, 0) {
        "SET_USER_ID"
    } else {
        "SUPER"
    };
    let has = ["SUPER", needed]
        .iter()
        .any(|privilege| facts.grants.globally(privilege));
    Found::fail(format!(
        "the destination's account {} may not create objects for another definer",
        facts.account
    ))
    .why("`schema.definer` asks for one")
    .remedy(format!(
        "{} Or set schema.definer = \"invoker\"",
        grant::global(needed, facts)
    ))
    .when(other && !has)
}
