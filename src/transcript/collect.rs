//! Turns raw lines into clean ones: stamps, markers, echoed scripts, and where steps may begin.

use super::echo::{self, Colour};
use super::marker::{CompositeMarker, Style, classify};
use super::{Echo, Line, LineKind, LogText, clean};
use crate::archive::lines::RawLine;
use crate::archive::stamp;
use crate::text::{ByteSpan, LineNumber, Timestamp};

/// One job's text while it is read.
pub(super) struct Collector {
    pub(super) text: LogText,
    /// What was echoed, in order.
    pub(super) echoes: Vec<Echo>,
    /// Where steps may begin or end.
    pub(super) landmarks: Vec<Landmark>,
    /// The lines with an error marker.
    pub(super) errors: Vec<usize>,
    style: Style,
    stamp: Option<Timestamp>,
    open: Option<OpenEcho>,
}

/// A line that tells where a step begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Landmark {
    pub(super) line: usize,
    pub(super) kind: LandmarkKind,
}

/// What such a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LandmarkKind {
    /// `##[group]Run …`.
    Run,
    /// `Complete job name: …`: the set-up is over.
    SetupDone,
    /// `Post job cleanup.`
    Post,
    /// `Cleaning up orphan processes`.
    Cleanup,
    /// `##[debug]Starting: …` of a run with debug logging.
    DebugStart,
    /// `##[debug]Finishing: …`.
    DebugEnd,
    /// A composite action's inner step starts or ends.
    Composite(CompositeMarker),
}

/// An echo whose end has not come yet.
struct OpenEcho {
    heading: usize,
    colours: Vec<Colour>,
}

impl Collector {
    pub(super) fn new(style: Style) -> Self {
        Self { text: LogText::default(), echoes: Vec::new(), landmarks: Vec::new(), errors: Vec::new(), style, stamp: None, open: None }
    }

    /// Starts a file of about `size` bytes.
    pub(super) fn start_file(&mut self, name: &str, size: usize) {
        self.end_file();
        self.text.files.push(name.to_owned());
        self.text.clean.reserve(size.saturating_sub(size / 4));
        self.text.lines.reserve(size / 120);
    }

    /// Ends a file: an echo that is still open ends with it.
    pub(super) fn end_file(&mut self) {
        self.end_open_echo();
    }

    /// Adds a line; `message` is what stands behind gh's columns, or all of it.
    pub(super) fn add(&mut self, raw: RawLine<'_>, message: &str, number: usize) {
        let (found, message) = stamp::split(message);
        self.stamp = found.or(self.stamp);
        let (mut kind, mut body) = classify(message, self.style);
        // A line without a stamp continues the message before it: no marker of the runner starts there.
        let is_new = found.is_some() || self.style == Style::Excerpt || self.stamp.is_none();
        let index = self.text.lines.len();
        if self.open.is_some() && kind != LineKind::EndGroup && is_new && ends_echo(kind, body) {
            self.end_open_echo();
        }
        if let Some(open) = &mut self.open
            && !matches!(kind, LineKind::EndGroup | LineKind::Debug)
        {
            (kind, body) = (LineKind::Echo, message);
            open.colours.push(if clean::is_script_colour(message) { Colour::Script } else { Colour::Plain });
        } else if let Some(open) = &mut self.open
            && kind == LineKind::Debug
        {
            open.colours.push(Colour::Plain);
        }
        self.push(raw, body, number, kind);
        match kind {
            LineKind::EndGroup if self.open.is_some() => self.close_echo(),
            LineKind::Group if body.starts_with("Run ") => {
                self.open = Some(OpenEcho { heading: index, colours: Vec::new() });
                self.landmark(index, LandmarkKind::Run);
            }
            LineKind::Error => self.errors.push(index),
            LineKind::Output | LineKind::Debug | LineKind::Marker => self.look_for_landmark(index, kind),
            _ => {}
        }
    }

    fn push(&mut self, raw: RawLine<'_>, body: &str, number: usize, kind: LineKind) {
        let start = self.text.clean.len();
        clean::push(&mut self.text.clean, body);
        let end = self.text.clean.len();
        self.text.clean.push('\n');
        self.text.lines.push(Line {
            clean: ByteSpan::new(start, end),
            raw: raw.span,
            file: u32::try_from(self.text.files.len().saturating_sub(1)).unwrap_or(0),
            number: LineNumber::from_index(number),
            kind,
            stamp: self.stamp,
        });
    }

    fn look_for_landmark(&mut self, index: usize, kind: LineKind) {
        let text = self.text.text(index);
        let found = match kind {
            LineKind::Output if text == "Post job cleanup." => LandmarkKind::Post,
            LineKind::Output if text == "Cleaning up orphan processes" => LandmarkKind::Cleanup,
            LineKind::Output if text.starts_with("Complete job name: ") => LandmarkKind::SetupDone,
            LineKind::Debug if text.starts_with("Starting: ") => LandmarkKind::DebugStart,
            LineKind::Debug if text.starts_with("Finishing: ") => LandmarkKind::DebugEnd,
            LineKind::Marker => match CompositeMarker::of(text) {
                Some(marker) => LandmarkKind::Composite(marker),
                None => return,
            },
            _ => return,
        };
        self.landmark(index, found);
    }

    fn landmark(&mut self, line: usize, kind: LandmarkKind) {
        self.landmarks.push(Landmark { line, kind });
    }

    /// Ends an echo at its `##[endgroup]`, which is the last line.
    fn close_echo(&mut self) {
        let Some(open) = self.open.take() else { return };
        let end = self.text.lines.len().saturating_sub(1);
        self.echoes.push(echo::parse(&self.text, open.heading..end, &open.colours));
    }

    /// Ends an echo that nothing closes: behind its last line that looks echoed. What follows was output.
    fn end_open_echo(&mut self) {
        let Some(open) = self.open.take() else { return };
        let first = open.heading + 1;
        let text_of = |offset: usize| self.text.text(first + offset);
        let looks_echoed = |(offset, colour): (usize, &Colour)| *colour == Colour::Script || echo::can_be_echoed(text_of(offset));
        // Without colours the script reaches to the line that names its shell.
        let uncoloured = if open.colours.contains(&Colour::Script) {
            0
        } else {
            let near = open.colours.len().min(MAX_UNCOLOURED);
            (0..near).find(|offset| text_of(*offset).starts_with("shell: ")).unwrap_or(0)
        };
        let count = uncoloured + open.colours.iter().enumerate().skip(uncoloured).take_while(|line| looks_echoed(*line)).count();
        for index in first + count..self.text.lines.len() {
            self.make_output(index);
        }
        let colours = open.colours.get(..count).unwrap_or_default();
        self.echoes.push(echo::parse(&self.text, open.heading..first + count, colours));
    }

    fn make_output(&mut self, index: usize) {
        let (kind, length) = {
            let text = self.text.text(index);
            let (kind, body) = classify(text, self.style);
            (kind, body.len())
        };
        let Some(line) = self.text.lines.get_mut(index) else { return };
        if line.kind != LineKind::Echo {
            return;
        }
        // The group ends here, so what looks like a marker is one.
        line.clean.start = line.clean.end.saturating_sub(length).max(line.clean.start);
        line.kind = kind;
        match kind {
            LineKind::Error => self.errors.push(index),
            LineKind::Output | LineKind::Marker => self.look_for_landmark(index, kind),
            _ => {}
        }
    }

    /// Whether line `index` is in a group `Run …` that an excerpt shows without markers; marks it as echo if so.
    pub(super) fn mark_excerpt_echoes(&mut self) {
        let mut index = 0;
        while index < self.text.lines.len() {
            let heading = self.text.text(index).starts_with("Run ");
            let first = index + usize::from(heading);
            let count = (first..self.text.lines.len()).take_while(|line| self.text.text(*line).starts_with("  ")).count();
            let mut keys = (first..first + count).map(|line| self.text.text(line).trim_start());
            // Indented output is no echo: only the keys that the runner prints tell.
            let is_echo = (heading || index == 0) && keys.any(|key| matches!(key, "with:" | "env:") || key.starts_with("shell: "));
            let is_action = heading && echo::is_action(self.text.text(index).strip_prefix("Run ").unwrap_or_default());
            if is_echo || is_action {
                for line in self.text.lines.iter_mut().skip(first).take(count) {
                    line.kind = LineKind::Echo;
                }
                if heading {
                    if let Some(line) = self.text.lines.get_mut(index) {
                        line.kind = LineKind::Group;
                    }
                    self.echoes.push(echo::parse(&self.text, index..first + count, &vec![Colour::Plain; count]));
                }
            }
            index = (first + count).max(index + 1);
        }
    }
}

/// How far an uncoloured script may reach in an echo that nothing closes.
const MAX_UNCOLOURED: usize = 400;

/// Whether a line shows that the echo before it is over although nothing closed it.
fn ends_echo(kind: LineKind, body: &str) -> bool {
    match kind {
        LineKind::Group | LineKind::Error | LineKind::Command => true,
        LineKind::Output => matches!(body, "Post job cleanup." | "Cleaning up orphan processes"),
        _ => false,
    }
}
