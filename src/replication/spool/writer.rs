//! Fills the spool from the source, until it is told to stop.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{
    Place, Shared, SpoolError, Written, locked, record,
    replay::{self, Whole},
    segment::{Home, Segment, failed},
};
use crate::{
    conn::{AtEnd, BinlogFrom, BinlogRequest, Connector, Purpose, RawBinlog},
    events::Progress,
    failpoint, inspect,
    limits::Limits,
    mysql::{Checkpoint, server_error::ErrorClass},
    replication::{
        event::Body,
        follow::{FollowError, HEALTHY, another_history, has_all},
        stream::{Assembler, Bytes, Silence, StreamError},
    },
    units,
};

/// Written at once, at most.
const BUFFER: usize = 256 << 10;
/// Smaller files are removed earlier; larger ones are fewer.
const LARGEST_FILE: u64 = 64 << 20;
const FILES: u64 = 8;
const HEARTBEAT: Duration = Duration::from_secs(1);

/// The files as they were found, the last one cut behind its last whole transaction.
pub(super) struct Opened {
    pub segments: Vec<Segment>,
    pub end: Checkpoint,
    file: File,
}

impl Opened {
    pub(super) fn last(&self) -> &Segment {
        // it is made with one
        &self.segments[self.segments.len() - 1]
    }

    pub(super) fn at(home: &Home, place: &Place, applied: &Checkpoint) -> Result<Self, SpoolError> {
        let applied = Checkpoint {
            rows: 0,
            inside: None,
            ..applied.clone()
        };
        let segments = home.segments()?;
        let Some((first, last)) = segments.first().zip(segments.last()) else {
            return Self::begun(home, 1, &applied);
        };
        let whole = replay::whole(last, place.largest_payload)?;
        let end = whole.end(last);
        let same = end.by_gtid == applied.by_gtid
            && (end.by_gtid || end.server_uuid == applied.server_uuid);
        if same && applied.reaches(&end) {
            // it was applied without the spool, or nothing has come since
            let number = last.number + 1;
            for segment in &segments {
                let removed = std::fs::remove_file(&segment.path);
                removed.map_err(|error| failed("remove", &segment.path, error))?;
            }
            return Self::begun(home, number, &applied);
        }
        if !(same && applied.reaches(&first.begin) && end.reaches(&applied)) {
            return Err(SpoolError::Elsewhere {
                folder: home.folder.clone(),
                begin: first.begin.to_string(),
                applied: applied.to_string(),
            });
        }
        Self::cut(segments, &whole, end)
    }

    fn begun(home: &Home, number: u64, at: &Checkpoint) -> Result<Self, SpoolError> {
        let (segment, file) = home.create(number, at, 0)?;
        Ok(Self {
            segments: vec![segment],
            end: at.clone(),
            file,
        })
    }

    fn cut(mut segments: Vec<Segment>, whole: &Whole, end: Checkpoint) -> Result<Self, SpoolError> {
        let index = segments.len() - 1;
        let last = &mut segments[index];
        last.bytes = whole.bytes;
        let file = cut(last, whole.bytes)?;
        Ok(Self {
            segments,
            end,
            file,
        })
    }
}

/// Leaves so much of a file, and stands behind it.
fn cut(segment: &Segment, bytes: u64) -> Result<File, SpoolError> {
    let open = || -> io::Result<File> {
        let mut file = OpenOptions::new().write(true).open(&segment.path)?;
        file.set_len(bytes)?;
        file.seek(SeekFrom::End(0))?;
        Ok(file)
    };
    open().map_err(|error| failed("write", &segment.path, error))
}

/// Where the source stands.
async fn position(source: &Connector) -> Result<Checkpoint, SpoolError> {
    let mut session = source.session(Purpose::Inspect).await?;
    let position = inspect::position(&mut session).await?;
    session.close().await;
    let here = Checkpoint::at(&position).map_err(|error| StreamError::Refused {
        answer: error.to_string(),
    })?;
    Ok(here)
}

/// As whom the source is asked, and for how long.
pub struct Filling {
    pub source: Connector,
    pub server_id: u32,
    /// How long a source that is away is waited for.
    pub limits: watch::Receiver<Limits>,
    pub progress: Progress,
}

/// The one that fills the spool.
pub struct Writer {
    shared: Arc<Shared>,
    file: File,
    /// Of the last file, with what is buffered.
    length: u64,
    buffer: Vec<u8>,
    /// Of that, up to the end of the last transaction.
    between: u64,
    /// What readers have been told of: so much of the file, and what that is.
    whole: u64,
    end: Checkpoint,
    beats: u64,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, opened: Opened) -> Self {
        let length = opened.last().bytes;
        Self {
            shared,
            file: opened.file,
            length,
            buffer: Vec::with_capacity(BUFFER),
            between: length,
            whole: length,
            end: opened.end,
            beats: 0,
        }
    }

    /// Fills the spool in a task of its own. What ends it is kept for [`super::Spool::failed`] and
    /// for readers, who hear of it when they have read everything.
    pub fn start(mut self, filling: Filling, cancel: CancellationToken) -> JoinHandle<()> {
        tokio::spawn(async move {
            let failed = tokio::select! {
                biased;
                // what is half written is cut off by whoever opens it next
                () = cancel.cancelled() => SpoolError::Over,
                error = self.fill(&filling) => error,
            };
            *locked(&self.shared.failure) = Some(failed);
            self.shared
                .written
                .send_modify(|written| written.over = true);
        })
    }

    /// Until it cannot go on.
    async fn fill(&mut self, filling: &Filling) -> SpoolError {
        const PAUSE: Duration = Duration::from_secs(1);
        let mut failing: Option<Instant> = None;
        loop {
            let before = self.end.clone();
            let begun = Instant::now();
            let Err(error) = self.connected(filling).await;
            if let Err(worse) = self.back() {
                return worse;
            }
            if self.end != before || begun.elapsed() > HEALTHY {
                failing = None;
            }
            let since = *failing.get_or_insert_with(Instant::now);
            let retry = filling.limits.borrow().retry.connection;
            if error.class() == ErrorClass::Permanent || since.elapsed() > retry {
                return error;
            }
            filling.progress.notice(format!(
                "the spool waits for the source, up to {}: {error}",
                units::format_duration(retry)
            ));
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Forgets what readers were not told of.
    fn back(&mut self) -> Result<(), SpoolError> {
        self.buffer.clear();
        let mut segments = locked(&self.shared.segments);
        let Some(last) = segments.last_mut() else {
            return Ok(());
        };
        self.file = cut(last, self.whole)?;
        last.bytes = self.whole;
        (self.length, self.between) = (self.whole, self.whole);
        Ok(())
    }

    async fn connected(
        &mut self,
        filling: &Filling,
    ) -> Result<std::convert::Infallible, SpoolError> {
        let now = position(&filling.source).await?;
        if let Err(FollowError::SourceLost { missing }) = has_all(&now, &self.end, None, None) {
            return Err(SpoolError::Lost { missing });
        }
        let server_id = filling.server_id;
        let other = another_history(&filling.source, server_id, (&now, &self.end)).await?;
        if let Some(missing) = other {
            return Err(SpoolError::Lost { missing });
        }
        if now.server_uuid != self.end.server_uuid {
            self.end = self.end.on_server(&now.server_uuid);
            self.roll().await?;
        }
        let from = BinlogFrom::of(&self.end);
        let mut raw = filling
            .source
            .binlog(&BinlogRequest {
                server_id: filling.server_id,
                from: from.clone(),
                heartbeat: HEARTBEAT,
                at_end: AtEnd::Wait,
            })
            .await?;
        let mut assembler = Assembler::new(&from, self.shared.place.largest_payload);
        let taken = self.take_all(&mut raw, &mut assembler, filling).await;
        raw.close().await;
        if let Err(SpoolError::File { .. }) = taken {
            return taken;
        }
        // what was whole before that is kept
        self.tell(&assembler)?;
        taken
    }

    async fn take_all(
        &mut self,
        raw: &mut RawBinlog,
        assembler: &mut Assembler,
        filling: &Filling,
    ) -> Result<std::convert::Infallible, SpoolError> {
        let mut silence = Silence::new(HEARTBEAT);
        let mut untold = false;
        loop {
            let came = tokio::select! {
                biased;
                came = silence.listen(raw.next()) => came,
                // nothing more for now
                () = std::future::ready(()), if untold => {
                    untold = false;
                    self.tell(assembler)?;
                    continue;
                }
            };
            let Some(came) = came else {
                return Err(StreamError::Silent {
                    server: raw.server().to_owned(),
                    seconds: silence.most.as_secs(),
                }
                .into());
            };
            let Some(event) = came.map_err(StreamError::from_server)? else {
                return Err(StreamError::Ended {
                    server: raw.server().to_owned(),
                }
                .into());
            };
            let inner = assembler.is_in_payload();
            assembler.give(&event)?;
            let mut beat = false;
            while let Some(event) = assembler.take() {
                if event.body != Body::Rotate {
                    silence.begun();
                }
                beat |= event.body == Body::Heartbeat;
            }
            self.beats += u64::from(beat);
            if !beat && !inner {
                self.append(Bytes::of(&event))?;
            }
            untold = true;
            if assembler.is_between() {
                self.between = self.length;
                self.room(assembler, filling).await?;
            }
        }
    }

    fn append(&mut self, event: Bytes<'_>) -> Result<(), SpoolError> {
        let before = self.buffer.len();
        record::event(&mut self.buffer, event);
        self.length += (self.buffer.len() - before) as u64;
        if self.buffer.len() >= BUFFER {
            self.write()?;
        }
        Ok(())
    }

    /// Writes what is buffered.
    fn write(&mut self) -> Result<(), SpoolError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let mut segments = locked(&self.shared.segments);
        let Some(last) = segments.last_mut() else {
            return Ok(());
        };
        self.file
            .write_all(&self.buffer)
            .map_err(|error| failed("write", &last.path, error))?;
        self.buffer.clear();
        last.bytes = self.length;
        drop(segments);
        failpoint::hit("spool.written");
        Ok(())
    }

    /// Tells readers of what is whole.
    fn tell(&mut self, assembler: &Assembler) -> Result<(), SpoolError> {
        self.write()?;
        self.whole = self.between;
        // it moves between transactions only
        let passed = assembler.passed();
        self.end.gtids.clone_from(&passed.gtids);
        self.end.binlog.clone_from(&passed.binlog);
        if passed.witness.is_some() {
            self.end.witness.clone_from(&passed.witness);
        }
        self.published(false);
        Ok(())
    }

    fn published(&self, full: bool) {
        let segment = locked(&self.shared.segments)
            .last()
            .map_or(0, |last| last.number);
        self.shared.written.send_replace(Written {
            segment,
            bytes: self.whole,
            end: self.end.clone(),
            beats: self.beats,
            full,
            over: false,
        });
    }

    /// Between two transactions: ends a file that is large enough, and waits while there are too many.
    async fn room(&mut self, assembler: &Assembler, filling: &Filling) -> Result<(), SpoolError> {
        let max = self.shared.place.max;
        if self.length >= LARGEST_FILE.min(max / FILES) {
            self.tell(assembler)?;
            self.roll().await?;
            failpoint::hit("spool.rolled");
        }
        let mut full = false;
        // what is buffered is not in a file yet
        while self.shared.bytes() + self.buffer.len() as u64 >= max {
            if !full {
                self.tell(assembler)?;
                filling.progress.warning(format!(
                    "the spool is full ({}): reading waits until some of it is applied; the source must \
                     keep its binlog from {} on",
                    units::Bytes(max).rounded(),
                    self.end
                ));
                full = true;
            }
            self.published(true);
            self.shared.freed.notified().await;
        }
        if full {
            self.published(false);
            filling
                .progress
                .notice("the spool has room again, and is read on".to_owned());
        }
        Ok(())
    }

    /// Ends the file, on disk, and begins the next.
    async fn roll(&mut self) -> Result<(), SpoolError> {
        let last = locked(&self.shared.segments).last().cloned();
        let Some(last) = last else {
            return Ok(());
        };
        let ended = self.file.try_clone();
        let ended = ended.map_err(|error| failed("write", &last.path, error))?;
        let synced = tokio::task::spawn_blocking(move || ended.sync_data()).await;
        synced
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(|error| failed("write", &last.path, error))?;
        let home = &self.shared.home;
        let (segment, file) = home.create(last.number + 1, &self.end, self.length)?;
        self.file = file;
        self.length = segment.bytes;
        (self.between, self.whole) = (self.length, self.length);
        locked(&self.shared.segments).push(segment);
        self.published(false);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Spool, *};

    #[test]
    fn a_full_disk_is_said_and_nothing_is_told_to_readers() {
        let name = format!("cutover-spool-full-{}", std::process::id());
        let place = Place {
            folder: std::env::temp_dir().join(name),
            migration: "shop".to_owned(),
            lineage: "one".to_owned(),
            max: 1 << 20,
            largest_payload: 1000,
        };
        let (spool, mut writer) = Spool::open(place.clone(), &Checkpoint::default()).expect("one");
        let before = spool.holding();
        let full = OpenOptions::new().write(true).open("/dev/full");
        writer.file = full.expect("it is there");
        let event = Bytes {
            kind: 16,
            time: 1,
            server_id: 1,
            size: 27,
            end: 127,
            flags: 0,
            data: &[0; 8],
        };
        writer.append(event).expect("it is buffered");
        let error = writer.write().expect_err("nothing can be written");
        let text = error.to_string();
        assert!(
            text.contains("cannot write") && text.contains("No space left"),
            "{text}"
        );
        assert!(error.help().contains("free space"), "{}", error.help());
        assert_eq!(spool.holding(), before);
        drop((spool, writer));
        std::fs::remove_dir_all(place.folder).expect("it can be removed");
    }
}
