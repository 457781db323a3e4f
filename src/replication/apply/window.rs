//! A whole window: cut into lanes, each applied, the ledger told.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    error::ApplyError,
    lane::{Ending, Lane, Work},
    note::{Beginning, Note, Question},
};
use crate::{
    conn::{Connector, Session},
    ledger::{Fence, LedgerError, PreparedPart, StreamRow, Totals, WindowRow},
    mysql::Checkpoint,
    replication::{
        follow::Settings,
        gather::Answer,
        group::{self, Cut, Lanes},
        window::Window,
    },
    rows::Weights,
};

/// Applies one window after the other, and knows how far that has come.
pub struct Applier {
    fence: Fence,
    control: Session,
    lanes: Vec<Lane>,
    position: Checkpoint,
    totals: Totals,
    /// The last window's.
    number: u64,
    /// The ledger says less than `position`.
    untold: bool,
    /// XA transactions that ended before `position`, which the ledger may still hold.
    ended: Vec<String>,
    settings: Settings,
    cancel: CancellationToken,
}

/// A window that a process before us left unfinished.
#[derive(Clone, Debug)]
pub struct Unfinished {
    pub row: WindowRow,
    pub finished: Vec<u32>,
}

impl Applier {
    /// Takes up what the ledger says; the second is a window that is to be finished first.
    ///
    /// # Errors
    /// A destination that cannot be reached, a lease that is lost, a stream without a start.
    pub async fn open(
        fence: &Fence,
        destination: &Connector,
        settings: &Settings,
        cancel: &CancellationToken,
    ) -> Result<(Self, StreamRow, Option<Unfinished>), LedgerError> {
        let mut control = fence.writer(destination).await?;
        let ledger = fence.ledger();
        let row = ledger
            .stream(&mut control)
            .await?
            .ok_or_else(|| LedgerError::Damaged {
                what: "no start of the stream".to_owned(),
            })?;
        let number = ledger.last_window(&mut control).await?;
        let mut unfinished = None;
        let mut position = row.position.clone();
        if let Some(window) = &row.window {
            let finished = ledger.finished_lanes(&mut control, window.number).await?;
            // which of the prepared transactions ended in it, only the source can tell
            let told = !ledger.any_prepared(&mut control).await?;
            if told && finished.len() as u64 == u64::from(window.lanes) {
                position = window.end.clone();
            } else {
                let row = window.clone();
                unfinished = Some(Unfinished { row, finished });
            }
        }
        let wanted = settings.lanes();
        let count = unfinished
            .as_ref()
            .map_or(wanted, |one| one.row.lanes.max(wanted));
        let mut open = Vec::new();
        for _ in 0..count.max(1) {
            let limits = settings.limits.clone();
            open.push(Lane::open(fence, destination, limits, cancel.clone()).await?);
        }
        let applier = Self {
            fence: fence.clone(),
            control,
            lanes: open,
            settings: settings.clone(),
            cancel: cancel.clone(),
            untold: position != row.position,
            ended: Vec::new(),
            position,
            totals: row.totals,
            number,
        };
        Ok((applier, row, unfinished))
    }

    /// Everything before it is on the destination.
    pub fn position(&self) -> &Checkpoint {
        &self.position
    }

    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Applies a window.
    ///
    /// # Errors
    /// What trying again cannot mend. The ledger then still says how far each lane is.
    pub async fn apply(&mut self, window: Window) -> Result<(), ApplyError> {
        let totals = self.after(&window);
        if !window.prepared.is_empty() {
            // another of the same name may have ended before
            self.tell().await?;
            let lasts = window.prepared.clone();
            self.keep(|number| Note::Prepared(lasts, Some(number)))
                .await?;
        }
        if window.changes.is_empty() {
            self.ended.extend(window.ended);
            self.position = window.end;
            self.totals = totals;
            self.untold = true;
            return Ok(());
        }
        let weights = self.first()?.weights(&window).await?;
        let number = self.number + 1;
        let lanes = if window.changes.len() < self.settings.bounds.several {
            1
        } else {
            self.wanted_lanes().await?
        };
        let cut = Cut {
            lanes,
            seed: number,
        };
        let parts = group::cut(&window, &weights, cut);
        let window = Arc::new(window);
        let weights = Arc::new(weights);
        let several = parts.iter().filter(|part| !part.is_empty()).count() > 1;
        if several {
            let row = WindowRow {
                number,
                end: window.end.clone(),
                lanes,
                parts: group::fingerprint(&parts),
            };
            self.begin(&row).await?;
            // the ledger knows where the window before ended, and must not forget this one
            self.untold = false;
            self.ended.clear();
            self.parts(&window, &weights, parts, number, &[]).await?;
            self.ended.extend(window.ended.iter().cloned());
            self.untold = true;
        } else {
            let before = self.ended.iter().cloned();
            let work = Work {
                changes: (0..window.changes.len()).collect(),
                ending: Ending::Position {
                    position: window.end.clone(),
                    window: number,
                    totals,
                    ended: before.chain(window.ended.iter().cloned()).collect(),
                },
                window: Arc::clone(&window),
                weights,
            };
            self.first()?.run(&work).await?;
            self.untold = false;
            self.ended.clear();
        }
        self.number = number;
        self.position.clone_from(&window.end);
        self.totals = totals;
        Ok(())
    }

    /// Finishes a window that another process began: the same stretch, cut in the same way.
    ///
    /// # Errors
    /// As [`Applier::apply`]; a window that is cut differently now, as what is on the destination of it
    /// cannot be told then.
    pub async fn finish(&mut self, window: Window, left: &Unfinished) -> Result<(), ApplyError> {
        let totals = self.after(&window);
        if !window.prepared.is_empty() {
            self.note(&Note::Prepared(window.prepared.clone(), None))
                .await?;
        }
        let weights = self.first()?.weights(&window).await?;
        let cut = Cut {
            lanes: left.row.lanes,
            seed: left.row.number,
        };
        let parts = group::cut(&window, &weights, cut);
        let through = left.finished.len() as u64 == u64::from(left.row.lanes);
        if !through && group::fingerprint(&parts) != left.row.parts {
            return Err(ApplyError::OtherParts {
                end: Box::new(window.end),
            });
        }
        let (window, weights) = (Arc::new(window), Arc::new(weights));
        self.parts(&window, &weights, parts, left.row.number, &left.finished)
            .await?;
        self.ended.extend(window.ended.iter().cloned());
        self.position.clone_from(&window.end);
        self.totals = totals;
        self.untold = true;
        Ok(())
    }

    /// Tells the ledger how far everything is, where it does not know yet.
    ///
    /// # Errors
    /// The destination's, after it was tried again.
    pub async fn tell(&mut self) -> Result<(), ApplyError> {
        if !self.untold {
            return Ok(());
        }
        let number = self.number;
        let work = Work {
            window: Arc::new(Window::new(self.position.clone())),
            weights: Arc::new(Weights::default()),
            changes: Vec::new(),
            ending: Ending::Position {
                position: self.position.clone(),
                window: number + 1,
                totals: self.totals,
                ended: self.ended.clone(),
            },
        };
        self.first()?.run(&work).await?;
        self.number = number + 1;
        self.untold = false;
        self.ended.clear();
        Ok(())
    }

    /// As many lanes as are asked for now: another number holds from the next window on.
    async fn wanted_lanes(&mut self) -> Result<u32, ApplyError> {
        let wanted = self.settings.lanes();
        let count = usize::try_from(wanted).unwrap_or(usize::MAX);
        self.lanes.truncate(count);
        let destination = self.first()?.destination().clone();
        while self.lanes.len() < count {
            let (limits, cancel) = (self.settings.limits.clone(), self.cancel.clone());
            match Lane::open(&self.fence, &destination, limits, cancel).await {
                Ok(lane) => self.lanes.push(lane),
                // a destination that is away is waited for by the lanes that are there
                Err(LedgerError::Server(_)) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(u32::try_from(self.lanes.len()).unwrap_or(u32::MAX))
    }

    fn first(&mut self) -> Result<&mut Lane, ApplyError> {
        let first = self.lanes.first_mut();
        first.ok_or_else(|| ApplyError::Lane("there is none".to_owned()))
    }

    fn after(&self, window: &Window) -> Totals {
        Totals {
            transactions: self.totals.transactions + window.transactions,
            rows: self.totals.rows + window.rows(),
            committed_at: window.committed_at.unwrap_or(self.totals.committed_at),
        }
    }

    /// Keeps a part of an XA transaction whose end has not come. Everything before has been applied.
    ///
    /// # Errors
    /// The destination's, after it was tried again.
    pub async fn keep_part(&mut self, part: PreparedPart) -> Result<(), ApplyError> {
        // one of the same name may have ended before, and no window may be open
        self.tell().await?;
        let part = Arc::new(part);
        self.keep(|number| Note::Part(part, Some(number))).await
    }

    /// The same where a window was begun behind it: it is there, and counted.
    ///
    /// # Errors
    /// As [`Applier::keep_part`].
    pub async fn keep_part_again(&mut self, part: PreparedPart) -> Result<(), ApplyError> {
        self.note(&Note::Part(Arc::new(part), None)).await?;
        Ok(())
    }

    /// What is kept between two windows counts as one.
    async fn keep(&mut self, note: impl FnOnce(u64) -> Note) -> Result<(), ApplyError> {
        let number = self.number + 1;
        self.note(&note(number)).await?;
        self.number = number;
        Ok(())
    }

    /// What the ledger holds of a prepared transaction.
    ///
    /// # Errors
    /// The destination's, after it was tried again.
    pub async fn ask(&mut self, question: Question) -> Result<Answer, ApplyError> {
        let answer = self.note(&Note::Ask(question, self.number)).await?;
        Ok(answer.unwrap_or(Answer::Parts(None)))
    }

    /// Notes the window before its first row.
    async fn begin(&mut self, row: &WindowRow) -> Result<(), ApplyError> {
        let beginning = Beginning {
            position: self.position.clone(),
            row: row.clone(),
            totals: self.totals,
            ended: self.ended.clone(),
        };
        self.note(&Note::Window(Box::new(beginning))).await?;
        Ok(())
    }

    async fn note(&mut self, note: &Note) -> Result<Option<Answer>, ApplyError> {
        match note.tell(&self.fence, &mut self.control).await {
            Err(LedgerError::Server(_)) => {}
            done => return Ok(done?),
        }
        // the lanes know how to wait for the destination
        let lane = self.first()?;
        let answer = lane.note(note).await?;
        let destination = self.first()?.destination().clone();
        match self.fence.writer_after(&destination, &self.control).await {
            Ok(control) => self.control = control,
            // the next note finds it lost, and goes by the lane
            Err(LedgerError::Server(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(answer)
    }

    async fn parts(
        &mut self,
        window: &Arc<Window>,
        weights: &Arc<Weights>,
        parts: Lanes,
        number: u64,
        finished: &[u32],
    ) -> Result<(), ApplyError> {
        let mut running = JoinSet::new();
        let mut idle = Vec::new();
        let mut parts = parts.into_iter();
        for (index, mut lane) in std::mem::take(&mut self.lanes).into_iter().enumerate() {
            let number_of_lane = u32::try_from(index).unwrap_or(u32::MAX);
            let part = parts.next();
            let Some(changes) = part.filter(|_| !finished.contains(&number_of_lane)) else {
                idle.push((index, lane));
                continue;
            };
            let work = Work {
                window: Arc::clone(window),
                weights: Arc::clone(weights),
                changes,
                ending: Ending::Lane {
                    lane: number_of_lane,
                    window: number,
                },
            };
            running.spawn(async move {
                let done = lane.run(&work).await;
                (index, lane, done)
            });
        }
        let mut outcome = Ok(());
        while let Some(ended) = running.join_next().await {
            match ended {
                Ok((index, lane, done)) => {
                    idle.push((index, lane));
                    if outcome.is_ok() {
                        outcome = done;
                    }
                }
                Err(error) => outcome = Err(ApplyError::Lane(error.to_string())),
            }
        }
        idle.sort_by_key(|(index, _)| *index);
        self.lanes = idle.into_iter().map(|(_, lane)| lane).collect();
        outcome
    }
}
