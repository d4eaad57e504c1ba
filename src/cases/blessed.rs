//! How cases and sources came out when somebody last agreed: a text that version control keeps, one JSON object a line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Change, Row, RowKind, RowOutcome};
use crate::text::LineNumber;

/// What is kept of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    case: String,
    failure: usize,
    outcome: RowOutcome,
    rule: Option<String>,
    category: Option<String>,
    verdict: Option<String>,
    line: Option<u32>,
    cause: Option<String>,
    patch: Option<String>,
}

/// All that was agreed to in one folder.
#[derive(Debug, Default)]
pub struct Blessed {
    known: BTreeMap<(String, usize), Kept>,
}

/// What was blessed and is there no more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gone(pub String);

impl Kept {
    fn of(row: &Row) -> Self {
        Self {
            case: row.case.clone(),
            failure: row.failure,
            outcome: row.outcome,
            rule: row.rule.clone(),
            category: row.category.map(super::write::word),
            verdict: row.verdict.map(super::write::word),
            line: row.cause_line,
            cause: row.cause_text.clone(),
            patch: row.patch.clone(),
        }
    }
}

impl Blessed {
    /// Reads the file.
    ///
    /// # Errors
    /// At the first line that is none of its own; the line's number and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (LineNumber, String)> {
        let mut known = BTreeMap::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let kept: Kept = serde_json::from_str(line).map_err(|error| (LineNumber::from_index(index), error.to_string()))?;
            known.insert((kept.case.clone(), kept.failure), kept);
        }
        Ok(Self { known })
    }

    /// The line that agrees to a row; rows in order make the file.
    pub fn line(row: &Row) -> String {
        let mut line = serde_json::to_string(&Kept::of(row)).unwrap_or_default();
        line.push('\n');
        line
    }

    /// How a row differs from what was agreed to; what was is then forgotten, so that the rest is [`Self::gone`].
    pub fn compare(&mut self, row: &Row) -> Change {
        let Some(kept) = self.known.remove(&(row.case.clone(), row.failure)) else { return Change::New };
        let now = Kept::of(row);
        match (row.kind, kept.outcome, row.outcome) {
            _ if kept == now => Change::Same,
            (RowKind::Case, RowOutcome::Right, RowOutcome::Right) => Change::Same,
            (RowKind::Case, RowOutcome::Right, _) => Change::Regressed,
            (RowKind::Case, _, RowOutcome::Right) => Change::Fixed,
            (_, before, RowOutcome::Unreadable) if before != RowOutcome::Unreadable => Change::Regressed,
            _ => Change::Changed,
        }
    }

    /// What no row was compared with.
    pub fn gone(&self) -> Vec<Gone> {
        let mut gone: Vec<Gone> = self.known.keys().map(|(case, _)| Gone(case.clone())).collect();
        gone.dedup();
        gone
    }
}
