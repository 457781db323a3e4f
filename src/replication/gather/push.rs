//! Row images become changes of the window.

use std::sync::Arc;

use super::{GatherError, Transaction};
use crate::replication::{
    cascade::Cascades,
    decode::{DecodeError, RowImages},
    definitions::Tracked,
    event::Place,
    window::{Change, Fit, Window},
};

/// The changes of one row event on their way into the window.
pub(super) struct Pushing<'a> {
    pub window: &'a mut Window,
    pub transaction: &'a mut Transaction,
    pub tracked: &'a Arc<Tracked>,
    /// None where they were carried out above the engine.
    pub cascades: Arc<Cascades>,
    pub place: &'a Place,
    /// Of images that were held: whether they went with their parents.
    pub struck: &'a [bool],
}

impl Pushing<'_> {
    /// Those that are to be applied; all of them count as changes of the transaction.
    ///
    /// # Errors
    /// An image that cannot be read.
    pub fn all(
        self,
        images: impl Iterator<Item = Result<RowImages, DecodeError>>,
    ) -> Result<(), GatherError> {
        let Self {
            window,
            transaction,
            tracked,
            cascades,
            place,
            struck: held,
        } = self;
        let name = &tracked.source.name;
        // A table may have been copied again since a window was noted that is to be cut once more, or
        // since the stream stopped inside this transaction: its changes still count, and still tie
        // others to their lane.
        let behind = tracked.settled(place);
        let table = window.table(tracked);
        let mut noted = false;
        for (at, images) in images.enumerate() {
            let images = images.map_err(|error| GatherError::Decode {
                place: Box::new(place.clone()),
                error,
            })?;
            let (before, after) = (images.before.as_ref(), images.after.as_ref());
            let mut struck = held.get(at) == Some(&true);
            if let (Some(row), None) = (before, after) {
                struck |= transaction.struck.has(name, row);
                transaction.struck.delete(&cascades, name, row);
            }
            transaction.rows += 1;
            if transaction.rows <= transaction.skip {
                continue;
            }
            let taken = match (before, after) {
                (None, _) => tracked.rules.dml.insert,
                (Some(_), Some(_)) => tracked.rules.dml.update,
                (Some(_), None) => tracked.rules.dml.delete,
            };
            // what the engine did to its children is theirs to take or leave
            let settled = behind || struck || !taken;
            let reaches = cascades.reaches(name, before, after);
            if reaches {
                if window.fit == Fit::Fuzzy {
                    let tables = cascades.unclear(name, place, before, after);
                    if !tables.is_empty() {
                        return Err(GatherError::Unclear {
                            place: Box::new(place.clone()),
                            parent: name.clone(),
                            tables,
                        });
                    }
                }
                window.cascades = Arc::clone(&cascades);
            }
            if settled && !reaches && !behind {
                continue;
            }
            if !std::mem::replace(&mut noted, true) {
                window.places.push((window.changes.len(), place.clone()));
            }
            window.push(Change {
                table,
                before: images.before,
                after: images.after,
                cascades: reaches,
                settled,
            });
        }
        Ok(())
    }
}
