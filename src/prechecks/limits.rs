//! Sizes and kinds of columns, keys and names that the destination refuses.

mod row;

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
    grant,
};
use crate::{
    catalog::{Column, Index, IndexKind, Table},
    mysql::Names,
    sql::{Kind, Mode, tokenize},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "index_prefix_length",
        phases: SCHEMA,
        run: index_prefix_length,
    },
    Check {
        id: "row_size_limit",
        phases: SCHEMA,
        run: row_size_limit,
    },
    Check {
        id: "innodb_strict_mode",
        phases: SCHEMA,
        run: innodb_strict_mode,
    },
    Check {
        id: "enum_set_length",
        phases: SCHEMA,
        run: enum_set_length,
    },
    Check {
        id: "float_auto_increment",
        phases: SCHEMA,
        run: float_auto_increment,
    },
    Check {
        id: "blob_default",
        phases: SCHEMA,
        run: blob_default,
    },
    Check {
        id: "identifier_invalid",
        phases: SCHEMA,
        run: identifier_invalid,
    },
    Check {
        id: "fulltext_parser",
        phases: SCHEMA,
        run: fulltext_parser,
    },
    Check {
        id: "tablespace_options",
        phases: SCHEMA,
        run: tablespace_options,
    },
];

pub(super) fn is_innodb(table: &Table) -> bool {
    table.engine.eq_ignore_ascii_case("InnoDB")
}

/// The row format that the table has on the destination, in lower case.
fn row_format(context: &Context<'_>, table: &Table) -> String {
    let options = table.create_options.to_lowercase();
    let written = options
        .split_whitespace()
        .find_map(|option| option.strip_prefix("row_format="));
    let facts = context.destination_facts();
    let default = if facts.version.at_least(5, 7, 9) {
        "dynamic"
    } else {
        "compact"
    };
    match written {
        Some(format) if format != "fixed" && format != "default" => format.to_owned(),
        Some(_) | None => facts
            .variable("innodb_default_row_format")
            .unwrap_or(default)
            .to_lowercase(),
    }
}

/// Whether only a short beginning of long values is in the row, and in keys.
fn short_prefixes(format: &str) -> bool {
    matches!(format, "compact" | "redundant")
}

fn page_size(context: &Context<'_>) -> u64 {
    context
        .destination_facts()
        .number("innodb_page_size")
        .unwrap_or(16_384)
}

/// The bytes that a part of a key takes at most; `None` for what has a small fixed size.
fn part_bytes(table: &Table, index: &Index, at: usize) -> Option<u64> {
    let part = index.parts.get(at)?;
    let column = table.column(part.column.as_ref()?)?;
    let length = part.prefix.map(u64::from).or_else(|| row::length(column))?;
    match column.data_type.as_str() {
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => {
            Some(length * row::bytes_per_character(column))
        }
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Some(length),
        _ => None,
    }
}

fn index_prefix_length(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let most = 3072 * page_size(context).min(16_384) / 16_384;
    // gone from 8.0 on, where it is always so
    let large = facts
        .is_on("innodb_large_prefix")
        .unwrap_or(facts.version.at_least(5, 7, 7));
    let mut long = Vec::new();
    for table in context.selected().tables().filter(|table| is_innodb(table)) {
        let format = row_format(context, table);
        let limit = if large && !short_prefixes(&format) {
            most
        } else {
            most.min(767)
        };
        for index in table
            .indexes
            .iter()
            .filter(|index| matches!(index.kind, IndexKind::BTree | IndexKind::Hash))
        {
            let parts = (0..index.parts.len()).filter_map(|at| part_bytes(table, index, at));
            let parts: Vec<u64> = parts.collect();
            let (part, all) = (
                parts.iter().copied().max().unwrap_or(0),
                parts.iter().sum::<u64>(),
            );
            if part > limit || all > most {
                long.push(format!(
                    "{}.{} ({} bytes, {format} rows take {})",
                    table.name.plain(),
                    index.name.as_str(),
                    if part > limit { part } else { all },
                    if part > limit { limit } else { most },
                ));
            }
        }
    }
    Found::fail("a key is longer than the destination takes")
        .why("the table cannot be created there (error 1071)")
        .remedy(
            "ALTER TABLE ... ROW_FORMAT = DYNAMIC, or shorten the key, on the source; on a \
             destination before 8.0 also SET GLOBAL innodb_large_prefix = ON",
        )
        .if_any(long)
}

fn row_size_limit(context: &Context<'_>) -> Vec<Found> {
    if !strict(context) {
        return Vec::new();
    }
    let limit = ((page_size(context) - 132) / 2).min(16_383);
    let wide = context
        .selected()
        .tables()
        .filter(|table| is_innodb(table))
        .filter_map(|table| {
            let bytes = row::bytes(table, short_prefixes(&row_format(context, table)));
            (bytes >= limit).then(|| format!("{} (up to {bytes} bytes)", table.name.plain()))
        });
    Found::fail(format!(
        "a table's rows may need {limit} bytes or more of a page, which the destination refuses"
    ))
    .why("its innodb_strict_mode refuses such a table (error 1118), and we may not set it")
    .remedy(format!(
        "{} Or SET GLOBAL innodb_strict_mode = OFF; or make columns TEXT or BLOB in ROW_FORMAT = \
         DYNAMIC on the source",
        strict_grant(context)
    ))
    .if_any(wide)
}

/// Whether the destination refuses odd tables: our sessions turn that off where they may.
fn strict(context: &Context<'_>) -> bool {
    let facts = context.destination_facts();
    let may = ["SESSION_VARIABLES_ADMIN", "SYSTEM_VARIABLES_ADMIN", "SUPER"];
    // before 8.0.14 anybody may
    facts.is_on("innodb_strict_mode") == Some(true)
        && facts.version.at_least(8, 0, 14)
        && !may.iter().any(|privilege| facts.grants.globally(privilege))
}

fn strict_grant(context: &Context<'_>) -> String {
    grant::global("SESSION_VARIABLES_ADMIN", context.destination_facts())
}

/// Options that a server before 8.0 keeps as they were written, and a strict one refuses.
fn innodb_strict_mode(context: &Context<'_>) -> Vec<Found> {
    if !strict(context) {
        return Vec::new();
    }
    let page = page_size(context);
    let odd = context.selected().tables().filter_map(|table| {
        let options = table.create_options.to_lowercase();
        let value = |name: &str| {
            let mut words = options.split_whitespace();
            words.find_map(|option| option.strip_prefix(name))
        };
        let format = value("row_format=");
        // with another format it is left out
        let compressed = format.is_none_or(|format| format == "compressed");
        let block: u64 = value("key_block_size=")?.parse().ok()?;
        let known = matches!(block, 1 | 2 | 4 | 8 | 16) && block * 1024 <= page && page <= 16_384;
        let refused = is_innodb(table) && compressed && block > 0 && !known;
        refused.then(|| format!("{} (KEY_BLOCK_SIZE={block})", table.name.plain()))
    });
    Found::fail("a table's KEY_BLOCK_SIZE is none that the destination knows")
        .why("its innodb_strict_mode refuses such a table (error 1031), and we may not set it")
        .remedy(format!(
            "{} Or ALTER TABLE ... KEY_BLOCK_SIZE = 8 on the source",
            strict_grant(context)
        ))
        .if_any(odd)
}

fn columns<'a>(context: &Context<'a>) -> impl Iterator<Item = (String, &'a Column)> {
    context.selected().tables().flat_map(|table| {
        let columns = table.columns.iter();
        columns.map(|column| {
            let name = format!("{}.{}", table.name.plain(), column.name.as_str());
            (name, column)
        })
    })
}

fn enum_set_length(context: &Context<'_>) -> Vec<Found> {
    const MOST: usize = 255;
    if !context.destination_facts().version.at_least(8, 0, 0) {
        return Vec::new();
    }
    let long = columns(context).filter(|(_, column)| {
        let members = matches!(column.data_type.as_str(), "enum" | "set");
        members
            && tokenize(&column.column_type, Mode::default())
                .iter()
                .filter(|token| token.kind == Kind::Text)
                .any(|token| token.text.replace("''", "'").chars().count() > MOST + 2)
    });
    Found::fail("an ENUM or SET has a member of more than 255 characters")
        .why("8.0 and later refuse the table")
        .remedy("shorten the member on the source, or exclude the table")
        .if_any(long.map(|(name, _)| name))
}

fn float_auto_increment(context: &Context<'_>) -> Vec<Found> {
    if !context.destination_facts().version.at_least(8, 4, 0) {
        return Vec::new();
    }
    let float = columns(context).filter(|(_, column)| {
        column.auto_increment && matches!(column.data_type.as_str(), "float" | "double")
    });
    Found::fail("a FLOAT or DOUBLE column is AUTO_INCREMENT")
        .why("8.4 and later refuse the table (error 1063)")
        .remedy("ALTER TABLE ... MODIFY the column to BIGINT on the source, or exclude the table")
        .if_any(float.map(|(name, _)| name))
}

fn blob_default(context: &Context<'_>) -> Vec<Found> {
    let without = |data_type: &str| {
        data_type.ends_with("blob")
            || data_type.ends_with("text")
            || matches!(data_type, "json" | "geometry")
    };
    let given = columns(context).filter(|(_, column)| {
        let literal = column.default.is_some() && !column.default_is_expression;
        literal && column.generated.is_none() && without(&column.data_type)
    });
    Found::fail("a BLOB, TEXT, JSON or GEOMETRY column has a literal default")
        .why("the destination refuses the table (error 1101)")
        .remedy("ALTER TABLE ... ALTER column DROP DEFAULT on the source")
        .if_any(given.map(|(name, _)| name))
}

fn identifier_invalid(context: &Context<'_>) -> Vec<Found> {
    const MOST: usize = 64;
    let wrong = |name: &str| {
        name.is_empty()
            || name.ends_with(' ')
            || name.starts_with("#mysql50#")
            || name.chars().count() > MOST
    };
    let mut found = Vec::new();
    for database in context.selected().databases.values() {
        let name = context.names.database(&database.name);
        if wrong(name.as_str()) {
            found.push(name.as_str().to_owned());
        }
        for table in database.tables.values() {
            let to = context.names.table(&table.name);
            if wrong(to.name.as_str()) {
                found.push(to.plain());
            }
            for column in &table.columns {
                let name = context.names.column(&table.name, &column.name);
                if wrong(name.as_str()) {
                    found.push(format!("{}.{}", to.plain(), name.as_str()));
                }
            }
            // names that 5.x made of a long table's name
            let keys = table.foreign_keys.iter();
            let keys = keys.filter(|key| wrong(key.name.as_str()));
            found.extend(keys.map(|key| format!("{}.{}", to.plain(), key.name.as_str())));
        }
    }
    Found::fail("a name is empty, ends in a space, or has more than 64 characters")
        .why("the destination refuses it")
        .remedy("give it another name in `mappings`, or on the source")
        .if_any(found)
}

fn fulltext_parser(context: &Context<'_>) -> Vec<Found> {
    let plugins = &context.destination_facts().plugins;
    let has = |name: &str| {
        plugins
            .iter()
            .any(|plugin| plugin.eq_ignore_ascii_case(name))
    };
    let mut missing = Vec::new();
    for table in context.selected().tables() {
        let fulltext = |index: &Index| index.kind == IndexKind::Fulltext;
        if !table.indexes.iter().any(fulltext) {
            continue;
        }
        let Ok(definition) = crate::sql::TableDefinition::parse(&table.definition) else {
            continue;
        };
        for key in &definition.keys {
            if let Some(parser) = key.parser.as_ref().filter(|name| !has(name.as_str())) {
                missing.push(format!(
                    "{}.{} ({})",
                    table.name.plain(),
                    key.name.as_str(),
                    parser.as_str()
                ));
            }
        }
    }
    Found::fail("the destination lacks the parser of a full-text index")
        .why("the index cannot be created there")
        .remedy("INSTALL PLUGIN on the destination, or drop the index on the source")
        .if_any(missing)
}

fn tablespace_options(context: &Context<'_>) -> Vec<Found> {
    let facts = context.destination_facts();
    let keyring = facts
        .plugins
        .iter()
        .any(|plugin| plugin.to_lowercase().starts_with("keyring_"));
    let encrypted = context.selected().tables().filter(|table| {
        let options = table.create_options.to_lowercase();
        options.contains("encryption='y'") || options.contains("encryption=\"y\"")
    });
    let objects: Vec<String> = encrypted.map(|table| table.name.plain()).collect();
    if keyring {
        return Vec::new();
    }
    Found::warning("whether the destination can encrypt tables cannot be seen")
        .why("without a keyring an encrypted table cannot be created (error 3185)")
        .remedy("make sure that a keyring component is loaded there, and acknowledge it")
        .if_any(objects)
}
