//! Checks of text: words, names, patterns, addresses, times; alone and in lists.

use super::super::diagnostic::Diagnostic;
use super::super::language::{Kind, List, Text};
use super::super::nearest::{either, nearest};
use super::super::pattern::Pattern;
use super::super::setting::{Item, Setting};
use super::super::value::Value;
use super::{Checked, Subject};
use crate::mysql::Checkpoint;

/// Characters in a name of `MySQL`.
const LONGEST_NAME: usize = 64;

impl Subject<'_> {
    /// A kind that is one text.
    pub fn single(&self, one: Text, text: &str) -> Checked {
        let kind = Kind::Text(one);
        let kept = || Ok(Setting::Text(text.to_owned()));
        match one {
            Text::OneOf(words) => self
                .word(words, text)
                .map(|()| Setting::Text(text.to_owned())),
            Text::Pattern => self.pattern(text).map(Setting::Pattern),
            Text::MigrationName => {
                let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
                let ok = text.chars().all(allowed) && !text.starts_with('.') && text.len() <= 64;
                let help = "it names the state's file: use letters, digits, `_`, `-` and `.`, \
                            at most 64, not starting with `.`";
                if ok {
                    kept()
                } else {
                    Err(self.no(text, "a migration's name").help(help).into())
                }
            }
            Text::Word => {
                let start = |c: char| c.is_ascii_alphabetic() || c == '_';
                let ok = text.starts_with(start)
                    && text
                        .chars()
                        .all(|c| start(c) || c.is_ascii_digit() || c == '-');
                let help = "use letters, digits and `_`, beginning with a letter";
                if ok {
                    kept()
                } else {
                    Err(self.no(text, "a name").help(help).into())
                }
            }
            Text::Name => match name_fault(text) {
                None => kept(),
                Some(fault) => {
                    let found = self.no(text, "a name").help(format!("{fault} in MySQL"));
                    Err(found.into())
                }
            },
            Text::Host => {
                let ok = !text.contains(|c: char| {
                    c.is_whitespace() || c.is_control() || "/@\"'`".contains(c)
                });
                let help = "write only the host; `port`, `user` and `password` are attributes";
                if ok {
                    kept()
                } else {
                    Err(self.no(text, "a host name or address").help(help).into())
                }
            }
            Text::Listen => self.address(kind, text).and_then(|()| kept()),
            Text::Definer => {
                let account = text
                    .rsplit_once('@')
                    .is_some_and(|(user, _)| !user.is_empty());
                if account || text == "invoker" || text == "keep" {
                    return kept();
                }
                let found = self.unexpected(kind, text);
                Err(match nearest(text, ["invoker", "keep"]) {
                    Some(near) => found.help(format!("did you mean `{near}`?")),
                    None => found.help(format!("an account has a host: \"{text}@%\"")),
                }
                .into())
            }
            Text::Start => self.start(text).and_then(|()| kept()),
            Text::TimeOfDay => {
                let time = text.split_once(':').filter(|_| text.len() == 5);
                let time = time.and_then(|(hour, minute)| Some((digits(hour)?, digits(minute)?)));
                match time {
                    Some((hour, minute)) if hour < 24 && minute < 60 => kept(),
                    _ => Err(self
                        .unexpected(kind, text)
                        .help("write hours and minutes: \"05:00\"")
                        .into()),
                }
            }
            Text::TimeZone => {
                let allowed = |c: char| c.is_ascii_alphanumeric() || "_-+/".contains(c);
                if text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(allowed)
                {
                    return kept();
                }
                Err(self
                    .unexpected(kind, text)
                    .help("use a name of the IANA time zone database")
                    .into())
            }
            Text::Any | Text::NewName | Text::Path | Text::Sql => {
                if text.contains('\0') {
                    return Err(self.no(text, "text that can be used").into());
                }
                kept()
            }
        }
    }

    /// A kind that is a list of texts.
    pub fn list(&self, list: List, value: &Value) -> Checked {
        let kind = Kind::List(list);
        let items = self.items(list, value)?;
        if items.is_empty() && matches!(list, List::InOrder(_)) {
            let message = format!("{} is empty, expected {}", self.name, kind.expected());
            let found = self.error("cutover::spec::invalid_value", message, "empty".to_owned());
            return Err(found.help("leave it out to get its default").into());
        }
        self.twice(&items)?;
        match list {
            List::Patterns => {
                let mut patterns = Vec::new();
                for item in items {
                    let pattern = self.of(&item).pattern(&item.text)?;
                    patterns.push((pattern, item.place));
                }
                return Ok(Setting::Patterns(patterns));
            }
            List::SomeOf(words) | List::InOrder(words) => {
                for item in &items {
                    self.of(item).word(words, &item.text)?;
                }
            }
            List::SomeOrAll(words) => self.some_or_all(words, &items)?,
            List::Addresses => {
                for item in &items {
                    self.of(item).address(kind, &item.text)?;
                }
            }
            List::Objects => {
                for item in &items {
                    let parts = item.text.split_once('.');
                    if !parts
                        .is_some_and(|(database, name)| !database.is_empty() && !name.is_empty())
                    {
                        let found = self.of(item).no(&item.text, "an object");
                        return Err(found
                            .help("write database and name: \"shop.orders\"")
                            .into());
                    }
                }
            }
            List::Commands => {}
        }
        if let List::InOrder(words) = list {
            self.in_order(words, &items)?;
        }
        Ok(Setting::Texts(items))
    }

    /// The same subject, at the place of one of its items.
    fn of<'b>(&'b self, item: &'b Item) -> Subject<'b> {
        Subject {
            name: self.name,
            place: &item.place,
            written: None,
        }
    }

    fn twice(&self, items: &[Item]) -> Result<(), Box<Diagnostic>> {
        for (index, item) in items.iter().enumerate() {
            if let Some(first) = items[..index].iter().find(|one| one.text == item.text) {
                let message = format!("{} names `{}` twice", self.name, item.text);
                let code = "cutover::spec::duplicate_item";
                let found = Diagnostic::error(code, message).at(&item.place, "again here");
                let found = if first.place.span == item.place.span {
                    found
                } else {
                    found.related(&first.place, "first here")
                };
                return Err(found.help("remove one of them").into());
            }
        }
        Ok(())
    }

    fn in_order(&self, words: &[&str], items: &[Item]) -> Result<(), Box<Diagnostic>> {
        let turn = |item: &Item| words.iter().position(|word| *word == item.text);
        if items.is_sorted_by_key(turn) {
            return Ok(());
        }
        let ordered = words
            .iter()
            .filter(|word| items.iter().any(|item| item.text == **word));
        let ordered: Vec<_> = ordered.map(|word| format!("\"{word}\"")).collect();
        let message = format!("{} is not in the order in which it runs", self.name);
        let found = self.invalid(message);
        Err(found.help(format!("write [{}]", ordered.join(", "))).into())
    }

    fn some_or_all(&self, words: &[&str], items: &[Item]) -> Result<(), Box<Diagnostic>> {
        let all = items.iter().find(|item| item.text == "*");
        match all {
            Some(all) if items.len() > 1 => {
                let message = format!("{} names all and some", self.name);
                let found = self.of(all).invalid(message);
                return Err(found.help("write [\"*\"] alone, or leave it out").into());
            }
            Some(_) => return Ok(()),
            None => {}
        }
        for item in items {
            self.of(item).word(words, &item.text)?;
        }
        Ok(())
    }

    fn word(&self, words: &[&str], text: &str) -> Result<(), Box<Diagnostic>> {
        if words.contains(&text) {
            return Ok(());
        }
        let message = format!("{} cannot be `{text}`", self.name);
        let code = "cutover::spec::unknown_word";
        let many = words.len() > 6;
        let label = if many {
            "not known".to_owned()
        } else {
            format!("expected {}", either(words.iter().copied()))
        };
        let found = self.error(code, message, label);
        Err(match nearest(text, words.iter().copied()) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found.help(format!("write {}", either(words.iter().copied()))),
        }
        .into())
    }

    fn pattern(&self, text: &str) -> Result<Pattern, Box<Diagnostic>> {
        Pattern::parse(text).map_err(|error| {
            let message = format!("{} has a pattern that cannot be read: {error}", self.name);
            let found = self.error("cutover::spec::pattern", message, "this pattern".to_owned());
            found.help(error.remedy()).into()
        })
    }

    fn address(&self, kind: Kind, text: &str) -> Result<(), Box<Diagnostic>> {
        let parts = text.rsplit_once(':');
        let ok = parts.is_some_and(|(host, port)| {
            !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
        });
        if ok {
            return Ok(());
        }
        let help = if text.parse::<u16>().is_ok() {
            format!("add an address: \"127.0.0.1:{text}\"")
        } else if kind == Kind::Text(Text::Listen) {
            format!("add a port: \"{text}:9464\"")
        } else {
            format!("add a port: \"{text}:3306\"")
        };
        Err(self.unexpected(kind, text).help(help).into())
    }

    fn start(&self, text: &str) -> Result<(), Box<Diagnostic>> {
        if text == "now" || Checkpoint::parse(text).is_some() {
            return Ok(());
        }
        let help = "a GTID set is `gtid:UUID:1-5`, a file is `file:binlog.000004,157`";
        Err(self
            .unexpected(Kind::Text(Text::Start), text)
            .help(help)
            .into())
    }

    /// `text` is no `what`.
    fn no(&self, text: &str, what: &str) -> Diagnostic {
        let message = format!("{}: \"{}\" is not {what}", self.name, text.escape_debug());
        self.invalid(message)
    }

    fn unexpected(&self, kind: Kind, text: &str) -> Diagnostic {
        let message = format!("{} cannot be \"{}\"", self.name, text.escape_debug());
        let label = format!("expected {}", kind.expected());
        self.error("cutover::spec::invalid_value", message, label)
    }
}

fn digits(text: &str) -> Option<u8> {
    let all = text.len() == 2 && text.chars().all(|c| c.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

/// Why a name is none for `MySQL` (manual, 11.2 "Schema Object Names"); `None` where it is one.
pub fn name_fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("a name is not empty")
    } else if name.chars().count() > LONGEST_NAME {
        Some("a name has at most 64 characters")
    } else if name.contains('\0') {
        Some("a name has no NUL character")
    } else if name.ends_with(' ') {
        Some("a name does not end in a space")
    } else {
        None
    }
}
