//! The source's binlog on real servers: what the stream yields, and what its rows decode to.

mod decoding;
mod following;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use cutover::{
    catalog::{CopyColumn, Encoding, RowShape, Table},
    conn::{AtEnd, BinlogFrom, Connector, Purpose},
    mysql::{Ident, Role, TableName},
    replication::{
        decode::{DecodeError, RowDecoder},
        event::{Body, End, Event, TableMap},
        stream::{BinlogReader, Passed, Start},
    },
    resolve::{Address, Compression, Endpoint, PasswordSource, Tls, TlsMode},
    rows::{canonical, reader},
};
use mysql_async::Value;

use crate::{
    inspect::{session, whole},
    support::server::{Builder, Server, Version},
};

const LARGEST_PAYLOAD: u64 = 64 * 1024 * 1024;

/// A server that writes rows into its binlog; from 5.7 on with GTIDs.
pub fn source(version: Version, more: &[&str]) -> Server {
    source_builder(version, more).start()
}

pub fn source_builder(version: Version, more: &[&str]) -> Builder {
    let mut builder = Server::builder(version)
        .arg("--log-bin=binlog")
        .arg("--binlog-format=ROW");
    if version == Version::V9_7 {
        builder = builder
            .arg("--gtid-mode=ON")
            .arg("--enforce-gtid-consistency=ON");
    }
    more.iter().fold(builder, |builder, more| builder.arg(more))
}

pub async fn connector(server: &Server) -> Connector {
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
    Connector::new(Role::Source, &endpoint, std::path::Path::new("."))
        .await
        .expect("the endpoint is complete")
}

/// Where the server stands now.
pub async fn now(server: &Server) -> BinlogFrom {
    let mut session = session(server, "root", None).await;
    let position = cutover::inspect::position(&mut session)
        .await
        .expect("the position can be read");
    let gtids = position.gtids().expect("it is a set");
    if gtids.is_empty() {
        BinlogFrom::File(position.binlog.expect("there is a binlog"))
    } else {
        BinlogFrom::Gtids(gtids)
    }
}

pub async fn open(server: &Server, from: BinlogFrom, at_end: AtEnd) -> BinlogReader {
    let start = Start {
        from,
        server_id: 4_000_000_001,
        heartbeat: Duration::from_secs(1),
        at_end,
        largest_payload: LARGEST_PAYLOAD,
    };
    BinlogReader::open(&connector(server).await, &start)
        .await
        .expect("the source takes us")
}

/// All that comes until the end, and where that is.
async fn read_all(server: &Server, from: BinlogFrom) -> (Vec<Event>, Passed) {
    let mut reader = open(server, from, AtEnd::Stop).await;
    let mut events = Vec::new();
    loop {
        match reader.next().await {
            Ok(Some(event)) => events.push(event),
            Ok(None) => break,
            Err(error) => panic!("behind {:?}: {error}", events.last()),
        }
    }
    let passed = reader.passed().clone();
    reader.close().await;
    (events, passed)
}

/// Every column but generated ones, under its own name.
fn shape(table: &Table) -> RowShape {
    let columns = table
        .columns
        .iter()
        .filter(|column| column.generated.is_none());
    RowShape {
        source: table.name.clone(),
        destination: table.name.clone(),
        columns: columns
            .map(|column| CopyColumn {
                source: column.name.clone(),
                destination: column.name.clone(),
                encoding: Encoding::between(column, column),
            })
            .collect(),
        key: None,
    }
}

/// The tables of a database by their names.
async fn tables(server: &Server, database: &str) -> BTreeMap<TableName, Table> {
    let mut session = session(server, "root", None).await;
    let mut schema = whole(&mut session, database).await;
    let found = schema
        .catalog
        .databases
        .remove(&Ident::new(database))
        .expect("the database is there");
    found
        .tables
        .into_values()
        .map(|table| (table.name.clone(), table))
        .collect()
}

/// A multiset of rows, bit for bit and by the variant of each value.
#[derive(Clone, Debug, Default, PartialEq)]
struct RowSet(HashMap<Vec<u8>, (i64, Vec<Value>)>);

fn exact(row: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in row {
        bytes.push(match value {
            Value::NULL => 0,
            Value::Bytes(_) => 1,
            Value::Int(_) => 2,
            Value::UInt(_) => 3,
            Value::Float(_) => 4,
            Value::Double(_) => 5,
            Value::Date(..) => 6,
            Value::Time(..) => 7,
        });
        canonical::value(&mut bytes, value, Encoding::Plain);
    }
    bytes
}

impl RowSet {
    fn add(&mut self, row: Vec<Value>) {
        let entry = self.0.entry(exact(&row)).or_insert((0, row));
        entry.0 += 1;
    }

    fn remove(&mut self, row: &[Value]) -> bool {
        let key = exact(row);
        let Some(entry) = self.0.get_mut(&key) else {
            return false;
        };
        entry.0 -= 1;
        if entry.0 == 0 {
            self.0.remove(&key);
        }
        true
    }

    fn rows(&self) -> i64 {
        self.0.values().map(|entry| entry.0).sum()
    }
}

/// A table as the copy reads it.
async fn read_table(server: &Server, table: &Table) -> RowSet {
    let mut session = connector(server)
        .await
        .session(Purpose::ReadRows)
        .await
        .expect("the server lets us in");
    let shape = shape(table);
    let query = format!(
        "SELECT {} FROM {}",
        shape.select_list(Role::Source),
        table.name
    );
    let mut rows = RowSet::default();
    reader::for_each(&mut session, &query, |row| {
        rows.add(
            (0..shape.columns.len())
                .map(|index| row.as_ref(index).cloned().expect("every column is there"))
                .collect(),
        );
    })
    .await
    .expect("the table can be read");
    rows
}

/// Tables as the stream makes them.
#[derive(Default)]
struct Model {
    rows: BTreeMap<TableName, RowSet>,
    inserted: u64,
    updated: u64,
    deleted: u64,
}

impl Model {
    /// Applies the row events of known tables; whatever an image says was there must have been there.
    fn apply(&mut self, events: &[Event], tables: &BTreeMap<TableName, Table>) {
        let mut decoders: HashMap<*const TableMap, (Arc<TableMap>, RowDecoder)> = HashMap::new();
        for event in events {
            let Body::Rows(rows) = &event.body else {
                continue;
            };
            let Some(table) = tables.get(&rows.map.table) else {
                continue;
            };
            let (_, decoder) = decoders.entry(Arc::as_ptr(&rows.map)).or_insert_with(|| {
                let decoder = RowDecoder::new(table, &shape(table), &rows.map)
                    .unwrap_or_else(|error| panic!("{error}"));
                (rows.map.clone(), decoder)
            });
            let model = self.rows.entry(rows.map.table.clone()).or_default();
            for images in decoder.rows(rows) {
                let images = images.unwrap_or_else(|error: DecodeError| panic!("{error}"));
                match (&images.before, &images.after) {
                    (None, Some(_)) => self.inserted += 1,
                    (Some(_), Some(_)) => self.updated += 1,
                    (Some(_), None) => self.deleted += 1,
                    (None, None) => panic!("a row without images"),
                }
                if let Some(before) = images.before {
                    assert!(
                        model.remove(&before),
                        "{}: no such row: {before:?}",
                        rows.map.table
                    );
                }
                if let Some(after) = images.after {
                    model.add(after);
                }
            }
        }
    }

    async fn assert_as_read(&self, server: &Server, tables: &BTreeMap<TableName, Table>) {
        let none = RowSet::default();
        for (name, table) in tables {
            let read = read_table(server, table).await;
            let mine = self.rows.get(name).unwrap_or(&none);
            for (key, entry) in &read.0 {
                let found = mine.0.get(key).map(|entry| entry.0);
                if found != Some(entry.0) {
                    let near = mine
                        .0
                        .values()
                        .find(|other| other.1.first() == entry.1.first());
                    panic!(
                        "{name}: read {} times, streamed {found:?}:\n{:?}\nnear:\n{:?}",
                        entry.0, entry.1, near
                    );
                }
            }
            assert_eq!(read.rows(), mine.rows(), "{name}");
        }
    }
}

/// Every transaction begins and ends, and carries its own identifier on the way.
fn assert_whole(events: &[Event]) {
    let mut open = None;
    for event in events {
        match (&event.body, &open) {
            (Body::Begin(begin), None) => open = Some(begin.gtid.clone()),
            (Body::End(end), Some(gtid)) => {
                assert_ne!(*end, End::Abandoned);
                assert_eq!(event.place.gtid, *gtid);
                open = None;
            }
            (Body::Rotate | Body::Heartbeat, None) => {}
            (Body::Begin(_) | Body::End(_) | Body::Rotate | Body::Heartbeat, _) | (_, None) => {
                panic!("out of place: {event:?}")
            }
            (_, Some(gtid)) => assert_eq!(event.place.gtid, *gtid),
        }
    }
    assert_eq!(open, None);
}
