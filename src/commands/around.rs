//! Reads the green run of `--baseline`, and what is told besides the failures.

use super::progress::Progress;
use super::source;
use crate::archive::{self, Limits};
use crate::baseline;
use crate::failure::{Failure, Kind};
use crate::options::{Request, Source, Surroundings};
use crate::report::Around;
use crate::transcript::{self, GreenText, Transcript};

/// Compares with the green run, where one is given: its lines can no longer be causes in `transcript`.
///
/// # Errors
/// When the green run cannot be read, or nothing in it is green.
pub(super) fn compare(transcript: &mut Transcript, request: &Request, limits: Limits, progress: &Progress) -> Result<Around, Failure> {
    let mut around = Around::default();
    if let Some(path) = &request.baseline {
        progress.says("comparing with the green run");
        let mut archive = archive::open(source::read(&Source::Path(path.clone()), limits)?, limits)?;
        let green = transcript::read_with(&mut archive, GreenText::Kept)?;
        if !baseline::is_green(&green) {
            let message = format!("--baseline: no job of `{}` succeeded", path.display());
            return Err(Failure::new(Kind::Source, message)
                .hint("give the log of a run that was green, such as the last one on the default branch"));
        }
        baseline::dismiss_known(transcript, &green);
        around.changes = Some(baseline::changes(transcript, &green));
    }
    if request.surroundings == Surroundings::Told {
        around.versions = Some(transcript.jobs.iter().map(|job| baseline::versions(&job.text)).collect());
    }
    Ok(around)
}
