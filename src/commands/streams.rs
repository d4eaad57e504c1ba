//! Turns finished texts into bytes on standard output and standard error. A reader that went away is no error.
#![expect(clippy::disallowed_methods, reason = "shell: writes the standard streams and the step summary")]

use std::io::{self, ErrorKind};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use crate::failure::{Failure, Kind};
use crate::options::{Output, Volume};
use crate::report::Colour;

/// Writes a result.
///
/// # Errors
/// When standard output cannot be written, except that nobody reads it any more.
pub(super) fn result(text: &str, output: &Output) -> Result<(), Failure> {
    if output.volume == Volume::Quiet {
        return Ok(());
    }
    // Only what is painted needs a console that understands it; anything else goes out byte by byte.
    let written = match output.layout.colour {
        Colour::On => write_all(&mut AutoStream::new(io::stdout(), ColorChoice::Always).lock(), text),
        Colour::Off => write_all(&mut io::stdout().lock(), text),
    };
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Kind::Output, format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a document, whatever becomes of it: it is the last word.
pub(super) fn document(value: &impl Serialize) {
    if let Ok(mut text) = serde_json::to_string(value) {
        text.push('\n');
        let _ = write_all(&mut io::stdout().lock(), &text);
    }
}

/// Writes an error; where that is impossible, nobody is left to be told.
pub(super) fn error(text: &str) {
    let _ = write_all(&mut io::stderr().lock(), text);
}

/// Asks on standard error and reads one line of the answer.
///
/// # Errors
/// When standard input cannot be read.
pub(super) fn ask(question: &str) -> Result<String, Failure> {
    error(question);
    let mut answer = String::new();
    let read = io::BufRead::read_line(&mut io::Read::take(io::stdin().lock(), 1 << 10), &mut answer);
    read.map_err(|error| Failure::new(Kind::Output, format!("cannot read the answer: {error}")))?;
    Ok(answer)
}

/// Appends to the summary of a step.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(path);
    opened
        .and_then(|mut file| write_all(&mut file, text))
        .map_err(|error| Failure::new(Kind::Output, format!("cannot write the step summary `{}`: {error}", path.display())))
}

fn write_all(stream: &mut impl io::Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
