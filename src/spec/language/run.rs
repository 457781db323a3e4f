//! What a migration does, how fast, and what it does about what it finds.

use super::{Attribute, Block, Kind, List, Occurs, Text, attribute, block};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const ANY: Kind = Kind::number(1, 1_000_000_000_000);

pub const MIGRATION: Block = block("migration", "names the state; unique per destination")
    .occurs(Occurs::Required)
    .label("name", Kind::Text(Text::MigrationName))
    .attributes(&[
        attribute(
            "phases",
            Kind::List(List::InOrder(&["schema", "full", "incremental"])),
            "what is done, in this order",
        )
        .default("[\"schema\", \"full\"]"),
        attribute("tags", Kind::Tags, "shown in plans, notifications, metrics"),
    ]);

const WORKERS: Attribute = attribute(
    "workers",
    Kind::Workers,
    "how many copy, each with a reader and a writer; `auto`: 4, or 1 while more than 32 threads run on the destination",
)
.default("\"auto\"");
const ROWS: Attribute = attribute("rows_per_second", ANY, "at most so many");
const BYTES: Attribute = attribute("bytes_per_second", Kind::Size, "at most so many");
const ROWS_LATER: Attribute = ROWS.later();
const BYTES_LATER: Attribute = BYTES.later();

pub const LIMITS: Block = block("limits", "how fast; each absent limit is none").blocks(&[
    block("full", "the full copy").attributes(&[
        WORKERS,
        attribute(
            "chunk_time",
            Kind::duration(1, 10 * MINUTE),
            "how long one chunk should take at most",
        )
        .default("\"1s\""),
        attribute("queries_per_second", ANY, "to the source, at most so many"),
        ROWS,
        BYTES,
    ]),
    block("incremental", "the stream").attributes(&[LANES, ROWS, BYTES]),
    block("verify", "the comparison").attributes(&[
        WORKERS_LATER,
        ROWS_LATER,
        BYTES_LATER,
        attribute(
            "max_duration",
            Kind::duration(SECOND, 8760 * HOUR),
            "how long it may take",
        )
        .default("\"72h\"")
        .later(),
    ]),
    block("load", "slow down while one is exceeded").attributes(&[
        attribute(
            "source_threads_running",
            ANY,
            "`Threads_running` of the source",
        )
        .later(),
        attribute(
            "destination_threads_running",
            ANY,
            "the same of the destination",
        )
        .later(),
        attribute(
            "replica_lag",
            Kind::duration(1, 24 * HOUR),
            "of the replicas below",
        )
        .later(),
        attribute(
            "replicas",
            Kind::List(List::Addresses),
            "whose lag counts, as `HOST:PORT`",
        )
        .later(),
    ]),
    block("retry", "how long failures are retried").attributes(&[
        attribute(
            "connection",
            Kind::duration(10 * MINUTE, 24 * HOUR),
            "a lost server, 10m to 24h",
        )
        .default("\"12h\""),
        attribute(
            "statement",
            Kind::duration(MINUTE, 24 * HOUR),
            "other failures, 1m to 24h and below `connection`",
        )
        .default("\"10m\""),
    ]),
]);

const WORKERS_LATER: Attribute = WORKERS.later();
const LANES: Attribute = attribute(
    "workers",
    Kind::Workers,
    "how many apply the stream at once; `auto`: as many as copy",
)
.default("\"auto\"");

pub const CONFLICTS: Block = block("conflicts", "what is there already").attributes(&[
    attribute(
        "existing_tables",
        Kind::Text(Text::OneOf(&["error", "reuse"])),
        "a table that the destination has: refused, or copied into; `reuse` where `schema` is not among the phases, else `error`",
    )
    .derived(),
    attribute(
        "full_rows",
        Kind::Text(Text::OneOf(&["keep", "error", "replace"])),
        "a row with the same key, during the copy",
    )
    .default("\"keep\"")
    .later(),
    attribute(
        "stream_rows",
        Kind::Text(Text::OneOf(&["replace", "error"])),
        "a row in the way of another, while streaming; only where `dml` leaves changes out",
    )
    .default("\"replace\""),
    attribute(
        "merged_rows",
        Kind::Text(Text::OneOf(&["error", "keep", "replace"])),
        "two sources with one key",
    )
    .default("\"error\"")
    .later(),
]);

pub const SCHEMA: Block = block("schema", "how definitions are created").attributes(&[
    attribute(
        "definer",
        Kind::Text(Text::Definer),
        "`invoker` (SQL SECURITY INVOKER, owned by the destination user), `keep`, or an account",
    )
    .default("\"invoker\""),
    attribute(
        "triggers",
        Kind::Text(Text::OneOf(&["at-finish", "guarded", "skip"])),
        "created after the copy, or not at all",
    )
    .default("\"at-finish\""),
    attribute(
        "events",
        Kind::Text(Text::OneOf(&["at-finish", "skip"])),
        "created after the copy, and enabled where the source's are, or not at all",
    )
    .default("\"at-finish\""),
    attribute(
        "secondary_indexes",
        Kind::Text(Text::OneOf(&["after-copy", "with-table"])),
        "when those that are not unique are built",
    )
    .default("\"after-copy\""),
    attribute(
        "assessment",
        Kind::Bool,
        "whether the plan lists what the destination cannot hold or reads differently",
    )
    .default("true"),
]);

pub const PRECHECKS: Block = block("prechecks", "what is done about warnings")
    .attributes(&[attribute(
        "warnings",
        Kind::Text(Text::OneOf(&["acknowledge", "allow"])),
        "`acknowledge`: `apply` refuses while one is not acknowledged",
    )
    .default("\"acknowledge\"")])
    .blocks(&[
        block("acknowledge", "a warning that has been read and accepted")
            .occurs(Occurs::Many)
            .label("check", Kind::Text(Text::Word))
            .attributes(&[
                attribute(
                    "objects",
                    Kind::List(List::Objects),
                    "for these objects alone; all that it names unless set",
                ),
                attribute(
                    "reason",
                    Kind::Text(Text::Any),
                    "why it is accepted; shown in the plan",
                )
                .required(),
            ]),
    ]);

pub const STATE: Block = block("state", "where the state lives").attributes(&[attribute(
    "path",
    Kind::Text(Text::Path),
    "its file; `state/<migration>.json` unless set",
)
.derived()]);
