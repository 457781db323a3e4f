//! CREATE of every kind.

use super::{Read, Reader};
use crate::sql::{
    ddl::{CreateForm, Ddl, DdlKind, NameRole},
    definer::behind_account,
};

impl Reader<'_> {
    pub(super) fn create(mut self, from: usize) -> Read<Option<Ddl>> {
        let mut at = from;
        let mut temporary = false;
        loop {
            let Some((next, token)) = self.text.peek(at) else {
                return Err(self.unreadable("what is created", at));
            };
            at = next + 1;
            if token.is("DEFINER")
                && let Some(account) = self.text.symbol(at, "=")
            {
                at = behind_account(&self.text, account);
                continue;
            }
            temporary |= token.is("TEMPORARY");
            let behind = self.text.words(at, &["IF", "NOT", "EXISTS"]);
            let if_not_exists = behind.is_some();
            let name = behind.unwrap_or(at);
            let simple = |kind| (kind, if_not_exists);
            let (kind, if_not_exists) = match token.text.to_ascii_uppercase().as_str() {
                "TABLE" => return self.create_table(name, temporary, if_not_exists).map(Some),
                "DATABASE" | "SCHEMA" => {
                    self.take_database(name)?;
                    let mut ddl = self.ddl(DdlKind::CreateDatabase);
                    ddl.if_not_exists = if_not_exists;
                    return Ok(Some(ddl));
                }
                "INDEX" => return self.index(at, DdlKind::CreateIndex).map(Some),
                "VIEW" => simple(DdlKind::CreateView),
                "PROCEDURE" => simple(DdlKind::CreateProcedure),
                "FUNCTION" => {
                    // a loaded one has no parameters in its declaration, and is in no database
                    if self.text.symbol(self.chain(name)?.end(), "(").is_none() {
                        return Ok(None);
                    }
                    simple(DdlKind::CreateFunction)
                }
                "TRIGGER" => simple(DdlKind::CreateTrigger),
                "EVENT" => simple(DdlKind::CreateEvent),
                "USER" | "ROLE" | "SERVER" | "LOGFILE" | "TABLESPACE" | "RESOURCE"
                | "REFERENCE" | "LIBRARY" => return Ok(None),
                _ => continue,
            };
            let end = self.take(name, NameRole::Target, None)?;
            if kind == DdlKind::CreateTrigger
                && let Some(on) = (end..self.text.tokens.len()).find(|at| self.is(*at, "ON"))
            {
                self.take(on + 1, NameRole::On, None)?;
            }
            let mut ddl = self.ddl(kind);
            ddl.if_not_exists = if_not_exists;
            return Ok(Some(ddl));
        }
    }

    fn create_table(mut self, from: usize, temporary: bool, if_not_exists: bool) -> Read<Ddl> {
        let end = self.take(from, NameRole::Target, None)?;
        let own = self.names.last().map(|named| named.name.database.clone());
        let opened = self.text.symbol(end, "(");
        let like = self
            .text
            .word(end, "LIKE")
            .or_else(|| self.text.word(opened?, "LIKE"));
        let form = if let Some(like) = like {
            self.take(like, NameRole::Like, None)?;
            CreateForm::Like
        } else {
            let columns = opened.filter(|inside| !self.selects(*inside));
            let behind = match columns {
                Some(inside) => {
                    let behind = self
                        .text
                        .behind_group(inside - 1)
                        .ok_or_else(|| self.unreadable(") behind the columns", usize::MAX))?;
                    self.parents(inside..behind, own.as_ref())?;
                    behind
                }
                None => end,
            };
            self.union(behind..self.text.tokens.len())?;
            self.form(behind)
        };
        let mut ddl = self.ddl(DdlKind::CreateTable);
        ddl.temporary = temporary;
        ddl.if_not_exists = if_not_exists;
        ddl.form = form;
        Ok(ddl)
    }

    /// Whether a query begins here.
    pub(super) fn selects(&self, from: usize) -> bool {
        self.text.peek(from).is_some_and(|(_, token)| {
            ["SELECT", "WITH", "TABLE", "VALUES"]
                .iter()
                .any(|word| token.is(word))
                || token.is_symbol("(")
        })
    }

    /// What stands behind the columns of CREATE TABLE, as far as rows come from it.
    fn form(&self, from: usize) -> CreateForm {
        let mut depth = 0_usize;
        for at in from..self.text.tokens.len() {
            let token = self.text.tokens[at];
            if token.is_symbol("(") {
                if depth == 0 && self.selects(at + 1) {
                    return CreateForm::Select;
                }
                depth += 1;
            } else if token.is_symbol(")") {
                depth = depth.saturating_sub(1);
            } else if depth > 0 || !token.significant() {
            } else if self.text.words(at, &["START", "TRANSACTION"]).is_some() {
                return CreateForm::RowsFollow;
            } else if ["AS", "SELECT", "WITH", "TABLE", "VALUES"]
                .iter()
                .any(|word| token.is(word))
            {
                return CreateForm::Select;
            }
        }
        CreateForm::Empty
    }
}
