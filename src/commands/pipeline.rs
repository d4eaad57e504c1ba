//! Turns a request into an outcome: the stages in their order. The only place that knows them all.

use std::path::Path;

use super::progress::Progress;
use super::{around, config_file, fetch, plain_folder, rule_files};
use crate::archive::{self, ArchiveError, Input, Limits};
use crate::branch::{self, Base, BaseChoice, BaseReason, BranchError, Checkout, Commit, FALLBACK_NAME, Identity};
use crate::cases::Material;
use crate::config::{self, Config};
use crate::diagnosis::{self, Diagnosis};
use crate::failure::{Failure, Kind};
use crate::findings::{self, Circumstances, Fingerprints};
use crate::options::{Depth, Request};
use crate::patch::PatchSet;
use crate::plan::{self, Plan, Record};
use crate::remedy::{self, Case, Healing};
use crate::report::{self, Deed, News, Outcome, Verified, commit_message};
use crate::repository::Repository;
use crate::rules::{Rule, RuleSet, Safety};
use crate::text::RepoPath;
use crate::transcript::{self, Transcript};
use crate::workflow::Workflow;
use crate::workflow::locate::{Limit, Locator};

/// Mistakes in rule files that are told beside the first.
const MISTAKES: usize = 10;

/// What is said of a patch that cannot be committed.
pub(super) const NO_REPOSITORY: &str =
    "This folder is no git repository: the patch is shown and not committed. `--format diff` prints it alone.";

/// What became of a source.
pub(super) struct Healed {
    /// What a report tells.
    pub(super) outcome: Outcome,
    /// What would be published; none where nothing failed, or no checkout is there to start from.
    pub(super) plan: Option<Plan>,
    /// The checkout.
    pub(super) checkout: Option<Checkout>,
}

/// Reads the source and goes as far as the request says.
///
/// # Errors
/// When the source, the checkout or a rule cannot be read, or the branch cannot be made.
pub(super) fn run(request: &Request, progress: &Progress) -> Result<Outcome, Failure> {
    Ok(finish(read(request, progress)?, request, Vec::new())?.outcome)
}

/// Reads and diagnoses what a request names; [`finish`] does the rest.
///
/// # Errors
/// As [`run`].
pub(super) fn read(request: &Request, progress: &Progress) -> Result<Examined, Failure> {
    progress.says(&format!("reading {}", request.source.name()));
    let limits = Limits { total: request.max_size, ..Limits::default() };
    examine(fetch::input(request, limits, progress)?, limits, request, progress)
}

/// The same for a source that is read already.
///
/// # Errors
/// As [`run`].
pub(super) fn heal(input: Input, limits: Limits, request: &Request, progress: &Progress) -> Result<Outcome, Failure> {
    Ok(finish(examine(input, limits, request, progress)?, request, Vec::new())?.outcome)
}

/// Commits what was examined, where that was asked for; `verified` is what running the failed steps here has shown.
///
/// # Errors
/// When the branch cannot be made.
pub(super) fn finish(examined: Examined, request: &Request, verified: Vec<Verified>) -> Result<Healed, Failure> {
    let Examined { transcript, mut healing, ground, config, allowed, mut notes, around, .. } = examined;
    let request = &Request { allowed, ..request.clone() };
    if request.depth == Depth::Commit
        && let Some(reason) = reason_to_withhold(&transcript, &healing, &config, ground.repository())
    {
        notes.push(reason);
        healing.patch = PatchSet::default();
    }
    let named = ground.repository().map_or_else(|| "run".to_owned(), |repository| workflow_name(&transcript, repository, &healing));
    let (deed, record) = deed(&transcript, &mut healing, &ground, (request, &config), &mut notes)?;
    let base = ground.base().map(|base| base.commit.clone());
    let outcome = Outcome { source: request.source.name(), transcript, healing, allowed, base, deed, notes, verified, around };
    let plan = planned(&outcome, &named, record)?;
    Ok(Healed { outcome, plan, checkout: ground.checkout() })
}

/// A source, what it is judged by, and what was found in it; nothing is written.
pub(super) struct Examined {
    /// What the source says.
    pub(super) transcript: Transcript,
    /// The rules in force.
    pub(super) rules: RuleSet,
    /// The limits that the repository sets.
    pub(super) config: Config,
    /// What a patch starts from.
    pub(super) ground: Ground,
    /// What failed and what heals it.
    pub(super) healing: Healing,
    /// The greatest risk of a change: what was asked for, within the limits.
    pub(super) allowed: Safety,
    /// What a reader must know besides.
    pub(super) notes: Vec<String>,
    /// What is told besides the failures.
    pub(super) around: report::Around,
}

/// Reads and diagnoses a source.
///
/// # Errors
/// As [`run`].
pub(super) fn examine(input: Input, limits: Limits, request: &Request, progress: &Progress) -> Result<Examined, Failure> {
    let mut archive = archive::open(input, limits)?;
    let mut transcript = transcript::read(&mut archive)?;
    let around = around::compare(&mut transcript, request, limits, progress)?;
    let ground = ground(&transcript, request)?;
    let usual = || Some(ground.workdir()?.join(rule_files::USUAL)).filter(|dir| rule_files::present(dir));
    let rules = rules(request.rules.clone().or_else(usual).as_deref())?;
    let config = config_file::load(ground.workdir(), ground.repository())?;
    let mut notes = ground.notes();
    notes.extend(limits_in_words(&config, &rules, request));
    let rules = config.rules(&rules);
    let allowed = config.limited(request.allowed);
    progress.says("looking for causes");
    let mut healing = stages(&transcript, (&rules, &config), ground.repository(), request.workflow.as_ref(), allowed);
    only_job(&transcript, &mut healing, request)?;
    Ok(Examined { transcript, rules, config, ground, healing, allowed, notes, around })
}

/// What would be published for an outcome.
///
/// # Errors
/// When the patch does not stand up to being read again.
pub(super) fn planned(outcome: &Outcome, workflow: &str, record: Option<Record>) -> Result<Option<Plan>, Failure> {
    if outcome.healing.failures.is_empty() {
        return Ok(None);
    }
    let broken = |error| Failure::new(Kind::Internal, format!("the patch does not stand up to being read again: {error}"));
    plan::make(outcome, workflow, record).map(Some).map_err(broken)
}

/// Why a run that could be healed is only reported.
pub(super) fn withheld(examined: &Examined) -> Option<String> {
    reason_to_withhold(&examined.transcript, &examined.healing, &examined.config, examined.ground.repository())
}

fn reason_to_withhold(transcript: &Transcript, healing: &Healing, config: &Config, repository: Option<&Repository>) -> Option<String> {
    let run = &transcript.run;
    if let Some(branch) =
        run.head_branch.as_deref().filter(|branch| branch.starts_with(plan::OWN_BRANCHES) || branch.starts_with(config.branch_prefix()))
    {
        return Some(format!("This run is one of our own branch {branch}: it is reported and not healed, so that nothing loops."));
    }
    if let (Some(own), Some(head)) = (&run.repository, &run.head_repository)
        && !own.eq_ignore_ascii_case(head)
    {
        return Some(format!("This run's commit comes from the fork {head}: it is reported and not healed."));
    }
    let texts = healing.patch.files.iter().filter_map(|file| Some((&file.path, repository?.text(file.path.as_str())?)));
    let off = texts.filter(|(_, text)| plan::is_switched_off(text)).map(|(path, _)| path).next()?;
    Some(format!("{off} says `# auto-heal: disabled`: it is reported and not healed."))
}

/// All rules in force: the built-in ones, and those of a folder.
///
/// # Errors
/// When a rule file cannot be read or is wrong.
pub(super) fn rules(own: Option<&Path>) -> Result<RuleSet, Failure> {
    let files = own.map(rule_files::read).transpose()?.unwrap_or_default();
    let own = RuleSet::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).map_err(|wrong| {
        let mut wrong = wrong.iter().map(ToString::to_string);
        let first = Failure::new(Kind::Rule, wrong.next().unwrap_or_default());
        wrong.take(MISTAKES).fold(first, Failure::hint)
    })?;
    Ok(RuleSet::builtin().merged(own))
}

/// The rules one by one, by id.
pub(super) fn each(rules: &RuleSet) -> impl Iterator<Item = &Rule> {
    rules.iter()
}

/// What a reader must know of the repository's limits: a rule that does not exist, a risk that is not taken.
fn limits_in_words(config: &Config, rules: &RuleSet, request: &Request) -> Vec<String> {
    let unknown = config.unknown_rules(rules).map(|id| format!("{} turns off `{id}`, which is no rule.", config::PATH));
    let limited = config.limited(request.allowed) < request.allowed && request.depth != Depth::Diagnose;
    let limit = limited.then(|| format!("{} allows safe changes only, so `--allow needs-review` has no effect here.", config::PATH));
    unknown.chain(limit).collect()
}

/// What a patch starts from.
pub(super) enum Ground {
    /// A commit of a repository.
    Commit { checkout: Box<Checkout>, base: Base, repository: Repository },
    /// A folder that no repository contains: its patch is shown, not committed.
    Folder(Repository),
    /// Nothing: a run can be diagnosed, but not healed.
    Nothing,
}

impl Ground {
    /// What the base commit holds, as far as it matters.
    pub(super) const fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Commit { repository, .. } | Self::Folder(repository) => Some(repository),
            Self::Nothing => None,
        }
    }

    /// The checkout, where there is one.
    pub(super) fn checkout(self) -> Option<Checkout> {
        if let Self::Commit { checkout, .. } = self { Some(*checkout) } else { None }
    }

    /// The base commit.
    pub(super) const fn base(&self) -> Option<&Base> {
        if let Self::Commit { base, .. } = self { Some(base) } else { None }
    }

    /// The folder with the checked-out files.
    pub(super) fn workdir(&self) -> Option<&Path> {
        if let Self::Commit { checkout, .. } = self { checkout.workdir() } else { None }
    }

    /// What a reader must know of the choice.
    fn notes(&self) -> Vec<String> {
        match self {
            Self::Commit { base, .. } => match &base.reason {
                BaseReason::HeadInstead { wanted } => {
                    vec![format!(
                        "This checkout lacks the run's commit {}: the patch starts from HEAD ({}).",
                        short(wanted),
                        short(&base.commit)
                    )]
                }
                BaseReason::Asked | BaseReason::RunCommit | BaseReason::Head => Vec::new(),
            },
            Self::Folder(_) => {
                vec![NO_REPOSITORY.to_owned()]
            }
            Self::Nothing => Vec::new(),
        }
    }
}

/// Enough of a commit's id for a person.
fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// Finds and reads what a patch starts from; without it a run can be diagnosed, but not healed.
fn ground(transcript: &Transcript, request: &Request) -> Result<Ground, Failure> {
    let asked = request.repo.is_some() || request.depth != Depth::Diagnose;
    let dir = request.repo.as_deref().unwrap_or(Path::new("."));
    match Checkout::discover(dir) {
        Ok(Some(checkout)) => commit_ground(checkout, transcript, request),
        Ok(None) => match plain_folder::read(dir) {
            Some(repository) => Ok(Ground::Folder(repository)),
            None if !asked => Ok(Ground::Nothing),
            None => {
                let place = request.repo.as_ref().map_or_else(|| "this folder".to_owned(), |dir| format!("`{}`", dir.display()));
                Err(Failure::new(Kind::Repository, format!("there is no git repository around {place}, and no workflow in it"))
                    .hint("run it in a checkout of the repository, or name one with `--repo DIR`; `diagnose` needs none"))
            }
        },
        // A diagnosis without a checkout is better than none.
        Err(_) if !asked => Ok(Ground::Nothing),
        Err(error) => Err(refused(Kind::Repository, &error)),
    }
}

fn commit_ground(checkout: Checkout, transcript: &Transcript, request: &Request) -> Result<Ground, Failure> {
    let choice = match &request.base {
        Some(revision) => BaseChoice::Revision(revision.clone()),
        None => BaseChoice::Run(transcript.run.head_sha.clone()),
    };
    let base = checkout.base(choice).map_err(|error| refused(Kind::Repository, &error))?;
    let repository = checkout.snapshot(&base).map_err(|error| refused(Kind::Repository, &error))?;
    Ok(Ground::Commit { checkout: Box::new(checkout), base, repository })
}

/// Findings, diagnoses, remedies, under rules and limits; `workflow` is the one that the user named.
pub(super) fn stages(
    transcript: &Transcript,
    (rules, config): (&RuleSet, &Config),
    repository: Option<&Repository>,
    workflow: Option<&RepoPath>,
    allowed: Safety,
) -> Healing {
    let locator = repository.map(|repository| Locator::new(transcript, repository, workflow));
    let limit = |job| locator.as_ref().map_or(Limit::Unknown, |locator| locator.limit(job));
    let circumstances = Circumstances { limits: (0..transcript.jobs.len()).map(limit).collect() };
    let findings = findings::find(transcript, rules, &Fingerprints::new(rules), &circumstances);
    let diagnoses = diagnosis::diagnose(transcript, rules, &findings);
    let case = Case { transcript, rules, repository, chosen: workflow, config, allowed };
    remedy::heal(&case, diagnoses)
}

/// A case's material through all stages; changes that need review are made too.
///
/// # Errors
/// When it is no log.
pub(super) fn of_material(
    material: &Material,
    (rules, config): (&RuleSet, &Config),
    limits: Limits,
) -> Result<(Transcript, Healing), ArchiveError> {
    let mut archive = archive::open(material.input(), limits)?;
    let transcript = transcript::read(&mut archive)?;
    let healing = stages(&transcript, (rules, config), material.repository.as_ref(), material.workflow.as_ref(), Safety::NeedsReview);
    Ok((transcript, healing))
}

/// Whether a diagnosis is of the step that a person names: by its name, or by its number.
pub(super) fn is_step(transcript: &Transcript, diagnosis: &Diagnosis, wanted: &str) -> bool {
    let job = diagnosis.job.and_then(|job| transcript.jobs.get(job));
    let Some(step) = job.zip(diagnosis.step).and_then(|(job, step)| job.steps.get(step)) else { return false };
    let name = step.name.as_deref().unwrap_or("");
    name == wanted || name.strip_prefix("Run ") == Some(wanted) || step.number.is_some_and(|number| number.to_string() == wanted)
}

/// Keeps the failures of the job that was asked for.
fn only_job(transcript: &Transcript, healing: &mut Healing, request: &Request) -> Result<(), Failure> {
    let Some(wanted) = &request.job else { return Ok(()) };
    let meant = |name: &str| name == wanted || name.split(" (").next() == Some(wanted);
    if !transcript.jobs.iter().any(|job| meant(&job.name)) {
        let names: Vec<String> = transcript.jobs.iter().take(12).map(|job| format!("`{}`", job.name)).collect();
        return Err(
            Failure::new(Kind::Usage, format!("no job of this source is called `{wanted}`")).hint(format!("it holds {}", names.join(", ")))
        );
    }
    let of_job = |job: Option<usize>| job.and_then(|job| transcript.jobs.get(job)).is_some_and(|job| meant(&job.name));
    healing.failures.retain(|failure| of_job(failure.diagnosis.job));
    Ok(())
}

/// Commits the patch where that was asked for and there is one; with it comes what a plan keeps of the commit.
///
/// # Errors
/// When the branch cannot be made.
pub(super) fn deed(
    transcript: &Transcript,
    healing: &mut Healing,
    ground: &Ground,
    (request, config): (&Request, &Config),
    notes: &mut Vec<String>,
) -> Result<(Deed, Option<Record>), Failure> {
    let (checkout, base, repository) = match (request.depth, ground) {
        (Depth::Diagnose, _) => return Ok((Deed::Diagnosed, None)),
        (Depth::Commit | Depth::Preview, Ground::Commit { checkout, base, repository }) if !healing.patch.files.is_empty() => {
            (checkout, base, repository)
        }
        (Depth::Commit | Depth::Preview, _) => return Ok((Deed::Previewed, None)),
    };
    if request.depth == Depth::Preview {
        let commit = commit_of((transcript, healing), (base, repository), (request.allowed, config));
        // A name that is taken, or a signer that is missing, is no matter before anything is made.
        return Ok((Deed::Previewed, checkout.rehearse(base, &healing.patch, &commit).ok()));
    }
    committed((transcript, healing), (checkout, base, repository), (request.allowed, config), notes)
}

/// The commit of a healing, not made yet.
fn commit_of(
    (transcript, healing): (&Transcript, &Healing),
    (base, repository): (&Base, &Repository),
    (allowed, config): (Safety, &Config),
) -> Commit {
    Commit {
        branch: format!("{}{}", config.branch_prefix(), branch_name(transcript, repository, healing, allowed)),
        message: commit_message(transcript, healing, allowed),
        when: base.seconds,
    }
}

/// Commits the patch of a healing on its branch.
///
/// # Errors
/// When the branch cannot be made.
pub(super) fn committed(
    (transcript, healing): (&Transcript, &mut Healing),
    (checkout, base, repository): (&Checkout, &Base, &Repository),
    (allowed, config): (Safety, &Config),
    notes: &mut Vec<String>,
) -> Result<(Deed, Option<Record>), Failure> {
    let refuse = |error: BranchError| refused(Kind::Branch, &error);
    let commit = commit_of((transcript, healing), (base, repository), (allowed, config));
    let made = match checkout.commit(base, &healing.patch, &commit) {
        Err(taken @ BranchError::BranchExists { .. }) => return before(checkout, healing, allowed, &commit.branch, taken),
        made => made.map_err(refuse)?,
    };
    if made.identity == Identity::Fallback {
        notes.push(format!("git names no author here, so the commit is by {FALLBACK_NAME}. Yours: `git config user.name NAME`, `git config user.email ADDRESS`."));
    }
    let news = match made.outcome {
        branch::Outcome::Created => News::Created,
        branch::Outcome::AlreadyThere => News::AlreadyThere,
    };
    let record = checkout.record(base, &healing.patch, &made).map_err(refuse)?;
    Ok((Deed::Committed { branch: made.branch, commit: made.commit, news }, Some(record)))
}

/// The branch is taken: by a heal of the same causes, of another run or on an older base, which is as good; or by something else.
fn before(
    checkout: &Checkout,
    healing: &mut Healing,
    allowed: Safety,
    branch: &str,
    taken: BranchError,
) -> Result<(Deed, Option<Record>), Failure> {
    let refuse = |error: BranchError| refused(Kind::Branch, &error);
    let made: Vec<&remedy::Failure> = healing.failures.iter().filter(|failure| report::made(healing, allowed, failure).is_some()).collect();
    let fingerprints: Vec<&str> = made.iter().map(|failure| failure.fingerprint.as_str()).collect();
    let Some((base, patch, made)) = checkout.healed_before(branch, &fingerprints, &healing.patch).map_err(refuse)? else {
        return Err(refuse(taken));
    };
    let record = checkout.record(&base, &patch, &made).map_err(refuse)?;
    healing.patch = patch;
    Ok((Deed::Committed { branch: made.branch, commit: made.commit, news: News::AlreadyThere }, Some(record)))
}

/// The workflow's name: as the run has it, as the file has it, else the file's own.
pub(super) fn workflow_name(transcript: &Transcript, repository: &Repository, healing: &Healing) -> String {
    let path = healing.failures.iter().find_map(|failure| failure.workflow.as_ref());
    let workflow = path.and_then(|path| Workflow::read(path.clone(), repository.text(path.as_str())?).ok());
    let file = path.map(|path| path.file_name().split('.').next().unwrap_or(""));
    let recorded = transcript.run.workflow_name.as_deref().filter(|name| !name.contains('/'));
    recorded.or(workflow.as_ref().and_then(Workflow::name)).or(file).unwrap_or("run").to_owned()
}

/// `workflow-<slug>-<fingerprint>`: the same for the same failures, so that healing twice makes one branch.
fn branch_name(transcript: &Transcript, repository: &Repository, healing: &Healing, allowed: Safety) -> String {
    let made: Vec<&remedy::Failure> = healing.failures.iter().filter(|failure| report::made(healing, allowed, failure).is_some()).collect();
    let fingerprint = plan::together(made.iter().map(|failure| failure.fingerprint.as_str()).collect());
    format!("workflow-{}-{}", slug(&workflow_name(transcript, repository, healing)), fingerprint.short())
}

/// A name as a part of a branch: lower-case letters, digits, single hyphens.
fn slug(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(48).collect();
    if slug.is_empty() { "run".to_owned() } else { slug.trim_end_matches('-').to_owned() }
}

pub(super) fn refused(kind: Kind, error: &BranchError) -> Failure {
    error.hints().into_iter().fold(Failure::new(kind, error.to_string()), Failure::hint)
}
