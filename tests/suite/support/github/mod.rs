//! A server on loopback that behaves as GitHub does where the program speaks to it: REST, GraphQL, logs, and git over smart HTTP
//! upon a real bare repository. It writes down every exchange and fails on demand.

mod actions;
mod git;
mod http;
mod rest;
mod state;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::git::Repo;
use super::program::Program;
pub(crate) use http::Answer;
pub(crate) use state::{Fault, Run, State};

/// The token that the server knows.
pub(crate) const TOKEN: &str = "gho_0123456789abcdefghijABCDEFGHIJ012345";

/// The repository on it.
pub(crate) const REPO: &str = "octo/weather";

/// One request and its reply.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    /// Path and query, without `/api/v3`.
    pub(crate) path: String,
    pub(crate) version: Option<String>,
    pub(crate) body: Option<Value>,
    pub(crate) status: u16,
    pub(crate) reply: Option<Value>,
    /// Whether the reply was a fault on demand.
    pub(crate) injected: bool,
}

impl Exchange {
    /// Whether it changes something.
    pub(crate) fn writes(&self) -> bool {
        self.method != "GET"
    }

    /// `POST /repos/octo/weather/issues`.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// The server.
pub(crate) struct GitHub {
    address: SocketAddr,
    shared: Arc<Shared>,
    _folder: TempDir,
}

pub(crate) struct Shared {
    state: Mutex<State>,
    bare: PathBuf,
    stopped: AtomicBool,
}

impl GitHub {
    /// A server with an empty repository `octo/weather`.
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let bare = folder.path().join("octo/weather.git");
        git::init(&bare);
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { state: Mutex::new(State::default()), bare, stopped: AtomicBool::new(false) });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || serve(&listener, &serving));
        Self { address, shared, _folder: folder }
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// The bare repository.
    pub(crate) fn bare(&self) -> &Path {
        &self.shared.bare
    }

    /// What it holds.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap()
    }

    /// A checkout whose `origin` is this server, with `main` pushed to it.
    pub(crate) fn checkout(&self, files: &[(&str, &str)]) -> Repo {
        let repo = Repo::new();
        for (path, text) in files {
            repo.file(path, text);
        }
        repo.commit("base");
        repo.git(&["push", "--quiet", self.bare().to_str().unwrap(), "HEAD:refs/heads/main"]);
        repo.git(&["remote", "add", "origin", &format!("http://{}/{REPO}.git", self.host())]);
        repo
    }

    /// The program, logged in at this server.
    pub(crate) fn program<A: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Program {
        Program::new(arguments)
            .env("GH_ENTERPRISE_TOKEN", TOKEN)
            .env("GH_HOST", self.host())
            .env("GH_PATH", "/nowhere/gh")
            .env("AUTOHEAL_TIMEOUT", "5")
            .env("AUTOHEAL_PATIENCE", "5")
    }

    /// The requests since the last call that are no git.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.state().exchanges)
    }

    /// What a reference of the bare repository points to.
    pub(crate) fn tip(&self, branch: &str) -> Option<String> {
        git::tip(self.bare(), branch)
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Wakes the listener up.
        drop(TcpStream::connect_timeout(&self.address, Duration::from_secs(1)));
    }
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        if shared.stopped.load(Ordering::Relaxed) {
            return;
        }
        let shared = Arc::clone(shared);
        std::thread::spawn(move || http::answer(&stream, &shared));
    }
}
