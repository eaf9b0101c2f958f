//! Module time.
