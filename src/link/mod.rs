//! The FTP side.

pub mod embedded;
