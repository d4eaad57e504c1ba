//! Turns a limit that was too short into a longer one; never adds one and never lowers one.

use super::Verb;
use crate::edit::draft::Draft;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};
use serde_yaml::Value;

/// `raise-timeout {of, minutes, limit}`: raises the `timeout-minutes` that stands at the job or the step, to `minutes` or to the next
/// step of a calm ladder that is at least twice as long. `limit` is the limit that the log shows: where the file has a longer one
/// already, nothing is left to do.
pub(super) const VERB: Verb = Verb { name: "raise-timeout", required: &["of"], optional: &["minutes", "limit"], plan };

/// Limits that people choose, in minutes, for a job. A hosted runner ends every job after 360
/// (<https://docs.github.com/actions/reference/limits>).
const JOB_LADDER: &[u64] = &[60, 120, 180, 240, 300, 360];

/// The same for a step.
const STEP_LADDER: &[u64] = &[5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360];

/// The longest that a hosted runner allows, in minutes.
const LONGEST: u64 = 360;

fn plan(scene: &Scene<'_>, arguments: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    let (route, ladder) = match arguments.need("of")? {
        "job" => (scene.job_route()?, JOB_LADDER),
        "step" => (scene.step()?.route, STEP_LADDER),
        other => return unfit(format!("`of` is `{other}`, not job or step")),
    };
    let key = route.key("timeout-minutes");
    let Some(limit) = scene.document.get(&key) else { return unfit(format!("`{route}` sets no limit of its own")) };
    let Some(old) = limit.as_str().and_then(|text| text.parse::<u64>().ok()).filter(|old| *old > 0) else {
        return unfit(format!("`{key}` is no whole number of minutes"));
    };
    if old >= LONGEST {
        return unfit(format!("{old} minutes is as long as a hosted runner allows"));
    }
    if arguments.get("limit").and_then(|limit| limit.parse::<u64>().ok()).is_some_and(|limit| old > limit) {
        return Err(Refusal::AlreadySo(format!("`{key}`")));
    }
    let new = match arguments.get("minutes").map(str::parse::<u64>) {
        Some(Ok(minutes)) if minutes > old => minutes,
        Some(Ok(_)) => return Err(Refusal::AlreadySo(format!("`{key}`"))),
        Some(Err(_)) => return unfit("`minutes` is no whole number"),
        None => raised(old, ladder),
    };
    let mut draft = Draft::new(scene.document);
    draft.set(&key, Value::from(new))?;
    draft.finish(&scene.place.file, &format!("`{key}`"))
}

/// The first rung that is at least twice `old`; the longest limit where none is.
fn raised(old: u64, ladder: &[u64]) -> u64 {
    ladder.iter().copied().find(|rung| *rung >= old.saturating_mul(2)).unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_rise_calmly() {
        assert_eq!([1, 10, 30].map(|old| raised(old, JOB_LADDER)), [60, 60, 60]);
        assert_eq!([31, 60, 90, 120, 180, 350].map(|old| raised(old, JOB_LADDER)), [120, 120, 180, 240, 360, 360]);
        assert_eq!([1, 5, 10, 20, 50].map(|old| raised(old, STEP_LADDER)), [5, 10, 20, 45, 120]);
        assert!((1..LONGEST).all(|old| (old + 1..=(6 * old).max(60)).contains(&raised(old, JOB_LADDER))));
    }
}
