//! What the ledger is told or asked apart from the lanes' transactions; each may be done twice.

use std::sync::Arc;

use crate::{
    conn::Session,
    failpoint,
    ledger::{Expected, Fence, LedgerError, PreparedPart, Totals, WindowRow},
    mysql::Checkpoint,
    replication::gather::Answer,
};

#[derive(Clone, Debug)]
pub enum Note {
    Window(Box<Beginning>),
    /// A part of an XA transaction whose end has not come, and the number that it counts as.
    Part(Arc<PreparedPart>, Option<u64>),
    /// The last parts of XA transactions that are prepared, likewise.
    Prepared(Vec<Arc<PreparedPart>>, Option<u64>),
    /// What is known of a prepared transaction, where the ledger stands at this number.
    Ask(Question, u64),
}

/// A window begins, before its first row.
#[derive(Clone, Debug)]
pub struct Beginning {
    pub position: Checkpoint,
    pub row: WindowRow,
    pub totals: Totals,
    /// Prepared XA transactions that ended before it.
    pub ended: Vec<String>,
}

/// A part of it, from 1; 0 asks how many there are.
#[derive(Clone, Debug)]
pub struct Question {
    pub xid: String,
    pub part: u32,
}

impl Note {
    /// # Errors
    /// The ledger's.
    pub async fn tell(
        &self,
        fence: &Fence,
        session: &mut Session,
    ) -> Result<Option<Answer>, LedgerError> {
        match self {
            Self::Window(window) => {
                let Beginning {
                    position,
                    row,
                    totals,
                    ended,
                } = &**window;
                fence
                    .begin_window(session, position, row, totals, ended)
                    .await?;
                failpoint::hit("stream.window_begun");
            }
            Self::Part(part, number) => {
                fence.keep_prepared_part(session, part, *number).await?;
                failpoint::hit("stream.part_kept");
            }
            Self::Prepared(lasts, number) => {
                fence.keep_prepared(session, lasts, *number).await?;
                failpoint::hit("stream.prepared");
            }
            Self::Ask(question, number) => {
                let known = Expected::Known(*number);
                fence.hold_against(session, known).await?;
                return Ok(Some(question.ask(fence, session).await?));
            }
        }
        Ok(None)
    }
}

impl Question {
    async fn ask(&self, fence: &Fence, session: &mut Session) -> Result<Answer, LedgerError> {
        let Self { xid, part } = self;
        let ledger = fence.ledger();
        if *part == 0 {
            return Ok(Answer::Parts(ledger.prepared(session, xid).await?));
        }
        Ok(Answer::Part(PreparedPart {
            xid: xid.clone(),
            part: *part,
            changes: ledger.prepared_part(session, xid, *part).await?,
        }))
    }
}
