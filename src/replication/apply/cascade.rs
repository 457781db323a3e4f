//! What the source's engine did to the children of a row, done again by explicit statements.
//!
//! Children are found by the parent's old key, whether or not the parent is there: the copy may have
//! read it later than them. Theirs come first, down to the last generation.

use std::{collections::BTreeSet, fmt::Write as _};

use mysql_async::{Row as FetchedRow, Value, prelude::Queryable as _};

use super::{error::ApplyError, keyless, statement::is_enum_zero, target::Target};
use crate::{
    catalog::Encoding,
    conn::Session,
    mysql::{Role, TableName},
    replication::{
        cascade::{Cascades, Link, Places, Rule},
        definitions::Tracked,
        window::{Change, Fit, Row, Window},
    },
    rows::{canonical, insert},
};

/// Keys of one statement.
const AT_ONCE: usize = 200;

/// The parents whose children are due, by their index in the window.
pub struct Cascade<'a> {
    pub window: &'a Window,
    pub cascades: &'a Cascades,
    /// The first of them stands for the place of all.
    pub first: usize,
    /// What was done already: a family may be a circle.
    done: BTreeSet<Vec<u8>>,
}

/// A row that was changed, on the source by a statement or inside its engine.
type Changed<'r> = (&'r Row, Option<&'r Row>);

impl<'a> Cascade<'a> {
    pub fn new(window: &'a Window, first: usize) -> Self {
        Self {
            window,
            cascades: &window.cascades,
            first,
            done: BTreeSet::new(),
        }
    }

    /// Does to the children what the changes of the parents did.
    ///
    /// # Errors
    /// The server's; a foreign key over columns that do not travel.
    pub async fn apply(
        &mut self,
        session: &mut Session,
        parents: &[&Change],
    ) -> Result<(), ApplyError> {
        let Some(first) = parents.first() else {
            return Ok(());
        };
        let parent = &self.window.tables[first.table].source.name;
        let rows: Vec<Changed<'_>> = parents
            .iter()
            .filter_map(|change| Some((change.before.as_ref()?, change.after.as_ref())))
            .collect();
        self.down(session, parent, &rows).await
    }

    async fn down(
        &mut self,
        session: &mut Session,
        parent: &TableName,
        rows: &[Changed<'_>],
    ) -> Result<(), ApplyError> {
        let cascades = self.cascades;
        for link in cascades.of(parent) {
            if self.is_behind(&link.child) {
                continue;
            }
            let mut gone = Vec::new();
            let mut nulled = Vec::new();
            for (before, after) in rows {
                let rule = link.rule(before, *after);
                if rule == Rule::Nothing {
                    continue;
                }
                let Some(places) = &link.places else {
                    return Err(self.out_of_reach(link, parent));
                };
                if !self.shows_children(link) {
                    return Err(self.unfit(link, parent));
                }
                let Some(key) = places.key(before).filter(|key| self.is_new(link, key)) else {
                    continue;
                };
                match (rule, after) {
                    (Rule::Nothing, _) => {}
                    (Rule::SetNull, _) => nulled.push(key),
                    (Rule::Cascade, None) => gone.push(key),
                    (Rule::Cascade, Some(after)) => {
                        let new = places.parent.iter();
                        let new: Vec<Value> =
                            new.filter_map(|at| after.get(*at).cloned()).collect();
                        self.step(session, link, places, &[key], &Step::Set(new))
                            .await?;
                    }
                }
            }
            let Some(places) = &link.places else {
                continue;
            };
            for keys in gone.chunks(AT_ONCE) {
                self.step(session, link, places, keys, &Step::Delete)
                    .await?;
            }
            let nulls = Step::Set(vec![Value::NULL; places.child.len()]);
            for keys in nulled.chunks(AT_ONCE) {
                self.step(session, link, places, keys, &nulls).await?;
            }
        }
        Ok(())
    }

    /// Whether the child's rows were read behind this place.
    fn is_behind(&self, child: &Tracked) -> bool {
        match (&child.from, self.window.place(self.first)) {
            (Some(from), Some(place)) => from.covers(place.gtid.as_ref(), &place.file, place.end),
            (None, _) | (_, None) => false,
        }
    }

    fn is_new(&mut self, link: &Link, key: &[Value]) -> bool {
        let mut bytes = format!("{}\0{}\0", link.child.source.name, link.name).into_bytes();
        for value in key {
            canonical::value(&mut bytes, value, Encoding::Plain);
        }
        self.done.insert(bytes)
    }

    async fn step(
        &mut self,
        session: &mut Session,
        link: &Link,
        places: &Places,
        keys: &[Vec<Value>],
        step: &Step,
    ) -> Result<(), ApplyError> {
        let child = &link.child;
        let which = self.which(child, places, keys);
        if !self.cascades.of(&child.source.name).is_empty() {
            let found = self.read(session, child, &which).await?;
            let after: Vec<Option<Row>> = found.iter().map(|row| step.after(row, places)).collect();
            let rows: Vec<Changed<'_>> = found
                .iter()
                .zip(&after)
                .map(|(row, after)| (row, after.as_ref()))
                .collect();
            Box::pin(self.down(session, &child.source.name, &rows)).await?;
        }
        let table = &child.destination.name;
        let taken = match step {
            Step::Delete => child.rules.dml.delete,
            Step::Set(_) => child.rules.dml.update,
        };
        if !taken {
            return Ok(());
        }
        match step {
            Step::Delete => {
                let sql = format!("DELETE FROM {table} WHERE {which}");
                self.run(session, child, sql).await
            }
            Step::Set(values) => {
                let fuzzy = self.window.fit == Fit::Fuzzy;
                let ignore = if fuzzy { "IGNORE " } else { "" };
                let set = assignments(child, places, values);
                let sql = format!("UPDATE {ignore}{table} SET {set} WHERE {which}");
                if sets_enum_zero(child, places, values) {
                    let (window, table) = (self.window, &**child);
                    let target = Target { window, table };
                    target.leniently(session, sql, self.first).await?;
                } else {
                    self.run(session, child, sql).await?;
                }
                if fuzzy && !values.contains(&Value::NULL) {
                    // what could not take the new key is there already, in a later state
                    let new = self.which(child, places, std::slice::from_ref(values));
                    let sql = format!("DELETE FROM {table} WHERE {which} AND ({new}) IS NOT TRUE");
                    self.run(session, child, sql).await?;
                }
                Ok(())
            }
        }
    }

    /// The children of these keys; the parent itself is no child of its own.
    fn which(&self, child: &Tracked, places: &Places, keys: &[Vec<Value>]) -> String {
        let mut which = among(child, places, keys);
        let parent = &self.window.changes[self.first];
        let itself = &self.window.tables[parent.table];
        if itself.source.name == child.source.name
            && let Some(row) = &parent.before
        {
            // writing into a string cannot fail
            let _ = write!(
                which,
                " AND ({}) IS NOT TRUE",
                keyless::exactly(itself, row)
            );
        }
        which
    }

    async fn read(
        &self,
        session: &mut Session,
        child: &Tracked,
        which: &str,
    ) -> Result<Vec<Row>, ApplyError> {
        let sql = format!(
            "SELECT {} FROM {} WHERE {which} FOR UPDATE",
            child.shape.select_list(Role::Destination),
            child.destination.name
        );
        let fetched: Result<Vec<FetchedRow>, _> = session.driver().exec(sql.as_str(), ()).await;
        let rows = fetched.map_err(|source| {
            let cause = session.failed(&sql, source);
            self.server(child, cause)
        })?;
        Ok(rows.into_iter().map(FetchedRow::unwrap).collect())
    }

    async fn run(
        &self,
        session: &mut Session,
        child: &Tracked,
        sql: String,
    ) -> Result<(), ApplyError> {
        let done = session.execute(sql).await;
        done.map(|_| ()).map_err(|cause| self.server(child, cause))
    }

    fn server(&self, child: &Tracked, cause: crate::conn::ConnError) -> ApplyError {
        ApplyError::Server {
            table: child.destination.name.clone(),
            place: self.place(),
            cause,
        }
    }

    fn place(&self) -> String {
        let place = self.window.place(self.first);
        place.map_or_else(|| self.window.end.to_string(), ToString::to_string)
    }

    /// Whether the destination's rows of the child tell which of them were reached, and what follows
    /// them.
    fn shows_children(&self, link: &Link) -> bool {
        let taken = |next: &Link| next.child.rules.dml.update || next.child.rules.dml.delete;
        let further = self.cascades.of(&link.child.source.name).iter().any(taken);
        let deletes = link.on_delete == Rule::Cascade;
        link.child.rules.dml.finds_children(deletes, further)
    }

    fn unfit(&self, link: &Link, parent: &TableName) -> ApplyError {
        ApplyError::CascadeDml {
            table: link.child.source.name.clone(),
            parent: parent.clone(),
            key: link.name.to_string(),
            place: self.place(),
        }
    }

    fn out_of_reach(&self, link: &Link, parent: &TableName) -> ApplyError {
        ApplyError::Cascade {
            table: link.child.source.name.clone(),
            parent: parent.clone(),
            key: link.name.to_string(),
            place: self.place(),
        }
    }
}

/// The children of these keys. Two literals with COLLATE may count as one under OR (see
/// [`crate::rows::keyset::may_list`]), in a list they do not; where there can be no list, the server is
/// not to look into the parts.
fn among(child: &Tracked, places: &Places, keys: &[Vec<Value>]) -> String {
    let column = |place: &usize| child.shape.columns.get(*place);
    if let [place] = places.child.as_slice()
        && let Some(column) = column(place)
    {
        let values: Option<Vec<String>> = keys
            .iter()
            .filter_map(|key| key.first())
            .map(|value| keyless::text(&child.destination, column, value))
            .collect();
        if let Some(values) = values {
            return format!("{} IN ({})", column.destination, values.join(", "));
        }
    }
    let several = places.child.len() > 1 && keys.len() > 1;
    let apart = if several { " IS TRUE" } else { "" };
    let one = |key: &Vec<Value>| {
        let parts = places.child.iter().zip(key).filter_map(|(place, value)| {
            Some(keyless::equal(&child.destination, column(place)?, value))
        });
        format!("({}){apart}", parts.collect::<Vec<_>>().join(" AND "))
    };
    let keys: Vec<String> = keys.iter().map(one).collect();
    format!("({})", keys.join(" OR "))
}

/// What is done to children.
enum Step {
    Delete,
    /// Their key takes these values.
    Set(Vec<Value>),
}

impl Step {
    fn after(&self, row: &Row, places: &Places) -> Option<Row> {
        let Self::Set(values) = self else {
            return None;
        };
        let mut row = row.clone();
        for (place, value) in places.child.iter().zip(values) {
            if let Some(old) = row.get_mut(*place) {
                old.clone_from(value);
            }
        }
        Some(row)
    }
}

fn sets_enum_zero(child: &Tracked, places: &Places, values: &[Value]) -> bool {
    let column = |place: &usize| child.shape.columns.get(*place);
    let mut both = places.child.iter().zip(values);
    both.any(|(place, value)| {
        column(place).is_some_and(|column| is_enum_zero(value, column.encoding))
    })
}

/// The engine moves no timestamp that follows updates.
fn assignments(child: &Tracked, places: &Places, values: &[Value]) -> String {
    let mut parts = Vec::new();
    for (place, value) in places.child.iter().zip(values) {
        if let Some(column) = child.shape.columns.get(*place) {
            let mut written = Vec::new();
            insert::value(&mut written, value, column.encoding);
            let written = String::from_utf8_lossy(&written);
            parts.push(format!("{} = {written}", column.destination));
        }
    }
    let columns = child.destination.columns.iter();
    let follow = columns.filter(|column| column.on_update.is_some());
    parts.extend(follow.map(|column| format!("{0} = {0}", column.name)));
    parts.join(", ")
}
