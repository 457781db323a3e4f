//! Specifications that do not fit the servers: refused, and let pass once they are corrected.

use super::{ids, plan};
use crate::support::{cli::Cli, pair::Pair, server::Version};

/// One plan that a check refuses, and one that it lets pass.
struct Case {
    check: &'static str,
    refused: String,
    passes: String,
}

const ALL: &str = "\"schema\"";
const KEEP: &str = "schema {\n  definer = \"keep\"\n}\n";

/// The servers, the databases on them, and an account that may do little on both.
struct Places {
    pair: Pair,
    shop: String,
    side: String,
    there: String,
    own: String,
}

fn one(name: &str) -> String {
    format!("  database \"{name}\" {{}}\n")
}

impl Places {
    async fn prepare() -> Self {
        let pair = Pair::shared(Version::V9_7, Version::V9_7).await;
        let [shop, side, there] = ["shop", "side", "there"].map(|name| pair.database(name));
        let own = format!("{}x", pair.user());
        pair.source()
            .sql(&format!(
                "CREATE DATABASE {shop}; CREATE DATABASE {side}; CREATE DATABASE {there}; USE {shop}; \
                 CREATE TABLE parent (id INT PRIMARY KEY); CREATE TABLE other (id INT PRIMARY KEY); \
                 CREATE TABLE child (id INT PRIMARY KEY REFERENCES parent (id), \
                   FOREIGN KEY (id) REFERENCES parent (id)); \
                 CREATE TABLE pairs (a INT, b INT, c INT, PRIMARY KEY (a, b)); \
                 CREATE TABLE {there}.hole (id INT PRIMARY KEY) ENGINE = BLACKHOLE; \
                 CREATE TABLE {side}.t (id INT PRIMARY KEY); \
                 CREATE VIEW {there}.v AS SELECT id FROM {side}.t; \
                 CREATE TABLE {there}.wide (id INT PRIMARY KEY, w VARCHAR(40)); \
                 CREATE TABLE {there}.keyed (id INT PRIMARY KEY); \
                 CREATE DEFINER = nobody@'%' PROCEDURE {side}.p() SELECT 1; \
                 CREATE USER {own} IDENTIFIED BY 'pw'; CREATE USER {own}app IDENTIFIED BY 'pw'; \
                 GRANT RELOAD ON *.* TO {own}app; GRANT RELOAD, SHOW_ROUTINE ON *.* TO {own}; \
                 GRANT INSERT ON {side}.* TO {own}; \
                 GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON {shop}.* TO {own}"
            ))
            .await;
        pair.destination()
            .sql(&format!(
                "CREATE DATABASE {there}; CREATE USER {own} IDENTIFIED BY 'pw'; \
                 CREATE TABLE {there}.wide (id INT PRIMARY KEY, w VARCHAR(4)); \
                 CREATE TABLE {there}.keyed (id INT, own INT AUTO_INCREMENT PRIMARY KEY, KEY (id)); \
                 GRANT ALL ON {side}.* TO {own}; GRANT ALL ON {shop}.* TO {own}; \
                 GRANT ALL ON {metadata}.* TO {own}",
                metadata = pair.metadata_database()
            ))
            .await;
        Self {
            pair,
            shop,
            side,
            there,
            own,
        }
    }

    fn migration(&self, phases: &str, endpoints: &str, objects: &str, more: &str) -> String {
        let _ = self;
        format!(
            "migration \"m\" {{\n  phases = [{phases}]\n}}\n{endpoints}\nobjects {{\n{objects}}}\n{more}\
             \nprechecks {{\n  warnings = \"allow\"\n}}\n"
        )
    }

    fn schema(&self, objects: &str, more: &str) -> String {
        self.migration(ALL, &self.pair.endpoints_hcl(), objects, more)
    }

    fn full(&self, objects: &str) -> String {
        self.migration("\"full\"", &self.pair.endpoints_hcl(), objects, "")
    }

    /// The endpoints, one of them with the account that may do little.
    fn bare(&self, place: &str) -> String {
        let endpoints = self.pair.endpoints_hcl();
        let (from, to) = endpoints.split_once("destination {").expect("two blocks");
        let change = |text: &str| {
            text.replace(&self.pair.user(), &self.own)
                .replace("env(\"PASSWORD\")", "\"pw\"")
        };
        match place {
            "source" => format!("{}destination {{{to}", change(from)),
            _ => format!("{from}destination {{{}", change(to)),
        }
    }

    fn one_server(&self) -> String {
        let (from, to) = (self.pair.source().port(), self.pair.destination().port());
        let endpoints = self.pair.endpoints_hcl();
        endpoints.replace(&to.to_string(), &from.to_string())
    }

    fn only(&self, tables: &str) -> String {
        format!(
            "  database \"{}\" {{\n    include = [{tables}]\n  }}\n",
            self.shop
        )
    }

    fn to(&self, name: &str) -> String {
        format!(
            "mappings {{\n  database \"{}\" {{\n    table \"other\" {{\n      to = \"{name}\"\n    \
             }}\n  }}\n}}\n",
            self.shop
        )
    }

    fn accounts(&self, who: &str) -> String {
        format!("  accounts = [\"{who}\"]\n{}", one(&self.shop))
    }

    fn names(&self) -> Vec<Case> {
        let Self {
            shop, side, there, ..
        } = self;
        vec![
            Case {
                check: "selection_matches",
                refused: self.schema(&format!("{}  database \"nowhere\" {{}}\n", one(shop)), ""),
                passes: self.schema(&one(shop), ""),
            },
            Case {
                check: "selection_not_empty",
                refused: self.schema("  database \"no_*\" {}\n", ""),
                passes: self.schema(&one(shop), ""),
            },
            Case {
                check: "selection_ambiguous",
                refused: self.schema(
                    &format!("  database \"{shop}*\" {{}}\n  database \"*{shop}\" {{}}\n"),
                    "",
                ),
                passes: self.schema(&format!("  database \"{shop}*\" {{}}\n"), ""),
            },
            Case {
                check: "same_instance",
                refused: self.migration(ALL, &self.one_server(), &one(shop), ""),
                passes: self.schema(&one(shop), ""),
            },
            Case {
                check: "mapping_collision",
                refused: self.schema(&one(shop), &self.to("child")),
                passes: self.schema(&one(shop), &self.to("third")),
            },
            Case {
                check: "fk_parent_missing",
                refused: self.schema(&self.only("\"child\""), ""),
                passes: self.schema(&self.only("\"child\", \"parent\""), ""),
            },
            Case {
                check: "views_dependencies",
                refused: self.schema(&one(there), ""),
                passes: self.schema(&format!("{}{}", one(there), one(side)), ""),
            },
        ]
    }

    /// The database with more said about one of its tables.
    fn table(&self, name: &str, more: &str) -> String {
        format!(
            "  database \"{}\" {{\n    include = [\"{name}\"]\n    table \"{name}\" {{\n      {more}\n    }}\n  }}\n",
            self.shop
        )
    }

    fn rows(&self) -> Vec<Case> {
        let Self { shop, there, .. } = self;
        let all = "\"schema\", \"full\"";
        let full = |objects: &str, endpoints: &str| self.migration(all, endpoints, objects, "");
        let endpoints = self.pair.endpoints_hcl();
        let free = |space: &str| {
            endpoints.replace(
                "  metadata",
                &format!("  free_space = \"{space}\"\n  metadata"),
            )
        };
        let keyed = format!("  database \"{there}\" {{\n    include = [\"keyed\"]\n  }}\n");
        let streamed = |objects: &str| {
            let phases = "\"schema\", \"full\", \"incremental\"";
            self.migration(phases, &endpoints, objects, "")
        };
        vec![
            Case {
                check: "columns_known",
                refused: full(&self.table("other", "where = \"nowhere = 1\""), &endpoints),
                passes: full(&self.table("other", "where = \"id = 1\""), &endpoints),
            },
            Case {
                check: "key_column_left_out",
                refused: full(
                    &self.table("pairs", "exclude_columns = [\"b\"]"),
                    &endpoints,
                ),
                passes: full(
                    &self.table("pairs", "exclude_columns = [\"c\"]"),
                    &endpoints,
                ),
            },
            Case {
                check: "destination_disk_space",
                refused: full(&one(shop), &free("1KiB")),
                passes: full(&one(shop), &free("1GiB")),
            },
            Case {
                check: "destination_key",
                refused: self.migration("\"full\", \"incremental\"", &endpoints, &keyed, ""),
                passes: self.full(&keyed),
            },
            Case {
                check: "engine_unsupported",
                refused: streamed(&one(there)),
                passes: streamed(&one(shop)),
            },
        ]
    }

    fn privileges(&self) -> Vec<Case> {
        let Self {
            shop,
            side,
            there,
            own,
            ..
        } = self;
        vec![
            Case {
                check: "definer_missing",
                refused: self.schema(&one(side), KEEP),
                passes: self.schema(&one(side), ""),
            },
            Case {
                check: "destination_priv_definer",
                refused: self.migration(ALL, &self.bare("destination"), &one(side), KEEP),
                passes: self.migration(ALL, &self.bare("destination"), &one(side), ""),
            },
            Case {
                check: "destination_schema_exists",
                refused: self.full(&one(side)),
                passes: self.full(&format!(
                    "  database \"{there}\" {{\n    include = [\"wide\"]\n  }}\n"
                )),
            },
            Case {
                check: "destination_columns_compatible",
                refused: self.full(&one(there)),
                passes: self.full(&one(side)),
            },
            Case {
                check: "source_priv_select",
                refused: self.migration(ALL, &self.bare("source"), &one(side), ""),
                passes: self.migration(ALL, &self.bare("source"), &one(shop), ""),
            },
            Case {
                check: "account_source_read",
                refused: self.migration(
                    ALL,
                    &self.bare("source"),
                    &self.accounts(&format!("{own}app")),
                    "",
                ),
                passes: self.schema(&self.accounts(&format!("{own}app")), ""),
            },
            Case {
                check: "account_destination_priv",
                refused: self.migration(
                    ALL,
                    &self.bare("destination"),
                    &self.accounts(&format!("{own}app")),
                    "",
                ),
                passes: self.schema(&self.accounts(&format!("{own}app")), ""),
            },
            Case {
                check: "destination_priv_session_vars",
                refused: self.migration(
                    ALL,
                    &self
                        .bare("destination")
                        .replace("  metadata", "  write_binlog = false\n  metadata"),
                    &one(side),
                    "",
                ),
                passes: self.migration(ALL, &self.bare("destination"), &one(side), ""),
            },
        ]
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_what_is_corrected_passes() {
    let places = Places::prepare().await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &places.pair.password());
    let cases = [places.names(), places.rows(), places.privileges()];
    for case in cases.iter().flatten() {
        cli.write("m.hcl", &case.refused);
        let failed = ids(&plan(&cli).expect_code(3), "failed");
        assert!(
            failed.contains(&case.check.to_owned()),
            "{}: {failed:?}",
            case.check
        );
        cli.write("m.hcl", &case.passes);
        let failed = ids(&plan(&cli), "failed");
        assert!(
            !failed.contains(&case.check.to_owned()),
            "{}: {failed:?}",
            case.check
        );
    }
}

#[tokio::test]
async fn a_table_has_one_migration_at_a_time() {
    let places = Places::prepare().await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &places.pair.password());
    let reuse = "conflicts {\n  existing_tables = \"reuse\"\n}\n";
    let named = |name: &str, more: &str| {
        let endpoints = places.pair.endpoints_hcl();
        let phases = "\"schema\", \"full\"";
        let text = places.migration(phases, &endpoints, &one(&places.shop), more);
        text.replace("\"m\"", &format!("\"{name}\""))
    };
    cli.write("n.hcl", &named("n", ""));
    cli.run(&["apply", "n.hcl", "--auto-approve", "--until", "schema"])
        .expect_code(0);
    cli.write("o.hcl", &named("o", reuse));
    let plan = || cli.run(&["plan", "o.hcl", "--format", "json"]);
    let overlap = "migration_overlap".to_owned();
    assert!(ids(&plan().expect_code(3), "failed").contains(&overlap));
    cli.run(&["apply", "n.hcl", "--auto-approve"])
        .expect_code(0);
    assert!(!ids(&plan(), "failed").contains(&overlap));
}

#[tokio::test]
async fn another_writer_on_the_destination_is_named() {
    let places = Places::prepare().await;
    let mut cli = Cli::new();
    cli.env("PASSWORD", &places.pair.password());
    cli.write("m.hcl", &places.full(&one(&places.side)));
    let check = "second_destination_writer".to_owned();
    let destination = places.pair.destination();
    let table = format!("{}.t", places.side);
    destination
        .sql(&format!(
            "CREATE DATABASE {}; CREATE TABLE {table} (id INT PRIMARY KEY)",
            places.side
        ))
        .await;
    assert!(!ids(&plan(&cli), "warning").contains(&check));
    let mut writer = destination.root().await;
    mysql_async::prelude::Queryable::query_drop(
        &mut writer,
        format!("BEGIN; INSERT INTO {table} VALUES (7)"),
    )
    .await
    .expect("it may write");
    assert!(ids(&plan(&cli), "warning").contains(&check));
}
