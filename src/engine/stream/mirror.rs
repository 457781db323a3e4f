//! While the stream is followed: what the ledger and the source say of it, in the state and for a
//! person.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use tokio::time::MissedTickBehavior;

use super::{
    super::{Context, Journal, error::Result},
    Spooling,
};
use crate::{
    conn::{Purpose, Session},
    events::{Behind, ProgressEvent},
    ledger::Fence,
    mysql::Checkpoint,
    replication::lag::{Course, Standing},
};

const MIRROR_EVERY: Duration = Duration::from_secs(2);

pub(super) async fn keep_mirrored(
    context: &Context,
    fence: &Fence,
    journal: &mut Journal,
    spooling: &Spooling,
) -> Infallible {
    let mut ticks = tokio::time::interval(MIRROR_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut session, mut source) = (None, None);
    let mut course = Course::default();
    let mut before: Option<Checkpoint> = None;
    loop {
        ticks.tick().await;
        if session.is_none() {
            session = fence.writer(&context.destination).await.ok();
        }
        // before the ledger: what is applied in between counts as applied
        let standing = standing(context, &mut source).await;
        let look = standing.as_ref().map(|standing| (standing, &mut course));
        if let Some(open) = &mut session {
            match mirror(fence, open, journal, look, spooling).await {
                Ok((position, behind)) => {
                    // a destination that does not flush each commit may forget the last second
                    if let Some((spool, before)) = spooling.spool().zip(before.as_ref()) {
                        spool.release(before);
                    }
                    before = position;
                    if let Some(behind) = behind {
                        context.progress.send(ProgressEvent::Lagging(behind));
                    }
                }
                Err(_) => session = None,
            }
        }
    }
}

/// Where the source stands; `None` while it is away.
async fn standing(context: &Context, kept: &mut Option<Session>) -> Option<Standing> {
    let asked = async {
        if kept.is_none() {
            *kept = context.source.session(Purpose::Inspect).await.ok();
        }
        Standing::ask(kept.as_mut()?).await.ok()
    };
    // one that hangs must not keep the state from being written
    let standing = tokio::time::timeout(MIRROR_EVERY, asked)
        .await
        .ok()
        .flatten();
    if standing.is_none() {
        *kept = None;
    }
    standing
}

pub(super) async fn mirror_last(
    context: &Context,
    fence: &Fence,
    journal: &mut Journal,
    spooling: &Spooling,
) -> Result<()> {
    let (mut source, mut course) = (None, Course::default());
    let standing = standing(context, &mut source).await;
    if let Some(source) = source {
        source.close().await;
    }
    let look = standing.as_ref().map(|standing| (standing, &mut course));
    let mut session = fence.writer(&context.destination).await?;
    let mirrored = mirror(fence, &mut session, journal, look, spooling).await;
    session.close().await;
    let (position, behind) = mirrored?;
    if let Some((spool, position)) = spooling.spool().zip(position) {
        spool.release(&position);
    }
    if let Some(behind) = behind {
        context.progress.send(ProgressEvent::Lagging(behind));
    }
    Ok(())
}

/// The stream's position, and how far that is behind.
async fn mirror(
    fence: &Fence,
    session: &mut Session,
    journal: &mut Journal,
    look: Option<(&Standing, &mut Course)>,
    spooling: &Spooling,
) -> Result<(Option<Checkpoint>, Option<Behind>)> {
    let Some(row) = fence.ledger().stream(session).await? else {
        return Ok((None, None));
    };
    let behind = look.map(|(standing, course)| course.take(standing, &row, Instant::now()));
    let left_out = fence.ledger().ddl_left_out(session).await?;
    journal.mirror_spool(spooling.holding())?;
    journal.mirror_gave_way(fence.ledger().gave_way(session).await?)?;
    journal.mirror_left_out(&left_out)?;
    journal.mirror_resolved(fence.ledger().resolved(session).await?)?;
    journal.mirror_stream(&row, behind)?;
    Ok((Some(row.position), behind))
}
