//! What a migration has done so far: the truth about intent (the ledger on the destination is the
//! truth about rows, and this mirrors it for people). Pure; `store` reads and writes the file.
//!
//! In go changes, each checked (a phase moves only along [`phase`]'s table); out comes the text of
//! a state file, and back. The serial counts changes of intent, never checkpoints. No secret is in
//! here: nothing that a state holds comes from a password or a command.

pub mod codec;
pub mod model;
pub mod phase;
mod v1;

pub use codec::CodecError;
pub use model::{
    Acknowledgement, CopyStatus, GaveWay, HistoryEntry, Lineage, NotALineage, Operator, Outcome,
    ResolvedStatement, ServerIdentity, SpoolProgress, State, StatementLeftOut, StreamProgress,
    TableProgress, TableVerification, Verification,
};
pub use phase::{NotAPhase, NotATransition, Phase, PhaseName, Work};
