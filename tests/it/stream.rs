//! All three phases on real servers: the source is written while it is copied and followed.

mod cascades;
mod columns;
mod copying;
mod crash;
mod exact;
mod failover;
mod finishing;
mod following;
mod heartbeat;
mod limits;
mod load;
mod model;
mod rollbacks;
mod spool;
mod starting;
mod statements;
mod subsets;
mod verifying;
mod visibility;
mod xa;

use crate::support::{
    cli::Cli,
    equal::Comparison,
    fixtures,
    pair::Pair,
    server::{Builder, Server, Version},
};

/// How a source names its transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    Gtids,
    Files,
}

/// A source that writes row events, and a destination.
pub async fn streaming_pair(version: Version, naming: Naming) -> Pair {
    pair_with(version, naming, &[]).await
}

/// As [`streaming_pair`], with more arguments for the source.
pub async fn pair_with(version: Version, naming: Naming, arguments: &[&str]) -> Pair {
    let destination = Server::builder(Version::V9_7);
    Pair::of(source_builder(version, naming, arguments), destination).await
}

fn source_builder(version: Version, naming: Naming, arguments: &[&str]) -> Builder {
    let mut source = Server::builder(version)
        .arg("--log-bin=binlog")
        .arg("--binlog-format=ROW");
    source = match (naming, version) {
        (Naming::Files, Version::V9_7) => source.arg("--gtid-mode=OFF"),
        (Naming::Files, Version::V5_6) => source,
        (Naming::Gtids, _) => source
            .arg("--gtid-mode=ON")
            .arg("--enforce-gtid-consistency=ON")
            .arg("--log-slave-updates"),
    };
    for argument in arguments {
        source = source.arg(argument);
    }
    source
}

/// A folder with a specification of all three phases for these databases.
pub fn folder(pair: &Pair, databases: &[&str], more: &str) -> Cli {
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let blocks: Vec<String> = databases
        .iter()
        .map(|name| format!("  database \"{name}\" {{}}\n"))
        .collect();
    cli.write(
        "main.hcl",
        &format!(
            "migration \"{}\" {{\n  phases = [\"schema\", \"full\", \"incremental\"]\n}}\n\n{}\n\
             objects {{\n{}}}\n\nprechecks {{\n  warnings = \"allow\"\n}}\n{more}",
            pair.database("migration"),
            pair.endpoints_hcl(),
            blocks.concat(),
        ),
    );
    cli
}

pub async fn assert_equal(pair: &Pair, databases: &[&str]) {
    Comparison::of(databases)
        .rows_only()
        .assert_equal(pair.source(), pair.destination())
        .await;
}
