//! Cuts a window into lanes.
//!
//! Two changes that touch one key value, in the image before or after, of any unique key, go to the
//! same lane, in order; so lanes never have to wait for each other, and in no lane does a row meet a
//! key that another lane is about to free. Where images do not show a key, or a table has no key, the
//! whole table goes to one lane. The same window with the same seed and number of lanes is always cut
//! in the same way, also by a process that comes after a crash.

use std::collections::HashMap;

use mysql_async::Value;

use super::{
    definitions::UniqueKey,
    window::{Change, Window},
};
use crate::rows::{Sameness, Weights, weight::Collation};

/// The changes of each lane, by their index in the window, in order.
pub type Lanes = Vec<Vec<usize>>;

/// How a window is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    pub lanes: u32,
    pub seed: u64,
}

/// Every string in the window's keys, with its collation.
pub fn key_strings(window: &Window) -> impl Iterator<Item = (&Collation, &[u8])> + Clone {
    window.changes.iter().flat_map(|change| {
        let keys = &window.tables[change.table].keys;
        let identity = keys.identity.iter().map(|identity| &identity.key);
        let images = || change.before.iter().chain(&change.after);
        identity
            .chain(&keys.others)
            .flat_map(|key| &key.columns)
            .flat_map(move |(place, sameness)| {
                images().filter_map(move |row| match (sameness, row.get(*place)) {
                    (Sameness::Collated(collation), Some(Value::Bytes(bytes))) => {
                        Some((collation, bytes.as_slice()))
                    }
                    _ => None,
                })
            })
    })
}

/// What tells a key value from all others of its key; `None` where a part is NULL, which is never
/// the same as another.
pub fn key_bytes(key: &UniqueKey, row: &[Value], weights: &Weights) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(16);
    for (place, sameness) in &key.columns {
        let value = row.get(*place)?;
        if matches!(value, Value::NULL) {
            return None;
        }
        weights.append(&mut bytes, value, sameness);
    }
    Some(bytes)
}

/// Cuts a window.
pub fn cut(window: &Window, weights: &Weights, cut: Cut) -> Lanes {
    let mut lanes: Lanes = vec![Vec::new(); cut.lanes.max(1) as usize];
    if lanes.len() == 1 || window.changes.iter().any(|change| change.cascades) {
        lanes[0].extend(0..window.changes.len());
        return lanes;
    }
    let mut groups = Groups::new(window.changes.len());
    for (index, change) in window.changes.iter().enumerate() {
        for token in tokens(window, change, weights) {
            groups.tie(index, token);
        }
    }
    for index in 0..window.changes.len() {
        let lane = mixed(groups.name(index) ^ cut.seed) % u64::from(cut.lanes);
        // below the number of lanes
        if let Some(lane) = usize::try_from(lane).ok().and_then(|at| lanes.get_mut(at)) {
            lane.push(index);
        }
    }
    lanes
}

/// Tells one way of cutting a window from another.
pub fn fingerprint(lanes: &Lanes) -> u64 {
    let mut told = Vec::new();
    for lane in lanes {
        told.extend((lane.len() as u64).to_le_bytes());
        for change in lane {
            told.extend((*change as u64).to_le_bytes());
        }
    }
    hash(&[&told])
}

/// What a change must not be parted from, as hashes: two that are equal by chance only make a group
/// larger.
fn tokens(window: &Window, change: &Change, weights: &Weights) -> Vec<u64> {
    let table = &window.tables[change.table];
    let name = hash(&[
        table.shape.destination.database.as_str().as_bytes(),
        &[0],
        table.shape.destination.name.as_str().as_bytes(),
    ]);
    // with changes left out, a row may meet others that no image of this window shows
    let alone = table.rules.dml.is_all() || table.keys.others.is_empty();
    let shown = alone && !table.keys.opaque;
    let Some(identity) = table.keys.identity.as_ref().filter(|_| shown) else {
        return vec![name];
    };
    let keys = std::iter::once(&identity.key).chain(&table.keys.others);
    keys.enumerate()
        .flat_map(|(number, key)| {
            let images = change.before.iter().chain(&change.after);
            images.filter_map(move |row| {
                let bytes = key_bytes(key, row, weights)?;
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                Some(hash(&[&name.to_le_bytes(), &number.to_le_bytes(), &bytes]))
            })
        })
        .collect()
}

/// FNV-1a: the same in every release, as a window may be cut again by a later one.
pub(super) fn hash(parts: &[&[u8]]) -> u64 {
    parts
        .iter()
        .flat_map(|part| part.iter())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

/// Spreads neighbouring numbers (the finalizer of `SplitMix64`).
fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Union-find over changes; a group's name is the least of its tokens, whatever the order.
struct Groups {
    parents: Vec<usize>,
    names: Vec<u64>,
    owners: HashMap<u64, usize>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self {
            parents: (0..count).collect(),
            names: vec![u64::MAX; count],
            owners: HashMap::with_capacity(count * 2),
        }
    }

    fn root(&mut self, mut of: usize) -> usize {
        while self.parents[of] != of {
            self.parents[of] = self.parents[self.parents[of]];
            of = self.parents[of];
        }
        of
    }

    fn tie(&mut self, change: usize, token: u64) {
        let mine = self.root(change);
        let owner = *self.owners.entry(token).or_insert(mine);
        let theirs = self.root(owner);
        let name = self.names[mine].min(self.names[theirs]).min(token);
        self.parents[mine] = theirs;
        self.names[theirs] = name;
    }

    fn name(&mut self, of: usize) -> u64 {
        let root = self.root(of);
        self.names[root]
    }
}
