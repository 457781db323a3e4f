//! How a statement changes the source's definitions, and its end in the ledger.

use std::collections::{BTreeMap, BTreeSet};

use super::{Concerned, DdlError, DdlRunner, Given, online::ShadowChange};
use crate::{
    catalog::Table,
    failpoint,
    ledger::{DdlRow, DdlState, Definition},
    mysql::{Ident, Names as _, TableName},
    plan::frozen::{self, Fixed},
    replication::definitions::{Definitions, Tracked, destination_tables},
    sql::ddl::{Ddl, DdlKind},
};

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
        changes.gone.extend(tables.superseded.iter().cloned());
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

impl DdlRunner {
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
            self.fence.forget_fixed(&mut self.ledger, name).await?;
        }
        for definition in &known {
            self.fence
                .note_definition(&mut self.ledger, definition)
                .await?;
            // a rename that was left out keeps the old place
            if definition.destination == self.follow.names.table(&definition.table.name) {
                let fixed = self.depends_on(definition);
                self.fence.note_fixed(&mut self.ledger, &fixed).await?;
            }
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

    /// What the table's rows depend on from here on.
    fn depends_on(&self, definition: &Definition) -> Fixed {
        let follow = &self.follow;
        let rules = &follow.rules.rows;
        let table = &definition.table;
        frozen::of_streamed(
            table,
            &definition.destination,
            &follow.selection,
            &follow.names,
            follow.source_names,
            rules.of(&table.name, follow.source_names).dml,
        )
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
