//! What the tests stand on. Nothing here shares code with the product.

pub mod cli;
pub mod equal;
pub mod fixtures;
pub mod pair;
pub mod proxy;
pub mod server;
pub mod temp;
pub mod wait;
