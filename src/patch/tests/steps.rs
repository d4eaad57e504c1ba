//! Keys, inputs and order of steps.

use super::{Permit, refuses, turns, wish};
use crate::repository::EntryKind;

const PLAIN: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4 # keep\n      # of b\n      - name: b\n        run: make\n";

#[test]
fn a_step_is_inserted_before_the_failed_one_and_its_comment() {
    let step = wish("insert-step", &[("step", "run: |\n  x\n  y\n")], 1);
    let after = PLAIN.replace("      # of b\n", "      - run: |\n          x\n          y\n      # of b\n");
    turns(&step, PLAIN, &after);
}

#[test]
fn a_step_is_inserted_at_the_top_and_behind() {
    let top = wish("insert-step", &[("step", "uses: o/a@v1"), ("at", "top")], 1);
    turns(&top, PLAIN, &PLAIN.replace("      - uses: actions", "      - uses: o/a@v1\n      - uses: actions"));
    let behind = wish("insert-step", &[("step", "uses: o/a@v1\nwith: {k: '1'}"), ("at", "behind")], 1);
    turns(&behind, PLAIN, &format!("{PLAIN}      - uses: o/a@v1\n        with:\n          k: '1'\n"));
    refuses(&wish("insert-step", &[("step", "name: nothing")], 1), PLAIN, "no step");
}

#[test]
fn blank_lines_between_steps_stay_a_habit() {
    let text = "jobs:\n  a:\n    steps:\n    - run: x\n\n    - run: |\n        y\n\n    # of z\n    - run: z\n";
    let step = wish("insert-step", &[("step", "run: new")], 2);
    turns(&step, text, &text.replace("    # of z", "    - run: new\n\n    # of z"));
    let behind = wish("insert-step", &[("step", "run: new"), ("at", "behind")], 2);
    turns(&behind, text, &format!("{text}\n    - run: new\n"));
}

#[test]
fn flow_steps_get_flow_steps() {
    let text = "jobs:\n  a:\n    steps: [{run: x}, {run: y}]\n";
    turns(&wish("insert-step", &[("step", "run: \"a, b\"")], 1), text, "jobs:\n  a:\n    steps: [{run: x}, { run: 'a, b' }, {run: y}]\n");
    turns(&wish("set-shell", &[("shell", "bash")], 1), text, "jobs:\n  a:\n    steps: [{run: x}, {run: y, shell: bash}]\n");
}

#[test]
fn shared_steps_are_left_alone() {
    let text = "jobs:\n  a:\n    steps: &s\n      - run: x\n  b:\n    steps: *s\n";
    refuses(&wish("set-shell", &[("shell", "bash")], 0), text, "shared");
    refuses(&wish("insert-step", &[("step", "run: y")], 0), text, "shared");
}

#[test]
fn inputs_are_set_where_with_is_there_empty_or_absent() {
    let deep = wish("set-with", &[("action", "actions/checkout"), ("key", "fetch-depth"), ("value", "0")], 1);
    let step = "      - uses: actions/checkout@v4 # keep\n";
    turns(&deep, PLAIN, &PLAIN.replace(step, &format!("{step}        with:\n          fetch-depth: 0\n")));
    let has = PLAIN.replace(step, &format!("{step}        with: # all\n          lfs: true # large\n          # fetch-depth: 1\n"));
    turns(&deep, &has, &has.replace("          # fetch-depth: 1\n", "          # fetch-depth: 1\n          fetch-depth: 0\n"));
    let one = has.replace("          # fetch", "          fetch");
    turns(&deep, &one, &one.replace("fetch-depth: 1", "fetch-depth: 0"));
    let empty = PLAIN.replace(step, &format!("{step}        with:\n"));
    turns(&deep, &empty, &empty.replace("with:\n", "with:\n          fetch-depth: 0\n"));
    let braces = PLAIN.replace(step, &format!("{step}        with: {{}}\n"));
    turns(&deep, &braces, &braces.replace("with: {}\n", "with:\n          fetch-depth: 0\n"));
    let flow = PLAIN.replace(step, &format!("{step}        with: {{ lfs: true, }}\n"));
    turns(&deep, &flow, &flow.replace("true,", "true, fetch-depth: 0,"));
    let set = PLAIN.replace(step, &format!("{step}        with:\n          fetch-depth: 0\n"));
    refuses(&deep, &set, "already");
}

#[test]
fn quotes_stay_when_a_value_changes() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: o/a@v1\n        with:\n          k: 'it''s' # c\n          l: \"x\"\n          m: {v: [x, y]}\n";
    turns(&wish("set-with", &[("key", "k"), ("value", "that's")], 0), text, &text.replace("it''s", "that''s"));
    turns(&wish("set-with", &[("key", "l"), ("value", "a\\b")], 0), text, &text.replace("\"x\"", "\"a\\\\b\""));
    turns(&wish("rename-input", &[("from", "k"), ("to", "kk")], 0), text, &text.replace("k: 'it", "kk: 'it"));
    turns(&wish("remove-input", &[("key", "k")], 0), text, &text.replace("          k: 'it''s' # c\n", ""));
    refuses(&wish("rename-input", &[("from", "k"), ("to", "l")], 0), text, "both");
}

#[test]
fn the_last_input_takes_with_along() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: o/a@v1\n        with:\n          k: 1\n      - run: x\n";
    turns(&wish("remove-input", &[("key", "k")], 0), text, &text.replace("        with:\n          k: 1\n", ""));
    let first = "jobs:\n  a:\n    steps:\n      - with:\n          k: 1\n        uses: o/a@v1\n";
    turns(&wish("remove-input", &[("key", "k")], 0), first, "jobs:\n  a:\n    steps:\n      - uses: o/a@v1\n");
}

#[test]
fn environment_is_set_on_the_step_and_never_overridden() {
    let env = |name: &str, value: &str| wish("set-env", &[("name", name), ("value", value)], 1);
    turns(
        &env("GH_TOKEN", "${{ github.token }}"),
        PLAIN,
        &PLAIN.replace("- name: b\n", "- name: b\n        env:\n          GH_TOKEN: ${{ github.token }}\n"),
    );
    let has = PLAIN.replace("        run: make\n", "        run: make\n        env:\n          NODE_OPTIONS: --trace # c\n");
    refuses(&env("NODE_OPTIONS", "--max-old-space-size=4096"), &has, "another value");
    let joined = wish("set-env", &[("name", "NODE_OPTIONS"), ("value", "--max-old-space-size=4096"), ("join", " ")], 1);
    turns(&joined, &has, &has.replace("--trace", "--trace --max-old-space-size=4096"));
}

#[test]
fn a_step_moves_with_its_comment() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          cache: pnpm\n      # the manager\n      - uses: pnpm/action-setup@v4 # pin\n        with:\n          version: 9\n      - run: pnpm i\n";
    let after = "jobs:\n  a:\n    steps:\n      # the manager\n      - uses: pnpm/action-setup@v4 # pin\n        with:\n          version: 9\n      - uses: actions/setup-node@v4\n        with:\n          cache: pnpm\n      - run: pnpm i\n";
    let moved = wish("move-step", &[("action", "pnpm/action-setup"), ("before", "actions/setup-node")], 2);
    turns(&moved, text, after);
    let last = text.replace("      - run: pnpm i\n", "");
    turns(&moved, &last, &after.replace("      - run: pnpm i\n", ""));
    refuses(&moved, after, "already");
}

#[test]
fn checkout_and_setup_take_the_reference_of_the_file() {
    let text = "jobs:\n  b:\n    steps:\n      - uses: actions/checkout@v5\n  a:\n    runs-on: x\n    steps:\n      - run: make\n";
    turns(&wish("add-checkout", &[], 0), text, &text.replace("      - run: make", "      - uses: actions/checkout@v5\n      - run: make"));
    let node = wish("add-setup-step", &[("action", "actions/setup-node"), ("with", "node-version: '22'")], 0);
    turns(
        &node,
        text,
        &text.replace(
            "      - run: make",
            "      - uses: actions/setup-node@v4\n        with:\n          node-version: '22'\n      - run: make",
        ),
    );
    refuses(&wish("add-setup-step", &[("action", "octo/unknown")], 0), text, "no version");
    refuses(&wish("add-checkout", &[], 1), PLAIN, "already");
}

#[test]
fn a_file_becomes_executable_once() {
    let mut run = wish("make-executable", &[("path", "./run.sh")], 1);
    run.files = vec![("run.sh", EntryKind::File), ("done.sh", EntryKind::Executable)];
    assert_eq!(run.made(PLAIN).as_deref(), Ok("executable"));
    run.spec.arguments.insert("path".to_owned(), "done.sh".to_owned());
    refuses(&run, PLAIN, "already");
    run.spec.arguments.insert("path".to_owned(), "../x".to_owned());
    refuses(&run, PLAIN, "no path");
}

#[test]
fn an_optional_job_needs_a_permit() {
    let mut optional = wish("optional-job", &[], 1);
    refuses(&optional, PLAIN, "although it fails");
    optional.permits = vec![Permit::OptionalJob("a".to_owned())];
    turns(&optional, PLAIN, &PLAIN.replace("ubuntu-24.04\n", "ubuntu-24.04\n    continue-on-error: true\n"));
}

#[test]
fn a_folder_must_be_there() {
    let mut folder = wish("set-working-directory", &[("path", "web")], 1);
    refuses(&folder, PLAIN, "no folder");
    folder.files = vec![("web/package.json", EntryKind::File)];
    turns(&folder, PLAIN, &PLAIN.replace("- name: b\n", "- name: b\n        working-directory: web\n"));
}
