//! Turns what the program prints on a terminal into docs/demo.svg, the picture of the README.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::project::{Done, path};

/// Where the picture lies.
const FILE: &str = "docs/demo.svg";
/// Columns of the terminal that is shown.
const COLUMNS: usize = 96;
/// The width of a letter, the height of a line and the margin, in hundredths of a pixel: whole numbers, so that every machine
/// writes the same digits.
const LETTER: usize = 843;
const LINE: usize = 2000;
const MARGIN: usize = 2400;
/// The frame's bar with its three buttons.
const BAR: usize = 3600;

/// Plays the demonstration and draws what it prints.
pub(crate) fn write() -> Done {
    let home = std::env::temp_dir().join(format!("gh-autoheal-picture-{}", std::process::id()));
    fs::create_dir_all(&home)?;
    let said = play(&home);
    fs::remove_dir_all(&home)?;
    let svg = draw("gh-autoheal demo", &said?);
    fs::write(path(FILE), svg).map_err(|error| format!("{FILE}: {error}"))?;
    println!("{FILE}");
    Ok(())
}

/// What `gh-autoheal demo` prints in colour, the same on every machine: nobody's configuration, and no folder of this run.
fn play(home: &std::path::Path) -> Result<String, Box<dyn std::error::Error>> {
    let mut demo = Command::new(crate::project::program()?);
    demo.arg("demo").env_clear().env("HOME", home).env("TMPDIR", home).env("GIT_CONFIG_NOSYSTEM", "1");
    let output = demo.env("CLICOLOR_FORCE", "1").env("GH_FORCE_TTY", COLUMNS.to_string()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(placeless(&String::from_utf8(output.stdout)?))
}

/// The text with `/tmp/demo` for the folder that this run made.
fn placeless(text: &str) -> String {
    let line = |line: &str| match line.trim_start().strip_prefix("cd ") {
        Some(folder) => format!("  cd /tmp/demo/{}", folder.rsplit('/').next().unwrap_or("")),
        None => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// How letters are painted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Paint {
    bold: bool,
    dim: bool,
    colour: Option<&'static str>,
}

impl Paint {
    /// The paint after a list of SGR codes (ECMA-48); a code that the program does not use changes nothing.
    fn after(mut self, codes: &str) -> Self {
        for code in codes.split(';') {
            match code {
                "" | "0" => self = Self::default(),
                "1" => self.bold = true,
                "2" => self.dim = true,
                "31" | "91" => self.colour = Some("red"),
                "32" | "92" => self.colour = Some("green"),
                "33" | "93" => self.colour = Some("yellow"),
                "34" | "94" => self.colour = Some("blue"),
                "35" | "95" => self.colour = Some("magenta"),
                "36" | "96" => self.colour = Some("cyan"),
                "39" => self.colour = None,
                _ => {}
            }
        }
        self
    }

    fn classes(self) -> String {
        [self.bold.then_some("bold"), self.dim.then_some("dim"), self.colour].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A stretch of one line in one paint.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    column: usize,
    text: String,
    paint: Paint,
}

/// Splits a line at its escape sequences; `paint` goes on from line to line.
fn runs(line: &str, paint: &mut Paint) -> Vec<Run> {
    let mut out = Vec::new();
    let mut column = 0;
    for (index, part) in line.split("\u{1b}[").enumerate() {
        let text = match part.split_once('m') {
            Some((codes, text)) if index > 0 => {
                *paint = paint.after(codes);
                text
            }
            _ => part,
        };
        let blank = text.len() - text.trim_start().len();
        let words = text.trim();
        if !words.is_empty() {
            out.push(Run { column: column + blank, text: words.to_owned(), paint: *paint });
        }
        column += text.chars().count();
    }
    out
}

/// A terminal in which `command` printed `output`.
fn draw(command: &str, output: &str) -> String {
    let mut lines = vec![format!("\u{1b}[2m$\u{1b}[0m \u{1b}[1m{command}\u{1b}[0m"), String::new()];
    lines.extend(output.trim_end().lines().map(str::to_owned));
    let width = MARGIN * 2 + COLUMNS * LETTER;
    let height = BAR + lines.len() * LINE + MARGIN;
    let mut svg = format!(
        "<!-- Made by `cargo xtask picture` from what `gh-autoheal demo` prints; do not edit. -->\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" xml:space=\"preserve\" role=\"img\">\n\
         <title>gh-autoheal names the cause of a failed run and heals its workflow on a new branch</title>\n{STYLE}\
         <rect class=\"frame\" x=\".5\" y=\".5\" width=\"{fw}\" height=\"{fh}\" rx=\"10\"/>\n\
         <circle cx=\"22\" cy=\"18\" r=\"6\" fill=\"#ff5f57\"/><circle cx=\"42\" cy=\"18\" r=\"6\" fill=\"#febc2e\"/>\
         <circle cx=\"62\" cy=\"18\" r=\"6\" fill=\"#28c840\"/>\n",
        w = pixels(width),
        h = pixels(height),
        fw = pixels(width - 100),
        fh = pixels(height - 100),
    );
    let mut paint = Paint::default();
    for (row, line) in lines.iter().enumerate() {
        for run in runs(line, &mut paint) {
            let (x, y) = (MARGIN + run.column * LETTER, BAR + (row + 1) * LINE - 500);
            let classes = run.paint.classes();
            let class = if classes.is_empty() { String::new() } else { format!(" class=\"{classes}\"") };
            // The length makes columns stand below each other in whatever font the reader has.
            let length = pixels(run.text.chars().count() * LETTER);
            let text = escaped(&run.text);
            let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\" textLength=\"{length}\"{class}>{text}</text>", pixels(x), pixels(y));
        }
    }
    svg.push_str("</svg>\n");
    svg
}

const STYLE: &str = "<style>\n\
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #e6edf3; white-space: pre; }\n\
    .frame { fill: #0d1117; stroke: #30363d; } .bold { font-weight: 600; } .dim { fill: #8b949e; }\n\
    .red { fill: #ff7b72; } .green { fill: #7ee787; } .yellow { fill: #e3b341; } .blue { fill: #79c0ff; }\n\
    .magenta { fill: #d2a8ff; } .cyan { fill: #56d4dd; }\n</style>\n";

/// Hundredths of a pixel as SVG writes them.
fn pixels(hundredths: usize) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_painted_line_becomes_runs_at_their_columns() {
        let mut paint = Paint::default();
        let found = runs("  \u{1b}[1m\u{1b}[31mx\u{1b}[0m  two words\u{1b}[2m dim", &mut paint);
        let red = Paint { bold: true, dim: false, colour: Some("red") };
        let dim = Paint { dim: true, ..Paint::default() };
        assert_eq!(
            found,
            [
                Run { column: 2, text: "x".to_owned(), paint: red },
                Run { column: 5, text: "two words".to_owned(), paint: Paint::default() },
                Run { column: 15, text: "dim".to_owned(), paint: dim },
            ]
        );
        assert_eq!(paint, dim, "it goes on in the next line");
    }

    #[test]
    fn the_picture_shows_text_as_text() {
        let svg = draw("x", "a < b & c");
        assert!(svg.contains(">a &lt; b &amp; c</text>") && svg.ends_with("</svg>\n"), "{svg}");
        assert_eq!(svg, draw("x", "a < b & c"));
    }

    #[test]
    fn the_folder_of_one_run_is_not_in_the_picture() {
        assert_eq!(placeless("see:\n\n  cd /var/x/gh-autoheal-demo-aB3/weather\n"), "see:\n\n  cd /tmp/demo/weather");
    }

    #[test]
    fn pixels_are_written_without_idle_zeros() {
        assert_eq!([pixels(843), pixels(2000), pixels(850), pixels(5)], ["8.43", "20", "8.5", "0.05"]);
    }
}
