//! Turns a Python module or a pytest option into the distribution that it comes from.

use std::sync::LazyLock;

use super::{Date, find, read};

const MODULES: &str = include_str!("python-modules.yml");
const OPTIONS: &str = include_str!("pytest-plugins.yml");

static MODULE_TABLE: LazyLock<ModuleTable> = LazyLock::new(|| read(MODULES));
static OPTION_TABLE: LazyLock<OptionTable> = LazyLock::new(|| read(OPTIONS));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ModuleTable {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    modules: Vec<Module>,
    removed: Vec<RemovedModule>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Module {
    module: String,
    distribution: String,
}

/// A module that left the standard library.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RemovedModule {
    /// Its name.
    pub module: String,
    /// The first Python without it: `3.12`.
    pub since: String,
    /// The distribution that carries it since.
    #[serde(default)]
    pub distribution: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct OptionTable {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    options: Vec<PytestOption>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PytestOption {
    option: String,
    plugin: String,
}

/// The distribution of a module: `yaml` is PyYAML, `google.protobuf.message` is protobuf. None for unknown ones, which are
/// never installed. Look for a folder or file of that name in the repository first: it is a module of its own then.
pub fn python_distribution(module: &str) -> Option<&'static str> {
    let mut name = module;
    loop {
        if let Some(row) = find(&MODULE_TABLE.modules, name, |row| &row.module) {
            return Some(&row.distribution);
        }
        name = name.rsplit_once('.')?.0;
    }
}

/// What became of a module, or of the one that a dotted name begins with, that left the standard library.
pub fn removed_from_stdlib(module: &str) -> Option<&'static RemovedModule> {
    let name = module.split('.').next()?;
    find(&MODULE_TABLE.removed, name, |row| &row.module)
}

/// Whether a module was once part of the standard library and no longer is in the newest Python.
pub fn is_removed_from_stdlib(module: &str) -> bool {
    removed_from_stdlib(module).is_some()
}

/// The plugin of a pytest option as typed: `--cov=src`, `-n4`, `--reruns 3`. None for pytest's own and unknown ones.
pub fn pytest_plugin(option: &str) -> Option<&'static str> {
    let name = option.split(['=', ' ']).next()?;
    let short = name.strip_prefix("-n").is_some_and(|rest| rest == "auto" || rest.bytes().all(|byte| byte.is_ascii_digit()));
    let name = if short { "-n" } else { name };
    let rows = &OPTION_TABLE.options;
    let begins = |row: &&PytestOption| row.option.strip_suffix('*').is_some_and(|start| name.starts_with(start));
    let row = find(rows, name, |row| &row.option).or_else(|| rows.iter().find(begins))?;
    Some(&row.plugin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    #[test]
    fn the_tables_are_strict_dated_sorted_and_unique() {
        let modules: ModuleTable = strict(MODULES);
        assert_dated(&modules.as_of);
        assert_sorted(modules.modules.iter().map(|row| &row.module));
        assert!(modules.modules.len() >= 300);
        assert_sorted(modules.removed.iter().map(|row| &row.module));
        let options: OptionTable = strict(OPTIONS);
        assert_dated(&options.as_of);
        assert_sorted(options.options.iter().map(|row| &row.option));
    }

    #[test]
    fn modules_lead_to_the_distribution_with_the_real_name() {
        for (module, distribution) in [
            ("yaml", "PyYAML"),
            ("cv2", "opencv-python-headless"),
            ("sklearn.linear_model", "scikit-learn"),
            ("google.protobuf.message", "protobuf"),
            ("requests", "requests"),
            ("PIL", "Pillow"),
        ] {
            assert_eq!(python_distribution(module), Some(distribution), "{module}");
        }
        for unknown in ["", "google", "my_project", "tests.helpers", "..", "requests; rm -rf /"] {
            assert_eq!(python_distribution(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn modules_that_left_the_standard_library_say_when() {
        let distutils = removed_from_stdlib("distutils.core").unwrap();
        assert_eq!((distutils.since.as_str(), distutils.distribution.as_deref()), ("3.12", Some("setuptools")));
        assert!(is_removed_from_stdlib("imp"));
        assert!(!is_removed_from_stdlib("json"));
    }

    #[test]
    fn pytest_options_lead_to_their_plugin_as_typed() {
        for (option, plugin) in [
            ("--cov=src", "pytest-cov"),
            ("--cov-report=xml", "pytest-cov"),
            ("--timeout=60", "pytest-timeout"),
            ("-n", "pytest-xdist"),
            ("-n4", "pytest-xdist"),
            ("-nauto", "pytest-xdist"),
            ("--benchmark-only", "pytest-benchmark"),
            ("--asyncio-mode=auto", "pytest-asyncio"),
        ] {
            assert_eq!(pytest_plugin(option), Some(plugin), "{option}");
        }
        for none in ["", "--verbose", "-new", "--covfefe"] {
            assert_eq!(pytest_plugin(none), None, "{none}");
        }
    }
}
