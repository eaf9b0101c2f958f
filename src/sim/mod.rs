//! A running modem.
