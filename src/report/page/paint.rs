//! Turns lines into painted lines: the terminal's own base colours only, which its owner chose to be readable.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

/// Whether a page is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// With ANSI sequences.
    On,
    /// Plain text.
    #[default]
    Off,
}

/// How a page is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Columns.
    pub width: usize,
    /// Whether it is painted.
    pub colour: Colour,
    /// How the user calls this program, for the commands that a page suggests: `gh autoheal` or `gh-autoheal`.
    pub program: String,
}

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// As the terminal writes.
    Plain,
    /// What the eye shall find first.
    Strong,
    /// What may be skipped.
    Faint,
    /// A failure, a removed line.
    Bad,
    /// The mark of a failure.
    BadStrong,
    /// A repair, an added line.
    Good,
    /// What needs a person.
    Careful,
    /// A place, a hunk, a command.
    Place,
}

impl Ink {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Bad => colour(AnsiColor::Red),
            Self::BadStrong => colour(AnsiColor::Red).bold(),
            Self::Good => colour(AnsiColor::Green),
            Self::Careful => colour(AnsiColor::Yellow),
            Self::Place => colour(AnsiColor::Cyan),
        }
    }
}

/// A page as it grows.
#[derive(Debug)]
pub(crate) struct Sheet {
    text: String,
    colour: Colour,
    /// Columns.
    pub width: usize,
}

impl Sheet {
    /// An empty page.
    pub(crate) fn new(layout: &Layout) -> Self {
        Self { text: String::new(), colour: layout.colour, width: layout.width.max(40) }
    }

    /// One line of several pieces.
    pub(crate) fn line(&mut self, pieces: &[(Ink, &str)]) {
        for (ink, piece) in pieces {
            self.put(*ink, piece);
        }
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    /// An empty line; never two, and none at the top.
    pub(crate) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// The page.
    pub(crate) fn finish(mut self) -> String {
        while self.text.ends_with("\n\n") {
            self.text.pop();
        }
        self.text
    }

    fn put(&mut self, ink: Ink, piece: &str) {
        let written = match self.colour {
            Colour::On if ink != Ink::Plain && !piece.trim().is_empty() => {
                let style = ink.style();
                write!(self.text, "{style}{piece}{style:#}")
            }
            Colour::On | Colour::Off => write!(self.text, "{piece}"),
        };
        debug_assert!(written.is_ok(), "writing to a text cannot fail");
    }
}
