//! Hears that the program shall end, whatever it is doing just then.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// The wish to end, once it was uttered: Ctrl-C, or a request of the system to terminate.
pub struct Stop {
    runtime: Runtime,
    wish: Wish,
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stop").field("asked", &self.asked()).finish_non_exhaustive()
    }
}

/// What hears of the wish.
#[derive(Debug, Clone)]
pub(super) struct Wish(watch::Receiver<bool>);

impl Wish {
    /// Returns when the wish is uttered.
    pub(super) async fn uttered(&mut self) {
        if self.0.wait_for(|asked| *asked).await.is_err() {
            // Whoever listened is gone: there is nothing to wait for any more.
            std::future::pending::<()>().await;
        }
    }
}

impl Stop {
    /// Begins to listen. A second wish ends the program at once.
    ///
    /// # Errors
    /// When the system gives no way to listen.
    pub fn listen() -> io::Result<Self> {
        let listening = Builder::new_current_thread().enable_all().build()?;
        let (sender, receiver) = watch::channel(false);
        let first = wish(&listening)?;
        std::thread::spawn(move || {
            listening.block_on(first);
            // Nobody may be left to hear it.
            let _ = sender.send(true);
            if let Ok(again) = wish(&listening) {
                listening.block_on(again);
                // Every file that it writes is whole at any time.
                std::process::exit(i32::from(crate::failure::Exit::Usage as u8));
            }
        });
        Ok(Self { runtime: Builder::new_current_thread().enable_all().build()?, wish: Wish(receiver) })
    }

    /// Whether the wish was uttered.
    pub fn asked(&self) -> bool {
        *self.wish.0.borrow()
    }

    /// Lets time pass; whether the program may go on afterwards.
    pub fn sleep(&self, duration: Duration) -> bool {
        let mut wish = self.wish.clone();
        self.runtime.block_on(async { tokio::time::timeout(duration, wish.uttered()).await.is_err() })
    }

    pub(super) fn wish(&self) -> Wish {
        self.wish.clone()
    }
}

/// Returns when Ctrl-C is pressed or the system asks to terminate; it listens from now on.
#[cfg(unix)]
fn wish(runtime: &Runtime) -> io::Result<impl Future<Output = ()> + Send + use<>> {
    use tokio::signal::unix::{SignalKind, signal};
    let _inside = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns when Ctrl-C is pressed.
#[cfg(not(unix))]
fn wish(_: &Runtime) -> io::Result<impl Future<Output = ()> + Send + use<>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
