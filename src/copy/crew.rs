//! How many workers copy at each moment. Those beyond wait between two chunks, and keep their sessions:
//! a reader of a snapshot cannot be had again.

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

#[derive(Debug)]
pub struct Crew {
    wanted: watch::Sender<usize>,
    finished: CancellationToken,
}

impl Crew {
    pub fn new(wanted: usize) -> Self {
        Self {
            wanted: watch::channel(wanted.max(1)).0,
            finished: CancellationToken::new(),
        }
    }

    /// From now on so many, but at least one.
    pub fn want(&self, wanted: usize) {
        self.wanted.send_replace(wanted.max(1));
    }

    /// Nothing is left to copy: nobody waits any more.
    pub fn finish(&self) {
        self.finished.cancel();
    }

    /// Waits until the worker with this number, from 0, is wanted; false where nothing is left to do.
    pub async fn admits(&self, number: usize) -> bool {
        let mut changes = self.wanted.subscribe();
        tokio::select! {
            // whoever is wanted also finds out by itself that nothing is left
            biased;
            // its sender is `self`, and so it never fails
            waited = changes.wait_for(|count| number < *count) => waited.is_ok(),
            () = self.finished.cancelled() => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn those_beyond_wait_until_they_are_wanted_or_all_is_done() {
        let crew = Crew::new(2);
        assert!(crew.admits(0).await && crew.admits(1).await);
        assert_eq!(crew.admits(2).now_or_never(), None);
        crew.want(3);
        assert!(crew.admits(2).await);
        crew.want(0);
        assert!(crew.admits(0).await, "one goes on");
        assert_eq!(crew.admits(1).now_or_never(), None);
        crew.finish();
        assert!(!crew.admits(1).await);
    }
}
