//! What the stream yields and where it says that it is.

use cutover::{
    mysql::{Checkpoint, GtidSet},
    replication::{across::committed_across, event::Statement, stream::StreamError},
};

use super::{decoding::resumed, *};

/// One word for each event.
fn words(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| match &event.body {
            Body::Begin(_) => "begin".to_owned(),
            Body::Statement(statement) => String::from_utf8_lossy(&statement.text).into_owned(),
            Body::StatementContext => "context".to_owned(),
            Body::RowsQuery(text) => format!("# {}", String::from_utf8_lossy(text)),
            Body::TableMap(map) => format!("map {}", map.table.plain()),
            Body::Rows(rows) => format!("{:?} {}", rows.change, rows.map.table.plain()),
            Body::XaStart(xid) => format!("xa start {xid}"),
            Body::XaCommit(xid) => format!("xa commit {xid}"),
            Body::XaRollback(xid) => format!("xa rollback {xid}"),
            Body::End(end) => format!("{end:?}"),
            Body::Rotate => "rotate".to_owned(),
            Body::Heartbeat => "heartbeat".to_owned(),
        })
        .filter(|word| word != "rotate" && word != "heartbeat")
        .collect()
}

async fn gtid_executed(server: &Server) -> GtidSet {
    match now(server).await {
        BinlogFrom::Gtids(gtids) => gtids,
        BinlogFrom::File(position) => panic!("no GTIDs at {position}"),
    }
}

#[tokio::test]
async fn transactions_of_9_7_are_whole_in_every_form() {
    let server = source(Version::V9_7, &[]);
    server
        .sql("CREATE DATABASE d; CREATE TABLE d.t (a INT PRIMARY KEY, b INT)")
        .await;
    let from = now(&server).await;
    server
        .sql(
            "USE d; BEGIN; INSERT INTO t VALUES (1, 1); SAVEPOINT s; UPDATE t SET b = 2; COMMIT;
             SET gtid_next = 'AUTOMATIC:blue'; DELETE FROM t; SET gtid_next = AUTOMATIC;
             CREATE TABLE u SELECT 1 AS a;
             SET binlog_transaction_compression = ON; INSERT INTO t VALUES (2, 2), (3, 3); SET binlog_transaction_compression = OFF;
             XA START 'ab'; INSERT INTO t VALUES (4, 4); XA END 'ab'; XA PREPARE 'ab'; XA COMMIT 'ab';
             XA START 'cd', 'e', 7; INSERT INTO t VALUES (5, 5); XA END 'cd', 'e', 7; XA PREPARE 'cd', 'e', 7; XA ROLLBACK 'cd', 'e', 7;
             XA START 'one'; INSERT INTO t VALUES (6, 6); XA END 'one'; XA COMMIT 'one' ONE PHASE;
             SET binlog_rows_query_log_events = ON; UPDATE t SET b = 7 WHERE a = 6",
        )
        .await;
    let (events, passed) = read_all(&server, from).await;
    assert_whole(&events);
    insta::assert_snapshot!(words(&events).join("\n"));
    assert_eq!(passed.gtids, gtid_executed(&server).await);
    assert!(passed.gtids.to_string().contains(":blue:1"));
    for event in &events {
        if let Body::Begin(begin) = &event.body {
            let committed = begin.original_commit.expect("9.7 says it") / 1_000_000;
            assert!(committed.abs_diff(u64::from(event.time)) < 100);
            assert_eq!(begin.immediate_commit, begin.original_commit);
        }
    }
}

/// Between two looks at XA RECOVER it may have been prepared and committed; the binlog tells.
#[tokio::test]
async fn an_xa_transaction_that_lies_across_a_place_is_found() {
    let server = source(Version::V9_7, &[]);
    server
        .sql(
            "CREATE DATABASE d; USE d; CREATE TABLE t (a INT PRIMARY KEY);
             XA START 'across', 'b', 2; INSERT INTO t VALUES (1); XA END 'across', 'b', 2; XA PREPARE 'across', 'b', 2",
        )
        .await;
    let place = || async {
        let mut session = session(&server, "root", None).await;
        let position = cutover::inspect::position(&mut session).await;
        Checkpoint::at(&position.expect("it can be read")).expect("it is one")
    };
    let found = |from: Checkpoint| {
        let server = &server;
        async move {
            let by_file = Checkpoint {
                by_gtid: false,
                ..from.clone()
            };
            let mut found = Vec::new();
            for from in [from, by_file] {
                let source = connector(server).await;
                let across = committed_across(&source, &from, 4_000_000_001, LARGEST_PAYLOAD);
                found.push(across.await.expect("it can be read"));
            }
            assert_eq!(found[0], found[1]);
            found.swap_remove(0)
        }
    };
    let before = place().await;
    server
        .sql("USE d; XA START 'in'; INSERT INTO t VALUES (2); XA END 'in'; XA PREPARE 'in'; XA COMMIT 'in'")
        .await;
    assert_eq!(found(before.clone()).await, None);
    server.sql("XA COMMIT 'across', 'b', 2").await;
    assert_eq!(
        found(before).await.as_deref(),
        Some("X'6163726f7373',X'62',2")
    );
    assert_eq!(found(place().await).await, None);
}

#[tokio::test]
async fn transactions_of_5_6_are_whole_without_gtids() {
    let server = source(Version::V5_6, &[]);
    server
        .sql("CREATE DATABASE d; CREATE TABLE d.t (a INT PRIMARY KEY, b INT); CREATE TABLE d.m (a INT) ENGINE = MyISAM")
        .await;
    let from = now(&server).await;
    server
        .sql(
            "USE d; BEGIN; INSERT INTO t VALUES (1, 1); UPDATE t SET b = 2; COMMIT; INSERT INTO m VALUES (1);
             CREATE TABLE u SELECT 1 AS a;
             XA START 'ab'; INSERT INTO t VALUES (4, 4); XA END 'ab'; XA PREPARE 'ab'; XA COMMIT 'ab';
             SET binlog_format = STATEMENT; INSERT INTO m VALUES (RAND()); DROP TABLE u",
        )
        .await;
    let (events, passed) = read_all(&server, from).await;
    assert_whole(&events);
    insta::assert_snapshot!(words(&events).join("\n"));
    assert_eq!(
        BinlogFrom::File(passed.binlog.expect("a place")),
        now(&server).await
    );
}

#[tokio::test]
async fn the_same_events_come_over_rotations_and_from_any_end_of_a_transaction() {
    for version in [Version::V9_7, Version::V5_6] {
        let server = source(version, &[]);
        server
            .sql("CREATE DATABASE d; CREATE TABLE d.t (a INT PRIMARY KEY)")
            .await;
        let from = now(&server).await;
        for number in 0..6 {
            server
                .sql(&format!("INSERT INTO d.t VALUES ({number})"))
                .await;
            match number {
                1 => server.sql("FLUSH BINARY LOGS").await,
                2 => server.sql("SET GLOBAL binlog_checksum = NONE").await,
                4 => server.sql("SET GLOBAL binlog_checksum = CRC32").await,
                _ => {}
            }
        }
        let (all, passed) = read_all(&server, from.clone()).await;
        assert_whole(&all);
        let ends = all
            .iter()
            .filter(|event| matches!(event.body, Body::End(_)));
        assert_eq!(ends.count(), 6);
        // from after each transaction the rest comes, and nothing else
        let mut reader = open(&server, from, AtEnd::Stop).await;
        let mut rest = words(&all);
        while let Some(event) = reader.next().await.expect("it was read before") {
            let word = words(std::slice::from_ref(&event));
            rest.drain(..word.len());
            if matches!(event.body, Body::End(_)) {
                let (again, to) = read_all(&server, resumed(reader.passed().clone())).await;
                assert_eq!(words(&again), rest);
                assert_eq!(to.gtids.is_empty(), passed.gtids.is_empty());
                assert_eq!(to.binlog, passed.binlog);
            }
        }
    }
}

#[tokio::test]
async fn statements_carry_the_settings_under_which_they_ran() {
    for version in [Version::V9_7, Version::V5_6] {
        let server = source(version, &[]);
        server
            .sql("CREATE DATABASE d DEFAULT CHARACTER SET latin1")
            .await;
        let from = now(&server).await;
        server
            .sql(
                "USE d; SET NAMES latin1, sql_mode = 'ANSI_QUOTES,ALLOW_INVALID_DATES', time_zone = '+03:00', \
                 foreign_key_checks = 0, unique_checks = 0;
                 CREATE TABLE t (a TIMESTAMP NOT NULL DEFAULT '2024-01-01 00:00:00')",
            )
            .await;
        let (events, _) = read_all(&server, from).await;
        let statement: &Statement = events
            .iter()
            .find_map(|event| {
                if let Body::Statement(statement) = &event.body {
                    Some(&**statement)
                } else {
                    None
                }
            })
            .expect("the CREATE TABLE is there");
        assert!(statement.alone);
        assert_eq!(statement.database, b"d");
        assert_eq!(statement.error, 0);
        let context = &statement.context;
        assert_eq!(context.sql_mode, Some(ansi_quotes_and_invalid_dates()));
        let flags = context.flags.expect("flags are always there");
        assert!(!flags.foreign_key_checks() && !flags.unique_checks() && flags.autocommit());
        assert_eq!(context.charsets.map(|charsets| charsets.client), Some(8));
        assert_eq!(context.time_zone.as_deref(), Some(&b"+03:00"[..]));
        assert_eq!(context.databases, Some(vec![b"d".to_vec()]));
    }
}

/// The bits of `ANSI_QUOTES` and `ALLOW_INVALID_DATES`.
fn ansi_quotes_and_invalid_dates() -> u64 {
    4 | 1 << 25
}

#[tokio::test]
async fn after_a_restart_of_the_source_the_stream_goes_on_exactly() {
    for version in [Version::V9_7, Version::V5_6] {
        let server = source(version, &[]);
        server
            .sql("CREATE DATABASE d; CREATE TABLE d.t (a INT PRIMARY KEY)")
            .await;
        let from = now(&server).await;
        server
            .sql("INSERT INTO d.t VALUES (1); INSERT INTO d.t VALUES (2)")
            .await;
        let mut reader = open(&server, from, AtEnd::Wait).await;
        let mut seen = Vec::new();
        loop {
            let event = reader.next().await.expect("it runs").expect("it waits");
            let idle = matches!(event.body, Body::Heartbeat);
            seen.push(event);
            if idle {
                break;
            }
        }
        server.restart();
        let error = loop {
            match reader.next().await {
                Ok(Some(event)) => seen.push(event),
                Ok(None) => panic!("an end of the connection is no end of the binlog"),
                Err(error) => break error,
            }
        };
        assert_eq!(
            error.class(),
            cutover::mysql::server_error::ErrorClass::Transient,
            "{error}"
        );
        server.sql("INSERT INTO d.t VALUES (3)").await;
        let (more, _) = read_all(&server, resumed(reader.passed().clone())).await;
        seen.extend(more);
        assert_whole(&seen);
        let tables = tables(&server, "d").await;
        let mut model = Model::default();
        model.apply(&seen, &tables);
        model.assert_as_read(&server, &tables).await;
        assert_eq!(model.inserted, 3);
    }
}

#[tokio::test]
async fn positions_that_the_source_does_not_have_say_what_to_do() {
    let first_error = async |server: &Server, from: BinlogFrom| {
        let mut reader = open(server, from, AtEnd::Stop).await;
        loop {
            match reader.next().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it was served"),
                Err(error) => break error,
            }
        }
    };
    for version in [Version::V9_7, Version::V5_6] {
        let server = source(version, &[]);
        server
            .sql("CREATE DATABASE d; CREATE TABLE d.t (a INT)")
            .await;
        let from = now(&server).await;
        server.sql("INSERT INTO d.t VALUES (1); FLUSH BINARY LOGS; INSERT INTO d.t VALUES (2); FLUSH BINARY LOGS").await;
        let BinlogFrom::File(last) = BinlogFrom::File(
            cutover::inspect::position(&mut session(&server, "root", None).await)
                .await
                .expect("it can be read")
                .binlog
                .expect("there is one"),
        ) else {
            unreachable!()
        };
        server
            .sql(&format!("PURGE BINARY LOGS TO '{}'", last.file))
            .await;
        let error = first_error(&server, from).await;
        assert!(matches!(error, StreamError::Purged { .. }), "{error}");
        assert!(error.help().contains("copy everything again"));
        if version == Version::V9_7 {
            let mut more = gtid_executed(&server).await;
            let (uuid, tag, interval) = more
                .intervals()
                .map(|(uuid, tag, interval)| (uuid, tag.clone(), interval))
                .last()
                .expect("there is one");
            more.add_interval(
                uuid,
                tag,
                cutover::mysql::gtid::Interval {
                    first: 1,
                    last: interval.last + 5,
                },
            );
            let error = first_error(&server, BinlogFrom::Gtids(more)).await;
            assert!(matches!(error, StreamError::SourceLost { .. }), "{error}");
        }
    }
}

#[tokio::test]
async fn a_compressed_transaction_above_the_limit_is_refused_by_its_size() {
    let server = source(Version::V9_7, &["--binlog-transaction-compression=ON"]);
    server
        .sql("CREATE DATABASE d; CREATE TABLE d.t (a LONGTEXT)")
        .await;
    let from = now(&server).await;
    server
        .sql("INSERT INTO d.t VALUES (REPEAT('x', 1000000))")
        .await;
    let start = Start {
        from,
        server_id: 4_000_000_001,
        heartbeat: Duration::from_secs(1),
        at_end: AtEnd::Stop,
        largest_payload: 900_000,
    };
    let mut reader = BinlogReader::open(&connector(&server).await, &start)
        .await
        .expect("it opens");
    let error = loop {
        match reader.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it passed"),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(
            error,
            StreamError::TooLarge {
                limit: 900_000,
                size: 1_000_000..,
                ..
            }
        ),
        "{error}"
    );
}
