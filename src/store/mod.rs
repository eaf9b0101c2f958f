//! The RAM, UFS and SD media.

mod checksum;
mod error;
mod name;

pub use checksum::Checksum;
pub use error::FileError;
pub use name::{FileName, MAX_NAME, Medium, Pattern};
