//! The finishing steps in words: the same list in the plan and before the switch.

use crate::{
    resolve::{EventMode, FenceMode, FinishVerify, Migration, Phase, TriggerMode},
    units::format_duration,
};

/// In the order in which they are taken.
pub fn steps(migration: &Migration) -> Vec<String> {
    let phases = migration.phases();
    let mut steps = Vec::new();
    if phases.has(Phase::Incremental) {
        steps.extend(gate(migration));
    }
    if phases.has(Phase::Full) {
        steps.push("set AUTO_INCREMENT to the larger of both sides".to_owned());
    }
    if phases.has(Phase::Schema) {
        steps.push(match migration.schema().triggers {
            TriggerMode::AtFinish => "create triggers".to_owned(),
            TriggerMode::Guarded => "take the guards off the triggers".to_owned(),
            TriggerMode::Skip => "leave triggers out".to_owned(),
        });
        steps.push(match migration.schema().events {
            EventMode::AtFinish => {
                "create events, and enable those that are enabled on the source".to_owned()
            }
            EventMode::Skip => "leave events out".to_owned(),
        });
    }
    if phases.has(Phase::Full) {
        steps.push("collect statistics (ANALYZE TABLE)".to_owned());
    }
    if phases.has(Phase::Incremental) {
        let last = "check once more that the source has not moved; the migration is finished";
        steps.push(last.to_owned());
    }
    steps
}

/// What comes before anything is changed, where the source has been followed.
fn gate(migration: &Migration) -> Vec<String> {
    let options = migration.finish();
    let fence = match options.fence {
        FenceMode::ReadOnly => "is read-only".to_owned(),
        FenceMode::Idle(time) => format!("was not written for {}", format_duration(time)),
    };
    let fence = format!(
        "check that the source {fence}, has no open transaction that has changed rows and no \
         prepared XA transaction, and is not itself a replica that applies"
    );
    let compare = match options.verify {
        FinishVerify::Changed | FinishVerify::Full => "compare both sides",
        FinishVerify::None => "compare nothing (finish.verify = \"none\")",
    };
    let mut steps = vec!["take over from the running apply, where one runs".to_owned()];
    if migration.heartbeat().is_some() {
        steps.push("remove the heartbeat from the source".to_owned());
    }
    steps.extend([
        fence,
        "drain what the source still has".to_owned(),
        compare.to_owned(),
        "record from where the destination can be followed back".to_owned(),
    ]);
    steps
}
