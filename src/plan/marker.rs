//! Turns the identity of a cause into a hidden comment of an issue or a pull request, and back.
//!
//! A log may contain such a comment; every text from outside loses its comments on the way into a body, and a marker counts only
//! where somebody with the right to label put our label (the shell asks for that).

use crate::text::Fingerprint;

const START: &str = "<!-- gh-autoheal v1 ";
const SEEN: &str = "<!-- gh-autoheal seen ";
const SEEN_END: &str = "<!-- gh-autoheal end -->";

/// Runs that an issue names.
const RUNS: usize = 5;

/// Bytes of a workflow's path in a comment.
const LONGEST_PATH: usize = 400;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What a body stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An issue about one cause.
    Issue,
    /// A pull request.
    Pull,
}

/// The identity in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// What the body stands for.
    pub kind: Kind,
    /// The causes.
    pub fingerprints: Vec<Fingerprint>,
    /// The workflow's file, where it is known.
    pub workflow: Option<String>,
}

impl Marker {
    /// The hidden comment.
    pub fn written(&self) -> String {
        let kind = match self.kind {
            Kind::Issue => "issue",
            Kind::Pull => "pull",
        };
        let fingerprints: Vec<&str> = self.fingerprints.iter().map(Fingerprint::as_str).collect();
        let workflow = self
            .workflow
            .as_deref()
            .filter(|path| path.len() < LONGEST_PATH && path.chars().all(plain))
            .map(|path| format!(" workflow={path}"));
        format!("{START}{kind} fingerprint={}{} -->", fingerprints.join(","), workflow.unwrap_or_default())
    }

    /// The last marker of a body.
    pub fn read(body: &str) -> Option<Self> {
        let (_, rest) = body.rsplit_once(START)?;
        let (words, _) = rest.split_once(" -->")?;
        let mut words = words.split(' ');
        let kind = match words.next()? {
            "issue" => Kind::Issue,
            "pull" => Kind::Pull,
            _ => return None,
        };
        let mut marker = Self { kind, fingerprints: Vec::new(), workflow: None };
        for (key, value) in words.filter_map(|word| word.split_once('=')) {
            match key {
                "fingerprint" => marker.fingerprints = value.split(',').filter_map(Fingerprint::parse).collect(),
                "workflow" if value.chars().all(plain) => marker.workflow = Some(value.to_owned()),
                _ => {}
            }
        }
        (!marker.fingerprints.is_empty()).then_some(marker)
    }

    /// Whether the body stands for this cause.
    pub fn names(&self, fingerprint: &Fingerprint) -> bool {
        self.fingerprints.contains(fingerprint)
    }
}

/// What a path may hold to stand in a comment.
fn plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-./@+".contains(character)
}

/// How often a cause was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How often.
    pub count: u32,
    /// The last runs, newest first.
    pub runs: Vec<u64>,
    /// When it was seen first: seconds since 1970.
    pub since: i64,
    /// When an issue said last, in a comment, that it was seen again.
    pub commented: Option<i64>,
}

impl Seen {
    /// Seen once.
    pub fn first(run: Option<u64>, now: i64) -> Self {
        Self { count: 1, runs: run.into_iter().collect(), since: now, commented: None }
    }

    /// Seen in one more run; none when this run is counted already, or has no id to tell it by.
    pub fn again(&self, run: Option<u64>) -> Option<Self> {
        let run = run.filter(|run| !self.runs.contains(run))?;
        let runs = std::iter::once(run).chain(self.runs.iter().copied()).take(RUNS).collect();
        Some(Self { count: self.count.saturating_add(1), runs, ..self.clone() })
    }

    /// Whether a comment is due: at most one a day.
    pub fn wants_comment(&self, now: i64) -> bool {
        now.saturating_sub(self.commented.unwrap_or(self.since)) >= DAY
    }

    /// The section of a body that tells it; `site` is the repository's page.
    pub fn section(&self, site: &str) -> String {
        let runs: Vec<String> = self.runs.iter().map(u64::to_string).collect();
        let commented = self.commented.map_or_else(String::new, |when| format!(" commented={when}"));
        let links: Vec<String> = self.runs.iter().map(|run| format!("[{run}]({site}/actions/runs/{run})")).collect();
        let times = if self.count == 1 { "once".to_owned() } else { format!("{} times", self.count) };
        let since = jiff::Timestamp::from_second(self.since).map(|instant| instant.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
        let last = if links.is_empty() { String::new() } else { format!("; last in run {}", links.join(", ")) };
        format!(
            "{SEEN}count={} runs={} since={}{commented} -->\nSeen {times} since {since}{last}.\n{SEEN_END}",
            self.count,
            runs.join(","),
            self.since
        )
    }

    /// What a body tells.
    pub fn read(body: &str) -> Option<Self> {
        let (_, rest) = body.rsplit_once(SEEN)?;
        let (words, _) = rest.split_once(" -->")?;
        let value = |key: &str| words.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        Some(Self {
            count: value("count")?.parse().ok()?,
            runs: value("runs")?.split(',').filter_map(|run| run.parse().ok()).take(RUNS).collect(),
            since: value("since")?.parse().ok()?,
            commented: value("commented").and_then(|when| when.parse().ok()),
        })
    }

    /// The body with this in place of what it told; all else, a person's own words included, stays.
    pub fn within(&self, body: &str, site: &str) -> String {
        let place = body.rfind(SEEN).and_then(|start| Some((start, start + body.get(start..)?.find(SEEN_END)? + SEEN_END.len())));
        match place.and_then(|(start, end)| Some((body.get(..start)?, body.get(end..)?))) {
            Some((before, after)) => format!("{before}{}{after}", self.section(site)),
            None => format!("{}\n\n{}\n", body.trim_end(), self.section(site)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_reads_back() {
        let fingerprints = vec![Fingerprint::of(["a"]), Fingerprint::of(["b"])];
        let marker = Marker { kind: Kind::Pull, fingerprints, workflow: Some(".github/workflows/ci.yml".to_owned()) };
        let body = format!("text\n{}\nmore", marker.written());
        assert_eq!(Marker::read(&body), Some(marker));
        assert_eq!(Marker::read("<!-- gh-autoheal v1 issue fingerprint=zz -->"), None);
        assert_eq!(Marker::read("<!-- gh-autoheal v1 issue fingerprint=0961743e10350aa4"), None);
        let odd = Marker { kind: Kind::Issue, fingerprints: vec![Fingerprint::of(["a"])], workflow: Some("a --> b".to_owned()) };
        assert!(!odd.written().contains("a -->"));
    }

    #[test]
    fn a_run_counts_once_and_a_person_s_words_stay() {
        let site = "https://github.com/o/r";
        let first = Seen::first(Some(7), 1_790_848_800);
        let body = format!("before\n{}\nafter", first.section(site));
        assert_eq!(Seen::read(&body), Some(first.clone()));
        assert_eq!(first.again(Some(7)), None);
        let second = first.again(Some(8)).unwrap();
        let body = second.within(&body, site);
        assert!(body.starts_with("before\n") && body.ends_with("\nafter") && body.contains("Seen 2 times since 2026-10-01"), "{body}");
        assert_eq!(Seen::read(&body).unwrap().runs, [8, 7]);
        assert!(!second.wants_comment(1_790_848_800 + 3600) && second.wants_comment(1_790_848_800 + DAY));
        assert!(second.within("no section", site).contains("count=2"));
    }
}
