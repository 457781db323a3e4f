//! Tools that change a table by copying it: gh-ost, pt-online-schema-change and their like.
//!
//! Their copies are not replicated. A table counts as one only if its name says so, its base table is
//! followed, and the stream showed it being made like that. The statements that changed the copy are
//! kept, and run on the real table where the source gives the copy its name.

use serde::{Deserialize, Serialize};

use super::{
    DdlError, DdlOutcome, DdlRunner, Follow, Given, Why, changes::Changes, judge::Concerned,
    session,
};
use crate::{
    catalog::Table,
    ledger::{DdlState, Shadow, ShadowKind},
    mysql::TableName,
    replication::{definitions::Definitions, event::Statement},
    resolve::{Beside, ObjectKind},
    sql::{
        Mode,
        ddl::{self, CreateForm, Ddl, DdlKind, Logged, NameRole, Reading, Subject},
    },
};

/// How the ledger's list of these tables changes.
#[derive(Clone, Debug)]
pub(super) enum ShadowChange {
    Note(Shadow),
    Forget(TableName),
}

/// A statement that changed a copy.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    statement: Statement,
    text: String,
    time: u32,
}

/// What gh-ost writes down its own state in.
const CHANGELOG: [&str; 4] = ["id", "last_update", "hint", "value"];
const SENTRY: &str = "ghost-cut-over-sentry";

fn kept(shadow: &Shadow) -> Vec<Kept> {
    serde_json::from_str(&shadow.statements).unwrap_or_default()
}

impl Follow {
    /// Whether a table's rows are followed by its name; the copies that tools make to alter another are
    /// not.
    pub fn selects(&self, table: &TableName) -> bool {
        let folds = self.source_names.folds();
        let online = self.rules.online.as_ref();
        let beside = online.is_some_and(|online| online.base(table, folds).is_some());
        let names = self.source_names;
        !beside && self.selection.object(ObjectKind::Table, table, names)
    }
}

impl DdlRunner {
    /// What becomes of a statement that concerns such a table; `None` where it does not.
    pub(super) async fn online(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        definitions: &mut Definitions,
    ) -> Result<Option<DdlOutcome>, DdlError> {
        if self.follow.rules.online.is_none() || ddl.temporary {
            return Ok(None);
        }
        let ledger = self.fence.ledger().clone();
        let shadows = ledger.shadows(&mut self.ledger).await?;
        let shadows = &shadows;
        if ddl.kind == DdlKind::CreateTable {
            self.made_beside(given, ddl, shadows, definitions).await
        } else if ddl.kind == DdlKind::DropTable {
            self.dropped_beside(given, ddl, shadows, definitions).await
        } else if ddl.kind == DdlKind::RenameTable
            || (ddl.kind == DdlKind::AlterTable && !ddl.renames().is_empty())
        {
            self.renamed_beside(given, ddl, shadows, definitions).await
        } else if ddl.kind.subject() == Subject::Table {
            self.changed_beside(given, ddl, shadows, definitions).await
        } else {
            Ok(None)
        }
    }

    async fn note(
        &mut self,
        given: &Given<'_>,
        shadows: Vec<ShadowChange>,
        definitions: &mut Definitions,
    ) -> Result<Option<DdlOutcome>, DdlError> {
        let changes = Changes::default().beside(shadows);
        self.conclude(given, DdlState::Done, "", &changes, definitions)
            .await?;
        Ok(Some(DdlOutcome::Noted))
    }

    async fn made_beside(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        shadows: &[Shadow],
        definitions: &mut Definitions,
    ) -> Result<Option<DdlOutcome>, DdlError> {
        let Some(table) = ddl.targets().next() else {
            return Ok(None);
        };
        if shadows.iter().any(|one| one.table == *table) {
            // made again, or there already: with the statements that came since
            return Ok(self.noted(given).await?.map(|_| DdlOutcome::Noted));
        }
        let folds = self.follow.source_names.folds();
        let found = self
            .follow
            .rules
            .online
            .as_ref()
            .and_then(|online| online.base(table, folds));
        let Some((beside, base)) = found else {
            return Ok(None);
        };
        let kind = match beside {
            Beside::Shadow => ShadowKind::Shadow,
            Beside::Trash => ShadowKind::Trash,
        };
        let Some(tracked) = definitions.get(&base).cloned() else {
            return Ok(None);
        };
        if definitions.get(table).is_some() {
            return Ok(None);
        }
        let like = ddl.form == CreateForm::Like && ddl.having(NameRole::Like).eq([&base]);
        let shaped = kind == ShadowKind::Shadow && like;
        let shaped = shaped || {
            let target = Concerned {
                targets: vec![table.clone()],
                ..Concerned::default()
            };
            let after = self.behind(given, ddl, &target, definitions).await?;
            let made = after.ok().and_then(|mut after| after.remove(table));
            made.is_some_and(|made| match kind {
                ShadowKind::Shadow => same_form(&made, &tracked.source),
                ShadowKind::Trash => of_the_tool(&made),
            })
        };
        if !shaped {
            return Ok(None);
        }
        let shadow = Shadow {
            table: table.clone(),
            base,
            kind,
            statements: "[]".to_owned(),
        };
        self.note(given, vec![ShadowChange::Note(shadow)], definitions)
            .await
    }

    async fn changed_beside(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        shadows: &[Shadow],
        definitions: &mut Definitions,
    ) -> Result<Option<DdlOutcome>, DdlError> {
        let target = ddl.targets().next();
        let Some(shadow) = shadows.iter().find(|one| Some(&one.table) == target) else {
            return Ok(None);
        };
        if self.noted(given).await?.is_some() || ddl.kind == DdlKind::TruncateTable {
            return Ok(Some(DdlOutcome::Noted));
        }
        let mut statements = kept(shadow);
        statements.push(Kept {
            statement: given.statement.clone(),
            text: given.text.clone(),
            time: given.time,
        });
        let shadow = Shadow {
            statements: serde_json::to_string(&statements).unwrap_or_default(),
            ..shadow.clone()
        };
        self.note(given, vec![ShadowChange::Note(shadow)], definitions)
            .await
    }

    async fn dropped_beside(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        shadows: &[Shadow],
        definitions: &mut Definitions,
    ) -> Result<Option<DdlOutcome>, DdlError> {
        let known = |table: &TableName| shadows.iter().any(|one| one.table == *table);
        let live = |table: &&TableName| {
            shadows
                .iter()
                .any(|one| one.base == **table && one.kind == ShadowKind::Shadow)
        };
        if let Some(base) = ddl.targets().find(live) {
            return Err(given.stopped(Why::Shadow {
                base: base.clone(),
                what: "it drops the table",
            }));
        }
        if ddl.targets().all(|table| !known(table)) {
            return Ok(None);
        }
        if !ddl.targets().all(known) {
            let base = ddl.targets().find(|table| !known(table));
            return Err(given.stopped(Why::Shadow {
                base: base.cloned().unwrap_or_else(|| TableName::new("", "")),
                what: "it drops such a table together with others",
            }));
        }
        let forgotten = ddl.targets().cloned().map(ShadowChange::Forget).collect();
        self.note(given, forgotten, definitions).await
    }

    /// The real table is moved away, and its changed copy takes its name.
    async fn renamed_beside(
        &mut self,
        given: &Given<'_>,
        ddl: &Ddl,
        shadows: &[Shadow],
        definitions: &mut Definitions,
    ) -> Result<Option<DdlOutcome>, DdlError> {
        let renames = ddl.renames();
        let live = |base: &TableName| {
            shadows
                .iter()
                .any(|one| one.base == *base && one.kind == ShadowKind::Shadow)
        };
        let concerned = |(from, to): &(TableName, TableName)| {
            let ours = |name: &TableName| shadows.iter().any(|one| one.table == *name);
            ours(from) || ours(to) || live(from)
        };
        if !renames.iter().any(concerned) {
            return Ok(None);
        }
        if self.noted(given).await?.is_some() {
            self.reload(definitions).await?;
            return Ok(Some(DdlOutcome::Done));
        }
        let mut now: Vec<Shadow> = shadows.to_vec();
        let mut changes = Vec::new();
        let mut taken = Vec::new();
        for (from, to) in &renames {
            let refused = |what: &'static str| {
                let base = from.clone();
                given.stopped(Why::Shadow { base, what })
            };
            let place = now.iter().position(|one| one.table == *from);
            let Some(place) = place else {
                if !live(from) {
                    return Err(refused("it renames other tables, too"));
                }
                let trash = Shadow {
                    table: to.clone(),
                    base: from.clone(),
                    kind: ShadowKind::Trash,
                    statements: "[]".to_owned(),
                };
                now.push(trash.clone());
                changes.push(ShadowChange::Note(trash));
                continue;
            };
            let shadow = now.remove(place);
            let away = now
                .iter()
                .any(|one| one.base == *to && one.kind == ShadowKind::Trash && one.table != *from);
            match shadow.kind {
                ShadowKind::Shadow if shadow.base == *to && away => taken.push(shadow),
                ShadowKind::Shadow => return Err(refused("it renames the copy to another name")),
                // it is what it was: the tool gave up
                ShadowKind::Trash if shadow.base == *to && live(to) && taken.is_empty() => {}
                ShadowKind::Trash => {
                    return Err(refused("it brings a table back that was replaced"));
                }
            }
            changes.push(ShadowChange::Forget(from.clone()));
        }
        for shadow in &taken {
            self.take(given, shadow, definitions).await?;
        }
        self.note(given, changes, definitions).await?;
        Ok(Some(DdlOutcome::Done))
    }

    /// Runs on the real table what was run on its copy.
    async fn take(
        &mut self,
        given: &Given<'_>,
        shadow: &Shadow,
        definitions: &mut Definitions,
    ) -> Result<(), DdlError> {
        for (number, one) in kept(shadow).iter().enumerate() {
            let part = Given {
                position: given.position.clone(),
                row: format!("{}/{}", given.row, number + 1),
                statement: &one.statement,
                text: one.text.clone(),
                time: one.time,
                place: given.place,
                copied: true,
            };
            let database = super::default_database(&one.statement);
            let mode = session::sql_mode(one.statement.context.sql_mode.unwrap_or(0));
            let source = self.follow.source.clone();
            let reading = Reading {
                mode: Mode::from_sql_mode(&mode),
                database: database.as_ref(),
                version: &source,
                names: self.follow.source_names,
            };
            let Ok(Logged::Ddl(mut ddl)) = ddl::read(&one.text, &reading) else {
                continue;
            };
            for named in &mut ddl.names {
                if named.name == shadow.table {
                    named.name = shadow.base.clone();
                }
            }
            Box::pin(self.ordinary(&part, &ddl, definitions)).await?;
        }
        Ok(())
    }
}

/// Whether one table was made as the other is, whatever its constraints are called.
fn same_form(made: &Table, base: &Table) -> bool {
    made.columns == base.columns && made.indexes == base.indexes
}

fn of_the_tool(made: &Table) -> bool {
    let columns = made.columns.iter().map(|column| column.name.as_str());
    made.comment == SENTRY || columns.eq(CHANGELOG)
}
