//! Expressions in one form, whoever printed them.
//!
//! From 8.0 on every server prints the same expression alike, but for the introducers of plain
//! strings, and `information_schema` escapes the quotes. Partition expressions of 5.6 and 5.7 are
//! their author's own text: those are arithmetic, and are read and printed anew.

use crate::mysql::Ident;
use crate::sql::{Kind, Mode, Token, tokenize};

/// An expression as 8.0 and later print it, in one form, with columns mapped.
pub(super) fn normal(expression: &str, map: &dyn Fn(&Ident) -> Ident) -> String {
    let expression = unescaped(expression);
    let tokens: Vec<Token<'_>> = tokenize(&expression, Mode::default())
        .into_iter()
        .filter(Token::significant)
        .collect();
    joined(&tokens, map)
}

/// A partition expression, in the form that 8.0 and later print.
pub(super) fn partition(
    expression: &str,
    columns: &[Ident],
    map: &dyn Fn(&Ident) -> Ident,
) -> String {
    let tokens: Vec<Token<'_>> = tokenize(expression, Mode::default())
        .into_iter()
        .filter(Token::significant)
        .collect();
    let mut reader = Arithmetic {
        tokens: &tokens,
        at: 0,
        columns,
        map,
    };
    match reader.binary(0) {
        Some(text) if reader.at == tokens.len() => text,
        _ => joined(&tokens, map),
    }
}

/// `information_schema` escapes quotes, backslashes and line ends in expressions. A quote that
/// opens a string is never behind a backslash otherwise.
fn unescaped(expression: &str) -> String {
    let Some(quote) = expression.find('\'') else {
        return expression.to_owned();
    };
    if !expression[..quote].ends_with('\\') {
        return expression.to_owned();
    }
    unescape(expression)
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

fn joined(tokens: &[Token<'_>], map: &dyn Fn(&Ident) -> Ident) -> String {
    let mut out = String::new();
    let mut last: Option<&Token<'_>> = None;
    for (index, token) in tokens.iter().enumerate() {
        let text = match token.kind {
            Kind::Introducer if introduces_plain_text(tokens.get(index + 1)) => continue,
            Kind::Quoted => token
                .name()
                .map_or_else(String::new, |name| map(&name).to_string()),
            Kind::Text => text_literal(token.text),
            Kind::Word | Kind::Introducer => lower_charset(token.text),
            Kind::Space
            | Kind::Comment
            | Kind::Hint
            | Kind::VersionedOpen
            | Kind::VersionedClose
            | Kind::HexOrBit
            | Kind::Number
            | Kind::Variable
            | Kind::Symbol
            | Kind::Unterminated => token.text.to_owned(),
        };
        if last.is_some_and(|last| spaced(last, token)) {
            out.push(' ');
        }
        out.push_str(&text);
        last = Some(token);
    }
    out
}

/// One blank between tokens, none around parentheses of calls, commas and dots.
fn spaced(left: &Token<'_>, right: &Token<'_>) -> bool {
    let opens = left.is_symbol("(") || left.is_symbol(".");
    let closes = right.is_symbol(")") || right.is_symbol(",") || right.is_symbol(".");
    let call = right.is_symbol("(") && left.kind == Kind::Word && !is_operator(left);
    !(opens || closes || call || left.is_symbol(","))
}

/// A word that takes an operand rather than arguments.
fn is_operator(word: &Token<'_>) -> bool {
    const OPERATORS: [&str; 16] = [
        "AND", "OR", "XOR", "NOT", "IN", "IS", "LIKE", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE",
        "DIV", "MOD", "REGEXP", "OF",
    ];
    OPERATORS.iter().any(|operator| word.is(operator))
}

fn introduces_plain_text(next: Option<&Token<'_>>) -> bool {
    next.is_some_and(|next| next.kind == Kind::Text && next.text.is_ascii())
}

fn lower_charset(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "utf8" => "utf8mb3".to_owned(),
        "_utf8" => "_utf8mb3".to_owned(),
        _ => match lower.strip_prefix("utf8_") {
            Some(rest) => format!("utf8mb3_{rest}"),
            None => lower,
        },
    }
}

/// A string literal with its quotes doubled, not escaped.
fn text_literal(text: &str) -> String {
    quoted(&text_value(text))
}

/// What a string literal stands for.
pub(super) fn text_value(text: &str) -> String {
    let quote = text.chars().next().unwrap_or('\'');
    let inner = text
        .get(1..text.len().saturating_sub(1))
        .unwrap_or_default()
        .replace(&format!("{quote}{quote}"), &format!("\\{quote}"));
    unescape(&inner)
}

/// A string in single quotes, quotes doubled: for reading and comparing, not to be run.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A small reader for what a partition function may be made of: names, numbers, calls, and
/// `+ - * / % DIV MOD`.
struct Arithmetic<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    columns: &'t [Ident],
    map: &'t dyn Fn(&Ident) -> Ident,
}

impl Arithmetic<'_, '_> {
    fn peek(&self) -> Option<&Token<'_>> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, symbol: &str) -> Option<()> {
        self.peek()?.is_symbol(symbol).then_some(())?;
        self.at += 1;
        Some(())
    }

    fn operator(&self) -> Option<(u8, &'static str)> {
        let token = self.peek()?;
        if token.is("DIV") {
            return Some((2, "DIV"));
        }
        if token.is("MOD") {
            return Some((2, "%"));
        }
        [(1, "+"), (1, "-"), (2, "*"), (2, "/"), (2, "%")]
            .into_iter()
            .find(|(_, symbol)| token.is_symbol(symbol))
    }

    fn binary(&mut self, least: u8) -> Option<String> {
        let mut left = self.operand()?;
        while let Some((strength, symbol)) = self.operator()
            && strength > least
        {
            self.at += 1;
            let right = self.binary(strength)?;
            left = format!("({left} {symbol} {right})");
        }
        Some(left)
    }

    fn operand(&mut self) -> Option<String> {
        if self.take("(").is_some() {
            let inner = self.binary(0)?;
            self.take(")")?;
            return Some(inner);
        }
        if self.take("-").is_some() {
            return Some(format!("-({})", self.operand()?));
        }
        let token = *self.tokens.get(self.at)?;
        self.at += 1;
        match token.kind {
            Kind::Number | Kind::Text | Kind::HexOrBit => Some(token.text.to_owned()),
            Kind::Word if self.peek().is_some_and(|next| next.is_symbol("(")) => {
                self.at += 1;
                self.call(&token.text.to_ascii_lowercase())
            }
            Kind::Quoted | Kind::Word => self.column(&token.name()?),
            Kind::Space
            | Kind::Comment
            | Kind::Hint
            | Kind::VersionedOpen
            | Kind::VersionedClose
            | Kind::Introducer
            | Kind::Variable
            | Kind::Symbol
            | Kind::Unterminated => None,
        }
    }

    fn column(&self, name: &Ident) -> Option<String> {
        let wanted = name.as_str().to_lowercase();
        let column = self
            .columns
            .iter()
            .find(|column| column.as_str().to_lowercase() == wanted)?;
        Some((self.map)(column).to_string())
    }

    /// The arguments behind `name(`.
    fn call(&mut self, name: &str) -> Option<String> {
        if name == "extract" {
            let unit = self.peek()?.text.to_ascii_lowercase();
            self.at += 1;
            self.peek()?.is("FROM").then_some(())?;
            self.at += 1;
            let argument = self.binary(0)?;
            self.take(")")?;
            return Some(format!("extract({unit} from {argument})"));
        }
        let mut arguments = Vec::new();
        while self.take(")").is_none() {
            if !arguments.is_empty() {
                self.take(",")?;
            }
            arguments.push(self.binary(0)?);
        }
        let name = match name {
            "day" => "dayofmonth",
            "ceil" => "ceiling",
            "mod" if arguments.len() == 2 => return Some(format!("({})", arguments.join(" % "))),
            _ => name,
        };
        Some(format!("{name}({})", arguments.join(",")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(column: &Ident) -> Ident {
        column.clone()
    }

    #[test]
    fn an_author_s_partition_expression_is_read_as_later_servers_print_it() {
        let columns = [Ident::new("d"), Ident::new("id"), Ident::new("year")];
        for (author, server) in [
            ("YEAR( D ) + 1*id-(2)", "((year(`d`) + (1 * `id`)) - 2)"),
            ("year(`year`)", "year(`year`)"),
            ("mod(id, 4) - -id", "((`id` % 4) - -(`id`))"),
            (
                "extract(YEAR from d) DIV 2",
                "(extract(year from `d`) DIV 2)",
            ),
            ("(((to_days(d))))", "to_days(`d`)"),
        ] {
            assert_eq!(
                partition(author, &columns, &same),
                partition(server, &columns, &same)
            );
            assert_eq!(partition(author, &columns, &same), server);
        }
        assert_eq!(partition("id | 2", &columns, &same), "id | 2");
    }

    #[test]
    fn introducers_of_plain_strings_and_escapes_do_not_count() {
        let text = r"(`b` <> _latin1\'x\\\'y\')";
        assert_eq!(normal(text, &same), "(`b` <> 'x''y')");
        assert_eq!(normal("(`b`<>_utf8mb4'x''y')", &same), "(`b` <> 'x''y')");
        assert_eq!(
            normal("concat(`a`,_utf8'é')", &same),
            "concat(`a`,_utf8mb3 'é')"
        );
        assert_eq!(
            normal("cast(`a` as char charset utf8) COLLATE utf8_bin", &same),
            "cast(`a` as char charset utf8mb3) collate utf8mb3_bin"
        );
    }
}
