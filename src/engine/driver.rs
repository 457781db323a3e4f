//! The loop: which phase comes next, one short call for each.

use super::{
    Context, Journal, begin,
    error::{EngineError, Result},
    finishing, full,
    lease::Kept,
    patience::patiently,
    schema,
    stream::{self, OwnWrites, Spooling},
};
use crate::{
    conn::Purpose,
    events::ProgressEvent,
    failpoint,
    ledger::{Fence, Holder, Lease, Record, Request},
    mysql::Checkpoint,
    replication::follow::Goal,
    state::{Outcome, Phase, PhaseName, Work},
};

/// How far a run is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    Schema,
    Full,
    /// Where the source is at that moment.
    CaughtUp,
    /// A place in the source's stream.
    At(Box<Checkpoint>),
    End,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// The migration is finished.
    Finished,
    /// As far as `--until` said.
    Reached,
    /// Another process asked for it: `stop`, or `finish`, which goes on from there.
    Asked(Request),
}

/// Runs the plan, or what is left of it.
///
/// # Errors
/// Whatever stopped it; the checkpoint is kept, and the state says where and why.
pub async fn apply(
    context: &Context,
    journal: &mut Journal,
    until: Until,
    holder_is_dead: impl Fn(&Holder) -> bool + Send,
) -> Result<Run> {
    let kept = open(context, journal, holder_is_dead).await?;
    journal.record("apply", Outcome::Started)?;
    let outcome = forget_request(context, kept.fence()).await;
    let outcome = match outcome {
        Ok(()) => {
            let spooling = Spooling::default();
            let ended = phases(context, journal, kept.fence(), until, &spooling).await;
            spooling.end().await;
            ended
        }
        Err(error) => Err(error),
    };
    let asked = kept.asked();
    let outcome = match (outcome, kept.release().await) {
        // all else that went wrong then is a consequence of it
        (Err(_), Some(lost)) => Err(EngineError::Ledger(lost)),
        (Err(EngineError::Stopped), None) => match asked {
            Some(request) => Ok(Run::Asked(request)),
            None => Err(EngineError::Stopped),
        },
        (outcome, _) => outcome,
    };
    let recorded = match &outcome {
        Ok(Run::Asked(_)) | Err(EngineError::Stopped) => journal.record("apply", Outcome::Stopped),
        Ok(_) => journal.record("apply", Outcome::Done),
        Err(error) => match journal.state().phase().work() {
            Some(work) => {
                let undecided = if let EngineError::Incremental(error) = error {
                    error.undecided()
                } else {
                    None
                };
                journal.fail(work, error.to_string(), undecided)
            }
            None => journal.record(
                "apply",
                Outcome::Failed {
                    reason: error.to_string(),
                },
            ),
        },
    };
    // what stopped the run says more than a state that could not be written after it
    let run = outcome?;
    recorded?;
    Ok(run)
}

/// What was asked of a run before this one is over.
async fn forget_request(context: &Context, fence: &Fence) -> Result<()> {
    let mut session = fence.writer(&context.destination).await?;
    fence.forget_request(&mut session).await?;
    session.close().await;
    Ok(())
}

/// Opens the ledger, takes the lease, and enters the migration.
pub(super) async fn open(
    context: &Context,
    journal: &mut Journal,
    holder_is_dead: impl Fn(&Holder) -> bool + Send,
) -> Result<Kept> {
    let mut session = context.destination.session(Purpose::Define).await?;
    context.ledger.create(&mut session).await?;
    session.close().await;
    failpoint::hit("engine.ledger_created");
    let session = context.destination.session(Purpose::WriteRows).await?;
    let mut lease = Lease::take(&context.ledger, session, &context.holder, holder_is_dead).await?;
    if let Err(error) = enter(context, journal, lease.fence()).await {
        let _ = lease.release().await;
        return Err(error);
    }
    failpoint::hit("engine.entered");
    Ok(Kept::new(
        lease,
        context.destination.clone(),
        context.cancel.clone(),
    ))
}

async fn enter(context: &Context, journal: &mut Journal, fence: &Fence) -> Result<()> {
    let mut session = fence.writer(&context.destination).await?;
    let ours = journal.state().lineage().to_string();
    let spec_hash = &context.plan.base.spec_hash;
    let known = context.ledger.record(&mut session).await?;
    if let Some(record) = &known
        && record.lineage != ours
    {
        return Err(EngineError::OtherLineage {
            name: context.plan.migration.clone(),
            found: record.lineage.clone(),
            ours,
        });
    }
    let phase = known.as_ref().and_then(|record| record.phase.parse().ok());
    if let Some(phase) = phase.and_then(PhaseName::phase)
        && !phase.may_apply()
    {
        return Err(EngineError::Over {
            name: context.plan.migration.clone(),
            phase: phase.to_string(),
        });
    }
    // On disk before the ledger knows it: a kill in between must find the same lineage again. Not
    // before the lease is ours: who is refused leaves nothing behind.
    journal.store()?;
    if known.is_some() {
        let serial = journal.state().serial();
        fence.note_spec(&mut session, spec_hash, serial).await?;
    } else {
        let record = Record {
            lineage: ours,
            spec_hash: spec_hash.clone(),
            source_uuid: context.plan.source.server_uuid.clone(),
            phase: journal.state().phase().name().to_string(),
            serial: journal.state().serial(),
            snapshot: None,
        };
        context.ledger.enter(&mut session, &record).await?;
    }
    session.close().await;
    Ok(())
}

async fn phases(
    context: &Context,
    journal: &mut Journal,
    fence: &Fence,
    until: Until,
    spooling: &Spooling,
) -> Result<Run> {
    patiently(context, fence, async || begin::run(context, fence).await).await?;
    let work = Works::of(&context.plan.phases);
    let mut next = match journal.state().phase().work() {
        // only `finish` switches, behind its gates
        Some(Work::Finishing) if work.stream => {
            finishing::take_back(context, journal, fence).await?;
            Some(Work::Streaming)
        }
        Some(at) => Some(at),
        None => work.first(),
    };
    while let Some(at) = next {
        enter_patiently(context, journal, fence, at.phase()).await?;
        context.progress.send(started(context, at));
        let beside = (&until, spooling);
        let moving = async || run(context, journal, fence, at, beside).await;
        patiently(context, fence, moving).await?;
        context.progress.send(ProgressEvent::PhaseFinished {
            phase: at.to_string(),
        });
        journal.phase_done(at)?;
        failpoint::hit("engine.phase_done");
        let reached = match until {
            Until::Schema => at == Work::Schema,
            Until::Full => at == Work::Full,
            Until::CaughtUp | Until::At(_) => at == Work::CatchingUp || at == Work::Streaming,
            Until::End => false,
        };
        next = work.after(at);
        if reached && (next.is_some() || at == Work::Streaming) {
            return Ok(Run::Reached);
        }
    }
    enter_patiently(context, journal, fence, Phase::Finished).await?;
    Ok(Run::Finished)
}

async fn enter_patiently(
    context: &Context,
    journal: &mut Journal,
    fence: &Fence,
    phase: Phase,
) -> Result<()> {
    let enter = async || enter_phase(context, journal, fence, phase.clone()).await;
    patiently(context, fence, enter).await
}

/// What a phase is about to move: rows in the full copy alone.
fn started(context: &Context, at: Work) -> ProgressEvent {
    let moved = || {
        let steps = context.plan.tables.iter();
        steps.filter(|step| step.copy && at == Work::Full)
    };
    ProgressEvent::PhaseStarted {
        phase: at.to_string(),
        tables: moved().count() as u64,
        rows: moved().map(|step| step.rows).sum(),
        bytes: moved().map(|step| step.bytes).sum(),
    }
}

/// The state first, then the ledger: what is acted on is on disk.
pub(super) async fn enter_phase(
    context: &Context,
    journal: &mut Journal,
    fence: &Fence,
    phase: Phase,
) -> Result<()> {
    let name = phase.name().to_string();
    journal.advance(phase)?;
    failpoint::hit("engine.phase_stored");
    let mut session = fence.writer(&context.destination).await?;
    let serial = journal.state().serial();
    fence.note_phase(&mut session, &name, serial).await?;
    session.close().await;
    failpoint::hit("engine.phase_noted");
    Ok(())
}

async fn run(
    context: &Context,
    journal: &mut Journal,
    fence: &Fence,
    at: Work,
    (until, spooling): (&Until, &Spooling),
) -> Result<()> {
    match at {
        Work::Schema => {
            let works = Works::of(&context.plan.phases);
            schema::tables(context, fence).await?;
            if works.rows {
                return schema::guarded(context, fence).await;
            }
            schema::after_rows(context, fence).await?;
            if works.stream {
                // other triggers wait for the end of the stream
                schema::guarded(context, fence).await
            } else {
                schema::programs(context, fence).await
            }
        }
        Work::Full => {
            // a table that was selected only now is made before it is copied
            schema::tables(context, fence).await?;
            // the rows that are on their way when it is dropped are as after a kill
            tokio::select! {
                done = full::run(context, fence, journal, spooling) => done,
                error = spooling.failed() => Err(error),
            }
        }
        // of a migration that does not stream
        Work::Finishing => finishing::run(context, fence).await,
        Work::CatchingUp | Work::Streaming => {
            let mut session = fence.writer(&context.destination).await?;
            let late = full::pending(context, fence, &mut session).await?;
            if Works::of(&context.plan.phases).rows
                && (!late.is_empty() || schema::has_late_objects(context, fence).await?)
            {
                stream::settle(context, fence, spooling).await?;
                full::run_late(context, fence, journal, (&late, spooling)).await?;
            }
            stream::follow_all(context, fence, &mut session).await?;
            session.close().await;
            let goal = match (until, at) {
                (Until::At(place), _) => Goal::At((**place).clone()),
                (Until::CaughtUp, _) | (_, Work::CatchingUp) => Goal::CaughtUp,
                (Until::Schema | Until::Full | Until::End, _) => Goal::Forever,
            };
            let beside = (OwnWrites::Heartbeat, spooling);
            Box::pin(stream::follow(context, fence, journal, &goal, beside)).await
        }
        // plans with these are refused before they come here
        Work::Reversing => Ok(()),
    }
}

/// Which work the chosen phases ask for.
#[derive(Clone, Copy)]
struct Works {
    schema: bool,
    rows: bool,
    stream: bool,
}

impl Works {
    fn of(phases: &[String]) -> Self {
        let has = |wanted: &str| phases.iter().any(|phase| phase == wanted);
        Self {
            schema: has("schema"),
            rows: has("full"),
            stream: has("incremental"),
        }
    }

    fn first(self) -> Option<Work> {
        if self.schema {
            Some(Work::Schema)
        } else {
            self.after(Work::Schema)
        }
    }

    fn after(self, at: Work) -> Option<Work> {
        match at {
            Work::Schema if self.rows => Some(Work::Full),
            Work::Schema | Work::Full if self.stream => Some(Work::CatchingUp),
            Work::Full => Some(Work::Finishing),
            Work::CatchingUp => Some(Work::Streaming),
            Work::Schema | Work::Streaming | Work::Finishing | Work::Reversing => None,
        }
    }
}
