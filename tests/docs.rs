//! Holds what strangers read to the program: every HCL sample means something, the reference of
//! the language is the language's own table, every error code is explained.
//!
//! Run with `INSTA_UPDATE=always` to write `docs/language.md` anew, then read what was written.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "docs/checks.rs"]
mod checks;
#[path = "docs/errors.rs"]
mod errors;
#[path = "docs/language.rs"]
mod language;
#[path = "docs/proofs.rs"]
mod proofs;
#[path = "docs/samples.rs"]
mod samples;
