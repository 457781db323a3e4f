//! Blocks that are understood in full and whose engine comes later.

use super::{Block, Kind, List, Occurs, Text, attribute, block};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

pub const INCREMENTAL: Block = block("incremental", "replication of later changes")
    .attributes(&[
        attribute(
            "start",
            Kind::Text(Text::Start),
            "where it begins; only without the phase `full`",
        )
        .default("\"now\""),
        attribute(
            "ddl_unlisted",
            Kind::Text(Text::OneOf(&["stop", "ignore"])),
            "a DDL on selected objects that `ddl` leaves out",
        )
        .default("\"stop\""),
        attribute(
            "on_ddl_error",
            Kind::Text(Text::OneOf(&["stop", "continue"])),
            "a DDL that fails; `continue` records it",
        )
        .default("\"stop\""),
    ])
    .blocks(&[
        block("online_ddl", "tools that change tables by copying them").attributes(&[
            attribute(
                "mode",
                Kind::Text(Text::OneOf(&["copy", "gh-ost", "pt-osc", "dms"])),
                "`copy`: shadow tables are tables like others",
            )
            .default("\"gh-ost\""),
            attribute(
                "shadow_tables",
                Kind::List(List::Patterns),
                "capture 1 is the real name",
            )
            .default("[\"/^_(.+)_(?:gho|new)$/\"]"),
            attribute(
                "trash_tables",
                Kind::List(List::Patterns),
                "capture 1 is the real name",
            )
            .default("[\"/^_(.+)_(?:ghc|del|old)$/\"]"),
        ]),
        block("spool", "raw events on local disk until applied")
            .occurs(Occurs::Optional)
            .attributes(&[
                attribute("folder", Kind::Text(Text::Path), "where").default("\"spool\""),
                attribute("max", Kind::Size, "how much, at least 1MiB").default("\"10GiB\""),
            ]),
        block(
            "heartbeat",
            "a row on the source that is written again and again",
        )
        .occurs(Occurs::Optional)
        .attributes(&[
            attribute("every", Kind::duration(100, HOUR), "how often, 100ms to 1h")
                .default("\"1s\""),
            attribute(
                "database",
                Kind::Text(Text::Name),
                "where on the source; nothing in it is ever selected",
            )
            .default("\"_cutover\""),
        ]),
    ]);

pub const FINISH: Block = block("finish", "the switch").attributes(&[
    attribute(
        "fence",
        Kind::Text(Text::OneOf(&["read-only", "idle"])),
        "how it is known that the source is not written",
    )
    .default("\"read-only\""),
    attribute("freeze", Kind::Bool, "set super_read_only on the source")
        .default("false")
        .later(),
    attribute(
        "idle_for",
        Kind::duration(SECOND, DAY),
        "no transaction for so long",
    )
    .default("\"10s\""),
    attribute(
        "max_lag",
        Kind::duration(SECOND, DAY),
        "refuse to begin above it",
    )
    .default("\"30s\""),
    attribute(
        "timeout",
        Kind::duration(SECOND, DAY),
        "give up after so long",
    )
    .default("\"10m\""),
    attribute(
        "verify",
        Kind::Text(Text::OneOf(&["changed", "full", "none"])),
        "`changed`: since the last verify",
    )
    .default("\"changed\""),
    attribute(
        "before_fence",
        Kind::List(List::Commands),
        "commands run before the fence",
    )
    .later(),
    attribute(
        "after_ready",
        Kind::List(List::Commands),
        "commands run when the destination is ready",
    )
    .later(),
]);

pub const WINDOW: Block = block("window", "when restricted phases may run")
    .occurs(Occurs::Many)
    .later()
    .label("name", Kind::Text(Text::Any))
    .attributes(&[
        attribute(
            "days",
            Kind::List(List::SomeOf(&[
                "mon", "tue", "wed", "thu", "fri", "sat", "sun",
            ])),
            "on which it opens",
        )
        .default("[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]")
        .later(),
        attribute("from", Kind::Text(Text::TimeOfDay), "when it opens")
            .required()
            .later(),
        attribute(
            "to",
            Kind::Text(Text::TimeOfDay),
            "when it closes; next day when not after `from`",
        )
        .required()
        .later(),
        attribute("timezone", Kind::Text(Text::TimeZone), "of both times")
            .default("\"UTC\"")
            .later(),
        attribute(
            "restrict",
            Kind::List(List::SomeOf(&["schema", "full", "finish"])),
            "what runs only while such a window is open",
        )
        .default("[\"full\", \"finish\"]")
        .later(),
        attribute(
            "min_left",
            Kind::duration(0, DAY),
            "finish does not begin with less left",
        )
        .default("\"0s\"")
        .later(),
    ]);

pub const VERIFY: Block = block("verify", "the comparison of both sides").attributes(&[
    attribute(
        "mode",
        Kind::Text(Text::OneOf(&["checksum", "count", "sample"])),
        "how rows are compared",
    )
    .default("\"checksum\"")
    .later(),
    attribute(
        "sample",
        Kind::number(1, 100),
        "percent of chunks in mode `sample`",
    )
    .default("10")
    .later(),
    attribute(
        "when",
        Kind::List(List::SomeOf(&["copied", "finish", "continuous"])),
        "`continuous`: rows changed by the stream are checked again all the time",
    )
    .default("[\"copied\", \"finish\"]")
    .later(),
]);

pub const NOTIFY: Block = block("notify", "who is told")
    .occurs(Occurs::Many)
    .later()
    .label("name", Kind::Text(Text::Any))
    .attributes(&[
        attribute("url", Kind::SecretUrl, "where JSON is posted")
            .required()
            .later(),
        attribute("secret", Kind::Secret, "key of an HMAC-SHA256 in a header").later(),
        attribute(
            "on",
            Kind::List(List::SomeOf(&[
                "failed",
                "finished",
                "lag",
                "ddl_error",
                "differences",
                "paused",
            ])),
            "events",
        )
        .default("[\"failed\", \"finished\", \"lag\", \"ddl_error\", \"differences\", \"paused\"]")
        .later(),
        attribute(
            "lag",
            Kind::duration(SECOND, DAY),
            "from which on it is told",
        )
        .default("\"60s\"")
        .later(),
    ]);

pub const METRICS: Block = block("metrics", "Prometheus text while apply runs")
    .occurs(Occurs::Optional)
    .later()
    .attributes(&[
        attribute("listen", Kind::Text(Text::Listen), "address and port")
            .required()
            .later(),
    ]);
