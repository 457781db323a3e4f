//! The fixtures hold what they promise: on each server they load twice into equal databases, and the
//! rarest values have really arrived.

use mysql_async::prelude::Queryable;

use crate::support::{
    equal::{Comparison, Renames},
    fixtures::{character_sets, load_keys, load_names, load_types},
    server::{Place, Server, Version},
    temp::unique,
};

async fn loaded_twice(version: Version) -> (&'static Server, String) {
    let server = Server::shared(version, Place::Source);
    let database = format!("types{}", unique());
    let copy = format!("{database}_copy");
    load_types(server, &database).await;
    load_types(server, &copy).await;
    Comparison::of(&[&database])
        .renames(Renames::default().database(&database, &copy))
        .assert_equal(server, server)
        .await;
    (server, database)
}

#[tokio::test]
async fn the_types_of_9_7_load_twice_into_equal_databases() {
    let (server, database) = loaded_twice(Version::V9_7).await;
    let mut conn = server.root().await;
    conn.query_drop(format!("USE {database}")).await.unwrap();
    let vector: Option<String> = conn
        .query_first("SELECT HEX(v) FROM vectors WHERE id = 1")
        .await
        .unwrap();
    assert_eq!(vector.as_deref(), Some("0000803F000020C0E6B1617FDDC7D900"));
    let hidden: Vec<u64> = conn
        .query("SELECT my_row_id FROM generated_key ORDER BY my_row_id")
        .await
        .unwrap();
    assert_eq!(hidden, [1, 3, 500]);
    let srid: Option<u32> = conn
        .query_first("SELECT ST_SRID(g) FROM geometries WHERE id = 2")
        .await
        .unwrap();
    assert_eq!(srid, Some(4326));
    the_rarest_values_arrived(&mut conn).await;
}

#[tokio::test]
async fn the_types_of_5_6_load_twice_into_equal_databases() {
    let (server, database) = loaded_twice(Version::V5_6).await;
    let mut conn = server.root().await;
    conn.query_drop(format!("USE {database}")).await.unwrap();
    the_rarest_values_arrived(&mut conn).await;
}

async fn the_rarest_values_arrived(conn: &mut mysql_async::Conn) {
    let ask = async |conn: &mut mysql_async::Conn, sql: &str| -> String {
        let found: Option<String> = conn.query_first(sql).await.expect(sql);
        found.unwrap_or_default()
    };
    assert_eq!(
        ask(
            conn,
            "SELECT CONCAT(f * 1e0, ' ', d) FROM floats WHERE id = 1"
        )
        .await,
        "-0 -0"
    );
    let denormal: Option<(f32, f64)> = conn
        .exec_first("SELECT f, d FROM floats WHERE id = 7", ())
        .await
        .expect("it is there");
    assert_eq!(
        denormal.map(|(f, d)| (f.to_bits(), d.to_bits())),
        Some((1, 1))
    );
    let numbers = "SELECT GROUP_CONCAT(with_empty + 0 ORDER BY id) FROM enums WHERE id <= 2";
    assert_eq!(ask(conn, numbers).await, "0,1");
    assert_eq!(
        ask(conn, "SELECT LENGTH(bl) FROM big WHERE id = 1").await,
        "16777216"
    );
    assert_eq!(
        ask(conn, "SELECT MAX(t6) FROM times WHERE id = 3").await,
        "-00:00:00.000001"
    );
    assert_eq!(
        ask(conn, "SELECT d FROM dates WHERE id = 5").await,
        "2024-02-30"
    );
    assert_eq!(
        ask(conn, "SELECT ts FROM dates WHERE id = 1").await,
        "0000-00-00 00:00:00"
    );
    assert_eq!(
        ask(conn, "SELECT v FROM zero_id WHERE id = 0").await,
        "zero"
    );
    assert_eq!(
        ask(conn, "SELECT COUNT(DISTINCT vb) FROM every_byte").await,
        "768"
    );
    assert_eq!(
        ask(conn, "SELECT HEX(v) FROM charset_sjis WHERE n = 0x8868").await,
        "955C"
    );
    for charset in character_sets(conn).await {
        let rows = ask(conn, &format!("SELECT COUNT(*) FROM charset_{charset}")).await;
        assert!(
            rows.parse::<u32>().is_ok_and(|rows| rows >= 90),
            "{charset} has {rows} rows"
        );
    }
}

#[tokio::test]
async fn hostile_names_load_into_equal_databases() {
    for version in [Version::V9_7, Version::V5_6] {
        let server = Server::shared(version, Place::Source);
        let database = format!("names ` ' \" {}", unique());
        let copy = format!("{database}; DROP");
        load_names(server, &database).await;
        load_names(server, &copy).await;
        Comparison::of(&[&database])
            .renames(Renames::default().database(&database, &copy))
            .assert_equal(server, server)
            .await;
    }
}

#[tokio::test]
async fn rows_under_every_kind_of_key_load_into_equal_databases() {
    for version in [Version::V9_7, Version::V5_6] {
        let server = Server::shared(version, Place::Source);
        let database = format!("keys{}", unique());
        let copy = format!("{database}_copy");
        load_keys(server, &database).await;
        load_keys(server, &copy).await;
        Comparison::of(&[&database])
            .renames(Renames::default().database(&database, &copy))
            .assert_equal(server, server)
            .await;
        let mut conn = server.root().await;
        let sql = format!("SELECT COUNT(*) FROM {database}.by_varchar_general");
        let rows: Option<u32> = conn.query_first(sql).await.unwrap();
        assert_eq!(rows, Some(2000));
    }
}

#[tokio::test]
async fn a_server_stores_an_emoji_in_a_name_as_a_question_mark() {
    // That is why no fixture has one.
    let server = Server::shared(Version::V9_7, Place::Source);
    let mut conn = server.root().await;
    let database = format!("plane{}", unique());
    conn.query_drop(format!("CREATE DATABASE {database}; USE {database}"))
        .await
        .unwrap();
    conn.query_drop("CREATE TABLE `😀` (`a😀b` INT)")
        .await
        .unwrap();
    let tables: Vec<String> = conn.query("SHOW TABLES").await.unwrap();
    assert_eq!(tables, ["?"]);
}
