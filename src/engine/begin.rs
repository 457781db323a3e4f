//! Before the first phase of a run: tables that are to be copied again are dropped, and what the
//! rows to come depend on is kept.

use super::{Context, error::Result, schema};
use crate::{
    failpoint,
    ledger::{Fence, ObjectKey, ObjectState},
    mysql::TableName,
    plan::frozen,
};

/// What a table's replacement is noted as, from before it is dropped until it is forgotten.
const REPLACE: &str = "replace";

/// # Errors
/// A destination that fails; what was noted is taken up by the next run.
pub async fn run(context: &Context, fence: &Fence) -> Result<()> {
    let mut session = fence.definer(&context.destination).await?;
    let noted = fence.ledger().objects(&mut session).await?;
    let kept = fence.ledger().fixed(&mut session).await?;
    let mut replaced: Vec<(TableName, TableName)> = Vec::new();
    for step in &context.plan.tables {
        if let Some(old) = &step.replaces {
            replaced.push((step.shape.source.clone(), old.clone()));
        }
    }
    let sources = frozen::sources(&kept);
    // begun by a run that was killed in between
    for key in noted.keys().filter(|key| key.kind == REPLACE) {
        if !replaced.iter().any(|(_, old)| *old == key.name) {
            let source = sources.get(&key.name).unwrap_or(&key.name);
            replaced.push((source.clone(), key.name.clone()));
        }
    }
    for (source, old) in &replaced {
        schema::stop(context)?;
        let key = ObjectKey {
            kind: REPLACE.to_owned(),
            name: old.clone(),
        };
        fence
            .note_object(&mut session, &key, ObjectState::Intended)
            .await?;
        failpoint::hit("engine.replace_intended");
        fence.check(&mut session).await?;
        session
            .execute(format!("DROP TABLE IF EXISTS {old}"))
            .await?;
        failpoint::hit("engine.replace_dropped");
        fence.forget_table(&mut session, source, old).await?;
        let message = format!("{} is dropped, and copied again", old.plain());
        context.progress.notice(message);
    }
    keep(context, fence, &mut session).await?;
    session.close().await;
    Ok(())
}

/// What a table that was begun earlier depends on stays as it was kept then.
async fn keep(context: &Context, fence: &Fence, session: &mut crate::conn::Session) -> Result<()> {
    let ledger = fence.ledger();
    let copied = ledger.entered_tables(session).await?;
    let made = ledger.objects(session).await?;
    let wrote = |name: &TableName| {
        let key = ObjectKey {
            kind: "table".to_owned(),
            name: name.clone(),
        };
        copied.contains(name) || made.contains_key(&key)
    };
    let kept = ledger.fixed(session).await?;
    let begun = !copied.is_empty() || !made.is_empty();
    let mut fixed = frozen::fixed(&context.plan);
    fixed.retain(|key, _| {
        if key.is_whole() {
            let may_change = key.setting == frozen::PHASES && copied.is_empty();
            return !begun || may_change || !kept.contains_key(key);
        }
        let begun = frozen::destination(&kept, &key.table).is_some_and(|name| wrote(&name));
        !begun || !kept.contains_key(key)
    });
    fence.keep_fixed(session, &fixed).await?;
    Ok(())
}
