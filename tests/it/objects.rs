//! Views, routines and triggers after a whole migration: by what `information_schema` says, and by
//! what an ordinary account gets from them.

use mysql_async::{Conn, prelude::Queryable as _};

use crate::support::{
    cli::Cli,
    pair::Pair,
    server::{Server, Version},
};

const VIEWS: usize = 200;
/// Modes that change how a text is read or what it does, one routine each.
const MODES: [&str; 12] = [
    "",
    "ANSI",
    "TRADITIONAL",
    "ANSI_QUOTES",
    "NO_BACKSLASH_ESCAPES",
    "ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT",
    "PIPES_AS_CONCAT",
    "IGNORE_SPACE",
    "HIGH_NOT_PRECEDENCE",
    "NO_UNSIGNED_SUBTRACTION",
    "PAD_CHAR_TO_FULL_LENGTH",
    "REAL_AS_FLOAT",
];

/// The numbers below `count` in an order that is none, and always the same.
fn shuffled(count: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for at in (1..count).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (at as u64 + 1)).expect("small");
        numbers.swap(at, other);
    }
    numbers
}

/// Each view over two that were made before it, whatever their names; every fifth calls a function
/// that itself reads a view.
fn views() -> String {
    let names = shuffled(VIEWS);
    let mut statements = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let from = if at == 0 {
            "(SELECT id AS a FROM t) x".to_owned()
        } else if at % 3 > 0 {
            format!("v{} x", names[at - 1 - (at / 2)])
        } else {
            format!("v{} x JOIN v{} y USING (a)", names[at / 2], names[at / 3])
        };
        let value = if at % 5 == 4 { "counted(x.a)" } else { "x.a" };
        statements.push(format!(
            "CREATE SQL SECURITY DEFINER VIEW v{name} AS SELECT x.a, {value} AS b{at} FROM {from}; "
        ));
        if at == 3 {
            statements.push(format!(
                "CREATE FUNCTION counted(n INT) RETURNS INT READS SQL DATA \
                 RETURN n + (SELECT COUNT(*) FROM v{}); ",
                names[2]
            ));
        }
    }
    statements.concat()
}

fn routines() -> String {
    let mut statements = Vec::new();
    for (at, mode) in MODES.iter().enumerate() {
        let quoted = mode.contains("ANSI");
        let (name, text) = if quoted {
            (format!("\"f {at}\"\"x\""), "CONCAT('a\\n', 1 || 0, '\"')")
        } else {
            (format!("`f {at}\"x`"), "CONCAT('a\\n', 1 || 0, \"'\")")
        };
        statements.push(format!(
            "SET sql_mode = '{mode}'; \
             CREATE FUNCTION {name} (a INT UNSIGNED) RETURNS VARCHAR(80) DETERMINISTIC \
             COMMENT 'it''s one' BEGIN DECLARE c CHAR(3) DEFAULT 'z'; /* ; */ -- not the end ;\n \
             RETURN CONCAT({text}, '|', LENGTH({text}), '|', NOT 1 BETWEEN -5 AND 5, '|', \
             LENGTH(c), '|', COALESCE(a, '-')); END; "
        ));
    }
    statements.push("SET sql_mode = DEFAULT; ".to_owned());
    // what the database had then is kept, too
    statements.push(
        "ALTER DATABASE COLLATE latin1_german1_ci; \
         CREATE FUNCTION older(a CHAR(1)) RETURNS CHAR(20) DETERMINISTIC RETURN COLLATION(a); \
         CREATE TRIGGER older AFTER INSERT ON t FOR EACH ROW SET @a = 1; \
         ALTER DATABASE COLLATE utf8mb4_0900_ai_ci; "
            .to_owned(),
    );
    statements.concat()
}

const QUESTIONS: [&str; 3] = [
    "SELECT CONCAT_WS('|', TABLE_NAME, REPLACE(VIEW_DEFINITION, TABLE_SCHEMA, 'DB'), CHECK_OPTION, \
     IS_UPDATABLE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION) \
     FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME",
    "SELECT CONCAT_WS('|', ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, \
     TRIM(TRAILING ';' FROM ROUTINE_DEFINITION), \
     IS_DETERMINISTIC, SQL_DATA_ACCESS, SQL_MODE, ROUTINE_COMMENT, CHARACTER_SET_CLIENT, \
     COLLATION_CONNECTION, DATABASE_COLLATION) \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY ROUTINE_NAME",
    "SELECT CONCAT_WS('|', TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, \
     ACTION_ORDER, TRIM(TRAILING ';' FROM ACTION_STATEMENT), SQL_MODE, DATABASE_COLLATION) \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY TRIGGER_NAME",
];

async fn answers(conn: &mut Conn, question: &str) -> Vec<String> {
    let rows: Result<Vec<String>, _> = conn.query(question).await;
    rows.unwrap_or_else(|error| panic!("{error}\nin: {question}"))
}

/// What an ordinary account gets from views, routines and triggers.
async fn behaviour(server: &Server, database: &str, user: &str) -> Vec<String> {
    let mut conn = server.connect(user, Some("pw")).await;
    conn.query_drop(format!("USE {database}"))
        .await
        .expect("granted");
    let mut all = Vec::new();
    let views: Vec<String> = (0..VIEWS)
        .step_by(7)
        .map(|at| format!("SELECT CONCAT_WS(',', {at}, COUNT(*), SUM(a)) FROM v{at}"))
        .collect();
    for view in views {
        all.extend(answers(&mut conn, &view).await);
    }
    for at in 0..MODES.len() {
        all.extend(answers(&mut conn, &format!("SELECT `f {at}\"x`(7)")).await);
    }
    conn.query_drop("INSERT INTO t (id, word) VALUES (100, 'ABC')")
        .await
        .expect("granted");
    all.extend(answers(&mut conn, "SELECT word FROM t WHERE id = 100").await);
    conn.query_drop("DELETE FROM t WHERE id = 100")
        .await
        .expect("granted");
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_views_and_routines_of_every_mode_do_what_they_did() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("zoo");
    let user = format!("{}o", pair.user());
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {database}; USE {database}; \
             CREATE TABLE t (id INT PRIMARY KEY, word VARCHAR(40)); \
             INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'); {}{} \
             CREATE TRIGGER zz BEFORE INSERT ON t FOR EACH ROW SET NEW.word = LOWER(NEW.word); \
             CREATE TRIGGER aa BEFORE INSERT ON t FOR EACH ROW \
               SET NEW.word = CONCAT(NEW.word, '+', `f 0\"x`(1)); \
             CREATE VIEW broken AS SELECT 1 AS one; CREATE TABLE gone (a INT); \
             CREATE OR REPLACE VIEW broken AS SELECT a FROM gone; DROP TABLE gone; \
             CREATE USER {user} IDENTIFIED BY 'pw'; \
             GRANT SELECT, INSERT, DELETE, EXECUTE ON {database}.* TO {user}",
            views(),
            routines(),
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    cli.write(
        "m.hcl",
        &format!(
            "migration \"m\" {{}}\n{}\nobjects {{\n  accounts = [\"{user}\"]\n  database \
             \"{database}\" {{}}\n}}\nprechecks {{\n  warnings = \"allow\"\n}}\n",
            pair.endpoints_hcl()
        ),
    );
    let plan = cli.run(&["plan", "m.hcl"]).expect_code(0);
    assert!(plan.stdout.contains("an invalid view"), "{}", plan.stdout);
    cli.run(&["apply", "m.hcl", "--auto-approve"])
        .expect_code(0);
    cli.run(&["verify", "m.hcl"]).expect_code(0);
    pair.source()
        .sql(&format!("DROP VIEW {database}.broken"))
        .await;
    let mut sides = [pair.source().root().await, pair.destination().root().await];
    for question in QUESTIONS {
        let mut found = Vec::new();
        for side in &mut sides {
            side.query_drop(format!("USE {database}"))
                .await
                .expect("there");
            found.push(answers(side, question).await);
        }
        assert_eq!(found[0].len(), found[1].len());
        for (source, destination) in found[0].iter().zip(&found[1]) {
            assert_eq!(destination, source);
        }
    }
    let source = behaviour(pair.source(), &database, &user).await;
    assert_eq!(
        behaviour(pair.destination(), &database, &user).await,
        source
    );
}
