//! Places in a text that a later version reads in another way, or not at all.

use super::{Body, Version};
use crate::sql::Kind;

/// Syntax that a version removed.
pub(super) struct Rule {
    pub shown: &'static str,
    pub since: Version,
    /// Whether it begins at this token.
    pub found: fn(&Body<'_>, usize) -> bool,
}

pub(super) const REMOVED: &[Rule] = &[
    Rule {
        shown: "YEAR(2)",
        since: (5, 7, 5),
        found: year_of_two_digits,
    },
    Rule {
        shown: "PASSWORD()",
        since: (8, 0, 11),
        found: |body, at| body.call(at).as_deref() == Some("password"),
    },
    Rule {
        shown: "GRANT ... IDENTIFIED BY",
        since: (8, 0, 11),
        found: grant_identified,
    },
    Rule {
        shown: "IDENTIFIED BY PASSWORD",
        since: (8, 0, 11),
        found: |body, at| body.are(at, &["IDENTIFIED", "BY", "PASSWORD"]),
    },
    Rule {
        shown: "SQL_CACHE",
        since: (8, 0, 3),
        // the text of a view is written anew without it
        found: |body, at| {
            body.is(at, "SQL_CACHE")
                && !body.behind_dot(at)
                && body.resolved == super::Resolved::WhenRun
        },
    },
    Rule {
        shown: "FLUSH or RESET QUERY CACHE",
        since: (8, 0, 3),
        found: |body, at| {
            (body.is(at, "FLUSH") || body.is(at, "RESET")) && body.are(at + 1, &["QUERY", "CACHE"])
        },
    },
    Rule {
        shown: "FLUSH DES_KEY_FILE",
        since: (8, 0, 3),
        found: |body, at| body.are(at, &["FLUSH", "DES_KEY_FILE"]),
    },
    Rule {
        shown: "PROCEDURE ANALYSE",
        since: (8, 0, 0),
        found: |body, at| body.are(at, &["PROCEDURE", "ANALYSE"]),
    },
    Rule {
        shown: "\\N",
        since: (8, 0, 0),
        found: |body, at| body.is_symbol(at, "\\") && body.is(at + 1, "N"),
    },
    Rule {
        shown: "FLUSH HOSTS",
        since: (8, 4, 0),
        found: |body, at| body.are(at, &["FLUSH", "HOSTS"]),
    },
    Rule {
        shown: "CHANGE MASTER (now CHANGE REPLICATION SOURCE)",
        since: (8, 4, 0),
        found: |body, at| body.are(at, &["CHANGE", "MASTER"]),
    },
    Rule {
        shown: "SLAVE (now REPLICA)",
        since: (8, 4, 0),
        found: |body, at| {
            let verb = ["SHOW", "START", "STOP", "RESET"]
                .iter()
                .any(|verb| body.is(at, verb));
            verb && body.is(at + 1, "SLAVE")
        },
    },
    Rule {
        shown: "MASTER (now BINARY LOGS)",
        since: (8, 4, 0),
        found: |body, at| {
            let verb = ["SHOW", "RESET", "PURGE"]
                .iter()
                .any(|verb| body.is(at, verb));
            verb && body.is(at + 1, "MASTER")
        },
    },
];

/// As a type, not as the function of that name.
fn year_of_two_digits(body: &Body<'_>, at: usize) -> bool {
    let two = body
        .tokens
        .get(at + 2)
        .is_some_and(|digit| digit.text == "2");
    let typed = (at >= 1 && body.is(at - 1, "RETURNS")) || (at >= 2 && body.is(at - 2, "DECLARE"));
    body.call(at).as_deref() == Some("year") && two && typed
}

fn grant_identified(body: &Body<'_>, at: usize) -> bool {
    if !body.is(at, "GRANT") || body.behind_dot(at) {
        return false;
    }
    let statement = body.tokens[at..]
        .iter()
        .take_while(|token| !token.is_symbol(";"));
    statement.skip(1).any(|token| token.is("IDENTIFIED"))
}

/// Whether a word that was not reserved stands for a name there. A few were keywords in places of
/// their own before they were reserved.
pub(super) fn names(body: &Body<'_>, at: usize, word: &str) -> bool {
    if body.behind_dot(at) {
        return false;
    }
    let before = |words: &[&str]| at > 0 && words.iter().any(|word| body.is(at - 1, word));
    let assigned = at > 0 && (body.is_symbol(at - 1, "=") || body.is_symbol(at - 1, ":="));
    match word {
        "ROW" => !before(&["EACH"]) && !assigned && !body.is_symbol(at + 1, "("),
        "ROWS" => !(at > 0 && body.tokens[at - 1].kind == Kind::Number),
        "SYSTEM" => !assigned,
        "FUNCTION" => {
            let verbs = ["CREATE", "DROP", "SHOW", "ALTER", "ON", "AGGREGATE", "HELP"];
            !(before(&verbs) || header(body, at))
        }
        _ => true,
    }
}

/// `CREATE DEFINER = ... FUNCTION`
fn header(body: &Body<'_>, at: usize) -> bool {
    body.is(0, "CREATE")
        && !body.tokens[..at].iter().any(|token| token.is("FUNCTION"))
        && !body.tokens[..at].iter().any(|token| token.is_symbol("("))
}

/// `ASC` or `DESC` in the GROUP BY that begins there.
pub(super) fn group_by_direction(body: &Body<'_>, at: usize) -> Option<&'static str> {
    const ENDS: [&str; 10] = [
        "WITH",
        "HAVING",
        "ORDER",
        "LIMIT",
        "INTO",
        "FOR",
        "PROCEDURE",
        "UNION",
        "LOCK",
        "DO",
    ];
    if !body.are(at, &["GROUP", "BY"]) {
        return None;
    }
    let mut depth = 0_u32;
    for token in &body.tokens[at + 2..] {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth = depth.checked_sub(1)?;
        } else if depth > 0 {
        } else if token.is("ASC") {
            return Some("GROUP BY ... ASC");
        } else if token.is("DESC") {
            return Some("GROUP BY ... DESC");
        } else if token.is_symbol(";") || ENDS.iter().any(|end| token.is(end)) {
            return None;
        }
    }
    None
}

/// `FROM .t`
pub(super) fn dot_table(body: &Body<'_>, at: usize) -> Option<String> {
    const BEFORE: [&str; 6] = ["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "IGNORE"];
    let dot = at > 0
        && body.is_symbol(at, ".")
        && BEFORE.iter().any(|word| body.is(at - 1, word))
        && !body.behind_dot(at - 1);
    let name = body.tokens.get(at + 1)?.name()?;
    dot.then(|| format!(".{}", name.as_str()))
}

/// A removed system variable, read or set.
pub(super) fn variable(body: &Body<'_>, at: usize, removed: &[&str]) -> Option<String> {
    let token = body.tokens[at];
    let name = match token.kind {
        Kind::Variable => token.text.strip_prefix("@@")?.rsplit('.').next()?,
        // SET [scope] name = ..., also behind a comma
        Kind::Word if body.is_symbol(at + 1, "=") || body.is_symbol(at + 1, ":=") => {
            let scoped = ["SET", "SESSION", "GLOBAL", "LOCAL"]
                .iter()
                .any(|word| at > 0 && body.is(at - 1, word));
            if !scoped {
                return None;
            }
            token.text
        }
        Kind::Space
        | Kind::Comment
        | Kind::Hint
        | Kind::VersionedOpen
        | Kind::VersionedClose
        | Kind::Word
        | Kind::Quoted
        | Kind::Text
        | Kind::Introducer
        | Kind::HexOrBit
        | Kind::Number
        | Kind::Symbol
        | Kind::Unterminated => return None,
    };
    let name = name.to_ascii_lowercase();
    let declared = body
        .tokens
        .windows(2)
        .any(|pair| pair[0].is("DECLARE") && pair[1].text.eq_ignore_ascii_case(&name));
    (removed.contains(&name.as_str()) && (token.kind == Kind::Variable || !declared))
        .then(|| format!("@@{name}"))
}
