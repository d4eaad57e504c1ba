//! Turns an outcome into Markdown for an issue or a step summary. Nothing foreign in it is live.

use super::diff;
use super::fold::{self, Group};
use super::inline::{bounded, count, one_line};
use super::{Deed, Outcome};
use crate::remedy::{Failure, Remedy};
use crate::rules::Safety;
use crate::transcript::Job;

/// A page shows so many distinct failures: an issue holds 65536 characters, a step summary a mebibyte
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary>).
const SHOWN: usize = 10;

/// Lines of the log above and below the cause.
const AROUND: usize = 3;

/// The page.
pub fn render(outcome: &Outcome) -> String {
    let groups = fold::groups(outcome);
    let mut out = String::new();
    if groups.is_empty() {
        out.push_str(&format!("Nothing failed here ({}).\n", count(outcome.transcript.jobs.len(), "job")));
    }
    for group in groups.iter().take(SHOWN) {
        failure(&mut out, outcome, group);
    }
    if groups.len() > SHOWN {
        out.push_str(&format!("…and {}.\n\n", count(groups.len() - SHOWN, "more failure")));
    }
    super::around::markdown(&mut out, outcome);
    for skipped in &outcome.healing.skipped {
        out.push_str(&format!("- {} changes nothing here: {}\n", code(&skipped.rule), prose(&one_line(&skipped.reason))));
    }
    if let Deed::Committed { branch, commit, .. } = &outcome.deed {
        out.push_str(&format!("Healed on branch {} as {}.\n", code(branch), code(commit)));
    }
    if let Deed::CommittedApart(made) = &outcome.deed {
        for made in made {
            out.push_str(&format!("- Healed on branch {} as {}.\n", code(&made.branch), code(&made.commit)));
        }
    }
    out
}

fn failure(out: &mut String, outcome: &Outcome, group: &Group<'_>) {
    let lead = group.lead;
    let file = lead.inspected.as_ref().and(lead.workflow.as_ref()).map(|path| code(path.as_str()));
    let whole = || file.unwrap_or_else(|| "The whole run".to_owned());
    let job = outcome.job(lead).map_or_else(whole, |job| prose(&one_line(&job.name)));
    let step = outcome.step(lead).and_then(|step| step.name.as_deref()).map(|name| format!(" › {}", prose(&one_line(name))));
    out.push_str(&format!("### {job}{}\n\n", step.unwrap_or_default()));
    if !group.others.is_empty() {
        let legs: Vec<String> = group.others.iter().filter_map(|other| outcome.job(other)).map(|job| code(&job.name)).collect();
        out.push_str(&format!("The same in {}.\n\n", legs.join(", ")));
    }
    if let Some(cause) = &lead.diagnosis.cause {
        out.push_str(&fenced("text", &window(outcome.job(lead), lead)));
        out.push_str(&format!("{}, line {}\n\n", code(&cause.file), cause.number));
    }
    out.push_str(&prose(bounded(&lead.explanation).as_str()));
    out.push_str("\n\n");
    match &lead.diagnosis.rule {
        Some(rule) => out.push_str(&format!("Rule {}, fingerprint {}.\n\n", code(rule), code(lead.fingerprint.as_str()))),
        None => out.push_str(&format!("No rule explains this failure. Fingerprint {}.\n\n", code(lead.fingerprint.as_str()))),
    }
    if let Some(best) = outcome.made(lead).or(lead.remedies.first()) {
        remedy(out, best);
    }
}

fn remedy(out: &mut String, remedy: &Remedy) {
    let safety = match remedy.safety {
        Safety::Safe => "safe",
        Safety::NeedsReview => "please review",
        Safety::AdviceOnly => "for you to do",
    };
    out.push_str(&format!("**{}** ({safety})\n\n", prose(&one_line(&remedy.title))));
    if let Some(patch) = &remedy.patch {
        out.push_str(&fenced("diff", bounded(&diff::unified(patch).replace("\r\n", "\n")).as_str()));
    } else if let Some(advice) = &remedy.advice {
        out.push_str(&prose(bounded(advice).as_str()));
        out.push_str("\n\n");
    }
}

/// The log around the cause.
fn window(job: Option<&Job>, failure: &Failure) -> String {
    let Some(cause) = &failure.diagnosis.cause else { return String::new() };
    let Some((job, index)) = job.zip(cause.index) else { return one_line(&cause.text) };
    let step = failure.diagnosis.step.and_then(|step| job.steps.get(step)).map_or(0..job.text.len(), |step| step.lines.clone());
    let start = index.saturating_sub(AROUND).max(step.start).min(index);
    let end = (index + AROUND + 1).min(step.end).max(index + 1);
    (start..end).map(|line| bounded(job.text.text(line)).as_str().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A block of code whose fence is longer than any run of backticks in it.
pub(crate) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n\n", text.trim_end_matches('\n'))
}

/// Foreign text as code within a line.
pub(crate) fn code(text: &str) -> String {
    let text = one_line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    if text.is_empty() {
        return String::new();
    }
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Prose whose code spans and lists stay, and in which nothing else is live: no link, image, tag, mention or reference.
pub(crate) fn prose(text: &str) -> String {
    text.split('\n').map(prose_line).collect::<Vec<_>>().join("\n")
}

fn prose_line(line: &str) -> String {
    if line.starts_with("    ") {
        // Behind an empty line it is code; within a paragraph it is prose, so it is made harmless like prose.
        return format!("    {}", escaped(line.trim_start()));
    }
    let parts: Vec<&str> = line.split('`').collect();
    // An odd number of backticks leaves one without a partner: then none of them starts code.
    if parts.len().is_multiple_of(2) {
        return escaped(line);
    }
    let part = |(index, part): (usize, &&str)| match (index % 2, part.trim().is_empty()) {
        (0, _) => escaped(part),
        (_, true) => String::new(),
        (_, false) => format!("`{part}`"),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Plain text with everything that Markdown or GitHub would act upon made inert. GitHub turns mentions, references and
/// addresses into links after reading the Markdown, where a backslash no longer counts: a zero-width space parts them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, character) in text.char_indices() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => out.extend(['\\', character]),
            '@' | '#' => out.extend([character, '\u{200b}']),
            ':' if text.get(index..).is_some_and(|rest| rest.starts_with("://")) => out.push_str(":\u{200b}"),
            'w' | 'W' if text.get(index..index + 4).is_some_and(|start| start.eq_ignore_ascii_case("www.")) => {
                out.extend([character, '\u{200b}'])
            }
            '=' | '+' if out.is_empty() => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    out
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};

    use super::super::example;
    use super::*;

    #[test]
    fn a_page_for_an_issue() {
        assert_data_eq!(render(&example::committed()), file!["snapshots/markdown.txt"].raw());
    }

    #[test]
    fn nothing_foreign_is_live() {
        let page = render(&example::advice_with_secret());
        assert!(!page.contains("ghp_"), "{page}");
        assert_eq!(prose("see [x](http://a) and `b[0]`"), "see \\[x\\](http:\u{200b}//a) and `b[0]`");
        assert_eq!(prose("one ` two @me #1 <img>"), "one \\` two @\u{200b}me #\u{200b}1 &lt;img&gt;");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(fenced("text", "````"), "`````text\n````\n`````\n\n");
    }
}
