//! The files of a specification: which they are, and their text.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::structure::Body;

use super::diagnostic::{Diagnostic, Diagnostics, Place, SourceText};
use super::inputs::Inputs;
use super::mask;
use super::names::sensitive;
use super::syntax::{Mistake, Parsed, parse};

/// Bytes of the largest file that is read.
const LARGEST: u64 = 16 << 20;
/// How files of values end.
const VALUES: &str = ".vars.hcl";
const AUTOMATIC: &str = ".auto.vars.hcl";

/// A file that has been parsed.
pub struct File {
    pub source: Arc<SourceText>,
    pub body: Body,
    pub repeated: Vec<usize>,
    pub incomplete: bool,
}

/// All files of one specification.
pub struct Files {
    /// The folder from which relative paths start.
    pub folder: PathBuf,
    /// Files with blocks, in name order.
    pub blocks: Vec<File>,
    /// Files with values, in order of precedence, lowest first.
    pub values: Vec<File>,
}

/// Reads what `path`, a file or a folder, and `--var-file` name. `None` when there is no file to
/// read; a file that cannot be parsed is read as far as possible.
pub fn read(path: &Path, inputs: &Inputs, found: &mut Diagnostics) -> Option<Files> {
    let (folder, blocks) = blocks(path).map_err(|wrong| found.push(*wrong)).ok()?;
    let mut values = automatic(&folder);
    values.extend(inputs.var_files.iter().map(|file| given(&folder, file)));
    let before = found.len();
    let texts: Vec<_> = blocks.iter().filter_map(|file| text(file, found)).collect();
    let parsed: Vec<Parsed> = texts.iter().map(|text| parse(text)).collect();
    let sensitive = sensitive(parsed.iter().map(|one| &one.body));
    let mut order = 0;
    let mut read = Vec::new();
    for ((path, text), parsed) in blocks.iter().zip(&texts).zip(parsed) {
        let shown = mask::specification(text, &parsed.body, parsed.incomplete);
        read.push(file(order, path, shown, parsed, found));
        order += 1;
    }
    let given = values_files(&values, &sensitive, order, found);
    // A file that could not be read at all: nothing that depends on it could be told apart.
    (found.len() == before || texts.len() == blocks.len()).then_some(Files {
        folder,
        blocks: read,
        values: given,
    })
}

fn values_files(
    paths: &[PathBuf],
    sensitive: &BTreeSet<String>,
    mut order: usize,
    found: &mut Diagnostics,
) -> Vec<File> {
    let mut files = Vec::new();
    for path in paths {
        let Some(text) = text(path, found) else {
            continue;
        };
        let parsed = parse(&text);
        let shown = mask::values(&text, &parsed.body, sensitive, parsed.incomplete);
        files.push(file(order, path, shown, parsed, found));
        order += 1;
    }
    files
}

type Found<T> = Result<T, Box<Diagnostic>>;

fn blocks(path: &Path) -> Found<(PathBuf, Vec<PathBuf>)> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        let message = format!("{shown} cannot be read: {}", reason(&error));
        let wrong = Diagnostic::error("cutover::spec::unreadable_file", message);
        Box::new(wrong.help("name a folder with .hcl files, or one such file"))
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_dir() {
        if is_values(path) {
            let message = format!("{shown} holds values, not blocks");
            let wrong = Diagnostic::error("cutover::spec::no_files", message);
            return Err(wrong
                .help("name the folder, or a file that does not end in .vars.hcl")
                .into());
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        return Ok((
            folder.unwrap_or(Path::new(".")).to_owned(),
            vec![path.to_owned()],
        ));
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if is_hcl(&file) && !is_values(&file) {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        let message = format!("{shown} holds no .hcl file");
        let wrong = Diagnostic::error("cutover::spec::no_files", message);
        return Err(wrong.help("write one, or begin with `cutover init`").into());
    }
    Ok((path.to_owned(), files))
}

/// A file named on the command line: from the working folder, as the shell completes it, or else
/// from the folder of the specification.
fn given(folder: &Path, file: &Path) -> PathBuf {
    let beside = folder.join(file);
    if !file.exists() && beside.exists() {
        beside
    } else {
        file.to_owned()
    }
}

/// `*.auto.vars.hcl` in the folder, in name order.
fn automatic(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| is_hcl(path) && ends_with(path, AUTOMATIC))
        .collect();
    files.sort();
    files
}

/// A file of ours: not hidden, and not a folder of that name.
fn is_hcl(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'));
    !hidden && ends_with(path, ".hcl") && path.is_file()
}

fn is_values(path: &Path) -> bool {
    ends_with(path, VALUES)
}

fn ends_with(path: &Path, end: &str) -> bool {
    path.to_string_lossy().ends_with(end)
}

fn text(path: &Path, found: &mut Diagnostics) -> Option<String> {
    read_text(path)
        .map_err(|reason| {
            let message = format!("{} cannot be read: {reason}", path.display());
            let wrong = Diagnostic::error("cutover::spec::unreadable_file", message);
            found.push(wrong.help("check that it is a text file in UTF-8 that you may read"));
        })
        .ok()
}

/// Why a file cannot be read, without numbers.
pub fn reason(error: &std::io::Error) -> String {
    let kind = error.kind();
    if kind == ErrorKind::NotFound {
        "it does not exist".to_owned()
    } else if kind == ErrorKind::PermissionDenied {
        "permission denied".to_owned()
    } else if kind == ErrorKind::IsADirectory {
        "it is a folder".to_owned()
    } else {
        error.to_string()
    }
}

fn read_text(path: &Path) -> Result<String, String> {
    let metadata = fs::metadata(path).map_err(|error| reason(&error))?;
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    if metadata.len() > LARGEST {
        return Err("it is larger than 16 MiB".to_owned());
    }
    let mut bytes = fs::read(path).map_err(|error| reason(&error))?;
    // A byte order mark, which some editors write: blanks keep every place true.
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes[..3].fill(b' ');
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..offset]
            .split(|byte| *byte == b'\n')
            .count();
        format!("line {line} is not UTF-8")
    })
}

fn file(order: usize, path: &Path, shown: String, parsed: Parsed, found: &mut Diagnostics) -> File {
    let name = path.strip_prefix(".").unwrap_or(path);
    let source = Arc::new(SourceText::new(order, &name.display().to_string(), shown));
    let repeated = parsed.repeated();
    for mistake in &parsed.mistakes {
        found.push(told(mistake, &source));
    }
    File {
        source,
        body: parsed.body,
        repeated,
        incomplete: parsed.incomplete,
    }
}

pub(super) fn told(mistake: &Mistake, source: &Arc<SourceText>) -> Diagnostic {
    let place = |offset: usize, length: usize| Place {
        source: Arc::clone(source),
        span: offset..offset + length,
    };
    match mistake {
        Mistake::Repeated { offset, name } => {
            let message = format!("`{name}` is set twice in one block");
            Diagnostic::error("cutover::spec::duplicate_attribute", message)
                .at(&place(*offset, name.len()), "again here")
                .help("remove one of them")
        }
        Mistake::Unclosed { offset, length } => {
            Diagnostic::error(SYNTAX, "this block is not closed")
                .at(&place(*offset, *length), "opened here")
                .help("add `}` at its end")
        }
        Mistake::Syntax { offset, message } => {
            let found = source.char_at(*offset);
            let (message, help) = if source.has_open_quote(*offset) {
                (
                    "a quoted string is not closed".to_owned(),
                    "add the closing `\"`",
                )
            } else {
                said(message, found)
            };
            Diagnostic::error(SYNTAX, message)
                .at(&place(*offset, found.map_or(0, char::len_utf8)), "here")
                .help(help)
        }
    }
}

const SYNTAX: &str = "cutover::spec::syntax";

/// The parser's words in ours, and what to do.
fn said(message: &str, found: Option<char>) -> (String, &'static str) {
    const LINES: &str = "put each attribute on its own line: a block on one line holds one at most";
    const LOOK: &str = "look for a missing quote, comma or bracket here or before";
    if message.starts_with("invalid expression") {
        return (
            "a value is expected".to_owned(),
            "write a value: \"text\", 10, true, [...] or { ... }",
        );
    }
    if message.starts_with("invalid structure") {
        let help = match found {
            Some(':') => "write `=`, not `:`",
            _ => "write `name = value` or `name { ... }`",
        };
        return ("an attribute or a block is expected".to_owned(), help);
    }
    if message.starts_with("invalid block body") {
        let help = if found == Some(',') {
            LINES
        } else {
            "close the block with `}`, or begin a new line"
        };
        return ("the block should end here".to_owned(), help);
    }
    if message.contains("escape sequence") {
        let help = "in a quoted string a backslash is written twice";
        return ("this escape is not known".to_owned(), help);
    }
    if message == "expected newline or eof" {
        let help = if found == Some(',') { LINES } else { LOOK };
        return ("the line should end here".to_owned(), help);
    }
    if message == "expected `{`" {
        let help = "put `{` behind the labels; a label is plain text, without `${...}`";
        return ("the block should begin here: expected `{`".to_owned(), help);
    }
    if message == "invalid attribute; expected `=`" {
        let help = match found {
            Some(':') => "write `=`, not `:`",
            _ => "put a block inside a block on its own line, or write `name = value`",
        };
        return ("`=` is expected".to_owned(), help);
    }
    if message.contains("heredoc end") {
        let help = "end it with the word after `<<`, alone on a line";
        return ("a heredoc is not closed".to_owned(), help);
    }
    if message.contains("nested levels") || message.contains("chained binary") {
        let help = "write parts of it as `locals`";
        return ("the text is nested too deeply to be read".to_owned(), help);
    }
    (format!("this is not HCL: {message}"), LOOK)
}
