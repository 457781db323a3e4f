//! The log of what goes on inside, by `tracing`: text or JSON lines on stderr with `-v` (what was
//! connected, locked, stored, inspected) and `-vv` (every statement, without its values).
//!
//! A subscriber of our own, since only this room prints: events alone, no spans.

use std::fmt;

use serde_json::{Map, Value, json};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use super::{LogFormat, Ui, Verbosity};
use crate::clock::{Clock, SystemClock};

/// Prints events of ours up to a level.
struct Log {
    ui: Ui,
    most: Level,
}

impl Ui {
    /// From now on what the program does inside is told as the verbosity asks; once a process.
    pub fn log(&self) {
        let most = match self.verbosity() {
            // warnings are told by who meets them
            Verbosity::Quiet | Verbosity::Normal => return,
            Verbosity::Steps => Level::INFO,
            Verbosity::Everything => Level::DEBUG,
        };
        let log = Log { ui: *self, most };
        // only a test could have set one before
        let _ = tracing::subscriber::set_global_default(log);
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.is_span()
            && metadata.target().starts_with("cutover")
            && *metadata.level() <= self.most
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = event.metadata().level();
        let target = event.metadata().target();
        let at = SystemClock.now().to_string();
        self.ui
            .tell(&line(self.ui.format(), &at, *level, target, fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What an event says: its message, and its facts in the order written.
#[derive(Default)]
struct Fields {
    message: String,
    facts: Map<String, Value>,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.fact(field, format!("{value:?}").into());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fact(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fact(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fact(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fact(field, value.into());
    }
}

impl Fields {
    fn fact(&mut self, field: &Field, value: Value) {
        self.facts.insert(field.name().to_owned(), value);
    }
}

fn line(format: LogFormat, at: &str, level: Level, target: &str, fields: Fields) -> String {
    let level = level.as_str().to_ascii_lowercase();
    match format {
        LogFormat::Json => {
            let mut value = json!({
                "level": level, "at": at, "target": target, "message": fields.message,
            });
            if let Some(all) = value.as_object_mut() {
                all.extend(fields.facts);
            }
            format!("{value}\n")
        }
        LogFormat::Text => {
            let facts = fields.facts.iter();
            let facts = facts.map(|(name, value)| match value.as_str() {
                Some(text) => format!(" {name}={text}"),
                None => format!(" {name}={value}"),
            });
            let facts: String = facts.collect();
            let clean = |text: String| text.replace(|c: char| c.is_control(), " ");
            let room = target.rsplit("::").next().unwrap_or(target);
            format!(
                "{at} {level} {room}: {}\n",
                clean(format!("{}{facts}", fields.message))
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        let mut fields = Fields {
            message: "SELECT\n1".to_owned(),
            ..Fields::default()
        };
        fields.facts.insert("server".to_owned(), "source".into());
        fields.facts.insert("rows".to_owned(), 1.into());
        fields
    }

    #[test]
    fn a_line_is_one_line_for_people_and_for_programs() {
        let at = "2026-03-01T22:00:00.000Z";
        let told = |format| line(format, at, Level::DEBUG, "cutover::conn", fields());
        assert_eq!(
            told(LogFormat::Text),
            "2026-03-01T22:00:00.000Z debug conn: SELECT 1 server=source rows=1\n"
        );
        assert_eq!(
            told(LogFormat::Json),
            "{\"level\":\"debug\",\"at\":\"2026-03-01T22:00:00.000Z\",\
             \"target\":\"cutover::conn\",\"message\":\"SELECT\\n1\",\"server\":\"source\",\
             \"rows\":1}\n"
        );
    }
}
