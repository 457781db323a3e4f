//! Quantities with a unit, as users write and read them: sizes (`"64KiB"`) and durations (`"10s"`).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A number of bytes. `Display` prints the largest unit that is exact (`64KiB`, `1000B`), which
/// [`FromStr`] reads back; [`Bytes::rounded`] prints it for people.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Bytes(pub u64);

const SIZES: [(&str, u64); 5] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

/// Milliseconds of each unit of a duration.
const TIMES: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// A size or duration that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnitError {
    #[error("it has no number")]
    NoNumber,
    #[error("it has no unit")]
    NoUnit,
    #[error("`{0}` is not a unit")]
    UnknownUnit(String),
    #[error("it is too large")]
    TooLarge,
}

impl Bytes {
    /// With at most one decimal, in the largest unit that leaves at least one: `1.5 GiB`, `0 B`.
    pub fn rounded(self) -> String {
        for (unit, size) in SIZES {
            if self.0 >= size && size > 1 {
                // Integer arithmetic: tenths of the unit, rounded half up.
                let tenths = (u128::from(self.0) * 10 + u128::from(size) / 2) / u128::from(size);
                return format!("{}.{} {unit}", tenths / 10, tenths % 10);
            }
        }
        format!("{} B", self.0)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = SIZES
            .iter()
            .find(|(_, size)| self.0 >= *size && self.0.is_multiple_of(*size));
        let (unit, size) = exact.copied().unwrap_or(("B", 1));
        write!(f, "{}{unit}", self.0 / size)
    }
}

impl FromStr for Bytes {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let (number, unit) = split_number(text.trim())?;
        let size = SIZES.iter().find(|(name, _)| *name == unit);
        let (_, size) = size.ok_or_else(|| unknown(unit))?;
        number
            .checked_mul(*size)
            .map(Bytes)
            .ok_or(UnitError::TooLarge)
    }
}

/// Reads `"500ms"`, `"10s"`, `"1h30m"`: whole numbers with `h`, `m`, `s` or `ms`, added up.
pub fn parse_duration(text: &str) -> Result<Duration, UnitError> {
    let mut rest = text.trim();
    let mut total: u64 = 0;
    loop {
        let (number, tail) = split_number(rest)?;
        let end = tail.find(|c: char| c.is_ascii_digit());
        let (unit, tail) = tail.split_at(end.unwrap_or(tail.len()));
        let time = TIMES.iter().find(|(name, _)| *name == unit);
        let (_, time) = time.ok_or_else(|| unknown(unit))?;
        let part = number.checked_mul(*time).ok_or(UnitError::TooLarge)?;
        total = total.checked_add(part).ok_or(UnitError::TooLarge)?;
        if tail.is_empty() {
            return Ok(Duration::from_millis(total));
        }
        rest = tail;
    }
}

/// The largest unit that is exact, so that [`parse_duration`] reads the same back.
pub fn format_duration(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    if milliseconds == 0 {
        return "0s".to_owned();
    }
    let exact = TIMES
        .iter()
        .find(|(_, time)| milliseconds.is_multiple_of(u128::from(*time)));
    let (unit, time) = exact.copied().unwrap_or(("ms", 1));
    format!("{}{unit}", milliseconds / u128::from(time))
}

fn split_number(text: &str) -> Result<(u64, &str), UnitError> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
    if digits.is_empty() {
        return Err(UnitError::NoNumber);
    }
    let number = digits.parse().map_err(|_| UnitError::TooLarge)?;
    Ok((number, unit))
}

fn unknown(unit: &str) -> UnitError {
    if unit.is_empty() {
        UnitError::NoUnit
    } else {
        UnitError::UnknownUnit(unit.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_printed_exactly() {
        for (text, bytes) in [("64KiB", 65536), ("50MiB", 50 << 20), ("1000B", 1000)] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)));
            assert_eq!(Bytes(bytes).to_string(), text);
        }
        assert_eq!(Bytes(0).to_string(), "0B");
        assert_eq!("10".parse::<Bytes>(), Err(UnitError::NoUnit));
        assert_eq!("MiB".parse::<Bytes>(), Err(UnitError::NoNumber));
        let wrong = UnitError::UnknownUnit("MB".to_owned());
        assert_eq!("10MB".parse::<Bytes>(), Err(wrong));
        assert_eq!("99999999TiB".parse::<Bytes>(), Err(UnitError::TooLarge));
    }

    #[test]
    fn sizes_are_rounded_for_people() {
        assert_eq!(Bytes(0).rounded(), "0 B");
        assert_eq!(Bytes(1023).rounded(), "1023 B");
        assert_eq!(Bytes(1536).rounded(), "1.5 KiB");
        assert_eq!(Bytes(u64::MAX).rounded(), "16777216.0 TiB");
    }

    #[test]
    fn durations_are_read_and_printed_exactly() {
        for (text, milliseconds) in [("500ms", 500), ("10s", 10_000), ("12h", 43_200_000)] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(milliseconds))
            );
            assert_eq!(format_duration(Duration::from_millis(milliseconds)), text);
        }
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(format_duration(Duration::from_secs(5400)), "90m");
        assert_eq!(format_duration(Duration::ZERO), "0s");
        assert_eq!(parse_duration("10"), Err(UnitError::NoUnit));
        assert_eq!(parse_duration(""), Err(UnitError::NoNumber));
        assert_eq!(
            parse_duration("1.5s"),
            Err(UnitError::UnknownUnit(".".to_owned()))
        );
        assert_eq!(
            parse_duration("9999999999999999h"),
            Err(UnitError::TooLarge)
        );
    }
}
