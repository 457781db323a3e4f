//! Identifiers that quote themselves.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A name of a database, table, column, index or other object, exactly as the server stores it.
///
/// `Display` prints it as SQL: in backticks, with backticks doubled, so that any name is safe in a
/// statement (manual, 11.2 "Schema Object Names"). Use [`Ident::as_str`] for the bare name.
#[derive(Clone, Serialize, Deserialize)]
// in tests these are counted: `work`
#[cfg_attr(not(test), derive(PartialEq, Eq, PartialOrd, Ord, Hash))]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Ident(String);

impl Ident {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The bare name, not quoted: for people, for comparisons, and for bound parameters.
    pub fn as_str(&self) -> &str {
        #[cfg(test)]
        super::work::look();
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        for part in self.0.split_inclusive('`') {
            f.write_str(part)?;
            if part.ends_with('`') {
                f.write_str("`")?;
            }
        }
        f.write_str("`")
    }
}

impl fmt::Debug for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl From<&str> for Ident {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Ident {
    fn from(name: String) -> Self {
        Self(name)
    }
}

/// An object of a database (a table, view, routine, trigger or event) by its full name.
///
/// `Display` prints SQL; [`TableName::plain`] prints `database.name` for people.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TableName {
    pub database: Ident,
    pub name: Ident,
}

impl TableName {
    pub fn new(database: impl Into<Ident>, name: impl Into<Ident>) -> Self {
        Self {
            database: database.into(),
            name: name.into(),
        }
    }

    /// `database.name` without quotes, for messages.
    pub fn plain(&self) -> String {
        format!("{}.{}", self.database.as_str(), self.name.as_str())
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.name)
    }
}

impl fmt::Debug for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_in_a_name_are_doubled() {
        assert_eq!(Ident::new("a`b").to_string(), "`a``b`");
        assert_eq!(Ident::new("`").to_string(), "````");
        assert_eq!(Ident::new("a'b\"\n\\").to_string(), "`a'b\"\n\\`");
        assert_eq!(TableName::new("d", "t`").to_string(), "`d`.`t```");
    }
}
