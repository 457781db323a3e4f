//! What makes the destination whole once the last row is there, and what takes that back.

use super::{
    Context, Journal, driver,
    error::Result,
    schema::{builder, guarded, programs, stop},
};
use crate::{
    conn::Purpose,
    failpoint,
    ledger::Fence,
    plan::TableStep,
    state::{Phase, Work},
};

/// Auto-increment values, triggers, events, statistics.
pub async fn run(context: &Context, fence: &Fence) -> Result<()> {
    let mut source = context.source.session(Purpose::Inspect).await?;
    let mut tables = builder(context, fence).await?;
    let plan = &context.plan;
    let moved = || plan.tables.iter().filter(|step| plan.moves_rows(step));
    for step in moved().filter(|step: &&TableStep| step.auto_increment) {
        stop(context)?;
        tables.auto_increment(&mut source, step).await?;
    }
    programs(context, fence).await?;
    for step in moved() {
        stop(context)?;
        tables.analyze(step).await?;
    }
    Ok(())
}

/// Takes a switch back that had begun: the stream goes on, and must meet neither triggers nor events.
///
/// # Errors
/// A destination that fails; it is taken back again then.
pub async fn take_back(context: &Context, journal: &mut Journal, fence: &Fence) -> Result<()> {
    if journal.state().phase().work() != Some(Work::Finishing) {
        return Ok(());
    }
    // a failure is one of its own work
    driver::enter_phase(context, journal, fence, Phase::Finishing).await?;
    let mut builder = builder(context, fence).await?;
    builder.take_finish_back().await?;
    guarded(context, fence).await?;
    failpoint::hit("finish.taken_back");
    driver::enter_phase(context, journal, fence, Phase::Streaming).await?;
    context.progress.notice(
        "the switch that had begun is taken back: the triggers and events that it made are dropped, \
         and the stream goes on",
    );
    Ok(())
}
