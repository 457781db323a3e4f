//! Ranges of a key, as exact bytes and as predicates that the key's index serves.
//!
//! Every table with a key is the disjoint union of ranges `(lower, upper]`, whatever the bounds
//! are, because both ends are compared by the server's own order.

use std::fmt::Write as _;

use mysql_async::Value;

use super::tsv;
use crate::{
    catalog::{
        Encoding, RowShape,
        key::{ChunkKey, KeyColumn, KeyKind},
    },
    mysql::{Ident, Literal, Role},
};

/// The values of a key, one literal a column, written once and stored in the ledger as they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyBound(Vec<KeyLiteral>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
enum KeyLiteral {
    Signed(i64),
    Unsigned(u64),
    /// A decimal's own digits.
    Decimal(String),
    Temporal(String),
    /// In hexadecimal.
    Bytes(Vec<u8>),
}

/// A range of a key: above `lower`, up to and with `upper`; open where `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyRange {
    pub lower: Option<KeyBound>,
    pub upper: Option<KeyBound>,
}

/// A key value that is not of its column's kind: a server that answers in another shape.
#[derive(Debug, thiserror::Error)]
#[error("key column {column} holds a value that is not of its type")]
pub struct KeyError {
    pub column: Ident,
}

impl KeyBound {
    /// Takes the values of a row of key columns, as the binary protocol gives them.
    pub fn from_values(key: &ChunkKey, values: &[Value]) -> Result<Self, KeyError> {
        key.columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                values
                    .get(index)
                    .and_then(|value| KeyLiteral::from_value(&column.kind, value))
                    .ok_or_else(|| KeyError {
                        column: column.name.clone(),
                    })
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Self)
    }

    /// What it takes at most in a statement, roughly.
    pub fn written_bytes(&self) -> usize {
        /// A number, or a character set and a collation.
        const AROUND: usize = 80;
        let literal = |literal: &KeyLiteral| match literal {
            KeyLiteral::Bytes(bytes) => bytes.len() * 2,
            KeyLiteral::Decimal(text) | KeyLiteral::Temporal(text) => text.len(),
            KeyLiteral::Signed(_) | KeyLiteral::Unsigned(_) => 0,
        };
        self.0.iter().map(|one| literal(one) + AROUND).sum()
    }

    /// The form in which the ledger keeps it.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).unwrap_or_default()
    }

    /// Reads the ledger's form.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().map(Self)
    }

    /// The key for people: values separated by commas, bytes that are no text in hexadecimal.
    pub fn plain(&self) -> String {
        let mut text = String::new();
        for literal in &self.0 {
            if !text.is_empty() {
                text.push_str(", ");
            }
            // writing into a string cannot fail
            let _ = match literal {
                KeyLiteral::Signed(number) => write!(text, "{number}"),
                KeyLiteral::Unsigned(number) => write!(text, "{number}"),
                KeyLiteral::Decimal(digits) => write!(text, "{digits}"),
                KeyLiteral::Temporal(moment) => write!(text, "'{moment}'"),
                KeyLiteral::Bytes(bytes) => match std::str::from_utf8(bytes) {
                    Ok(readable) if !readable.chars().any(char::is_control) => {
                        write!(text, "'{readable}'")
                    }
                    Ok(_) | Err(_) => write!(text, "{}", Literal::Bytes(bytes.clone())),
                },
            };
        }
        text
    }
}

impl KeyLiteral {
    fn is_plain(&self, kind: &KeyKind) -> bool {
        match kind {
            KeyKind::Integer => {
                !matches!(self, Self::Unsigned(big) if i64::try_from(*big).is_err())
            }
            KeyKind::Text { .. }
            | KeyKind::Binary
            | KeyKind::Decimal
            | KeyKind::Temporal
            | KeyKind::Bit => true,
            KeyKind::Enum { .. } => false,
        }
    }

    fn from_value(kind: &KeyKind, value: &Value) -> Option<Self> {
        match (kind, value) {
            (KeyKind::Integer | KeyKind::Enum { .. }, Value::Int(number)) => {
                Some(Self::Signed(*number))
            }
            (KeyKind::Integer | KeyKind::Enum { .. }, Value::UInt(number)) => {
                Some(Self::Unsigned(*number))
            }
            (KeyKind::Decimal, Value::Bytes(digits)) => {
                let exact = digits
                    .iter()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-'));
                let text = String::from_utf8(digits.clone()).ok()?;
                (exact && !text.is_empty()).then_some(Self::Decimal(text))
            }
            (KeyKind::Temporal, Value::Date(..) | Value::Time(..)) => {
                let mut text = Vec::new();
                tsv::value(&mut text, value, Encoding::DateTime);
                String::from_utf8(text).ok().map(Self::Temporal)
            }
            (KeyKind::Text { .. } | KeyKind::Binary, Value::Bytes(bytes)) => {
                Some(Self::Bytes(bytes.clone()))
            }
            (KeyKind::Bit, Value::Bytes(bytes)) if bytes.len() <= 8 => Some(Self::Unsigned(
                bytes
                    .iter()
                    .fold(0, |number, byte| number << 8 | u64::from(*byte)),
            )),
            _ => None,
        }
    }

    fn sql(&self, kind: &KeyKind) -> String {
        match (self, kind) {
            (Self::Signed(number), _) => Literal::Signed(*number).to_string(),
            (Self::Unsigned(number), _) => Literal::Unsigned(*number).to_string(),
            (Self::Decimal(digits), _) => digits.clone(),
            (Self::Temporal(moment), _) => Literal::text(moment).to_string(),
            (Self::Bytes(bytes), KeyKind::Text { charset, collation }) => Literal::Collated {
                bytes: bytes.clone(),
                charset: charset.clone(),
                collation: collation.clone(),
            }
            .to_string(),
            (Self::Bytes(bytes), _) => Literal::Bytes(bytes.clone()).to_string(),
        }
    }
}

impl KeyRange {
    /// The predicate of the range on one role, `TRUE` for the whole table.
    pub fn predicate(&self, shape: &RowShape, key: &ChunkKey, role: Role) -> String {
        let columns: Vec<_> = key
            .columns
            .iter()
            .map(|column| (shape.column_name(role, &column.name).clone(), column))
            .collect();
        let mut parts = Vec::new();
        if let Some(lower) = &self.lower {
            parts.push(compare(&columns, lower, End::Above));
        }
        if let Some(upper) = &self.upper {
            parts.push(compare(&columns, upper, End::UpTo));
        }
        if parts.is_empty() {
            "TRUE".to_owned()
        } else {
            parts.join(" AND ")
        }
    }
}

/// Whether the rows of several keys may be asked for at once: of one column, or as a list of rows.
/// Before 5.7.3 the optimizer gives no ranges for such a list, and in one the server compares members
/// of an ENUM, and numbers beyond 63 bits, otherwise than alone. Written out with OR they may not be,
/// either: two different literals with COLLATE count as one there, and rows are missed (seen on 9.7).
pub fn may_list(key: &ChunkKey, bounds: &[KeyBound], rows_are_ranges: bool) -> bool {
    let plain = |bound: &KeyBound| {
        let mut both = key.columns.iter().zip(&bound.0);
        both.all(|(column, literal)| literal.is_plain(&column.kind))
    };
    key.columns.len() == 1 || (rows_are_ranges && bounds.iter().all(plain))
}

/// `(a, b) IN ((1, 2), ...)`: the rows of exactly these keys; several where [`may_list`] says so.
pub fn is_one_of(key: &ChunkKey, bounds: &[KeyBound]) -> String {
    let names: Vec<String> = key.columns.iter().map(|one| one.name.to_string()).collect();
    let literals = |bound: &KeyBound| -> Vec<String> {
        let both = key.columns.iter().zip(&bound.0);
        both.map(|(column, literal)| literal.sql(&column.kind))
            .collect()
    };
    match (names.as_slice(), bounds) {
        ([name], _) => {
            let list: Vec<String> = bounds.iter().flat_map(literals).collect();
            format!("{name} IN ({})", list.join(","))
        }
        (_, [bound]) => {
            let both = names.iter().zip(literals(bound));
            let parts: Vec<String> = both
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            parts.join(" AND ")
        }
        (_, _) => {
            let list: Vec<String> = bounds
                .iter()
                .map(|bound| format!("({})", literals(bound).join(",")))
                .collect();
            format!("({}) IN ({})", names.join(","), list.join(","))
        }
    }
}

/// The key's columns in index order, for `ORDER BY` on one role.
pub fn order_by(shape: &RowShape, key: &ChunkKey, role: Role) -> String {
    let columns: Vec<String> = key
        .columns
        .iter()
        .map(|column| {
            let direction = if column.descending { " DESC" } else { "" };
            format!("{}{direction}", shape.column_name(role, &column.name))
        })
        .collect();
    columns.join(", ")
}

/// The select list of the key's columns, in the form that [`KeyBound::from_values`] takes.
pub fn key_list(shape: &RowShape, key: &ChunkKey, role: Role) -> String {
    let columns: Vec<String> = key
        .columns
        .iter()
        .map(|column| {
            let name = shape.column_name(role, &column.name);
            match column.kind {
                KeyKind::Enum { .. } => format!("CAST({name} AS UNSIGNED)"),
                KeyKind::Integer
                | KeyKind::Decimal
                | KeyKind::Temporal
                | KeyKind::Text { .. }
                | KeyKind::Binary
                | KeyKind::Bit => name.to_string(),
            }
        })
        .collect();
    columns.join(", ")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Strictly behind the bound, in index order.
    Above,
    /// Before the bound or at it.
    UpTo,
}

/// `(a > A OR (a = A AND (b > B OR ...)))`: a form whose ranges the optimizer sees, unlike that of
/// a row comparison.
fn compare(columns: &[(Ident, &KeyColumn)], bound: &KeyBound, end: End) -> String {
    let mut predicate = String::new();
    for (index, ((name, column), literal)) in columns.iter().zip(&bound.0).enumerate().rev() {
        let last = index + 1 == columns.len();
        let beyond = beyond(name, column, literal, end);
        let value = literal.sql(&column.kind);
        predicate = match (last, end) {
            (true, End::Above) => format!("({beyond})"),
            (true, End::UpTo) => up_to(name, column, literal, &beyond),
            (false, _) => format!("({beyond} OR ({name} = {value} AND {predicate}))"),
        };
    }
    predicate
}

/// The last column, at its bound or before it.
fn up_to(name: &Ident, column: &KeyColumn, literal: &KeyLiteral, before: &str) -> String {
    let value = literal.sql(&column.kind);
    match (&column.kind, column.descending) {
        (KeyKind::Enum { .. }, _) => format!("({before} OR {name} = {value})"),
        (_, false) => format!("({name} <= {value})"),
        (_, true) => format!("({name} >= {value})"),
    }
}

/// One column strictly on the wanted role of its bound.
fn beyond(name: &Ident, column: &KeyColumn, literal: &KeyLiteral, end: End) -> String {
    let upwards = (end == End::Above) != column.descending;
    if let KeyKind::Enum { members } = column.kind {
        let at = match literal {
            KeyLiteral::Signed(number) => u32::try_from(*number).unwrap_or(0),
            KeyLiteral::Unsigned(number) => u32::try_from(*number).unwrap_or(0),
            KeyLiteral::Decimal(_) | KeyLiteral::Temporal(_) | KeyLiteral::Bytes(_) => 0,
        };
        let wanted: Vec<String> = (0..=members)
            .filter(|m| if upwards { *m > at } else { *m < at })
            .map(|m| m.to_string())
            .collect();
        return if wanted.is_empty() {
            "FALSE".to_owned()
        } else {
            format!("{name} IN ({})", wanted.join(", "))
        };
    }
    let operator = if upwards { ">" } else { "<" };
    format!("{name} {operator} {}", literal.sql(&column.kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::TableName;

    fn key(kinds: &[(&str, KeyKind)]) -> ChunkKey {
        ChunkKey {
            index: "PRIMARY".into(),
            columns: kinds
                .iter()
                .map(|(name, kind)| KeyColumn {
                    name: Ident::new(*name),
                    kind: kind.clone(),
                    descending: false,
                })
                .collect(),
        }
    }

    fn shape() -> RowShape {
        RowShape {
            source: TableName::new("d", "t"),
            destination: TableName::new("d", "t"),
            columns: Vec::new(),
            key: None,
        }
    }

    #[test]
    fn composite_ranges_are_expanded() {
        let key = key(&[("a", KeyKind::Integer), ("b", KeyKind::Binary)]);
        let lower = KeyBound::from_values(&key, &[Value::Int(-1), Value::Bytes(vec![0])]).unwrap();
        let upper = KeyBound::from_values(&key, &[Value::Int(7), Value::Bytes(vec![255])]).unwrap();
        let range = KeyRange {
            lower: Some(lower),
            upper: Some(upper),
        };
        insta::assert_snapshot!(range.predicate(&shape(), &key, Role::Source), @"(`a` > -1 OR (`a` = -1 AND (`b` > X'00'))) AND (`a` < 7 OR (`a` = 7 AND (`b` <= X'FF')))");
        assert_eq!(
            KeyRange::default().predicate(&shape(), &key, Role::Source),
            "TRUE"
        );
    }

    #[test]
    fn lists_of_rows_are_only_of_what_compares_in_them() {
        let of = |kind: KeyKind| {
            let key = key(&[("a", KeyKind::Integer), ("b", kind)]);
            let bound = KeyBound::from_values(&key, &[Value::Int(1), Value::UInt(2)]).unwrap();
            let two = [bound.clone(), bound];
            if may_list(&key, &two, true) {
                is_one_of(&key, &two)
            } else {
                is_one_of(&key, &two[..1])
            }
        };
        assert_eq!(of(KeyKind::Integer), "(`a`,`b`) IN ((1,2),(1,2))");
        assert_eq!(of(KeyKind::Enum { members: 3 }), "`a` = 1 AND `b` = 2");
    }

    #[test]
    fn enum_parts_are_walked_member_by_member() {
        let key = key(&[("e", KeyKind::Enum { members: 3 })]);
        let bound = KeyBound::from_values(&key, &[Value::UInt(2)]).unwrap();
        let range = KeyRange {
            lower: Some(bound.clone()),
            upper: None,
        };
        assert_eq!(
            range.predicate(&shape(), &key, Role::Source),
            "(`e` IN (3))"
        );
        let range = KeyRange {
            lower: None,
            upper: Some(bound),
        };
        assert_eq!(
            range.predicate(&shape(), &key, Role::Source),
            "(`e` IN (0, 1) OR `e` = 2)"
        );
    }

    #[test]
    fn bounds_survive_the_ledger() {
        let text = KeyKind::Text {
            charset: "latin1".into(),
            collation: "latin1_bin".into(),
        };
        let key = key(&[("t", text), ("d", KeyKind::Temporal)]);
        let values = [
            Value::Bytes(b"a'\xff".to_vec()),
            Value::Date(0, 0, 0, 0, 0, 0, 0),
        ];
        let bound = KeyBound::from_values(&key, &values).unwrap();
        assert_eq!(KeyBound::decode(&bound.encode()), Some(bound));
        assert_eq!(KeyBound::decode(b"rubbish"), None);
        assert!(KeyBound::from_values(&key, &[Value::Int(1), Value::NULL]).is_err());
    }
}
