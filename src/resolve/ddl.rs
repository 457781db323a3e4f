//! Which statements that change definitions are replicated, and what happens to the others.

use std::time::Duration;

use super::dml::DmlRules;
use crate::mysql::{Ident, LowerCase, TableName};
use crate::spec::Section;
use crate::spec::pattern::{Pattern, best};

/// What happens to a statement on selected objects that the lists `ddl` leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnlistedDdl {
    Stop,
    Ignore,
}

/// What happens after a statement that the destination refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDdlError {
    Stop,
    /// It is recorded, and the stream goes on.
    Continue,
}

/// The lists `ddl` of `objects`, and `incremental` on them.
#[derive(Clone, Debug)]
pub struct DdlRules {
    databases: Vec<DatabaseDdl>,
    pub unlisted: UnlistedDdl,
    pub on_error: OnDdlError,
    /// `None` where the copies of tools for online changes are tables like others.
    pub online: Option<OnlineDdl>,
    /// How long a lock on the destination is waited for: `limits.retry.statement`.
    pub retry: Duration,
    /// Row changes, for tables that come and go.
    pub rows: DmlRules,
}

/// How the databases begin in which the source's statements are tried: `_cutover_scratch_`.
pub fn scratch_databases(metadata: &Ident) -> String {
    const LONGEST: usize = 40;
    let metadata: String = metadata.as_str().chars().take(LONGEST).collect();
    format!("{metadata}_scratch_")
}

/// By what names a tool's tables are known.
#[derive(Clone, Debug)]
pub struct OnlineDdl {
    shadows: Vec<Pattern>,
    trash: Vec<Pattern>,
}

/// What a table's name says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// A copy that is being changed.
    Shadow,
    /// What is left over.
    Trash,
}

impl OnlineDdl {
    fn read(section: &Section) -> Option<Self> {
        let patterns = |name| {
            let patterns = section.patterns(name).unwrap_or_default();
            patterns.iter().map(|(one, _)| one.clone()).collect()
        };
        (section.text("mode") != Some("copy")).then(|| Self {
            shadows: patterns("shadow_tables"),
            trash: patterns("trash_tables"),
        })
    }

    /// What the name says, and the real table's.
    pub fn base(&self, table: &TableName, folds: bool) -> Option<(Beside, TableName)> {
        let named = |patterns: &[Pattern]| {
            let name = table.name.as_str();
            let mut found = patterns.iter().filter_map(|one| one.captures(name, folds));
            let base = found.next()?.into_iter().nth(1)?;
            Some(TableName::new(table.database.clone(), base))
        };
        match named(&self.shadows) {
            Some(base) => Some((Beside::Shadow, base)),
            None => Some((Beside::Trash, named(&self.trash)?)),
        }
    }
}

#[derive(Clone, Debug)]
struct DatabaseDdl {
    pattern: Pattern,
    statements: Statements,
    tables: Vec<(Pattern, Statements)>,
}

#[derive(Clone, Debug)]
struct Statements(Vec<String>);

impl Statements {
    fn read(section: &Section) -> Option<Self> {
        let items = section.texts("ddl")?;
        Some(Self(items.iter().map(|item| item.text.clone()).collect()))
    }

    fn has(&self, statement: &str) -> bool {
        self.0.iter().any(|one| one == "*" || one == statement)
    }
}

impl DdlRules {
    /// From the whole specification, with its defaults.
    pub(super) fn read(root: &Section) -> Option<Self> {
        let objects = root.section("objects")?;
        let databases = objects.sections("database").map(|database| {
            let tables = database.sections("table").filter_map(|table| {
                let statements = Statements::read(table)?;
                Some((table.pattern.clone()?, statements))
            });
            Some(DatabaseDdl {
                pattern: database.pattern.clone()?,
                statements: Statements::read(database)?,
                tables: tables.collect(),
            })
        });
        let incremental = root.section("incremental");
        let text = |name| incremental.and_then(|one| one.text(name));
        Some(Self {
            databases: databases.collect::<Option<_>>()?,
            rows: DmlRules::read(root)?,
            online: incremental
                .and_then(|one| one.section("online_ddl"))
                .and_then(OnlineDdl::read),
            retry: root
                .section("limits")?
                .section("retry")?
                .duration("statement")?,
            unlisted: match text("ddl_unlisted") {
                Some("ignore") => UnlistedDdl::Ignore,
                _ => UnlistedDdl::Stop,
            },
            on_error: match text("on_ddl_error") {
                Some("continue") => OnDdlError::Continue,
                _ => OnDdlError::Stop,
            },
        })
    }

    /// Whether a statement (`alter_table`) on a selected table, or other object of a selected
    /// database, is replicated.
    pub fn replicates(&self, statement: &str, object: &TableName, source: LowerCase) -> bool {
        let Some(database) = self.database(&object.database, source) else {
            return false;
        };
        let name = object.name.as_str();
        let tables = best(database.tables.iter(), |one| &one.0, name, source.folds());
        let own = tables.first().filter(|_| !name.is_empty());
        own.map_or(&database.statements, |(_, statements)| statements)
            .has(statement)
    }

    /// Whether any statement on objects of a selected database is replicated.
    pub fn follows(&self, database: &Ident, source: LowerCase) -> bool {
        self.database(database, source).is_some_and(|found| {
            let tables = found.tables.iter().map(|(_, statements)| statements);
            let mut lists = tables.chain([&found.statements]);
            lists.any(|statements| !statements.0.is_empty())
        })
    }

    fn database(&self, name: &Ident, source: LowerCase) -> Option<&DatabaseDdl> {
        let found = best(
            self.databases.iter(),
            |one| &one.pattern,
            name.as_str(),
            source.folds(),
        );
        found.first().copied()
    }
}
