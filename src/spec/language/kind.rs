//! What an attribute or label may hold.

use std::time::Duration;

use crate::spec::nearest::either;
use crate::units::format_duration;

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Text(Text),
    List(List),
    Bool,
    Number(Range),
    /// In milliseconds.
    Duration(Range),
    /// At least one byte.
    Size,
    /// `"auto"` or a number from 1 to 256.
    Workers,
    /// A TCP port.
    Port,
    /// A map of text.
    Tags,
    /// Text that is secret wherever it comes from.
    Secret,
    /// A program and its arguments, secret.
    SecretCommand,
    /// A URL, secret.
    SecretUrl,
}

/// A kind of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Text {
    /// Whatever is not empty.
    Any,
    /// A migration's name: letters, digits, `_`, `-`, `.`; it names a file.
    MigrationName,
    /// A word of letters, digits and `_`: a variable, a check.
    Word,
    /// The name of a database, table or column as `MySQL` allows it.
    Name,
    /// A name with `$1` and `$$`.
    NewName,
    /// A name, glob or regular expression.
    Pattern,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A path, relative to the specification's folder.
    Path,
    /// A host name or address.
    Host,
    /// `HOST:PORT`.
    Listen,
    /// `"invoker"`, `"keep"`, or an account.
    Definer,
    /// SQL text.
    Sql,
    /// `"now"`, `"gtid:SET"` or `"file:NAME,POSITION"`.
    Start,
    /// `"HH:MM"`.
    TimeOfDay,
    /// An IANA name, like `Europe/Berlin`.
    TimeZone,
}

/// A kind of list of texts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum List {
    /// Names, globs, regular expressions.
    Patterns,
    /// Some of these words, each at most once, in any order.
    SomeOf(&'static [&'static str]),
    /// The same, but at least one, and in this order.
    InOrder(&'static [&'static str]),
    /// The same as `SomeOf`, or `["*"]` for all.
    SomeOrAll(&'static [&'static str]),
    /// `HOST:PORT` of each.
    Addresses,
    /// Commands.
    Commands,
    /// Objects as `database.name`.
    Objects,
}

/// From `least` to `most`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub least: u64,
    pub most: u64,
}

impl Kind {
    pub(super) const fn number(least: u64, most: u64) -> Self {
        Self::Number(Range { least, most })
    }

    /// Milliseconds.
    pub(super) const fn duration(least: u64, most: u64) -> Self {
        Self::Duration(Range { least, most })
    }

    /// Whether the attribute may hold secrets, and is one wherever it comes from.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::SecretCommand | Self::SecretUrl)
    }

    /// What is expected, for "expected ...".
    pub fn expected(self) -> String {
        match self {
            Self::Text(text) => text.expected(),
            Self::List(list) => list.expected(),
            Self::Bool => "true or false".to_owned(),
            Self::Number(range) if range.most >= 1_000_000_000_000 => {
                format!("a number from {}", range.least)
            }
            Self::Number(range) => format!("a number from {} to {}", range.least, range.most),
            Self::Duration(range) => {
                let [least, most] = [range.least, range.most]
                    .map(|bound| format_duration(Duration::from_millis(bound)));
                format!("a duration from \"{least}\" to \"{most}\"")
            }
            Self::Size => "a size like \"64KiB\", \"50MiB\" or \"10GiB\"".to_owned(),
            Self::Workers => "\"auto\" or a number from 1 to 256".to_owned(),
            Self::Port => "a number from 1 to 65535".to_owned(),
            Self::Tags => "a map of strings".to_owned(),
            Self::Secret => "a string".to_owned(),
            Self::SecretCommand => "a list of strings: a program and its arguments".to_owned(),
            Self::SecretUrl => "a URL".to_owned(),
        }
    }
}

impl Text {
    fn expected(self) -> String {
        let text = match self {
            Self::Any => "a string",
            Self::MigrationName => "a name of letters, digits, `_`, `-` and `.`",
            Self::Word => "a word of letters, digits and `_`",
            Self::Name => "a name",
            Self::NewName => "a name, in which `$1` is a capture",
            Self::Pattern => "a name, a glob or a /regular expression/",
            Self::OneOf(words) => return either(words.iter().copied()),
            Self::Path => "a path",
            Self::Host => "a host name or address",
            Self::Listen => "an address and a port, like \"127.0.0.1:9464\"",
            Self::Definer => "\"invoker\", \"keep\" or an account like \"app@%\"",
            Self::Sql => "SQL in a string",
            Self::Start => "\"now\", \"gtid:SET\" or \"file:NAME,POSITION\"",
            Self::TimeOfDay => "a time like \"22:00\"",
            Self::TimeZone => "a time zone like \"Europe/Berlin\" or \"UTC\"",
        };
        text.to_owned()
    }
}

impl List {
    fn expected(self) -> String {
        match self {
            Self::Patterns => "a list of names, globs or /regular expressions/".to_owned(),
            Self::SomeOf(words) | Self::InOrder(words) => {
                format!("a list of {}", either(words.iter().copied()))
            }
            Self::SomeOrAll(words) if words.len() > 6 => {
                format!("a list of names like `{}`, or [\"*\"]", words[0])
            }
            Self::SomeOrAll(words) => {
                format!("a list of {}, or [\"*\"]", either(words.iter().copied()))
            }
            Self::Addresses => "a list of hosts with ports, like [\"10.0.0.10:3306\"]".to_owned(),
            Self::Commands => "a list of commands".to_owned(),
            Self::Objects => "a list of objects like \"shop.orders\"".to_owned(),
        }
    }
}
