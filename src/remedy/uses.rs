//! Turns a `uses:` that the platform could not resolve into one that it can: a reference, a name or a folder that exists.

use super::knowledge;
use super::resolve::{Surroundings, plain, unfit};
use crate::almanac;
use crate::edit::Refusal;
use crate::rules::EditSpec;
use crate::workflow::Node;

/// Commands of git that look at more than the commit that is checked out: at tags, other branches or earlier commits.
const OF_HISTORY: &[&str] =
    &["git tag", "git describe", "git log", "git rev-list", "git merge-base", "git shortlog", "git cherry", "git rebase", "git blame"];

impl Surroundings<'_> {
    /// A checkout, with the history where the failed step looks at it.
    pub(super) fn checkout(&self) -> EditSpec {
        let script = self.place.step.as_ref().and_then(|step| self.document.get(&step.key("run"))).and_then(Node::as_str).unwrap_or("");
        let history = OF_HISTORY.iter().any(|command| script.contains(command));
        plain("add-checkout", if history { &[("depth", "0")] } else { &[] })
    }

    /// A reference that exists: the full commit that the message gives, the version with its `v`, the ref that other steps use, or a
    /// major that the almanac knows.
    pub(super) fn fix_reference(&self, action: &str, version: &str) -> Result<Vec<EditSpec>, Refusal> {
        if let Some(commit) = self.plan.diagnosis.captures.get("commit").filter(|commit| commit.len() == 40) {
            return Ok(self.everywhere(action, version, commit));
        }
        let digits = version.strip_prefix('v').unwrap_or(version);
        let to = if digits.starts_with(|c: char| c.is_ascii_digit()) {
            self.version_for(action, version, digits)
        } else {
            // A branch is no version: another step's branch may mean another thing.
            almanac::branch_of(action).filter(|branch| *branch != version).map(str::to_owned)
        };
        let to = to
            .filter(|to| to != version)
            .ok_or_else(|| unfit(format!("no table and no other step knows which ref of {action} `{version}` means")))?;
        Ok(self.everywhere(action, version, &to))
    }

    fn version_for(&self, action: &str, version: &str, digits: &str) -> Option<String> {
        let majors = almanac::majors_of(action);
        let wanted: Option<u32> = digits.split('.').next().and_then(|major| major.parse().ok());
        let with_v = (digits == version).then(|| format!("v{version}"));
        let known = with_v.clone().filter(|with_v| knowledge::has_version(action, with_v));
        let own = || wanted.filter(|wanted| majors.contains(wanted) && digits.contains('.') && with_v.is_none()).map(major);
        let other = || self.other_reference(action, version);
        let exact = || with_v.clone().filter(|_| digits.contains('.'));
        // The smallest that is not older, for each major may change inputs; else the newest.
        let nearest = || majors.iter().find(|known| wanted.is_some_and(|wanted| **known >= wanted)).or(majors.last()).copied().map(major);
        known.or_else(other).or_else(own).or_else(exact).or_else(nearest)
    }

    /// All uses of the action's repository at a reference get another one.
    fn everywhere(&self, action: &str, from: &str, to: &str) -> Vec<EditSpec> {
        let repository: String = action.split('/').take(2).collect::<Vec<_>>().join("/");
        let words = self.document.source.split(|c: char| c.is_whitespace() || "'\"".contains(c));
        let suffix = format!("@{from}");
        let is_use = |word: &&str| {
            let name = word.strip_suffix(&suffix).unwrap_or("");
            name.get(..repository.len()).is_some_and(|start| start.eq_ignore_ascii_case(&repository))
                && name.get(repository.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut uses: Vec<&str> = words.filter(is_use).collect();
        uses.sort_unstable();
        uses.dedup();
        if uses.is_empty() {
            return vec![plain("replace-uses", &[("from", &format!("{action}@{from}")), ("to", &format!("{action}@{to}"))])];
        }
        let replaced = |from: &str| plain("replace-uses", &[("from", from), ("to", &from.replace(&suffix, &format!("@{to}")))]);
        uses.into_iter().map(replaced).collect()
    }

    /// The one other ref by which the repository's workflows use the action.
    fn other_reference(&self, action: &str, version: &str) -> Option<String> {
        let mut refs: Vec<&str> = Vec::new();
        for text in self.repository.texts.values() {
            for rest in text.split(&format!("{action}@")).skip(1) {
                let reference = reference_in(rest);
                if !reference.is_empty() && reference != version && !refs.contains(&reference) {
                    refs.push(reference);
                }
            }
        }
        if let [one] = refs.as_slice() { Some((*one).to_owned()) } else { None }
    }

    /// The name that a moved action has now, or that a misspelt one can only mean.
    pub(super) fn rename(&self, action: &str) -> Result<Vec<EditSpec>, Refusal> {
        let to = almanac::moved_action(action).or_else(|| almanac::nearest_action(action));
        let to = to.ok_or_else(|| unfit(format!("no table knows where {action} lives now")))?;
        Ok(vec![plain("replace-uses", &[("from", action), ("to", to)])])
    }

    /// The folder of the action that the step's inputs belong to: `github/codeql-action/upload-sarif`.
    pub(super) fn name_part(&self, action: &str) -> Result<Vec<EditSpec>, Refusal> {
        let (name, reference) = action.split_once('@').unwrap_or((action, ""));
        let items = self.document.root.as_ref().map(steps).unwrap_or_default();
        let uses = |step: &&Node| step.get("uses").and_then(Node::as_str).map(str::trim) == Some(action);
        let mut parts: Vec<Option<&str>> = items.into_iter().filter(uses).map(|step| almanac::part_of(name, &inputs(step))).collect();
        parts.dedup();
        match parts.as_slice() {
            [Some(part)] => Ok(vec![plain("replace-uses", &[("from", action), ("to", &format!("{name}/{part}@{reference}"))])]),
            _ => Err(unfit(format!("which action of {name} is meant is not certain"))),
        }
    }
}

fn inputs(step: &Node) -> Vec<&str> {
    step.get("with").map_or(&[][..], Node::entries).iter().filter_map(|entry| entry.key.as_str()).collect()
}

/// All steps of a file: of its jobs, or of a composite action.
fn steps(root: &Node) -> Vec<&Node> {
    let jobs = root.get("jobs").map_or(&[][..], Node::entries).iter().map(|job| &job.value);
    let holders = jobs.chain(root.get("runs"));
    holders.filter_map(|holder| holder.get("steps")).flat_map(|steps| steps.items().iter().map(|item| &item.value)).collect()
}

/// What stands behind an `@`, up to the end of the word.
fn reference_in(rest: &str) -> &str {
    rest.split(|c: char| c.is_whitespace() || "'\"#".contains(c)).next().unwrap_or("")
}

fn major(number: u32) -> String {
    format!("v{number}")
}
