//! Turns a refused call — a documentation link, a REST path, an action — into the scope that GITHUB_TOKEN lacks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Date, find, read};

const TEXT: &str = include_str!("scopes.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    levels: Vec<ScopeLevels>,
    areas: Vec<Call>,
    endpoints: Vec<Call>,
    methods: Vec<Call>,
    commands: Vec<Call>,
    actions: Vec<ActionNeeds>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ScopeLevels {
    scope: String,
    levels: Vec<Level>,
}

/// What a call needs: a documentation's area, a REST path, a method of Octokit, or a command of `gh`.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Call {
    call: String,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    on_pull_requests: Option<String>,
    #[serde(default)]
    also: BTreeMap<String, Level>,
}

impl Call {
    /// A scope that cannot be written (`models`) is asked for at its highest level. Reading needs nothing besides.
    fn access(&'static self, level: Level) -> Access {
        let Some(scope) = self.scope.as_deref() else { return Access::NotGrantable };
        let level = levels_of_scope(scope).iter().copied().max().map_or(level, |highest| highest.min(level));
        let also = if level == Level::Write { &self.also } else { &NOTHING };
        Access::Grantable { scope, level, on_pull_requests: self.on_pull_requests.as_deref(), also }
    }
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ActionNeeds {
    action: String,
    needs: BTreeMap<String, Level>,
}

/// What a scope of `permissions` allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing.
    None,
    /// Looking.
    Read,
    /// Changing, and looking.
    Write,
}

impl Level {
    /// As written in a workflow.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// What a call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Scopes that a workflow can grant its token.
    Grantable {
        /// The scope.
        scope: &'static str,
        /// At least this.
        level: Level,
        /// The scope that counts instead where the issue is a pull request.
        on_pull_requests: Option<&'static str>,
        /// What the same purpose needs besides.
        also: &'static BTreeMap<String, Level>,
    },
    /// What no token of a job may do: it takes an app or a person's token.
    NotGrantable,
}

/// Nothing besides.
static NOTHING: BTreeMap<String, Level> = BTreeMap::new();

/// Whether the public schema knows a scope by this name. The list grows: an unknown one may be new.
pub fn is_scope(name: &str) -> bool {
    !levels_of_scope(name).is_empty()
}

/// The levels that a scope can have, lowest first; none for unknown scopes.
pub fn levels_of_scope(name: &str) -> &'static [Level] {
    find(&TABLE.levels, name, |row| &row.scope).map_or(&[], |row| &row.levels)
}

/// What the operation behind a documentation link needs: `issues/comments#create-an-issue-comment`, with or without the
/// address before it. None for unknown areas.
pub fn scope_for_operation(operation: &str) -> Option<Access> {
    let text = operation.trim_end_matches(['.', ')', '"', '\'']);
    let text = text.rsplit_once("/rest/").map_or(text, |(_, rest)| rest);
    let (area, name) = text.split_once('#').unwrap_or((text, ""));
    let area = area.split('?').next()?.trim_matches('/');
    let holds = |row: &&Call| area.strip_prefix(row.call.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let row = TABLE.areas.iter().filter(holds).max_by_key(|row| row.call.len())?;
    let level = if reads(name.split('-').next().unwrap_or("")) { Level::Read } else { Level::Write };
    Some(row.access(level))
}

/// What a REST call needs, by path (`/repos/o/r/issues/1/comments`, with or without the host) and method. None for unknown paths.
pub fn scopes_for(path: &str, method: &str) -> Option<Access> {
    let path = path.split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, rest)| rest));
    let mut segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).take(16).collect();
    if segments.starts_with(&["api", "v3"]) {
        segments.drain(..2);
    }
    let row = TABLE.endpoints.iter().find(|row| fits(&row.call, &segments))?;
    let reads = method.eq_ignore_ascii_case("GET") || method.eq_ignore_ascii_case("HEAD");
    let level = if reads { Level::Read } else { Level::Write };
    Some(row.access(level))
}

/// What a method of Octokit needs: `issues.createComment`. None for unknown ones.
pub fn scopes_for_method(method: &str) -> Option<Access> {
    let method = method.to_ascii_lowercase();
    let (area, name) = method.split_once('.')?;
    let row = find(&TABLE.methods, &method, |row| &row.call).or_else(|| find(&TABLE.methods, area, |row| &row.call))?;
    Some(row.access(if reads(name) { Level::Read } else { Level::Write }))
}

/// What a command of `gh` needs, by its words: `["release", "create"]`. None for unknown ones, and for those that talk to no
/// service.
pub fn scopes_for_command(words: &[&str]) -> Option<Access> {
    let [noun, verb, ..] = words else { return None };
    let both = format!("{noun} {verb}");
    let row = find(&TABLE.commands, &both, |row| &row.call).or_else(|| find(&TABLE.commands, noun, |row| &row.call))?;
    let reads = ["checks", "checkout", "diff", "download", "list", "status", "view", "watch"].contains(verb);
    let level = if reads { Level::Read } else { Level::Write };
    Some(row.access(level))
}

/// Whether an operation's name says that it only looks.
fn reads(name: &str) -> bool {
    ["get", "list", "check", "compare", "download"].iter().any(|verb| name.starts_with(verb))
}

/// What an action needs for its ordinary work, by scope; empty for unknown ones. Case and reference do not count.
pub fn scopes_of_action(name: &str) -> &'static BTreeMap<String, Level> {
    let name = name.split('@').next().unwrap_or(name).to_ascii_lowercase();
    TABLE.actions.iter().find(|row| row.action == name).map_or(&NOTHING, |row| &row.needs)
}

fn fits(pattern: &str, segments: &[&str]) -> bool {
    let mut rest = segments.iter();
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        match (part, rest.next()) {
            ("**", _) => return true,
            ("*", Some(_)) => {}
            (name, Some(segment)) if name == *segment => {}
            _ => return false,
        }
    }
    rest.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    fn granted(access: Option<Access>) -> (&'static str, Level) {
        match access {
            Some(Access::Grantable { scope, level, .. }) => (scope, level),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.levels.iter().map(|row| &row.scope));
        assert_sorted(table.areas.iter().map(|row| &row.call));
        assert_sorted(table.methods.iter().map(|row| &row.call));
        assert_sorted(table.commands.iter().map(|row| &row.call));
        assert_sorted(table.actions.iter().map(|row| &row.action));
        assert!(table.actions.iter().all(|row| row.action == row.action.to_ascii_lowercase()));
        assert!(!table.endpoints.is_empty());
    }

    #[test]
    fn every_scope_that_is_named_exists_with_its_level() {
        let areas = TABLE.areas.iter().map(|row| (&row.scope, &row.on_pull_requests, &row.also));
        let endpoints = TABLE.endpoints.iter().map(|row| (&row.scope, &row.on_pull_requests, &row.also));
        let methods = TABLE.methods.iter().map(|row| (&row.scope, &row.on_pull_requests, &row.also));
        let commands = TABLE.commands.iter().map(|row| (&row.scope, &row.on_pull_requests, &row.also));
        for (scope, on_pull_requests, also) in areas.chain(endpoints).chain(methods).chain(commands) {
            assert!(scope.iter().chain(on_pull_requests).chain(also.keys()).all(|name| is_scope(name)));
        }
        for (name, level) in TABLE.actions.iter().flat_map(|row| &row.needs) {
            assert!(levels_of_scope(name).contains(level), "{name}");
        }
    }

    #[test]
    fn a_documentation_link_leads_to_the_scope() {
        let link = "https://docs.github.com/rest/issues/comments#create-an-issue-comment";
        assert_eq!(granted(scope_for_operation(link)), ("issues", Level::Write));
        assert_eq!(granted(scope_for_operation("issues/comments#create")), ("issues", Level::Write));
        assert_eq!(granted(scope_for_operation("repos/contents#get-repository-content")), ("contents", Level::Read));
        assert_eq!(granted(scope_for_operation("pulls/reviews#create-a-review-for-a-pull-request")).0, "pull-requests");
        assert_eq!(granted(scope_for_operation("commits/statuses#create-a-commit-status")).0, "statuses");
        assert_eq!(granted(scope_for_operation("releases/releases#create-a-release")).0, "contents");
        assert_eq!(granted(scope_for_operation("checks/runs#create-a-check-run")).0, "checks");
        assert_eq!(scope_for_operation("branches/branch-protection#update"), Some(Access::NotGrantable));
        assert_eq!(scope_for_operation("weather/today#get"), None);
        assert_eq!(scope_for_operation(""), None);
    }

    #[test]
    fn a_rest_call_leads_to_the_scope() {
        assert_eq!(granted(scopes_for("/repos/o/r/issues/1/comments", "POST")), ("issues", Level::Write));
        assert_eq!(granted(scopes_for("https://api.github.com/repos/o/r/pulls?state=open", "GET")), ("pull-requests", Level::Read));
        assert_eq!(granted(scopes_for("/api/v3/repos/o/r/statuses/abc", "post")), ("statuses", Level::Write));
        assert_eq!(granted(scopes_for("repos/o/r/commits/abc/check-runs", "GET")), ("checks", Level::Read));
        assert_eq!(granted(scopes_for("/repos/o/r/pulls/3/merge", "PUT")).0, "contents");
        assert_eq!(scopes_for("/repos/o/r/actions/secrets/X", "PUT"), Some(Access::NotGrantable));
        assert_eq!(scopes_for("/repos/o/r", "PATCH"), None);
        assert_eq!(scopes_for("://", "GET"), None);
    }

    #[test]
    fn methods_and_commands_lead_to_their_scopes() {
        assert_eq!(granted(scopes_for_method("issues.createComment")), ("issues", Level::Write));
        assert_eq!(granted(scopes_for_method("issues.listForRepo")), ("issues", Level::Read));
        assert_eq!(granted(scopes_for_method("repos.createCommitStatus")), ("statuses", Level::Write));
        assert_eq!(scopes_for_method("repos.getContent"), None);
        assert_eq!(granted(scopes_for_command(&["release", "create", "v1"])), ("contents", Level::Write));
        assert_eq!(granted(scopes_for_command(&["pr", "list"])), ("pull-requests", Level::Read));
        assert_eq!(granted(scopes_for_command(&["pr", "merge"])).0, "contents");
        assert_eq!(scopes_for_command(&["secret", "set"]), Some(Access::NotGrantable));
        assert_eq!(scopes_for_command(&["auth", "status"]), None);
    }

    #[test]
    fn pages_need_an_identity_besides_and_only_for_writing() {
        let Some(Access::Grantable { also, .. }) = scopes_for("/repos/o/r/pages/deployments", "POST") else { panic!() };
        assert_eq!(also.get("id-token"), Some(&Level::Write));
        let Some(Access::Grantable { also, .. }) = scopes_for("/repos/o/r/pages", "GET") else { panic!() };
        assert!(also.is_empty());
    }

    #[test]
    fn actions_lead_to_their_scopes() {
        assert_eq!(scopes_of_action("actions/deploy-pages").get("pages"), Some(&Level::Write));
        assert_eq!(scopes_of_action("Azure/login@v2").get("id-token").map(|level| level.as_str()), Some("write"));
        assert!(scopes_of_action("nobody/nothing").is_empty());
    }
}
