//! Definitions that change in the stream.
//!
//! In: a statement of the binlog at a barrier, where everything before it is on the destination and
//! nothing behind it. Out: the destination as the statement leaves it, and the definitions under which
//! the rows behind it were written.
//!
//! Why a statement happens exactly once: DDL commits by itself, so it cannot be one transaction with
//! our ledger. Before it is run, the ledger has a row that says so, with what the destination had of
//! every object that it names; behind it the row says done in one transaction with the new
//! definitions. After a crash in between, what the destination has now decides: as before, and it is
//! run; as it should be behind it, and it is done; anything else stops. A destination before 8.0 may
//! stop between two tables of one statement, so there it goes table by table.

mod changes;
mod error;
mod footprint;
mod judge;
mod locks;
mod online;
mod run;
mod scratch;
mod session;
mod steps;
mod views;
mod zone;

use std::collections::BTreeMap;

use super::{
    definitions::Definitions,
    event::{Place, Statement},
};
use crate::{
    conn::{Connector, Purpose, Session},
    ledger::{Choice, DdlRow, DdlState, Fence, Resolution},
    mysql::{Checkpoint, Ident, LowerCase, ServerVersion, TableName},
    resolve::{DdlRules, MappedNames, ObjectKind, OnDdlError, Selection},
    sql::{
        Definer, Mode,
        ddl::{self, Ddl, Logged, Reading},
    },
};

pub use error::{DdlError, Why};
pub use session::SourceGlobals;
pub use zone::Zone;

use changes::Changes;
use judge::{Concerned, Judge, Verdict};
use steps::Plan;

/// What is the same for all statements of a migration.
#[derive(Clone, Debug)]
pub struct Follow {
    pub migration: String,
    pub metadata: Ident,
    pub selection: Selection,
    pub rules: DdlRules,
    pub names: MappedNames,
    pub source_names: LowerCase,
    pub destination_names: LowerCase,
    pub definer: Definer,
    pub source: ServerVersion,
    pub globals: SourceGlobals,
    /// Where the source was when the last row of a table had been copied.
    pub read_until: BTreeMap<TableName, Checkpoint>,
    /// Nothing was made by the migration: what the destination has by a selected name is meant.
    pub seeded: bool,
}

/// What became of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DdlOutcome {
    /// It concerns nothing of ours.
    Unseen,
    /// A trigger or an event, which are made when the migration is finished.
    Noted,
    /// The destination is as it says, by this run or by one before.
    Done,
    LeftOut {
        reason: String,
    },
    /// The destination refused it, and `on_ddl_error` says to go on.
    Failed {
        reason: String,
    },
}

/// Whether a statement is none of ours, as far as that can be said without asking a server: then
/// nobody needs to wait for it.
pub fn passes(
    follow: &Follow,
    statement: &Statement,
    place: &Place,
    definitions: &Definitions,
) -> bool {
    let Ok(text) = std::str::from_utf8(&statement.text) else {
        return false;
    };
    if !text.is_ascii() {
        return false;
    }
    let database = default_database(statement);
    match ddl::read(text, &follow.reading(statement, database.as_ref())) {
        Ok(Logged::Other | Logged::Transaction) => true,
        Ok(Logged::Dml) | Err(_) => false,
        Ok(Logged::Ddl(ddl)) => {
            let folds = follow.source_names.folds();
            let beside = follow.rules.online.as_ref().is_some_and(|online| {
                ddl.names
                    .iter()
                    .any(|named| online.base(&named.name, folds).is_some())
            });
            if beside {
                return false;
            }
            let judge = Judge {
                follow,
                definitions,
                place,
                failed: statement.error != 0,
            };
            matches!(judge.judge(&ddl), Ok(Verdict::Unseen | Verdict::Noted))
        }
    }
}

fn default_database(statement: &Statement) -> Option<Ident> {
    let database = String::from_utf8_lossy(&statement.database).into_owned();
    Some(Ident::new(database)).filter(|name| !name.as_str().is_empty())
}

impl Follow {
    fn reading<'a>(&'a self, statement: &Statement, database: Option<&'a Ident>) -> Reading<'a> {
        let mode = session::sql_mode(statement.context.sql_mode.unwrap_or(0));
        Reading {
            mode: Mode::from_sql_mode(&mode),
            database,
            version: &self.source,
            names: self.source_names,
        }
    }
}

/// Runs statements, one at a time.
pub struct DdlRunner {
    follow: Follow,
    fence: Fence,
    destination: Connector,
    /// For the ledger.
    ledger: Session,
    /// For looking at the destination.
    inspect: Session,
}

/// A statement with all that belongs to it.
struct Given<'a> {
    /// As `cutover resolve --at` takes it.
    position: String,
    /// In the ledger; another where several statements are run at one position.
    row: String,
    statement: &'a Statement,
    text: String,
    /// In seconds since 1970.
    time: u32,
    place: &'a Place,
    /// The source ran it on a copy, into which the rows came one after the other.
    copied: bool,
}

impl Given<'_> {
    fn stopped(&self, why: Why) -> DdlError {
        DdlError::Stopped {
            position: self.position.clone(),
            statement: abbreviated(&self.text),
            why: Box::new(why),
        }
    }
}

impl DdlRunner {
    /// # Errors
    /// A destination that cannot be reached, or a lost lease.
    pub async fn new(
        follow: Follow,
        fence: Fence,
        destination: Connector,
    ) -> Result<Self, DdlError> {
        let ledger = fence.definer(&destination).await?;
        let inspect = destination.session(Purpose::Inspect).await?;
        Ok(Self {
            follow,
            fence,
            destination,
            ledger,
            inspect,
        })
    }

    /// Replicates one statement and brings the definitions to what is in
    /// force behind it. Calling it again with the same statement changes nothing more.
    ///
    /// # Errors
    /// [`DdlError::Stopped`] where a person must decide; the stream must not pass the statement then.
    /// After any other error, once the cause is gone, a new runner may be given the same statement.
    pub async fn run(
        &mut self,
        logged: &super::gather::Logged,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let (statement, place, time) = (&*logged.statement, &logged.place, logged.time);
        let position = position(place, logged.number);
        let text = match session::text(&mut self.inspect, statement).await? {
            Ok(text) => text,
            Err(why) => {
                return Err(DdlError::Stopped {
                    position,
                    statement: abbreviated(&String::from_utf8_lossy(&statement.text)),
                    why: Box::new(why),
                });
            }
        };
        let given = Given {
            row: position.clone(),
            copied: false,
            position,
            statement,
            text,
            time,
            place,
        };
        let database = default_database(statement);
        let follow = self.follow.clone();
        let reading = follow.reading(statement, database.as_ref());
        match ddl::read(&given.text, &reading) {
            Ok(Logged::Other | Logged::Transaction) => Ok(DdlOutcome::Unseen),
            Ok(Logged::Dml) => match self.rows(&given, &reading) {
                None => Ok(DdlOutcome::Unseen),
                Some(why) => self.unread(&given, why).await,
            },
            Ok(Logged::Ddl(ddl)) => self.definition(&given, &ddl, definitions).await,
            Err(error) => self.unread(&given, Why::Sql(error)).await,
        }
    }

    /// Whether a statement may change rows of a selected table: it names one, or what it names reaches
    /// one by a trigger, a function, a view or a foreign key. Its event lists the databases of all tables
    /// that the source opened for it, and none where it could not know them.
    fn rows(&self, given: &Given<'_>, reading: &Reading<'_>) -> Option<Why> {
        let Follow {
            selection,
            source_names,
            ..
        } = &self.follow;
        let named = ddl::mentioned(&given.text, reading)
            .into_iter()
            .find(|name| selection.object(ObjectKind::Table, name, *source_names));
        if let Some(table) = named {
            return Some(Why::RowsAsStatement { table });
        }
        let Some(databases) = &given.statement.context.databases else {
            return Some(Why::RowsSomewhere { database: None });
        };
        let mut databases = databases
            .iter()
            .map(|name| Ident::new(String::from_utf8_lossy(name).into_owned()));
        let reached = databases.find(|name| selection.database(name, *source_names))?;
        Some(Why::RowsSomewhere {
            database: Some(reached),
        })
    }

    /// A statement that cannot be understood, or must not be run: only a person's decision helps.
    async fn unread(&mut self, given: &Given<'_>, why: Why) -> Result<DdlOutcome, DdlError> {
        if let Some(row) = self.noted(given).await? {
            return Ok(outcome(row));
        }
        let none = &mut Definitions::default();
        match self.decision(given).await? {
            None => Err(given.stopped(why)),
            Some(decision) => self.decided(given, decision, None, none).await,
        }
    }

    async fn definition(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let outcome = match self.online(given, ddl, definitions).await {
            Err(error @ DdlError::Stopped { .. }) => match self.decision(given).await? {
                Some(decision) => {
                    return self.decided(given, decision, None, definitions).await;
                }
                None => return Err(error),
            },
            outcome => outcome?,
        };
        match outcome {
            Some(outcome) => Ok(outcome),
            None => self.ordinary(given, ddl, definitions).await,
        }
    }

    /// A statement that means what it says.
    async fn ordinary(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let judge = Judge {
            follow: &self.follow,
            definitions,
            place: given.place,
            failed: given.statement.error != 0,
        };
        let verdict = judge.judge(ddl);
        match &verdict {
            Ok(Verdict::Unseen) => return Ok(DdlOutcome::Unseen),
            Ok(Verdict::Noted) => return Ok(DdlOutcome::Noted),
            Ok(Verdict::There | Verdict::LeftOut { .. } | Verdict::Run(_)) | Err(_) => {}
        }
        if let Some(row) = self.noted(given).await? {
            // the definitions behind it are in the ledger
            self.reload(definitions).await?;
            return Ok(outcome(row));
        }
        let decision = self.decision(given).await?;
        match (verdict, decision) {
            (Ok(Verdict::Run(tables)), None) => {
                self.replicate(given, ddl, &tables, definitions).await
            }
            (Ok(Verdict::LeftOut { reason, tables }), None) => {
                self.left_out(given, ddl, &tables, &reason, definitions)
                    .await
            }
            (Ok(Verdict::LeftOut { tables, .. } | Verdict::Run(tables)), Some(decision)) => {
                self.decided(given, decision, Some((ddl, &tables)), definitions)
                    .await
            }
            (Err(why), None) => Err(given.stopped(why)),
            (Err(_), Some(decision)) => {
                let tables = Concerned {
                    targets: self.made(ddl),
                    ..Concerned::default()
                };
                self.decided(given, decision, Some((ddl, &tables)), definitions)
                    .await
            }
            (Ok(Verdict::There | Verdict::Unseen | Verdict::Noted), _) => {
                let none = Changes::default();
                self.conclude(given, DdlState::Done, "", &none, definitions)
                    .await?;
                Ok(DdlOutcome::Done)
            }
        }
    }

    async fn reload(&mut self, definitions: &mut Definitions) -> Result<(), DdlError> {
        let ledger = self.fence.ledger().clone();
        let known = ledger.definitions(&mut self.ledger).await?;
        let follow = &self.follow;
        if let Ok(loaded) = Definitions::load(&mut self.inspect, known, follow, true).await? {
            *definitions = loaded;
        }
        Ok(())
    }

    /// The selected tables that a statement makes.
    fn made(&self, ddl: &Ddl) -> Vec<TableName> {
        let Follow {
            selection,
            source_names,
            ..
        } = &self.follow;
        ddl.targets()
            .filter(|_| ddl.kind == ddl::DdlKind::CreateTable)
            .filter(|name| selection.object(ObjectKind::Table, name, *source_names))
            .cloned()
            .collect()
    }

    /// What a person decided.
    async fn decided(
        &mut self,
        given: &Given<'_>,
        decision: Resolution,
        known: Option<(&Ddl, &Concerned)>,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let reason = decision.reason;
        match (decision.choice, known) {
            (Choice::Skip | Choice::Retry, Some((ddl, tables))) => {
                self.left_out(given, ddl, tables, &reason, definitions)
                    .await
            }
            (Choice::Skip | Choice::Retry, None) => {
                let changes = Changes::default();
                self.conclude(given, DdlState::Skipped, &reason, &changes, definitions)
                    .await?;
                Ok(DdlOutcome::LeftOut { reason })
            }
            (Choice::Replace(sql), Some((ddl, tables))) => {
                let after = self.behind(given, ddl, tables, definitions).await?;
                let changes = Changes::of(ddl, tables, after.unwrap_or_default());
                let plan = Plan::replacement(sql, self.objects(ddl, tables), Some(ddl))
                    .changing(changes.adopting(&self.made(ddl)));
                let outcome = self.carry_out(given, &plan, definitions).await?;
                self.adopt_views(ddl, tables).await?;
                Ok(outcome)
            }
            (Choice::Replace(sql), None) => {
                let plan = Plan::replacement(sql, Vec::new(), None);
                self.carry_out(given, &plan, definitions).await
            }
        }
    }

    async fn replicate(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let error = given.statement.error;
        if error != 0 && ddl.kind != ddl::DdlKind::DropTable {
            return Err(given.stopped(Why::FailedThere { code: error }));
        }
        if ddl.kind.subject() == ddl::Subject::View && !self.follow.seeded {
            return self.view(given, ddl, tables, definitions).await;
        }
        self.attempted(given, ddl, tables, definitions).await
    }

    /// What the destination refuses is left out where the specification says so.
    async fn attempted(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let outcome = match self.behind(given, ddl, tables, definitions).await? {
            Ok(after) => {
                self.repeatable(given, &after, definitions).await?;
                let plan = self.plan(given, ddl, tables, after, definitions)?;
                self.carry_out(given, &plan, definitions).await
            }
            Err(why) => Err(given.stopped(why)),
        };
        match outcome {
            Err(DdlError::Stopped { why, .. })
                if self.follow.rules.on_error == OnDdlError::Continue
                    && matches!(&*why, Why::Refused(_)) =>
            {
                let reason = why.to_string();
                let after = self.behind(given, ddl, tables, definitions).await?;
                let changes = Changes::of(ddl, tables, after.unwrap_or_default()).without_moves();
                self.conclude(given, DdlState::Failed, &reason, &changes, definitions)
                    .await?;
                Ok(DdlOutcome::Failed { reason })
            }
            outcome => outcome,
        }
    }

    /// The destination stays; what rows are written under behind the statement changes all the same.
    async fn left_out(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        tables: &Concerned,
        reason: &str,
        definitions: &mut Definitions,
    ) -> Result<DdlOutcome, DdlError> {
        let after = self.behind(given, ddl, tables, definitions).await?;
        let changes = Changes::of(ddl, tables, after.unwrap_or_default()).without_moves();
        self.conclude(given, DdlState::Skipped, reason, &changes, definitions)
            .await?;
        Ok(DdlOutcome::LeftOut {
            reason: reason.to_owned(),
        })
    }

    /// What is noted of a statement that needs nothing more.
    async fn noted(&mut self, given: &Given<'_>) -> Result<Option<DdlRow>, DdlError> {
        let ledger = self.fence.ledger().clone();
        let row = ledger.ddl(&mut self.ledger, &given.row).await?;
        Ok(row.filter(|row| row.state != DdlState::Intended))
    }

    /// What a person decided. To try again means to forget how far it had come.
    async fn decision(&mut self, given: &Given<'_>) -> Result<Option<Resolution>, DdlError> {
        let ledger = self.fence.ledger().clone();
        let decision = ledger.resolution(&mut self.ledger, &given.position).await?;
        match decision {
            Some(decision) if decision.choice == Choice::Retry => {
                self.fence
                    .forget_intent(&mut self.ledger, &given.position, &given.row)
                    .await?;
                Ok(None)
            }
            decision => Ok(decision),
        }
    }
}

fn outcome(row: DdlRow) -> DdlOutcome {
    let reason = row.reason.unwrap_or_default();
    match row.state {
        DdlState::Intended | DdlState::Done => DdlOutcome::Done,
        DdlState::Skipped => DdlOutcome::LeftOut { reason },
        DdlState::Failed => DdlOutcome::Failed { reason },
    }
}

/// The name of a statement in the ledger and on the command line: that of its transaction where it is
/// the first in it, and with its number behind that where it is another one.
pub fn position(place: &Place, number: u32) -> String {
    match &place.gtid {
        Some(gtid) if number > 1 => format!("{gtid}#{number}"),
        Some(gtid) => gtid.to_string(),
        None => format!("{}:{}", place.file, place.end),
    }
}

fn abbreviated(text: &str) -> String {
    const LONGEST: usize = 300;
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}
