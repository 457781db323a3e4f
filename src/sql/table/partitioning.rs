//! The `PARTITION BY` part of a table definition.
//!
//! Up to 5.7 the expression is the user's own text, with names not quoted, and the names of
//! partitions are quoted only where that server needed it. So columns are found by comparing with
//! the table's, and every name is printed in backticks.

use crate::mysql::Ident;
use crate::sql::text::Text;
use crate::sql::token::{Kind, Mode};

/// Where the partitioning begins: at its versioned comment, or at the end of the text.
pub(crate) fn begin(text: &Text<'_>, from: usize) -> usize {
    let Some(at) = (from..text.tokens.len())
        .find(|at| text.tokens[*at].is("PARTITION") && text.word(at + 1, "BY").is_some())
    else {
        return text.tokens.len();
    };
    (from..at)
        .rev()
        .take_while(|before| !text.tokens[*before].significant())
        .find(|before| text.tokens[*before].kind == Kind::VersionedOpen)
        .unwrap_or(at)
}

/// The text with columns mapped, names quoted, and the places on the source's disks taken out;
/// and those places.
pub(crate) fn rewrite(
    partitioning: &str,
    columns: &[Ident],
    map: &dyn Fn(&Ident) -> Ident,
) -> (String, Vec<String>) {
    let mut places = Vec::new();
    let mut text = Text::new(partitioning, Mode::default());
    let mut at = 0;
    while at < text.tokens.len() {
        if text.tokens[at].is_symbol("(") {
            let end = text.behind_group(at).unwrap_or(text.tokens.len());
            if text.word(at + 1, "PARTITION").is_some() {
                definitions(&mut text, at..end, &mut places);
            } else {
                expression(&mut text, at..end, columns, map);
            }
            at = end;
        } else {
            at += 1;
        }
    }
    (text.finish(), places)
}

fn expression(
    text: &mut Text<'_>,
    range: std::ops::Range<usize>,
    columns: &[Ident],
    map: &dyn Fn(&Ident) -> Ident,
) {
    for at in range {
        let Some(name) = text.tokens[at].name() else {
            continue;
        };
        let call = text.tokens[at].kind == Kind::Word && text.symbol(at + 1, "(").is_some();
        let column = columns
            .iter()
            .find(|column| column.as_str().to_lowercase() == name.as_str().to_lowercase());
        if let Some(column) = column
            && !call
        {
            text.replace(at, map(column).to_string());
        }
    }
}

fn definitions(text: &mut Text<'_>, range: std::ops::Range<usize>, places: &mut Vec<String>) {
    for at in range {
        let token = text.tokens[at];
        if token.is("PARTITION") || token.is("SUBPARTITION") {
            if let Some((next, name)) = text.peek(at + 1)
                && let Some(name) = name.name()
            {
                text.replace(next, name.to_string());
            }
        } else if token.kind == Kind::Introducer && token.text.eq_ignore_ascii_case("_utf8") {
            text.replace(at, "_utf8mb3");
        } else if let Some(value) = place(text, at) {
            let end = text.significant(value).map_or(value, |value| value + 1);
            places.push(text.slice(at..end));
            let next = text.significant(end).unwrap_or(end);
            text.remove(at..next);
        }
    }
}

/// Whether an option that names a place on disk begins here: the position of its value.
pub(crate) fn place(text: &Text<'_>, at: usize) -> Option<usize> {
    let token = text.tokens.get(at)?;
    let behind = if token.is("TABLESPACE") {
        at + 1
    } else if token.is("DATA") || token.is("INDEX") {
        text.word(at + 1, "DIRECTORY")?
    } else {
        return None;
    };
    text.symbol(behind, "=")
}
