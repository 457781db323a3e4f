//! Where a window ends that another process began, and that is read again.
//!
//! By sets a place is one set. By files it need not be one offset: a heartbeat, or a new file, moved
//! the place where the first process stood, and this one may stand before it or behind it with no
//! transaction in between. So what counts is the first transaction that begins behind the place.

use super::Gatherer;
use crate::{
    mysql::{BinlogPosition, Checkpoint},
    replication::event::Place,
};

/// The end of the window that is read again.
#[derive(Debug)]
pub(super) struct Until {
    pub end: Checkpoint,
    /// A transaction that begins behind it waits.
    pub held: bool,
    /// One that it is inside of was read whole.
    pub past: bool,
}

impl Until {
    /// Whether the event of this place, the first of its transaction, is behind the end.
    pub fn is_before(&self, place: &Place) -> bool {
        let Some(end) = &self.end.binlog else {
            return false;
        };
        let place = BinlogPosition {
            file: place.file.to_string(),
            offset: place.end,
        };
        !self.end.by_gtid && place.compare(end).is_gt()
    }
}

impl Gatherer {
    /// Begins no transaction behind this place, until the window is cut.
    pub fn stop_at(&mut self, end: &Checkpoint) {
        self.until = Some(Until {
            end: end.clone(),
            held: false,
            past: false,
        });
    }

    /// Whether everything before the place has been read, and nothing behind it.
    pub fn has_come(&self) -> bool {
        let Some(Until { end, held, .. }) = &self.until else {
            return true;
        };
        let here = self.end();
        if here.by_gtid {
            return here.gtids == end.gtids && here.rows == end.rows;
        }
        if end.rows > 0 {
            let inside = self.transaction.as_ref().is_some_and(|one| one.beyond);
            return inside && here.rows == end.rows;
        }
        self.is_between() && here.rows == 0 && (*held || here.reaches(end))
    }

    /// Whether it cannot be come to any more.
    pub fn is_past(&self) -> bool {
        self.until.as_ref().is_some_and(|until| {
            let sets = || !self.end().gtids.is_subset(&until.end.gtids);
            until.past || (until.end.by_gtid && sets())
        })
    }
}
