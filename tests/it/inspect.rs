//! What `inspect` finds on real servers.

use std::{path::Path, process::Command, process::Stdio, time::Duration};

use cutover::{
    catalog::{Catalog, Column, EventStatus, Index, IndexKind, RoutineKind, Table},
    conn::{Connector, Purpose, Session},
    inspect::{self, Schema, Scope},
    mysql::{Flavor, Ident, Role, TableName},
    resolve::{Address, Compression, Endpoint, ObjectKind, PasswordSource, Tls, TlsMode},
    spec::Secret,
};

use crate::support::{
    pair::Pair,
    server::{Server, Version},
};

/// Everything in one database.
struct Whole(Ident);

impl Scope for Whole {
    fn database(&self, name: &Ident) -> bool {
        *name == self.0
    }

    fn object(&self, _kind: ObjectKind, _name: &TableName) -> bool {
        true
    }

    fn trigger(&self, _name: &TableName, _table: &Ident) -> bool {
        true
    }
}

pub async fn session(server: &Server, user: &str, password: Option<&str>) -> Session {
    let endpoint = Endpoint {
        address: Address::Tcp {
            host: "127.0.0.1".to_owned(),
            port: server.port(),
        },
        user: user.to_owned(),
        password: password.map_or(PasswordSource::None, |password| {
            PasswordSource::Plain(Secret::new(password))
        }),
        compression: Compression::None,
        connect_timeout: Duration::from_secs(30),
        tls: Tls {
            mode: TlsMode::Preferred,
            ca_file: None,
            cert_file: None,
            key_file: None,
        },
    };
    let connector = Connector::new(Role::Source, &endpoint, std::path::Path::new("."))
        .await
        .expect("the endpoint is complete");
    connector
        .session(Purpose::Inspect)
        .await
        .expect("the server lets us in")
}

pub async fn whole(session: &mut Session, database: &str) -> Schema {
    inspect::schema(session, &Whole(Ident::new(database)))
        .await
        .expect("the schema can be read")
}

fn table<'a>(catalog: &'a Catalog, database: &str, name: &str) -> &'a Table {
    catalog
        .table(&TableName::new(database, name))
        .unwrap_or_else(|| panic!("there is no table {name}"))
}

/// Loads the quickstart's shop as the quickstart does.
fn load_shop(server: &Server) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shop = std::fs::File::open(root.join("examples/quickstart/shop.sql")).expect("it is there");
    let output = Command::new(root.join("scripts/servers"))
        .args(["client", "--version", "9.7", "--no-defaults"])
        .args([
            "--loose-commands",
            "--user=root",
            "--default-character-set=utf8mb4",
        ])
        .arg(format!("--socket={}", server.socket().display()))
        .stdin(shop)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .expect("the client runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[tokio::test]
async fn the_whole_shop_is_found() {
    let server = Server::start(Version::V9_7);
    load_shop(&server);
    let mut session = session(&server, "root", None).await;
    let found = whole(&mut session, "shop").await;
    assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
    let shop = &found.catalog.databases[&Ident::new("shop")];
    let names: Vec<&str> = shop.tables.keys().map(Ident::as_str).collect();
    assert_eq!(
        names.join(" "),
        "address audit_log category country customer order_line order_return orders page_view \
         payment product product_category specimen stock supplier warehouse"
    );
    let summary: Vec<String> = shop.tables.values().map(summary).collect();
    insta::assert_snapshot!("shop_tables", summary.join("\n"));
    let rows: u64 = shop.tables.values().map(|table| table.rows).sum();
    assert!((250_000..350_000).contains(&rows), "{rows} rows");

    let views: Vec<&str> = shop.views.keys().map(Ident::as_str).collect();
    let expected = [
        "active_customer",
        "big_open_order",
        "open_order",
        "product_net_price",
    ];
    assert_eq!(views, expected);
    assert!(shop.views.values().all(|view| view.invalid.is_none()));
    let routines: Vec<_> = shop
        .routines
        .iter()
        .map(|one| (one.kind, one.name.name.as_str(), one.definition.is_some()))
        .collect();
    assert_eq!(
        routines,
        [
            (RoutineKind::Function, "net_price", true),
            (RoutineKind::Function, "order_sum", true),
            (RoutineKind::Procedure, "customer_orders", true),
            (RoutineKind::Procedure, "restock", true),
        ]
    );
    let triggers: Vec<_> = shop
        .triggers
        .iter()
        .map(|one| {
            format!(
                "{} {} {} {}",
                one.name.name.as_str(),
                one.timing,
                one.event,
                one.table.as_str()
            )
        })
        .collect();
    assert_eq!(
        triggers,
        [
            "customer_email_is_lower BEFORE INSERT customer",
            "product_price_is_noted AFTER UPDATE product",
            "product_price_is_never_zero BEFORE UPDATE product",
        ]
    );
    assert_eq!(shop.events.len(), 1);
    assert_eq!(shop.events[0].status, EventStatus::Enabled);
    assert!(!shop.events[0].past);
    assert!(shop.events[0].definition.contains("forget_old_audit"));
}

/// A table in a few lines: what its definition says, as `information_schema` told it.
fn summary(table: &Table) -> String {
    let mut lines = vec![format!(
        "{} {} {}",
        table.name.plain(),
        table.engine,
        table.collation
    )];
    lines.extend(table.columns.iter().map(column_line));
    lines.extend(table.indexes.iter().map(index_line));
    for key in &table.foreign_keys {
        lines.push(format!(
            "  foreign key {} ({}) to {} ({}) on update {} on delete {}",
            key.name,
            list(&key.columns),
            key.parent,
            list(&key.parent_columns),
            key.on_update,
            key.on_delete
        ));
    }
    for check in &table.checks {
        let enforced = if check.enforced { "" } else { " not enforced" };
        lines.push(format!(
            "  check {} {}{enforced}",
            check.name, check.expression
        ));
    }
    if let Some(partitioning) = &table.partitioning {
        lines.push(format!("  {}", partitioning.replace('\n', " ")));
    }
    lines.join("\n") + "\n"
}

fn list(names: &[Ident]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn column_line(column: &Column) -> String {
    let mut words = vec![format!("  {} {}", column.name, column.column_type)];
    words.extend(column.collation.clone());
    for (present, word) in [
        (column.nullable, "null"),
        (column.auto_increment, "auto_increment"),
        (column.invisible, "invisible"),
    ] {
        words.extend(present.then(|| word.to_owned()));
    }
    if let Some(default) = &column.default {
        let mark = if column.default_is_expression {
            "="
        } else {
            ""
        };
        words.push(format!("default{mark} {default}"));
    }
    if let Some(generated) = &column.generated {
        let how = if generated.stored {
            "stored"
        } else {
            "virtual"
        };
        words.push(format!("{how} ({})", generated.expression));
    }
    words.extend(
        column
            .on_update
            .as_ref()
            .map(|one| format!("on update {one}")),
    );
    words.extend(column.srid.map(|srid| format!("srid {srid}")));
    words.join(" ").trim_end().to_owned()
}

fn index_line(index: &Index) -> String {
    let parts = index.parts.iter().map(|part| {
        let what = match (&part.column, &part.expression) {
            (Some(column), _) => column.to_string(),
            (None, expression) => format!("({})", expression.as_deref().unwrap_or("?")),
        };
        let prefix = part.prefix.map(|length| format!("({length})"));
        let order = if part.descending { " desc" } else { "" };
        format!("{what}{}{order}", prefix.unwrap_or_default())
    });
    let parts: Vec<String> = parts.collect();
    format!(
        "  {}{} {} on {}{}",
        if index.unique { "unique " } else { "" },
        format!("{:?}", index.kind).to_lowercase(),
        index.name,
        parts.join(", "),
        if index.visible { "" } else { " invisible" }
    )
}

/// Names that break whoever does not quote them. Backticks, quotes, blanks, a reserved word, a line
/// break, the longest name there may be.
const HOSTILE: &str = "
CREATE TABLE `select` (`from` INT PRIMARY KEY, `a``b` INT, KEY `k``\"'` (`a``b`));
CREATE TABLE `it's \"a\" ``name``; DROP TABLE x --` (`c ' d` VARCHAR(9) DEFAULT 'it''s', PRIMARY KEY (`c ' d`));
CREATE TABLE `tab\tnew\nline` (a INT);
CREATE TABLE `ünïcödé☃漢字` (`ß` INT, FOREIGN KEY (`ß`) REFERENCES `select` (`from`));
CREATE TABLE `abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl` (a INT);
CREATE VIEW `v``i'ew` AS SELECT `a``b` FROM `select`;
CREATE FUNCTION `f``()` () RETURNS INT DETERMINISTIC RETURN 1;
CREATE TRIGGER `t'r``` BEFORE INSERT ON `select` FOR EACH ROW SET NEW.`a``b` = 1;
CREATE EVENT `e\"v` ON SCHEDULE AT '2037-01-01 00:00:00' DISABLE DO SELECT 1;
";

#[tokio::test]
async fn hostile_names_come_back_as_they_are() {
    for version in [Version::V9_7, Version::V5_6] {
        let pair = Pair::shared(version, Version::V9_7).await;
        let database = pair.database("ho`s'tile \"x");
        let quoted = Ident::new(database.as_str());
        let source = pair.source();
        source
            .sql(&format!(
                "CREATE DATABASE {quoted}; USE {quoted}; {HOSTILE}"
            ))
            .await;
        let mut session = session(source, &pair.user(), Some(&pair.password())).await;
        let found = whole(&mut session, &database).await;
        assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
        let held = &found.catalog.databases[&quoted];
        assert_eq!(
            held.tables.len(),
            5,
            "{version:?}: {:?}",
            held.tables.keys()
        );
        let select = table(&found.catalog, &database, "select");
        assert_eq!(select.columns[1].name.as_str(), "a`b");
        assert_eq!(select.indexes[1].name.as_str(), "k`\"'");
        assert!(select.definition.starts_with("CREATE TABLE `select`"));
        let child = table(&found.catalog, &database, "ünïcödé☃漢字");
        assert_eq!(
            child.foreign_keys[0].parent,
            TableName::new(database.as_str(), "select")
        );
        assert_eq!(child.foreign_keys[0].parent_columns, [Ident::new("from")]);
        assert!(held.tables.contains_key(&Ident::new("tab\tnew\nline")));
        assert!(
            held.tables
                .contains_key(&Ident::new("it's \"a\" `name`; DROP TABLE x --"))
        );
        assert!(held.views[&Ident::new("v`i'ew")].invalid.is_none());
        assert_eq!(held.routines[0].name.name.as_str(), "f`()");
        assert!(held.routines[0].definition.is_some(), "{version:?}");
        assert_eq!(held.triggers[0].name.name.as_str(), "t'r`");
        assert!(held.triggers[0].definition.contains("NEW.`a``b`"));
        assert_eq!(held.triggers[0].order, 1);
        assert_eq!(held.events[0].name.name.as_str(), "e\"v");
        assert_eq!(held.events[0].status, EventStatus::Disabled);
    }
}

#[tokio::test]
async fn databases_and_tables_that_differ_in_case_alone_are_two() {
    for version in [Version::V9_7, Version::V5_6] {
        let pair = Pair::shared(version, Version::V9_7).await;
        let (lower, upper) = (pair.database("case"), pair.database("CASE"));
        pair.source()
            .sql(&format!(
                "CREATE DATABASE {lower}; CREATE DATABASE {upper}; \
                 CREATE TABLE {lower}.t (a INT); CREATE TABLE {lower}.T (b INT, KEY (b)); \
                 CREATE TABLE {upper}.t (c INT)"
            ))
            .await;
        let mut session = session(pair.source(), &pair.user(), Some(&pair.password())).await;
        let found = whole(&mut session, &lower).await;
        assert_eq!(found.catalog.databases.len(), 1);
        let column = |name| table(&found.catalog, &lower, name).columns[0].name.clone();
        assert_eq!(column("t").as_str(), "a");
        assert_eq!(column("T").as_str(), "b");
        assert_eq!(table(&found.catalog, &lower, "t").columns.len(), 1);
        assert!(table(&found.catalog, &lower, "t").indexes.is_empty());
        assert!(found.databases.contains(&Ident::new(upper.as_str())));
    }
}

#[tokio::test]
async fn what_5_6_says_differently_comes_out_the_same() {
    let pair = Pair::shared(Version::V5_6, Version::V9_7).await;
    let database = pair.database("old");
    let definitions = "
        CREATE TABLE parent (a INT, b INT, PRIMARY KEY (b, a)) ENGINE=InnoDB;
        CREATE TABLE child (
          id INT NOT NULL AUTO_INCREMENT, a INT, b INT, z INT(5) UNSIGNED ZEROFILL,
          word VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL DEFAULT 'CURRENT_TIMESTAMP',
          at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
          never TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00', body TEXT, place GEOMETRY NOT NULL,
          PRIMARY KEY (id), UNIQUE KEY u (word(7), z), FULLTEXT KEY f (body),
          CONSTRAINT back FOREIGN KEY (b, a) REFERENCES parent (b, a) ON DELETE SET NULL ON UPDATE CASCADE
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8 COMMENT='it''s old';
        CREATE TABLE heap (a INT, KEY (a) USING HASH) ENGINE=MEMORY;
        CREATE TABLE isam (a GEOMETRY NOT NULL, SPATIAL KEY s (a)) ENGINE=MyISAM;
        CREATE TABLE parts (a INT) PARTITION BY HASH (a) PARTITIONS 3;
        INSERT INTO heap VALUES (1), (2);
        CREATE TRIGGER tr AFTER DELETE ON child FOR EACH ROW SET @x = 1;
        CREATE EVENT gone ON SCHEDULE AT '2037-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO SELECT 1;
    ";
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {database} CHARACTER SET latin1; USE {database}; {definitions}"
        ))
        .await;
    let mut session = session(pair.source(), &pair.user(), Some(&pair.password())).await;
    let found = whole(&mut session, &database).await;
    let tables: Vec<String> = found.catalog.tables().map(summary).collect();
    let shown = tables.join("\n").replace(&database, "old");
    insta::assert_snapshot!("tables_of_5_6", shown);
    let child = table(&found.catalog, &database, "child");
    assert_eq!(child.comment, "it's old");
    assert_eq!(child.indexes[2].kind, IndexKind::Fulltext);
    assert_eq!(table(&found.catalog, &database, "heap").rows, 2);
    let held = &found.catalog.databases[&Ident::new(database.as_str())];
    assert_eq!(
        (held.charset.as_str(), held.collation.as_str()),
        ("latin1", "latin1_swedish_ci")
    );
    assert_eq!(held.triggers[0].order, 1);
}

#[tokio::test]
async fn a_broken_view_is_marked_and_the_rest_is_read() {
    for version in [Version::V9_7, Version::V5_6] {
        let pair = Pair::shared(version, Version::V9_7).await;
        let database = pair.database("views");
        pair.source()
            .sql(&format!(
                "CREATE DATABASE {database}; USE {database}; \
                 CREATE TABLE t (a INT); CREATE TABLE gone (a INT); \
                 CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1; \
                 CREATE VIEW a_good AS SELECT a FROM t; \
                 CREATE VIEW b_no_table AS SELECT a FROM gone; \
                 CREATE VIEW c_on_broken AS SELECT a FROM b_no_table; \
                 CREATE VIEW d_no_function AS SELECT f() AS x; \
                 CREATE VIEW e_no_column AS SELECT a FROM t; \
                 CREATE DEFINER='nobody'@'nowhere' VIEW f_no_definer AS SELECT a FROM t; \
                 CREATE VIEW g_good AS SELECT a + 1 AS b FROM a_good; \
                 DROP TABLE gone; DROP FUNCTION f"
            ))
            .await;
        let mut session = session(pair.source(), &pair.user(), Some(&pair.password())).await;
        let found = whole(&mut session, &database).await;
        let held = &found.catalog.databases[&Ident::new(database.as_str())];
        let invalid: Vec<&str> = held
            .views
            .values()
            .filter(|view| view.invalid.is_some())
            .map(|view| view.name.name.as_str())
            .collect();
        assert_eq!(
            invalid,
            ["b_no_table", "c_on_broken", "d_no_function", "f_no_definer"],
            "{version:?}"
        );
        assert_eq!(held.views.len(), 7, "{:?}", found.unreadable);
    }
}

#[tokio::test]
async fn what_may_not_be_read_is_noted() {
    let server = Server::start(Version::V9_7);
    server
        .sql(
            "CREATE DATABASE d; CREATE TABLE d.t (a INT); CREATE VIEW d.v AS SELECT a FROM d.t; \
             CREATE VIEW d.w AS SELECT a FROM d.t; \
             CREATE FUNCTION d.f() RETURNS INT DETERMINISTIC RETURN 1; \
             CREATE TRIGGER d.tr BEFORE INSERT ON d.t FOR EACH ROW SET @x = 1; \
             CREATE USER reader IDENTIFIED BY 'pw'; GRANT SELECT, EXECUTE ON d.* TO reader",
        )
        .await;
    let mut session = session(&server, "reader", Some("pw")).await;
    let found = whole(&mut session, "d").await;
    let held = &found.catalog.databases[&Ident::new("d")];
    assert_eq!(held.tables.len(), 1);
    assert!(held.triggers.is_empty());
    assert_eq!(held.routines[0].definition, None);
    let unreadable: Vec<_> = found
        .unreadable
        .iter()
        .map(|one| (one.kind.as_str(), one.name.plain()))
        .collect();
    assert_eq!(
        unreadable,
        [("view", "d.v".to_owned()), ("view", "d.w".to_owned())]
    );
    let facts = inspect::server_facts(&mut session, "here")
        .await
        .expect("facts");
    assert_eq!(facts.account, "reader@%");
    assert_eq!(facts.accounts, None);
    assert_eq!(facts.position_before.binlog, None);
}

#[tokio::test]
async fn facts_are_read_and_hold_no_secret() {
    for version in [Version::V9_7, Version::V5_6] {
        let pair = Pair::shared(version, Version::V9_7).await;
        let (user, password) = (pair.user(), pair.password());
        let server = pair.source();
        // on 5.6 SHOW GRANTS prints the hash
        let mut session = session(server, &user, Some(&password)).await;
        let facts = inspect::server_facts(&mut session, "127.0.0.1")
            .await
            .expect("facts");
        assert_eq!(facts.port, server.port());
        assert_eq!(facts.version.flavor, Flavor::MySql);
        assert_eq!(facts.server_uuid.len(), 36);
        assert_eq!(facts.account, format!("{user}@%"));
        assert!(facts.grants.globally("RELOAD") && !facts.grants.globally("INSERT"));
        assert!(facts.engines.contains("InnoDB") && facts.charsets.contains("latin1"));
        assert_eq!(facts.is_on("log_bin"), Some(true));
        assert_eq!(facts.is_on("local_infile"), Some(true));
        assert!(facts.position_before.binlog.is_some());
        assert_eq!(facts.tls.is_some(), version == Version::V9_7);
        let json = serde_json::to_string(&facts).expect("serialises");
        assert!(
            !json.contains(&password) && !json.contains("IDENTIFIED"),
            "{json}"
        );
        let back: cutover::catalog::ServerFacts = serde_json::from_str(&json).expect("reads back");
        assert_eq!(back, facts);
    }
}
