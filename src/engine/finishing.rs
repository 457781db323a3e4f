//! The finishing steps of a migration that does not stream.

use super::{
    Context,
    error::Result,
    schema::{builder, programs, stop},
};
use crate::{conn::Purpose, ledger::Fence};

/// Auto-increment values, triggers, events, statistics.
pub async fn run(context: &Context, fence: &Fence) -> Result<()> {
    let mut source = context.source.session(Purpose::Inspect).await?;
    let mut tables = builder(context, fence).await?;
    for step in context
        .plan
        .tables
        .iter()
        .filter(|step| step.copy && step.auto_increment)
    {
        stop(context)?;
        tables.auto_increment(&mut source, step).await?;
    }
    programs(context, fence).await?;
    for step in context.plan.tables.iter().filter(|step| step.copy) {
        stop(context)?;
        tables.analyze(step).await?;
    }
    Ok(())
}
