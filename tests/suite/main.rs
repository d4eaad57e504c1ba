//! The one integration binary: what gh-autoheal does to real repositories, judged by other tools.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "tests")]

mod branch;
mod support;
mod tidy;
