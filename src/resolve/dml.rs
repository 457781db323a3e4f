//! Which row changes the stream replicates, and what happens where they meet other rows.

use crate::mysql::{LowerCase, TableName};
use crate::spec::Section;
use crate::spec::pattern::{Pattern, best};

/// The kinds of row changes that are replicated, as the source did them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dml {
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
}

impl Dml {
    pub const ALL: Self = Self {
        insert: true,
        update: true,
        delete: true,
    };

    fn read(section: &Section) -> Option<Self> {
        let items = section.texts("dml")?;
        let has = |word: &str| items.iter().any(|item| item.text == word);
        Some(Self {
            insert: has("insert"),
            update: has("update"),
            delete: has("delete"),
        })
    }

    /// As it is written in `dml`; `none` for nothing.
    pub fn words(self) -> String {
        let all = [
            (self.insert, "insert"),
            (self.update, "update"),
            (self.delete, "delete"),
        ];
        let words: Vec<&str> = all.iter().filter(|one| one.0).map(|one| one.1).collect();
        match words.as_slice() {
            [] => "none".to_owned(),
            words => words.join(", "),
        }
    }

    /// What a table needs whose rows follow another's inside the source's engine.
    pub const FOR_CHILDREN: [&str; 2] = ["insert", "update"];

    /// Whether a table's rows on the destination show which of them a change of a parent reached inside
    /// the source's engine. Without updates they follow who they followed once, and may be taken for
    /// the children of another (`deletes`: they would go with it); without inserts some are absent, by
    /// which `further` tables' rows follow. A row that should have gone is followed by none.
    pub fn finds_children(self, deletes: bool, further: bool) -> bool {
        let harmless = !(further || deletes && self.delete);
        (self.update || harmless) && (self.insert || !further)
    }

    /// Without one of them the destination's rows are no image of the source's.
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }
}

/// What happens where an inserted or updated row meets another row by a unique key; only where not
/// all changes are replicated, as elsewhere such a row cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamRows {
    /// The other row goes, and is counted.
    Replace,
    Error,
}

/// How a table's row changes are replicated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRules {
    pub dml: Dml,
    pub conflicts: StreamRows,
}

/// The lists `dml` of `objects`, and `conflicts.stream_rows`.
#[derive(Clone, Debug)]
pub struct DmlRules {
    databases: Vec<Database>,
    conflicts: StreamRows,
}

#[derive(Clone, Debug)]
struct Database {
    pattern: Pattern,
    dml: Dml,
    /// `None` where the block does not say.
    tables: Vec<(Pattern, Option<Dml>)>,
}

impl DmlRules {
    /// From the whole specification, with its defaults.
    pub(super) fn read(root: &Section) -> Option<Self> {
        let databases = root.section("objects")?.sections("database").map(|one| {
            let tables = one
                .sections("table")
                .map(|table| Some((table.pattern.clone()?, Dml::read(table))));
            Some(Database {
                pattern: one.pattern.clone()?,
                dml: Dml::read(one)?,
                tables: tables.collect::<Option<_>>()?,
            })
        });
        let conflicts = root
            .section("conflicts")
            .and_then(|one| one.text("stream_rows"));
        Some(Self {
            databases: databases.collect::<Option<_>>()?,
            conflicts: match conflicts {
                Some("error") => StreamRows::Error,
                _ => StreamRows::Replace,
            },
        })
    }

    /// For a table of the source.
    pub fn of(&self, table: &TableName, source: LowerCase) -> RowRules {
        let (name, folds) = (table.name.as_str(), source.folds());
        let database = table.database.as_str();
        let databases = best(self.databases.iter(), |one| &one.pattern, database, folds);
        let dml = databases.first().map_or(Dml::ALL, |database| {
            let own = best(database.tables.iter(), |one| &one.0, name, folds);
            own.first().and_then(|one| one.1).unwrap_or(database.dml)
        });
        RowRules {
            dml,
            conflicts: self.conflicts,
        }
    }
}
