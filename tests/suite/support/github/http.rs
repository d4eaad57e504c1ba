//! HTTP/1.1, as much of it as curl and hyper speak: one request a connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use super::state::Fault;
use super::{Exchange, Shared, actions, git, rest};

/// A request.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path without its query.
    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// A value of the query, decoded.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let query = self.target.split_once('?')?.1;
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        Some(decoded(value))
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// A reply.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())],
            body: value.to_string().into_bytes(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn message(status: u16, message: &str) -> Self {
        Self::json(status, &serde_json::json!({"message": message, "documentation_url": "https://docs.github.com/rest"}))
    }
}

pub(super) fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let digits: Vec<u8> = bytes.by_ref().take(2).collect();
                out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            }
            b'+' => out.push(b' '),
            other => out.push(other),
        }
    }
    String::from_utf8(out).unwrap()
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked { method, target, headers, body: Vec::new() };
    if asked.header("expect").is_some() {
        (&mut &*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    if asked.header("transfer-encoding") == Some("chunked") {
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let size = usize::from_str_radix(line.trim(), 16).ok()?;
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk).ok()?;
            if size == 0 {
                break;
            }
            asked.body.extend_from_slice(&chunk[..size]);
        }
    } else if let Some(length) = asked.header("content-length").and_then(|text| text.parse().ok()) {
        asked.body = vec![0; length];
        reader.read_exact(&mut asked.body).ok()?;
    }
    Some(asked)
}

/// Answers one connection.
pub(super) fn answer(stream: &TcpStream, shared: &Shared) {
    let Some(asked) = read(stream) else { return };
    if asked.path().starts_with("/storage/") {
        // Signed storage elsewhere: a token that comes along would be given away.
        let answer = if asked.header("authorization").is_some() {
            Answer::message(400, "a token came along")
        } else {
            actions::storage(&asked, shared)
        };
        let _ = send(stream, &answer);
        return;
    }
    let fault = shared.state.lock().unwrap().fault(&asked.method, &asked.target);
    if asked.path().starts_with(&format!("/{}.git/", super::REPO)) {
        match fault {
            Some(Fault::Answer(answer)) => drop(send(stream, &answer)),
            Some(Fault::Slow(wait)) => std::thread::sleep(wait),
            Some(Fault::Cut | Fault::CutAfter) => {}
            Some(Fault::SlowAfter(wait)) => {
                drop(git::smart(&asked, shared));
                std::thread::sleep(wait);
            }
            None => drop(send(stream, &git::smart(&asked, shared))),
        }
        return;
    }
    let answer = match &fault {
        Some(Fault::Cut) => return,
        Some(Fault::Answer(answer)) => answer.clone(),
        Some(Fault::Slow(wait)) => {
            std::thread::sleep(*wait);
            return;
        }
        Some(Fault::CutAfter | Fault::SlowAfter(_)) | None => api(&asked, shared),
    };
    let path = asked.target.strip_prefix("/api/v3").unwrap_or(&asked.target).to_owned();
    let body = (!asked.body.is_empty()).then(|| asked.json());
    let reply = serde_json::from_slice(&answer.body).ok();
    let version = asked.header("x-github-api-version").map(str::to_owned);
    let exchange = Exchange {
        method: asked.method.clone(),
        path,
        version,
        body,
        status: answer.status,
        reply,
        injected: matches!(fault, Some(Fault::Answer(_))),
    };
    shared.state.lock().unwrap().exchanges.push(exchange);
    match fault {
        Some(Fault::CutAfter) => {}
        Some(Fault::SlowAfter(wait)) => std::thread::sleep(wait),
        _ => drop(send(stream, &answer)),
    }
}

fn api(asked: &Asked, shared: &Shared) -> Answer {
    let token = shared.state.lock().unwrap().token.clone();
    if asked.header("authorization") != Some(&format!("Bearer {token}")) {
        return Answer::message(401, "Bad credentials");
    }
    if asked.header("accept") != Some("application/vnd.github+json")
        || !asked.header("user-agent").is_some_and(|agent| agent.starts_with("gh-autoheal/"))
    {
        return Answer::message(415, "no such media type, or no user agent");
    }
    conditional(asked, rest::answer(asked, shared))
}

/// A page has an `ETag`, and who holds it already gets no body.
fn conditional(asked: &Asked, answer: Answer) -> Answer {
    if asked.method != "GET" || answer.status != 200 {
        return answer;
    }
    let mut hasher = std::hash::DefaultHasher::new();
    std::hash::Hash::hash(&answer.body, &mut hasher);
    let etag = format!("W/\"{:016x}\"", std::hash::Hasher::finish(&hasher));
    if asked.header("if-none-match") == Some(&etag) {
        return Answer { status: 304, headers: vec![("etag".to_owned(), etag)], body: Vec::new() };
    }
    answer.with("etag", etag)
}

fn send(mut stream: &TcpStream, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Status\r\ncontent-length: {}\r\nconnection: close\r\n", answer.status, answer.body.len());
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answer.body)?;
    stream.flush()
}
