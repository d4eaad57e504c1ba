//! What GitHub allows: the token, the repository's settings, the automation as GitHub sees it.

use super::Check;
use crate::automation;
use crate::commands::config_file;
use crate::commands::target::{Target, target};
use crate::commands::work_tree::WorkTree;
use crate::failure::Failure;
use crate::github::{Questions, Seen, Survey, TokenKind, TokenSource, survey};
use crate::options::Output;
use crate::plan::Labels;
use crate::report::inline::one_line;

/// The variable that turns the automation's publishing on.
const VARIABLE: &str = "AUTOHEAL_PUBLISH";

/// Where the settings of Actions stand.
const SETTINGS: &str = "Settings › Actions › General";

pub(super) fn checks(tree: &WorkTree, output: &Output) -> Vec<Check> {
    let aim = match target(None, Some(&tree.checkout)) {
        Ok(aim) => aim,
        Err(failure) => return vec![unasked(&failure.message, "git remote add origin URL, or GH_REPO=OWNER/NAME")],
    };
    let (token, source) = match (aim.tokens.token(&aim.repo.host), aim.token()) {
        (Some(found), _) => found,
        (None, Err(failure)) => return vec![unasked(&failure.message, &failure.hints.join("; "))],
        (None, Ok(_)) => return Vec::new(),
    };
    let label = label(tree);
    let asked = Questions { automation: file_name(automation::PATH), variable: VARIABLE, label: &label };
    let found = aim.client(Some(&token), output).and_then(|mut client| survey(&mut client, &aim.repo, asked).map_err(Failure::from));
    match found {
        Ok(found) => all(&found, &aim, (token.kind(), source), tree, &label),
        Err(failure) => vec![Check::wrong("github", one_line(&failure.message), failure.hints.join("; "))],
    }
}

/// Nothing could be asked, which is no mistake: healing is offline.
fn unasked(reason: &str, advice: &str) -> Check {
    Check::careful("github", format!("GitHub was not asked: {}", one_line(reason)), advice)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The label that tells what is ours.
fn label(tree: &WorkTree) -> String {
    let configured =
        config_file::load(Some(&tree.root), None).ok().and_then(|config| config.labels().first().map(|label| (*label).to_owned()));
    configured.unwrap_or_else(|| Labels::default().own.name)
}

fn all(found: &Survey, aim: &Target, token: (TokenKind, TokenSource), tree: &WorkTree, label: &str) -> Vec<Check> {
    let mut checks = vec![repository(found), access(found, aim, token), actions(found)];
    let installed = tree.texts.text(automation::PATH).is_some();
    if installed {
        checks.push(automated(found));
    }
    if installed && matches!(found.automation, Seen::Is(_)) {
        checks.push(publishes(found));
    }
    checks.extend([pulls(found), labels(found, label), copilot(found)]);
    checks
}

fn repository(found: &Survey) -> Check {
    let name = one_line(&found.repository.full_name);
    if found.repository.archived {
        return Check::wrong("repository", format!("{name} is archived"), "nothing can be pushed or opened there");
    }
    let kind = if found.repository.private { "private" } else { "public" };
    let branch = one_line(&found.repository.default_branch);
    if found.repository.has_issues {
        Check::good("repository", format!("{name} is {kind}; its default branch is {branch}"))
    } else {
        Check::careful(
            "repository",
            format!("{name} has no issues"),
            "only pull requests are opened, and what no change heals is told nowhere",
        )
    }
}

/// What the token may do, as far as that can be seen.
fn access(found: &Survey, aim: &Target, (kind, source): (TokenKind, TokenSource)) -> Check {
    let place = match source {
        TokenSource::Variable(name) => format!("from {name}"),
        TokenSource::HostsFile | TokenSource::Gh => "of gh's login".to_owned(),
    };
    if found.repository.permissions.as_ref().is_some_and(|permissions| !permissions.push) && kind != TokenKind::Installation {
        return Check::careful(
            "token",
            format!("the token {place} may not push to {}", aim.repo.full()),
            "publish to a fork, or `--issue-only`",
        );
    }
    let Some(scopes) = &found.scopes else {
        let word = match kind {
            TokenKind::FineGrained => "a fine-grained token",
            TokenKind::Installation => "a token of an App",
            _ => "a token without scopes",
        };
        return Check::good(
            "token",
            format!("{word} {place}: publishing needs Contents, Issues, Pull requests and Workflows: write, which nobody can look up"),
        );
    };
    let has = |scope: &str| scopes.iter().any(|known| known == scope);
    let repo = has("repo") || !found.repository.private && has("public_repo");
    match (repo, has("workflow")) {
        (true, true) => Check::good("token", format!("the token {place} may push, open, and change workflows")),
        (false, _) => Check::careful("token", format!("the token {place} lacks the scope `repo`"), "gh auth refresh -s repo,workflow"),
        (true, false) => Check::careful(
            "token",
            format!("the token {place} lacks the scope `workflow`: GitHub takes no change of a workflow from it"),
            "gh auth refresh -s workflow",
        ),
    }
}

fn actions(found: &Survey) -> Check {
    match &found.actions {
        Seen::Is(actions) if !actions.enabled => {
            Check::wrong("actions", "Actions are turned off in this repository", format!("turn them on: {SETTINGS}"))
        }
        Seen::Is(actions) => match actions.allowed_actions.as_deref() {
            Some("local_only") => Check::wrong(
                "actions",
                "Actions run, but none from outside this owner: the automation uses those of `actions/`",
                format!("allow actions created by GitHub: {SETTINGS}"),
            ),
            Some("selected") => Check::careful(
                "actions",
                "Actions run, and only selected ones are allowed",
                format!("see that those created by GitHub are among them: {SETTINGS}"),
            ),
            _ => Check::good("actions", "Actions run, and all are allowed"),
        },
        Seen::Absent | Seen::Hidden => hidden("actions", "whether Actions are allowed"),
    }
}

fn hidden(about: &'static str, what: &str) -> Check {
    Check::good(about, format!("{what} is shown to administrators only; it stands under {SETTINGS}"))
}

/// The automation as GitHub sees it: on the default branch.
fn automated(found: &Survey) -> Check {
    let branch = one_line(&found.repository.default_branch);
    match &found.automation {
        Seen::Is(state) if state == "active" => Check::good("automation", format!("the automation is active on {branch}")),
        Seen::Is(state) => Check::wrong(
            "automation",
            format!("the automation is off: {}", one_line(&state.replace('_', " "))),
            format!("gh workflow enable {}", file_name(automation::PATH)),
        ),
        Seen::Absent => Check::careful(
            "automation",
            format!("the automation is not on {branch} yet"),
            "GitHub starts it from the default branch only: merge it there",
        ),
        Seen::Hidden => hidden("automation", "whether the automation is on"),
    }
}

fn publishes(found: &Survey) -> Check {
    match &found.publishes {
        Seen::Is(value) if value == "app" || value == "token" => {
            let with = if value == "app" { "an App" } else { "a fine-grained token" };
            Check::good("publishing", format!("the automation publishes, with {with}"))
        }
        Seen::Is(value) => Check::wrong(
            "publishing",
            format!("the variable {VARIABLE} is `{}`, and `app` or `token` was expected", one_line(value)),
            format!("gh variable set {VARIABLE} --body app"),
        ),
        Seen::Absent => {
            Check::good("publishing", format!("the automation diagnoses only: there is no variable {VARIABLE}, or it is not visible"))
        }
        Seen::Hidden => {
            Check::good("publishing", format!("whether the automation publishes is not visible: the variable {VARIABLE} says it"))
        }
    }
}

fn pulls(found: &Survey) -> Check {
    match &found.opens_pulls {
        Seen::Is(true) => Check::good("pull-requests", "Actions may open pull requests"),
        Seen::Is(false) => Check::good(
            "pull-requests",
            format!("Actions may not open pull requests with GITHUB_TOKEN; a person, an App and a fine-grained token may ({SETTINGS})"),
        ),
        Seen::Absent | Seen::Hidden => hidden("pull-requests", "whether Actions may open pull requests"),
    }
}

fn labels(found: &Survey, label: &str) -> Check {
    let label = one_line(label);
    match found.label {
        Seen::Is(()) => Check::good("label", format!("the label `{label}` is there")),
        Seen::Absent | Seen::Hidden => Check::good("label", format!("the label `{label}` is made when something is published")),
    }
}

fn copilot(found: &Survey) -> Check {
    let words = match found.agent {
        Seen::Is(true) => "Copilot's coding agent can be given what nothing here heals: `--copilot assign`",
        Seen::Is(false) | Seen::Absent | Seen::Hidden => {
            "Copilot's coding agent is not available here; nothing but `--copilot assign` needs it"
        }
    };
    Check::good("copilot", words)
}
