//! Makes the words of a log fit to be shared: no secret, and no name of a host, a user or an owner.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::Redacted;
use crate::transcript::Transcript;

/// The folder of a user, where systems keep them; the second group is the name.
const HOME: &str = r"(/home/|/Users/|[A-Za-z]:\\Users\\|/c/Users/)([A-Za-z0-9._-]+)";

/// Names of such folders that stand for no person: those of runners and of usual images.
const NOBODY: [&str; 12] =
    ["runner", "runneradmin", "root", "user", "linuxbrew", "vscode", "node", "ubuntu", "Shared", "Public", "Default", "vsts"];

/// An address of a person. Its last part has letters only, so that `react@18.2.0` is none.
const ADDRESS: &str = r"\b[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b";

/// A person as git writes one; the first group is what stands before the name.
const PERSON: &str = r"(?i)\b((?:author|committer|signed-off-by|co-authored-by|tagger|merged-by):\s*)[^<>]{1,80}(?: <)";

/// A host of a private network.
const HOST: &str = r"\b(?:[a-z0-9-]+\.)+(?:internal|local|lan|corp|intranet|home\.arpa)\b";

static HOME_FOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(HOME).ok());
static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ADDRESS).ok());
static NAMED_PERSON: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PERSON).ok());
static PRIVATE_HOST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(HOST).ok());

/// What stands for a machine.
const MACHINE: &str = "host";

/// What stands for a user.
const USER: &str = "user";

/// What stands for the owner of a repository: the example organisation of the platform's own documentation.
const OWNER: &str = "octo-org";

/// Which words are made neutral. Secrets never stay.
#[derive(Debug, Clone, Default)]
pub struct Neutral {
    /// Repositories as `owner/name`.
    repositories: Vec<String>,
    /// Names of machines and runners.
    machines: Vec<String>,
    /// Whether names are replaced, or secrets only.
    names: bool,
}

impl Neutral {
    /// For the logs of a run: its repository and its machines are known by name.
    pub fn of(transcript: &Transcript) -> Self {
        let mut this = Self { names: true, ..Self::default() };
        let run = &transcript.run;
        let defined = transcript.jobs.iter().filter_map(|job| job.facts.defined_at.as_ref()).map(|defined| defined.repository.clone());
        this.repositories = [run.repository.clone(), run.head_repository.clone()].into_iter().flatten().chain(defined).collect();
        this.repositories.sort();
        this.repositories.dedup();
        for job in &transcript.jobs {
            let setup = job.steps.first().map(|step| step.lines.clone()).unwrap_or_default();
            this.machines.extend(setup.take(64).filter_map(|line| machine(job.text.text(line))));
        }
        this.machines.sort();
        this.machines.dedup();
        this
    }

    /// The same, but only secrets are replaced: where a name is what a rule looks for.
    #[must_use]
    pub fn secrets_only(&self) -> Self {
        Self { names: false, ..self.clone() }
    }

    /// A line, neutral.
    pub fn line(&self, text: &str) -> String {
        let safe = Redacted::new(text).as_str().to_owned();
        if !self.names {
            return safe;
        }
        let mut out = safe;
        for repository in &self.repositories {
            if let Some((owner, name)) = repository.split_once('/') {
                out = replace_slug(&out, owner, name);
            }
        }
        for machine in &self.machines {
            out = out.replace(machine.as_str(), MACHINE);
        }
        let out = homes(&out);
        let out = replaced(&NAMED_PERSON, &out, "${1}A. User <");
        let out = addresses(&out);
        replaced(&PRIVATE_HOST, &out, "host.example").into_owned()
    }

    /// A file of the repository or a diff: without secrets, every line end as it is. Names stay, for the file is the repository's own.
    pub fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let body = line.trim_end_matches(['\n', '\r']);
            let safe = Redacted::new(body);
            // Only a secret is taken out: an odd character is the file's own.
            let changed = safe.as_str() != body && safe.as_str().contains("***");
            out.push_str(if changed { safe.as_str() } else { body });
            out.push_str(line.get(body.len()..).unwrap_or_default());
        }
        out
    }
}

/// The name in `Machine name: 'x'` and `Runner name: 'x'` (actions/runner).
fn machine(line: &str) -> Option<String> {
    let name = line.strip_prefix("Machine name: '").or_else(|| line.strip_prefix("Runner name: '"))?.strip_suffix('\'')?;
    let telling = name.len() >= 4 && !name.starts_with("GitHub Actions ") && !name.eq_ignore_ascii_case("runner");
    telling.then(|| name.to_owned())
}

/// `owner/name` and `github.com/owner` lose the owner.
fn replace_slug(text: &str, owner: &str, name: &str) -> String {
    let slug = format!("{owner}/{name}");
    let mut out = text.replace(&slug, &format!("{OWNER}/{name}"));
    for host in ["github.com/", "github.com:", "ghcr.io/", "raw.githubusercontent.com/"] {
        out = out.replace(&format!("{host}{owner}/"), &format!("{host}{OWNER}/"));
    }
    out
}

fn homes(text: &str) -> Cow<'_, str> {
    let Some(home) = &*HOME_FOLDER else { return Cow::Borrowed(text) };
    home.replace_all(text, |found: &regex::Captures<'_>| {
        let name = found.get(2).map_or("", |name| name.as_str());
        let name = if NOBODY.contains(&name) { name } else { USER };
        format!("{}{name}", found.get(1).map_or("", |start| start.as_str()))
    })
}

fn addresses(text: &str) -> Cow<'_, str> {
    let Some(mail) = &*MAIL else { return Cow::Borrowed(text) };
    mail.replace_all(text, |found: &regex::Captures<'_>| {
        let whole = found.get(0).map_or("", |whole| whole.as_str());
        // `git@github.com` is everybody's, and so are the reserved example domains.
        let nobody = whole.starts_with("git@") || whole.ends_with("example.com") || whole.ends_with("example.org");
        if nobody { whole.to_owned() } else { format!("{USER}@example.com") }
    })
}

fn replaced<'a>(pattern: &LazyLock<Option<Regex>>, text: &'a str, by: &str) -> Cow<'a, str> {
    match &**pattern {
        Some(pattern) => pattern.replace_all(text, by),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_secrets_go_and_the_rest_stays() {
        let neutral = Neutral { repositories: vec!["jane/app".to_owned()], machines: vec!["build-07".to_owned()], names: true };
        for (text, wanted) in [
            ("at /home/jane/src/x.py", "at /home/user/src/x.py"),
            ("/home/runner/work/app/app", "/home/runner/work/app/app"),
            (r"C:\Users\Jane.Doe\x", r"C:\Users\user\x"),
            ("Author: Jane Doe <jane@corp.example>", "Author: A. User <user@example.com>"),
            ("git clone git@github.com:jane/app.git", "git clone git@github.com:octo-org/app.git"),
            ("react@18.2.0 on build-07", "react@18.2.0 on host"),
            ("db01.prod.internal refused", "host.example refused"),
        ] {
            assert_eq!(neutral.line(text), wanted);
            assert_eq!(neutral.line(wanted), wanted, "twice as once");
        }
        let token = format!("ghp_{}", "a1".repeat(18));
        assert_eq!(neutral.secrets_only().line(&format!("/home/jane {token}")), "/home/jane ***");
        assert_eq!(neutral.text(&format!("a: {token}\r\nb\r\n")), "a: ***\r\nb\r\n");
    }
}
