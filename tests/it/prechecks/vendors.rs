//! Servers that are not what a migration needs: releases of another kind, readers of a cluster.

use super::{ids, plan, specification};
use crate::support::{
    cli::Cli,
    pair::Pair,
    proxy::Proxy,
    server::{Server, Version},
};

#[tokio::test]
async fn a_server_of_another_kind_is_refused_and_nothing_else_is_said() {
    let pair = Pair::shared(Version::V5_6, Version::V9_7).await;
    let shop = pair.database("shop");
    pair.source()
        .sql(&format!(
            "CREATE DATABASE {shop}; CREATE TABLE {shop}.t (id INT PRIMARY KEY)"
        ))
        .await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let (source, plain) = (
        pair.source().port(),
        "  tls {\n    mode = \"disabled\"\n  }\n",
    );
    let text = specification(&pair.endpoints_hcl(), &shop, "").replacen(
        "source {\n",
        &format!("source {{\n{plain}"),
        1,
    );
    // a server that says of itself to be 5.5
    let other = Proxy::saying(source, "5.6.", "5.5.");
    let at = |port: u16| text.replacen(&source.to_string(), &port.to_string(), 1);
    cli.write("m.hcl", &at(other.port()));
    let output = plan(&cli).expect_code(3);
    assert_eq!(ids(&output, "failed"), ["server_flavor_supported"]);
    assert_eq!(ids(&output, "warning"), [""; 0]);
    cli.run(&["apply", "m.hcl", "--auto-approve"])
        .expect_code(3);
    cli.write("m.hcl", &text);
    assert_eq!(ids(&plan(&cli).expect_code(0), "failed"), [""; 0]);
}

#[tokio::test]
async fn a_reader_of_a_cluster_is_refused() {
    let reader = Server::builder(Version::V9_7)
        .arg("--innodb-read-only=1")
        .start();
    let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &pair.password());
    let text = specification(&pair.endpoints_hcl(), "nothing", "").replace(
        "migration \"m\" {}",
        "migration \"m\" {\n  phases = [\"schema\", \"full\", \"incremental\"]\n}",
    );
    let failed = |text: &str| {
        cli.write("m.hcl", text);
        let failed = ids(&plan(&cli).expect_code(3), "failed");
        failed.contains(&"aurora_reader".to_owned())
    };
    // no account can be made there
    let (source, destination) = text.split_once("destination {").expect("two blocks");
    let source = source
        .replace(
            &pair.source().port().to_string(),
            &reader.port().to_string(),
        )
        .replace(&pair.user(), "root")
        .replace("  password = env(\"PASSWORD\")\n", "");
    assert!(failed(&format!("{source}destination {{{destination}")));
    assert!(!failed(&text));
}
