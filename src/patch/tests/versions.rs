//! Versions of actions and tools.

use super::{refuses, turns, wish};

#[test]
fn a_version_is_quoted_where_it_stands() {
    let quote = wish("quote-version", &[("key", "python-version")], 0);
    let step = "jobs:\n  a:\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: 3.10 # ten\n";
    turns(&quote, step, &step.replace("3.10", "'3.10'"));
    let double = step.replace("3.10 # ten\n", "3.10\n          cache: \"pip\"\n");
    turns(&quote, &double, &double.replace("3.10", "\"3.10\""));
    refuses(&quote, &step.replace("3.10", "'3.10'"), "already");
    let matrix = "jobs:\n  a:\n    strategy:\n      matrix:\n        py: [3.9, 3.10, '3.11']\n        include:\n          - py: 3.10\n            x: 1.5\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: ${{ matrix.py }}\n";
    turns(&quote, matrix, &matrix.replace("3.9, 3.10", "'3.9', '3.10'").replace("py: 3.10", "py: '3.10'"));
}

#[test]
fn a_value_is_replaced_in_its_leg() {
    let replace = wish("replace-value", &[("key", "node-version"), ("from", "12"), ("to", "20")], 0);
    let text = "jobs:\n  a:\n    strategy:\n      matrix:\n        node: [12, 14, '12']\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          node-version: ${{ matrix.node }}\n";
    turns(&replace, text, &text.replace("[12, 14, '12']", "[20, 14, '20']"));
    let one = text.replace("${{ matrix.node }}", "12.x");
    refuses(&replace, &one, "here says");
    turns(&wish("replace-value", &[("key", "node-version"), ("from", "12.x"), ("to", "3.10")], 0), &one, &one.replace("12.x", "'3.10'"));
}

const ARTIFACTS: &str = "jobs:\n  a:\n    strategy:\n      matrix:\n        os: [linux, mac]\n    steps:\n      - uses: actions/upload-artifact@v3 # up\n        with:\n          name: out\n          path: x\n  b:\n    needs: a\n    steps:\n      - uses: \"actions/download-artifact@v3\"\n        with:\n          name: out\n          path: y\n      - uses: actions/upload-artifact@v4\n        with:\n          name: other\n";

#[test]
fn artifacts_move_together_and_legs_get_names_of_their_own() {
    let bump = wish("bump-action", &[("action", "actions/upload-artifact")], 0);
    let after = ARTIFACTS
        .replace("upload-artifact@v3", "upload-artifact@v4")
        .replace("download-artifact@v3", "download-artifact@v4")
        .replace("name: out\n          path: x", "name: out-${{ matrix.os }}\n          path: x")
        .replace("name: out\n          path: y", "pattern: out-*\n          merge-multiple: true\n          path: y");
    turns(&bump, ARTIFACTS, &after);
    let single = ARTIFACTS.replace("    strategy:\n      matrix:\n        os: [linux, mac]\n", "");
    turns(
        &bump,
        &single,
        &single.replace("upload-artifact@v3", "upload-artifact@v4").replace("download-artifact@v3", "download-artifact@v4"),
    );
}

#[test]
fn two_jobs_under_one_name_part() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: actions/upload-artifact@v2\n        with:\n          path: x\n  b:\n    steps:\n      - uses: actions/upload-artifact@v2\n        with:\n          path: y\n";
    let after = text
        .replace("@v2", "@v4")
        .replace("          path: x\n", "          path: x\n          name: artifact-${{ github.job }}\n")
        .replace("          path: y\n", "          path: y\n          name: artifact-${{ github.job }}\n");
    turns(&wish("bump-action", &[("action", "actions/upload-artifact")], 0), text, &after);
}

#[test]
fn an_artifact_gets_a_name_of_its_own_once() {
    let taken = wish("unique-artifact", &[], 0);
    let upload = |name: &str| format!("      - uses: actions/upload-artifact@v4\n        with:\n          name: {name}\n");
    let two = |name: &str| format!("jobs:\n  a:\n    steps:\n{0}  b:\n    steps:\n{0}", upload(name));
    turns(&taken, &two("out"), &two("out-${{ github.job }}"));
    refuses(&taken, &two("out-${{ github.job }}"), "already");
    let legs = |name: &str| {
        format!(
            "jobs:\n  a:\n    strategy:\n      matrix:\n        os: [linux, mac]\n        os-name: [a, b]\n    steps:\n{}",
            upload(name)
        )
    };
    turns(&taken, &legs("out"), &legs("out-${{ matrix.os }}-${{ matrix.os-name }}"));
    turns(&taken, &legs("out-${{ matrix.os-name }}"), &legs("out-${{ matrix.os-name }}-${{ matrix.os }}"));
    let strange = |name: &str| legs(name).replace("[linux, mac]", "['a/b', c]");
    turns(&taken, &strange("out"), &strange("out-${{ strategy.job-index }}"));
    refuses(&taken, &strange("out-${{ strategy.job-index }}"), "already");
}

#[test]
fn a_pin_stays_a_pin() {
    let pinned = format!("jobs:\n  a:\n    steps:\n      - uses: actions/upload-artifact@{} # v3.1.0\n", "3".repeat(40));
    let bump = wish("bump-action", &[("action", "actions/upload-artifact")], 0);
    turns(&bump, &pinned, &pinned.replace(&"3".repeat(40), &"4".repeat(40)).replace("v3.1.0", "v4.6.2"));
    let to = wish("bump-action", &[("action", "actions/upload-artifact"), ("to", "v9")], 0);
    refuses(&to, &pinned, "a pin stays a pin");
    refuses(&bump, &pinned.replace("3333", "abcd"), "already");
}

#[test]
fn inputs_move_along() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: actions/setup-node@v2\n        with:\n          version: 12\n          always-auth: true # gone\n          cache: npm\n      - uses: actions/github-script@v3\n";
    let after = text.replace("node@v2", "node@v4").replace(" version", " node-version").replace("          always-auth: true # gone\n", "");
    turns(&wish("bump-action", &[("action", "actions/setup-node"), ("to", "v4")], 0), text, &after);
    refuses(&wish("bump-action", &[("action", "actions/github-script"), ("to", "7")], 0), text, "more than inputs");
    refuses(&wish("bump-action", &[("action", "octo/none"), ("to", "7")], 0), text, "does not use");
}

#[test]
fn an_artifact_of_v4_gets_a_name_for_each_leg() {
    let text = "jobs:\n  a:\n    strategy:\n      matrix:\n        include:\n          - {t: x/y, u: 1}\n          - {t: z, u: 2}\n    steps:\n      - uses: actions/upload-artifact@v4\n        with:\n          name: out\n  b:\n    steps:\n      - uses: actions/download-artifact@v4\n        with:\n          name: out\n";
    let after = text
        .replacen("name: out", "name: out-${{ strategy.job-index }}", 1)
        .replace("name: out\n", "pattern: out-*\n          merge-multiple: true\n");
    turns(&wish("unique-artifact", &[], 0), text, &after);
    refuses(&wish("unique-artifact", &[], 0), &text.replace("upload-", "x-"), "uploads no artifact");
}

#[test]
fn an_action_is_replaced_everywhere() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: octo/old@v1 # c\n      - uses: octo/other@v1\n  b:\n    steps: [{uses: 'octo/old@v1'}, {uses: octo/old@v2}]\n";
    let both = wish("replace-uses", &[("from", "octo/old@v1"), ("to", "octo/new@v3.1")], 0);
    turns(&both, text, &text.replace("octo/old@v1", "octo/new@v3.1"));
    let name = wish("replace-uses", &[("from", "octo/old"), ("to", "octo/new")], 0);
    turns(&name, text, &text.replace("octo/old", "octo/new"));
    refuses(&name, "jobs:\n  a:\n    steps: [{run: x}]\n", "does not use");
}
