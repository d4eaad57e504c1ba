//! Turns a command that was taken away into what is written instead.

use std::sync::LazyLock;

use super::{Date, find, read};

const TEXT: &str = include_str!("commands.yml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    #[cfg_attr(not(test), expect(dead_code, reason = "read so that the file stays strict; only the test looks at it"))]
    as_of: Date,
    workflow_commands: Vec<WorkflowCommand>,
    shell_commands: Vec<ShellCommand>,
}

/// A workflow command (`::set-output`) that files have replaced.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WorkflowCommand {
    /// Its name, without colons.
    pub command: String,
    /// What became of it.
    pub state: CommandState,
    /// The variable that names the file to append to instead.
    pub file: String,
    /// How it is known.
    pub source: String,
}

/// What became of a workflow command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandState {
    /// It still works and warns.
    Deprecated,
    /// It is an error.
    Disabled,
}

/// A command of the shell that images no longer have.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ShellCommand {
    /// Its name.
    pub command: String,
    /// Since when.
    pub gone: Date,
    /// The words to write instead, where it is as simple as that.
    #[serde(default)]
    pub replacement: Option<String>,
    /// What to do where it is not.
    #[serde(default)]
    pub advice: Option<String>,
    /// How it is known.
    pub source: String,
}

/// What became of a workflow command, by its name without colons.
pub fn workflow_command(command: &str) -> Option<&'static WorkflowCommand> {
    find(&TABLE.workflow_commands, command, |row| &row.command)
}

/// What became of a command of the shell.
pub fn shell_command(command: &str) -> Option<&'static ShellCommand> {
    find(&TABLE.shell_commands, command, |row| &row.command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::almanac::testing::{assert_dated, assert_sorted, strict};

    #[test]
    fn the_table_is_strict_dated_sorted_and_unique() {
        let table: Table = strict(TEXT);
        assert_dated(&table.as_of);
        assert_sorted(table.workflow_commands.iter().map(|row| &row.command));
        assert_sorted(table.shell_commands.iter().map(|row| &row.command));
    }

    #[test]
    fn removed_commands_say_what_to_write_instead() {
        let set_env = workflow_command("set-env").unwrap();
        assert_eq!((set_env.file.as_str(), set_env.state), ("GITHUB_ENV", CommandState::Disabled));
        assert_eq!(workflow_command("set-output").unwrap().state, CommandState::Deprecated);
        assert_eq!(shell_command("docker-compose").unwrap().replacement.as_deref(), Some("docker compose"));
        assert!(shell_command("apt-key").unwrap().advice.is_some());
        assert!(workflow_command("group").is_none());
    }
}
