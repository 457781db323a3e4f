//! The source's time zone `SYSTEM`, for statements that were run under it.
//!
//! In: what either server makes of moments under a zone. Out: a zone of the destination that is the
//! same at every moment a `TIMESTAMP` can hold. An offset alone is one moment's: where the clock is put
//! forward in summer, `'2024-07-01 12:00'` read in winter is another time.

use super::error::Why;
use crate::{
    conn::{ConnError, Session},
    mysql::{Literal, server_error::ErrorClass},
    sql::token::{Kind, Mode, tokenize},
};

/// The last second that a `TIMESTAMP` holds.
const LAST: i64 = 2_147_483_647;
/// No zone has two changes in so short a time; in seconds.
const STEP: i64 = 5 * 24 * 60 * 60;

/// When a zone's offset from UTC changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The second since 1970 from which on the offset, in seconds, holds; the first is 0.
    changes: Vec<(i64, i64)>,
}

impl Zone {
    /// Of the session, whose `time_zone` stays as it is.
    ///
    /// # Errors
    /// The server's.
    pub async fn read(session: &mut Session) -> Result<Self, ConnError> {
        const DIGITS: &str = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 \
             UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 \
             UNION ALL SELECT 8 UNION ALL SELECT 9)";
        let moments = format!(
            "(SELECT (((a.d * 10 + b.d) * 10 + c.d) * 10 + e.d) * {STEP} AS n \
             FROM {DIGITS} a CROSS JOIN {DIGITS} b CROSS JOIN {DIGITS} c CROSS JOIN {DIGITS} e \
             HAVING n <= {LAST})"
        );
        let mut found = offsets(session, &moments).await?;
        found.sort_unstable();
        let mut changes: Vec<(i64, i64)> = found.first().copied().into_iter().collect();
        let mut open: Vec<Between> = Vec::new();
        for pair in found.windows(2) {
            if let [(from, old), (to, new)] = *pair
                && old != new
            {
                open.push(Between { from, to, new });
            }
        }
        while open.iter().any(|one| one.to - one.from > 1) {
            let moments: Vec<String> = open
                .iter()
                .map(|one| format!("SELECT {} AS n", one.middle()))
                .collect();
            let found = offsets(session, &format!("({})", moments.join(" UNION ALL "))).await?;
            for one in &mut open {
                let middle = one.middle();
                let there = found.iter().find(|(moment, _)| *moment == middle);
                if there.is_some_and(|(_, offset)| *offset == one.new) {
                    one.to = middle;
                } else {
                    one.from = middle;
                }
            }
        }
        changes.extend(open.iter().map(|one| (one.to, one.new)));
        Ok(Self { changes })
    }

    /// The one offset of a zone that never changes.
    fn fixed(&self) -> Option<i64> {
        match self.changes[..] {
            [(_, offset)] => Some(offset),
            _ => None,
        }
    }

    /// The offset at a moment, as `time_zone` takes it.
    pub(super) fn moment(&self, time: u32) -> Option<String> {
        text(self.at(i64::from(time)))
    }

    /// The offset at a moment.
    fn at(&self, moment: i64) -> i64 {
        let changes = self.changes.iter().rev();
        let mut before = changes.skip_while(|(from, _)| *from > moment);
        before.next().map_or(0, |(_, offset)| *offset)
    }
}

/// A change lies behind the first, and no later than the second.
struct Between {
    from: i64,
    to: i64,
    new: i64,
}

impl Between {
    fn middle(&self) -> i64 {
        // of two neighbours the second is known
        self.from + ((self.to - self.from) / 2).max(i64::from(self.to - self.from > 1))
    }
}

/// The offset at each moment `n` of a derived table.
async fn offsets(session: &mut Session, moments: &str) -> Result<Vec<(i64, i64)>, ConnError> {
    session
        .rows(format!(
            "SELECT CAST(n AS SIGNED), \
             TIMESTAMPDIFF(SECOND, '1970-01-01' + INTERVAL n SECOND, FROM_UNIXTIME(n)) \
             FROM {moments} AS moments"
        ))
        .await
}

/// An offset as `time_zone` takes it; `None`: it has seconds.
fn text(offset: i64) -> Option<String> {
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs() / 60;
    (offset % 60 == 0).then(|| format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

/// What `time_zone` is on the destination for a statement that was run under `zone` at `time`, in
/// seconds since 1970. The session's own may be another afterwards.
pub(super) async fn same(
    session: &mut Session,
    zone: &Zone,
    statement: &str,
    time: u32,
) -> Result<Result<String, Why>, ConnError> {
    if let Some(offset) = zone.fixed().and_then(text) {
        return Ok(Ok(offset));
    }
    if let Some(offset) = zone.moment(time).filter(|_| !converts(statement)) {
        return Ok(Ok(offset));
    }
    for name in candidates(session, zone).await? {
        let literal = Literal::text(&name);
        match session
            .execute(format!("SET SESSION time_zone = {literal}"))
            .await
        {
            Ok(_) => {}
            Err(error) if error.code().is_some() && error.class() == ErrorClass::Permanent => {
                continue;
            }
            Err(error) => return Err(error),
        }
        if Zone::read(session).await? == *zone {
            return Ok(Ok(name));
        }
    }
    Ok(Err(Why::TimeZone))
}

/// The destination's own, and those it knows by name that are the same in the last years; none where
/// it knows none, or where its tables may not be read.
async fn candidates(session: &mut Session, zone: &Zone) -> Result<Vec<String>, ConnError> {
    const LAST_YEARS: usize = 12;
    let utc = |moment: i64| format!("'1970-01-01' + INTERVAL {moment} SECOND");
    let agree: Vec<String> = zone
        .changes
        .iter()
        .rev()
        .take(LAST_YEARS)
        .map(|(from, offset)| {
            format!(
                "CONVERT_TZ({}, '+00:00', Name) = {}",
                utc(*from),
                utc(from + offset)
            )
        })
        .collect();
    let named: Result<Vec<String>, ConnError> = session
        .rows(format!(
            "SELECT Name FROM mysql.time_zone_name WHERE {} ORDER BY Name",
            agree.join(" AND ")
        ))
        .await;
    let named = match named {
        Ok(named) => named,
        Err(error) if error.code().is_some() && error.class() == ErrorClass::Permanent => {
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    Ok(std::iter::once("SYSTEM".to_owned()).chain(named).collect())
}

/// Whether a statement may turn local times of other moments than its own into `TIMESTAMP`s, or back.
/// What is not such a statement has the offset of its own moment, if it has any.
fn converts(statement: &str) -> bool {
    /// By these, rows that are there are read or written in another form.
    const WORDS: [&str; 9] = [
        "MODIFY",
        "CHANGE",
        "CONVERT",
        "SELECT",
        "PARTITION",
        "UNIX_TIMESTAMP",
        "FROM_UNIXTIME",
        "CAST",
        "AS",
    ];
    // quotes are what they may be: a name in double quotes that looks like a date is taken for one
    let tokens = tokenize(statement, Mode::from_sql_mode(""));
    tokens.iter().any(|token| match token.kind {
        Kind::Word => WORDS.iter().any(|word| token.is(word)),
        Kind::Text | Kind::Unterminated => digits(token.text) >= 3,
        Kind::Number | Kind::HexOrBit => digits(token.text) >= 5,
        Kind::Space
        | Kind::Comment
        | Kind::Hint
        | Kind::VersionedOpen
        | Kind::VersionedClose
        | Kind::Quoted
        | Kind::Introducer
        | Kind::Variable
        | Kind::Symbol => false,
    })
}

/// A date has some of them.
fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_that_of_its_moment() {
        let zone = Zone {
            changes: vec![(0, 3600), (100, 7200), (200, 3600)],
        };
        assert_eq!(
            [99, 100, 199, 200].map(|n| zone.at(n)),
            [3600, 7200, 7200, 3600]
        );
        assert_eq!(zone.fixed(), None);
        assert_eq!(text(-12_600).as_deref(), Some("-03:30"));
        assert_eq!(text(5), None);
    }

    #[test]
    fn only_what_reads_or_writes_other_moments_needs_the_whole_zone() {
        for moment in [
            "ALTER TABLE t ADD a TIMESTAMP DEFAULT CURRENT_TIMESTAMP, ADD b DATETIME(3) DEFAULT NOW(3)",
            "CREATE TABLE t (a TIMESTAMP NULL, b VARCHAR(255) DEFAULT '12') /*!50100 COMMENT 'x' */",
        ] {
            assert!(!converts(moment), "{moment}");
        }
        for other in [
            "ALTER TABLE t ADD a TIMESTAMP DEFAULT '2024-07-01 12:00:00'",
            "ALTER TABLE t ADD a TIMESTAMP DEFAULT 20240701120000",
            "ALTER TABLE t MODIFY a TIMESTAMP",
            "ALTER TABLE t ADD a BIGINT AS (UNIX_TIMESTAMP(b))",
            "/*!50100 ALTER TABLE t CHANGE a a TIMESTAMP */",
        ] {
            assert!(converts(other), "{other}");
        }
    }
}
