//! Text to tokens, as HCL's own scanner cuts it: every byte but blanks is in one token.

/// What a token is, as far as the layout asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Newline,
    /// To the end of the line, the line break included; or `/* ... */`.
    Comment,
    Name,
    Number,
    /// `"` before a template.
    OpenQuote,
    CloseQuote,
    /// `<<END` or `<<-END`, with its line break.
    OpenHeredoc,
    /// The end word, with the blanks before it.
    CloseHeredoc,
    /// Text of a template.
    Literal,
    /// `${` or `${~`, `%{` or `%{~`.
    OpenTemplate,
    /// `}` or `~}` at the end of these.
    CloseTemplate,
    OpenBrace,
    CloseBrace,
    /// `(` or `[`.
    OpenParenthesis,
    OpenBracket,
    CloseParenthesis,
    CloseBracket,
    Dot,
    Comma,
    Colon,
    DoubleColon,
    Question,
    Equal,
    Ellipsis,
    Minus,
    Not,
    /// `==`, `+`, `&&` and the like, between two values.
    Operator,
    /// `=>`, and whatever else.
    Other,
}

/// A stretch of text that the layout never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// Blanks before it, which it may change.
    pub blanks: usize,
}

impl Token<'_> {
    /// How many brackets more are open after it.
    pub fn opens(&self) -> isize {
        match self.kind {
            Kind::OpenBrace | Kind::OpenParenthesis | Kind::OpenBracket | Kind::OpenTemplate => 1,
            Kind::CloseBrace
            | Kind::CloseParenthesis
            | Kind::CloseBracket
            | Kind::CloseTemplate => -1,
            Kind::Newline
            | Kind::Comment
            | Kind::Name
            | Kind::Number
            | Kind::OpenQuote
            | Kind::CloseQuote
            | Kind::OpenHeredoc
            | Kind::CloseHeredoc
            | Kind::Literal
            | Kind::Dot
            | Kind::Comma
            | Kind::Colon
            | Kind::DoubleColon
            | Kind::Question
            | Kind::Equal
            | Kind::Ellipsis
            | Kind::Minus
            | Kind::Not
            | Kind::Operator
            | Kind::Other => 0,
        }
    }

    pub fn ends_line(&self) -> bool {
        self.kind == Kind::Newline || (self.kind == Kind::Comment && self.text.ends_with('\n'))
    }
}

/// In what the scanner stands.
#[derive(Debug)]
enum Within<'a> {
    /// An interpolation or directive, with so many braces of its own open.
    Template {
        braces: usize,
    },
    Quote,
    /// Up to a line that holds only this word.
    Heredoc {
        end: &'a str,
    },
}

/// The tokens of `text`, and the blanks that are left at its end.
pub fn tokens(text: &str) -> (Vec<Token<'_>>, &str) {
    let mut scanner = Scanner {
        rest: text,
        within: Vec::new(),
        tokens: Vec::new(),
    };
    loop {
        match scanner.within.last() {
            Some(Within::Quote) => scanner.quoted(),
            Some(Within::Heredoc { end }) => scanner.heredoc(end),
            Some(Within::Template { .. }) | None => {
                let blanks =
                    scanner.rest.len() - scanner.rest.trim_start_matches([' ', '\t']).len();
                if blanks == scanner.rest.len() {
                    return (scanner.tokens, scanner.rest);
                }
                scanner.rest = &scanner.rest[blanks..];
                scanner.code(blanks);
            }
        }
    }
}

#[derive(Debug)]
struct Scanner<'a> {
    rest: &'a str,
    within: Vec<Within<'a>>,
    tokens: Vec<Token<'a>>,
}

/// Longest first.
const SIGNS: [(&str, Kind); 31] = [
    ("...", Kind::Ellipsis),
    ("\r\n", Kind::Newline),
    ("::", Kind::DoubleColon),
    ("==", Kind::Operator),
    ("!=", Kind::Operator),
    ("<=", Kind::Operator),
    (">=", Kind::Operator),
    ("&&", Kind::Operator),
    ("||", Kind::Operator),
    ("=>", Kind::Other),
    ("~}", Kind::CloseTemplate),
    ("\n", Kind::Newline),
    ("{", Kind::OpenBrace),
    ("}", Kind::CloseBrace),
    ("(", Kind::OpenParenthesis),
    (")", Kind::CloseParenthesis),
    ("[", Kind::OpenBracket),
    ("]", Kind::CloseBracket),
    (".", Kind::Dot),
    (",", Kind::Comma),
    (":", Kind::Colon),
    ("?", Kind::Question),
    ("=", Kind::Equal),
    ("-", Kind::Minus),
    ("!", Kind::Not),
    ("<", Kind::Operator),
    (">", Kind::Operator),
    ("+", Kind::Operator),
    ("*", Kind::Operator),
    ("/", Kind::Operator),
    ("%", Kind::Operator),
];

impl<'a> Scanner<'a> {
    /// Takes the next `length` bytes, which end between characters, as one token.
    fn take(&mut self, kind: Kind, length: usize, blanks: usize) -> &'a str {
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.tokens.push(Token { kind, text, blanks });
        text
    }

    /// One token outside of quotes.
    fn code(&mut self, blanks: usize) {
        let rest = self.rest;
        let first = rest.chars().next().unwrap_or_default();
        if first == '#' || rest.starts_with("//") {
            let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
            self.take(Kind::Comment, length, blanks);
        } else if rest.starts_with("/*") {
            let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
            self.take(Kind::Comment, length, blanks);
        } else if first == '"' {
            self.take(Kind::OpenQuote, 1, blanks);
            self.within.push(Within::Quote);
        } else if let Some((length, end)) = heredoc(rest) {
            self.take(Kind::OpenHeredoc, length, blanks);
            self.within.push(Within::Heredoc { end });
        } else if first.is_ascii_digit() {
            self.take(Kind::Number, number(rest), blanks);
        } else if in_name(first) {
            let length = rest.find(|c| !in_name(c) && c != '-').unwrap_or(rest.len());
            self.take(Kind::Name, length, blanks);
        } else {
            self.sign(first, blanks);
        }
    }

    fn sign(&mut self, first: char, blanks: usize) {
        let known = SIGNS.iter().find(|(sign, _)| self.rest.starts_with(sign));
        let (length, mut kind) = known.map_or((first.len_utf8(), Kind::Other), |(sign, kind)| {
            (sign.len(), *kind)
        });
        if let Some(Within::Template { braces }) = self.within.last_mut() {
            if kind == Kind::OpenBrace {
                *braces += 1;
            } else if matches!(kind, Kind::CloseBrace | Kind::CloseTemplate) && *braces == 0 {
                kind = Kind::CloseTemplate;
                self.within.pop();
            } else if kind == Kind::CloseBrace {
                *braces -= 1;
            }
        }
        self.take(kind, length, blanks);
    }

    /// What stands in quotes up to their end, or up to a template.
    fn quoted(&mut self) {
        let mut escaped = false;
        let mut length = self.rest.len();
        for (at, character) in self.rest.char_indices() {
            if !escaped && (character == '"' || opens_template(self.rest, at)) {
                length = at;
                break;
            }
            escaped = !escaped && character == '\\';
        }
        if length > 0 {
            self.take(Kind::Literal, length, 0);
        }
        if self.rest.starts_with('"') || self.rest.is_empty() {
            self.within.pop();
        }
        if self.rest.starts_with('"') {
            self.take(Kind::CloseQuote, 1, 0);
        } else {
            self.template();
        }
    }

    /// The lines of a heredoc up to its end, or up to a template.
    fn heredoc(&mut self, end: &str) {
        let mut length = 0;
        // After a template the line goes on, and cannot be the last.
        let mut begins = self
            .tokens
            .last()
            .is_some_and(|last| last.kind == Kind::OpenHeredoc);
        for line in self.rest.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n').trim_end_matches('\r');
            if begins && bare.trim_matches([' ', '\t']) == end {
                if length > 0 {
                    self.take(Kind::Literal, length, 0);
                }
                self.take(
                    Kind::CloseHeredoc,
                    bare.trim_end_matches([' ', '\t']).len(),
                    0,
                );
                self.within.pop();
                return;
            }
            begins = true;
            let mut places = line.char_indices().map(|(at, _)| length + at);
            if let Some(at) = places.find(|at| opens_template(self.rest, *at)) {
                if at > 0 {
                    self.take(Kind::Literal, at, 0);
                }
                self.template();
                return;
            }
            length += line.len();
        }
        if length > 0 {
            self.take(Kind::Literal, length, 0);
        }
        self.within.pop();
    }

    /// The start of a template, where one stands here.
    fn template(&mut self) {
        if opens_template(self.rest, 0) {
            let length = if self.rest[2..].starts_with('~') {
                3
            } else {
                2
            };
            self.take(Kind::OpenTemplate, length, 0);
            self.within.push(Within::Template { braces: 0 });
        }
    }
}

/// Whether a template begins at the offset: `${` or `%{`, and not `$${` or `%%{`.
fn opens_template(text: &str, at: usize) -> bool {
    let here = &text.as_bytes()[at..];
    let sign = match here {
        [sign @ (b'$' | b'%'), b'{', ..] => *sign,
        _ => return false,
    };
    at == 0 || text.as_bytes()[at - 1] != sign
}

/// Letters, and whatever is not ASCII: where it is no letter, the parser has said so.
fn in_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || !character.is_ascii()
}

/// The length of `<<END` with its line break, and the end word.
fn heredoc(text: &str) -> Option<(usize, &str)> {
    let line = text.split_inclusive('\n').next()?;
    let word = line.strip_suffix('\n')?.trim_end_matches('\r');
    let word = word.strip_prefix("<<")?;
    let word = word.strip_prefix('-').unwrap_or(word);
    let named = !word.is_empty() && word.chars().all(|c| in_name(c) || c == '-');
    named.then_some((line.len(), word))
}

/// The length of the number that the text begins with.
fn number(text: &str) -> usize {
    let digits = |from: usize| {
        let rest = &text[from..];
        rest.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len())
    };
    let mut length = digits(0);
    if text[length..].starts_with('.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        match digits(length + 1 + sign) {
            0 => {}
            more => length += 1 + sign + more,
        }
    }
    length
}
