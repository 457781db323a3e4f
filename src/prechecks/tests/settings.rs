//! Settings of the two servers, the binlog, engines, what is only told.

use super::{
    craft::{column, inspection, migration, migration_of, view},
    *,
};

const STREAM: &str = "\"schema\", \"full\", \"incremental\"";

/// Everything that the stream asks of a source.
fn streaming() -> Inspection {
    let mut inspection = inspection();
    for (variable, value) in [
        ("binlog_format", "ROW"),
        ("binlog_row_image", "FULL"),
        ("server_id", "7"),
        ("gtid_mode", "ON"),
        ("binlog_expire_logs_seconds", "2592000"),
    ] {
        inspection.source.set(variable, value);
    }
    inspection.source.granted(&[
        "GRANT RELOAD, SHOW_ROUTINE, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `m`@`%`",
        "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.* TO `m`@`%`",
    ]);
    inspection
}

#[test]
fn the_stream_needs_a_binlog_of_whole_rows() {
    let spec = migration_of(STREAM, "");
    let before = findings(&spec, &streaming());
    assert_eq!(beside(before.clone()), []);
    for (check, severity, variable, value) in [
        ("binlog_enabled", Severity::Fail, "log_bin", "OFF"),
        (
            "binlog_format_row",
            Severity::Fail,
            "binlog_format",
            "MIXED",
        ),
        (
            "binlog_row_image_full",
            Severity::Fail,
            "binlog_row_image",
            "MINIMAL",
        ),
        ("server_id_set", Severity::Fail, "server_id", "0"),
        (
            "binlog_retention",
            Severity::Fail,
            "binlog_expire_logs_seconds",
            "3600",
        ),
        (
            "binlog_retention",
            Severity::Warning,
            "binlog_expire_logs_seconds",
            "90000",
        ),
        ("gtid_mode", Severity::Warning, "gtid_mode", "OFF"),
        ("source_durability", Severity::Warning, "sync_binlog", "0"),
        (
            "binlog_max_size_cap",
            Severity::Warning,
            "binlog_space_limit",
            "1000000",
        ),
        (
            "group_replication_or_galera",
            Severity::Warning,
            "wsrep_on",
            "ON",
        ),
        (
            "auto_increment_increment",
            Severity::Warning,
            "auto_increment_increment",
            "2",
        ),
    ] {
        assert!(before.passed.contains(&check), "{check}");
        let mut inspection = streaming();
        inspection.source.set(variable, value);
        let found = of(check, &spec, &inspection);
        assert_eq!(found.len(), 1, "{check}");
        assert_eq!(found[0].severity, severity, "{check}");
        assert!(
            !of(check, &migration(""), &inspection)
                .iter()
                .any(Finding::open)
        );
    }
    let mut inspection = streaming();
    inspection
        .source
        .granted(&["GRANT SELECT, REPLICATION CLIENT ON *.* TO `m`@`%`"]);
    let found = of("source_priv_replication", &spec, &inspection);
    assert_eq!(
        found[0].remedy,
        "GRANT REPLICATION SLAVE ON *.* TO `migrator`@`10.0.0.%`;"
    );
    let mut inspection = streaming();
    inspection.source.change("shop.orders").engine = "BLACKHOLE".to_owned();
    assert_eq!(of("engine_unsupported", &spec, &inspection).len(), 1);
}

#[test]
fn an_engine_without_snapshots_needs_a_source_that_stands_still() {
    let spec = migration("");
    let check = "engine_non_transactional";
    finds(check, Severity::Warning, &spec, |inspection| {
        inspection.source.change("shop.orders").engine = "MyISAM".to_owned();
        inspection.source.set("read_only", "OFF");
    });
    let mut inspection = inspection();
    inspection.source.change("shop.orders").engine = "MyISAM".to_owned();
    assert_eq!(of(check, &spec, &inspection), []);
}

#[test]
fn events_need_their_zone_and_a_scheduler() {
    let spec = migration("");
    let zone = |inspection: &mut Inspection| {
        inspection.destination.facts.named_time_zones = false;
        let shop = inspection.source.has_database("shop");
        shop.events[0].time_zone = "Europe/Berlin".to_owned();
    };
    let found = fails("time_zone_tables", &spec, zone);
    assert_eq!(found.objects, ["shop.purge (Europe/Berlin)"]);
    let mut inspection = inspection();
    zone(&mut inspection);
    let shop = inspection.source.has_database("shop");
    shop.events[0].time_zone = "+02:00".to_owned();
    assert_eq!(of("time_zone_tables", &spec, &inspection), []);
    let check = "event_scheduler_destination";
    finds(check, Severity::Warning, &spec, |inspection| {
        inspection.source.set("event_scheduler", "ON");
        inspection.destination.set("event_scheduler", "OFF");
    });
    let skipped = migration("schema {\n  events = \"skip\"\n}\n");
    inspection.source.set("event_scheduler", "ON");
    assert_eq!(of(check, &skipped, &inspection), []);
}

#[test]
fn connections_are_counted() {
    for check in [
        "source_max_connections_headroom",
        "destination_max_connections_headroom",
    ] {
        finds(check, Severity::Warning, &migration(""), |inspection| {
            for side in [&mut inspection.source, &mut inspection.destination] {
                side.set("max_connections", "20");
                let status = &mut side.facts.status;
                status.insert("Threads_connected".to_owned(), 15);
            }
        });
    }
    let few = migration("limits {\n  full {\n    workers = 2\n  }\n}\n");
    let mut inspection = inspection();
    inspection.source.set("max_connections", "20");
    let status = &mut inspection.source.facts.status;
    status.insert("Threads_connected".to_owned(), 15);
    assert_eq!(of("source_max_connections_headroom", &few, &inspection), []);
}

#[test]
fn what_reads_differently_is_told_and_refuses_nothing() {
    let mut inspection = inspection();
    let (source, destination) = (&mut inspection.source, &mut inspection.destination);
    source.is_version("5.6.24");
    source.granted(&["GRANT ALL PRIVILEGES ON *.* TO `m`@`%`"]);
    source.set("sql_mode", "NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT");
    destination.set(
        "sql_mode",
        "STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION",
    );
    source.set("time_zone", "SYSTEM");
    source.set("system_time_zone", "CET");
    destination.set("time_zone", "UTC");
    source.set("collation_server", "latin1_swedish_ci");
    destination.set("collation_server", "utf8mb4_0900_ai_ci");
    source.set("innodb_ft_min_token_size", "3");
    destination.set("innodb_ft_min_token_size", "2");
    destination.set("innodb_autoinc_lock_mode", "0");
    destination.set("innodb_buffer_pool_size", "134217728");
    let orders = source.change("shop.orders");
    orders.data_length = 64 << 30;
    orders.auto_increment = Some(2_000_000_000);
    orders.columns[0].auto_increment = true;
    let mut zero = column("rank", "date");
    zero.default = Some("0000-00-00".to_owned());
    orders.columns.push(zero);
    orders
        .columns
        .push(column("$z", "int(5) unsigned zerofill"));
    orders.columns.push(column("doc", "json"));
    orders.columns.push(column("place", "geometry"));
    let mut index = craft::unique("sp", &["place"]);
    index.unique = false;
    index.kind = crate::catalog::IndexKind::Spatial;
    orders.indexes.push(index.clone());
    index.kind = crate::catalog::IndexKind::Fulltext;
    orders.indexes.push(index);
    let found = findings(&migration(""), &inspection);
    let shown: Vec<String> = found
        .findings
        .iter()
        .map(|finding| {
            assert_eq!(finding.severity, Severity::Info, "{finding:?}");
            format!(
                "{}: {} [{}]\n    {}\n    {}",
                finding.check,
                finding.message,
                finding.objects.join(", "),
                finding.why,
                finding.remedy
            )
        })
        .collect();
    insta::assert_snapshot!("an_assessment", shown.join("\n"));
    let quiet = migration("schema {\n  assessment = false\n}\n");
    assert_eq!(findings(&quiet, &inspection).findings, []);
}

#[test]
fn a_view_over_what_does_not_come_along_is_refused() {
    let spec = migration("");
    let check = "views_dependencies";
    let uses = |inspection: &mut Inspection, from: &str| {
        let mut made = view("shop.recent");
        made.definition = format!(
            "CREATE ALGORITHM=UNDEFINED DEFINER=`app`@`%` SQL SECURITY DEFINER VIEW `recent` AS \
             select `x`.`a` AS `a` from {from} `x`"
        );
        let shop = inspection.source.has_database("shop");
        shop.views.insert(Ident::new("recent"), made);
    };
    let found = fails(check, &spec, |inspection| {
        uses(inspection, "`shop`.`tmp_x`");
    });
    assert_eq!(found.objects, ["shop.recent (uses shop.tmp_x)"]);
    fails(check, &spec, |inspection| uses(inspection, "`other`.`t`"));
    let mut inspection = inspection();
    uses(&mut inspection, "`shop`.`orders`");
    assert_eq!(of(check, &spec, &inspection), []);
    // it stands on the destination already
    uses(&mut inspection, "`shop`.`tmp_x`");
    let there = &mut inspection.destination;
    there.left_out.tables.insert(craft::name("shop.tmp_x"));
    assert_eq!(of(check, &spec, &inspection), []);
    // what is in a database that was not looked at may be there
    uses(&mut inspection, "`other`.`t`");
    let databases = &mut inspection.destination.databases;
    databases.insert(Ident::new("other"));
    let found = of(check, &spec, &inspection);
    assert_eq!(found[0].severity, Severity::Warning);
}
