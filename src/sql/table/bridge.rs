//! What an older server wrote in another way, without any loss.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::options::{self, OptionAt};
use crate::mysql::{Flavor, Ident, ServerVersion};
use crate::sql::text::Text;
use crate::sql::token::Kind;

/// Something written anew for the destination's version, for the plan to list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridged {
    pub before: String,
    /// Empty where it was taken out.
    pub after: String,
    pub why: String,
    /// Where it stood: `` column `a` ``, `the table`.
    pub places: Vec<String>,
}

impl fmt::Display for Bridged {
    /// ``utf8 becomes utf8mb3 (column `a`): why``
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.places.join(", ");
        if self.after.is_empty() {
            write!(f, "{} is left out ({places}): {}", self.before, self.why)
        } else {
            write!(
                f,
                "{} becomes {} ({places}): {}",
                self.before, self.after, self.why
            )
        }
    }
}

/// The gap between two versions, and what has been bridged so far.
pub(crate) struct Bridge<'a> {
    pub source: &'a ServerVersion,
    pub destination: &'a ServerVersion,
    pub found: Vec<Bridged>,
}

const MB3: &str = "utf8 means utf8mb3 up to 9.7, and is said to mean utf8mb4 later";
const MB4: &str = "utf8mb4 alone means another collation from 8.0.1 on";
const WIDTH: &str = "8.0.19 on keeps no display width";
const YEAR: &str = "YEAR has four digits from 5.7.5 on, as the stored values always had";
const FIXED: &str = "InnoDB has no such row format, and ignored it";
const BLOCK: &str = "only compressed tables have a block size, and it was ignored";
const PLACE: &str = "the destination decides where its files are";

impl Bridge<'_> {
    fn note(&mut self, place: &str, before: &str, after: &str, why: &str) {
        let same = self
            .found
            .iter_mut()
            .find(|known| known.before == before && known.after == after);
        if let Some(known) = same {
            if !known.places.iter().any(|known| known == place) {
                known.places.push(place.to_owned());
            }
        } else {
            self.found.push(Bridged {
                before: before.to_owned(),
                after: after.to_owned(),
                why: why.to_owned(),
                places: vec![place.to_owned()],
            });
        }
    }

    /// The collation that `CHARACTER SET utf8mb4` alone stands for on the source, where it is not
    /// what it stands for elsewhere.
    fn utf8mb4_collation(&self) -> Option<&'static str> {
        let modern = self.source.flavor == Flavor::MySql && self.source.at_least(8, 0, 1);
        (!modern).then_some("utf8mb4_general_ci")
    }

    /// `utf8` and its collations by their full name, wherever they stand outside quotes.
    pub fn utf8(&mut self, text: &mut Text<'_>, place: &str) {
        for at in 0..text.tokens.len() {
            let token = text.tokens[at];
            let after = if token.kind == Kind::Word {
                charset_name(token.text)
            } else if token.kind == Kind::Introducer && token.text.eq_ignore_ascii_case("_utf8") {
                Some("_utf8mb3".to_owned())
            } else {
                None
            };
            if let Some(after) = after {
                self.note(place, token.text, &after, MB3);
                text.replace(at, after);
            }
        }
    }

    /// The definition of one column.
    pub fn column(&mut self, text: &mut Text<'_>, name: &Ident) {
        let place = format!("column {name}");
        self.utf8(text, &place);
        let Some((at, data_type)) = text.significant(0).and_then(|at| text.peek(at + 1)) else {
            return;
        };
        self.width(text, at, &place);
        if data_type.is("YEAR") && text.symbol(at + 1, "(").is_some() {
            let end = text.behind_group(at + 1).unwrap_or(at + 1);
            let before = text.slice(at..end);
            text.remove(at + 1..end);
            self.note(&place, &before, "year", YEAR);
        }
        self.collation(text, &place);
    }

    /// Display widths, but for ZEROFILL, where they count, and `tinyint(1)`, which stays.
    fn width(&mut self, text: &mut Text<'_>, at: usize, place: &str) {
        const INTEGERS: [&str; 5] = ["TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT"];
        let token = text.tokens[at];
        if !self.destination.at_least(8, 0, 19)
            || !INTEGERS.iter().any(|word| token.is(word))
            || text.symbol(at + 1, "(").is_none()
        {
            return;
        }
        let end = text.behind_group(at + 1).unwrap_or(at + 1);
        let unsigned = text.word(end, "UNSIGNED");
        let boolean = unsigned.is_none() && text.slice(at..end).eq_ignore_ascii_case("tinyint(1)");
        let zerofill = text.word(unsigned.unwrap_or(end), "ZEROFILL").is_some();
        if boolean || zerofill {
            return;
        }
        let before = text.slice(at..end);
        text.remove(at + 1..end);
        self.note(place, &before, &token.text.to_ascii_lowercase(), WIDTH);
    }

    fn collation(&mut self, text: &mut Text<'_>, place: &str) {
        let Some(collation) = self.utf8mb4_collation() else {
            return;
        };
        let mut depth = 0_usize;
        let mut charset = None;
        for at in 0..text.tokens.len() {
            let token = text.tokens[at];
            if token.is_symbol("(") {
                depth += 1;
            } else if token.is_symbol(")") {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && token.is("COLLATE") {
                return;
            } else if depth == 0
                && let Some(behind) = text.words(at, &["CHARACTER", "SET"])
                && text.word(behind, "utf8mb4").is_some()
                && token.significant()
            {
                charset = text.significant(behind);
            }
        }
        if let Some(at) = charset {
            text.append(at, &format!(" COLLATE {collation}"));
            self.note(
                place,
                "CHARACTER SET utf8mb4",
                &format!("CHARACTER SET utf8mb4 COLLATE {collation}"),
                MB4,
            );
        }
    }

    /// The table's options.
    pub fn options(&mut self, text: &mut Text<'_>) {
        let place = "the table";
        self.utf8(text, place);
        let options = options::read(text);
        let value = |name: &str| {
            let option = options.iter().find(|option| option.name == name)?;
            Some(text.tokens[option.value].text.to_ascii_uppercase())
        };
        let innodb = value("ENGINE").is_some_and(|engine| engine == "INNODB");
        let row_format = value("ROW_FORMAT").unwrap_or_default();
        let collated = value("COLLATE").is_some();
        for option in &options {
            let fixed = innodb && option.name == "ROW_FORMAT" && row_format == "FIXED";
            let block = innodb
                && option.name == "KEY_BLOCK_SIZE"
                && !row_format.is_empty()
                && row_format != "COMPRESSED";
            if option.name == "AUTO_INCREMENT" {
                remove(text, option);
            } else if fixed {
                self.take_out(text, option, FIXED);
            } else if block {
                self.take_out(text, option, BLOCK);
            } else if is_place(&option.name) {
                self.take_out(text, option, PLACE);
            } else if option.name.ends_with("CHARSET")
                && !collated
                && text.tokens[option.value].is("utf8mb4")
                && let Some(collation) = self.utf8mb4_collation()
            {
                text.append(option.value, &format!(" COLLATE={collation}"));
                let after = format!("DEFAULT CHARSET=utf8mb4 COLLATE={collation}");
                self.note(place, "DEFAULT CHARSET=utf8mb4", &after, MB4);
            }
        }
    }

    /// Something that named a place on the source's disks was taken out.
    pub fn placed(&mut self, place: &str, before: &str) {
        self.note(place, before, "", PLACE);
    }

    fn take_out(&mut self, text: &mut Text<'_>, option: &OptionAt, why: &str) {
        let before = text.slice(option.range.clone());
        remove(text, option);
        self.note("the table", &before, "", why);
    }
}

fn is_place(name: &str) -> bool {
    matches!(name, "TABLESPACE" | "DATA DIRECTORY" | "INDEX DIRECTORY")
}

/// Takes an option out, with one white space before it.
fn remove(text: &mut Text<'_>, option: &OptionAt) {
    let mut start = option.range.start;
    if start > 0 && text.tokens[start - 1].kind == Kind::Space {
        start -= 1;
    }
    text.remove(start..option.range.end);
}

/// The full name of `utf8` or one of its collations.
pub(crate) fn charset_name(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    if lower == "utf8" {
        return Some("utf8mb3".to_owned());
    }
    lower
        .strip_prefix("utf8_")
        .map(|rest| format!("utf8mb3_{rest}"))
}
