//! Follows the source's binlog.
//!
//! In: a source, and a position that everything before is already on the destination from. Out, so
//! far: the source's transactions as our own [`event::Event`]s, each with its place ([`stream`]), and
//! rows in exactly the form in which the full copy reads them ([`decode`]), so that what was written
//! for one phase holds for the other.
//!
//! Why no row is lost here: events are taken in the server's order and checked against their
//! checksums; an event that we do not know, cannot read, or that does not belong where it stands ends
//! the stream with its position and type. Nothing is skipped but what is listed by name as carrying
//! no rows. A position counts as passed only at the end of its transaction.

pub mod across;
pub mod apply;
pub mod cascade;
pub mod cursor;
pub mod ddl;
pub mod decode;
pub mod definitions;
pub mod event;
pub mod follow;
pub mod gather;
pub mod group;
pub mod heartbeat;
pub mod held;
pub mod lag;
pub mod net;
pub mod parse;
pub mod reader;
pub mod spool;
pub mod stream;
pub mod transaction;
pub mod window;
pub mod xid;
