//! Runs planned steps one after the other, each with the runner's files between them.
#![expect(clippy::disallowed_methods, reason = "shell: writes and reads the runner's files")]

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::container::Container;
use super::machine;
use crate::failure::{Failure, Kind};
use crate::reproduction::{self, CheckoutStep, Deed, Heard, Paths, Plan, PlannedStep, Script};
use crate::sandbox::{self, End, Spec};
use crate::text::Fingerprint;

/// Bytes that a step may write.
const OUTPUT: usize = 32 << 20;

/// No file of the runner's is read beyond this, in bytes.
const LARGEST: u64 = 4 << 20;

/// How a row of steps ended.
#[derive(Debug)]
pub(super) enum Played {
    /// The last one ended; what it wrote.
    Last(Heard),
    /// The last one was stopped, in words.
    Stopped(&'static str),
    /// An earlier one failed.
    Earlier {
        /// Its name.
        name: String,
        /// Its exit code.
        exit: i32,
    },
    /// A step cannot be run here, in words.
    Unable(String),
}

/// Where steps are run.
pub(super) struct Stage<'a> {
    /// What is run.
    pub(super) plan: &'a Plan,
    /// The folders.
    pub(super) paths: &'a Paths,
    /// How long one step may run.
    pub(super) time: Duration,
    /// The container to run in.
    pub(super) container: Option<&'a Container>,
}

/// What earlier steps left for later ones.
#[derive(Debug, Default)]
struct Exported {
    env: Vec<(String, String)>,
    path: Vec<String>,
}

impl Stage<'_> {
    /// Runs the steps. `check_out` writes the checkout; `say` gets each line as it comes.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn play(
        &self,
        steps: &[PlannedStep],
        check_out: &mut dyn FnMut(&CheckoutStep) -> Result<(), Failure>,
        say: &mut dyn FnMut(&str),
    ) -> Result<Played, Failure> {
        let mut exported = Exported::default();
        for (index, step) in steps.iter().enumerate() {
            let script = match &step.deed {
                Deed::Run(script) => script,
                Deed::Checkout(checkout) => {
                    check_out(checkout)?;
                    continue;
                }
                Deed::Skip { .. } => continue,
            };
            let is_last = index + 1 == steps.len();
            let ended = match self.step(script, &exported, say)? {
                Ok(ended) => ended,
                Err(why) => return Ok(Played::Unable(why)),
            };
            let stopped = match ended.end {
                End::Exited(code) if is_last => return Ok(Played::Last(Heard { lines: ended.lines, exit: Some(code) })),
                End::Exited(0) => None,
                End::Exited(exit) => return Ok(Played::Earlier { name: step.name.clone(), exit }),
                End::TimeLimit => Some("it ran longer than it may; --timeout allows more"),
                End::OutputLimit => Some("it wrote more than it may"),
            };
            if let Some(why) = stopped {
                return Ok(if is_last { Played::Stopped(why) } else { Played::Unable(format!("the earlier step `{}`: {why}", step.name)) });
            }
            self.take_exports(&mut exported);
        }
        Ok(Played::Unable("no step runs a script".to_owned()))
    }

    /// Runs one script; the inner error is a reason why it cannot start.
    fn step(&self, script: &Script, exported: &Exported, say: &mut dyn FnMut(&str)) -> Result<Result<sandbox::Ended, String>, Failure> {
        let cannot = |error: io::Error| Failure::new(Kind::Output, format!("cannot write the script of `{}`: {error}", script.name));
        let file = script_file(self.paths, script);
        fs::write(&file, script.shell.dressed(&script.text)).map_err(cannot)?;
        clear_runner_files(self.paths).map_err(cannot)?;
        let folder = PathBuf::from(reproduction::folder(script, self.paths));
        if !folder.is_dir() {
            // The runner says so in these words and does not start the shell (actions/runner, `ProcessInvoker`).
            let words = format!(
                "##[error]An error occurred trying to start process '{}' with working directory '{}'. No such file or directory",
                script.shell.spelled,
                folder.display()
            );
            say(&words);
            return Ok(Ok(sandbox::Ended { end: End::Exited(1), lines: vec![words] }));
        }
        let (spec, container) = match self.spec(script, &file, folder, exported) {
            Ok(spec) => spec,
            Err(why) => return Ok(Err(why)),
        };
        let ended = sandbox::run(&spec, say)
            .map_err(|error| Failure::new(Kind::Output, format!("cannot start `{}`: {error}", spec.program.display())));
        if let (Some(name), Some(container)) = (container, self.container) {
            container.end(&name);
        }
        ended.map(Ok)
    }

    /// What to start: the shell itself, or the program that runs it in a container, and the container's name.
    fn spec(&self, script: &Script, file: &str, folder: PathBuf, exported: &Exported) -> Result<(Spec, Option<String>), String> {
        let mut own = exported.env.clone();
        own.extend(reproduction::variables(self.plan, script));
        let arguments = script.shell.arguments_for(file);
        let mut env = machine::programs();
        let path = env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone()).unwrap_or_default();
        if let Some(container) = self.container {
            let name = format!("autoheal-{}", Fingerprint::of([file]).as_str());
            let mut all = container.arguments(&self.paths.root, &folder.display().to_string(), &name, &own);
            all.push(script.shell.program.clone());
            all.extend(arguments);
            let program = machine::find(container.program, &path).ok_or_else(|| format!("there is no {} here", container.program))?;
            let spec = self.bounded(program.into(), all, env, folder);
            return Ok((spec, Some(name)));
        }
        let path = joined(&exported.path, &path);
        let program = program(&script.shell.program, &path)?;
        env.retain(|(name, _)| name != "PATH");
        env.push((OsString::from("PATH"), path));
        // A variable that a step states wins, but for PATH of another machine.
        env.extend(own.into_iter().filter(|(name, _)| name != "PATH").map(|(name, value)| (name.into(), value.into())));
        Ok((self.bounded(program.into(), arguments, env, folder), None))
    }

    fn bounded(&self, program: OsString, arguments: Vec<String>, env: Vec<(OsString, OsString)>, folder: PathBuf) -> Spec {
        Spec { program, arguments: arguments.into_iter().map(OsString::from).collect(), env, folder, time: self.time, output: OUTPUT }
    }

    /// Reads what a step left in `GITHUB_ENV` and `GITHUB_PATH`.
    fn take_exports(&self, exported: &mut Exported) {
        let read = |name: &str| {
            let path = format!("{}/_runner_file_commands/{name}", self.paths.temp());
            let small = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST);
            if small { fs::read_to_string(path).unwrap_or_default() } else { String::new() }
        };
        exported.env.extend(exports(&read("set_env")));
        exported.path.extend(read("add_path").lines().filter(|line| !line.is_empty()).map(str::to_owned));
    }
}

/// `NAME=value`, and `NAME<<END` with the lines up to `END`
/// (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files>).
fn exports(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let heredoc = line.split_once("<<").filter(|(name, _)| !name.contains('='));
        if let Some((name, end)) = heredoc {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            out.push((name.to_owned(), value.join("\n")));
        } else if let Some((name, value)) = line.split_once('=') {
            out.push((name.to_owned(), value.to_owned()));
        }
    }
    // What would change how programs are loaded is not passed on, as the runner refuses it.
    out.retain(|(name, _)| !name.is_empty() && name != "NODE_OPTIONS" && !name.starts_with("GITHUB_") && !name.starts_with("RUNNER_"));
    out
}

fn joined(before: &[String], path: &OsString) -> OsString {
    let folders = before.iter().rev().map(PathBuf::from).chain(std::env::split_paths(path));
    std::env::join_paths(folders).unwrap_or_else(|_| path.clone())
}

/// Where the shell lies; `python` may be called `python3` here.
fn program(name: &str, path: &OsString) -> Result<PathBuf, String> {
    let found = machine::find(name, path).or_else(|| if name == "python" { machine::find("python3", path) } else { None });
    found.ok_or_else(|| format!("there is no {name} here"))
}

/// The file of a script; its name has the form of the runner's, and the same script has the same one.
pub(super) fn script_file(paths: &Paths, script: &Script) -> String {
    let digits = |part: &str| Fingerprint::of([part, &script.name, &script.text]).as_str().to_owned();
    let (one, two) = (digits("a"), digits("b"));
    let guid = format!("{}-{}-4{}-8{}-{}", &one[..8], &one[8..12], &one[13..16], &two[1..4], &two[4..16]);
    format!("{}/{guid}.{}", paths.temp(), script.shell.ending())
}

/// Makes the folders and the runner's files.
///
/// # Errors
/// When something cannot be written.
pub(super) fn set_up(paths: &Paths) -> io::Result<()> {
    let temp = paths.temp();
    for dir in [format!("{temp}/_runner_file_commands"), format!("{temp}/_github_workflow"), paths.home(), paths.tools(), paths.workspace()]
    {
        fs::create_dir_all(dir)?;
    }
    fs::write(Path::new(&temp).join("_github_workflow/event.json"), "{}\n")?;
    clear_runner_files(paths)
}

fn clear_runner_files(paths: &Paths) -> io::Result<()> {
    let files = reproduction::runner_files().filter(|name| *name != "step_summary");
    for name in files {
        fs::write(format!("{}/_runner_file_commands/{name}", paths.temp()), "")?;
    }
    let summary = format!("{}/_runner_file_commands/step_summary", paths.temp());
    if fs::symlink_metadata(&summary).is_err() { fs::write(summary, "") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exported_variables_are_read_in_both_forms() {
        let text = "A=1\nB<<EOF\nx=y\nz\nEOF\nC=a<<b\nGITHUB_SHA=no\n=odd\nnothing\n";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(exports(text), [pair("A", "1"), pair("B", "x=y\nz"), pair("C", "a<<b")]);
    }
}
