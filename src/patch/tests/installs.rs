//! Packages of systems and languages.

use super::{Wish, refuses, turns, wish};
use crate::edit::Runner;
use crate::text::OperatingSystem;

const JOB: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: make\n";

fn xmllint(step: usize) -> Wish {
    wish("install-command", &[("command", "xmllint")], step)
}

#[test]
fn a_command_is_installed_in_a_step_before() {
    let step = "      - name: Install libxml2-utils\n        run: sudo apt-get update && sudo apt-get install -y libxml2-utils\n";
    turns(&xmllint(1), JOB, &JOB.replace("      - run: make", &format!("{step}      - run: make")));
    refuses(&wish("install-command", &[("command", "frobnicate")], 1), JOB, "no table");
    refuses(&xmllint(1), &JOB.replace("ubuntu-24.04", "windows-2022"), "no table");
}

#[test]
fn containers_have_their_own_manager_and_no_sudo() {
    let of = |image: &str| JOB.replace("ubuntu-24.04\n", &format!("ubuntu-24.04\n    container: {image}\n"));
    let made = xmllint(1).made(&of("alpine:3.20")).expect("made");
    assert!(made.contains("run: apk add --no-cache libxml2-utils\n"), "{made}");
    let made = xmllint(1).made(&of("debian:12")).expect("made");
    assert!(made.contains("run: apt-get update && apt-get install -y libxml2-utils\n"), "{made}");
    refuses(&xmllint(1), &of("octo/image"), "package manager");
}

#[test]
fn a_matrix_of_systems_gets_a_condition() {
    let text = JOB.replace("ubuntu-24.04", "${{ matrix.os }}");
    refuses(&xmllint(1), &text, "not certain");
    let mut mac = xmllint(1);
    mac.runner = Runner { system: Some(OperatingSystem::Macos), shell: None };
    let step = "      - name: Install libxml2\n        if: runner.os == 'macOS'\n        run: brew install libxml2\n";
    turns(&mac, &text, &text.replace("      - run: make", &format!("{step}      - run: make")));
}

#[test]
fn an_installation_line_of_the_job_takes_the_package() {
    let with = |script: &str| JOB.replace("      - run: make", &format!("      - run: {script}\n      - run: make"));
    let script = "|\n          sudo apt-get update # a\n          sudo apt-get install -y \\\n            cmake \\\n            ninja-build # last\n          x";
    turns(&xmllint(2), &with(script), &with(&script.replace("-y \\", "-y libxml2-utils \\")));
    let one = "sudo apt-get update && sudo apt-get install -y cmake > /dev/null";
    turns(&xmllint(2), &with(one), &with(&one.replace("cmake", "cmake libxml2-utils")));
    refuses(&xmllint(2), &with("sudo apt-get install libxml2-utils"), "already");
    let folded = ">-\n          sudo apt-get install -y\n          cmake\n          ninja-build";
    turns(&xmllint(2), &with(folded), &with(&folded.replace("ninja-build", "ninja-build libxml2-utils")));
    let branch = "|\n          if x; then\n            sudo apt-get install -y cmake\n          fi";
    let made = xmllint(2).made(&with(branch)).expect("made");
    assert!(made.contains("- name: Install libxml2-utils"), "{made}");
}

#[test]
fn lists_are_brought_up_to_date_first() {
    let update = wish("add-apt-update", &[], 1);
    let with = |script: &str| JOB.replace("make", script);
    turns(&update, &with("sudo apt-get install -y x"), &with("sudo apt-get update && sudo apt-get install -y x"));
    let block = "|\n          a\n          apt-get -y install x\n          b";
    turns(&update, &with(block), &with(&block.replace("          apt-get -y", "          apt-get update\n          apt-get -y")));
    refuses(&update, &with("sudo apt-get update; sudo apt-get install x"), "already");
    let retried =
        "|\n          if timeout 9 sudo apt-get update && timeout 9 sudo A=b \\\n              apt-get install -y x; then exit 0; fi";
    refuses(&update, &with(retried), "already");
}

fn module(name: &str, step: usize) -> Wish {
    wish("install-python-module", &[("module", name)], step)
}

#[test]
fn the_documented_example_changes_one_line() {
    let text = "name: Python Tests\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pip install pytest\n      - run: pytest tests/\n";
    turns(&module("requests", 2), text, &text.replace("pip install pytest", "pip install pytest requests"));
    refuses(&module("requests", 2), &text.replace("pip install pytest", "pip install pytest 'Requests>=2'"), "already");
    turns(
        &module("requests.adapters", 2),
        &text.replace("pip install pytest", "pip install requests-mock"),
        &text.replace("pip install pytest", "pip install requests-mock requests"),
    );
    refuses(&module("octo", 2), text, "no table");
}

#[test]
fn a_line_of_requirements_gets_a_line_below_it() {
    let script =
        "|\n          python -m pip install --upgrade pip\n          python -m pip install -r requirements.txt # all\n          echo done";
    let with = |script: &str| JOB.replace("      - run: make", &format!("      - run: {script}\n      - run: make"));
    let after = script.replace("# all\n", "# all\n          python -m pip install PyYAML\n");
    turns(&module("yaml", 2), &with(script), &with(&after));
    turns(&module("yaml", 2), &with("pip install -r r.txt"), &with("pip install -r r.txt PyYAML"));
    turns(&module("yaml", 2), &with("\"pip install -e '.[dev]'\""), &with("\"pip install -e '.[dev]' PyYAML\""));
    turns(&module("yaml", 2), &with("uv pip install --system x"), &with("uv pip install --system x PyYAML"));
}

#[test]
fn without_a_line_a_step_installs() {
    let made = module("yaml", 1).made(JOB).expect("made");
    assert!(made.contains("      - name: Install PyYAML\n        run: pip install PyYAML\n      - run: make"), "{made}");
    let mut local = module("yaml", 1);
    local.files = vec![("src/yaml/__init__.py", crate::repository::EntryKind::File)];
    refuses(&local, JOB, "of this repository");
}

#[test]
fn node_packages_are_installed_without_saving() {
    let made = wish("install-node-package", &[("package", "tsc")], 1).made(JOB).expect("made");
    assert!(made.contains("run: npm install --no-save typescript\n"), "{made}");
    let global = wish("install-node-package", &[("package", "tsc"), ("scope", "global")], 2);
    let with = |script: &str| JOB.replace("      - run: make", &format!("      - run: {script}\n      - run: make"));
    turns(&global, &with("npm install -g pnpm"), &with("npm install -g pnpm typescript"));
    refuses(&global, &with("npm install -g typescript@5"), "already");
}
