//! The options behind a table's columns: `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ...`.

use std::ops::Range;

use crate::sql::text::Text;
use crate::sql::token::Kind;

/// One option, where it stands.
pub(crate) struct OptionAt {
    /// Upper case, words joined by one blank: `ENGINE`, `DEFAULT CHARSET`, `DATA DIRECTORY`.
    pub name: String,
    /// The token of the value.
    pub value: usize,
    /// From the first word to the value, with a versioned comment that holds nothing else.
    pub range: Range<usize>,
}

/// The options of a text, in order.
pub(crate) fn read(text: &Text<'_>) -> Vec<OptionAt> {
    let mut options = Vec::new();
    let mut at = 0;
    while let Some((first, token)) = text.peek(at) {
        if token.kind != Kind::Word {
            at = first + 1;
            continue;
        }
        let mut name = token.text.to_ascii_uppercase();
        let mut next = first + 1;
        let mut value = None;
        while let Some((behind, token)) = text.peek(next) {
            next = behind + 1;
            if token.is_symbol("=") {
                value = text.significant(next);
                break;
            }
            if token.kind != Kind::Word || words_without_equals(&name) {
                value = Some(behind);
                break;
            }
            name.push(' ');
            name.push_str(&token.text.to_ascii_uppercase());
        }
        let Some(value) = value else {
            break;
        };
        let end = if text.tokens[value].is_symbol("(") {
            text.behind_group(value).unwrap_or(value + 1)
        } else {
            value + 1
        };
        options.push(OptionAt {
            name,
            value,
            range: with_comment(text, first..end),
        });
        at = end;
    }
    options
}

/// Options that are printed without `=`.
fn words_without_equals(name: &str) -> bool {
    matches!(
        name,
        "TABLESPACE" | "STORAGE" | "ENGINE_ATTRIBUTE" | "SECONDARY_ENGINE_ATTRIBUTE"
    )
}

fn with_comment(text: &Text<'_>, range: Range<usize>) -> Range<usize> {
    let kind = |at: usize| text.tokens.get(at).map(|token| token.kind);
    let mut start = range.start;
    while start > 0 && kind(start - 1) == Some(Kind::Space) {
        start -= 1;
    }
    let mut end = range.end;
    while kind(end) == Some(Kind::Space) {
        end += 1;
    }
    if start > 0
        && kind(start - 1) == Some(Kind::VersionedOpen)
        && kind(end) == Some(Kind::VersionedClose)
    {
        return start - 1..end + 1;
    }
    range
}
