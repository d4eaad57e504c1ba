//! Turns several plans into one file, and a file into its plans: a job that has only the file publishes one pull request a cause.

use serde::{Deserialize, Serialize};

use super::verify::Refused;
use super::{Plan, VERSION};

/// Plans of a file.
const PLANS: usize = 200;

/// A file of several plans. One plan alone is a file by itself.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Several {
    version: u32,
    plans: Vec<Plan>,
}

/// What is common to both forms.
#[derive(Deserialize)]
struct Probe {
    version: u32,
    plans: Option<serde::de::IgnoredAny>,
}

/// The file of these plans.
///
/// # Errors
/// Never with values of this type; the writer's signature has it.
pub fn written(plans: &[Plan]) -> Result<String, serde_json::Error> {
    if let [plan] = plans {
        return plan.to_json();
    }
    let mut text = serde_json::to_string_pretty(&Several { version: VERSION, plans: plans.to_vec() })?;
    text.push('\n');
    Ok(text)
}

/// Reads one plan, or several.
///
/// # Errors
/// When it is neither, of another version, or names one cause in two plans.
pub fn read(text: &str) -> Result<Vec<Plan>, Refused> {
    let unreadable = |error: serde_json::Error| Refused::Unreadable(error.to_string());
    let probe: Probe = serde_json::from_str(text).map_err(unreadable)?;
    if probe.version != VERSION {
        return Err(Refused::Version(probe.version));
    }
    if probe.plans.is_none() {
        return Ok(vec![serde_json::from_str(text).map_err(unreadable)?]);
    }
    let Several { plans, .. } = serde_json::from_str(text).map_err(unreadable)?;
    if plans.len() > PLANS {
        return Err(Refused::TooMuch { what: crate::report::inline::count(plans.len(), "plan"), most: PLANS });
    }
    if let Some(plan) = plans.iter().find(|plan| plan.version != VERSION) {
        return Err(Refused::Version(plan.version));
    }
    let twice =
        |index: usize| plans.iter().take(index).any(|before| Some(&before.fingerprint) == plans.get(index).map(|plan| &plan.fingerprint));
    match (0..plans.len()).find(|index| twice(*index)).and_then(|index| plans.get(index)) {
        Some(plan) => Err(Refused::Unreadable(format!("it has two plans for {}", plan.fingerprint))),
        None => Ok(plans),
    }
}
