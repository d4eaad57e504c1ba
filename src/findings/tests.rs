use std::ops::Range;

use proptest::prelude::*;

use super::*;
use crate::archive::SourceKind;
use crate::transcript::{Annotation, Conclusion, Echo, Job, JobFacts, RunFacts, Step, StepKind};

fn step(lines: Range<usize>) -> Step {
    Step { number: None, name: None, kind: StepKind::Main, echoes: Vec::new(), lines, conclusion: None, failed: true }
}

fn job(log: &str) -> Job {
    let text = LogText::plain("log", log);
    let steps = vec![step(0..text.len())];
    let facts = JobFacts::default();
    Job { name: "build".into(), url: None, id: None, conclusion: None, facts, text, steps, annotations: Vec::new() }
}

fn transcript(jobs: Vec<Job>) -> Transcript {
    Transcript { kind: SourceKind::Log, run: RunFacts::default(), jobs, annotations: Vec::new(), problems: Vec::new() }
}

/// A rule set of one rule whose `detect` holds these lines.
fn rule(detect: &str) -> RuleSet {
    let detect: String = detect.lines().map(|line| format!("  {}\n", line.trim())).collect();
    let text = format!(
        "summary: S\nexplanation: E\ncategory: other\ndetect:\n  rank: cause\n{detect}examples: [{{ name: a, log: b }}]\nnear-misses: [{{ name: a, log: b }}]\n"
    );
    match RuleSet::parse([("probe.yml", text.as_str())]) {
        Ok(rules) => rules,
        Err(wrong) => panic!("{wrong:?}"),
    }
}

fn found(rules: &RuleSet, transcript: &Transcript) -> Vec<Finding> {
    let fast = find(transcript, rules, &Fingerprints::new(rules), &Circumstances::default());
    assert_eq!(fast, find(transcript, rules, &EveryLine, &Circumstances::default()));
    fast
}

/// The lines on which the one rule fires in a log.
fn lines(detect: &str, log: &str) -> Vec<usize> {
    let found = found(&rule(detect), &transcript(vec![job(log)]));
    found.into_iter().filter_map(|finding| if let Place::Line { line, .. } = finding.place { Some(line) } else { None }).collect()
}

#[test]
fn the_first_match_counts_or_the_last_where_the_rule_says_so() {
    let log = "x\ngadget broke\ny\ngadget broke\n";
    assert_eq!(lines("line: 'gadget broke'", log), [1]);
    assert_eq!(lines("line: 'gadget broke'\npick: last", log), [3]);
}

#[test]
fn an_exception_lets_a_later_match_count() {
    assert_eq!(lines("line: '^gadget (\\w+)'\nexcept: ['green', 'blue']", "gadget green\ngadget blue\ngadget red\n"), [2]);
}

#[test]
fn neighbours_are_sought_within_reach_only() {
    let above = "line: 'gadget broke'\nabove: 'opening (?P<what>\\w+)'\nwithin: 2";
    assert_eq!(lines(above, "opening door\n1\ngadget broke\n"), [2]);
    assert!(lines(above, "opening door\n1\n2\ngadget broke\n").is_empty());
    let below = "line: 'gadget broke'\nbelow: 'closing'\nwithin: 1";
    assert_eq!(lines(below, "gadget broke\nclosing\n"), [0]);
    assert!(lines(below, "closing\ngadget broke\n\nclosing\n").is_empty());
    let not_near = "line: 'gadget broke'\nnot-near: 'repaired'\nwithin: 1";
    assert_eq!(lines(not_near, "gadget broke\nrepaired\n1\n2\ngadget broke\n"), [4]);
}

#[test]
fn neighbours_catch_names_too() {
    let rules = rule("line: 'gadget (?P<state>\\w+)'\nabove: 'opening (?P<what>\\w+)'");
    let findings = found(&rules, &transcript(vec![job("opening first\nopening second\ngadget broke\n")]));
    let captures: Vec<(&str, &str)> = findings.iter().flat_map(|f| f.captures.iter()).map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(captures, [("state", "broke"), ("what", "second")]);
}

#[test]
fn exit_code_and_system_count_as_holding_where_they_are_not_known() {
    let detect = "line: 'gadget broke'\nexit: [127]\nos: linux";
    assert_eq!(lines(detect, "gadget broke\n"), [0]);
    assert_eq!(lines(detect, "gadget broke\nError: Process completed with exit code 127.\n"), [0]);
    assert!(lines(detect, "gadget broke\nError: Process completed with exit code 1.\n").is_empty());
    let mut windows = job("gadget broke\n");
    windows.facts.os = Some(crate::text::OperatingSystem::Windows);
    assert!(found(&rule(detect), &transcript(vec![windows])).is_empty());
}

#[test]
fn the_action_and_the_shell_are_those_of_the_step() {
    let rules = rule("line: 'gadget broke'\nuses: '^actions/setup-node@'\nshell: '^bash'");
    let with = |uses: &str, shell: &str| {
        let mut job = job("gadget broke\n");
        let echo = |uses: Option<&str>, shell: Option<&str>| Echo {
            title: String::new(),
            script: None,
            uses: uses.map(str::to_owned),
            with: Vec::new(),
            env: Vec::new(),
            shell: shell.map(str::to_owned),
            lines: 0..0,
        };
        job.steps[0].echoes = vec![echo(Some(uses), None), echo(None, Some(shell))];
        found(&rules, &transcript(vec![job])).len()
    };
    assert_eq!(with("actions/setup-node@v4", "bash -e {0}"), 1);
    assert_eq!(with("actions/setup-go@v5", "bash -e {0}"), 0);
    assert_eq!(with("actions/setup-node@v4", "pwsh"), 0);
}

#[test]
fn a_job_that_was_cancelled_at_its_limit_ran_into_it() {
    let rules = rule("line: '^The operation was canceled\\.'\nwhen: [job-ran-into-its-limit]\npick: last");
    let ran = |seconds: i64, limit: Limit| {
        let mut job = job("The operation was canceled.\n");
        job.facts.started_at = Some(crate::text::Timestamp::from_seconds(1000));
        job.facts.completed_at = Some(crate::text::Timestamp::from_seconds(1000 + seconds));
        find(&transcript(vec![job]), &rules, &EveryLine, &Circumstances { limits: vec![limit] }).len()
    };
    assert_eq!(ran(602, Limit::Minutes(10)), 1);
    assert_eq!(ran(402, Limit::Minutes(10)), 0);
    assert_eq!(ran(21_605, Limit::Default), 1);
}

#[test]
fn the_trigger_is_untrusted_for_forks_and_without_secrets() {
    let rules = rule("line: 'gadget broke'\nwhen: [untrusted-trigger]");
    let mut fork = transcript(vec![job("gadget broke\n")]);
    assert!(found(&rules, &fork).is_empty());
    fork.run.event = Some("pull_request".into());
    fork.run.repository = Some("a/b".into());
    fork.run.head_repository = Some("c/b".into());
    assert_eq!(found(&rules, &fork).len(), 1);
    let mut dependabot = transcript(vec![job("gadget broke\n")]);
    dependabot.jobs[0].facts.secret_source = Some("Dependabot".into());
    assert_eq!(found(&rules, &dependabot).len(), 1);
}

#[test]
fn annotations_are_lines_too() {
    let rules = rule("line: 'gadget (?P<state>\\w+)'");
    let mut with = transcript(vec![job("quiet\n")]);
    let annotation = |level, message: &str| Annotation {
        path: None,
        line: None,
        level,
        title: None,
        message: message.into(),
        source: "annotations/1.json".into(),
    };
    with.jobs[0].annotations =
        vec![annotation(AnnotationLevel::Warning, "gadget warned"), annotation(AnnotationLevel::Failure, "x\ngadget broke")];
    let findings = found(&rules, &with);
    assert_eq!(
        findings.iter().map(|finding| finding.place).collect::<Vec<_>>(),
        [Place::Annotation { job: Some(0), annotation: 1, line: 1 }]
    );
}

#[test]
fn a_job_that_nothing_calls_failed_is_believed_only_the_runners_last_words() {
    let mut green = transcript(vec![job("gadget broke\n")]);
    green.jobs[0].steps[0].failed = false;
    assert!(found(&rule("line: 'gadget broke'"), &green).is_empty());
    assert_eq!(found(&rule("line: 'gadget broke'\npick: last"), &green).len(), 1);
    green.jobs[0].conclusion = Some(Conclusion::Success);
    assert!(found(&rule("line: 'gadget broke'\npick: last"), &green).is_empty());
}

#[test]
fn the_exit_code_is_the_runners_word() {
    let text = LogText::plain("log", "exited with exit code 9\nError: Process completed with exit code 2.\nPost job cleanup.\n");
    assert_eq!(exit_code(&text, 0..text.len()), Some(2));
    assert_eq!(exit_code(&text, 0..1), None);
}

#[test]
fn a_very_long_line_full_of_required_texts_is_tried_once() {
    let log = "gadget brok gadget ".repeat(100_000);
    assert!(lines("line: 'gadget broke'", &log).is_empty());
    assert!(lines("line: 'gadget .* never$'", &log).is_empty());
}

/// Texts made of pieces of the catalogue's examples, cut and joined at any place.
fn pieces() -> impl Strategy<Value = String> {
    let rules = RuleSet::builtin();
    let mut lines: Vec<String> =
        rules.iter().flat_map(|rule| rule.examples.iter()).flat_map(|example| example.log.lines()).map(str::to_owned).collect();
    lines.extend(rules.all_literals().map(|(_, _, literal)| literal.text.to_uppercase()));
    lines.extend(rules.all_literals().map(|(_, _, literal)| literal.text.to_string()));
    lines.push("ünï\u{2028}code ✗".to_owned());
    let piece = (proptest::sample::select(lines), 0_usize..40, prop_oneof!["\n", " ", "x", ""]).prop_map(|(line, cut, glue)| {
        let cut = line.floor_char_boundary(cut.saturating_sub(20));
        format!("{}{glue}", &line[cut..])
    });
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_fast_search_finds_what_the_plain_one_finds(log in pieces(), start in 0_usize..3) {
        let mut job = job(&log);
        let end = job.text.len();
        job.steps = vec![step(start.min(end)..end)];
        found(RuleSet::builtin(), &transcript(vec![job]));
    }

    #[test]
    fn folded_and_short_texts_are_found_at_every_place(before in "[a-z]{0,9}", upper in any::<bool>(), after in ".{0,9}") {
        let rules = rule("line: ['(?i)gadget', 'spro[ck]ets and', 'five5']");
        let word = if upper { "GADget" } else { "five5" };
        let log = format!("{before}{word}{after}\n");
        prop_assert_eq!(found(&rules, &transcript(vec![job(&log)])).len(), 1);
    }
}
