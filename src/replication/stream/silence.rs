//! A connection that is dead without anybody having said so: the source sends heartbeats, and when
//! for long not even those come, it is given up.
//!
//! Only the time in which somebody listens counts: while windows are applied, or limits hold, nobody
//! may read for a while, and what came meanwhile waits in the connection.

use std::time::{Duration, Instant};

/// How long nothing has come.
#[derive(Debug)]
pub(in crate::replication) struct Silence {
    so_far: Duration,
    pub(in crate::replication) most: Duration,
    heartbeat: Duration,
}

/// Adds up the time of one future, also where it is dropped.
struct Listening<'a> {
    so_far: &'a mut Duration,
    since: Instant,
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        *self.so_far += self.since.elapsed();
    }
}

impl Silence {
    /// So many heartbeats may be missing: a busy network or machine is not a dead one.
    const HEARTBEATS: u32 = 30;
    /// Before the first event old releases pass over files without a word.
    const AT_FIRST: u32 = 20 * Self::HEARTBEATS;

    pub(in crate::replication) fn new(heartbeat: Duration) -> Self {
        Self {
            so_far: Duration::ZERO,
            most: heartbeat * Self::AT_FIRST,
            heartbeat,
        }
    }

    /// The first event, or heartbeat, has come.
    pub(in crate::replication) fn begun(&mut self) {
        self.most = self.heartbeat * Self::HEARTBEATS;
    }

    /// Waits for what comes next; `None` where nothing has come for too long. Dropping the future
    /// loses nothing that the other would not lose.
    pub(in crate::replication) async fn listen<T>(
        &mut self,
        next: impl Future<Output = T>,
    ) -> Option<T> {
        let left = self.most.saturating_sub(self.so_far);
        let listening = Listening {
            so_far: &mut self.so_far,
            since: Instant::now(),
        };
        // what is there already is taken first
        let came = tokio::time::timeout(left, next).await.ok();
        drop(listening);
        if came.is_some() {
            self.so_far = Duration::ZERO;
        }
        came
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const NO_TIME: Duration = Duration::ZERO;

    #[tokio::test]
    async fn silence_adds_up_over_futures_that_are_dropped_and_ends_with_an_event() {
        let mut silence = Silence::new(Duration::from_millis(1));
        silence.begun();
        let mut looks = 0;
        while silence.so_far < silence.most {
            // as a loop does that has other things to do, too
            let waited =
                tokio::time::timeout(Duration::from_millis(1), silence.listen(pending::<()>()));
            looks += 1;
            if waited.await.is_ok() {
                break;
            }
        }
        assert!(looks > 0 && silence.so_far >= silence.most / 2);
        silence.so_far = silence.most;
        assert_eq!(silence.listen(pending::<()>()).await, None);
        // even then what waits already is heard
        assert_eq!(silence.listen(ready(5)).await, Some(5));
        assert_eq!(silence.so_far, NO_TIME);
    }
}
