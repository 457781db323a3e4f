//! One event of a segment: its length and checksum, and then the event.
//!
//! A frame is `length`, the CRC-32 of what follows, and the CRC-32 of these two, each of four bytes,
//! little-endian. That the length has a checksum of its own tells a file that ends too early from one
//! that is damaged in its middle.

use std::{
    fs::File,
    io::{self, BufReader, Read as _},
};

use super::super::stream::Bytes;

const FRAME: usize = 12;
/// As in the binlog.
const HEADER: usize = 19;

/// Appends a frame around these bytes.
pub(super) fn frame(into: &mut Vec<u8>, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut sum = crc32fast::Hasher::new();
    for part in parts {
        sum.update(part);
    }
    let mut head = Vec::with_capacity(FRAME);
    // an event has a length of four bytes
    head.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    head.extend(sum.finalize().to_le_bytes());
    let own = crc32fast::hash(&head);
    head.extend(own.to_le_bytes());
    into.extend(head);
    for part in parts {
        into.extend(*part);
    }
}

/// Appends an event.
pub(super) fn event(into: &mut Vec<u8>, event: Bytes<'_>) {
    let mut header = Vec::with_capacity(HEADER);
    header.extend(event.time.to_le_bytes());
    header.push(event.kind);
    header.extend(event.server_id.to_le_bytes());
    header.extend(event.size.to_le_bytes());
    header.extend(event.end.to_le_bytes());
    header.extend(event.flags.to_le_bytes());
    frame(into, &[&header, event.data]);
}

/// Reads an event as it was appended; `None` where it is too short for one.
pub(super) fn parse(bytes: &[u8]) -> Option<Bytes<'_>> {
    let (header, data) = bytes.split_first_chunk::<HEADER>()?;
    let four = |at: usize| {
        let mut number = [0; 4];
        number.copy_from_slice(&header[at..at + 4]);
        u32::from_le_bytes(number)
    };
    Some(Bytes {
        time: four(0),
        kind: header[4],
        server_id: four(5),
        size: four(9),
        end: four(13),
        flags: u16::from_le_bytes([header[17], header[18]]),
        data,
    })
}

/// What stands next in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Whole; its bytes are in [`Frames::bytes`].
    Frame,
    End,
    /// The end of the file, half written.
    Torn,
    Damaged(&'static str),
}

/// Reads a file's frames up to a given length.
#[derive(Debug)]
pub(super) struct Frames {
    file: BufReader<File>,
    at: u64,
    end: u64,
    bytes: Vec<u8>,
}

impl Frames {
    /// From `at`, where the file stands.
    pub(super) fn new(file: File, at: u64, end: u64) -> Self {
        const BUFFER: usize = 256 << 10;
        Self {
            file: BufReader::with_capacity(BUFFER, file),
            at,
            end,
            bytes: Vec::new(),
        }
    }

    /// Up to where it has been read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// The file has grown.
    pub(super) fn reaches(&mut self, end: u64) {
        self.end = end;
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn next(&mut self) -> io::Result<Next> {
        let left = self.end.saturating_sub(self.at);
        if left == 0 {
            return Ok(Next::End);
        }
        if left < FRAME as u64 {
            return Ok(Next::Torn);
        }
        let mut head = [0; FRAME];
        self.file.read_exact(&mut head)?;
        let [a, b, c, d, sums @ ..] = head;
        let length = u32::from_le_bytes([a, b, c, d]);
        let own = u32::from_le_bytes([sums[4], sums[5], sums[6], sums[7]]);
        if crc32fast::hash(&head[..8]) != own {
            // what a file system leaves of writes that it did not finish
            let nothing = head == [0; FRAME] && self.rest_is_nothing()?;
            return Ok(if nothing {
                Next::Torn
            } else {
                Next::Damaged("a length does not match its checksum")
            });
        }
        let whole = FRAME as u64 + u64::from(length);
        if whole > left {
            return Ok(Next::Torn);
        }
        // below what the file has
        self.bytes.resize(length as usize, 0);
        self.file.read_exact(&mut self.bytes)?;
        let sum = u32::from_le_bytes([sums[0], sums[1], sums[2], sums[3]]);
        if crc32fast::hash(&self.bytes) != sum {
            return Ok(if whole == left {
                Next::Torn
            } else {
                Next::Damaged("an event does not match its checksum")
            });
        }
        self.at += whole;
        Ok(Next::Frame)
    }

    fn rest_is_nothing(&mut self) -> io::Result<bool> {
        let mut rest = Vec::with_capacity(64 << 10);
        loop {
            rest.clear();
            let read = (&mut self.file).take(64 << 10).read_to_end(&mut rest)?;
            if read == 0 {
                return Ok(true);
            }
            if rest.iter().any(|byte| *byte != 0) {
                return Ok(false);
            }
        }
    }
}
