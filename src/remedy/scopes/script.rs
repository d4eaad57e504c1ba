//! Turns a step's script into what its calls to the service need: `gh` commands, `curl` requests, methods of Octokit.

use std::sync::LazyLock;

use regex::Regex;

use crate::almanac::{self, Access, Level};

/// `github.rest.issues.createComment(`, `octokit.issues.createComment(`, and the same in `paginate(`.
static METHOD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b(?:github|octokit)\.(?:rest\.)?([A-Za-z]+\.[A-Za-z]+)\b").ok());

/// `gh release create`, the flags between being passed over by [`gh_words`].
static GH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)(?:^|[\s;&|(`])gh\s+([^\n;&|)`]+)").ok());

/// `github.request('POST /repos/{owner}/{repo}/issues')`.
static REQUEST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"['"`](GET|POST|PUT|PATCH|DELETE) (/[^'"`\s]+)"#).ok());

/// A `curl` command up to its end, continued lines joined.
static CURL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bcurl\b[^\n;|]*").ok());

/// What the calls of a script need. Where one of them changes something, those that only look do not count: what is public can be
/// looked at with any token.
pub(super) fn needs(script: &str) -> Vec<Access> {
    let joined = plain(script).replace("\\\n", " ").replace("`\n", " ");
    let mut found: Vec<Access> = Vec::new();
    for access in methods(&joined).chain(requests(&joined)).chain(commands(&joined)).chain(curls(&joined)) {
        if !found.contains(&access) {
            found.push(access);
        }
    }
    if found.iter().any(writes) {
        found.retain(writes);
    }
    found
}

fn writes(access: &Access) -> bool {
    matches!(access, Access::Grantable { level: Level::Write, .. } | Access::NotGrantable)
}

fn captures<'t>(pattern: &'static LazyLock<Option<Regex>>, text: &'t str, group: usize) -> impl Iterator<Item = &'t str> {
    let found = pattern.as_ref().map(|pattern| pattern.captures_iter(text));
    found.into_iter().flatten().filter_map(move |captures| captures.get(group).map(|found| found.as_str()))
}

fn methods(script: &str) -> impl Iterator<Item = Access> {
    captures(&METHOD, script, 1).filter_map(almanac::scopes_for_method)
}

fn requests(script: &str) -> impl Iterator<Item = Access> {
    let verbs = captures(&REQUEST, script, 1);
    verbs.zip(captures(&REQUEST, script, 2)).filter_map(|(method, path)| called(path, method))
}

fn commands(script: &str) -> impl Iterator<Item = Access> {
    captures(&GH, script, 1).filter_map(|command| {
        let words: Vec<&str> = command.split_whitespace().collect();
        match gh_words(&words).as_slice() {
            ["api", ..] => api(&words),
            words => almanac::scopes_for_command(words),
        }
    })
}

/// The words of a `gh` command without the flags in front of its subcommand.
fn gh_words<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let mut rest = words.iter();
    let mut plain = Vec::new();
    while let Some(word) = rest.next() {
        match *word {
            "-R" | "--repo" => {
                rest.next();
            }
            flag if flag.starts_with('-') => {}
            word => plain.push(word),
        }
    }
    plain
}

/// `gh api -X POST repos/o/r/issues`: fields make a request a POST where no method is named.
fn api(words: &[&str]) -> Option<Access> {
    let named = words.iter().position(|word| matches!(*word, "-X" | "--method")).and_then(|at| words.get(at + 1)).copied();
    let glued =
        words.iter().find_map(|word| word.strip_prefix("--method=").or_else(|| word.strip_prefix("-X")).filter(|word| !word.is_empty()));
    let fields = words.iter().any(|word| matches!(*word, "-f" | "-F" | "--field" | "--raw-field" | "--input"));
    let method = named.or(glued).unwrap_or(if fields { "POST" } else { "GET" });
    let path = words.iter().map(|word| word.trim_matches(['\'', '"'])).find(|word| word.contains("repos/") || word.starts_with("orgs/"))?;
    called(path, method)
}

fn curls(script: &str) -> impl Iterator<Item = Access> {
    captures(&CURL, script, 0).filter_map(|command| {
        let path = command.split_once("/repos/").map(|(_, rest)| rest)?;
        let words: Vec<&str> = command.split_whitespace().collect();
        let named = words.iter().position(|word| matches!(*word, "-X" | "--request")).and_then(|at| words.get(at + 1)).copied();
        let glued = words.iter().find_map(|word| word.strip_prefix("-X").filter(|word| !word.is_empty()));
        let data = words.iter().any(|word| word.starts_with("-d") || word.starts_with("--data") || *word == "--json");
        let method = named.or(glued).unwrap_or(if data { "POST" } else { "GET" });
        called(&format!("/repos/{path}"), method.trim_matches(['\'', '"']))
    })
}

/// What a path needs; a word such as `$GITHUB_REPOSITORY` stands for owner and name at once.
fn called(path: &str, method: &str) -> Option<Access> {
    let path = path.split(['"', '\'', '`', ' ', '\t', ')', '\\']).next()?;
    let (_, rest) = path.split_once("repos/").unwrap_or(("", path));
    let whole = almanac::scopes_for(&format!("/repos/{rest}"), method);
    whole.or_else(|| almanac::scopes_for(&format!("/repos/owner/{rest}"), method))
}

/// A script whose expressions are one word each, without blanks.
fn plain(script: &str) -> String {
    let mut out = String::new();
    let mut rest = script;
    while let Some((before, behind)) = rest.split_once("${{") {
        out.push_str(before);
        out.push('x');
        rest = behind.split_once("}}").map_or("", |(_, rest)| rest);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(script: &str) -> Vec<(&'static str, &'static str)> {
        let word = |access: Access| match access {
            Access::Grantable { scope, level, .. } => (scope, level.as_str()),
            Access::NotGrantable => ("none", "none"),
        };
        needs(script).into_iter().map(word).collect()
    }

    #[test]
    fn methods_of_octokit_tell() {
        assert_eq!(scopes("await github.rest.issues.createComment({issue_number: 1})"), [("issues", "write")]);
        assert_eq!(scopes("await github.paginate(github.rest.issues.listComments)"), [("issues", "read")]);
        assert_eq!(scopes("github.rest.issues.listLabels(); octokit.pulls.createReview({})"), [("pull-requests", "write")]);
        assert_eq!(scopes("await github.request('POST /repos/{owner}/{repo}/check-runs', {})"), [("checks", "write")]);
        assert_eq!(scopes("const sha = context.payload.github.pull.head"), []);
    }

    #[test]
    fn commands_of_gh_tell() {
        assert_eq!(scopes("set -e\ngh release create \\\n  --draft v1"), [("contents", "write")]);
        assert_eq!(scopes("gh -R o/r pr comment 1 -b x && gh pr list"), [("pull-requests", "write")]);
        assert_eq!(scopes("id=$(gh run list --json databaseId)"), [("actions", "read")]);
        assert_eq!(scopes("gh api -X POST repos/${{ github.repository }}/issues/1/labels -f labels[]=x"), [("issues", "write")]);
        assert_eq!(scopes("gh api \"repos/$OWNER/$REPO/actions/runs\""), [("actions", "read")]);
        assert_eq!(scopes("gh secret set X"), [("none", "none")]);
        assert_eq!(scopes("echo high run list"), []);
    }

    #[test]
    fn requests_of_curl_tell() {
        let one = "curl -X POST --data '{}' \"https://api.github.com/repos/$GITHUB_REPOSITORY/statuses/$SHA\"";
        assert_eq!(scopes(one), [("statuses", "write")]);
        assert_eq!(scopes("curl -sSf https://api.github.com/repos/o/r/releases/latest"), [("contents", "read")]);
        assert_eq!(scopes("curl -d @x https://example.org/api"), []);
    }
}
