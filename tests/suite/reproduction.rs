//! Failures that real tools make here: reproduced to the same fingerprint, patched, and cured. And scripts that do not behave.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::support::git::{Repo, scrub};
use super::support::program::{Program, Said};

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// A failure: a script, how it is started, and the repository around it.
struct Failing {
    name: &'static str,
    script: &'static str,
    /// `bash`, `sh`, `python`, or nothing for the default.
    shell: Option<&'static str>,
    files: &'static [(&'static str, &'static str)],
    /// More lines of the step.
    more: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One commit, checked out.
    Usual,
    /// No step checks out.
    NoCheckout,
    /// Two commits, the first with a tag; the run has the last one alone.
    Shallow,
}

const fn failing(
    name: &'static str,
    shell: Option<&'static str>,
    script: &'static str,
    files: &'static [(&'static str, &'static str)],
) -> Failing {
    Failing { name, script, shell, files, more: "", kind: Kind::Usual }
}

/// What is to be cured; `+x` behind a name gives the run bit.
fn all() -> Vec<Failing> {
    vec![
        failing("a script without the run bit", None, "./build.sh", &[("build.sh", "#!/bin/sh\necho built\n")]),
        failing("the same in sh", Some("sh"), "./tools/check", &[("tools/check", "#!/bin/sh\necho checked\n")]),
        failing("a script that lies elsewhere", None, "bash ci/test.sh", &[("scripts/ci/test.sh", "echo tested\n")]),
        failing("the same in sh, by its path", Some("sh"), "./run-tests.sh", &[("scripts/run-tests.sh+x", "#!/bin/sh\necho tested\n")]),
        failing("a text that lies elsewhere", Some("bash"), "cat VERSION.txt | tr -d '\\n'", &[("docs/VERSION.txt", "1.2.3\n")]),
        failing("a word sought in a file that lies elsewhere", None, "grep -q name package.cfg", &[("config/package.cfg", "name\n")]),
        failing("a file to be edited that lies elsewhere", Some("sh"), "sed -i 's/a/b/' notes.txt", &[("docs/notes.txt", "a\n")]),
        failing(
            "settings that Python opens",
            Some("python"),
            "import json\nprint(json.load(open(\"settings.json\"))[\"name\"])",
            &[("config/settings.json", "{\"name\": \"app\"}\n")],
        ),
        failing(
            "data that Python reads line by line",
            Some("python"),
            "with open(\"cities.csv\") as cities:\n    for city in cities:\n        print(city.strip())",
            &[("data/cities.csv", "Bern\nOslo\n")],
        ),
        failing("a Python program that lies elsewhere", None, "python3 report.py", &[("tools/report.py", "print('fine')\n")]),
        failing("double brackets in sh", Some("sh"), "[[ -f a.txt ]]\necho there", &[("a.txt", "a\n")]),
        failing("source in sh", Some("sh"), "source ./env.sh\necho \"$NAME\"", &[("env.sh", "NAME=app\n")]),
        failing(
            "a commit without an identity",
            None,
            "git config user.useConfigOnly true\necho x > x.txt\ngit add x.txt\ngit commit -m 'Add x'",
            &[("a.txt", "a\n")],
        ),
        Failing { kind: Kind::NoCheckout, ..failing("git without a checkout", None, "git status", &[("a.txt", "a\n")]) },
        Failing { kind: Kind::Shallow, ..failing("the commit before", None, "git log --oneline HEAD~1..HEAD", &[("a.txt", "a\n")]) },
        Failing { kind: Kind::Shallow, ..failing("a tag of the history", Some("bash"), "git describe --tags", &[("a.txt", "a\n")]) },
        Failing {
            more: "        working-directory: site\n",
            ..failing("a folder that lies elsewhere", None, "sh build.sh", &[("packages/site/build.sh", "echo built\n")])
        },
    ]
}

impl Failing {
    fn workflow(&self) -> String {
        let checkout = if self.kind == Kind::NoCheckout { "" } else { "      - uses: actions/checkout@v7\n" };
        let script: String = self.script.lines().map(|line| format!("          {line}\n")).collect();
        let shell = self.shell.map(|shell| format!("        shell: {shell}\n")).unwrap_or_default();
        let more = self.more;
        format!(
            "name: CI\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n{checkout}      - name: Do it\n        run: |\n{script}{shell}{more}"
        )
    }

    fn repository(&self) -> Repo {
        let repo = Repo::new();
        repo.file(WORKFLOW, self.workflow());
        for (name, text) in self.files {
            match name.strip_suffix("+x") {
                Some(name) => drop(repo.entry("100755", name, text)),
                None => drop(repo.file(name, text)),
            }
        }
        repo.commit("base");
        if self.kind == Kind::Shallow {
            repo.git(&["tag", "v1"]);
            repo.file("b.txt", "b\n");
            repo.commit("two");
        }
        repo
    }

    fn command(&self) -> (&'static str, &'static [&'static str]) {
        match self.shell {
            None => ("bash", &["-e"]),
            Some("bash") => ("bash", &["--noprofile", "--norc", "-eo", "pipefail"]),
            Some("sh") => ("sh", &["-e"]),
            _ => ("python3", &[]),
        }
    }

    /// The log of a run: the script is really run, in folders like the runner's. Nothing when it passes here.
    fn log(&self, repo: &Repo) -> Option<String> {
        let work = repo.beside("run/work");
        let (space, temp) = (work.join("app/app"), work.join("_temp"));
        fs::create_dir_all(&temp).unwrap();
        fs::create_dir_all(space.parent().unwrap()).unwrap();
        match self.kind {
            Kind::NoCheckout => fs::create_dir_all(&space).unwrap(),
            _ => drop(repo.git(&[
                "clone",
                "--quiet",
                "--depth=1",
                "--no-tags",
                &format!("file://{}", repo.path().display()),
                space.to_str().unwrap(),
            ])),
        }
        let ending = if self.shell == Some("python") { "py" } else { "sh" };
        let file = temp.join(format!("0f5d9a4e-6d0c-4b6e-8a43-7a5c0f6d2f11.{ending}"));
        fs::write(&file, format!("{}\n", self.script)).unwrap();
        let (program, flags) = self.command();
        let shown = if program == "python3" { "/usr/bin/python".to_owned() } else { format!("/usr/bin/{program}") };
        let folder = self.more.trim().strip_prefix("working-directory: ").map_or_else(|| space.clone(), |inside| space.join(inside));
        let (lines, ended) = if folder.is_dir() {
            let home = repo.beside("run/home");
            fs::create_dir_all(&home).unwrap();
            let said = run_merged(Command::new(program).args(flags).arg(&file).current_dir(&folder), &home, repo);
            (said.0, Some(said.1))
        } else {
            let words = format!(
                "##[error]An error occurred trying to start process '{shown}' with working directory '{}'. No such file or directory",
                folder.display()
            );
            (vec![words], None)
        };
        if ended == Some(0) {
            return None;
        }
        let there = |line: &String| line.replace(work.to_str().unwrap(), "/home/runner/work");
        Some(self.framed(&shown, flags, lines.iter().map(there), ended))
    }

    fn framed(&self, shown: &str, flags: &[&str], lines: impl Iterator<Item = String>, ended: Option<i32>) -> String {
        let mut out: Vec<String> = [
            "Current runner version: '2.336.0'",
            "Job defined at: octo-org/app/.github/workflows/ci.yml@refs/heads/main",
            "Complete job name: test",
        ]
        .map(str::to_owned)
        .to_vec();
        if self.kind != Kind::NoCheckout {
            out.extend(["##[group]Run actions/checkout@v7", "with:", "  fetch-depth: 1", "##[endgroup]"].map(str::to_owned));
        }
        out.push(format!("##[group]Run {}", self.script.lines().next().unwrap()));
        out.extend(self.script.lines().map(|line| format!("\u{1b}[36;1m{line}\u{1b}[0m")));
        let flags: String = flags.iter().map(|flag| format!(" {flag}")).collect();
        out.push(format!("shell: {shown}{flags} {{0}}"));
        out.push("##[endgroup]".to_owned());
        out.extend(lines);
        out.extend(ended.map(|code| format!("##[error]Process completed with exit code {code}.")));
        out.push("Cleaning up orphan processes".to_owned());
        out.iter().enumerate().map(|(at, line)| format!("2026-10-01T10:{:02}:{:02}.1234567Z {line}\n", at / 60, at % 60)).collect()
    }
}

/// Standard output and error as they come, and the exit code.
fn run_merged(command: &mut Command, home: &Path, repo: &Repo) -> (Vec<String>, i32) {
    scrub(command, home);
    let output = repo.beside("run/output");
    let file = fs::File::create(&output).unwrap();
    let status = command
        .env("LANG", "C.UTF-8")
        .env("GIT_CEILING_DIRECTORIES", repo.beside(""))
        .envs(pyenv())
        .stdin(Stdio::null())
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .status()
        .unwrap();
    (fs::read_to_string(output).unwrap().lines().map(str::to_owned).collect(), status.code().unwrap())
}

/// Where python3 is a shim, it finds its versions below a home that tests do not have.
fn pyenv() -> Option<(&'static str, PathBuf)> {
    let root =
        std::env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")))?;
    root.is_dir().then_some(("PYENV_ROOT", root))
}

fn program(words: &[&str], log: &Path, repo: &Repo) -> Program {
    let program = Program::new(words).arg(log).arg("--repo").arg(repo.path());
    match pyenv() {
        Some((name, value)) => program.env(name, value),
        None => program,
    }
}

#[test]
fn failures_of_real_tools_are_reproduced_patched_and_cured() {
    let mut cured = 0;
    let mut shells = std::collections::BTreeSet::new();
    for failing in all() {
        let repo = failing.repository();
        let Some(text) = failing.log(&repo) else {
            eprintln!("skipped: {}: it passes here", failing.name);
            continue;
        };
        let log = repo.beside("log.txt");
        fs::write(&log, text).unwrap();
        let before = repo.git(&["status", "--porcelain", "--ignored"]);
        let healed = program(&["heal", "--dry-run", "--allow", "needs-review", "--verify", "--json"], &log, &repo).run().ends(0).json();
        let failure = &healed["failures"][0];
        assert_eq!(failure["verified"]["words"], "reproduced here, cured here", "{}: {healed}", failing.name);
        assert_eq!(failure["verified"]["cured"], true);
        let again = program(&["reproduce", "--run", "--json"], &log, &repo).arg("-o").arg(repo.beside("out")).run().ends(0).json();
        assert_eq!(again["run"]["verdict"], "same-cause", "{}: {again}", failing.name);
        assert_eq!(again["fingerprint"], failure["fingerprint"], "{}", failing.name);
        assert_eq!(repo.git(&["status", "--porcelain", "--ignored"]), before, "{}: the checkout is touched", failing.name);
        shells.insert(failing.command().0);
        cured += 1;
    }
    assert!(cured >= 12, "only {cured} were cured");
    assert_eq!(shells.into_iter().collect::<Vec<_>>(), ["bash", "python3", "sh"]);
}

/// A repository and a log whose failed step runs this script; `env` are lines of its echo.
fn odd(script: &str, env: &str) -> (Repo, PathBuf) {
    let repo = Repo::new();
    let body: String = script.lines().map(|line| format!("          {line}\n")).collect();
    repo.file(WORKFLOW, format!("name: CI\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v7\n      - run: |\n{body}"));
    repo.commit("base");
    let first = script.lines().next().unwrap();
    let mut lines =
        vec!["Current runner version: '2.336.0'".to_owned(), "Complete job name: test".to_owned(), format!("##[group]Run {first}")];
    lines.extend(script.lines().map(|line| format!("\u{1b}[36;1m{line}\u{1b}[0m")));
    lines.push("shell: /usr/bin/bash -e {0}".to_owned());
    lines.extend(env.lines().map(str::to_owned));
    lines.extend(
        ["##[endgroup]", "cat: gone.txt: No such file or directory", "##[error]Process completed with exit code 1."].map(str::to_owned),
    );
    let log = repo.beside("log.txt");
    fs::write(&log, lines.iter().enumerate().map(|(at, line)| format!("2026-10-01T10:00:{at:02}.1234567Z {line}\n")).collect::<String>())
        .unwrap();
    (repo, log)
}

fn reproduced(script: &str, flags: &[&str]) -> (Repo, Said) {
    let (repo, log) = odd(script, "");
    let said = program(&["reproduce", "--run", "--json"], &log, &repo).arg("-o").arg(repo.beside("out")).args(flags).run().ends(0);
    (repo, said)
}

/// Whether some process has this word on its command line.
fn runs(word: &str) -> bool {
    let own = std::process::id().to_string();
    let entries = fs::read_dir("/proc").unwrap().flatten().filter(|entry| entry.file_name().to_str() != Some(&own));
    entries
        .into_iter()
        .any(|entry| fs::read_to_string(entry.path().join("cmdline")).is_ok_and(|line| line.split('\0').any(|part| part == word)))
}

#[test]
fn a_script_that_hangs_is_stopped() {
    let (_repo, said) = reproduced("echo waiting\nsleep 31001", &["--timeout", "1s"]);
    assert_eq!(said.json()["run"]["verdict"], "stopped", "{said:?}");
    assert!(said.err.contains("waiting"), "{said:?}");
    assert!(!runs("31001"));
}

#[test]
fn a_script_that_forks_leaves_nothing_running() {
    let daemons = "(setsid sleep 31002 &) \nsetsid bash -c 'trap \"\" TERM HUP; env -i setsid sleep 31003 & sleep 31004' > /dev/null 2>&1 &\nnohup sleep 31005 > /dev/null 2>&1 &\nsleep 0.3\ncat gone.txt";
    let (_repo, said) = reproduced(daemons, &["--timeout", "20s"]);
    assert_eq!(said.json()["run"]["verdict"], "same-cause", "{said:?}");
    for word in ["31002", "31003", "31004", "31005"] {
        assert!(!runs(word), "{word} still runs");
    }
}

#[test]
fn a_script_that_floods_is_stopped() {
    let (_repo, said) = reproduced("head -c 300000000 /dev/zero | tr '\\0' 'x' | fold -w 100\nsleep 31006", &["--timeout", "60s"]);
    assert_eq!(said.json()["run"]["verdict"], "stopped", "{}", said.out);
    assert!(said.err.len() < 64 << 20);
}

#[test]
fn no_token_and_no_secret_gets_into_the_folder_or_the_script() {
    let token = format!("ghp_{}", "a1".repeat(18));
    let script = format!("echo \"$GH_TOKEN\" {token}\nenv\ncat ~/.netrc gone.txt");
    let (repo, log) = odd(&script, &format!("env:\n  API_KEY: ***\n  LEAKED: {token}\n  PLAIN: a b"));
    let out = repo.beside("out");
    let home = repo.beside("me");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join(".netrc"), "machine example.org password hunter22").unwrap();
    let said = program(&["reproduce", "--run"], &log, &repo)
        .arg("-o")
        .arg(&out)
        .env("HOME", &home)
        .env("GH_TOKEN", "own-token-of-the-user")
        .env("AWS_SECRET_ACCESS_KEY", "own-key-of-the-user")
        .run()
        .ends(0);
    for word in [token.as_str(), "own-token-of-the-user", "own-key-of-the-user", "hunter22"] {
        assert!(!said.err.contains(word) && !said.out.contains(word), "{word}: {said:?}");
        assert!(!holds(&out, word), "{word} is in the folder");
    }
    assert!(said.err.contains("API_KEY=placeholder-for-API_KEY") && said.err.contains("LEAKED=placeholder-for-LEAKED"), "{said:?}");
    assert!(said.err.contains("PLAIN=a b") && said.err.contains("GITHUB_ACTIONS=true"), "{said:?}");
}

fn holds(folder: &Path, word: &str) -> bool {
    fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            !path.ends_with(".git") && !path.ends_with(".github") && holds(&path, word)
        } else {
            fs::read(path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(word))
        }
    })
}

#[test]
fn it_is_only_written_unless_somebody_says_run() {
    let (repo, log) = odd("touch made.txt\ncat gone.txt", "");
    let out = repo.beside("out");
    let said = program(&["reproduce"], &log, &repo).arg("-o").arg(&out).run().ends(0);
    assert!(said.out.contains("cat gone.txt") && said.out.contains("Run it: sh "), "{said:?}");
    assert!(!out.join("work/checkout/checkout/made.txt").exists() && !out.join("work/app/app/made.txt").exists());
    let run = Command::new("sh").arg(out.join("run.sh")).output().unwrap();
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert!(String::from_utf8_lossy(&run.stderr).contains("gone.txt: No such file"), "{run:?}");
    program(&["reproduce"], &log, &repo).arg("-o").arg(&out).run().ends(1).complains("is there already");
}

#[test]
fn a_failure_of_an_action_or_of_another_system_is_refused_in_words() {
    let (repo, log) = odd("cat gone.txt", "");
    let text = fs::read_to_string(&log).unwrap();
    let action =
        text.replace("##[group]Run cat gone.txt", "##[group]Run octo-org/deploy@v1").replace("\u{1b}[36;1mcat gone.txt\u{1b}[0m", "with:");
    fs::write(&log, action.replace("shell: /usr/bin/bash -e {0}", "  path: x")).unwrap();
    program(&["reproduce"], &log, &repo).run().ends(1).complains("octo-org/deploy@v1");
}

#[test]
fn the_checkout_has_modes_and_links_and_keeps_to_itself() {
    let (repo, log) = odd("ls -l run.sh inside; ls data; cat gone.txt", "");
    repo.entry("100755", "run.sh", "#!/bin/sh\n").entry("120000", "inside", "run.sh").entry("120000", "outside", "/etc/passwd");
    repo.file("data/a b.txt", "x");
    repo.commit("links");
    let out = repo.beside("out");
    let said = program(&["reproduce", "--run", "--json"], &log, &repo).arg("-o").arg(&out).run().ends(0).json();
    assert_eq!(said["run"]["verdict"], "same-cause", "{said}");
    let space =
        ["work/app/app", "work/checkout/checkout"].iter().map(|path| out.join(path)).find(|path| path.join("run.sh").exists()).unwrap();
    assert_eq!(fs::metadata(space.join("run.sh")).unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(fs::read_link(space.join("inside")).unwrap(), Path::new("run.sh"));
    assert!(fs::symlink_metadata(space.join("outside")).is_err());
    assert_eq!(fs::read_to_string(space.join("data/a b.txt")).unwrap(), "x");
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        scrub(&mut command, &out.join("home"));
        String::from_utf8(command.arg("-C").arg(&space).args(arguments).output().unwrap().stdout).unwrap()
    };
    assert_eq!(git(&["rev-parse", "HEAD"]).trim(), repo.git(&["rev-parse", "HEAD"]));
    assert_eq!(git(&["status", "--porcelain"]).trim(), "D outside");
}

#[test]
fn earlier_scripts_run_first_when_asked_for_and_leave_their_variables() {
    let repo = Repo::new();
    repo.file(WORKFLOW, "name: CI\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          echo \"GREETING=hello\" >> \"$GITHUB_ENV\"\n          mkdir -p bin && printf '#!/bin/sh\\necho \"$GREETING\" from a tool\\n' > bin/tool && chmod +x bin/tool\n          echo \"$PWD/bin\" >> \"$GITHUB_PATH\"\n      - run: tool && cat gone.txt\n");
    repo.commit("base");
    let lines = [
        "Current runner version: '2.336.0'",
        "Complete job name: test",
        "##[group]Run echo \"GREETING=hello\" >> \"$GITHUB_ENV\"",
        "\u{1b}[36;1mecho \"GREETING=hello\" >> \"$GITHUB_ENV\"\u{1b}[0m",
        "\u{1b}[36;1mmkdir -p bin && printf '#!/bin/sh\\necho \"$GREETING\" from a tool\\n' > bin/tool && chmod +x bin/tool\u{1b}[0m",
        "\u{1b}[36;1mecho \"$PWD/bin\" >> \"$GITHUB_PATH\"\u{1b}[0m",
        "shell: /usr/bin/bash -e {0}",
        "##[endgroup]",
        "##[group]Run tool && cat gone.txt",
        "\u{1b}[36;1mtool && cat gone.txt\u{1b}[0m",
        "shell: /usr/bin/bash -e {0}",
        "env:",
        "  GREETING: hello",
        "##[endgroup]",
        "hello from a tool",
        "cat: gone.txt: No such file or directory",
        "##[error]Process completed with exit code 1.",
    ];
    let log = repo.beside("log.txt");
    fs::write(&log, lines.iter().enumerate().map(|(at, line)| format!("2026-10-01T10:00:{at:02}.1234567Z {line}\n")).collect::<String>())
        .unwrap();
    let alone = program(&["reproduce", "--run", "--json"], &log, &repo).arg("-o").arg(repo.beside("alone")).run().ends(0).json();
    assert_eq!(alone["run"]["verdict"], "fails-otherwise", "{alone}");
    let whole = program(&["reproduce", "--run", "--from-start", "--json"], &log, &repo).arg("-o").arg(repo.beside("whole")).run().ends(0);
    assert_eq!(whole.json()["run"]["verdict"], "same-cause", "{whole:?}");
    assert!(whole.err.contains("hello from a tool"), "{whole:?}");
}

#[test]
fn what_an_action_set_up_is_compared_with_what_is_here() {
    let (repo, log) = odd("true", "");
    let text = fs::read_to_string(&log).unwrap();
    let setup = "2026-10-01T10:00:01.2234567Z ##[group]Run actions/setup-python@v5\n2026-10-01T10:00:01.3234567Z with:\n\
                 2026-10-01T10:00:01.4234567Z   python-version: 2.6\n2026-10-01T10:00:01.5234567Z ##[endgroup]\n";
    fs::write(&log, text.replacen("2026-10-01T10:00:02", &format!("{setup}2026-10-01T10:00:02"), 1)).unwrap();
    let said = program(&["reproduce", "--run"], &log, &repo).arg("-o").arg(repo.beside("out")).run().ends(0);
    assert!(said.out.contains("! passes here") && said.out.contains("(python-version 2.6); here Python 3"), "{said:?}");
}

#[test]
fn a_step_that_passes_here_is_said_to_pass() {
    let (_repo, said) = reproduced("true", &[]);
    let document: Value = said.json();
    assert_eq!(document["run"]["verdict"], "passes");
    assert_eq!(document["run"]["words"], "passes here");
}
