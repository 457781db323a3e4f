//! Updates of one row become one change, so that a window holds more of the source's.
//!
//! In: the changes of a transaction that is through. Out: the same without those updates that leave all
//! unique values as they are and whose row an earlier change of the window wrote last; that change
//! then writes what they wrote. Nobody can see the difference: a window is applied as a whole, where
//! only a row's first and last state count (see [`super::super::net`]), and such an update meets no
//! other row's keys, neither before nor after. What depends on the order of changes is left as it is:
//! those that the engine cascades, and tables whose images do not show all that is unique.
//!
//! It is a matter of the events alone: a window that is read again comes out the same.

use std::collections::HashMap;

use super::super::{
    definitions::{Tracked, UniqueKey},
    group,
    window::{Change, Row, Window, row_bytes},
};
use crate::{catalog::Encoding, rows::canonical};

/// Which change of the window wrote a row last.
#[derive(Debug, Default)]
pub(super) struct Fold {
    /// By the hash of the table and of the identity's bytes. Two rows of one hash take turns; the
    /// bytes decide.
    last: HashMap<u64, usize>,
    buffer: Vec<u8>,
}

impl Fold {
    /// The window is cut: what it holds from now on has nothing before it.
    pub fn clear(&mut self) {
        self.last.clear();
    }

    /// Takes the changes from an index on, those of a transaction that is through.
    pub fn take(&mut self, window: &mut Window, from: usize) {
        let kept = window.places.partition_point(|(first, _)| *first < from);
        let mut places = window.places.split_off(kept).into_iter().peekable();
        let mut place = None;
        for (index, change) in (from..).zip(window.changes.split_off(from)) {
            while let Some((_, next)) = places.next_if(|(first, _)| *first <= index) {
                place = Some(next);
            }
            let Some(change) = self.fold(window, change) else {
                continue;
            };
            if let Some(place) = place.take() {
                window.places.push((window.changes.len(), place));
            }
            window.changes.push(change);
        }
    }

    /// Gives back what is a change of its own.
    fn fold(&mut self, window: &mut Window, change: Change) -> Option<Change> {
        if change.cascades {
            // what comes before it and what comes behind it are not one
            self.last.clear();
            return Some(change);
        }
        let tracked = &window.tables[change.table];
        let Some(key) = foldable(tracked) else {
            return Some(change);
        };
        let mut hash = |row: &Row| self.hash(change.table, key, row);
        let before = change.before.as_ref().map(&mut hash);
        let after = change.after.as_ref().map(&mut hash);
        if let (Some(before), Some(after)) = (before, after)
            && before == after
            && !change.settled
            && let Some(earlier) = self.last.get(&before)
            && let Some(earlier) = window.changes.get_mut(*earlier)
            && let (Some(old), Some(new)) = (&change.before, &change.after)
            && tracked.keys.are_kept(old, new)
            && earlier.table == change.table
            && let Some(written) = &mut earlier.after
            && is_same(key, written, old)
        {
            window.bytes = window
                .bytes
                .saturating_sub(row_bytes(old) + row_bytes(written));
            window.folded += 1;
            *written = change.after.unwrap_or_default();
            return None;
        }
        if let Some(before) = before {
            self.last.remove(&before);
        }
        if let Some(after) = after {
            if change.settled {
                self.last.remove(&after);
            } else {
                self.last.insert(after, window.changes.len());
            }
        }
        Some(change)
    }

    fn hash(&mut self, table: usize, key: &UniqueKey, row: &Row) -> u64 {
        self.buffer.clear();
        self.buffer.extend((table as u64).to_le_bytes());
        for (place, _) in &key.columns {
            if let Some(value) = row.get(*place) {
                canonical::value(&mut self.buffer, value, Encoding::Plain);
            }
        }
        group::hash(&[&self.buffer])
    }
}

/// The key by which rows of the table are told apart; `None` where changes of one row are not merged.
fn foldable(table: &Tracked) -> Option<&UniqueKey> {
    let exact = table.rules.dml.is_all() && !table.keys.opaque && !table.keys.own_columns;
    let identity = table.keys.identity.as_ref().filter(|_| exact)?;
    Some(&identity.key)
}

fn is_same(key: &UniqueKey, one: &Row, other: &Row) -> bool {
    let mut places = key.columns.iter().map(|(place, _)| *place);
    places.all(|place| one.get(place) == other.get(place))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mysql_async::Value;

    use super::*;
    use crate::{
        catalog::{
            RowShape, Table,
            key::{ChunkKey, KeyColumn, KeyKind},
        },
        mysql::{BinlogPosition, Checkpoint, SourcePosition},
        replication::{
            definitions::{Identity, RowKeys},
            event::Place,
        },
        resolve::{Dml, RowRules, StreamRows},
        rows::Sameness,
    };

    /// A table of three columns: `id`, `u` with a unique key of its own, `v`.
    fn table(opaque: bool) -> Arc<Tracked> {
        let tables: Vec<Table> =
            serde_json::from_str(include_str!("../../catalog/fixtures/tables_9_7.json"))
                .expect("they are tables");
        let any = tables.into_iter().next().expect("there is one");
        let unique = |place| UniqueKey {
            columns: vec![(place, Sameness::Exact)],
        };
        let identity = Identity {
            key: unique(0),
            written: ChunkKey {
                index: "PRIMARY".into(),
                columns: vec![KeyColumn {
                    name: "id".into(),
                    kind: KeyKind::Integer,
                    descending: false,
                }],
            },
        };
        Arc::new(Tracked {
            shape: RowShape {
                source: any.name.clone(),
                destination: any.name.clone(),
                columns: Vec::new(),
                key: None,
            },
            source: any.clone(),
            destination: any,
            from: None,
            keys: RowKeys {
                identity: Some(identity),
                others: vec![unique(1)],
                opaque,
                own_columns: false,
            },
            rules: RowRules {
                dml: Dml::ALL,
                conflicts: StreamRows::Error,
            },
        })
    }

    /// Rows as `(id, u, v)`.
    type Image = Option<(i64, i64, i64)>;

    struct Stretch {
        window: Window,
        fold: Fold,
        table: usize,
        events: u64,
    }

    impl Stretch {
        fn new(opaque: bool) -> Self {
            let at = Checkpoint::at(&SourcePosition {
                server_uuid: "a".to_owned(),
                gtid_executed: String::new(),
                binlog: Some(BinlogPosition {
                    file: "b.1".to_owned(),
                    offset: 4,
                }),
            });
            let mut window = Window::new(at.expect("it is a position"));
            let table = window.table(&table(opaque));
            Self {
                window,
                fold: Fold::default(),
                table,
                events: 0,
            }
        }

        fn push(&mut self, before: Image, after: Image, settled: bool, cascades: bool) {
            let row = |(id, u, v)| vec![Value::Int(id), Value::Int(u), Value::Int(v)];
            self.events += 1;
            let place = Place {
                file: "b.1".into(),
                end: self.events,
                gtid: None,
            };
            self.window.places.push((self.window.changes.len(), place));
            self.window.push(Change {
                table: self.table,
                before: before.map(row),
                after: after.map(row),
                cascades,
                settled,
            });
        }

        /// One transaction, a row event for each change.
        fn commit(&mut self, changes: &[(Image, Image)]) {
            let from = self.window.changes.len();
            for (before, after) in changes {
                self.push(*before, *after, false, false);
            }
            self.fold.take(&mut self.window, from);
        }

        /// Each change with the event that it stands for.
        fn told(&self) -> Vec<String> {
            let text = |row: &Option<Row>| {
                row.as_ref().map_or_else(
                    || "none".to_owned(),
                    |row| {
                        let values: Vec<String> =
                            row.iter().map(|value| value.as_sql(true)).collect();
                        values.join(",")
                    },
                )
            };
            let changes = self.window.changes.iter().enumerate();
            let told = changes.map(|(index, one)| {
                let event = self.window.place(index).map_or(0, |place| place.end);
                format!("{}: {} -> {}", event, text(&one.before), text(&one.after))
            });
            let bytes = self.window.changes.iter().flat_map(|change| {
                let rows = change.before.iter().chain(&change.after);
                rows.map(|row| row_bytes(row))
            });
            assert_eq!(self.window.bytes, bytes.sum::<usize>());
            told.collect()
        }
    }

    #[test]
    fn an_update_becomes_part_of_what_wrote_the_row_last() {
        let mut stretch = Stretch::new(false);
        stretch.commit(&[(None, Some((1, 1, 1))), (Some((2, 2, 1)), Some((2, 2, 2)))]);
        stretch.commit(&[
            (Some((1, 1, 1)), Some((1, 1, 5))),
            (Some((3, 3, 1)), Some((3, 3, 2))),
            (Some((2, 2, 2)), Some((2, 2, 6))),
        ]);
        insta::assert_debug_snapshot!(stretch.told(), @r#"
        [
            "1: none -> 1,1,5",
            "2: 2,2,1 -> 2,2,6",
            "4: 3,3,1 -> 3,3,2",
        ]
        "#);
        assert_eq!((stretch.window.rows(), stretch.window.folded), (5, 2));
    }

    #[test]
    fn a_change_of_a_unique_value_and_what_comes_behind_a_delete_stay() {
        let mut stretch = Stretch::new(false);
        stretch.commit(&[
            (Some((1, 1, 1)), Some((1, 1, 2))),
            (Some((1, 1, 2)), Some((1, 9, 2))),
            (Some((1, 9, 2)), Some((1, 9, 3))),
            (Some((1, 9, 3)), None),
            (None, Some((1, 4, 4))),
            (Some((1, 4, 4)), Some((7, 4, 4))),
            (Some((7, 4, 4)), Some((7, 4, 5))),
        ]);
        insta::assert_debug_snapshot!(stretch.told(), @r#"
        [
            "1: 1,1,1 -> 1,1,2",
            "2: 1,1,2 -> 1,9,3",
            "4: 1,9,3 -> none",
            "5: none -> 1,4,4",
            "6: 1,4,4 -> 7,4,5",
        ]
        "#);
    }

    #[test]
    fn nothing_is_folded_over_a_cascade_a_settled_change_a_cut_or_hidden_keys() {
        let once = (Some((1, 1, 1)), Some((1, 1, 2)));
        let again = (Some((1, 1, 2)), Some((1, 1, 3)));
        let mut cascade = Stretch::new(false);
        cascade.commit(&[once]);
        cascade.push(Some((5, 5, 5)), None, false, true);
        cascade.fold.take(&mut cascade.window, 1);
        cascade.commit(&[again]);
        assert_eq!(cascade.told().len(), 3);
        let mut settled = Stretch::new(false);
        settled.push(once.0, once.1, true, false);
        settled.fold.take(&mut settled.window, 0);
        settled.commit(&[again]);
        assert_eq!(settled.told().len(), 2);
        let mut cut = Stretch::new(false);
        cut.commit(&[once]);
        cut.fold.clear();
        cut.commit(&[again]);
        assert_eq!(cut.told().len(), 2);
        let mut opaque = Stretch::new(true);
        opaque.commit(&[once, again]);
        assert_eq!(opaque.told().len(), 2);
    }
}
