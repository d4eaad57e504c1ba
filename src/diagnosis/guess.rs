//! The best guess at the line that says why a step failed, where no rule explains it: by how tools word their errors.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::findings::FailedVertices;
use crate::text::relayed;
use crate::transcript::{LineKind, LogText};

/// How many lines before a step's end are looked at: what a tool says when it fails stands there.
const REACH: usize = 2000;
/// From this score on a wording is hardly met by accident.
const SURELY_WORDED: i32 = 66;
/// The score of a warning: it is heard where nothing else speaks.
const WARNED: i32 = 41;
/// A longer line is data, not a message.
const LONGEST: usize = 4000;

/// A line that looks like the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    /// Index of the line in the job's text.
    pub(super) line: usize,
    score: i32,
    prefer: Prefer,
}

impl Guess {
    /// Whether the line looks like a message at all, and not like whatever happened to stand last.
    pub(super) const fn is_telling(self) -> bool {
        self.score >= 40
    }

    /// Whether the line is an exception or a diagnostic with its place: hardly met by accident.
    pub(super) const fn is_sure(self) -> bool {
        self.score >= 85
    }

    /// How much to trust it; always less than one half.
    pub(super) const fn confidence(self) -> f64 {
        match self.score {
            95.. => 0.45,
            75.. => 0.35,
            40.. => 0.25,
            _ => 0.1,
        }
    }
}

/// Which of several equal lines tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefer {
    /// Compilers and installers: the rest follows from the first.
    First,
    /// Exceptions and summaries: what was raised last ended the program.
    Last,
}

/// A way in which tools word errors, and how surely such a line is the reason.
struct Wording {
    pattern: &'static str,
    score: i32,
    prefer: Prefer,
}

const fn wording(score: i32, prefer: Prefer, pattern: &'static str) -> Wording {
    Wording { pattern, score, prefer }
}

/// The first that matches counts; so the surest stand first.
const WORDINGS: [Wording; 25] = [
    // Of so many failures no single one tells.
    wording(91, Prefer::Last, r"(?i)\b[1-9]\d+ (?:tests? )?(?:failed|failing|failures)\b"),
    // The next lines say what the code means.
    wording(66, Prefer::First, r"^npm (?:ERR!|error) code E\w+$"),
    // file:line:column: error, file(line,column): error, e: file:///…, [ERROR] File.java:[l,c], #18 0.9 file:1:2: error.
    wording(
        95,
        Prefer::First,
        r"^(?:.{0,40}? )?(?:file://)?[\w@~+./\\:-]*\w\.\w{1,8}(?::\d+(?::\d+)?|\(\d+(?:,\d+)?\))\s?:\s(?:fatal )?error\b",
    ),
    wording(95, Prefer::First, r"^(?:e: |\[ERROR\] |vet: |\[error\] )(?:file://)?\S+\.\w{1,8}:[\[(]?\d+"),
    wording(
        92,
        Prefer::First,
        r"^(?:.{0,60}? )?error(?:\[\w{3,30}\]|\s(?:TS|CS|NU|MSB|NETSDK|FS|BC|C|LNK)\d{3,5}):\s|^✘ \[ERROR\] \S|^error TS\d+: ",
    ),
    wording(90, Prefer::First, r"^\S+\.go:\d+:\d+: \S"),
    wording(90, Prefer::First, r"^thread '.*' (?:\(\d+\) )?panicked at |^panic: |^FATAL ERROR: |^Type error: "),
    // TeX; the exceptions of Elixir.
    wording(90, Prefer::First, r"^! (?:LaTeX|Package|Class|pdfTeX|Undefined|Missing|Extra|Misplaced|Illegal|Paragraph|I can't|Argument)\b"),
    wording(88, Prefer::First, r"^\*\* \((?:\w+\.?)+\) \S"),
    // A program that the processor or the system stopped.
    wording(
        86,
        Prefer::Last,
        r"(?i)\bsegmentation fault\b|\(core dumped\)|\bbus error\b|\bwasm trap\b|\bdouble free\b|\baccess violation\b|\billegal instruction\b|0xC0000005",
    ),
    wording(
        88,
        Prefer::Last,
        r"^\S+:\d+:in .+: .+ \((?:\w+::)*[A-Z]\w*(?:Error|Exception)\)$|^(?:E {2,}|Caused by: |Uncaught |Unhandled \w+ |Failure: |Exception in thread .*? )?(?:[\w$]+(?:\.|::))*[A-Z]\w*(?:Error|Exception|Interrupt|Failure)(?: \[\w+\])?: \S",
    ),
    wording(
        82,
        Prefer::First,
        r"^(?:(?:#\d+ (?:\d+\.\d+ )?|│ |\[\w+\] |\S{1,40}: )){0,3}(?:error|ERROR|Error|fatal|Fatal|FATAL|E)(?: \[\w+\])?: \S",
    ),
    // What Gradle says went wrong: the deepest tells.
    wording(
        79,
        Prefer::Last,
        r"^> (?:Could not|No matching|Cannot|Failed|Unsupported|The |Unable|Plugin |Inconsistent|Unresolved|Dependency |Lint )",
    ),
    wording(
        78,
        Prefer::First,
        r"^(?:✘|🦋|npm|ERR!)? *(?:\[ERROR\]|\(error\)|ERR_\w+|error|ERROR|ERR!)\s+(?:\S+ )*\w{3,}|^[Ee]rror (?:in|code|occurred|during|while|at|response|running|executing)\b.*:|^\d+:\d+\s+(?:error|✖|×|✗)\s+\S",
    ),
    // One failed test in the words of test runners that do not begin the line with them.
    wording(
        73,
        Prefer::First,
        r"^.*\S: Test Failed at |\*\*\* FAILED \*\*\*$| \[E\]$|^\S.* FAILED$|<<< (?:FAILURE|ERROR)!$| recorded an issue at \S+:\d+",
    ),
    wording(72, Prefer::Last, r#"\b(?:error|err)="?[A-Za-z]|\blevel=(?:error|fatal)\b|"level": ?"(?:error|fatal)""#),
    wording(
        72,
        Prefer::First,
        r"^(?:GraphQL: |HTTP \d{3}: |Exception: |(?:Get|Set|New|Remove|Invoke|Start|Stop|Copy|Move|Import|Export|Install|Uninstall|Add|Expand|Publish|Write)-\w+: \S)",
    ),
    wording(70, Prefer::First, r"^\s*(?:FAIL:|FAILED|FAIL|--- FAIL:|not ok|✕|✗|✖|×|✘|❌|⨯|⛔|🚨|●|Failure/Error:|E  )\s+\S"),
    // file:line: what is wrong there, in the way of checkers that say nothing but this.
    wording(66, Prefer::First, r"^(?:file://)?[\w@~+./\\:-]*\w\.\w{1,8}(?::\d+(?::\d+)?:?|\(\d+(?:,\d+)?\):) ?[A-Za-z\[('\x22`]"),
    wording(64, Prefer::Last, r"(?:^|[\s\]\[:|])(?:ERROR|FATAL|CRITICAL|SEVERE)[\s\]:|]"),
    wording(
        62,
        Prefer::Last,
        r"^\S{1,120}: (?:line \d+: )?.*(?i:not found|no such file|denied|cannot|can't|unable|failed|refused|invalid|error|unmatched|unexpected)",
    ),
    wording(
        58,
        Prefer::Last,
        r"(?i)\b[1-9]\d* (?:tests? )?(?:failed|failing|failures?|errors?|problems?|vulnerabilities|violations?|offenses|issues|would be reformatted)\b|\b(?:failed|failures|errors|leaks found|issues|findings|violations): *[1-9]",
    ),
    wording(
        48,
        Prefer::Last,
        r"(?i)not found|no such|cannot|can't|could ?n.t|could not|unable to|failed|failure|denied|refused|unauthori[sz]ed|forbidden|expired|missing|invalid|unexpected|unsupported|undefined[: ]|unknown|does ?n.t exist|does not exist|not permitted|not allowed|required|requires|time[sd]? ?out|no space|killed|unhealthy|unresolved|exceeded|rejected|conflict|mismatch|credentials|disappeared|crashed|aborted|fatal|error",
    ),
    // A complaint, said without any of those words.
    wording(
        42,
        Prefer::Last,
        r"(?i)^no (?:valid|matching|such|\w+ (?:was|were|is|are)?\s?(?:found|given|set|available))|^please\b|\bout of date\b|\bprohibit|\bnot (?:up.to.date|formatted|sorted|equal|clean|match|set|installed|available|supported|configured|satisf)|\bviolat|\bdiffers?\b|\bdrift|\bis dirty\b|\bnot compliant\b|\bincomplete\b|\buncommitted\b|\b(?:is|are) (?:below|above|less than|too)\b|\bmust (?:be|not|have)\b",
    ),
    // What a checker warns of, where it is the only thing that it says.
    wording(WARNED, Prefer::First, r"^(?:[Ww]arning|WARNING|WARN)\b: \S|^\S+\.\w{1,8}:\d+.*\b[Ww]arning\b"),
];

/// Frames around a cause: never the answer (`facts`: make, ninja, npm, cargo, pip, gcc, cmake, Gradle, Maven, the runner).
const FRAMES: &str = r"(?x)^(?:
      (?:Error:\ )?Process\ completed\ with\ exit\ code
    | (?:Error:\ )?The\ process\ '.*'\ failed\ with\ exit\ code
    | (?:Error:\ )?The\ operation\ was\ canceled
    | g?make(?:\[\d+\])?:\ \*\*\* | g?make(?:\[\d+\])?:\ (?:Leaving|Entering) | ninja:\ build\ stopped
    | npm\ (?:ERR!|error)\ (?:Lifecycle\ script | A\ complete\ log | code\ ELIFECYCLE | errno | path | command | in\ workspace | at\ location | syscall)
    | npm\ (?:ERR!|error)\s*(?:$|\s{2,} | /)
    | error:\ could\ not\ compile | error:\ build\ failed | error:\ failed\ to\ run\ custom\ build\ command | error:\ aborting\ due\ to
    | error:\ test\ failed,\ to\ rerun | error:\ process\ didn't\ exit\ successfully | error:\ doctest\ failed
    | error:\ (?:subprocess-exited-with-error|metadata-generation-failed|Recipe\ ) | ERROR:\ Failed\ to\ build\ installable
    | collect2: | compilation\ terminated | --\ Configuring\ incomplete
    | FAILURE:\ Build\ failed | BUILD\ FAILED | \[ERROR\]\ (?:Failed\ to\ execute|\[Help|->|Re-run|To\ see|For\ more|After\ correcting|COMPILATION\ ERROR|\s*$)
    | error\ Command\ failed\ with\ exit\ code | ELIFECYCLE | .{0,8}ERR_PNPM_RECURSIVE | error:\ script\ .*\ exited\ with
    | Execution\ failed\ for\ task | >\ Task\ .*FAILED | error:\ failed\ to\ push\ some\ refs
    | .*\ did\ not\ complete\ successfully:\ exit\ code
    | \#\d+\ (?:CACHED|DONE|CANCELED) | Error:\ Command\ failed | \*\ What\ went\ wrong | \*\ Try: | Traceback\ \(most
    | .*\bfailed\ with\ (?:exit\ code|exit\ status)\b | .*(?:CalledProcessError:\ Command|returned\ non-zero\ exit\ status)
    | Fail\ to\ load\ \S+\.ya?ml | (?:Error:\ )?[Nn]on-zero\ exit\ code | >\ Run\ with\ --
    | !\ Emergency\ stop | !\ \ ==>\ Fatal\ error | Latexmk:\ | Execution\ halted | Halting\ VM\ with
    | (?:\*\*\ )?(?:BUILD|TEST|ARCHIVE|EXPORT)\ (?:FAILED|INTERRUPTED|FAILURE)\b | Build\ FAILED\.$ | ERROR:\ Build\ did\ NOT\ complete
    | >\ A\ failure\ occurred\ while\ executing | Required\ by: | \s*Failed\ to\ restore\ | >\ There\ were\ failing\ tests
    | >\ Build\ failed\ because\ of | >\ Could\ not\ resolve\ all\ | The\ following\ build\ commands\ failed | \d+\ Error\(s\)
    | (?:Error:\ )?\S+\ exited\ with\ (?:code|status)\ \d+ | exit\ status\ \d+$ | \s*ERROR\s+run\ failed: | Failed:\ +\S+\#\w+$
    | INFO\ \ EXECUTION\ FAILURE | ERROR\ Error\ during\ SonarScanner | SimpleCov\ failed | error:\ the\ following\ command\ failed
    | error:\ fatalError$ | Tests:\ +\d+\ failed,.*total$ | pre-commit\ hook\(s\)\ made | husky\b | \[ERROR\]\ There\ are\ test\ failures
)";

/// Lines that sound like errors and are none: handled, quoted, counted as nought, frames of a stack, advice.
const CALM: &str = r"(?x)
      ^\s*at\ [\w.$<@/] | ^\S+:\d+:\ in\ | ^\S+:\d+:in\ [`'\x22][^:]*['\x22]$ | ^\s*File\ \x22 | ^\s+\d+:\ +0x | ^\s*\d+\ \| | ^\s*\|
    | (?i:warn(?:ing)?\b) | (?i:\bdeprecat) | (?i:\b(?:0|no)\ (?:errors?|failed|failures?|failing|problems?|vulnerabilities)\b)
    | ^\++\ | ^\s*(?i:help|hint|note|info|debug|trace|tip|see|try)\b\s*[:=]
    | \b(?:PASSED|PASS|passed|ok|OK)\s*(?:\[|\(|$) | ^\s*(?:✓|✔|√|ok\ \d)
    | (?:\[|\s|^)(?:INFO|DEBUG|TRACE)(?:\]|\s|:)
    | ^\s*(?:adding|copying|creating|Downloading|Downloaded|Compiling|Installing|Get:\d|Unpacking|Selecting|Setting\ up|inflating)\b
    | ^\s*npm\ (?:WARN|warn|notice)
    | ^(?:\#\d+\ [\d.]+\ )?Successfully\b | ^\s*Fresh\b | ^Prepare\ all\ required\ actions | (?i:\busage:) | ^\#\ | write\ error:\ Broken\ pipe | ^\s*>\ (?:Task|Configure|Transform|IDLE)\b | --[\w-]*(?:error|fail)";

struct Patterns {
    wordings: Vec<(Regex, i32, Prefer)>,
    frames: Regex,
    calm: Regex,
    /// Without one of these no wording can match: most lines are dismissed by it.
    words: AhoCorasick,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let wordings = WORDINGS.iter().map(|wording| Some((Regex::new(wording.pattern).ok()?, wording.score, wording.prefer)));
    let words = [
        "err",
        "fail",
        "exception",
        "interrupt",
        "fatal",
        "panic",
        "not ",
        "n't",
        "no ",
        "unable",
        "denied",
        "refus",
        "unauth",
        "forbid",
        "expired",
        "missing",
        "invalid",
        "un",
        "requir",
        "time",
        "killed",
        "exceed",
        "reject",
        "conflict",
        "mismatch",
        "disapp",
        "crash",
        "abort",
        "vulnera",
        "credential",
        "would be",
        "✕",
        "✗",
        "✖",
        "×",
        "✘",
        "❌",
        "●",
        "⨯",
        "⛔",
        "🚨",
        "e  ",
        ".go:",
        "e: ",
        "vet: ",
        "problem",
        "! ",
        "** (",
        "trap",
        "dumped",
        "violation",
        "critical",
        "severe",
        "http ",
        "graphql",
        "[e]",
        "issue",
        "offense",
        "please",
        "out of date",
        "prohibit",
        "violat",
        "differ",
        "drift",
        "dirty",
        "below",
        "above",
        "less than",
        "too ",
        "must ",
        "warn",
        "> the",
        "> plugin",
        "> lint",
        "> depend",
        ":0",
        ":1",
        ":2",
        ":3",
        ":4",
        ":5",
        ":6",
        ":7",
        ":8",
        ":9",
        "(1",
        "(2",
        "(3",
        "(4",
        "(5",
        "(6",
        "(7",
        "(8",
        "(9",
        "get-",
        "set-",
        "new-",
        "remove-",
        "invoke-",
        "start-",
        "stop-",
        "copy-",
        "move-",
        "import-",
        "export-",
        "install-",
        "add-",
        "expand-",
        "publish-",
        "write-",
    ];
    Some(Patterns {
        wordings: wordings.collect::<Option<_>>()?,
        frames: Regex::new(FRAMES).ok()?,
        calm: Regex::new(CALM).ok()?,
        words: AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()?,
    })
});

/// The line of a failed step that most looks like the reason; none in a step without a line that a program wrote.
pub(super) fn best(text: &LogText, lines: Range<usize>) -> Option<Guess> {
    let patterns = PATTERNS.as_ref()?;
    let last = last_error(text, lines.clone());
    if let Some(line) = last.filter(|line| text.text(*line).contains("The operation was canceled.")) {
        // The step was stopped from outside: whatever it wrote before is no reason.
        return Some(Guess { line, score: 40, prefer: Prefer::Last });
    }
    let end = last.map_or(lines.end, |error| error + 1);
    let start = lines.start.max(end.saturating_sub(REACH));
    let vertices = FailedVertices::of(text, lines.clone());
    let mut best: Option<Guess> = None;
    for line in start..end {
        let Some(record) = text.line(line).filter(|record| record.kind.can_be_cause()) else { continue };
        let words = text.text(line);
        if words.trim().is_empty() || words.len() > LONGEST || vertices.exclude(words) {
            continue;
        }
        let Some((score, prefer)) = patterns.score(words, record.kind, end - line) else { continue };
        let guess = Guess { line, score, prefer };
        let wins = best.is_none_or(|best| match score.cmp(&best.score) {
            std::cmp::Ordering::Equal => best.prefer == Prefer::Last || prefer == Prefer::Last,
            order => order.is_gt(),
        });
        if wins {
            best = Some(guess);
        }
    }
    best.or_else(|| frame(text, lines))
}

/// The step's last error, frame or not: what follows it is tidying up.
fn last_error(text: &LogText, mut lines: Range<usize>) -> Option<usize> {
    lines.rfind(|index| text.line(*index).is_some_and(|line| is_marked(line.kind, text.text(*index))))
}

/// Whether the line is marked as an error, also where a program printed the marker inside a line of its own.
fn is_marked(kind: LineKind, line: &str) -> bool {
    kind == LineKind::Error || line.starts_with(MARKER)
}

const MARKER: &str = "##[error]";

/// Where there are only frames: the last of them.
fn frame(text: &LogText, mut lines: Range<usize>) -> Option<Guess> {
    let line = lines.rfind(|line| text.line(*line).is_some_and(|l| l.kind.can_be_cause()) && !text.text(*line).trim().is_empty())?;
    Some(Guess { line, score: 0, prefer: Prefer::Last })
}

impl Patterns {
    /// How surely a line is the reason; none for a frame.
    fn score(&self, line: &str, kind: LineKind, from_end: usize) -> Option<(i32, Prefer)> {
        let marked = is_marked(kind, line);
        let line = line.trim_end();
        let plain = line.strip_prefix(MARKER).unwrap_or(line);
        if self.frames.is_match(plain.trim_start()) {
            return None;
        }
        let worded = if self.words.is_match(plain) {
            let trimmed = plain.trim_start();
            // What is worded loosely is sought in the line as it stands: relayed chatter is full of such words.
            let is_match = |pattern: &Regex, score: i32| {
                pattern.is_match(trimmed)
                    || pattern.is_match(plain)
                    || score >= SURELY_WORDED && relayed(plain).any(|behind| pattern.is_match(behind))
            };
            self.wordings.iter().find(|(pattern, score, _)| is_match(pattern, *score))
        } else {
            None
        };
        let (mut score, mut prefer) = worded.map_or((10, Prefer::Last), |(_, score, prefer)| (*score, *prefer));
        if marked {
            // The author of an action marks what people shall read, so even unworded it is a message.
            score = score.max(60) + 14;
            prefer = if worded.is_some() { prefer } else { Prefer::Last };
        }
        if !marked && score != WARNED && self.calm.is_match(plain) {
            score -= 45;
        }
        // What stands far from the end was survived.
        let far = i32::try_from(from_end / 50).unwrap_or(i32::MAX);
        score -= match prefer {
            // In coarse steps: of a compiler's errors the first must stay the first.
            Prefer::First => far / 40 * 6,
            Prefer::Last => far.min(24),
        };
        Some((score, prefer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(log: &str) -> String {
        let text = LogText::plain("log", log);
        best(&text, 0..text.len()).map_or_else(String::new, |guess| text.text(guess.line).to_owned())
    }

    #[test]
    fn the_first_error_of_a_compiler_is_named() {
        let log = "building\nsrc/a.c:3:5: warning: unused\nsrc/a.c:9:1: error: expected ';'\nsrc/b.c:1:1: error: unknown type\nmake: *** [a.o] Error 1\n";
        assert_eq!(guessed(log), "src/a.c:9:1: error: expected ';'");
    }

    #[test]
    fn the_last_exception_is_named() {
        let log = "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'x'\n\nDuring handling\n\nTraceback (most recent call last):\nValueError: no x\nProcess completed with exit code 1.\n";
        assert_eq!(guessed(log), "ValueError: no x");
    }

    #[test]
    fn frames_and_calm_lines_give_way() {
        let log =
            "0 errors, 0 warnings\ntest_error PASSED\nno basic auth credentials, access denied\nProcess completed with exit code 1.\n";
        assert_eq!(guessed(log), "no basic auth credentials, access denied");
        assert_eq!(guessed("Process completed with exit code 1.\n"), "Process completed with exit code 1.");
    }
}
