//! The one that applies, and the window before, while the next is read.

use tokio::task::JoinHandle;

use super::FollowError;
use crate::replication::{
    apply::{Applier, ApplyError},
    window::Window,
};

/// The window before, while it is applied.
type Applying = JoinHandle<(Applier, Result<(), ApplyError>)>;

/// The one that applies is either at hand or at work.
pub(super) enum Hands {
    Free(Box<Applier>),
    Busy(Applying),
    /// Only between two of the others.
    Gone,
}

pub(super) fn hand(hands: &mut Hands, window: Window) {
    if !window.moves() {
        return;
    }
    match std::mem::replace(hands, Hands::Gone) {
        Hands::Free(mut applier) => {
            *hands = Hands::Busy(tokio::spawn(async move {
                let done = applier.apply(window).await;
                (*applier, done)
            }));
        }
        other @ (Hands::Busy(_) | Hands::Gone) => *hands = other,
    }
}

/// Waits until the window before has been applied.
pub(super) async fn free(hands: &mut Hands) -> Result<(), FollowError> {
    match hands {
        Hands::Free(_) => Ok(()),
        Hands::Busy(_) => finished(hands).await,
        Hands::Gone => Err(ApplyError::Lane("it is gone".to_owned()).into()),
    }
}

/// The one that applies, after it has applied everything that it was given.
pub(super) async fn applier(hands: &mut Hands) -> Result<&mut Applier, FollowError> {
    free(hands).await?;
    match hands {
        Hands::Free(applier) => Ok(applier),
        Hands::Busy(_) | Hands::Gone => Err(ApplyError::Lane("it is gone".to_owned()).into()),
    }
}

/// Dropping the future loses nothing: the task goes on.
pub(super) async fn finished(hands: &mut Hands) -> Result<(), FollowError> {
    let Hands::Busy(task) = hands else {
        return Ok(());
    };
    match task.await {
        Ok((applier, done)) => {
            *hands = Hands::Free(Box::new(applier));
            Ok(done?)
        }
        Err(error) => {
            *hands = Hands::Gone;
            Err(ApplyError::Lane(error.to_string()).into())
        }
    }
}
