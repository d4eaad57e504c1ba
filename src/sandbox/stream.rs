//! Turns a pipe into lines, one at a time, so that a flood is held back where it comes from.

use std::io::{PipeReader, Read as _};
use std::sync::mpsc::{self, Receiver};

/// Lines that may wait.
const WAITING: usize = 64;

/// A longer line is cut into several, in bytes.
const LONGEST: usize = 64 << 10;

/// The lines of a pipe as they come; the last one needs no end.
pub(super) fn lines(mut pipe: PipeReader) -> Receiver<String> {
    let (send, receive) = mpsc::sync_channel(WAITING);
    std::thread::spawn(move || {
        let mut buffer = vec![0; LONGEST];
        let mut open: Vec<u8> = Vec::new();
        while let Ok(length) = pipe.read(&mut buffer) {
            if length == 0 {
                break;
            }
            for byte in buffer.iter().take(length) {
                if *byte == b'\n' || open.len() >= LONGEST {
                    if send.send(text(&open)).is_err() {
                        return;
                    }
                    open.clear();
                }
                if *byte != b'\n' {
                    open.push(*byte);
                }
            }
        }
        if !open.is_empty() {
            // Nobody listens any more when the bounds are reached.
            let _ = send.send(text(&open));
        }
    });
    receive
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
}
