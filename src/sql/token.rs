//! The tokenizer: `MySQL`'s own lexical rules, and nothing lost. Concatenating the texts of the
//! tokens gives the input back, byte for byte, whatever the input is.

use crate::mysql::Ident;

/// The two parts of `sql_mode` that change where a token ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// `"x"` is an identifier, not a string.
    pub ansi_quotes: bool,
    /// A backslash in a string is an ordinary character.
    pub no_backslash_escapes: bool,
}

impl Mode {
    /// From the text of `@@sql_mode`. `ANSI` and its kin are stored with what they stand for, so
    /// only the two modes themselves need to be looked for.
    pub fn from_sql_mode(sql_mode: &str) -> Self {
        let has = |name: &str| {
            sql_mode
                .split(',')
                .any(|mode| mode.trim().eq_ignore_ascii_case(name))
        };
        Self {
            ansi_quotes: has("ANSI_QUOTES"),
            no_backslash_escapes: has("NO_BACKSLASH_ESCAPES"),
        }
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Space,
    /// `# ...`, `-- ...`, `/* ... */`
    Comment,
    /// `/*+ ... */`
    Hint,
    /// `/*!` or `/*!50100`: what follows is code.
    VersionedOpen,
    /// The `*/` that ends a versioned comment.
    VersionedClose,
    /// A keyword, or a name without quotes.
    Word,
    /// A name in backticks, or in double quotes under `ANSI_QUOTES`.
    Quoted,
    /// `'...'`, `"..."`, `N'...'`, `$$...$$`
    Text,
    /// `_utf8mb4` and the like: the character set of the literal that follows.
    Introducer,
    /// `0x1F`, `X'1F'`, `0b1`, `b'1'`
    HexOrBit,
    Number,
    /// `@a`, `` @`a` ``, `@'a'`, `@@GLOBAL.a`; also the host of an account.
    Variable,
    /// An operator or punctuation.
    Symbol,
    /// A string, name or comment that is not closed: everything to the end of the input.
    Unterminated,
}

/// A piece of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
}

impl Token<'_> {
    /// Whether this is the keyword, in any case. A quoted name is no keyword.
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }

    /// Whether the token means something: no white space, no comment, no mark of a versioned one.
    pub fn significant(&self) -> bool {
        match self.kind {
            Kind::Space
            | Kind::Comment
            | Kind::Hint
            | Kind::VersionedOpen
            | Kind::VersionedClose => false,
            Kind::Word
            | Kind::Quoted
            | Kind::Text
            | Kind::Introducer
            | Kind::HexOrBit
            | Kind::Number
            | Kind::Variable
            | Kind::Symbol
            | Kind::Unterminated => true,
        }
    }

    /// The name that a quoted or unquoted identifier stands for.
    pub fn name(&self) -> Option<Ident> {
        match self.kind {
            Kind::Word => Some(Ident::new(self.text)),
            Kind::Quoted => {
                let quote = self.text.get(..1)?;
                let inner = self.text.get(1..self.text.len().checked_sub(1)?)?;
                Some(Ident::new(inner.replace(&quote.repeat(2), quote)))
            }
            Kind::Space
            | Kind::Comment
            | Kind::Hint
            | Kind::VersionedOpen
            | Kind::VersionedClose
            | Kind::Text
            | Kind::Introducer
            | Kind::HexOrBit
            | Kind::Number
            | Kind::Variable
            | Kind::Symbol
            | Kind::Unterminated => None,
        }
    }
}

/// Cuts a statement into tokens. Never fails: what makes no sense becomes [`Kind::Symbol`] or
/// [`Kind::Unterminated`].
pub fn tokenize(sql: &str, mode: Mode) -> Vec<Token<'_>> {
    let mut lexer = Lexer {
        sql,
        mode,
        position: 0,
        versioned: 0,
        after_dot: false,
        after_as: false,
    };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token() {
        tokens.push(token);
    }
    tokens
}

struct Lexer<'a> {
    sql: &'a str,
    mode: Mode,
    position: usize,
    /// How many versioned comments are open.
    versioned: usize,
    /// The last token was a `.` behind a name: digits and keywords are names too.
    after_dot: bool,
    /// The last word was AS, where 9.0 on takes `$tag$ ... $tag$`.
    after_as: bool,
}

impl<'a> Lexer<'a> {
    fn token(&mut self) -> Option<Token<'a>> {
        let rest = self.sql.get(self.position..)?;
        let first = rest.chars().next()?;
        let (kind, length) = self.measure(rest, first);
        // every length is one of whole characters; if one were not, go on by the first character
        let length = if length > 0 && rest.is_char_boundary(length) {
            length
        } else {
            first.len_utf8()
        };
        let token = Token {
            kind,
            text: &rest[..length],
        };
        self.remember(token, first);
        self.position += length;
        Some(token)
    }

    fn remember(&mut self, token: Token<'a>, first: char) {
        if token.kind == Kind::VersionedOpen {
            self.versioned += 1;
        } else if token.kind == Kind::VersionedClose {
            self.versioned -= 1;
        }
        if token.significant() {
            let before = self.sql.as_bytes().get(self.position.wrapping_sub(1));
            let behind_name = before
                .is_some_and(|byte| *byte == b'`' || *byte == b'"' || in_name(char::from(*byte)));
            self.after_dot = first == '.' && token.text == "." && behind_name;
            self.after_as = token.is("AS");
        } else {
            self.after_dot = false;
        }
    }

    fn measure(&self, rest: &str, first: char) -> (Kind, usize) {
        match first {
            ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' => {
                (Kind::Space, span(rest, |c| " \t\n\r\x0b\x0c".contains(c)))
            }
            '#' => (Kind::Comment, to_line_end(rest)),
            '-' if line_comment(rest) => (Kind::Comment, to_line_end(rest)),
            '/' if rest.starts_with("/*") => block(rest),
            '*' if self.versioned > 0 && rest.starts_with("*/") => (Kind::VersionedClose, 2),
            '`' => closed(Kind::Quoted, rest, 0, false),
            '"' if self.mode.ansi_quotes => closed(Kind::Quoted, rest, 0, false),
            '\'' | '"' => closed(Kind::Text, rest, 0, !self.mode.no_backslash_escapes),
            '@' => self.variable(rest),
            '0'..='9' if !self.after_dot => number_or_name(rest),
            '.' if !self.after_dot && fraction(rest) && !self.behind_name() => {
                (Kind::Number, decimal(rest))
            }
            _ if in_name(first) => self.word(rest),
            _ => (Kind::Symbol, symbol(rest, first)),
        }
    }

    /// Whether the character before is the end of a name: then `.5` is `.` and the name `5`.
    fn behind_name(&self) -> bool {
        self.sql[..self.position]
            .chars()
            .next_back()
            .is_some_and(|c| c == '`' || in_name(c))
    }

    fn word(&self, rest: &str) -> (Kind, usize) {
        let length = span(rest, in_name);
        let word = &rest[..length];
        if self.after_dot {
            return (Kind::Word, length);
        }
        let quote = rest[length..].starts_with('\'');
        if quote && (word == "N" || word == "n") {
            return closed(Kind::Text, rest, 1, !self.mode.no_backslash_escapes);
        }
        if quote && let Some(end) = radix(rest, word) {
            return (Kind::HexOrBit, end);
        }
        if let Some(end) = dollar_quoted(rest, self.after_as) {
            return (Kind::Text, end);
        }
        if introduces(word) {
            return (Kind::Introducer, length);
        }
        (Kind::Word, length)
    }

    fn variable(&self, rest: &str) -> (Kind, usize) {
        let system = rest.starts_with("@@");
        let start = if system { 2 } else { 1 };
        match rest[start..].chars().next() {
            Some('`') => closed(Kind::Variable, rest, start, false),
            Some('\'' | '"') if !system => {
                closed(Kind::Variable, rest, start, !self.mode.no_backslash_escapes)
            }
            Some(c) if in_name(c) || c == '.' => {
                let length = span(&rest[start..], |c| in_name(c) || c == '.');
                (Kind::Variable, start + length)
            }
            _ => (Kind::Symbol, 1),
        }
    }
}

/// A character of a name without quotes (manual, 11.2).
fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || c >= '\u{80}'
}

fn span(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn to_line_end(rest: &str) -> usize {
    rest.find('\n').map_or(rest.len(), |end| end + 1)
}

/// `--` begins a comment only before white space, a control character, or the end.
fn line_comment(rest: &str) -> bool {
    rest.strip_prefix("--").is_some_and(|after| {
        after
            .chars()
            .next()
            .is_none_or(|c| c.is_ascii_whitespace() || c.is_ascii_control())
    })
}

fn block(rest: &str) -> (Kind, usize) {
    if let Some(after) = rest.strip_prefix("/*!") {
        let digits = span(after, |c| c.is_ascii_digit());
        let version = match digits {
            0..=4 => 0,
            5 => 5,
            _ => 6,
        };
        return (Kind::VersionedOpen, 3 + version);
    }
    let kind = if rest.starts_with("/*+") {
        Kind::Hint
    } else {
        Kind::Comment
    };
    match rest[2..].find("*/") {
        Some(end) => (kind, end + 4),
        None => (Kind::Unterminated, rest.len()),
    }
}

/// A piece in quotes that begins at byte `start` of `rest`; a doubled quote belongs to it.
fn closed(kind: Kind, rest: &str, start: usize, escapes: bool) -> (Kind, usize) {
    let bytes = rest.as_bytes();
    let quote = bytes[start];
    let mut at = start + 1;
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at] != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return (kind, at + 1);
        }
    }
    (Kind::Unterminated, rest.len())
}

/// The end of `X'1F'` or `b'01'`, where it is one.
fn radix(rest: &str, word: &str) -> Option<usize> {
    let digit: fn(char) -> bool = match word {
        "x" | "X" => |c| c.is_ascii_hexdigit(),
        "b" | "B" => |c| c == '0' || c == '1',
        _ => return None,
    };
    let length = span(&rest[2..], digit);
    rest[2 + length..].starts_with('\'').then_some(length + 3)
}

/// The end of `$$ ... $$`, and behind AS of `$tag$ ... $tag$`.
fn dollar_quoted(rest: &str, tagged: bool) -> Option<usize> {
    let inner = rest.strip_prefix('$')?;
    let tag = span(inner, |c| in_name(c) && c != '$');
    if !inner[tag..].starts_with('$') || (tag > 0 && !tagged) {
        return None;
    }
    let quote = &rest[..tag + 2];
    let end = rest[quote.len()..].find(quote)?;
    Some(end + 2 * quote.len())
}

/// A number, or a name that begins with digits (`1st`, `0xyz`).
fn number_or_name(rest: &str) -> (Kind, usize) {
    let word = span(rest, in_name);
    let text = &rest[..word];
    for (prefix, digits) in [("0x", 16), ("0b", 2)] {
        if let Some(digit) = text.strip_prefix(prefix)
            && !digit.is_empty()
            && digit.chars().all(|c| c.is_digit(digits))
        {
            return (Kind::HexOrBit, word);
        }
    }
    let length = decimal(rest);
    if length < word && !text[..length].contains('.') {
        return (Kind::Word, word);
    }
    (Kind::Number, length)
}

fn fraction(rest: &str) -> bool {
    rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

/// The length of digits, a fraction and an exponent.
fn decimal(rest: &str) -> usize {
    let digits = |from: usize| from + span(&rest[from..], |c| c.is_ascii_digit());
    let mut end = digits(0);
    if rest[end..].starts_with('.') {
        end = digits(end + 1);
    }
    let mut exponent = end;
    if rest[exponent..].starts_with(['e', 'E']) {
        exponent += 1;
        if rest[exponent..].starts_with(['+', '-']) {
            exponent += 1;
        }
        let last = digits(exponent);
        if last > exponent {
            end = last;
        }
    }
    end
}

fn symbol(rest: &str, first: char) -> usize {
    const LONG: [&str; 11] = [
        "<=>", "->>", "->", "<=", ">=", "<>", "!=", "<<", ">>", "&&", "||",
    ];
    if rest.starts_with(":=") {
        return 2;
    }
    LONG.iter()
        .find(|operator| rest.starts_with(**operator))
        .map_or(first.len_utf8(), |operator| operator.len())
}

/// Whether a word is an underscore and the name of a character set.
fn introduces(word: &str) -> bool {
    const CHARSETS: [&str; 43] = [
        "armscii8", "ascii", "big5", "binary", "cp1250", "cp1251", "cp1256", "cp1257", "cp850",
        "cp852", "cp866", "cp932", "dec8", "eucjpms", "euckr", "filename", "gb18030", "gb2312",
        "gbk", "geostd8", "greek", "hebrew", "hp8", "keybcs2", "koi8r", "koi8u", "latin1",
        "latin2", "latin5", "latin7", "macce", "macroman", "sjis", "swe7", "tis620", "ucs2",
        "ujis", "utf16", "utf16le", "utf32", "utf8", "utf8mb3", "utf8mb4",
    ];
    word.strip_prefix('_').is_some_and(|charset| {
        CHARSETS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(charset))
    })
}

#[cfg(test)]
mod tests;
