//! Turns a script with retired workflow commands into one that appends to the runner's files, in the words of its shell.

use std::sync::LazyLock;

use regex::Regex;

use crate::edit::Refusal;
use crate::edit::scene::{Shell, unfit};
use crate::edit::script;

/// The command, its name in `name=`, and what parts it from the value.
static COMMAND: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"::(?:(set-output|save-state|set-env)\s+name=([^:\s]+)::|(add-path)::)").ok());

/// Whether a script uses one.
pub(super) fn is_used(script: &str) -> bool {
    COMMAND.as_ref().is_some_and(|command| command.is_match(script))
}

fn file(command: &str) -> &'static str {
    match command {
        "set-output" => "GITHUB_OUTPUT",
        "save-state" => "GITHUB_STATE",
        "set-env" => "GITHUB_ENV",
        _ => "GITHUB_PATH",
    }
}

/// The script without them.
pub(super) fn rewritten(script: &str, shell: Shell) -> Result<String, Refusal> {
    let (script, encoded) = if shell.is_posix() { decoded(script) } else { (script.to_owned(), Vec::new()) };
    let script = script.as_str();
    if ["%0A", "%0D", "%25"].iter().any(|code| script.contains(code)) {
        return unfit("the script encodes line ends for a workflow command in a way that is not certain");
    }
    let new = match shell {
        Shell::Bash | Shell::Sh => posix(script, &encoded)?,
        Shell::Pwsh | Shell::WindowsPs => lines(script, |line| powershell(line, shell)),
        Shell::Cmd => lines(script, cmd),
        Shell::Python => python(script),
        Shell::Other => return unfit("the script's shell is not known"),
    };
    if is_used(&new) { unfit("a workflow command stands where it cannot be rewritten with certainty") } else { Ok(new) }
}

/// `text` with the command's head gone and what stays of it, and the file.
fn bare(text: &str) -> Option<(String, &'static str)> {
    let found = COMMAND.as_ref()?.captures(text)?;
    let whole = found.get(0)?;
    let command = found.get(1).or_else(|| found.get(3))?.as_str();
    let head = found.get(2).map_or(String::new(), |name| format!("{}=", name.as_str()));
    Some((format!("{}{head}{}", text.get(..whole.start())?, text.get(whole.end()..)?), file(command)))
}

/// A line that encodes a variable for a workflow command: `x="${x//$'\n'/'%0A'}"`.
static ENCODING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^\s*([A-Za-z_][A-Za-z0-9_]*)="?\$\{([A-Za-z_][A-Za-z0-9_]*)//[^/]+/['"]?%(?:25|0A|0D)['"]?\}"?\s*$"#).ok()
});

/// The script without such lines, and the variables that they encoded: the file form takes a value as it is.
fn decoded(script: &str) -> (String, Vec<String>) {
    let mut names = Vec::new();
    let mut lines = Vec::new();
    for line in script.split('\n') {
        let found = ENCODING.as_ref().and_then(|encoding| encoding.captures(line));
        match found.and_then(|found| Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))) {
            Some((name, of)) if name == of => names.push(name),
            _ => lines.push(line),
        }
    }
    (lines.join("\n"), names)
}

/// A value of several lines between delimiters that do not stand in it by chance.
fn delimited(text: &str, encoded: &[String]) -> Option<String> {
    let found = COMMAND.as_ref()?.captures(text)?;
    let (command, name) = (found.get(1)?.as_str(), found.get(2)?.as_str());
    let variable = text.get(found.get(0)?.end()..)?.trim_end_matches(['"', '\'']);
    let variable = variable.strip_prefix('$')?;
    let variable = variable.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(variable);
    let known = encoded.iter().any(|one| one == variable) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    known.then(|| format!("{{ echo \"{name}<<EOF_{name}\"; echo \"${variable}\"; echo \"EOF_{name}\"; }} >> \"${}\"", file(command)))
}

fn posix(script: &str, encoded: &[String]) -> Result<String, Refusal> {
    let mut out = String::with_capacity(script.len());
    let mut done = 0;
    for command in script::commands(script) {
        let words = command.program();
        let prints = words.first().is_some_and(|word| ["echo", "printf"].contains(&word.text.as_str()));
        let (start, end) = (command.start(), command.end());
        let Some(text) = script.get(start..end).filter(|text| prints && is_used(text)) else { continue };
        let silent = words.first().is_some_and(|word| word.text == "echo") && words.get(1).is_some_and(|word| word.text.starts_with("-n"));
        if command.redirected || silent {
            return unfit("the workflow command's output goes elsewhere");
        }
        out.push_str(script.get(done..start).unwrap_or(""));
        match (delimited(text, encoded), bare(text)) {
            (Some(new), _) => out.push_str(&new),
            (None, Some((new, file))) => out.push_str(&format!("{new} >> \"${file}\"")),
            (None, None) => out.push_str(text),
        }
        done = end;
    }
    out.push_str(script.get(done..).unwrap_or(""));
    Ok(out)
}

fn lines(script: &str, line: impl Fn(&str) -> Option<String>) -> String {
    script.split('\n').map(|text| line(text).unwrap_or_else(|| text.to_owned())).collect::<Vec<_>>().join("\n")
}

fn powershell(line: &str, shell: Shell) -> Option<String> {
    let text = line.trim();
    let margin = line.get(..line.len() - line.trim_start().len())?;
    let (program, value) = text.split_once(char::is_whitespace).unwrap_or(("", text));
    let prints = ["echo", "write-host", "write-output", ""].contains(&program.to_ascii_lowercase().as_str());
    let value = value.trim();
    let quoted = value.len() > 1 && value.starts_with(['"', '\'']) && value.chars().next() == value.chars().next_back();
    let inner = value.get(1..value.len().saturating_sub(1)).unwrap_or("");
    let plain = quoted && !inner.replace("\"\"", "").contains(value.chars().next().unwrap_or('"'));
    if !prints || !plain {
        return None;
    }
    let (new, file) = bare(value)?;
    Some(match shell {
        // Windows PowerShell's `>>` writes UTF-16, which the runner does not read.
        Shell::WindowsPs => format!("{margin}{new} | Out-File -FilePath $env:{file} -Encoding utf8 -Append"),
        _ => format!("{margin}{new} >> $env:{file}"),
    })
}

fn cmd(line: &str) -> Option<String> {
    let text = line.trim_start().trim_start_matches('@');
    let margin = line.get(..line.len() - line.trim_start().len())?;
    let rest = text.get(..5).filter(|word| word.eq_ignore_ascii_case("echo ")).and_then(|_| text.get(5..))?;
    if rest.contains(['>', '|', '&']) {
        return None;
    }
    let (new, file) = bare(rest)?;
    // The redirection stands first: a digit before `>>` would name a stream.
    Some(format!("{margin}>> \"%{file}%\" echo {new}"))
}

fn python(script: &str) -> String {
    let new = lines(script, |line| {
        let text = line.trim_end();
        let call = text.trim_start().strip_prefix("print(")?.strip_suffix(')')?;
        let (new, file) = bare(call)?;
        let margin = line.get(..line.len() - line.trim_start().len())?;
        Some(format!("{margin}print({new}, file=open(os.environ[\"{file}\"], \"a\"))"))
    });
    let imports = script.lines().any(|line| line.trim_end() == "import os" || line.starts_with("import os,"));
    if new == script || imports { new } else { format!("import os\n{new}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_says_it_in_its_words() {
        let cases = [
            (Shell::Bash, "echo \"::set-output name=a::$(b \"c\")\" # x", "echo \"a=$(b \"c\")\" >> \"$GITHUB_OUTPUT\" # x"),
            (Shell::Bash, "if x; then echo '::set-env name=K::V'; fi", "if x; then echo 'K=V' >> \"$GITHUB_ENV\"; fi"),
            (
                Shell::Sh,
                "echo ::save-state name=a::${{ b || c }}\necho ::add-path::/d",
                "echo a=${{ b || c }} >> \"$GITHUB_STATE\"\necho /d >> \"$GITHUB_PATH\"",
            ),
            (Shell::Bash, "printf '::set-output name=v::%s\\n' \"$V\"", "printf 'v=%s\\n' \"$V\" >> \"$GITHUB_OUTPUT\""),
            (Shell::Bash, "echo ::set-output name=t::\"$T\" && b", "echo t=\"$T\" >> \"$GITHUB_OUTPUT\" && b"),
            (
                Shell::Bash,
                "b=\"${b//'%'/'%25'}\"\nb=\"${b//$'\\n'/'%0A'}\"\necho \"::set-output name=b::$b\"",
                "{ echo \"b<<EOF_b\"; echo \"$b\"; echo \"EOF_b\"; } >> \"$GITHUB_OUTPUT\"",
            ),
            (Shell::Pwsh, "  Write-Host \"::set-output name=a::$b\"", "  \"a=$b\" >> $env:GITHUB_OUTPUT"),
            (Shell::WindowsPs, "echo '::add-path::C:\\x'", "'C:\\x' | Out-File -FilePath $env:GITHUB_PATH -Encoding utf8 -Append"),
            (Shell::Cmd, "@echo ::set-output name=n::1", ">> \"%GITHUB_OUTPUT%\" echo n=1"),
            (
                Shell::Python,
                "print(f\"::set-output name=a::{b}\")",
                "import os\nprint(f\"a={b}\", file=open(os.environ[\"GITHUB_OUTPUT\"], \"a\"))",
            ),
        ];
        for (shell, before, after) in cases {
            assert_eq!(rewritten(before, shell).as_deref(), Ok(after));
        }
    }

    #[test]
    fn uncertain_places_are_refused() {
        for script in [
            "echo \"::set-output name=a::$b\" | tee x",
            "bash -c \"echo ::set-output name=a::b\"",
            "x=$(y | sed 's/z/%0A/')\necho ::set-output name=a::$x",
            "echo -n ::set-output name=a::b",
            "cat <<E\n::set-output name=a::b\nE",
        ] {
            assert!(rewritten(script, Shell::Bash).is_err(), "{script}");
        }
        assert!(rewritten("Write-Host \"::set-output name=a::\" + $b", Shell::Pwsh).is_err());
        assert!(rewritten("echo ::set-output name=a::b", Shell::Other).is_err());
    }
}
