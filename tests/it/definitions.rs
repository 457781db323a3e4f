//! Definitions carried from one real server to another: every kind of table and object is read,
//! written for the destination under other names, run there, read again, and compared.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cutover::{
    catalog::{Catalog, Created, CreationContext, RoutineKind, View, differences, order},
    conn::{Connector, Purpose, Session},
    mysql::{Ident, Names, Role, ServerVersion, TableName, names::SameNames},
    resolve::{Address, Compression, Endpoint, PasswordSource, Tls, TlsMode},
    sql::{
        ChangedNames, Definer, Program, ProgramKind, SecondaryIndexes, SqlError, TableDefinition,
        TablePlan, TableStatements, rewrite_definition, rewrite_view,
    },
};

use crate::{
    inspect::{session, whole},
    support::{
        fixtures,
        pair::Pair,
        server::{Server, Version},
    },
};

const COMMON: &str = include_str!("fixtures/definitions_common.sql");
const OLD: &str = include_str!("fixtures/definitions_5_6.sql");
const NEW: &str = include_str!("fixtures/definitions_9_7.sql");

/// Another database, two other tables, and in every table other names for columns `a` and `d`.
struct Renamed {
    from: Ident,
    to: Ident,
}

impl Names for Renamed {
    fn database(&self, database: &Ident) -> Ident {
        if *database == self.from {
            self.to.clone()
        } else {
            database.clone()
        }
    }

    fn table(&self, table: &TableName) -> TableName {
        let name = match table.name.as_str() {
            "t1" => "sales t1",
            "p" => "par`ent",
            name => name,
        };
        TableName::new(self.database(&table.database), name)
    }

    fn column(&self, _table: &TableName, column: &Ident) -> Ident {
        match column.as_str() {
            "a" => Ident::new("a `1"),
            "d" => Ident::new("day"),
            _ => column.clone(),
        }
    }
}

/// A session that defines, as root, set up as the product does.
async fn definer(server: &Server) -> Session {
    let endpoint = Endpoint {
        address: Address::Tcp {
            host: "127.0.0.1".to_owned(),
            port: server.port(),
        },
        user: "root".to_owned(),
        password: PasswordSource::None,
        compression: Compression::None,
        connect_timeout: Duration::from_secs(30),
        tls: Tls {
            mode: TlsMode::Preferred,
            ca_file: None,
            cert_file: None,
            key_file: None,
        },
    };
    let connector = Connector::new(Role::Destination, &endpoint, std::path::Path::new("."))
        .await
        .expect("the endpoint is complete");
    connector
        .session(Purpose::Define)
        .await
        .expect("the server lets us in")
}

async fn run(session: &mut Session, statement: &str) {
    if let Err(error) = session.execute(statement).await {
        panic!("{error:?}\n{statement}");
    }
}

/// What a migration of one database between two servers is made of.
struct Carried {
    pair: Pair,
    source: Catalog,
    source_version: ServerVersion,
    from: String,
    to: String,
    destination: Session,
}

impl Carried {
    async fn load(version: Version, to: &str) -> Self {
        let pair = Pair::shared(version, Version::V9_7).await;
        let (from, to) = (pair.database("zoo"), pair.database(to));
        let own = match version {
            Version::V5_6 => OLD,
            Version::V9_7 => NEW,
        };
        fixtures::load(pair.source(), &from, &format!("{COMMON}{own}")).await;
        let mut reader = session(pair.source(), "root", None).await;
        let found = whole(&mut reader, &from).await;
        assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
        let mut destination = definer(pair.destination()).await;
        let create = format!("CREATE DATABASE {}", Ident::new(to.as_str()));
        run(&mut destination, &create).await;
        Self {
            source: found.catalog,
            source_version: reader.version().clone(),
            from,
            to,
            destination,
            pair,
        }
    }

    fn statements(&self, names: &dyn Names) -> Vec<TableStatements> {
        let mut referenced: BTreeMap<&TableName, Vec<Vec<Ident>>> = BTreeMap::new();
        for key in self.source.tables().flat_map(|table| &table.foreign_keys) {
            let columns = referenced.entry(&key.parent).or_default();
            columns.push(key.parent_columns.clone());
        }
        let none = Vec::new();
        self.source
            .tables()
            .map(|table| {
                let definition = TableDefinition::parse(&table.definition)
                    .unwrap_or_else(|error| panic!("{error}\n{}", table.definition));
                let plan = TablePlan {
                    secondary_indexes: SecondaryIndexes::AfterCopy,
                    source: &self.source_version,
                    destination: self.destination.version(),
                    referenced: referenced.get(&table.name).unwrap_or(&none),
                };
                definition.statements(&table.name, names, &plan)
            })
            .collect()
    }

    async fn tables(&mut self, names: &dyn Names) {
        let tables = self.statements(names);
        for table in &tables {
            run(&mut self.destination, &table.create).await;
        }
        for index in tables.iter().flat_map(|table| &table.secondary_indexes) {
            run(&mut self.destination, index).await;
        }
        for key in tables.iter().flat_map(|table| &table.foreign_keys) {
            run(&mut self.destination, key).await;
        }
    }

    /// Functions and views in their order; the names of views that are refused.
    async fn views(&mut self, names: &dyn Names) -> Vec<String> {
        let order = order(&self.source);
        assert!(order.missing.is_empty(), "{:?}", order.missing);
        assert!(order.cyclic.is_empty() && order.unreadable.is_empty());
        let source = self.source.clone();
        let mut refused = BTreeSet::new();
        for step in order.steps {
            match step {
                Created::Function(name) => {
                    let routine = source
                        .routines()
                        .find(|routine| routine.name == name)
                        .expect("the function is there");
                    let definition = routine.definition.as_deref().expect("root may see it");
                    self.program(
                        ProgramKind::Function,
                        &name,
                        definition,
                        &routine.context,
                        names,
                    )
                    .await;
                }
                Created::View(name) => {
                    let view = source
                        .views()
                        .find(|view| view.name == name)
                        .expect("the view is there");
                    if !self.view(view, names).await {
                        refused.insert(name.name.as_str().to_owned());
                    }
                }
            }
        }
        refused.into_iter().collect()
    }

    async fn view(&mut self, view: &View, names: &dyn Names) -> bool {
        match rewrite_view(&view.definition, &view.name, names, &Definer::Invoker) {
            Ok(statement) => {
                // where the product creates it: a function without its database is looked for there
                let home = format!("USE {}", names.table(&view.name).database);
                run(&mut self.destination, &home).await;
                run(&mut self.destination, &statement).await;
                let all = format!("SELECT * FROM {}", names.table(&view.name));
                run(&mut self.destination, &all).await;
                true
            }
            Err(SqlError::ViewOverRenamedColumn { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    }

    async fn program(
        &mut self,
        kind: ProgramKind,
        name: &TableName,
        definition: &str,
        context: &CreationContext,
        names: &dyn Names,
    ) {
        let program = Program {
            kind,
            name,
            definition,
            sql_mode: &context.sql_mode,
        };
        let changed = ChangedNames::default();
        let rewritten = rewrite_definition(&program, names, &Definer::Invoker, &changed)
            .unwrap_or_else(|error| panic!("{error}\n{definition}"));
        run(&mut self.destination, &rewritten.statement).await;
    }

    async fn programs(&mut self, names: &dyn Names) {
        let source = self.source.clone();
        let procedures = source
            .routines()
            .filter(|routine| routine.kind == RoutineKind::Procedure);
        for routine in procedures {
            let definition = routine.definition.as_deref().expect("root may see it");
            let kind = ProgramKind::Procedure;
            self.program(kind, &routine.name, definition, &routine.context, names)
                .await;
        }
        for trigger in source.triggers() {
            let kind = ProgramKind::Trigger;
            self.program(
                kind,
                &trigger.name,
                &trigger.definition,
                &trigger.context,
                names,
            )
            .await;
        }
        for event in source.events() {
            let kind = ProgramKind::Event;
            self.program(kind, &event.name, &event.definition, &event.context, names)
                .await;
        }
    }

    async fn found(&self) -> Catalog {
        let mut reader = session(self.pair.destination(), "root", None).await;
        whole(&mut reader, &self.to).await.catalog
    }

    /// Compares all tables; how many there are.
    async fn assert_equal(&self, names: &dyn Names) -> usize {
        let found = self.found().await;
        let mut diffs = Vec::new();
        for table in self.source.tables() {
            let name = names.table(&table.name);
            let Some(other) = found.table(&name) else {
                diffs.push(format!("{name} is not there"));
                continue;
            };
            diffs.extend(differences(table, other, names).map(|found| found.unified()));
        }
        assert!(diffs.is_empty(), "{}", diffs.join("\n"));
        self.source.tables().count()
    }
}

async fn every_definition_is_carried(version: Version) {
    let mut carried = Carried::load(version, "zoo").await;
    let names = SameNames;
    carried.tables(&names).await;
    assert!(carried.assert_equal(&names).await > 30);
    assert_eq!(carried.views(&names).await, Vec::<String>::new());
    carried.programs(&names).await;
    let found = carried.found().await;
    let counts = |catalog: &Catalog| {
        (
            catalog
                .views()
                .map(|view| view.name.clone())
                .collect::<Vec<_>>(),
            catalog.routines().count(),
            catalog
                .triggers()
                .map(|trigger| (trigger.name.clone(), trigger.order))
                .collect::<Vec<_>>(),
            catalog.events().count(),
        )
    };
    assert_eq!(counts(&found), counts(&carried.source));
}

async fn every_definition_is_carried_under_other_names(version: Version) {
    let mut carried = Carried::load(version, "other").await;
    let names = Renamed {
        from: Ident::new(carried.from.as_str()),
        to: Ident::new(carried.to.as_str()),
    };
    carried.tables(&names).await;
    assert!(carried.assert_equal(&names).await > 30);
    assert_eq!(carried.views(&names).await, ["v4", "v6"]);
    carried.programs(&names).await;
}

#[tokio::test]
async fn every_definition_of_9_7_is_carried() {
    every_definition_is_carried(Version::V9_7).await;
}

#[tokio::test]
async fn every_definition_of_5_6_is_carried() {
    every_definition_is_carried(Version::V5_6).await;
}

#[tokio::test]
async fn every_definition_of_9_7_is_carried_under_other_names() {
    every_definition_is_carried_under_other_names(Version::V9_7).await;
}

#[tokio::test]
async fn every_definition_of_5_6_is_carried_under_other_names() {
    every_definition_is_carried_under_other_names(Version::V5_6).await;
}

#[tokio::test]
async fn a_literal_in_a_view_of_5_6_keeps_its_letters() {
    let mut carried = Carried::load(Version::V5_6, "letters").await;
    let names = Renamed {
        from: Ident::new(carried.from.as_str()),
        to: Ident::new(carried.to.as_str()),
    };
    carried.tables(&names).await;
    carried.views(&names).await;
    let found = carried.found().await;
    let view = found
        .views()
        .find(|view| view.name.name.as_str() == "v2")
        .expect("v2 is there");
    assert!(view.definition.contains("'é%'"), "{}", view.definition);
}
