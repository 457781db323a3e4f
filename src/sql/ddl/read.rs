//! From the tokens of a statement to its kind and its names.

mod create;

use super::{CreateForm, Ddl, DdlKind, Logged, NameRole, Named, Reading, Subject};
use crate::mysql::{Ident, LowerCase, TableName};
use crate::sql::definer::behind_account;
use crate::sql::error::SqlError;
use crate::sql::text::{Chain, Text};
use crate::sql::token::Kind;

type Read<T> = Result<T, SqlError>;

const DML: [&str; 13] = [
    "INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD", "CALL", "DO", "WITH", "SELECT", "TABLE",
    "VALUES", "HANDLER", "IMPORT",
];

const TRANSACTION: [&str; 7] = [
    "BEGIN",
    "START",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "XA",
];

const OTHER: [&str; 21] = [
    "ANALYZE",
    "OPTIMIZE",
    "REPAIR",
    "CHECK",
    "CHECKSUM",
    "CACHE",
    "FLUSH",
    "RESET",
    "GRANT",
    "REVOKE",
    "SET",
    "INSTALL",
    "UNINSTALL",
    "CHANGE",
    "PURGE",
    "KILL",
    "LOCK",
    "UNLOCK",
    "CLONE",
    "USE",
    "SHOW",
];

pub(super) fn logged(sql: &str, reading: &Reading<'_>) -> Read<Logged> {
    let reader = Reader {
        text: Text::new(sql, reading.mode),
        reading,
        names: Vec::new(),
    };
    let Some((at, first)) = reader.text.peek(0) else {
        return Ok(Logged::Other);
    };
    let among = |words: &[&str]| words.iter().any(|word| first.is(word));
    if first.is_symbol("(") || among(&DML) {
        return Ok(Logged::Dml);
    } else if among(&TRANSACTION) {
        return Ok(Logged::Transaction);
    } else if among(&OTHER) {
        return Ok(Logged::Other);
    }
    let found = match first.text.to_ascii_uppercase().as_str() {
        "CREATE" => reader.create(at + 1)?,
        "ALTER" => reader.alter(at + 1)?,
        "DROP" => reader.drop(at + 1)?,
        "RENAME" => reader.rename(at + 1)?,
        "TRUNCATE" => reader.truncate(at + 1)?,
        _ => return Err(reader.unreadable("a statement that a binlog can hold", at)),
    };
    Ok(found.map_or(Logged::Other, |mut ddl| {
        sql.clone_into(&mut ddl.text);
        let by_case = match ddl.kind.subject() {
            Subject::Function | Subject::Procedure | Subject::Event => true,
            Subject::Database | Subject::Table | Subject::View | Subject::Trigger => false,
        };
        for named in &mut ddl.names {
            named.name = stored(&named.name, by_case, reading.names);
        }
        Logged::Ddl(Box::new(ddl))
    }))
}

/// A name as the source stores it, and as its row events have it. Names of routines and events are
/// as they were given everywhere; their databases are not.
fn stored(name: &TableName, by_case: bool, names: LowerCase) -> TableName {
    match names {
        LowerCase::Off | LowerCase::Compared => name.clone(),
        LowerCase::Stored if by_case => {
            TableName::new(name.database.as_str().to_lowercase(), name.name.clone())
        }
        LowerCase::Stored => TableName::new(
            name.database.as_str().to_lowercase(),
            name.name.as_str().to_lowercase(),
        ),
    }
}

pub(super) fn mentioned(sql: &str, reading: &Reading<'_>) -> Vec<TableName> {
    let text = Text::new(sql, reading.mode);
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(next) = text.significant(at) {
        let Some(chain) = text.chain(next) else {
            at = next + 1;
            continue;
        };
        at = chain.end();
        if let [database, name, ..] = chain.names.as_slice() {
            names.push(TableName::new(database.clone(), name.clone()));
        }
        if let (Some(name), Some(database)) = (chain.names.into_iter().next(), reading.database) {
            names.push(TableName::new(database.clone(), name));
        }
    }
    let folded = names.iter().map(|name| stored(name, false, reading.names));
    folded.collect()
}

struct Reader<'a> {
    text: Text<'a>,
    reading: &'a Reading<'a>,
    names: Vec<Named>,
}

impl Reader<'_> {
    fn unreadable(&self, expected: &'static str, at: usize) -> SqlError {
        SqlError::UnreadableStatement {
            expected,
            found: self.text.found(at),
        }
    }

    fn ddl(self, kind: DdlKind) -> Ddl {
        Ddl {
            kind,
            temporary: false,
            if_exists: false,
            if_not_exists: false,
            form: CreateForm::Empty,
            tablespace_file: false,
            names: self.names,
            text: String::new(),
            mode: self.reading.mode,
            database: self.reading.database.cloned(),
        }
    }

    fn chain(&self, from: usize) -> Read<Chain> {
        self.text
            .significant(from)
            .and_then(|at| self.text.chain(at))
            .ok_or_else(|| self.unreadable("a name", from))
    }

    /// Takes the name that comes next; the position behind it. Without a database it is in `home`,
    /// or in the session's.
    fn take(&mut self, from: usize, role: NameRole, home: Option<&Ident>) -> Read<usize> {
        let chain = self.chain(from)?;
        let end = chain.end();
        let at = chain.range();
        let mut names = chain.names.into_iter().rev();
        let name = names.next().unwrap_or_else(|| Ident::new(""));
        let Some(database) = names
            .next()
            .or_else(|| home.cloned())
            .or_else(|| self.reading.database.cloned())
        else {
            return Err(SqlError::NoDatabase { name });
        };
        let name = TableName { database, name };
        self.names.push(Named { role, name, at });
        Ok(end)
    }

    /// Takes names with commas between them.
    fn take_list(&mut self, from: usize, role: NameRole) -> Read<usize> {
        let mut at = self.take(from, role, None)?;
        while let Some(next) = self.text.symbol(at, ",") {
            at = self.take(next, role, None)?;
        }
        Ok(at)
    }

    fn take_database(&mut self, from: usize) -> Read<()> {
        let chain = self.chain(from)?;
        let at = chain.range();
        let database = chain.names.into_iter().next();
        self.names.push(Named {
            role: NameRole::Target,
            name: TableName::new(database.unwrap_or_else(|| Ident::new("")), ""),
            at,
        });
        Ok(())
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.text.tokens[at].is(word)
    }

    /// The parents of foreign keys. One without a database is in its child's.
    fn parents(&mut self, range: std::ops::Range<usize>, home: Option<&Ident>) -> Read<()> {
        for at in range {
            if self.is(at, "REFERENCES") {
                self.take(at + 1, NameRole::Parent, home)?;
            }
        }
        Ok(())
    }

    /// `UNION = (a, b)` of a MERGE table.
    fn union(&mut self, range: std::ops::Range<usize>) -> Read<()> {
        for at in range {
            if !self.is(at, "UNION") {
                continue;
            }
            let behind = self.text.symbol(at + 1, "=").unwrap_or(at + 1);
            if let Some(inside) = self.text.symbol(behind, "(")
                && !self.selects(inside)
                && self.text.symbol(inside, ")").is_none()
            {
                self.take_list(inside, NameRole::Union)?;
            }
        }
        Ok(())
    }

    /// CREATE and DROP INDEX: the table is behind ON.
    fn index(mut self, from: usize, kind: DdlKind) -> Read<Ddl> {
        let on = (from..self.text.tokens.len())
            .find(|at| self.is(*at, "ON"))
            .ok_or_else(|| self.unreadable("ON and a table", from))?;
        self.take(on + 1, NameRole::Target, None)?;
        Ok(self.ddl(kind))
    }

    fn alter(mut self, from: usize) -> Read<Option<Ddl>> {
        let mut at = from;
        loop {
            let Some((next, token)) = self.text.peek(at) else {
                return Err(self.unreadable("what is altered", at));
            };
            at = next + 1;
            if token.is("DEFINER")
                && let Some(account) = self.text.symbol(at, "=")
            {
                at = behind_account(&self.text, account);
                continue;
            }
            let kind = match token.text.to_ascii_uppercase().as_str() {
                "TABLE" => return self.alter_table(at).map(Some),
                "DATABASE" | "SCHEMA" => return self.alter_database(at).map(Some),
                "VIEW" => DdlKind::AlterView,
                "PROCEDURE" => DdlKind::AlterProcedure,
                "FUNCTION" => DdlKind::AlterFunction,
                "EVENT" => DdlKind::AlterEvent,
                "USER" | "SERVER" | "INSTANCE" | "LOGFILE" | "TABLESPACE" | "RESOURCE"
                | "LIBRARY" => return Ok(None),
                _ => continue,
            };
            self.take(at, NameRole::Target, None)?;
            return Ok(Some(self.ddl(kind)));
        }
    }

    fn alter_database(mut self, from: usize) -> Read<Ddl> {
        /// What may follow where the name is left out.
        const OPTIONS: [&str; 6] = [
            "DEFAULT",
            "CHARACTER",
            "CHARSET",
            "COLLATE",
            "ENCRYPTION",
            "READ",
        ];
        let unnamed = self
            .text
            .peek(from)
            .is_some_and(|(_, token)| OPTIONS.iter().any(|word| token.is(word)));
        match (unnamed, self.reading.database) {
            (true, Some(database)) => {
                let at = self.text.significant(from).unwrap_or(from);
                self.names.push(Named {
                    role: NameRole::Target,
                    name: TableName::new(database.clone(), ""),
                    at: at..at,
                });
            }
            (true, None) => {
                let name = Ident::new("");
                return Err(SqlError::NoDatabase { name });
            }
            (false, _) => self.take_database(from)?,
        }
        Ok(self.ddl(DdlKind::AlterDatabase))
    }

    fn alter_table(mut self, from: usize) -> Read<Ddl> {
        let end = self.take(from, NameRole::Target, None)?;
        let own = self.names.last().map(|named| named.name.database.clone());
        let mut tablespace_file = false;
        for action in self.text.items(end..self.text.tokens.len()) {
            let start = action.start;
            if let Some(behind) = self.text.word(start, "RENAME") {
                let part = ["COLUMN", "INDEX", "KEY"]
                    .iter()
                    .any(|word| self.text.word(behind, word).is_some());
                if !part {
                    let name = ["TO", "AS"]
                        .iter()
                        .find_map(|word| self.text.word(behind, word))
                        .or_else(|| self.text.symbol(behind, "="))
                        .unwrap_or(behind);
                    self.take(name, NameRole::RenameTo, None)?;
                }
            } else if let Some(partition) = self.text.words(start, &["EXCHANGE", "PARTITION"]) {
                let behind = self.chain(partition)?.end();
                let table = self
                    .text
                    .words(behind, &["WITH", "TABLE"])
                    .ok_or_else(|| self.unreadable("WITH TABLE", behind))?;
                self.take(table, NameRole::Exchanged, None)?;
            } else {
                tablespace_file |= ["DISCARD", "IMPORT"]
                    .iter()
                    .any(|word| self.text.word(start, word).is_some());
                self.parents(action.clone(), own.as_ref())?;
                self.union(action)?;
            }
        }
        let mut ddl = self.ddl(DdlKind::AlterTable);
        ddl.tablespace_file = tablespace_file;
        Ok(ddl)
    }

    fn drop(mut self, from: usize) -> Read<Option<Ddl>> {
        let (temporary, what) = match self.text.word(from, "TEMPORARY") {
            Some(behind) => (true, behind),
            None => (false, from),
        };
        let Some((at, token)) = self.text.peek(what).filter(|(_, t)| t.kind == Kind::Word) else {
            return Err(self.unreadable("what is dropped", what));
        };
        let behind = self.text.words(at + 1, &["IF", "EXISTS"]);
        let if_exists = behind.is_some();
        let name = behind.unwrap_or(at + 1);
        let kind = match token.text.to_ascii_uppercase().as_str() {
            "TABLE" | "TABLES" => DdlKind::DropTable,
            "VIEW" => DdlKind::DropView,
            "DATABASE" | "SCHEMA" => DdlKind::DropDatabase,
            "INDEX" => return self.index(name, DdlKind::DropIndex).map(Some),
            "PROCEDURE" => DdlKind::DropProcedure,
            "FUNCTION" => DdlKind::DropFunction,
            "TRIGGER" => DdlKind::DropTrigger,
            "EVENT" => DdlKind::DropEvent,
            _ => return Ok(None),
        };
        if kind == DdlKind::DropDatabase {
            self.take_database(name)?;
        } else if kind == DdlKind::DropTable || kind == DdlKind::DropView {
            self.take_list(name, NameRole::Target)?;
        } else {
            self.take(name, NameRole::Target, None)?;
        }
        let mut ddl = self.ddl(kind);
        ddl.temporary = temporary;
        ddl.if_exists = if_exists;
        Ok(Some(ddl))
    }

    fn rename(mut self, from: usize) -> Read<Option<Ddl>> {
        let tables = self.text.word(from, "TABLE");
        let Some(mut at) = tables.or_else(|| self.text.word(from, "TABLES")) else {
            return Ok(None);
        };
        loop {
            let behind = self.take(at, NameRole::RenameFrom, None)?;
            let to = self
                .text
                .word(behind, "TO")
                .ok_or_else(|| self.unreadable("TO and a name", behind))?;
            let end = self.take(to, NameRole::RenameTo, None)?;
            match self.text.symbol(end, ",") {
                Some(next) => at = next,
                None => return Ok(Some(self.ddl(DdlKind::RenameTable))),
            }
        }
    }

    fn truncate(mut self, from: usize) -> Read<Option<Ddl>> {
        let name = self.text.word(from, "TABLE").unwrap_or(from);
        self.take(name, NameRole::Target, None)?;
        Ok(Some(self.ddl(DdlKind::TruncateTable)))
    }
}
