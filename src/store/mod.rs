//! The RAM, UFS and SD media.
