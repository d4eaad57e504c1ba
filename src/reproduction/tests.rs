//! What is planned from a log, byte for byte where it matters.

use super::*;

#[test]
fn a_shell_is_read_as_the_log_prints_it() {
    let bash = Shell::of_log("/usr/bin/bash --noprofile --norc -e -o pipefail {0}").unwrap();
    assert_eq!((bash.program.as_str(), bash.spelled.as_str()), ("bash", "/usr/bin/bash"));
    assert_eq!(bash.arguments_for("/x/a b.sh"), ["--noprofile", "--norc", "-e", "-o", "pipefail", "/x/a b.sh"]);
    let pwsh = Shell::of_log("/usr/bin/pwsh -command \". '{0}'\"").unwrap();
    assert_eq!(pwsh.arguments, ["-command", ". '{0}'"]);
    assert_eq!(pwsh.ending(), "ps1");
    assert!(pwsh.dressed("x").starts_with("$ErrorActionPreference = 'stop'\nx\nif "));
    for wrong in ["", "bash -e", "   "] {
        assert_eq!(Shell::of_log(wrong), None, "{wrong}");
    }
}

#[test]
fn a_workflows_shell_has_the_runners_flags() {
    let shown = |key, in_container| Shell::of_workflow(key, in_container).map(|shell| shell.shown());
    assert_eq!(shown(None, false).unwrap(), "bash -e {0}");
    assert_eq!(shown(None, true).unwrap(), "sh -e {0}");
    assert_eq!(shown(Some("bash"), true).unwrap(), "bash --noprofile --norc -eo pipefail {0}");
    assert_eq!(shown(Some("python"), false).unwrap(), "python {0}");
    assert_eq!(shown(Some("perl {0}"), false).unwrap(), "perl {0}");
    assert_eq!(shown(Some("cmd"), false), None);
}

#[test]
fn folders_are_named_as_here_and_as_there() {
    let paths = Paths { root: "/tmp/r".to_owned(), in_container: false, name: "app".to_owned() };
    assert_eq!(paths.here("/home/runner/work/app/app/x:/home/runner/.cache"), "/tmp/r/work/app/app/x:/tmp/r/home/.cache");
    assert_eq!(paths.here("/home/runners /x/home/runner"), "/home/runners /x/home/runner");
    assert_eq!(paths.there("/tmp/r/work/_temp/a.sh: line 1"), "/home/runner/work/_temp/a.sh: line 1");
    let container = Paths { in_container: true, ..paths };
    assert_eq!(container.there(&container.here("/__w/app/app/x")), "/__w/app/app/x");
}

#[test]
fn a_verdict_reads_as_a_person_says_it() {
    let otherwise = Verdict::Otherwise { rule: Some("a".to_owned()), cause: Some(" x ".to_owned()) };
    assert_eq!(Verdict::SameCause.words(), "reproduced: same cause");
    assert_eq!(otherwise.words(), "fails otherwise: a: x");
    let cured = Verification { before: Verdict::SameCause, after: Some(Verdict::Passes) };
    assert!(cured.is_cured());
    assert_eq!(cured.words(), "reproduced here, cured here");
    let not = Verification { before: Verdict::Passes, after: None };
    assert_eq!(not.words(), "not verified: the step passes here");
}
