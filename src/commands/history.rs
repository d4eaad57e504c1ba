//! `history`: what was healed in this checkout, where it was published, and how it went. Offline: `publish --follow` asks GitHub.

use std::path::Path;

use serde::Serialize;

use super::{print, store, streams, whole_file};
use crate::branch::Checkout;
use crate::failure::{Exit, Failure, Kind};
use crate::github::Health;
use crate::options::{Format, HistoryRequest, Output};
use crate::plan::Plan;
use crate::report::inline::{count, cut, one_line};

/// One heal.
#[derive(Debug, Serialize)]
struct Row {
    fingerprint: String,
    workflow: String,
    rules: Vec<String>,
    cause: Option<String>,
    branch: Option<String>,
    commit: Option<String>,
    repository: Option<String>,
    pull: Option<u64>,
    url: Option<String>,
    issues: Vec<u64>,
    published_at: Option<String>,
    outcome: &'static str,
    run: Option<u64>,
}

/// All of them, for programs.
#[derive(Debug, Serialize)]
struct Document {
    version: u32,
    heals: Vec<Row>,
}

/// Runs it.
pub(super) fn run(request: &HistoryRequest, output: &Output) -> Result<Exit, Failure> {
    let dir = request.repo.as_deref().unwrap_or(Path::new("."));
    let checkout = Checkout::discover(dir).map_err(|error| Failure::new(Kind::Repository, error.to_string()))?;
    let checkout = checkout.ok_or_else(|| {
        Failure::new(Kind::Repository, format!("there is no git repository around `{}`", dir.display()))
            .hint("name the checkout: --repo DIR")
    })?;
    let heals: Vec<Row> = store::all(&checkout).iter().map(|plan| row(&checkout, plan)).collect();
    if let Some(path) = &request.html {
        whole_file::write(path, html(&heals).as_bytes())?;
    }
    let text = match &output.format {
        Format::Json { filter } => print::json(&Document { version: 1, heals }, filter.as_deref(), output.destination)?,
        _ => page(&heals, output),
    };
    streams::result(&text, output)?;
    Ok(Exit::Done)
}

fn row(checkout: &Checkout, plan: &Plan) -> Row {
    let published = store::publication(checkout, &plan.fingerprint);
    let mut rules: Vec<String> = Vec::new();
    for rule in plan.causes.iter().map(|cause| cause.rule.as_deref().unwrap_or("unexplained")) {
        if !rules.iter().any(|known| known == rule) {
            rules.push(one_line(rule));
        }
    }
    let change = plan.change.as_ref();
    let when = |seconds: i64| jiff::Timestamp::from_second(seconds).ok().map(|instant| instant.to_string());
    Row {
        fingerprint: plan.fingerprint.to_string(),
        workflow: one_line(&plan.run.workflow),
        rules,
        cause: plan.causes.first().and_then(|cause| cause.text.as_deref()).map(one_line),
        branch: change.map(|change| one_line(&change.branch)),
        commit: change.map(|change| change.commit.id.clone()),
        repository: published.as_ref().map(|made| made.repository.clone()),
        pull: published.as_ref().and_then(|made| made.pull),
        url: published.as_ref().and_then(|made| made.url.clone()),
        issues: published.as_ref().map(|made| made.issues.clone()).unwrap_or_default(),
        published_at: published.as_ref().and_then(|made| when(made.at)),
        outcome: outcome(published.as_ref()),
        run: published.as_ref().and_then(|made| made.run),
    }
}

fn outcome(published: Option<&store::Published>) -> &'static str {
    let Some(made) = published else { return "on its branch" };
    match (made.health, made.merged) {
        (Some(Health::Green), true) => "merged, green",
        (Some(Health::Green), false) => "green",
        (Some(Health::StillFails), _) => "still fails",
        (Some(Health::OtherFailure), _) => "fails otherwise",
        (Some(Health::Closed), _) => "closed",
        (Some(Health::Waiting) | None, true) => "merged",
        (Some(Health::Waiting) | None, false) => "published",
    }
}

fn page(heals: &[Row], output: &Output) -> String {
    if heals.is_empty() {
        return "Nothing was healed in this checkout yet.\n".to_owned();
    }
    let width = output.layout.width.max(40);
    let mut out = format!("{}, the newest first\n\n", count(heals.len(), "heal"));
    for heal in heals {
        let pull = heal.pull.map_or_else(String::new, |number| format!("  #{number}"));
        out.push_str(&format!("{:<16}  {}{pull}\n", heal.outcome, heal.workflow));
        out.push_str(&format!("  {}\n", cut(&heal.rules.join(", "), width - 2)));
        if let Some(cause) = &heal.cause {
            out.push_str(&format!("  {}\n", cut(cause, width - 2)));
        }
        for place in heal.url.iter().chain(heal.branch.iter()) {
            out.push_str(&format!("  {}\n", one_line(place)));
        }
        out.push('\n');
    }
    out.push_str("Ask GitHub how it went: publish --follow\n");
    out
}

/// One page without scripts, styles from elsewhere, or anything that is loaded.
fn html(heals: &[Row]) -> String {
    let mut out = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>What gh-autoheal healed</title>\n<style>\
         body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}\
         table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #8884}\
         code{font-size:13px;overflow-wrap:anywhere}</style>\n<h1>What gh-autoheal healed</h1>\n",
    );
    out.push_str(&format!("<p>{}, the newest first.</p>\n", count(heals.len(), "heal")));
    out.push_str("<table>\n<tr><th>Outcome<th>Workflow<th>Rule and line<th>Branch<th>Pull request</tr>\n");
    for heal in heals {
        let sound = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        let pull = match (heal.pull, heal.url.as_ref().filter(sound)) {
            (Some(number), Some(url)) => format!("<a href=\"{}\">#{number}</a>", escaped(url)),
            (Some(number), None) => format!("#{number}"),
            (None, _) => String::new(),
        };
        out.push_str(&format!(
            "<tr><td>{}<td>{}<td>{}<br><code>{}</code><td><code>{}</code><td>{pull}</tr>\n",
            heal.outcome,
            escaped(&heal.workflow),
            escaped(&heal.rules.join(", ")),
            escaped(heal.cause.as_deref().unwrap_or("")),
            escaped(heal.branch.as_deref().unwrap_or("")),
        ));
    }
    out.push_str("</table>\n</html>\n");
    out
}

fn escaped(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_log_is_alive_in_the_page() {
        assert_eq!(escaped("<script>\"&\u{1b}[31m"), "&lt;script&gt;&quot;&amp;\\u{1b}[31m");
    }
}
