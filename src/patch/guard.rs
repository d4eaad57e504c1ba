//! Turns a patch into leave to make it, or the way in which it would hide a failure or widen trust.
use super::PatchSet;

/// How a patch would hide a failure or widen trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Masked(pub String);

/// TODO
pub fn guard(_: &PatchSet) -> Result<(), Masked> {
    Ok(())
}
