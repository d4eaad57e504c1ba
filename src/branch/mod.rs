//! Reads the base commit and commits a patch on a new branch. Only this folder names the `gix` crate.
