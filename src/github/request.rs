//! A request to the API and its reply, as plain values.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ApiError;

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Changes.
    Patch,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// As HTTP writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What it does.
    pub method: Method,
    /// The path behind the API's address, with its query: `/repos/o/r/issues?state=all`.
    pub path: String,
    /// The body.
    pub body: Option<Value>,
    /// The API version it is written for, where that is not the usual one.
    pub version: Option<&'static str>,
    /// An `ETag` of an earlier reply: `If-None-Match`.
    pub etag: Option<String>,
    /// Bytes of the reply that are read at most.
    pub most: u64,
    /// Whether it only asks although it posts: a GraphQL query.
    pub asks: bool,
    /// Whether a rate limit is waited for.
    pub patient: bool,
}

/// Bytes of an ordinary reply: the largest documented pages stay far below.
const ORDINARY: u64 = 64 << 20;

impl Request {
    fn new(method: Method, path: impl Into<String>, body: Option<Value>) -> Self {
        Self { method, path: path.into(), body, version: None, etag: None, most: ORDINARY, asks: method == Method::Get, patient: true }
    }

    /// Reads.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path, None)
    }

    /// Creates.
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::Post, path, Some(body))
    }

    /// Changes.
    pub fn patch(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::Patch, path, Some(body))
    }

    /// A GraphQL query or mutation.
    pub fn graphql(body: Value) -> Self {
        let asks = body.get("query").and_then(Value::as_str).is_some_and(|query| query.trim_start().starts_with("query"));
        Self { asks, ..Self::new(Method::Post, "/graphql", Some(body)) }
    }

    /// The same for another version of the API.
    #[must_use]
    pub fn version(mut self, version: &'static str) -> Self {
        self.version = Some(version);
        self
    }

    /// The same, answered with 304 when nothing changed since the reply with this `ETag`.
    #[must_use]
    pub fn unless(mut self, etag: Option<String>) -> Self {
        self.etag = etag;
        self
    }

    /// The same, but what is limited just now is not waited for.
    #[must_use]
    pub const fn impatient(mut self) -> Self {
        self.patient = false;
        self
    }

    /// The same with another bound for the reply.
    #[must_use]
    pub const fn at_most(mut self, bytes: u64) -> Self {
        self.most = bytes;
        self
    }
}

/// One segment of a path, with everything escaped that means something in an address.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A reply, whatever its status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers that matter, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Whether the status says success.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as a value.
    ///
    /// # Errors
    /// When it is no JSON of that form.
    pub fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| ApiError::NotJson { path: path.to_owned(), reason: error.to_string() })
    }

    /// The API's own words about a refusal: `message`, and those of `errors`.
    pub fn message(&self) -> String {
        let value: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let mut parts: Vec<String> = value.get("message").and_then(Value::as_str).map(str::to_owned).into_iter().collect();
        for error in value.get("errors").and_then(Value::as_array).into_iter().flatten().take(5) {
            let words = error.get("message").or_else(|| error.get("code")).and_then(Value::as_str).or_else(|| error.as_str());
            parts.extend(words.map(str::to_owned));
        }
        parts.extend(value.get("failure_reason").and_then(Value::as_str).map(str::to_owned));
        parts.join(": ")
    }

    /// The path and query of the next page, from the `link` header.
    pub fn next_page(&self) -> Option<u32> {
        let link = self.header("link")?;
        let next = link.split(',').find(|part| part.contains("rel=\"next\""))?;
        let query = next.split('?').nth(1)?.split('>').next()?;
        query.split('&').find_map(|pair| pair.strip_prefix("page="))?.parse().ok()
    }
}

/// What carries requests.
pub trait Wire {
    /// Sends a request and waits for its reply, whatever its status; what rate limits and short failures of reads want is
    /// waited for within bounds.
    ///
    /// # Errors
    /// When no reply came, it is too large, or the bounds are reached.
    fn send(&mut self, request: &Request) -> Result<Reply, ApiError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_means_itself() {
        assert_eq!(segment("auto-heal/x y"), "auto-heal%2Fx%20y");
        assert_eq!(segment("../../user?x=ü"), "..%2F..%2Fuser%3Fx%3D%C3%BC");
    }

    #[test]
    fn pages_and_words_are_found() {
        let link = "<https://api.github.com/repositories/1/issues?state=all&page=3>; rel=\"next\", <https://x?page=9>; rel=\"last\"";
        let body = br#"{"message": "Validation Failed", "errors": [{"code": "already_exists"}, {"message": "m"}]}"#.to_vec();
        let reply = Reply { status: 422, headers: vec![("link".to_owned(), link.to_owned())], body };
        assert_eq!(reply.next_page(), Some(3));
        assert_eq!(reply.message(), "Validation Failed: already_exists: m");
        assert!(Request::graphql(serde_json::json!({"query": "query { viewer { login } }"})).asks);
        assert!(!Request::graphql(serde_json::json!({"query": "mutation { x }"})).asks);
    }
}
