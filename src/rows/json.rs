//! JSON as text: what of it survives the way, and a form in which both sides can be compared.
//!
//! JSON documents travel as text, in which a DECIMAL inside is only digits: the destination reads
//! it as a DOUBLE, and prints `1.10` as `1.1`. Dates and binary values inside become strings of the
//! same text. This is shared by every tool that moves rows; it is said once for each column.

/// Whether the text holds a number that a DOUBLE would print otherwise.
pub fn has_decimal(text: &[u8]) -> bool {
    let mut found = false;
    numbers(text, |number| found |= is_decimal(number), |_| {});
    found
}

/// The text with every number that has a point or an exponent in the form of its DOUBLE.
pub fn normalized(text: &[u8]) -> Vec<u8> {
    let out = std::cell::RefCell::new(Vec::with_capacity(text.len()));
    numbers(
        text,
        |number| {
            let parsed = std::str::from_utf8(number)
                .ok()
                .and_then(|text| text.parse::<f64>().ok());
            match parsed.filter(|_| number.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'))) {
                Some(double) => out
                    .borrow_mut()
                    .extend_from_slice(format!("{double:e}").as_bytes()),
                None => out.borrow_mut().extend_from_slice(number),
            }
        },
        |rest| out.borrow_mut().extend_from_slice(rest),
    );
    out.into_inner()
}

/// A DOUBLE is printed with at most 17 digits and without zeros at the end, but for `1.0`.
fn is_decimal(number: &[u8]) -> bool {
    const DOUBLE_DIGITS: usize = 17;
    let Some(point) = number.iter().position(|byte| *byte == b'.') else {
        return false;
    };
    if number.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        return false;
    }
    let fraction = &number[point + 1..];
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    (fraction.len() > 1 && fraction.ends_with(b"0")) || digits > DOUBLE_DIGITS + 1
}

/// Walks over a document: numbers to the one, all else to the other.
fn numbers(text: &[u8], mut number: impl FnMut(&[u8]), mut rest: impl FnMut(&[u8])) {
    let mut at = 0;
    let mut from = 0;
    while at < text.len() {
        match text[at] {
            b'"' => at = behind_string(text, at),
            b'-' | b'0'..=b'9' => {
                rest(&text[from..at]);
                let end = text[at..]
                    .iter()
                    .position(|byte| {
                        !matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')
                    })
                    .map_or(text.len(), |length| at + length);
                number(&text[at..end]);
                (at, from) = (end, end);
            }
            _ => at += 1,
        }
    }
    rest(&text[from..]);
}

fn behind_string(text: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_told_from_doubles_where_their_text_differs() {
        for (text, expected) in [
            (r#"{"a": 1.10}"#, true),
            ("[1.0000]", true),
            ("[0.1234567890123456789]", true),
            (r#"{"a": 1.0, "b": 12, "c": 1.5e300}"#, false),
            (r#"{"1.10": "1.10 \" 2.20"}"#, false),
            ("0.12345678901234567", false),
        ] {
            assert_eq!(has_decimal(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_compared_as_doubles_and_strings_as_they_are() {
        let same = |a: &str, b: &str| normalized(a.as_bytes()) == normalized(b.as_bytes());
        assert!(same(r#"{"a": 1.10}"#, r#"{"a": 1.1}"#));
        assert!(same("[1e2, 100]", "[100.0, 100]"));
        assert!(!same("[1]", "[1.0]"));
        assert!(!same(r#""1.10""#, r#""1.1""#));
        assert!(!same("[1.25]", "[1.26]"));
        assert!(same(r#"{"unfinished \"#, r#"{"unfinished \"#));
    }
}
