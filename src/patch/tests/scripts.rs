//! Scripts, whatever they are written in.

use super::{refuses, turns, wish};

fn job(run: &str) -> String {
    format!(
        "jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - name: x\n        run: {run}\n        env:\n          A: 1\n      - run: last\n"
    )
}

#[test]
fn a_command_is_rewritten_in_every_style() {
    let install = wish("rewrite-run", &[("from", "npm ci"), ("to", "npm install")], 0);
    for run in [
        "npm ci # c",
        "'npm ci && x'",
        "\"npm ci \\\"x\\\"\"",
        "|\n          a\n\n          npm ci\n          b",
        "|-\n          npm ci",
        "|2\n          npm ci",
        ">-\n          a\n          npm ci\n          b",
        "npm ci\n          b",
        ">\n          npm ci &&\n          é",
    ] {
        turns(&install, &job(run), &job(&run.replace("npm ci", "npm install")));
    }
    refuses(&install, &job("npm cii"), "does not say");
    refuses(&install, &job("npm ci; npm ci"), "2 times");
    refuses(&wish("rewrite-run", &[("from", "npm ci"), ("to", "npm ci || true")], 0), &job("npm ci"), "swallows");
    let all = wish("rewrite-run", &[("from", "docker-compose"), ("to", "docker compose"), ("occurrences", "all")], 0);
    turns(
        &all,
        &job("|\n          docker-compose up\n          x\n          docker-compose down"),
        &job("|\n          docker compose up\n          x\n          docker compose down"),
    );
}

#[test]
fn the_last_line_of_the_file_may_be_a_script() {
    let text = "jobs:\n  a:\n    steps:\n      - run: |\n          cd x\n          npm ci\n";
    turns(&wish("rewrite-run", &[("from", "npm ci"), ("to", "npm install")], 0), text, &text.replace("npm ci", "npm install"));
    turns(&wish("insert-step", &[("step", "run: z"), ("at", "behind")], 0), text, &format!("{text}      - run: z\n"));
}

#[test]
fn a_prefix_stands_before_the_program() {
    let xvfb = wish("prepend-command", &[("prefix", "xvfb-run -a"), ("command", "npm test")], 0);
    turns(&xvfb, &job("CI=1 npm test -- x"), &job("CI=1 xvfb-run -a npm test -- x"));
    turns(&xvfb, &job("|\n          npm ci\n          npm test"), &job("|\n          npm ci\n          xvfb-run -a npm test"));
    refuses(&xvfb, &job("xvfb-run -a npm test"), "already");
    refuses(&xvfb, &job("npm test && npm test"), "not certain");
}

#[test]
fn a_retry_still_fails_in_the_end() {
    let retry = wish("add-retry", &[("command", "curl")], 0);
    let looped = "|\n          for attempt in 1 2 3; do\n            curl -f x && break\n            if [ \"$attempt\" -eq 3 ]; then exit 1; fi\n            sleep 15\n          done";
    turns(&retry, &job("curl -f x"), &job(looped));
    turns(
        &retry,
        &job("|\n          a\n          curl -f x\n          b"),
        &job(&format!("{}\n          b", looped.replace("|\n", "|\n          a\n"))),
    );
    refuses(&retry, &job("curl -f x | sh"), "line of its own");
    refuses(&retry, &job("curl -f x # c").replace("        env", "        shell: pwsh\n        env"), "no POSIX shell");
}

#[test]
fn an_author_is_named_before_the_commit() {
    let author = wish("git-identity", &[], 0);
    let lines = "git config user.name \"github-actions[bot]\"\n          git config user.email \"41898282+github-actions[bot]@users.noreply.github.com\"";
    turns(
        &author,
        &job("|\n          git add .\n          git commit -m x"),
        &job(&format!("|\n          git add .\n          {lines}\n          git commit -m x")),
    );
    turns(&author, &job("git commit -m x"), &job(&format!("|\n          {lines}\n          git commit -m x")));
    let made = author.made(&job("./release.sh")).expect("made");
    assert!(
        made.contains(&format!("      - name: Name the author of commits\n        run: |\n          {lines}\n      - name: x")),
        "{made}"
    );
}

#[test]
fn the_workspace_is_trusted_behind_the_checkout() {
    let text = "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - run: x\n      - run: git status\n";
    turns(
        &wish("set-safe-directory", &[], 2),
        text,
        &text.replace("@v4\n", "@v4\n      - run: git config --global --add safe.directory \"$GITHUB_WORKSPACE\"\n"),
    );
}

#[test]
fn retired_workflow_commands_become_appends() {
    let rewrite = wish("rewrite-command", &[], 0);
    let text = job("|\n          V=$(cat v)\n          echo \"::set-output name=v::$V\"\n          echo ::add-path::$PWD/bin");
    turns(
        &rewrite,
        &text,
        &text
            .replace("\"::set-output name=v::$V\"", "\"v=$V\" >> \"$GITHUB_OUTPUT\"")
            .replace("::add-path::$PWD/bin", "$PWD/bin >> \"$GITHUB_PATH\""),
    );
    turns(&rewrite, &job("echo '::set-env name=K::V'"), &job("echo 'K=V' >> \"$GITHUB_ENV\""));
    refuses(&rewrite, &job("x | tee ::set-output name=a::b"), "rewritten");
    refuses(&rewrite, &job("make"), "already");
}

#[test]
fn a_virtual_environment_takes_what_the_systems_python_refuses() {
    let job = |run: &str| format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {run}\n");
    let made =
        wish("use-venv", &[], 0).made(&job("|\n          brew install python3\n          pip3 install x\n          x")).expect("made");
    let lines = "          python3 -m venv \"$RUNNER_TEMP/venv\"\n          . \"$RUNNER_TEMP/venv/bin/activate\"\n          echo \"$RUNNER_TEMP/venv/bin\" >> \"$GITHUB_PATH\"\n          pip3 install x\n";
    assert!(made.contains(lines), "{made}");
    let made = wish("use-venv", &[], 0)
        .made(&job("|\n          apt-get install -y python3-numpy\n          python3 -m pip install x"))
        .expect("made");
    assert!(made.contains("venv --system-site-packages "), "{made}");
    refuses(&wish("use-venv", &[], 0), &job("|\n          sudo pip install x\n          y"), "sudo");
    refuses(&wish("use-venv", &[], 0), &job("make"), "does not run");
}

#[test]
fn a_variable_gets_a_default_only_where_it_is_tested_for_emptiness() {
    let job = |run: &str| format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          {run}\n");
    let default = wish("default-variable", &[("name", "T")], 0);
    turns(&default, &job("if [[ -z \"$T\" && -n ${T} ]]; then a $T; fi"), &job("if [[ -z \"${T-}\" && -n ${T-} ]]; then a $T; fi"));
    refuses(&default, &job("[ \"$T\" = x ] && a"), "does not test");
    refuses(&default, &job("[ -n \"${T-}\" ] && a"), "already");
}

#[test]
fn commands_are_changed_in_place() {
    let job = |run: &str| format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {run}\n");
    let go = wish("go-install", &[], 0);
    turns(
        &go,
        &job("GO111MODULE=off go get -u -v example.org/a/b && b"),
        &job("GO111MODULE=off go install -v example.org/a/b@latest && b"),
    );
    turns(&go, &job("go get example.org/a/b@v1.2"), &job("go install example.org/a/b@v1.2"));
    refuses(&go, &job("go get ./..."), "does not run");
    refuses(&go, &job("go install example.org/a/b@v1.2"), "already");
    let root = wish("run-as-root", &[("tool", "cp"), ("path", "/usr/local/bin/x")], 0);
    turns(&root, &job("make && cp x /usr/local/bin/"), &job("make && sudo cp x /usr/local/bin/"));
    refuses(&root, &job("sudo cp x /usr/local/bin"), "already");
    refuses(&root, &job("cp x y"), "no one");
    let parent = wish("make-parent", &[("path", "/home/runner/.m2/settings.xml")], 0);
    turns(&parent, &job("cp s.xml ~/.m2/settings.xml"), &job("mkdir -p ~/.m2 && cp s.xml ~/.m2/settings.xml"));
    let sub = wish("add-subcommand", &[("command", "ruff"), ("subcommand", "check"), ("word", ".")], 0);
    turns(&sub, &job("uvx ruff --fix . && ruff format ."), &job("uvx ruff check --fix . && ruff format ."));
}
