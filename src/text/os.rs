//! Operating systems of runners.

/// What a runner or container runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperatingSystem {
    /// Any Linux distribution.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}
