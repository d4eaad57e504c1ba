//! Turns the group `Run …` at the start of a step into what it echoes: script or action, inputs, environment, shell.

use std::ops::Range;

use super::{Echo, LogText};

/// How a line stands in the echo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    /// In the colour of script lines.
    Script,
    /// Plain.
    Plain,
}

/// Which part of the echo a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Script,
    With,
    Env,
    Other,
}

/// Reads the echo whose heading is the first of `lines`; `colours` are those of the lines behind the heading.
pub(super) fn parse(text: &LogText, lines: Range<usize>, colours: &[Colour]) -> Echo {
    let heading = text.text(lines.start);
    let title = heading.strip_prefix("Run ").unwrap_or(heading).trim().to_owned();
    let has_script_lines = colours.contains(&Colour::Script);
    let uses = (!has_script_lines && is_action(&title)).then(|| title.clone());
    let mut script: Vec<&str> = Vec::new();
    let mut echo = Echo { title, script: None, uses, with: Vec::new(), env: Vec::new(), shell: None, lines: lines.clone() };
    let mut section = if has_script_lines || echo.uses.is_some() { Section::Other } else { Section::Script };
    for (index, colour) in (lines.start + 1..lines.end).zip(colours) {
        let line = text.text(index);
        if *colour == Colour::Script {
            script.push(line);
            continue;
        }
        match line.trim_start() {
            // In an excerpt the keys are indented.
            "with:" => section = Section::With,
            "env:" => section = Section::Env,
            key if key.starts_with("shell: ") && section != Section::With => {
                echo.shell = key.strip_prefix("shell: ").map(str::to_owned);
                section = Section::Other;
            }
            _ if section == Section::Script => script.push(line),
            _ if section == Section::With => add_pair(&mut echo.with, line),
            _ if section == Section::Env => add_pair(&mut echo.env, line),
            _ => {}
        }
    }
    if echo.uses.is_none() && !script.is_empty() {
        echo.script = Some(script.join("\n"));
    }
    echo
}

/// Adds `  key: value`, or a further line of the value before it.
fn add_pair(pairs: &mut Vec<(String, String)>, line: &str) {
    let pair = line.trim_start().split_once(':').filter(|(key, _)| line.starts_with("  ") && is_key(key));
    match (pair, pairs.last_mut()) {
        (Some((key, value)), _) => pairs.push((key.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned())),
        (None, Some((_, value))) => {
            value.push('\n');
            value.push_str(line);
        }
        (None, None) => {}
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '(' | ')'))
}

/// Whether a heading names an action: `owner/name[/path]@ref`, a path in the checkout, an image.
pub(super) fn is_action(title: &str) -> bool {
    if title.contains(char::is_whitespace) {
        return false;
    }
    let is_remote = || {
        title.split_once('@').is_some_and(|(name, reference)| {
            let parts: Vec<&str> = name.split('/').collect();
            !reference.is_empty() && parts.len() >= 2 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(is_name_byte))
        })
    };
    title.starts_with("docker://") || title.starts_with("./.github/") || title == "./" || is_remote() || is_local(title)
}

/// A folder of the checkout; a script of that name would end in an extension.
fn is_local(title: &str) -> bool {
    let last = title.rsplit('/').next().unwrap_or(title);
    title.starts_with("./") && !last.contains('.')
}

const fn is_name_byte(byte: u8) -> bool {
    // `*` stands where the runner has masked a part of the name.
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*')
}

/// Whether a plain line can belong to an echo: its keys, and what is indented below them.
pub(super) fn can_be_echoed(line: &str) -> bool {
    matches!(line, "with:" | "env:") || line.starts_with("shell: ") || line.starts_with("  ")
}
