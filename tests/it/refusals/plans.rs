//! Saved plans that cannot be used any more.

use super::{prepared, refused, says};

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_plan_is_refused_and_names_what_moved() {
    let (pair, database, cli) = prepared("stale", "").await;
    cli.run(&["plan", "--out", "saved.plan"]).expect_code(0);
    pair.source()
        .sql(&format!(
            "ALTER TABLE {database}.t MODIFY v VARCHAR(21), ADD added INT"
        ))
        .await;
    let output = refused(&pair, &cli, &["apply", "saved.plan"], 3).await;
    says(
        &output,
        &[
            "the plan is stale",
            &format!("source: table {database}.t: column `added` is new"),
            &format!("source: table {database}.t: column `v` has changed"),
            "cutover plan",
        ],
    );
    cli.run(&["show", "saved.plan"]).expect_code(0);

    // another specification, and another destination
    cli.run(&["plan", "--out", "saved.plan"]).expect_code(0);
    let whole = cli.read("main.hcl");
    cli.write(
        "main.hcl",
        &format!("{whole}\nschema {{\n  triggers = \"skip\"\n}}\n"),
    );
    let output = refused(&pair, &cli, &["apply", "saved.plan"], 3).await;
    says(&output, &["the specification or the value of a variable"]);
    cli.write("main.hcl", &whole);
    pair.destination()
        .sql(&format!(
            "CREATE DATABASE {database}; CREATE TABLE {database}.elsewhere (a INT PRIMARY KEY)"
        ))
        .await;
    cli.run(&["plan", "--out", "saved.plan"]).expect_code(0);
    pair.destination()
        .sql(&format!("CREATE TABLE {database}.t (id INT PRIMARY KEY)"))
        .await;
    let output = refused(&pair, &cli, &["apply", "saved.plan"], 3).await;
    says(&output, &[&format!("{database}.t")]);
    pair.destination()
        .sql(&format!("DROP TABLE {database}.t"))
        .await;
    // a plan that still holds needs no question
    cli.run(&["apply", "saved.plan"]).expect_code(0);
    // and is of no use afterwards
    refused(&pair, &cli, &["apply", "saved.plan"], 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_plan_is_refused() {
    let (pair, _, cli) = prepared("plan", "").await;
    cli.run(&["plan", "--out", "saved.plan"]).expect_code(0);
    let whole = cli.read("saved.plan");
    let half = &whole[..whole.len() / 2];
    let edited = whole.replace("VARCHAR(20)", "VARCHAR(19)");
    let edited = if edited == whole {
        whole.replace("varchar(20)", "varchar(19)")
    } else {
        edited
    };
    assert_ne!(edited, whole);
    let newer = whole.replace("\"saved_plan\": 1", "\"saved_plan\": 2");
    for (text, expected) in [
        (half, "cut short"),
        ("", "cut short"),
        ("{}", "not a plan"),
        (&edited, "checksum"),
        (&newer, "it has format 2"),
    ] {
        cli.write("saved.plan", text);
        for command in ["apply", "show"] {
            let output = refused(&pair, &cli, &[command, "saved.plan"], 1).await;
            says(&output, &[expected, "saved.plan"]);
        }
    }
    let output = refused(&pair, &cli, &["apply", "no-such.plan"], 1).await;
    says(&output, &["no-such.plan"]);
}
