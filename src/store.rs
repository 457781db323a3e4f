//! State files and saved plans on disk.
//!
//! In goes a [`State`](crate::state::State) with the [`lock::StateLock`] that proves the right to
//! write it; out comes a file that is always whole: written beside, flushed, renamed, and the
//! folder flushed. Whatever is refused is left as it was.

pub mod atomic;
pub mod error;
pub mod lock;
pub mod passwords;
pub mod state_file;

pub use error::StoreError;
pub use lock::{LockFacts, LockRequest, StateLock, process_has_ended};
pub use passwords::PasswordFile;
pub use state_file::StateFile;

#[cfg(test)]
mod tests;
