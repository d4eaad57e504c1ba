//! What programs that run others write in front of the others' lines: a builder's step, a time of day, a package's name.

/// How many such prefixes may stand one behind the other.
const MOST_PREFIXES: usize = 4;
/// A longer word in front of a line is no name of a package or service.
const LONGEST_NAME: usize = 60;

/// The line behind each prefix that a relaying program wrote in front of it, the longest first; nothing for a line without one.
///
/// Known are the forms of `BuildKit` (`#12 3.4 …`), `docker compose` and
/// Earthly (`web-1 | …`), `pnpm -r` (`packages/a build: …`), Turborepo (`@a/b:build: …`), Lerna (`@a/b: …`), `concurrently` and Maven
/// (`[name] …`), klog (`E0102 03:04:05.6 7 file.go:8] …`), Terraform's and rich's boxes (`│ …`), and times of day.
pub fn relayed(line: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(prefix_cut(line), |rest| prefix_cut(rest)).take(MOST_PREFIXES)
}

/// The line behind its first prefix.
fn prefix_cut(line: &str) -> Option<&str> {
    let rest = match line.bytes().next()? {
        b'#' => builder_step(line),
        b'[' => behind_clock(line).or_else(|| bracketed_name(line)),
        b'0'..=b'9' => behind_clock(line),
        0xE2 => line.strip_prefix("│ ").or_else(|| line.strip_prefix("┃ ")),
        b'|' => line.strip_prefix("| "),
        _ => klog_header(line).or_else(|| stream(line)).or_else(|| service(line)).or_else(|| script_runner(line)),
    };
    // Indentation alone is no prefix: what is indented is quoted, and often only probed. Behind a prefix it is the other program's own.
    rest.map(|rest| rest.trim_start_matches([' ', '\t'])).filter(|rest| !rest.is_empty())
}

/// `#12 3.456 …` and `#12 …`.
fn builder_step(line: &str) -> Option<&str> {
    let (number, rest) = line.strip_prefix('#')?.split_once(' ')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_number(number) {
        return None;
    }
    let timed = rest.split_once(' ').filter(|(seconds, _)| seconds.contains('.') && is_number(seconds));
    Some(timed.map_or(rest, |(_, rest)| rest))
}

/// `2026-01-02T03:04:05.6Z …`, `[03:04:05] …`, `2026/01/02 03:04:05 …`.
fn behind_clock(line: &str) -> Option<&str> {
    let (inside, bracketed) = line.strip_prefix('[').map_or((line, false), |inside| (inside, true));
    let bytes = inside.as_bytes();
    let shaped = |at: usize, shape: &[u8]| {
        let part = bytes.get(at..at + shape.len())?;
        let fits = part.iter().zip(shape).all(|(byte, wanted)| if *wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted });
        fits.then_some(at + shape.len())
    };
    let mut at = [b"0000-00-00T", b"0000-00-00 ", b"0000/00/00 "].into_iter().find_map(|date| shaped(0, date)).unwrap_or(0);
    at = shaped(at, b"00:00:00")?;
    let is_fraction = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b':' | b'+' | b'-' | b'Z');
    at += bytes.get(at..)?.iter().take_while(|byte| is_fraction(byte)).count();
    let rest = inside.get(at..)?;
    let rest = if bracketed { rest.strip_prefix(']')? } else { rest };
    let behind = rest.trim_start_matches(' ');
    (behind.len() < rest.len()).then_some(behind)
}

/// `[web] …`; a level that says that a line is harmless is no name.
fn bracketed_name(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix('[')?.split_once("] ")?;
    let harmless = ["warn", "info", "debug", "notice", "trace", "verbose", "note"];
    let is_level = harmless.iter().any(|level| name.get(..level.len()).is_some_and(|start| start.eq_ignore_ascii_case(level)));
    (is_name(name) && !is_level).then(|| rest.trim_start())
}

/// `E0102 03:04:05.678901 12 file.go:34] …`: an error or fatal line of klog.
fn klog_header(line: &str) -> Option<&str> {
    let digits = line.strip_prefix(['E', 'F'])?.get(..4)?;
    let (header, rest) = line.split_once("] ")?;
    (digits.bytes().all(|byte| byte.is_ascii_digit()) && header.contains(':') && header.len() <= 2 * LONGEST_NAME).then_some(rest)
}

/// `stderr: …`.
fn stream(line: &str) -> Option<&str> {
    let behind = |word: &str| line.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)).and(line.get(word.len()..));
    ["stderr: ", "stderr | ", "stderr| ", "stdout: ", "stdout | "].into_iter().find_map(behind)
}

/// `web-1  | …`.
fn service(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once('|')?;
    let behind = rest.strip_prefix(' ')?;
    let name = name.strip_suffix(' ')?.trim_end();
    (is_name(name) && name.bytes().any(|byte| byte.is_ascii_alphabetic())).then_some(behind)
}

/// `packages/a build: …`, `. test: …`, `@a/b:build: …`, `@a/b: …`, `web:build: …`.
fn script_runner(line: &str) -> Option<&str> {
    let (head, rest) = line.split_once(": ")?;
    let is_task = |word: &str| {
        word.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b":-_".contains(&b))
    };
    let is_package = |name: &str| is_name(name) && (name.contains('/') || name == ".");
    let fits = match head.split_once(' ') {
        Some((package, task)) => is_package(package) && is_task(task),
        None if head.starts_with('@') => head.contains('/') && is_name(head),
        None => head.split_once(':').is_some_and(|(package, task)| is_name(package) && !package.contains('.') && is_task(task)),
    };
    fits.then_some(rest)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@/._+:#*-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_behind_a_relaying_programs_prefix_is_found() {
        for (line, behind) in [
            ("#18 0.886 npm error code E404", "npm error code E404"),
            ("#3 ERROR: not found", "ERROR: not found"),
            ("[12:30:01] fatal: no", "fatal: no"),
            ("2026/08/07 06:03:50     --- FAIL: TestA (0.1s)", "--- FAIL: TestA (0.1s)"),
            ("2026-01-02T03:04:05.678Z error", "error"),
            ("web-1  | Error: no", "Error: no"),
            ("packages/mcp-server build: src/a.ts(1,2): error TS1: x", "src/a.ts(1,2): error TS1: x"),
            ("@acme/app:build: error", "error"),
            ("[api] failed", "failed"),
            ("[ERROR] failed", "failed"),
            ("E0102 03:04:05.678901   12 main.go:34] failed", "failed"),
            ("│ Error: no", "Error: no"),
            ("stderr: fatal: no", "fatal: no"),
        ] {
            assert_eq!(relayed(line).last(), Some(behind), "{line}");
        }
    }

    #[test]
    fn what_only_resembles_a_prefix_stays() {
        for line in [
            "error: a",
            "warning: error: b",
            "[warn] a.js",
            "a.c:12: error: x",
            "src/a.ts: error",
            "3 errors",
            "##[x]",
            "std::x: y",
            "# 1 a",
        ] {
            assert_eq!(relayed(line).last(), None, "{line}");
        }
    }
}
