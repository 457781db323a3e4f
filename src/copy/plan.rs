//! What is to be copied, and what of it is left after an interruption. Pure.

use std::collections::{BTreeSet, VecDeque};

use crate::{
    catalog::RowShape, ledger::TableProgress, mysql::TableName, rows::KeyBound, rows::KeyRange,
};

/// Whether the destination's table held rows before the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExistingRows {
    /// It was empty: a row that is not taken is an error.
    None,
    /// It had rows, and a row whose key is there already is kept and counted.
    Keep,
    /// It was empty, and chunks are read at moments of their own: a value of a unique key may have
    /// gone from one row to another in between. The later row takes its place, and the stream brings
    /// the earlier one as it is by then.
    Replace,
}

/// One table's copy.
#[derive(Clone, Debug)]
pub struct Job {
    pub shape: RowShape,
    pub existing: ExistingRows,
    /// Estimates of the source's engine.
    pub rows: u64,
    pub row_bytes: u64,
    /// What `SHOW CREATE TABLE` on the source must say while the table is read by chunks.
    pub definition: String,
    pub progress: TableProgress,
    /// It is read from its start to its end at one moment, by one reader; begun again after an
    /// interruption.
    pub whole: bool,
    /// Tables whose rows change these inside the source's engine. Nobody may write to them at that
    /// moment either.
    pub above: BTreeSet<TableName>,
    /// Tables, by their names on the source, whose copy must have ended before this one begins.
    pub after: BTreeSet<TableName>,
}

/// A range that is still to be copied, with the ordinal that it gets in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    pub ordinal: u64,
    pub range: KeyRange,
}

/// Where a table's copy goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remainder {
    /// Ranges between finished chunks.
    pub holes: VecDeque<Hole>,
    /// The last boundary drawn: what lies above it has not been cut yet. `None` before the first.
    pub frontier: Option<KeyBound>,
    /// The next ordinal to be given.
    pub next: u64,
    /// The end of the table has been reached.
    pub exhausted: bool,
}

/// What is left of a table by its progress; `None` where the ledger's bounds cannot be read.
pub fn resume(progress: &TableProgress) -> Option<Remainder> {
    let mut holes = VecDeque::new();
    let mut reached = decode(progress.watermark.as_deref())?;
    let mut next = progress.chunks;
    // the last chunk's upper end is open, so a watermark without a key is the end of the table
    let mut exhausted = progress.chunks > 0 && reached.is_none();
    for chunk in &progress.beyond {
        let lower = decode(chunk.lower.as_deref())?;
        if lower != reached {
            let range = KeyRange {
                lower: reached,
                upper: lower,
            };
            holes.push_back(Hole {
                ordinal: chunk.ordinal.checked_sub(1)?,
                range,
            });
        }
        reached = decode(chunk.upper.as_deref())?;
        exhausted |= reached.is_none();
        next = chunk.ordinal + 1;
    }
    Some(Remainder {
        holes,
        frontier: reached,
        next,
        exhausted,
    })
}

/// `Some(None)` for an open end.
#[expect(
    clippy::option_option,
    reason = "the outer one is damage, the inner one an open end"
)]
fn decode(bytes: Option<&[u8]>) -> Option<Option<KeyBound>> {
    match bytes {
        None => Some(None),
        Some(bytes) => KeyBound::decode(bytes).map(Some),
    }
}

/// Moves the watermark over every finished chunk that touches it; true where it moved.
pub fn fold(progress: &mut TableProgress) -> bool {
    let mut folded = 0;
    for chunk in &progress.beyond {
        let first = progress.chunks == 0 && folded == 0;
        let touches = if first {
            chunk.lower.is_none()
        } else {
            chunk.lower.is_some() && chunk.lower == progress.watermark
        };
        if !touches {
            break;
        }
        progress.watermark.clone_from(&chunk.upper);
        progress.chunks = chunk.ordinal + 1;
        progress.rows += chunk.rows;
        progress.kept += chunk.kept;
        progress.bytes += chunk.bytes;
        folded += 1;
    }
    progress.beyond.drain(..folded);
    folded > 0
}

#[cfg(test)]
mod tests {
    use mysql_async::Value;

    use super::*;
    use crate::{
        catalog::key::{ChunkKey, KeyColumn, KeyKind},
        ledger::{ChunkRange, CopyState},
    };

    fn bound(at: i64) -> KeyBound {
        let column = KeyColumn {
            name: "a".into(),
            kind: KeyKind::Integer,
            descending: false,
        };
        let key = ChunkKey {
            index: "PRIMARY".into(),
            columns: vec![column],
        };
        KeyBound::from_values(&key, &[Value::Int(at)]).unwrap()
    }

    fn chunk(ordinal: u64, lower: Option<i64>, upper: Option<i64>) -> ChunkRange {
        ChunkRange {
            ordinal,
            lower: lower.map(|at| bound(at).encode()),
            upper: upper.map(|at| bound(at).encode()),
            rows: 10,
            kept: 0,
            bytes: 100,
        }
    }

    fn progress(beyond: Vec<ChunkRange>) -> TableProgress {
        TableProgress {
            id: 1,
            state: CopyState::Copying,
            was_empty: true,
            chunks: 0,
            watermark: None,
            rows: 0,
            kept: 0,
            bytes: 0,
            beyond,
        }
    }

    #[test]
    fn the_holes_are_what_lies_between_finished_chunks() {
        let left = resume(&progress(vec![
            chunk(1, Some(10), Some(20)),
            chunk(4, Some(40), Some(50)),
        ]))
        .unwrap();
        let holes: Vec<_> = left
            .holes
            .iter()
            .map(|hole| (hole.ordinal, hole.range.clone()))
            .collect();
        assert_eq!(
            holes,
            vec![
                (
                    0,
                    KeyRange {
                        lower: None,
                        upper: Some(bound(10))
                    }
                ),
                (
                    3,
                    KeyRange {
                        lower: Some(bound(20)),
                        upper: Some(bound(40))
                    }
                ),
            ]
        );
        assert_eq!(
            (left.frontier, left.next, left.exhausted),
            (Some(bound(50)), 5, false)
        );
    }

    #[test]
    fn a_finished_last_chunk_means_there_is_nothing_behind_it() {
        let left = resume(&progress(vec![chunk(3, Some(30), None)])).unwrap();
        assert!(left.exhausted);
        assert_eq!(left.holes.len(), 1);
        let untouched = resume(&progress(Vec::new())).unwrap();
        assert!(!untouched.exhausted && untouched.holes.is_empty() && untouched.next == 0);
    }

    #[test]
    fn the_watermark_stops_at_the_first_hole() {
        let mut table = progress(vec![
            chunk(0, None, Some(10)),
            chunk(2, Some(10), Some(30)),
            chunk(4, Some(40), Some(50)),
        ]);
        assert!(fold(&mut table));
        assert_eq!(table.watermark, Some(bound(30).encode()));
        assert_eq!((table.chunks, table.rows, table.beyond.len()), (3, 20, 1));
        assert!(!fold(&mut table));
        assert_eq!(table.rows_done(), 30);
    }

    #[test]
    fn a_table_whose_last_chunk_was_folded_is_not_begun_again() {
        let mut table = progress(vec![chunk(0, None, Some(10)), chunk(1, Some(10), None)]);
        assert!(fold(&mut table));
        assert_eq!((table.chunks, &table.watermark), (2, &None));
        let left = resume(&table).unwrap();
        assert!(left.exhausted && left.holes.is_empty());
    }

    #[test]
    fn damaged_bounds_are_noticed() {
        let mut table = progress(Vec::new());
        table.watermark = Some(b"rubbish".to_vec());
        assert_eq!(resume(&table), None);
    }
}
