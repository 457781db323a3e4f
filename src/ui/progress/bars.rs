//! Progress as bars that are drawn again and again on a terminal.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    clock::Timestamp,
    report::{Overall, Tally, tally::TableTally},
    ui::{
        Look, Paint, Ui, Verbosity,
        look::{grouped, lasting},
    },
    units::Bytes,
};

/// Tables drawn at once; the others are in the overall bar.
const TABLES_DRAWN: usize = 8;
/// A column left free: some terminals wrap at the last one.
const MARGIN: usize = 1;

/// The lines at the bottom of the terminal.
pub(super) struct Bars {
    look: Look,
    all: MultiProgress,
    lines: Vec<ProgressBar>,
}

impl Bars {
    /// `None` where nothing is to be drawn: no terminal, or `--quiet`.
    pub(super) fn new(ui: &Ui) -> Option<Self> {
        (ui.is_live() && ui.verbosity() != Verbosity::Quiet).then(|| Self {
            look: ui.err(),
            all: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            lines: Vec::new(),
        })
    }

    /// Prints a line that stays, above the bars.
    pub(super) fn above(&self, text: &str) {
        // Where the terminal has gone there is nobody to tell.
        let _ = self.all.println(text);
    }

    pub(super) fn draw(&mut self, tally: &Tally, now: Timestamp) {
        let texts = lines(tally, now, self.look);
        while self.lines.len() > texts.len() {
            if let Some(line) = self.lines.pop() {
                line.finish_and_clear();
                self.all.remove(&line);
            }
        }
        while self.lines.len() < texts.len() {
            let style = ProgressStyle::with_template("{msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let line = self.all.add(ProgressBar::new(1).with_style(style));
            self.lines.push(line);
        }
        for (line, text) in self.lines.iter().zip(texts) {
            line.set_message(text);
            line.tick();
        }
    }

    pub(super) fn clear(&mut self) {
        for line in self.lines.drain(..) {
            line.finish_and_clear();
            self.all.remove(&line);
        }
    }
}

/// What is drawn: the whole first, then the tables that run. No line is wider than the terminal.
pub(super) fn lines(tally: &Tally, now: Timestamp, look: Look) -> Vec<String> {
    let overall = tally.overall(now);
    if overall.phase.is_empty() {
        return Vec::new();
    }
    if let Some(stream) = &overall.stream {
        let text = format!("{}: {}", overall.phase, super::lines::streamed(stream));
        return vec![cut(&text, look.columns().saturating_sub(MARGIN))];
    }
    if !tally.moves_rows() {
        let step = tally.step().unwrap_or("running");
        let text = format!("{}: {step}, {}", overall.phase, lasting(overall.seconds));
        return vec![cut(&text, look.columns().saturating_sub(MARGIN))];
    }
    let mut rows = vec![Row {
        name: overall.phase.clone(),
        permille: overall.percent * 10,
        text: whole(&overall, look),
    }];
    // tables that wait for their first rows say nothing
    let moving = tally.running().filter(|(_, table)| table.rows > 0);
    let mut running: Vec<_> = moving.collect();
    let hidden = running.len().saturating_sub(TABLES_DRAWN);
    // those that move the most; names are kept in order so that lines do not jump
    if hidden > 0 {
        running.sort_by_key(|(name, table)| (std::cmp::Reverse(table.estimated_bytes), *name));
        running.truncate(TABLES_DRAWN);
        running.sort_by_key(|(name, _)| *name);
    }
    rows.extend(running.iter().map(|(name, table)| of_table(name, table)));
    let mut lines = aligned(&rows, look);
    if hidden > 0 {
        lines.push(format!("  and {hidden} more"));
    }
    if let Some(step) = tally.step() {
        lines.push(cut(
            &format!("  {step}"),
            look.columns().saturating_sub(MARGIN),
        ));
    }
    lines
}

/// A name, a bar, a text.
struct Row {
    name: String,
    permille: u64,
    text: String,
}

/// The longest text that leaves room for a bar.
fn whole(overall: &Overall, look: Look) -> String {
    let percent = format!("{:>3}%", overall.percent);
    let tables = format!(
        "{}/{} tables",
        grouped(overall.tables_done),
        grouped(overall.tables)
    );
    let rows = format!("{} rows", grouped(overall.rows));
    let rate = format!("{} rows/s", grouped(overall.rows_per_second));
    let bytes = format!("{}/s", Bytes(overall.bytes_per_second).rounded());
    let left = match overall.seconds_left {
        Some(seconds) => format!("{} left", lasting(seconds)),
        None => lasting(overall.seconds),
    };
    let choices = [
        format!("{percent} {tables}, {rows}, {rate}, {bytes}, {left}"),
        format!("{percent} {tables}, {rate}, {bytes}, {left}"),
        format!("{percent} {tables}, {rate}, {left}"),
        format!("{percent} {tables}, {left}"),
    ];
    let room = look
        .columns()
        .saturating_sub(name_width(look) + 13 + MARGIN);
    let fits = |text: &&String| text.chars().count() <= room;
    choices.iter().find(fits).unwrap_or(&choices[3]).clone()
}

fn of_table(name: &str, table: &TableTally) -> Row {
    Row {
        name: format!("  {name}"),
        permille: table.permille(),
        text: format!(
            "{:>3}% {} of about {}",
            table.permille() / 10,
            grouped(table.rows),
            grouped(table.estimated_rows)
        ),
    }
}

fn name_width(look: Look) -> usize {
    (look.columns() / 4).clamp(8, 32)
}

/// Bars of one width below each other; narrow terminals have none.
fn aligned(rows: &[Row], look: Look) -> Vec<String> {
    let width = look.columns().saturating_sub(MARGIN);
    let name_width = name_width(look);
    let text_width = rows.iter().map(|row| row.text.chars().count()).max();
    let bar_width = width
        .saturating_sub(name_width + text_width.unwrap_or(0) + 2)
        .min(40);
    let line = |row: &Row| {
        let name = cut(&row.name, name_width);
        if bar_width < 6 {
            return cut(&format!("{name:<name_width$} {}", row.text), width);
        }
        let permille = usize::try_from(row.permille).unwrap_or(1000);
        let done = permille * bar_width / 1000;
        let bar = format!(
            "{}{}",
            look.paint(Paint::Good, &"━".repeat(done)),
            look.paint(Paint::Faint, &"─".repeat(bar_width - done.min(bar_width)))
        );
        format!("{name:<name_width$} {bar} {}", row.text)
    };
    rows.iter().map(line).collect()
}

/// At most `width` characters; an ellipsis says that something is missing.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::ProgressEvent;

    fn tally() -> Tally {
        let start = Timestamp::from_milliseconds(0);
        let mut tally = Tally::new(start);
        let phase = ProgressEvent::PhaseStarted {
            phase: "full".to_owned(),
            tables: 15,
            rows: 300_000,
            bytes: 60_000_000,
        };
        tally.take(&phase, start);
        for (table, rows) in [
            ("shop.orders", 100_000),
            ("shop.a_rather_long_name_of_a_table", 70),
        ] {
            let started = ProgressEvent::TableStarted {
                table: table.to_owned(),
                rows,
                bytes: rows * 200,
                rows_before: 0,
            };
            tally.take(&started, start);
        }
        for (table, rows) in [
            ("shop.orders", 41_200),
            ("shop.a_rather_long_name_of_a_table", 7),
        ] {
            let copied = ProgressEvent::RowsCopied {
                table: table.to_owned(),
                rows,
                bytes: rows * 200,
            };
            tally.take(&copied, Timestamp::from_milliseconds(2000));
        }
        tally
    }

    #[test]
    fn bars_fit_every_width() {
        let now = Timestamp::from_milliseconds(2000);
        let mut shown = Vec::new();
        for width in [60, 80, 100, 160] {
            let look = Look {
                width,
                color: false,
            };
            let lines = lines(&tally(), now, look);
            for line in &lines {
                assert!(line.chars().count() < look.columns(), "{width}: {line}");
            }
            shown.push(format!("{width}:\n{}", lines.join("\n")));
        }
        insta::assert_snapshot!(shown.join("\n"));
    }
}
