//! How much there is of what takes time or memory.

use super::{
    FULL, INCREMENTAL, ROWS,
    context::{Check, Context},
    finding::Found,
};
use crate::catalog::{Column, Table, key};

pub(super) const ASSESSMENT: &[Check] = &[
    Check {
        id: "huge_tables",
        phases: FULL,
        run: huge_tables,
    },
    Check {
        id: "huge_rows",
        phases: ROWS,
        run: huge_rows,
    },
    Check {
        id: "lots_of_tables",
        phases: FULL,
        run: lots_of_tables,
    },
    Check {
        id: "lob_without_key",
        phases: FULL,
        run: lob_without_key,
    },
    Check {
        id: "pk_type_chunkable",
        phases: FULL,
        run: pk_type_chunkable,
    },
    Check {
        id: "filter_index",
        phases: FULL,
        run: filter_index,
    },
    Check {
        id: "filter_mutable_columns",
        phases: INCREMENTAL,
        run: filter_mutable_columns,
    },
];

fn huge_tables(context: &Context<'_>) -> Vec<Found> {
    const BYTES: u64 = 100 << 30;
    const ROWS: u64 = 1_000_000_000;
    let huge = context
        .selected()
        .tables()
        .filter(|table| table.data_length > BYTES || table.rows > ROWS)
        .map(|table| table.name.plain());
    Found::info("tables of more than 100 GiB, or of a thousand million rows")
        .why("they decide how long the copy takes; several workers share each")
        .remedy("leave old rows behind by `where`, or drop partitions, if they are not needed")
        .if_any(huge)
}

fn is_long(column: &Column) -> bool {
    let name = column.data_type.as_str();
    name.ends_with("blob") || name.ends_with("text") || matches!(name, "json" | "geometry")
}

/// By the engine's average alone: a longest value could only be found by reading all.
fn huge_rows(context: &Context<'_>) -> Vec<Found> {
    const BYTES: u64 = 1 << 20;
    let huge = context
        .selected()
        .tables()
        .filter(|table| table.rows > 0 && table.data_length / table.rows > BYTES)
        .filter(|table| table.columns.iter().any(is_long))
        .map(|table| table.name.plain());
    Found::info("rows of more than 1 MiB on an average")
        .why("each worker holds some of them in memory, and the servers' packets must hold one")
        .remedy(
            "SET GLOBAL max_allowed_packet to twice the largest row on both sides; set \
             limits.full.workers lower where memory is short",
        )
        .if_any(huge)
}

fn lots_of_tables(context: &Context<'_>) -> Vec<Found> {
    const MANY: usize = 10_000;
    let count = context.selected().tables().count();
    Found::info(format!("{count} tables are selected"))
        .why("a server that keeps few of them open opens each anew, and so does whoever uses it")
        .remedy("SET GLOBAL table_open_cache to their number on the destination")
        .when(count > MANY)
}

fn whole_key(table: &Table) -> bool {
    key::choose(table).is_some()
}

fn lob_without_key(context: &Context<'_>) -> Vec<Found> {
    let tables = context
        .selected()
        .tables()
        .filter(|table| !whole_key(table) && table.columns.iter().any(is_long))
        .map(|table| table.name.plain());
    Found::info("tables without a key hold long values")
        .why("rows are told apart by every byte of them, which takes time for each change")
        .remedy("ALTER TABLE ... ADD PRIMARY KEY on the source")
        .if_any(tables)
}

fn pk_type_chunkable(context: &Context<'_>) -> Vec<Found> {
    let text = context.selected().tables().filter(|table| {
        let chosen = key::choose(table)
            .map(|key| key.columns)
            .unwrap_or_default();
        chosen
            .first()
            .and_then(|first| table.column(&first.name))
            .is_some_and(|column| column.collation.is_some())
    });
    Found::info("tables are cut into chunks by a key of text")
        .why("that is exact, in the order of the key's collation, and slower than by numbers")
        .remedy("nothing needs to be done")
        .if_any(text.map(|table| table.name.plain()))
}

/// Filtered tables with the columns of their filters.
fn filtered<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Table, Vec<&'a Column>)> {
    let tables = context.selected().tables();
    let found: Vec<_> = tables
        .filter_map(|table| {
            let filter = context.rule(table)?.filter()?;
            let used = |column: &&Column| {
                let only = [column.name.clone()];
                // what the filter misses where there is this column alone is not this column
                filter.uses().missing(&only).len() < filter.uses().missing(&[]).len()
            };
            Some((table, table.columns.iter().filter(used).collect()))
        })
        .collect();
    found.into_iter()
}

fn filter_index(context: &Context<'_>) -> Vec<Found> {
    const LARGE: u64 = 1 << 30;
    let scanned = filtered(context)
        .filter(|(table, _)| table.data_length > LARGE)
        .filter(|(table, columns)| {
            let mut firsts = table.indexes.iter().filter_map(|index| index.parts.first());
            !firsts.any(|part| {
                columns
                    .iter()
                    .any(|one| part.column.as_ref() == Some(&one.name))
            })
        })
        .map(|(table, _)| table.name.plain());
    Found::info("a large table is filtered by columns that no index begins with")
        .why("every row of it is read, also those that are left behind")
        .remedy("nothing needs to be done; an index on the source makes the copy shorter")
        .if_any(scanned)
}

fn filter_mutable_columns(context: &Context<'_>) -> Vec<Found> {
    let names = filtered(context).flat_map(|(table, columns)| {
        let key = key::choose(table)
            .map(|key| key.columns)
            .unwrap_or_default();
        let changing: Vec<String> = columns
            .into_iter()
            .filter(|column| !key.iter().any(|part| part.name == column.name))
            .map(|column| format!("{}.{}", table.name.plain(), column.name.as_str()))
            .collect();
        changing
    });
    Found::info("rows may come into a filter, or leave it, by an UPDATE")
        .why("the stream inserts the one and deletes the other on the destination")
        .remedy("nothing needs to be done")
        .if_any(names)
}
