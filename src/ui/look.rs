//! How text looks: its width and whether it has colour.

use super::visible::visible;

/// The width where it is not known, and the widest that prose gets.
pub const PLAIN_WIDTH: u16 = 80;
pub const WIDEST_PROSE: u16 = 100;

/// Columns, and whether there is colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub width: u16,
    pub color: bool,
}

/// What a stretch of text is, and so its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    Heading,
    Good,
    Changed,
    Bad,
    Added,
    Removed,
    Place,
    Faint,
}

impl Look {
    /// As for a pipe: 80 columns, no colour.
    pub const PLAIN: Self = Self {
        width: PLAIN_WIDTH,
        color: false,
    };

    pub fn columns(self) -> usize {
        usize::from(self.width)
    }

    /// `text` in its colour, or as it is where there is none.
    pub fn paint(self, paint: Paint, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Heading => "1",
            Paint::Good | Paint::Added => "32",
            Paint::Changed => "33",
            Paint::Bad | Paint::Removed => "31",
            Paint::Place => "36",
            Paint::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Words broken into lines of at most `width` columns, the first after `first`, the others after
/// `rest`; both count. A word that is longer than a line stands alone; a command to type, in
/// backticks, is one word. The text has no colour yet, and is made [`visible`].
pub fn wrap(text: &str, width: usize, first: &str, rest: &str) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in words(&visible(text)) {
        let grown = line.chars().count() + word.chars().count() + usize::from(!empty);
        if !empty && grown > width {
            out.push_str(line.trim_end());
            out.push('\n');
            rest.clone_into(&mut line);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    out.push_str(line.trim_end());
    out
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut command = false;
    for word in text.split_whitespace() {
        match words.last_mut().filter(|_| command) {
            Some(last) => *last = format!("{last} {word}"),
            None => words.push(word.to_owned()),
        }
        command = (command || word == "`cutover") && !word.trim_start_matches('`').contains('`');
    }
    words
}

/// Each line on its own broken to the width, and held at its indent or behind its number; a line
/// that is a command to type stays whole.
pub fn reflow(text: &str, look: Look) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let bare = line.trim_end_matches('\n');
        let fits = bare.chars().count() <= look.columns();
        if fits || bare.trim_start().starts_with("cutover ") {
            return line.to_owned();
        }
        let words = bare.trim_start();
        let indent = bare.len() - words.len();
        let number = words
            .split_once(". ")
            .filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
            .map_or(2, |(number, _)| number.len() + 2);
        let first = " ".repeat(indent);
        let rest = " ".repeat(indent + number);
        wrap(words, look.columns(), &first, &rest) + &line[bare.len()..]
    });
    lines.collect()
}

/// `name         value`, the value broken and kept in its column.
pub fn field(name: &str, value: &str, look: Look) -> String {
    let lead = format!("{name:<12} ");
    wrap(value, look.columns(), &lead, &" ".repeat(13))
}

/// A GTID set with a space behind each comma, where it may be broken; MySQL reads it all the same.
pub fn breakable(position: &str) -> String {
    position.replace(',', ", ")
}

/// At most `most` characters; what is cut off is told by dots.
pub fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// A unified diff in its colours.
pub fn diff(text: &str, look: Look) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let (bare, end) = line
            .strip_suffix('\n')
            .map_or((line, ""), |bare| (bare, "\n"));
        let paint = match bare.as_bytes().first() {
            Some(b'+') => Paint::Added,
            Some(b'-') => Paint::Removed,
            Some(b'@') => Paint::Place,
            Some(_) | None => return line.to_owned(),
        };
        look.paint(paint, bare) + end
    });
    lines.collect()
}

/// `1234567` as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 table`, `2 tables`; the count grouped.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// A time for people: `4s`, `3m 12s`, `2h 05m`, `3d 04h`.
pub fn lasting(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    if days > 0 {
        format!("{days}d {hours:02}h")
    } else if hours > 0 {
        format!("{hours}h {minutes:02}m")
    } else if minutes > 0 {
        format!("{minutes}m {:02}s", seconds % 60)
    } else {
        format!("{seconds}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_between_words() {
        assert_eq!(wrap("one two three", 9, "- ", "  "), "- one two\n  three");
        assert_eq!(wrap("averylongword b", 5, "", ""), "averylongword\nb");
        assert_eq!(wrap("", 10, "", ""), "");
    }

    #[test]
    fn lines_are_broken_each_on_its_own() {
        let look = Look {
            width: 16,
            color: false,
        };
        assert_eq!(
            reflow(
                "one two\n  1. three four five\n  cutover apply shop.hcl\n",
                look
            ),
            "one two\n  1. three four\n     five\n  cutover apply shop.hcl\n"
        );
        assert_eq!(reflow("one two three four", look), "one two three\n  four");
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(counted(1, "table", "tables"), "1 table");
        assert_eq!(lasting(0), "0s");
        assert_eq!(lasting(192), "3m 12s");
        assert_eq!(lasting(7500), "2h 05m");
        assert_eq!(lasting(273_600), "3d 04h");
    }

    #[test]
    fn colour_is_left_out_where_it_is_not_wanted() {
        assert_eq!(Look::PLAIN.paint(Paint::Bad, "x"), "x");
        let look = Look {
            color: true,
            ..Look::PLAIN
        };
        assert_eq!(look.paint(Paint::Bad, "x"), "\u{1b}[31mx\u{1b}[0m");
    }
}
