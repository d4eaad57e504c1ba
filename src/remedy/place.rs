//! Finds the text that a failure's repair changes: the located step's file, or the file that the platform refused.

use super::heal::Case;
use crate::diagnosis::Diagnosis;
use crate::edit::{Change, Edit, Intent};
use crate::repository::Repository;
use crate::rules::Category;
use crate::schema;
use crate::text::RepoPath;
use crate::workflow::locate::Locator;
use crate::workflow::{Document, Entry, Key, Node, Place, Route};

/// Where a repair acts.
#[derive(Debug)]
pub(super) struct Ground {
    /// The file, job and step.
    pub(super) place: Place,
    /// The file's text as a tree; none where it is no YAML.
    pub(super) document: Option<Document>,
}

impl Ground {
    /// The same place once `edits` are made: steps that came or went before it have moved it.
    pub(super) fn behind(&self, edits: &[Edit], patched: &Repository) -> Self {
        let mut place = self.place.clone();
        if let Some(Route(keys)) = &mut place.step
            && let Some((Key::Index(step), steps)) = keys.split_last_mut()
        {
            let intents = edits.iter().filter(|edit| edit.path == self.place.file).flat_map(|edit| match &edit.change {
                Change::Text { intents, .. } => intents.as_slice(),
                Change::Repair { .. } | Change::MakeExecutable => &[],
            });
            let (mut came, mut gone) = (0, 0);
            for intent in intents {
                match intent {
                    Intent::Insert { sequence: Route(keys), before, .. } if keys == steps && *before <= *step => came += 1,
                    Intent::Remove { route: Route(item) } => {
                        gone += usize::from(matches!(item.split_last(), Some((Key::Index(at), keys)) if keys == steps && at < step));
                    }
                    _ => {}
                }
            }
            *step = (*step + came).saturating_sub(gone);
        }
        let document = patched.text(place.file.as_str()).and_then(|text| Document::parse(text).ok());
        Self { place, document }
    }
}

/// Where the repair of a failure acts, or why that is not certain.
pub(super) fn ground(case: &Case<'_>, repository: &Repository, diagnosis: &Diagnosis) -> Result<Ground, String> {
    let of_file = matches!(diagnosis.category, Category::YamlSyntax | Category::WorkflowInvalid)
        && diagnosis.step.is_none_or(|_| named_file(diagnosis).is_some());
    if of_file && let Some(path) = refused_file(case, repository, diagnosis) {
        return Ok(whole_file(repository, path));
    }
    let Some(job) = diagnosis.job else {
        return refused_file(case, repository, diagnosis)
            .map(|path| calling_job(diagnosis, job_of_line(case, whole_file(repository, path))))
            .ok_or_else(|| "the source does not say which workflow file was refused; name it with `--workflow PATH`".to_owned());
    };
    let locator = Locator::new(case.transcript, repository, case.chosen);
    let place = diagnosis.step.map_or_else(|| locator.job(job), |step| locator.step(job, step));
    match place {
        Ok(place) => {
            let document = repository.text(place.file.as_str()).and_then(|text| Document::parse(text).ok());
            Ok(Ground { place, document })
        }
        // A file that the platform refused has no steps to find: the file itself is the place.
        Err(unlocated) => match refused_file(case, repository, diagnosis) {
            Some(path) if matches!(diagnosis.category, Category::YamlSyntax | Category::WorkflowInvalid) => {
                Ok(whole_file(repository, path))
            }
            _ => Err(unlocated.to_string()),
        },
    }
}

fn whole_file(repository: &Repository, path: RepoPath) -> Ground {
    let document = repository.text(path.as_str()).and_then(|text| Document::parse(text).ok());
    Ground { place: Place { file: path, job: None, step: None, caller: None }, document }
}

/// The job that holds the line which the platform noted.
fn job_of_line(case: &Case<'_>, mut ground: Ground) -> Ground {
    let line = case.transcript.annotations.iter().find_map(|annotation| annotation.line);
    let jobs = ground.document.as_ref().and_then(|document| document.root.as_ref()).and_then(|root| root.get("jobs"));
    if let (Some(line), Some(jobs), Some(document)) = (line, jobs, &ground.document) {
        let holds = |job: &&Entry| document.position(job.span().start).line <= line && line <= document.position(job.span().end).line;
        ground.place.job = jobs.entries().iter().find(holds).and_then(|job| job.key.as_str()).map(str::to_owned);
    }
    ground
}

/// The one job that calls the workflow which the message names, where its line names none:
/// `Error calling workflow 'octo/app/.github/workflows/publish.yml@v1'`.
fn calling_job(diagnosis: &Diagnosis, mut ground: Ground) -> Ground {
    let text = diagnosis.cause.as_ref().map_or("", |cause| cause.text.as_str());
    let Some(callee) = text.split_once("Error calling workflow '").and_then(|(_, rest)| rest.split('\'').next()) else { return ground };
    let local = callee.split('@').next().and_then(|path| path.splitn(3, '/').nth(2)).map(|path| format!("./{path}"));
    let jobs = ground.document.as_ref().and_then(|document| document.root.as_ref()).and_then(|root| root.get("jobs"));
    let calls = |job: &&Entry| {
        let uses = job.value.get("uses").and_then(Node::as_str).map(str::trim);
        uses.is_some_and(|uses| uses == callee || Some(uses) == local.as_deref())
    };
    let callers: Vec<&str> = jobs.map_or(&[][..], Node::entries).iter().filter(calls).filter_map(|job| job.key.as_str()).collect();
    let certain = match callers.as_slice() {
        [one] => Some((*one).to_owned()),
        _ => ground.place.job.take().filter(|job| callers.contains(&job.as_str())),
    };
    ground.place.job = certain;
    ground
}

/// The workflow file that the message itself names.
fn named_file(diagnosis: &Diagnosis) -> Option<RepoPath> {
    let text = &diagnosis.cause.as_ref()?.text;
    let start = text.find(".github/workflows/")?;
    let rest = text.get(start..)?;
    let end = rest.find(".yml").map(|at| at + 4).or_else(|| rest.find(".yaml").map(|at| at + 5))?;
    let end = if rest.get(..end).is_some_and(|text| text.ends_with(".yml")) || rest.len() == end { end } else { end.min(rest.len()) };
    RepoPath::new(rest.get(..end)?).ok()
}

/// The workflow file that the platform refused: named by the message, an annotation, the run or the user; else the only one of the
/// repository that the platform would refuse.
fn refused_file(case: &Case<'_>, repository: &Repository, diagnosis: &Diagnosis) -> Option<RepoPath> {
    let there = |path: &RepoPath| repository.texts.contains_key(path);
    let noted = || case.transcript.annotations.iter().find_map(|annotation| annotation.path.clone().filter(there));
    let found = named_file(diagnosis).filter(there).or_else(noted);
    let found = found.or_else(|| case.transcript.run.path.clone().filter(there)).or_else(|| case.chosen.cloned().filter(there));
    found.or_else(|| {
        let mut broken = repository.workflows().filter(|(_, text)| !schema::accepts(text)).map(|(path, _)| path.clone());
        let only = broken.next()?;
        broken.next().is_none().then_some(only)
    })
}
