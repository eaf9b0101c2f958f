//! What happened, and what should: dialogues between host and module.

pub mod capture;
pub mod chat;
pub mod coverage;
pub mod event;
pub mod replay;
pub mod report;
