//! The plan's definitions once more, for scratch databases on the destination instead of the real
//! ones: what a server thinks of a definition, only it can say.

use std::collections::BTreeMap;

use super::model::{Action, ObjectStep, Plan, StepKind};
use crate::{
    catalog::{CreationContext, Inspection, RoutineKind},
    mysql::{Ident, Names, TableName},
    resolve::{MappedNames, Migration},
    sql::{
        ChangedNames, Program, ProgramKind, SecondaryIndexes, TableDefinition, TablePlan,
        rewrite_definition, rewrite_view,
    },
};

/// Everything that is to be tried, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// Each with its character set and collation.
    pub databases: Vec<(Ident, String, String)>,
    pub definitions: Vec<Definition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// `table`, `foreign key`, `view`, ...
    pub kind: String,
    /// On the source.
    pub name: TableName,
    /// The scratch database.
    pub database: Ident,
    pub statement: String,
    /// Of views and programs: under which it is run.
    pub context: Option<CreationContext>,
    pub time_zone: String,
}

/// The mapping, with scratch databases in the place of the real ones.
struct Scratch<'a> {
    names: &'a MappedNames,
    databases: BTreeMap<Ident, Ident>,
}

impl Scratch<'_> {
    fn at(&self, mapped: Ident) -> Ident {
        self.databases.get(&mapped).cloned().unwrap_or(mapped)
    }
}

impl Names for Scratch<'_> {
    fn database(&self, database: &Ident) -> Ident {
        self.at(self.names.database(database))
    }

    fn table(&self, table: &TableName) -> TableName {
        let mapped = self.names.table(table);
        TableName::new(self.at(mapped.database), mapped.name)
    }

    fn column(&self, table: &TableName, column: &Ident) -> Ident {
        self.names.column(table, column)
    }
}

/// What the plan creates, in databases whose names begin with `prefix`. What the plan refuses
/// already is left out.
pub fn rehearsal(
    migration: &Migration,
    inspection: &Inspection,
    plan: &Plan,
    prefix: &str,
) -> Rehearsal {
    let names = migration.mapping().names(
        inspection.source.facts.lower_case(),
        inspection.destination.facts.lower_case(),
    );
    let numbered = plan.databases.iter().enumerate();
    let scratch = Scratch {
        names: &names,
        databases: numbered
            .map(|(at, step)| {
                (
                    step.destination.clone(),
                    Ident::new(format!("{prefix}_{at}")),
                )
            })
            .collect(),
    };
    let databases = plan.databases.iter().map(|step| {
        let name = scratch.at(step.destination.clone());
        (name, step.charset.clone(), step.collation.clone())
    });
    let rehearsed = Rehearsed {
        migration,
        inspection,
        scratch: &scratch,
    };
    let mut definitions = Vec::new();
    let mut keys = Vec::new();
    for step in plan.tables.iter().filter(|step| tried(&step.action)) {
        rehearsed.table(step, &mut definitions, &mut keys);
    }
    definitions.extend(keys);
    let steps = [&plan.objects, &plan.triggers, &plan.events];
    for step in steps
        .into_iter()
        .flatten()
        .filter(|step| tried(&step.action))
    {
        definitions.extend(rehearsed.object(step));
    }
    Rehearsal {
        databases: databases.collect(),
        definitions,
    }
}

/// Tables that are there already are made too, since others use them.
fn tried(action: &Action) -> bool {
    match action {
        Action::Create | Action::Done | Action::Unchanged | Action::Different { .. } => true,
        Action::Refused { .. } => false,
    }
}

struct Rehearsed<'a> {
    migration: &'a Migration,
    inspection: &'a Inspection,
    scratch: &'a Scratch<'a>,
}

impl Rehearsed<'_> {
    fn table(
        &self,
        step: &super::TableStep,
        tables: &mut Vec<Definition>,
        keys: &mut Vec<Definition>,
    ) {
        let name = &step.shape.source;
        let Some(table) = self.inspection.source.catalog.table(name) else {
            return;
        };
        let Ok(mut definition) = TableDefinition::parse(&table.definition) else {
            return;
        };
        // a table that cannot be without them is refused already
        let _ = definition.without(&step.changes.left_out);
        let statements = definition.statements(
            name,
            self.scratch,
            &TablePlan {
                secondary_indexes: SecondaryIndexes::WithTable,
                source: &self.inspection.source.facts.version,
                destination: &self.inspection.destination.facts.version,
                referenced: &[],
            },
        );
        let one = |kind: &str, statement: String| Definition {
            kind: kind.to_owned(),
            name: name.clone(),
            database: self.scratch.table(name).database,
            statement,
            context: None,
            time_zone: String::new(),
        };
        // tables that are merged are made once
        let create = one("table", statements.create);
        if tables
            .iter()
            .any(|other| other.statement == create.statement)
        {
            return;
        }
        tables.push(create);
        let indexes = statements.secondary_indexes.into_iter();
        tables.extend(indexes.map(|statement| one("index", statement)));
        let foreign = statements.foreign_keys.into_iter();
        keys.extend(foreign.map(|statement| one("foreign key", statement)));
    }

    fn object(&self, step: &ObjectStep) -> Option<Definition> {
        Some(Definition {
            kind: step.kind.as_str().to_owned(),
            name: step.source.clone(),
            database: self.scratch.database(&step.source.database),
            statement: self.statement(step)?,
            context: Some(step.context.clone()),
            time_zone: step.time_zone.clone(),
        })
    }

    fn statement(&self, step: &ObjectStep) -> Option<String> {
        let catalog = &self.inspection.source.catalog;
        let definer = self.migration.schema().definer.in_statements();
        let routine = |wanted: RoutineKind| {
            let mut routines = catalog.routines();
            routines
                .find(|routine| routine.kind == wanted && routine.name == step.source)?
                .definition
                .as_deref()
        };
        let (kind, definition) = match step.kind {
            StepKind::View => {
                let view = catalog.views().find(|view| view.name == step.source)?;
                let written = rewrite_view(&view.definition, &view.name, self.scratch, &definer);
                return written.ok();
            }
            StepKind::Function => (ProgramKind::Function, routine(RoutineKind::Function)?),
            StepKind::Procedure => (ProgramKind::Procedure, routine(RoutineKind::Procedure)?),
            StepKind::Trigger => {
                let mut triggers = catalog.triggers();
                let trigger = triggers.find(|trigger| trigger.name == step.source)?;
                (ProgramKind::Trigger, trigger.definition.as_str())
            }
            StepKind::Event => {
                let event = catalog.events().find(|event| event.name == step.source)?;
                (ProgramKind::Event, event.definition.as_str())
            }
        };
        let program = Program {
            kind,
            name: &step.source,
            definition,
            sql_mode: &step.context.sql_mode,
        };
        let none = ChangedNames::default();
        let written = rewrite_definition(&program, self.scratch, &definer, &none).ok()?;
        Some(written.statement)
    }
}
