//! What was taken beyond a rate, and how long it takes until it is paid for. The time comes in.

use std::{
    num::NonZeroU64,
    time::{Duration, Instant},
};

const BILLION: u128 = 1_000_000_000;

/// A debt that is paid back at a rate. Nothing is saved up while nothing is owed, so that a pause is
/// not followed by a burst.
#[derive(Debug, Default)]
pub struct Bucket {
    /// In billionths.
    owed: u128,
    /// Up to when was paid.
    paid: Option<Instant>,
}

impl Bucket {
    pub fn take(&mut self, amount: u64) {
        self.owed = self.owed.saturating_add(u128::from(amount) * BILLION);
    }

    /// How long until all that was taken is paid for; without a rate nothing is owed.
    pub fn wait(&mut self, per_second: Option<NonZeroU64>, now: Instant) -> Duration {
        let since = self
            .paid
            .replace(self.paid.map_or(now, |paid| paid.max(now)));
        let Some(per_second) = per_second.map(|rate| u128::from(rate.get())) else {
            self.owed = 0;
            return Duration::ZERO;
        };
        let passed = since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        let paid = passed.as_nanos().saturating_mul(per_second);
        self.owed = self.owed.saturating_sub(paid);
        let nanoseconds = self.owed.div_ceil(per_second);
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_second: u64) -> Option<NonZeroU64> {
        NonZeroU64::new(per_second)
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_was_taken_is_waited_for_afterwards() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        assert_eq!(bucket.wait(rate(10), start), Duration::ZERO);
        bucket.take(25);
        assert_eq!(bucket.wait(rate(10), start), SECOND * 5 / 2);
        assert_eq!(bucket.wait(rate(10), start + SECOND), SECOND * 3 / 2);
        // a rate that changes holds for what is still owed
        assert_eq!(bucket.wait(rate(30), start + SECOND), SECOND / 2);
        assert_eq!(bucket.wait(rate(30), start + 9 * SECOND), Duration::ZERO);
    }

    #[test]
    fn over_any_time_the_rate_is_held() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        let (mut now, mut taken) = (start, 0);
        for amount in [7, 1, 300, 2, 2, 50, 1, 90] {
            bucket.take(amount);
            taken += amount;
            now += bucket.wait(rate(100), now);
            // a pause saves nothing up
            assert_eq!(bucket.wait(rate(100), now), Duration::ZERO);
        }
        assert_eq!(now - start, Duration::from_millis(taken * 10));
    }

    #[test]
    fn without_a_rate_nothing_is_owed() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        bucket.take(u64::MAX);
        bucket.take(u64::MAX);
        assert_eq!(bucket.wait(None, start), Duration::ZERO);
        assert_eq!(bucket.wait(rate(1), start), Duration::ZERO);
    }
}
