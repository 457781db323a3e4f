//! Counts looks at names, so that a test can say how much work a plan is, whatever the machine: each
//! comparison, and each time a name is handed out as text. Only in tests, for each thread by itself.

use std::{cell::Cell, cmp::Ordering};

use super::Ident;

thread_local! {
    static LOOKS: Cell<u64> = const { Cell::new(0) };
}

pub fn look() {
    LOOKS.set(LOOKS.get() + 1);
}

/// How many looks at names it takes.
pub fn looks(of: impl FnOnce()) -> u64 {
    let before = LOOKS.get();
    of();
    LOOKS.get() - before
}

impl PartialEq for Ident {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Ident {}

impl PartialOrd for Ident {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ident {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl std::hash::Hash for Ident {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
