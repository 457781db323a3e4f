//! A connection that the server feeds with its binlog.
//!
//! Registers as a replica, so that the server knows us (`SHOW REPLICAS`) and ends an earlier dump to
//! the same `server_id`. The driver hands raw events on; what they mean is `replication`'s.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _};
use mysql_async::{BinlogStream, BinlogStreamRequest, Sid, binlog::events::Event};

use super::{Connector, Purpose, error::ConnError, error::Result};
use crate::mysql::{BinlogPosition, Checkpoint, GtidSet, Literal};

/// What the server is asked for.
#[derive(Clone, Debug)]
pub struct BinlogRequest {
    /// Not 0, and not that of the source or of another replica of it.
    pub server_id: u32,
    pub from: BinlogFrom,
    /// How often an idle server says where it stands.
    pub heartbeat: Duration,
    pub at_end: AtEnd,
}

/// Where the stream begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BinlogFrom {
    /// Behind these transactions, whatever their files.
    Gtids(GtidSet),
    /// At this offset of this file, below 4 GiB.
    File(BinlogPosition),
}

impl BinlogFrom {
    /// A place as the stream asks for it.
    pub fn of(place: &Checkpoint) -> Self {
        match &place.binlog {
            Some(binlog) if !place.by_gtid => Self::File(binlog.clone()),
            Some(_) | None => Self::Gtids(place.gtids.clone()),
        }
    }
}

/// What the server does when it has sent all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtEnd {
    Wait,
    /// The stream ends.
    Stop,
}

/// Raw events in the server's order, those of a compressed transaction behind its payload event.
pub struct RawBinlog {
    /// `None` once it is broken.
    stream: Option<BinlogStream>,
    server: String,
}

/// Stands for the statement in messages: the dump is a command of the protocol.
const DUMP: &str = "the binlog dump";

impl Connector {
    /// Registers on the server and asks for its binlog.
    ///
    /// # Errors
    /// Whatever stops a login or the registration (REPLICATION SLAVE); a set or name that the
    /// protocol cannot carry. A refused position is the first event's error.
    pub async fn binlog(&self, request: &BinlogRequest) -> Result<RawBinlog> {
        let mut session = self.session(Purpose::Inspect).await?;
        let nanoseconds = request.heartbeat.as_nanos();
        // by it the server knows an earlier dump to us; 5.6 answers `SHOW SLAVE HOSTS` with a broken
        // row where a replica has none
        let uuid = Literal::text(format!(
            "00000000-0000-4000-8000-{:012x}",
            request.server_id
        ));
        // the newer name from 8.0.26 on, the older one before; neither minds the other
        session
            .execute(format!(
                "SET @source_heartbeat_period = {nanoseconds}, @master_heartbeat_period = {nanoseconds}, \
                 @replica_uuid = {uuid}, @slave_uuid = {uuid}"
            ))
            .await?;
        let server = session.server().to_owned();
        let mut asked = BinlogStreamRequest::new(request.server_id);
        match &request.from {
            BinlogFrom::Gtids(set) => asked = asked.with_gtid().with_gtid_set(sids(set, &server)?),
            BinlogFrom::File(position) => {
                // the command has four bytes for it, and the driver would cut the rest off
                let offset = u32::try_from(position.offset).map_err(|_| ConnError::Reply {
                    server: server.clone(),
                    statement: format!("{DUMP} from {position}, beyond 4 GiB"),
                })?;
                asked = asked
                    .with_filename(position.file.as_bytes())
                    .with_pos(u64::from(offset));
            }
        }
        if request.at_end == AtEnd::Stop {
            asked = asked.with_non_blocking();
        }
        let stream = session
            .into_driver()
            .get_binlog_stream(asked)
            .await
            .map_err(|source| failed(&server, source))?;
        Ok(RawBinlog {
            stream: Some(stream),
            server,
        })
    }
}

impl RawBinlog {
    /// `source 10.0.0.5:3306`, for messages.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The next event; `None` where the server ended the stream in good order. Dropping the future
    /// loses no event.
    ///
    /// # Errors
    /// The server's, the connection's, and bytes over which the driver stumbles: it asserts the sizes
    /// in them, so its panic is caught here and the connection given up.
    pub async fn next(&mut self) -> Result<Option<Event>> {
        let Some(stream) = &mut self.stream else {
            return Ok(None);
        };
        match AssertUnwindSafe(stream.next()).catch_unwind().await {
            Ok(Some(Ok(event))) => Ok(Some(event)),
            Ok(Some(Err(source))) => {
                self.stream = None;
                Err(failed(&self.server, source))
            }
            Ok(None) => {
                self.stream = None;
                Ok(None)
            }
            Err(_) => {
                self.stream = None;
                Err(ConnError::Reply {
                    server: self.server.clone(),
                    statement: DUMP.to_owned(),
                })
            }
        }
    }

    /// Ends the connection politely; dropping it is enough where that does not matter.
    pub async fn close(self) {
        if let Some(stream) = self.stream {
            // a server that is already gone is as closed as one that answers
            let _ = stream.close().await;
        }
    }
}

/// One entry for each tag: the driver reads no others.
fn sids(set: &GtidSet, server: &str) -> Result<Vec<Sid<'static>>> {
    set.origins()
        .map(|(source, tag, intervals)| {
            let mut text = source.to_string();
            if !tag.is_empty() {
                text = format!("{text}:{}", tag.as_str());
            }
            for interval in intervals {
                text = format!("{text}:{interval}");
            }
            text.parse().map_err(|_| ConnError::Reply {
                server: server.to_owned(),
                statement: format!("{DUMP} from {text}"),
            })
        })
        .collect()
}

fn failed(server: &str, source: mysql_async::Error) -> ConnError {
    ConnError::Statement {
        server: server.to_owned(),
        statement: DUMP.to_owned(),
        source: Box::new(source),
    }
}
