//! Turns the name of a verb into the function that plans it: one file each, one table. Rule files are checked against it.
//!
//! To add a verb, add its file, its `mod` and its line in the table: nothing else lists the names.

use super::scene::{Arguments, Scene};
use super::{Edit, EditSpec, Refusal};

mod add_apt_update;
mod add_checkout;
mod add_option;
mod add_permission;
mod add_retry;
mod add_setup_step;
mod add_subcommand;
mod artifacts;
mod bump_action;
mod command_texts;
mod complete_exec;
mod default_variable;
mod delimit_value;
mod drop_package;
mod drop_sudo;
mod fetch_submodules;
mod free_disk_space;
mod git_identity;
mod go_install;
mod insert_step;
mod install_command;
mod install_library;
mod install_node_package;
mod install_packages;
mod install_python_module;
mod install_snap;
mod make_executable;
mod make_parent;
mod manager;
mod move_step;
mod optional_job;
mod pip;
mod prepend_command;
mod quote_version;
mod raise_duration;
mod raise_timeout;
mod remove_input;
mod rename_input;
mod replace_folder;
mod replace_option;
mod replace_runner_label;
mod replace_uses;
mod replace_value;
mod retry_download;
mod rewrite_command;
mod rewrite_input;
mod rewrite_run;
mod run_as_root;
mod set_env;
mod set_key;
mod set_safe_directory;
mod set_shell;
mod set_with;
mod set_working_directory;
mod unique_artifact;
mod use_venv;
mod wishes;
mod workflow_command;

pub use wishes::WISHES;

/// A verb: what it is called, what it takes, and what plans it.
#[derive(Debug)]
pub struct Verb {
    /// The name that rules use.
    pub name: &'static str,
    /// Arguments that it needs.
    pub required: &'static [&'static str],
    /// Arguments that it may have.
    pub optional: &'static [&'static str],
    plan: fn(&Scene<'_>, &Arguments<'_>) -> Result<Vec<Edit>, Refusal>,
}

/// The verbs that change a text, by name.
static VERBS: &[Verb] = &[
    add_apt_update::VERB,
    add_checkout::VERB,
    add_option::VERB,
    add_permission::VERB,
    add_retry::VERB,
    add_setup_step::VERB,
    add_subcommand::VERB,
    bump_action::VERB,
    complete_exec::VERB,
    default_variable::VERB,
    delimit_value::VERB,
    drop_package::VERB,
    drop_sudo::VERB,
    fetch_submodules::VERB,
    free_disk_space::VERB,
    git_identity::VERB,
    go_install::VERB,
    insert_step::VERB,
    install_command::VERB,
    install_library::VERB,
    install_node_package::VERB,
    install_packages::VERB,
    install_python_module::VERB,
    install_snap::VERB,
    make_executable::VERB,
    make_parent::VERB,
    move_step::VERB,
    optional_job::VERB,
    prepend_command::VERB,
    quote_version::VERB,
    raise_duration::VERB,
    raise_timeout::VERB,
    remove_input::VERB,
    rename_input::VERB,
    replace_folder::VERB,
    replace_option::VERB,
    replace_runner_label::VERB,
    replace_uses::VERB,
    replace_value::VERB,
    retry_download::VERB,
    rewrite_command::VERB,
    rewrite_input::VERB,
    rewrite_run::VERB,
    run_as_root::VERB,
    set_env::VERB,
    set_key::VERB,
    set_safe_directory::VERB,
    set_shell::VERB,
    set_with::VERB,
    set_working_directory::VERB,
    unique_artifact::VERB,
    use_venv::VERB,
];

/// All names that a rule may use: the verbs that change a text, and the wishes that `remedy` turns into such verbs.
pub fn verbs() -> impl Iterator<Item = &'static Verb> {
    VERBS.iter().chain(WISHES)
}

/// The verb of this name.
pub fn verb(name: &str) -> Option<&'static Verb> {
    verbs().find(|verb| verb.name == name)
}

/// What is wrong with the edit that a rule names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Wrong {
    /// The word of the rule that is wrong.
    pub word: String,
    /// A sentence for the author of the rule.
    pub message: String,
}

/// Whether a rule's edit names a verb and its arguments rightly.
///
/// # Errors
/// With what is wrong, for the author of the rule.
pub fn check(spec: &EditSpec) -> Result<(), Wrong> {
    let Some(verb) = verb(&spec.verb) else {
        let mut names: Vec<&str> = verbs().map(|verb| verb.name).collect();
        names.sort_unstable();
        return Err(Wrong {
            word: spec.verb.clone(),
            message: format!("`{}` is no verb: expected one of {}", spec.verb, names.join(", ")),
        });
    };
    let known = |name: &str| verb.required.contains(&name) || verb.optional.contains(&name);
    if let Some(foreign) = spec.arguments.keys().find(|name| !known(name)) {
        let expected: Vec<&str> = verb.required.iter().chain(verb.optional).copied().collect();
        let message = format!("`{}` has no argument `{foreign}`: expected {}", verb.name, expected.join(", "));
        return Err(Wrong { word: foreign.clone(), message });
    }
    match verb.required.iter().find(|name| !spec.arguments.contains_key(**name)) {
        Some(missing) => Err(Wrong { word: verb.name.to_owned(), message: format!("`{}` needs the argument `{missing}`", verb.name) }),
        None => Ok(()),
    }
}

/// Plans the edits of one wish. Nothing is changed: `patch::prove` applies and proves.
///
/// # Errors
/// When the file already says it, or the verb does not fit with certainty.
pub fn apply(spec: &EditSpec, scene: &Scene<'_>) -> Result<Vec<Edit>, Refusal> {
    check(spec).map_err(|wrong| Refusal::DoesNotFit(wrong.message))?;
    match verb(&spec.verb) {
        Some(verb) => (verb.plan)(scene, &Arguments::of(spec)),
        None => Err(Refusal::DoesNotFit(format!("there is no verb `{}`", spec.verb))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_stand_in_order_and_name_their_arguments_once() {
        assert!(VERBS.is_sorted_by(|one, other| one.name < other.name));
        assert!(WISHES.is_sorted_by(|one, other| one.name < other.name));
        assert!(WISHES.iter().all(|wish| VERBS.iter().all(|verb| verb.name != wish.name)));
        for verb in verbs() {
            let mut names: Vec<&str> = verb.required.iter().chain(verb.optional).copied().collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}", verb.name);
        }
    }

    #[test]
    fn a_rule_with_a_foreign_argument_is_told() {
        let spec = |verb: &str, names: &[&str]| EditSpec {
            verb: verb.to_owned(),
            arguments: names.iter().map(|name| ((*name).to_owned(), String::new())).collect(),
        };
        assert!(check(&spec("set-shell", &["shell"])).is_ok());
        assert!(check(&spec("set-shell", &[])).is_err_and(|wrong| wrong.message.contains("needs")));
        assert!(check(&spec("set-shell", &["shell", "x"])).is_err_and(|wrong| wrong.word == "x"));
        assert!(check(&spec("hide", &[])).is_err_and(|wrong| wrong.message.contains("no verb")));
    }
}
