//! A source whose statements are run on a destination, without rows.

use std::{fmt::Write as _, time::Duration};

use cutover::{
    catalog::canonical,
    conn::{AtEnd, BinlogFrom, Connector, Purpose},
    ledger::{Choice, Holder, Lease, Ledger, Resolution},
    mysql::{LowerCase, Role, names::SameNames},
    replication::{
        ddl::{DdlError, DdlOutcome, DdlRunner, Follow, SourceGlobals},
        definitions::Definitions,
        event::Body,
        gather::Logged,
    },
    resolve::{Inputs, Migration, load},
    sql::Definer,
};
use mysql_async::{Conn, Row, prelude::Queryable as _};

use crate::{
    binlog::{connector, now, open, source},
    inspect::{session, whole},
    support::{
        equal::{Comparison, Renames},
        server::{Server, Version},
        temp::TempFolder,
    },
};

pub struct Bench {
    source: Server,
    destination: Server,
    migration: Migration,
    lease: Lease,
    runner: DdlRunner,
    pub definitions: Definitions,
    beginning: BinlogFrom,
    from: BinlogFrom,
    /// Of the statement that stopped.
    pub stopped: Option<String>,
    _folder: TempFolder,
}

fn specification(source: &Server, destination: &Server, objects: &str, more: &str) -> String {
    let endpoint = |name: &str, server: &Server| {
        format!(
            "{name} {{\n  host = \"127.0.0.1\"\n  port = {}\n  user = \"root\"\n}}\n",
            server.port()
        )
    };
    format!(
        "migration \"ddl\" {{\n  phases = [\"schema\", \"full\", \"incremental\"]\n}}\n{}{}\
         objects {{\n  {objects}\n}}\n{more}",
        endpoint("source", source),
        endpoint("destination", destination)
    )
}

impl Bench {
    /// `mappings` is the inside of that block.
    pub async fn start(version: Version, objects: &str, mappings: &str) -> Self {
        let more = format!("mappings {{\n  {}\n}}\n", spread(mappings));
        Self::with(source(version, &[]), Version::V9_7, objects, &more).await
    }

    pub async fn with(source: Server, to: Version, objects: &str, more: &str) -> Self {
        let destination = Server::start(to);
        let folder = TempFolder::new("ddl");
        let text = specification(&source, &destination, objects, more);
        let path = folder.path().join("ddl.hcl");
        std::fs::write(&path, text).expect("the folder is ours");
        let migration = match load(&path, &Inputs::default()) {
            Ok(migration) => migration,
            Err(found) => panic!("{found:?}"),
        };
        let there = Self::destination_connector(&migration).await;
        let ledger = Ledger::new(migration.metadata_database().clone(), "ddl");
        let mut opened = there.session(Purpose::WriteRows).await.expect("it runs");
        ledger.create(&mut opened).await.expect("it can be made");
        let holder = Holder {
            owner: "test".to_owned(),
            host: "here".to_owned(),
            pid: 1,
        };
        let lease = Lease::take(&ledger, opened, &holder, |_| false)
            .await
            .expect("it is free");
        let runner = Self::runner_of(&source, &destination, &migration, &lease).await;
        let beginning = now(&source).await;
        Self {
            from: beginning.clone(),
            source,
            destination,
            migration,
            lease,
            runner,
            definitions: Definitions::default(),
            beginning,
            stopped: None,
            _folder: folder,
        }
    }

    async fn destination_connector(migration: &Migration) -> Connector {
        Connector::new(
            Role::Destination,
            migration.destination(),
            migration.folder(),
        )
        .await
        .expect("the endpoint is complete")
    }

    async fn runner_of(
        source: &Server,
        destination: &Server,
        migration: &Migration,
        lease: &Lease,
    ) -> DdlRunner {
        let _ = destination;
        let follow = Self::follow_of(source, migration).await;
        let there = Self::destination_connector(migration).await;
        DdlRunner::new(follow, lease.fence().clone(), there)
            .await
            .expect("the destination runs")
    }

    async fn follow_of(source: &Server, migration: &Migration) -> Follow {
        let mut opened = connector(source)
            .await
            .session(Purpose::Inspect)
            .await
            .expect("it runs");
        let globals = SourceGlobals::read(&mut opened)
            .await
            .expect("they are there");
        let folding: u8 = opened
            .one("SELECT @@lower_case_table_names")
            .await
            .expect("it is there");
        let source_names = LowerCase::from_variable(folding);
        let mut rules = migration.ddl().clone();
        rules.retry = Duration::from_secs(1);
        Follow {
            migration: "ddl".to_owned(),
            metadata: migration.metadata_database().clone(),
            selection: migration.selection().clone(),
            rules,
            names: migration.mapping().names(source_names, LowerCase::Off),
            source_names,
            destination_names: LowerCase::Off,
            definer: Definer::Invoker,
            source: opened.version().clone(),
            globals,
            read_until: std::collections::BTreeMap::new(),
            seeded: false,
        }
    }

    /// A new one, as after a restart, with the definitions that the ledger holds.
    pub async fn restart(&mut self) {
        self.runner = Self::runner_of(
            &self.source,
            &self.destination,
            &self.migration,
            &self.lease,
        )
        .await;
        let there = Self::destination_connector(&self.migration).await;
        let mut opened = there.session(Purpose::Inspect).await.expect("it runs");
        let ledger = self.lease.fence().ledger().clone();
        let known = ledger
            .definitions(&mut opened)
            .await
            .expect("they can be read");
        let follow = Self::follow_of(&self.source, &self.migration).await;
        let begun = ledger.ddl_begun(&mut opened).await.expect("it can be read");
        self.definitions = Definitions::load(&mut opened, known, &follow, begun)
            .await
            .expect("the destination runs")
            .expect("all are there");
    }

    pub fn source(&self) -> &Server {
        &self.source
    }

    pub fn destination(&self) -> &Server {
        &self.destination
    }

    pub async fn destination_root(&self) -> Conn {
        self.destination.root().await
    }

    pub async fn source_sql(&self, script: &str) {
        self.source.sql(script).await;
    }

    pub async fn destination_sql(&self, script: &str) {
        self.destination.sql(script).await;
    }

    /// On both servers, and not to be followed.
    pub async fn both(&mut self, script: &str) {
        self.source.sql(script).await;
        self.destination.sql(script).await;
        self.from = now(&self.source).await;
        self.beginning = self.from.clone();
    }

    /// A statement that the source refuses.
    pub async fn source_fails(&self, sql: &str, with: &str) {
        let mut conn = self.source.root().await;
        let error = conn.query_drop(sql).await.expect_err("it fails");
        assert!(error.to_string().contains(with), "{error}");
    }

    /// A statement in the bytes of another character set.
    pub async fn latin1(&self, sql: &str) {
        let mut conn = self.source.root().await;
        conn.query_drop("SET NAMES latin1").await.expect("it can");
        let bytes: Vec<u8> = sql
            .chars()
            .map(|c| u8::try_from(u32::from(c)).expect("it is latin1"))
            .collect();
        conn.query_drop(bytes.as_slice()).await.expect("it runs");
    }

    pub fn begin_again(&mut self) {
        self.from = self.beginning.clone();
    }

    /// Runs what the source has logged since; what became of all that is not unseen.
    pub async fn follow(&mut self) -> Result<Vec<DdlOutcome>, DdlError> {
        let mut reader = open(&self.source, self.from.clone(), AtEnd::Stop).await;
        let mut outcomes = Vec::new();
        self.stopped = None;
        loop {
            let event = match reader.next().await {
                Ok(Some(event)) => event,
                Ok(None) => break,
                Err(error) => panic!("{error}"),
            };
            let Body::Statement(statement) = &event.body else {
                self.pass(reader.passed());
                continue;
            };
            let logged = Logged {
                statement: statement.clone(),
                place: event.place.clone(),
                number: 1,
                time: event.time,
            };
            let outcome = self.runner.run(&logged, &mut self.definitions).await;
            match outcome {
                Ok(DdlOutcome::Unseen) => {}
                Ok(outcome) => outcomes.push(outcome),
                Err(error) => {
                    self.stopped = Some(cutover::replication::ddl::position(&event.place, 1));
                    return Err(error);
                }
            }
        }
        reader.close().await;
        Ok(outcomes)
    }

    fn pass(&mut self, passed: &cutover::replication::stream::Passed) {
        self.from = match (&self.from, &passed.binlog) {
            (BinlogFrom::Gtids(_), _) => BinlogFrom::Gtids(passed.gtids.clone()),
            (BinlogFrom::File(_), Some(position)) | (BinlogFrom::File(position), None) => {
                BinlogFrom::File(position.clone())
            }
        };
    }

    /// Runs a statement on the source, and leaves the destination as if a run had been cut off when
    /// `happened` had been done of it.
    pub async fn cut_off(&mut self, sql: &str, happened: &str) {
        self.source_sql(sql).await;
        let mut blocker = self.destination.root().await;
        let tables: Vec<String> = blocker
            .query("SHOW TABLES FROM shop")
            .await
            .expect("it is there");
        let locks: Vec<String> = tables
            .iter()
            .map(|name| format!("shop.{name} READ"))
            .collect();
        // the statement waits, its intent noted, until it gives up
        blocker
            .query_drop(format!("LOCK TABLES {}", locks.join(", ")))
            .await
            .expect("it can");
        let error = self.follow().await.expect_err("the tables are locked");
        assert_eq!(error.code(), "cutover::ddl::locked", "{error}");
        blocker.query_drop("UNLOCK TABLES").await.expect("it can");
        self.destination_sql(happened).await;
    }

    /// The states of the statements that the destination lacks.
    pub async fn left_out(&self) -> Vec<&'static str> {
        let there = Self::destination_connector(&self.migration).await;
        let mut opened = there.session(Purpose::Inspect).await.expect("it runs");
        let ledger = self.lease.fence().ledger().clone();
        let rows = ledger
            .ddl_left_out(&mut opened)
            .await
            .expect("they can be read");
        rows.iter().map(|row| row.state.as_str()).collect()
    }

    /// Decides about the statement that stopped.
    pub async fn decide(&mut self, choice: &str, sql: Option<&str>) {
        let position = self.stopped.clone().expect("one has stopped");
        let choice = match (choice, sql) {
            ("skip", _) => Choice::Skip,
            ("retry", _) => Choice::Retry,
            (_, Some(sql)) => Choice::Replace(sql.to_owned()),
            (_, None) => panic!("a replacement is a statement"),
        };
        let resolution = Resolution {
            position,
            choice,
            reason: "decided in a test".to_owned(),
            decided_by: "test".to_owned(),
        };
        let there = Self::destination_connector(&self.migration).await;
        let mut opened = there.session(Purpose::WriteRows).await.expect("it runs");
        self.lease
            .fence()
            .note_resolution(&mut opened, &resolution)
            .await
            .expect("it can be noted");
    }

    pub async fn same(&self, databases: &[&str], renames: Renames) {
        Comparison::of(databases)
            .definitions_only()
            .with_objects()
            .renames(renames)
            .assert_equal(&self.source, &self.destination)
            .await;
    }

    /// What the stream knows of each table is what the source has now.
    pub async fn known_as_on_the_source(&self) {
        let mut opened = session(&self.source, "root", None).await;
        let mut count = 0;
        for database in ["shop", "other"] {
            let schema = whole(&mut opened, database).await;
            for table in schema.catalog.tables() {
                let tracked = self
                    .definitions
                    .get(&table.name)
                    .unwrap_or_else(|| panic!("{} is not known", table.name));
                assert_eq!(
                    canonical(&tracked.source, &SameNames),
                    canonical(table, &SameNames)
                );
                count += 1;
            }
        }
        assert_eq!(count, self.definitions.iter().count());
    }
}

/// A block on one line may hold one attribute only.
fn spread(mappings: &str) -> String {
    mappings
        .replace(" { to", " {\n to")
        .replace(" }\n", "\n }\n")
}

/// The definitions of a database's tables.
pub async fn tables(mut conn: Conn, database: &str) -> String {
    let names: Vec<String> = conn
        .query(format!("SHOW TABLES FROM `{database}`"))
        .await
        .expect("it is there");
    let mut text = String::new();
    for name in names {
        let row: Option<Row> = conn
            .query_first(format!("SHOW CREATE TABLE `{database}`.`{name}`"))
            .await
            .expect("it is there");
        let definition: String = row.expect("one row").get(1).expect("two columns");
        writeln!(text, "{definition}\n").expect("a string takes all");
    }
    text
}
