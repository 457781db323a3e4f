//! Runs the steps of a statement on the destination, each with its intent in the ledger.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use super::{
    Concerned, DdlError, DdlOutcome, DdlRunner, Given, Why,
    footprint::Footprint,
    locks,
    scratch::{self, Trial},
    session::{self, Entering},
    steps::{Expected, Plan, Step},
};
use crate::{
    catalog::{Table, canonical},
    conn::{ConnError, Session},
    failpoint,
    ledger::{DdlRow, DdlState},
    mysql::{TableName, names::SameNames, server_error::ErrorClass},
    replication::definitions::{Definitions, destination_tables},
    sql::ddl::{Ddl, DdlKind, NameRole, Subject},
};

const LOCK_WAIT_TIMEOUT: u16 = 1205;
const DEADLOCK: u16 = 1213;

impl DdlRunner {
    /// The source's definitions behind the statement, by trying it; empty where it changes none.
    pub(super) async fn behind(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        definitions: &Definitions,
    ) -> Result<Result<BTreeMap<TableName, Table>, Why>, DdlError> {
        let makes = matches!(ddl.kind, DdlKind::CreateTable | DdlKind::RenameTable);
        if !tables.superseded.is_empty() || (!makes && !ddl.kind.alters_table()) {
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
                tried: true,
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
                    tried: false,
                };
                let entered = session::enter(session, &entering).await?;
                entered.map_err(|why| given.stopped(why))?;
            }
            match step.done {
                Expected::Unknown => self.run_once(given, plan, &step.sql, &row, session).await?,
                Expected::There(_)
                | Expected::Gone(_)
                | Expected::Moved(_)
                | Expected::Tables(_)
                | Expected::Exchanged(_)
                | Expected::Other => self.execute(given, plan, step, session).await?,
            }
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
        let wait = self.follow.rules.retry.as_secs().clamp(1, 30);
        session
            .execute(format!("SET SESSION lock_wait_timeout = {wait}"))
            .await?;
        loop {
            self.fence.check(session).await?;
            let Err(error) = session.execute(&step.sql).await else {
                return Ok(());
            };
            self.again(given, plan, error, begun).await?;
        }
    }

    /// Whether a statement that failed may be tried again: while a lock is held, within the retry time.
    async fn again(
        &mut self,
        given: &Given<'_>,
        plan: &Plan,
        error: ConnError,
        begun: Instant,
    ) -> Result<(), DdlError> {
        match error.code() {
            Some(LOCK_WAIT_TIMEOUT | DEADLOCK) => {
                let longest = self.follow.rules.retry;
                let blockers = locks::holders(&mut self.inspect, &plan.objects).await;
                if begun.elapsed() < longest {
                    return Ok(());
                }
                let names: Vec<String> = plan.objects.iter().map(TableName::plain).collect();
                Err(given.stopped(Why::Locked {
                    object: names.join(", "),
                    seconds: longest.as_secs(),
                    blockers,
                }))
            }
            // the server is gone, or goes: what happened is looked up later
            None => Err(error.into()),
            Some(_) if error.class() != ErrorClass::Permanent => Err(error.into()),
            Some(_) => Err(given.stopped(Why::Refused(error))),
        }
    }

    /// Somebody's own statement, which may change rows and leave no other trace: that it was run is
    /// noted in its own transaction. (One that commits by itself is seen by what it leaves.)
    async fn run_once(
        &mut self,
        given: &Given<'_>,
        plan: &Plan,
        sql: &str,
        row: &DdlRow,
        session: &mut Session,
    ) -> Result<(), DdlError> {
        let through = DdlRow {
            step: row.step + 1,
            ..row.clone()
        };
        let begun = Instant::now();
        let wait = self.follow.rules.retry.as_secs().clamp(1, 30);
        session
            .execute(format!(
                "SET SESSION lock_wait_timeout = {wait}, SESSION innodb_lock_wait_timeout = {wait}"
            ))
            .await?;
        loop {
            self.fence.begin(session).await?;
            let Err(error) = session.execute(sql).await else {
                self.fence.note_ddl(session, &through).await?;
                failpoint::hit("ddl.replaced");
                self.fence.commit(session).await?;
                return Ok(());
            };
            if matches!(error.code(), Some(LOCK_WAIT_TIMEOUT | DEADLOCK)) {
                session.execute("ROLLBACK").await?;
            }
            self.again(given, plan, error, begun).await?;
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
            let hidden = match &step.done {
                Expected::Moved(moved) => before.hides_moves(moved),
                Expected::Exchanged(_) => before.hides_ids(),
                Expected::There(_)
                | Expected::Gone(_)
                | Expected::Tables(_)
                | Expected::Other
                | Expected::Unknown => false,
            };
            if hidden {
                return Err(given.stopped(Why::Hidden));
            }
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
            Expected::Tables(wanted) | Expected::Exchanged(wanted) => {
                self.as_wanted(wanted).await?
            }
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
}
