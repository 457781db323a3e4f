//! A window that another process began.

use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::{FollowError, Follower};
use crate::{
    failpoint,
    replication::{
        apply::{Applier, Unfinished},
        gather::{Gatherer, Step},
    },
};

impl Follower<'_> {
    /// Finishes the window that a process before us left open, and goes no further: it must be cut
    /// again under the definitions that it was begun under.
    ///
    /// # Errors
    /// As [`Follower::run`].
    pub async fn settle(&self) -> Result<(), FollowError> {
        let (mut applier, row, mut unfinished) =
            Applier::open(self.fence, self.destination, &self.settings, &self.cancel).await?;
        let since = Instant::now();
        while let Some(left) = unfinished.take() {
            let definitions = self.definitions().await?;
            let window = Some(&left.row.end);
            let exact_from = row.exact_from.clone();
            let opened = self
                .open(applier.position(), window, definitions, exact_from)
                .await;
            let finished = match opened {
                Ok(mut gatherer) => {
                    let finished = finish(&mut gatherer, &mut applier, &left, &self.cancel).await;
                    gatherer.close().await;
                    finished
                }
                Err(error) => Err(error),
            };
            let Err(error) = finished else {
                applier.tell().await?;
                break;
            };
            self.try_again(error, since).await?;
            unfinished = Some(left);
        }
        Ok(())
    }
}

/// Reads the window that another process began up to its end, and finishes it.
pub(super) async fn finish(
    gatherer: &mut Gatherer,
    applier: &mut Applier,
    left: &Unfinished,
    cancel: &CancellationToken,
) -> Result<(), FollowError> {
    let end = &left.row.end;
    gatherer.stop_at(end);
    while !gatherer.has_come() {
        if gatherer.is_past() {
            return Err(FollowError::Reordered {
                window: end.to_string(),
            });
        }
        let step = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(FollowError::Cancelled),
            step = gatherer.step() => step?,
        };
        match step {
            Step::Inside | Step::Between => {}
            Step::Cut if gatherer.has_come() => {}
            // it was dealt with before the window was begun
            Step::Statement(_) if !gatherer.has_changes() => {}
            Step::Keep(part) => applier.keep_part_again(part).await?,
            Step::Ask(question) => gatherer.answer(applier.ask(question).await?)?,
            Step::Cut | Step::Statement(_) | Step::End => {
                return Err(FollowError::Ended(gatherer.end()));
            }
        }
    }
    applier.finish(gatherer.cut(), left).await?;
    failpoint::hit("stream.finished_window");
    Ok(())
}
