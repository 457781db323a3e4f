//! Savepoints that are logged.
//!
//! As a rule the server takes what was rolled back to a savepoint out of the transaction before it is
//! logged. Where something in between cannot be rolled back (before 8.0: a temporary table that was
//! dropped) it logs all of the rows, and `ROLLBACK TO` behind them: then they are ours to drop.

use std::{collections::HashMap, sync::Arc};

use super::{GatherError, Gatherer, Place, Step};

/// What a logged statement says about a savepoint. The server writes these words itself, and the name
/// as a quoted identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Set(String),
    /// The changes since then never were.
    Back(String),
    Release,
}

impl Said {
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(text);
        if let Some(name) = text.strip_prefix("SAVEPOINT ") {
            return Some(Self::Set(folded(name)));
        }
        if let Some(name) = text.strip_prefix("ROLLBACK TO ") {
            return Some(Self::Back(folded(name)));
        }
        let released = text.starts_with("RELEASE SAVEPOINT ");
        released.then_some(Self::Release)
    }
}

/// Two savepoints are one whatever the case of their names. `sql_mode` and `sql_quote_show_create` of
/// the session say which quotes stand around it.
fn folded(name: &str) -> String {
    let name = name.trim();
    let quoted = |quote: char| {
        let inner = name.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(inner.replace(&format!("{quote}{quote}"), &quote.to_string()))
    };
    let plain = quoted('`').or_else(|| quoted('"'));
    plain.unwrap_or_else(|| name.to_owned()).to_lowercase()
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// So many changes are in the window.
    pub window: usize,
    /// So many changes of the transaction, those of earlier windows included.
    pub rows: u64,
    /// A window with changes behind it was cut since.
    pub cut: bool,
    /// Of an XA transaction: the parts in the ledger, the rows that are held and their bytes.
    pub held: (u32, usize, usize),
}

/// The savepoints of the transaction that is being read. Some programs set one before each statement.
#[derive(Debug, Default)]
pub(super) struct Savepoints {
    /// In order; one that was set again stands at both places.
    set: Vec<(Arc<str>, Mark)>,
    /// Where each was set last.
    last: HashMap<Arc<str>, usize>,
}

impl Savepoints {
    pub(super) fn set(&mut self, name: String, mark: Mark) {
        let name: Arc<str> = name.into();
        self.last.insert(Arc::clone(&name), self.set.len());
        self.set.push((name, mark));
    }

    /// Forgets those that were set later; where the transaction was. A savepoint that nothing was
    /// logged of was set before the first change.
    pub(super) fn back(&mut self, name: &str) -> Option<Mark> {
        let at = *self.last.get(name)?;
        // it may have been forgotten itself
        let (_, mark) = self.set.get(at).filter(|(known, _)| **known == *name)?;
        let mark = *mark;
        self.set.truncate(at + 1);
        Some(mark)
    }

    /// So many changes before the transaction's went with a window that ended before it.
    pub(super) fn moved(&mut self, changes: usize) {
        for (_, mark) in &mut self.set {
            mark.window = mark.window.saturating_sub(changes);
        }
    }

    /// The window with so many changes ends.
    pub(super) fn cut(&mut self, changes: usize) {
        for (_, mark) in &mut self.set {
            mark.cut |= changes > mark.window;
            mark.window = 0;
        }
    }
}

impl Gatherer {
    /// Sets a savepoint, or drops the changes since one.
    pub(super) fn savepoint(&mut self, said: Said, place: &Place) -> Result<Step, GatherError> {
        let Some(transaction) = &mut self.transaction else {
            return Ok(Step::Inside);
        };
        let open = transaction.xa.as_mut();
        match said {
            Said::Set(name) => {
                let mark = Mark {
                    window: self.window.changes.len(),
                    rows: transaction.rows,
                    cut: false,
                    held: open.map(|open| open.mark()).unwrap_or_default(),
                };
                transaction.savepoints.set(name, mark);
            }
            Said::Back(name) => {
                let start = Mark {
                    window: transaction.first,
                    cut: transaction.cut,
                    ..Mark::default()
                };
                let mark = transaction.savepoints.back(&name).unwrap_or(start);
                // it counts as a change, so that it can be told whether a window ended before it
                transaction.rows += 1;
                let dealt_with = transaction.rows <= transaction.skip;
                let applied = mark.cut || mark.rows < transaction.skip;
                let kept = !open.is_none_or(|open| open.back(mark.held));
                if kept || (applied && !dealt_with) {
                    return Err(GatherError::RolledBack {
                        place: Box::new(place.clone()),
                    });
                }
                self.window.split(mark.window);
            }
            Said::Release => {}
        }
        Ok(Step::Inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_whatever_their_case_and_quotes() {
        let read = |text: &str| Said::read(text.as_bytes());
        let set = Some(Said::Set("a`b".to_owned()));
        assert_eq!(read("SAVEPOINT `A``b`"), set);
        assert_eq!(read("SAVEPOINT \"a`B\""), set);
        assert_eq!(read("ROLLBACK TO x"), Some(Said::Back("x".to_owned())));
        assert_eq!(read("RELEASE SAVEPOINT `x`"), Some(Said::Release));
        assert_eq!(read("ROLLBACK"), None);
    }

    #[test]
    fn one_set_again_is_the_later_one_and_going_back_keeps_it() {
        let mark = |window| Mark {
            window,
            ..Mark::default()
        };
        let mut savepoints = Savepoints::default();
        savepoints.set("a".to_owned(), mark(1));
        savepoints.set("b".to_owned(), mark(2));
        savepoints.set("a".to_owned(), mark(3));
        assert_eq!(savepoints.back("a"), Some(mark(3)));
        assert_eq!(savepoints.back("b"), Some(mark(2)));
        assert_eq!(savepoints.back("a"), None);
        savepoints.cut(2);
        assert_eq!(savepoints.back("b"), Some(mark(0)));
        savepoints.cut(1);
        let cut = savepoints.back("b").expect("it is known");
        assert!(cut.cut);
    }
}
