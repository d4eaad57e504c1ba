//! The command that starts a script, as the runner starts it.

/// A shell with its flags. `{0}` stands for the script's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// The program by name, as the runner finds it on the path: `bash`.
    pub program: String,
    /// The same as the log spells it: `/usr/bin/bash`.
    pub spelled: String,
    /// Its arguments; one holds `{0}`.
    pub arguments: Vec<String>,
}

/// What the runner puts around a script of PowerShell (actions/runner, `ScriptHandlerHelpers`).
const POWERSHELL: (&str, &str) =
    ("$ErrorActionPreference = 'stop'\n", "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }");

impl Shell {
    /// Reads the text behind `shell: ` in a log: `/usr/bin/bash --noprofile --norc -e -o pipefail {0}`.
    pub fn of_log(text: &str) -> Option<Self> {
        let mut words = split(text).into_iter();
        let program = words.next()?;
        let name = program.rsplit(['/', '\\']).next().unwrap_or(&program).trim_end_matches(".exe").trim_end_matches(".EXE");
        let arguments: Vec<String> = words.collect();
        let sound = !name.is_empty() && arguments.iter().any(|argument| argument.contains("{0}"));
        sound.then(|| Self { program: name.to_ascii_lowercase(), spelled: program.clone(), arguments })
    }

    /// What a workflow's `shell:` stands for on a host that is no Windows; none is the default, which is `sh` in a container.
    pub fn of_workflow(key: Option<&str>, in_container: bool) -> Option<Self> {
        let of = |program: &str, arguments: &[&str]| Self {
            program: program.to_owned(),
            spelled: if program == "bash" { "/usr/bin/bash".to_owned() } else { program.to_owned() },
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        };
        Some(match key.map(str::trim) {
            None if in_container => of("sh", &["-e", "{0}"]),
            None => of("bash", &["-e", "{0}"]),
            Some("bash") => of("bash", &["--noprofile", "--norc", "-eo", "pipefail", "{0}"]),
            Some("sh") => of("sh", &["-e", "{0}"]),
            Some("python") => of("python", &["{0}"]),
            Some(shell @ ("pwsh" | "powershell")) => of(shell, &["-command", ". '{0}'"]),
            Some("cmd") => return None,
            Some(own) => return Self::of_log(own),
        })
    }

    /// The ending of its scripts' files.
    pub fn ending(&self) -> &'static str {
        match self.program.as_str() {
            "pwsh" | "powershell" => "ps1",
            name if name.starts_with("python") => "py",
            "cmd" => "cmd",
            "bash" | "sh" => "sh",
            _ => "script",
        }
    }

    /// The script as the runner writes it into its file.
    pub fn dressed(&self, script: &str) -> String {
        match self.program.as_str() {
            "pwsh" | "powershell" => format!("{}{script}{}", POWERSHELL.0, POWERSHELL.1),
            _ => format!("{script}\n"),
        }
    }

    /// The arguments with the script's file in its place.
    pub fn arguments_for(&self, file: &str) -> Vec<String> {
        self.arguments.iter().map(|argument| argument.replace("{0}", file)).collect()
    }

    /// As the log prints it.
    pub fn shown(&self) -> String {
        let quoted = |word: &String| if word.contains(' ') { format!("\"{word}\"") } else { word.clone() };
        std::iter::once(self.program.clone()).chain(self.arguments.iter().map(quoted)).collect::<Vec<_>>().join(" ")
    }
}

/// Words at blanks; double quotes keep blanks together.
fn split(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    for character in text.chars() {
        match character {
            '"' => (quoted, any) = (!quoted, true),
            blank if blank.is_whitespace() && !quoted => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            other => {
                word.push(other);
                any = true;
            }
        }
    }
    if any {
        words.push(word);
    }
    words
}
