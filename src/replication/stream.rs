//! The source's binlog as our own events.
//!
//! In: a [`Connector`] of the source and a [`Start`]. Out: [`Event`]s one by one, in the source's
//! order; a transaction is never gathered, so that one of any size takes the memory of one event. A
//! compressed one is the exception: the driver unpacks it whole, so its size is held against a limit.
//!
//! Why a position that this gives is safe to start from:
//! - It moves at the end of a transaction only ([`BinlogReader::passed`]), by GTID and by offset.
//! - Offsets in events have four bytes. Within a file they only grow, so one below its forerunner has
//!   passed another 4 GiB.
//! - Events made up for us (the first ROTATE, a `FORMAT_DESCRIPTION` in the middle) stand nowhere, and
//!   move nothing. Events inside a compressed transaction have no offset of their own: the transaction
//!   as a whole has. We count their bytes, since the driver drops what it cannot unpack in silence.
//! - Every event from the binlog is checked against its checksum, which the driver does not do.

use std::time::Duration;

use super::event::{Body, Event};
use crate::{
    conn::{AtEnd, BinlogFrom, BinlogRequest, ConnError, Connector, RawBinlog},
    mysql::{BinlogPosition, GtidSet, Witness},
};

mod assemble;
mod error;
mod silence;

pub(in crate::replication) use assemble::{Assembler, Bytes};
pub use error::StreamError;
pub(in crate::replication) use silence::Silence;

/// Where to begin, and how.
#[derive(Clone, Debug)]
pub struct Start {
    pub from: BinlogFrom,
    /// Not 0, and nobody else's among the source's replicas. The same one at each connect: the source
    /// ends the dump of a connection that died without its knowing.
    pub server_id: u32,
    pub heartbeat: Duration,
    pub at_end: AtEnd,
    /// A compressed transaction larger than this, unpacked, is an error, in bytes.
    pub largest_payload: u64,
}

/// What lies behind the stream: a place to start from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// The set begun with, and all transactions since. Only what was seen where the stream began at a
    /// file.
    pub gtids: GtidSet,
    /// `None` until the source has named its file.
    pub binlog: Option<BinlogPosition>,
    /// Of the last transaction that was seen.
    pub witness: Option<Witness>,
}

/// A connection that yields events.
pub struct BinlogReader {
    raw: RawBinlog,
    at_end: AtEnd,
    silence: Silence,
    assembler: Assembler,
}

impl BinlogReader {
    /// Registers on the source, and asks for what is behind the start.
    ///
    /// # Errors
    /// A login or a registration that fails. A position that the source does not have is the error of
    /// the first [`BinlogReader::next`].
    pub async fn open(source: &Connector, start: &Start) -> Result<Self, ConnError> {
        let raw = source
            .binlog(&BinlogRequest {
                server_id: start.server_id,
                from: start.from.clone(),
                heartbeat: start.heartbeat,
                at_end: start.at_end,
            })
            .await?;
        Ok(Self {
            raw,
            at_end: start.at_end,
            silence: Silence::new(start.heartbeat),
            assembler: Assembler::new(&start.from, start.largest_payload),
        })
    }

    /// The next event; `None` at the end of the binlog, where the start asked to stop there. Dropping
    /// the future loses no event.
    ///
    /// # Errors
    /// The connection's; a position that the source does not have; an event that we cannot read. None
    /// can be passed over: open again from [`BinlogReader::passed`].
    pub async fn next(&mut self) -> Result<Option<Event>, StreamError> {
        loop {
            if let Some(event) = self.assembler.take() {
                if event.body != Body::Rotate {
                    self.silence.begun();
                }
                return Ok(Some(event));
            }
            let Some(came) = self.silence.listen(self.raw.next()).await else {
                return Err(StreamError::Silent {
                    server: self.raw.server().to_owned(),
                    seconds: self.silence.most.as_secs(),
                });
            };
            match came {
                Ok(Some(raw)) => self.assembler.give(&raw)?,
                Ok(None) => {
                    return match self.at_end {
                        AtEnd::Stop => Ok(None),
                        AtEnd::Wait => Err(StreamError::Ended {
                            server: self.raw.server().to_owned(),
                        }),
                    };
                }
                Err(error) => return Err(StreamError::from_server(error)),
            }
        }
    }

    /// What the events yielded so far have finished.
    pub fn passed(&self) -> &Passed {
        self.assembler.passed()
    }

    pub async fn close(self) {
        self.raw.close().await;
    }
}
