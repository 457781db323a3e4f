//! `format()`: the verbs of Terraform's function of that name.

use crate::spec::value::{Form, Value};

/// A verb with what stands between it and its `%`.
#[derive(Default)]
struct Verb {
    left: bool,
    zeros: bool,
    plus: bool,
    width: usize,
    precision: Option<usize>,
}

/// `%s` text, `%q` text in quotes, `%v` any value, `%t` a bool, `%d` `%x` `%X` `%o` `%b` whole
/// numbers, `%f` `%e` `%g` numbers, `%%` a percent sign; with `-`, `0`, `+`, width and precision.
pub fn format(pattern: &str, values: &[Value]) -> Result<String, String> {
    let mut text = String::new();
    let mut values = values.iter();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut verb = Verb::default();
        while let Some(flag) = rest.next_if(|c| matches!(c, '-' | '0' | '+')) {
            match flag {
                '-' => verb.left = true,
                '0' => verb.zeros = true,
                _ => verb.plus = true,
            }
        }
        verb.width = number(&mut rest)?.unwrap_or(0);
        if rest.next_if_eq(&'.').is_some() {
            verb.precision = Some(number(&mut rest)?.unwrap_or(0));
        }
        match rest.next() {
            None => return Err("the text ends after a `%`".to_owned()),
            Some('%') => text.push('%'),
            Some(letter) => {
                let value = values.next();
                let value = value.ok_or_else(|| format!("`%{letter}` has no value left"))?;
                text.push_str(&verb.apply(letter, value)?);
            }
        }
    }
    if values.next().is_some() {
        return Err("there are more values than verbs in the text".to_owned());
    }
    Ok(text)
}

/// Digits, at most 1000 in value, so that a width cannot exhaust memory.
fn number(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Option<usize>, String> {
    let mut digits = String::new();
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    if digits.is_empty() {
        return Ok(None);
    }
    let number = digits.parse().ok().filter(|number| *number <= 1000);
    number
        .map(Some)
        .ok_or_else(|| "a width is larger than 1000".to_owned())
}

impl Verb {
    fn apply(&self, letter: char, value: &Value) -> Result<String, String> {
        let wrong = || format!("`%{letter}` cannot print {}", value.kind());
        let whole = || match value.as_number().ok_or_else(wrong)? {
            crate::spec::value::Number::Whole(whole) => Ok(whole),
            crate::spec::value::Number::Double(_) => {
                Err(format!("`%{letter}` needs a whole number"))
            }
        };
        let double = || {
            value
                .as_number()
                .ok_or_else(wrong)
                .map(crate::spec::value::Number::as_f64)
        };
        let precision = self.precision.unwrap_or(6);
        let text = match letter {
            's' => value.as_text().ok_or_else(wrong)?,
            'q' => format!("{:?}", value.as_text().ok_or_else(wrong)?),
            'v' => match &value.form {
                Form::Null => "null".to_owned(),
                Form::List(_) | Form::Map(_) => super::function::json(value).to_string(),
                Form::Bool(_) | Form::Number(_) | Form::Text(_) => {
                    value.as_text().ok_or_else(wrong)?
                }
            },
            't' => value.as_bool().ok_or_else(wrong)?.to_string(),
            'd' => whole()?.to_string(),
            'x' => format!("{:x}", whole()?),
            'X' => format!("{:X}", whole()?),
            'o' => format!("{:o}", whole()?),
            'b' => format!("{:b}", whole()?),
            'f' | 'F' => format!("{:.precision$}", double()?),
            'e' => format!("{:.precision$e}", double()?),
            'g' => double()?.to_string(),
            other => return Err(format!("`%{other}` is not a verb")),
        };
        let numeric = !matches!(letter, 's' | 'q' | 'v' | 't');
        let text = match self.precision {
            Some(longest) if letter == 's' => text.chars().take(longest).collect(),
            _ => text,
        };
        Ok(self.padded(text, numeric))
    }

    fn padded(&self, mut text: String, numeric: bool) -> String {
        if numeric && self.plus && !text.starts_with('-') {
            text.insert(0, '+');
        }
        let missing = self.width.saturating_sub(text.chars().count());
        if self.left {
            text + &" ".repeat(missing)
        } else if self.zeros && numeric {
            let sign = usize::from(text.starts_with(['+', '-']));
            text.insert_str(sign, &"0".repeat(missing));
            text
        } else {
            " ".repeat(missing) + &text
        }
    }
}
