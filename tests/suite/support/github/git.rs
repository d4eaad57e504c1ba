//! Git: a bare repository, smart HTTP through `git http-backend`, and the Git data API upon real objects.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::Shared;
use super::http::{Answer, Asked};

fn git(dir: &Path, arguments: &[&str], input: &[u8]) -> Option<String> {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .arg("-C")
        .arg(dir)
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim_end_matches('\n').to_owned())
}

pub(super) fn init(bare: &Path) {
    std::fs::create_dir_all(bare).unwrap();
    git(bare, &["init", "--quiet", "--bare", "--initial-branch=main"], b"").unwrap();
    git(bare, &["config", "http.receivepack", "true"], b"").unwrap();
}

pub(super) fn tip(bare: &Path, branch: &str) -> Option<String> {
    git(bare, &["rev-parse", "--verify", "--quiet", &format!("refs/heads/{branch}")], b"")
}

/// One exchange of git over HTTP, as a web server hands it to the backend.
pub(super) fn smart(asked: &Asked, shared: &Shared) -> Answer {
    let wanted = format!("Basic {}", base64(format!("x-access-token:{}", shared.state.lock().unwrap().token).as_bytes()));
    if asked.header("authorization") != Some(&wanted) {
        return Answer { status: 401, headers: vec![("www-authenticate".to_owned(), "Basic realm=\"git\"".to_owned())], body: Vec::new() };
    }
    let root = shared.bare.parent().unwrap().parent().unwrap();
    let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    let mut backend = Command::new("git");
    backend
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("REQUEST_METHOD", &asked.method)
        .env("CONTENT_TYPE", asked.header("content-type").unwrap_or(""))
        .env("CONTENT_LENGTH", asked.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", asked.header("content-encoding").unwrap_or(""))
        .env("GIT_PROTOCOL", asked.header("git-protocol").unwrap_or(""))
        .env("REMOTE_USER", "tester")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = backend.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&asked.body).unwrap();
    let output = child.wait_with_output().unwrap().stdout;
    let split = output.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(output[..split].to_vec()).unwrap();
    let mut answer = Answer { status: 200, headers: Vec::new(), body: output[split + 4..].to_vec() };
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        if name == "Status" {
            answer.status = value[..3].parse().unwrap();
        } else {
            answer.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }
    answer
}

/// The Git data API.
pub(super) fn data(method: &str, rest: &[&str], body: &Value, bare: &Path) -> Answer {
    match (method, rest) {
        ("GET", ["ref", "heads", branch @ ..]) => match tip(bare, &branch.join("/")) {
            Some(sha) => {
                Answer::json(200, &json!({"ref": format!("refs/heads/{}", branch.join("/")), "object": {"type": "commit", "sha": sha}}))
            }
            None => Answer::message(404, "Not Found"),
        },
        ("POST", ["blobs"]) => {
            let sha = git(bare, &["hash-object", "-w", "--stdin"], body["content"].as_str().unwrap().as_bytes()).unwrap();
            Answer::json(201, &json!({"sha": sha}))
        }
        ("POST", ["trees"]) => tree(body, bare),
        ("POST", ["commits"]) => commit(body, bare),
        ("POST", ["refs"]) => {
            let (name, sha) = (body["ref"].as_str().unwrap(), body["sha"].as_str().unwrap());
            match git(bare, &["update-ref", name, sha, ""], b"") {
                Some(_) => Answer::json(201, &json!({"ref": name, "object": {"type": "commit", "sha": sha}})),
                None => Answer::message(422, "Reference already exists"),
            }
        }
        _ => Answer::message(404, "Not Found"),
    }
}

fn tree(body: &Value, bare: &Path) -> Answer {
    let index = tempfile::tempdir().unwrap();
    let file = index.path().join("index");
    let with_index = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(bare).args(arguments).env("GIT_INDEX_FILE", &file).output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    };
    let Some(_) = with_index(&["read-tree", body["base_tree"].as_str().unwrap()]) else {
        return Answer::message(404, "Not Found");
    };
    for entry in body["tree"].as_array().unwrap() {
        let word = |key: &str| entry[key].as_str().unwrap();
        if with_index(&["update-index", "--add", "--cacheinfo", &format!("{},{},{}", word("mode"), word("sha"), word("path"))]).is_none() {
            return Answer::message(422, "tree.sha is not a valid object");
        }
    }
    Answer::json(201, &json!({"sha": with_index(&["write-tree"]).unwrap()}))
}

fn commit(body: &Value, bare: &Path) -> Answer {
    let date = |who: &str| {
        let text = body[who]["date"].as_str().unwrap();
        let seconds: jiff::Timestamp = text.parse().unwrap();
        format!("{} <{}> {} +0000", body[who]["name"].as_str().unwrap(), body[who]["email"].as_str().unwrap(), seconds.as_second())
    };
    let parents: String =
        body["parents"].as_array().unwrap().iter().map(|parent| format!("parent {}\n", parent.as_str().unwrap())).collect();
    let text = format!(
        "tree {}\n{parents}author {}\ncommitter {}\n\n{}",
        body["tree"].as_str().unwrap(),
        date("author"),
        date("committer"),
        body["message"].as_str().unwrap()
    );
    match git(bare, &["hash-object", "-t", "commit", "-w", "--stdin"], text.as_bytes()) {
        Some(sha) => Answer::json(201, &json!({"sha": sha})),
        None => Answer::message(422, "Invalid object"),
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(number >> (18 - 6 * place) & 63) as usize] as char;
            out.push(if place > chunk.len() { '=' } else { digit });
        }
    }
    out
}
