//! What kind of failure a line that no rule explains sounds like, and where it is silent, the step: a guess, never a claim.

use std::sync::LazyLock;

use regex::Regex;

use crate::rules::Category;
use crate::transcript::Step;

/// How a kind of failure sounds; the first that matches counts, so the most particular stand first.
const SOUNDS: [(Category, &str); 22] = [
    (Category::DiskSpace, r"(?i)no space left on device|\bENOSPC\b|disk (?:is )?full|not enough (?:disk )?space"),
    (
        Category::OutOfMemory,
        r"(?i)out of memory|\bOOM\b|OutOfMemory|heap space|std::bad_alloc|cannot allocate memory|\bKilled\b|exit code 137",
    ),
    (Category::RateLimit, r"(?i)rate.?limit|\b429\b|too many requests|toomanyrequests|quota exceeded|throttl"),
    (
        Category::CompileError,
        r"^(?:\S+ )?\S+\.(?:[cm]?tsx?|vue|svelte|rs|go|c|cc|cpp|cxx|h|hpp|mm?|java|kts?|scala|swift|cs|fs|vb|zig|dart|hs|ml|x|cu|f90|v|sol|elm|nim|cr|d|pas|ex|gleam)[:(]\[?\d+[^ ]*\s?-?\s?(?:fatal )?error\b|^e: |\berror(?:\[E\d+\]| TS\d| CS\d| C\d{4}| FS\d| BC\d)|(?i)compilation (?:failed|error)|failed to compile|syntax ?error|unresolved reference|undefined reference",
    ),
    (
        Category::TestFailure,
        r"AssertionError|(?i)\bassert(?:ion)? (?:failed|error)|^\s*(?:--- FAIL|FAIL|FAILED|not ok|✕|✗|✘|●)[ :]|\btests? (?:cases? )?(?:failed|failures?)|\b\d+ (?:tests? )?(?:failed|failing)\b|\bexpected\b.*\b(?:to|but|got|received|actual|found)\b|panicked at|did not match snapshot",
    ),
    (
        Category::MissingCommand,
        r"(?i)command not found|not recognized as (?:an internal|the name|a name)|executable file not found|no such command|spawn \S+ ENOENT|program not found|could not find (?:the )?(?:executable|program|binary)|: not found$",
    ),
    (
        Category::MissingDependency,
        r"(?i)cannot find module|no module named|module not found|ModuleNotFoundError|could ?n.t (?:find|resolve) (?:package|module|dependency|artifact)|unresolved import|could not resolve (?:dependenc|import|all)|no matching (?:distribution|package|version)|unable to locate package|package .* (?:not found|is missing|does not exist)|cannot find -l|could not find package|dependency .* not found|unmet (?:peer )?depend|cannot resolve|404 Not Found .*(?:package|tgz|crate|gem)",
    ),
    (
        Category::SecretMissing,
        r"(?i)(?:secret|token|credential|password|api.?key|access.?key|username)s?\b.*(?:not (?:set|found|provided|supplied|configured|specified)|missing|required|empty|undefined|must be)|(?:missing|no|requires?|input required and not supplied:?) .*(?:secret|token|credential|password|api.?key)|could not load credentials|no basic auth credentials",
    ),
    (
        Category::Permission,
        r"(?i)permission denied|access (?:is )?denied|AccessDenied|\b40[13]\b|forbidden|unauthori[sz]ed|not authori[sz]ed|not permitted|EACCES|EPERM|insufficient (?:permission|scope|privilege)|authentication failed|bad credentials|resource not accessible|requires? (?:write|admin|authentication)|denied",
    ),
    (
        Category::GitState,
        r"(?i)non-fast-forward|merge conflict|not a git repository|pathspec|detached head|unrelated histories|\[rejected\]|shallow|couldn't find remote ref|unknown revision|bad (?:revision|object)|no tags? (?:found|can describe)|nothing to commit|tag already exists|uncommitted changes|working (?:tree|directory) .*(?:dirty|clean)",
    ),
    (
        Category::Network,
        r"(?i)could not resolve host|getaddrinfo|ENOTFOUND|EAI_AGAIN|ECONNRESET|ETIMEDOUT|connection (?:reset|timed out|refused|closed)|ECONNREFUSED|TLS handshake|socket hang up|i/o timeout|network (?:is )?unreachable|\b50[234]\b|bad gateway|service unavailable|failed to (?:download|fetch)|download failed|curl: \(|unexpected EOF|remote end hung up",
    ),
    (
        Category::Timeout,
        r"(?i)timed? ?out|timeout|deadline exceeded|did not (?:become|complete|finish|respond|start) (?:ready |healthy )?(?:in|within)",
    ),
    (Category::YamlSyntax, r"(?i)yaml.*(?:syntax|pars|mapping|scanner)|mapping values are not allowed|did not find expected"),
    (
        Category::Deprecated,
        r"(?i)deprecated|no longer (?:supported|available|maintained|works?)|has been (?:removed|retired|sunset)|end.of.life",
    ),
    (
        Category::ToolchainVersion,
        r"(?i)(?:requires?|needs?|expected|minimum|supported?|unsupported|incompatible|newer|older|wrong|current)\b.{0,40}\b(?:version|python|node(?:\.js)?|java|jdk|go|rustc|ruby|php|dotnet|gradle|cmake|engine)\b|version .*(?:mismatch|not (?:found|supported|available|satisf)|too (?:old|new)|is not compatible)|EBADENGINE|UnsupportedClassVersion",
    ),
    (
        Category::MissingFile,
        r"(?i)no such file|ENOENT|file not found|FileNotFound|cannot find (?:the )?(?:file|path)|(?:file|path|directory|folder)\b.*(?:does not exist|doesn.t exist|not found|missing)|can't open|cannot open|could not open|unable to (?:open|find|locate) (?:file|path)|no files? (?:were )?found|does not exist",
    ),
    (
        Category::LintFailure,
        r"(?i)\bproblems?\b|\blint|would be reformatted|formatt?ing|code style|style (?:issue|violation)|violations?|offenses?|not formatted|trailing whitespace|vulnerabilit|\[[a-z-]+/[a-z-]+\]$|coverage",
    ),
    (Category::RunnerLost, r"(?i)lost communication with the server|runner .*shut ?down|shutdown signal"),
    (
        Category::Service,
        r"(?i)unhealthy|not ready|failed to (?:deploy|start|connect)|\b5\d\d\b|crashloop|container .*(?:failed|exited)|deployment",
    ),
    (
        Category::Configuration,
        r"(?i)(?:unknown|invalid|unrecognized|unexpected|unsupported|missing|bad|no such|unsupported) (?:\w+ )?(?:option|argument|flag|key|input|parameter|property|field|value|config|setting|command|target|task|script|type|format|environment)|must (?:be|have|specify|contain)|is (?:required|not defined|not set|unset|undefined)|misconfigur|config(?:uration)?\b.*(?:error|invalid|fail|not)|not configured|usage:",
    ),
    (Category::TestFailure, r"(?i)\btests?\b|snapshot"),
    (Category::Cancelled, r"(?i)operation was cancell?ed"),
];

/// Sounds of a step's name or script.
const STEPS: [(Category, &str); 2] = [
    (
        Category::LintFailure,
        r"(?i)\blint|format|fmt\b|style|clippy|eslint|prettier|ruff|flake8|mypy|audit|\bcheck[: -]|pre-commit|analy[sz]e|tidy",
    ),
    (Category::TestFailure, r"(?i)test|spec\b|pytest|jest|e2e|cypress|playwright|coverage|smoke|verify"),
];

type Sounds = Vec<(Category, Regex)>;

fn prepared(sounds: &[(Category, &str)]) -> Sounds {
    sounds.iter().filter_map(|(category, pattern)| Some((*category, Regex::new(pattern).ok()?))).collect()
}

static LINES: LazyLock<Sounds> = LazyLock::new(|| prepared(&SOUNDS));
static NAMES: LazyLock<Sounds> = LazyLock::new(|| prepared(&STEPS));

/// The category that a line sounds like; where it sounds like none, the one that its step's name and script suggest.
pub(super) fn sounds_like(line: &str, step: Option<&Step>) -> Category {
    let first = |sounds: &Sounds, text: &str| sounds.iter().find(|(_, pattern)| pattern.is_match(text)).map(|(category, _)| *category);
    let of_step = || {
        let step = step?;
        let title = step.echoes.last().map(|echo| echo.title.as_str());
        step.name.as_deref().into_iter().chain(title).find_map(|name| first(&NAMES, name))
    };
    first(&LINES, line).or_else(of_step).unwrap_or(Category::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_sound_like_what_they_mean() {
        for (line, category) in [
            ("src/a.zig:3:5: error: expected type", Category::CompileError),
            ("write /tmp/x: no space left on device", Category::DiskSpace),
            ("Error: API key is not set", Category::SecretMissing),
            ("fatal: couldn't find remote ref v2", Category::GitState),
            ("sh: 1: foo: not found", Category::MissingCommand),
            ("open config.json: no such file or directory", Category::MissingFile),
            ("hm", Category::Other),
        ] {
            assert_eq!(sounds_like(line, None), category, "{line}");
        }
    }
}
