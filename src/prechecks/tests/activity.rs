//! What the servers are doing.

use super::{craft::migration_of, *};
use crate::{
    catalog::{Answer, BinlogStatus, OpenTransaction, Place, ReplicaStatus},
    mysql::TableName,
};

const STREAM: &str = "\"schema\", \"full\", \"incremental\"";

/// The check fails or warns once the source's activity is changed like this.
fn found(check: &str, severity: Severity, change: impl FnOnce(&mut Inspection)) -> Finding {
    finds(check, severity, &migration_of(STREAM, ""), change)
}

#[test]
fn prepared_transactions_stop_a_stream() {
    let one = found("xa_prepared", Severity::Fail, |inspection| {
        inspection.source.activity.prepared = Answer::Known(vec!["x1".to_owned()]);
    });
    assert_eq!(one.objects, ["x1"]);
    // one that has begun has their rows
    let mut begun = inspection();
    begun.source.activity.prepared = Answer::Known(vec!["x1".to_owned()]);
    begun.source.activity.place = Answer::Known(Place::default());
    assert_eq!(of("xa_prepared", &migration_of(STREAM, ""), &begun), []);
}

#[test]
fn what_could_not_be_seen_has_not_passed() {
    let refused = || "Access denied; you need XA_RECOVER_ADMIN (1227)".to_owned();
    let one = found("xa_prepared", Severity::Warning, |inspection| {
        inspection.source.activity.prepared = Answer::Refused(refused());
    });
    assert_eq!(
        one.remedy,
        "GRANT XA_RECOVER_ADMIN ON *.* TO `migrator`@`10.0.0.%`;"
    );
    found("long_transactions", Severity::Info, |inspection| {
        inspection.source.activity.long_transactions = Answer::Refused(refused());
    });
    found("replica_lag", Severity::Warning, |inspection| {
        inspection.source.activity.replica = Answer::Refused(refused());
    });
    let one = found("metadata_lock_wait", Severity::Info, |inspection| {
        inspection.source.activity.awaited_tables = Answer::Refused(refused());
    });
    assert_eq!(
        one.remedy,
        "GRANT SELECT ON `performance_schema`.`metadata_locks` TO `migrator`@`10.0.0.%`;"
    );
}

#[test]
fn a_binlog_without_the_database_is_no_source_of_a_stream() {
    let status = |only: &[&str], without: &[&str]| {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Answer::Known(BinlogStatus {
            file: "binlog.000007".to_owned(),
            only: list(only),
            without: list(without),
        })
    };
    for (only, without) in [(&["other"][..], &[][..]), (&[], &["shop"])] {
        let one = found("binlog_do_db", Severity::Fail, |inspection| {
            inspection.source.activity.binlog = status(only, without);
        });
        assert_eq!(one.objects, ["shop"]);
    }
    found("binlog_list_complete", Severity::Fail, |inspection| {
        inspection.source.activity.binlog = status(&["shop"], &[]);
        inspection.source.activity.binlogs = Answer::Known(vec!["binlog.000006".to_owned()]);
    });
}

#[test]
fn a_replica_is_a_source_only_where_it_passes_on_all_it_gets() {
    let replica = |seconds: u64, running: bool, filters: &[&str]| {
        Answer::Known(Some(ReplicaStatus {
            running,
            seconds_behind: Some(seconds),
            filters: filters.iter().map(|one| (*one).to_owned()).collect(),
        }))
    };
    found(
        "log_slave_updates_on_replica",
        Severity::Fail,
        |inspection| {
            inspection.source.activity.replica = replica(0, true, &[]);
        },
    );
    found("replica_filters", Severity::Warning, |inspection| {
        inspection.source.set("log_replica_updates", "ON");
        inspection.source.activity.replica = replica(0, true, &["Replicate_Do_DB = x"]);
    });
    for (seconds, running) in [(61, true), (0, false)] {
        found("replica_lag", Severity::Warning, |inspection| {
            inspection.source.activity.replica = replica(seconds, running, &[]);
        });
    }
}

#[test]
fn two_readers_of_one_server_id_end_each_other() {
    let migration = migration_of(STREAM, "");
    let ids = Answer::Known(vec![migration.server_id()]);
    finds(
        "server_id_collision",
        Severity::Warning,
        &migration,
        |inspection| {
            inspection.source.activity.replica_ids = ids;
        },
    );
}

#[test]
fn sessions_that_write_statements_are_told_of() {
    found("binlog_session_format", Severity::Warning, |inspection| {
        inspection.source.activity.statement_sessions = Answer::Known(2);
    });
}

#[test]
fn a_reader_of_a_cluster_has_no_binlog() {
    found("aurora_reader", Severity::Fail, |inspection| {
        inspection.source.set("innodb_read_only", "ON");
    });
}

#[test]
fn a_destination_with_several_writers_is_refused() {
    found("destination_single_writer", Severity::Fail, |inspection| {
        inspection
            .destination
            .set("group_replication_group_name", "g");
        inspection
            .destination
            .set("group_replication_single_primary_mode", "OFF");
    });
}

#[test]
fn a_table_has_one_migration_at_a_time() {
    let one = found("migration_overlap", Severity::Fail, |inspection| {
        let claimed = &mut inspection.destination.claimed;
        claimed.insert(TableName::new("shop", "orders"), "other".to_owned());
    });
    assert_eq!(one.objects, ["shop.orders (migration other)"]);
}

#[test]
fn who_waits_and_who_keeps_others_waiting_is_named() {
    let one = found("long_transactions", Severity::Warning, |inspection| {
        let open = OpenTransaction {
            connection: 7,
            seconds: 660,
        };
        inspection.source.activity.long_transactions = Answer::Known(vec![open]);
    });
    assert_eq!(one.objects, ["connection 7 (11 min)"]);
    found("metadata_lock_wait", Severity::Warning, |inspection| {
        let table = TableName::new("shop", "orders");
        inspection.source.activity.awaited_tables = Answer::Known(vec![table]);
    });
    found("undo_history", Severity::Info, |inspection| {
        inspection.source.activity.history_length = Answer::Known(2_000_000);
    });
    found("clock_skew", Severity::Info, |inspection| {
        inspection.destination.activity.clock_ahead = Some(-3_100);
    });
}

#[test]
fn a_schema_change_under_way_is_told_from_what_one_left() {
    let holds = |tables: &'static [&'static str]| {
        move |inspection: &mut Inspection| {
            for name in tables {
                inspection.source.holds(table(name));
            }
        }
    };
    let one = found(
        "online_ddl_in_progress",
        Severity::Fail,
        holds(&["shop._orders_gho", "shop._orders_ghc"]),
    );
    assert_eq!(one.objects, ["shop.orders"]);
    let one = found(
        "online_ddl_leftovers",
        Severity::Info,
        holds(&["shop._orders_old", "shop._other_old"]),
    );
    assert_eq!(one.objects, ["shop._orders_old"]);
    let percona = |inspection: &mut Inspection| {
        inspection.source.holds(table("shop._orders_new"));
        let trigger = craft::trigger("shop.pt_osc_shop_orders_ins", "orders");
        inspection
            .source
            .has_database("shop")
            .triggers
            .push(trigger);
    };
    found("online_ddl_in_progress", Severity::Fail, percona);
    found("pt_osc_triggers", Severity::Warning, percona);
}

#[test]
fn bodies_that_name_what_is_elsewhere_are_told_of() {
    let body = |text: &str| {
        let mut procedure = craft::function("shop.p");
        procedure.kind = RoutineKind::Procedure;
        procedure.definition = Some(format!("CREATE DEFINER=`a`@`%` PROCEDURE `p`() {text}"));
        procedure
    };
    let renamed = "mappings {\n  database \"shop\" {\n    to = \"store\"\n  }\n}\n";
    let one = finds(
        "mapping_dependency",
        Severity::Warning,
        &craft::migration(renamed),
        |inspection| {
            let routine = body("SELECT * FROM shop.orders");
            inspection
                .destination
                .granted(&["GRANT ALL PRIVILEGES ON *.* TO `m`@`%`"]);
            inspection
                .source
                .has_database("shop")
                .routines
                .push(routine);
        },
    );
    assert_eq!(one.objects, ["procedure shop.p (line 1: shop)"]);
    let one = finds(
        "cross_db_routine_refs",
        Severity::Warning,
        &craft::migration(""),
        |inspection| {
            inspection.source.databases.insert(Ident::new("other"));
            let routine = body("SELECT `other` . t.a FROM other.t");
            inspection
                .source
                .has_database("shop")
                .routines
                .push(routine);
        },
    );
    assert_eq!(one.objects, ["procedure shop.p (uses other.t)"]);
}
