//! What kind of failure a line that no rule explains sounds like, and where it is silent, the step: a guess, never a claim.

use std::sync::LazyLock;

use regex::Regex;

use crate::rules::Category;
use crate::transcript::Step;

/// How a kind of failure sounds; the first that matches counts, so the most particular stand first.
const SOUNDS: [(Category, &str); 34] = [
    (Category::DiskSpace, r"(?i)no space left on device|\bENOSPC\b|disk (?:is )?full|not enough (?:disk )?space|disk quota exceeded"),
    (
        Category::OutOfMemory,
        r"(?i)out of memory|\bOOM\b|OutOfMemory|heap space|std::bad_alloc|cannot allocate memory|^(?:\S+ line \d+: )?\s*\d* ?Killed\b|exit code 137|SIGKILL",
    ),
    (Category::RateLimit, r"(?i)rate.?limit|\b429\b|too many requests|toomanyrequests|quota exceeded|throttl"),
    (Category::RunnerLost, r"(?i)lost communication with the server|runner .*shut ?down|shutdown signal"),
    (Category::WorkflowInvalid, r"\(Line: \d+, Col: \d+\)|(?i)invalid workflow file|is not a valid (?:event name|workflow)"),
    (Category::Permission, r"ID_TOKEN_REQUEST|(?i)no matching federated|failed due to: required status"),
    // A word that a program does not know in what it was given: before the words that it was given are heard.
    (
        Category::Configuration,
        r"(?i)\bunrecogni[sz]ed (?:arguments?|options?|flags?|parameters?|inputs?)|\bunknown (?:shorthand )?(?:options?|flags?|arguments?|switch)\b|no such option|\b(?:invalid|unexpected|illegal|bad) (?:options?|arguments?|flags?)\b|dockerfile parse error|unknown instruction|flag provided but not defined|does not provide attribute|nil pointer evaluating interface|exporter does not (?:currently )?support|driver does not support",
    ),
    // A compiler names file and place, or a code of its own.
    (
        Category::CompileError,
        r"^(?:\S+ )?\S+\.(?:[cm]?tsx?|vue|svelte|astro|rs|go|c|cc|cpp|cxx|h|hpp|mm?|java|kts?|scala|swift|cs|fs|vb|zig|dart|hs|ml|x|cu|f90|v|sol|elm|nim|cr|d|pas|ex|gleam|proto|vala|adb)[:(]\[?\d+[^ ]*\s?-?\s?(?:fatal )?[Ee]rror\b|^(?:e|vet): |\berror(?:\[E\d+\]| TS\d| CS\d| C\d{4}| FS\d| BC\d| LNK\d)|\bTS\d{4,5}: |^Type error: |^! (?:LaTeX Error|Undefined control sequence)|^\*\* \(CompileError\)|^-- [A-Z][A-Z ]+ -{5,}",
    ),
    // A checker of texts that no compiler reads, or one that names its rule in words.
    (
        Category::LintFailure,
        r"^\S+\.(?:ya?ml|md|toml|json|s?css|less|html?|sh|sql|tf|rst|txt|xml|ipynb):\d+(?::\d+)?:? \S|^(?:error|warning)\[[a-z]+(?:-[a-z]+)+\]|(?i)\bleaks? found|size limit|bundle size|not compliant|problem validating schema",
    ),
    (
        Category::CompileError,
        r"(?i)compilation (?:failed|error)|failed to compile|could not compile|syntax ?error|\bparse error\b|unresolved (?:reference|external)|undefined (?:reference|symbols?)\b|is not assignable to|does not exist on type|no member named|has no member|\bundeclared\b|not declared in this scope|cannot find (?:symbol|name|type|value|function)\b|not in scope\b|\btype mismatch|mismatched types|incompatible types|redeclared|redefinition of|declared and not used|imported and not used|undefined (?:variable|local variable|function|type|name)\b|call to undeclared|expected expression|unexpected token|couldn.t match expected type|has no exported member",
    ),
    (
        Category::TestFailure,
        r"AssertionError|(?i)\bassert(?:ion)? (?:failed|error)|Failed asserting|^\W*(?:--- FAIL|FAIL|FAILED|not ok|✕|✗|●)[ :]|\btests? (?:cases? )?(?:failed|failures?)\b|\b[1-9]\d* (?:tests? )?(?:failed|failing|failures?)\b|\bexpected\b.*\b(?:to|but|got|received|actual|found|value)\b|panicked at|did not match snapshot|expectation failed|XCTAssert|\*\*\* FAILED \*\*\*|\b[1-9]\d* FAILED\b|^Test Failed at|\btest timeout of\b|\bTest run with .* failed|toHaveScreenshot|\bassertions?\b|thresholds on metrics",
    ),
    (
        Category::MissingCommand,
        r"(?i)command not found|not recognized as (?:an internal|the name|a name)|executable file not found|no such command|spawn \S+ ENOENT|(?:program|executable|binary) not found|could not find (?:the )?(?:executable|program|binary)|^\S*sh\S*: (?:(?:line )?\d+: )?\S+: not found$|\bno binary for|is not installed\b|cannot find (?:the )?(?:program|command|executable)|specified command or file was not found|unable to locate executable",
    ),
    (
        Category::MissingFile,
        r#""/[^"]*": not found|(?i)can.t find '(?:action\.yml|[^']+\.\w+)'|cannot find module '[./\\]|could not resolve ["'][./]|could not resolve "[\w-]+/[\w./-]+\.\w+"|script file '[^']+' does not exist|(?:module|file) not found: (?:error: )?can.t resolve '[./]"#,
    ),
    (
        Category::MissingDependency,
        r"(?i)cannot find module|no module named|module not found|ModuleNotFoundError|could ?n.t (?:find|resolve) (?:package|module|dependency|artifact)|unresolved.import|could not resolve|no matching (?:distribution|package|version|variant)|unable to locate package|package .* (?:not found|is missing|does not exist|not resolved)|no package (?:called|matching|named)|cannot find -l|could not find package|dependency .* not found|unmet (?:peer )?depend|unable to resolve|404 Not Found .*(?:package|tgz|crate|gem)|404 Not Found - GET|\bERESOLVE\b|unsatisfiable|could not (?:find|satisfy) .*(?:\w+:[\w.-]+:\w|requirement|depend)|plugin .* was not found|(?:docker\.io|ghcr\.io|quay\.io|mcr\.microsoft\.com)/\S+: not found|manifest unknown|\brequires (?:pytest|python3?-\w+|lib\w+|package)\b|could not find (?:chrome|browser|firefox|gem|a package)|missing (?:binary|package|prebuilt|dependenc)|version solving failed|cannot load such file|can.t locate \S+\.pm|package '?\S+'? was not found|not resolved",
    ),
    (
        Category::SecretMissing,
        r"(?i)(?:secret|token|credentials?|password|api.?key|access.?key|username|licen[sc]e key)s?\b.*(?:not (?:set|found|provided|supplied|configured|specified|be loaded)|missing|required|empty|undefined|must be|invalid|could not)|(?:missing|no|requires?|input required and not supplied:?|without an?) .*(?:secret|token|credential|password|api.?key)|(?:could not|unable to|failed to|cannot|can.t) (?:load|locate|find|read|get) .*(?:credentials?|token|secret)|no basic auth credentials|no valid credential|failed to authenticate|not logged in|token is (?:not valid|invalid|expired)|(?:have you run|please run|use) \S* ?\S* ?login\b|\bE?NO(?:NPM|GH|GL)TOKEN\b",
    ),
    (
        Category::Permission,
        r"(?i)permission denied|access (?:is )?denied|AccessDenied|\b40[13]\b|forbidden|unauthori[sz]ed|not authori[sz]ed|not permitted|EACCES|EPERM|insufficient.{0,12} (?:permissions?|scopes?|privileges?)|authentication failed|bad credentials|resource not accessible|requires? (?:write|admin|authentication)|denied|\bcannot push\b|NOPERMISSION|no matching federated|ID_TOKEN_REQUEST|404 Not Found - PUT|not have (?:permission|access)|required status checks?\b|protected branch",
    ),
    (
        Category::GitState,
        r"(?i)non-fast-forward|merge conflict|^CONFLICT \(|not a git repository|pathspec|detached head|unrelated histories|! \[(?:remote )?rejected\]|shallow|couldn.t find remote ref|unknown revision|bad (?:revision|object)|no tags? (?:found|can describe)|nothing to commit|tag(?:_name)? already exists|uncommitted changes|unstaged changes|no commits between|not mergeable|working (?:tree|directory) .*(?:dirty|clean)|\bdirty\b.*(?:git|tree|state)|git is in a dirty|your local changes",
    ),
    (
        Category::Network,
        r"(?i)could not resolve host|getaddrinfo|ENOTFOUND|EAI_AGAIN|ECONNRESET|ETIMEDOUT|connection (?:reset|timed out|refused|closed)|ECONNREFUSED|TLS handshake|socket hang up|i/o timeout|network (?:is )?unreachable|(?:http|status|error)\S*[ =:(]{1,3}50[0234]\b|\b50[234] (?:bad|service|gateway)|bad gateway|service unavailable|failed to (?:download|fetch)|(?:download|fetch) failed|curl: \(|unexpected EOF|remote end hung up|RPC failed|unable to load the service index|no route to host|(?:request|connect) timed? ?out|failed to compute checksum",
    ),
    (
        Category::Timeout,
        r"(?i)timed? ?out|timeout (?:of|after|exceeded|reached|waiting)|deadline exceeded|did not (?:become|complete|finish|respond|start) (?:ready |healthy )?(?:in|within)|took too long",
    ),
    (Category::YamlSyntax, r"(?i)ya?ml.*(?:syntax|pars|mapping|scanner|invalid)|mapping values are not allowed|did not find expected"),
    (
        Category::Deprecated,
        r"(?i)deprecated|no longer (?:supported|available|maintained|works?)|has been (?:removed|retired|sunset)|end.of.life",
    ),
    (
        Category::ToolchainVersion,
        r"(?i)(?:requires?|needs?|expected|minimum|supported?|unsupported|incompatible|newer|older|wrong|current)\b.{0,40}\b(?:version|python|node(?:\.js)?|java|jdk|go|rustc|ruby|php|dotnet|gradle|cmake|engine|xcode|swift|kotlin)\b|version .*(?:mismatch|not (?:found|supported|available|satisf)|too (?:old|new)|is not compatible)|EBADENGINE|UnsupportedClassVersion|does not satisfy that requirement",
    ),
    (
        Category::LintFailure,
        r"\bPMD Failure\b|(?i)vulnerabilit|\badvisor(?:y|ies)\b|\bGHSA-|\bCVE-\d|RUSTSEC|\blicen[sc]es?\b.*(?:reject|denied|allow|requirement|unlicen|compliance)|quality gate|would be reformatted|would reformat|not (?:properly )?formatted|formatt?ing|code style|style (?:issue|violation)s?|\bviolations?\b|\boffenses?\b|trailing whitespace|\[[a-z-]+/[a-z-]+\]$|\bcoverage\b|\b(?:DL|SC|SA|ST|RUF|PLR|PLC)\d{4}\b|:\d+(?::\d+)?:? [A-Z]{1,4}\d{3,4}\b|weighted issues|(?:dead|broken|invalid) links?|mis-?spell|unknown word|Did you really mean|\blint|[1-9]\d* (?:problems?|issues?|findings?)\b|pre-?commit|no-unused|is declared but not used|\bbreaking changes?\b|should be lower_snake_case",
    ),
    (
        Category::MissingFile,
        r"(?i)no such file|ENOENT|file not found|FileNotFound|cannot find (?:the )?(?:file|path)|(?:file|path|directory|folder|evidence|script|folder|image)\b.*(?:does not exist|doesn.t exist|not found|missing|not be found)|can.t open|cannot open|could not open|unable to (?:open|find|locate) (?:file|path)|no files? (?:were )?found|does not exist|(?:404|broken) link",
    ),
    (
        Category::Service,
        r"(?i)unhealthy|not ready|failed to (?:deploy|start|connect)|\b5\d\d\b|crashloop|container .*(?:failed|exited)|deployment|UPGRADE FAILED|server is not running|not running|server.{0,20}(?:unavailable|down|start)",
    ),
    (
        Category::Configuration,
        r"(?i)(?:unknown|invalid|unrecognized|unexpected|unsupported|missing|bad|no such|undeclared|unused) (?:\w+ )?(?:option|argument|flag|key|input|parameter|property|field|value|config|setting|command|target|task|script|type|format|environment|variable|attribute)|must (?:be|have|specify|contain)|is (?:required|not defined|not set|unset|undefined)|misconfigur|config(?:uration)?\b.*(?:error|invalid|fail|not)|not configured|usage:|environment variable|unbound variable|schema|is not a valid|no (?:profile|provisioning|development team)|no such target|provisioning profile|license",
    ),
    // What a compiler or an interpreter says of a place without the word `error`; then what a checker of other texts says of one.
    (
        Category::CompileError,
        r"^\S+\.(?:[cm]?tsx?|rs|go|c|cc|cpp|cxx|h|hpp|mm?|java|kts?|scala|swift|cs|zig|hs|ml|proto)[:(]\[?\d+[:,]\d+.{0,3}\s(?:undefined|cannot|expected|unexpected|unknown|missing|invalid|no |not )",
    ),
    (Category::LintFailure, r"^\S+\.\w{1,8}:\d+(?::\d+)?:? .*\S|^\s+\d+:\d+\s+\S"),
    (Category::TestFailure, r"(?i)\btests?\b|snapshot"),
    (Category::Cancelled, r"(?i)operation was cancell?ed"),
    (Category::MissingFile, r"(?i)\b404\b|: Not Found$"),
    (Category::MissingDependency, r"(?i)\bnot found\b"),
    (Category::CompileError, r"(?i)\bbuild (?:failed|failure|error)|failed to build"),
    (Category::Configuration, r"(?i)\b(?:invalid|unknown|undefined|unsupported)\b"),
];

/// Sounds of a step's name or script.
const STEPS: [(Category, &str); 6] = [
    (
        Category::LintFailure,
        r"(?i)\blint|format|\bfmt\b|style|clippy|eslint|prettier|ruff|flake8|mypy|pyright|audit|\bcheck[: -]|pre-commit|analy[sz]e|\btidy|credo|dialy[xz]|detekt|spotless|vulncheck|vulture|phpstan|psalm|phpcs|php-cs|rubocop|standardrb|\bxo\b|lychee|\blinks?\b|markdown|\bvale\b|spell|typos|shellcheck|hadolint|bandit|semgrep|codeql|trivy|snyk|gitleaks|checkov|tfsec|sonar|quality|\bscan|\bbuf\b|cargo deny|licen[sc]e|validate|staticcheck|dependency-review|knip|danger",
    ),
    (
        Category::TestFailure,
        r"(?i)\btests?\b|test[:_]|\bspecs?\b|pytest|jest|vitest|mocha|karma|e2e|cypress|playwright|wdio|testcafe|newman|\bk6\b|nightwatch|cucumber|behave|\brobot\b|lhci|selenium|coverage|smoke|\bverify\b|ctest|rspec|phpunit|\bpest\b|tox\b|nox\b|check$",
    ),
    (
        Category::CompileError,
        r"(?i)\bbuild\b|compile|\bmake\b|cmake|xcodebuild|msbuild|\btsc\b|webpack|\bvite\b|assemble|latex|bundle$|\bng \b|archive",
    ),
    (
        Category::MissingDependency,
        r"(?i)\binstall\b|restore|composer|deps\.get|npm ci|\bbundle\b|poetry|\bpip\b|dependenc|\bsync\b|set ?up",
    ),
    (Category::Service, r"(?i)deploy|helm|kubectl|rollout|terraform apply|publish|release|upload"),
    (Category::GitState, r"(?i)\bgit\b|\bmerge\b|\bpush\b|\bcommit\b|\brebase\b|\btag\b"),
];

type Sounds = Vec<(Category, Regex)>;

fn prepared(sounds: &[(Category, &str)]) -> Sounds {
    sounds.iter().filter_map(|(category, pattern)| Some((*category, Regex::new(pattern).ok()?))).collect()
}

static LINES: LazyLock<Sounds> = LazyLock::new(|| prepared(&SOUNDS));
static NAMES: LazyLock<Sounds> = LazyLock::new(|| prepared(&STEPS));

/// What an exception of any language looks like.
static EXCEPTION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^(?:E\s+)?(?:\w+[.:$]+)*[A-Z]?\w*(?:Error|Exception)\b").ok());

/// The category that a line sounds like; where it sounds like none, the one that its step's name and script suggest.
pub(super) fn sounds_like(line: &str, step: Option<&Step>) -> Category {
    let first = |sounds: &Sounds, text: &str| sounds.iter().find(|(_, pattern)| pattern.is_match(text)).map(|(category, _)| *category);
    let of_step = || {
        let step = step?;
        let title = step.echoes.last().map(|echo| echo.title.as_str());
        step.name.as_deref().into_iter().chain(title).find_map(|name| first(&NAMES, name))
    };
    match first(&LINES, line.trim()) {
        // Whatever an exception says of the program: raised in a test, it is that test's failure.
        Some(category) if is_of_a_program(category) && is_exception(line) && of_step() == Some(Category::TestFailure) => {
            Category::TestFailure
        }
        Some(category) => category,
        None => of_step().unwrap_or(Category::Other),
    }
}

fn is_exception(line: &str) -> bool {
    EXCEPTION.as_ref().is_some_and(|pattern| pattern.is_match(line.trim_start()))
}

/// Whether a category speaks of a program's own code or set-up, and not of what is around it.
const fn is_of_a_program(category: Category) -> bool {
    matches!(
        category,
        Category::Configuration
            | Category::CompileError
            | Category::Service
            | Category::Deprecated
            | Category::GitState
            | Category::ToolchainVersion
            | Category::LintFailure
            | Category::Timeout
    )
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
