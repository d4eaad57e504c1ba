//! What `schema` has against a file, and the repair of it.

use super::file::finding;
use super::{Cure, CureChange, Finding, check, lists, order};
use crate::edit::{Change, Edit, Splice};
use crate::rules::Safety;
use crate::schema::{self, Problem, ProblemKind, Repair};
use crate::text::RepoPath;
use crate::workflow::{Document, Key};

/// Problems of syntax and structure, each with what settles it.
pub(super) fn findings(path: &RepoPath, text: &str) -> Vec<Finding> {
    let problems = schema::problems(text);
    if problems.is_empty() {
        return Vec::new();
    }
    let document = Document::parse(text).ok();
    let mut findings = Vec::new();
    for settled in schema::settled(text) {
        let Some(mut finding) = of(text, &settled.problem) else { continue };
        match settled.repair {
            // The other side of one mistake: a key that is missing because it is misspelt.
            Ok(repair) if repair.splices.is_empty() => continue,
            Ok(repair) => finding.cure = Some(cure(path, &repair)),
            Err(advice) => {
                finding.help = (!advice.is_empty()).then(|| capitalised(&advice));
                if let (ProblemKind::Type { route }, Some(document)) = (&settled.problem.kind, &document) {
                    finding.cure = lists::cure(path, document, route);
                }
            }
        }
        findings.push(finding);
    }
    // What one repair settles alone may heal all: a slip of writing that YAML lets pass, or a text that is no YAML.
    let open = findings.iter().any(|finding| finding.cure.is_none());
    if findings.is_empty() || open {
        whole(path, text, &problems, &mut findings);
    }
    findings
}

/// The repair of the whole text, for those that have none of their own.
fn whole(path: &RepoPath, text: &str, problems: &[Problem], findings: &mut Vec<Finding>) {
    if findings.is_empty() {
        findings.extend(problems.iter().filter_map(|problem| of(text, problem)));
    }
    match schema::repair(path, text, None) {
        Ok(repair) => {
            let cure = cure(path, &repair);
            findings.iter_mut().filter(|finding| finding.cure.is_none()).for_each(|finding| finding.cure = Some(cure.clone()));
        }
        Err(refusal) => {
            let advice = refusal.reason.split_once("; ").map_or("", |(_, advice)| advice);
            let syntax = findings.first_mut().filter(|finding| finding.check.id == "yaml-syntax" && !advice.is_empty());
            if let Some(first) = syntax {
                first.help = Some(capitalised(advice));
            }
        }
    }
}

fn cure(path: &RepoPath, repair: &Repair) -> Cure {
    let splices = repair.splices.iter().map(|(span, text)| Splice { span: *span, text: text.clone() }).collect();
    let edit = Edit { path: path.clone(), change: Change::Repair { splices } };
    Cure { title: order(&repair.what), safety: Safety::NeedsReview, change: CureChange::Edits(vec![edit]), grants: repair.grants.clone() }
}

fn of(text: &str, problem: &Problem) -> Option<Finding> {
    let in_permissions = |key: Option<&Key>| key == Some(&Key::Name("permissions".into()));
    let id = match &problem.kind {
        ProblemKind::Syntax => "yaml-syntax",
        ProblemKind::UnexpectedKey { parent, .. } if in_permissions(parent.0.last()) => "unknown-scope",
        ProblemKind::UnexpectedKey { .. } => "unexpected-key",
        ProblemKind::Missing { .. } => "missing-key",
        ProblemKind::Duplicate { .. } => "duplicate-key",
        ProblemKind::Type { .. } => "unexpected-value",
        ProblemKind::EmptyStep { .. } => "empty-step",
        ProblemKind::UnknownNeed { .. } => "unknown-need",
        ProblemKind::Cycle => "needs-cycle",
        ProblemKind::Identifier => "invalid-id",
        ProblemKind::Filters => "exclusive-filters",
        ProblemKind::NoEvent => "no-event",
    };
    finding(check(id)?, text, problem.span, problem.message.clone())
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
