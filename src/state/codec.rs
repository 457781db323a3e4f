//! The text of a state file: `format_version` is read before anything else, then the checksum,
//! then the content. What is newer, cut short or edited is refused with the reason.
//!
//! The checksum is there so that an edit is noticed: a watermark changed by hand loses rows. It is
//! taken over the content without white space, so that a formatter does no harm.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{State, v1::StateV1};

/// The format that is written.
pub const FORMAT: u64 = 1;

/// Why a text is not a state that can be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum CodecError {
    #[error("it is cut short or is not JSON: {reason}")]
    #[diagnostic(code(cutover::state::damaged))]
    Damaged { reason: String },
    #[error("it holds no format_version: no cutover wrote it")]
    #[diagnostic(code(cutover::state::not_a_state))]
    NotAState,
    #[error("it has format {found}; this cutover, {version}, reads formats up to {FORMAT}")]
    #[diagnostic(
        code(cutover::state::newer),
        help("use the cutover that wrote it, or a later one")
    )]
    Newer {
        found: String,
        version: &'static str,
    },
    #[error("it was edited or damaged: its checksum does not fit its content")]
    #[diagnostic(code(cutover::state::edited))]
    Edited,
    #[error("its content is not that of a state: {reason}")]
    #[diagnostic(code(cutover::state::content))]
    Content { reason: String },
}

fn checksum(content: &Value) -> String {
    format!("sha256:{:x}", Sha256::digest(content.to_string()))
}

#[derive(Serialize)]
struct File<'a> {
    format_version: u64,
    checksum: String,
    #[serde(flatten)]
    content: &'a Value,
}

/// The file's text, readable by people: indented, with a line break at its end.
pub fn encode(state: &State) -> Result<String, CodecError> {
    let content_error = |error: serde_json::Error| CodecError::Content {
        reason: error.to_string(),
    };
    let content = serde_json::to_value(StateV1::from(state)).map_err(content_error)?;
    let file = File {
        format_version: FORMAT,
        checksum: checksum(&content),
        content: &content,
    };
    let mut text = serde_json::to_string_pretty(&file).map_err(content_error)?;
    text.push('\n');
    Ok(text)
}

/// The text with the checksum that fits its content; `None` where it is no JSON object. For fuzzers,
/// which would not get past the checksum otherwise.
pub fn seal(text: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    let fields = value.as_object_mut()?;
    let format = fields.shift_remove("format_version")?;
    fields.shift_remove("checksum");
    let checksum = checksum(&value);
    let fields = value.as_object_mut()?;
    fields.insert("format_version".to_owned(), format);
    fields.insert("checksum".to_owned(), checksum.into());
    Some(value.to_string())
}

/// Reads a file's text.
pub fn decode(text: &str) -> Result<State, CodecError> {
    let mut value: Value = serde_json::from_str(text).map_err(|error| CodecError::Damaged {
        reason: error.to_string(),
    })?;
    let Some(fields) = value.as_object_mut() else {
        return Err(CodecError::NotAState);
    };
    let Some(found) = fields.shift_remove("format_version") else {
        return Err(CodecError::NotAState);
    };
    if found.as_u64() != Some(FORMAT) {
        return Err(CodecError::Newer {
            found: found.to_string(),
            version: env!("CARGO_PKG_VERSION"),
        });
    }
    let found = fields.shift_remove("checksum");
    if found != Some(Value::String(checksum(&value))) {
        return Err(CodecError::Edited);
    }
    let content: StateV1 = serde_json::from_value(value).map_err(|error| CodecError::Content {
        reason: error.to_string(),
    })?;
    State::try_from(content).map_err(|reason| CodecError::Content { reason })
}

#[cfg(test)]
mod tests;
