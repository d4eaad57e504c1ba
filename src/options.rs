//! The command line as meant.
