//! Turns a message into what stays the same from run to run, for a failure's fingerprint.

use std::sync::LazyLock;

use regex::Regex;

/// What differs from run to run: temporary folders, ids, times, versions, numbers.
const CHANGING: &str = r"(?x)
      (?:/tmp|/private/var/folders|/var/folders|[A-Za-z]:\\Users\\[^\\\s]+\\AppData\\Local\\Temp)[/\\][^\s'\x22:;,)\]]*
    | (?:/home/runner/work|/__w|/Users/runner/work|[A-Za-z]:\\a)[/\\]_temp[/\\][^\s'\x22:;,)\]]*
    | \b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b
    | \b0x[0-9a-fA-F]+\b
    | \b[0-9a-fA-F]*[0-9][0-9a-fA-F]{6,}\b
    | \d+(?:[.:,\-]\d+)*(?:\s?(?:ns|us|µs|ms|s|m|h|min|sec|seconds|minutes|KB|MB|GB|KiB|MiB|GiB|B)\b)?";

static CHANGES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(CHANGING).ok());

/// The message with whatever changes from run to run blanked (`#`) and white space made one.
pub fn normalised(text: &str) -> String {
    let blanked = match &*CHANGES {
        Some(changes) => changes.replace_all(text, "#"),
        None => text.into(),
    };
    blanked.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_from_run_to_run_is_blanked() {
        for (one, other) in [
            ("3 failed, 20 passed in 1.25s", "5 failed, 118 passed in 12.5s"),
            (
                "/home/runner/work/_temp/0f5d9a4e-6d0c-4b6e-8a43-7a5c0f6d2f11.sh: line 1: foo: command not found",
                "/home/runner/work/_temp/aa.sh: line 12: foo: command not found",
            ),
            ("cannot lock /tmp/abc123/x: busy", "cannot lock /tmp/zz9/y: busy"),
            ("object 1f2e3d4c5b6a7988 at 0xdeadbeef", "object aabbccdd00112233 at 0x1"),
            ("took  2 min", "took 31 min"),
        ] {
            assert_eq!(normalised(one), normalised(other));
        }
        assert_ne!(normalised("No module named 'a'"), normalised("No module named 'b'"));
        assert_eq!(normalised("facade deadbeef"), "facade deadbeef");
    }
}
