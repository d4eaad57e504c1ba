//! Turns plans into what GitHub holds, and runs into bundles; only this folder names `octocrab` and `tokio`.
//!
//! Every conversation is written once, over [`Wire`]: the real one speaks to a server, the rehearsed one writes down what would be
//! sent. So what `--dry-run` prints is what is sent.

mod api;
mod client;
mod clone;
mod copilot;
mod error;
mod failing;
mod fetch;
mod follow;
mod host;
mod memory;
mod poll;
mod publish;
mod push;
mod rehearsal;
mod request;
mod scopes;
mod stop;
mod survey;
mod token;
mod wait;
mod webhook;

pub use api::{Api, Listed, Repository};
pub use client::{Client, Settings};
pub use clone::bring;
pub use error::ApiError;
pub use failing::failing_runs;
pub use fetch::{Fetch, Found, Shelf, Which, failed_runs, find, find_so_far, repositories_of, standing_failures};
pub use follow::{Diagnose, Health, Visit, follow};
pub use host::{Host, RepoName};
pub use memory::{Memory, Remembering};
pub use poll::{Attempt, Ended, Look, Poll};
pub use publish::{Opened, Publication, Publisher, Standing, Via};
pub use push::{GitPush, push_command};
pub use rehearsal::{Rehearsal, Step};
pub use request::{Method, Reply, Request, Wire, segment};
pub use stop::Stop;
pub use survey::{Actions, Questions, Seen, Survey, survey};
pub use token::{Token, TokenKind, TokenSource, Tokens};
pub use webhook::post;
