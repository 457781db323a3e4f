//! Where events come from: the source itself, or the spool.

use super::{
    event::Event,
    spool::SpoolReader,
    stream::{BinlogReader, Passed, StreamError},
};

/// Yields events in the source's order.
pub enum Reader {
    Source(Box<BinlogReader>),
    Spool(Box<SpoolReader>),
}

impl Reader {
    /// The next event; `None` at the end of the binlog, where the start asked to stop there. Dropping
    /// the future loses no event.
    ///
    /// # Errors
    /// See [`BinlogReader::next`]; what the spool cannot give.
    pub async fn next(&mut self) -> Result<Option<Event>, StreamError> {
        match self {
            Self::Source(reader) => reader.next().await,
            Self::Spool(reader) => match reader.read().await {
                Ok(event) => Ok(Some(event)),
                Err(error) => Err(StreamError::Spool(Box::new(error))),
            },
        }
    }

    /// What the events yielded so far have finished.
    pub fn passed(&self) -> &Passed {
        match self {
            Self::Source(reader) => reader.passed(),
            Self::Spool(reader) => reader.passed(),
        }
    }

    pub async fn close(self) {
        match self {
            Self::Source(reader) => reader.close().await,
            Self::Spool(_) => {}
        }
    }
}
