//! Whether a statement concerns the selection, and which of its tables. Pure.

use std::collections::BTreeMap;

use super::{Follow, error::Why};
use crate::{
    mysql::{Ident, Names, TableName},
    replication::{definitions::Definitions, event::Place},
    resolve::{ObjectKind, UnlistedDdl},
    sql::ddl::{CreateForm, Ddl, DdlKind, NameRole, Subject},
};

/// What becomes of a statement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It concerns nothing of ours.
    Unseen,
    /// What it makes is there.
    There,
    /// Triggers and events are made at the end.
    Noted,
    /// By the specification; the source's definitions change all the same.
    LeftOut {
        reason: String,
        tables: Concerned,
    },
    Run(Concerned),
}

/// The selected part of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Concerned {
    /// The objects that it creates, alters or drops, by their names before it.
    pub targets: Vec<TableName>,
    /// The names of tables that it renames, one after the other.
    pub renames: Vec<(TableName, TableName)>,
    /// From the name before all renames to the one after them.
    pub moved: Vec<(TableName, TableName)>,
    /// Their rows are on the destination by the names that the statement gives them: they are dropped.
    pub superseded: Vec<TableName>,
    /// What it makes is there, so that nothing is to be done.
    pub there: bool,
}

impl Concerned {
    fn there() -> Self {
        Self {
            there: true,
            ..Self::default()
        }
    }
}

type Judged<T> = Result<T, Why>;

pub(super) struct Judge<'a> {
    pub follow: &'a Follow,
    pub definitions: &'a Definitions,
    pub place: &'a Place,
    /// It failed half-way on the source.
    pub failed: bool,
}

impl Judge<'_> {
    pub fn judge(&self, ddl: &Ddl) -> Judged<Verdict> {
        if ddl.temporary {
            return Ok(Verdict::Unseen);
        }
        let concerned = match ddl.kind.subject() {
            Subject::Table => self.tables(ddl)?,
            Subject::View => self.objects(ddl, ObjectKind::View),
            Subject::Function | Subject::Procedure => self.objects(ddl, ObjectKind::Routine),
            Subject::Database => self.databases(ddl)?,
            Subject::Trigger | Subject::Event => return Ok(self.at_the_end(ddl)),
        };
        if concerned.there {
            return Ok(Verdict::There);
        }
        if concerned.targets.is_empty() && concerned.moved.is_empty() {
            return Ok(Verdict::Unseen);
        }
        self.listed(ddl, concerned)
    }

    fn selected(&self, table: &TableName) -> bool {
        let Follow {
            selection,
            source_names,
            ..
        } = self.follow;
        selection.object(ObjectKind::Table, table, *source_names)
    }

    fn objects(&self, ddl: &Ddl, kind: ObjectKind) -> Concerned {
        let Follow {
            selection,
            source_names,
            ..
        } = self.follow;
        let targets = ddl
            .targets()
            .filter(|name| selection.object(kind, name, *source_names));
        Concerned {
            targets: targets.cloned().collect(),
            ..Concerned::default()
        }
    }

    fn databases(&self, ddl: &Ddl) -> Judged<Concerned> {
        let Follow {
            selection,
            source_names,
            ..
        } = self.follow;
        let targets = ddl
            .targets()
            .filter(|name| selection.database(&name.database, *source_names));
        let targets: Vec<TableName> = targets.cloned().collect();
        for target in &targets {
            // it was selected with its tables when it was there already
            let copied = self.definitions.iter().any(|one| {
                one.source.name.database == target.database && self.contained(&one.source.name)
            });
            if copied && ddl.kind == DdlKind::CreateDatabase {
                return Ok(Concerned::there());
            }
            let mapped = self.follow.names.database(&target.database);
            let shared = self.definitions.iter().any(|one| {
                one.source.name.database != target.database
                    && one.destination.name.database == mapped
            });
            if shared && ddl.kind == DdlKind::CreateDatabase {
                // for others
                return Ok(Concerned::there());
            } else if shared {
                return Err(Why::Merged {
                    destination: TableName::new(mapped, ""),
                });
            }
        }
        Ok(Concerned {
            targets,
            ..Concerned::default()
        })
    }

    fn at_the_end(&self, ddl: &Ddl) -> Verdict {
        let Follow {
            selection,
            source_names,
            ..
        } = self.follow;
        let ours = ddl
            .targets()
            .any(|name| selection.database(&name.database, *source_names));
        if ours {
            Verdict::Noted
        } else {
            Verdict::Unseen
        }
    }

    fn tables(&self, ddl: &Ddl) -> Judged<Concerned> {
        if ddl.kind == DdlKind::RenameTable {
            return self.renamed(ddl);
        }
        let targets: Vec<TableName> = ddl
            .targets()
            .filter(|table| self.selected(table) && !self.contained(table))
            .cloned()
            .collect();
        if ddl.kind == DdlKind::DropTable {
            let (known, missing): (Vec<_>, Vec<_>) = targets
                .into_iter()
                .partition(|table| self.definitions.get(table).is_some());
            // what is there by such a name on the destination is somebody else's
            if let Some(table) = missing.into_iter().next()
                && !ddl.if_exists
                && !self.failed
            {
                return Err(Why::Unknown { table });
            }
            for table in &known {
                self.alone(table)?;
            }
            return Ok(Concerned {
                targets: known,
                ..Concerned::default()
            });
        }
        let Some(table) = targets.first() else {
            return self.unselected(ddl);
        };
        self.alone(table)?;
        if ddl.kind == DdlKind::CreateTable {
            return self.created(ddl, table);
        }
        if self.definitions.get(table).is_none() {
            return Err(Why::Unknown {
                table: table.clone(),
            });
        }
        if ddl.tablespace_file {
            return Err(Why::TablespaceFile {
                table: table.clone(),
            });
        }
        for other in ddl.having(NameRole::Exchanged) {
            if !self.selected(other) || self.definitions.get(other).is_none() {
                return Err(Why::Exchange {
                    table: table.clone(),
                    other: other.clone(),
                });
            }
            self.not_while_copied(table, other)?;
        }
        let renames = ddl.renames();
        if let Some((from, to)) = renames.iter().find(|(_, to)| self.contained(to)) {
            return Ok(Concerned {
                superseded: vec![self.superseded(from, to)?],
                targets,
                ..Concerned::default()
            });
        }
        if let Some((from, to)) = renames.iter().find(|(_, to)| !self.selected(to)) {
            return Err(Why::Leaves {
                from: from.clone(),
                to: to.clone(),
            });
        }
        for (from, to) in &renames {
            self.not_while_copied(from, to)?;
            self.same_columns(from, to)?;
        }
        Ok(Concerned {
            moved: moves(&renames),
            renames,
            targets,
            ..Concerned::default()
        })
    }

    /// A statement whose table is not ours may still make one ours.
    fn unselected(&self, ddl: &Ddl) -> Judged<Concerned> {
        let passed = ddl.targets().any(|table| self.contained(table));
        for (from, to) in ddl.renames() {
            if !passed && self.selected(&to) {
                return Err(Why::Enters { from, to });
            }
        }
        for other in ddl.having(NameRole::Exchanged) {
            if passed && self.definitions.get(other).is_some() && !self.contained(other) {
                let table = ddl.targets().next().unwrap_or(other);
                return Err(while_copied(table, other));
            }
            if !passed && self.selected(other) && !self.contained(other) {
                let table = ddl.targets().next().unwrap_or(other).clone();
                return Err(Why::Exchange {
                    table,
                    other: other.clone(),
                });
            }
        }
        Ok(Concerned::default())
    }

    fn created(&self, ddl: &Ddl, table: &TableName) -> Judged<Concerned> {
        let table = table.clone();
        if self.definitions.get(&table).is_some() {
            return if ddl.if_not_exists {
                Ok(Concerned::there())
            } else {
                Err(Why::Exists { table })
            };
        }
        if ddl.form == CreateForm::Select {
            return Err(Why::RowsInStatement { table });
        }
        if let Some(other) = ddl
            .having(NameRole::Like)
            .find(|other| self.definitions.get(other).is_none())
        {
            let other = other.clone();
            return Err(Why::Like { table, other });
        }
        Ok(Concerned {
            targets: vec![table],
            ..Concerned::default()
        })
    }

    fn renamed(&self, ddl: &Ddl) -> Judged<Concerned> {
        let renames = ddl.renames();
        let mut concerned = Concerned::default();
        for (from, to) in moves(&renames) {
            match (self.contained(&from), self.contained(&to)) {
                (true, false) if self.selected(&to) => return Err(while_copied(&from, &to)),
                (true, true | false) => continue,
                (false, true) if self.definitions.get(&from).is_none() => continue,
                (false, true) => {
                    let from = self.superseded(&from, &to)?;
                    concerned.targets.push(from.clone());
                    concerned.superseded.push(from);
                    continue;
                }
                (false, false) => {}
            }
            match (self.selected(&from), self.selected(&to)) {
                (true, true) => {
                    self.alone(&from)?;
                    if self.definitions.get(&from).is_none() {
                        return Err(Why::Unknown { table: from });
                    }
                    self.not_while_copied(&from, &to)?;
                    self.same_columns(&from, &to)?;
                    concerned.targets.push(from.clone());
                    concerned.moved.push((from, to));
                }
                (true, false) => return Err(Why::Leaves { from, to }),
                (false, true) => return Err(Why::Enters { from, to }),
                (false, false) => {}
            }
        }
        if let (Some(superseded), Some((_, to))) =
            (concerned.superseded.first(), concerned.moved.first())
        {
            return Err(while_copied(superseded, to));
        }
        concerned.renames = kept(&renames, &concerned.moved);
        Ok(concerned)
    }

    /// A table that was copied behind the statement, by the name that it gives it. Foreign keys that
    /// would have followed it must have been copied behind it, too.
    fn superseded(&self, from: &TableName, to: &TableName) -> Judged<TableName> {
        self.alone(from)?;
        let left = self.definitions.iter().find(|one| {
            let child = &one.source;
            child.name != *from
                && !self.contained(&child.name)
                && child.foreign_keys.iter().any(|key| key.parent == *from)
        });
        match left {
            None => Ok(from.clone()),
            Some(child) => Err(while_copied(&child.source.name, to)),
        }
    }

    /// Which rows were read of a table that took another's place before its copy had ended is not
    /// known: it may have been read by either name.
    fn not_while_copied(&self, table: &TableName, other: &TableName) -> Judged<()> {
        let place = self.place;
        let mixed = [table, other].into_iter().any(|name| {
            let until = self.follow.read_until.get(name);
            let from_the_start = self
                .definitions
                .get(name)
                .is_some_and(|one| one.from.is_none());
            from_the_start
                && until
                    .is_some_and(|until| until.covers(place.gtid.as_ref(), &place.file, place.end))
        });
        if mixed || self.contained(other) {
            Err(while_copied(table, other))
        } else {
            Ok(())
        }
    }

    /// Columns are mapped by the table's name, and the destination's keep theirs when it is renamed.
    fn same_columns(&self, from: &TableName, to: &TableName) -> Judged<()> {
        let names = &self.follow.names;
        let Some(tracked) = self.definitions.get(from) else {
            return Ok(());
        };
        let mut columns = tracked.source.columns.iter().map(|column| &column.name);
        let Follow {
            selection,
            source_names,
            ..
        } = self.follow;
        let taken =
            |table: &TableName, column: &Ident| selection.column(table, column, *source_names);
        let otherwise = |column: &&Ident| {
            names.column(from, column) != names.column(to, column)
                || taken(from, column) != taken(to, column)
        };
        match columns.find(otherwise) {
            None => Ok(()),
            Some(column) => Err(Why::Columns {
                from: from.clone(),
                to: to.clone(),
                column: column.clone(),
            }),
        }
    }

    /// Whether the table was copied with what the statement did already in it.
    fn contained(&self, table: &TableName) -> bool {
        let from = self
            .definitions
            .get(table)
            .and_then(|one| one.from.as_ref());
        from.is_some_and(|from| {
            from.covers(self.place.gtid.as_ref(), &self.place.file, self.place.end)
        })
    }

    /// Whether the destination's table is this table's alone.
    fn alone(&self, table: &TableName) -> Judged<()> {
        let destination = self.follow.names.table(table);
        let other = self
            .definitions
            .iter()
            .find(|one| one.source.name != *table && one.destination.name == destination);
        match other {
            None => Ok(()),
            Some(_) => Err(Why::Merged { destination }),
        }
    }

    fn listed(&self, ddl: &Ddl, concerned: Concerned) -> Judged<Verdict> {
        let Some(setting) = ddl.kind.setting() else {
            return Ok(Verdict::Noted);
        };
        let rules = &self.follow.rules;
        let left_out = concerned
            .targets
            .iter()
            .find(|name| !rules.replicates(setting, name, self.follow.source_names));
        let Some(name) = left_out else {
            return Ok(Verdict::Run(concerned));
        };
        let object = if name.name.as_str().is_empty() {
            name.database.as_str().to_owned()
        } else {
            name.plain()
        };
        match rules.unlisted {
            UnlistedDdl::Stop => Err(Why::Unlisted { setting, object }),
            UnlistedDdl::Ignore => Ok(Verdict::LeftOut {
                reason: format!("`ddl` does not list {setting} for {object}"),
                tables: concerned,
            }),
        }
    }
}

fn while_copied(table: &TableName, other: &TableName) -> Why {
    Why::WhileCopied {
        table: table.clone(),
        other: other.clone(),
    }
}

/// From the names before all renames to those after them; what ends where it began is left out.
fn moves(renames: &[(TableName, TableName)]) -> Vec<(TableName, TableName)> {
    let mut origin: BTreeMap<TableName, TableName> = BTreeMap::new();
    for (from, to) in renames {
        let start = origin.remove(from).unwrap_or_else(|| from.clone());
        origin.insert(to.clone(), start);
    }
    let pairs = origin.into_iter().filter(|(end, start)| end != start);
    pairs.map(|(end, start)| (start, end)).collect()
}

/// The renames that these tables take part in.
fn kept(
    renames: &[(TableName, TableName)],
    moved: &[(TableName, TableName)],
) -> Vec<(TableName, TableName)> {
    let mut at: Vec<TableName> = moved.iter().map(|(from, _)| from.clone()).collect();
    let mut kept = Vec::new();
    for (from, to) in renames {
        if let Some(name) = at.iter_mut().find(|name| *name == from) {
            name.clone_from(to);
            kept.push((from.clone(), to.clone()));
        }
    }
    kept
}

#[cfg(test)]
mod tests;
