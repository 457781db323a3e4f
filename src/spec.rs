//! What the user wrote: HCL text in, a `Spec` with the place of every word out, or all mistakes.

pub mod diagnostic;
pub mod inputs;
pub mod secret;

pub use diagnostic::{Diagnostic, Diagnostics, Place, Severity, SourceText};
pub use inputs::Inputs;
pub use secret::Secret;
