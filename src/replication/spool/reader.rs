//! The events of the spool, for whoever follows the stream: as they came from the source, from any
//! place that was applied.

use std::sync::Arc;

use tokio::sync::watch;

use super::{
    Shared, SpoolError, Written, locked,
    replay::{self, Given, Replay},
    segment::damaged,
};
use crate::{
    mysql::Checkpoint,
    replication::{
        event::{Body, Event},
        stream::{Assembler, Passed},
    },
};

/// Yields events while there are any, and waits for more.
pub struct SpoolReader {
    shared: Arc<Shared>,
    written: watch::Receiver<Written>,
    replay: Replay,
    /// As we last saw them.
    segment: u64,
    bytes: u64,
    beats: u64,
    assembler: Assembler,
    /// What the first file holds before it is passed over; `None` behind it.
    applied: Option<Checkpoint>,
    /// Inside of a transaction that is passed over.
    passing: bool,
}

impl SpoolReader {
    pub(super) fn open(shared: Arc<Shared>, applied: &Checkpoint) -> Result<Self, SpoolError> {
        let segment = {
            let segments = locked(&shared.segments);
            let behind = segments
                .iter()
                .rfind(|segment| applied.reaches(&segment.begin));
            let first = segments.first().map(|segment| segment.begin.to_string());
            behind.cloned().ok_or_else(|| SpoolError::Elsewhere {
                folder: shared.home.folder.clone(),
                begin: first.unwrap_or_default(),
                applied: applied.to_string(),
            })?
        };
        // all that was applied has passed, whatever comes first here
        let mut begin = replay::begin(&segment);
        begin.gtids = begin.gtids.union(&applied.gtids);
        let assembler = Assembler::at(begin, shared.place.largest_payload);
        let mut written = shared.written.subscribe();
        written.mark_changed();
        Ok(Self {
            replay: Replay::new(segment)?,
            shared,
            written,
            segment: 0,
            bytes: 0,
            beats: 0,
            assembler,
            applied: Some(applied.clone()),
            passing: false,
        })
    }

    /// The next event. Dropping the future loses none.
    ///
    /// # Errors
    /// Files that are damaged; behind all that is there, whatever ended the filling.
    pub async fn read(&mut self) -> Result<Event, SpoolError> {
        loop {
            while let Some(event) = self.assembler.take() {
                if !self.is_applied(&event) {
                    return Ok(event);
                }
            }
            // files are always ready: others have their turn, too
            tokio::task::coop::consume_budget().await;
            if self.more()? {
                continue;
            }
            if !self.look()? {
                // the sender lives as long as we do
                let _ = self.written.changed().await;
            }
        }
    }

    /// Gives the assembler one event, where there is one in what we know of.
    fn more(&mut self) -> Result<bool, SpoolError> {
        if self.replay.number() > self.segment {
            return Ok(false);
        }
        let is_last = self.replay.number() == self.segment;
        if is_last {
            self.replay.reaches(self.bytes);
        }
        match self.replay.give(&mut self.assembler)? {
            Given::Event => Ok(true),
            Given::End if is_last => Ok(false),
            Given::End => {
                self.next_file()?;
                Ok(true)
            }
            Given::Torn => {
                let path = self.shared.home.path(self.replay.number());
                Err(damaged(&path, self.replay.at(), "it ends too early"))
            }
        }
    }

    /// Goes on in the next file, or in this one where it has grown before it was ended.
    fn next_file(&mut self) -> Result<(), SpoolError> {
        let (this, next) = (self.replay.number(), self.replay.number() + 1);
        let segments = locked(&self.shared.segments);
        let found = |number| segments.iter().find(|segment| segment.number == number);
        if let Some(segment) = found(this).filter(|segment| segment.bytes > self.replay.at()) {
            self.replay.reaches(segment.bytes);
            return Ok(());
        }
        let segment = found(next).cloned();
        drop(segments);
        let path = self.shared.home.path(next);
        let segment = segment.ok_or_else(|| damaged(&path, 0, "it is gone"))?;
        self.replay = Replay::new(segment)?;
        Ok(())
    }

    /// Looks at what was written since; whether there is anything new.
    fn look(&mut self) -> Result<bool, SpoolError> {
        let written = self.written.borrow_and_update();
        let grown = (written.segment, written.bytes) != (self.segment, self.bytes);
        (self.segment, self.bytes) = (written.segment, written.bytes);
        if grown {
            return Ok(true);
        }
        if written.beats != self.beats {
            self.beats = written.beats;
            if let Some(position) = written.binlog() {
                self.assembler.stands_at(position);
                return Ok(true);
            }
        }
        let over = written.over;
        drop(written);
        if over {
            return Err(self.shared.failure());
        }
        Ok(false)
    }

    /// Whether an event lies before what was applied.
    fn is_applied(&mut self, event: &Event) -> bool {
        let Some(applied) = &self.applied else {
            return false;
        };
        let covered = |begin: Option<&crate::mysql::Gtid>| {
            // a transaction begins before the offset at which it ends
            applied.covers(begin, &event.place.file, event.place.end)
        };
        match &event.body {
            Body::Begin(begin) => self.passing = covered(begin.gtid.as_ref()),
            Body::Rotate | Body::Heartbeat => return covered(None),
            Body::End(_) if self.passing => {
                self.passing = false;
                return true;
            }
            Body::Statement(_)
            | Body::StatementContext
            | Body::RowsQuery(_)
            | Body::TableMap(_)
            | Body::Rows(_)
            | Body::XaStart(_)
            | Body::XaCommit(_)
            | Body::XaRollback(_)
            | Body::End(_) => {}
        }
        if !self.passing {
            // sets need not be a stretch of this server's order
            if !applied.by_gtid {
                self.applied = None;
            }
            return false;
        }
        true
    }

    /// What the events yielded so far have finished.
    pub fn passed(&self) -> &Passed {
        self.assembler.passed()
    }
}
