//! Identifiers and sets as text, and as strings in stored files.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Gtid, GtidSet, Interval, Tag, Uuid};

/// Why a text is no identifier or no set of them. Each names the piece that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GtidError {
    #[error("{} is not a server's UUID (36 characters, as in 8a94f357-aab4-11df-86ab-c80aa9425705)", shown(.0))]
    Uuid(String),
    #[error("{} is not a tag (at most 32 of a-z, 0-9 and _, not beginning with a digit)", shown(.0))]
    Tag(String),
    #[error("{} is not a transaction number (1 to {})", shown(.0), Gtid::LAST)]
    Number(String),
    #[error("the interval {} ends before it begins", shown(.0))]
    Reversed(String),
    #[error("{} has no transaction numbers behind it", shown(.0))]
    NoNumbers(String),
}

/// A piece of hostile text, short enough for a message.
fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

impl FromStr for Uuid {
    type Err = GtidError;

    fn from_str(text: &str) -> Result<Self, GtidError> {
        let wrong = || GtidError::Uuid(text.to_owned());
        let bytes = text.as_bytes();
        if bytes.len() != 36 {
            return Err(wrong());
        }
        let mut uuid = [0_u8; 16];
        let mut digits = 0;
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if *byte != b'-' {
                    return Err(wrong());
                }
                continue;
            }
            let digit = char::from(*byte).to_digit(16).ok_or_else(wrong)?;
            // 32 digits at most, each below 16
            uuid[digits / 2] = uuid[digits / 2] << 4 | u8::try_from(digit).map_err(|_| wrong())?;
            digits += 1;
        }
        Ok(Self::from_bytes(uuid))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.bytes().iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Gtid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.source)?;
        if !self.tag.is_empty() {
            write!(f, "{}:", self.tag.as_str())?;
        }
        write!(f, "{}", self.number)
    }
}

impl FromStr for Gtid {
    type Err = GtidError;

    fn from_str(text: &str) -> Result<Self, GtidError> {
        let set: GtidSet = text.parse()?;
        let mut intervals = set.intervals();
        match (intervals.next(), intervals.next()) {
            (Some((source, tag, one)), None) if one.first == one.last => {
                Self::new(source, tag.clone(), one.first)
            }
            _ => Err(GtidError::Number(text.to_owned())),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

/// As the server prints it, without its line breaks: `uuid:1-5:7:tag:1,uuid:2`.
impl fmt::Display for GtidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = None;
        for (source, tag, intervals) in self.origins() {
            if before != Some(source) {
                if before.is_some() {
                    f.write_str(",")?;
                }
                write!(f, "{source}")?;
                before = Some(source);
            }
            if !tag.is_empty() {
                write!(f, ":{}", tag.as_str())?;
            }
            for interval in intervals {
                write!(f, ":{interval}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for GtidSet {
    type Err = GtidError;

    /// Reads a set with white space and line breaks anywhere, as servers and people write it.
    fn from_str(text: &str) -> Result<Self, GtidError> {
        let text: String = text.split_whitespace().collect();
        let mut set = Self::new();
        // servers print no empty members, and take them
        for member in text.split(',').filter(|member| !member.is_empty()) {
            read_member(&mut set, member)?;
        }
        Ok(set)
    }
}

/// `uuid:1-5:tag:7:9`: a tag holds for the numbers behind it.
fn read_member(set: &mut GtidSet, member: &str) -> Result<(), GtidError> {
    let mut parts = member.split(':');
    let uuid: Uuid = parts.next().unwrap_or_default().parse()?;
    let mut tag = Tag::default();
    let mut numbers_due = true;
    for part in parts {
        if part.starts_with(|first: char| first.is_ascii_digit()) {
            set.add_interval(uuid, tag.clone(), read_interval(part)?);
            numbers_due = false;
        } else {
            if numbers_due && !tag.is_empty() {
                return Err(GtidError::NoNumbers(member.to_owned()));
            }
            tag = Tag::new(part)?;
            if tag.is_empty() {
                return Err(GtidError::Number(part.to_owned()));
            }
            numbers_due = true;
        }
    }
    if numbers_due {
        return Err(GtidError::NoNumbers(member.to_owned()));
    }
    Ok(())
}

fn read_interval(text: &str) -> Result<Interval, GtidError> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (read_number(first)?, read_number(last)?);
    if last < first {
        return Err(GtidError::Reversed(text.to_owned()));
    }
    Ok(Interval { first, last })
}

fn read_number(text: &str) -> Result<u64, GtidError> {
    let wrong = || GtidError::Number(text.to_owned());
    // `parse` alone would take a sign
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let number: u64 = text.parse().map_err(|_| wrong())?;
    if (1..=Gtid::LAST).contains(&number) {
        Ok(number)
    } else {
        Err(wrong())
    }
}

impl Serialize for GtidSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GtidSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
