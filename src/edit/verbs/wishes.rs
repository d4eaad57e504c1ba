//! Names what a rule may wish without saying how: `remedy` asks the log, the almanac and the file list, and plans verbs that do it.

use super::Verb;
use crate::edit::scene::{Arguments, Scene, unfit};
use crate::edit::{Edit, Refusal};

/// All wishes, by name. `remedy::resolve` has one line for each, and a test that compares the two.
pub static WISHES: &[Verb] = &[
    wish("add-component", &["component"], &[]),
    wish("add-target", &["target"], &[]),
    wish("drop-cache", &["patterns"], &[]),
    wish("fix-action-path", &["action"], &[]),
    wish("fix-action-ref", &["action", "version"], &[]),
    wish("fix-cache-path", &[], &["patterns"]),
    wish("fix-dockerfile", &[], &[]),
    wish("fix-path", &["path"], &[]),
    wish("fix-working-directory", &[], &["directory", "file"]),
    wish("grant-permission", &[], &["scope"]),
    wish("insert-run", &["name", "run"], &[]),
    wish("install-node-module", &["module"], &[]),
    wish("install-project", &["module"], &[]),
    wish("install-pytest-plugin", &["option"], &[]),
    wish("install-python-tool", &["distribution"], &[]),
    wish("rename-action", &["action"], &[]),
    wish("rename-package", &["package"], &[]),
    wish("repair-yaml", &[], &[]),
    wish("replace-retired-option", &["option"], &[]),
    wish("run-under-display", &[], &[]),
    wish("set-toolchain-version", &["tool", "version"], &[]),
    wish("start-display", &[], &[]),
    wish("use-older-image", &["version"], &[]),
    wish("use-own-venv", &[], &[]),
    wish("use-venv-step", &[], &[]),
];

const fn wish(name: &'static str, required: &'static [&'static str], optional: &'static [&'static str]) -> Verb {
    Verb { name, required, optional, plan: unresolved }
}

fn unresolved(_: &Scene<'_>, _: &Arguments<'_>) -> Result<Vec<Edit>, Refusal> {
    unfit("a wish changes nothing before it is resolved")
}
