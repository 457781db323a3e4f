//! Whose rights an object runs with, and the header that says so.

use serde::{Deserialize, Serialize};

use super::error::SqlError;
use super::text::{Chain, Text};
use super::token::Kind;
use crate::mysql::Ident;
use std::ops::Range;

/// Who becomes the definer on the destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Definer {
    /// Whoever creates the objects; views, procedures and functions run with the rights of whoever
    /// calls them.
    #[default]
    Invoker,
    /// As on the source.
    Keep,
    /// This account.
    Account { user: String, host: String },
}

impl Definer {
    /// The clause, unless the account of the session is meant.
    fn clause(&self, source: Option<&str>) -> Option<String> {
        match self {
            Self::Invoker => None,
            Self::Keep => source.map(|account| format!("DEFINER={account}")),
            Self::Account { user, host } => Some(format!(
                "DEFINER={}@{}",
                Ident::new(user.as_str()),
                Ident::new(host.as_str())
            )),
        }
    }
}

/// `CREATE ... KIND name`, as far as every kind of object has it.
pub(crate) struct Header {
    /// The position behind CREATE, or behind ALTER where a view is altered.
    pub create: usize,
    /// `DEFINER = account`, where it stands.
    pub definer: Option<Range<usize>>,
    /// The account, as it is written.
    pub account: Option<String>,
    /// The value of SQL SECURITY.
    pub security: Option<usize>,
    pub name: Chain,
}

impl Header {
    /// Reads up to the object's name. `kind` is VIEW, PROCEDURE, FUNCTION, TRIGGER or EVENT.
    pub fn read(text: &Text<'_>, kind: &'static str, object: &str) -> Result<Self, SqlError> {
        let unreadable = |expected: &'static str, at: usize| SqlError::Unreadable {
            object: object.to_owned(),
            expected,
            found: text.found(at),
        };
        let create = text
            .word(0, "CREATE")
            .or_else(|| text.word(0, "ALTER"))
            .ok_or_else(|| unreadable("CREATE", 0))?;
        let mut definer = None;
        let mut account = None;
        let mut security = None;
        let mut at = create;
        loop {
            let Some((next, token)) = text.peek(at) else {
                return Err(unreadable(kind, at));
            };
            if token.is(kind) {
                at = next;
                break;
            } else if token.is("DEFINER")
                && let Some(value) = text.symbol(next + 1, "=")
            {
                let end = behind_account(text, value);
                account = Some(text.slice(value..end));
                definer = Some(next..end);
                at = end;
            } else if let Some(value) = text.words(next, &["SQL", "SECURITY"]) {
                security = text.significant(value);
                at = security.map_or(value, |value| value + 1);
            } else if token.kind == Kind::Word || token.is_symbol("=") {
                at = next + 1;
            } else {
                return Err(unreadable(kind, next));
            }
        }
        let behind = text
            .words(at + 1, &["IF", "NOT", "EXISTS"])
            .unwrap_or(at + 1);
        let name = text
            .significant(behind)
            .and_then(|at| text.chain(at))
            .ok_or_else(|| unreadable("a name", behind))?;
        Ok(Self {
            create,
            definer,
            account,
            security,
            name,
        })
    }

    /// Sets the DEFINER clause.
    pub fn set_definer(&self, text: &mut Text<'_>, definer: &Definer) {
        let clause = definer.clause(self.account.as_deref());
        match (&self.definer, clause) {
            (Some(range), Some(clause)) => text.replace_range(range.clone(), clause),
            (Some(range), None) => {
                // with the white space behind it
                let end = text.significant(range.end).unwrap_or(range.end);
                text.remove(range.start..end);
            }
            (None, Some(clause)) => text.append(self.create - 1, &format!(" {clause}")),
            (None, None) => {}
        }
    }
}

/// The position behind an account: `` `u`@`h` ``, `'u'@'h'`, `u`, `CURRENT_USER()`.
pub(super) fn behind_account(text: &Text<'_>, from: usize) -> usize {
    let Some((user, token)) = text.peek(from) else {
        return from;
    };
    if token.is("CURRENT_USER")
        && let Some(behind) = text
            .symbol(user + 1, "(")
            .and_then(|at| text.symbol(at, ")"))
    {
        return behind;
    }
    match text.peek(user + 1) {
        Some((host, token)) if token.kind == Kind::Variable => host + 1,
        _ => user + 1,
    }
}
