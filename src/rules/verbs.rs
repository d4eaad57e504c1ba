//! Names the verbs that a remedy's edits may use, and each verb's arguments.

/// Each verb with its arguments' names; all arguments are texts.
pub const VERBS: &[(&str, &[&str])] =
    &[("install-command", &["command"]), ("install-python-module", &["module"]), ("raise-timeout", &["of"])];

/// The argument names of a verb; none for a verb that does not exist.
pub fn arguments(verb: &str) -> Option<&'static [&'static str]> {
    VERBS.iter().find(|(name, _)| *name == verb).map(|(_, arguments)| *arguments)
}
