use super::*;
use crate::archive::SourceKind;
use crate::findings::{Circumstances, EveryLine, find};
use crate::transcript::{Annotation, AnnotationLevel, Conclusion, Job, JobFacts, LogText, RunFacts, Step, StepKind};

/// Five rules: two causes, a symptom, a wrapper, the runner's last words.
fn rules() -> RuleSet {
    let rule = |category: &str, rank: &str, line: &str, rest: &str| {
        format!(
            "summary: S\nexplanation: E\ncategory: {category}\ndetect:\n  rank: {rank}\n  line: '{line}'\n{rest}examples: [{{ name: a, log: b }}]\nnear-misses: [{{ name: a, log: b }}]\n"
        )
    };
    let files = [
        ("gadget.yml", rule("missing-file", "cause", "gadget broke", "")),
        ("widget.yml", rule("network", "cause", "widget (?P<state>\\w+)", "")),
        ("greedy.yml", rule("network", "cause", "widget stuck", "  outranks: [widget]\n")),
        ("summary.yml", rule("test-failure", "symptom", "things failed", "")),
        ("frame.yml", rule("other", "wrapper", "Process completed with exit code", "  pick: last\n")),
        ("stopped.yml", rule("timeout", "cause", "has timed out", "  pick: last\n")),
    ];
    match RuleSet::parse(files.iter().map(|(name, text)| (*name, text.as_str()))) {
        Ok(rules) => rules,
        Err(wrong) => panic!("{wrong:?}"),
    }
}

fn job(name: &str, steps: &[(StepKind, &str)]) -> Job {
    let log: String = steps.iter().map(|(_, log)| format!("{log}\n")).collect();
    let mut start = 0;
    let steps = steps.iter().map(|(kind, log)| {
        let lines = start..start + log.lines().count();
        start = lines.end;
        Step { number: None, name: None, kind: *kind, echoes: Vec::new(), lines, conclusion: None, failed: true }
    });
    let steps = steps.collect();
    let text = LogText::plain(name, &log);
    Job { name: name.into(), url: None, id: None, conclusion: None, facts: JobFacts::default(), text, steps, annotations: Vec::new() }
}

fn transcript(jobs: Vec<Job>) -> Transcript {
    Transcript { kind: SourceKind::Log, run: RunFacts::default(), jobs, annotations: Vec::new(), problems: Vec::new() }
}

fn annotation(message: &str) -> Annotation {
    Annotation { path: None, line: None, level: AnnotationLevel::Failure, title: None, message: message.into(), source: "notes".into() }
}

/// For each diagnosis the rule (`-` for none) and the cause line.
fn told(transcript: &Transcript) -> Vec<String> {
    let rules = rules();
    let findings = find(transcript, &rules, &EveryLine, &Circumstances::default());
    let told = diagnose(transcript, &rules, &findings).into_iter().map(|diagnosis| {
        let cause = diagnosis.cause.map_or_else(|| "nothing".to_owned(), |cause| cause.text);
        format!("{}: {cause}", diagnosis.rule.as_deref().unwrap_or("-"))
    });
    told.collect()
}

fn of_step(log: &str) -> Vec<String> {
    told(&transcript(vec![job("a", &[(StepKind::Main, log)])]))
}

#[test]
fn a_cause_beats_a_symptom_and_a_symptom_a_frame() {
    assert_eq!(of_step("3 things failed\ngadget broke\nProcess completed with exit code 1."), ["gadget: gadget broke"]);
    assert_eq!(of_step("3 things failed\nProcess completed with exit code 1."), ["summary: 3 things failed"]);
    assert_eq!(of_step("Process completed with exit code 1."), ["-: Process completed with exit code 1."]);
}

#[test]
fn among_causes_the_first_tells_unless_the_runner_ended_it() {
    assert_eq!(of_step("gadget broke\nwidget lost"), ["gadget: gadget broke"]);
    assert_eq!(of_step("widget lost\ngadget broke"), ["widget: widget lost"]);
    assert_eq!(of_step("gadget broke\nThe action has timed out."), ["stopped: The action has timed out."]);
}

#[test]
fn a_rule_steps_back_where_it_is_outranked() {
    assert_eq!(of_step("widget lost\nwidget stuck"), ["greedy: widget stuck"]);
}

#[test]
fn a_line_that_looks_like_a_reason_beats_a_frame() {
    assert_eq!(of_step("error: no such colour: mauve\nProcess completed with exit code 1."), ["-: error: no such colour: mauve"]);
}

#[test]
fn steps_that_tidy_up_say_nothing_new() {
    let main = (StepKind::Main, "gadget broke");
    assert_eq!(told(&transcript(vec![job("a", &[main, (StepKind::Post, "widget lost")])])), ["gadget: gadget broke"]);
    assert_eq!(told(&transcript(vec![job("a", &[main, (StepKind::Main, "widget lost")])])).len(), 2);
    assert_eq!(told(&transcript(vec![job("a", &[(StepKind::Post, "widget lost")])])), ["widget: widget lost"]);
}

#[test]
fn a_job_cancelled_because_another_failed_is_no_failure() {
    let mut cancelled = job("b", &[(StepKind::Main, "The operation was canceled.")]);
    cancelled.conclusion = Some(Conclusion::Cancelled);
    let both = transcript(vec![cancelled, job("a", &[(StepKind::Main, "gadget broke")])]);
    assert_eq!(told(&both), ["gadget: gadget broke"]);
    let mut alone = job("b", &[(StepKind::Main, "The operation was canceled.")]);
    alone.conclusion = Some(Conclusion::Cancelled);
    assert_eq!(told(&transcript(vec![alone])), ["-: The operation was canceled."]);
}

#[test]
fn what_the_platform_noted_explains_a_step_that_nothing_better_explains() {
    let mut noted = job("a", &[(StepKind::Main, "Process completed with exit code 1.")]);
    noted.annotations = vec![annotation("Process completed with exit code 1."), annotation("The job has timed out")];
    assert_eq!(told(&transcript(vec![noted])), ["stopped: The job has timed out"]);
    let mut frame = job("a", &[(StepKind::Main, "gadget broke")]);
    frame.annotations = vec![annotation("Process completed with exit code 1.")];
    assert_eq!(told(&transcript(vec![frame])), ["gadget: gadget broke"]);
}

#[test]
fn an_annotation_of_the_run_is_a_failure_of_its_own() {
    let mut invalid = transcript(Vec::new());
    invalid.annotations = vec![annotation("You have an error in your yaml syntax on line 2"), annotation("more")];
    assert_eq!(told(&invalid), ["-: You have an error in your yaml syntax on line 2"]);
}

#[test]
fn causes_stand_first_and_causes_that_legs_share_before_others() {
    let jobs = [("a", "odd"), ("b", "3 things failed"), ("c", "gadget broke"), ("d", "widget lost"), ("e", "widget lost")];
    let jobs = jobs.map(|(name, log)| job(name, &[(StepKind::Main, log)])).into_iter().collect();
    let expected = ["widget: widget lost", "widget: widget lost", "gadget: gadget broke", "summary: 3 things failed", "-: odd"];
    assert_eq!(told(&transcript(jobs)), expected);
}

#[test]
fn an_unexplained_failure_is_in_doubt() {
    let transcript = transcript(vec![job("a", &[(StepKind::Main, "src/a.c:1:2: error: no\nProcess completed with exit code 4.")])]);
    let all = diagnose(&transcript, &rules(), &[]);
    assert!(all.iter().all(|d| d.confidence < 0.5 && d.rule.is_none() && d.exit_code == Some(4)), "{all:?}");
}
