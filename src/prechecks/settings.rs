//! Settings of the two servers that are not alike.

use super::{
    FULL, SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::{EventStatus, ServerFacts},
    resolve::{EventMode, Workers},
    units::Bytes,
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "time_zone_tables",
        phases: SCHEMA,
        run: time_zone_tables,
    },
    Check {
        id: "event_scheduler_destination",
        phases: SCHEMA,
        run: event_scheduler_destination,
    },
    Check {
        id: "source_max_connections_headroom",
        phases: FULL,
        run: source_max_connections_headroom,
    },
    Check {
        id: "destination_max_connections_headroom",
        phases: FULL,
        run: destination_max_connections_headroom,
    },
];

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "sql_mode_match",
        phases: SCHEMA,
        run: sql_mode_match,
    },
    Check {
        id: "sql_mode_zero_dates",
        phases: SCHEMA,
        run: sql_mode_zero_dates,
    },
    Check {
        id: "time_zone_match",
        phases: SCHEMA,
        run: time_zone_match,
    },
    Check {
        id: "charset_server_match",
        phases: SCHEMA,
        run: charset_server_match,
    },
    Check {
        id: "fulltext_settings",
        phases: SCHEMA,
        run: fulltext_settings,
    },
    Check {
        id: "innodb_autoinc_lock_mode",
        phases: FULL,
        run: innodb_autoinc_lock_mode,
    },
    Check {
        id: "destination_buffer_pool",
        phases: FULL,
        run: destination_buffer_pool,
    },
];

/// `Europe/Berlin`, not `SYSTEM` and not `+02:00`.
fn named(zone: &str) -> bool {
    !zone.eq_ignore_ascii_case("SYSTEM") && !zone.starts_with(['+', '-']) && !zone.is_empty()
}

fn time_zone_tables(context: &Context<'_>) -> Vec<Found> {
    let events = context.selected().events().filter(|event| {
        context.migration.schema().events != EventMode::Skip
            && !event.past
            && named(&event.time_zone)
    });
    if context.destination_facts().named_time_zones {
        return Vec::new();
    }
    Found::fail("the destination does not know the time zone of an event")
        .why("its time zone tables are empty, so the event cannot be created (error 1298)")
        .remedy("mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql, on the destination")
        .if_any(events.map(|event| format!("{} ({})", event.name.plain(), event.time_zone)))
}

fn event_scheduler_destination(context: &Context<'_>) -> Vec<Found> {
    let events = context.selected().events().filter(|event| {
        context.migration.schema().events != EventMode::Skip
            && event.status == EventStatus::Enabled
            && !event.past
    });
    let facts = context.destination_facts();
    let runs = |facts: &ServerFacts| facts.is_on("event_scheduler") == Some(true);
    if runs(facts) || !runs(context.source_facts()) {
        return Vec::new();
    }
    Found::warning("the destination's event scheduler does not run")
        .why("these events run on the source, and after the switch nowhere")
        .remedy("SET GLOBAL event_scheduler = ON; on the destination, at the switch at the latest")
        .if_any(events.map(|event| event.name.plain()))
}

/// What we need at most: the workers and what watches them.
fn connections(context: &Context<'_>) -> u64 {
    let workers = match context.migration.full_workers() {
        Workers::Auto => 8,
        Workers::Count(count) => u64::from(count.get()),
    };
    workers + 3
}

fn headroom(context: &Context<'_>, role: &str, facts: &ServerFacts) -> Vec<Found> {
    let (Some(most), Some(now)) = (
        facts.number::<u64>("max_connections"),
        facts.status.get("Threads_connected"),
    ) else {
        return Vec::new();
    };
    let (free, needed) = (most.saturating_sub(*now), connections(context));
    Found::warning(format!(
        "the {role} has {free} of {most} connections left, and the copy may take {needed}"
    ))
    .why("the application would be refused for want of a connection, or the copy")
    .remedy(format!(
        "set limits.full.workers lower, or SET GLOBAL max_connections higher on the {role}"
    ))
    .when(free < needed)
}

fn source_max_connections_headroom(context: &Context<'_>) -> Vec<Found> {
    headroom(context, "source", context.source_facts())
}

fn destination_max_connections_headroom(context: &Context<'_>) -> Vec<Found> {
    headroom(context, "destination", context.destination_facts())
}

/// The modes that one server has and the other has not.
fn only<'a>(facts: &'a ServerFacts, other: &ServerFacts) -> Vec<&'a str> {
    let other: Vec<&str> = other
        .variable("sql_mode")
        .unwrap_or_default()
        .split(',')
        .collect();
    let modes = facts.variable("sql_mode").unwrap_or_default().split(',');
    modes
        .filter(|mode| !mode.is_empty() && !other.contains(mode))
        .collect()
}

fn sql_mode_match(context: &Context<'_>) -> Vec<Found> {
    let (source, destination) = (context.source_facts(), context.destination_facts());
    let (less, more) = (only(source, destination), only(destination, source));
    let mut parts = Vec::new();
    if !more.is_empty() {
        parts.push(format!("has {} in its sql_mode", more.join(", ")));
    }
    if !less.is_empty() {
        parts.push(format!("lacks {}", less.join(", ")));
    }
    Found::info(format!("the destination {}", parts.join(" and ")))
        .why(
            "rows and definitions are carried exactly; the application's own statements may be \
              refused, or mean other things",
        )
        .remedy("set the same sql_mode there before the switch, or try the application")
        .when(!parts.is_empty())
}

fn sql_mode_zero_dates(context: &Context<'_>) -> Vec<Found> {
    let mode = |facts: &ServerFacts| -> bool {
        let modes = facts.variable("sql_mode").unwrap_or_default();
        modes.contains("NO_ZERO_DATE") || modes.contains("NO_ZERO_IN_DATE")
    };
    if !mode(context.destination_facts()) {
        return Vec::new();
    }
    let mut objects = Vec::new();
    for table in context.selected().tables() {
        let zero = table.columns.iter().filter(|column| {
            let temporal = matches!(column.data_type.as_str(), "date" | "datetime" | "timestamp");
            let default = column.default.as_deref().unwrap_or_default();
            temporal && (default.starts_with("0000-") || default.contains("-00"))
        });
        objects
            .extend(zero.map(|column| format!("{}.{}", table.name.plain(), column.name.as_str())));
    }
    Found::info("a column's default is a zero date, which the destination's sql_mode refuses")
        .why("the table is created as it is; a later ALTER TABLE or INSERT may be refused (1067)")
        .remedy("give it another default, or take NO_ZERO_DATE out of the destination's sql_mode")
        .if_any(objects)
}

fn time_zone_match(context: &Context<'_>) -> Vec<Found> {
    let zone = |facts: &ServerFacts| -> String {
        match facts.variable("time_zone") {
            Some(zone) if zone.eq_ignore_ascii_case("SYSTEM") => facts
                .variable("system_time_zone")
                .unwrap_or_default()
                .to_owned(),
            other => other.unwrap_or_default().to_owned(),
        }
    };
    let (source, destination) = (
        zone(context.source_facts()),
        zone(context.destination_facts()),
    );
    Found::info(format!(
        "the destination's time zone is {destination}, the source's is {source}"
    ))
    .why("values are carried exactly; NOW() and TIMESTAMP columns read by the application shift")
    .remedy("set the same time_zone on the destination before the switch")
    .when(source != destination)
}

fn charset_server_match(context: &Context<'_>) -> Vec<Found> {
    let (source, destination) = (context.source_facts(), context.destination_facts());
    let of = |facts: &ServerFacts| {
        facts
            .variable("collation_server")
            .unwrap_or_default()
            .to_owned()
    };
    let (from, to) = (of(source), of(destination));
    let other = |name: &str| name.replacen("utf8_", "utf8mb3_", 1);
    Found::info(format!(
        "the destination's default collation is {to}, the source's is {from}"
    ))
    .why(
        "databases and tables come as they are; those created later without a character set differ",
    )
    .remedy("set the same character_set_server and collation_server there")
    .when(other(&from) != other(&to))
}

fn fulltext_settings(context: &Context<'_>) -> Vec<Found> {
    let fulltext = context.selected().tables().filter(|table| {
        let mut indexes = table.indexes.iter();
        indexes.any(|index| index.kind == crate::catalog::IndexKind::Fulltext)
    });
    let (source, destination) = (context.source_facts(), context.destination_facts());
    let different: Vec<String> = [
        "innodb_ft_min_token_size",
        "ft_min_word_len",
        "ngram_token_size",
    ]
    .into_iter()
    .filter_map(|name| {
        let (from, to) = (source.variable(name)?, destination.variable(name)?);
        (from != to).then(|| format!("{name} ({from}, {to} on the destination)"))
    })
    .collect();
    if different.is_empty() {
        return Vec::new();
    }
    Found::info(format!("the servers differ in {}", different.join(", ")))
        .why("full-text searches find other words there")
        .remedy("set these alike in the destination's configuration before the copy")
        .if_any(fulltext.map(|table| table.name.plain()))
}

fn innodb_autoinc_lock_mode(context: &Context<'_>) -> Vec<Found> {
    let traditional = context
        .destination_facts()
        .number::<u64>("innodb_autoinc_lock_mode")
        == Some(0);
    let tables = context
        .selected()
        .tables()
        .filter(|table| traditional && table.columns.iter().any(|column| column.auto_increment));
    Found::info("innodb_autoinc_lock_mode is 0 on the destination")
        .why("each INSERT locks the whole table, so that workers wait for each other")
        .remedy("set it to 2 in the destination's configuration for the time of the copy")
        .if_any(tables.map(|table| table.name.plain()))
}

fn destination_buffer_pool(context: &Context<'_>) -> Vec<Found> {
    const SMALL: u64 = 1 << 30;
    let tables = context.selected().tables();
    let held: u64 = tables
        .map(|table| table.data_length.saturating_add(table.index_length))
        .fold(0, u64::saturating_add);
    let pool = context
        .destination_facts()
        .number::<u64>("innodb_buffer_pool_size");
    let Some(pool) = pool.filter(|pool| held > SMALL && *pool < held / 4) else {
        return Vec::new();
    };
    vec![
        Found::info(format!(
            "the destination's buffer pool is {}, for {} of data",
            Bytes(pool).rounded(),
            Bytes(held).rounded()
        ))
        .why("keys that are not in order are slow to build when their pages do not fit")
        .remedy("SET GLOBAL innodb_buffer_pool_size to a quarter of the data at least"),
    ]
}
