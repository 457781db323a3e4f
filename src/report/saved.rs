//! A plan in a file: what `plan --out` writes, `show` prints and `apply FILE` runs.
//!
//! Like a state file it begins with its format and carries a checksum, so that what was reviewed
//! is what is run. No secret is in it: they are read again from where the specification says.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::plan::PlanReport;
use crate::clock::Timestamp;

/// The format that is written.
pub const FORMAT: u64 = 1;

/// A plan, and where its specification is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    pub created: Timestamp,
    /// Absolute; read again by `apply`.
    pub specification: PathBuf,
    pub report: PlanReport,
}

/// Why a text is not a saved plan.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum SavedPlanError {
    #[error("it is cut short or is not JSON: {reason}")]
    #[diagnostic(
        code(cutover::plan::damaged),
        help("make it again: cutover plan --out FILE")
    )]
    Damaged { reason: String },
    #[error("it is not a plan that `cutover plan --out` saved")]
    #[diagnostic(
        code(cutover::plan::not_a_plan),
        help("name a specification (.hcl) or a saved plan")
    )]
    NotAPlan,
    #[error("it has format {found}; this cutover, {version}, reads format {FORMAT}")]
    #[diagnostic(
        code(cutover::plan::other_format),
        help("make it again with this cutover: cutover plan --out FILE")
    )]
    OtherFormat {
        found: String,
        version: &'static str,
    },
    #[error("it was edited or damaged: its checksum does not fit its content")]
    #[diagnostic(
        code(cutover::plan::edited),
        help("make it again: cutover plan --out FILE")
    )]
    Edited,
}

#[derive(Serialize)]
struct File<'a> {
    saved_plan: u64,
    checksum: String,
    #[serde(flatten)]
    content: &'a Value,
}

fn checksum(content: &Value) -> String {
    format!("sha256:{:x}", Sha256::digest(content.to_string()))
}

/// The file's text.
pub fn encode(plan: &SavedPlan) -> Result<String, SavedPlanError> {
    let failed = |error: serde_json::Error| SavedPlanError::Damaged {
        reason: error.to_string(),
    };
    let content = serde_json::to_value(plan).map_err(failed)?;
    let file = File {
        saved_plan: FORMAT,
        checksum: checksum(&content),
        content: &content,
    };
    let mut text = serde_json::to_string_pretty(&file).map_err(failed)?;
    text.push('\n');
    Ok(text)
}

/// The text with the checksum that fits its content; `None` where it is no JSON object. For fuzzers,
/// which would not get past the checksum otherwise.
pub fn seal(text: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let fields = value.as_object_mut()?;
    let format = fields.shift_remove("saved_plan")?;
    fields.shift_remove("checksum");
    let checksum = checksum(&value);
    let fields = value.as_object_mut()?;
    fields.insert("saved_plan".to_owned(), format);
    fields.insert("checksum".to_owned(), checksum.into());
    Some(value.to_string())
}

/// Reads a file's text.
pub fn decode(text: &str) -> Result<SavedPlan, SavedPlanError> {
    let damaged = |error: serde_json::Error| SavedPlanError::Damaged {
        reason: error.to_string(),
    };
    let mut value: Value = serde_json::from_str(text).map_err(damaged)?;
    let fields = value.as_object_mut().ok_or(SavedPlanError::NotAPlan)?;
    let found = fields
        .shift_remove("saved_plan")
        .ok_or(SavedPlanError::NotAPlan)?;
    if found.as_u64() != Some(FORMAT) {
        return Err(SavedPlanError::OtherFormat {
            found: found.to_string(),
            version: env!("CARGO_PKG_VERSION"),
        });
    }
    let found = fields.shift_remove("checksum");
    if found != Some(Value::String(checksum(&value))) {
        return Err(SavedPlanError::Edited);
    }
    serde_json::from_value(value).map_err(damaged)
}
