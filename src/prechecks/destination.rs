//! The destination as a server: whether it takes what is to come.

use super::{
    ALWAYS, FULL, ROWS, SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    resolve::TriggerMode,
    sql::{Mode, Token, tokenize},
    units::Bytes,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "destination_is_writable",
        phases: ALWAYS,
        run: destination_is_writable,
    },
    Check {
        id: "destination_bin_trust_function_creators",
        phases: SCHEMA,
        run: destination_bin_trust_function_creators,
    },
    Check {
        id: "destination_disk_space",
        phases: FULL,
        run: destination_disk_space,
    },
    Check {
        id: "max_allowed_packet",
        phases: ROWS,
        run: max_allowed_packet,
    },
    Check {
        id: "local_infile",
        phases: FULL,
        run: local_infile,
    },
];

fn destination_is_writable(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let on = |name: &str| facts.is_on(name) == Some(true);
    let exempt = ["SUPER", "CONNECTION_ADMIN"]
        .iter()
        .any(|privilege| facts.grants.globally(privilege));
    let variable = if on("innodb_read_only") {
        "innodb_read_only"
    } else if on("super_read_only") {
        "super_read_only"
    } else if on("read_only") && !exempt {
        "read_only"
    } else {
        return Vec::new();
    };
    vec![
        Found::fail(format!("the destination has {variable} on"))
            .why("nothing can be written to it")
            .remedy(if variable == "innodb_read_only" {
                "name the writer in the block `destination`; this is a reader".to_owned()
            } else {
                format!(
                    "name the primary in the block `destination`, or SET GLOBAL {variable} = OFF;"
                )
            }),
    ]
}

fn destination_bin_trust_function_creators(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let strict = facts.is_on("log_bin") == Some(true)
        && facts.is_on("log_bin_trust_function_creators") == Some(false);
    if !strict {
        return Vec::new();
    }
    let exempt = facts.grants.globally("SUPER");
    let selected = context.selected();
    let functions = selected
        .routines()
        .filter(|routine| routine.kind == crate::catalog::RoutineKind::Function)
        .filter(|routine| !exempt || undeclared(routine))
        .map(|routine| routine.name.plain());
    let triggers = selected
        .triggers()
        .filter(|_| !exempt && context.migration.schema().triggers != TriggerMode::Skip)
        .map(|trigger| trigger.name.plain());
    Found::fail("the destination does not let this account create these functions and triggers")
        .why(
            "it writes a binlog, and log_bin_trust_function_creators is off: creators need SUPER, \
             and functions DETERMINISTIC, NO SQL or READS SQL DATA (errors 1419, 1418)",
        )
        .remedy("SET GLOBAL log_bin_trust_function_creators = ON; on the destination")
        .if_any(functions.chain(triggers))
}

/// Whether a function says neither that it is deterministic nor that it changes nothing; a body that
/// holds such words counts as saying so, and is then found by the server.
fn undeclared(routine: &crate::catalog::Routine) -> bool {
    let definition = routine.definition.as_deref().unwrap_or_default();
    let tokens = tokenize(definition, Mode::from_sql_mode(&routine.context.sql_mode));
    let words: Vec<&Token<'_>> = tokens.iter().filter(|token| token.significant()).collect();
    let says = |at: usize, word: &str| words.get(at).is_some_and(|token| token.is(word));
    !(0..words.len()).any(|at| {
        (says(at, "DETERMINISTIC") && !(at > 0 && says(at - 1, "NOT")))
            || (says(at, "NO") && says(at + 1, "SQL"))
            || (says(at, "READS") && says(at + 1, "SQL"))
    })
}

/// The source's size and a fifth: indexes are built by sorting, and pages are not full.
const HEADROOM_PERCENT: u64 = 120;

fn destination_disk_space(context: &Context<'_>) -> Vec<Found> {
    let held: u64 = context
        .selected()
        .tables()
        .map(|table| table.data_length.saturating_add(table.index_length))
        .fold(0, u64::saturating_add);
    let needed = Bytes(held / 100 * HEADROOM_PERCENT + held % 100 * HEADROOM_PERCENT / 100);
    let text = format!("about {} are needed on the destination", needed.rounded());
    match context.migration.free_space() {
        None => vec![
            Found::info(format!("{text}; whether they are free is unknown"))
                .why("MySQL does not tell the size of its disk")
                .remedy("set destination.free_space to have it checked"),
        ],
        Some(free) => Found::fail(format!("{text}, {} are free", free.rounded()))
            .why("a full disk stops the copy, and everything else on that server")
            .remedy("enlarge the disk, and correct destination.free_space")
            .when(free < needed),
    }
}

fn max_allowed_packet(context: &Context<'_>) -> Vec<Found> {
    const LARGE: [&str; 7] = [
        "mediumblob",
        "mediumtext",
        "longblob",
        "longtext",
        "json",
        "geometry",
        "vector",
    ];
    let limit = |facts: &crate::catalog::ServerFacts| facts.number::<u64>("max_allowed_packet");
    let (Some(source), Some(destination)) = (
        limit(context.source_facts()),
        limit(context.destination_facts()),
    ) else {
        return Vec::new();
    };
    if destination >= source {
        return Vec::new();
    }
    let large = context
        .selected()
        .tables()
        .filter(|table| {
            let mut columns = table.columns.iter();
            columns.any(|column| LARGE.contains(&column.data_type.as_str()))
        })
        .map(|table| table.name.plain());
    Found::warning(format!(
        "max_allowed_packet is {} on the destination, {} on the source",
        Bytes(destination).rounded(),
        Bytes(source).rounded()
    ))
    .why("a row that is larger than that stops the copy, and one of half that the stream")
    .remedy(format!(
        "SET GLOBAL max_allowed_packet = {source}; on the destination"
    ))
    .if_any(large)
}

fn local_infile(context: &Context<'_>) -> Vec<Found> {
    Found::info("local_infile is off on the destination")
        .why("rows go in by INSERT, which costs the server up to twice as much as LOAD DATA LOCAL")
        .remedy("SET GLOBAL local_infile = ON; on the destination, for the time of the copy")
        .when(context.destination_facts().is_on("local_infile") != Some(true))
}
