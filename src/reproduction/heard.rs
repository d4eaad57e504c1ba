//! Hears what a script wrote here as if it were the run's log, and says whether it is the same failure.

use super::Paths;
use crate::cases::{Answer, Material, Retelling, Signature, Subject, retelling};

/// How the step came out here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It fails for the same cause: the failure has the same fingerprint.
    SameCause,
    /// It fails otherwise.
    Otherwise {
        /// The rule that explains it; none when no rule does.
        rule: Option<String>,
        /// The line that says why.
        cause: Option<String>,
    },
    /// It passes.
    Passes,
    /// It was stopped, in words.
    Stopped(&'static str),
    /// It could not be run, in words.
    NotRun(String),
}

/// What a script wrote, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Its lines.
    pub lines: Vec<String>,
    /// Its exit code; none for one that was stopped.
    pub exit: Option<i32>,
}

/// Compares what is heard with the failure of the run.
#[derive(Debug)]
pub struct Listener {
    retelling: Option<Retelling>,
    wanted: Signature,
}

impl Listener {
    /// Knows the failure by the run's own words. `ask` is what the rules say of some material.
    pub fn new(subject: &Subject<'_>, ask: impl FnMut(&Material) -> Answer) -> Self {
        Self { retelling: retelling(subject, ask), wanted: subject.signature.clone() }
    }

    /// Says how a step came out; its folders are named as in the run first.
    pub fn hear(&self, heard: &Heard, paths: &Paths, mut ask: impl FnMut(&Material) -> Answer) -> Verdict {
        match heard.exit {
            Some(0) => return Verdict::Passes,
            None => return Verdict::Stopped("it was stopped"),
            Some(_) => {}
        }
        let lines: Vec<String> = heard.lines.iter().map(|line| paths.there(line)).collect();
        let answer = self.retelling.as_ref().and_then(|retelling| ask(&retelling.with(&lines, heard.exit)));
        match answer {
            Some((signature, _)) if signature.fingerprint == self.wanted.fingerprint => Verdict::SameCause,
            Some((signature, _)) => Verdict::Otherwise { rule: signature.rule, cause: signature.cause },
            None => Verdict::Otherwise { rule: None, cause: lines.into_iter().rev().find(|line| !line.trim().is_empty()) },
        }
    }
}

impl Verdict {
    /// The word of the JSON document.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::SameCause => "same-cause",
            Self::Otherwise { .. } => "fails-otherwise",
            Self::Passes => "passes",
            Self::Stopped(_) => "stopped",
            Self::NotRun(_) => "not-run",
        }
    }

    /// In words, without a full stop.
    pub fn words(&self) -> String {
        match self {
            Self::SameCause => "reproduced: same cause".to_owned(),
            Self::Otherwise { rule, cause } => {
                let line = cause.as_deref().map(str::trim).unwrap_or("no line says why");
                match rule {
                    Some(rule) => format!("fails otherwise: {rule}: {line}"),
                    None => format!("fails otherwise: {line}"),
                }
            }
            Self::Passes => "passes here".to_owned(),
            Self::Stopped(why) => format!("stopped: {why}"),
            Self::NotRun(why) => format!("not run: {why}"),
        }
    }
}
