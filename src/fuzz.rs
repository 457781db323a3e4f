//! Bodies for fuzzers: whatever bytes come in, the answer is a value or an error, never a panic,
//! and what was read is written and read again the same. `cargo test` runs them over a corpus.

use std::{fs, io, path::Path};

use crate::{
    report::saved,
    resolve::{self, Inputs},
    spec::format,
    sql,
    state::codec,
    ui::{Look, Verbosity, plan},
};

/// Widths at which a plan is laid out.
const WIDTHS: [u16; 3] = [20, 80, 200];

/// A specification: read, resolved or refused, printed; laid out, and laid out again the same.
/// `file` is written.
///
/// # Errors
/// The file cannot be written.
pub fn specification(file: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(file, bytes)?;
    match resolve::load(file, &Inputs::default()) {
        Ok(migration) => drop(migration.to_hcl().to_owned()),
        Err(found) => drop(found.render(80)),
    }
    let text = String::from_utf8_lossy(bytes);
    if let Ok(once) = format::format("fuzz.hcl", &text) {
        let twice = format::format("fuzz.hcl", &once).ok();
        assert_eq!(twice, Some(once), "laid out twice is laid out once");
    }
    Ok(())
}

/// A state file, as it is and with the checksum that fits it.
pub fn state(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let sealed = codec::seal(&text);
    for text in [Some(text.as_ref()), sealed.as_deref()]
        .into_iter()
        .flatten()
    {
        let Ok(state) = codec::decode(text) else {
            continue;
        };
        let written = codec::encode(&state).map(|text| codec::decode(&text));
        assert!(
            matches!(&written, Ok(Ok(again)) if *again == state),
            "a state that was read is written and read again the same"
        );
    }
}

/// A saved plan, as it is and with the checksum that fits it; also shown.
pub fn saved_plan(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let sealed = saved::seal(&text);
    for text in [Some(text.as_ref()), sealed.as_deref()]
        .into_iter()
        .flatten()
    {
        let Ok(read) = saved::decode(text) else {
            continue;
        };
        for width in WIDTHS {
            let look = Look {
                width,
                color: width == 80,
            };
            plan::text(&read.report, look, Verbosity::Everything);
        }
        let comment = plan::markdown(&read.report);
        assert!(comment.chars().count() <= 60_000, "a comment has its limit");
        let written = saved::encode(&read).map(|text| saved::decode(&text));
        assert!(
            matches!(&written, Ok(Ok(again)) if *again == read),
            "a plan that was read is written and read again the same"
        );
    }
}

/// SQL over a row, and the tokens of any SQL.
pub fn row_expression(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let tokens = sql::tokenize(&text, sql::Mode::default());
    let joined: String = tokens.iter().map(|token| token.text).collect();
    assert_eq!(joined, text, "no byte is lost");
    let _ = sql::uses(&text, true);
}

#[cfg(test)]
mod tests;
