//! Turns a plan into the bodies of issue and pull request: for a reviewer in a hurry, below GitHub's limit, with nothing foreign
//! alive in them.

use super::marker::{Kind, Marker, Seen};
use super::trial::trial;
use super::{Cause, Change, Plan};
use crate::patch::DifferenceKind;
use crate::remedy::Verdict;
use crate::report::diff;
use crate::report::inline::{count, cut, one_line};
use crate::report::markdown::{code, fenced, prose};
use crate::rules::Safety;
use crate::text::Fingerprint;

/// Characters of a body: GitHub takes 65,536 (`body is too long (maximum is 65536 characters)`), and a few are kept for what is
/// added later.
const LIMIT: usize = 64_000;

/// Characters that GitHub takes.
const HARD: usize = 65_536;

/// Whether GitHub takes a body of this length: one that a person wrote into may have grown.
pub fn fits(body: &str) -> bool {
    body.chars().count() <= HARD
}

/// Characters of one section's explanation or advice.
const WORDS: usize = 4_000;

/// Causes that a pull request tells in full.
const SHOWN: usize = 5;

/// Characters of a diff in an issue.
const DIFF: usize = 30_000;

/// Remedies that a pull request names.
const REMEDIES: usize = 20;

/// Causes whose issues a pull request closes, and whose fingerprints its footer names; GitHub links no more either.
const CLOSED: usize = 200;

/// In place of what is too long for any body.
const LEFT_OUT: &str = "*Left out: it is too long for a body.*\n\n";

/// A part of a body.
struct Section {
    text: String,
    /// What goes first when the body is too long: the greatest number; 0 stays.
    spare: u8,
}

fn section(spare: u8, text: String) -> Section {
    Section { text, spare }
}

/// The sections one behind the other, without the least useful where they are too long together. What nobody can spare goes as well
/// when a hostile plan leaves no other way: the longest first, and never the last two, which tie the body to its causes.
fn joined(mut sections: Vec<Section>) -> String {
    let length = |section: &Section| section.text.chars().count();
    while sections.iter().map(length).sum::<usize>() > LIMIT {
        let Some(spare) = sections.iter().map(|section| section.spare).max().filter(|spare| *spare > 0) else { break };
        let last = sections.iter().rposition(|section| section.spare == spare);
        last.map(|index| sections.remove(index));
    }
    while sections.iter().map(length).sum::<usize>() > LIMIT {
        let free = sections.len().saturating_sub(2);
        let Some(longest) = sections.iter_mut().take(free).max_by_key(|section| length(section)) else { break };
        if longest.text == LEFT_OUT {
            break;
        }
        LEFT_OUT.clone_into(&mut longest.text);
    }
    sections.into_iter().map(|section| section.text).collect()
}

/// The body of the issue about one cause.
pub(super) fn issue(plan: &Plan, cause: &Cause, seen: &Seen, site: &str, waiting: Option<&str>) -> String {
    let mut sections = vec![section(0, headline(plan, cause)), section(0, why(cause))];
    match (&plan.change, waiting) {
        (Some(change), Some(page)) if cause.healed => {
            sections.push(section(
                0,
                format!(
                    "### The change waits\n\nThis repository does not let Actions open pull requests. The change is on the branch {}: \
                     [look at it and open the pull request]({page}).\n\n",
                    code(&change.branch)
                ),
            ));
            sections.push(section(3, folded("The change", &fenced("diff", &quoted(&diff::unified(&change.patch()), DIFF)))));
        }
        (Some(change), None) if cause.healed => {
            sections.push(section(0, format!("A pull request from the branch {} heals this.\n\n", code(&change.branch))));
        }
        _ => sections.push(section(0, by_hand(cause))),
    }
    sections.push(section(2, reproduce(plan, cause)));
    sections.push(section(5, excerpt(cause)));
    sections.push(section(1, footer(plan, std::slice::from_ref(&cause))));
    sections.push(section(0, format!("{}\n\n", seen.section(site))));
    sections.push(section(0, marker(plan, Kind::Issue, vec![cause.fingerprint.clone()])));
    joined(sections)
}

/// The body of the pull request.
pub(super) fn pull(plan: &Plan, change: &Change, issues: &[(Fingerprint, u64)], _site: &str) -> String {
    let healed: Vec<&Cause> = plan.healed().collect();
    let mut sections = Vec::new();
    for cause in healed.iter().take(SHOWN) {
        sections.push(section(0, headline(plan, cause)));
        sections.push(section(1, why(cause)));
    }
    if healed.len() > SHOWN {
        sections.push(section(0, format!("…and {}.\n\n", count(healed.len() - SHOWN, "more cause"))));
    }
    sections.push(section(0, intent(&healed, change)));
    sections.push(section(0, proof(plan, change)));
    for cause in healed.iter().take(SHOWN) {
        sections.push(section(4, reproduce(plan, cause)));
    }
    sections.push(section(2, format!("### How to test\n\n{}\n", trial(change, &plan.run))));
    sections.push(section(3, wont()));
    for cause in healed.iter().take(SHOWN) {
        sections.push(section(5, excerpt(cause)));
    }
    sections.push(section(1, footer(plan, &healed)));
    sections.push(section(0, closing(&healed, issues)));
    let fingerprints = plan.healed().map(|cause| cause.fingerprint.clone()).collect();
    sections.push(section(0, marker(plan, Kind::Pull, fingerprints)));
    joined(sections)
}

/// Where it failed and the line that says why.
fn headline(plan: &Plan, cause: &Cause) -> String {
    let workflow = code(&cut(&plan.run.workflow, 100));
    let job = cause.job.as_deref().map_or_else(String::new, |job| format!(" in {}", code(&cut(job, 100))));
    let step = cause.step.as_deref().map_or_else(String::new, |step| format!(" › {}", code(&cut(step, 100))));
    let run = match (&plan.run.url, plan.run.id) {
        (Some(url), Some(id)) if sound(url) => format!("[run {id}]({url})"),
        (_, Some(id)) => format!("run {id}"),
        _ => "a run".to_owned(),
    };
    let place = match (&cause.url, cause.line) {
        (Some(url), Some(line)) if sound(url) => format!(", [line {line}]({url})"),
        (_, Some(line)) => format!(", line {line}"),
        _ => String::new(),
    };
    let file = cause.file.as_deref().map_or_else(String::new, |file| format!(" of {}", code(&cut(file, 120))));
    let commit = plan.run.head_sha.as_deref().and_then(|sha| sha.get(..10)).map_or_else(String::new, |sha| format!(" at {}", code(sha)));
    let branch = plan.run.head_branch.as_deref().map_or_else(String::new, |branch| format!(" on {}", code(&cut(branch, 100))));
    let mut out = format!("{workflow} fails{job}{step}: {run}{branch}{commit}{place}{file}.\n\n");
    if let Some(text) = &cause.text {
        out.push_str(&fenced("text", &quoted(text, 600)));
    }
    if !cause.alike.is_empty() {
        let legs: Vec<String> = cause.alike.iter().take(8).map(|job| code(&cut(job, 80))).collect();
        let more = cause.alike.len().saturating_sub(legs.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        out.push_str(&format!("The same in {}{more}.\n\n", legs.join(", ")));
    }
    out
}

fn why(cause: &Cause) -> String {
    format!("### Why\n\n{}\n\n", prose(&unwrapped(&cut_words(&cause.explanation))))
}

/// What a person has to do where nothing here may.
fn by_hand(cause: &Cause) -> String {
    let lead = match cause.verdict {
        Verdict::Unexplained => "No rule explains this failure; the line above is the best guess. Nothing was changed.",
        Verdict::Healable => "A change is offered, and waits for a person's leave: `gh autoheal heal … --allow needs-review`.",
        Verdict::Advice | Verdict::Transient => "The cure is not in the workflow, so nothing was changed.",
    };
    let remedy = cause.remedy.as_deref().map_or_else(String::new, |remedy| format!("**{}**\n\n", prose(&cut(remedy, 300))));
    let advice = cause.advice.as_deref().map_or_else(String::new, |advice| format!("{}\n\n", prose(&unwrapped(&cut_words(advice)))));
    format!("### What to do\n\n{lead}\n\n{remedy}{advice}")
}

/// What the diff is meant to do.
fn intent(healed: &[&Cause], change: &Change) -> String {
    let mut out = "### What this changes\n\n".to_owned();
    let mut told: Vec<&str> = Vec::new();
    for remedy in healed.iter().filter_map(|cause| cause.remedy.as_deref()) {
        if !told.contains(&remedy) && told.len() < REMEDIES {
            out.push_str(&format!("- {}\n", prose(&cut(remedy, 300))));
            told.push(remedy);
        }
    }
    if change.safety != Safety::Safe {
        out.push_str("\nIt needs a person's consent, so it is a draft: mark it as ready once you agree with the way.\n");
    }
    out.push('\n');
    out
}

/// What was verified, and what exactly differs.
fn proof(plan: &Plan, change: &Change) -> String {
    let mut out = "### What was verified\n\n".to_owned();
    for file in &change.files {
        let mut parts: Vec<String> =
            file.differences.iter().take(12).map(|difference| difference_words(difference.kind, &difference.place)).collect();
        let more = file.differences.len().saturating_sub(parts.len());
        if more > 0 {
            parts.push(count(more, "more place"));
        }
        if file.before.mode != file.after.mode {
            parts.push(format!("its mode becomes {}", code(&file.after.mode)));
        }
        out.push_str(&format!("- {}: {}\n", code(file.path.as_str()), parts.join(", ")));
    }
    let base = change.commit.base.get(..10).unwrap_or(&change.commit.base);
    out.push_str(&format!(
        "- Nothing else differs: two YAML parsers without common code read the result, comments, quotes and line ends stay as they are.\n\
         - It hides no failure and widens no trust: the guard looked at the whole text before and after.\n\
         - It applies to {} and making it twice changes nothing more.\n",
        code(base)
    ));
    if let Some(rule) = plan.healed().find_map(|cause| Some((cause.rule.as_deref()?, cause.confidence))) {
        out.push_str(&format!("- The rule {} was right in {:.0} % of recorded cases.\n", code(rule.0), rule.1 * 100.0));
    }
    for verified in plan.healed().filter_map(|cause| cause.verified.as_deref()) {
        out.push_str(&format!("- Run where this was made: {}\n", prose(&one_line(&cut(verified, 300)))));
    }
    out.push_str("- Whether the next run is green, only the next run can tell.\n\n");
    out
}

fn difference_words(kind: DifferenceKind, place: &str) -> String {
    let verb = match kind {
        DifferenceKind::Added => "adds",
        DifferenceKind::Removed => "removes",
        DifferenceKind::Changed => "changes",
        DifferenceKind::Repaired => "repairs",
    };
    format!("{verb} {}", code(&cut(place, 120)))
}

fn reproduce(plan: &Plan, cause: &Cause) -> String {
    let Some(script) = cause.script.as_deref().filter(|script| !script.trim().is_empty()) else { return String::new() };
    let sha = plan.run.head_sha.as_deref().filter(|sha| sha.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let place = sha.map_or_else(|| "a fresh checkout".to_owned(), |sha| format!("a fresh checkout of {}", code(sha)));
    let name = cause.step.as_deref().map_or_else(|| "the step".to_owned(), |step| format!("the step {}", code(&cut(step, 100))));
    let text = format!("In {place}, {name} runs this; read it before you do:\n\n{}", fenced("sh", &quoted(script, 4_000)));
    folded("Reproduce it locally", &text)
}

fn wont() -> String {
    "### What it does not do\n\nIt merges nothing, skips no test, adds no `continue-on-error`, reads no new secret, and answers no \
     comment. Close it, and it is not opened again; take the label off, and it is left alone.\n\n"
        .to_owned()
}

fn excerpt(cause: &Cause) -> String {
    if cause.excerpt.is_empty() {
        return String::new();
    }
    let lines = quoted(&cause.excerpt.join("\n"), 12_000);
    folded("The log around the line", &format!("Untrusted text, secrets masked:\n\n{}", fenced("text", &lines)))
}

fn footer(plan: &Plan, causes: &[&Cause]) -> String {
    let rules: Vec<String> = causes.iter().filter_map(|cause| cause.rule.as_deref()).take(SHOWN).map(|rule| code(&cut(rule, 80))).collect();
    let rules = if rules.is_empty() { "no rule".to_owned() } else { format!("by {}", rules.join(", ")) };
    let fingerprints: Vec<String> = causes.iter().take(SHOWN).map(|cause| code(cause.fingerprint.as_str())).collect();
    format!("<sub>gh-autoheal {}, {rules}, fingerprint {}.</sub>\n\n", one_line(&cut(&plan.tool, 40)), fingerprints.join(", "))
}

/// `Fixes #7.` for each issue whose cause is healed.
fn closing(healed: &[&Cause], issues: &[(Fingerprint, u64)]) -> String {
    let of = |cause: &&&Cause| issues.iter().find(|(fingerprint, _)| *fingerprint == cause.fingerprint).map(|(_, number)| *number);
    let mut numbers: Vec<u64> = healed.iter().filter_map(|cause| of(&cause)).take(CLOSED).collect();
    numbers.dedup();
    let lines: String = numbers.iter().map(|number| format!("Fixes #{number}.\n")).collect();
    if lines.is_empty() { lines } else { format!("{lines}\n") }
}

fn marker(plan: &Plan, kind: Kind, fingerprints: Vec<Fingerprint>) -> String {
    let workflow = plan.run.path.as_ref().map(ToString::to_string);
    format!("{}\n", Marker { kind, fingerprints, workflow }.written())
}

fn folded(summary: &str, inside: &str) -> String {
    format!("<details><summary>{summary}</summary>\n\n{inside}</details>\n\n")
}

/// Foreign text for a fence: bounded, and without a comment that could pass for a marker.
fn quoted(text: &str, most: usize) -> String {
    let safe = crate::report::inline::bounded(text).as_str().replace("\r\n", "\n").replace("<!--", "<! --");
    shortened(&safe, most)
}

/// Paragraphs without their line ends, each of which GitHub would show as a break; lists and code keep theirs.
fn unwrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut flowing = false;
    for line in text.lines() {
        let own = line.trim().is_empty()
            || line.starts_with([' ', '\t', '-', '*', '>', '|', '#'])
            || line.starts_with(|c: char| c.is_ascii_digit());
        if !out.is_empty() {
            out.push(if flowing && !own { ' ' } else { '\n' });
        }
        out.push_str(line);
        flowing = !own;
    }
    out
}

fn cut_words(text: &str) -> String {
    shortened(text, WORDS)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most).collect();
    format!("{kept}…")
}

/// Whether an address may become a link.
fn sound(url: &str) -> bool {
    let start = url.starts_with("https://") || url.starts_with("http://");
    start && url.len() < 400 && url.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/#%".contains(c))
}
