//! The block `limits`.

use std::num::{NonZeroU16, NonZeroU64};

use crate::{
    limits::{Limits, Rates, Retry},
    spec::Section,
};

/// `None` where something in it was reported to be wrong.
pub fn read(section: &Section) -> Option<Limits> {
    let (full, stream) = (section.section("full")?, section.section("incremental")?);
    let retry = section.section("retry")?;
    Some(Limits {
        workers: workers(full),
        chunk_time: full.duration("chunk_time")?,
        full: Rates {
            queries: number(full, "queries_per_second"),
            ..rates(full)
        },
        stream: rates(stream),
        lanes: workers(stream),
        retry: Retry {
            connection: retry.duration("connection")?,
            statement: retry.duration("statement")?,
        },
    })
}

fn workers(section: &Section) -> Option<NonZeroU16> {
    let count = section.number("workers")?;
    NonZeroU16::new(u16::try_from(count).ok()?)
}

fn rates(section: &Section) -> Rates {
    Rates {
        queries: None,
        rows: number(section, "rows_per_second"),
        bytes: section
            .size("bytes_per_second")
            .and_then(|bytes| NonZeroU64::new(bytes.0)),
    }
}

fn number(section: &Section, name: &str) -> Option<NonZeroU64> {
    section.number(name).and_then(NonZeroU64::new)
}
