//! DECIMAL from its packed form, and DOUBLE as the server prints it inside JSON.

use crate::replication::cursor::{Cursor, Malformed, Parsed};

/// Bytes for 0 to 8 digits; nine take four.
const BYTES: [usize; 9] = [0, 1, 1, 2, 2, 3, 3, 4, 4];
const GROUP: usize = 9;

/// How long a DECIMAL is.
pub(super) fn decimal_bytes(precision: u8, scale: u8) -> usize {
    let part = |digits: usize| digits / GROUP * 4 + BYTES[digits % GROUP];
    let scale = usize::from(scale);
    part(usize::from(precision).saturating_sub(scale)) + part(scale)
}

/// A DECIMAL as its digits: groups of nine from the point outward, the highest bit inverted, and all
/// bits of a negative one, so that bytes sort as numbers.
pub(super) fn decimal(
    cursor: &mut Cursor<'_>,
    precision: u8,
    scale: u8,
    zero_fill: bool,
) -> Parsed<Vec<u8>> {
    let mut bytes = cursor.take(decimal_bytes(precision, scale))?.to_vec();
    let first = bytes.first_mut().ok_or(Malformed::Short)?;
    let negative = *first & 0x80 == 0;
    *first ^= 0x80;
    if negative {
        for byte in &mut bytes {
            *byte = !*byte;
        }
    }
    let mut packed = Cursor::new(&bytes);
    let whole_digits = usize::from(precision - scale);
    let fraction_digits = usize::from(scale);
    let mut whole = String::with_capacity(whole_digits + fraction_digits + 3);
    group(&mut packed, whole_digits % GROUP, &mut whole)?;
    for _ in 0..whole_digits / GROUP {
        group(&mut packed, GROUP, &mut whole)?;
    }
    let mut text = String::with_capacity(whole.capacity());
    if negative {
        text.push('-');
    }
    let significant = whole.trim_start_matches('0');
    match (zero_fill, significant.is_empty()) {
        (true, _) => text.push_str(&whole),
        (false, true) => text.push('0'),
        (false, false) => text.push_str(significant),
    }
    if fraction_digits > 0 {
        text.push('.');
        for _ in 0..fraction_digits / GROUP {
            group(&mut packed, GROUP, &mut text)?;
        }
        group(&mut packed, fraction_digits % GROUP, &mut text)?;
    }
    Ok(text.into_bytes())
}

fn group(packed: &mut Cursor<'_>, digits: usize, text: &mut String) -> Parsed<()> {
    if digits == 0 {
        return Ok(());
    }
    let bytes = if digits == GROUP { 4 } else { BYTES[digits] };
    let number = packed.big(bytes)?;
    let printed = format!("{number:0digits$}");
    if printed.len() > digits {
        return Err(Malformed::Wrong("a DECIMAL has other digits than its type"));
    }
    text.push_str(&printed);
    Ok(())
}

/// The shortest digits that give the same DOUBLE, without an exponent where the point is at most 15
/// places away; a whole number gets `.0`, which tells it from an integer.
pub(super) fn double(number: f64, text: &mut Vec<u8>) {
    /// `MAX_DECPT_FOR_F_FORMAT` of the server's dtoa.c.
    const FARTHEST: i32 = 15;
    // d.ddde-x: the exponent of the first digit
    let shortest = format!("{number:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(|digit| *digit != '.').collect();
    // the point stands behind so many digits
    let point = if number == 0.0 { 1 } else { exponent + 1 };
    text.extend_from_slice(sign.as_bytes());
    let printed = if !(-FARTHEST + 1..=FARTHEST).contains(&point) {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        format!("{first}{dot}{rest}e{exponent}")
    } else if point <= 0 {
        let zeros = usize::try_from(-point).unwrap_or(0);
        format!("0.{}{digits}", "0".repeat(zeros))
    } else {
        let point = usize::try_from(point).unwrap_or(0);
        if digits.len() <= point {
            format!("{digits}{}.0", "0".repeat(point - digits.len()))
        } else {
            format!("{}.{}", &digits[..point], &digits[point..])
        }
    };
    text.extend_from_slice(printed.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_printed_as_the_server_prints_them_in_json() {
        for (number, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e14, "100000000000000.0"),
            (1e15, "1e15"),
            (1e-15, "0.000000000000001"),
            (1e-16, "1e-16"),
            (-1.5e300, "-1.5e300"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e308"),
            (123_456.789, "123456.789"),
        ] {
            let mut text = Vec::new();
            double(number, &mut text);
            assert_eq!(String::from_utf8_lossy(&text), expected);
        }
    }

    #[test]
    fn decimals_are_unpacked_by_their_type() {
        let read = |bytes: &[u8], precision, scale, fill| {
            decimal(&mut Cursor::new(bytes), precision, scale, fill)
                .map(|text| String::from_utf8_lossy(&text).into_owned())
        };
        // the manual's example: 1234567890.1234 and its negative
        let bytes = [0x81, 0x0D, 0xFB, 0x38, 0xD2, 0x04, 0xD2];
        assert_eq!(read(&bytes, 14, 4, false).as_deref(), Ok("1234567890.1234"));
        let negative = bytes.map(|byte| !byte);
        assert_eq!(
            read(&negative, 14, 4, false).as_deref(),
            Ok("-1234567890.1234")
        );
        assert_eq!(read(&[0x80, 0x05], 4, 1, true), Err(Malformed::Short));
        assert_eq!(
            read(&[0x80, 0x01, 0x05], 4, 1, true).as_deref(),
            Ok("001.5")
        );
        assert!(read(&[0xFF, 0xFF, 0xFF], 4, 1, false).is_err());
    }
}
