//! Which objects of a server are looked at in full.

use std::collections::BTreeSet;

use crate::{
    catalog::Catalog,
    mysql::{Ident, LowerCase, Names, TableName},
    resolve::{ObjectKind, Selection},
};

pub trait Scope: Sync {
    fn database(&self, name: &Ident) -> bool;
    /// A table, view, routine or event of such a database.
    fn object(&self, kind: ObjectKind, name: &TableName) -> bool;
    fn trigger(&self, name: &TableName, table: &Ident) -> bool;
}

/// On the source: what the specification selects.
pub struct Selected<'a> {
    selection: &'a Selection,
    names: LowerCase,
}

impl<'a> Selected<'a> {
    pub fn new(selection: &'a Selection, names: LowerCase) -> Self {
        Self { selection, names }
    }
}

impl Scope for Selected<'_> {
    fn database(&self, name: &Ident) -> bool {
        self.selection.database(name, self.names)
    }

    fn object(&self, kind: ObjectKind, name: &TableName) -> bool {
        self.selection.object(kind, name, self.names)
    }

    fn trigger(&self, name: &TableName, table: &Ident) -> bool {
        self.selection.trigger(name, table, self.names)
    }
}

/// On the destination: what has the name of something that is to go there, and triggers on such
/// tables.
pub struct Mapped {
    databases: BTreeSet<String>,
    /// Tables and views share their names.
    relations: BTreeSet<(String, String)>,
    /// Names of these never depend on case.
    routines: BTreeSet<(String, String)>,
    events: BTreeSet<(String, String)>,
    triggers: BTreeSet<(String, String)>,
    names: LowerCase,
}

impl Mapped {
    pub fn new(source: &Catalog, mapping: &impl Names, names: LowerCase) -> Self {
        let mut mapped = Self {
            databases: BTreeSet::new(),
            relations: BTreeSet::new(),
            routines: BTreeSet::new(),
            events: BTreeSet::new(),
            triggers: BTreeSet::new(),
            names,
        };
        let fold = |name: &Ident| folded(name, names);
        for database in source.databases.values() {
            let to = fold(&mapping.database(&database.name));
            mapped.databases.insert(to.clone());
            let relations = database.tables.values().map(|table| &table.name);
            let relations = relations.chain(database.views.values().map(|view| &view.name));
            for name in relations {
                let name = mapping.table(name);
                let key = (fold(&name.database), fold(&name.name));
                mapped.relations.insert(key);
            }
            for routine in &database.routines {
                let name = routine.name.name.as_str().to_lowercase();
                mapped.routines.insert((to.clone(), name));
            }
            for event in &database.events {
                let name = event.name.name.as_str().to_lowercase();
                mapped.events.insert((to.clone(), name));
            }
            for trigger in &database.triggers {
                mapped
                    .triggers
                    .insert((to.clone(), fold(&trigger.name.name)));
            }
        }
        mapped
    }
}

impl Scope for Mapped {
    fn database(&self, name: &Ident) -> bool {
        self.databases.contains(&folded(name, self.names))
    }

    fn object(&self, kind: ObjectKind, name: &TableName) -> bool {
        let database = folded(&name.database, self.names);
        let any_case = || name.name.as_str().to_lowercase();
        match kind {
            ObjectKind::Table | ObjectKind::View => self
                .relations
                .contains(&(database, folded(&name.name, self.names))),
            ObjectKind::Routine => self.routines.contains(&(database, any_case())),
            ObjectKind::Event => self.events.contains(&(database, any_case())),
            ObjectKind::Trigger => self
                .triggers
                .contains(&(database, folded(&name.name, self.names))),
        }
    }

    fn trigger(&self, name: &TableName, table: &Ident) -> bool {
        let on = TableName::new(name.database.clone(), table.clone());
        self.object(ObjectKind::Trigger, name) || self.object(ObjectKind::Table, &on)
    }
}

fn folded(name: &Ident, names: LowerCase) -> String {
    if names.folds() {
        name.as_str().to_lowercase()
    } else {
        name.as_str().to_owned()
    }
}
