//! Accounts that are taken along.

use std::collections::BTreeSet;

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
    grant,
};
use crate::{
    catalog::{
        Account, Grant, GrantLevel,
        account::{ALL, ALL_BEFORE_8, ALL_OF_DATABASE, ALL_OF_ROUTINE, ALL_OF_TABLE},
    },
    mysql::{AccountName, Ident, Names as _},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "account_source_read",
        phases: SCHEMA,
        run: account_source_read,
    },
    Check {
        id: "account_destination_priv",
        phases: SCHEMA,
        run: account_destination_priv,
    },
    Check {
        id: "account_destination_version",
        phases: SCHEMA,
        run: account_destination_version,
    },
    Check {
        id: "account_own",
        phases: SCHEMA,
        run: account_own,
    },
    Check {
        id: "account_missing",
        phases: SCHEMA,
        run: account_missing,
    },
    Check {
        id: "account_exists_on_destination",
        phases: SCHEMA,
        run: account_exists_on_destination,
    },
    Check {
        id: "account_plugin",
        phases: SCHEMA,
        run: account_plugin,
    },
    Check {
        id: "account_privs_supported",
        phases: SCHEMA,
        run: account_privs_supported,
    },
    Check {
        id: "account_roles",
        phases: SCHEMA,
        run: account_roles,
    },
    Check {
        id: "account_proxy_users",
        phases: SCHEMA,
        run: account_proxy_users,
    },
    Check {
        id: "account_host_ip",
        phases: SCHEMA,
        run: account_host_ip,
    },
];

fn taken<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a Account> {
    context.source.accounts.found.iter()
}

fn wanted(context: &Context<'_>) -> bool {
    context
        .migration
        .selection()
        .account_patterns()
        .next()
        .is_some()
}

fn account_source_read(context: &Context<'_>) -> Vec<Found> {
    let facts = context.source_facts();
    let refused = context.source.accounts.refused.as_deref();
    Found::fail(format!(
        "the source's account {} may not read accounts: {}",
        facts.account,
        refused.unwrap_or_default()
    ))
    .why("`objects.accounts` asks for some")
    .remedy(format!(
        "GRANT SELECT ON `mysql`.* TO {};",
        grant::account(facts)
    ))
    .when(wanted(context) && refused.is_some())
}

/// Creating takes a privilege, and nobody can give what he does not have himself.
fn account_destination_priv(context: &Context<'_>) -> Vec<Found> {
    if taken(context).next().is_none() {
        return Vec::new();
    }
    let facts = context.destination_facts();
    let mut missing = BTreeSet::new();
    if !facts.grants.globally("CREATE USER") {
        missing.insert("CREATE USER".to_owned());
    }
    let roles = |account: &Account| {
        let grants = account.grants.iter();
        grants
            .filter(|grant| matches!(grant.on, GrantLevel::Role { .. }))
            .count()
            > 0
    };
    if taken(context).any(roles)
        && !["ROLE_ADMIN", "SUPER"]
            .iter()
            .any(|one| facts.grants.globally(one))
    {
        missing.insert("ROLE_ADMIN".to_owned());
    }
    let mut statements = Vec::new();
    if !missing.is_empty() {
        let missing: Vec<String> = missing.into_iter().collect();
        statements.push(grant::global(&missing.join(", "), facts));
    }
    let given: BTreeSet<&str> = taken(context)
        .flat_map(|account| &account.grants)
        .filter(|grant| !grant.revoked)
        .flat_map(|grant| not_given(context, grant))
        .collect();
    if !given.is_empty() {
        let list: Vec<&str> = given.into_iter().collect();
        let statement = grant::global(&list.join(", "), facts);
        statements.push(statement.replace(';', " WITH GRANT OPTION;"));
    }
    Found::fail(format!(
        "the destination's account {} may not give accounts what they have on the source",
        facts.account
    ))
    .why("nobody can grant what he may not grant")
    .remedy(statements.join(" "))
    .when(!statements.is_empty())
}

/// What a grant gives that our account may not give there.
fn not_given<'a>(context: &Context<'_>, grant: &'a Grant) -> Vec<&'a str> {
    let facts = context.destination_facts();
    let (all, database): (&[&str], Option<Ident>) = match &grant.on {
        GrantLevel::Global => (&ALL_BEFORE_8, None),
        GrantLevel::Database { pattern } => {
            let name = Ident::new(pattern.replace('\\', ""));
            (&ALL_OF_DATABASE, Some(context.names.database(&name)))
        }
        GrantLevel::Table { name } => (
            &ALL_OF_TABLE,
            Some(context.names.table(name).database.clone()),
        ),
        GrantLevel::Function { name } | GrantLevel::Procedure { name } => {
            let database = context.names.database(&name.database);
            (&ALL_OF_ROUTINE, Some(database))
        }
        GrantLevel::Role { .. } | GrantLevel::Proxy { .. } => return Vec::new(),
    };
    let mut wanted: Vec<&str> = if grant.privilege == ALL {
        all.to_vec()
    } else {
        vec![grant.privilege.as_str()]
    };
    wanted.retain(|privilege| facts.privileges.contains(*privilege));
    wanted.retain(|privilege| match &database {
        None => !facts.grants.may_grant_globally(privilege),
        Some(database) => !facts
            .grants
            .may_grant_in(privilege, database, facts.lower_case()),
    });
    wanted
}

fn account_destination_version(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let names = taken(context).map(|account| account.name.plain());
    if facts.version.at_least(8, 0, 17) {
        return Vec::new();
    }
    Found::fail(format!(
        "accounts are made on MySQL 8.0.17 and later, the destination is {}",
        facts.version
    ))
    .why("earlier servers lack roles, or take passwords in another form")
    .remedy("take `accounts` out of `objects`, and make them by hand")
    .if_any(names)
}

fn account_own(context: &Context<'_>) -> Vec<Found> {
    let own = [context.source_facts(), context.destination_facts()]
        .map(|facts| AccountName::of_text(&facts.account));
    let named = context
        .migration
        .selection()
        .account_patterns()
        .filter_map(|pattern| pattern.as_name())
        .filter(|name| {
            let whole = AccountName::of_text(name);
            if name.contains('@') {
                own.contains(&whole) || whole.reserved().is_some()
            } else {
                own.iter().any(|own| own.user == *name)
                    || AccountName::new(*name, "%").reserved().is_some()
            }
        })
        .map(str::to_owned);
    Found::fail("these accounts are never taken along")
        .why("the migration's own account and those that every server has belong to each server")
        .remedy("take them out of `objects.accounts`")
        .if_any(named)
}

fn account_missing(context: &Context<'_>) -> Vec<Found> {
    let accounts = &context.source.accounts;
    if accounts.refused.is_some() {
        return Vec::new();
    }
    let patterns = context.migration.selection().account_patterns();
    let unmatched = patterns
        .filter(|pattern| {
            let known = accounts.found.iter().map(|account| &account.name);
            !known.chain(&accounts.others).any(|name| {
                pattern.matches(&name.plain(), false) || pattern.matches(&name.user, false)
            })
        })
        .map(ToString::to_string);
    Found::fail("the source has no account of these names")
        .why("what was asked for would be left behind without a word")
        .remedy(
            "correct `objects.accounts`; `user@host` is one account, `user` those of every host",
        )
        .if_any(unmatched)
}

fn account_exists_on_destination(context: &Context<'_>) -> Vec<Found> {
    let there = context
        .destination
        .accounts
        .found
        .iter()
        .map(|account| &account.name);
    let foreign: Vec<String> = there
        .filter(|name| !context.made("account", &name.noted()))
        .map(AccountName::plain)
        .collect();
    if context.reuses() {
        return Found::info("accounts that the destination has already stay as they are")
            .why("neither their passwords nor what they may do are changed")
            .remedy("compare them in the plan: `~` shows what differs")
            .if_any(foreign);
    }
    Found::fail("the destination has these accounts already")
        .why("their passwords and privileges would be overwritten")
        .remedy(
            "drop them there, take them out of `objects.accounts`, or leave them as they are by \
             conflicts.existing_tables = \"reuse\"",
        )
        .if_any(foreign)
}

fn account_plugin(context: &Context<'_>) -> Vec<Found> {
    let plugins = &context.destination_facts().plugins;
    let without = taken(context)
        .filter(|account| !plugins.contains(&account.plugin))
        .filter(|account| account.has_password || account.plugin != "mysql_native_password")
        .map(|account| format!("{} ({})", account.name.plain(), account.plugin));
    Found::warning("the destination does not know how these accounts log in")
        .why("they get a random password under caching_sha2_password; whoever uses them needs it")
        .remedy(
            "give them caching_sha2_password on the source before (from 8.0 on), or hand over the \
             passwords that apply writes into a file beside the state",
        )
        .if_any(without)
}

fn account_privs_supported(context: &Context<'_>) -> Vec<Found> {
    let known = &context.destination_facts().privileges;
    let unknown = taken(context).flat_map(|account| {
        let grants = account.grants.iter();
        grants
            .filter(|grant| grant.on == GrantLevel::Global && grant.privilege != ALL)
            .filter(|grant| !known.contains(&grant.privilege) && grant.privilege != "SET_USER_ID")
            .map(|grant| format!("{} ({})", account.name.plain(), grant.privilege))
    });
    Found::warning("the destination does not know these privileges")
        .why("the accounts will be without them")
        .remedy("see what has taken their place there, and grant that after the migration")
        .if_any(unknown)
}

fn account_roles(context: &Context<'_>) -> Vec<Found> {
    let missing = taken(context).flat_map(|account| {
        account.grants.iter().filter_map(|grant| match &grant.on {
            GrantLevel::Role { role } if context.source.accounts.find(role).is_none() => {
                Some(format!("{} ({})", account.name.plain(), role.plain()))
            }
            GrantLevel::Role { .. }
            | GrantLevel::Global
            | GrantLevel::Database { .. }
            | GrantLevel::Table { .. }
            | GrantLevel::Function { .. }
            | GrantLevel::Procedure { .. }
            | GrantLevel::Proxy { .. } => None,
        })
    });
    Found::warning("these accounts have roles that are not taken along")
        .why("they will be without what the roles give them")
        .remedy("add the roles to `objects.accounts`")
        .if_any(missing)
}

fn account_proxy_users(context: &Context<'_>) -> Vec<Found> {
    let proxies = taken(context)
        .filter(|account| {
            let mut grants = account.grants.iter();
            grants.any(|grant| matches!(grant.on, GrantLevel::Proxy { .. }))
        })
        .map(|account| account.name.plain());
    Found::warning("these accounts may act as others")
        .why("that is not taken along")
        .remedy("GRANT PROXY ... on the destination after the migration")
        .if_any(proxies)
}

fn account_host_ip(context: &Context<'_>) -> Vec<Found> {
    let pinned = taken(context)
        .map(|account| &account.name)
        .filter(|name| name.host.starts_with(|c: char| c.is_ascii_digit()))
        .map(AccountName::plain);
    Found::info("these accounts are tied to addresses")
        .why("whoever comes to the destination from another address is refused")
        .remedy("see that clients keep their addresses, or RENAME USER afterwards")
        .if_any(pinned)
}
