//! The loop: read a window while the one before it is applied, then apply it.
//!
//! In: where the ledger says that the stream is. Out: the destination as the source was at the goal.
//!
//! Why nothing is lost or doubled: the position in the ledger moves with the rows it stands for, or
//! after all lanes have said in theirs that they are through. The stream is opened again from there
//! after every failure, and a window that was begun is finished first, cut where the ledger says.

mod error;
mod hands;
mod lineage;
mod unfinished;

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    apply::{Applier, Unfinished},
    ddl::{self, DdlOutcome, DdlRunner},
    definitions::Definitions,
    gather::{Bounds, Gatherer, Logged, Step},
    reader::Reader,
    spool::Spool,
    stream::{BinlogReader, Start, StreamError},
};
use crate::{
    conn::{AtEnd, BinlogFrom, Connector, Purpose},
    events::{Progress, ProgressEvent},
    failpoint, inspect,
    ledger::{Fence, LedgerError, StreamRow, Totals},
    limits::{Amounts, Limits, Throttle},
    mysql::{Checkpoint, TableName, server_error::ErrorClass},
    resolve::OnDdlError,
    units::format_duration,
};

pub use error::FollowError;
use hands::{Hands, applier, finished, free, hand};
pub(super) use lineage::{another_history, has_all};
use unfinished::finish;

/// How the stream is followed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// As which we register on the source.
    pub server_id: u32,
    /// How many apply where the limits do not say.
    pub auto_lanes: u32,
    pub bounds: Bounds,
    pub limits: watch::Receiver<Limits>,
    /// What happens after a statement that the destination refuses; it may change, too.
    pub on_ddl_error: watch::Receiver<OnDdlError>,
    /// A compressed transaction larger than this, unpacked, stops the stream.
    pub largest_payload: u64,
}

impl Settings {
    /// How many apply at this moment; at least one.
    pub fn lanes(&self) -> u32 {
        let asked = self.limits.borrow().lanes;
        asked.map_or(self.auto_lanes.max(1), |lanes| u32::from(lanes.get()))
    }

    fn connection_retry(&self) -> Duration {
        self.limits.borrow().retry.connection
    }
}

/// How far to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Until somebody stops it.
    Forever,
    /// Until the destination is where the source is.
    CaughtUp,
    At(Checkpoint),
}

/// Both servers, and the right to write.
pub struct Follower<'a> {
    pub source: &'a Connector,
    pub destination: &'a Connector,
    pub fence: &'a Fence,
    pub statements: &'a ddl::Follow,
    /// Where events wait; `None`: they are read from the source.
    pub spool: Option<&'a Spool>,
    pub settings: Settings,
    pub throttle: Throttle,
    pub progress: Progress,
    pub cancel: CancellationToken,
}

/// The shortest a window is held open for more, and how often the ledger hears of nothing.
const LINGER: Duration = Duration::from_millis(20);
const TICK: Duration = Duration::from_secs(1);
/// A source that was heard for so long was there, whatever it sent: silence is noticed sooner.
pub(super) const HEALTHY: Duration = Duration::from_secs(120);
/// A look at the source that is older says nothing about now.
const RECENT: Duration = Duration::from_secs(2);

/// Why gathering paused.
enum Why {
    Cut,
    Statement(Box<Logged>),
    End,
    Tick,
}

impl Follower<'_> {
    /// Follows the source until the goal is reached.
    ///
    /// # Errors
    /// Whatever stops it; the checkpoint is kept. [`FollowError::Cancelled`] where it was asked to stop.
    pub async fn run(&self, goal: &Goal) -> Result<Totals, FollowError> {
        let (mut applier, mut row, mut unfinished) = self.applier().await?;
        let mut definitions = self.definitions().await?;
        let mut failing: Option<Instant> = None;
        loop {
            let before = applier.position().clone();
            let begun = Instant::now();
            let (back, left, outcome) = self
                .stretch(
                    applier,
                    &mut definitions,
                    row.exact_from.clone(),
                    unfinished,
                    goal,
                )
                .await;
            let Some(back) = back else {
                return outcome.map(|()| Totals::default());
            };
            let Err(error) = outcome else {
                return Ok(back.totals());
            };
            if error.is_forgotten() {
                // what the old connections may still hold is given up first
                drop(back);
                self.progress.send(ProgressEvent::Warning {
                    message: format!("{error}; the stream goes on from there"),
                });
                (applier, row, unfinished) = self.applier().await?;
                definitions = self.definitions().await?;
                continue;
            }
            (applier, unfinished) = (back, left);
            if *applier.position() != before || begun.elapsed() > HEALTHY {
                failing = None;
            }
            self.try_again(error, *failing.get_or_insert_with(Instant::now))
                .await?;
        }
    }

    async fn applier(&self) -> Result<(Applier, StreamRow, Option<Unfinished>), LedgerError> {
        Applier::open(self.fence, self.destination, &self.settings, &self.cancel).await
    }

    /// Waits where the source may come back.
    async fn try_again(&self, error: FollowError, since: Instant) -> Result<(), FollowError> {
        let over = since.elapsed() > self.settings.connection_retry() || self.cancel.is_cancelled();
        if error.class() == ErrorClass::Permanent || over {
            return Err(error);
        }
        self.wait(&error).await
    }

    async fn wait(&self, error: &FollowError) -> Result<(), FollowError> {
        const PAUSE: Duration = Duration::from_secs(1);
        self.progress.send(ProgressEvent::Notice {
            message: format!(
                "waiting for the {}, up to {}: {error}",
                error.role().as_str(),
                format_duration(self.settings.connection_retry())
            ),
        });
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => Ok(()),
            () = self.cancel.cancelled() => Err(FollowError::Cancelled),
        }
    }

    /// What is asked before anything is followed is the caller's to ask again.
    async fn definitions(&self) -> Result<Definitions, FollowError> {
        let session = self.destination.session(Purpose::Inspect).await;
        let mut session = session.map_err(LedgerError::from)?;
        let known = self.fence.ledger().definitions(&mut session).await?;
        let begun = self.fence.ledger().ddl_begun(&mut session).await?;
        let loaded = Definitions::load(&mut session, known, self.statements, begun).await;
        let loaded = loaded.map_err(LedgerError::from)?;
        session.close().await;
        loaded.map_err(FollowError::Gone)
    }

    /// Opens the stream where everything has been applied, and follows it. Gives the applier back
    /// also after an error; `None` where it was lost with its task.
    async fn stretch(
        &self,
        mut applier: Applier,
        definitions: &mut Definitions,
        exact_from: Option<Checkpoint>,
        unfinished: Option<Unfinished>,
        goal: &Goal,
    ) -> (Option<Applier>, Option<Unfinished>, Result<(), FollowError>) {
        let window = unfinished.as_ref().map(|left| &left.row.end);
        let opened = self
            .open(applier.position(), window, definitions.clone(), exact_from)
            .await;
        let mut gatherer = match opened {
            Ok(gatherer) => gatherer,
            Err(error) => return (Some(applier), unfinished, Err(error)),
        };
        if let Some(left) = &unfinished {
            let finished = finish(&mut gatherer, &mut applier, left, &self.cancel).await;
            if let Err(error) = finished {
                return (Some(applier), unfinished, Err(error));
            }
        }
        let mut hands = Hands::Free(Box::new(applier));
        let mut outcome = self.follow(&mut gatherer, &mut hands, goal).await;
        definitions.clone_from(gatherer.definitions());
        gatherer.close().await;
        let freed = free(&mut hands).await;
        if let Err(error) = freed {
            // rather than that the stream broke, too: what is half applied is not begun anew
            outcome = Err(error);
        }
        let Hands::Free(applier) = hands else {
            return (None, None, outcome);
        };
        let mut applier = *applier;
        let told = applier.tell().await;
        if let (true, Err(error)) = (outcome.is_ok(), told) {
            outcome = Err(error.into());
        }
        (Some(applier), None, outcome)
    }

    async fn open(
        &self,
        from: &Checkpoint,
        window: Option<&Checkpoint>,
        definitions: Definitions,
        exact_from: Option<Checkpoint>,
    ) -> Result<Gatherer, FollowError> {
        let now = self.source_position().await?;
        has_all(&now, from, window, exact_from.as_ref())?;
        // who fills a spool has looked
        if self.spool.is_none() {
            let server_id = self.settings.server_id;
            let other = another_history(self.source, server_id, (&now, from)).await?;
            if let Some(missing) = other {
                return Err(FollowError::SourceLost { missing });
            }
        }
        if now.server_uuid != from.server_uuid {
            self.progress.send(ProgressEvent::Notice {
                message: format!(
                    "the source is another server than before (server_uuid {}), and has all that was \
                     applied",
                    now.server_uuid
                ),
            });
        }
        let from = &from.on_server(&now.server_uuid);
        let reader = self.reader(from).await?;
        Ok(Gatherer::new(
            reader,
            definitions,
            Arc::new(self.statements.clone()),
            exact_from,
            from,
            self.settings.bounds,
        ))
    }

    async fn reader(&self, from: &Checkpoint) -> Result<Reader, FollowError> {
        const HEARTBEAT: Duration = Duration::from_secs(1);
        if let Some(spool) = self.spool {
            let reader = spool
                .reader(from)
                .map_err(|error| FollowError::Gather(StreamError::Spool(Box::new(error)).into()))?;
            return Ok(Reader::Spool(Box::new(reader)));
        }
        let start = Start {
            from: BinlogFrom::of(from),
            server_id: self.settings.server_id,
            heartbeat: HEARTBEAT,
            at_end: AtEnd::Wait,
            largest_payload: self.settings.largest_payload,
        };
        let reader = BinlogReader::open(self.source, &start).await?;
        Ok(Reader::Source(Box::new(reader)))
    }

    async fn source_position(&self) -> Result<Checkpoint, FollowError> {
        let mut session = self.source.session(Purpose::Inspect).await?;
        let position = inspect::position(&mut session).await?;
        session.close().await;
        Checkpoint::at(&position).map_err(|error| {
            FollowError::Ledger(LedgerError::Damaged {
                what: error.to_string(),
            })
        })
    }

    async fn follow(
        &self,
        gatherer: &mut Gatherer,
        hands: &mut Hands,
        goal: &Goal,
    ) -> Result<(), FollowError> {
        let throttle = &self.throttle;
        gatherer.narrow(throttle.rates());
        let mut target = match goal {
            Goal::Forever => None,
            Goal::At(at) => Some((at.clone(), Instant::now())),
            Goal::CaughtUp => Some((self.source_position().await?, Instant::now())),
        };
        loop {
            let why = self
                .gather(gatherer, hands, target.as_ref().map(|(at, _)| at))
                .await?;
            free(hands).await?;
            if self.cancel.is_cancelled() {
                return Err(FollowError::Cancelled);
            }
            let window = gatherer.cut();
            throttle.pass().await;
            throttle.took(Amounts {
                rows: window.changes.len() as u64,
                bytes: window.bytes as u64,
                queries: 0,
            });
            gatherer.narrow(throttle.rates());
            self.tell(&window);
            self.tell_passed_over(gatherer.take_passed_over());
            let end = window.end.clone();
            hand(hands, window);
            let reached = target
                .as_ref()
                .is_some_and(|(target, _)| end.rows == 0 && end.reaches(target));
            if reached {
                free(hands).await?;
                let old = target
                    .as_ref()
                    .is_some_and(|(_, seen)| seen.elapsed() > RECENT);
                if *goal != Goal::CaughtUp || !old {
                    return Ok(());
                }
                target = Some((self.source_position().await?, Instant::now()));
            }
            match why {
                Why::Cut => {}
                Why::Tick => {
                    free(hands).await?;
                    if let Hands::Free(applier) = hands {
                        applier.tell().await?;
                    }
                }
                Why::End => {
                    free(hands).await?;
                    return Err(FollowError::Ended(end));
                }
                Why::Statement(logged) => {
                    free(hands).await?;
                    if let Hands::Free(applier) = hands {
                        // from here on the statement is the next thing
                        applier.tell().await?;
                    }
                    failpoint::hit("stream.statement");
                    self.statement(&logged, gatherer.definitions()).await?;
                }
            }
        }
    }

    /// Gathers until the window is worth applying, and nobody is busy with the one before.
    async fn gather(
        &self,
        gatherer: &mut Gatherer,
        hands: &mut Hands,
        target: Option<&Checkpoint>,
    ) -> Result<Why, FollowError> {
        let mut since: Option<Instant> = None;
        let tick = tokio::time::sleep(TICK);
        tokio::pin!(tick);
        loop {
            if gatherer.is_full() {
                return Ok(Why::Cut);
            }
            if since.is_none() && gatherer.has_changes() {
                since = Some(Instant::now());
            }
            let busy = matches!(hands, Hands::Busy(_));
            if !busy && gatherer.is_worth_cutting() {
                return Ok(Why::Cut);
            }
            let ripe = !busy && gatherer.is_between() && since.is_some();
            let rest = since.map_or(LINGER, |since| LINGER.saturating_sub(since.elapsed()));
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Ok(Why::Cut),
                step = gatherer.step() => match step? {
                    Step::Inside => {}
                    Step::Between => {
                        if target.is_some_and(|target| gatherer.end().reaches(target)) {
                            return Ok(Why::Cut);
                        }
                    }
                    Step::Cut => return Ok(Why::Cut),
                    Step::Statement(logged) => return Ok(Why::Statement(logged)),
                    Step::Keep(part) => applier(hands).await?.keep_part(part).await?,
                    Step::Ask(question) => {
                        gatherer.answer(applier(hands).await?.ask(question).await?)?;
                    }
                    Step::End => return Ok(Why::End),
                },
                done = finished(hands), if busy => done?,
                () = tokio::time::sleep(rest), if ripe => return Ok(Why::Cut),
                () = &mut tick, if !busy && gatherer.is_between() => return Ok(Why::Tick),
            }
        }
    }

    /// Replicates a statement; everything before it is on the destination, and the ledger says so.
    async fn statement(
        &self,
        logged: &Logged,
        definitions: &mut Definitions,
    ) -> Result<(), FollowError> {
        let Logged {
            statement, place, ..
        } = logged;
        if ddl::passes(self.statements, statement, place, definitions) {
            return Ok(());
        }
        let mut statements = self.statements.clone();
        statements.rules.retry = self.settings.limits.borrow().retry.statement;
        statements.rules.on_error = *self.settings.on_ddl_error.borrow();
        let mut runner =
            DdlRunner::new(statements, self.fence.clone(), self.destination.clone()).await?;
        let outcome = runner.run(logged, definitions).await?;
        let text = String::from_utf8_lossy(&logged.statement.text);
        match outcome {
            DdlOutcome::Unseen | DdlOutcome::Noted => {}
            DdlOutcome::Done => self.progress.send(ProgressEvent::StepFinished {
                step: "replicated".to_owned(),
                object: text.split_whitespace().collect::<Vec<_>>().join(" "),
            }),
            DdlOutcome::LeftOut { reason } => self.progress.send(ProgressEvent::Notice {
                message: format!("at {}: left out ({reason}): {text}", logged.place),
            }),
            DdlOutcome::Failed { reason } => self.progress.send(ProgressEvent::Warning {
                message: format!("at {}: {reason}: {text}", logged.place),
            }),
        }
        Ok(())
    }

    fn tell_passed_over(&self, tables: BTreeSet<TableName>) {
        for table in tables {
            let message = format!(
                "{} is selected, and the stream does not know it: what is written to it is passed over; the \
                 next `cutover apply` copies it, if the source has it then",
                table.plain()
            );
            self.progress.send(ProgressEvent::Warning { message });
        }
    }

    fn tell(&self, window: &super::window::Window) {
        self.progress.send(ProgressEvent::Streamed {
            transactions: window.transactions,
            rows: window.rows(),
            committed_at: window.committed_at,
        });
    }
}
