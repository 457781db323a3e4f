//! XA transactions: what they change is held until the source says what becomes of it.
//!
//! In: the rows of a transaction behind XA START. Out: parts of bytes for the ledger, and at XA COMMIT
//! the same changes in the ordinary way, as changes of the transaction that the XA COMMIT is.
//!
//! Why they are exact: rows become part of the tables at XA COMMIT, so they are of that transaction in
//! every regard: whether the copy may have seen them, from where on their table is followed, the count
//! of rows behind the position. Until then they lie in the ledger, or are read again: the position
//! stays before a preparation whose last part is not kept yet.
//!
//! The definition under which they were decoded holds at XA COMMIT, too: the prepared transaction has
//! its tables' metadata locks, for which a DDL statement on the source waits. (Releases that lose these
//! locks with the connection or at a restart are found out by the definition's hash.)

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{Decoder, End, GatherError, Gatherer, Place, Step, Transaction, push::Pushing};
use crate::{
    ledger::PreparedPart,
    mysql::TableName,
    replication::{
        apply::Question,
        cascade::Cascades,
        decode::{DecodeError, RowImages},
        definitions::{Definitions, Tracked},
        event::Rows,
        group,
        held::{HeldChange, HeldEvent},
        xid::Xid,
    },
};

/// A transaction behind XA START, whose end has not come.
#[derive(Debug)]
pub(super) struct Open {
    xid: Xid,
    /// So many parts are in the ledger.
    kept: u32,
    bytes: Vec<u8>,
    rows: usize,
}

impl Open {
    pub(super) fn new(xid: Xid) -> Self {
        Self {
            xid,
            kept: 0,
            bytes: Vec::new(),
            rows: 0,
        }
    }

    /// How much is held: see [`super::Mark`].
    pub(super) fn mark(&self) -> (u32, usize, usize) {
        (self.kept, self.rows, self.bytes.len())
    }

    /// Drops what came since; `false` where a part of that is in the ledger.
    pub(super) fn back(&mut self, (kept, rows, bytes): (u32, usize, usize)) -> bool {
        if kept != self.kept {
            return false;
        }
        self.rows = rows;
        self.bytes.truncate(bytes);
        true
    }

    fn part(&mut self) -> PreparedPart {
        self.rows = 0;
        PreparedPart {
            xid: self.xid.to_string(),
            part: self.kept + 1,
            changes: std::mem::take(&mut self.bytes),
        }
    }
}

/// What is known of XA transactions.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The last parts of prepared ones, as long as they are small: most are committed at once.
    last: BTreeMap<String, Arc<PreparedPart>>,
    bytes: usize,
    feeding: Option<Feeding>,
    definitions: HashMap<TableName, (Arc<Tracked>, u64)>,
}

/// A transaction whose changes are becoming ordinary ones.
#[derive(Debug)]
struct Feeding {
    xid: String,
    place: Place,
    /// `None` before the ledger has said.
    parts: Option<u32>,
    last: Option<Arc<PreparedPart>>,
    /// The part at hand, from 1.
    part: u32,
    bytes: Arc<PreparedPart>,
    read: usize,
    then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Commit,
    /// Nothing is fed.
    Rollback,
    /// XA COMMIT ONE PHASE: this event is the transaction's end.
    OnePhase {
        /// The event's, in seconds.
        time: u32,
    },
}

/// What the ledger says of a prepared transaction.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Its number of parts; `None` where it is not known.
    Parts(Option<u32>),
    Part(PreparedPart),
}

impl Gatherer {
    pub(super) fn is_feeding(&self) -> bool {
        self.held.feeding.is_some()
    }

    /// Whether an XA transaction of this name ended in the window: what it kept in the ledger goes
    /// with the window, and before another of the same name keeps anything.
    pub(super) fn ended_here(&self, xid: &Xid) -> bool {
        self.window.ended.contains(&xid.to_string())
    }

    /// Holds the rows of a selected table.
    pub(super) fn hold(&mut self, rows: &Rows, place: &Place) -> Result<Step, GatherError> {
        let (
            Some(Decoder::Ours {
                tracked, decoder, ..
            }),
            Some(Transaction {
                xa: Some(open),
                struck,
                ..
            }),
        ) = (
            self.decoders.get(&rows.map.table),
            self.transaction.as_mut(),
        )
        else {
            return Ok(Step::Inside);
        };
        let cascades = engine_cascades(&mut self.cascades, &self.definitions, rows.inside_engine());
        let name = &tracked.source.name;
        let changes = decoder.rows(rows).map(|images| {
            images.map(|images| HeldChange {
                struck: match (&images.before, &images.after) {
                    (Some(row), None) => {
                        let gone = struck.has(name, row);
                        struck.delete(&cascades, name, row);
                        gone
                    }
                    (_, _) => false,
                },
                before: images.before,
                after: images.after,
            })
        });
        let changes: Vec<HeldChange> =
            changes
                .collect::<Result<_, _>>()
                .map_err(|error| GatherError::Decode {
                    place: Box::new(place.clone()),
                    error,
                })?;
        open.rows += changes.len();
        let event = HeldEvent {
            table: rows.map.table.clone(),
            definition: definition(&mut self.held.definitions, tracked),
            inside_engine: rows.inside_engine(),
            changes,
        };
        event.write(&mut open.bytes);
        if open.rows < self.bounds.rows && open.bytes.len() < self.bounds.bytes / 4 {
            return Ok(Step::Inside);
        }
        let part = open.part();
        open.kept = part.part;
        Ok(Step::Keep(part))
    }

    /// XA PREPARE: what is not kept yet goes with the window.
    pub(super) fn prepared(&mut self, mut open: Open) {
        let last = Arc::new(open.part());
        let size = last.changes.len();
        self.window.bytes += size;
        self.window.prepared.push(Arc::clone(&last));
        if self.held.bytes + size <= self.bounds.bytes / 2 {
            self.held.bytes += size;
            self.held.last.insert(last.xid.clone(), last);
        }
    }

    /// XA COMMIT ONE PHASE.
    pub(super) fn one_phase(
        &mut self,
        mut open: Open,
        place: Place,
        time: u32,
    ) -> Result<Step, GatherError> {
        let last = Arc::new(open.part());
        self.begin_feeding(last.xid.clone(), place, Some(last), Then::OnePhase { time });
        self.feed()
    }

    /// The source crashed while it wrote the transaction.
    pub(super) fn abandoned(&mut self, open: &Open) {
        if open.kept > 0 {
            self.window.ended.insert(open.xid.to_string());
        }
    }

    /// XA COMMIT and XA ROLLBACK.
    pub(super) fn ended(
        &mut self,
        xid: &Xid,
        place: Place,
        then: Then,
    ) -> Result<Step, GatherError> {
        let xid = xid.to_string();
        let in_window = || self.window.prepared.iter().find(|part| part.xid == xid);
        let last = self.held.last.get(&xid).or_else(in_window).cloned();
        self.begin_feeding(xid, place, last, then);
        self.feed()
    }

    fn begin_feeding(
        &mut self,
        xid: String,
        place: Place,
        last: Option<Arc<PreparedPart>>,
        then: Then,
    ) {
        let parts = last.as_ref().map(|last| last.parts());
        if let Some(transaction) = &mut self.transaction {
            transaction.ends_xa = true;
        }
        self.held.feeding = Some(Feeding {
            bytes: Arc::new(PreparedPart {
                xid: xid.clone(),
                part: 0,
                changes: Vec::new(),
            }),
            xid,
            place,
            parts,
            last,
            part: 0,
            read: 0,
            then,
        });
    }

    /// What the ledger said to [`Step::Ask`].
    ///
    /// # Errors
    /// A transaction that is committed and not known.
    pub fn answer(&mut self, answer: Answer) -> Result<(), GatherError> {
        let Some(feeding) = &mut self.held.feeding else {
            return Ok(());
        };
        match answer {
            // what was never part of the tables is not now
            Answer::Parts(None) if feeding.then == Then::Rollback => {
                feeding.parts = Some(0);
                Ok(())
            }
            Answer::Parts(None) => Err(GatherError::UnknownXa {
                place: Box::new(feeding.place.clone()),
                xid: feeding.xid.clone(),
            }),
            Answer::Parts(parts) => {
                feeding.parts = parts;
                Ok(())
            }
            Answer::Part(part) => {
                feeding.part = part.part;
                feeding.bytes = Arc::new(part);
                feeding.read = 0;
                Ok(())
            }
        }
    }

    /// The changes of one more row event become ordinary ones.
    pub(super) fn feed(&mut self) -> Result<Step, GatherError> {
        let Some(feeding) = &mut self.held.feeding else {
            return Ok(Step::Inside);
        };
        let Some(parts) = feeding.parts else {
            let xid = feeding.xid.clone();
            return Ok(Step::Ask(Question { xid, part: 0 }));
        };
        if feeding.read < feeding.bytes.changes.len() {
            return self.feed_event();
        }
        if feeding.part == parts || feeding.then == Then::Rollback {
            return self.fed();
        }
        let next = feeding.part + 1;
        match &feeding.last {
            Some(last) if last.part == next => {
                feeding.bytes = Arc::clone(last);
                feeding.part = next;
                feeding.read = 0;
                self.feed_event()
            }
            Some(_) | None => Ok(Step::Ask(Question {
                xid: feeding.xid.clone(),
                part: next,
            })),
        }
    }

    fn feed_event(&mut self) -> Result<Step, GatherError> {
        let (Some(feeding), Some(transaction)) = (&mut self.held.feeding, &mut self.transaction)
        else {
            return Ok(Step::Inside);
        };
        let damaged = |reason| GatherError::DamagedXa {
            place: Box::new(feeding.place.clone()),
            xid: feeding.xid.clone(),
            reason,
        };
        let rest = &feeding.bytes.changes[feeding.read..];
        let (event, length) = HeldEvent::read(rest).map_err(damaged)?;
        feeding.read += length;
        let altered = |event: HeldEvent| GatherError::AlteredXa {
            place: Box::new(feeding.place.clone()),
            xid: feeding.xid.clone(),
            table: event.table,
        };
        let Some(tracked) = self.definitions.get(&event.table) else {
            return Err(altered(event));
        };
        if definition(&mut self.held.definitions, tracked) != event.definition {
            if tracked.settled(&feeding.place) {
                // copied again since
                return Ok(Step::Inside);
            }
            return Err(altered(event));
        }
        let inside = event.inside_engine;
        let cascades = engine_cascades(&mut self.cascades, &self.definitions, inside);
        let struck: Vec<bool> = event.changes.iter().map(|change| change.struck).collect();
        let pushing = Pushing {
            window: &mut self.window,
            transaction,
            tracked,
            cascades,
            place: &feeding.place,
            struck: &struck,
        };
        let images = event.changes.into_iter().map(|change| {
            Ok::<_, DecodeError>(RowImages {
                before: change.before,
                after: change.after,
            })
        });
        pushing.all(images)?;
        Ok(Step::Inside)
    }

    fn fed(&mut self) -> Result<Step, GatherError> {
        let Some(feeding) = self.held.feeding.take() else {
            return Ok(Step::Inside);
        };
        let xid = &feeding.xid;
        if let Some(last) = self.held.last.remove(xid) {
            self.held.bytes -= last.changes.len();
        }
        // what was prepared in this very window and is settled by now was kept nowhere
        self.window.prepared.retain(|part| part.xid != *xid);
        let one_phase = matches!(feeding.then, Then::OnePhase { .. });
        let kept = !one_phase || feeding.last.as_ref().is_some_and(|last| last.part > 1);
        if kept {
            self.window.ended.insert(feeding.xid);
        }
        match feeding.then {
            Then::Commit | Then::Rollback => Ok(Step::Inside),
            Then::OnePhase { time } => self.end_transaction(&End::Commit, feeding.place, time),
        }
    }
}

/// The foreign keys that the engine acted on, where it did.
fn engine_cascades(
    known: &mut Option<Arc<Cascades>>,
    definitions: &Definitions,
    inside_engine: bool,
) -> Arc<Cascades> {
    if !inside_engine {
        return Arc::default();
    }
    Arc::clone(known.get_or_insert_with(|| Arc::new(Cascades::new(definitions))))
}

/// The hash of a table's columns at the source.
fn definition(known: &mut HashMap<TableName, (Arc<Tracked>, u64)>, of: &Arc<Tracked>) -> u64 {
    if let Some((tracked, hash)) = known.get(&of.source.name)
        && Arc::ptr_eq(tracked, of)
    {
        return *hash;
    }
    let columns = serde_json::to_vec(&of.source.columns).unwrap_or_default();
    let hash = group::hash(&[&columns]);
    known.insert(of.source.name.clone(), (Arc::clone(of), hash));
    hash
}
