//! Rows decode to what the copy reads, for every type and every edge value.

use mysql_async::prelude::Queryable as _;

use super::*;
use crate::support::fixtures::load_types;

/// The whole fixture passes through the binlog: inserted, then every row's key changed, then deleted.
async fn every_type(server: &Server, database: &str, from: BinlogFrom) -> BinlogFrom {
    load_types(server, database).await;
    let tables = tables(server, database).await;
    let mut model = Model::default();
    let (events, passed) = read_all(server, from).await;
    assert_whole(&events);
    model.apply(&events, &tables);
    model.assert_as_read(server, &tables).await;
    assert!(model.inserted > 3000, "{}", model.inserted);

    let mut conn = server.root().await;
    conn.query_drop(
        "SET foreign_key_checks = 0, sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+07:00'",
    )
    .await
    .expect("it can be set");
    let mut changed = 0;
    for table in tables.values() {
        let key = table.columns.iter().find(|column| {
            ["id", "n"].contains(&column.name.as_str()) && column.data_type == "int"
        });
        let Some(key) = key.map(|column| &column.name) else {
            continue;
        };
        let sql = format!(
            "UPDATE {} SET {key} = {key} + 20000000 ORDER BY {key} DESC",
            table.name
        );
        // a partition may not take it
        changed += u32::from(conn.query_drop(sql).await.is_ok());
    }
    assert!(changed > 30, "{changed}");
    let (events, passed) = read_all(server, resumed(passed)).await;
    assert_whole(&events);
    model.apply(&events, &tables);
    model.assert_as_read(server, &tables).await;
    assert!(model.updated > 3000, "{}", model.updated);

    for table in tables.values() {
        conn.query_drop(format!("DELETE FROM {}", table.name))
            .await
            .expect("rows can be deleted");
    }
    let (events, passed) = read_all(server, resumed(passed)).await;
    model.apply(&events, &tables);
    assert_eq!(model.rows.values().map(RowSet::rows).sum::<i64>(), 0);
    assert_eq!(model.deleted, model.inserted);
    resumed(passed)
}

pub(super) fn resumed(passed: Passed) -> BinlogFrom {
    if passed.gtids.is_empty() {
        BinlogFrom::File(passed.binlog.expect("the source named its file"))
    } else {
        BinlogFrom::Gtids(passed.gtids)
    }
}

#[tokio::test]
async fn every_type_of_5_6_decodes_to_what_is_read() {
    let server = source(Version::V5_6, &[]);
    let from = now(&server).await;
    every_type(&server, "types", from).await;
}

#[tokio::test]
async fn every_type_of_9_7_decodes_with_minimal_metadata_with_full_and_compressed() {
    let server = source(Version::V9_7, &[]);
    server.sql("CREATE DATABASE first_transaction").await;
    let from = every_type(&server, "minimal", now(&server).await).await;
    server.sql("SET GLOBAL binlog_row_metadata = FULL").await;
    let from = every_type(&server, "full", from).await;
    server
        .sql("SET GLOBAL binlog_transaction_compression = ON, GLOBAL binlog_checksum = NONE")
        .await;
    every_type(&server, "compressed", from).await;
}

#[tokio::test]
async fn partial_json_updates_are_computed_from_the_document_before() {
    let server = source(Version::V9_7, &[]);
    server
        .sql("CREATE DATABASE d; CREATE TABLE d.docs (id INT PRIMARY KEY, a JSON, t VARCHAR(20), b JSON)")
        .await;
    let from = now(&server).await;
    server
        .sql(
            "USE d; SET binlog_row_value_options = 'PARTIAL_JSON';
             INSERT INTO docs VALUES
               (1, JSON_OBJECT('k', REPEAT('x', 900), 'name', 'somebody', 'tags', JSON_ARRAY(1, 2, 3), 'deep', JSON_OBJECT('a b', JSON_ARRAY(JSON_OBJECT('q\"', 1)))), 'one', '[1, 2, 3, 4, 5, 6, 7]'),
               (2, JSON_ARRAY(CAST(1.10 AS DECIMAL(5,2)), CAST('2024-01-01' AS DATE), CAST('-12:00:00.5' AS TIME(6)), CAST('2024-01-01 10:11:12' AS DATETIME), CAST(REPEAT('x', 100) AS BINARY), 1e100, REPEAT('y', 500)), 'two', NULL),
               (3, NULL, 'three', NULL);
             UPDATE docs SET a = JSON_SET(a, '$.name', 'x');
             UPDATE docs SET a = JSON_REPLACE(a, '$.deep.\"a b\"[0].\"q\\\\\"\"', 2), t = 'changed';
             UPDATE docs SET a = JSON_REMOVE(a, '$.tags[1]', '$.name') WHERE id = 1;
             UPDATE docs SET a = JSON_SET(a, '$.z', 1, '$.aa', 2, '$.tags[5]', 'end') WHERE id = 1;
             UPDATE docs SET a = JSON_REPLACE(a, '$[6]', REPEAT('z', 400)), b = JSON_ARRAY(1) WHERE id = 2;
             UPDATE docs SET b = JSON_SET(b, '$[0]', 9), a = JSON_SET(a, '$.k', 'short') WHERE id = 1;
             UPDATE docs SET t = 'same document';
             UPDATE docs SET a = '{}' WHERE id = 3;
             UPDATE docs SET a = NULL WHERE id = 2",
        )
        .await;
    let tables = tables(&server, "d").await;
    let (events, _) = read_all(&server, from).await;
    let partial = events.iter().filter(|event| {
        matches!(&event.body, Body::Rows(rows)
            if rows.change == cutover::replication::event::RowChange::PartialUpdate)
    });
    assert!(partial.count() >= 5);
    let mut model = Model::default();
    model.apply(&events, &tables);
    model.assert_as_read(&server, &tables).await;
}

#[tokio::test]
async fn a_definition_that_the_event_contradicts_is_refused() {
    let server = source(Version::V9_7, &["--binlog-row-metadata=FULL"]);
    server
        .sql("CREATE DATABASE d; CREATE TABLE d.t (a INT, b VARCHAR(10))")
        .await;
    let from = now(&server).await;
    server.sql("INSERT INTO d.t VALUES (1, 'x')").await;
    let (events, _) = read_all(&server, from.clone()).await;
    let refusal = async |ddl: &str| {
        server.sql(ddl).await;
        let tables = tables(&server, "d").await;
        let table = &tables[&TableName::new("d", "t")];
        let rows = events.iter().find_map(|event| {
            if let Body::Rows(rows) = &event.body {
                Some(rows)
            } else {
                None
            }
        });
        RowDecoder::new(table, &shape(table), &rows.expect("there are rows").map)
            .expect_err("the definition is another")
            .to_string()
    };
    for (ddl, named) in [
        ("ALTER TABLE d.t MODIFY a INT UNSIGNED", "of the other sign"),
        ("ALTER TABLE d.t MODIFY a BIGINT", "column `a` is bigint"),
        (
            "ALTER TABLE d.t MODIFY a INT, RENAME COLUMN b TO c",
            "column \"b\"",
        ),
        (
            "ALTER TABLE d.t ADD COLUMN d INT",
            "2 columns, the definition at that position 3",
        ),
    ] {
        let refused = refusal(ddl).await;
        assert!(refused.contains(named), "{refused}");
    }
    // a session that logs half the row is found out by its event
    let from = now(&server).await;
    server
        .sql("ALTER TABLE d.t ADD PRIMARY KEY (a); SET binlog_row_image = MINIMAL; UPDATE d.t SET d = 5")
        .await;
    let mut reader = open(&server, from, AtEnd::Stop).await;
    let error = loop {
        match reader.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the half row passed"),
            Err(error) => break error,
        }
    };
    assert!(
        error.to_string().contains("UPDATE_ROWS event (type 31)"),
        "{error}"
    );
    assert!(error.to_string().contains("binlog_row_image"), "{error}");
    assert!(error.help().contains("copy the table again"));
}

/// Events of a real server with bytes changed: read or refused, never a panic.
#[tokio::test]
async fn changed_bytes_in_real_events_make_nothing_panic() {
    use crate::support::fixtures::Numbers;
    let server = source(Version::V9_7, &["--binlog-row-metadata=FULL"]);
    let from = now(&server).await;
    load_types(&server, "types").await;
    server
        .sql(
            "USE types; SET binlog_row_value_options = 'PARTIAL_JSON'; \
             UPDATE json_values SET j = JSON_REPLACE(j, '$.a', 5)",
        )
        .await;
    let tables = tables(&server, "types").await;
    let (events, _) = read_all(&server, from.clone()).await;
    let request = cutover::conn::BinlogRequest {
        server_id: 4_000_000_002,
        from,
        heartbeat: Duration::from_secs(1),
        at_end: AtEnd::Stop,
    };
    let mut raw = connector(&server)
        .await
        .binlog(&request)
        .await
        .expect("it opens");
    let mut numbers = Numbers::new(11);
    let mut tried = 0;
    let mut change = |bytes: &mut [u8]| {
        for _ in 0..=numbers.next() % 3 {
            let at = usize::from(numbers.next().to_le_bytes()[1]) * bytes.len() / 256;
            if let Some(byte) = bytes.get_mut(at) {
                *byte = numbers.next().to_le_bytes()[0];
            }
        }
    };
    while let Some(event) = raw.next().await.expect("it was read before") {
        if event.data().is_empty() || event.data().len() > 20_000 {
            continue;
        }
        for _ in 0..20 {
            let mut bytes = event.data().to_vec();
            change(&mut bytes);
            let _ = cutover::replication::parse::parse(event.header().event_type_raw(), &bytes);
            tried += 1;
        }
    }
    for event in &events {
        let Body::Rows(rows) = &event.body else {
            continue;
        };
        let Some(table) = tables.get(&rows.map.table) else {
            continue;
        };
        if rows.images.len() > 20_000 {
            continue;
        }
        let decoder =
            RowDecoder::new(table, &shape(table), &rows.map).expect("it is the definition");
        for _ in 0..20 {
            let mut changed = rows.clone();
            change(&mut changed.images);
            let _ = decoder.rows(&changed).count();
            tried += 1;
        }
    }
    assert!(tried > 5000, "{tried}");
}
