//! Turns a reproduction into the JSON document and the words that tell of it.

use serde::Serialize;

use super::{Deed, Plan, Script};
use crate::report::Layout;
use crate::report::inline::{bounded, cut, one_line};
use crate::report::page::{Ink, Sheet};
use crate::text::Redacted;

/// Lines of a script that are shown; the file holds them all.
const SHOWN: usize = 40;

/// What `reproduce --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// The version of this form.
    pub version: u32,
    /// The folder that was written.
    pub folder: String,
    /// The job's display name.
    pub job: Redacted,
    /// The step's name.
    pub step: Redacted,
    /// The identity of the failure across runs.
    pub fingerprint: String,
    /// The command that starts the script.
    pub shell: Redacted,
    /// Names of the variables for whose values placeholders stand.
    pub secrets: Vec<Redacted>,
    /// What is not as in the run.
    pub missing: Vec<Redacted>,
    /// What came of it; null when it was only written.
    pub run: Option<RunEntry>,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunEntry {
    /// `same-cause`, `fails-otherwise`, `passes`, `stopped`, `not-run`.
    pub verdict: &'static str,
    /// The same in words.
    pub words: Redacted,
    /// The script's exit code; null when it was stopped.
    pub exit_code: Option<i32>,
    /// The system it ran on.
    pub system: Redacted,
    /// What actions set up in the run, and the versions of it here.
    pub tools: Vec<Redacted>,
}

impl Document {
    /// The document of a plan.
    pub fn new(plan: &Plan, script: &Script, folder: &str, fingerprint: &str, run: Option<RunEntry>) -> Self {
        Self {
            version: 1,
            folder: folder.to_owned(),
            job: bounded(&plan.job),
            step: bounded(&script.name),
            fingerprint: fingerprint.to_owned(),
            shell: bounded(&script.shell.shown()),
            secrets: script.secrets.iter().map(|name| bounded(name)).collect(),
            missing: plan.missing.iter().map(|line| bounded(line)).collect(),
            run,
        }
    }
}

/// The page about what was written; what came of a run is told when it has come.
pub fn words(plan: &Plan, script: &Script, folder: &str, layout: &Layout) -> String {
    let mut sheet = Sheet::new(layout);
    let width = sheet.width.saturating_sub(4);
    sheet.line(&[(Ink::Strong, &one_line(&script.name)), (Ink::Faint, &format!("  {}", one_line(&plan.job)))]);
    sheet.line(&[(Ink::Plain, "  "), (Ink::Faint, &one_line(&script.shell.shown()))]);
    sheet.blank();
    let lines: Vec<&str> = script.text.lines().collect();
    for line in lines.iter().take(SHOWN) {
        sheet.line(&[(Ink::Plain, "    "), (Ink::Plain, &cut(&one_line(line), width))]);
    }
    if lines.len() > SHOWN {
        sheet.line(&[(Ink::Faint, &format!("    … {} more lines", lines.len() - SHOWN))]);
    }
    if !script.env.is_empty() {
        sheet.blank();
        let names: Vec<&str> = script.env.iter().map(|(name, _)| name.as_str()).collect();
        for line in crate::report::prose::flow(&one_line(&format!("With {}.", names.join(", "))), "", width) {
            sheet.line(&[(Ink::Plain, "  "), (Ink::Plain, &line)]);
        }
    }
    let earlier = plan.steps.iter().filter(|step| matches!(step.deed, Deed::Run(_))).count().saturating_sub(1);
    if !plan.missing.is_empty() || earlier > 0 {
        sheet.blank();
        for missing in &plan.missing {
            sheet.line(&[(Ink::Careful, "! "), (Ink::Plain, &cut(&one_line(missing), width + 2))]);
        }
        if earlier > 0 {
            let steps = crate::report::inline::count(earlier, "script");
            sheet.line(&[(Ink::Careful, "! "), (Ink::Plain, &format!("{steps} ran before it: `--from-start` runs them first."))]);
        }
    }
    sheet.blank();
    sheet.line(&[(Ink::Good, "✓ "), (Ink::Plain, "written to "), (Ink::Place, &one_line(folder))]);
    sheet.finish()
}
