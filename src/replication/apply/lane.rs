//! One lane: its part of a window in one transaction, with the ledger's row for it.
//!
//! Why no change is lost or doubled: the rows and the note that they are there are one transaction. A
//! COMMIT that was not answered is looked up in the ledger before anything is repeated, on a new
//! connection and after the old one has surely ended.

use std::{sync::Arc, time::Duration, time::Instant};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    batch::Batch, cascade::Cascade, error::ApplyError, keyless, note::Note, target::Target,
};
use crate::{
    conn::{Connector, Session},
    failpoint,
    ledger::{Expected, Fence, LedgerError, Totals},
    limits::Limits,
    mysql::{Checkpoint, server_error::ErrorClass},
    replication::{
        gather::Answer,
        group, net,
        window::{Change, Fit, Window},
    },
    rows::Weights,
};

/// One lane's part of a window.
#[derive(Clone, Debug)]
pub struct Work {
    pub window: Arc<Window>,
    pub weights: Arc<Weights>,
    /// By their index in the window, in order.
    pub changes: Vec<usize>,
    pub ending: Ending,
}

/// What the ledger is told in the same transaction.
#[derive(Clone, Debug)]
pub enum Ending {
    /// This lane is through the window of this number.
    Lane { lane: u32, window: u64 },
    /// The whole window is on the destination; it has this number.
    Position {
        position: Checkpoint,
        window: u64,
        totals: Totals,
        /// Prepared XA transactions that ended before it.
        ended: Vec<String>,
    },
}

/// How long something that fails is tried again.
struct Trial {
    /// When it failed first, and how often it has.
    since: Option<Instant>,
    failures: u32,
    limits: watch::Receiver<Limits>,
    pause: Duration,
    cancel: CancellationToken,
}

impl Trial {
    fn new(limits: watch::Receiver<Limits>, cancel: CancellationToken) -> Self {
        Self {
            since: None,
            failures: 0,
            limits,
            pause: Duration::from_millis(20),
            cancel,
        }
    }

    /// Waits for a while where the error may pass, or gives it back.
    async fn wait(&mut self, error: ApplyError) -> Result<(), ApplyError> {
        // one attempt alone may take longer
        const FEWEST: u32 = 3;
        let retry = self.limits.borrow().retry;
        let longest = if error.is_connection() {
            retry.connection
        } else {
            retry.statement
        };
        self.failures += 1;
        let failing = self.since.get_or_insert_with(Instant::now).elapsed();
        let over = failing > longest && self.failures > FEWEST;
        if error.class() == ErrorClass::Permanent || over {
            return Err(error);
        }
        tokio::select! {
            () = tokio::time::sleep(self.pause) => {}
            () = self.cancel.cancelled() => return Err(ApplyError::Cancelled),
        }
        self.pause = (self.pause * 2).min(Duration::from_secs(10));
        Ok(())
    }
}

/// A connection that applies.
pub struct Lane {
    fence: Fence,
    destination: Connector,
    session: Session,
    limits: watch::Receiver<Limits>,
    cancel: CancellationToken,
}

impl Lane {
    /// # Errors
    /// A destination that cannot be reached, or a lease that is lost.
    pub async fn open(
        fence: &Fence,
        destination: &Connector,
        limits: watch::Receiver<Limits>,
        cancel: CancellationToken,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            fence: fence.clone(),
            destination: destination.clone(),
            session: fence.applier(destination).await?,
            limits,
            cancel,
        })
    }

    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    pub fn destination(&self) -> &Connector {
        &self.destination
    }

    /// Applies, again while the destination fails for a while.
    ///
    /// # Errors
    /// What trying again cannot mend.
    pub async fn run(&mut self, work: &Work) -> Result<(), ApplyError> {
        let mut trial = Trial::new(self.limits.clone(), self.cancel.clone());
        loop {
            let Err(error) = self.attempt(work).await else {
                return Ok(());
            };
            trial.wait(error).await?;
            if self.session.execute("ROLLBACK").await.is_ok() {
                // a deadlock, or a lock that was not granted in time
                continue;
            }
            loop {
                match self.reconnect(work).await {
                    Ok(true) => return Ok(()),
                    Ok(false) => break,
                    Err(error) => trial.wait(error.into()).await?,
                }
            }
        }
    }

    /// Weighs the keys of a window, again while the destination fails for a while.
    ///
    /// # Errors
    /// What trying again cannot mend.
    pub async fn weights(&mut self, window: &Window) -> Result<Weights, ApplyError> {
        let mut trial = Trial::new(self.limits.clone(), self.cancel.clone());
        loop {
            match Weights::ask(&mut self.session, group::key_strings(window)).await {
                Ok(weights) => return Ok(weights),
                Err(error) => trial.wait(ApplyError::Weights(error)).await?,
            }
            self.replace(&mut trial).await?;
        }
    }

    /// Notes something in the ledger that may be noted twice, again while the destination fails for a
    /// while.
    ///
    /// # Errors
    /// What trying again cannot mend.
    pub async fn note(&mut self, note: &Note) -> Result<Option<Answer>, ApplyError> {
        let mut trial = Trial::new(self.limits.clone(), self.cancel.clone());
        loop {
            self.replace(&mut trial).await?;
            match note.tell(&self.fence, &mut self.session).await {
                Ok(answer) => return Ok(answer),
                Err(error) => trial.wait(error.into()).await?,
            }
        }
    }

    /// A new connection in the place of one that may be lost.
    async fn replace(&mut self, trial: &mut Trial) -> Result<(), ApplyError> {
        loop {
            let opened = self
                .fence
                .applier_after(&self.destination, &self.session)
                .await;
            match opened {
                Ok(session) => {
                    self.session = session;
                    return Ok(());
                }
                Err(error) => trial.wait(error.into()).await?,
            }
        }
    }

    /// A new connection; whether the lost one had committed.
    async fn reconnect(&mut self, work: &Work) -> Result<bool, LedgerError> {
        self.session = self
            .fence
            .applier_after(&self.destination, &self.session)
            .await?;
        let ledger = self.fence.ledger();
        match &work.ending {
            Ending::Lane { lane, window } => {
                let finished = ledger.finished_lanes(&mut self.session, *window).await?;
                Ok(finished.contains(lane))
            }
            Ending::Position { window, .. } => {
                Ok(ledger.last_window(&mut self.session).await? >= *window)
            }
        }
    }

    async fn attempt(&mut self, work: &Work) -> Result<(), ApplyError> {
        self.fence.begin(&mut self.session).await?;
        let expected = match work.ending {
            Ending::Lane { window, .. } => Expected::Begun(window),
            Ending::Position { window, .. } => Expected::Through(window.saturating_sub(1)),
        };
        self.fence.hold_against(&mut self.session, expected).await?;
        self.rows(work).await?;
        failpoint::hit("stream.rows_written");
        match &work.ending {
            Ending::Lane { lane, window } => {
                self.fence
                    .note_lane(&mut self.session, *lane, *window)
                    .await?;
            }
            Ending::Position {
                position,
                window,
                totals,
                ended,
            } => {
                self.fence
                    .move_position(&mut self.session, position, *window, totals, ended)
                    .await?;
            }
        }
        failpoint::hit("stream.noted");
        self.fence.commit(&mut self.session).await?;
        failpoint::hit("stream.committed");
        Ok(())
    }

    async fn rows(&mut self, work: &Work) -> Result<(), ApplyError> {
        let window = &*work.window;
        let mut from = 0;
        let mut at = 0;
        while at < work.changes.len() {
            let family = family(window, &work.changes[at..]);
            if family == 0 {
                at += 1;
                continue;
            }
            // children are found as they were at this place
            self.stretch(work, &work.changes[from..at]).await?;
            let parents: Vec<&Change> = work.changes[at..at + family]
                .iter()
                .map(|index| &window.changes[*index])
                .collect();
            let mut cascade = Cascade::new(window, work.changes[at]);
            cascade.apply(&mut self.session, &parents).await?;
            from = at;
            at += family;
        }
        self.stretch(work, &work.changes[from..]).await
    }

    /// Applies changes that no cascade stands between.
    async fn stretch(&mut self, work: &Work, changes: &[usize]) -> Result<(), ApplyError> {
        let window = &*work.window;
        let mut tables: Vec<Vec<(usize, &Change)>> = vec![Vec::new(); window.tables.len()];
        for index in changes {
            let change = &window.changes[*index];
            if !change.settled {
                tables[change.table].push((*index, change));
            }
        }
        for (tracked, changes) in window.tables.iter().zip(&tables) {
            if changes.is_empty() {
                continue;
            }
            let Some(identity) = &tracked.keys.identity else {
                let target = Target {
                    window,
                    table: tracked,
                };
                if window.fit == Fit::Fuzzy && tracked.may_double() {
                    let first = changes.first().map_or(0, |(index, _)| *index);
                    return Err(target.without_key(first));
                }
                let gave_way = keyless::apply(&mut self.session, target, changes).await?;
                if gave_way > 0 {
                    let table = &tracked.source.name;
                    self.fence
                        .count_gave_way(&mut self.session, table, gave_way)
                        .await?;
                }
                continue;
            };
            let batch = Batch {
                window,
                table: tracked,
                identity,
            };
            if !tracked.rules.dml.is_all() {
                let weights = &work.weights;
                let gave_way = batch
                    .apply_subset(&mut self.session, changes, weights)
                    .await?;
                let table = &tracked.source.name;
                self.fence
                    .count_gave_way(&mut self.session, table, gave_way)
                    .await?;
                continue;
            }
            if tracked.keys.own_columns {
                let weights = &work.weights;
                batch
                    .apply_in_place(&mut self.session, changes, weights)
                    .await?;
                continue;
            }
            let nets = net::merge(identity, changes.iter().copied(), &work.weights);
            batch.apply(&mut self.session, &nets).await?;
        }
        Ok(())
    }
}

/// How many changes from here on are cascaded at once: deleted rows of one row event, whose order
/// does not matter as long as they do not reach their own table.
fn family(window: &Window, changes: &[usize]) -> usize {
    let change = |index: &usize| &window.changes[*index];
    let Some(first) = changes.first().filter(|first| change(first).cascades) else {
        return 0;
    };
    let event = window.event(*first);
    let first = change(first);
    let name = &window.tables[first.table].source.name;
    if first.after.is_some() || window.cascades.returns(name) {
        return 1;
    }
    let alike = changes.iter().take_while(|index| {
        let change = change(index);
        change.cascades && change.after.is_none() && window.event(**index) == event
    });
    alike.count()
}
