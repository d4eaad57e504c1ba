//! Events: activity types that they do not have, and schedules.

use super::file::File;
use super::{Cure, CureChange, Finding, filters};
use crate::edit::Splice;
use crate::rules::Safety;
use crate::text::nearest;
use crate::workflow::{Entry, Node, NodeKind, Route, ScalarStyle};

/// Activity types by event (actions/languageservices, `workflow-v1.0.json`). An event that is not here is not judged.
const TYPES: &[(&str, &[&str])] = &[
    ("branch_protection_rule", &["created", "edited", "deleted"]),
    ("check_run", &["created", "rerequested", "completed", "requested_action"]),
    ("check_suite", &["completed"]),
    (
        "discussion",
        &[
            "created",
            "edited",
            "deleted",
            "transferred",
            "pinned",
            "unpinned",
            "labeled",
            "unlabeled",
            "locked",
            "unlocked",
            "category_changed",
            "answered",
            "unanswered",
        ],
    ),
    ("discussion_comment", &["created", "edited", "deleted"]),
    ("issue_comment", &["created", "edited", "deleted"]),
    (
        "issues",
        &[
            "opened",
            "edited",
            "deleted",
            "transferred",
            "pinned",
            "unpinned",
            "closed",
            "reopened",
            "assigned",
            "unassigned",
            "labeled",
            "unlabeled",
            "locked",
            "unlocked",
            "milestoned",
            "demilestoned",
            "typed",
            "untyped",
            "field_added",
            "field_removed",
        ],
    ),
    ("label", &["created", "edited", "deleted"]),
    ("merge_group", &["checks_requested"]),
    ("milestone", &["created", "closed", "opened", "edited", "deleted"]),
    ("pull_request", PULL_REQUEST),
    ("pull_request_review", &["submitted", "edited", "dismissed"]),
    ("pull_request_review_comment", &["created", "edited", "deleted"]),
    ("pull_request_target", PULL_REQUEST),
    ("registry_package", &["published", "updated"]),
    ("release", &["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"]),
    ("watch", &["started"]),
    ("workflow_run", &["completed", "requested", "in_progress"]),
];

const PULL_REQUEST: &[&str] = &[
    "assigned",
    "unassigned",
    "labeled",
    "unlabeled",
    "opened",
    "edited",
    "closed",
    "reopened",
    "synchronize",
    "converted_to_draft",
    "locked",
    "unlocked",
    "enqueued",
    "dequeued",
    "milestoned",
    "demilestoned",
    "ready_for_review",
    "review_requested",
    "review_request_removed",
    "auto_merge_enabled",
    "auto_merge_disabled",
];

/// What is wrong with the file's events.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(on) = file.workflow.top("on").filter(|_| !file.is_action()) else { return findings };
    for event in on.entries() {
        let Some(name) = event.key.as_str() else { continue };
        let value = file.document().resolve(&event.value);
        if name == "schedule" {
            for item in value.items() {
                let cron = file.document().under(&item.value, "cron");
                findings.extend(cron.and_then(|node| schedule(file, node)));
            }
        }
        findings.extend(types(file, name, value));
        findings.extend(filters::findings(file, name, value));
    }
    findings
}

fn types(file: &File<'_>, name: &str, event: &Node) -> Vec<Finding> {
    let Some((_, known)) = TYPES.iter().find(|(event, _)| *event == name) else { return Vec::new() };
    let Some(entry) = event.entry("types") else { return Vec::new() };
    let route = Route::root().key("on").key(name).key("types");
    let single = (&entry.value, route.clone());
    let nodes: Vec<(&Node, Route)> = match &entry.value.kind {
        NodeKind::Sequence { items, .. } => items.iter().enumerate().map(|(at, item)| (&item.value, route.index(at))).collect(),
        _ => vec![single],
    };
    nodes.into_iter().filter_map(|(node, route)| activity(file, entry, node, &route, known)).collect()
}

fn activity(file: &File<'_>, entry: &Entry, node: &Node, route: &Route, known: &[&str]) -> Option<Finding> {
    let text = node.as_str().filter(|text| !text.is_empty() && !known.contains(text) && !text.contains("${{"))?;
    let right = nearest(text, known.iter().copied());
    let finding = file.finding("unknown-activity", node.span, format!("the event has no activity type `{text}`"))?;
    let taken = |right: &str| entry.value.items().iter().any(|item| item.value.as_str() == Some(right));
    let cure = right.filter(|right| !taken(right) && !file.document().is_shared(route)).map(|right| {
        let written = file.document().slice(node.span).replacen(text, right, 1);
        let edit = file.set(route, node, vec![Splice { span: node.span, text: written }], right.to_owned());
        let title = format!("Write `{right}` instead of `{text}`");
        Cure { title, safety: Safety::NeedsReview, change: CureChange::Edits(vec![edit]), grants: Vec::new() }
    });
    Some(finding.with_cure(cure).with_help(format!("It has {}", known.join(", "))))
}

/// A field of a schedule: its name, its least and greatest value, and the names of its values.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day of the month", least: 1, most: 31, names: &[] },
    Field { name: "month", least: 1, most: 12, names: MONTHS },
    Field { name: "day of the week", least: 0, most: 7, names: DAYS },
];

fn schedule(file: &File<'_>, node: &Node) -> Option<Finding> {
    let text = node.as_str().filter(|text| !text.is_empty())?;
    match impossible(text) {
        Err(reason) => {
            let help = "Write five fields: minute, hour, day of the month, month, day of the week";
            Some(file.finding("cron-syntax", node.span, format!("`{text}` is no schedule: {reason}"))?.with_help(help))
        }
        Ok(true) => {
            let finding = file.finding("cron-impossible", node.span, format!("`{text}` names a day that no calendar has"))?;
            Some(finding.with_help("Name a day that one of the months has"))
        }
        Ok(false) => {
            let minutes = text.split_ascii_whitespace().next().filter(|minutes| is_too_often(minutes))?;
            let message = format!("`{minutes}` asks for runs less than {SHORTEST} minutes apart, which the platform does not make");
            let finding = file.finding("cron-too-often", node.span, message)?;
            Some(finding.with_help(format!("Write `*/{SHORTEST}` for the most there is, or one minute for once an hour")))
        }
    }
}

/// Minutes between two runs of a schedule at least
/// (<https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule>).
const SHORTEST: u32 = 5;

/// Whether the minutes of a sound schedule lie closer together than the platform starts runs.
fn is_too_often(field: &str) -> bool {
    let mut minutes = std::collections::BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, step.parse::<usize>().ok()));
        let number = |text: &str| text.parse::<u32>().ok();
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, 59),
            Some((first, last)) => (number(first).unwrap_or(0), number(last).unwrap_or(59)),
            None => (number(range).unwrap_or(0), if step.is_some() { 59 } else { number(range).unwrap_or(0) }),
        };
        minutes.extend((first..=last.min(59)).step_by(step.unwrap_or(1).max(1)));
    }
    minutes.iter().zip(minutes.iter().skip(1)).any(|(one, next)| next - one < SHORTEST)
}

/// Whether no year has the days that a schedule names.
///
/// # Errors
/// With the reason why it is no schedule.
fn impossible(text: &str) -> Result<bool, String> {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(format!("it has {} fields, not five", fields.len()));
    }
    let mut values = Vec::new();
    for (field, text) in FIELDS.iter().zip(&fields) {
        values.push(field.values(text)?);
    }
    // A day of the week that is named starts it as well.
    let (Some(days), Some(months), None) = (&values[2], &values[3], &values[4]) else { return Ok(false) };
    let longest = |month: &u32| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    Ok(months.iter().all(|month| days.iter().all(|day| *day > longest(month))))
}

impl Field {
    /// The values that a field names; none for all of them.
    fn values(&self, text: &str) -> Result<Option<Vec<u32>>, String> {
        let mut values = Vec::new();
        let mut all = false;
        for part in text.split(',') {
            let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
            if let Some(step) = step {
                let sound = step.parse::<u32>().is_ok_and(|step| step > 0);
                if !sound {
                    return Err(format!("`{step}` is no step of the {}", self.name));
                }
            }
            let (first, last) = match range.split_once('-') {
                _ if range == "*" => {
                    all = true;
                    continue;
                }
                Some((first, last)) => {
                    let (least, most) = (self.value(first)?, self.value(last)?);
                    if least > most {
                        return Err(format!("`{range}` runs backwards"));
                    }
                    (least, most)
                }
                None => {
                    let one = self.value(range)?;
                    (one, if step.is_some() { self.most } else { one })
                }
            };
            values.extend(first..=last.min(self.most));
        }
        Ok(if all { None } else { Some(values) })
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)).and_then(|at| u32::try_from(at).ok());
        let number =
            named.map(|at| at + self.least).or_else(|| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())));
        match number {
            Some(number) if (self.least..=self.most).contains(&number) => Ok(number),
            _ => Err(format!("`{text}` is no {}", self.name)),
        }
    }
}

/// Whether a scalar is written without quotes.
pub(super) fn is_plain(node: &Node) -> bool {
    node.style() == Some(ScalarStyle::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_read_as_cron_does() {
        for text in ["0 0 * * *", "*/15 0-6,12 1,15 JAN-MAR mon", "0 0 29 2 *", "0 0 31 2 1", "5 4 * * 7"] {
            assert_eq!(impossible(text), Ok(false), "{text}");
        }
        for text in ["0 0 30 2 *", "0 0 31 4,6 *", "0 0 31 FEB *"] {
            assert_eq!(impossible(text), Ok(true), "{text}");
        }
        for text in [
            "0 0 * *",
            "@daily",
            "60 0 * * *",
            "0 24 * * *",
            "0 0 0 * *",
            "0 0 * 13 *",
            "0 0 * * FOO",
            "*/0 * * * *",
            "0 0 * * * *",
            "0 5-3 * * *",
        ] {
            assert!(impossible(text).is_err(), "{text}");
        }
    }

    #[test]
    fn minutes_that_lie_too_close_are_seen() {
        for minutes in ["*", "*/4", "0,2", "10-12", "1/3"] {
            assert!(is_too_often(minutes), "{minutes}");
        }
        for minutes in ["0", "*/5", "*/15", "0,30", "7,22,37,52", "0-59/10", "*/7"] {
            assert!(!is_too_often(minutes), "{minutes}");
        }
    }
}
