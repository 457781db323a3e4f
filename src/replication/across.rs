//! XA transactions that lie across a place of the binlog: prepared before it, committed behind it.
//!
//! A stream that begins there has their commits without their rows. Those that are still prepared the
//! source lists (`XA RECOVER`); here those are found that were committed by now, from what the binlog holds
//! behind the place.

use std::{collections::BTreeSet, time::Duration};

use super::{
    event::{Body, End},
    follow::FollowError,
    gather::GatherError,
    stream::{BinlogReader, Start, StreamError},
    xid::Xid,
};
use crate::{
    conn::{AtEnd, BinlogFrom, Connector},
    mysql::Checkpoint,
};

/// The first XA transaction that was prepared before `from` and is committed behind it, as XA statements
/// name it; `None` where there is none up to the binlog's present end. Reads as a replica of this
/// `server_id` does; a compressed transaction larger than `largest_payload` bytes is an error.
///
/// # Errors
/// What stops the stream itself at that place.
pub async fn committed_across(
    source: &Connector,
    from: &Checkpoint,
    server_id: u32,
    largest_payload: u64,
) -> Result<Option<String>, FollowError> {
    let start = Start {
        from: BinlogFrom::of(from),
        server_id,
        heartbeat: Duration::from_secs(1),
        at_end: AtEnd::Stop,
        largest_payload,
    };
    let mut reader = BinlogReader::open(source, &start).await?;
    let found = first_unknown(&mut reader).await;
    reader.close().await;
    Ok(found
        .map_err(GatherError::Stream)?
        .map(|xid| xid.to_string()))
}

async fn first_unknown(reader: &mut BinlogReader) -> Result<Option<Xid>, StreamError> {
    let mut prepared = BTreeSet::new();
    while let Some(event) = reader.next().await? {
        match event.body {
            Body::End(End::XaPrepare(xid)) => {
                prepared.insert(xid);
            }
            Body::XaCommit(xid) => {
                if !prepared.remove(&xid) {
                    return Ok(Some(xid));
                }
            }
            // its rows were never part of the tables
            Body::XaRollback(xid) => {
                prepared.remove(&xid);
            }
            Body::Begin(_)
            | Body::Statement(_)
            | Body::StatementContext
            | Body::RowsQuery(_)
            | Body::TableMap(_)
            | Body::Rows(_)
            | Body::XaStart(_)
            | Body::End(_)
            | Body::Rotate
            | Body::Heartbeat => {}
        }
    }
    Ok(None)
}
