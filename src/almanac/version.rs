//! Turns an action's reference into the version that it names.

use std::fmt;

/// What an action's reference says about its version: `v4` floats, `v4.2` floats less, `v4.2.2` is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionVersion {
    /// The first number.
    pub major: u32,
    /// The second, where it is named.
    pub minor: Option<u32>,
    /// The third, where it is named.
    pub patch: Option<u32>,
}

impl ActionVersion {
    /// Reads `v4`, `4.2` or `v4.2.2`; none for branches, commits and pre-releases.
    pub fn parse(reference: &str) -> Option<Self> {
        let text = reference.trim();
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.').map(number);
        let major = parts.next()??;
        let minor = parts.next().map_or(Some(None), |part| part.map(Some))?;
        let patch = parts.next().map_or(Some(None), |part| part.map(Some))?;
        parts.next().is_none().then_some(Self { major, minor, patch })
    }

    /// Whether it names one release for good.
    pub const fn is_exact(self) -> bool {
        self.patch.is_some()
    }
}

/// A short row of digits; nothing longer is a version.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// Whether a reference is a full commit id: 40 hexadecimal digits.
pub(super) fn is_commit(reference: &str) -> bool {
    reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl fmt::Display for ActionVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "v{}", self.major)?;
        [self.minor, self.patch].into_iter().flatten().try_for_each(|part| write!(formatter, ".{part}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_that_name_a_version_are_read() {
        for (text, shown) in [("v4", "v4"), ("4", "v4"), ("v4.2", "v4.2"), ("3.1.3", "v3.1.3")] {
            assert_eq!(ActionVersion::parse(text).unwrap().to_string(), shown);
        }
        assert!(ActionVersion::parse("v4.2.2").unwrap().is_exact());
        assert!(!ActionVersion::parse("v4.2").unwrap().is_exact());
    }

    #[test]
    fn other_references_name_no_version() {
        for text in ["", "v", "main", "v4-beta", "v4.2.2.1", "v4..2", "11bd71901bbe5b1630ceea73d27597364c9af683", "v99999999999"] {
            assert_eq!(ActionVersion::parse(text), None, "{text}");
        }
        assert!(is_commit("11bd71901bbe5b1630ceea73d27597364c9af683"));
    }
}
