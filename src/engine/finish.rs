//! The switch: the source is fenced, what it still has is drained, and the destination becomes whole.
//!
//! Why nothing is lost: the position up to which the source is drained is read after the fence was
//! seen, and once more behind everything; where the two differ the migration is not finished. Each
//! step may be run again: a run that was killed begins at the first one, and from the drained position
//! on it takes nothing more from the source.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::{
    Beside, Context, Journal, VerifyReport, driver,
    error::{EngineError, Result},
    finishing,
    incremental_error::IncrementalError,
    stream::{self, OwnWrites, Spooling},
    verify,
};
use crate::{
    catalog::Inspection,
    conn::{Connector, Purpose, Session},
    events::ProgressEvent,
    failpoint, inspect,
    ledger::{Fence, Holder},
    mysql::{Checkpoint, Names},
    replication::{follow::Goal, heartbeat},
    resolve::Heartbeat,
    state::{Outcome, Phase, Work},
    verify::{Made, Mode},
};

/// How the source is known to stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFence {
    /// `read_only` is on there.
    ReadOnly,
    /// Nothing was committed for so long.
    Idle(Duration),
}

/// How the switch is made.
#[derive(Clone, Copy, Debug)]
pub struct Switch {
    pub fence: SourceFence,
    /// Larger than this, it does not begin.
    pub max_lag: Duration,
    /// Given up after this.
    pub timeout: Duration,
}

/// What a comparison before the release needs; see [`super::verify()`].
#[derive(Clone, Copy)]
pub struct Compare<'a> {
    pub inspection: &'a Inspection,
    pub names: &'a (dyn Names + Sync),
}

/// How a switch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finished {
    Done {
        /// Up to where the source is on the destination.
        drained: Box<Checkpoint>,
        /// From where the destination can be followed back.
        way_back: Box<Checkpoint>,
        /// The source was written after it was drained.
        moved: bool,
    },
    /// The comparison found differences; the migration streams on.
    Differs(Box<VerifyReport>),
}

/// Runs the switch, or what is left of it.
///
/// # Errors
/// [`EngineError::NotNow`] where a gate is closed: nothing has happened then but that the stream went
/// on. Else whatever stopped it; the same command goes on.
pub async fn finish(
    context: &Context,
    journal: &mut Journal,
    switch: Switch,
    compare: Option<Compare<'_>>,
    holder_is_dead: impl Fn(&Holder) -> bool + Send,
) -> Result<Finished> {
    let beats = context.heartbeat.is_some() && matches!(switch.fence, SourceFence::Idle(_));
    if !beats {
        fenced(&context.source, switch.fence, None, &context.cancel).await?;
    }
    let kept = driver::open(context, journal, holder_is_dead).await?;
    journal.record("finish", Outcome::Started)?;
    let outcome = async {
        // it was written by the run that has just been stopped
        still(context).await?;
        if beats {
            fenced(&context.source, switch.fence, None, &context.cancel).await?;
        }
        Box::pin(steps(context, journal, kept.fence(), switch, compare)).await
    }
    .await;
    let outcome = match (outcome, kept.release().await) {
        (Err(_), Some(lost)) => Err(EngineError::Ledger(lost)),
        (outcome, _) => outcome,
    };
    let recorded = match &outcome {
        Ok(Finished::Done { .. }) => Outcome::Done,
        Ok(Finished::Differs(_)) => Outcome::Failed {
            reason: "both sides differ".to_owned(),
        },
        Err(EngineError::Stopped) => Outcome::Stopped,
        Err(error) => Outcome::Failed {
            reason: error.to_string(),
        },
    };
    let recorded = journal.record("finish", recorded);
    let finished = outcome?;
    recorded?;
    Ok(finished)
}

async fn steps(
    context: &Context,
    journal: &mut Journal,
    fence: &Fence,
    switch: Switch,
    compare: Option<Compare<'_>>,
) -> Result<Finished> {
    let mut session = fence.writer(&context.destination).await?;
    fence.forget_request(&mut session).await?;
    let known = fence.ledger().drained(&mut session).await?;
    let begun = journal.state().phase().work() == Some(Work::Finishing);
    if begun {
        let now = source_position(context).await?;
        if known.as_ref().is_none_or(|drained| !drained.reaches(&now)) {
            finishing::take_back(context, journal, fence).await?;
            return Err(IncrementalError::NotNow {
                gate: "the source was written since the switch began, which is taken back"
                    .to_owned(),
            }
            .into());
        }
    }
    // triggers may be there by then: nothing more may be written by us
    let drained = if let Some(drained) = known.filter(|_| begun) {
        drained
    } else {
        drain(context, journal, fence, switch).await?;
        let Some(drained) = stands_still(context, fence, &mut session).await? else {
            return Err(IncrementalError::NotNow {
                gate: "the source was written while it was drained".to_owned(),
            }
            .into());
        };
        if fence.ledger().any_prepared(&mut session).await? {
            return Err(prepared().into());
        }
        if let Some(report) = compared(context, compare).await? {
            journal.verified(&report)?;
            if !report.equal() {
                return Ok(Finished::Differs(Box::new(report)));
            }
        }
        failpoint::hit("finish.compared");
        // that may have taken hours
        if !drained.reaches(&source_position(context).await?) {
            return Err(IncrementalError::NotNow {
                gate: "the source was written while both sides were compared".to_owned(),
            }
            .into());
        }
        let way_back = destination_position(context).await?;
        fence
            .note_drained(&mut session, &drained, &way_back)
            .await?;
        failpoint::hit("finish.drained");
        drained
    };
    if journal.state().phase().work() != Some(Work::Finishing) {
        // a stream that had caught up, or had failed there
        driver::enter_phase(context, journal, fence, Phase::Streaming).await?;
    }
    driver::enter_phase(context, journal, fence, Phase::Finishing).await?;
    failpoint::hit("finish.entered");
    step(
        context,
        "set AUTO_INCREMENT, create triggers and events, ANALYZE",
    );
    finishing::run(context, fence).await?;
    failpoint::hit("finish.made");
    let now = source_position(context).await?;
    let moved = !drained.reaches(&now);
    if moved && matches!(switch.fence, SourceFence::ReadOnly) {
        finishing::take_back(context, journal, fence).await?;
        return Err(IncrementalError::Written {
            drained: drained.to_string(),
            now: now.to_string(),
        }
        .into());
    }
    let way_back = destination_position(context).await?;
    driver::enter_phase(context, journal, fence, Phase::Finished).await?;
    failpoint::hit("finish.finished");
    stream::remove_spool(context, journal.state().lineage().to_string());
    journal.mirror_spool(None)?;
    session.close().await;
    Ok(Finished::Done {
        drained: Box::new(drained),
        way_back: Box::new(way_back),
        moved,
    })
}

/// Our own writes on the source end first.
async fn still(context: &Context) -> Result<()> {
    let Some(asked) = &context.heartbeat else {
        return Ok(());
    };
    step(context, "remove the heartbeat from the source");
    let migration = &context.plan.migration;
    heartbeat::remove(&context.source, asked, migration, &context.progress).await?;
    Ok(())
}

async fn compared(context: &Context, compare: Option<Compare<'_>>) -> Result<Option<VerifyReport>> {
    let Some(Compare { inspection, names }) = compare else {
        return Ok(None);
    };
    step(context, "compare both sides");
    let made = Made::BeforeFinish;
    let how = (Mode::Checksum, Beside::Nobody);
    let comparing = verify(context, how, |_| true, inspection, names, made);
    Ok(Some(Box::pin(comparing).await?))
}

fn step(context: &Context, step: &str) {
    context.progress.send(ProgressEvent::Notice {
        message: format!("finish: {step}"),
    });
}

/// The gate at the source: nobody writes there, but for our own heartbeat where one is named.
///
/// # Errors
/// [`EngineError::NotNow`] where somebody may.
pub async fn fenced(
    source: &Connector,
    fence: SourceFence,
    beats: Option<&Heartbeat>,
    cancel: &CancellationToken,
) -> Result<()> {
    let mut source = source.session(Purpose::Inspect).await?;
    match fence {
        SourceFence::ReadOnly => {
            let (read_only,): (u8,) = source.one("SELECT @@GLOBAL.read_only").await?;
            if read_only == 0 {
                return Err(IncrementalError::NotNow {
                    gate: "the source is not read-only".to_owned(),
                }
                .into());
            }
        }
        SourceFence::Idle(time) => idle(&mut source, time, beats, cancel).await?,
    }
    let writers = inspect::writers(&mut source).await?;
    // who may not look is told by what the stream holds, see `steps`
    let running = source.rows::<mysql_async::Row>("XA RECOVER").await;
    source.close().await;
    if running.is_ok_and(|prepared| !prepared.is_empty()) {
        return Err(prepared().into());
    }
    if let Some(gate) = writers.into_iter().next() {
        return Err(IncrementalError::NotNow { gate }.into());
    }
    Ok(())
}

fn prepared() -> IncrementalError {
    IncrementalError::NotNow {
        gate: "XA transactions are prepared on the source".to_owned(),
    }
}

/// Watches that nothing is committed.
async fn idle(
    source: &mut Session,
    time: Duration,
    beats: Option<&Heartbeat>,
    cancel: &CancellationToken,
) -> Result<()> {
    let before = position(source).await?;
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = cancel.cancelled() => return Err(EngineError::Stopped),
    }
    let after = position(source).await?;
    if before.reaches(&after) {
        return Ok(());
    }
    if let Some(beats) = beats
        && heartbeat::alone(source, beats, &before, &after).await?
    {
        return Ok(());
    }
    Err(IncrementalError::NotNow {
        gate: format!(
            "the source was written within the last {}",
            crate::units::format_duration(time)
        ),
    }
    .into())
}

/// Brings the destination to where the fenced source is.
async fn drain(
    context: &Context,
    journal: &mut Journal,
    fence: &Fence,
    switch: Switch,
) -> Result<()> {
    let begun = Instant::now();
    let spooling = Spooling::default();
    step(context, "drain the source");
    let target = source_position(context).await?;
    let goal = Goal::At(target);
    let followed = tokio::time::timeout(
        switch.timeout.saturating_sub(begun.elapsed()),
        Box::pin(stream::follow(
            context,
            fence,
            journal,
            &goal,
            (OwnWrites::Nothing, &spooling),
        )),
    )
    .await;
    spooling.end().await;
    match followed {
        Ok(followed) => followed,
        Err(_) => Err(IncrementalError::NotNow {
            gate: format!(
                "the source could not be drained within {}",
                crate::units::format_duration(switch.timeout)
            ),
        }
        .into()),
    }
}

/// The position up to which all is on the destination, where the source is no further.
async fn stands_still(
    context: &Context,
    fence: &Fence,
    session: &mut Session,
) -> Result<Option<Checkpoint>> {
    let row = fence.ledger().stream(session).await?;
    let now = source_position(context).await?;
    Ok(row
        .map(|row| row.position)
        .filter(|position| position.reaches(&now)))
}

async fn source_position(context: &Context) -> Result<Checkpoint> {
    let mut source = context.source.session(Purpose::Inspect).await?;
    let found = position(&mut source).await;
    source.close().await;
    found
}

async fn destination_position(context: &Context) -> Result<Checkpoint> {
    let mut destination = context.destination.session(Purpose::Inspect).await?;
    let found = position(&mut destination).await;
    destination.close().await;
    found
}

async fn position(session: &mut Session) -> Result<Checkpoint> {
    let found = inspect::position(session).await?;
    stream::checkpoint(&found)
}
