//! Turns a run's number or address into what it names.

/// A run on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunName {
    /// `HOST/OWNER/NAME`, where an address said so.
    pub repository: Option<String>,
    /// The run's id.
    pub id: u64,
    /// The attempt, where an address said so.
    pub attempt: Option<u32>,
}

/// Digits of the shortest number that is taken for a run where a file could be meant.
const DIGITS: usize = 6;

impl RunName {
    /// Reads `1234567` or `https://github.com/o/r/actions/runs/1234567/attempts/2`; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() >= DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self { repository: None, id: text.parse().ok()?, attempt: None });
        }
        // A path may have lost one of the slashes.
        let rest = ["https://", "http://", "https:/", "http:/"].iter().find_map(|scheme| text.strip_prefix(scheme))?;
        let (repository, behind) = rest.split_once("/actions/runs/")?;
        let mut parts = behind.split(['/', '?', '#']);
        let id = parts.next()?.parse().ok()?;
        let attempt = parts.next().filter(|word| *word == "attempts").and_then(|_| parts.next()?.parse().ok());
        (repository.split('/').count() == 3).then(|| Self { repository: Some(repository.to_owned()), id, attempt })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_name_runs() {
        let named = |repository: &str, id, attempt| Some(RunName { repository: Some(repository.to_owned()), id, attempt });
        assert_eq!(RunName::parse("1234567"), Some(RunName { repository: None, id: 1_234_567, attempt: None }));
        assert_eq!(RunName::parse("https://github.com/o/r/actions/runs/1234567/job/8"), named("github.com/o/r", 1_234_567, None));
        assert_eq!(RunName::parse("https://github.com/o/r/actions/runs/12/attempts/2#summary"), named("github.com/o/r", 12, Some(2)));
        for other in
            ["12", "https://example.org/", "logs.zip", "https://github.com/o/actions/runs/5", "https://github.com/o/r/actions/runs/x"]
        {
            assert_eq!(RunName::parse(other), None, "{other}");
        }
    }
}
