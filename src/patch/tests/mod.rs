//! Every verb, from a workflow to the proved patch: as found, with CRLF, without a last line end, and made twice.

mod installs;
mod jobs;
mod scripts;
mod steps;
mod versions;

use std::collections::BTreeMap;

use super::{FileChange, Permit, declared, guard, prove, prove_idempotent};
use crate::edit::{self, Edit, EditSpec, Knowledge, Manager, Migration, Refusal, Runner, Scene};
use crate::repository::{EntryKind, Repository};
use crate::text::RepoPath;
use crate::workflow::{Document, Place, Route};

const PATH: &str = ".github/workflows/ci.yml";

/// A small almanac.
const KNOWLEDGE: Knowledge = Knowledge {
    library_package: |_, _| None,
    command_package: |command, manager| match (command, manager) {
        ("xmllint", Manager::Apt) => Some("libxml2-utils".to_owned()),
        ("xmllint", Manager::Apk) => Some("libxml2-utils".to_owned()),
        ("xmllint", Manager::Brew) => Some("libxml2".to_owned()),
        _ => None,
    },
    python_distribution: |module| match module {
        "yaml" => Some("PyYAML".to_owned()),
        "requests" => Some("requests".to_owned()),
        _ => None,
    },
    node_package: |command| (command == "tsc").then(|| "typescript".to_owned()),
    is_refused: |action, reference| action.ends_with("-artifact") && ["v1", "v2", "v3", "3."].iter().any(|old| reference.starts_with(old)),
    supported_major: |_, from| Some(from.max(4)),
    together: |action| match action {
        "actions/upload-artifact" => vec!["actions/download-artifact".to_owned()],
        "actions/download-artifact" => vec!["actions/upload-artifact".to_owned()],
        _ => Vec::new(),
    },
    migrations: |action, from, to| {
        let node = Migration {
            renamed: BTreeMap::from([("version".to_owned(), "node-version".to_owned())]),
            dropped: vec!["always-auth".to_owned()],
            ..Migration::default()
        };
        let script = Migration { script: true, ..Migration::default() };
        match action {
            "actions/setup-node" if from < 3 && to >= 3 => vec![node],
            "actions/github-script" if from < 5 && to >= 5 => vec![script],
            _ => Vec::new(),
        }
    },
    version_of_commit: |_, commit| commit.starts_with("3333").then(|| "3.1.0".to_owned()),
    pin: |_, major| (major == 4).then(|| ("4.6.2".to_owned(), "4".repeat(40))),
    reference: |action| (action != "octo/unknown").then(|| "v4".to_owned()),
    next_label: |label| (label == "ubuntu-20.04").then(|| "ubuntu-22.04".to_owned()),
};

/// A wish at a step of the only job, or of the one named.
#[derive(Debug, Clone)]
struct Wish {
    spec: EditSpec,
    job: String,
    step: usize,
    runner: Runner,
    files: Vec<(&'static str, EntryKind)>,
    permits: Vec<Permit>,
}

fn wish(verb: &str, arguments: &[(&str, &str)], step: usize) -> Wish {
    let arguments = arguments.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let spec = EditSpec { verb: verb.to_owned(), arguments };
    Wish { spec, job: "a".to_owned(), step, runner: Runner::default(), files: Vec::new(), permits: Vec::new() }
}

impl Wish {
    fn plan(&self, repository: &Repository, step: usize) -> Result<Vec<Edit>, Refusal> {
        let document = Document::parse(repository.text(PATH).expect("a text")).expect("parses");
        let route = Route::root().key("jobs").key(&self.job).key("steps").index(step);
        let file = RepoPath::new(PATH).expect("a path");
        let place = Place { file, job: Some(self.job.clone()), step: Some(route), caller: None };
        let scene = Scene { repository, document: &document, place: &place, runner: &self.runner, knowledge: &KNOWLEDGE };
        edit::apply(&self.spec, &scene)
    }

    fn repository(&self, text: &str) -> Repository {
        let mut repository = Repository::default();
        repository.texts.insert(RepoPath::new(PATH).expect("a path"), text.to_owned());
        let files = self.files.iter().map(|(path, kind)| (RepoPath::new(path).expect("a path"), *kind));
        repository.entries.extend(files);
        repository
    }

    /// The proved, guarded text after the wish, which is not made twice.
    fn made(&self, text: &str) -> Result<String, String> {
        let repository = self.repository(text);
        let edits = self.plan(&repository, self.step).map_err(|refusal| refusal.to_string())?;
        let patch = prove(&repository, &edits).unwrap_or_else(|error| panic!("{error}: {edits:#?}"));
        let permits: Vec<Permit> = declared(&self.spec, &self.job).into_iter().chain(self.permits.iter().cloned()).collect();
        guard(&patch, &permits).map_err(|masked| masked.to_string())?;
        let FileChange::Text { after, .. } = &patch.files[0].change else { return Ok("executable".to_owned()) };
        let steps = |text: &str| text.matches("- name:").count() + text.matches("- run:").count() + text.matches("- uses:").count();
        let moved =
            if self.spec.arguments.get("at").is_some_and(|at| at == "behind") { 0 } else { steps(after).saturating_sub(steps(text)) };
        let again = prove_idempotent(&repository, &patch, |again| self.plan(again, self.step + moved));
        assert_eq!(again, Ok(()), "made twice:\n{after}");
        Ok(after.clone())
    }
}

/// The wish turns `before` into `after`, whatever the line ends.
#[track_caller]
fn turns(wish: &Wish, before: &str, after: &str) {
    let show = |text: &str| text.replace('\r', "␍");
    let check = |before: &str, after: &str| match wish.made(before) {
        Ok(made) => assert!(made == after, "made:\n{}\ninstead of:\n{}", show(&made), show(after)),
        Err(refusal) => panic!("refused: {refusal}"),
    };
    check(before, after);
    check(&before.replace('\n', "\r\n"), &after.replace('\n', "\r\n"));
    check(before.trim_end_matches('\n'), after.trim_end_matches('\n'));
    check(&format!("\u{feff}{before}"), &format!("\u{feff}{after}"));
}

/// The wish is refused at this text, with these words.
#[track_caller]
fn refuses(wish: &Wish, text: &str, words: &str) {
    match wish.made(text) {
        Ok(made) => panic!("made:\n{made}"),
        Err(refusal) => assert!(refusal.contains(words), "{refusal}"),
    }
}
