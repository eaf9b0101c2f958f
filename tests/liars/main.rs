//! Servers that lie, stall and hang up. Whatever they do, the host hears a documented `<err>` in
//! the time that the module promises, the next session works, and memory stays bounded.
//!
//! | The server | The host hears |
//! | --- | --- |
//! | says nothing, or only a part of a reply, or a code without a blank behind it | `609,0` |
//! | says what is no reply, or more than 256 KiB of one | `601,0` |
//! | says a reply that makes no sense here: 1xx, 3xx, 213 without a number, 227 without an address | `601,` and its code |
//! | says 4xx or 5xx | the `<err>` of the note's §6, and its code |
//! | closes the control connection, whenever | `606,0`; after QUIT `0,0` |
//! | announces an address where nobody listens | `615,0` |
//! | opens no data connection, sends nothing by it, or does not end it | `609,0` |
//! | says 226 before it has taken all of an upload | `607,0` |
//! | says 226 before it has sent all of a download | nothing: `0,` and the length |
//! | sends a listing without an end into a file | `613,0` |
//!
//! The tests tell each case, and module time runs fast in them: 609 comes from the module's clock.

#[path = "../common/mod.rs"]
mod common;

mod lies;
mod scripted;

mod addresses;
mod control_connection;
mod data_connection;
