//! Bodies of routines, triggers and events that name what is elsewhere on the destination, or not
//! there at all. Bodies are never edited.

use std::collections::BTreeSet;

use super::{
    SCHEMA,
    context::{Check, Context},
    finding::Found,
};
use crate::{
    catalog::RoutineKind,
    mysql::{Ident, TableName},
    resolve::{EventMode, TriggerMode, is_system},
    sql::{ChangedNames, Definer, Mode, Program, ProgramKind, Token, rewrite_definition, tokenize},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "mapping_dependency",
        phases: SCHEMA,
        run: mapping_dependency,
    },
    Check {
        id: "cross_db_routine_refs",
        phases: SCHEMA,
        run: cross_db_routine_refs,
    },
];

fn programs<'a>(context: &'a Context<'_>) -> Vec<Program<'a>> {
    let (selected, options) = (context.selected(), context.migration.schema());
    let routines = selected.routines().filter_map(|routine| {
        Some(Program {
            kind: match routine.kind {
                RoutineKind::Function => ProgramKind::Function,
                RoutineKind::Procedure => ProgramKind::Procedure,
            },
            name: &routine.name,
            definition: routine.definition.as_deref()?,
            sql_mode: &routine.context.sql_mode,
        })
    });
    let triggers = selected
        .triggers()
        .filter(|_| options.triggers != TriggerMode::Skip)
        .map(|trigger| Program {
            kind: ProgramKind::Trigger,
            name: &trigger.name,
            definition: &trigger.definition,
            sql_mode: &trigger.context.sql_mode,
        });
    let events = selected
        .events()
        .filter(|_| options.events != EventMode::Skip)
        .map(|event| Program {
            kind: ProgramKind::Event,
            name: &event.name,
            definition: &event.definition,
            sql_mode: &event.context.sql_mode,
        });
    routines.chain(triggers).chain(events).collect()
}

fn mapping_dependency(context: &Context<'_>) -> Vec<Found> {
    let tables = context.selected().tables();
    let changed = ChangedNames::new(
        &context.names,
        tables.map(|table| (&table.name, table.columns.iter().map(|column| &column.name))),
    );
    if changed.is_empty() {
        return Vec::new();
    }
    let programs = programs(context);
    let mentioning = programs.iter().filter_map(|program| {
        // what cannot be read or written is refused in the plan
        let rewritten =
            rewrite_definition(program, &context.names, &Definer::Keep, &changed).ok()?;
        let first = rewritten.mentions.first()?;
        Some(format!(
            "{} {} (line {}: {})",
            program.kind.noun(),
            program.name.plain(),
            first.line_number,
            first.name
        ))
    });
    Found::warning("bodies name what has another name on the destination")
        .why("they are taken along as they are, and fail there when they run")
        .remedy(
            "see each line in the plan; exclude the object and create it by hand, or keep the name",
        )
        .if_any(mentioning)
}

fn cross_db_routine_refs(context: &Context<'_>) -> Vec<Found> {
    let case = context.source_facts().lower_case();
    let absent: BTreeSet<&Ident> = context
        .source
        .databases
        .iter()
        .filter(|name| !context.selected().databases.contains_key(*name))
        .filter(|name| !context.destination.databases.contains(*name))
        .filter(|name| !is_system(name, case))
        .collect();
    if absent.is_empty() {
        return Vec::new();
    }
    let programs = programs(context);
    let using = programs.iter().filter_map(|program| {
        let used = uses(program, &absent)?;
        Some(format!(
            "{} {} (uses {})",
            program.kind.noun(),
            program.name.plain(),
            used.plain()
        ))
    });
    Found::warning("bodies use databases that are neither selected nor on the destination")
        .why("they are taken along, and fail there when they run")
        .remedy("select those databases too, or exclude the objects")
        .if_any(using)
}

/// The first `database.name` of these databases.
fn uses(program: &Program<'_>, databases: &BTreeSet<&Ident>) -> Option<TableName> {
    let tokens = tokenize(program.definition, Mode::from_sql_mode(program.sql_mode));
    let tokens: Vec<&Token<'_>> = tokens.iter().filter(|token| token.significant()).collect();
    tokens.windows(3).find_map(|three| {
        let database = three[0].name()?;
        if !three[1].is_symbol(".") || !databases.contains(&database) {
            return None;
        }
        Some(TableName::new(database, three[2].name()?))
    })
}
