//! What a lane's changes to one table come to: each row that is touched, as it was before the window
//! and as it is after it.
//!
//! Merging is exact because the window is applied as a whole: what a row was in between nobody can
//! see. All keys that go are deleted before any row comes, so that values may be swapped between rows.

use std::collections::HashMap;

use mysql_async::Value;

use super::{
    definitions::Identity,
    group::key_bytes,
    window::{Change, Row},
};
use crate::rows::{Weights, canonical};

/// One row over the whole window.
#[derive(Debug)]
pub struct Net<'a> {
    /// Any state of it: all have its key.
    pub row: &'a Row,
    pub before: Option<&'a Row>,
    pub after: Option<&'a Row>,
    /// The last change of it, by its index in the window.
    pub change: usize,
}

/// Merges the changes of one table, by their index in the window, in order.
pub fn merge<'a>(
    identity: &Identity,
    changes: impl Iterator<Item = (usize, &'a Change)>,
    weights: &Weights,
) -> Vec<Net<'a>> {
    let mut nets: Vec<Net<'a>> = Vec::new();
    let mut known: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut net = |row: &'a Row| {
        // no part of such a key is ever NULL
        let key = key_bytes(&identity.key, row, weights).unwrap_or_default();
        *known.entry(key).or_insert_with(|| {
            nets.push(Net {
                row,
                before: None,
                after: None,
                change: 0,
            });
            nets.len() - 1
        })
    };
    let mut steps = Vec::new();
    for (index, change) in changes {
        let before = change.before.as_ref().map(|row| (net(row), row));
        let after = change.after.as_ref().map(|row| (net(row), row));
        steps.push((index, before, after));
    }
    let mut touched = vec![false; nets.len()];
    for (index, before, after) in steps {
        if let Some((at, row)) = before {
            if !touched[at] {
                nets[at].before = Some(row);
            }
            touched[at] = true;
            nets[at].after = None;
            nets[at].change = index;
        }
        if let Some((at, row)) = after {
            touched[at] = true;
            nets[at].after = Some(row);
            nets[at].change = index;
        }
    }
    nets
}

/// Whether two rows are the same bit for bit.
pub fn same(one: &Row, other: &Row, encodings: &[crate::catalog::Encoding]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .zip(encodings)
            .all(|((one, other), encoding)| {
                // 0.0 and -0.0 are equal as numbers, and not the same
                let number = matches!(one, Value::Float(_) | Value::Double(_));
                if one == other && !number {
                    return true;
                }
                let (mut mine, mut theirs) = (Vec::new(), Vec::new());
                canonical::value(&mut mine, one, *encoding);
                canonical::value(&mut theirs, other, *encoding);
                mine == theirs
            })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalog::key::{ChunkKey, KeyColumn, KeyKind},
        replication::definitions::UniqueKey,
        rows::Sameness,
    };

    fn identity() -> Identity {
        Identity {
            key: UniqueKey {
                columns: vec![(0, Sameness::Exact)],
            },
            written: ChunkKey {
                index: "PRIMARY".into(),
                columns: vec![KeyColumn {
                    name: "id".into(),
                    kind: KeyKind::Integer,
                    descending: false,
                }],
            },
        }
    }

    fn row(id: i64, value: i64) -> Row {
        vec![Value::Int(id), Value::Int(value)]
    }

    fn change(before: Option<(i64, i64)>, after: Option<(i64, i64)>) -> Change {
        Change {
            table: 0,
            before: before.map(|(id, value)| row(id, value)),
            after: after.map(|(id, value)| row(id, value)),
            cascades: false,
            settled: false,
        }
    }

    /// Each row as `before -> after`.
    fn merged(changes: &[Change]) -> Vec<String> {
        let nets = merge(&identity(), changes.iter().enumerate(), &Weights::default());
        let text = |row: Option<&Row>| {
            row.map_or_else(
                || "none".to_owned(),
                |row| format!("{:?}={:?}", row[0], row[1]),
            )
        };
        nets.iter()
            .map(|net| format!("{} -> {}", text(net.before), text(net.after)))
            .collect()
    }

    #[test]
    fn the_two_zeros_are_not_the_same() {
        let row = |number: f64| vec![Value::Double(number), Value::Int(1)];
        let encodings = [crate::catalog::Encoding::Plain; 2];
        assert!(same(&row(0.0), &row(0.0), &encodings));
        assert!(!same(&row(0.0), &row(-0.0), &encodings));
    }

    #[test]
    fn only_the_first_and_the_last_state_count() {
        let changes = [
            change(None, Some((1, 10))),
            change(Some((1, 10)), Some((1, 11))),
            change(Some((2, 20)), Some((2, 21))),
            change(Some((2, 21)), None),
            change(None, Some((3, 30))),
            change(Some((3, 30)), None),
        ];
        insta::assert_debug_snapshot!(merged(&changes), @r#"
        [
            "none -> Int(1)=Int(11)",
            "Int(2)=Int(20) -> none",
            "none -> none",
        ]
        "#);
    }

    #[test]
    fn rows_that_swap_their_keys_are_followed() {
        let changes = [
            change(Some((1, 10)), Some((9, 10))),
            change(Some((2, 20)), Some((1, 20))),
            change(Some((9, 10)), Some((2, 10))),
        ];
        insta::assert_debug_snapshot!(merged(&changes), @r#"
        [
            "Int(1)=Int(10) -> Int(1)=Int(20)",
            "none -> none",
            "Int(2)=Int(20) -> Int(2)=Int(10)",
        ]
        "#);
    }
}
