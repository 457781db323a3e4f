//! SQL over one row: a `where` or a `value` of the specification. In comes what the user wrote, out
//! come the names that may be columns, or why it cannot be evaluated for a row by itself.
//!
//! The server has the last word on its syntax. What is told here is what the server would not
//! notice, or would notice in the middle of a migration: another table, a second statement, a
//! variable that is somebody else's.

use std::collections::BTreeSet;

use thiserror::Error;

use super::token::{Kind, Mode, Token, tokenize};
use crate::mysql::Ident;

/// The variables that a `value` may use: ours, set for every row.
pub const VARIABLES: [&str; 2] = ["@cutover_operation", "@cutover_commit_time"];

/// What an expression uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Names that are columns, as they were written.
    pub columns: BTreeSet<Ident>,
    /// Words that are columns where the table has such, and else part of the language: `DAY` in
    /// `INTERVAL 1 DAY`.
    pub words: BTreeSet<Ident>,
    /// Of [`VARIABLES`], in lower case.
    pub variables: BTreeSet<String>,
}

impl Uses {
    /// The columns among `has` that the expression uses; names of columns never depend on case.
    pub fn of<'a>(&self, has: &'a [Ident]) -> Vec<&'a Ident> {
        let used = |column: &&Ident| {
            let mut names = self.columns.iter().chain(&self.words);
            names.any(|name| same(name, column))
        };
        has.iter().filter(used).collect()
    }

    /// The columns that it uses and that are not among `has`.
    pub fn missing(&self, has: &[Ident]) -> Vec<&Ident> {
        let absent = |name: &&Ident| !has.iter().any(|column| same(name, column));
        self.columns.iter().filter(absent).collect()
    }
}

fn same(one: &Ident, other: &Ident) -> bool {
    one.as_str().to_lowercase() == other.as_str().to_lowercase()
}

/// Why an expression cannot be evaluated for a row by itself.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowExpressionError {
    #[error("it says nothing")]
    Empty,
    #[error("a string, name or comment in it is not closed: `{0}`")]
    Unterminated(String),
    #[error("its parentheses do not match")]
    Parentheses,
    #[error("it has a `;`, and is one expression only")]
    Semicolon,
    #[error("it reads a table (`{0}`), and sees one row only")]
    Query(String),
    #[error("it uses {0}, and sees the row only")]
    Variable(String),
    #[error("it uses a placeholder (`?`)")]
    Placeholder,
    #[error("it names a column with its table: `{0}`")]
    Qualified(String),
    #[error("it aggregates (`{0}`), and sees one row only")]
    Aggregate(String),
}

impl RowExpressionError {
    /// A thing to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => "write SQL over the row's columns, or leave the attribute out",
            Self::Unterminated(_) => "close it; a quote inside a string is written twice",
            Self::Parentheses => "close every `(` with a `)`",
            Self::Semicolon => "remove the `;`",
            Self::Query(_) => "use columns of the row; what other tables say cannot be followed",
            Self::Variable(_) => {
                "use columns of the row; a `value` may also use @cutover_operation and \
                 @cutover_commit_time"
            }
            Self::Placeholder => "write the value itself",
            Self::Qualified(_) => "write the column alone: it is always one of the source row",
            Self::Aggregate(_) => "use functions of one row",
        }
    }
}

/// What the expression uses; `variables`: whether ours may be among it.
pub fn uses(expression: &str, variables: bool) -> Result<Uses, RowExpressionError> {
    let tokens: Vec<Token<'_>> = tokenize(expression, Mode::default())
        .into_iter()
        .filter(Token::significant)
        .collect();
    if tokens.is_empty() {
        return Err(RowExpressionError::Empty);
    }
    balanced(&tokens)?;
    let mut uses = Uses::default();
    for at in 0..tokens.len() {
        one(&tokens, at, variables, &mut uses)?;
    }
    Ok(uses)
}

fn balanced(tokens: &[Token<'_>]) -> Result<(), RowExpressionError> {
    let mut open = 0_usize;
    for token in tokens {
        if token.is_symbol("(") {
            open += 1;
        } else if token.is_symbol(")") {
            open = open.checked_sub(1).ok_or(RowExpressionError::Parentheses)?;
        } else if token.kind == Kind::Unterminated {
            let start = token.text.chars().take(20).collect();
            return Err(RowExpressionError::Unterminated(start));
        }
    }
    if open == 0 {
        Ok(())
    } else {
        Err(RowExpressionError::Parentheses)
    }
}

fn one(
    tokens: &[Token<'_>],
    at: usize,
    variables: bool,
    uses: &mut Uses,
) -> Result<(), RowExpressionError> {
    let token = tokens[at];
    match token.kind {
        Kind::Symbol if token.text == ";" => Err(RowExpressionError::Semicolon),
        Kind::Symbol if token.text == "?" => Err(RowExpressionError::Placeholder),
        Kind::Variable => {
            let name = token.text.to_ascii_lowercase();
            if !variables || !VARIABLES.contains(&name.as_str()) {
                return Err(RowExpressionError::Variable(token.text.to_owned()));
            }
            uses.variables.insert(name);
            Ok(())
        }
        Kind::Word | Kind::Quoted => named(tokens, at, uses),
        Kind::Symbol
        | Kind::Space
        | Kind::Comment
        | Kind::Hint
        | Kind::VersionedOpen
        | Kind::VersionedClose
        | Kind::Text
        | Kind::Introducer
        | Kind::HexOrBit
        | Kind::Number
        | Kind::Unterminated => Ok(()),
    }
}

/// A name or a keyword: which of them, only what stands around it tells.
fn named(tokens: &[Token<'_>], at: usize, uses: &mut Uses) -> Result<(), RowExpressionError> {
    let token = tokens[at];
    let upper = token.text.to_ascii_uppercase();
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let behind = tokens.get(at + 1);
    let called = behind.is_some_and(|next| next.is_symbol("("));
    if token.kind == Kind::Word {
        if QUERIES.contains(&upper.as_str()) && !(upper == "TABLE" && called) {
            return Err(RowExpressionError::Query(token.text.to_owned()));
        }
        if called && AGGREGATES.contains(&upper.as_str()) {
            return Err(RowExpressionError::Aggregate(token.text.to_owned()));
        }
    }
    if behind.is_some_and(|next| next.is_symbol(".")) {
        let column = tokens.get(at + 2).map_or("", |column| column.text);
        let both = format!("{}.{column}", token.text);
        return Err(RowExpressionError::Qualified(both));
    }
    let Some(name) = token.name() else {
        return Ok(());
    };
    if token.kind == Kind::Quoted {
        if !called {
            uses.columns.insert(name);
        }
        return Ok(());
    }
    if called || KEYWORDS.binary_search(&upper.as_str()).is_ok() || behind_word(before) {
        return Ok(());
    }
    let literal = behind.is_some_and(|next| next.kind == Kind::Text);
    if WORDS.binary_search(&upper.as_str()).is_ok() || literal {
        uses.words.insert(name);
    } else {
        uses.columns.insert(name);
    }
    Ok(())
}

/// Behind these stands the name of a type, character set or collation.
fn behind_word(before: Option<&Token<'_>>) -> bool {
    const NAMING: [&str; 5] = ["AS", "USING", "COLLATE", "CHARSET", "SET"];
    before.is_some_and(|token| NAMING.iter().any(|word| token.is(word)))
}

const QUERIES: [&str; 8] = [
    "SELECT", "TABLE", "UNION", "INSERT", "UPDATE", "DELETE", "WITH", "OVER",
];

const AGGREGATES: [&str; 14] = [
    "AVG",
    "BIT_AND",
    "BIT_OR",
    "BIT_XOR",
    "COUNT",
    "GROUP_CONCAT",
    "JSON_ARRAYAGG",
    "JSON_OBJECTAGG",
    "MAX",
    "MIN",
    "STDDEV",
    "SUM",
    "VARIANCE",
    "ROW_NUMBER",
];

/// Reserved words of expressions: never a column without quotes. Sorted.
const KEYWORDS: &[&str] = &[
    "AND",
    "AS",
    "BETWEEN",
    "BINARY",
    "BOTH",
    "CASE",
    "CHARACTER",
    "COLLATE",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "DIV",
    "ELSE",
    "EXISTS",
    "FALSE",
    "FOR",
    "FROM",
    "IN",
    "INTERVAL",
    "IS",
    "LEADING",
    "LIKE",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "MOD",
    "NOT",
    "NULL",
    "OR",
    "REGEXP",
    "RLIKE",
    "SET",
    "THEN",
    "TRAILING",
    "TRUE",
    "USING",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "WHEN",
    "XOR",
];

/// Words of the language that may be columns too. Sorted.
const WORDS: &[&str] = &[
    "AGAINST",
    "ARRAY",
    "AT",
    "BOOLEAN",
    "CHAR",
    "CHARSET",
    "DATE",
    "DATETIME",
    "DAY",
    "DAY_HOUR",
    "DAY_MICROSECOND",
    "DAY_MINUTE",
    "DAY_SECOND",
    "DECIMAL",
    "DOUBLE",
    "END",
    "ESCAPE",
    "FLOAT",
    "HOUR",
    "HOUR_MICROSECOND",
    "HOUR_MINUTE",
    "HOUR_SECOND",
    "INTEGER",
    "JSON",
    "LANGUAGE",
    "MEMBER",
    "MICROSECOND",
    "MINUTE",
    "MINUTE_MICROSECOND",
    "MINUTE_SECOND",
    "MODE",
    "MONTH",
    "NATURAL",
    "NCHAR",
    "OF",
    "QUARTER",
    "REAL",
    "SECOND",
    "SECOND_MICROSECOND",
    "SIGNED",
    "SOUNDS",
    "SQL_TSI_DAY",
    "SQL_TSI_HOUR",
    "SQL_TSI_MINUTE",
    "SQL_TSI_MONTH",
    "SQL_TSI_QUARTER",
    "SQL_TSI_SECOND",
    "SQL_TSI_WEEK",
    "SQL_TSI_YEAR",
    "TIME",
    "TIMESTAMP",
    "UNKNOWN",
    "UNSIGNED",
    "WEEK",
    "YEAR",
    "YEAR_MONTH",
    "ZONE",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(expression: &str) -> Vec<String> {
        let uses = uses(expression, true).expect("an expression");
        let columns = uses.columns.iter();
        columns.map(|column| column.as_str().to_owned()).collect()
    }

    #[test]
    fn lists_are_sorted() {
        assert!(KEYWORDS.is_sorted() && WORDS.is_sorted());
    }

    #[test]
    fn columns_are_told_from_functions_keywords_and_literals() {
        for (expression, expected) in [
            ("created_at >= '2024-01-01'", vec!["created_at"]),
            ("SHA2(email, 256)", vec!["email"]),
            (
                "`order` = 'a' AND `where` IN (1, 2)",
                vec!["order", "where"],
            ),
            (
                "CASE WHEN a IS NULL THEN b ELSE concat(c, _utf8mb4'd') END",
                vec!["a", "b", "c"],
            ),
            (
                "CONVERT(name USING utf8mb4) COLLATE utf8mb4_bin",
                vec!["name"],
            ),
            ("CAST(x AS UNSIGNED) > 0x1F", vec!["x"]),
            ("at2 > DATE '2020-01-01' - INTERVAL 3 DAY", vec!["at2"]),
            ("doc->>'$.a.b' = \"x\" # and, not, a column", vec!["doc"]),
            ("extract(year FROM born) = 1e3", vec!["born"]),
            ("NOW(6)", vec![]),
            ("id % 4 = 1 /* shard, of four */", vec!["id"]),
            ("'it''s' <> note", vec!["note"]),
        ] {
            assert_eq!(columns(expression), expected, "{expression}");
        }
    }

    #[test]
    fn a_word_of_the_language_is_a_column_where_the_table_has_it() {
        let uses = uses("year = 2024 AND at > now() - INTERVAL 1 DAY", true).expect("reads");
        let has = [Ident::new("Year"), Ident::new("at")];
        assert_eq!(uses.of(&has), [&has[0], &has[1]]);
        assert!(uses.missing(&[Ident::new("id")]).is_empty());
    }

    #[test]
    fn columns_that_are_not_there_are_named() {
        let uses = uses("Created_at > 1 AND gone = 2", true).expect("reads");
        let has = [Ident::new("created_AT")];
        assert_eq!(uses.missing(&has), [&Ident::new("gone")]);
    }

    #[test]
    fn what_a_row_cannot_tell_is_refused() {
        use RowExpressionError as Error;
        for (expression, expected) in [
            (" -- only a comment", Error::Empty),
            ("a = 'b", Error::Unterminated("'b".to_owned())),
            ("(a = 1", Error::Parentheses),
            ("a = 1) OR (1", Error::Parentheses),
            ("a = 1; DROP TABLE x", Error::Semicolon),
            ("a = ?", Error::Placeholder),
            (
                "id IN (SELECT id FROM other)",
                Error::Query("SELECT".to_owned()),
            ),
            ("a > @limit", Error::Variable("@limit".to_owned())),
            ("a = @@server_id", Error::Variable("@@server_id".to_owned())),
            ("orders.id > 5", Error::Qualified("orders.id".to_owned())),
            ("COUNT(a) > 1", Error::Aggregate("COUNT".to_owned())),
        ] {
            assert_eq!(uses(expression, true), Err(expected), "{expression}");
        }
        let ours = uses("@cutover_operation = 'insert'", true).expect("ours");
        assert!(ours.variables.contains("@cutover_operation"));
        assert!(uses("@cutover_operation = 'insert'", false).is_err());
    }
}
