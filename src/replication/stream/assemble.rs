//! Raw events -> our own, in order. No input or output, so that mutated bytes can be tried on it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use mysql_async::binlog::{BinlogChecksumAlg, events::Event as RawEvent};

use super::{Passed, StreamError};
use crate::{
    conn::BinlogFrom,
    mysql::{BinlogPosition, GtidSet, Witness},
    replication::{
        cursor::{Malformed, Parsed},
        event::{Body, End, Event, Place, Rows, TableMap},
        parse::{self, Logged, LoggedRows},
        transaction::{Bodies, Transactions},
    },
};

/// Marks an event that is in no file, made up by the server for this connection.
const ARTIFICIAL: u16 = 0x20;

/// The header's fields that matter, and the bytes behind it.
#[derive(Clone, Copy, Debug)]
pub(in crate::replication) struct Bytes<'a> {
    pub kind: u8,
    pub time: u32,
    pub server_id: u32,
    /// Of the whole event, checksum included.
    pub size: u32,
    pub end: u32,
    pub flags: u16,
    pub data: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub(in crate::replication) fn of(raw: &'a RawEvent) -> Self {
        let header = raw.header();
        Self {
            kind: header.event_type_raw(),
            time: header.timestamp(),
            server_id: header.server_id(),
            size: header.event_size(),
            end: header.log_pos(),
            flags: header.flags_raw(),
            data: raw.data(),
        }
    }

    /// Of an event that ends there.
    pub(in crate::replication) fn witness(&self, file: &str, end: u64) -> Witness {
        Witness {
            file: file.to_owned(),
            end,
            size: self.size,
            time: self.time,
            sum: crc32fast::hash(self.data),
        }
    }
}

/// What is left of a compressed transaction.
#[derive(Clone, Copy, Debug)]
struct Payload {
    left: u64,
    /// Where the transaction ends.
    end: u64,
}

pub(in crate::replication) struct Assembler {
    file: Arc<str>,
    end: u64,
    transactions: Transactions,
    /// Table ids hold within a transaction; each statement maps its tables anew.
    maps: HashMap<u64, Arc<TableMap>>,
    payload: Option<Payload>,
    largest_payload: u64,
    ready: VecDeque<Event>,
    passed: Passed,
    /// Of the transaction at hand.
    witness: Option<Witness>,
}

impl Assembler {
    pub(in crate::replication) fn new(from: &BinlogFrom, largest_payload: u64) -> Self {
        let passed = match from {
            BinlogFrom::Gtids(gtids) => Passed {
                gtids: gtids.clone(),
                binlog: None,
                witness: None,
            },
            BinlogFrom::File(position) => Passed {
                gtids: GtidSet::new(),
                binlog: Some(position.clone()),
                witness: None,
            },
        };
        Self::at(passed, largest_payload)
    }

    /// Where all before `passed` has been read already.
    pub(in crate::replication) fn at(passed: Passed, largest_payload: u64) -> Self {
        let (file, end) = match &passed.binlog {
            Some(position) => (position.file.as_str(), position.offset),
            None => ("", 0),
        };
        Self {
            file: file.into(),
            end,
            transactions: Transactions::default(),
            maps: HashMap::new(),
            payload: None,
            largest_payload,
            ready: VecDeque::new(),
            passed,
            witness: None,
        }
    }

    pub(in crate::replication) fn passed(&self) -> &Passed {
        &self.passed
    }

    /// Whether the next event is one of a compressed transaction.
    pub(in crate::replication) fn is_in_payload(&self) -> bool {
        self.payload.is_some()
    }

    /// Whether what was given ends between two transactions.
    pub(in crate::replication) fn is_between(&self) -> bool {
        self.payload.is_none() && !self.transactions.is_open()
    }

    /// What the source says while it has nothing to send: it stands there.
    pub(in crate::replication) fn stands_at(&mut self, position: &BinlogPosition) {
        self.file = position.file.as_str().into();
        self.end = position.offset;
        self.ready.push_back(Event {
            place: self.place(),
            time: 0,
            server_id: 0,
            body: Body::Heartbeat,
        });
    }

    /// The next finished event. An end counts as passed when it is taken, not before.
    pub(in crate::replication) fn take(&mut self) -> Option<Event> {
        let event = self.ready.pop_front()?;
        let passes = match &event.body {
            Body::End(end) => *end != End::Abandoned,
            Body::Rotate | Body::Heartbeat => true,
            Body::Begin(_)
            | Body::Statement(_)
            | Body::StatementContext
            | Body::RowsQuery(_)
            | Body::TableMap(_)
            | Body::Rows(_)
            | Body::XaStart(_)
            | Body::XaCommit(_)
            | Body::XaRollback(_) => false,
        };
        if passes {
            if let Some(gtid) = &event.place.gtid {
                self.passed.gtids.add(gtid);
            }
            self.stand(&event.place);
            if self.ready.is_empty()
                && let Some(witness) = self.witness.take_if(|_| matches!(event.body, Body::End(_)))
            {
                self.passed.witness = Some(witness);
            }
        }
        Some(event)
    }

    fn stand(&mut self, place: &Place) {
        match &mut self.passed.binlog {
            Some(position) if position.file == *place.file => position.offset = place.end,
            other => {
                *other = Some(BinlogPosition {
                    file: place.file.to_string(),
                    offset: place.end,
                });
            }
        }
    }

    pub(in crate::replication) fn give(&mut self, raw: &RawEvent) -> Result<(), StreamError> {
        let bytes = Bytes::of(raw);
        // events in a compressed transaction have none of their own
        if self.payload.is_none() && !checksum_holds(raw) {
            return Err(self.stopped(
                bytes.kind,
                Malformed::Wrong("it does not match its checksum"),
            ));
        }
        self.give_bytes(bytes)
    }

    pub(in crate::replication) fn give_bytes(
        &mut self,
        bytes: Bytes<'_>,
    ) -> Result<(), StreamError> {
        let logged = parse::parse(bytes.kind, bytes.data);
        if let Ok(Logged::Payload { size }) = logged
            && size > self.largest_payload
        {
            return Err(StreamError::TooLarge {
                place: Box::new(self.place()),
                size,
                limit: self.largest_payload,
            });
        }
        logged
            .and_then(|logged| self.step(bytes, logged))
            .map_err(|reason| self.stopped(bytes.kind, reason))
    }

    fn stopped(&self, kind: u8, reason: Malformed) -> StreamError {
        StreamError::Event {
            place: Box::new(self.place()),
            kind,
            name: parse::name(kind),
            reason,
        }
    }

    fn place(&self) -> Place {
        Place {
            file: self.file.clone(),
            end: self.end,
            gtid: self.transactions.gtid().cloned(),
        }
    }

    fn step(&mut self, bytes: Bytes<'_>, logged: Logged) -> Parsed<()> {
        let was_open = self.transactions.is_open();
        if self.payload.is_some() {
            self.inner(bytes, &logged)?;
        } else {
            self.outer(bytes, &logged)?;
            if !was_open && bytes.end != 0 && bytes.flags & ARTIFICIAL == 0 {
                self.witness = Some(bytes.witness(&self.file, self.end));
            }
        }
        let bodies = self.bodies(logged)?;
        for body in bodies {
            let ended = matches!(body, Body::End(_));
            let event = Event {
                place: self.place(),
                time: bytes.time,
                server_id: bytes.server_id,
                body,
            };
            self.ready.push_back(event);
            if ended {
                self.transactions.close();
                self.maps.clear();
            }
        }
        Ok(())
    }

    /// Moves the offset, but for events that stand nowhere.
    fn outer(&mut self, bytes: Bytes<'_>, logged: &Logged) -> Parsed<()> {
        let nowhere = bytes.end == 0 || bytes.flags & ARTIFICIAL != 0;
        match logged {
            // its place is the one that it names; the events' own offsets go on from there
            Logged::Rotate { .. } | Logged::Format => {}
            // the set that we begin with is behind us, and the source says only how far it is
            Logged::Heartbeat { file } => {
                if **file != *self.file {
                    return Err(Malformed::Wrong("it is in another file than the events"));
                }
                self.end = grown(self.end, bytes.end);
            }
            Logged::Payload { size } => {
                if !self.transactions.is_open() {
                    return Err(Malformed::Wrong("it stands outside of a transaction"));
                }
                let end = grown(self.end, bytes.end);
                self.payload = (*size > 0).then_some(Payload { left: *size, end });
            }
            Logged::Gtid(_)
            | Logged::Statement(_)
            | Logged::StatementContext
            | Logged::RowsQuery(_)
            | Logged::TableMap(_)
            | Logged::Rows(_)
            | Logged::Xid
            | Logged::XaPrepare { .. }
            | Logged::Nothing => {
                if !nowhere {
                    self.end = grown(self.end, bytes.end);
                }
            }
        }
        Ok(())
    }

    /// Counts the bytes of a compressed transaction; its last event is where it ends.
    fn inner(&mut self, bytes: Bytes<'_>, logged: &Logged) -> Parsed<()> {
        let Some(payload) = &mut self.payload else {
            return Ok(());
        };
        if bytes.end != 0
            || matches!(
                logged,
                Logged::Rotate { .. }
                    | Logged::Heartbeat { .. }
                    | Logged::Format
                    | Logged::Payload { .. }
                    | Logged::Gtid(_)
            )
        {
            return Err(Malformed::Wrong(
                "the compressed transaction before it could not be unpacked",
            ));
        }
        payload.left = payload
            .left
            .checked_sub(u64::from(bytes.size))
            .ok_or(Malformed::Rest)?;
        if payload.left == 0 {
            self.end = payload.end;
            self.payload = None;
        }
        Ok(())
    }

    fn bodies(&mut self, logged: Logged) -> Parsed<Bodies> {
        match logged {
            Logged::Gtid(begin) => self.transactions.announced(begin),
            Logged::Statement(statement) => self.transactions.statement(*statement),
            Logged::TableMap(map) => {
                let map = Arc::new(map);
                self.maps.insert(map.table_id, map.clone());
                self.transactions.inside(Body::TableMap(map))
            }
            Logged::Rows(rows) => self.rows(rows),
            Logged::Xid => self.transactions.committed(),
            Logged::XaPrepare { xid, one_phase } => self.transactions.prepared(xid, one_phase),
            Logged::Rotate { file, offset } => {
                let moved = *file != *self.file;
                let cut = if moved { self.transactions.cut() } else { None };
                if !moved && self.end == offset {
                    return Ok(Vec::new());
                }
                self.file = file.as_str().into();
                self.end = offset;
                Ok(cut.into_iter().chain([Body::Rotate]).collect())
            }
            // a sign of life; within a transaction it must not count as a place to start from
            Logged::Heartbeat { .. } if self.transactions.is_open() => Ok(Vec::new()),
            Logged::Heartbeat { .. } => Ok(vec![Body::Heartbeat]),
            // a lone statement's variables come before it
            Logged::StatementContext if self.transactions.is_open() => {
                Ok(vec![Body::StatementContext])
            }
            Logged::StatementContext => Err(Malformed::Wrong("it stands outside of a transaction")),
            Logged::RowsQuery(text) => self.transactions.inside(Body::RowsQuery(text)),
            Logged::Payload { .. } | Logged::Format | Logged::Nothing => Ok(Vec::new()),
        }
    }

    fn rows(&self, rows: LoggedRows) -> Parsed<Bodies> {
        /// Only ends a statement.
        const NO_TABLE: u64 = 0x00FF_FFFF;
        if rows.table_id == NO_TABLE && rows.images.is_empty() {
            return Ok(Vec::new());
        }
        let map = self
            .maps
            .get(&rows.table_id)
            .ok_or(Malformed::Wrong("its table was not named before it"))?;
        if rows.columns != map.columns.len() as u64 {
            return Err(Malformed::Wrong("it has other columns than its table"));
        }
        self.transactions.inside(Body::Rows(Rows {
            map: map.clone(),
            change: rows.change,
            flags: rows.flags,
            images: rows.images,
        }))
    }
}

/// The offset with its four lowest bytes replaced, not before the one reached.
fn grown(before: u64, low: u32) -> u64 {
    const TURN: u64 = 1 << 32;
    let end = (before & !(TURN - 1)) | u64::from(low);
    if end < before { end + TURN } else { end }
}

/// Whether the event is as the server wrote it; without checksums it counts as such.
fn checksum_holds(raw: &RawEvent) -> bool {
    let Ok(Some(algorithm)) = raw.footer().get_checksum_alg() else {
        return true;
    };
    if algorithm != BinlogChecksumAlg::BINLOG_CHECKSUM_ALG_CRC32 {
        return true;
    }
    match raw.checksum() {
        Some(sum) => u32::from_le_bytes(sum) == raw.calc_checksum(algorithm),
        None => true,
    }
}

#[cfg(test)]
mod tests;
