//! gh-autoheal.
fn main() {}
