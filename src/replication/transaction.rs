//! Where transactions begin and end, from the order of their events.
//!
//! A transaction is announced by its GTID event (from 5.6 without GTIDs: by its own first event) and
//! then is one statement alone, or BEGIN ... XID or COMMIT, or XA START ... `XA_PREPARE`. Whatever
//! stands where it cannot is an error: were it passed over, a position would count for a transaction
//! that was not seen whole.

use super::{
    cursor::{Malformed, Parsed},
    event::{Begin, Body, End, Statement},
    xid::Xid,
};
use crate::mysql::Gtid;

/// What the next event may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Open {
    #[default]
    Not,
    /// The GTID came, nothing else.
    Announced,
    /// Behind BEGIN.
    Begun,
    /// Behind XA START.
    Xa(Xid),
    /// Behind XA END: only the preparation is due.
    XaEnded(Xid),
}

/// The transaction that is being read.
#[derive(Clone, Debug, Default)]
pub(super) struct Transactions {
    open: Open,
    gtid: Option<Gtid>,
}

/// What an event means at its place; at most three, as a lone statement without a GTID is a whole
/// transaction.
pub(super) type Bodies = Vec<Body>;

impl Transactions {
    /// The transaction that is open now.
    pub(super) fn gtid(&self) -> Option<&Gtid> {
        self.gtid.as_ref()
    }

    pub(super) fn is_open(&self) -> bool {
        self.open != Open::Not
    }

    /// Behind [`Body::End`]: its identifier, which now counts as passed.
    pub(super) fn close(&mut self) -> Option<Gtid> {
        self.open = Open::Not;
        self.gtid.take()
    }

    /// A file began: what was not finished by then was not committed.
    pub(super) fn cut(&mut self) -> Option<Body> {
        if self.open == Open::Not {
            return None;
        }
        // it has no place among the executed ones
        self.gtid = None;
        Some(Body::End(End::Abandoned))
    }

    pub(super) fn announced(&mut self, begin: Begin) -> Parsed<Bodies> {
        if self.open != Open::Not {
            return Err(Malformed::Wrong(
                "a transaction begins before the one before it ended",
            ));
        }
        self.open = Open::Announced;
        self.gtid.clone_from(&begin.gtid);
        Ok(vec![Body::Begin(begin)])
    }

    pub(super) fn statement(&mut self, mut statement: Statement) -> Parsed<Bodies> {
        let mut bodies = Vec::with_capacity(3);
        if self.open == Open::Not {
            bodies.extend(self.announced(Begin::default())?);
        }
        match (Verb::of(&statement.text)?, &self.open) {
            (Verb::Begin, Open::Announced) => self.open = Open::Begun,
            (Verb::XaStart(xid), Open::Announced) => {
                bodies.push(Body::XaStart(xid.clone()));
                self.open = Open::Xa(xid);
            }
            (Verb::XaEnd(ended), Open::Xa(xid)) if ended == *xid => {
                self.open = Open::XaEnded(ended);
            }
            (Verb::XaCommit(xid), Open::Announced) => {
                bodies.extend([Body::XaCommit(xid), Body::End(End::Statement)]);
            }
            (Verb::XaRollback(xid), Open::Announced) => {
                bodies.extend([Body::XaRollback(xid), Body::End(End::Statement)]);
            }
            (Verb::Commit, Open::Begun) => bodies.push(Body::End(End::Commit)),
            (Verb::Rollback, Open::Begun) => bodies.push(Body::End(End::Rollback)),
            (Verb::Other, Open::Announced) => {
                statement.alone = true;
                bodies.push(Body::Statement(Box::new(statement)));
                bodies.push(Body::End(End::Statement));
            }
            (Verb::Other, Open::Begun | Open::Xa(_)) => {
                bodies.push(Body::Statement(Box::new(statement)));
            }
            (_, _) => return Err(Malformed::Wrong("its statement does not belong there")),
        }
        Ok(bodies)
    }

    /// An event that only a transaction can hold.
    pub(super) fn inside(&self, body: Body) -> Parsed<Bodies> {
        match self.open {
            Open::Begun | Open::Xa(_) => Ok(vec![body]),
            Open::Not | Open::Announced | Open::XaEnded(_) => {
                Err(Malformed::Wrong("it stands outside of a transaction"))
            }
        }
    }

    pub(super) fn committed(&self) -> Parsed<Bodies> {
        if self.open == Open::Begun {
            Ok(vec![Body::End(End::Commit)])
        } else {
            Err(Malformed::Wrong("it ends a transaction that did not begin"))
        }
    }

    pub(super) fn prepared(&self, prepared: Xid, one_phase: bool) -> Parsed<Bodies> {
        let begun = match &self.open {
            Open::Xa(xid) | Open::XaEnded(xid) => *xid == prepared,
            Open::Not | Open::Announced | Open::Begun => false,
        };
        if !begun {
            return Err(Malformed::Wrong(
                "it prepares an XA transaction that did not begin",
            ));
        }
        Ok(vec![Body::End(if one_phase {
            End::Commit
        } else {
            End::XaPrepare(prepared)
        })])
    }
}

/// What a statement does to its transaction. The server writes these words itself, in capitals, and
/// never lets a statement of the session's own through that would end one.
enum Verb {
    Begin,
    Commit,
    Rollback,
    XaStart(Xid),
    XaEnd(Xid),
    XaCommit(Xid),
    XaRollback(Xid),
    Other,
}

impl Verb {
    fn of(text: &[u8]) -> Parsed<Self> {
        Ok(match text {
            b"BEGIN" => Self::Begin,
            b"COMMIT" => Self::Commit,
            b"ROLLBACK" => Self::Rollback,
            _ => {
                if let Some(rest) = text.strip_prefix(b"XA START ") {
                    Self::XaStart(Xid::parse(rest)?)
                } else if let Some(rest) = text.strip_prefix(b"XA END ") {
                    Self::XaEnd(Xid::parse(rest)?)
                } else if let Some(rest) = text.strip_prefix(b"XA COMMIT ") {
                    Self::XaCommit(Xid::parse(rest)?)
                } else if let Some(rest) = text.strip_prefix(b"XA ROLLBACK ") {
                    Self::XaRollback(Xid::parse(rest)?)
                } else {
                    Self::Other
                }
            }
        })
    }
}
