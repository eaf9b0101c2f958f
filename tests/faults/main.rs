//! Faults of a scenario as a host meets them: over the port of a running modem, with the embedded
//! server behind it.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `bench` | a modem in this process, with a scenario |
//! | `errs` | every `<err>` and every reply of the note, from its cause and by script |
//! | `wire` | control connection, data connections, TLS |
//! | `network` | the radio link |
//! | `module` | the module, in the middle of a transfer |
//! | `rules` | counting, phases and chance, on the wire |
//! | `again` | the same once more |

#[path = "../common/mod.rs"]
mod common;

mod again;
mod bench;
mod errs;
mod module;
mod network;
mod rules;
mod wire;
