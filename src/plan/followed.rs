//! Turns what a pull request's run said into a section of its body, and back.

const START: &str = "<!-- gh-autoheal followed ";
const END: &str = "<!-- gh-autoheal followed end -->";

/// What a run of a pull request said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// The run.
    pub run: u64,
    /// Whether it failed for the cause that was to be healed.
    pub still_fails: bool,
}

impl Followed {
    /// What a body tells.
    pub fn read(body: &str) -> Option<Self> {
        let (_, rest) = body.rsplit_once("<!-- gh-autoheal followed run=")?;
        let (words, _) = rest.split_once(" -->")?;
        let (run, outcome) = words.split_once(" outcome=")?;
        Some(Self { run: run.parse().ok()?, still_fails: outcome == "still-fails" })
    }

    /// The body with this in place of what it told; all else stays. `words` say it to a person.
    pub fn within(self, body: &str, words: &str, site: &str) -> String {
        let outcome = if self.still_fails { "still-fails" } else { "told" };
        let run = self.run;
        let section = format!("{START}run={run} outcome={outcome} -->\nRun [{run}]({site}/actions/runs/{run}) {words}.\n{END}");
        let place = body.find(&format!("{START}run=")).and_then(|start| Some((start, start + body.get(start..)?.find(END)? + END.len())));
        match place.and_then(|(start, end)| Some((body.get(..start)?, body.get(end..)?))) {
            Some((before, after)) => format!("{before}{section}{after}"),
            None => format!("{}\n\n{section}\n", body.trim_end()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_run_takes_the_place_of_the_older() {
        let body = Followed { run: 7, still_fails: true }.within("text", "still fails", "https://github.com/o/r");
        assert_eq!(Followed::read(&body), Some(Followed { run: 7, still_fails: true }));
        let body = Followed { run: 8, still_fails: false }.within(&body, "went green", "https://github.com/o/r");
        assert_eq!(Followed::read(&body), Some(Followed { run: 8, still_fails: false }));
        assert!(body.starts_with("text") && !body.contains("still fails"), "{body}");
        assert_eq!(Followed::read("nothing"), None);
    }
}
