//! Which servers these are.

use super::{
    ALWAYS,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::ServerFacts,
    mysql::{Flavor, Names, Role},
};

/// Decides whether anything else can be looked at.
pub(super) const FLAVOR: &[Check] = &[Check {
    id: "server_flavor_supported",
    phases: ALWAYS,
    run: server_flavor_supported,
}];

pub(super) const CHECKS: &[Check] = &[Check {
    id: "same_instance",
    phases: ALWAYS,
    run: same_instance,
}];

fn server_flavor_supported(context: &Context<'_>) -> Vec<Found> {
    let sides = [
        (Role::Source, context.source_facts()),
        (Role::Destination, context.destination_facts()),
    ];
    sides
        .into_iter()
        .filter(|(_, facts)| !supported(facts))
        .map(|(role, facts)| {
            Found::fail(format!("the {} is {}", role.as_str(), facts.version))
                .why("its definitions and its binlog mean other things than MySQL's")
                .remedy(format!(
                    "let the block `{}` name a MySQL server, 5.6 or later",
                    role.as_str()
                ))
        })
        .collect()
}

fn supported(facts: &ServerFacts) -> bool {
    match facts.version.flavor {
        Flavor::MySql => facts.version.at_least(5, 6, 0),
        Flavor::MariaDb => false,
    }
}

fn same_instance(context: &Context<'_>) -> Vec<Found> {
    let (source, destination) = (context.source_facts(), context.destination_facts());
    if source.server_uuid.is_empty() || source.server_uuid != destination.server_uuid {
        return Vec::new();
    }
    let onto_itself = context
        .selected()
        .databases
        .keys()
        .filter(|database| context.names.database(database) == **database)
        .map(|database| database.as_str().to_owned());
    Found::fail(format!(
        "source and destination are one server ({})",
        source.server_uuid
    ))
    .why("each table would be copied onto itself")
    .remedy(
        "correct `host` and `port`, or give the databases another name with mappings.database.to",
    )
    .if_any(onto_itself)
}
