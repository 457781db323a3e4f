//! Damaged specifications: whatever is cut off, put in or swapped, the answer is a list of mistakes
//! or a migration, never a panic.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cutover::resolve::{Inputs, load};

const SAMPLE: &str = "tests/spec/valid/full.hcl";

fn inputs() -> Inputs {
    Inputs {
        vars: vec![("password".to_owned(), "hunter2".to_owned())],
        environment: BTreeMap::from([("OPS_WEBHOOK".to_owned(), "https://x".to_owned())]),
        ..Inputs::default()
    }
}

/// Loads a text and renders all that is wrong with it; a secret may not be in there.
fn survives(folder: &Path, text: &[u8]) {
    let file = folder.join("damaged.hcl");
    fs::write(&file, text).expect("writable");
    let shown = match load(&file, &inputs()) {
        Ok(migration) => migration.to_hcl().to_owned(),
        Err(found) => found.render(80),
    };
    assert!(
        !shown.contains("hunter2"),
        "{}",
        String::from_utf8_lossy(text)
    );
}

struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cutover-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("writable");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A position in every stretch of `step` bytes, by a generator with a fixed seed, so that a run is
/// like the last. `CUTOVER_TEST_EVERY_BYTE` takes every one, which is a matter of many minutes.
fn positions(length: usize, step: usize) -> impl Iterator<Item = usize> {
    let every = std::env::var_os("CUTOVER_TEST_EVERY_BYTE").is_some();
    let step = if every { 1 } else { step };
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    (0..length).step_by(step).map(move |base| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        base + usize::try_from(seed >> 33).unwrap_or(0) % step
    })
}

#[test]
fn a_text_cut_anywhere_does_not_panic() {
    let folder = Folder::new("cut");
    let text = fs::read(SAMPLE).expect("the sample is there");
    for position in positions(text.len(), 17) {
        survives(&folder.0, &text[..position.min(text.len())]);
    }
}

#[test]
fn a_text_with_a_byte_put_in_or_changed_does_not_panic() {
    const BYTES: &[u8] = b"\"{}[]()=,.$%\\/#\n\r\0<-~*9a\xFF\xC3";
    let folder = Folder::new("put");
    let text = fs::read(SAMPLE).expect("the sample is there");
    for (turn, position) in positions(text.len(), 61).enumerate() {
        let position = position.min(text.len() - 1);
        let byte = BYTES[turn % BYTES.len()];
        let mut longer = text.clone();
        longer.insert(position, byte);
        survives(&folder.0, &longer);
        let mut changed = text.clone();
        changed[position] = byte;
        survives(&folder.0, &changed);
    }
}

#[test]
fn a_text_without_one_of_its_lines_or_with_one_twice_does_not_panic() {
    let folder = Folder::new("lines");
    let text = fs::read_to_string(SAMPLE).expect("the sample is there");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for index in positions(lines.len(), 4).filter(|index| *index < lines.len()) {
        let mut less = lines.clone();
        less.remove(index);
        survives(&folder.0, less.concat().as_bytes());
        let mut more = lines.clone();
        more.insert(index, lines[index]);
        survives(&folder.0, more.concat().as_bytes());
    }
}

#[test]
fn deep_and_hostile_expressions_end() {
    let folder = Folder::new("deep");
    let blow =
        "[for a in local.x : [for b in local.x : [for c in local.x : [for d in local.x : 1]]]]";
    let range = format!("[{}]", "1, ".repeat(200));
    let long = format!("\"{}\"", "x".repeat(100_000));
    let expressions = [
        "(".repeat(10_000),
        "[".repeat(10_000),
        "!".repeat(10_000) + "true",
        "1".to_owned() + &"+1".repeat(10_000),
        format!("\"{}\"", "${".repeat(5000)),
        "9".repeat(5000),
        "1e999999".to_owned(),
        "1/0".to_owned(),
        "1%0".to_owned(),
        "-9223372036854775808 - 9223372036854775807 * 9223372036854775807".to_owned(),
        "format(\"%1000000000d\", 1)".to_owned(),
        "replace(\"aaaa\", \"/(a*)*$/\", \"b\")".to_owned(),
        blow.to_owned(),
        "var.x.y.z[0][*].a".to_owned(),
        "local.x[99999999999999999999]".to_owned(),
        "<<EOT\n%{ for a in local.x }%{ for b in local.x }%{ for c in local.x }${local.y}%{ endfor }%{ endfor }%{ endfor }\nEOT".to_owned(),
    ];
    for expression in expressions {
        let text = format!("locals {{\n  x = {range}\n  y = {long}\n  z = {expression}\n}}\n");
        survives(&folder.0, text.as_bytes());
    }
    let lines = (0..2000).map(|n| format!("  l{n} = local.l{}\n", n + 1));
    let chain = lines.collect::<Vec<_>>().concat();
    survives(&folder.0, format!("locals {{\n{chain}}}\n").as_bytes());
}
