//! Versioned comments, as the source read them.

use crate::mysql::ServerVersion;
use crate::sql::token::{Kind, Mode, tokenize};

/// The text in which what was code stands without its marks, and what was none is gone.
pub(super) fn resolve(sql: &str, mode: Mode, version: &ServerVersion) -> String {
    let own = u32::from(version.major) * 10_000
        + u32::from(version.minor) * 100
        + u32::from(version.patch);
    let mut text = String::with_capacity(sql.len());
    let mut open = 0_usize;
    // how many were open when the one began that the source did not read
    let mut hidden: Option<usize> = None;
    for token in tokenize(sql, mode) {
        match token.kind {
            Kind::VersionedOpen => {
                if hidden.is_none() && asked(token.text) > own {
                    hidden = Some(open);
                }
                open += 1;
                text.push(' ');
            }
            Kind::VersionedClose => {
                open = open.saturating_sub(1);
                if hidden == Some(open) {
                    hidden = None;
                }
                text.push(' ');
            }
            Kind::Space
            | Kind::Comment
            | Kind::Hint
            | Kind::Word
            | Kind::Quoted
            | Kind::Text
            | Kind::Introducer
            | Kind::HexOrBit
            | Kind::Number
            | Kind::Variable
            | Kind::Symbol
            | Kind::Unterminated => {
                if hidden.is_none() {
                    text.push_str(token.text);
                }
            }
        }
    }
    text.trim().to_owned()
}

/// The version that a comment asks for, in the form of `@@version_id`; without one, any will do.
fn asked(open: &str) -> u32 {
    open.trim_start_matches("/*!").parse().unwrap_or(0)
}
