//! Compares both sides of a plan.

use super::{
    Context,
    error::{EngineError, Result},
};
use crate::{
    catalog::{ForeignKey, Inspection},
    clock::Timestamp,
    conn::Purpose,
    mysql::{Names, TableName},
    plan::{Plan, TableStep},
    state::{TableVerification, Verification},
    verify::{
        Following, ForeignKeyJob, Ignored, Job, Made, Mode, Orphans, Settings, TableResult,
        VerifyError, check_foreign_keys, definitions, digest::Sides, foreign_keys::KeySide, run,
    },
};

/// How the two sides compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    pub tables: Vec<TableResult>,
    pub orphans: Vec<Orphans>,
    /// Definitions that differ, each as a line.
    pub definitions: Vec<String>,
}

impl VerifyReport {
    /// Orphans that the source has too are reported, and are no difference.
    pub fn equal(&self) -> bool {
        self.tables.iter().all(TableResult::equal)
            && self
                .orphans
                .iter()
                .all(|orphans| orphans.source == orphans.destination)
            && self.definitions.is_empty()
    }
}

/// A comparison as the state keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    pub at: Timestamp,
    /// `checksum`, `count` or `sample`.
    pub mode: &'a str,
    pub tables: &'a [TableResult],
    pub orphans: &'a [Orphans],
    pub definitions: &'a [String],
}

impl Compared<'_> {
    pub fn verification(self) -> Verification {
        let table = |table: &TableResult| {
            let result = TableVerification {
                rows: table.source_rows,
                different: table.differing_rows,
            };
            (table.source.clone(), result)
        };
        let orphans = self
            .orphans
            .iter()
            .filter(|key| key.source != key.destination)
            .map(|key| {
                format!(
                    "foreign key {} of {}: {} rows without a parent",
                    key.foreign_key.as_str(),
                    key.table.plain(),
                    key.destination
                )
            });
        Verification {
            at: self.at,
            mode: self.mode.to_owned(),
            tables: self.tables.iter().map(table).collect(),
            other_differences: self.definitions.iter().cloned().chain(orphans).collect(),
        }
    }
}

const CHUNK_BYTES: u64 = 16 << 20;
const MOST_NAMED: usize = 100;

/// Who writes while rows are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    Nobody,
    /// Another process applies the source's stream.
    Stream,
}

/// Definitions that differ, each as a line.
pub fn differing(
    plan: &Plan,
    inspection: &Inspection,
    names: &(dyn Names + Sync),
    stage: Made,
) -> Vec<String> {
    let source = &inspection.source.catalog;
    let destination = &inspection.destination.catalog;
    let mut lines = definitions::compare(plan, source, destination, names, stage);
    let accounts = &inspection.destination.accounts;
    lines.extend(definitions::compare_accounts(plan, accounts));
    lines
}

/// Compares the rows of all tables of the plan (or those chosen), then the foreign keys.
pub async fn verify(
    context: &Context,
    (mode, beside): (Mode, Beside),
    chosen: impl Fn(&crate::mysql::TableName) -> bool,
    inspection: &Inspection,
    names: &(dyn Names + Sync),
    stage: Made,
) -> Result<VerifyReport> {
    let source = &inspection.source.catalog;
    let definitions = differing(&context.plan, inspection, names, stage);
    let steps = || {
        context
            .plan
            .tables
            .iter()
            .filter(|step| context.plan.moves_rows(step) && chosen(&step.shape.source))
    };
    let jobs = steps()
        .map(|step| Job {
            shape: step.shape.clone(),
            rows: step.rows,
            row_bytes: step.row_bytes(),
            ignored: ignored(context, &step.shape.source),
        })
        .collect();
    let settings = Settings {
        mode,
        workers: context.workers,
        chunk_bytes: CHUNK_BYTES,
        most_named: MOST_NAMED,
    };
    let tables = run(
        &context.source,
        &context.destination,
        jobs,
        settings,
        match beside {
            Beside::Nobody => None,
            Beside::Stream => Some(context.ledger.clone()),
        },
        (context.progress.clone(), &context.cancel),
    )
    .await?;
    let keys: Vec<ForeignKeyJob> = steps()
        .filter_map(|step| source.table(&step.shape.source))
        .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
        .filter(|(table, key)| {
            let taken = |name: &TableName, columns: &[crate::mysql::Ident]| {
                let left_out = |step: &&TableStep| step.shape.source == *name;
                let step = context.plan.tables.iter().find(left_out);
                let left_out = step.map_or(&[][..], |step| &step.changes.left_out);
                !columns.iter().any(|column| left_out.contains(column))
            };
            taken(&table.name, &key.columns) && taken(&key.parent, &key.parent_columns)
        })
        // where rows of either are left out, so may the other's be
        .filter(|(table, key)| {
            [&table.name, &key.parent]
                .iter()
                .all(|name| !ignored(context, name).any())
        })
        .map(|(table, key)| foreign_key(&table.name, key, names))
        .collect();
    let connect = |cause| EngineError::Verify(VerifyError::Connect { cause });
    let mut sides = Sides {
        source: context
            .source
            .session(Purpose::ReadRows)
            .await
            .map_err(connect)?,
        destination: context
            .destination
            .session(Purpose::ReadRows)
            .await
            .map_err(connect)?,
    };
    let mut following = match beside {
        Beside::Nobody => None,
        Beside::Stream => {
            let (source, destination) = (&context.source, &context.destination);
            Some(Following::open(source, destination, &context.ledger, &context.cancel).await?)
        }
    };
    let orphans = check_foreign_keys(&mut sides, following.as_mut(), &keys).await?;
    Ok(VerifyReport {
        tables,
        orphans,
        definitions,
    })
}

/// What the stream leaves out shows as such differences: a row that is not inserted is missing, one
/// that is not deleted is extra; one that is not updated may be both, as its key may have changed.
fn ignored(context: &Context, table: &TableName) -> Ignored {
    let statements = &context.statements;
    let dml = statements.rules.rows.of(table, statements.source_names).dml;
    Ignored {
        missing: !dml.insert || !dml.update,
        extra: !dml.delete || !dml.update,
        different: !dml.update,
    }
}

fn foreign_key(
    child: &crate::mysql::TableName,
    key: &ForeignKey,
    names: &(dyn Names + Sync),
) -> ForeignKeyJob {
    let mapped = |table, columns: &[crate::mysql::Ident]| {
        columns
            .iter()
            .map(|column| names.column(table, column))
            .collect()
    };
    ForeignKeyJob {
        name: key.name.clone(),
        source: KeySide {
            child: child.clone(),
            columns: key.columns.clone(),
            parent: key.parent.clone(),
            parent_columns: key.parent_columns.clone(),
        },
        destination: KeySide {
            child: names.table(child),
            columns: mapped(child, &key.columns),
            parent: names.table(&key.parent),
            parent_columns: mapped(&key.parent, &key.parent_columns),
        },
    }
}
