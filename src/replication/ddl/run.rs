//! The steps of a statement on the destination, and what they change.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use super::{
    Concerned, DdlError, DdlOutcome, DdlRunner, Given, Why,
    footprint::Footprint,
    locks,
    online::ShadowChange,
    scratch::{self, Trial},
    session::{self, Entering},
};
use crate::{
    catalog::{Table, canonical},
    conn::Session,
    failpoint,
    ledger::{DdlRow, DdlState, Definition},
    mysql::{Ident, Names as _, TableName, names::SameNames},
    replication::definitions::{Definitions, Tracked, destination_tables},
    sql::{
        ChangedNames, SecondaryIndexes, TableDefinition, TablePlan,
        ddl::{Ddl, DdlKind, KnownColumns, NameRole, Rewriting, Subject},
    },
};

const LOCK_WAIT_TIMEOUT: u16 = 1205;
const DEADLOCK: u16 = 1213;

/// How the source's definitions change.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    /// No more by these names.
    gone: Vec<TableName>,
    /// New, or in the place of an older one.
    now: Vec<Table>,
    /// From and to: what the stream knows of the one holds for the other.
    moved: Vec<(TableName, TableName)>,
    /// All tables of these are gone.
    databases: Vec<Ident>,
    /// New tables whose definitions the destination tells.
    adopted: Vec<TableName>,
    /// Of tables that are none of the destination's.
    shadows: Vec<ShadowChange>,
    /// The destination may be as it was.
    stay: bool,
}

impl Changes {
    pub fn of(ddl: &Ddl, tables: &Concerned, after: BTreeMap<TableName, Table>) -> Self {
        let mut changes = Self {
            now: after.into_values().collect(),
            moved: tables.moved.clone(),
            ..Self::default()
        };
        if ddl.kind == DdlKind::DropTable {
            changes.gone.clone_from(&tables.targets);
        } else if ddl.kind == DdlKind::DropDatabase {
            let databases = tables.targets.iter().map(|name| name.database.clone());
            changes.databases = databases.collect();
        }
        changes
            .gone
            .extend(tables.moved.iter().map(|(from, _)| from.clone()));
        changes
    }

    /// For a statement that is not run on the destination.
    pub fn without_moves(mut self) -> Self {
        self.stay = true;
        self
    }

    pub fn beside(mut self, shadows: Vec<ShadowChange>) -> Self {
        self.shadows = shadows;
        self
    }

    /// For tables that somebody made by a statement for the destination.
    pub fn adopting(mut self, tables: &[TableName]) -> Self {
        let known = |name: &&TableName| self.now.iter().any(|table| table.name == **name);
        self.adopted = tables.iter().filter(|name| !known(name)).cloned().collect();
        self
    }
}

/// One statement on the destination.
#[derive(Clone, Debug)]
struct Step {
    sql: String,
    done: Expected,
}

/// How the destination looks when a step has happened, where it looks otherwise than before.
#[derive(Clone, Debug)]
enum Expected {
    There(TableName),
    Gone(Vec<TableName>),
    /// Each is where the other was.
    Moved(Vec<(TableName, TableName)>),
    /// The tables have these definitions, by the destination's names.
    Tables(Vec<(TableName, String)>),
    /// Anything else than before.
    Other,
    /// Nobody can say.
    Unknown,
}

/// What is to be done on the destination.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    subject: Subject,
    /// By the destination's names: what the statement may change.
    objects: Vec<TableName>,
    steps: Vec<Step>,
    changes: Changes,
    /// The destination's, for statements with a body.
    database: Option<Ident>,
    /// Under the settings of the source's statement.
    entered: bool,
}

impl Plan {
    /// Somebody's own statement, under our own settings.
    pub fn replacement(sql: String, objects: Vec<TableName>, ddl: Option<&Ddl>) -> Self {
        Self {
            subject: ddl.map_or(Subject::Table, |ddl| ddl.kind.subject()),
            objects,
            steps: vec![Step {
                sql,
                done: Expected::Unknown,
            }],
            changes: Changes::default(),
            database: None,
            entered: false,
        }
    }

    pub fn changing(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }
}

impl DdlRunner {
    /// The objects of a statement by the destination's names.
    pub(super) fn objects(&self, ddl: &Ddl, tables: &Concerned) -> Vec<TableName> {
        let names = &self.follow.names;
        let subject = ddl.kind.subject();
        let mapped = |name: &TableName| match subject {
            Subject::Table | Subject::View => names.table(name),
            Subject::Database
            | Subject::Function
            | Subject::Procedure
            | Subject::Trigger
            | Subject::Event => TableName::new(names.database(&name.database), name.name.clone()),
        };
        let renamed = tables.renames.iter().flat_map(|(from, to)| [from, to]);
        let others = ddl.having(NameRole::Exchanged);
        let all = tables.targets.iter().chain(renamed).chain(others);
        let all: BTreeSet<TableName> = all.map(mapped).collect();
        all.into_iter().collect()
    }

    /// The source's definitions behind the statement, by trying it; empty where it changes none.
    pub(super) async fn behind(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        definitions: &Definitions,
    ) -> Result<Result<BTreeMap<TableName, Table>, Why>, DdlError> {
        let changing = [
            DdlKind::CreateTable,
            DdlKind::AlterTable,
            DdlKind::RenameTable,
            DdlKind::CreateIndex,
            DdlKind::DropIndex,
        ];
        if !changing.contains(&ddl.kind) {
            return Ok(Ok(BTreeMap::new()));
        }
        let mut before: BTreeSet<TableName> = ddl
            .names
            .iter()
            .filter(|named| named.role != NameRole::Parent)
            .map(|named| named.name.clone())
            .collect();
        let end = |name: &TableName| {
            let moved = tables.moved.iter().find(|(from, _)| from == name);
            moved.map_or(name, |(_, to)| to).clone()
        };
        let mut wanted: BTreeSet<TableName> = tables.targets.iter().map(end).collect();
        // a renamed parent has another name in its children's definitions
        for tracked in definitions.iter().filter(|_| !tables.moved.is_empty()) {
            let child = &tracked.source;
            let parents = || child.foreign_keys.iter().map(|key| &key.parent);
            if parents().any(|parent| tables.moved.iter().any(|(from, _)| from == parent)) {
                before.insert(child.name.clone());
                wanted.insert(end(&child.name));
            }
        }
        let session = self.fence.definer(&self.destination).await?;
        let trial = Trial {
            ddl,
            entering: Entering {
                follow: &self.follow,
                statement: given.statement,
                time: given.time,
                text: &given.text,
                database: None,
                table: true,
            },
            before: before
                .iter()
                .filter_map(|name| definitions.get(name))
                .map(|tracked| &tracked.source)
                .collect(),
            wanted: wanted.into_iter().collect(),
        };
        let mut session = session;
        let tried = scratch::tried(&mut session, &mut self.inspect, &trial).await;
        self.fence.close(session, &mut self.ledger).await?;
        tried.map_err(|error| match error {
            DdlError::Stopped { why, .. } => given.stopped(*why),
            DdlError::Server(_) | DdlError::Ledger(_) => error,
        })
    }

    /// The steps of a statement that is to be run as the source ran it.
    pub(super) fn plan(
        &self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        after: BTreeMap<TableName, Table>,
        definitions: &Definitions,
    ) -> Result<Plan, DdlError> {
        let steps = self.steps(given, ddl, tables, &after, definitions)?;
        let body = match ddl.kind.subject() {
            Subject::View | Subject::Function | Subject::Procedure => true,
            Subject::Database | Subject::Table | Subject::Trigger | Subject::Event => false,
        };
        let database = ddl.default_database().filter(|_| body).filter(|name| {
            self.follow
                .selection
                .database(name, self.follow.source_names)
        });
        Ok(Plan {
            subject: ddl.kind.subject(),
            objects: self.objects(ddl, tables),
            steps,
            changes: Changes::of(ddl, tables, after),
            database: database.map(|name| self.follow.names.database(name)),
            // a new table's text is the destination's own, by our settings
            entered: ddl.kind != DdlKind::CreateTable,
        })
    }

    fn steps(
        &self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        after: &BTreeMap<TableName, Table>,
        definitions: &Definitions,
    ) -> Result<Vec<Step>, DdlError> {
        let names = &self.follow.names;
        let atomic = self.inspect.version().at_least(8, 0, 0);
        if ddl.kind == DdlKind::CreateTable {
            return Ok(self.creation(tables, after));
        }
        if ddl.kind == DdlKind::DropTable || ddl.kind == DdlKind::DropView {
            // what was missing there may be missing here
            let maybe = ddl.if_exists || given.statement.error != 0;
            return Ok(dropped(ddl.kind, &self.objects(ddl, tables), maybe, atomic));
        }
        if ddl.kind == DdlKind::RenameTable {
            let mapped = |(from, to): &(TableName, TableName)| (names.table(from), names.table(to));
            let renames: Vec<_> = tables.renames.iter().map(mapped).collect();
            let moved = tables.moved.iter().map(mapped).collect();
            return Ok(renamed(&renames, moved, atomic));
        }
        let columns: KnownColumns = definitions
            .iter()
            .map(|one| {
                let columns = one.source.columns.iter().map(|column| column.name.clone());
                (one.source.name.clone(), columns.collect())
            })
            .collect();
        let mode = session::sql_mode(given.statement.context.sql_mode.unwrap_or(0));
        let rewriting = Rewriting {
            names,
            columns: &columns,
            definer: &self.follow.definer,
            changed: &ChangedNames::new(names, &columns),
            sql_mode: &mode,
        };
        let sql = ddl
            .rewrite(&rewriting)
            .map_err(|error| given.stopped(Why::Sql(error)))?;
        Ok(vec![Step {
            sql,
            done: self.expected(ddl, after),
        }])
    }

    fn expected(&self, ddl: &Ddl, after: &BTreeMap<TableName, Table>) -> Expected {
        let names = &self.follow.names;
        match ddl.kind {
            DdlKind::AlterTable | DdlKind::CreateIndex | DdlKind::DropIndex => {
                let wanted = after
                    .values()
                    .map(|table| (names.table(&table.name), canonical(table, names)));
                Expected::Tables(wanted.collect())
            }
            DdlKind::CreateTable
            | DdlKind::DropTable
            | DdlKind::RenameTable
            | DdlKind::TruncateTable
            | DdlKind::CreateView
            | DdlKind::AlterView
            | DdlKind::DropView
            | DdlKind::CreateFunction
            | DdlKind::AlterFunction
            | DdlKind::DropFunction
            | DdlKind::CreateProcedure
            | DdlKind::AlterProcedure
            | DdlKind::DropProcedure
            | DdlKind::CreateDatabase
            | DdlKind::AlterDatabase
            | DdlKind::DropDatabase
            | DdlKind::CreateTrigger
            | DdlKind::DropTrigger
            | DdlKind::CreateEvent
            | DdlKind::AlterEvent
            | DdlKind::DropEvent => Expected::Other,
        }
    }

    /// A new table is made from its definition, which says everything: where it is like another, in a
    /// database with another default, from an older server.
    fn creation(&self, tables: &Concerned, after: &BTreeMap<TableName, Table>) -> Vec<Step> {
        let version = self.inspect.version().clone();
        let mut steps = Vec::new();
        for table in tables.targets.iter().filter_map(|name| after.get(name)) {
            let Ok(definition) = TableDefinition::parse(&table.definition) else {
                continue;
            };
            let statements = definition.statements(
                &table.name,
                &self.follow.names,
                &TablePlan {
                    secondary_indexes: SecondaryIndexes::WithTable,
                    source: &version,
                    destination: &version,
                    referenced: &[],
                },
            );
            steps.push(Step {
                sql: statements.create,
                done: Expected::There(self.follow.names.table(&table.name)),
            });
            let keys = statements.foreign_keys.into_iter();
            steps.extend(keys.map(|sql| Step {
                sql,
                done: Expected::Other,
            }));
        }
        steps
    }

    /// Whether the rows that are there get the same values as on the source: a new
    /// `AUTO_INCREMENT` column numbers them in an order that is nowhere said.
    pub(super) async fn repeatable(
        &mut self,
        given: &Given<'_>,
        after: &BTreeMap<TableName, Table>,
        definitions: &Definitions,
    ) -> Result<(), DdlError> {
        for table in after.values() {
            let Some(tracked) = definitions.get(&table.name) else {
                continue;
            };
            let before = &tracked.source;
            let mut added = table
                .columns
                .iter()
                .filter(|column| before.column(&column.name).is_none());
            let counted = before.columns.iter().any(|column| column.auto_increment);
            let Some(column) = added.find(|column| {
                (column.auto_increment && !counted)
                    || (given.copied && column.default_is_expression)
            }) else {
                continue;
            };
            let destination = &tracked.destination.name;
            let row: Option<u8> = self
                .inspect
                .first(format!("SELECT 1 FROM {destination} LIMIT 1"))
                .await?;
            if row.is_some() {
                return Err(given.stopped(Why::Numbers {
                    table: table.name.clone(),
                    column: column.name.clone(),
                }));
            }
        }
        Ok(())
    }

    /// Runs the steps that have not happened, and notes the end with the definitions.
    pub(super) async fn carry_out(
        &mut self,
        given: &Given<'_>,
        plan: &Plan,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let ledger = self.fence.ledger().clone();
        let noted = ledger.ddl(&mut self.ledger, &given.row).await?;
        let mut next = 0;
        if let Some(row) = noted {
            next = usize::try_from(row.step).unwrap_or(0);
            if let Some(step) = plan.steps.get(next)
                && self.happened(given, plan, step, &row).await?
            {
                next += 1;
            }
        }
        let mut session = self.fence.definer(&self.destination).await?;
        let run = self.remaining(given, plan, next, &mut session).await;
        self.fence.close(session, &mut self.ledger).await?;
        run?;
        self.conclude(given, DdlState::Done, "", &plan.changes, definitions)
            .await?;
        Ok(DdlOutcome::Done)
    }

    async fn remaining(
        &mut self,
        given: &Given<'_>,
        plan: &Plan,
        from: usize,
        session: &mut Session,
    ) -> Result<(), DdlError> {
        for (number, step) in plan.steps.iter().enumerate().skip(from) {
            let before = Footprint::of(&mut self.inspect, plan.subject, &plan.objects).await?;
            let row = DdlRow {
                position: given.row.clone(),
                state: DdlState::Intended,
                step: u32::try_from(number).unwrap_or(u32::MAX),
                statement: step.sql.clone(),
                footprint: Some(before.encode()),
                reason: None,
            };
            self.fence.begin(&mut self.ledger).await?;
            self.fence.note_ddl(&mut self.ledger, &row).await?;
            self.fence.commit(&mut self.ledger).await?;
            failpoint::hit("ddl.intended");
            if number == from && plan.entered {
                let entering = Entering {
                    follow: &self.follow,
                    statement: given.statement,
                    time: given.time,
                    text: &step.sql,
                    database: plan.database.as_ref(),
                    table: plan.subject == Subject::Table,
                };
                session::enter(session, &entering).await?;
            }
            self.execute(given, plan, step, session).await?;
            failpoint::hit("ddl.executed");
        }
        Ok(())
    }

    /// One step. A lock that somebody holds is waited for, again and again within the retry time.
    async fn execute(
        &mut self,
        given: &Given<'_>,
        plan: &Plan,
        step: &Step,
        session: &mut Session,
    ) -> Result<(), DdlError> {
        let begun = Instant::now();
        let longest = self.follow.rules.retry;
        let wait = longest.as_secs().clamp(1, 30);
        session
            .execute(format!("SET SESSION lock_wait_timeout = {wait}"))
            .await?;
        loop {
            self.fence.check(session).await?;
            let Err(error) = session.execute(&step.sql).await else {
                return Ok(());
            };
            match error.code() {
                Some(LOCK_WAIT_TIMEOUT | DEADLOCK) => {
                    let blockers = locks::holders(&mut self.inspect, &plan.objects).await;
                    if begun.elapsed() < longest {
                        continue;
                    }
                    let names: Vec<String> = plan.objects.iter().map(TableName::plain).collect();
                    return Err(given.stopped(Why::Locked {
                        object: names.join(", "),
                        seconds: longest.as_secs(),
                        blockers,
                    }));
                }
                // the server is gone, or goes: what happened is looked up later
                None => return Err(error.into()),
                Some(_) if error.class() != crate::mysql::server_error::ErrorClass::Permanent => {
                    return Err(error.into());
                }
                Some(_) => return Err(given.stopped(Why::Refused(error))),
            }
        }
    }

    /// Whether a step that was about to be run, or was run without our having heard the end, has
    /// happened.
    async fn happened(
        &mut self,
        given: &Given<'_>,
        plan: &Plan,
        step: &Step,
        row: &DdlRow,
    ) -> Result<bool, DdlError> {
        let Some(before) = row.footprint.as_deref().and_then(Footprint::decode) else {
            return Ok(false);
        };
        let now = Footprint::of(&mut self.inspect, plan.subject, &plan.objects).await?;
        if now == before {
            return Ok(false);
        }
        let happened = match &step.done {
            Expected::There(table) => !before.has(table) && now.has(table),
            Expected::Gone(tables) => tables.iter().all(|table| !now.has(table)),
            Expected::Moved(moved) => {
                moved
                    .iter()
                    .all(|(from, to)| match (before.trace(from), now.trace(to)) {
                        (Some(before), Some(now)) => before.same_table(now),
                        (None, _) | (_, None) => false,
                    })
            }
            Expected::Tables(wanted) => self.as_wanted(wanted).await?,
            Expected::Other => true,
            Expected::Unknown => false,
        };
        if happened {
            return Ok(true);
        }
        let found = now.described();
        Err(given.stopped(Why::Undecided { found }))
    }

    async fn as_wanted(&mut self, wanted: &[(TableName, String)]) -> Result<bool, DdlError> {
        let names = wanted.iter().map(|(name, _)| name.clone()).collect();
        let found = destination_tables(&mut self.inspect, names).await?;
        Ok(wanted.iter().all(|(name, text)| {
            found
                .get(name)
                .is_some_and(|table| canonical(table, &SameNames) == *text)
        }))
    }

    /// Notes the end of a statement and the definitions behind it in one transaction, and brings ours
    /// to the same.
    pub(super) async fn conclude(
        &mut self,
        given: &Given<'_>,
        state: DdlState,
        reason: &str,
        changes: &Changes,
        definitions: &mut Definitions,
    ) -> Result<(), DdlError> {
        let known = self.known_behind(changes, definitions).await?;
        let gone: BTreeSet<TableName> = changes
            .gone
            .iter()
            .cloned()
            .chain(definitions.iter().filter_map(|one| {
                let name = &one.source.name;
                changes
                    .databases
                    .contains(&name.database)
                    .then(|| name.clone())
            }))
            .collect();
        let row = DdlRow {
            position: given.row.clone(),
            state,
            step: 0,
            statement: given.text.clone(),
            footprint: None,
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        };
        self.fence.begin(&mut self.ledger).await?;
        self.fence.note_ddl(&mut self.ledger, &row).await?;
        for name in &gone {
            self.fence.forget_definition(&mut self.ledger, name).await?;
        }
        for definition in &known {
            self.fence
                .note_definition(&mut self.ledger, definition)
                .await?;
        }
        for change in &changes.shadows {
            let ledger = &mut self.ledger;
            match change {
                ShadowChange::Note(shadow) => self.fence.note_shadow(ledger, shadow).await?,
                ShadowChange::Forget(table) => self.fence.forget_shadow(ledger, table).await?,
            }
        }
        self.fence
            .use_resolution(&mut self.ledger, &given.position)
            .await?;
        self.fence.commit(&mut self.ledger).await?;
        failpoint::hit("ddl.noted");
        self.take_over(known, &gone, definitions).await
    }

    /// The definitions behind the statement, of those tables that the destination has.
    async fn known_behind(
        &mut self,
        changes: &Changes,
        definitions: &Definitions,
    ) -> Result<Vec<Definition>, DdlError> {
        let names = &self.follow.names;
        let mut candidates = Vec::new();
        for table in &changes.now {
            let moved = changes.moved.iter().find(|(_, to)| *to == table.name);
            let earlier = definitions.get(moved.map_or(&table.name, |(from, _)| from));
            let kept = earlier
                .filter(|_| changes.stay)
                .map(|one| one.destination.name.clone());
            let from = earlier.and_then(|one| one.from.clone());
            candidates.push((table.clone(), from, kept, names.table(&table.name)));
        }
        let adopted = changes.adopted.iter().map(|name| names.table(name));
        let kept = candidates.iter().filter_map(|(_, _, kept, _)| kept.clone());
        let mapped = candidates.iter().map(|(_, _, _, mapped)| mapped.clone());
        let wanted = kept.chain(mapped).chain(adopted).collect();
        let there = destination_tables(&mut self.inspect, wanted).await?;
        let mut known = Vec::new();
        for (table, from, kept, mapped) in candidates {
            let destination = kept
                .into_iter()
                .chain([mapped])
                .find(|name| there.contains_key(name));
            if let Some(destination) = destination {
                known.push(Definition {
                    table,
                    destination,
                    from,
                    again: false,
                });
            }
        }
        for name in &changes.adopted {
            let destination = self.follow.names.table(name);
            if let Some(table) = there.get(&destination) {
                let mut table = table.clone();
                table.name = name.clone();
                known.push(Definition {
                    table,
                    destination,
                    from: None,
                    again: false,
                });
            }
        }
        Ok(known)
    }

    async fn take_over(
        &mut self,
        known: Vec<Definition>,
        gone: &BTreeSet<TableName>,
        definitions: &mut Definitions,
    ) -> Result<(), DdlError> {
        for name in gone {
            definitions.remove(name);
        }
        let wanted = known.iter().map(|one| one.destination.clone()).collect();
        let mut there = destination_tables(&mut self.inspect, wanted).await?;
        for one in known {
            // one that was left out is not there
            if let Some(destination) = there.remove(&one.destination) {
                let tracked = Tracked::new(one.table, destination, one.from, &self.follow);
                definitions.insert(tracked);
            }
        }
        Ok(())
    }
}

fn dropped(kind: DdlKind, objects: &[TableName], maybe: bool, atomic: bool) -> Vec<Step> {
    let what = if kind == DdlKind::DropView {
        "VIEW"
    } else {
        "TABLE"
    };
    let exists = if maybe { "IF EXISTS " } else { "" };
    let drop = |objects: &[TableName]| {
        let list: Vec<String> = objects.iter().map(TableName::to_string).collect();
        Step {
            sql: format!("DROP {what} {exists}{}", list.join(", ")),
            done: Expected::Gone(objects.to_vec()),
        }
    };
    if atomic {
        return vec![drop(objects)];
    }
    objects.chunks(1).map(drop).collect()
}

fn renamed(
    renames: &[(TableName, TableName)],
    moved: Vec<(TableName, TableName)>,
    atomic: bool,
) -> Vec<Step> {
    let pair = |(from, to): &(TableName, TableName)| format!("{from} TO {to}");
    if atomic {
        let pairs: Vec<String> = renames.iter().map(pair).collect();
        return vec![Step {
            sql: format!("RENAME TABLE {}", pairs.join(", ")),
            done: Expected::Moved(moved),
        }];
    }
    renames
        .iter()
        .map(|one| Step {
            sql: format!("RENAME TABLE {}", pair(one)),
            done: Expected::Moved(vec![one.clone()]),
        })
        .collect()
}
