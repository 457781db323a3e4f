//! How fast a migration may go, and how long it puts up with failures: what `limits` of the
//! specification says, and the [`Throttle`] that holds it.
//!
//! A specification that is saved while it is applied changes them at once, so that whoever is bound by
//! them looks again each time.

mod bucket;
mod throttle;

use std::{
    num::{NonZeroU16, NonZeroU64},
    time::Duration,
};

pub use bucket::Bucket;
pub use throttle::{Amounts, Throttle};

/// At most so much a second; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Statements to the source.
    pub queries: Option<NonZeroU64>,
    pub rows: Option<NonZeroU64>,
    pub bytes: Option<NonZeroU64>,
}

/// How long something that fails is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// A server that is away.
    pub connection: Duration,
    /// All else that may pass: a lock that somebody holds, a deadlock.
    pub statement: Duration,
}

/// All that may change while a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many copy at once; `None`: as many as the destination bears.
    pub workers: Option<NonZeroU16>,
    /// How long a chunk of the copy should take.
    pub chunk_time: Duration,
    /// Of the copy.
    pub full: Rates,
    /// Of the stream.
    pub stream: Rates,
    /// How many apply the stream at once; `None`: as many as copy.
    pub lanes: Option<NonZeroU16>,
    pub retry: Retry,
}

impl Default for Limits {
    /// As the language's defaults.
    fn default() -> Self {
        Self {
            workers: None,
            chunk_time: Duration::from_secs(1),
            full: Rates::default(),
            stream: Rates::default(),
            lanes: None,
            retry: Retry {
                connection: Duration::from_secs(12 * 60 * 60),
                statement: Duration::from_secs(10 * 60),
            },
        }
    }
}
