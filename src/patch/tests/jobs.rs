//! Limits, permissions, labels: what stands at a job.

use super::{refuses, turns, wish};

#[test]
fn a_limit_is_raised_and_keeps_its_comment() {
    let text =
        "jobs:\n  a:\n    runs-on: x\n    timeout-minutes: 10  # Too short!\n    steps:\n      - run: y\n        timeout-minutes: '5'\n";
    let job = wish("raise-timeout", &[("of", "job"), ("limit", "10")], 0);
    let made = job.made(text).expect("made");
    assert_eq!(made, text.replace("timeout-minutes: 10 ", "timeout-minutes: 60 "));
    let step = wish("raise-timeout", &[("of", "step"), ("limit", "5")], 0);
    assert_eq!(step.made(text).expect("made"), text.replace("'5'", "'10'"));
    refuses(&job, &text.replace(": 10 ", ": 60 "), "already");
    refuses(&wish("raise-timeout", &[("of", "job")], 0), &text.replace(": 10 ", ": 360 "), "as long as a hosted runner allows");
    refuses(&job, &text.replace(": 10 ", ": ${{ inputs.limit }} "), "no whole number");
    refuses(&job, "jobs:\n  a:\n    steps:\n      - run: y\n", "no limit of its own");
    refuses(&wish("raise-timeout", &[("of", "job"), ("minutes", "5")], 0), text, "already");
}

const JOB: &str = "on: push\njobs:\n  a:\n    runs-on: x # here\n    steps:\n      - uses: actions/checkout@v4\n";

#[test]
fn a_scope_is_added_at_the_job_and_keeps_what_it_had() {
    let issues = wish("add-permission", &[("scope", "issues")], 0);
    let own = |block: &str| JOB.replace("x # here\n", &format!("x # here\n{block}"));
    turns(&issues, JOB, &own("    permissions:\n      contents: read\n      issues: write\n"));
    turns(
        &issues,
        &own("    permissions:\n      packages: write # p\n"),
        &own("    permissions:\n      packages: write # p\n      issues: write\n"),
    );
    turns(&issues, &own("    permissions: {}\n"), &own("    permissions:\n      issues: write\n"));
    turns(&issues, &own("    permissions: {packages: read}\n"), &own("    permissions: {packages: read, issues: write}\n"));
    turns(&issues, &own("    permissions:\n      issues: read\n"), &own("    permissions:\n      issues: write\n"));
    let whole = JOB.replace("jobs:", "permissions:\n  contents: read\n  packages: write\njobs:");
    turns(
        &issues,
        &whole,
        &whole.replace("# here\n", "# here\n    permissions:\n      contents: read\n      packages: write\n      issues: write\n"),
    );
    refuses(&issues, &own("    permissions: write-all\n"), "already");
    refuses(&issues, &own("    permissions:\n      issues: write\n"), "already");
    refuses(&wish("add-permission", &[("scope", "issues"), ("access", "admin")], 0), JOB, "no permission");
}

#[test]
fn several_scopes_are_added_at_once() {
    let both = wish("add-permission", &[("scope", "contents id-token"), ("access", "read write")], 0);
    let own = |block: &str| JOB.replace("x # here\n", &format!("x # here\n{block}"));
    let whole = own("    permissions:\n      contents: read\n      id-token: write\n");
    turns(&both, JOB, &whole);
    turns(&both, &own("    permissions: {}\n"), &whole);
    turns(&both, &own("    permissions:\n      contents: read\n"), &whole);
    refuses(&both, &whole, "already");
    refuses(&wish("add-permission", &[("scope", "a b c"), ("access", "read write")], 0), JOB, "no permission");
}

#[test]
fn read_all_is_spelled_out() {
    let issues = wish("add-permission", &[("scope", "issues")], 0);
    let text = JOB.replace("# here\n", "# here\n    permissions: read-all\n");
    let made = issues.made(&text).expect("made");
    assert!(
        made.contains("    permissions:\n      actions: read\n")
            && made.contains("      issues: write\n")
            && made.contains("      statuses: read\n    steps:"),
        "{made}"
    );
}

#[test]
fn a_called_workflow_gets_the_scope_at_the_call() {
    let text = "jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    with:\n      k: v\n";
    let issues = wish("add-permission", &[("scope", "issues")], 0);
    turns(&issues, text, &text.replace("b.yml\n", "b.yml\n    permissions:\n      contents: read\n      issues: write\n"));
}

#[test]
fn a_label_is_replaced_wherever_it_is_one() {
    let text = "on: push\njobs:\n  a:\n    name: on ubuntu-20.04\n    runs-on: ${{ matrix.os }}\n    strategy:\n      matrix:\n        os: [ubuntu-20.04, \"ubuntu-20.04\", windows-2022]\n        include:\n          - os: ubuntu-20.04 # old\n            x: 1\n    steps:\n      - if: matrix.os == 'ubuntu-20.04'\n        run: echo ubuntu-20.04\n  b:\n    runs-on: 'ubuntu-20.04'\n    steps: [{run: x}]\n  c:\n    runs-on: ${{ fromJSON('[\"ubuntu-20.04\", \"x\"]')[0] }}\n    steps: [{run: x}]\n";
    let after = text
        .replace("[ubuntu-20.04, \"ubuntu-20.04\"", "[ubuntu-22.04, \"ubuntu-22.04\"")
        .replace("os: ubuntu-20.04 #", "os: ubuntu-22.04 #")
        .replace("== 'ubuntu-20.04'", "== 'ubuntu-22.04'")
        .replace("runs-on: 'ubuntu-20.04'", "runs-on: 'ubuntu-22.04'")
        .replace("[\"ubuntu-20.04\", \"x\"]", "[\"ubuntu-22.04\", \"x\"]");
    turns(&wish("replace-runner-label", &[("from", "ubuntu-20.04")], 0), text, &after);
    refuses(&wish("replace-runner-label", &[("from", "other")], 0), text, "no table");
}

#[test]
fn disk_space_is_freed_at_the_top_of_a_linux_job() {
    let text = JOB.replace("x # here", "ubuntu-latest");
    let free = "      - name: Free disk space\n        run: sudo rm -rf /usr/share/dotnet /usr/local/lib/android /opt/ghc\n";
    turns(&wish("free-disk-space", &[], 0), &text, &text.replace("      - uses", &format!("{free}      - uses")));
    refuses(&wish("free-disk-space", &[], 0), &text.replace("ubuntu-latest", "windows-2022"), "only a job on Linux");
}

#[test]
fn one_job_may_be_meant_and_a_leg_that_is_there_already_is_not_doubled() {
    let text = "jobs:\n  a:\n    runs-on: ubuntu-20.04\n    steps: [{run: x}]\n  b:\n    runs-on: ubuntu-20.04\n    steps: [{run: x}]\n";
    let one = wish("replace-runner-label", &[("from", "ubuntu-20.04"), ("of", "job")], 0);
    turns(&one, text, &text.replacen("20.04", "22.04", 1));
    let legs = "jobs:\n  a:\n    strategy:\n      matrix:\n        os: [ubuntu-20.04, ubuntu-22.04]\n        x:\n          - ubuntu-22.04\n          - ubuntu-20.04 # old\n    runs-on: ${{ matrix.os }}\n    steps: [{run: x}]\n";
    let after = legs.replace("[ubuntu-20.04, ", "[").replace("          - ubuntu-20.04 # old\n", "");
    turns(&wish("replace-runner-label", &[("from", "ubuntu-20.04")], 0), legs, &after);
}
