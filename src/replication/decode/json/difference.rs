//! The differences of a partial update: a path, and what to do there.

use super::{Json, read};
use crate::replication::cursor::{Cursor, Malformed, Parsed};

const NOWHERE: Malformed = Malformed::Wrong("a JSON difference is for another document");
const PATH: Malformed = Malformed::Wrong("a JSON path is none");

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Leg {
    Key(Vec<u8>),
    Cell(usize),
}

pub(super) fn apply(document: &mut Json, differences: &[u8]) -> Parsed<()> {
    let mut cursor = Cursor::new(differences);
    while !cursor.is_empty() {
        let operation = cursor.u8()?;
        let length = cursor.length_encoded()?;
        let path = path(cursor.take_long(length)?)?;
        match operation {
            0 => {
                let new = operand(&mut cursor)?;
                *find(document, &path)? = new;
            }
            1 => insert(document, &path, operand(&mut cursor)?)?,
            2 => remove(document, &path)?,
            number => {
                return Err(Malformed::Unknown {
                    what: "a JSON operation",
                    number: u64::from(number),
                });
            }
        }
    }
    Ok(())
}

fn operand(cursor: &mut Cursor<'_>) -> Parsed<Json> {
    let length = cursor.length_encoded()?;
    read(cursor.take_long(length)?)
}

fn find<'a>(document: &'a mut Json, path: &[Leg]) -> Parsed<&'a mut Json> {
    path.iter()
        .try_fold(document, |part, leg| match (part, leg) {
            (Json::Object(members), Leg::Key(key)) => members
                .iter_mut()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value)
                .ok_or(NOWHERE),
            (Json::Array(members), Leg::Cell(index)) => members.get_mut(*index).ok_or(NOWHERE),
            _ => Err(NOWHERE),
        })
}

fn insert(document: &mut Json, path: &[Leg], new: Json) -> Parsed<()> {
    let (last, parents) = path.split_last().ok_or(NOWHERE)?;
    match (find(document, parents)?, last) {
        (Json::Object(members), Leg::Key(key)) => {
            // shorter keys first, then by bytes: the order in which the server prints them
            let place = members.partition_point(|(name, _)| (name.len(), name) < (key.len(), key));
            if members.get(place).is_some_and(|(name, _)| name == key) {
                return Err(NOWHERE);
            }
            members.insert(place, (key.clone(), new));
            Ok(())
        }
        (Json::Array(members), Leg::Cell(index)) => {
            // behind the end is at the end
            members.insert((*index).min(members.len()), new);
            Ok(())
        }
        _ => Err(NOWHERE),
    }
}

fn remove(document: &mut Json, path: &[Leg]) -> Parsed<()> {
    let (last, parents) = path.split_last().ok_or(NOWHERE)?;
    match (find(document, parents)?, last) {
        (Json::Object(members), Leg::Key(key)) => {
            let place = members.iter().position(|(name, _)| name == key);
            members.remove(place.ok_or(NOWHERE)?);
            Ok(())
        }
        (Json::Array(members), Leg::Cell(index)) if *index < members.len() => {
            members.remove(*index);
            Ok(())
        }
        _ => Err(NOWHERE),
    }
}

/// `$.name."any name"[3]`, as the server writes it.
fn path(text: &[u8]) -> Parsed<Vec<Leg>> {
    let mut rest = text.strip_prefix(b"$").ok_or(PATH)?;
    let mut legs = Vec::new();
    while let Some((first, behind)) = rest.split_first() {
        match first {
            b'[' => {
                let end = behind.iter().position(|byte| *byte == b']').ok_or(PATH)?;
                let index = std::str::from_utf8(&behind[..end])
                    .ok()
                    .and_then(|digits| digits.parse().ok())
                    .ok_or(PATH)?;
                legs.push(Leg::Cell(index));
                rest = &behind[end + 1..];
            }
            b'.' if behind.first() == Some(&b'"') => {
                let end = closing_quote(behind)?;
                let key: String = serde_json::from_slice(&behind[..=end]).map_err(|_| PATH)?;
                legs.push(Leg::Key(key.into_bytes()));
                rest = &behind[end + 1..];
            }
            b'.' => {
                let end = behind
                    .iter()
                    .position(|byte| matches!(byte, b'.' | b'['))
                    .unwrap_or(behind.len());
                if end == 0 {
                    return Err(PATH);
                }
                legs.push(Leg::Key(behind[..end].to_vec()));
                rest = &behind[end..];
            }
            _ => return Err(PATH),
        }
    }
    Ok(legs)
}

/// Where a text that begins with a quote ends.
fn closing_quote(text: &[u8]) -> Parsed<usize> {
    let mut at = 1;
    loop {
        match text.get(at).ok_or(PATH)? {
            b'\\' => at += 2,
            b'"' => return Ok(at),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_the_server_writes_them() {
        let key = |text: &str| Leg::Key(text.as_bytes().to_vec());
        assert_eq!(path(b"$"), Ok(vec![]));
        assert_eq!(
            path(br#"$.a[12]."b.\"c"[0].d"#),
            Ok(vec![
                key("a"),
                Leg::Cell(12),
                key("b.\"c"),
                Leg::Cell(0),
                key("d")
            ])
        );
        for wrong in [&b""[..], b"a", b"$.", b"$[", b"$[x]", b"$.\"a", b"$.\"\\"] {
            assert_eq!(path(wrong), Err(PATH));
        }
    }
}
