//! What the binlog holds beside row changes, and what it does not hold.

use super::{
    INCREMENTAL,
    context::{Check, Context},
    finding::Found,
};

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "binlog_gaps",
        phases: INCREMENTAL,
        run: binlog_gaps,
    },
    Check {
        id: "binlog_encryption",
        phases: INCREMENTAL,
        run: binlog_encryption,
    },
    Check {
        id: "binlog_checksum",
        phases: INCREMENTAL,
        run: binlog_checksum,
    },
    Check {
        id: "binlog_server_rows_query",
        phases: INCREMENTAL,
        run: binlog_server_rows_query,
    },
    Check {
        id: "heartbeat_on",
        phases: INCREMENTAL,
        run: heartbeat_on,
    },
    Check {
        id: "reverse_ready",
        phases: INCREMENTAL,
        run: reverse_ready,
    },
];

fn binlog_gaps(context: &Context<'_>) -> Vec<Found> {
    let count = context.source.activity.unlogged_sessions.known().copied();
    let count = count.unwrap_or(0);
    Found::info(format!(
        "{count} sessions on the source write nothing into its binlog (sql_log_bin = 0)"
    ))
    .why("what they change on selected tables never reaches the destination")
    .remedy(
        "end those sessions where they change selected tables; such a table is copied again by \
         `cutover apply --replace DATABASE.TABLE`",
    )
    .when(count > 0)
}

fn binlog_encryption(context: &Context<'_>) -> Vec<Found> {
    Found::info("the source's binlog is encrypted on its disk")
        .why("whoever reads it by the protocol gets it decrypted, so the stream does not notice")
        .remedy("protect the connection: `tls` in the block `source`")
        .when(context.source_facts().is_on("binlog_encryption") == Some(true))
}

fn binlog_checksum(context: &Context<'_>) -> Vec<Found> {
    let none = context
        .source_facts()
        .variable("binlog_checksum")
        .is_some_and(|value| value.eq_ignore_ascii_case("NONE"));
    Found::info("the source writes its binlog without checksums")
        .why("an event that is damaged on its disk is only noticed where it cannot be read at all")
        .remedy("SET GLOBAL binlog_checksum = CRC32; on the source")
        .when(none)
}

fn binlog_server_rows_query(context: &Context<'_>) -> Vec<Found> {
    Found::info("the source's binlog holds the text of each statement beside its rows")
        .why("the stream passes over them; they are more to read")
        .remedy(
            "SET GLOBAL binlog_rows_query_log_events = OFF; on the source, if nobody needs them",
        )
        .when(context.source_facts().is_on("binlog_rows_query_log_events") == Some(true))
}

fn heartbeat_on(context: &Context<'_>) -> Vec<Found> {
    let Some(heartbeat) = context.migration.heartbeat() else {
        return Vec::new();
    };
    vec![
        Found::info("a heartbeat is written on the source, as incremental.heartbeat says")
            .on([heartbeat.database.as_str().to_owned()])
            .why("backups, clones and replicas of the source hold its table meanwhile")
            .remedy("`finish` removes it"),
    ]
}

/// What the destination lacks of a server that could be followed in its turn.
fn reverse_ready(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let lacking = [
        ("log_bin", "ON"),
        ("binlog_format", "ROW"),
        ("binlog_row_image", "FULL"),
    ]
    .into_iter()
    .filter_map(|(name, needed)| {
        let value = facts.variable(name)?;
        let has = value.eq_ignore_ascii_case(needed) || (name == "log_bin" && value == "1");
        (!has).then(|| format!("{name} = {value}"))
    });
    Found::info("the destination could not be followed back to the source after the switch")
        .why("a way back needs its binlog, with whole rows, from the switch on")
        .remedy("set these on the destination before the switch, if there is to be a way back")
        .if_any(lacking)
}
