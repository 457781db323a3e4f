//! What the destination has of the objects of a statement: their definitions, and the engine's ids of
//! tables and partitions, which follow renames and exchanges and change when a table is emptied.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    conn::{ConnError, Session},
    mysql::{Ident, Literal, TableName},
    sql::{Kind, Mode, ddl::Subject, tokenize},
};

/// There is no such database, table, routine.
const MISSING: [u16; 4] = [1049, 1146, 1305, 1347];

/// PROCESS is needed for the engine's ids.
const NOT_ALLOWED: [u16; 2] = [1227, 1109];

/// Objects by their names for people, `None` for those that are not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Footprint {
    objects: BTreeMap<String, Option<Trace>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trace {
    /// SHA-256 of the definition without the table's own name, in hexadecimal.
    definition: String,
    /// By the engine's names, a table's partitions included; empty where they may not be read.
    ids: BTreeMap<String, u64>,
}

impl Footprint {
    /// Looks at these objects; `session` has the settings of no statement.
    pub async fn of(
        session: &mut Session,
        subject: Subject,
        objects: &[TableName],
    ) -> Result<Self, ConnError> {
        let mut footprint = Self::default();
        for name in objects {
            let trace = trace(session, subject, name).await?;
            footprint.objects.insert(name.to_string(), trace);
        }
        Ok(footprint)
    }

    /// Whether renaming these to each other leaves no trace: each has the definition of the one whose
    /// name it takes, and the engine's ids may not be read.
    pub fn hides_moves(&self, moved: &[(TableName, TableName)]) -> bool {
        moved
            .iter()
            .all(|(from, to)| match (self.trace(from), self.trace(to)) {
                (Some(from), Some(to)) => {
                    from.definition == to.definition && (from.ids.is_empty() || to.ids.is_empty())
                }
                (None, _) | (_, None) => false,
            })
    }

    /// Whether the ids of one of the tables that are there may not be read.
    pub fn hides_ids(&self) -> bool {
        self.objects
            .values()
            .flatten()
            .any(|trace| trace.ids.is_empty())
    }

    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub fn decode(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub fn trace(&self, name: &TableName) -> Option<&Trace> {
        self.objects.get(&name.to_string())?.as_ref()
    }

    pub fn has(&self, name: &TableName) -> bool {
        self.trace(name).is_some()
    }

    /// `` `a`.`b` is there, `a`.`c` is not ``
    pub fn described(&self) -> String {
        let all = self.objects.iter().map(|(name, trace)| match trace {
            Some(trace) => format!(
                "{name} as {}",
                trace.definition.get(..8).unwrap_or_default()
            ),
            None => format!("no {name}"),
        });
        all.collect::<Vec<_>>().join(", ")
    }
}

impl Trace {
    /// Whether it is the same table by the engine's ids; by its definition where there are none.
    pub fn same_table(&self, other: &Self) -> bool {
        if self.ids.is_empty() || other.ids.is_empty() {
            return self.definition == other.definition;
        }
        self.ids
            .values()
            .any(|id| other.ids.values().any(|o| o == id))
    }
}

async fn trace(
    session: &mut Session,
    subject: Subject,
    name: &TableName,
) -> Result<Option<Trace>, ConnError> {
    let (shown, column) = match subject {
        Subject::Database => (format!("DATABASE {}", name.database), 1),
        Subject::Table | Subject::View => (format!("TABLE {name}"), 1),
        Subject::Function => (format!("FUNCTION {name}"), 2),
        Subject::Procedure => (format!("PROCEDURE {name}"), 2),
        Subject::Trigger => (format!("TRIGGER {name}"), 2),
        Subject::Event => (format!("EVENT {name}"), 3),
    };
    let statement = format!("SHOW CREATE {shown}");
    let row: mysql_async::Row = match session.one(&statement).await {
        Ok(row) => row,
        Err(error) if error.code().is_some_and(|code| MISSING.contains(&code)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let text: Option<Option<String>> = row.get_opt(column).and_then(std::result::Result::ok);
    let text = text.flatten().unwrap_or_default();
    Ok(Some(Trace {
        definition: hash(&match subject {
            Subject::Table => without_name(&without_auto_increment(&text), &name.name),
            Subject::Database
            | Subject::View
            | Subject::Function
            | Subject::Procedure
            | Subject::Trigger
            | Subject::Event => without_auto_increment(&text),
        }),
        ids: match subject {
            Subject::Table => ids(session, name).await?,
            Subject::Database
            | Subject::View
            | Subject::Function
            | Subject::Procedure
            | Subject::Trigger
            | Subject::Event => BTreeMap::new(),
        },
    }))
}

/// The next value is counted on while rows are written.
fn without_auto_increment(definition: &str) -> String {
    let tokens = tokenize(definition, Mode::default());
    let mut text = String::with_capacity(definition.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.is("AUTO_INCREMENT")
            && let [equals, value, ..] = tokens.get(at + 1..).unwrap_or_default()
            && equals.is_symbol("=")
            && value.kind == Kind::Number
        {
            at += 3;
            continue;
        }
        text.push_str(token.text);
        at += 1;
    }
    text
}

/// A table that was renamed has the same: its name is left out, also where the server has made names
/// of constraints from it.
fn without_name(definition: &str, name: &Ident) -> String {
    let own = name.to_string();
    let stem = own.strip_suffix('`').unwrap_or(&own);
    let made = |text: &str| {
        let rest = text.strip_prefix(stem)?;
        ["_ibfk_", "_chk_"]
            .iter()
            .any(|mark| rest.starts_with(mark))
            .then(|| rest.to_owned())
    };
    let mut text = String::with_capacity(definition.len());
    let mut named = false;
    for token in tokenize(definition, Mode::default()) {
        if !named && token.text == own {
            named = true;
        } else if let Some(rest) = made(token.text) {
            text.push_str(&rest);
        } else {
            text.push_str(token.text);
        }
    }
    text
}

fn hash(text: &str) -> String {
    use std::fmt::Write as _;
    let mut hexadecimal = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // writing into a string cannot fail
        let _ = write!(hexadecimal, "{byte:02x}");
    }
    hexadecimal
}

/// By the engine's names of tables, which are those of files.
async fn ids(session: &mut Session, name: &TableName) -> Result<BTreeMap<String, u64>, ConnError> {
    let view = if session.version().at_least(8, 0, 0) {
        "INNODB_TABLES"
    } else {
        "INNODB_SYS_TABLES"
    };
    let (Some(database), Some(table)) = (as_file(&name.database), as_file(&name.name)) else {
        return Ok(BTreeMap::new());
    };
    let own = format!("{database}/{table}");
    let partitions = ["#p#", "#P#"].map(|mark| Literal::text(format!("{own}{mark}")));
    let [lower, upper] = partitions;
    let length = own.len() + 3;
    let own = Literal::text(own);
    let rows: Result<Vec<(String, u64)>, ConnError> = session
        .rows(format!(
            "SELECT NAME, TABLE_ID FROM information_schema.{view} \
             WHERE CAST(NAME AS BINARY) = CAST({own} AS BINARY) \
             OR LEFT(CAST(NAME AS BINARY), {length}) \
             IN (CAST({lower} AS BINARY), CAST({upper} AS BINARY))"
        ))
        .await;
    match rows {
        Ok(rows) => Ok(rows.into_iter().collect()),
        Err(error) if error.code().is_some_and(|code| NOT_ALLOWED.contains(&code)) => {
            Ok(BTreeMap::new())
        }
        Err(error) => Err(error),
    }
}

/// A name as InnoDB's files have it; `None` beyond ASCII, where letters have codes of their own.
fn as_file(name: &Ident) -> Option<String> {
    use std::fmt::Write as _;
    let mut file = String::new();
    for character in name.as_str().chars() {
        match character {
            '0'..='9' | 'A'..='Z' | 'a'..='z' | '_' => file.push(character),
            // writing into a string cannot fail
            '\0'..='\x7f' => drop(write!(file, "@{:04x}", u32::from(character))),
            _ => return None,
        }
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_value_is_no_part_of_a_definition() {
        let text = "CREATE TABLE `t` (`AUTO_INCREMENT` int AUTO_INCREMENT COMMENT 'AUTO_INCREMENT=5') AUTO_INCREMENT=7 X";
        assert_eq!(
            without_auto_increment(text),
            "CREATE TABLE `t` (`AUTO_INCREMENT` int AUTO_INCREMENT COMMENT 'AUTO_INCREMENT=5')  X"
        );
    }

    #[test]
    fn a_renamed_table_has_the_same_definition() {
        let text = |name: &str| {
            let definition = format!(
                "CREATE TABLE `{name}` (`t` int, CONSTRAINT `{name}_ibfk_1` FOREIGN KEY (`t`) \
                 REFERENCES `p` (`t`), CONSTRAINT `{name}_chk_1` CHECK (`t` > 0))"
            );
            without_name(&definition, &Ident::new(name))
        };
        assert_eq!(text("t"), text("other"));
        assert!(text("t").contains("(`t` int"), "{}", text("t"));
    }
}
