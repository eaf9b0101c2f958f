//! Bytes ↔ AT language: pure functions.
