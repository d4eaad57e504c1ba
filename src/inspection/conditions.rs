//! Conditions that look like one expression and are a text: always true.

use super::file::File;
use super::places::{Kind, Site, sites};
use super::{Cure, CureChange, Finding};
use crate::edit::Splice;
use crate::expression::{ExprKind, Operator, Part, Written, is_template, parse, parts};
use crate::rules::Safety;
use crate::text::ByteSpan;
use crate::workflow::ScalarStyle;

/// Conditions with text around their expressions.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    sites(file.document()).iter().filter(|site| site.place.kind == Kind::Condition).filter_map(|site| finding(file, site)).collect()
}

fn finding(file: &File<'_>, site: &Site<'_>) -> Option<Finding> {
    let value = site.node.as_str().filter(|value| is_template(value))?;
    let parts = parts(value);
    if parts.iter().any(|part| matches!(part, Part::Unclosed(_))) || matches!(parts.as_slice(), [Part::Expression { .. }]) {
        return None;
    }
    let text = |part: &Part| if let Part::Text(range) = part { value.get(range.clone()).unwrap_or("").to_owned() } else { String::new() };
    let only_blank = parts.iter().all(|part| text(part).trim().is_empty());
    let message = if only_blank {
        "this condition is always true: the line end behind its expression makes it a text"
    } else {
        "this condition is always true: the text around its expression makes it a text"
    };
    let finding = file.finding("condition-always-true", site.node.span, message)?;
    let cure = if only_blank { stripped(file, site, value) } else { whole(file, site, value, &parts) };
    Some(finding.with_cure(cure).with_help("Write the whole condition as one expression"))
}

/// A block without its last line end.
fn stripped(file: &File<'_>, site: &Site<'_>, value: &str) -> Option<Cure> {
    let document = file.document();
    let mark = match site.node.style()? {
        ScalarStyle::Literal => '|',
        ScalarStyle::Folded => '>',
        _ => return None,
    };
    let header = document.slice(site.node.span).lines().next()?.trim_end();
    if header != mark.to_string() || value.trim().contains('\n') && mark == '|' || document.is_shared(&site.route) {
        return None;
    }
    let at = site.node.span.start + 1;
    let splices = vec![Splice { span: ByteSpan::at(at), text: "-".to_owned() }];
    let edit = file.set(&site.route, site.node, splices, value.trim_end_matches('\n').to_owned());
    cure(edit, "Take off the line end that makes the condition a text")
}

/// All parts as one expression.
fn whole(file: &File<'_>, site: &Site<'_>, value: &str, parts: &[Part]) -> Option<Cure> {
    let written = Written::new(file.document(), site.node)?;
    if value.contains('\n') || file.document().is_shared(&site.route) {
        return None;
    }
    let mut joined = String::new();
    for part in parts {
        match part {
            Part::Text(range) => joined.push_str(value.get(range.clone())?),
            Part::Expression { inner, .. } => {
                let inner = value.get(inner.clone())?.trim();
                let tree = parse(inner).ok()?;
                let loose = matches!(tree.kind, ExprKind::Binary { operator: Operator::Or | Operator::And, .. });
                joined.push_str(&if loose { format!("({inner})") } else { inner.to_owned() });
            }
            Part::Unclosed(_) => return None,
        }
    }
    let joined = joined.trim();
    parse(joined).ok()?;
    let new = format!("${{{{ {joined} }}}}");
    let span = written.span(0, value.len())?;
    let edit = file.set(&site.route, site.node, vec![Splice { span, text: written.encoded(&new) }], new);
    cure(edit, "Write the condition as one expression")
}

fn cure(edit: crate::edit::Edit, title: &str) -> Option<Cure> {
    Some(Cure { title: title.to_owned(), safety: Safety::NeedsReview, change: CureChange::Edits(vec![edit]), grants: Vec::new() })
}
