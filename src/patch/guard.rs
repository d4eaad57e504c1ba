//! Turns a patch into leave to make it, or the way in which it would hide a failure or widen trust.
//!
//! It looks at the whole text before and after, not at the edits: it holds whoever made the patch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde_yaml::Value;

use super::{FileChange, PatchSet};
use crate::rules::EditSpec;
use crate::workflow::readers;

/// How a patch would hide a failure or widen trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Masked(pub String);

/// What somebody has allowed beyond the rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Permit {
    /// The user's configuration declares this job optional: it may get `continue-on-error: true`.
    OptionalJob(String),
    /// The remedy declares that this job gets this scope of the token.
    Scope {
        /// The job's id.
        job: String,
        /// The scope: `issues`.
        scope: String,
        /// `read` or `write`.
        access: String,
    },
    /// The remedy declares that this runner label is retired: a matrix that has its successor already loses the leg.
    Label(String),
}

/// What a rule's edit declares: the scopes that `add-permission` names, for the failed job, and the label that
/// `replace-runner-label` takes away. Nothing else opens a door.
pub fn declared(spec: &EditSpec, job: &str) -> Vec<Permit> {
    let argument = |name: &str| spec.arguments.get(name).map(String::as_str);
    match spec.verb.as_str() {
        "add-permission" => {
            let access: Vec<&str> = argument("access").unwrap_or("write").split_whitespace().collect();
            let scopes = argument("scope").unwrap_or("").split_whitespace().enumerate();
            let level = |index: usize| access.get(index).or(access.last()).copied().unwrap_or("write").to_owned();
            scopes.map(|(index, scope)| Permit::Scope { job: job.to_owned(), scope: scope.to_owned(), access: level(index) }).collect()
        }
        "replace-runner-label" => argument("from").map(|from| Permit::Label(from.to_owned())).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Words that hide a failure or widen trust wherever they stand, and what they do.
const WORDS: &[(&str, &str)] = &[
    (r"\|\|\s*(?:true\b|/bin/true\b|:(?:\s|$|;)|exit\s+0\b|echo\b|printf\b)", "swallows a command's failure"),
    (r"(?:^|[\s;&(])set\s+\+[a-z]*e", "lets a script go on behind a failed command"),
    (r";\s*true\s*$|;\s*exit\s+0\s*$", "ends a script with success whatever happened"),
    (r"--no-verify\b", "skips checks with --no-verify"),
    (r"--break-system-packages\b", "overrides the system's Python packages"),
    (r"ACTIONS_ALLOW_UNSECURE_COMMANDS|ACTIONS_ALLOW_USE_UNSECURE_NODE_VERSION", "allows what the runner calls unsecure"),
    (r"allow-unsafe-pr-checkout", "checks out a fork's code with the base's rights"),
    (r"\bwrite-all\b", "gives the token every right"),
    (
        r"(?i)NODE_TLS_REJECT_UNAUTHORIZED|http\.sslVerify\s*=?\s*[\x22']?false|StrictHostKeyChecking[= ]no|--no-check-certificate|curl\s[^\n]*\s(?:-k|--insecure)\b",
        "trusts any server",
    ),
];

static PATTERNS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let pattern = |words: &str| Regex::new(&format!("(?m){words}")).ok();
    WORDS.iter().filter_map(|(words, what)| Some((pattern(words)?, *what))).collect()
});

/// Commands that test.
static TESTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?m)\b(?:pytest|tox|nox|unittest|jest|vitest|mocha|ctest|phpunit|rspec|cargo (?:nextest|test)|go test|npm (?:run )?test|npm t|yarn (?:run )?test|pnpm (?:run )?test|make (?:test|check)|mvn [^\n]*\b(?:test|verify)|gradlew? [^\n]*\b(?:test|check)|dotnet test|swift test|playwright test|cypress run|bundle exec rake)\b";
    Regex::new(words).ok()
});

/// A secret that an expression reads.
static SECRET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\bsecrets?\s*(?:\.\s*|\[\s*['\x22])([A-Za-z0-9_]+)|secrets:\s*(inherit)\b").ok());

/// Lets a patch pass that hides no failure and widens no trust beyond what `permits` allow.
///
/// # Errors
/// With what the patch would hide or widen.
pub fn guard(patch: &PatchSet, permits: &[Permit]) -> Result<(), Masked> {
    for file in &patch.files {
        let FileChange::Text { before, after } = &file.change else { continue };
        let masked = |what: String| Masked(format!("{}: the patch {what}", file.path));
        words(before, after).map_err(masked)?;
        if let (Ok(old), Ok(new)) = (readers::first(before), readers::first(after)) {
            trees(&old, &new, permits).map_err(masked)?;
        }
    }
    Ok(())
}

/// What the texts alone tell.
fn words(before: &str, after: &str) -> Result<(), String> {
    if PATTERNS.len() != WORDS.len() {
        return Err("cannot be checked".to_owned());
    }
    for (pattern, what) in PATTERNS.iter() {
        if pattern.find_iter(after).count() > pattern.find_iter(before).count() {
            return Err((*what).to_owned());
        }
    }
    let secrets = |text: &str| -> BTreeSet<String> {
        let found = SECRET.iter().flat_map(|secret| secret.captures_iter(text));
        found.filter_map(|found| Some(found.get(1).or_else(|| found.get(2))?.as_str().to_ascii_uppercase())).collect()
    };
    if let Some(new) = secrets(after).difference(&secrets(before)).next() {
        return Err(format!("hands out the secret {new}"));
    }
    Ok(())
}

/// What the meanings tell.
fn trees(old: &Value, new: &Value, permits: &[Permit]) -> Result<(), String> {
    let triggers = |value: &Value| names(value.get("on").unwrap_or(&Value::Null));
    let forks = "pull_request_target".to_owned();
    if triggers(new).contains(&forks) && !triggers(old).contains(&forks) {
        return Err("runs on pull_request_target".to_owned());
    }
    pins(old, new)?;
    let (before, after) = (jobs(old), jobs(new));
    for (id, job) in &before {
        let Some(changed) = after.get(id).or_else(|| renamed(id, job, &after)) else { return Err(format!("removes the job `{id}`")) };
        steps(id, job, changed)?;
        limits(id, job, changed)?;
        permissions(id, (old, job), (new, changed), permits)?;
        matrix(id, job, changed, permits)?;
    }
    for (id, job) in &after {
        let had = before.get(id).copied().unwrap_or(&Value::Null);
        let optional = permits.contains(&Permit::OptionalJob((*id).to_owned()));
        lenient(id, had, job, if optional { Leniency::ByPermit } else { Leniency::None })?;
        if !before.contains_key(id) {
            permissions(id, (old, &Value::Null), (new, job), permits)?;
        }
    }
    Ok(())
}

/// The jobs by id; a composite action's `runs` counts as one.
fn jobs(root: &Value) -> BTreeMap<&str, &Value> {
    let named = root.get("jobs").and_then(Value::as_mapping).into_iter().flatten();
    let jobs = named.filter_map(|(id, job)| Some((id.as_str()?, job)));
    jobs.chain(root.get("runs").map(|runs| ("runs", runs))).collect()
}

fn steps_of(job: &Value) -> &[Value] {
    job.get("steps").and_then(Value::as_sequence).map_or(&[], Vec::as_slice)
}

/// The job that took over from one whose id the platform does not accept: it does the very same.
fn renamed<'a, 'v>(id: &str, job: &Value, after: &'a BTreeMap<&str, &'v Value>) -> Option<&'a &'v Value> {
    let sound = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        && !id.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let same =
        |other: &&&Value| ["steps", "uses", "runs-on", "strategy", "if", "permissions"].iter().all(|key| job.get(key) == other.get(key));
    if sound { None } else { after.values().find(same) }
}

/// Steps that run or use something: only they can be lost.
fn doing(steps: &[Value]) -> impl Iterator<Item = &Value> {
    steps.iter().filter(|step| step.get("run").is_some() || step.get("uses").is_some())
}

/// A word, the items of a list or the keys of a mapping.
fn names(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(name) => BTreeSet::from([name.clone()]),
        Value::Sequence(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        Value::Mapping(entries) => entries.keys().filter_map(|key| key.as_str().map(str::to_owned)).collect(),
        _ => BTreeSet::new(),
    }
}

/// A commit id stays a commit id.
fn pins(old: &Value, new: &Value) -> Result<(), String> {
    let pinned = |root: &Value| {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let jobs = jobs(root);
        let uses = jobs.values().flat_map(|job| steps_of(job).iter().chain(std::iter::once(*job)));
        for uses in uses.filter_map(|step| step.get("uses")?.as_str()) {
            let (action, reference) = uses.split_once('@').unwrap_or((uses, ""));
            let pin = reference.len() >= 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
            let count = counts.entry(action.to_ascii_lowercase()).or_default();
            if pin { count.0 += 1 } else { count.1 += 1 }
        }
        counts
    };
    let (before, after) = (pinned(old), pinned(new));
    for (action, (pins, _)) in before {
        let (left, loose) = after.get(&action).copied().unwrap_or_default();
        if left < pins && loose > 0 {
            return Err(format!("unpins {action}"));
        }
    }
    Ok(())
}

/// No step disappears, none becomes empty, no test is dropped.
fn steps(id: &str, old: &Value, new: &Value) -> Result<(), String> {
    let (old, new) = (steps_of(old), steps_of(new));
    if doing(new).count() < doing(old).count() {
        return Err(format!("removes a step of the job `{id}`"));
    }
    let scripts =
        |steps: &[Value]| -> Vec<String> { steps.iter().filter_map(|step| step.get("run")?.as_str().map(str::to_owned)).collect() };
    let tests =
        |scripts: &[String]| TESTS.as_ref().map_or(0, |tests| scripts.iter().map(|script| tests.find_iter(script).count()).sum::<usize>());
    let (before, after) = (scripts(old), scripts(new));
    if tests(&after) < tests(&before) {
        return Err(format!("drops a test command of the job `{id}`"));
    }
    let busy =
        |scripts: &[String]| scripts.iter().filter(|script| !script.trim().is_empty() && !matches!(script.trim(), "true" | ":")).count();
    let actions = |steps: &[Value]| steps.iter().filter(|step| step.get("uses").is_some()).count();
    if busy(&after) + actions(new) < busy(&before) + actions(old) {
        return Err(format!("empties a step of the job `{id}`"));
    }
    let ends = |scripts: &[String]| {
        scripts.iter().filter(|script| script.trim_end().lines().last().is_some_and(|line| line.trim() == "exit 0")).count()
    };
    if ends(&after) > ends(&before) { Err(format!("ends a script of the job `{id}` with `exit 0`")) } else { Ok(()) }
}

/// Whether a person has allowed a job to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leniency {
    None,
    ByPermit,
}

/// No new `continue-on-error`, no condition that is never true.
fn lenient(id: &str, old: &Value, new: &Value, leniency: Leniency) -> Result<(), String> {
    let forgives = |value: &Value| {
        value.get("continue-on-error").is_some_and(|value| !matches!(value, Value::Bool(false)) && value.as_str() != Some("false"))
    };
    let count = |job: &Value| steps_of(job).iter().filter(|step| forgives(step)).count();
    let job_forgives = forgives(new) && !forgives(old) && leniency == Leniency::None;
    if job_forgives
        || count(new) > count(old)
        || forgives(new) && leniency == Leniency::None && old.get("continue-on-error") != new.get("continue-on-error")
    {
        return Err(format!("lets the job `{id}` pass although it fails"));
    }
    let never = |value: &Value| {
        let condition = value.get("if");
        let text = condition.and_then(Value::as_str).unwrap_or("").replace([' ', '\t', '\n'], "");
        condition == Some(&Value::Bool(false))
            || ["false", "${{false}}"].contains(&text.as_str())
            || text.contains("&&false")
            || text.contains("false&&")
    };
    let skips = |job: &Value| usize::from(never(job)) + steps_of(job).iter().filter(|step| never(step)).count();
    if skips(new) > skips(old) {
        return Err(format!("never runs a part of the job `{id}`"));
    }
    // A step that had no condition and gets one may be skipped; only new steps may bring a condition.
    let free = |job: &Value| doing(steps_of(job)).filter(|step| step.get("if").is_none()).count();
    if free(new) < free(old) || old.get("if").is_none() && new.get("if").is_some() && !old.is_null() {
        return Err(format!("puts a condition on a part of the job `{id}`"));
    }
    Ok(())
}

/// No limit is lowered, none below six hours appears at a job that had none.
fn limits(id: &str, old: &Value, new: &Value) -> Result<(), String> {
    const DEFAULT: f64 = 360.0;
    let limit = |value: &Value| value.get("timeout-minutes").and_then(Value::as_f64);
    let lowered = |old: &Value, new: &Value| limit(new).is_some_and(|new| new < limit(old).unwrap_or(DEFAULT));
    let (before, after) = (steps_of(old), steps_of(new));
    let mut lower = lowered(old, new);
    if before.len() == after.len() {
        lower |= before.iter().zip(after).any(|(old, new)| lowered(old, new));
    } else {
        // Steps were inserted: each old step is met again, in order, by what it is called and does.
        let mut rest = after.iter();
        for step in before {
            let same = |other: &&Value| ["name", "id", "uses"].iter().all(|key| step.get(key) == other.get(key));
            if let Some(met) = rest.clone().position(|other| same(&other)) {
                lower |= rest.nth(met).is_some_and(|new| lowered(step, new));
            }
        }
    }
    if lower {
        return Err(format!("lowers a time limit of the job `{id}`"));
    }
    Ok(())
}

/// What a job may do: its own block, else the workflow's.
fn granted(root: &Value, job: &Value) -> BTreeMap<String, u8> {
    let Some(block) = job.get("permissions").or_else(|| root.get("permissions")) else { return BTreeMap::new() };
    let level = |value: &Value| match value.as_str() {
        Some("write" | "write-all") => 2,
        Some("read" | "read-all") => 1,
        _ => 0,
    };
    match block {
        Value::Mapping(scopes) => scopes.iter().filter_map(|(scope, access)| Some((scope.as_str()?.to_owned(), level(access)))).collect(),
        word => BTreeMap::from([("*".to_owned(), level(word))]),
    }
}

/// No scope is raised that the remedy does not declare.
fn permissions(id: &str, (old_root, old): (&Value, &Value), (new_root, new): (&Value, &Value), permits: &[Permit]) -> Result<(), String> {
    let (had, has) = (granted(old_root, old), granted(new_root, new));
    let declared = old.get("permissions").is_some() || old_root.get("permissions").is_some();
    for (scope, level) in &has {
        let before = had.get(scope).or_else(|| had.get("*")).copied().unwrap_or(u8::from(!declared));
        let allows = |permit: &Permit| matches!(permit, Permit::Scope { job, scope: allowed, access } if job == id && allowed == scope && (access == "write" || *level < 2));
        if *level > before && !permits.iter().any(allows) {
            return Err(format!("gives the job `{id}` more of `{scope}` than before"));
        }
    }
    // A block that is gone may fall back to the repository's default, which can be everything.
    if declared && new.get("permissions").is_none() && new_root.get("permissions").is_none() {
        return Err(format!("removes the permissions of the job `{id}`"));
    }
    Ok(())
}

/// No leg of a matrix is dropped, but one whose label is retired.
fn matrix(id: &str, old: &Value, new: &Value, permits: &[Permit]) -> Result<(), String> {
    let retired = |value: &Value| permits.iter().any(|permit| matches!(permit, Permit::Label(label) if value.as_str() == Some(label)));
    let legs = |job: &Value| {
        let matrix =
            job.get("strategy").and_then(|strategy| strategy.get("matrix")).and_then(Value::as_mapping).cloned().unwrap_or_default();
        let items = |value: &Value| value.as_sequence().cloned().unwrap_or_default();
        let excluded = matrix.get("exclude").map_or(0, |value| items(value).len());
        let listed = matrix.iter().filter(|(key, _)| key.as_str() != Some("exclude")).flat_map(|(_, value)| items(value));
        (listed.filter(|value| !retired(value)).count(), excluded)
    };
    let ((had, excluded), (has, excludes)) = (legs(old), legs(new));
    if has < had || excludes > excluded { Err(format!("drops a leg of the job `{id}`'s matrix")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::FilePatch;
    use crate::text::RepoPath;

    const BEFORE: &str = "on: push\npermissions:\n  contents: read\njobs:\n  a:\n    runs-on: x\n    timeout-minutes: 10\n    strategy:\n      matrix:\n        v: [1, 2]\n    steps:\n      - uses: o/a@0123456789012345678901234567890123456789\n      - run: npm test\n      - run: make\n        timeout-minutes: 5\n";

    fn judged(before: &str, after: &str, permits: &[Permit]) -> Result<(), Masked> {
        let change = FileChange::Text { before: before.to_owned(), after: after.to_owned() };
        guard(&PatchSet { files: vec![FilePatch { path: RepoPath::new(".github/workflows/a.yml").expect("a path"), change }] }, permits)
    }

    #[test]
    fn what_hides_a_failure_or_widens_trust_is_refused() {
        let cases = [
            ("npm test", "npm test || true"),
            ("npm test", "npm test || :"),
            ("npm test", "npm test || exit 0"),
            ("npm test", "npm test || echo failed"),
            ("- run: make", "- run: |\n          set +e\n          make"),
            ("- run: make", "- run: |\n          make\n          exit 0"),
            ("- run: make", "- run: make; true"),
            ("- run: make", "- run: git commit --no-verify"),
            ("- run: make", "- run: pip install --break-system-packages x"),
            ("- run: make", "- run: make\n        continue-on-error: true"),
            ("- run: make", "- run: make\n        continue-on-error: ${{ always() }}"),
            ("- run: make", "- run: make\n        if: false"),
            ("- run: make", "- run: make\n        if: ${{ false }}"),
            ("- run: make", "- run: make\n        if: github.event_name == 'x'"),
            ("- run: make", "- run: make\n        env:\n          ACTIONS_ALLOW_UNSECURE_COMMANDS: true"),
            ("- run: make", "- run: make\n        env:\n          K: ${{ secrets.TOKEN }}"),
            ("      - run: make\n        timeout-minutes: 5\n", ""),
            ("- run: make", "- run: \"true\""),
            ("npm test", "npm run build"),
            ("timeout-minutes: 10", "timeout-minutes: 9"),
            ("timeout-minutes: 5", "timeout-minutes: 4"),
            ("o/a@0123456789012345678901234567890123456789", "o/a@v1"),
            ("on: push", "on: [push, pull_request_target]"),
            ("contents: read", "contents: write"),
            ("  contents: read", "  contents: read\n  issues: write"),
            ("permissions:\n  contents: read\n", "permissions: write-all\n"),
            ("permissions:\n  contents: read\n", ""),
            ("v: [1, 2]", "v: [1]"),
            ("v: [1, 2]", "v: [1, 2]\n        exclude: [{v: 1}]"),
            ("    runs-on: x", "    runs-on: x\n    continue-on-error: true"),
        ];
        for (from, to) in cases {
            let after = BEFORE.replacen(from, to, 1);
            assert_ne!(after, BEFORE, "{from}");
            assert!(judged(BEFORE, &after, &[]).is_err(), "{to}");
        }
    }

    #[test]
    fn plain_repairs_pass() {
        let cases = [
            ("timeout-minutes: 10", "timeout-minutes: 60"),
            ("v: [1, 2]", "v: ['1', '2']"),
            ("- run: make", "- run: ninja"),
            (
                "      - run: npm test",
                "      - run: sudo apt-get update && sudo apt-get install -y x\n        if: runner.os == 'Linux'\n      - run: npm test",
            ),
            ("npm test", "xvfb-run -a npm test"),
            ("o/a@0123456789012345678901234567890123456789", "o/a@9876543210987654321098765432109876543210"),
            ("    runs-on: x", "    runs-on: x\n    permissions:\n      contents: read"),
        ];
        for (from, to) in cases {
            let after = BEFORE.replacen(from, to, 1);
            assert_eq!(judged(BEFORE, &after, &[]), Ok(()), "{to}");
        }
    }

    #[test]
    fn a_permit_opens_one_door() {
        let scope = Permit::Scope { job: "a".to_owned(), scope: "issues".to_owned(), access: "write".to_owned() };
        let job = |block: &str| BEFORE.replacen("    runs-on: x", &format!("    runs-on: x\n{block}"), 1);
        let more = job("    permissions:\n      contents: read\n      issues: write");
        assert_eq!(judged(BEFORE, &more, std::slice::from_ref(&scope)), Ok(()));
        assert!(judged(BEFORE, &more.replace("issues", "packages"), &[scope]).is_err());
        let optional = job("    continue-on-error: true");
        assert_eq!(judged(BEFORE, &optional, &[Permit::OptionalJob("a".to_owned())]), Ok(()));
        assert!(judged(BEFORE, &optional, &[Permit::OptionalJob("b".to_owned())]).is_err());
    }

    #[test]
    fn a_broken_text_is_judged_by_its_words() {
        assert!(judged("a: 1\na: 2\n", "a: 1\nb: make || true\n", &[]).is_err());
        assert_eq!(judged("a: 1\na: 2\n", "a: 1\nb: 2\n", &[]), Ok(()));
    }
}
