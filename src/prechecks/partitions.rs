//! Partitions that the destination refuses.

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::Table,
    mysql::Ident,
    sql::{Kind, Mode, Token, tokenize},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "partition_engine_native",
        phases: SCHEMA,
        run: partition_engine_native,
    },
    Check {
        id: "partition_prefix_key",
        phases: SCHEMA,
        run: partition_prefix_key,
    },
    Check {
        id: "partition_temporal_delimiter",
        phases: SCHEMA,
        run: partition_temporal_delimiter,
    },
];

fn partitioned<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Table, &'a str)> {
    let tables = context.selected().tables();
    tables.filter_map(|table| Some((table, table.partitioning.as_deref()?)))
}

fn significant(text: &str) -> Vec<Token<'_>> {
    let tokens = tokenize(text, Mode::default());
    tokens.into_iter().filter(Token::significant).collect()
}

fn partition_engine_native(context: &Context<'_>) -> Vec<Found> {
    if !context.destination_facts().version.at_least(8, 0, 0) {
        return Vec::new();
    }
    let foreign = partitioned(context).filter(|(table, _)| {
        let engine = table.engine.to_lowercase();
        !matches!(engine.as_str(), "innodb" | "ndbcluster" | "ndb")
    });
    Found::fail("a partitioned table is not InnoDB")
        .why("from 8.0 on only InnoDB has partitions (error 1178)")
        .remedy("ALTER TABLE ... ENGINE = InnoDB, or REMOVE PARTITIONING, on the source")
        .if_any(foreign.map(|(table, _)| format!("{} ({})", table.name.plain(), table.engine)))
}

/// The columns of `PARTITION BY [LINEAR] KEY (...)`, none of them where the primary key's are
/// meant; `None` for other kinds.
fn key_columns(tokens: &[Token<'_>]) -> Option<Vec<Ident>> {
    let by = tokens.iter().position(|token| token.is("BY"))?;
    let mut at = by + 1;
    if tokens.get(at)?.is("LINEAR") {
        at += 1;
    }
    if !tokens.get(at)?.is("KEY") {
        return None;
    }
    let open = at + tokens[at..].iter().position(|token| token.is_symbol("("))?;
    let close = open
        + tokens[open..]
            .iter()
            .position(|token| token.is_symbol(")"))?;
    Some(tokens[open..close].iter().filter_map(Token::name).collect())
}

fn partition_prefix_key(context: &Context<'_>) -> Vec<Found> {
    if !context.destination_facts().version.at_least(8, 4, 0) {
        return Vec::new();
    }
    let wrong = partitioned(context).filter(|(table, text)| {
        let Some(columns) = key_columns(&significant(text)) else {
            return false;
        };
        let parts = table
            .indexes
            .iter()
            .filter(|index| index.unique)
            .flat_map(|index| index.parts.iter().map(move |part| (index.primary(), part)));
        let mut prefixed = parts.filter(|(_, part)| part.prefix.is_some());
        prefixed.any(|(primary, part)| {
            let named = part
                .column
                .as_ref()
                .is_some_and(|name| columns.contains(name));
            named || (primary && columns.is_empty())
        })
    });
    Found::fail("a table is partitioned by a column of which its key has only the beginning")
        .why("8.4 and later refuse the table (error 6123)")
        .remedy("partition by other columns, or by whole ones, on the source")
        .if_any(wrong.map(|(table, _)| table.name.plain()))
}

fn partition_temporal_delimiter(context: &Context<'_>) -> Vec<Found> {
    if !context.destination_facts().version.at_least(8, 4, 0) {
        return Vec::new();
    }
    let odd = partitioned(context).filter(|(table, text)| {
        let tokens = significant(text);
        let columns = tokens
            .windows(2)
            .any(|pair| (pair[0].is("RANGE") || pair[0].is("LIST")) && pair[1].is("COLUMNS"));
        let temporal = table
            .columns
            .iter()
            .any(|column| matches!(column.data_type.as_str(), "date" | "datetime"));
        columns && temporal && tokens.iter().any(oddly_delimited)
    });
    Found::fail("a partition's bound is a date in another form than YYYY-MM-DD")
        .why("8.4 and later refuse the table (error 1654)")
        .remedy("ALTER TABLE ... REORGANIZE PARTITION with bounds like '2020-01-31' on the source")
        .if_any(odd.map(|(table, _)| table.name.plain()))
}

/// `'2020/01/31'`
fn oddly_delimited(token: &Token<'_>) -> bool {
    let inner = token.text.trim_matches('\'');
    let digits = inner.chars().take_while(char::is_ascii_digit).count();
    let mut behind = inner.chars().skip(digits);
    let (delimiter, next) = (behind.next(), behind.next());
    token.kind == Kind::Text
        && matches!(digits, 2 | 4)
        && delimiter.is_some_and(|delimiter| delimiter != '-' && !delimiter.is_alphanumeric())
        && next.is_some_and(|next| next.is_ascii_digit())
}
