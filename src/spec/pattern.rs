//! Patterns over names: a plain name, a glob, or a regular expression between slashes.

use std::collections::BTreeMap;
use std::fmt;

use regex::{Regex, RegexBuilder};
use thiserror::Error;

/// A pattern over names of databases, tables, columns or accounts.
#[derive(Clone)]
pub struct Pattern {
    text: String,
    form: Form,
}

#[derive(Clone)]
enum Form {
    Name,
    Glob { exact: Regex, folded: Regex },
    Regex { exact: Regex, folded: Regex },
}

/// How closely a pattern names what it matches; the greater wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    Regex,
    Glob,
    Name,
}

/// A pattern that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PatternError {
    #[error("it is empty")]
    Empty,
    #[error("it has no closing `/`")]
    Unclosed,
    #[error("{0}")]
    Regex(String),
    #[error("it has a `[` without its `]`")]
    Bracket,
    #[error("{0}")]
    Glob(String),
}

impl PatternError {
    /// A thing to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => {
                "write a name, a glob like `tmp_*`, or a regular expression like `/_old$/`"
            }
            Self::Unclosed => "end it with `/`; a name that begins with `/` is written `[/]name`",
            Self::Regex(_) => {
                "escape what is meant itself; in a quoted string a backslash is written twice: `\\\\(`"
            }
            Self::Bracket => "close it with `]`; a `[` that is meant itself is written `[[]`",
            Self::Glob(_) => "write ranges from the lower to the higher character: `[a-z]`",
        }
    }
}

/// Upper limit of a compiled expression, so that a hostile one costs memory only up to here.
const COMPILED_SIZE: usize = 1 << 20;

impl Pattern {
    /// `/.../` is a regular expression (unanchored), a text with `*`, `?` or `[` a glob over the
    /// whole name, anything else a name.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let form = if let Some(rest) = text.strip_prefix('/') {
            let body = rest.strip_suffix('/').ok_or(PatternError::Unclosed)?;
            if body.is_empty() {
                return Err(PatternError::Empty);
            }
            let (exact, folded) = compile(body).map_err(PatternError::Regex)?;
            Form::Regex { exact, folded }
        } else if text.contains(['*', '?', '[']) {
            let (exact, folded) = compile(&glob(text)?).map_err(PatternError::Glob)?;
            Form::Glob { exact, folded }
        } else if text.is_empty() {
            return Err(PatternError::Empty);
        } else {
            Form::Name
        };
        Ok(Self {
            text: text.to_owned(),
            form,
        })
    }

    /// A pattern that matches exactly this name, whatever characters it has.
    pub fn name(name: &str) -> Self {
        Self {
            text: name.to_owned(),
            form: Form::Name,
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn rank(&self) -> Rank {
        match &self.form {
            Form::Name => Rank::Name,
            Form::Glob { .. } => Rank::Glob,
            Form::Regex { .. } => Rank::Regex,
        }
    }

    /// The name, where the pattern is one.
    pub fn as_name(&self) -> Option<&str> {
        (self.rank() == Rank::Name).then_some(self.text.as_str())
    }

    /// Whether this is the glob that matches every name.
    pub fn is_everything(&self) -> bool {
        self.text == "*"
    }

    /// Whether `name` is meant; `folds`: names that differ only in case are one.
    pub fn matches(&self, name: &str, folds: bool) -> bool {
        #[cfg(test)]
        crate::mysql::work::look();
        match &self.form {
            Form::Name => same_name(&self.text, name, folds),
            Form::Glob { exact, folded } | Form::Regex { exact, folded } => {
                if folds {
                    folded.is_match(name)
                } else {
                    exact.is_match(name)
                }
            }
        }
    }

    /// What the groups of a regular expression matched (the first is the whole match); empty for
    /// names and globs, which have none. `None` when `name` is not meant.
    pub fn captures(&self, name: &str, folds: bool) -> Option<Vec<String>> {
        match &self.form {
            Form::Name | Form::Glob { .. } => self.matches(name, folds).then(Vec::new),
            Form::Regex { exact, folded } => {
                let captures = if folds { folded } else { exact }.captures(name)?;
                let texts = captures.iter().map(|one| one.map_or("", |m| m.as_str()));
                Some(texts.map(str::to_owned).collect())
            }
        }
    }

    /// How many groups a regular expression has; 0 for names and globs.
    pub fn groups(&self) -> usize {
        match &self.form {
            Form::Name | Form::Glob { .. } => 0,
            Form::Regex { exact, .. } => exact.captures_len() - 1,
        }
    }
}

/// Prints as it was written.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.rank() == other.rank()
    }
}

impl Eq for Pattern {}

/// Whether two names are one; `folds`: also when they differ in case.
pub fn same_name(one: &str, other: &str, folds: bool) -> bool {
    if one == other || !folds {
        return one == other;
    }
    // Without allocation for the names that are common: this is asked for every table and block.
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.to_lowercase() == other.to_lowercase()
}

/// The items that match `name` and are of the highest rank among those: none, the one that
/// applies, or several that contradict each other.
pub fn best<'a, T>(
    items: impl Iterator<Item = &'a T>,
    pattern: impl Fn(&T) -> &Pattern,
    name: &str,
    folds: bool,
) -> Vec<&'a T> {
    let mut best: Vec<&T> = Vec::new();
    for item in items.filter(|item| pattern(item).matches(name, folds)) {
        let rank = pattern(item).rank();
        match best.first().map(|other| pattern(other).rank()) {
            Some(held) if held > rank => {}
            Some(held) if held == rank => best.push(item),
            Some(_) | None => best = vec![item],
        }
    }
    best
}

/// Finds among many blocks the one that applies to a name, without asking each plain name in turn.
#[derive(Clone, Debug, Default)]
pub struct Index {
    names: BTreeMap<String, usize>,
    /// Globs and regular expressions.
    others: Vec<usize>,
    /// Names that are several items': their names as keys.
    twice: BTreeMap<String, Vec<usize>>,
    folds: bool,
}

impl Index {
    /// Over `items`, which [`Index::find`] must be given unchanged.
    pub fn new<T>(items: &[T], pattern: impl Fn(&T) -> &Pattern, folds: bool) -> Self {
        let mut index = Self {
            names: BTreeMap::new(),
            others: Vec::new(),
            twice: BTreeMap::new(),
            folds,
        };
        for (position, item) in items.iter().enumerate() {
            match pattern(item).as_name() {
                Some(name) => {
                    let key = index.key(name);
                    if let Some(first) = index.names.get(&key) {
                        let several = index.twice.entry(key).or_insert_with(|| vec![*first]);
                        several.push(position);
                    } else {
                        index.names.insert(key, position);
                    }
                }
                None => index.others.push(position),
            }
        }
        index
    }

    /// The item that applies; of several of equal rank the first.
    pub fn find<'a, T>(
        &self,
        items: &'a [T],
        pattern: impl Fn(&T) -> &Pattern,
        name: &str,
    ) -> Option<&'a T> {
        if let Some(position) = self.names.get(&self.key(name)) {
            return items.get(*position);
        }
        let others = self
            .others
            .iter()
            .filter_map(|position| items.get(*position));
        best(others, pattern, name, self.folds).first().copied()
    }

    /// Those of the highest rank among the items that match, as [`best`] finds them.
    pub fn best<'a, T>(
        &self,
        items: &'a [T],
        pattern: impl Fn(&T) -> &Pattern,
        name: &str,
    ) -> Vec<&'a T> {
        let key = self.key(name);
        let positions = match (self.twice.get(&key), self.names.get(&key)) {
            (Some(several), _) => several.as_slice(),
            (None, Some(one)) => std::slice::from_ref(one),
            (None, None) => {
                let others = self.others.iter();
                let others = others.filter_map(|position| items.get(*position));
                return best(others, pattern, name, self.folds);
            }
        };
        let positions = positions.iter();
        positions
            .filter_map(|position| items.get(*position))
            .collect()
    }

    fn key(&self, name: &str) -> String {
        #[cfg(test)]
        crate::mysql::work::look();
        if self.folds {
            name.to_lowercase()
        } else {
            name.to_owned()
        }
    }
}

/// A list of patterns, of which the plain names are found without asking each in turn.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    all: Vec<Pattern>,
    exact: Index,
    folded: Index,
}

impl Patterns {
    pub fn new(all: Vec<Pattern>) -> Self {
        Self {
            exact: Index::new(&all, |one| one, false),
            folded: Index::new(&all, |one| one, true),
            all,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Pattern> {
        self.all.iter()
    }

    /// Whether any of them means the name.
    pub fn matches(&self, name: &str, folds: bool) -> bool {
        let index = if folds { &self.folded } else { &self.exact };
        index.find(&self.all, |one| one, name).is_some()
    }
}

fn compile(body: &str) -> Result<(Regex, Regex), String> {
    let build = |folds: bool| {
        RegexBuilder::new(body)
            .case_insensitive(folds)
            .size_limit(COMPILED_SIZE)
            .build()
            .map_err(|error| reason(&error))
    };
    Ok((build(false)?, build(true)?))
}

/// The last line of the library's text says what is wrong; the others draw the pattern again.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").trim().to_owned()
}

/// The regular expression that matches what the glob does: the whole name, `*` any characters,
/// `?` one, `[a-z]` one of these, `[!a-z]` one of the others. Nothing else is special.
fn glob(text: &str) -> Result<String, PatternError> {
    let mut regex = String::from(r"(?s)\A");
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            '[' => regex.push_str(&class(&mut rest)?),
            other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push_str(r"\z");
    Ok(regex)
}

fn class(rest: &mut std::str::Chars<'_>) -> Result<String, PatternError> {
    let mut class = String::from("[");
    let mut first = true;
    loop {
        let c = rest.next().ok_or(PatternError::Bracket)?;
        match c {
            '!' | '^' if first && class.len() == 1 => {
                class.push('^');
                continue;
            }
            // A `]` that stands first is meant itself, as in the shell.
            ']' if !first => {
                class.push(']');
                return Ok(class);
            }
            '-' => class.push('-'),
            '\\' | '[' | ']' | '^' | '&' | '~' => {
                class.push('\\');
                class.push(c);
            }
            other => class.push(other),
        }
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::parse(pattern)
            .expect("a pattern")
            .matches(name, false)
    }

    #[test]
    fn a_glob_matches_the_whole_name() {
        assert!(matches("tmp_*", "tmp_1"));
        assert!(!matches("tmp_*", "a_tmp_1"));
        assert!(matches("a?c", "a\nc"));
        assert!(matches("[a-c]x", "bx") && !matches("[!a-c]x", "bx"));
        assert!(matches("[]]", "]") && matches("[*]", "*") && !matches("[*]", "a"));
        assert!(matches("a.b*", "a.bc") && !matches("a.b*", "axbc"));
        assert!(matches("report@10.%", "report@10.%"), "% is literal");
        assert_eq!(Pattern::parse("a[b"), Err(PatternError::Bracket));
    }

    #[test]
    fn a_regular_expression_matches_anywhere() {
        assert!(matches("/_old$/", "orders_old"));
        assert!(!matches("/^_old$/", "orders_old"));
        assert_eq!(Pattern::parse("/abc"), Err(PatternError::Unclosed));
        assert_eq!(Pattern::parse("//"), Err(PatternError::Empty));
        assert!(matches!(Pattern::parse("/(/"), Err(PatternError::Regex(_))));
        let log = Pattern::parse("/^log_(\\d+)$/").expect("a pattern");
        let captures = log.captures("log_07", false).expect("it matches");
        assert_eq!(captures, ["log_07", "07"]);
        assert_eq!(log.groups(), 1);
    }

    #[test]
    fn names_fold_only_where_the_server_folds() {
        for pattern in ["Orders", "Ord*", "/^Ord/"] {
            let pattern = Pattern::parse(pattern).expect("a pattern");
            assert!(pattern.matches("Orders", false) && !pattern.matches("orders", false));
            assert!(pattern.matches("orders", true));
        }
    }

    #[test]
    fn a_name_beats_a_glob_beats_a_regular_expression() {
        let all: Vec<_> = ["*", "/s/", "shop", "s*"]
            .map(|text| Pattern::parse(text).expect("a pattern"))
            .into();
        let best = |name| {
            let found = best(all.iter(), |pattern| pattern, name, false);
            found.into_iter().map(Pattern::as_str).collect::<Vec<_>>()
        };
        assert_eq!(best("shop"), ["shop"]);
        assert_eq!(best("other"), ["*"]);
        assert_eq!(best("sold"), ["*", "s*"], "two of equal rank");
    }
}
