//! Reads binlog bytes with every length checked. The driver's own readers index and unwrap, which a
//! damaged event would turn into a panic; here whatever does not fit is an error.

/// Bytes that are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("it ends too early")]
    Short,
    #[error("it goes on behind its end")]
    Rest,
    #[error("{0}")]
    Wrong(&'static str),
    #[error("{what} {number} is unknown")]
    Unknown { what: &'static str, number: u64 },
}

pub type Parsed<T> = Result<T, Malformed>;

/// What is left to read.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    pub fn take(&mut self, length: usize) -> Parsed<&'a [u8]> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(length)
            .ok_or(Malformed::Short)?;
        self.bytes = rest;
        Ok(taken)
    }

    /// A length of the bytes before it.
    pub fn take_long(&mut self, length: u64) -> Parsed<&'a [u8]> {
        self.take(usize::try_from(length).map_err(|_| Malformed::Short)?)
    }

    pub fn array<const LENGTH: usize>(&mut self) -> Parsed<[u8; LENGTH]> {
        let (taken, rest) = self
            .bytes
            .split_first_chunk::<LENGTH>()
            .ok_or(Malformed::Short)?;
        self.bytes = rest;
        Ok(*taken)
    }

    pub fn u8(&mut self) -> Parsed<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Parsed<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Parsed<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Parsed<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// Little-endian, of 1 to 8 bytes.
    pub fn little(&mut self, length: usize) -> Parsed<u64> {
        let bytes = self.take(length)?;
        Ok(bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Big-endian, of 1 to 8 bytes.
    pub fn big(&mut self, length: usize) -> Parsed<u64> {
        let bytes = self.take(length)?;
        Ok(bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The protocol's length-encoded integer.
    pub fn length_encoded(&mut self) -> Parsed<u64> {
        match self.u8()? {
            short @ 0..=250 => Ok(u64::from(short)),
            252 => self.little(2),
            253 => self.little(3),
            254 => self.u64(),
            251 | 255 => Err(Malformed::Wrong("a length is none")),
        }
    }

    /// The serialization library's integer (tagged GTIDs): as many bytes follow the first as it ends
    /// with ones.
    pub fn variable(&mut self) -> Parsed<u64> {
        let first = *self.bytes.first().ok_or(Malformed::Short)?;
        let more = first.trailing_ones() as usize;
        if more == 8 {
            self.u8()?;
            return self.u64();
        }
        Ok(self.little(more + 1)? >> (more + 1))
    }

    /// The same, signed: the lowest bit is the sign.
    pub fn variable_signed(&mut self) -> Parsed<i64> {
        let raw = self.variable()?;
        let magnitude = (raw >> 1).cast_signed();
        Ok(if raw & 1 == 0 { magnitude } else { !magnitude })
    }

    /// Bytes up to a NUL, which is taken too.
    pub fn until_nul(&mut self) -> Parsed<&'a [u8]> {
        let length = self
            .bytes
            .iter()
            .position(|byte| *byte == 0)
            .ok_or(Malformed::Short)?;
        let text = self.take(length)?;
        self.u8()?;
        Ok(text)
    }

    /// Bytes behind a length of one byte.
    pub fn short_bytes(&mut self) -> Parsed<&'a [u8]> {
        let length = self.u8()?;
        self.take(usize::from(length))
    }

    /// # Errors
    /// Something is left.
    pub fn end(&self) -> Parsed<()> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(Malformed::Rest)
        }
    }
}
