//! The FTP side.
