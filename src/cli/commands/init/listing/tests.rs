use std::fs;

use super::*;
use crate::{
    resolve::{self, Compression, PasswordSource, Tls, TlsMode},
    spec::{Inputs, Secret, format::format},
};

fn endpoint() -> Endpoint {
    Endpoint {
        address: Address::Tcp {
            host: "10.0.0.5".to_owned(),
            port: 3306,
        },
        user: "migr\"${ator}".to_owned(),
        password: PasswordSource::Plain(Secret::new("hunter2")),
        compression: Compression::None,
        connect_timeout: std::time::Duration::from_secs(10),
        tls: Tls {
            mode: TlsMode::Preferred,
            ca_file: None,
            cert_file: None,
            key_file: None,
        },
    }
}

fn databases(names: &[&str]) -> BTreeMap<Ident, DatabaseOverview> {
    let table = |rows, bytes, keyed| TableOverview { rows, bytes, keyed };
    let one = |name: &&str| {
        let mut database = DatabaseOverview {
            views: 2,
            ..DatabaseOverview::default()
        };
        for (name, table) in [
            ("orders", table(1_204_331, 160 << 20, true)),
            ("audit_log", table(90_000, 11 << 20, false)),
            ("odd\nname }", table(0, 16_384, true)),
        ] {
            database.tables.insert(Ident::new(name), table);
        }
        (Ident::new(*name), database)
    };
    names.iter().map(one).collect()
}

fn written(databases: &BTreeMap<Ident, DatabaseOverview>) -> String {
    let version = ServerVersion::parse("9.7.0", "MySQL Community Server");
    let text = specification(&endpoint(), &version, databases);
    format("main.hcl", &text).expect("HCL")
}

fn migration_of(name: &str, text: &str) -> resolve::Migration {
    let folder = std::env::temp_dir().join(format!("cutover-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("main.hcl"), text).expect("written");
    let mut inputs = Inputs::default();
    for name in ["SOURCE_PASSWORD", "DESTINATION_PASSWORD"] {
        inputs.environment.insert(name.to_owned(), "x".to_owned());
    }
    let loaded = resolve::load(&folder, &inputs);
    fs::remove_dir_all(&folder).expect("removed");
    loaded.unwrap_or_else(|found| panic!("{}\n{text}", found.render(100)))
}

#[test]
fn what_is_there_is_listed_in_a_valid_specification() {
    let text = written(&databases(&["shop"]));
    assert!(!text.contains("hunter2"));
    insta::assert_snapshot!(text);
    let migration = migration_of("listed", &text);
    assert_eq!(migration.name(), "shop");
    assert_eq!(migration.source().user, "migr\"${ator}");
}

#[test]
fn names_of_any_characters_are_selected_and_no_others() {
    let names = [
        "a*b",
        "/x/",
        "q?[1]",
        "dollar${x}",
        "back\\slash\"",
        "plain",
    ];
    let migration = migration_of("odd", &written(&databases(&names)));
    let any = crate::mysql::LowerCase::default();
    for name in names {
        assert!(
            migration.selection().database(&Ident::new(name), any),
            "{name}"
        );
    }
    for name in ["aXb", "x", "qX1", "other"] {
        assert!(
            !migration.selection().database(&Ident::new(name), any),
            "{name}"
        );
    }
}

#[test]
fn a_server_without_databases_gives_a_valid_specification_too() {
    migration_of("empty", &written(&BTreeMap::new()));
}

#[test]
fn long_lists_are_cut() {
    let mut databases = databases(&["shop"]);
    let shop = databases.values_mut().next().expect("one");
    for number in 0..2000 {
        let table = TableOverview {
            rows: number,
            bytes: 16_384,
            keyed: false,
        };
        shop.tables.insert(Ident::new(format!("t{number}")), table);
    }
    let text = written(&databases);
    assert!(
        text.contains("and 1,953 more") && text.lines().count() < 200,
        "{text}"
    );
}
