//! Reads and judges every expression of a file, and finds what heals one.

use super::file::File;
use super::places::{Kind, Site, sites};
use super::{Cure, CureChange, Finding, order, scope};
use crate::edit::Splice;
use crate::expression::{Fault, FaultKind, LONGEST, Part, Rewrite, Scope, Written, faults, is_template, parse, parts, rewrites};
use crate::rules::Safety;
use crate::text::{ByteSpan, nearest};

/// What is wrong with the expressions of the file.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for site in sites(file.document()) {
        let Some(value) = site.node.as_str() else { continue };
        let is_condition = site.place.kind == Kind::Condition;
        if !is_condition && !is_template(value) {
            continue;
        }
        let at = Value { file, site: &site, value, written: Written::new(file.document(), site.node) };
        if site.place.contexts.is_empty() {
            findings.extend(at.refused());
        } else if is_condition && !is_template(value) {
            if !value.trim().is_empty() {
                at.expression(0, value, &mut findings);
            }
        } else {
            at.template(&mut findings);
        }
    }
    findings
}

/// A scalar's value, and where its bytes stand.
struct Value<'a> {
    file: &'a File<'a>,
    site: &'a Site<'a>,
    value: &'a str,
    written: Option<Written>,
}

impl Value<'_> {
    fn span(&self, start: usize, end: usize) -> ByteSpan {
        self.written.as_ref().and_then(|written| written.span(start, end)).unwrap_or(self.site.node.span)
    }

    fn refused(&self) -> Option<Finding> {
        let start = self.value.find("${{").unwrap_or(0);
        let message = "A template expression is not allowed in this context";
        let finding = self.file.finding("expression-not-allowed", self.span(start, self.value.len()), message)?;
        Some(finding.with_help("Write the value itself: this key is read before anything is evaluated"))
    }

    fn template(&self, findings: &mut Vec<Finding>) {
        findings.extend(self.too_long());
        for part in parts(self.value) {
            match part {
                Part::Text(_) => {}
                Part::Expression { inner, .. } => {
                    let text = self.value.get(inner.clone()).unwrap_or("");
                    self.expression(inner.start, text, findings);
                }
                Part::Unclosed(range) => {
                    let line = self.value.get(range.clone()).and_then(|text| text.lines().next()).map_or(0, str::len);
                    let span = self.span(range.start, range.start + line);
                    let message =
                        "The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was not found.";
                    let finding = self.file.finding("expression-unclosed", span, message);
                    findings.extend(finding.map(|finding| finding.with_cure(self.closed(range.start)).with_help("Close it with `}}`")));
                }
            }
        }
    }

    /// The platform turns a text with expressions into one call of `format`, which must not be longer than an expression may be
    /// (actions/runner, `TemplateReader.ParseScalar`).
    fn too_long(&self) -> Option<Finding> {
        let parts = parts(self.value);
        if parts.len() < 2 || self.value.len() * 2 < LONGEST {
            return None;
        }
        let units = |text: &str| text.encode_utf16().count();
        let mut length = "format('')".len();
        for (index, part) in parts.iter().enumerate() {
            length += match part {
                Part::Text(range) => {
                    let text = self.value.get(range.clone()).unwrap_or("");
                    units(text) + text.bytes().filter(|byte| b"'{}".contains(byte)).count()
                }
                Part::Expression { inner, .. } => {
                    units(self.value.get(inner.clone()).unwrap_or("").trim()) + "{}, ".len() + index.to_string().len()
                }
                Part::Unclosed(_) => return None,
            };
            // One that is too long alone says so itself.
            if matches!(part, Part::Expression { inner, .. } if inner.len() > LONGEST) {
                return None;
            }
        }
        let message = format!("Exceeded max expression length {LONGEST}: a text with expressions counts as a whole, here {length}");
        let finding = (length > LONGEST).then(|| self.file.finding("limit-exceeded", self.site.node.span, message)).flatten()?;
        Some(finding.with_help("Put the expressions into `env` and read the variables, or the script into a file"))
    }

    /// The one place on its line at which `}}` closes the expression that opens at `start`.
    fn closed(&self, start: usize) -> Option<Cure> {
        let line = self.value.get(start..)?.lines().next()?;
        let inner = line.get(3..)?;
        let single: Vec<usize> = inner.match_indices('}').map(|(at, _)| at).collect();
        let (end, new) = match single.as_slice() {
            [] => (inner.trim_end().len(), " }}"),
            [one] => (*one + 1, "}"),
            _ => return None,
        };
        parse(inner.get(..end)?.trim_end_matches('}')).ok()?;
        let at = start + 3 + end;
        self.cure(&[(at..at, new.to_owned())], "closes the expression", Safety::Safe)
    }

    fn expression(&self, start: usize, text: &str, findings: &mut Vec<Finding>) {
        let types = scope::types(self.file, self.site);
        let scope = Scope { contexts: self.site.place.contexts, functions: self.site.place.functions, types: &types };
        for fault in faults(text, &scope) {
            if is_doubtful(&fault, text) {
                continue;
            }
            let span = self.span(start + fault.span.start, start + fault.span.end);
            let Some(finding) = self.file.finding(id(&fault), span, message(&fault, text)) else { continue };
            let homes = scope::homes(self.file, self.site);
            let cure = rewrites(text, &fault, &scope, &homes).and_then(|rewrite| self.rewritten(start, text, &rewrite, &fault, &scope));
            let help = help(&fault, &scope, self.site);
            let finding = finding.with_cure(cure.or_else(|| super::secrets::cure(self.file, self.site, &fault)));
            findings.push(match help {
                Some(help) => finding.with_help(help),
                None => finding,
            });
        }
    }

    /// The cure, when the rewritten expression has fewer faults and no new kind of one.
    fn rewritten(&self, start: usize, text: &str, rewrite: &Rewrite, fault: &Fault, scope: &Scope<'_>) -> Option<Cure> {
        let mut after = text.to_owned();
        for (range, new) in rewrite.changes.iter().rev() {
            after.get(range.clone())?;
            after.replace_range(range.clone(), new);
        }
        let (left, had) = (faults(&after, scope), faults(text, scope));
        let refused = |faults: &[Fault]| faults.iter().filter(|fault| fault.kind.is_refused()).count();
        if fault.kind == FaultKind::Syntax && refused(&left) > 0 || left.len() >= had.len() && fault.kind != FaultKind::Syntax {
            return None;
        }
        let changes: Vec<_> = rewrite.changes.iter().map(|(range, new)| (start + range.start..start + range.end, new.clone())).collect();
        let safety = if fault.kind.is_refused() && is_plain_slip(&fault.kind) { Safety::Safe } else { Safety::NeedsReview };
        self.cure(&changes, &rewrite.what, safety)
    }

    fn cure(&self, changes: &[(std::ops::Range<usize>, String)], what: &str, safety: Safety) -> Option<Cure> {
        let written = self.written.as_ref()?;
        if self.file.document().is_shared(&self.site.route) {
            return None;
        }
        let mut after = self.value.to_owned();
        let mut splices = Vec::new();
        for (range, new) in changes.iter().rev() {
            splices.push(Splice { span: written.span(range.start, range.end)?, text: written.encoded(new) });
            after.replace_range(range.clone(), new);
        }
        splices.reverse();
        let edit = self.file.set(&self.site.route, self.site.node, splices, after);
        Some(Cure { title: order(what), safety, change: CureChange::Edits(vec![edit]), grants: Vec::new() })
    }
}

/// Slips of writing that can mean only one thing.
const fn is_plain_slip(kind: &FaultKind) -> bool {
    matches!(kind, FaultKind::Syntax)
}

/// The platform may have got properties since this program was made: of its own contexts only slips are told.
fn is_doubtful(fault: &Fault, text: &str) -> bool {
    let FaultKind::UnknownProperty { name, known } = &fault.kind else { return false };
    let before = text.get(..fault.span.start).unwrap_or("").trim_end().trim_end_matches(['.', '[']).trim_end().to_ascii_lowercase();
    let of_platform = ["github", "runner", "job", "strategy"].iter().any(|context| {
        before
            .strip_suffix(context)
            .is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))
    });
    of_platform && nearest(name, known.iter().map(String::as_str)).is_none()
}

const fn id(fault: &Fault) -> &'static str {
    match fault.kind {
        FaultKind::Syntax => "expression-syntax",
        FaultKind::UnknownContext(_) | FaultKind::UnavailableContext(_) => "expression-context",
        FaultKind::UnknownFunction(_) | FaultKind::UnavailableFunction(_) | FaultKind::Arity => "expression-function",
        FaultKind::UnknownProperty { .. } => "expression-property",
        FaultKind::Constant { .. } => "comparison-constant",
    }
}

/// The platform names the position in the expression, and the expression.
fn message(fault: &Fault, text: &str) -> String {
    if !fault.kind.is_refused() {
        return fault.message.clone();
    }
    let lead = text.len() - text.trim_start().len();
    let position = text.get(lead..fault.span.start.max(lead)).map_or(1, |before| before.chars().count() + 1);
    format!("{}. Located at position {position} within expression: {}", fault.message, text.trim())
}

fn help(fault: &Fault, scope: &Scope<'_>, site: &Site<'_>) -> Option<String> {
    match &fault.kind {
        FaultKind::UnavailableContext(name) if name == "secrets" && site.place.kind == Kind::Condition => {
            Some("Put the secret into an `env` variable, and ask that: conditions cannot read secrets".to_owned())
        }
        FaultKind::UnavailableContext(_) | FaultKind::UnknownContext(_) => Some(format!("This place knows {}", scope.contexts.join(", "))),
        FaultKind::UnknownFunction(_) => None,
        FaultKind::UnavailableFunction(name) => Some(
            format!("`{name}` exists in conditions of jobs and steps only")
                .replace("`hashFiles` exists in conditions of jobs and steps only", "`hashFiles` exists in steps only"),
        ),
        FaultKind::UnknownProperty { known, .. } if known.is_empty() => Some("Nothing is there: declare it, or take it out".to_owned()),
        FaultKind::UnknownProperty { known, .. } => {
            let most = 12;
            let more = if known.len() > most { format!(" and {} more", known.len() - most) } else { String::new() };
            Some(format!("There are {}{more}", known.iter().take(most).cloned().collect::<Vec<_>>().join(", ")))
        }
        FaultKind::Syntax | FaultKind::Arity | FaultKind::Constant { .. } => None,
    }
}
