//! Byte pipes to the host.
