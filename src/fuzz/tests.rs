//! The bodies over a corpus: samples, cut, changed, and with every value replaced.

use std::{
    fs,
    panic::resume_unwind,
    path::PathBuf,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::*;
use crate::{clock::Timestamp, report::SavedPlan};

/// Positions from a generator with a fixed seed, so that a run is like the last.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound.max(1)
    }
}

/// Longer than any input takes, by far; whoever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Gives each input to the body, on a thread of its own: one that does not come to an end is told with
/// its input.
fn bounded(
    name: &str,
    patience: Duration,
    body: impl Fn(&[u8]) + Send + 'static,
    inputs: impl FnOnce(&mut dyn FnMut(&[u8])),
) {
    let (give, given) = mpsc::channel::<Vec<u8>>();
    let (tell, told) = mpsc::channel();
    let worker = thread::spawn(move || {
        for input in given {
            body(&input);
            if tell.send(()).is_err() {
                return;
            }
        }
    });
    let mut ended = false;
    inputs(&mut |input| {
        if ended || give.send(input.to_vec()).is_err() {
            return;
        }
        match told.recv_timeout(patience) {
            Ok(()) => {}
            Err(RecvTimeoutError::Disconnected) => ended = true,
            Err(RecvTimeoutError::Timeout) => panic!(
                "{name} has not come to an end after {patience:?} with these {} bytes: {}",
                input.len(),
                input.escape_ascii()
            ),
        }
    });
    drop(give);
    if let Err(panic) = worker.join() {
        resume_unwind(panic);
    }
}

/// The sample cut, with bytes changed, put in, taken out and repeated.
fn damaged(sample: &[u8], turns: usize, mut body: impl FnMut(&[u8])) {
    const BYTES: &[u8] = b"\"{}[],:0-9eE.\\u\0\xFF \n<'`;$%";
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    body(sample);
    for _ in 0..turns {
        let (at, to) = (random.below(sample.len()), random.below(sample.len()));
        let byte = BYTES[random.below(BYTES.len())];
        let mut text = sample.to_vec();
        match random.below(5) {
            0 => text.truncate(at),
            1 => text[at] = byte,
            2 => text.insert(at, byte),
            3 => drop(text.drain(at.min(to)..at.max(to))),
            _ => {
                let part = text[at.min(to)..at.max(to)].to_vec();
                text.splice(at..at, part);
            }
        }
        body(&text);
    }
}

/// Every value of the document in turn as something else, and every field taken away.
fn replaced(document: &Value, mut body: impl FnMut(&[u8])) {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    let others = [
        Value::Null,
        json!(""),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!({}),
        json!([]),
        json!("x".repeat(70_000)),
        json!("\u{0}\n`'\"\\\u{202e}\u{1f600}"),
        deep,
    ];
    let mut pointers = Vec::new();
    collect(document, String::new(), &mut pointers);
    for (turn, pointer) in pointers.iter().enumerate() {
        let mut changed = document.clone();
        if let Some(value) = changed.pointer_mut(pointer) {
            *value = others[turn % others.len()].clone();
        }
        body(changed.to_string().as_bytes());
        let (parent, name) = pointer.rsplit_once('/').expect("not the root");
        let mut less = document.clone();
        if let Some(Value::Object(fields)) = less.pointer_mut(parent) {
            fields.shift_remove(&name.replace("~1", "/").replace("~0", "~"));
            body(less.to_string().as_bytes());
        }
    }
}

fn collect(value: &Value, at: String, pointers: &mut Vec<String>) {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, one)| (escaped(name), one))
            .collect(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, one)| (index.to_string(), one)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, one) in inner {
        collect(one, format!("{at}/{name}"), pointers);
    }
    if !at.is_empty() {
        pointers.push(at);
    }
}

/// The most that this process has held so far, all of its tests together.
fn assert_little_memory() {
    const MOST_KIB: u64 = 600 << 10;
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|text| text.trim().strip_suffix(" kB"));
    let peak: u64 = peak.and_then(|text| text.parse().ok()).expect("a number");
    assert!(peak < MOST_KIB, "{peak} KiB were held");
}

#[test]
fn any_state_file_is_read_or_refused() {
    let sample = fs::read("state/fixtures/v1.json").expect("the fixture");
    bounded("a state file", PATIENCE, state, |body| {
        damaged(&sample, 2000, &mut *body);
        replaced(&serde_json::from_slice(&sample).expect("JSON"), body);
    });
    assert_little_memory();
}

#[test]
fn any_saved_plan_is_read_and_shown_or_refused() {
    let plan = SavedPlan {
        created: Timestamp::from_milliseconds(1_772_402_400_125),
        specification: PathBuf::from("/srv/shop"),
        report: crate::ui::plan::tests::report(),
    };
    let text = saved::encode(&plan).expect("JSON");
    bounded("a saved plan", PATIENCE, saved_plan, |body| {
        damaged(text.as_bytes(), 300, &mut *body);
        replaced(&serde_json::from_str(&text).expect("JSON"), body);
    });
    assert_little_memory();
}

#[test]
fn any_specification_is_read_or_refused_and_laid_out_once() {
    let folder = std::env::temp_dir().join(format!("cutover-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("writable");
    let file = folder.join("fuzz.hcl");
    let body = move |bytes: &[u8]| specification(&file, bytes).expect("writable");
    bounded("a specification", PATIENCE, body, |body| {
        for sample in [
            "tests/spec/valid/full.hcl",
            "tests/spec/valid/expressions.hcl",
        ] {
            let sample = fs::read(sample).expect("the sample");
            damaged(&sample, 60, &mut *body);
        }
    });
    fs::remove_dir_all(&folder).expect("removable");
    assert_little_memory();
}

#[test]
fn any_row_expression_is_read_or_refused() {
    for sample in [
        "created_at >= '2024-01-01' AND `a b` IN (1, 0x1F, _utf8mb4'x') /* c */",
        "CASE WHEN @cutover_operation = 'insert' THEN JSON_EXTRACT(d, '$.a') ELSE b.c END",
        "CAST(x AS CHAR) COLLATE utf8mb4_bin LIKE 'a\\'b%' ESCAPE '|' -- end",
    ] {
        bounded("a row expression", PATIENCE, row_expression, |body| {
            damaged(sample.as_bytes(), 3000, body);
        });
    }
}

#[test]
#[should_panic(expected = "a loop has not come to an end after 10ms with these 4 bytes: \\xffabc")]
fn what_hangs_is_told_with_its_input() {
    let (_kept, never) = mpsc::channel::<()>();
    let never = std::sync::Mutex::new(never);
    let hangs = move |_: &[u8]| drop(never.lock().map(|never| never.recv()));
    let patience = Duration::from_millis(10);
    bounded("a loop", patience, hangs, |body| body(b"\xFFabc"));
}

#[test]
#[should_panic(expected = "what the body says")]
fn what_panics_panics() {
    let panics = |_: &[u8]| panic!("what the body says");
    bounded("a body", PATIENCE, panics, |body| body(b""));
}
