//! Asking again and again costs next to nothing: conditional requests over the real wire.

use gh_autoheal::github::{Client, Host, Memory, RepoName, Settings, Token, failed_runs};
use serde_json::json;

use super::super::support::github::{GitHub, REPO, TOKEN};
use super::fetching::{archive, run};
use super::{TEXT, WORKFLOW};

#[test]
fn a_poll_that_finds_nothing_new_is_answered_without_a_body() {
    let github = GitHub::start();
    let _repo = github.checkout(&[(WORKFLOW, TEXT)]);
    run(&github, 1_000_100, Some(archive()));
    let host = Host::new(&github.host()).unwrap();
    let repo = RepoName::parse(REPO, &host).unwrap();
    let token = Token::new(TOKEN).unwrap();
    let mut client = Client::new(&host, Some(&token), Settings::default(), Box::new(|_| ())).unwrap();
    let mut memory = Memory::default();
    let mut poll = |memory: &mut Memory| -> Vec<u64> {
        failed_runs(&mut memory.over(&mut client), &repo, None).unwrap().iter().map(|run| run.id).collect()
    };
    assert_eq!(poll(&mut memory), [1_000_100]);
    assert_eq!(poll(&mut memory), [1_000_100]);
    run(&github, 1_000_101, Some(archive()));
    assert_eq!(poll(&mut memory), [1_000_101, 1_000_100]);
    github.state().runs.get_mut(&1_000_101).unwrap().record["conclusion"] = json!("success");
    assert_eq!(poll(&mut memory), [1_000_100]);
    assert_eq!(poll(&mut memory), [1_000_100]);
    let exchanges = github.exchanges();
    let statuses: Vec<u16> = exchanges.iter().map(|exchange| exchange.status).collect();
    assert_eq!(statuses, [200, 304, 200, 200, 304]);
    assert_eq!(memory.spared(), 2);
    super::openapi::check(&exchanges);
}
