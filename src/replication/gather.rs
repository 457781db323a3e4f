//! Events -> windows.
//!
//! In: the stream, and the definitions in force. Out: windows that end between two transactions, or
//! inside a very large one behind a counted row, and statements that wait for everything before them.

mod error;
mod fold;
mod push;
mod savepoint;
mod struck;
mod until;
mod xa;

use std::{
    collections::{BTreeSet, HashMap},
    num::NonZeroU64,
    sync::Arc,
};

use super::{
    apply::Question,
    cascade::Cascades,
    ddl,
    decode::{DecodeError, RowDecoder},
    definitions::{Definitions, Tracked},
    event::{Begin, Body, End, Event, Place, Rows, Statement, TableMap},
    reader::Reader,
    window::{Fit, Window},
};
use crate::{
    ledger::PreparedPart,
    limits::Rates,
    mysql::{Checkpoint, Gtid, TableName},
};
use fold::Fold;
use push::Pushing;
use savepoint::{Said, Savepoints};
use struck::Struck;
use until::Until;
use xa::{Held, Open, Then};

pub use error::GatherError;
pub use xa::Answer;

/// How much goes into one window.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Changes of rows that are not the same one.
    pub rows: usize,
    /// All changes, those of one row that became one included.
    pub source_rows: u64,
    /// Of the images in memory.
    pub bytes: usize,
    /// A window of fewer changes is not worth several transactions.
    pub several: usize,
}

/// A statement where it stands.
#[derive(Clone, Debug)]
pub struct Logged {
    pub statement: Box<Statement>,
    pub place: Place,
    /// Among the statements of its transaction, from 1.
    pub number: u32,
    /// When it began, in seconds since 1970.
    pub time: u32,
}

/// What came of the next event.
#[derive(Debug)]
pub enum Step {
    /// Inside a transaction.
    Inside,
    /// A transaction ended, or nothing is going on.
    Between,
    /// What comes next does not fit into the window: cut it first.
    Cut,
    /// A statement that waits for everything before it, in its transaction.
    Statement(Box<Logged>),
    /// A part of an XA transaction, which must be in the ledger before the next step.
    Keep(PreparedPart),
    /// About a prepared transaction, for the ledger. It is to be answered before the next step, when
    /// everything handed on is on the destination.
    Ask(Question),
    /// The end of the binlog, where it was asked for.
    End,
}

/// The transaction that is being read.
#[derive(Debug, Default)]
struct Transaction {
    begin: Begin,
    /// Its first change in the window.
    first: usize,
    /// Its changes so far, those of earlier windows included.
    rows: u64,
    /// So many of them are on the destination.
    skip: u64,
    /// A window was cut inside it.
    cut: bool,
    /// Behind XA START, until its end comes.
    xa: Option<Open>,
    /// Its changes are those of an XA transaction that is prepared.
    ends_xa: bool,
    struck: Struck,
    savepoints: Savepoints,
    /// Logged statements so far.
    statements: u32,
    /// It begins behind the place where a window ends that is read again, or inside of which it ends.
    beyond: bool,
}

/// A transaction that a window ended in.
#[derive(Clone, Debug)]
struct Half {
    /// `None`: the next one. On another server than that which it was read from others may come
    /// before it; they do not depend on it.
    gtid: Option<Gtid>,
    /// So many of its changes are on the destination.
    rows: u64,
}

enum Decoder {
    Ours {
        map: Arc<TableMap>,
        tracked: Arc<Tracked>,
        decoder: RowDecoder,
    },
    /// Not selected.
    Others,
}

/// Reads the stream into windows.
pub struct Gatherer {
    reader: Reader,
    definitions: Definitions,
    statements: Arc<ddl::Follow>,
    decoders: HashMap<TableName, Decoder>,
    /// By the definitions as they are now.
    cascades: Option<Arc<Cascades>>,
    /// See [`crate::ledger::StreamRow::exact_from`].
    exact_from: Option<Checkpoint>,
    bounds: Bounds,
    /// What may be applied in a second, if that is less.
    narrowed: (usize, usize),
    window: Window,
    fold: Fold,
    /// Between the last two transactions.
    position: Checkpoint,
    transaction: Option<Transaction>,
    /// A transaction that is not through and has not come yet.
    half: Option<Half>,
    waiting: Option<Event>,
    held: Held,
    until: Option<Until>,
    /// Selected tables without a definition, of which nobody has been told.
    passed_over: BTreeSet<TableName>,
}

impl Gatherer {
    /// `from` is where `reader` was opened, on the server that it names.
    pub fn new(
        reader: Reader,
        definitions: Definitions,
        statements: Arc<ddl::Follow>,
        exact_from: Option<Checkpoint>,
        from: &Checkpoint,
        bounds: Bounds,
    ) -> Self {
        let position = Checkpoint {
            rows: 0,
            inside: None,
            ..from.clone()
        };
        Self {
            reader,
            definitions,
            statements,
            decoders: HashMap::new(),
            cascades: None,
            exact_from,
            bounds,
            narrowed: (usize::MAX, usize::MAX),
            window: Window::new(from.clone()),
            fold: Fold::default(),
            position,
            transaction: None,
            half: (from.rows > 0).then(|| Half {
                gtid: from.inside.as_deref().cloned(),
                rows: from.rows,
            }),
            waiting: None,
            held: Held::default(),
            until: None,
            passed_over: BTreeSet::new(),
        }
    }

    /// The selected tables whose rows were passed over since this was asked last: there is no definition
    /// of them.
    pub fn take_passed_over(&mut self) -> BTreeSet<TableName> {
        std::mem::take(&mut self.passed_over)
    }

    pub fn definitions(&mut self) -> &mut Definitions {
        // whoever asks may change them
        self.decoders.clear();
        self.cascades = None;
        &mut self.definitions
    }

    /// Has windows hold no more than may be applied in a second.
    pub fn narrow(&mut self, rates: Rates) {
        let most = |rate: Option<NonZeroU64>| {
            rate.map_or(usize::MAX, |rate| {
                usize::try_from(rate.get()).unwrap_or(usize::MAX)
            })
        };
        self.narrowed = (most(rates.rows), most(rates.bytes));
    }

    /// Whether the window holds as much as it may.
    pub fn is_full(&self) -> bool {
        if !self.can_end() {
            return false;
        }
        let (rows, bytes) = self.narrowed;
        self.window.changes.len() >= self.bounds.rows.min(rows)
            || self.window.bytes >= self.bounds.bytes.min(bytes)
            || self.window.rows() >= self.bounds.source_rows
    }

    /// Whether nothing is gained by more in the window where nobody is busy with the one before.
    pub fn is_worth_cutting(&self) -> bool {
        let rows = self.bounds.rows.min(self.narrowed.0);
        self.is_between() && self.can_end() && self.window.rows() >= rows as u64
    }

    /// A place inside of two transactions cannot be told.
    fn can_end(&self) -> bool {
        self.half.is_none() || self.transaction.is_none()
    }

    /// Whether a window that ends here ends between two transactions.
    pub fn is_between(&self) -> bool {
        self.transaction.is_none()
    }

    pub fn has_changes(&self) -> bool {
        !self.window.changes.is_empty()
    }

    /// Where the window would end.
    pub fn end(&self) -> Checkpoint {
        // inside of what is passed over, the end is where that began
        let (rows, inside) = match (&self.half, &self.transaction) {
            (Some(half), _) => (half.rows, half.gtid.clone()),
            (None, Some(transaction)) => (
                transaction.rows.max(transaction.skip),
                transaction.begin.gtid.clone(),
            ),
            (None, None) => (0, None),
        };
        Checkpoint {
            rows,
            inside: inside.filter(|_| rows > 0).map(Box::new),
            ..self.position.clone()
        }
    }

    /// Ends the window here and begins the next. A transaction that is not through goes with the next
    /// one as a whole where that is possible: it may be rolled back.
    pub fn cut(&mut self) -> Window {
        if let Some(window) = self.cut_before() {
            return window;
        }
        let end = self.end();
        self.until = None;
        self.fold.clear();
        if let Some(transaction) = &mut self.transaction {
            let changes = self.window.changes.len();
            transaction.cut |= changes > transaction.first;
            transaction.first = 0;
            transaction.savepoints.cut(changes);
        }
        let next = Window {
            // what follows may belong to the same transaction
            fit: self.window.fit,
            ..Window::new(end.clone())
        };
        let mut window = std::mem::replace(&mut self.window, next);
        window.end = end;
        window
    }

    /// Ends the window where the transaction began that is being read; `None` where that must not be,
    /// or where the window holds nothing else.
    fn cut_before(&mut self) -> Option<Window> {
        // what waits is to come after everything that was read; a window that is read again has an end
        if self.waiting.is_some() || self.until.is_some() || self.half.is_some() {
            return None;
        }
        let transaction = self.transaction.as_mut()?;
        let apart = !transaction.cut && transaction.skip == 0 && transaction.xa.is_none();
        if !apart || transaction.ends_xa || transaction.first == 0 {
            return None;
        }
        let end = self.position.clone();
        self.fold.clear();
        let next = self.window.part(transaction.first, &end);
        transaction.savepoints.moved(transaction.first);
        transaction.first = 0;
        Some(std::mem::replace(&mut self.window, next))
    }

    /// Takes the next event in. Dropping the future loses nothing.
    pub async fn step(&mut self) -> Result<Step, GatherError> {
        if self.is_feeding() {
            return self.feed();
        }
        let event = match self.waiting.take() {
            Some(event) => event,
            None => match self.reader.next().await? {
                Some(event) => event,
                None => return Ok(Step::End),
            },
        };
        self.take(event)
    }

    fn take(&mut self, event: Event) -> Result<Step, GatherError> {
        match event.body {
            Body::Begin(ref begin) => {
                let mut beyond = false;
                if let Some(until) = &mut self.until {
                    beyond = until.is_before(&event.place);
                    if beyond && until.end.rows == 0 {
                        until.held = true;
                        self.waiting = Some(event);
                        return Ok(Step::Cut);
                    }
                }
                let fit = self.fit(begin, &event.place);
                if fit != self.window.fit {
                    if !self.window.changes.is_empty() {
                        self.waiting = Some(event);
                        return Ok(Step::Cut);
                    }
                    self.window.fit = fit;
                }
                let awaited = |half: &mut Half| half.gtid.is_none() || half.gtid == begin.gtid;
                self.transaction = Some(Transaction {
                    begin: begin.clone(),
                    first: self.window.changes.len(),
                    skip: self.half.take_if(awaited).map_or(0, |half| half.rows),
                    beyond,
                    ..Transaction::default()
                });
            }
            Body::Rows(ref rows) => return self.rows(rows, &event.place),
            Body::Statement(ref statement) => {
                if let Some(said) = Said::read(&statement.text) {
                    return self.savepoint(said, &event.place);
                }
                let number = self.transaction.as_ref().map_or(0, |one| one.statements) + 1;
                // rows may be rolled back behind it: it must not part them from those before it
                if !statement.alone
                    && ddl::passes(&self.statements, statement, &event.place, &self.definitions)
                {
                    self.counted(number);
                    return Ok(Step::Inside);
                }
                if !self.window.changes.is_empty() {
                    self.waiting = Some(event);
                    return Ok(Step::Cut);
                }
                self.counted(number);
                return Ok(Step::Statement(Box::new(Logged {
                    statement: statement.clone(),
                    number,
                    time: event.time,
                    place: event.place,
                })));
            }
            Body::End(ref end) => return self.end_transaction(end, event.place, event.time),
            Body::XaStart(ref xid) => {
                if self.ended_here(xid) {
                    self.waiting = Some(event);
                    return Ok(Step::Cut);
                }
                if let Some(transaction) = &mut self.transaction {
                    transaction.xa = Some(Open::new(xid.clone()));
                }
            }
            Body::XaCommit(ref xid) => return self.ended(xid, event.place, Then::Commit),
            Body::XaRollback(ref xid) => return self.ended(xid, event.place, Then::Rollback),
            Body::Rotate | Body::Heartbeat => {
                self.passed();
                return Ok(Step::Between);
            }
            Body::TableMap(ref map) => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.struck.map(map);
                }
            }
            Body::RowsQuery(_) | Body::StatementContext => {}
        }
        Ok(Step::Inside)
    }

    /// So many statements of the transaction were read.
    fn counted(&mut self, statements: u32) {
        if let Some(transaction) = &mut self.transaction {
            transaction.statements = statements;
        }
    }

    /// Everything up to the stream's own count is behind us.
    fn passed(&mut self) {
        let passed = self.reader.passed();
        self.position.gtids.clone_from(&passed.gtids);
        if passed.binlog.is_some() {
            self.position.binlog.clone_from(&passed.binlog);
        }
        if passed.witness.is_some() {
            self.position.witness.clone_from(&passed.witness);
        }
    }

    fn fit(&self, begin: &Begin, place: &Place) -> Fit {
        match &self.exact_from {
            // a transaction begins before the offset at which it ends, and is exact only where all
            // of it lies behind
            Some(from) if from.covers(begin.gtid.as_ref(), &place.file, place.end) => Fit::Fuzzy,
            Some(_) | None => Fit::Exact,
        }
    }

    fn end_transaction(&mut self, end: &End, place: Place, time: u32) -> Result<Step, GatherError> {
        let open = self.transaction.as_mut().and_then(|one| one.xa.take());
        if let Some(open) = open {
            match end {
                End::Commit => return self.one_phase(open, place, time),
                End::XaPrepare(_) => self.prepared(open),
                End::Statement | End::Rollback | End::Abandoned => self.abandoned(&open),
            }
        }
        let transaction = self.transaction.take().unwrap_or_default();
        if let Some(until) = &mut self.until {
            until.past |= transaction.beyond;
        }
        match end {
            End::Commit | End::Statement | End::XaPrepare(_) => {
                self.fold.take(&mut self.window, transaction.first);
                self.count(&transaction, time);
            }
            // its other changes were made where nothing can be rolled back, and are logged apart
            End::Rollback | End::Abandoned => {
                // what an earlier run had done of it is on the destination, too
                if transaction.cut || transaction.skip > 0 {
                    return Err(GatherError::RolledBack {
                        place: Box::new(place),
                    });
                }
                self.window.split(transaction.first);
            }
        }
        self.passed();
        Ok(Step::Between)
    }

    /// Takes the time of a transaction's last event, in seconds; 0 where the source does not say.
    fn count(&mut self, transaction: &Transaction, time: u32) {
        self.window.transactions += 1;
        // before 8.0: when its last statement began
        let began = (time > 0).then(|| u64::from(time) * 1_000_000);
        let at = transaction.begin.original_commit.or(began);
        self.window.committed_at = at.or(self.window.committed_at);
    }

    fn rows(&mut self, rows: &Rows, place: &Place) -> Result<Step, GatherError> {
        let step = self.statement_rows(rows, place);
        if rows.flags.statement_end()
            && let Some(transaction) = &mut self.transaction
        {
            transaction.struck.end_statement();
        }
        step
    }

    fn statement_rows(&mut self, rows: &Rows, place: &Place) -> Result<Step, GatherError> {
        let (definitions, cascades) = (&self.definitions, &mut self.cascades);
        let unknown = prepare(&mut self.decoders, definitions, &rows.map).map_err(|error| {
            GatherError::Decode {
                place: Box::new(place.clone()),
                error,
            }
        })?;
        if unknown && self.statements.selects(&rows.map.table) {
            self.passed_over.insert(rows.map.table.clone());
        }
        let Some(transaction) = &mut self.transaction else {
            return Ok(Step::Inside);
        };
        if transaction.xa.is_some() {
            return self.hold(rows, place);
        }
        let Some(Decoder::Ours {
            tracked, decoder, ..
        }) = self.decoders.get(&rows.map.table)
        else {
            return Ok(Step::Inside);
        };
        let cascades = if rows.inside_engine() {
            Arc::clone(cascades.get_or_insert_with(|| Arc::new(Cascades::new(definitions))))
        } else {
            Arc::default()
        };
        let pushing = Pushing {
            window: &mut self.window,
            transaction,
            tracked,
            cascades,
            place,
            struck: &[],
        };
        pushing.all(decoder.rows(rows))?;
        Ok(Step::Inside)
    }

    pub async fn close(self) {
        self.reader.close().await;
    }
}

/// Sees that a table's rows can be read: each statement maps its tables anew, mostly as before. Whether
/// it is one that has no definition, and was not seen before.
fn prepare(
    decoders: &mut HashMap<TableName, Decoder>,
    definitions: &Definitions,
    map: &Arc<TableMap>,
) -> Result<bool, DecodeError> {
    match decoders.get(&map.table) {
        Some(Decoder::Others) => return Ok(false),
        Some(Decoder::Ours { map: known, .. })
            if Arc::ptr_eq(known, map) || known.columns == map.columns =>
        {
            return Ok(false);
        }
        Some(Decoder::Ours { .. }) | None => {}
    }
    let decoder = match definitions.get(&map.table) {
        None => Decoder::Others,
        Some(tracked) => Decoder::Ours {
            map: Arc::clone(map),
            tracked: Arc::clone(tracked),
            decoder: RowDecoder::new(&tracked.source, &tracked.shape, map)?,
        },
    };
    let unknown = matches!(decoder, Decoder::Others);
    decoders.insert(map.table.clone(), decoder);
    Ok(unknown)
}
