//! What happened, and what should: dialogues between host and module.

pub mod capture;
pub mod chat;
pub mod coverage;
pub mod data;
pub mod event;
pub mod export;
pub mod journal;
pub mod jsonl;
mod keys;
pub mod meaning;
pub mod replay;
pub mod report;
pub(crate) mod secrets;
