//! Writes what a person must know of a reproduction's folder.

use super::{Deed, Plan, Verdict};
use crate::report::markdown::{code, prose};

/// The README of the folder; `launchers` are the files that start the steps, the failed one last.
pub fn readme(plan: &Plan, launchers: &[String]) -> String {
    let failed = plan.steps.last().map_or("", |step| step.name.as_str());
    let mut out = format!("# {}\n\nThe failed step of the job {}.\n", prose(failed), code(&plan.job));
    out.push_str(
        "\n`sh run.sh` runs it as the runner does. It is the repository's own code, and it can do on this machine whatever you can:\n",
    );
    out.push_str("read it first. It gets the runner's variables and files, and nothing of your environment but PATH.\n\n");
    out.push_str("| What | Where |\n| --- | --- |\n");
    for launcher in launchers {
        out.push_str(&format!("| starts a step | {} |\n", code(launcher)));
    }
    out.push_str("| the scripts, and the runner's files | `work/_temp` |\n| the checkout | below `work` |\n| an empty home | `home` |\n");
    if let Some(commit) = &plan.commit {
        out.push_str(&format!("\nThe checkout is a copy of the commit {}; nothing in it reaches your own.\n", code(commit)));
    }
    let skipped = plan.steps.iter().any(|step| matches!(step.deed, Deed::Skip { .. }));
    if !plan.missing.is_empty() || skipped {
        out.push_str("\n## What is not as in the run\n\n");
        for missing in &plan.missing {
            out.push_str(&format!("- {}\n", prose(missing)));
        }
    }
    out.push_str("\nPrograms and their versions are those of this machine. Secrets are never in a log: placeholders stand for them.\n");
    out
}

impl Verdict {
    /// Whether the folder shows the failure of the run.
    pub const fn is_reproduced(&self) -> bool {
        matches!(self, Self::SameCause)
    }
}
