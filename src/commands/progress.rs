//! Turns long work into a sign of life on standard error; short work stays silent.

use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::options::{Destination, Output, Volume};

/// Work shorter than this shows nothing: a flicker is no information.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the sign moves.
const TICK: Duration = Duration::from_millis(120);

/// A sign of life; it goes when this value does.
#[derive(Debug, Default)]
pub(super) struct Progress {
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    bar: ProgressBar,
    done: Option<Sender<()>>,
    waiter: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to wait; nothing ever shows when standard error is no terminal.
    pub(super) fn start(output: &Output) -> Self {
        if output.progress == Destination::Pipe || output.volume == Volume::Quiet {
            return Self::default();
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        let (done, wait) = mpsc::channel::<()>();
        let later = bar.clone();
        let waiter = std::thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                later.set_draw_target(ProgressDrawTarget::stderr());
                later.enable_steady_tick(TICK);
            }
        });
        Self { shown: Some(Shown { bar, done: Some(done), waiter: Some(waiter) }) }
    }

    /// The same with a bar that fills as so many things get done.
    pub(super) fn counting(output: &Output, total: usize) -> Self {
        let this = Self::start(output);
        if let Some(shown) = &this.shown
            && let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len}")
        {
            shown.bar.set_length(total as u64);
            shown.bar.set_style(style);
        }
        this
    }

    /// One more thing is done.
    pub(super) fn moves(&self) {
        if let Some(shown) = &self.shown {
            shown.bar.inc(1);
        }
    }

    /// Says what is being done: `reading logs.zip`.
    pub(super) fn says(&self, what: &str) {
        if let Some(shown) = &self.shown {
            shown.bar.set_message(crate::report::inline::one_line(what));
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.done.take();
        if let Some(waiter) = self.waiter.take() {
            // The waiter cannot fail; if it did, there would be nothing to clear.
            let _ = waiter.join();
        }
        self.bar.finish_and_clear();
    }
}
