//! Turns a whole job's text into steps, by the landmarks that the runner leaves.

use std::ops::Range;

use super::collect::{Collector, Landmark, LandmarkKind};
use super::marker::CompositeMarker;
use super::platform::kind_of_step;
use super::{Step, StepKind};

/// Splits `lines` into steps that cover them without a gap.
///
/// Where composite actions leave no markers, each of their inner steps counts as a step: the text does not tell them apart.
pub(super) fn split(job: &Collector, lines: Range<usize>) -> Vec<Step> {
    if lines.is_empty() {
        return Vec::new();
    }
    let first = job.landmarks.partition_point(|landmark| landmark.line < lines.start);
    let landmarks: Vec<&Landmark> = job.landmarks.iter().skip(first).take_while(|landmark| landmark.line < lines.end).collect();
    let mut cutter =
        Cutter { job, cuts: vec![Cut { line: lines.start, kind: first_kind(job, &lines, &landmarks), name: None }], depth: 0, debug: None };
    landmarks.into_iter().for_each(|landmark| cutter.meet(landmark));
    let ends: Vec<usize> = cutter.cuts.iter().skip(1).map(|cut| cut.line).chain([lines.end]).collect();
    cutter.cuts.into_iter().zip(ends).map(|(cut, end)| step(job, cut.line..end, cut.kind, cut.name)).collect()
}

/// A step with its lines and echoes; how it ended is told later.
pub(super) fn step(job: &Collector, lines: Range<usize>, kind: StepKind, name: Option<String>) -> Step {
    let first = job.echoes.partition_point(|echo| echo.lines.start < lines.start);
    let echoes = job.echoes.iter().skip(first).take_while(|echo| echo.lines.start < lines.end).cloned().collect();
    Step { number: None, name, kind, echoes, lines, conclusion: None, failed: false }
}

/// What stands before the first landmark: the set-up, or something cut off.
fn first_kind(job: &Collector, lines: &Range<usize>, landmarks: &[&Landmark]) -> StepKind {
    let is_setup = landmarks.iter().any(|landmark| landmark.kind == LandmarkKind::SetupDone)
        || (lines.start..lines.end.min(lines.start + 8)).any(|line| job.text.text(line).starts_with("Current runner version: "));
    if is_setup { StepKind::Setup } else { StepKind::Unknown }
}

/// Where a step begins.
struct Cut {
    line: usize,
    kind: StepKind,
    name: Option<String>,
}

struct Cutter<'a> {
    job: &'a Collector,
    cuts: Vec<Cut>,
    /// How many composite steps are open.
    depth: usize,
    /// The step that debug logging says is running; its text is not cut.
    debug: Option<String>,
}

impl Cutter<'_> {
    fn meet(&mut self, landmark: &Landmark) {
        let text = self.job.text.text(landmark.line);
        match &landmark.kind {
            LandmarkKind::DebugStart => self.debug_start(landmark.line, text.strip_prefix("Starting: ").unwrap_or(text)),
            LandmarkKind::DebugEnd => {
                if self.debug.as_deref() == text.strip_prefix("Finishing: ") {
                    self.debug = None;
                }
            }
            LandmarkKind::Composite(CompositeMarker::Start) => self.depth += 1,
            LandmarkKind::Composite(CompositeMarker::End { .. }) => self.depth = self.depth.saturating_sub(1),
            LandmarkKind::SetupDone => {}
            _ if self.debug.is_some() => {}
            LandmarkKind::Run if self.depth == 0 => self.cut(landmark.line, StepKind::Main, Some(text.to_owned())),
            LandmarkKind::Run => {}
            LandmarkKind::Post => {
                self.depth = 0;
                self.cut(landmark.line, StepKind::Post, None);
            }
            LandmarkKind::Cleanup => self.cut(landmark.line, StepKind::Complete, Some("Complete job".to_owned())),
        }
    }

    fn debug_start(&mut self, line: usize, name: &str) {
        let is_under_way = self.cuts.len() > 1 || self.cuts.iter().any(|cut| cut.name.is_some());
        // The first such line is the job's own; the steps begin with the set-up.
        if self.debug.is_some() || !is_under_way && name != "Set up job" {
            return;
        }
        self.debug = Some(name.to_owned());
        self.cut(line, kind_of_step(name), Some(name.to_owned()));
    }

    fn cut(&mut self, line: usize, kind: StepKind, name: Option<String>) {
        match self.cuts.last_mut() {
            // The set-up of a debug run begins a few lines into the job.
            Some(last) if last.line == line || kind == StepKind::Setup && last.kind == StepKind::Setup && last.name.is_none() => {
                (last.kind, last.name) = (kind, name);
            }
            _ => self.cuts.push(Cut { line, kind, name }),
        }
    }
}
