//! Any text as an expression: reading, judging and repairing end without a panic.
#![no_main]

use std::collections::BTreeMap;

use gh_autoheal::expression::{Scope, faults, parts, rewrites};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let types = BTreeMap::new();
    let scope = Scope { contexts: &["github", "env", "secrets"], functions: &["always"], types: &types };
    for fault in faults(text, &scope) {
        let _ = rewrites(text, &fault, &scope, &[]);
    }
    let _ = parts(text);
});
