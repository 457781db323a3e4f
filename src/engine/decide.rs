//! A person's decision about a statement that stops the stream: noted in the ledger while nobody
//! follows, and obeyed by the next run.

use super::error::{EngineError, Result};
use crate::{
    conn::{Connector, Purpose},
    ledger::{Holder, Lease, Ledger, Resolution},
    mysql::{BinlogPosition, Checkpoint, GtidSet},
};

/// Where a statement stands, as it is typed: `uuid:n`, `gtid:uuid:n`, both with `#2` for the second
/// statement of a transaction and so on, `FILE:OFFSET` or `file:NAME,OFFSET`. Gives the form in which the ledger names it, and the place; `None` for what is
/// no position of one transaction.
pub fn position(text: &str) -> Option<(String, Checkpoint)> {
    let text = text.trim();
    let as_set = text.strip_prefix("gtid:").unwrap_or(text);
    let (as_set, number) = match as_set.rsplit_once('#') {
        Some((set, number)) if number.parse::<u32>().is_ok_and(|number| number > 1) => {
            (set, format!("#{number}"))
        }
        Some(_) | None => (as_set, String::new()),
    };
    if let Ok(gtids) = as_set.parse::<GtidSet>() {
        let place = Checkpoint {
            by_gtid: true,
            gtids: gtids.clone(),
            ..Checkpoint::default()
        };
        let name = gtids.to_string();
        return single(&name).then(|| (format!("{name}{number}"), place));
    }
    let (file, offset) = match text.strip_prefix("file:") {
        Some(rest) => rest.rsplit_once(',')?,
        None => text.rsplit_once(':')?,
    };
    let offset: u64 = offset.trim().parse().ok()?;
    let place = Checkpoint {
        binlog: Some(BinlogPosition {
            file: file.to_owned(),
            offset,
        }),
        ..Checkpoint::default()
    };
    (!file.is_empty()).then(|| (format!("{file}:{offset}"), place))
}

/// `uuid:7` or `uuid:tag:7`: no interval, no second one.
fn single(set: &str) -> bool {
    let parts: Vec<&str> = set.split(':').collect();
    let is_number = |part: &&str| part.parse::<u64>().is_ok();
    match parts.as_slice() {
        [_, number] => is_number(number),
        [_, tag, number] => is_number(number) && !is_number(tag) && !tag.contains('-'),
        _ => false,
    }
}

/// Notes the decision. A running `apply` must be stopped first: it holds the lease.
///
/// # Errors
/// A migration that the ledger does not know, or that is running; a position that the stream has
/// passed.
pub async fn decide(
    destination: &Connector,
    ledger: &Ledger,
    holder: &Holder,
    holder_is_dead: impl Fn(&Holder) -> bool + Send,
    resolution: &Resolution,
    place: &Checkpoint,
) -> Result<()> {
    let mut session = destination.session(Purpose::Inspect).await?;
    if ledger.record(&mut session).await?.is_none() {
        return Err(EngineError::NotBegun);
    }
    // a ledger from before the stream has no such row
    if let Some(stream) = ledger.stream(&mut session).await?
        && passed(&stream.position, place)
    {
        return Err(EngineError::Passed {
            position: resolution.position.clone(),
            stands: stream.position.to_string(),
        });
    }
    session.close().await;
    let session = destination.session(Purpose::WriteRows).await?;
    let mut lease = Lease::take(ledger, session, holder, holder_is_dead).await?;
    let mut writer = lease.fence().writer(destination).await?;
    let noted = lease.fence().note_resolution(&mut writer, resolution).await;
    writer.close().await;
    let released = lease.release().await;
    noted?;
    released?;
    Ok(())
}

fn passed(position: &Checkpoint, place: &Checkpoint) -> bool {
    if position.by_gtid == place.by_gtid {
        return position.reaches(place);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::position;

    fn name(text: &str) -> Option<String> {
        position(text).map(|(name, _)| name)
    }

    #[test]
    fn a_position_is_one_transaction() {
        let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
        let named = |text: &str| Some(text.to_owned());
        assert_eq!(name(&format!("{uuid}:7")), named(&format!("{uuid}:7")));
        assert_eq!(name(&format!("gtid:{uuid}:7")), named(&format!("{uuid}:7")));
        assert_eq!(
            name(&format!("{uuid}:tag:7")),
            named(&format!("{uuid}:tag:7"))
        );
        let second = named(&format!("{uuid}:7#2"));
        assert_eq!(name(&format!("gtid:{uuid}:7#2")), second);
        assert_eq!(name(&format!("{uuid}:7#1")), None);
        assert_eq!(name(&format!("{uuid}:7-9")), None);
        assert_eq!(name(&format!("{uuid}:7:9")), None);
        assert_eq!(name("binlog.000002:345"), named("binlog.000002:345"));
        assert_eq!(name("file:binlog.000002,345"), named("binlog.000002:345"));
        assert_eq!(name("somewhere"), None);
        assert_eq!(name(""), None);
    }
}
