//! A server that is away where no worker waits for it: between phases, and while one begins.
//!
//! In: work that may be done again from its start, as the next run would. Out: what came of it, once
//! both servers were there for it; or the error, where waiting cannot help or was long enough. Nothing
//! of what a lost connection had begun is left to happen before the work is done again.

use std::time::{Duration, Instant};

use super::{
    Context,
    error::{EngineError, Result},
};
use crate::{
    conn::{ConnError, Purpose, Session},
    copy::CopyError,
    events::ProgressEvent,
    ledger::{Fence, LedgerError},
    mysql::server_error::ErrorClass,
    schema::SchemaError,
    units::format_duration,
};

/// Work that went on for so long had its servers: another outage begins then.
const HEALTHY: Duration = Duration::from_secs(120);
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(10);

/// Does the work, again while a server is away, up to `limits.retry.connection`.
///
/// # Errors
/// The work's own: at once where waiting cannot help, as with a password that is refused or a lease
/// that is lost. [`EngineError::Stopped`] where it was asked to stop meanwhile.
pub(super) async fn patiently<T>(
    context: &Context,
    fence: &Fence,
    mut work: impl AsyncFnMut() -> Result<T>,
) -> Result<T> {
    let mut failing: Option<Instant> = None;
    let mut pause = SHORTEST;
    let mut listed: Option<Session> = None;
    loop {
        let begun = Instant::now();
        let error = match work().await {
            Ok(done) => {
                if let Some(listed) = listed {
                    listed.close().await;
                }
                return Ok(done);
            }
            Err(error) => error,
        };
        if begun.elapsed() > HEALTHY {
            (failing, pause) = (None, SHORTEST);
        }
        let since = *failing.get_or_insert_with(Instant::now);
        // by it others see that we live, until the work has connections again
        listed = Some(wait(context, fence, error, (since, &mut pause)).await?);
    }
}

/// Waits until the server is there again, and ends what is left of lost connections.
async fn wait(
    context: &Context,
    fence: &Fence,
    mut error: EngineError,
    (since, pause): (Instant, &mut Duration),
) -> Result<Session> {
    let longest = context.limits.borrow().retry.connection;
    let mut told = None;
    let session = loop {
        if context.cancel.is_cancelled() {
            return Err(EngineError::Stopped);
        }
        let Some(cause) = away(&error, context.streams()) else {
            return Err(error);
        };
        if since.elapsed() > longest {
            return Err(error);
        }
        let role = cause.role();
        if told.is_none() {
            context.progress.send(ProgressEvent::Notice {
                message: format!(
                    "waiting for the {}, up to {}: {}",
                    role.as_str(),
                    format_duration(longest),
                    cause.reason()
                ),
            });
            told = Some(role);
        }
        tokio::select! {
            () = tokio::time::sleep(*pause) => {}
            () = context.cancel.cancelled() => return Err(EngineError::Stopped),
        }
        *pause = (*pause * 2).min(LONGEST);
        match look(context, fence).await {
            Ok(session) => break session,
            Err(again) => error = again,
        }
    };
    if let Some(role) = told {
        let message = format!("the {} answers again", role.as_str());
        context.progress.send(ProgressEvent::Notice { message });
    }
    Ok(session)
}

/// Whether both are there. Connections of ours that the destination has not seen ending are ended:
/// what they hold would stand in the way, and what they run would happen beside what comes.
async fn look(context: &Context, fence: &Fence) -> Result<Session> {
    let mut session = fence.writer(&context.destination).await?;
    fence.end_others(&mut session).await?;
    let source = context.source.session(Purpose::Inspect).await?;
    source.close().await;
    Ok(session)
}

/// The server that cannot be reached, where it may come back, and no worker has waited for it already.
/// A snapshot of the source goes with its connection, so only a stream makes up for a reader's.
fn away(error: &EngineError, streams: bool) -> Option<&ConnError> {
    let cause = match error {
        EngineError::Server(cause)
        | EngineError::Ledger(LedgerError::Server(cause))
        | EngineError::Schema(SchemaError::Define { cause, .. })
        | EngineError::Copy(CopyError::Snapshot(cause) | CopyError::Load { cause, .. }) => cause,
        EngineError::Copy(CopyError::Read { cause, .. }) if streams => cause,
        EngineError::Ledger(_)
        | EngineError::Schema(_)
        | EngineError::Copy(_)
        | EngineError::Verify(_)
        | EngineError::Store(_)
        | EngineError::Transition(_)
        | EngineError::Moved { .. }
        | EngineError::UnknownTable { .. }
        | EngineError::OtherLineage { .. }
        | EngineError::Over { .. }
        | EngineError::Incremental(_)
        | EngineError::NotBegun
        | EngineError::Passed { .. }
        | EngineError::Stopped => return None,
    };
    let may_pass = cause.is_connection() && cause.class() != ErrorClass::Permanent;
    may_pass.then_some(cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::TableName;

    fn timeout() -> ConnError {
        ConnError::Timeout {
            server: "source 127.0.0.1:1".to_owned(),
            after: Duration::from_secs(1),
        }
    }

    fn refused() -> ConnError {
        ConnError::Password {
            server: "destination 127.0.0.1:1".to_owned(),
            reason: "no such file".to_owned(),
        }
    }

    #[test]
    fn a_server_that_is_away_is_waited_for_and_a_refusal_is_not() {
        assert!(away(&EngineError::Server(timeout()), true).is_some());
        assert!(away(&EngineError::Ledger(LedgerError::Server(timeout())), true).is_some());
        assert!(away(&EngineError::Server(refused()), true).is_none());
        let lost = LedgerError::Lost { ours: 1, found: 2 };
        assert!(away(&EngineError::Ledger(lost), true).is_none());
        assert!(away(&EngineError::Stopped, true).is_none());
    }

    #[test]
    fn the_reader_of_a_snapshot_is_not_waited_for_nor_what_a_worker_has_waited_for() {
        let read = || CopyError::Read {
            table: TableName::new("shop", "orders"),
            cause: timeout(),
        };
        assert!(away(&EngineError::Copy(read()), true).is_some());
        assert!(away(&EngineError::Copy(read()), false).is_none());
        let long = CopyError::GaveUp(Box::new(CopyError::Ledger(LedgerError::Server(timeout()))));
        assert!(away(&EngineError::from(long), true).is_none());
    }
}
