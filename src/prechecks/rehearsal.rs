//! What `plan --rehearse` found.

use super::finding::{Finding, Severity};

/// Not in the tables: nothing that was inspected decides it.
struct Tried {
    id: &'static str,
}

const TRIED: Tried = Tried { id: "rehearsal" };

/// The finding for definitions that the destination did not take, each with its words.
pub fn rehearsed(refused: Vec<String>) -> Option<Finding> {
    (!refused.is_empty()).then(|| Finding {
        check: TRIED.id,
        severity: Severity::Fail,
        message: "the destination does not take these definitions".to_owned(),
        objects: refused,
        why: "they were tried in a scratch database, which is dropped again".to_owned(),
        remedy: "correct them on the source, or exclude them in `objects`".to_owned(),
        acknowledged: None,
    })
}
