//! What the accounts may do. Each finding gives the statements to run.

pub(super) mod destination;
pub(super) mod source;

use super::{finding::Found, grant::Missing};
use crate::catalog::ServerFacts;

pub(super) fn lacking(
    role: &str,
    facts: &ServerFacts,
    missing: &Missing,
    why: &'static str,
) -> Vec<Found> {
    Found::fail(format!(
        "the {role}'s account {} lacks privileges",
        facts.account
    ))
    .why(why)
    .remedy(missing.statements(facts))
    .if_any(missing.databases())
}
