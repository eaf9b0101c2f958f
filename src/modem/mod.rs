//! The sans-IO modem machine.
