//! The `qftpsim` command.

fn main() {}
