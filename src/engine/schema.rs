//! The schema phase: databases and tables, and everything else where no rows are copied.

use std::collections::BTreeSet;

use super::{Context, accounts, error::Result};
use crate::{
    ledger::Fence,
    mysql::TableName,
    plan::{ObjectStep, TableStep},
    schema::{self, Builder},
};

/// Creates databases and tables.
pub async fn tables(context: &Context, fence: &Fence) -> Result<()> {
    accounts::create(context, fence).await?;
    let mut builder = builder(context, fence).await?;
    for step in context
        .plan
        .databases
        .iter()
        .filter(|step| step.action.creates())
    {
        stop(context)?;
        builder.database(step).await?;
    }
    for step in context
        .plan
        .tables
        .iter()
        .filter(|step| step.action.creates())
    {
        stop(context)?;
        builder.table(step).await?;
    }
    Ok(())
}

/// Builds what waits for the rows: secondary indexes, foreign keys, then routines and views.
pub async fn after_rows(context: &Context, fence: &Fence) -> Result<()> {
    let plan = &context.plan;
    let indexed = plan
        .tables
        .iter()
        .filter(|step| !step.secondary_indexes.is_empty())
        .count();
    let mut builders = Vec::new();
    for _ in 0..context.workers.min(indexed) {
        builders.push(builder(context, fence).await?);
    }
    schema::build::indexes(builders, &plan.tables, &context.cancel).await?;
    let mut builder = builder(context, fence).await?;
    for step in &plan.tables {
        stop(context)?;
        builder.foreign_keys(step).await?;
    }
    objects(context, &mut builder).await?;
    accounts::object_grants(context, fence).await
}

/// Creates the databases that were selected only now, and these tables.
pub async fn late_tables(
    context: &Context,
    fence: &Fence,
    late: &BTreeSet<TableName>,
) -> Result<()> {
    accounts::create(context, fence).await?;
    let mut builder = builder(context, fence).await?;
    for step in &context.plan.databases {
        stop(context)?;
        let name = TableName::new(step.destination.clone(), "");
        if builder.waits("database", &name, &step.action) {
            builder.database(step).await?;
        }
    }
    for step in late_steps(context, late).filter(|step| step.action.creates()) {
        stop(context)?;
        builder.table(step).await?;
    }
    Ok(())
}

/// What waits for the rows of these tables, and the routines and views that were selected only now.
pub async fn after_late_rows(
    context: &Context,
    fence: &Fence,
    late: &BTreeSet<TableName>,
) -> Result<()> {
    let mut builder = builder(context, fence).await?;
    for step in late_steps(context, late) {
        stop(context)?;
        builder.indexes(step).await?;
        builder.foreign_keys(step).await?;
    }
    for step in &context.plan.objects {
        stop(context)?;
        if builder.waits(step.kind.as_str(), &step.destination, &step.action) {
            builder.object(step).await?;
        }
    }
    builder.collations_back().await?;
    accounts::object_grants(context, fence).await
}

/// Whether a database, routine or view is to be made beside the stream.
pub async fn has_late_objects(context: &Context, fence: &Fence) -> Result<bool> {
    let builder = builder(context, fence).await?;
    let plan = &context.plan;
    let mut databases = plan.databases.iter();
    let mut objects = plan.objects.iter();
    Ok(databases.any(|step| {
        let name = TableName::new(step.destination.clone(), "");
        builder.waits("database", &name, &step.action)
    }) || objects.any(|step| builder.waits(step.kind.as_str(), &step.destination, &step.action)))
}

fn late_steps<'a>(
    context: &'a Context,
    late: &'a BTreeSet<TableName>,
) -> impl Iterator<Item = &'a TableStep> {
    let steps = context.plan.tables.iter();
    steps.filter(|step| late.contains(&step.shape.destination))
}

/// Routines and views.
async fn objects(context: &Context, builder: &mut Builder) -> Result<()> {
    for step in creates(&context.plan.objects) {
        stop(context)?;
        builder.object(step).await?;
    }
    Ok(builder.collations_back().await?)
}

fn creates(steps: &[ObjectStep]) -> impl Iterator<Item = &ObjectStep> {
    steps.iter().filter(|step| step.action.creates())
}

/// Triggers that are to be there while rows are written. Opening a table opens all that its triggers
/// use, quiet or not, so routines and views come first.
pub async fn guarded(context: &Context, fence: &Fence) -> Result<()> {
    let guarded = || {
        creates(&context.plan.triggers).filter_map(|step| Some((step, step.guarded.as_deref()?)))
    };
    if guarded().next().is_none() {
        return Ok(());
    }
    let mut builder = builder(context, fence).await?;
    objects(context, &mut builder).await?;
    for (step, statement) in guarded() {
        stop(context)?;
        builder.guarded(step, statement).await?;
    }
    Ok(())
}

/// Triggers and events.
pub async fn programs(context: &Context, fence: &Fence) -> Result<()> {
    let mut builder = builder(context, fence).await?;
    let there = context.plan.triggers.iter().map(|step| &step.destination);
    builder.drop_guarded(&there.collect()).await?;
    for step in creates(&context.plan.triggers) {
        stop(context)?;
        match (&step.guarded, &step.on) {
            (Some(_), Some(table)) => builder.unguarded(step, table).await?,
            (Some(_) | None, _) => builder.object(step).await?,
        }
    }
    for step in creates(&context.plan.events) {
        stop(context)?;
        builder.object(step).await?;
        builder.enable_event(step).await?;
    }
    Ok(builder.collations_back().await?)
}

pub(super) async fn builder(context: &Context, fence: &Fence) -> Result<Builder> {
    Ok(Builder::new(
        fence.clone(),
        &context.destination,
        context.progress.clone(),
    )
    .await?)
}

pub(super) fn stop(context: &Context) -> Result<()> {
    if context.cancel.is_cancelled() {
        Err(super::EngineError::Stopped)
    } else {
        Ok(())
    }
}
