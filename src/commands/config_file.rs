//! Turns the repository's configuration file into limits.
#![expect(clippy::disallowed_methods, reason = "shell: reads the configuration of the work tree")]

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::config::{self, Config};
use crate::failure::{Failure, Kind};
use crate::repository::Repository;

/// No configuration is larger than this, in bytes.
const LARGEST: u64 = 1 << 20;

/// Mistakes that are told beside the first.
const MISTAKES: usize = 10;

/// The text of the configuration: that of the work tree, which is in force at once like the rules beside it; without a work tree,
/// that of the commit that is healed. None where there is no such file.
///
/// # Errors
/// When it is there and cannot be read.
pub(super) fn text(workdir: Option<&Path>, repository: Option<&Repository>) -> Result<Option<String>, Failure> {
    let Some(workdir) = workdir else {
        return Ok(repository.and_then(|repository| repository.text(config::PATH)).map(str::to_owned));
    };
    let cannot = |error: &std::io::Error| Failure::new(Kind::Config, format!("cannot read `{}`: {error}", config::PATH));
    let path = workdir.join(config::PATH);
    match fs::metadata(&path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(cannot(&error)),
        Ok(metadata) if metadata.len() > LARGEST => {
            return Err(Failure::new(
                Kind::Config,
                format!("`{}` is too large: {} bytes, at most {LARGEST}", config::PATH, metadata.len()),
            ));
        }
        Ok(_) => {}
    }
    fs::read_to_string(&path).map(Some).map_err(|error| cannot(&error))
}

/// The limits in force.
///
/// # Errors
/// When the file cannot be read, or says something that it may not.
pub(super) fn load(workdir: Option<&Path>, repository: Option<&Repository>) -> Result<Config, Failure> {
    let Some(text) = text(workdir, repository)? else { return Ok(Config::default()) };
    Config::read(&text).map_err(|mistakes| {
        let mut mistakes = mistakes.iter().map(ToString::to_string);
        let first = Failure::new(Kind::Config, mistakes.next().unwrap_or_default());
        let told = mistakes.take(MISTAKES).fold(first, Failure::hint);
        told.hint("docs/configuration.md of gh-autoheal tells every key; `gh autoheal doctor --offline` checks the file again")
    })
}
