//! Turns a remedy's edits into a proved patch, or the reason why there is none.

use super::heal::Case;
use super::place::Ground;
use crate::diagnosis::Diagnosis;
use crate::edit::{self, Change, Edit, Refusal, Splice};
use crate::patch::{self, PatchSet};
use crate::repository::Repository;
use crate::rules::EditSpec;
use crate::rules::template::filled;
use crate::schema;
use crate::text::LineNumber;
use crate::workflow::Place;

/// The edits of one remedy for one failure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) diagnosis: &'a Diagnosis,
    pub(super) specs: &'a [EditSpec],
}

impl Plan<'_> {
    /// All edits or none, applied, read again, compared, and looked through for masks.
    pub(super) fn patch(&self, repository: &Repository, ground: &Ground) -> Result<PatchSet, String> {
        let edits = self.edits(repository, ground)?;
        let patch = patch::prove(repository, &edits).map_err(|unproved| format!("the change could not be proved: {unproved}"))?;
        patch::guard(&patch).map_err(|masked| masked.to_string())?;
        Ok(patch)
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
        let _ = edit::plain_value;
        Err(Refusal::DoesNotFit(format!("`{}` is not wired", spec.verb)))
    }

    /// The one smallest repair that makes the refused file a workflow.
    fn repair(&self, repository: &Repository, ground: &Ground) -> Result<Vec<Edit>, Refusal> {
        let path = &ground.place.file;
        let text = repository.text(path.as_str()).ok_or_else(|| Refusal::DoesNotFit(format!("the base commit has no text of {path}")))?;
        let noted = self.case.transcript.annotations.iter().find_map(|annotation| annotation.line);
        let named = self.diagnosis.captures.get("line").and_then(|line| line.parse().ok()).map(LineNumber::new);
        let repair = schema::repair(path, text, named.or(noted)).map_err(|none| Refusal::DoesNotFit(none.to_string()))?;
        let splices = repair.splices.into_iter().map(|(span, text)| Splice { span, text }).collect();
        Ok(vec![Edit { path: path.clone(), change: Change::Repair { splices } }])
    }
}
