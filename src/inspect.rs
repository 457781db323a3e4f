//! Looks at a server: sessions come in, facts and a catalog go out, without judgement.
//!
//! `information_schema` is asked a few questions for all databases at once, never one per table;
//! the definitions of selected objects come by `SHOW CREATE`, many in one round trip. What the
//! account may not read is noted, not fatal: saying what to grant is for the prechecks. Everything
//! works from 5.6 on; what an older server does not have is asked of none.

mod accounts;
mod activity;
mod binlog;
mod columns;
mod facts;
mod fields;
mod keys;
mod leftovers;
mod objects;
mod overview;
mod position;
mod rate;
mod schema;
mod scope;
mod show;
mod tables;
mod views;

pub use accounts::password;
pub use activity::{activity, clock_ahead, round_trip, written_tables};
pub use binlog::place;
pub use facts::{server_facts, tls};
pub use overview::{DatabaseOverview, TableOverview, overview};
pub use position::{committing, position};
pub use rate::read_rate;
pub use schema::{Schema, schema};
pub use scope::{Mapped, Scope, Selected};
pub use tables::{definition, same_definition};

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog::{Accounts, Activity, Inspection, ServerFacts, Side},
    clock::Timestamp,
    conn::{Result, Session},
    mysql::{AccountName, Flavor, ServerVersion},
    resolve::Migration,
};

/// Inspects both servers: the source by the selection, the destination where the selected objects
/// are to go. The sessions are for [`crate::conn::Purpose::Inspect`].
///
/// A server that is no `MySQL` of 5.6 or later is left at its facts, with an empty catalog.
///
/// # Errors
/// A connection that is lost; what the account may not see is in the result.
pub async fn inspect(
    source: &mut Session,
    destination: &mut Session,
    migration: &Migration,
    taken_at: Timestamp,
) -> Result<Inspection> {
    let addresses =
        [migration.source(), migration.destination()].map(|one| one.address.to_string());
    let (source_facts, destination_facts) = tokio::try_join!(
        server_facts(source, &addresses[0]),
        server_facts(destination, &addresses[1]),
    )?;
    let source_names = source_facts.lower_case();
    let destination_names = destination_facts.lower_case();
    let selected = Selected::new(migration.selection(), source_names);
    let mut source_side = side(source, source_facts, &selected).await?;
    let names = migration.mapping().names(source_names, destination_names);
    let mapped = Mapped::new(&source_side.catalog, &names, destination_names);
    let mut destination_side = side(destination, destination_facts, &mapped).await?;
    destination_side.not_empty = tables::not_empty(destination, &destination_side.catalog).await?;
    accounts_of(
        source,
        &mut source_side,
        destination,
        &mut destination_side,
        migration,
    )
    .await?;
    source_side.facts.position_after = position(source).await?;
    destination_side.facts.position_after = position(destination).await?;
    let mut inspection = Inspection {
        source: source_side,
        destination: destination_side,
        taken_at,
    };
    inspection.put_in_order();
    Ok(inspection)
}

async fn side(session: &mut Session, facts: ServerFacts, scope: &impl Scope) -> Result<Side> {
    let schema = if readable(&facts) {
        schema(session, scope).await?
    } else {
        Schema::default()
    };
    Ok(Side {
        facts,
        catalog: schema.catalog,
        databases: schema.databases,
        left_out: schema.left_out,
        unreadable: schema.unreadable,
        not_empty: BTreeSet::new(),
        accounts: Accounts::default(),
        activity: Activity::default(),
        claimed: BTreeMap::new(),
    })
}

/// The selected accounts, and those of their names on the other side.
async fn accounts_of(
    source: &mut Session,
    source_side: &mut Side,
    destination: &mut Session,
    destination_side: &mut Side,
    migration: &Migration,
) -> Result<()> {
    if !readable(&source_side.facts) || !readable(&destination_side.facts) {
        return Ok(());
    }
    let own = [&source_side.facts, &destination_side.facts]
        .map(|facts| AccountName::of_text(&facts.account));
    let wanted = |name: &AccountName| {
        name.reserved().is_none() && !own.contains(name) && migration.selection().account(name)
    };
    source_side.accounts = accounts::accounts(source, wanted).await?;
    let names: BTreeSet<AccountName> = source_side
        .accounts
        .found
        .iter()
        .map(|account| account.name.clone())
        .collect();
    if !names.is_empty() {
        destination_side.accounts =
            accounts::accounts(destination, |name: &AccountName| names.contains(name)).await?;
    }
    Ok(())
}

/// Whether the catalog can be read: what is refused anyhow need not be.
pub fn readable(facts: &ServerFacts) -> bool {
    readable_version(&facts.version)
}

/// The same, of what a server says when it is connected to.
pub fn readable_version(version: &ServerVersion) -> bool {
    match version.flavor {
        Flavor::MySql => version.at_least(5, 6, 0),
        Flavor::MariaDb => false,
    }
}
