//! `PARTITION BY` in one form.

use super::expression;
use crate::mysql::Ident;
use crate::sql::{Kind, Mode, Token, tokenize};

/// The partitioning with columns mapped, one partition a line, without engines and places.
pub(super) fn normal(
    partitioning: &str,
    columns: &[Ident],
    map: &dyn Fn(&Ident) -> Ident,
) -> String {
    let tokens: Vec<Token<'_>> = tokenize(partitioning, Mode::default())
        .into_iter()
        .filter(Token::significant)
        .collect();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.is_symbol("*") && tokens.get(at + 1).is_some_and(|next| next.is_symbol("/")) {
            // the end of a versioned comment whose beginning was left out
            at += 2;
            continue;
        }
        if !token.is_symbol("(") {
            words.push(token.text.to_ascii_uppercase());
            at += 1;
            continue;
        }
        let end = behind_group(&tokens, at);
        let inner = tokens
            .get(at + 1..end.saturating_sub(1))
            .unwrap_or_default();
        if inner.first().is_some_and(|token| token.is("PARTITION")) {
            words.push(format!("(\n  {}\n)", definitions(inner).join(",\n  ")));
        } else if is_list(&words) {
            words.push(format!("({})", names(inner, columns, map)));
        } else {
            let text: Vec<&str> = inner.iter().map(|token| token.text).collect();
            let expression = expression::partition(&text.join(" "), columns, map);
            words.push(format!("({expression})"));
        }
        at = end;
    }
    words.join(" ")
}

/// Whether the parentheses that follow hold names: `RANGE COLUMNS (...)`, `KEY (...)`.
fn is_list(words: &[String]) -> bool {
    // KEY may be followed by ALGORITHM = 1
    let by = words.iter().rposition(|word| word == "BY").unwrap_or(0);
    words[by..]
        .iter()
        .any(|word| word == "COLUMNS" || word == "KEY")
}

fn behind_group(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + 1;
            }
        }
    }
    tokens.len()
}

fn names(tokens: &[Token<'_>], columns: &[Ident], map: &dyn Fn(&Ident) -> Ident) -> String {
    let names: Vec<String> = tokens
        .iter()
        .filter_map(Token::name)
        .map(|name| {
            let wanted = name.as_str().to_lowercase();
            let column = columns
                .iter()
                .find(|column| column.as_str().to_lowercase() == wanted)
                .unwrap_or(&name);
            map(column).to_string()
        })
        .collect();
    names.join(", ")
}

/// The definitions between the commas, subpartitions in their own parentheses.
fn definitions(tokens: &[Token<'_>]) -> Vec<String> {
    let mut all = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.is_symbol(",") {
            all.push(words.join(" "));
            words.clear();
            at += 1;
        } else if token.is_symbol("(") {
            let end = behind_group(tokens, at);
            let inner = tokens
                .get(at + 1..end.saturating_sub(1))
                .unwrap_or_default();
            if inner.first().is_some_and(|token| token.is("SUBPARTITION")) {
                words.push(format!("({})", definitions(inner).join(", ")));
            } else {
                words.push(format!("({})", values(inner)));
            }
            at = end;
        } else if let Some(length) = left_out(tokens, at) {
            at += length;
        } else {
            let named = at > 0
                && tokens
                    .get(at - 1)
                    .is_some_and(|before| before.is("PARTITION") || before.is("SUBPARTITION"));
            words.push(match token.name() {
                Some(name) if named => name.to_string(),
                Some(_) if token.kind == Kind::Word => token.text.to_ascii_uppercase(),
                _ => token.text.to_owned(),
            });
            at += 1;
        }
    }
    all.push(words.join(" "));
    all
}

fn values(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    for token in tokens {
        match token.kind {
            Kind::Word => text.push_str(&token.text.to_ascii_uppercase()),
            Kind::Introducer => {}
            Kind::Symbol if token.text == "," => text.push_str(", "),
            Kind::Space
            | Kind::Comment
            | Kind::Hint
            | Kind::VersionedOpen
            | Kind::VersionedClose
            | Kind::Quoted
            | Kind::Text
            | Kind::HexOrBit
            | Kind::Number
            | Kind::Variable
            | Kind::Symbol
            | Kind::Unterminated => text.push_str(token.text),
        }
    }
    text
}

/// How many tokens an option takes that says nothing about the rows: the engine, which is the
/// table's, and places on a disk.
fn left_out(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let is =
        |offset: usize, word: &str| tokens.get(at + offset).is_some_and(|token| token.is(word));
    let equals = |offset: usize| {
        tokens
            .get(at + offset)
            .is_some_and(|token| token.is_symbol("="))
    };
    if (is(0, "ENGINE") || is(0, "TABLESPACE")) && equals(1) {
        return Some(3);
    }
    if is(0, "STORAGE") && is(1, "ENGINE") && equals(2) {
        return Some(4);
    }
    ((is(0, "DATA") || is(0, "INDEX")) && is(1, "DIRECTORY") && equals(2)).then_some(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_and_a_new_server_s_text_are_one() {
        let columns = [Ident::new("id"), Ident::new("d")];
        let map = |column: &Ident| match column.as_str() {
            "d" => Ident::new("day"),
            _ => column.clone(),
        };
        let old = "PARTITION BY RANGE (YEAR( d ) + 1)\nSUBPARTITION BY HASH (to_days(d))\n\
            (PARTITION p0 VALUES LESS THAN (2000)\n (SUBPARTITION s0 ENGINE = InnoDB,\n  \
            SUBPARTITION rank DATA DIRECTORY = '/x' ENGINE = InnoDB),\n \
            PARTITION `p 1` VALUES LESS THAN MAXVALUE\n (SUBPARTITION s2 ENGINE = InnoDB,\n  \
            SUBPARTITION s3 COMMENT = 'ENGINE' ENGINE = InnoDB))";
        let new = old
            .replace("YEAR( d ) + 1", "(year(`d`) + 1)")
            .replace("to_days(d)", "to_days(`d`)")
            .replace("SUBPARTITION rank", "SUBPARTITION `rank`");
        assert_eq!(normal(old, &columns, &map), normal(&new, &columns, &map));
        insta::assert_snapshot!(normal(old, &columns, &map), @r"
        PARTITION BY RANGE ((year(`day`) + 1)) SUBPARTITION BY HASH (to_days(`day`)) (
          PARTITION `p0` VALUES LESS THAN (2000) (SUBPARTITION `s0`, SUBPARTITION `rank`),
          PARTITION `p 1` VALUES LESS THAN MAXVALUE (SUBPARTITION `s2`, SUBPARTITION `s3` COMMENT = 'ENGINE')
        )
        ");
        insta::assert_snapshot!(
            normal("/*!50500 PARTITION BY LIST  COLUMNS(d,id)\n(PARTITION a VALUES IN (('x',1),(_utf8'y',NULL)) ENGINE = InnoDB) */", &columns, &map),
            @r"
        PARTITION BY LIST COLUMNS (`day`, `id`) (
          PARTITION `a` VALUES IN (('x', 1), ('y', NULL))
        )
        "
        );
        insta::assert_snapshot!(
            normal("PARTITION BY KEY */ /*!50611 ALGORITHM = 1 */ /*!50100 ()\nPARTITIONS 3", &columns, &map),
            @"PARTITION BY KEY ALGORITHM = 1 () PARTITIONS 3"
        );
    }
}
