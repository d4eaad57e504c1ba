//! The pull request: opened once, respected when it was closed, and an issue with a link where it may not be opened.

use serde_json::json;

use super::lookup::Extent;
use super::{Opened, Standing, Talk};
use crate::failure::Failure;
use crate::github::{ApiError, Listed, Request, segment};
use crate::plan::{self, Change, Pull, Seen};
use crate::text::Fingerprint;

impl Talk<'_, '_> {
    /// Whether a pull request is to be opened or completed, so that its branch must be there.
    pub(super) fn wants_pull(&mut self, change: &Change, onto: &str) -> Result<bool, Failure> {
        if let Some(own) = self.known.own_pull(change) {
            return Ok(own.is_open());
        }
        if self.known.covering(self.plan).is_some() {
            return Ok(false);
        }
        if !self.api.has_branch(onto)? {
            self.note(format!("The branch {onto} that failed is gone: nothing is pushed for it."));
            return Ok(false);
        }
        Ok(true)
    }

    /// Sees to the pull request.
    pub(super) fn pull(&mut self, change: &Change, onto: &str, wanted: bool) -> Result<(), Failure> {
        if let Some(own) = self.known.own_pull(change).cloned() {
            return self.known_pull(&own);
        }
        if let Some((other, extent)) = self.known.covering(self.plan).map(|(other, extent)| (other.clone(), extent)) {
            let number = other.number;
            self.note(match extent {
                Extent::Whole => format!("Pull request #{number} proposes the same already."),
                Extent::Part => format!(
                    "Pull request #{number} heals a part of this, so none is opened: merge or close it first, or heal again with \
                     `--publish`, which opens one a cause."
                ),
            });
            self.add_pull(&other, Standing::Unchanged);
            return Ok(());
        }
        if !wanted || self.made.branch.is_none() || !self.may_open("A pull request") {
            return Ok(());
        }
        let Some(pull) = plan::pull(self.plan, self.policy, &self.issue_numbers(), &self.site) else { return Ok(()) };
        self.ensure(&[&self.policy.labels.own, &self.policy.labels.fix])?;
        self.open_pull(&pull, change, onto)
    }

    /// The pull request of our branch is there: it gets what a conversation that broke off did not bring, or is respected.
    fn known_pull(&mut self, own: &Listed) -> Result<(), Failure> {
        if own.merged_at.is_some() {
            self.note(format!("Pull request #{} is merged: `publish --follow` tells whether it healed.", own.number));
            self.add_pull(own, Standing::Left);
            return Ok(());
        }
        if !own.is_open() {
            self.note(format!("Pull request #{} was closed without a merge: that is respected.", own.number));
            self.add_pull(own, Standing::Left);
            return Ok(());
        }
        let labels = &self.policy.labels;
        if own.has_label(&labels.fix.name) && !own.has_label(&labels.own.name) {
            self.note(format!("Pull request #{} lost the label `{}`: it is left alone.", own.number, labels.own.name));
            self.add_pull(own, Standing::Left);
            return Ok(());
        }
        let text = own.text();
        let fresh = self.numbers.iter().map(|(_, number)| *number);
        let missing: Vec<u64> = fresh.filter(|number| !closes(text, *number)).collect();
        let mut standing = Standing::Unchanged;
        if !missing.is_empty() {
            let lines: String = missing.iter().map(|number| format!("Fixes #{number}.\n")).collect();
            let body = format!("{}\n\n{lines}", text.trim_end());
            if plan::fits(&body) {
                self.api.change_issue(own.number, json!({"body": body}))?;
                standing = Standing::Updated;
            } else {
                self.note(format!("Pull request #{} is as long as GitHub takes: name its issues there yourself.", own.number));
            }
        }
        if !own.has_label(&self.policy.labels.own.name) {
            self.complete_labels(own.number)?;
        }
        self.add_pull(own, standing);
        Ok(())
    }

    /// A pull request of ours without our label would be opened again elsewhere: the listing by label would not find it.
    fn complete_labels(&mut self, number: u64) -> Result<(), Failure> {
        let labels = &self.policy.labels;
        self.ensure(&[&labels.own, &labels.fix])?;
        let names = [labels.own.name.clone(), labels.fix.name.clone()];
        Ok(self.api.add_labels(number, &names)?)
    }

    /// Numbers of the issues whose causes are healed.
    fn issue_numbers(&self) -> Vec<(Fingerprint, u64)> {
        let known = self.plan.healed().filter_map(|cause| {
            let found = self.known.issue(&cause.fingerprint).map(|item| item.number);
            let fresh = self.numbers.iter().find(|(fingerprint, _)| *fingerprint == cause.fingerprint).map(|(_, number)| *number);
            Some((cause.fingerprint.clone(), fresh.or(found)?))
        });
        known.collect()
    }

    fn open_pull(&mut self, pull: &Pull, change: &Change, onto: &str) -> Result<(), Failure> {
        let body = |draft: bool| {
            json!({
                "title": pull.title, "head": pull.head, "base": onto, "body": pull.body, "draft": draft, "maintainer_can_modify": true,
            })
        };
        let path = self.api.below("/pulls");
        let mut reply = self.api.wire.send(&Request::post(path.clone(), body(pull.draft)))?;
        if reply.status == 422 && pull.draft && reply.message().to_ascii_lowercase().contains("draft") {
            self.note("This repository has no drafts: the pull request is open, and still waits for your review.".to_owned());
            reply = self.api.wire.send(&Request::post(path.clone(), body(false)))?;
        }
        match reply.status {
            403 if reply.message().contains("not permitted to create") => return self.link_instead(change, onto),
            422 if reply.message().contains("already exists") => {
                let Some(own) = self.api.pulls_of(&pull.head)?.into_iter().find(Listed::is_open) else {
                    return Err(crate::github::api::refusal(&Request::post(path, json!({})), &reply).into());
                };
                return self.known_pull(&own);
            }
            422 if reply.message().contains("No commits between") => {
                self.note(format!("{onto} holds this change already."));
                return Ok(());
            }
            _ if !reply.is_success() => return Err(crate::github::api::refusal(&Request::post(path, json!({})), &reply).into()),
            _ => {}
        }
        let opened: Listed = reply.json(&path).map_err(|error: ApiError| Failure::from(error))?;
        self.api.add_labels(opened.number, &pull.labels)?;
        self.fresh.push(opened.clone());
        self.add_pull(&opened, Standing::Opened);
        Ok(())
    }

    /// Opening is forbidden: the issues get a link to the page that opens it by hand.
    fn link_instead(&mut self, change: &Change, onto: &str) -> Result<(), Failure> {
        let page = format!("{}/compare/{}...{}?expand=1", self.site, segment(onto), segment(&change.branch));
        self.note(format!("This repository does not let Actions open pull requests. Open it yourself: {page}"));
        self.note("To allow it: Settings, Actions, General, \"Allow GitHub Actions to create and approve pull requests\".".to_owned());
        for (fingerprint, number) in self.issue_numbers() {
            let fresh = self.numbers.iter().any(|(known, _)| *known == fingerprint);
            let cause = self.plan.healed().find(|cause| cause.fingerprint == fingerprint);
            let known = self.known.issue(&fingerprint).map(|item| item.text().to_owned());
            let body = match (fresh, cause, known) {
                (true, Some(cause), _) => {
                    let seen = Seen::first(self.plan.run.id, self.now);
                    plan::issue(self.plan, cause, self.policy, &seen, &self.site, Some(&page)).body
                }
                (_, _, Some(text)) if !text.contains("/compare/") => {
                    format!("{}\n\n[Look at the change and open the pull request]({page}).\n", text.trim_end())
                }
                _ => continue,
            };
            self.api.change_issue(number, json!({"body": body}))?;
        }
        Ok(())
    }

    fn add_pull(&mut self, found: &Listed, standing: Standing) {
        self.made.pull = Some(Opened { number: found.number, url: found.html_url.clone(), standing, fingerprint: None });
    }
}

/// Whether a body closes this issue.
fn closes(body: &str, number: u64) -> bool {
    let wanted = format!("Fixes #{number}");
    body.match_indices(&wanted)
        .any(|(at, _)| !body.get(at + wanted.len()..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
}
