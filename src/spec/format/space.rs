//! Whether a blank stands between two tokens of a line.

use super::token::{Kind, Token};

/// Whether a blank stands between `left` and `right`; `before` is what stands before `left` in the
/// same cell.
pub fn stands_between(before: Option<&Token<'_>>, left: &Token<'_>, right: &Token<'_>) -> bool {
    let before = before.map(|token| token.kind);
    match (left.kind, right.kind) {
        // the end of a line, calls, paths, lists
        (_, Kind::Newline | Kind::Dot | Kind::Comma | Kind::Ellipsis)
        | (Kind::Name, Kind::OpenParenthesis | Kind::DoubleColon)
        | (Kind::DoubleColon, Kind::Name)
        | (Kind::Dot, _) => false,
        (Kind::Comma, _) => true,
        // the text of a template, and templates side by side
        (Kind::Literal | Kind::OpenQuote | Kind::OpenHeredoc, _)
        | (_, Kind::Literal | Kind::CloseQuote | Kind::CloseHeredoc)
        | (Kind::CloseTemplate, Kind::OpenTemplate) => false,
        // `for x in [...]`
        (Kind::Name, _) if left.text == "in" && before == Some(Kind::Name) => true,
        // an index
        (Kind::Name | Kind::Number, Kind::OpenBracket) => false,
        (_, Kind::OpenBracket) if left.opens() < 0 => false,
        (Kind::Not, _) => false,
        (Kind::Minus, _) => before.is_some_and(ends_value),
        (Kind::OpenBrace, right) => right != Kind::CloseBrace,
        // an object alone in a template keeps its distance
        (_, Kind::CloseBrace)
        | (Kind::OpenTemplate, Kind::OpenBrace)
        | (Kind::CloseBrace, Kind::CloseTemplate) => true,
        _ => left.opens() <= 0 && right.opens() >= 0,
    }
}

/// Whether a `-` behind it subtracts.
fn ends_value(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::OpenParenthesis
            | Kind::OpenBrace
            | Kind::OpenBracket
            | Kind::Equal
            | Kind::Colon
            | Kind::Comma
            | Kind::Question
            | Kind::Minus
            | Kind::Not
            | Kind::Operator
    )
}
