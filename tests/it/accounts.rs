//! Accounts: what an account may do on the source it may do on the destination, nobody else may do
//! more, and no password is seen on the way.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _, path::Path};

use mysql_async::{Conn, OptsBuilder, prelude::Queryable as _};

use crate::support::{
    cli::{Cli, Output},
    pair::Pair,
    server::{Server, Version},
};

fn specification(pair: &Pair, accounts: &str, more: &str) -> String {
    format!(
        "migration \"m\" {{\n  phases = [\"schema\", \"full\"]\n}}\n{}\nobjects {{\n  accounts = \
         [{accounts}]\n  database \"{}\" {{}}\n}}\nprechecks {{\n  warnings = \"allow\"\n}}\n{more}\n",
        pair.endpoints_hcl(),
        pair.database("shop"),
    )
}

async fn lines(server: &Server, statement: &str) -> Vec<String> {
    let mut conn = server.root().await;
    let rows: Result<Vec<String>, _> = conn.query(statement).await;
    rows.unwrap_or_else(|error| panic!("{error}\nin: {statement}"))
}

async fn login(server: &Server, user: &str, password: &str) -> Result<Conn, mysql_async::Error> {
    let options = OptsBuilder::default()
        .ip_or_hostname("127.0.0.1")
        .tcp_port(server.port())
        .prefer_socket(false)
        .user(Some(user))
        .pass(Some(password));
    Conn::new(options).await
}

/// Every file below the folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

async fn make_accounts(pair: &Pair, quoted: &str) {
    let (database, other) = (pair.database("shop"), pair.database("other"));
    let tag = pair.user();
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {database}; CREATE DATABASE {other}; USE {database}; \
             CREATE TABLE t (id INT PRIMARY KEY, `c,d` INT, word VARCHAR(20)); \
             CREATE VIEW v AS SELECT id FROM t; CREATE PROCEDURE GetP() SELECT 1; \
             CREATE FUNCTION MyF() RETURNS INT DETERMINISTIC RETURN 7; \
             INSERT INTO t VALUES (1, 2, 'x'); \
             CREATE ROLE {tag}reader, {tag}away; \
             GRANT SELECT ON {database}.* TO {tag}reader; \
             CREATE USER `{quoted}`@'%' IDENTIFIED BY 'Hidden-Word-1' \
               WITH MAX_QUERIES_PER_HOUR 500 MAX_USER_CONNECTIONS 7 \
               PASSWORD EXPIRE INTERVAL 90 DAY PASSWORD HISTORY 3 FAILED_LOGIN_ATTEMPTS 3 \
               PASSWORD_LOCK_TIME UNBOUNDED COMMENT 'he''y \"x\" \\\\ z'; \
             GRANT {tag}reader, {tag}away TO `{quoted}`@'%'; \
             ALTER USER `{quoted}`@'%' DEFAULT ROLE {tag}reader; \
             GRANT UPDATE (`c,d`, word), DELETE ON t TO `{quoted}`@'%' WITH GRANT OPTION; \
             GRANT SELECT ON v TO `{quoted}`@'%'; \
             GRANT EXECUTE ON PROCEDURE GetP TO `{quoted}`@'%'; \
             GRANT EXECUTE ON FUNCTION MyF TO `{quoted}`@'%'; \
             GRANT SELECT ON {other}.* TO `{quoted}`@'%'; \
             GRANT CONNECTION_ADMIN ON *.* TO `{quoted}`@'%' WITH GRANT OPTION; \
             CREATE USER {tag}tls@'10.%' IDENTIFIED BY 'Hidden-Word-2' \
               REQUIRE SUBJECT '/CN=a''b' AND CIPHER 'x' ACCOUNT LOCK; \
             CREATE USER {tag}none@localhost PASSWORD EXPIRE; \
             CREATE USER {tag}left@'%' IDENTIFIED BY 'Hidden-Word-3'"
        ))
        .await;
}

#[tokio::test]
async fn accounts_arrive_with_roles_grants_limits_and_passwords() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let database = pair.database("shop");
    let other = pair.database("other");
    let tag = pair.user();
    let hostile = format!("{tag}o'b`r\"\\\\x %");
    let quoted = hostile.replace('`', "``");
    make_accounts(&pair, &quoted).await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let accounts = format!("\"{tag}o*\", \"{tag}tls@10.%\", \"{tag}none\", \"{tag}reader\"");
    let mapping = format!(
        "mappings {{\n  database \"{database}\" {{\n    to = \"{database}_new\"\n    table \"t\" {{\n      \
         to = \"tt\"\n      column \"word\" {{\n        to = \"wort\"\n      }}\n    }}\n  }}\n}}"
    );
    // a view over a renamed column would be refused; this one has none
    cli.write("m.hcl", &specification(&pair, &accounts, &mapping));
    let plan = cli.run(&["plan", "m.hcl"]).expect_code(0);
    for said in [
        format!("+ role      {tag}reader@%"),
        format!("SELECT on {other}.*: no database that is taken has this name"),
        format!("role {tag}away@%: the role is not among the accounts taken"),
        format!("{tag}left@%"),
    ] {
        let whole: String = plan.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(whole.contains(&said), "{said}\n{}", plan.stdout);
    }
    let applied = cli
        .run(&["apply", "m.hcl", "--auto-approve", "-vv"])
        .expect_code(0);
    cli.run(&["verify", "m.hcl"]).expect_code(0);

    let name = format!("`{quoted}`@`%`");
    let mut grants = lines(pair.destination(), &format!("SHOW GRANTS FOR {name}")).await;
    grants.sort();
    let mut expected = vec![
        format!("GRANT USAGE ON *.* TO {name}"),
        format!("GRANT CONNECTION_ADMIN ON *.* TO {name} WITH GRANT OPTION"),
        format!(
            "GRANT UPDATE (`c,d`, `wort`), DELETE ON `{database}_new`.`tt` TO {name} WITH GRANT \
             OPTION"
        ),
        format!("GRANT SELECT ON `{database}_new`.`v` TO {name}"),
        format!("GRANT EXECUTE ON PROCEDURE `{database}_new`.`getp` TO {name}"),
        format!("GRANT EXECUTE ON FUNCTION `{database}_new`.`myf` TO {name}"),
        format!("GRANT `{tag}reader`@`%` TO {name}"),
    ];
    expected.sort();
    assert_eq!(grants, expected);
    for account in [
        &name,
        &format!("{tag}tls@'10.%'"),
        &format!("{tag}none@localhost"),
    ] {
        let show = format!("SHOW CREATE USER {account}");
        let hex = format!("SET print_identified_with_as_hex = ON; {show}");
        let source = lines_last(pair.source(), &hex).await;
        assert_eq!(lines_last(pair.destination(), &hex).await, source);
    }
    let left = format!("SELECT User FROM mysql.user WHERE User IN ('{tag}left', '{tag}away')");
    assert_eq!(lines(pair.destination(), &left).await, [""; 0]);

    // the password is the source's, and the role is on
    let mut conn = login(pair.destination(), &hostile, "Hidden-Word-1")
        .await
        .expect("the source's password is good");
    let count: Option<u64> = conn
        .query_first(format!("SELECT COUNT(*) FROM {database}_new.tt"))
        .await
        .expect("by the role");
    assert_eq!(count, Some(1));
    conn.query_drop(format!("CALL {database}_new.GetP()"))
        .await
        .expect("by the grant");

    let mut hashes = lines(
        pair.source(),
        &format!("SELECT HEX(authentication_string) FROM mysql.user WHERE User LIKE '{tag}%' AND authentication_string <> ''"),
    )
    .await;
    hashes.extend(["Hidden-Word-1", "Hidden-Word-2"].map(str::to_owned));
    assert_unseen(&hashes, &[&plan, &applied], &cli, None);

    // what somebody changes afterwards is seen
    pair.destination()
        .sql(&format!("REVOKE DELETE ON {database}_new.tt FROM {name}"))
        .await;
    let verify = cli.run(&["verify", "m.hcl"]).expect_code(2);
    assert!(verify.stdout.contains("DELETE on"), "{}", verify.stdout);
}

/// An account that is there is a conflict, as is a name that means nobody.
fn conflicts(pair: &Pair) {
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let again = specification(pair, "\"reader\", \"nobody\", \"root\"", "")
        .replace("migration \"m\"", "migration \"n\"");
    cli.write("m.hcl", &again);
    let plan = cli.run(&["plan", "m.hcl"]).expect_code(3);
    for check in [
        "account_exists_on_destination",
        "account_missing",
        "account_own",
    ] {
        assert!(plan.stdout.contains(check), "{check}\n{}", plan.stdout);
    }
}

/// None of these texts is in an output or in a file of the migration but one.
fn assert_unseen(secrets: &[String], outputs: &[&Output], cli: &Cli, except: Option<&Path>) {
    for secret in secrets {
        for output in outputs {
            for text in [&output.stdout, &output.stderr] {
                assert!(!text.contains(secret), "{secret}\n{text}");
            }
        }
        for file in files(cli.folder()) {
            let bytes = fs::read(&file).expect("readable");
            let text = String::from_utf8_lossy(&bytes);
            let seen = except != Some(&*file) && text.contains(secret.as_str());
            assert!(!seen, "{secret} is in {}", file.display());
        }
    }
}

async fn lines_last(server: &Server, script: &str) -> String {
    let mut conn = server.root().await;
    let mut result = conn.query_iter(script).await.expect("accounts are shown");
    let mut last = String::new();
    loop {
        let rows: Vec<String> = result.collect().await.expect("a text");
        if let Some(row) = rows.into_iter().next() {
            last = row;
        }
        if result.is_empty() {
            break;
        }
    }
    last
}

#[tokio::test]
async fn accounts_of_5_6_arrive_on_9_7_and_get_new_passwords() {
    let pair = Pair::dedicated(Version::V5_6, Version::V9_7).await;
    let database = pair.database("shop");
    let own = pair.user();
    let hostile = "o'b`r\"\\x%";
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {database}; USE {database}; \
             CREATE TABLE t (id INT PRIMARY KEY, `c,d` INT); INSERT INTO t VALUES (1, 2); \
             CREATE PROCEDURE P() SELECT 1; \
             CREATE USER `o'b``r\"\\x%`@'%' IDENTIFIED BY 'Old-Word-1'; \
             GRANT SELECT (`c,d`), DELETE ON t TO `o'b``r\"\\x%`@'%' WITH GRANT OPTION; \
             GRANT EXECUTE ON PROCEDURE P TO `o'b``r\"\\x%`@'%'; \
             GRANT ALL ON *.* TO boss@'10.%' IDENTIFIED BY 'Old-Word-2' WITH MAX_QUERIES_PER_HOUR 9; \
             GRANT SELECT ON `{pattern}`.* TO reader@'%' IDENTIFIED BY 'Old-Word-3' REQUIRE SSL; \
             GRANT INSERT ON {database}.* TO nopass@'%' WITH GRANT OPTION; \
             GRANT SELECT ON mysql.* TO '{own}'@'%'; \
             CREATE USER oldie@'%'; \
             UPDATE mysql.user SET Password = '606706156665cd86' WHERE User = 'oldie'; \
             FLUSH PRIVILEGES",
            pattern = database.replace('_', "\\_"),
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    cli.write("m.hcl", &specification(&pair, "\"*\"", ""));
    let plan = cli.run(&["plan", "m.hcl"]).expect_code(0);
    // one of them has a hash from before 4.1
    for said in ["account_plugin", "oldie@% (mysql_old_password)"] {
        assert!(plan.stdout.contains(said), "{said}\n{}", plan.stdout);
    }
    assert!(!plan.stdout.contains("root@"), "{}", plan.stdout);
    let applied = cli
        .run(&["apply", "m.hcl", "--auto-approve", "-vv"])
        .expect_code(0);
    cli.run(&["verify", "m.hcl"]).expect_code(0);

    let file = cli.folder().join("state/m.passwords.json");
    assert!(
        applied.stderr.contains("m.passwords.json"),
        "{}",
        applied.stderr
    );
    let mode = fs::metadata(&file).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(&file).expect("readable");
    let passwords: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let passwords = passwords.as_object().expect("an object").clone();
    let names: BTreeSet<&str> = passwords.keys().map(String::as_str).collect();
    let odd = format!("{hostile}@%");
    assert_eq!(
        names,
        BTreeSet::from(["boss@10.%", odd.as_str(), "oldie@%", "reader@%"])
    );
    let secrets = passwords
        .values()
        .map(|value| value.as_str().expect("a text").to_owned());
    let secrets: Vec<String> = secrets.collect();
    assert_unseen(&secrets, &[&plan, &applied], &cli, Some(&file));
    let password = passwords[&odd].as_str().expect("a text");
    let mut conn = login(pair.destination(), hostile, password)
        .await
        .expect("good");
    conn.query_drop(format!("SELECT `c,d` FROM {database}.t"))
        .await
        .expect("granted");
    conn.query_drop(format!("CALL {database}.p()"))
        .await
        .expect("granted");
    conn.query_drop(format!("SELECT id FROM {database}.t"))
        .await
        .expect_err("not granted");
    let mut conn = login(pair.destination(), "nopass", "")
        .await
        .expect("without a password");
    conn.query_drop(format!("SELECT id FROM {database}.t"))
        .await
        .expect_err("not granted");
    let grants = lines(pair.destination(), "SHOW GRANTS FOR boss@'10.%'")
        .await
        .join("\n");
    for (privilege, has) in [
        ("SUPER", true),
        ("CREATE TABLESPACE", true),
        ("CREATE ROLE", false),
        ("BINLOG_ADMIN", false),
    ] {
        assert_eq!(grants.contains(privilege), has, "{privilege}\n{grants}");
    }
    let requires = lines(pair.destination(), "SHOW CREATE USER reader")
        .await
        .join("\n");
    assert!(requires.contains("REQUIRE SSL"), "{requires}");

    conflicts(&pair);
}
