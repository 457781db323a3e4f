//! Which tables' rows follow those of another inside the source's engine.
//!
//! `InnoDB` carries out `CASCADE` and `SET NULL` itself (before 9.6, and later with
//! `innodb_native_foreign_keys`): the children's changes are not in the binlog. In: the definitions
//! in force. Out: for each parent its children, and by which columns they follow it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use mysql_async::Value;

use super::{
    definitions::{Definitions, Tracked},
    event::Place,
    window::Row,
};
use crate::{
    catalog::{ForeignKey, RowShape},
    mysql::{Ident, TableName},
};

/// What becomes of a child whose parent's key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It keeps its values, or the parent could not be changed.
    Nothing,
    Cascade,
    SetNull,
}

impl Rule {
    fn of(text: &str) -> Self {
        match text {
            "CASCADE" => Self::Cascade,
            "SET NULL" => Self::SetNull,
            _ => Self::Nothing,
        }
    }
}

/// One foreign key whose children the engine changes.
#[derive(Clone, Debug)]
pub struct Link {
    pub name: Ident,
    pub child: Arc<Tracked>,
    /// The parent's columns among those that travel, and the child's; `None` where one does not
    /// travel.
    pub places: Option<Places>,
    pub on_delete: Rule,
    pub on_update: Rule,
}

#[derive(Clone, Debug)]
pub struct Places {
    pub parent: Vec<usize>,
    pub child: Vec<usize>,
}

impl Link {
    fn new(parent: &Tracked, child: &Arc<Tracked>, key: &ForeignKey) -> Self {
        let places = Option::zip(
            places(&parent.shape, &key.parent_columns),
            places(&child.shape, &key.columns),
        );
        Self {
            name: key.name.clone(),
            child: Arc::clone(child),
            places: places.map(|(parent, child)| Places { parent, child }),
            on_delete: Rule::of(&key.on_delete),
            on_update: Rule::of(&key.on_update),
        }
    }

    /// Whether a changed key of the child is one by which others follow it.
    fn meets(&self, next: &Self) -> bool {
        match (&self.places, &next.places) {
            (Some(mine), Some(theirs)) => {
                let mut columns = mine.child.iter();
                columns.any(|column| theirs.parent.contains(column))
            }
            (None, _) | (_, None) => true,
        }
    }

    /// What a change of the parent does to this child.
    pub fn rule(&self, before: &Row, after: Option<&Row>) -> Rule {
        let Some(after) = after else {
            return self.on_delete;
        };
        let stays = self.places.as_ref().is_some_and(|places| {
            let mut columns = places.parent.iter();
            columns.all(|place| before.get(*place) == after.get(*place))
        });
        if stays { Rule::Nothing } else { self.on_update }
    }
}

impl Places {
    /// The key by which children find a row of the parent; `None` where none can.
    pub fn key(&self, parent: &Row) -> Option<Vec<Value>> {
        let values = self.parent.iter().map(|place| parent.get(*place).cloned());
        let values = values.collect::<Option<Vec<_>>>()?;
        (!values.contains(&Value::NULL)).then_some(values)
    }
}

fn places(shape: &RowShape, names: &[Ident]) -> Option<Vec<usize>> {
    let columns = &shape.columns;
    let place = |name| columns.iter().position(|column| &column.source == name);
    names.iter().map(place).collect()
}

/// Every foreign key that the engine acts on, by the parent's name on the source.
#[derive(Clone, Debug, Default)]
pub struct Cascades(BTreeMap<TableName, Vec<Link>>);

impl Cascades {
    pub fn new(definitions: &Definitions) -> Self {
        let mut links: BTreeMap<TableName, Vec<Link>> = BTreeMap::new();
        for child in definitions.iter() {
            for key in &child.source.foreign_keys {
                let acts = [&key.on_delete, &key.on_update]
                    .iter()
                    .any(|rule| Rule::of(rule) != Rule::Nothing);
                let Some(parent) = definitions.get(&key.parent).filter(|_| acts) else {
                    continue;
                };
                let link = Link::new(parent, child, key);
                links.entry(key.parent.clone()).or_default().push(link);
            }
        }
        Self(links)
    }

    pub fn of(&self, parent: &TableName) -> &[Link] {
        self.0.get(parent).map_or(&[], Vec::as_slice)
    }

    /// Whether a change of a row reaches others.
    pub fn reaches(&self, parent: &TableName, before: Option<&Row>, after: Option<&Row>) -> bool {
        let Some(before) = before else {
            return false;
        };
        let mut links = self.of(parent).iter();
        links.any(|link| link.rule(before, after) != Rule::Nothing)
    }

    /// The tables of which it cannot be told, at a place before all rows are exact, what a change of a
    /// parent's row does to them: rows that were read later may have come to the key that it leaves,
    /// or may have been followed by rows that were read earlier. With everything below them.
    pub fn unclear(
        &self,
        parent: &TableName,
        place: &Place,
        before: Option<&Row>,
        after: Option<&Row>,
    ) -> BTreeSet<TableName> {
        let mut found = BTreeSet::new();
        let Some(before) = before else {
            return found;
        };
        let mut seen = BTreeSet::new();
        let mut open: Vec<(&Link, Rule, bool)> = Vec::new();
        for link in self.of(parent) {
            open.push((link, link.rule(before, after), after.is_some()));
        }
        while let Some((link, rule, moved)) = open.pop() {
            let name = &link.child.source.name;
            if rule == Rule::Nothing || !seen.insert((name, &link.name, moved)) {
                continue;
            }
            if link.child.settled(place) {
                // its rows are as they were later: those that followed them cannot be found
                let below = self.below(name);
                let missed = below
                    .iter()
                    .filter(|(_, child)| child.from.is_some() && !child.settled(place));
                found.extend(missed.map(|(name, _)| (*name).clone()));
                continue;
            }
            let exact = link.child.from.is_some();
            let gone = rule == Rule::Cascade && !moved;
            if rule == Rule::Cascade && moved && !exact {
                found.insert(name.clone());
                continue;
            }
            for next in self.of(name) {
                let next_rule = match (gone, link.meets(next)) {
                    (true, _) => next.on_delete,
                    (false, true) => next.on_update,
                    (false, false) => Rule::Nothing,
                };
                let child = &next.child;
                if next_rule != Rule::Nothing && !exact && !child.settled(place) {
                    found.insert(child.source.name.clone());
                }
                open.push((next, next_rule, !gone));
            }
        }
        for name in found.clone() {
            // theirs is to be read after it
            found.extend(self.below(&name).into_keys().cloned());
        }
        found
    }

    /// Every table below one, without itself.
    fn below(&self, table: &TableName) -> BTreeMap<&TableName, &Tracked> {
        let mut seen: BTreeMap<&TableName, &Tracked> = BTreeMap::new();
        let mut open = vec![table];
        while let Some(next) = open.pop() {
            for link in self.of(next) {
                let child = &link.child.source.name;
                if child != table && seen.insert(child, &*link.child).is_none() {
                    open.push(child);
                }
            }
        }
        seen
    }

    /// Whether rows of a table reach rows of the same table.
    pub fn returns(&self, table: &TableName) -> bool {
        let mut seen: Vec<&TableName> = Vec::new();
        let mut open = vec![table];
        while let Some(next) = open.pop() {
            for link in self.of(next) {
                let child = &link.child.source.name;
                if child == table {
                    return true;
                }
                if !seen.contains(&child) {
                    seen.push(child);
                    open.push(child);
                }
            }
        }
        false
    }
}
