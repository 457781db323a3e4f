use std::fs;

use super::*;
use crate::{
    spec::Inputs,
    ui::{look::reflow, stream::notice, widths::at_every_width},
};

const SPECIFICATION: &str = r#"
migration "orders-and-customers" {
  phases = ["schema", "full", "incremental"]
}

source {
  host     = "mysql-primary-07.fra.example.net"
  user     = "migrator"
  password = env("SOURCE_PASSWORD")
}

destination {
  host     = "mysql-primary-08.fra.example.net"
  user     = "migrator"
  password = env("DESTINATION_PASSWORD")
}

objects {
  database "shop" {}
}

window "weeknights" {
  from = "22:00"
  to   = "05:00"
}

notify "operations" {
  url = env("OPERATIONS_WEBHOOK")
}
"#;

fn migration(test: &str) -> Migration {
    let folder = std::env::temp_dir().join(name(test));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("main.hcl"), SPECIFICATION).expect("written");
    let loaded = resolve::load(
        &folder.join("main.hcl"),
        &opened::offline(&Inputs::default()),
    );
    fs::remove_dir_all(&folder).expect("removed");
    loaded.unwrap_or_else(|found| panic!("{}", found.render(100)))
}

fn name(test: &str) -> String {
    format!("cutover-{}-validated-{test}", std::process::id())
}

#[test]
fn its_answer_fits() {
    let migration = migration("answer");
    let folder = std::env::temp_dir().join(name("answer"));
    let summary = summary(&migration).replace(&*folder.to_string_lossy(), "shop");
    let unset = format!("warning: {}", unset(migration.unset_secrets()));
    insta::assert_snapshot!(at_every_width(|look| {
        format!("{}{}\n", reflow(&summary, look), notice(&unset, look))
    }));
}

#[test]
fn its_logins_fit() {
    let lines = [
        logged_in(
            "source mysql-primary-07.fra.example.net:3306",
            "MySQL 9.7.4",
            "migrator@10.0.%",
            "TLSv1.3 TLS_AES_256_GCM_SHA384",
        ),
        logged_in(
            "destination 10.0.0.9:3306",
            "MySQL 5.6.51",
            "migrator",
            "not encrypted",
        ),
    ];
    insta::assert_snapshot!(at_every_width(|look| {
        let lines = lines.iter().map(|line| notice(line, look) + "\n");
        lines.collect()
    }));
}

/// It is HCL, and so the same at every width.
#[test]
fn what_it_prints_is_the_whole_specification() {
    let migration = migration("printed");
    let text = migration.to_hcl();
    let laid_out = crate::spec::format::format("main.hcl", text).expect("HCL");
    assert_eq!(laid_out, text);
    insta::assert_snapshot!(text);
}
