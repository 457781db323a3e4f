//! Keeps the lease alive beside the work.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    conn::Connector,
    ledger::{Fence, Lease, LedgerError, Request, lease::RENEW_EVERY},
};

/// How often it is looked what others ask of us.
const LISTEN_EVERY: Duration = Duration::from_secs(1);

/// How the renewing ended: by us, or because somebody has taken over.
type Ended = Result<Lease, LedgerError>;

/// A lease that renews itself until it is released.
pub struct Kept {
    fence: Fence,
    destination: Connector,
    stop: CancellationToken,
    task: JoinHandle<Ended>,
    asked: Heard,
}

/// What was asked of us, once something was.
type Heard = Arc<Mutex<Option<Request>>>;

impl Kept {
    /// `cancel` is set when the lease is lost: nothing of ours commits from then on; and when another
    /// process asks us to stop.
    pub fn new(lease: Lease, destination: Connector, cancel: CancellationToken) -> Self {
        let fence = lease.fence().clone();
        let stop = CancellationToken::new();
        let asked = Heard::default();
        let renewing = renew(
            lease,
            destination.clone(),
            stop.clone(),
            cancel,
            Arc::clone(&asked),
        );
        let task = tokio::spawn(renewing);
        Self {
            fence,
            destination,
            stop,
            task,
            asked,
        }
    }

    /// What another process has asked of us.
    pub fn asked(&self) -> Option<Request> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.clone()
    }

    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    /// Gives the lease back; the loss, where it is ours no more. One that cannot be given back ends
    /// by itself.
    pub async fn release(self) -> Option<LedgerError> {
        self.stop.cancel();
        match self.task.await {
            Ok(Ok(lease)) => give_back(lease, &self.destination).await,
            Ok(Err(lost)) => Some(lost),
            Err(_) => None,
        }
    }
}

/// Who took over has ended our connections, also the one that the lease would be given back by.
async fn give_back(mut lease: Lease, destination: &Connector) -> Option<LedgerError> {
    let first = lease.release().await;
    let released = match first {
        Ok(()) | Err(LedgerError::Lost { .. }) => first,
        Err(_) => match lease.reconnect(destination).await {
            Ok(()) => lease.release().await,
            Err(error) => Err(error),
        },
    };
    released
        .err()
        .filter(|error| matches!(error, LedgerError::Lost { .. }))
}

async fn renew(
    mut lease: Lease,
    destination: Connector,
    stop: CancellationToken,
    cancel: CancellationToken,
    heard: Heard,
) -> Ended {
    let mut renewed_at = Instant::now();
    loop {
        tokio::select! {
            () = tokio::time::sleep(LISTEN_EVERY) => {}
            () = stop.cancelled() => return Ok(lease),
        }
        if let Ok(Some(request)) = lease.asked().await {
            *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
            cancel.cancel();
        }
        if renewed_at.elapsed() < RENEW_EVERY {
            continue;
        }
        renewed_at = Instant::now();
        let renewed = match lease.renew().await {
            lost @ Err(LedgerError::Lost { .. }) => lost,
            Ok(()) => Ok(()),
            // a destination that is away: the workers try it again, and so do we
            Err(_) => lease.reconnect(&destination).await,
        };
        if let Err(lost @ LedgerError::Lost { .. }) = renewed {
            cancel.cancel();
            return Err(lost);
        }
    }
}
