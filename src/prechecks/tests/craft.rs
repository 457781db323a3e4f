//! Inspections and migrations made by hand: a pair of servers on which nothing is wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::{
    catalog::{
        Accounts, Activity, Catalog, Column, CreationContext, Database, Event, EventStatus,
        ForeignKey, Grants, Index, IndexKind, IndexPart, Inspection, LeftOut, Routine, RoutineKind,
        ServerFacts, Side, Table, Trigger, View,
    },
    clock::Timestamp,
    mysql::{Ident, ServerVersion, SourcePosition, TableName},
    resolve::{self, Inputs, Migration},
};

/// A migration of the database `shop`; `more` is added to the specification.
pub fn migration(more: &str) -> Migration {
    migration_of("\"schema\", \"full\"", more)
}

pub fn migration_of(phases: &str, more: &str) -> Migration {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let objects = if more.contains("objects {") {
        ""
    } else {
        "objects {\n  database \"shop\" {}\n}\n"
    };
    let free = if more.contains("free_space") {
        ""
    } else {
        "  free_space = \"1TiB\"\n"
    };
    let (more, inside) = match more.split_once("free_space") {
        Some((_, value)) => ("", format!("  free_space{value}\n")),
        None => (more, String::new()),
    };
    let text = format!(
        "migration \"m\" {{\n  phases = [{phases}]\n}}\n\
         source {{\n  host = \"a\"\n  user = \"u\"\n  password = \"p\"\n}}\n\
         destination {{\n  host = \"b\"\n  user = \"u\"\n  password = \"p\"\n{free}{inside}}}\n\
         {objects}{more}\n"
    );
    let file = std::env::temp_dir().join(format!(
        "cutover-prechecks-{}-{number}.hcl",
        std::process::id()
    ));
    fs::write(&file, &text).expect("the file can be written");
    let loaded = resolve::load(&file, &Inputs::default());
    let _ = fs::remove_file(&file);
    loaded.unwrap_or_else(|error| panic!("{error:?}\n{text}"))
}

pub fn name(name: &str) -> TableName {
    let (database, name) = name.split_once('.').expect("database.name");
    TableName::new(database, name)
}

pub fn column(name: &str, column_type: &str) -> Column {
    let data_type = column_type.split(['(', ' ']).next().unwrap_or_default();
    let text = matches!(data_type, "varchar" | "char" | "text" | "enum" | "longtext");
    Column {
        name: Ident::new(name),
        data_type: data_type.to_owned(),
        column_type: column_type.to_owned(),
        charset: text.then(|| "utf8mb4".to_owned()),
        collation: text.then(|| "utf8mb4_0900_ai_ci".to_owned()),
        nullable: false,
        default: None,
        default_is_expression: false,
        on_update: None,
        auto_increment: false,
        generated: None,
        invisible: false,
        srid: None,
        comment: String::new(),
    }
}

pub fn unique(key: &str, columns: &[&str]) -> Index {
    Index {
        name: Ident::new(key),
        unique: true,
        kind: IndexKind::BTree,
        visible: true,
        comment: String::new(),
        parts: columns
            .iter()
            .map(|column| IndexPart {
                column: Some(Ident::new(*column)),
                expression: None,
                prefix: None,
                descending: false,
            })
            .collect(),
    }
}

/// A unique key over columns, some by their beginnings.
pub fn index_of(key: &str, parts: &[(&str, Option<u32>)]) -> Index {
    let mut index = unique(key, &[]);
    index.parts = parts
        .iter()
        .map(|(column, prefix)| IndexPart {
            column: Some(Ident::new(*column)),
            expression: None,
            prefix: *prefix,
            descending: false,
        })
        .collect();
    index
}

/// A table with an `id`, which is its key, and a `word`.
pub fn table(full_name: &str) -> Table {
    Table {
        name: name(full_name),
        engine: "InnoDB".to_owned(),
        row_format: "Dynamic".to_owned(),
        collation: "utf8mb4_0900_ai_ci".to_owned(),
        comment: String::new(),
        create_options: String::new(),
        auto_increment: None,
        rows: 1000,
        data_length: 1 << 20,
        index_length: 1 << 20,
        columns: vec![column("id", "int"), column("word", "varchar(40)")],
        indexes: vec![unique("PRIMARY", &["id"])],
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        partitioning: None,
        definition: String::new(),
    }
}

pub fn view(full_name: &str) -> View {
    View {
        name: name(full_name),
        definition: String::new(),
        definer: "app@%".to_owned(),
        context: CreationContext::default(),
        invalid: None,
    }
}

pub fn function(full_name: &str) -> Routine {
    Routine {
        name: name(full_name),
        kind: RoutineKind::Function,
        definition: Some(String::new()),
        definer: "app@%".to_owned(),
        context: CreationContext::default(),
    }
}

pub fn trigger(full_name: &str, table: &str) -> Trigger {
    Trigger {
        name: name(full_name),
        table: Ident::new(table),
        timing: "BEFORE".to_owned(),
        event: "INSERT".to_owned(),
        order: 1,
        definition: String::new(),
        definer: "app@%".to_owned(),
        context: CreationContext::default(),
    }
}

pub fn event(full_name: &str) -> Event {
    Event {
        name: name(full_name),
        definition: String::new(),
        definer: "app@%".to_owned(),
        status: EventStatus::Enabled,
        time_zone: "SYSTEM".to_owned(),
        past: false,
        context: CreationContext::default(),
    }
}

pub fn foreign_key(key: &str, column: &str, parent: &str) -> ForeignKey {
    ForeignKey {
        name: Ident::new(key),
        columns: vec![Ident::new(column)],
        parent: name(parent),
        parent_columns: vec![Ident::new("id")],
        on_update: "NO ACTION".to_owned(),
        on_delete: "NO ACTION".to_owned(),
    }
}

fn database(of: &str) -> Database {
    Database {
        name: Ident::new(of),
        charset: "utf8mb4".to_owned(),
        collation: "utf8mb4_0900_ai_ci".to_owned(),
        tables: BTreeMap::new(),
        views: BTreeMap::new(),
        routines: Vec::new(),
        triggers: Vec::new(),
        events: Vec::new(),
    }
}

impl Side {
    /// The database of that name, made when it is not there.
    pub fn has_database(&mut self, of: &str) -> &mut Database {
        self.databases.insert(Ident::new(of));
        let databases = &mut self.catalog.databases;
        databases
            .entry(Ident::new(of))
            .or_insert_with(|| database(of))
    }

    /// Adds a table.
    pub fn holds(&mut self, table: Table) {
        let database = self.has_database(table.name.database.as_str());
        database.tables.insert(table.name.name.clone(), table);
    }

    /// A table to change.
    pub fn change(&mut self, full_name: &str) -> &mut Table {
        let full = name(full_name);
        let database = self.has_database(full.database.as_str());
        database
            .tables
            .entry(full.name)
            .or_insert_with(|| table(full_name))
    }

    pub fn set(&mut self, variable: &str, value: &str) {
        let variables = &mut self.facts.variables;
        variables.insert(variable.to_owned(), value.to_owned());
    }

    pub fn granted(&mut self, statements: &[&str]) {
        self.facts.grants = Grants::parse(statements.iter().copied());
    }

    pub fn is_version(&mut self, version: &str) {
        self.facts.version = ServerVersion::parse(version, "");
    }
}

fn side(uuid: &str, grants: &[&str]) -> Side {
    let words = |words: &[&str]| -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    };
    let position = SourcePosition {
        server_uuid: uuid.to_owned(),
        gtid_executed: format!("{uuid}:1-9"),
        binlog: None,
    };
    let mut side = Side {
        facts: ServerFacts {
            address: format!("{uuid}:3306"),
            version: ServerVersion::parse("9.7.4", ""),
            version_comment: String::new(),
            server_uuid: uuid.to_owned(),
            hostname: uuid.to_owned(),
            port: 3306,
            account: "migrator@10.0.0.%".to_owned(),
            tls: None,
            variables: BTreeMap::new(),
            status: BTreeMap::new(),
            grants: Grants::parse(grants.iter().copied()),
            charsets: words(&["utf8mb4", "utf8mb3", "latin1"]),
            collations: words(&["utf8mb4_0900_ai_ci", "utf8mb3_general_ci"]),
            engines: words(&["InnoDB", "MyISAM"]),
            plugins: BTreeSet::from(["caching_sha2_password".to_owned()]),
            privileges: BTreeSet::new(),
            absent_functions: BTreeSet::new(),
            named_time_zones: true,
            accounts: Some(words(&["app@%", "root@localhost"])),
            position_before: position.clone(),
            position_after: position,
        },
        catalog: Catalog::default(),
        databases: BTreeSet::new(),
        left_out: LeftOut::default(),
        unreadable: Vec::new(),
        not_empty: BTreeSet::new(),
        accounts: Accounts::default(),
        activity: Activity::default(),
        claimed: BTreeMap::new(),
    };
    for (variable, value) in [
        ("log_bin", "ON"),
        ("log_bin_trust_function_creators", "ON"),
        ("lower_case_table_names", "0"),
        ("max_allowed_packet", "67108864"),
        ("local_infile", "ON"),
        ("read_only", "OFF"),
        ("super_read_only", "OFF"),
    ] {
        side.set(variable, value);
    }
    side
}

/// A source that nobody writes, with a table, a view, a function, a trigger and an event, and an
/// empty destination.
pub fn inspection() -> Inspection {
    let mut source = side(
        "source",
        &[
            "GRANT RELOAD, SHOW_ROUTINE ON *.* TO `m`@`%`",
            "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.* TO `m`@`%`",
        ],
    );
    source.set("read_only", "ON");
    source.holds(table("shop.orders"));
    let shop = source.has_database("shop");
    shop.views.insert(Ident::new("recent"), view("shop.recent"));
    shop.routines.push(function("shop.net"));
    shop.triggers.push(trigger("shop.note", "orders"));
    shop.events.push(event("shop.purge"));
    let destination = side(
        "destination",
        &[
            "GRANT SESSION_VARIABLES_ADMIN ON *.* TO `m`@`%`",
            "GRANT ALL PRIVILEGES ON `shop`.* TO `m`@`%`",
            "GRANT ALL PRIVILEGES ON `\\_cutover`.* TO `m`@`%`",
            "GRANT ALL PRIVILEGES ON `\\_cutover\\_scratch\\_%`.* TO `m`@`%`",
        ],
    );
    Inspection {
        source,
        destination,
        taken_at: Timestamp::from_milliseconds(0),
    }
}
