//! The steps of views, routines, triggers and events.

use std::collections::BTreeMap;

use super::{
    build::Builder,
    model::{Action, LeftBehind, ObjectStep, StepKind},
};
use crate::{
    catalog::{
        Created, CreationContext, Event, EventStatus, Routine, RoutineKind, Trigger, View, order,
    },
    mysql::{Ident, LowerCase, Missing, Names, TableName},
    resolve::{EventMode, ExistingTables, MappedNames, Phase, Selection, TriggerMode},
    sql::{Program, ProgramKind, rewrite_definition, rewrite_view},
};

/// The mapping, and what the selection leaves out.
struct Arriving<'a> {
    names: &'a MappedNames,
    selection: &'a Selection,
    source: LowerCase,
}

impl Names for Arriving<'_> {
    fn database(&self, database: &Ident) -> Ident {
        self.names.database(database)
    }

    fn table(&self, table: &TableName) -> TableName {
        self.names.table(table)
    }

    fn column(&self, table: &TableName, column: &Ident) -> Ident {
        self.names.column(table, column)
    }

    fn misses(&self, table: &TableName, column: &Ident) -> Option<Missing> {
        if self.selection.column(table, column, self.source) {
            self.names.misses(table, column)
        } else {
            Some(Missing::Excluded)
        }
    }
}

impl Builder<'_> {
    fn arriving(&self) -> Arriving<'_> {
        Arriving {
            names: self.names,
            selection: self.migration.selection(),
            source: self.inspection.source.facts.lower_case(),
        }
    }

    /// Routines first, since a server looks at their bodies only when they run; then views, each
    /// behind what it uses. Views that cannot be created are left behind.
    pub(super) fn objects(&self) -> (Vec<ObjectStep>, Vec<LeftBehind>) {
        if !self.schema {
            return (Vec::new(), Vec::new());
        }
        let mut steps: Vec<ObjectStep> = self
            .source()
            .routines()
            .filter_map(|routine| self.routine(routine))
            .collect();
        let order = order(self.source());
        let views = order.steps.iter().filter_map(|step| match step {
            Created::View(name) => self
                .source()
                .databases
                .get(&name.database)?
                .views
                .get(&name.name),
            Created::Function(_) => None,
        });
        steps.extend(views.map(|view| self.view(view)));
        let cyclic = order.cyclic.iter().map(|name| LeftBehind {
            what: name.plain(),
            why: "views that use each other in a circle".to_owned(),
        });
        let unreadable = order.unreadable.iter().map(|(name, error)| LeftBehind {
            what: name.plain(),
            why: error.to_string(),
        });
        (
            once(steps, self.destination_case()),
            cyclic.chain(unreadable).collect(),
        )
    }

    fn routine(&self, routine: &Routine) -> Option<ObjectStep> {
        let definition = routine.definition.as_deref()?;
        let (kind, program) = match routine.kind {
            RoutineKind::Function => (StepKind::Function, ProgramKind::Function),
            RoutineKind::Procedure => (StepKind::Procedure, ProgramKind::Procedure),
        };
        let there = self.destination().routines().any(|other| {
            other.kind == routine.kind && other.name == self.object_name(&routine.name)
        });
        let program = Program {
            kind: program,
            name: &routine.name,
            definition,
            sql_mode: &routine.context.sql_mode,
        };
        Some(self.program(kind, &program, &routine.context, there))
    }

    fn view(&self, view: &View) -> ObjectStep {
        let destination = self.names.table(&view.name);
        let there = self
            .destination()
            .views()
            .any(|other| other.name == destination);
        let definer = self.migration.schema().definer.in_statements();
        let rewritten = rewrite_view(&view.definition, &view.name, &self.arriving(), &definer);
        let (statement, error) = match rewritten {
            Ok(statement) => (statement, None),
            Err(error) => (String::new(), Some(error.to_string())),
        };
        ObjectStep {
            kind: StepKind::View,
            source: view.name.clone(),
            on: None,
            action: self.object_action(StepKind::View, &destination, there, error),
            destination,
            statement,
            guarded: None,
            context: view.context.clone(),
            time_zone: String::new(),
            enable: false,
            mentions: Vec::new(),
        }
    }

    pub(super) fn triggers(&self) -> Vec<ObjectStep> {
        if !self.schema || self.migration.schema().triggers == TriggerMode::Skip {
            return Vec::new();
        }
        let mut triggers: Vec<&Trigger> = self.source().triggers().collect();
        triggers.sort_by(|a, b| {
            let key = |trigger: &Trigger| {
                (
                    trigger.name.database.clone(),
                    trigger.table.clone(),
                    trigger.event.clone(),
                    trigger.timing.clone(),
                    trigger.order,
                )
            };
            key(a).cmp(&key(b))
        });
        let steps = triggers
            .into_iter()
            .map(|trigger| {
                let name = self.object_name(&trigger.name);
                let there = self
                    .destination()
                    .triggers()
                    .any(|other| other.name == name);
                let program = Program {
                    kind: ProgramKind::Trigger,
                    name: &trigger.name,
                    definition: &trigger.definition,
                    sql_mode: &trigger.context.sql_mode,
                };
                let mut step = self.program(StepKind::Trigger, &program, &trigger.context, there);
                let on = TableName::new(trigger.name.database.clone(), trigger.table.clone());
                step.on = Some(self.names.table(&on));
                step
            })
            .collect();
        once(steps, self.destination_case())
    }

    pub(super) fn events(&self) -> Vec<ObjectStep> {
        if !self.schema || self.migration.schema().events == EventMode::Skip {
            return Vec::new();
        }
        let events = self.source().events().filter(|event| !event.past);
        once(
            events.map(|event| self.event(event)).collect(),
            self.destination_case(),
        )
    }

    fn event(&self, event: &Event) -> ObjectStep {
        let name = self.object_name(&event.name);
        let there = self.destination().events().any(|other| other.name == name);
        let program = Program {
            kind: ProgramKind::Event,
            name: &event.name,
            definition: &event.definition,
            sql_mode: &event.context.sql_mode,
        };
        let mut step = self.program(StepKind::Event, &program, &event.context, there);
        step.time_zone.clone_from(&event.time_zone);
        step.enable = event.status == EventStatus::Enabled;
        step
    }

    fn program(
        &self,
        kind: StepKind,
        program: &Program<'_>,
        context: &CreationContext,
        there: bool,
    ) -> ObjectStep {
        let destination = self.object_name(program.name);
        let rewritten = rewrite_definition(
            program,
            &self.arriving(),
            &self.migration.schema().definer.in_statements(),
            &self.changed,
        );
        let guards = self.migration.schema().triggers == TriggerMode::Guarded && self.moves_rows();
        let mut guarded = None;
        let (statement, mentions, error) = match rewritten {
            Ok(rewritten) => {
                let mentions = rewritten
                    .mentions
                    .iter()
                    .map(|mention| format!("line {}: {}", mention.line_number, mention.line.trim()))
                    .collect();
                guarded = rewritten.guarded.filter(|_| guards);
                (rewritten.statement, mentions, None)
            }
            Err(error) => (String::new(), Vec::new(), Some(error.to_string())),
        };
        ObjectStep {
            kind,
            source: program.name.clone(),
            on: None,
            action: self.object_action(kind, &destination, there, error),
            destination,
            statement,
            guarded,
            context: context.clone(),
            time_zone: String::new(),
            enable: false,
            mentions,
        }
    }

    fn moves_rows(&self) -> bool {
        let phases = self.migration.phases();
        phases.has(Phase::Full) || phases.has(Phase::Incremental)
    }

    fn object_action(
        &self,
        kind: StepKind,
        name: &TableName,
        there: bool,
        error: Option<String>,
    ) -> Action {
        if let Some(reason) = error {
            return Action::Refused { reason };
        }
        if self.begun.made(kind.as_str(), name) {
            return Action::Done;
        }
        match (there, self.migration.existing_tables()) {
            (false, _) => Action::Create,
            (true, ExistingTables::Reuse) => Action::Unchanged,
            (true, ExistingTables::Error) => Action::Refused {
                reason: "there already".to_owned(),
            },
        }
    }

    /// Routines, triggers and events keep their names and go with their database.
    fn object_name(&self, name: &TableName) -> TableName {
        TableName::new(self.names.database(&name.database), name.name.clone())
    }
}

/// Where databases become one, their objects do: those that are the same are made once, and one that
/// differs from the first of its name is refused.
fn once(steps: Vec<ObjectStep>, case: LowerCase) -> Vec<ObjectStep> {
    let mut kept: Vec<ObjectStep> = Vec::new();
    let mut first: BTreeMap<(&'static str, String, String), usize> = BTreeMap::new();
    for mut step in steps {
        let folds = match step.kind {
            StepKind::Function | StepKind::Procedure | StepKind::Event => true,
            StepKind::View | StepKind::Trigger => case.folds(),
        };
        let name = step.destination.name.as_str();
        let key = (
            step.kind.as_str(),
            step.destination.database.as_str().to_owned(),
            if folds {
                name.to_lowercase()
            } else {
                name.to_owned()
            },
        );
        let Some(before) = first.get(&key).and_then(|at| kept.get(*at)) else {
            first.insert(key, kept.len());
            kept.push(step);
            continue;
        };
        let same = before.statement == step.statement
            && before.context == step.context
            && before.time_zone == step.time_zone;
        if !same {
            step.action = Action::Refused {
                reason: format!("{} becomes this too, and is another", before.source.plain()),
            };
            kept.push(step);
        }
    }
    kept
}
