//! When two values of a key are one value for the destination's unique index.
//!
//! 'Straße' and 'STRASSE' may be one key, and so may 'a' and 'a ' be: the column's collation decides.
//! What its rules give for two equal strings is equal bytes here, its *weight*. Plain ASCII under
//! the usual collations is weighed on the spot; all else the destination weighs itself
//! (`WEIGHT_STRING`, manual, "String Functions and Operators").

use std::collections::BTreeMap;

use mysql_async::Value;

use super::canonical;
use crate::{
    catalog::{Column, Encoding},
    conn::{Result, Session},
    mysql::Literal,
};

/// How values of one key column are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// By their bytes, or as numbers.
    Exact,
    Collated(Collation),
}

/// A string column's collation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Collation {
    charset: String,
    name: String,
}

impl Sameness {
    /// Of a destination column.
    pub fn of(column: &Column) -> Self {
        match (
            &column.charset,
            &column.collation,
            column.data_type.as_str(),
        ) {
            (
                Some(charset),
                Some(collation),
                "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext",
            ) => Self::Collated(Collation {
                charset: charset.clone(),
                name: collation.clone(),
            }),
            _ => Self::Exact,
        }
    }
}

/// Character sets in which ASCII is one byte a character.
const ASCII: &[&str] = &["ascii", "latin1", "utf8", "utf8mb3", "utf8mb4"];
/// Collations in which printable ASCII differs by more than its case, and only so.
const IGNORES_CASE: &[&str] = &[
    "ascii_general_ci",
    "latin1_general_ci",
    "latin1_swedish_ci",
    "utf8_general_ci",
    "utf8_unicode_ci",
    "utf8mb3_general_ci",
    "utf8mb3_unicode_ci",
    "utf8mb4_0900_ai_ci",
    "utf8mb4_0900_as_ci",
    "utf8mb4_general_ci",
    "utf8mb4_unicode_520_ci",
    "utf8mb4_unicode_ci",
];

impl Collation {
    /// Whether trailing blanks count.
    fn pads(&self) -> bool {
        !self.name.contains("_0900_")
    }

    /// The weight where it is plain; one column's values are weighed all in this way or none.
    fn plain(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if !ASCII.contains(&self.charset.as_str()) {
            return None;
        }
        let trimmed = if self.pads() {
            let end = bytes.iter().rposition(|byte| *byte != b' ');
            end.map_or(&[][..], |end| &bytes[..=end])
        } else {
            bytes
        };
        let printable = || trimmed.iter().all(|byte| (0x20..0x7f).contains(byte));
        if self.name.ends_with("_bin") {
            // a byte below the blank sorts before the padding, and is still no blank
            return Some(trimmed.to_vec());
        }
        (IGNORES_CASE.contains(&self.name.as_str()) && printable())
            .then(|| trimmed.to_ascii_uppercase())
    }

    fn literal(&self, bytes: &[u8]) -> Literal {
        Literal::Collated {
            bytes: bytes.to_vec(),
            charset: self.charset.clone(),
            collation: self.name.clone(),
        }
    }
}

/// Weights of the values that are not plain, by collation, as the destination gave them.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// A collation that is here has weights for all values that were asked about.
    asked: BTreeMap<Collation, BTreeMap<Vec<u8>, Vec<u8>>>,
}

impl Weights {
    /// Weighs values; collations under which all of them are plain are left out.
    ///
    /// # Errors
    /// The destination's.
    pub async fn ask<'a>(
        session: &mut Session,
        values: impl Iterator<Item = (&'a Collation, &'a [u8])> + Clone + Send,
    ) -> Result<Self> {
        let mut asked: BTreeMap<Collation, BTreeMap<Vec<u8>, Vec<u8>>> = BTreeMap::new();
        for (collation, bytes) in values.clone() {
            if !asked.contains_key(collation) && collation.plain(bytes).is_none() {
                asked.insert(collation.clone(), BTreeMap::new());
            }
        }
        if asked.is_empty() {
            return Ok(Self::default());
        }
        for (collation, bytes) in values {
            if let Some(weights) = asked.get_mut(collation) {
                weights.insert(bytes.to_vec(), Vec::new());
            }
        }
        for (collation, weights) in &mut asked {
            weigh(session, collation, weights).await?;
        }
        Ok(Self { asked })
    }

    /// Appends what tells a value from others of its column.
    pub fn append(&self, out: &mut Vec<u8>, value: &Value, sameness: &Sameness) {
        match (value, sameness) {
            (Value::Bytes(bytes), Sameness::Collated(collation)) => {
                let asked = self.asked.get(collation).and_then(|all| all.get(bytes));
                let weight = match asked {
                    Some(weight) => weight.clone(),
                    None => collation.plain(bytes).unwrap_or_else(|| bytes.clone()),
                };
                canonical::value(out, &Value::Bytes(weight), Encoding::Plain);
            }
            // the two zeros are one key
            (Value::Float(number), _) if *number == 0.0 => {
                canonical::value(out, &Value::Float(0.0), Encoding::Plain);
            }
            (Value::Double(number), _) if *number == 0.0 => {
                canonical::value(out, &Value::Double(0.0), Encoding::Plain);
            }
            _ => canonical::value(out, value, Encoding::Plain),
        }
    }
}

/// Values of one question, in bytes of SQL.
const QUESTION: usize = 256 * 1024;

async fn weigh(
    session: &mut Session,
    collation: &Collation,
    weights: &mut BTreeMap<Vec<u8>, Vec<u8>>,
) -> Result<()> {
    let blank: Vec<Option<Vec<u8>>> = ask(session, collation, &[b" ".to_vec()], true).await?;
    let blank = blank.into_iter().flatten().next().unwrap_or_default();
    let values: Vec<Vec<u8>> = weights.keys().cloned().collect();
    let mut rest = &values[..];
    while !rest.is_empty() {
        let mut bytes = 0;
        let count = rest.iter().take_while(|value| {
            let first = bytes == 0;
            bytes += value.len() * 2 + 100;
            first || bytes < QUESTION
        });
        let (now, later) = rest.split_at(count.count());
        let found = ask(session, collation, now, false).await?;
        for (value, weight) in now.iter().zip(found) {
            let mut weight = weight.unwrap_or_else(|| value.clone());
            if collation.pads() && !blank.is_empty() {
                while weight.ends_with(&blank) {
                    weight.truncate(weight.len() - blank.len());
                }
            }
            weights.insert(value.clone(), weight);
        }
        rest = later;
    }
    Ok(())
}

/// The weights of strings in the collation's character set; of `ascii` ones after a conversion.
async fn ask(
    session: &mut Session,
    collation: &Collation,
    values: &[Vec<u8>],
    ascii: bool,
) -> Result<Vec<Option<Vec<u8>>>> {
    let questions: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(number, value)| {
            let literal = if ascii {
                let text = String::from_utf8_lossy(value);
                format!(
                    "CONVERT({} USING {}) COLLATE {}",
                    Literal::text(text),
                    collation.charset,
                    collation.name
                )
            } else {
                collation.literal(value).to_string()
            };
            format!("SELECT {number} AS n, WEIGHT_STRING({literal}) AS w")
        })
        .collect();
    let query = format!("{} ORDER BY n", questions.join(" UNION ALL "));
    let rows: Vec<(u64, Option<Vec<u8>>)> = session.rows(query).await?;
    Ok(rows.into_iter().map(|(_, weight)| weight).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collation(charset: &str, name: &str) -> Collation {
        Collation {
            charset: charset.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn plain_values_are_weighed_on_the_spot() {
        let ci = collation("utf8mb4", "utf8mb4_0900_ai_ci");
        assert_eq!(ci.plain(b"aB "), Some(b"AB ".to_vec()));
        assert_eq!(ci.plain("ß".as_bytes()), None);
        let padded = collation("latin1", "latin1_swedish_ci");
        assert_eq!(padded.plain(b"aB  "), padded.plain(b"Ab"));
        assert_eq!(collation("ucs2", "ucs2_bin").plain(b"\0a"), None);
        let bin = collation("utf8mb4", "utf8mb4_bin");
        assert_ne!(bin.plain(b"a"), bin.plain(b"A"));
        assert_eq!(bin.plain(b"a "), bin.plain(b"a"));
        assert_eq!(
            collation("utf8mb4", "utf8mb4_sv_0900_ai_ci").plain(b"v"),
            None
        );
    }
}
