//! Names the verbs that a remedy's edits may use, and each verb's arguments. A verb itself is a file in `edit/`.

/// Each verb with its arguments' names; all arguments are texts.
pub const VERBS: &[(&str, &[&str])] = &[
    ("add-apt-update", &[]),
    ("add-checkout", &[]),
    ("add-component", &["component"]),
    ("add-permission", &["scope", "access"]),
    ("add-retry", &[]),
    ("add-setup-step", &["action"]),
    ("add-target", &["target"]),
    ("bump-action", &["action", "version"]),
    ("fix-action-ref", &["action", "version"]),
    ("fix-path", &["path"]),
    ("fix-working-directory", &["directory", "file"]),
    ("free-disk-space", &[]),
    ("git-identity", &[]),
    ("grant-permission", &[]),
    ("insert-run", &["name", "run"]),
    ("install-command", &["command"]),
    ("install-library", &["library"]),
    ("install-node-package", &["package"]),
    ("install-packages", &["packages"]),
    ("install-pytest-plugin", &["option"]),
    ("install-python-module", &["module"]),
    ("make-executable", &["path"]),
    ("move-step", &["action", "before"]),
    ("prepend-command", &["prefix"]),
    ("quote-version", &["version"]),
    ("raise-timeout", &["of"]),
    ("remove-with", &["action", "key"]),
    ("rename-action", &["action"]),
    ("repair-yaml", &[]),
    ("replace-runner-label", &["from"]),
    ("rewrite-command", &["command"]),
    ("rewrite-run", &["from", "to"]),
    ("set-env", &["name", "value"]),
    ("set-safe-directory", &["directory"]),
    ("set-shell", &["shell"]),
    ("set-toolchain-version", &["tool", "version"]),
    ("set-with", &["action", "key", "value"]),
    ("unique-artifact-name", &[]),
    ("use-venv", &[]),
];

/// The argument names of a verb; none for a verb that does not exist.
pub fn arguments(verb: &str) -> Option<&'static [&'static str]> {
    VERBS.iter().find(|(name, _)| *name == verb).map(|(_, arguments)| *arguments)
}
