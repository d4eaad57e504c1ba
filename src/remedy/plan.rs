//! Turns a remedy's edits into a proved patch, or the reason why there is none.

use super::elsewhere::beyond_reach;
use super::heal::Case;
use super::inspected;
use super::knowledge::ALMANAC;
use super::place::Ground;
use super::resolve::{Surroundings, resolved};
use crate::diagnosis::Diagnosis;
use crate::edit::{self, Change, Edit, Refusal, Runner, Scene, Splice};
use crate::patch::{self, PatchSet, Permit};
use crate::repository::Repository;
use crate::rules::EditSpec;
use crate::rules::template::filled;
use crate::schema;
use crate::text::LineNumber;
use crate::workflow::{Document, Place};

/// The edits of one remedy for one failure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) diagnosis: &'a Diagnosis,
    pub(super) specs: &'a [EditSpec],
    /// What a person has allowed beyond the rule.
    pub(super) permits: &'a [Permit],
}

impl Plan<'_> {
    /// All edits or none, applied, read again, compared, and looked through for masks.
    pub(super) fn patch(&self, repository: &Repository, ground: &Ground) -> Result<PatchSet, String> {
        let edits = self.edits(repository, ground)?;
        let patch = patch::prove(repository, &edits).map_err(|unproved| format!("the change could not be proved: {unproved}"))?;
        let permits = [self.permits, &self.scopes(repository, ground)].concat();
        patch::guard(&patch, &permits).map_err(|masked| masked.to_string())?;
        let again = |patched: &Repository| self.edits(patched, &ground.behind(&edits, patched)).map_err(Refusal::DoesNotFit);
        patch::prove_idempotent(repository, &patch, again).map_err(|unproved| format!("the change could not be proved: {unproved}"))?;
        Ok(patch)
    }

    /// The scopes that the remedy says it grants; the guard lets no other pass.
    pub(super) fn scopes(&self, repository: &Repository, ground: &Ground) -> Vec<Permit> {
        if self.specs.iter().any(|spec| spec.verb == "repair-yaml") {
            return self.repaired(repository, ground).map_or_else(|_| Vec::new(), |(_, permits)| permits);
        }
        let (Some(document), Some(job)) = (&ground.document, &ground.place.job) else { return Vec::new() };
        let around = Surroundings { plan: self, repository, place: &ground.place, document };
        let plain = self.specs.iter().filter_map(|spec| resolved(&self.with_captures(spec), &around).ok()).flatten();
        plain.filter(|spec| spec.verb == "add-permission").flat_map(|spec| patch::declared(&spec, job)).collect()
    }

    /// The patch of edits that need no place in a workflow: the mode of a file.
    pub(super) fn patch_without_place(&self, repository: &Repository) -> Option<Result<PatchSet, String>> {
        if !self.specs.iter().all(|spec| spec.verb == "make-executable") {
            return None;
        }
        let nowhere = Place { file: repository.entries.keys().next()?.clone(), job: None, step: None, caller: None };
        Some(self.patch(repository, &Ground { place: nowhere, document: None }))
    }

    fn edits(&self, repository: &Repository, ground: &Ground) -> Result<Vec<Edit>, String> {
        let mut all = Vec::new();
        for spec in self.specs {
            match self.edit(&self.with_captures(spec), repository, ground) {
                Ok(edits) => all.extend(edits),
                // One of several wishes that is fulfilled already is no obstacle to the others.
                Err(Refusal::AlreadySo(_)) if self.specs.len() > 1 => {}
                Err(refusal) => return Err(refusal.to_string()),
            }
        }
        if all.is_empty() { Err("everything that the remedy wants is already so".to_owned()) } else { Ok(all) }
    }

    fn with_captures(&self, spec: &EditSpec) -> EditSpec {
        let captures = &self.diagnosis.captures;
        let arguments = spec.arguments.iter().map(|(name, value)| (name.clone(), filled(value, captures))).collect();
        EditSpec { verb: spec.verb.clone(), arguments }
    }

    fn edit(&self, spec: &EditSpec, repository: &Repository, ground: &Ground) -> Result<Vec<Edit>, Refusal> {
        if spec.verb == "repair-yaml" {
            return self.repair(repository, ground);
        }
        let empty = Document::parse("").map_err(|error| Refusal::DoesNotFit(error.to_string()))?;
        let document = match &ground.document {
            Some(document) => document,
            None if spec.verb == "make-executable" => &empty,
            None => return Err(Refusal::DoesNotFit(format!("{} is no YAML that can be read", ground.place.file))),
        };
        let around = Surroundings { plan: self, repository, place: &ground.place, document };
        let scene = Scene { repository, document, place: &ground.place, runner: &self.runner(), knowledge: &ALMANAC };
        let mut edits = Vec::new();
        let mut already = None;
        for plain in resolved(spec, &around)? {
            if let Some(reason) = beyond_reach(&plain, self.case.transcript, self.diagnosis) {
                return Err(Refusal::DoesNotFit(reason));
            }
            match edit::apply(&plain, &scene) {
                Ok(more) => edits.extend(more),
                Err(Refusal::AlreadySo(what)) => already = Some(what),
                Err(refusal) => return Err(refusal),
            }
        }
        // One of several verbs that is fulfilled already is no obstacle to the others.
        match already {
            Some(what) if edits.is_empty() => Err(Refusal::AlreadySo(what)),
            _ => Ok(edits),
        }
    }

    /// What the log says about the machine.
    fn runner(&self) -> Runner {
        let job = self.diagnosis.job.and_then(|job| self.case.transcript.jobs.get(job));
        let step = job.zip(self.diagnosis.step).and_then(|(job, step)| job.steps.get(step));
        Runner {
            system: job.and_then(|job| job.facts.os),
            shell: step.and_then(|step| step.echoes.iter().rev().find_map(|echo| echo.shell.clone())),
        }
    }

    /// What makes the refused file one that the platform takes.
    fn repair(&self, repository: &Repository, ground: &Ground) -> Result<Vec<Edit>, Refusal> {
        let path = &ground.place.file;
        let before = repository.text(path.as_str()).ok_or_else(|| Refusal::DoesNotFit(format!("the base commit has no text of {path}")))?;
        let (after, _) = self.repaired(repository, ground).map_err(Refusal::DoesNotFit)?;
        let splices = schema::difference(before, &after).into_iter().map(|(span, text)| Splice { span, text }).collect();
        Ok(vec![Edit { path: path.clone(), change: Change::Repair { splices } }])
    }

    /// The file's text without anything for which the platform refuses it, and the scopes that a job gets with it.
    fn repaired(&self, repository: &Repository, ground: &Ground) -> Result<(String, Vec<Permit>), String> {
        let path = &ground.place.file;
        let text = repository.text(path.as_str()).ok_or_else(|| format!("the base commit has no text of {path}"))?;
        let noted = self.case.transcript.annotations.iter().find_map(|annotation| annotation.line);
        let named = self.diagnosis.captures.get("line").and_then(|line| line.parse().ok()).map(LineNumber::new);
        // The line that the platform names helps only with a text that is no YAML; what parses tells all by itself.
        if ground.document.is_some() {
            return inspected::without_errors(repository, path);
        }
        let repair = schema::repair(path, text, named.or(noted)).map_err(|none| none.to_string())?;
        let mut half = repository.clone();
        half.texts.insert(path.clone(), repair.applied(text).ok_or("the repair does not fit the text")?);
        let whole = inspected::without_errors(&half, path);
        Ok(whole.unwrap_or_else(|_| (half.text(path.as_str()).unwrap_or("").to_owned(), Vec::new())))
    }
}
