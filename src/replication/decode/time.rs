//! Dates and times: packed bits, most significant first, so that bytes sort as times.

use mysql_async::Value;

use crate::replication::cursor::{Cursor, Malformed, Parsed};

/// Bytes behind the seconds.
pub(super) fn fraction_bytes(digits: u8) -> usize {
    usize::from(digits.div_ceil(2))
}

/// The digits behind the point, in microseconds.
pub(super) fn fraction(cursor: &mut Cursor<'_>, digits: u8) -> Parsed<u32> {
    let bytes = fraction_bytes(digits);
    let raw = cursor.big(bytes)?;
    let scaled = match bytes {
        0 => 0,
        1 => raw * 10_000,
        2 => raw * 100,
        _ => raw,
    };
    match u32::try_from(scaled) {
        Ok(micros @ 0..1_000_000) => Ok(micros),
        _ => Err(Malformed::Wrong("its fraction is a second or more")),
    }
}

pub(super) fn date(cursor: &mut Cursor<'_>) -> Parsed<Value> {
    let raw = cursor.little(3)?;
    calendar(raw >> 9, raw >> 5 & 15, raw & 31, (0, 0, 0), 0)
}

/// The digits of `YYYYMMDDHHMMSS`.
pub(super) fn old_date_time(cursor: &mut Cursor<'_>) -> Parsed<Value> {
    let raw = cursor.u64()?;
    let (date, clock) = (raw / 1_000_000, raw % 1_000_000);
    let clock = (clock / 10_000, clock / 100 % 100, clock % 100);
    calendar(date / 10_000, date / 100 % 100, date % 100, clock, 0)
}

pub(super) fn date_time(cursor: &mut Cursor<'_>, digits: u8) -> Parsed<Value> {
    let raw = cursor.big(5)?;
    let micros = fraction(cursor, digits)?;
    let bits = raw
        .checked_sub(1 << 39)
        .ok_or(Malformed::Wrong("its date is before the year 0"))?;
    from_bits(bits, micros)
}

/// 13 months a year, then 5 bits of day, 5 of hour, 6 and 6.
fn from_bits(bits: u64, micros: u32) -> Parsed<Value> {
    let (days, clock) = (bits >> 17, bits & 0x1_FFFF);
    let months = days >> 5;
    let clock = (clock >> 12, clock >> 6 & 63, clock & 63);
    calendar(months / 13, months % 13, days & 31, clock, micros)
}

fn calendar(year: u64, month: u64, day: u64, clock: (u64, u64, u64), micros: u32) -> Parsed<Value> {
    let small =
        |number: u64| u8::try_from(number).map_err(|_| Malformed::Wrong("its date is none"));
    let year = u16::try_from(year).map_err(|_| Malformed::Wrong("its date is none"))?;
    if clock.0 > 23 || clock.1 > 59 || clock.2 > 59 || month > 12 || year > 9999 {
        return Err(Malformed::Wrong("its date is none"));
    }
    Ok(Value::Date(
        year,
        small(month)?,
        small(day)?,
        small(clock.0)?,
        small(clock.1)?,
        small(clock.2)?,
        micros,
    ))
}

/// Seconds since 1970 in UTC, which is our sessions' time zone; 0 is the zero date.
pub(super) fn timestamp(seconds: u32, micros: u32) -> Parsed<Value> {
    if seconds == 0 && micros == 0 {
        return Ok(Value::Date(0, 0, 0, 0, 0, 0, 0));
    }
    let (days, second) = (u64::from(seconds / 86_400), u64::from(seconds % 86_400));
    // days since 1 March 0000, so that the leap day is a year's last (Howard Hinnant, "chrono-
    // compatible low-level date algorithms")
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let clock = (second / 3600, second / 60 % 60, second % 60);
    calendar(
        era * 400 + year_of_era + next_year,
        month,
        day,
        clock,
        micros,
    )
}

/// Signed digits of `HHHMMSS`.
pub(super) fn old_time(cursor: &mut Cursor<'_>) -> Parsed<Value> {
    let raw = (cursor.little(3)? << 40).cast_signed() >> 40;
    let digits = raw.unsigned_abs();
    clock(
        raw < 0,
        digits / 10_000,
        digits / 100 % 100,
        digits % 100,
        0,
    )
}

pub(super) fn time(cursor: &mut Cursor<'_>, digits: u8) -> Parsed<Value> {
    let bytes = fraction_bytes(digits);
    let shift = u32::try_from(8 * bytes).map_err(|_| Malformed::Short)?;
    let raw = cursor.big(3 + bytes)?.cast_signed();
    // the whole is one number around a middle, so a negative one borrows from the seconds
    let number = raw - (1_i64 << (23 + shift));
    let absolute = number.unsigned_abs();
    let fraction = absolute & ((1 << shift) - 1);
    let micros = match bytes {
        0 => 0,
        1 => fraction * 10_000,
        2 => fraction * 100,
        _ => fraction,
    };
    time_from_bits(number < 0, absolute >> shift, micros)
}

/// 10 bits of hours, 6 and 6.
fn time_from_bits(negative: bool, bits: u64, micros: u64) -> Parsed<Value> {
    clock(
        negative,
        bits >> 12 & 0x3FF,
        bits >> 6 & 63,
        bits & 63,
        micros,
    )
}

fn clock(negative: bool, hours: u64, minutes: u64, seconds: u64, micros: u64) -> Parsed<Value> {
    let wrong = || Malformed::Wrong("its time is none");
    let small = |number: u64| u8::try_from(number).map_err(|_| wrong());
    if minutes > 59 || seconds > 59 || micros > 999_999 {
        return Err(wrong());
    }
    Ok(Value::Time(
        negative,
        u32::try_from(hours / 24).map_err(|_| wrong())?,
        small(hours % 24)?,
        small(minutes)?,
        small(seconds)?,
        u32::try_from(micros).map_err(|_| wrong())?,
    ))
}

/// The packed form inside JSON: the bits above 24 of fraction.
pub(super) fn packed_date_time(packed: u64) -> Parsed<Value> {
    let micros = u32::try_from(packed & 0xFF_FFFF).map_err(|_| Malformed::Short)?;
    from_bits(packed >> 24, micros)
}

pub(super) fn packed_time(packed: i64) -> Parsed<Value> {
    let absolute = packed.unsigned_abs();
    time_from_bits(packed < 0, absolute >> 24, absolute & 0xFF_FFFF)
}
