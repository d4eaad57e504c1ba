//! Turns an outcome into workflow commands, which GitHub shows as annotations of the run and of the changed lines.

use super::fold;
use super::inline::{count, one_line};
use super::{Outcome, diff};
use crate::inspection::Level;
use crate::remedy::{Failure, Verdict};

/// The platform keeps ten errors and ten warnings of a step and drops the others (`facts`: limits of annotations).
const KEPT: usize = 10;

/// One line a distinct failure: `::error file=…,line=…,title=…::message`.
pub fn render(outcome: &Outcome) -> String {
    let groups = fold::groups(outcome);
    let mut out: String = groups.iter().take(KEPT).map(|group| command(outcome, group.lead, group.others.len())).collect();
    if groups.len() > KEPT {
        out.push_str(&format!("{} not annotated: a step may have ten.\n", count(groups.len() - KEPT, "more failure")));
    }
    out
}

fn command(outcome: &Outcome, failure: &Failure, others: usize) -> String {
    let grave = failure.inspected.as_ref().is_none_or(|inspected| inspected.level == Level::Error);
    let level = if failure.verdict == Verdict::Transient || !grave { "warning" } else { "error" };
    let mut properties = Vec::new();
    if let (Some(inspected), Some(cause)) = (&failure.inspected, &failure.diagnosis.cause) {
        properties.push(format!("file={}", property(&one_line(&cause.file))));
        properties.push(format!("line={},col={}", cause.number, inspected.column));
    } else if let Some(path) = &failure.workflow {
        let touched = failure.remedies.iter().filter_map(|remedy| remedy.patch.as_ref()).flat_map(|patch| &patch.files);
        let line = touched.filter(|file| &file.path == path).find_map(diff::first_changed_line).unwrap_or(1);
        properties.push(format!("file={}", property(path.as_str())));
        properties.push(format!("line={line}"));
    }
    properties.push(format!("title={}", property(&title(outcome, failure, others))));
    format!("::{level} {}::{}\n", properties.join(","), data(&message(failure)))
}

fn title(outcome: &Outcome, failure: &Failure, others: usize) -> String {
    let what = failure.diagnosis.rule.as_deref().map_or_else(|| "unexplained failure".to_owned(), one_line);
    let job = outcome.job(failure).map_or_else(String::new, |job| format!(" in {}", one_line(&job.name)));
    let more = if others > 0 { format!(" and {}", count(others, "other job")) } else { String::new() };
    format!("{what}{job}{more}")
}

fn message(failure: &Failure) -> String {
    let mut parts = Vec::new();
    if let Some(cause) = failure.diagnosis.cause.as_ref().filter(|_| failure.inspected.is_none()) {
        parts.push(format!("{}\n({}:{})", one_line(&cause.text), one_line(&cause.file), cause.number));
    }
    parts.push(one_line(&failure.explanation));
    if let Some(remedy) = failure.remedies.first() {
        parts.push(format!("{}.", one_line(&remedy.title)));
    }
    parts.join("\n")
}

/// Escapes a command's text as actions/toolkit does (`packages/core/src/command.ts`).
pub(super) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a command's property as actions/toolkit does.
pub(super) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use snapbox::{IntoData as _, assert_data_eq, str};

    use super::super::example;
    use super::*;

    #[test]
    fn failures_become_annotations_of_the_changed_line() {
        assert_data_eq!(
            render(&example::committed()),
            str![[r#"
::error file=.github/workflows/ci.yml,line=8,title=python-module-not-found in test (3.12) and 2 other jobs::E   ModuleNotFoundError: No module named 'requests'%0A(test (3.12)/4_Run pytest.txt:11)%0APython could not import `requests`: nothing in this job installs it. The tests need it, so the workflow has to install it before they run.%0AInstall requests before the tests run.
::error title=unexplained failure in docs::the flux capacitor is cold: 3.21 gigawatts needed%0A(docs/4_Run pytest.txt:1)%0AThe step ended with exit code 2.

"#]]
            .raw()
        );
    }

    #[test]
    fn a_log_line_cannot_end_the_command() {
        assert_eq!(data("a\n::warning::b\r%"), "a%0A::warning::b%0D%25");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
