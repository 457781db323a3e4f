//! Keeps the lease alive beside the work.

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    conn::Connector,
    ledger::{Fence, Lease, LedgerError, lease::RENEW_EVERY},
};

/// A lease that renews itself until it is released.
pub struct Kept {
    fence: Fence,
    stop: CancellationToken,
    task: JoinHandle<Option<Lease>>,
}

impl Kept {
    /// `cancel` is set when the lease is lost: nothing of ours commits from then on.
    pub fn new(lease: Lease, destination: Connector, cancel: CancellationToken) -> Self {
        let fence = lease.fence().clone();
        let stop = CancellationToken::new();
        let task = tokio::spawn(renew(lease, destination, stop.clone(), cancel));
        Self { fence, stop, task }
    }

    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    /// Gives the lease back. One that cannot be given back ends by itself.
    pub async fn release(self) {
        self.stop.cancel();
        if let Ok(Some(lease)) = self.task.await {
            let _ = lease.release().await;
        }
    }
}

async fn renew(
    mut lease: Lease,
    destination: Connector,
    stop: CancellationToken,
    cancel: CancellationToken,
) -> Option<Lease> {
    loop {
        tokio::select! {
            () = tokio::time::sleep(RENEW_EVERY) => {}
            () = stop.cancelled() => return Some(lease),
        }
        match lease.renew().await {
            Ok(()) => {}
            Err(LedgerError::Lost { .. }) => {
                cancel.cancel();
                return None;
            }
            // a destination that is away: the workers try it again, and so do we
            Err(_) => {
                let _ = lease.reconnect(&destination).await;
            }
        }
    }
}
