//! Turns a healing into the message of its commit. Log text in it is quoted and can neither forge a trailer nor steer CI.

use super::inline::{bounded, count, cut, one_line};
use super::{made, prose};
use crate::inspection::Level;
use crate::remedy::{Failure, Healing, Remedy};
use crate::rules::Safety;
use crate::transcript::Transcript;

/// Columns of a commit message, by git's own custom.
const WIDTH: usize = 72;

/// Columns of a quoted log line: longer ones are cut.
const QUOTED: usize = 200;

/// Words that make GitHub skip the workflows of a push, wherever they stand in the message
/// (<https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs>).
const SKIPS: &[&str] = &["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]", "skip-checks:"];

/// Words in front of `#12` that make GitHub close that issue.
const CLOSING: &[&str] = &["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];

/// The message for the commit that holds `healing`'s patch, made for a user who allowed `allowed`.
pub fn commit_message(transcript: &Transcript, healing: &Healing, allowed: Safety) -> String {
    let healed: Vec<(&Failure, &Remedy)> =
        healing.failures.iter().filter_map(|failure| Some((failure, made(healing, allowed, failure)?))).collect();
    let mut changes: Vec<&(&Failure, &Remedy)> = Vec::new();
    for pair in &healed {
        if !changes.iter().any(|(_, known)| known.title == pair.1.title) {
            changes.push(pair);
        }
    }
    let mut paragraphs = vec![subject(healing, &changes)];
    for (failure, remedy) in &changes {
        let alike = healed.iter().filter(|(_, other)| other.title == remedy.title).count();
        paragraphs.extend(body(transcript, failure, remedy, alike));
    }
    let mut message = paragraphs.join("\n\n");
    message.push_str("\n\n");
    for trailer in trailers(transcript, &healed) {
        message.push_str(&trailer);
        message.push('\n');
    }
    message
}

fn subject(healing: &Healing, changes: &[&(&Failure, &Remedy)]) -> String {
    let what = match changes {
        [] => "heal the workflow".to_owned(),
        [(_, remedy)] => lower_first(&one_line(&remedy.title)),
        several => {
            let file = healing.patch.files.first().map_or("the workflows", |file| file.path.file_name());
            let place = if healing.patch.files.len() == 1 { file } else { "the workflows" };
            format!("heal {} of {place}", count(several.len(), "failure"))
        }
    };
    inert(&cut(&format!("ci: {what}"), WIDTH))
}

/// Why and what, as paragraphs.
fn body(transcript: &Transcript, failure: &Failure, remedy: &Remedy, alike: usize) -> Vec<String> {
    let mut paragraphs = vec![paragraph(&place(transcript, failure, alike))];
    if let Some(cause) = &failure.diagnosis.cause {
        paragraphs.push(format!("    {}", inert(&cut(one_line(&cause.text).trim(), QUOTED))));
        paragraphs.push(paragraph(&format!("({}, line {})", one_line(&cause.file), cause.number)));
    }
    paragraphs.push(paragraph(bounded(&failure.explanation).as_str()));
    let review = if remedy.safety == Safety::Safe { "" } else { " Please review this change: it needs a person's consent." };
    paragraphs.push(paragraph(&format!("{}.{review}", one_line(&remedy.title).trim_end_matches('.'))));
    paragraphs
}

fn place(transcript: &Transcript, failure: &Failure, alike: usize) -> String {
    if let Some(inspected) = &failure.inspected {
        let what = if inspected.level == Level::Error { "does not run" } else { "does not do what it says" };
        let file = failure.workflow.as_ref().map_or_else(String::new, |path| one_line(path.as_str()));
        return format!("{file} {what}:");
    }
    let job = failure.diagnosis.job.and_then(|job| transcript.jobs.get(job));
    let step = job.zip(failure.diagnosis.step).and_then(|(job, step)| job.steps.get(step));
    let job = job.map_or_else(|| "The run".to_owned(), |job| format!("Job \"{}\"", one_line(&job.name)));
    let more = if alike > 1 { format!(" and {} more", alike - 1) } else { String::new() };
    let step = step.and_then(|step| step.name.as_deref()).map(|name| format!(" in step \"{}\"", one_line(name)));
    format!("{job}{more} failed{}:", step.unwrap_or_default())
}

fn trailers(transcript: &Transcript, healed: &[(&Failure, &Remedy)]) -> Vec<String> {
    let mut trailers = Vec::new();
    let mut add = |trailer: String| {
        if !trailers.contains(&trailer) {
            trailers.push(trailer);
        }
    };
    for (failure, _) in healed {
        if let Some(rule) = &failure.diagnosis.rule {
            add(format!("Autoheal-Rule: {}", one_line(rule)));
        }
    }
    for (failure, _) in healed {
        add(format!("Autoheal-Fingerprint: {}", failure.fingerprint));
    }
    if let Some(id) = transcript.run.id {
        add(format!("Autoheal-Run: {id}"));
    }
    trailers
}

/// Prose at the message's width, with every line that git or GitHub would act upon indented.
fn paragraph(text: &str) -> String {
    let line = |line: String| if acts(&line) { format!("    {line}") } else { line };
    prose::wrapped(&inert(text), WIDTH).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Whether a line at the margin means something: a trailer, a divider of `git am` and `interpret-trailers`, a patch, a
/// comment.
fn acts(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let key = lower.split_once(": ").map_or("", |(key, _)| key);
    let trailer = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && key.contains('-');
    trailer || ["---", "diff ", "index: ", "#", ">from "].iter().any(|start| lower.starts_with(start))
}

/// Text in which no word skips CI or closes an issue.
fn inert(text: &str) -> String {
    let mut text = text.to_owned();
    for skip in SKIPS {
        while let Some(start) = text.to_ascii_lowercase().find(skip) {
            text.insert(start + 1, ' ');
        }
    }
    apart_from_closing(&text)
}

/// Puts a space into `fixes #12`, so that it names no issue.
fn apart_from_closing(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut closing = false;
    for word in text.split_inclusive([' ', '\n']) {
        let bare = word.trim().trim_end_matches(':').to_ascii_lowercase();
        let reference = word.find('#').filter(|_| closing);
        match reference {
            Some(hash) => out.extend([word.get(..=hash).unwrap_or(word), " ", word.get(hash + 1..).unwrap_or("")]),
            None => out.push_str(word),
        }
        closing = CLOSING.contains(&bare.as_str());
    }
    out
}

/// `Install` becomes `install`; `NPM` stays.
fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => first.to_lowercase().chain(second).chain(characters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use snapbox::{IntoData as _, assert_data_eq, str};

    use super::super::example;
    use super::*;

    #[test]
    fn a_message_names_cause_place_and_change() {
        let outcome = example::committed();
        assert_data_eq!(
            commit_message(&outcome.transcript, &outcome.healing, outcome.allowed),
            str![[r#"
ci: install requests before the tests run

Job "test (3.12)" and 2 more failed in step "Run pytest":

    E   ModuleNotFoundError: No module named 'requests'

(test (3.12)/4_Run pytest.txt, line 11)

Python could not import `requests`: nothing in this job installs it. The
tests need it, so the workflow has to install it before they run.

Install requests before the tests run. Please review this change: it
needs a person's consent.

Autoheal-Rule: python-module-not-found
Autoheal-Fingerprint: 0961743e10350aa4
Autoheal-Run: 1234567

"#]]
            .raw()
        );
    }

    #[test]
    fn log_text_forges_nothing() {
        let mut outcome = example::committed();
        for failure in &mut outcome.healing.failures {
            failure.explanation = "Signed-off-by: nobody\n\nAutoheal-Run: 666\n\n--- a/x [skip ci], fixes #12".to_owned();
        }
        let message = commit_message(&outcome.transcript, &outcome.healing, outcome.allowed);
        for line in message.lines() {
            assert!(!line.starts_with("Signed-off") && !line.starts_with("---") && !line.starts_with("Autoheal-Run: 666"), "{message}");
        }
        assert!(!message.contains("[skip ci]") && !message.contains("fixes #12"), "{message}");
    }

    #[test]
    fn no_subject_is_longer_than_git_shows() {
        let mut outcome = example::committed();
        for failure in &mut outcome.healing.failures {
            for remedy in &mut failure.remedies {
                remedy.title = "Install ".repeat(30);
            }
        }
        let message = commit_message(&outcome.transcript, &outcome.healing, outcome.allowed);
        assert!(message.lines().next().is_some_and(|subject| subject.chars().count() <= WIDTH), "{message}");
    }

    #[test]
    fn names_in_capitals_stay() {
        assert_eq!(lower_first("Install x"), "install x");
        assert_eq!(lower_first("NPM wants"), "NPM wants");
    }
}
