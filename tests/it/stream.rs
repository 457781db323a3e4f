//! All three phases on real servers: the source is written while it is copied and followed.
//!
//! What each rule of following is there for, and the test that fails without it:
//!
//! | counterexample | test |
//! |---|---|
//! | a transaction is in the binlog, and no chunk can see it yet | `visibility::what_is_in_the_binlog_and_not_yet_visible_when_the_stream_starts_arrives` |
//! | a parent goes between two chunk reads, its children unlogged | `cascades::a_parent_deleted_between_two_reads_of_the_copy_leaves_no_orphan` |
//! | a unique value moves between two chunk reads | `copying::a_unique_value_may_move_between_rows_while_they_are_copied` |
//! | killed between the commits of two lanes | `crash::killed_between_the_commits_of_two_lanes_it_ends_exact` |
//! | keys that are the same by collation, or by an expression, a prefix, a generated column | `sameness::what_is_the_same_to_the_destination_only_stays_in_order` |
//! | a temporary table of a real one's name is dropped | the same |
//! | a session logs a part of the row only | the same |
//! | a row event of another definition than today's | `statements::a_table_altered_again_and_again_is_read_by_the_definition_of_its_time` |
//! | a statement that changes rows is logged as such | `ddl::stops::a_statement_that_cannot_be_replicated_stops_and_is_resolved` |
//! | killed inside of a swap by RENAME | `ddl::killed::a_run_that_is_killed_around_a_statement_goes_on` |
//! | XA: prepared, and killed before the end | `xa::killed_between_the_preparation_and_the_commit_it_ends_exact` |
//! | XA: prepared before the start | `xa::a_transaction_that_was_prepared_before_the_start_stops_at_its_commit` |
//! | a source restored from an older copy | `lost::a_source_that_was_restored_from_an_older_copy_is_refused`, and without GTIDs |
//! | the same, written again up to the same numbers and places | the same |
//! | the destination forgets the parts of an XA transaction that it had kept | `lost::a_destination_that_has_forgotten_what_it_confirmed_gets_it_again` |
//! | tables take each other's names or rows while they are copied | `copying::a_table_that_takes_anothers_name_is_copied_by_it_or_stops` |
//! | a server is away exactly between two phases | `outages::boundaries` |
//! | a replica takes over that lacks the end | `failover::a_replica_that_lacks_what_was_applied_is_refused_by_name` |
//! | a window that is half applied, and a source that has it in another order | `failover::a_window_that_another_server_has_in_another_order_is_not_finished_there` |
//! | rows whose deletion is left out stand in the way of others | `model`, its cases |

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
mod lost;
mod model;
mod open_window;
mod rollbacks;
mod sameness;
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
