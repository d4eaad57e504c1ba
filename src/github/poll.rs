//! Looks at a repository's runs again and again, at no cost while nothing changes.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::api::refusal;
use super::{ApiError, Memory, RepoName, Request, Wire};

/// Pages of a hundred runs that GitHub lists at most
/// (<https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository>).
const PAGES: u32 = 10;

/// Runs of a full page.
const PAGE: usize = 100;

/// Conclusions that are looked into. A job that ran into its limit ends as `cancelled`, and its run with it.
const FAILED: &[&str] = &["failure", "timed_out", "cancelled", "startup_failure"];

/// A run and its attempt, counted from 1.
pub type Attempt = (u64, u32);

/// A run that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Which.
    pub attempt: Attempt,
    /// Whether it is worth a look at its logs.
    pub failed: bool,
    /// The branch that ran.
    pub branch: Option<String>,
    /// The workflow's file.
    pub path: String,
}

/// What a look saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// Runs that ended and were not known, the newest first.
    pub ended: Vec<Ended>,
    /// Runs that have not ended yet.
    pub awaited: BTreeSet<u64>,
    /// Requests that the rate limit leaves, where the server tells.
    pub left: Option<u64>,
}

#[derive(Debug, Clone, Deserialize)]
struct Run {
    id: u64,
    #[serde(default = "first")]
    run_attempt: u32,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    conclusion: Option<String>,
    #[serde(default)]
    head_branch: Option<String>,
    #[serde(default)]
    path: String,
}

const fn first() -> u32 {
    1
}

impl Run {
    fn is_complete(&self) -> bool {
        self.status.as_deref() == Some("completed")
    }

    fn ended(&self) -> Ended {
        Ended {
            attempt: (self.id, self.run_attempt),
            failed: self.conclusion.as_deref().is_some_and(|word| FAILED.contains(&word)),
            branch: self.head_branch.clone(),
            path: self.path.split('@').next().unwrap_or("").to_owned(),
        }
    }
}

/// What is remembered between two looks.
#[derive(Debug, Default)]
pub struct Poll {
    memory: Memory,
    left: Option<u64>,
}

impl Poll {
    /// Looks. `known` says which attempts were dealt with; `awaited` had not ended at the last look.
    ///
    /// # Errors
    /// When GitHub cannot be reached or refuses; nothing is lost then: the next look sees the same.
    pub fn look(
        &mut self,
        wire: &mut dyn Wire,
        repo: &RepoName,
        known: &dyn Fn(Attempt) -> bool,
        awaited: &BTreeSet<u64>,
    ) -> Result<Look, ApiError> {
        let mut seen = self.newest(wire, repo, known)?;
        let listed: BTreeSet<u64> = seen.iter().map(|run| run.id).collect();
        // A run that is started again keeps its old place in the list, which may be far down.
        let running = self.ask(wire, &format!("{}/actions/runs?status=in_progress&per_page={PAGE}", repo.path()))?;
        seen.extend(running.into_iter().filter(|run| !listed.contains(&run.id)));
        let listed: BTreeSet<u64> = seen.iter().map(|run| run.id).collect();
        for id in awaited.difference(&listed) {
            seen.extend(self.one(wire, repo, *id)?);
        }
        let awaited: BTreeSet<u64> = seen.iter().filter(|run| !run.is_complete()).map(|run| run.id).collect();
        let mut ended: Vec<Ended> = seen.iter().filter(|run| run.is_complete()).map(Run::ended).collect();
        ended.retain(|run| !known(run.attempt));
        ended.sort_by_key(|run| std::cmp::Reverse(run.attempt));
        ended.dedup_by_key(|run| run.attempt);
        Ok(Look { ended, awaited, left: self.left })
    }

    /// The newest runs, down to a page of which every ended one is known: what lies below was seen by an earlier look.
    fn newest(&mut self, wire: &mut dyn Wire, repo: &RepoName, known: &dyn Fn(Attempt) -> bool) -> Result<Vec<Run>, ApiError> {
        let mut seen = Vec::new();
        for page in 1..=PAGES {
            let path = format!("{}/actions/runs?per_page={PAGE}&page={page}", repo.path());
            let runs = self.ask(wire, &path)?;
            let mut ended = runs.iter().filter(|run| run.is_complete()).map(|run| known((run.id, run.run_attempt))).peekable();
            let last = runs.len() < PAGE || ended.peek().is_some() && ended.all(|known| known);
            seen.extend(runs);
            if last {
                break;
            }
        }
        Ok(seen)
    }

    /// A list of runs.
    fn ask(&mut self, wire: &mut dyn Wire, path: &str) -> Result<Vec<Run>, ApiError> {
        #[derive(Deserialize)]
        struct Page {
            workflow_runs: Vec<Run>,
        }
        let request = Request::get(path);
        let reply = self.memory.over(wire).send(&request)?;
        if !reply.is_success() {
            return Err(refusal(&request, &reply));
        }
        self.left = reply.header("x-ratelimit-remaining").and_then(|text| text.trim().parse().ok()).or(self.left);
        Ok(reply.json::<Page>(path)?.workflow_runs)
    }

    /// One run; none when it was deleted meanwhile.
    fn one(&mut self, wire: &mut dyn Wire, repo: &RepoName, id: u64) -> Result<Option<Run>, ApiError> {
        let request = Request::get(format!("{}/actions/runs/{id}", repo.path()));
        let reply = self.memory.over(wire).send(&request)?;
        match reply.status {
            404 => Ok(None),
            _ if reply.is_success() => reply.json(&request.path).map(Some),
            _ => Err(refusal(&request, &reply)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::super::{Host, Method, Reply};
    use super::*;

    /// A server that lists its runs by their ids, and answers 304 where nothing changed.
    #[derive(Default)]
    struct Listing {
        runs: BTreeMap<u64, Value>,
        asked: Vec<(String, u16)>,
    }

    impl Wire for Listing {
        fn send(&mut self, request: &Request) -> Result<Reply, ApiError> {
            assert_eq!(request.method, Method::Get);
            let query = |name: &str| {
                let pairs = request.path.split_once('?')?.1.split('&');
                pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
            };
            let page: usize = query("page").map_or(1, |page| page.parse().unwrap());
            let wanted = query("status");
            let fits = |run: &&Value| wanted.as_deref().is_none_or(|status| run["status"] == status);
            let body = match request.path.rsplit('/').next().and_then(|id| id.parse::<u64>().ok()) {
                Some(id) => self.runs.get(&id).cloned().unwrap_or_default(),
                None => {
                    let runs: Vec<&Value> = self.runs.values().rev().filter(fits).skip((page - 1) * PAGE).take(PAGE).collect();
                    json!({"workflow_runs": runs})
                }
            };
            let etag = format!("\"{}\"", crate::text::Fingerprint::of([body.to_string().as_str()]));
            let status = match (body.is_null(), request.etag.as_deref() == Some(&etag)) {
                (true, _) => 404,
                (false, true) => 304,
                (false, false) => 200,
            };
            self.asked.push((request.path.clone(), status));
            Ok(Reply { status, headers: vec![("etag".to_owned(), etag)], body: body.to_string().into_bytes() })
        }
    }

    impl Listing {
        fn run(&mut self, id: u64, attempt: u32, conclusion: Option<&str>) {
            let status = if conclusion.is_some() { "completed" } else { "in_progress" };
            self.runs.insert(id, json!({"id": id, "run_attempt": attempt, "status": status, "conclusion": conclusion}));
        }
    }

    /// Looks, and takes what was seen as dealt with.
    fn look(poll: &mut Poll, listing: &mut Listing, known: &mut BTreeSet<Attempt>, awaited: &mut BTreeSet<u64>) -> Vec<u64> {
        let repo = RepoName::parse("o/r", &Host::default()).unwrap();
        let seen = poll.look(listing, &repo, &|attempt| known.contains(&attempt), awaited).unwrap();
        known.extend(seen.ended.iter().map(|run| run.attempt));
        *awaited = seen.awaited;
        seen.ended.iter().filter(|run| run.failed).map(|run| run.attempt.0).collect()
    }

    #[test]
    fn what_ended_is_seen_once_and_what_did_not_change_costs_nothing() {
        let (mut poll, mut listing) = (Poll::default(), Listing::default());
        let (mut known, mut awaited) = (BTreeSet::new(), BTreeSet::new());
        (1..=250).for_each(|id| listing.run(id, 1, Some(if id % 50 == 0 { "failure" } else { "success" })));
        listing.run(251, 1, None);
        assert_eq!(look(&mut poll, &mut listing, &mut known, &mut awaited), [250, 200, 150, 100, 50]);
        listing.asked.clear();
        assert_eq!(look(&mut poll, &mut listing, &mut known, &mut awaited), [0; 0]);
        assert!(listing.asked.iter().all(|(_, status)| *status == 304), "{:?}", listing.asked);
        assert_eq!(listing.asked.len(), 2, "{:?}", listing.asked);
        listing.run(251, 1, Some("cancelled"));
        assert_eq!(look(&mut poll, &mut listing, &mut known, &mut awaited), [251]);
    }

    #[test]
    fn a_run_that_ends_late_or_again_is_seen_far_down_the_list() {
        let (mut poll, mut listing) = (Poll::default(), Listing::default());
        let (mut known, mut awaited) = (BTreeSet::new(), BTreeSet::new());
        listing.run(1, 1, None);
        listing.run(2, 1, Some("failure"));
        assert_eq!(look(&mut poll, &mut listing, &mut known, &mut awaited), [2]);
        (3..=300).for_each(|id| listing.run(id, 1, Some("success")));
        listing.run(2, 2, None);
        assert_eq!(look(&mut poll, &mut listing, &mut known, &mut awaited), [0; 0]);
        assert_eq!(awaited, BTreeSet::from([1, 2]));
        // A watcher that begins anew knows what was awaited.
        poll = Poll::default();
        listing.run(1, 1, Some("failure"));
        listing.run(2, 2, Some("failure"));
        assert_eq!(look(&mut poll, &mut listing, &mut known, &mut awaited), [2, 1]);
        assert!(awaited.is_empty());
    }
}
