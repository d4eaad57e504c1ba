//! Runs a failed step before and after its patch, each in a fresh folder that goes afterwards.

use std::path::Path;
use std::time::Duration;

use super::play::{Played, Stage, set_up};
use super::{folder, hear, text};
use crate::branch::Written;
use crate::commands::pipeline::{Examined, Ground};
use crate::failure::{Failure, Kind};
use crate::patch::{self, PatchSet};
use crate::remedy;
use crate::report::{Verified, inline, made};
use crate::reproduction::{self, Paths, PlannedStep, Verdict, Verification};
use crate::rules::Safety;

/// How long one step may run.
const TIME: Duration = Duration::from_secs(600);

/// What comes of every failure that the patch heals.
///
/// # Errors
/// When a folder cannot be written.
pub(in crate::commands) fn all(examined: &Examined, allowed: Safety, say: &mut dyn FnMut(&str)) -> Result<Vec<Verified>, Failure> {
    let mut out = Vec::new();
    let healing = &examined.healing;
    for failure in healing.failures.iter().filter(|failure| made(healing, allowed, failure).is_some()) {
        if out.iter().any(|known: &Verified| known.fingerprint == failure.fingerprint) {
            continue;
        }
        let verification = one(examined, failure, say)?;
        out.push(Verified {
            fingerprint: failure.fingerprint.clone(),
            before: verification.before.word(),
            after: verification.after.as_ref().map(Verdict::word),
            cured: verification.is_cured(),
            words: inline::bounded(&verification.words()),
        });
    }
    Ok(out)
}

/// What comes of one failure.
fn one(examined: &Examined, failure: &remedy::Failure, say: &mut dyn FnMut(&str)) -> Result<Verification, Failure> {
    let not_run = |why: String| Verification { before: Verdict::NotRun(why), after: None };
    let Ground::Commit { repository: before, .. } = &examined.ground else {
        return Ok(not_run("there is no commit to check out".to_owned()));
    };
    let after = patch::patched(before, &examined.healing.patch);
    let commit = examined.ground.base().map(|base| base.commit.as_str());
    // The folder of the first run only names the paths of the plan; each run has its own.
    let plan_of = |paths: &Paths| {
        let plan = reproduction::plan(&examined.transcript, &failure.diagnosis, Some(before), commit, paths);
        let cure = reproduction::patched(&examined.transcript, &failure.diagnosis, (before, &after), commit, paths);
        plan.map_err(|refused| refused.to_string()).and_then(|plan| Ok((plan, cure?)))
    };
    let mut run = |patched: Option<&PatchSet>, whole: bool| -> Result<Verdict, Failure> {
        let dir = tempfile::Builder::new().prefix("gh-autoheal-verify-").tempdir().map_err(|error| cannot(&error))?;
        let real = std::path::absolute(dir.path()).unwrap_or_else(|_| dir.path().to_owned());
        let paths = Paths::of(&text(&real), &examined.transcript, failure.diagnosis.job);
        let (plan, cure) = match plan_of(&paths) {
            Ok(both) => both,
            Err(why) => return Ok(Verdict::NotRun(why)),
        };
        let steps: &[PlannedStep] = match (patched.is_some(), whole) {
            (false, false) => &cure.before,
            (false, true) => &cure.all_before,
            (true, false) => &cure.after,
            (true, true) => &cure.all_after,
        };
        set_up(&paths).map_err(|error| cannot(&error))?;
        let mut check_out = |step: &reproduction::CheckoutStep| {
            folder::check_out(&examined.ground, step, &paths)?;
            let place = step.path.as_deref().map_or_else(|| paths.workspace(), |path| format!("{}/{path}", paths.workspace()));
            patched.map_or(Ok(()), |patch| Written::overlay(Path::new(&place), patch).map_err(|error| cannot(&error)))
        };
        let stage = Stage { plan: &plan, paths: &paths, time: TIME, container: None };
        Ok(match stage.play(steps, &mut check_out, say)? {
            Played::Last(heard) => hear(examined, failure, &paths, &heard),
            Played::Stopped(why) => Verdict::Stopped(why),
            Played::Earlier { name, exit } => {
                Verdict::NotRun(format!("the earlier step `{}` fails here with exit code {exit}", inline::one_line(&name)))
            }
            Played::Unable(why) => Verdict::NotRun(why),
        })
    };
    let (mut before, mut whole) = (run(None, false)?, false);
    if before != Verdict::SameCause && !matches!(before, Verdict::NotRun(_)) {
        whole = true;
        before = run(None, whole)?;
    }
    let after = if before == Verdict::SameCause { Some(run(Some(&examined.healing.patch), whole)?) } else { None };
    Ok(Verification { before, after })
}

fn cannot(error: &std::io::Error) -> Failure {
    Failure::new(Kind::Output, format!("cannot write to the folder for temporary files: {error}")).hint("name another with TMPDIR")
}
