//! Definitions and objects: what a migration made must be there, and as it was made.

use std::collections::BTreeSet;

use crate::{
    catalog::{Accounts, Catalog, RoutineKind, differences},
    mysql::{Names, TableName},
    plan::{ObjectStep, Plan, StepKind},
    sql::{
        Program, ProgramKind, body,
        view::{query, references},
    },
};

/// How far the migration has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// All but what the finishing steps make.
    BeforeFinish,
    All,
}

/// What differs, each as one line for people. Tables that were there before and are used as they
/// are do not count: the plan has shown their differences.
pub fn compare(
    plan: &Plan,
    source: &Catalog,
    destination: &Catalog,
    names: &dyn Names,
    made: Made,
) -> Vec<String> {
    let mut found = Vec::new();
    for step in plan.tables.iter().filter(|step| step.action.creates()) {
        let name = step.shape.destination.plain();
        let (Some(wanted), Some(there)) = (
            source.table(&step.shape.source),
            destination.table(&step.shape.destination),
        ) else {
            found.push(format!("table {name} is missing"));
            continue;
        };
        let wanted = wanted.without(&step.changes.left_out);
        if let Some(difference) = differences(&wanted, there, names) {
            let lines: Vec<String> = difference
                .unified()
                .lines()
                .filter(|line| !line.starts_with("---") && !line.starts_with("+++"))
                .filter(|line| line.starts_with(['-', '+']))
                .map(|line| format!("\n    {line}"))
                .collect();
            found.push(format!(
                "table {name} is defined otherwise:{}",
                lines.concat()
            ));
        }
    }
    let late = match made {
        Made::BeforeFinish => &[][..],
        Made::All => &plan.triggers[..],
    };
    let events = match made {
        Made::BeforeFinish => &[][..],
        Made::All => &plan.events[..],
    };
    let objects = plan.objects.iter().chain(late).chain(events);
    for step in objects.filter(|step| step.action.creates()) {
        let what = if !exists(destination, step) {
            "is missing"
        } else if does_something_else(plan, destination, step) {
            "is defined otherwise"
        } else {
            continue;
        };
        let name = step.destination.plain();
        found.push(format!("{} {name} {what}", step.kind.as_str()));
    }
    found
}

/// Whether a view is another than the one that was made. From 8.0 on a server prints again what it is
/// given as another of its series prints it. Otherwise what both use is compared.
fn selects_something_else(plan: &Plan, destination: &Catalog, step: &ObjectStep) -> bool {
    let mut views = destination.views();
    let Some(there) = views.find(|view| view.name == step.destination) else {
        return false;
    };
    let series = |version: &str| version.split('.').take(2).collect::<Vec<_>>().join(".");
    let release = series(&plan.destination.version);
    let modern = !release.ends_with(" 5.6") && !release.ends_with(" 5.7");
    if modern && release == series(&plan.source.version) {
        let read = |definition: &str| query(definition, &step.destination).ok();
        return differ(
            read(&step.statement).as_ref(),
            read(&there.definition).as_ref(),
        );
    }
    let read = |definition: &str| -> Option<BTreeSet<String>> {
        let used = references(definition, &step.destination).ok()?;
        let names = used.tables.iter().chain(&used.functions);
        Some(names.map(|name| name.plain().to_lowercase()).collect())
    };
    differ(
        read(&step.statement).as_ref(),
        read(&there.definition).as_ref(),
    )
}

/// What cannot be read is not compared.
fn differ<T: PartialEq>(made: Option<&T>, there: Option<&T>) -> bool {
    made.is_some() && there.is_some() && made != there
}

/// Whether the text of a view, routine, trigger or event is another than the one that was made.
fn does_something_else(plan: &Plan, destination: &Catalog, step: &ObjectStep) -> bool {
    let routine = |kind: RoutineKind| {
        let mut routines = destination.routines();
        routines
            .find(|routine| routine.kind == kind && routine.name == step.destination)?
            .definition
            .as_deref()
    };
    let (kind, there) = match step.kind {
        StepKind::View => return selects_something_else(plan, destination, step),
        StepKind::Function => (ProgramKind::Function, routine(RoutineKind::Function)),
        StepKind::Procedure => (ProgramKind::Procedure, routine(RoutineKind::Procedure)),
        StepKind::Trigger => {
            let mut triggers = destination.triggers();
            let trigger = triggers.find(|trigger| trigger.name == step.destination);
            (
                ProgramKind::Trigger,
                trigger.map(|one| one.definition.as_str()),
            )
        }
        StepKind::Event => {
            let event = destination
                .events()
                .find(|event| event.name == step.destination);
            (ProgramKind::Event, event.map(|one| one.definition.as_str()))
        }
    };
    let read = |definition: &str| {
        body(&Program {
            kind,
            name: &step.destination,
            definition,
            sql_mode: &step.context.sql_mode,
        })
        .ok()
    };
    differ(
        read(&step.statement).as_ref(),
        there.and_then(read).as_ref(),
    )
}

/// Accounts that were made: what is missing, and what differs.
pub fn compare_accounts(plan: &Plan, destination: &Accounts) -> Vec<String> {
    let made = plan.accounts.iter().filter(|step| step.action.creates());
    made.filter_map(|step| {
        let name = step.name.plain();
        let Some(there) = destination.find(&step.name) else {
            return Some(format!("account {name} is missing"));
        };
        let diff = step.difference(there)?;
        let lines: Vec<String> = diff.lines().map(|line| format!("\n    {line}")).collect();
        Some(format!(
            "account {name} is defined otherwise:{}",
            lines.concat()
        ))
    })
    .collect()
}

fn exists(destination: &Catalog, step: &ObjectStep) -> bool {
    let named = |name: &TableName| *name == step.destination;
    let routine = |kind: RoutineKind| {
        destination
            .routines()
            .any(|routine| routine.kind == kind && named(&routine.name))
    };
    match step.kind {
        StepKind::Function => routine(RoutineKind::Function),
        StepKind::Procedure => routine(RoutineKind::Procedure),
        StepKind::View => destination
            .views()
            .any(|view| named(&view.name) && view.invalid.is_none()),
        StepKind::Trigger => destination.triggers().any(|trigger| named(&trigger.name)),
        StepKind::Event => destination.events().any(|event| named(&event.name)),
    }
}
