//! Turns the words of a command line into repositories and their runs.

use std::path::Path;

use super::super::progress::Progress;
use super::super::target::{Chosen, Target, target};
use crate::branch::Checkout;
use crate::failure::{Failure, Kind};
use crate::github::{Found, Host, RepoName, Tokens, repositories_of, standing_failures};
use crate::options::{AllFailed, Heal, Output, Scope, Source};

/// One repository and what is healed of it.
pub(super) struct Round {
    /// What it is called in the summary.
    pub(super) name: String,
    /// `[HOST/]OWNER/NAME`, where one is known.
    pub(super) repository: Option<String>,
    /// The way to it, where it is not checked out here.
    pub(super) away: Option<Target>,
    /// Its runs, or why they are not to be had.
    pub(super) runs: Result<Vec<Run>, Failure>,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// What is read.
    pub(super) source: Source,
    /// What it is called in the summary.
    pub(super) name: String,
    /// The commit that ran, where GitHub told it.
    pub(super) commit: String,
}

/// The repositories, each with its runs.
///
/// # Errors
/// When a name means nothing, or an owner's repositories cannot be listed.
pub(super) fn rounds(task: &Heal, output: &Output, progress: &Progress) -> Result<Vec<Round>, Failure> {
    match &task.scope {
        Scope::One => Ok(vec![named(task, std::slice::from_ref(&task.request.source))]),
        Scope::Several(sources) => Ok(vec![named(task, sources)]),
        Scope::Failed(failed) => {
            let checkout = Checkout::discover(task.request.repo.as_deref().unwrap_or(Path::new("."))).ok().flatten();
            let aims = aims(failed, checkout.as_ref(), output)?;
            Ok(aims.into_iter().map(|aim| online(aim, failed, checkout.as_ref(), output, progress)).collect())
        }
    }
}

/// The sources that were typed, of the one repository around this folder.
fn named(task: &Heal, sources: &[Source]) -> Round {
    let mut runs: Vec<Run> = Vec::new();
    for source in sources {
        if !runs.iter().any(|run| run.source == *source) {
            runs.push(Run { source: source.clone(), name: source.name(), commit: String::new() });
        }
    }
    let repository = task.request.repository.clone();
    Round { name: repository.clone().unwrap_or_else(|| "this checkout".to_owned()), repository, away: None, runs: Ok(runs) }
}

/// Every repository that is meant, once.
fn aims(failed: &AllFailed, checkout: Option<&Checkout>, output: &Output) -> Result<Vec<Target>, Failure> {
    let mut aims: Vec<Target> = Vec::new();
    let mut add = |aim: Target| {
        if !aims.iter().any(|known| known.repo.same(&aim.repo)) {
            aims.push(aim);
        }
    };
    if failed.repositories.is_empty() && failed.owners.is_empty() {
        add(target(None, checkout)?);
    }
    for name in &failed.repositories {
        add(target(Some(name), checkout)?);
    }
    for owner in &failed.owners {
        let tokens = Tokens::read();
        let repo = of_owner(owner, &tokens.default_host())?;
        let aim = Target { repo, tokens, chosen: Chosen::Named };
        let mut client = aim.client(Some(&aim.token()?), output)?;
        for repo in repositories_of(&mut client, &aim.repo)? {
            add(Target { repo, tokens: aim.tokens.clone(), chosen: Chosen::Named });
        }
    }
    Ok(aims)
}

/// An owner, as the repository that is never asked for.
fn of_owner(owner: &str, host: &Host) -> Result<RepoName, Failure> {
    let text = if owner.contains('/') { format!("{owner}/-") } else { format!("{host}/{owner}/-") };
    RepoName::parse(&text, host)
        .ok_or_else(|| Failure::new(Kind::Usage, format!("`{owner}` names no organisation or person; expected [HOST/]OWNER")))
}

/// The runs that fail now.
fn online(aim: Target, failed: &AllFailed, checkout: Option<&Checkout>, output: &Output, progress: &Progress) -> Round {
    progress.says(&format!("asking for the runs of {}", aim.repo));
    let runs = aim.token().and_then(|token| {
        let mut client = aim.client(Some(&token), output)?;
        standing_failures(&mut client, &aim.repo, failed.branch.as_deref())
    });
    let run = |found: Found| {
        let page = format!("{}/actions/runs/{}", aim.repo.site(), found.id);
        Run { source: Source::Path(page.into()), name: format!("run {}", found.id), commit: found.head_sha }
    };
    let runs = runs.map(|found| found.into_iter().take(failed.most).map(run).collect());
    let here = checkout.is_some_and(|checkout| {
        let leads = |url: &str| RepoName::of_remote(url).is_some_and(|named| named.same(&aim.repo));
        checkout.remotes().iter().any(|remote| leads(&remote.url))
    });
    let (name, repository) = (aim.repo.to_string(), Some(format!("{}/{}", aim.repo.host, aim.repo.full())));
    Round { name, repository, away: (!here).then_some(aim), runs }
}
