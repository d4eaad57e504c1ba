//! Tells whether a script hands its work to another system or environment, which what is installed on the runner does not reach.

use super::script::{self, Command};

/// Programs that run something in another system, whatever their arguments.
const SYSTEMS: &[&str] = &[
    "act",
    "chroot",
    "cross",
    "devcontainer",
    "distrobox",
    "earthly",
    "flatpak-builder",
    "lima",
    "limactl",
    "mock",
    "multipass",
    "nix",
    "nix-build",
    "nix-shell",
    "pbuilder",
    "proot",
    "sbuild",
    "schroot",
    "snapcraft",
    "ssh",
    "systemd-nspawn",
    "vagrant",
    "wsl",
    "wsl.exe",
];

/// Programs that do so with one of these words behind them.
const SYSTEMS_BY_WORD: &[(&str, &[&str])] = &[
    ("docker", &["build", "buildx", "compose", "exec", "run"]),
    ("docker-compose", &["build", "exec", "run", "up"]),
    ("podman", &["build", "compose", "exec", "run"]),
    ("nerdctl", &["build", "compose", "exec", "run"]),
    ("buildah", &["bud", "build", "run"]),
    ("kubectl", &["exec", "run"]),
];

/// Programs that run Python in an environment of their own.
const PYTHON_ENVIRONMENTS: &[&str] = &["tox", "nox", "hatch", "uvx", "pipx", "pre-commit", "briefcase"];

/// Programs that do so with one of these words behind them.
const PYTHON_ENVIRONMENTS_BY_WORD: &[(&str, &[&str])] = &[
    ("poetry", &["run"]),
    ("pipenv", &["run"]),
    ("pdm", &["run"]),
    ("rye", &["run", "test"]),
    ("uv", &["run", "tool"]),
    ("conda", &["run"]),
    ("micromamba", &["run"]),
    ("pixi", &["run"]),
];

/// The command, such as `docker run`, by which a script enters another system.
pub fn enters_system(script: &str) -> Option<String> {
    script::commands(script).iter().find_map(|command| among(command, SYSTEMS, SYSTEMS_BY_WORD))
}

/// The command, such as `poetry run`, by which a script enters an environment of Python packages that is not the runner's own.
pub fn enters_python_environment(script: &str) -> Option<String> {
    script::commands(script).iter().find_map(|command| {
        let words: Vec<&str> = command.program().iter().map(|word| word.text.as_str()).collect();
        match words.as_slice() {
            [python, "-m", module @ ("tox" | "nox"), ..] if python.contains("python") => Some(format!("{python} -m {module}")),
            _ => among(command, PYTHON_ENVIRONMENTS, PYTHON_ENVIRONMENTS_BY_WORD),
        }
    })
}

fn among(command: &Command, alone: &[&str], by_word: &[(&str, &[&str])]) -> Option<String> {
    let (program, rest) = command.program().split_first()?;
    let name = program.text.rsplit('/').next().unwrap_or(&program.text);
    if alone.contains(&name) {
        return Some(name.to_owned());
    }
    let words = by_word.iter().find(|(known, _)| *known == name).map(|(_, words)| *words)?;
    // Options of the program itself may stand in front of the word.
    let word = rest.iter().take(4).find(|word| words.contains(&word.text.as_str()))?;
    Some(format!("{name} {}", word.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_systems_are_entered_by_a_command_and_not_by_a_word() {
        assert_eq!(enters_system("set -e\nsudo docker run --rm x make").as_deref(), Some("docker run"));
        assert_eq!(enters_system("ssh -p 22 host <<'EOF'\nmake\nEOF").as_deref(), Some("ssh"));
        assert_eq!(enters_system("docker --context c compose up"), Some("docker compose".to_owned()));
        for local in ["docker ps", "echo docker run", "ssh-keygen -t ed25519", "cat <<EOF\nssh host\nEOF", "make docker-run"] {
            assert_eq!(enters_system(local), None, "{local}");
        }
    }

    #[test]
    fn python_environments_are_entered_by_a_command() {
        assert_eq!(enters_python_environment("poetry run pytest").as_deref(), Some("poetry run"));
        assert_eq!(enters_python_environment("python -m tox -e py").as_deref(), Some("python -m tox"));
        assert_eq!(enters_python_environment("uv run pytest").as_deref(), Some("uv run"));
        assert_eq!(enters_python_environment("poetry install\npytest"), None);
        assert_eq!(enters_python_environment("pip install tox"), None);
    }
}
