//! A segment's events, given to an assembler one at a time, as the source's connection gives them.

use mysql_async::binlog::{
    TransactionPayloadCompressionType as Compression, events::TransactionPayloadEvent,
};

use super::{
    SpoolError,
    record::{self, Frames, Next},
    segment::{Segment, damaged, failed},
};
use crate::{
    mysql::Checkpoint,
    replication::{
        cursor::Cursor,
        stream::{Assembler, Bytes, Passed},
    },
};

const PAYLOAD: u8 = 40;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Event,
    /// Nothing is left.
    End,
    /// The rest was not written to its end.
    Torn,
}

/// One file that is read.
#[derive(Debug)]
pub(super) struct Replay {
    segment: Segment,
    frames: Frames,
    /// A compressed transaction, and how much of it was given.
    unpacked: Option<(Vec<u8>, usize)>,
}

impl Replay {
    pub(super) fn new(segment: Segment) -> Result<Self, SpoolError> {
        let frames = segment.frames()?;
        Ok(Self {
            segment,
            frames,
            unpacked: None,
        })
    }

    pub(super) fn number(&self) -> u64 {
        self.segment.number
    }

    pub(super) fn reaches(&mut self, bytes: u64) {
        self.frames.reaches(bytes);
    }

    pub(super) fn at(&self) -> u64 {
        self.frames.at()
    }

    /// Gives the next event.
    pub(super) fn give(&mut self, assembler: &mut Assembler) -> Result<Given, SpoolError> {
        if let Some((bytes, at)) = &mut self.unpacked {
            if let Some(event) = inner(&bytes[*at..]) {
                *at += event.size as usize;
                assembler.give_bytes(event)?;
                return Ok(Given::Event);
            }
            self.unpacked = None;
        }
        let path = &self.segment.path;
        let at = self.frames.at();
        let next = self
            .frames
            .next()
            .map_err(|error| failed("read", path, error))?;
        match next {
            Next::Frame => {}
            Next::End => return Ok(Given::End),
            Next::Torn => return Ok(Given::Torn),
            Next::Damaged(reason) => return Err(damaged(path, at, reason)),
        }
        let event = record::parse(self.frames.bytes())
            .ok_or_else(|| damaged(path, at, "an event is too short"))?;
        // its size is held against the limit here
        assembler.give_bytes(event)?;
        if event.kind == PAYLOAD {
            self.unpacked = Some((unpack(event.data), 0));
        }
        Ok(Given::Event)
    }
}

/// One event of an unpacked transaction: these have no checksum of their own.
fn inner(bytes: &[u8]) -> Option<Bytes<'_>> {
    let event = record::parse(bytes)?;
    let size = event.size as usize;
    bytes.get(..size).and_then(record::parse)
}

/// Empty where it cannot be unpacked: the assembler then misses its events.
fn unpack(data: &[u8]) -> Vec<u8> {
    let read = || {
        let mut cursor = Cursor::new(data);
        let (mut compression, mut size) = (Compression::ZSTD, 0);
        loop {
            let field = cursor.length_encoded().ok()?;
            if field == 0 {
                break;
            }
            let length = cursor.length_encoded().ok()?;
            let mut value = Cursor::new(cursor.take_long(length).ok()?);
            match field {
                2 if value.length_encoded().ok()? == 255 => compression = Compression::NONE,
                3 => size = value.length_encoded().ok()?,
                _ => {}
            }
        }
        let packed = cursor.rest();
        let length = packed.len() as u64;
        Some(TransactionPayloadEvent::new(length, compression, size, packed).danger_decompress())
    };
    read().unwrap_or_default()
}

/// Up to where a file holds whole transactions, and what lies before that.
pub(super) struct Whole {
    pub bytes: u64,
    pub passed: Passed,
}

impl Whole {
    /// Up to where the last file holds whole transactions.
    pub(super) fn end(&self, last: &Segment) -> Checkpoint {
        Checkpoint {
            gtids: self.passed.gtids.clone(),
            binlog: self.passed.binlog.clone(),
            ..last.begin.clone()
        }
    }
}

/// Reads a file to its end.
///
/// # Errors
/// A file that is damaged before its end.
pub(super) fn whole(segment: &Segment, largest_payload: u64) -> Result<Whole, SpoolError> {
    let mut replay = Replay::new(segment.clone())?;
    let mut assembler = Assembler::at(begin(segment), largest_payload);
    let mut bytes = replay.at();
    while replay.give(&mut assembler)? == Given::Event {
        while assembler.take().is_some() {}
        if assembler.is_between() {
            bytes = replay.at();
        }
    }
    let passed = assembler.passed().clone();
    Ok(Whole { bytes, passed })
}

/// What lies before a file.
pub(super) fn begin(segment: &Segment) -> Passed {
    Passed {
        gtids: segment.begin.gtids.clone(),
        binlog: segment.begin.binlog.clone(),
        witness: segment.begin.witness.clone(),
    }
}
