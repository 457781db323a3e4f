//! Global transaction identifiers: one, and sets of them, tags (8.3 on) included.
//!
//! In: the text of `gtid_executed` or of a person, with any white space and in any case. Out: a set
//! with the algebra that positions need, printed in one canonical form. Nothing here knows a server.
//!
//! A position is a *set*, never a last identifier: transactions of one server may reach another one
//! in another order, and a failover leaves the identifiers of several servers side by side.

mod text;

use std::{collections::BTreeMap, fmt};

pub use text::GtidError;

/// A server's UUID, in the order of its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// The tag of an identifier: at most 32 of `a-z0-9_`, not beginning with a digit; mostly empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    /// The longest tag, in characters.
    pub const LONGEST: usize = 32;

    /// Reads a tag in any case; the empty one is no tag.
    ///
    /// # Errors
    /// A tag that no server takes.
    pub fn new(text: &str) -> Result<Self, GtidError> {
        let lower = text.to_ascii_lowercase();
        let digit_first = lower.starts_with(|first: char| first.is_ascii_digit());
        let plain = lower
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if digit_first || !plain || lower.len() > Self::LONGEST {
            return Err(GtidError::Tag(text.to_owned()));
        }
        Ok(Self(lower))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The identifier of one transaction.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtid {
    pub source: Uuid,
    pub tag: Tag,
    /// From 1 to [`Gtid::LAST`].
    pub number: u64,
}

impl Gtid {
    /// The largest number that a server gives.
    pub const LAST: u64 = i64::MAX as u64 - 1;

    /// # Errors
    /// A number outside 1 to [`Gtid::LAST`].
    pub fn new(source: Uuid, tag: Tag, number: u64) -> Result<Self, GtidError> {
        if number == 0 || number > Self::LAST {
            return Err(GtidError::Number(number.to_string()));
        }
        Ok(Self {
            source,
            tag,
            number,
        })
    }
}

/// Numbers `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub first: u64,
    pub last: u64,
}

/// Whose numbers they are.
type Origin = (Uuid, Tag);

/// A set of identifiers. Each origin's intervals are in order, apart from each other, and not empty,
/// so that equal sets are equal values and print the same text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct GtidSet {
    origins: BTreeMap<Origin, Vec<Interval>>,
}

impl GtidSet {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// How many identifiers it holds.
    pub fn count(&self) -> u128 {
        self.intervals()
            .map(|(_, _, interval)| u128::from(interval.last - interval.first) + 1)
            .sum()
    }

    /// Every interval, in the order of the text.
    pub fn intervals(&self) -> impl Iterator<Item = (Uuid, &Tag, Interval)> {
        self.origins.iter().flat_map(|((source, tag), intervals)| {
            intervals
                .iter()
                .map(move |interval| (*source, tag, *interval))
        })
    }

    /// The intervals of each origin, in the order of the text.
    pub fn origins(&self) -> impl Iterator<Item = (Uuid, &Tag, &[Interval])> {
        self.origins
            .iter()
            .map(|((source, tag), intervals)| (*source, tag, intervals.as_slice()))
    }

    pub fn contains(&self, gtid: &Gtid) -> bool {
        // the key is owned: cloning a tag, which is mostly empty, allocates nothing
        let Some(intervals) = self.origins.get(&(gtid.source, gtid.tag.clone())) else {
            return false;
        };
        let behind = intervals.partition_point(|interval| interval.last < gtid.number);
        intervals
            .get(behind)
            .is_some_and(|interval| interval.first <= gtid.number)
    }

    /// Adds one identifier: the step after each transaction. The next number of an origin, by far the
    /// most frequent case, is found at once.
    pub fn add(&mut self, gtid: &Gtid) {
        let only = Interval {
            first: gtid.number,
            last: gtid.number,
        };
        self.add_interval(gtid.source, gtid.tag.clone(), only);
    }

    /// Adds an interval; one whose end lies before its beginning is empty.
    pub fn add_interval(&mut self, source: Uuid, tag: Tag, added: Interval) {
        if added.last < added.first {
            return;
        }
        let intervals = self.origins.entry((source, tag)).or_default();
        // those that touch the new one, its neighbours included
        let from =
            intervals.partition_point(|interval| interval.last.saturating_add(1) < added.first);
        let to =
            intervals.partition_point(|interval| interval.first <= added.last.saturating_add(1));
        let touched = &intervals[from..to];
        let merged = Interval {
            first: touched
                .first()
                .map_or(added.first, |i| i.first.min(added.first)),
            last: touched
                .last()
                .map_or(added.last, |i| i.last.max(added.last)),
        };
        if to - from == 1 {
            intervals[from] = merged;
        } else {
            intervals.splice(from..to, [merged]);
        }
    }

    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for (source, tag, interval) in other.intervals() {
            all.add_interval(source, tag.clone(), interval);
        }
        all
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut origins = BTreeMap::new();
        for (origin, mine) in &self.origins {
            let left = match other.origins.get(origin) {
                Some(theirs) => without(mine, theirs),
                None => mine.clone(),
            };
            if !left.is_empty() {
                origins.insert(origin.clone(), left);
            }
        }
        Self { origins }
    }

    /// Whether all of it is in the other.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.minus(other).is_empty()
    }
}

fn without(mine: &[Interval], theirs: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    for interval in mine {
        let mut first = interval.first;
        let begin = theirs.partition_point(|other| other.last < interval.first);
        let mut gone = false;
        for other in &theirs[begin..] {
            if other.first > interval.last {
                break;
            }
            if other.first > first {
                left.push(Interval {
                    first,
                    last: other.first - 1,
                });
            }
            if other.last >= interval.last {
                gone = true;
                break;
            }
            first = other.last + 1;
        }
        if !gone {
            left.push(Interval {
                first,
                last: interval.last,
            });
        }
    }
    left
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for Gtid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for GtidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests;
