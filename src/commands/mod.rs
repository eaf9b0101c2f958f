//! The AT commands, one file each.
