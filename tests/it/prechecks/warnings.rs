//! Warnings: what covers them, and what no longer does.

use super::{ids, plan, specification};
use crate::support::{
    cli::{Cli, Output},
    pair::Pair,
    server::Version,
};

/// The findings of one check: severity, and objects.
fn of(output: &Output, check: &str) -> Vec<(String, Vec<String>)> {
    let report: serde_json::Value =
        serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {output:?}"));
    let all = report["findings"].as_array().expect("a list").clone();
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    all.iter()
        .filter(|finding| finding["check"] == check)
        .map(|finding| {
            let objects = finding["objects"].as_array().expect("a list").iter();
            (
                text(&finding["severity"]).expect("a text"),
                objects.filter_map(text).collect(),
            )
        })
        .collect()
}

fn acknowledged(check: &str, objects: &[String]) -> String {
    let objects: Vec<String> = objects.iter().map(|name| format!("\"{name}\"")).collect();
    let objects = if objects.is_empty() {
        String::new()
    } else {
        format!("    objects = [{}]\n", objects.join(", "))
    };
    format!("  acknowledge \"{check}\" {{\n{objects}    reason = \"CHG-7\"\n  }}\n")
}

#[tokio::test]
async fn an_acknowledgement_covers_what_it_names_and_is_named_once_it_covers_nothing() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let shop = pair.database("shop");
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {shop}; CREATE TABLE {shop}.a (n INT); CREATE TABLE {shop}.b (n INT)"
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let (a, b, gone) = (
        format!("{shop}.a"),
        format!("{shop}.b"),
        format!("{shop}.gone"),
    );
    let check = "no_primary_key";
    let write = |blocks: &[String]| {
        let blocks = format!("prechecks {{\n{}}}\n", blocks.concat());
        cli.write(
            "m.hcl",
            &specification(&pair.endpoints_hcl(), &shop, &blocks),
        );
    };
    let still = acknowledged("source_still_written", &[]);
    let apply = || cli.run(&["apply", "m.hcl", "--auto-approve"]);

    // one of the two is accepted, and one that is not there
    write(&[
        still.clone(),
        acknowledged(check, &[a.clone(), gone.clone()]),
    ]);
    let first = plan(&cli).expect_code(0);
    let mut found = of(&first, check);
    found.sort();
    let expected = [("acknowledged", &a), ("warning", &b)];
    assert_eq!(
        found,
        expected.map(|(severity, name)| (severity.to_owned(), vec![name.clone()]))
    );
    let unused = of(&first, "acknowledgement_unused");
    assert_eq!(unused, [("note".to_owned(), vec![gone])]);
    let refused = apply().expect_code(3);
    assert!(refused.stderr.contains(check), "{}", refused.stderr);

    // a failure is never acknowledged
    pair.destination()
        .sql(&format!("CREATE DATABASE {shop}; CREATE TABLE {b} (x INT)"))
        .await;
    write(&[
        still.clone(),
        acknowledged(check, &[]),
        acknowledged("object_name_conflict", std::slice::from_ref(&b)),
    ]);
    let second = plan(&cli).expect_code(3);
    assert_eq!(ids(&second, "failed"), ["object_name_conflict"]);
    assert_eq!(of(&second, "acknowledgement_unused").len(), 1);
    apply().expect_code(3);
    pair.destination().sql(&format!("DROP TABLE {b}")).await;

    // what was accepted is gone
    pair.source()
        .sql(&format!(
            "ALTER TABLE {a} ADD PRIMARY KEY (n); ALTER TABLE {b} ADD PRIMARY KEY (n)"
        ))
        .await;
    write(&[still, acknowledged(check, std::slice::from_ref(&a))]);
    let third = plan(&cli).expect_code(0);
    assert_eq!(of(&third, check), []);
    let unused = of(&third, "acknowledgement_unused");
    assert_eq!(unused, [("note".to_owned(), vec![a])]);
    // and refuses nothing
    apply().expect_code(0);
}

#[tokio::test]
async fn triggers_of_tables_that_become_one_are_warned_of() {
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let shop = pair.database("shop");
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {shop}; USE {shop}; CREATE TABLE log_1 (id INT PRIMARY KEY); \
             CREATE TABLE log_2 (id INT PRIMARY KEY); \
             CREATE TRIGGER note BEFORE INSERT ON log_1 FOR EACH ROW SET NEW.id = NEW.id + 1"
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let merge = format!(
        "mappings {{\n  database \"{shop}\" {{\n    rename \"tables\" {{\n      match = \"/^log_.+$/\"\n      \
         to    = \"log\"\n      merge = true\n    }}\n  }}\n}}\n"
    );
    let with = |more: &str| {
        cli.write("m.hcl", &specification(&pair.endpoints_hcl(), &shop, more));
        of(&plan(&cli), "merged_triggers")
    };
    let found = with(&merge);
    let named = vec![format!("{shop}.note (on {shop}.log)")];
    assert_eq!(found, [("warning".to_owned(), named)]);
    assert_eq!(with(""), []);
}
