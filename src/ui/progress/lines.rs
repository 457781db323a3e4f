//! Progress as lines of text.

use crate::{
    events::{Behind, ProgressEvent},
    report::{Overall, StreamTally},
    ui::{
        Look, Paint, Verbosity,
        look::{counted, grouped, lasting, reflow},
    },
    units::Bytes,
};

/// A line and what it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    paint: Option<Paint>,
    /// Painted; empty where nothing is.
    lead: &'static str,
    text: String,
}

impl Line {
    fn plain(text: String) -> Self {
        Self {
            paint: None,
            lead: "",
            text,
        }
    }

    pub(super) fn text(&self, look: Look) -> String {
        match self.paint {
            Some(paint) => format!("{}{}", look.paint(paint, self.lead), self.text),
            None => self.text.clone(),
        }
    }

    /// The same for a terminal, broken at words.
    pub(super) fn wrapped(&self, look: Look) -> String {
        let whole = reflow(&format!("{}{}", self.lead, self.text), look);
        match (self.paint, whole.strip_prefix(self.lead)) {
            (Some(paint), Some(rest)) => format!("{}{rest}", look.paint(paint, self.lead)),
            (Some(_) | None, _) => whole,
        }
    }
}

/// What an event adds to the log at this verbosity, if anything. Ends of phases are told by
/// [`phase_finished`], since they need the sum.
pub(super) fn of_event(event: &ProgressEvent, verbosity: Verbosity) -> Option<Line> {
    let normal = verbosity != Verbosity::Quiet;
    let steps = matches!(verbosity, Verbosity::Steps | Verbosity::Everything);
    match event {
        ProgressEvent::PhaseStarted {
            phase,
            tables,
            rows,
            bytes,
        } => normal.then(|| Line::plain(phase_started(phase, *tables, *rows, *bytes))),
        ProgressEvent::PhaseFinished { .. }
        | ProgressEvent::RowsCopied { .. }
        | ProgressEvent::Streamed { .. }
        | ProgressEvent::Lagging(_) => None,
        ProgressEvent::TableStarted {
            table, rows_before, ..
        } => steps.then(|| {
            Line::plain(if *rows_before > 0 {
                format!(
                    "  {table}: goes on after {}",
                    counted(*rows_before, "row", "rows")
                )
            } else {
                format!("  {table}: begun")
            })
        }),
        ProgressEvent::TableFinished { table, rows } => steps.then(|| {
            Line::plain(format!(
                "  {table}: done, {}",
                counted(*rows, "row", "rows")
            ))
        }),
        ProgressEvent::StepStarted { step, object } => {
            steps.then(|| Line::plain(format!("  {step} {object}")))
        }
        ProgressEvent::StepFinished { step, object } => (verbosity == Verbosity::Everything)
            .then(|| Line::plain(format!("  {step} {object}: done"))),
        ProgressEvent::Notice { message } => normal.then(|| Line::plain(message.clone())),
        ProgressEvent::Warning { message } => Some(warning(message)),
        ProgressEvent::LeftOut { events } => Some(warning(&format!(
            "{} were left out: they came faster than they could be printed",
            counted(*events, "message", "messages")
        ))),
    }
}

fn warning(message: &str) -> Line {
    Line {
        paint: Some(Paint::Changed),
        lead: "warning",
        text: format!(": {message}"),
    }
}

fn phase_started(phase: &str, tables: u64, rows: u64, bytes: u64) -> String {
    if tables == 0 {
        return format!("{phase}: begins");
    }
    format!(
        "{phase}: {}, about {} ({})",
        counted(tables, "table", "tables"),
        counted(rows, "row", "rows"),
        Bytes(bytes).rounded()
    )
}

/// The sum, when a phase has ended.
pub(super) fn phase_finished(overall: &Overall, moves_rows: bool) -> Line {
    let time = lasting(overall.seconds);
    let text = if let Some(stream) = &overall.stream {
        format!(": done in {time}, {}", streamed(stream))
    } else if moves_rows {
        format!(
            ": done in {time}, {}, {}",
            counted(overall.tables_done, "table", "tables"),
            counted(overall.rows, "row", "rows")
        )
    } else {
        format!(": done in {time}")
    };
    Line {
        paint: None,
        lead: "",
        text: format!("{}{text}", overall.phase),
    }
}

/// Where things stand, for the line every ten seconds.
pub(super) fn overall(overall: &Overall, moves_rows: bool, step: Option<&str>) -> String {
    let step = step.map(|step| format!(", {step}")).unwrap_or_default();
    if let Some(stream) = &overall.stream {
        return format!("{}: {}{step}", overall.phase, streamed(stream));
    }
    if !moves_rows {
        return format!(
            "{}: running for {}{step}",
            overall.phase,
            lasting(overall.seconds)
        );
    }
    let left = match overall.seconds_left {
        Some(seconds) => format!(", about {} left", lasting(seconds)),
        None => String::new(),
    };
    let tables = match overall.tables_done {
        0 => counted(overall.tables, "table", "tables"),
        done => format!("{} of {} tables", grouped(done), grouped(overall.tables)),
    };
    format!(
        "{}: {}%, {tables}, {} of about {}, {} rows/s, {}/s{left}{step}",
        overall.phase,
        overall.percent,
        grouped(overall.rows),
        counted(overall.estimated_rows, "row", "rows"),
        grouped(overall.rows_per_second),
        Bytes(overall.bytes_per_second).rounded(),
    )
}

/// What has been followed so far; first, where a terminal is narrow, how far behind.
pub(super) fn streamed(stream: &StreamTally) -> String {
    let behind = stream
        .behind
        .map(|lag| format!("{}; ", behind(&lag)))
        .unwrap_or_default();
    format!(
        "{behind}{}, {} applied",
        counted(stream.transactions, "transaction", "transactions"),
        counted(stream.rows, "row change", "row changes"),
    )
}

/// `1,200 transactions and 5s behind, caught up in about 2m 10s`.
pub fn behind(lag: &Behind) -> String {
    if lag.transactions == Some(0) {
        return "nothing behind".to_owned();
    }
    let transactions = lag
        .transactions
        .map(|count| counted(count, "transaction", "transactions"));
    let time = lag.milliseconds.map(|time| match time {
        0..1000 => "less than 1s".to_owned(),
        _ => lasting(time / 1000),
    });
    let both: Vec<String> = transactions.into_iter().chain(time).collect();
    if both.is_empty() {
        return "behind".to_owned();
    }
    let left = match lag.seconds_left {
        Some(left @ 1..) => format!(", caught up in about {}", lasting(left)),
        Some(0) | None => String::new(),
    };
    format!("{} behind{left}", both.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Timestamp, report::Tally};

    #[test]
    fn a_run_without_a_terminal_reads_as_a_log() {
        let at = Timestamp::from_milliseconds;
        let started = |table: &str| ProgressEvent::TableStarted {
            table: table.to_owned(),
            rows: 100_000,
            bytes: 20_000_000,
            rows_before: 0,
        };
        let step = |step: &str, object: &str| ProgressEvent::StepStarted {
            step: step.to_owned(),
            object: object.to_owned(),
        };
        let events = [
            ProgressEvent::PhaseStarted {
                phase: "full".to_owned(),
                tables: 2,
                rows: 200_000,
                bytes: 40_000_000,
            },
            started("shop.orders"),
            ProgressEvent::RowsCopied {
                table: "shop.orders".to_owned(),
                rows: 50_000,
                bytes: 9_000_000,
            },
            step("add indexes", "shop.customers"),
            ProgressEvent::Notice {
                message: "throttled: destination threads_running 78 > 40".to_owned(),
            },
            ProgressEvent::Warning {
                message: "the source takes writes".to_owned(),
            },
            ProgressEvent::LeftOut { events: 2 },
        ];
        for (verbosity, name) in [(Verbosity::Normal, "normal"), (Verbosity::Steps, "steps")] {
            let mut tally = Tally::new(at(0));
            let mut shown: Vec<_> = Vec::new();
            for event in &events {
                tally.take(event, at(10_000));
                let line = of_event(event, verbosity);
                shown.extend(line.map(|line| line.text(Look::PLAIN)));
            }
            shown.push(overall(&tally.overall(at(20_000)), true, tally.step()));
            shown.push(phase_finished(&tally.overall(at(70_000)), true).text(Look::PLAIN));
            insta::assert_snapshot!(name, shown.join("\n"));
        }
    }

    #[test]
    fn on_a_terminal_they_are_broken_at_words() {
        let message = "whether the source has prepared XA transactions cannot be seen; one that is \
                       committed later stops the stream (GRANT XA_RECOVER_ADMIN ON *.*)";
        let line = warning(message);
        let mut all = String::new();
        for width in [60, 100, 160] {
            let look = |color| Look { width, color };
            let shown = line.wrapped(look(false));
            assert!(
                shown
                    .lines()
                    .all(|line| line.chars().count() <= usize::from(width))
            );
            let colored = line.wrapped(look(true));
            assert_eq!(colored.lines().count(), shown.lines().count());
            assert!(colored.contains("\u{1b}["));
            all.push_str(&shown);
            all.push('\n');
        }
        insta::assert_snapshot!(all);
    }
}
