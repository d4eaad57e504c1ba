//! Turns paths inside a source into what they say about a log, and names into forms that can be compared.

use super::Role;

/// How many UTF-16 units of a job's name the platform keeps in a folder's name (cli/cli).
const FOLDER_NAME_UNITS: usize = 90;

/// A log file by its place in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogPath {
    /// What it says.
    pub(super) role: Role,
    /// The number in front of a job's file; negative for the service's part in archives of 2023 and older.
    pub(super) ordinal: i64,
}

impl LogPath {
    /// Reads a path below the log folder; none where it follows no pattern.
    pub(super) fn of(path: &str) -> Option<Self> {
        let Some((folder, file)) = path.rsplit_once('/') else {
            let (ordinal, job) = numbered(path)?;
            return Some(Self { role: Role::Job { job: job.to_owned() }, ordinal });
        };
        if file.eq_ignore_ascii_case("system.txt") {
            return Some(Self { role: Role::System { job: folder.to_owned() }, ordinal: 0 });
        }
        let (number, step) = numbered(file)?;
        let role = Role::Step { job: folder.to_owned(), number: u32::try_from(number).ok()?, step: step.to_owned() };
        Some(Self { role, ordinal: 0 })
    }

    /// Its job's name as the path spells it.
    pub(super) fn job(&self) -> &str {
        match &self.role {
            Role::Job { job } | Role::Step { job, .. } | Role::System { job } => job,
            Role::Text => "",
        }
    }
}

/// Splits `12_name.txt`; the number may be negative.
fn numbered(file: &str) -> Option<(i64, &str)> {
    let stem = file.strip_suffix(".txt")?;
    let (number, name) = stem.split_once('_')?;
    let digits = number.strip_prefix('-').unwrap_or(number);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((number.parse().ok()?, name))
}

/// Whether a path is made by a person's system or is not a log: never looked at.
pub(super) fn is_ignored(path: &str) -> bool {
    path.split('/').any(|part| {
        part.starts_with("._") || matches!(part, "__MACOSX" | ".DS_Store" | "Thumbs.db" | "desktop.ini" | ".git" | "runner-diagnostic-logs")
    })
}

/// Brings a path into the one form used here, `/` between parts; the reason where it must not be trusted.
pub(super) fn safe_path(path: &str) -> Result<String, &'static str> {
    if path.chars().any(char::is_control) {
        return Err("its name holds control characters; ignored");
    }
    let path = path.replace('\\', "/");
    let has_drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if path.starts_with('/') || has_drive {
        return Err("its name is an absolute path; ignored");
    }
    if path.split('/').any(|part| part == "..") {
        return Err("its name steps out of the archive with `..`; ignored");
    }
    Ok(path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/"))
}

/// Drops the ` (1)` that a browser or file manager adds to a copy.
pub(super) fn without_copy_number(name: &str) -> Option<&str> {
    let (rest, number) = name.strip_suffix(')')?.rsplit_once(" (")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
}

/// A form of a job's or step's name that survives what the platform does to it in a file name: characters dropped or replaced by
/// `_`, blanks run together, cut at 90 UTF-16 units (platform facts, section 3).
pub(crate) fn comparable(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for character in name.chars() {
        let is_lost = matches!(character, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '_' | '\u{fffd}');
        if !is_lost && !character.is_control() && !character.is_whitespace() {
            out.push(character);
        }
    }
    out
}

/// Whether `short`, as a file spells it, can be `name` after the platform has cut and stripped it.
pub(crate) fn can_be(short: &str, name: &str) -> bool {
    let (cut, whole) = (comparable(short), comparable(name));
    cut == whole || short.encode_utf16().count() + 8 >= FOLDER_NAME_UNITS && !cut.is_empty() && whole.starts_with(&cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_tell_roles() {
        let role = |path: &str| LogPath::of(path).map(|path| path.role);
        assert_eq!(role("0_build (1).txt"), Some(Role::Job { job: "build (1)".into() }));
        assert_eq!(LogPath::of("-2147483648_build.txt").map(|path| path.ordinal), Some(-2_147_483_648));
        assert_eq!(role("build/12_Run a.txt.txt"), Some(Role::Step { job: "build".into(), number: 12, step: "Run a.txt".into() }));
        assert_eq!(role("build/3_.txt"), Some(Role::Step { job: "build".into(), number: 3, step: String::new() }));
        assert_eq!(role("build/system.txt"), Some(Role::System { job: "build".into() }));
        for other in [
            "README.txt",
            "build.txt",
            "build/notes.txt",
            "x_y.txt",
            "1_a.log",
            "build/-1_x.txt",
            "99999999999999999999_x.txt",
            "_.txt",
            "-_.txt",
        ] {
            assert_eq!(role(other), None, "{other}");
        }
    }

    #[test]
    fn paths_that_lead_out_are_refused() {
        for path in ["../a", "a/../../b", "/etc/passwd", "C:\\a", "\\\\host\\a", "a\0b"] {
            assert!(safe_path(path).is_err(), "{path:?}");
        }
        assert_eq!(safe_path("./a\\b//c..txt"), Ok("a/b/c..txt".to_owned()));
    }

    #[test]
    fn names_are_known_again_after_the_platform_has_cut_them() {
        assert!(can_be("Test _ test", "Test / test"));
        assert!(can_be("Run actionscheckout@v3", "Run actions/checkout@v3"));
        let long = "integration tests with a long name ".repeat(4);
        assert!(can_be(long[..90].trim(), &long));
        assert!(!can_be("test", "test (3.12)"));
    }
}
