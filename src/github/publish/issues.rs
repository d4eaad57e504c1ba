//! One issue a cause: opened, brought up to date, opened again, or left alone.

use serde_json::json;

use super::{Opened, Standing, Talk, lookup};
use crate::failure::Failure;
use crate::github::Listed;
use crate::plan::{self, Cause, Reopen, Seen};

impl Talk<'_, '_> {
    /// Sees to the issue of each cause.
    pub(super) fn issues(&mut self) -> Result<(), Failure> {
        let plan = self.plan;
        for cause in plan.causes.iter().filter(|cause| cause.wants_issue()) {
            match self.known.issue(&cause.fingerprint).cloned() {
                Some(found) => self.known_issue(cause, &found)?,
                None => self.new_issue(cause)?,
            }
        }
        Ok(())
    }

    fn known_issue(&mut self, cause: &Cause, found: &Listed) -> Result<(), Failure> {
        if !found.is_open() && !self.reopens(found) {
            self.note(format!("Issue #{} is closed: it is left alone.", found.number));
            self.add(cause, found, Standing::Left);
            return Ok(());
        }
        let before = Seen::read(found.text()).unwrap_or_else(|| Seen { count: 0, runs: Vec::new(), since: self.now, commented: None });
        let Some(mut seen) = before.again(self.plan.run.id) else {
            self.add(cause, found, Standing::Unchanged);
            return Ok(());
        };
        let comments = seen.wants_comment(self.now);
        let comment = plan::comment_again(self.plan, &seen, &self.site);
        if comments {
            seen.commented = Some(self.now);
        }
        let body = seen.within(found.text(), &self.site);
        if !plan::fits(&body) {
            self.note(format!("Issue #{} is as long as GitHub takes: its count stays as it is.", found.number));
            self.add(cause, found, Standing::Unchanged);
            return Ok(());
        }
        if let Some(fresh) = self.fresh.iter_mut().find(|fresh| fresh.number == found.number) {
            fresh.body = Some(body.clone());
        }
        let mut fields = json!({"body": body});
        if !found.is_open()
            && let Some(fields) = fields.as_object_mut()
        {
            fields.insert("state".to_owned(), json!("open"));
        }
        // The count first: a comment that follows a lost change would be made again.
        self.api.change_issue(found.number, fields)?;
        if comments {
            self.api.comment(found.number, &comment)?;
        }
        self.add(cause, found, if found.is_open() { Standing::Updated } else { Standing::Reopened });
        Ok(())
    }

    fn reopens(&self, found: &Listed) -> bool {
        match self.policy.reopen {
            Reopen::Always => true,
            Reopen::Never => false,
            Reopen::WhenCompleted => {
                found.state_reason.as_deref() != Some("not_planned") && found.state_reason.as_deref() != Some("duplicate")
            }
        }
    }

    fn new_issue(&mut self, cause: &Cause) -> Result<(), Failure> {
        if let Some(found) = lookup::opted_out(&mut self.api, &cause.fingerprint)? {
            self.note(format!("Issue #{} lost the label `{}`: it is left alone.", found.number, self.policy.labels.own.name));
            self.add(cause, &found, Standing::Left);
            return Ok(());
        }
        if !self.may_open("An issue") {
            return Ok(());
        }
        let labels = &self.policy.labels;
        self.ensure(&[&labels.own, &labels.failure])?;
        if !cause.healed {
            self.ensure(&[&labels.manual])?;
        }
        let seen = Seen::first(self.plan.run.id, self.now);
        let issue = plan::issue(self.plan, cause, self.policy, &seen, &self.site, None);
        let opened = self.api.open_issue(&issue)?;
        if !cause.healed {
            self.known.fresh_unhealed.push(opened.number);
        }
        self.add(cause, &opened, Standing::Opened);
        self.fresh.push(opened.clone());
        self.numbers.push((cause.fingerprint.clone(), opened.number));
        Ok(())
    }

    fn add(&mut self, cause: &Cause, found: &Listed, standing: Standing) {
        let fingerprint = Some(cause.fingerprint.clone());
        self.made.issues.push(Opened { number: found.number, url: found.html_url.clone(), standing, fingerprint });
    }
}
