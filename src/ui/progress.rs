//! Progress while something runs: bars on a terminal, a line every ten seconds elsewhere, JSON
//! lines with `--log-format json`.

mod bars;
mod lines;

pub(super) use lines::behind;

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::{
    runtime::Handle,
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at},
};

use super::{LogFormat, Ui, Verbosity, visible};
use crate::{
    clock::Clock,
    events::{ProgressEvent, ProgressReceiver},
    report::Tally,
};

/// Between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// Between two drawings of the bars.
const DRAW_EVERY: Duration = Duration::from_millis(200);

impl Ui {
    /// Shows what comes out of `receiver` until every sender is gone. To be awaited, so that
    /// nothing that was told is lost.
    ///
    /// It has a thread of its own: a terminal that is stopped with Ctrl-S stops this thread only.
    pub fn show_progress(
        &self,
        receiver: ProgressReceiver,
        clock: Arc<dyn Clock>,
    ) -> JoinHandle<()> {
        let mut shown = Shown {
            ui: *self,
            tally: Tally::new(clock.now()),
            bars: bars::Bars::new(self),
            clock,
        };
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(shown.run(receiver)))
    }
}

struct Shown {
    ui: Ui,
    tally: Tally,
    bars: Option<bars::Bars>,
    clock: Arc<dyn Clock>,
}

impl Shown {
    async fn run(&mut self, mut receiver: ProgressReceiver) {
        let every = if self.bars.is_some() {
            DRAW_EVERY
        } else {
            LINE_EVERY
        };
        let mut ticks = interval_at(Instant::now() + every, every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = receiver.recv() => match event {
                    Some(event) => self.take(&event),
                    None => break,
                },
                _ = ticks.tick() => self.tick(),
            }
        }
        if let Some(bars) = &mut self.bars {
            bars.clear();
        }
    }

    fn take(&mut self, event: &ProgressEvent) {
        let now = self.clock.now();
        let finished_phase =
            matches!(event, ProgressEvent::PhaseFinished { .. }).then(|| self.tally.overall(now));
        if self.ui.format() == LogFormat::Json {
            self.tally.take(event, now);
            self.tell_json(event);
            return;
        }
        let event = &visible::event(event.clone());
        self.tally.take(event, now);
        let line = match finished_phase {
            Some(_) if self.ui.verbosity() == Verbosity::Quiet => None,
            Some(overall) => Some(lines::phase_finished(&overall, self.tally.moves_rows())),
            None => lines::of_event(event, self.ui.verbosity()),
        };
        if let Some(line) = line {
            let look = self.ui.err();
            match &self.bars {
                Some(bars) => bars.above(&line.wrapped(look)),
                None => self.ui.tell(&format!("{}\n", line.text(look))),
            }
        }
        if let (Some(bars), ProgressEvent::PhaseFinished { .. }) = (&mut self.bars, event) {
            bars.clear();
        }
    }

    fn tell_json(&self, event: &ProgressEvent) {
        let quiet = self.ui.verbosity() == Verbosity::Quiet;
        let said = match event {
            // Chunk by chunk: the sum is told at every tick instead.
            ProgressEvent::RowsCopied { .. }
            | ProgressEvent::Streamed { .. }
            | ProgressEvent::Lagging(_) => false,
            ProgressEvent::Warning { .. } | ProgressEvent::LeftOut { .. } => true,
            ProgressEvent::PhaseStarted { .. }
            | ProgressEvent::PhaseFinished { .. }
            | ProgressEvent::TableStarted { .. }
            | ProgressEvent::TableFinished { .. }
            | ProgressEvent::StepStarted { .. }
            | ProgressEvent::StepFinished { .. }
            | ProgressEvent::Notice { .. } => !quiet,
        };
        if said {
            self.ui.tell_json(&json!({
                "level": if matches!(event, ProgressEvent::Warning { .. }) { "warning" } else { "notice" },
                "time": self.clock.now(),
                "progress": event,
            }));
        }
    }

    fn tick(&mut self) {
        let now = self.clock.now();
        if let Some(bars) = &mut self.bars {
            bars.draw(&self.tally, now);
            return;
        }
        if self.ui.verbosity() == Verbosity::Quiet || self.tally.phase().is_empty() {
            return;
        }
        let overall = self.tally.overall(now);
        match self.ui.format() {
            LogFormat::Json => self.ui.tell_json(&json!({
                "level": "notice",
                "time": now,
                "overall": overall,
            })),
            LogFormat::Text => {
                let line = lines::overall(&overall, self.tally.moves_rows(), self.tally.step());
                self.ui.tell(&format!("{line}\n"));
            }
        }
    }
}
