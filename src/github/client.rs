#![expect(clippy::disallowed_methods, reason = "shell: a rate limit names a time of day")]
//! The wire to a real server, through octocrab.

use std::error::Error as _;
use std::fmt;
use std::io::Write;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, IF_NONE_MATCH, USER_AGENT};
use http_body_util::BodyExt as _;
use octocrab::service::middleware::retry::RetryConfig;
use octocrab::{OctoBody, Octocrab};
use tokio::runtime::Runtime;

use super::stop::{Stop, Wish};
use super::{ApiError, Host, Method, Reply, Request, Token, Wire, wait};

/// The version of the API that every server in use knows.
const VERSION: &str = "2022-11-28";

/// Headers of a reply that somebody looks at.
const KEPT: &[&str] =
    &["link", "etag", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "x-oauth-scopes", "content-type", "content-length"];

/// Bytes that are read of a reply that refuses a download.
const REFUSAL: usize = 64 << 10;

/// Where a download goes, and who is told how many bytes came.
type Sink<'a> = (&'a mut dyn Write, &'a dyn Fn(u64));

/// How patient the client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Until a reply begins, and between two parts of it.
    pub timeout: Duration,
    /// What is waited at most, in all, because a rate limit asks for it.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(60), patience: Duration::from_secs(300) }
    }
}

/// The wire to a server.
pub struct Client {
    runtime: Runtime,
    octocrab: Octocrab,
    host: Host,
    prefix: String,
    settings: Settings,
    waited: Duration,
    announce: Box<dyn Fn(&str)>,
    wish: Option<Wish>,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("host", &self.host).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for a host; `announce` is told of every long wait before it begins.
    ///
    /// # Errors
    /// When the machine has no certificates or the host no address.
    pub fn new(host: &Host, token: Option<&Token>, settings: Settings, announce: Box<dyn Fn(&str)>) -> Result<Self, ApiError> {
        let broken = |reason: String| ApiError::Unreachable { host: host.api(), reason };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| broken(error.to_string()))?;
        let api = host.api();
        let (origin, prefix) = split_origin(&api);
        let origin: http::Uri = origin.parse().map_err(|_| ApiError::Host(host.name().to_owned()))?;
        let octocrab = runtime.block_on(async {
            let mut builder = Octocrab::builder()
                .base_uri(origin)
                .map_err(|error| broken(error.to_string()))?
                .add_retry_config(RetryConfig::None)
                .set_connect_timeout(Some(settings.timeout.min(Duration::from_secs(15))))
                .set_read_timeout(Some(settings.timeout))
                .set_write_timeout(Some(settings.timeout));
            if let Some(token) = token {
                builder = builder.personal_token(token.secret().to_owned());
            }
            builder.build().map_err(|error| broken(words(&error)))
        })?;
        Ok(Self {
            runtime,
            octocrab,
            host: host.clone(),
            prefix: prefix.to_owned(),
            settings,
            waited: Duration::ZERO,
            announce,
            wish: None,
        })
    }

    /// The host it speaks to.
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// From now on whatever it does ends when `stop` is asked to.
    pub fn heeds(&mut self, stop: &Stop) {
        self.wish = Some(stop.wish());
    }

    /// A new stretch of work, which rate limits may cost as much patience again.
    pub const fn begins_anew(&mut self) {
        self.waited = Duration::ZERO;
    }

    /// Downloads into `sink`, redirects followed; what a refusal says is in the reply's body. `told` hears how many bytes came.
    ///
    /// # Errors
    /// As [`Wire::send`], and when the sink fails.
    pub fn download(&mut self, request: &Request, sink: &mut dyn Write, told: &dyn Fn(u64)) -> Result<Reply, ApiError> {
        let mut tries = 0;
        loop {
            match self.once(request, Some((&mut *sink, told))) {
                Ok(reply) => match wait::rate_limit(&reply, now(), 0) {
                    Some(limit) => self.pause(limit)?,
                    None => return Ok(reply),
                },
                // Nothing was written yet: a second try cannot mix two texts.
                Err((error, 0)) => match wait::backoff(tries).filter(|_| is_short(&error)) {
                    Some(short) => self.sleep(short)?,
                    None => return Err(error),
                },
                Err((error, _)) => return Err(error),
            }
            tries += 1;
        }
    }

    /// One exchange; an error comes with the number of bytes that the sink has taken.
    fn once(&self, request: &Request, sink: Option<Sink<'_>>) -> Result<Reply, (ApiError, u64)> {
        let built = self.http(request).map_err(|error| (error, 0))?;
        let mut taken = 0;
        let exchange = async {
            let limit = self.settings.timeout;
            let late = || ApiError::TimedOut { host: self.host.api(), path: shown(&request.path), seconds: limit.as_secs() };
            let response = tokio::time::timeout(limit, self.octocrab.execute(built)).await.map_err(|_| late())?;
            let response = response.map_err(|error| self.broken(&error))?;
            let mut reply = Reply { status: response.status().as_u16(), headers: headers(response.headers()), body: Vec::new() };
            let mut sink = sink.filter(|_| reply.is_success());
            let most = if sink.is_none() && request.most > REFUSAL as u64 && !reply.is_success() { REFUSAL as u64 } else { request.most };
            let mut body = response.into_body();
            let mut read = 0_u64;
            loop {
                let frame = tokio::time::timeout(limit, body.frame()).await.map_err(|_| late())?;
                let Some(frame) = frame else { break };
                let frame = frame.map_err(|error| self.broken(&error))?;
                let Ok(data) = frame.into_data() else { continue };
                read += data.len() as u64;
                if read > most {
                    return Err(ApiError::TooLarge { path: shown(&request.path), most });
                }
                match &mut sink {
                    Some((sink, told)) => {
                        sink.write_all(&data).map_err(|error| self.sink_failed(&error))?;
                        taken = read;
                        told(read);
                    }
                    None => reply.body.extend_from_slice(&data),
                }
            }
            Ok(reply)
        };
        let result = self.runtime.block_on(async {
            tokio::select! {
                result = exchange => result,
                () = self.cancelled() => Err(ApiError::Cancelled),
            }
        });
        result.map_err(|error| (error, taken))
    }

    fn http(&self, request: &Request) -> Result<http::Request<OctoBody>, ApiError> {
        let broken = |error: &dyn fmt::Display| ApiError::NotJson { path: shown(&request.path), reason: error.to_string() };
        let method = match request.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Patch => http::Method::PATCH,
            Method::Put => http::Method::PUT,
            Method::Delete => http::Method::DELETE,
        };
        let path = if request.path == "/graphql" {
            let address = self.host.graphql();
            split_origin(&address).1.to_owned()
        } else {
            format!("{}{}", self.prefix, request.path)
        };
        let mut builder = http::Request::builder()
            .method(method)
            .uri(path)
            .header(USER_AGENT, concat!("gh-autoheal/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", request.version.unwrap_or(VERSION));
        if let Some(etag) = &request.etag {
            builder = builder.header(IF_NONE_MATCH, etag);
        }
        let built = match &request.body {
            Some(body) => {
                let text = serde_json::to_string(body).map_err(|error| broken(&error))?;
                builder.header(CONTENT_TYPE, "application/json").header(CONTENT_LENGTH, text.len()).body(OctoBody::from(text))
            }
            None => builder.body(OctoBody::empty()),
        };
        built.map_err(|error| broken(&error))
    }

    fn broken(&self, error: &octocrab::Error) -> ApiError {
        ApiError::Unreachable { host: self.host.api(), reason: words(error) }
    }

    fn sink_failed(&self, error: &std::io::Error) -> ApiError {
        ApiError::Unreachable { host: self.host.api(), reason: format!("what came cannot be stored: {error}") }
    }

    /// Waits because a limit asks for it, within the patience of all waits together.
    fn pause(&mut self, limit: Duration) -> Result<(), ApiError> {
        let most = self.settings.patience;
        if self.waited + limit > most {
            return Err(ApiError::RateLimit { seconds: limit.as_secs(), most: most.as_secs() });
        }
        let left = (most - self.waited - limit).as_secs();
        (self.announce)(&format!("GitHub's rate limit: waiting {} s (and {left} s more at most)", limit.as_secs()));
        self.waited += limit;
        self.sleep(limit)
    }

    /// Lets time pass, unless somebody presses Ctrl-C.
    ///
    /// # Errors
    /// When somebody did.
    pub fn sleep(&self, duration: Duration) -> Result<(), ApiError> {
        self.runtime.block_on(async {
            tokio::select! {
                () = tokio::time::sleep(duration) => Ok(()),
                () = self.cancelled() => Err(ApiError::Cancelled),
            }
        })
    }

    /// Returns when somebody wishes it to end.
    async fn cancelled(&self) {
        match self.wish.clone() {
            Some(mut wish) => wish.uttered().await,
            // A system that cannot tell of Ctrl-C ends the program by itself.
            None if tokio::signal::ctrl_c().await.is_err() => std::future::pending().await,
            None => {}
        }
    }
}

impl Wire for Client {
    fn send(&mut self, request: &Request) -> Result<Reply, ApiError> {
        let (mut tries, mut limited) = (0, 0);
        loop {
            let short = match self.once(request, None).map_err(|(error, _)| error) {
                Ok(reply) => match wait::rate_limit(&reply, now(), limited).filter(|_| request.patient) {
                    Some(limit) => {
                        limited += 1;
                        self.pause(limit)?;
                        continue;
                    }
                    None if request.asks && matches!(reply.status, 500 | 502 | 503 | 504) => match wait::backoff(tries) {
                        Some(short) => short,
                        None => return Ok(reply),
                    },
                    None => return Ok(reply),
                },
                // A write that got no answer may have been carried out: it is never repeated blindly.
                Err(error) => match wait::backoff(tries).filter(|_| request.asks && is_short(&error)) {
                    Some(short) => short,
                    None => return Err(error),
                },
            };
            tries += 1;
            self.sleep(short)?;
        }
    }
}

/// Whether another try may help.
const fn is_short(error: &ApiError) -> bool {
    matches!(error, ApiError::Unreachable { .. })
}

/// `https://host` and the path behind it.
fn split_origin(address: &str) -> (&str, &str) {
    let authority = address.find("://").map_or(0, |scheme| scheme + 3);
    let end = address.get(authority..).and_then(|rest| rest.find('/')).map_or(address.len(), |slash| authority + slash);
    (address.get(..end).unwrap_or(address), address.get(end..).unwrap_or(""))
}

/// A path without its query: that may hold a search.
fn shown(path: &str) -> String {
    path.split('?').next().unwrap_or(path).to_owned()
}

fn headers(map: &http::HeaderMap) -> Vec<(String, String)> {
    KEPT.iter().filter_map(|name| Some(((*name).to_owned(), map.get(*name)?.to_str().ok()?.to_owned()))).collect()
}

/// The innermost words of an error: those say what the system found.
pub(super) fn words(error: &octocrab::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    let mut source = error.source();
    while let Some(next) = source {
        cause = next;
        source = next.source();
    }
    cause.to_string().lines().next().unwrap_or("").to_owned()
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
