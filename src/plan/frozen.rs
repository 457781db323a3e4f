//! What rows depend on from when they are written on: kept in the ledger when a table is begun, and
//! held against the specification at every later plan.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    build::Begun,
    model::{FrozenChange, Plan, RowChanges, TableStep},
};
use crate::{
    catalog::Table,
    mysql::{Ident, LowerCase, Names as _, TableName},
    resolve::{Dml, MappedNames, Selection},
};

/// One thing that is kept: of a table of the source, or of the whole migration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FixedKey {
    /// The name on the source; both parts empty for the whole migration.
    pub table: TableName,
    /// `destination`, `columns`, `where`, `values`, `dml`; or `schema.definer` and the like.
    pub setting: String,
}

impl FixedKey {
    /// Whether it holds for the whole migration.
    pub fn is_whole(&self) -> bool {
        self.table.name.as_str().is_empty()
    }
}

/// All that is kept.
pub type Fixed = BTreeMap<FixedKey, String>;

/// The server that is read.
pub const SOURCE: &str = "source server_uuid";
const DESTINATION: &str = "destination";
const COLUMNS: &str = "columns";
const WHERE: &str = "where";
const VALUES: &str = "values";
const DML: &str = "dml";

/// All that is kept of a table in a plan.
pub const OF_TABLE: [&str; 5] = [DESTINATION, COLUMNS, WHERE, VALUES, DML];

/// What the stream was told to follow, as [`crate::resolve::Selection::to_json`] writes it. It may
/// grow: what it lacks is copied beside the stream.
pub const OBJECTS: &str = "objects";

/// It holds from the first table's copy on: definitions alone do not depend on what comes after.
pub const PHASES: &str = "migration.phases";

/// The key of what holds for the whole migration.
pub fn whole(setting: &str) -> FixedKey {
    FixedKey {
        table: TableName::new("", ""),
        setting: setting.to_owned(),
    }
}

/// What the plan's rows will depend on.
pub fn fixed(plan: &Plan) -> Fixed {
    let mut fixed: Fixed = plan
        .fixed
        .iter()
        .map(|(setting, value)| (whole(setting), value.clone()))
        .collect();
    for step in &plan.tables {
        fixed.extend(of_table(step));
    }
    fixed
}

fn of_table(step: &TableStep) -> Fixed {
    let taken = step.shape.columns.iter();
    let taken = taken.map(|column| (&column.source, column.destination.clone()));
    let (source, destination) = (&step.shape.source, &step.shape.destination);
    entries(
        (source, destination),
        &columns(taken, &step.changes),
        &step.changes,
        step.dml.clone(),
    )
}

/// What the rows of a table that the stream makes or changes depend on, as in a plan.
pub fn of_streamed(
    table: &Table,
    destination: &TableName,
    selection: &Selection,
    names: &MappedNames,
    source_names: LowerCase,
    dml: Dml,
) -> Fixed {
    let changes = RowChanges::of(table, selection, names, source_names);
    let columns_of = table.columns.iter();
    let taken = columns_of
        .filter(|one| one.generated.is_none())
        .map(|one| (&one.name, names.column(&table.name, &one.name)));
    let columns = columns(taken, &changes);
    entries(
        (&table.name, destination),
        &columns,
        &changes,
        Some(dml.words()),
    )
}

fn entries(
    (source, destination): (&TableName, &TableName),
    columns: &Value,
    changes: &RowChanges,
    dml: Option<String>,
) -> Fixed {
    let key = |setting: &str| FixedKey {
        table: source.clone(),
        setting: setting.to_owned(),
    };
    let destination = [destination.database.as_str(), destination.name.as_str()];
    let mut fixed = Fixed::from([
        (
            key(DESTINATION),
            Value::from(destination.to_vec()).to_string(),
        ),
        (key(COLUMNS), columns.to_string()),
    ]);
    if let Some(filter) = &changes.filter {
        fixed.insert(key(WHERE), filter.clone());
    }
    if !changes.computed.is_empty() {
        let values = changes.computed.iter();
        let values: BTreeMap<&str, &str> = values
            .map(|one| (one.column.as_str(), one.value.as_str()))
            .collect();
        fixed.insert(key(VALUES), serde_json::json!(values).to_string());
    }
    if let Some(dml) = dml {
        fixed.insert(key(DML), dml);
    }
    fixed
}

/// The destination's name of each column; null for what is left out.
fn columns<'a>(taken: impl Iterator<Item = (&'a Ident, Ident)>, changes: &RowChanges) -> Value {
    let taken = taken.map(|(source, destination)| (source, Some(destination)));
    let renamed = changes.renamed.iter();
    let renamed = renamed.map(|one| (&one.source, Some(one.destination.clone())));
    let left_out = changes.left_out.iter().map(|column| (column, None));
    // sorted, so that the same choice gives the same text
    let all: BTreeMap<&str, Option<String>> = taken
        .chain(renamed)
        .chain(left_out)
        .map(|(column, name)| (column.as_str(), name.map(|name| name.as_str().to_owned())))
        .collect();
    serde_json::json!(all)
}

/// The name that a begun table has on the destination, by what is kept.
pub fn destination(fixed: &Fixed, table: &TableName) -> Option<TableName> {
    let key = FixedKey {
        table: table.clone(),
        setting: DESTINATION.to_owned(),
    };
    named(fixed.get(&key)?)
}

/// The name on the source of every table that is kept, by its name on the destination.
pub fn sources(fixed: &Fixed) -> BTreeMap<TableName, TableName> {
    let destinations = fixed.iter().filter(|(key, _)| key.setting == DESTINATION);
    let named = destinations.filter_map(|(key, text)| Some((named(text)?, key.table.clone())));
    named.collect()
}

fn named(text: &str) -> Option<TableName> {
    let [database, name]: [String; 2] = serde_json::from_str(text).ok()?;
    Some(TableName::new(database, name))
}

/// What the specification says otherwise than what was kept of tables that have begun.
pub fn changes(plan: &Plan, begun: &Begun) -> Vec<FrozenChange> {
    if !begun.has_begun() {
        return Vec::new();
    }
    let mut changes = Vec::new();
    for (setting, is) in &plan.fixed {
        if setting == SOURCE && begun.moves_by_sets {
            continue;
        }
        if let Some(was) = begun.fixed.get(&whole(setting))
            && was != is
            && (!begun.copied.is_empty() || setting != PHASES)
        {
            changes.push(FrozenChange {
                table: String::new(),
                setting: setting.clone(),
                was: was.clone(),
                is: is.clone(),
            });
        }
    }
    for step in plan.tables.iter().filter(|step| step.replaces.is_none()) {
        let begun_as = destination(&begun.fixed, &step.shape.source);
        if begun_as.is_some_and(|name| begun.wrote(&name)) {
            changes.extend(table_changes(step, &begun.fixed));
        }
    }
    changes.sort();
    changes
}

fn table_changes(step: &TableStep, fixed: &Fixed) -> Vec<FrozenChange> {
    let now = of_table(step);
    let text = |of: &Fixed, setting: &str| {
        let key = FixedKey {
            table: step.shape.source.clone(),
            setting: setting.to_owned(),
        };
        of.get(&key).cloned().unwrap_or_default()
    };
    let mut changes = Vec::new();
    let mut compare = |setting: String, was: String, is: String| {
        if was != is {
            changes.push(FrozenChange {
                table: step.shape.source.plain(),
                setting,
                was,
                is,
            });
        }
    };
    let plain = |text: &str| named(text).map_or_else(|| text.to_owned(), |name| name.plain());
    compare(
        "destination".to_owned(),
        plain(&text(fixed, DESTINATION)),
        plain(&text(&now, DESTINATION)),
    );
    compare(WHERE.to_owned(), text(fixed, WHERE), text(&now, WHERE));
    // nothing was kept by an earlier version, or where nothing streamed
    let (was, is) = (text(fixed, DML), text(&now, DML));
    if !was.is_empty() && !is.is_empty() {
        compare(DML.to_owned(), was, is);
    }
    let (was, is) = (map(&text(fixed, COLUMNS)), map(&text(&now, COLUMNS)));
    for (column, was) in &was {
        // a column that the source no longer has, or has got since, was not changed here
        if let Some(is) = is.get(column) {
            compare(
                format!("column {column}"),
                said(was.as_deref()),
                said(is.as_deref()),
            );
        }
    }
    let (was, is) = (map(&text(fixed, VALUES)), map(&text(&now, VALUES)));
    let columns: std::collections::BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for column in columns {
        let value = |of: &BTreeMap<String, Option<String>>| {
            of.get(column).cloned().flatten().unwrap_or_default()
        };
        compare(format!("value of {column}"), value(&was), value(&is));
    }
    changes
}

fn map(text: &str) -> BTreeMap<String, Option<String>> {
    serde_json::from_str(text).unwrap_or_default()
}

fn said(destination: Option<&str>) -> String {
    let quoted = destination.map(|name| Ident::new(name).to_string());
    quoted.unwrap_or_else(|| "left out".to_owned())
}

#[cfg(test)]
mod tests;
