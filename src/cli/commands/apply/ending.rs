//! How a run ended: what to say, what was kept, and the exit code.

use super::Call;
use crate::{
    cli::{
        exit::Exit,
        failure::{Failure, Problem},
    },
    engine::{self, EngineError, Run},
    ledger::Asked,
    state::{CopyStatus, State, TableProgress},
    ui::look::{counted, grouped},
};

/// Answers for the outcome; errors say what stays on the destination.
pub(super) fn conclude(
    call: &Call,
    outcome: engine::Result<Run>,
    state: &State,
    signalled: bool,
) -> Result<Exit, Failure> {
    let apply = call.settings.command("apply", &call.path);
    match outcome {
        Ok(Run::Finished) => {
            let verify = call.settings.command("verify", &call.path);
            call.ui.prose(&finished(state, &verify));
            Ok(Exit::Done)
        }
        Ok(Run::Asked(request)) => {
            let by = &request.by;
            call.ui.notice(&match request.asked {
                Asked::Stop => {
                    format!("Stopped, as {by} asked; what is done is kept. Go on: {apply}")
                }
                Asked::Finish => format!("Handed over to `cutover finish` of {by}."),
            });
            Ok(Exit::Done)
        }
        Ok(Run::Reached) => {
            let phase = state.phase();
            call.ui.prose(&format!(
                "As far as asked: phase {phase} is done. Go on:\n  {apply}\n"
            ));
            Ok(Exit::Done)
        }
        Err(EngineError::Stopped) if signalled => {
            call.ui
                .notice(&format!("Stopped; what is done is kept. Go on: {apply}"));
            Ok(Exit::Interrupted)
        }
        // Somebody else runs it, or it is not ours: this run has done nothing.
        Err(error @ (EngineError::Ledger(_) | EngineError::OtherLineage { .. })) => {
            Err(error.into())
        }
        Err(error) => {
            let typed = call.settings.typed(&call.path);
            let problem = Problem::from(error).of(&typed);
            Err(problem.kept(&kept(state)).into())
        }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn rows(state: &State) -> u64 {
    state.tables().values().map(|table| table.rows).sum()
}

/// What stays on the destination when a run ends early.
fn kept(state: &State) -> String {
    if state.tables().is_empty() {
        return format!("what was done; the migration {}", state.phase().stands());
    }
    let copied = |table: &&TableProgress| table.status == CopyStatus::Copied;
    let copied = state.tables().values().filter(copied).count();
    format!(
        "{} of {} copied, {}; the same command goes on from there",
        grouped(count(copied)),
        counted(count(state.tables().len()), "table", "tables"),
        counted(rows(state), "row", "rows")
    )
}

fn finished(state: &State, verify: &str) -> String {
    let tables = count(state.tables().len());
    let moved = if tables == 0 {
        String::new()
    } else {
        let tables = counted(tables, "table", "tables");
        format!(": {tables}, {}", counted(rows(state), "row", "rows"))
    };
    format!("Finished{moved}. Compare both sides:\n  {verify}\n")
}
