//! What a table's rows need wherever they go: which columns, by which key, in which bytes.
//!
//! Pure but for [`reader`]: in, values as the binary protocol gives them; out, the bytes that
//! `LOAD DATA` or `INSERT` takes, the predicates of a key range, and canonical bytes for digests.

pub mod block;
pub mod boundary;
pub mod canonical;
pub mod insert;
pub mod json;
pub mod keyset;
pub mod long;
pub mod reader;
pub mod tsv;
pub mod weight;

pub use block::{Block, ByteBudget, Format};
pub use boundary::{BoundaryError, boundary};
pub use keyset::{KeyBound, KeyRange};
pub use long::LongRows;
pub use weight::{Sameness, Weights};
