//! What the pure paths cost that every row or every definition goes through: `cargo bench`.
//!
//! Prints the least of many samples, in nanoseconds, since whatever else the machine does only adds;
//! compare figures of one machine only. No harness: a loop and a clock are all it takes, and no
//! dependency.

#![expect(clippy::print_stdout, reason = "the figures are the answer")]

use std::{hint::black_box, time::Instant};

use cutover::{
    catalog::Encoding,
    rows::{canonical, insert, tsv},
    sql::{Mode, tokenize},
};
use mysql_async::Value;

const SAMPLES: usize = 300;
const PER_SAMPLE: u32 = 500;

fn main() {
    let row = row();
    let mut out = Vec::with_capacity(4096);
    let mut measured = |name: &str, step: &mut dyn FnMut(&mut Vec<u8>)| {
        let nanoseconds = least(&mut || {
            out.clear();
            step(&mut out);
            black_box(&out);
        });
        println!("{name:<32} {nanoseconds:>9.1} ns");
    };
    measured("a row as a line of LOAD DATA", &mut |out| {
        for (value, encoding) in &row {
            tsv::value(out, black_box(value), *encoding);
            out.push(b'\t');
        }
    });
    measured("a row as a tuple of INSERT", &mut |out| {
        for (value, encoding) in &row {
            insert::value(out, black_box(value), *encoding);
            out.push(b',');
        }
    });
    measured("the canonical bytes of a row", &mut |out| {
        for (value, encoding) in &row {
            canonical::value(out, black_box(value), *encoding);
        }
    });
    let mut hasher = canonical::RowHasher::default();
    measured("the digest of a row", &mut |_| {
        for (value, encoding) in &row {
            hasher.value(black_box(value), *encoding);
        }
        black_box(hasher.finish());
    });
    for (value, encoding, name) in singles() {
        measured(name, &mut |out| {
            tsv::value(out, black_box(&value), encoding);
        });
    }
    let definition = include_str!("../src/sql/fixtures/table_9_7.sql");
    measured("the tokens of a definition", &mut |_| {
        black_box(tokenize(black_box(definition), Mode::default()));
    });
}

/// Nanoseconds a call.
fn least(step: &mut dyn FnMut()) -> f64 {
    let sample = |_| {
        let started = Instant::now();
        for _ in 0..PER_SAMPLE {
            step();
        }
        started.elapsed().as_secs_f64() * 1e9 / f64::from(PER_SAMPLE)
    };
    (0..SAMPLES).map(sample).fold(f64::INFINITY, f64::min)
}

fn text(given: &str) -> Value {
    Value::Bytes(given.as_bytes().to_vec())
}

/// A row such as `scripts/bench` copies.
fn row() -> Vec<(Value, Encoding)> {
    let note =
        "line one 5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9\n\tline two 1";
    vec![
        (Value::UInt(1_234_567), Encoding::Plain),
        (Value::Int(-48_271), Encoding::Plain),
        (text("shipped"), Encoding::Plain),
        (text("48271.05"), Encoding::Decimal),
        (Value::Double(176_366.714_285_714_3), Encoding::Plain),
        (Value::UInt(567), Encoding::Plain),
        (
            Value::Date(2021, 6, 5, 4, 3, 2, 123_456),
            Encoding::DateTime,
        ),
        (Value::Date(2021, 1, 15, 6, 56, 7, 0), Encoding::DateTime),
        (Value::NULL, Encoding::Date),
        (text("xx1234567890"), Encoding::Plain),
        (text("5feceb66ffc8.1234567@example.com"), Encoding::Plain),
        (
            text("612 86f38d952786c6d696c79c2dbc239d street, dd4e91b4"),
            Encoding::Plain,
        ),
        (text(note), Encoding::Plain),
    ]
}

fn singles() -> Vec<(Value, Encoding, &'static str)> {
    vec![
        (Value::Int(-1_234_567), Encoding::Plain, "an integer"),
        (Value::Double(1.0 / 7.0), Encoding::Plain, "a double"),
        (
            Value::Date(2021, 6, 5, 4, 3, 2, 123_456),
            Encoding::DateTime,
            "a date and time",
        ),
        (
            text(&"plain text ".repeat(100)),
            Encoding::Plain,
            "1,100 plain bytes",
        ),
        (
            text(&"\n\t\\x".repeat(250)),
            Encoding::Plain,
            "1,000 bytes, most escaped",
        ),
    ]
}
