//! Replies that are kept, so that asking again costs next to nothing: GitHub answers "nothing changed" to a conditional request, and
//! counts none such against the rate limit
//! (<https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate>).

use std::collections::VecDeque;

use super::{ApiError, Method, Reply, Request, Wire};

/// Replies that are kept at most; the one that was asked for longest ago goes first.
const KEPT: usize = 256;

/// Bytes of bodies that are kept at most, of all replies together.
const BYTES: usize = 64 << 20;

/// Status of a reply that has not changed.
const NOT_MODIFIED: u16 = 304;

/// Replies with their `ETag`s. What one token may see another may not: one memory belongs to one client.
#[derive(Debug, Default)]
pub struct Memory {
    kept: VecDeque<(Key, Reply)>,
    bytes: usize,
    spared: usize,
}

/// What was asked: path and version of the API.
type Key = (String, Option<&'static str>);

impl Memory {
    /// The wire, with this memory in front of it.
    pub fn over<'a>(&'a mut self, wire: &'a mut dyn Wire) -> Remembering<'a> {
        Remembering { memory: self, wire }
    }

    /// How many replies were as before.
    pub const fn spared(&self) -> usize {
        self.spared
    }

    fn position(&self, key: &Key) -> Option<usize> {
        self.kept.iter().position(|(known, _)| known == key)
    }

    /// Takes a reply out; whoever needs it again keeps it again, as the newest.
    fn take(&mut self, key: &Key) -> Option<Reply> {
        let (_, reply) = self.position(key).and_then(|index| self.kept.remove(index))?;
        self.bytes = self.bytes.saturating_sub(reply.body.len());
        Some(reply)
    }

    fn keep(&mut self, key: Key, reply: Reply) {
        self.take(&key);
        if reply.body.len() > BYTES {
            return;
        }
        self.bytes += reply.body.len();
        self.kept.push_back((key, reply));
        while self.kept.len() > KEPT || self.bytes > BYTES {
            let Some((_, oldest)) = self.kept.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.body.len());
        }
    }
}

/// A wire that asks only for what changed.
pub struct Remembering<'a> {
    memory: &'a mut Memory,
    wire: &'a mut dyn Wire,
}

impl std::fmt::Debug for Remembering<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Remembering").field("memory", &self.memory).finish_non_exhaustive()
    }
}

impl Wire for Remembering<'_> {
    fn send(&mut self, request: &Request) -> Result<Reply, ApiError> {
        if request.method != Method::Get || request.etag.is_some() {
            return self.wire.send(request);
        }
        let key = (request.path.clone(), request.version);
        let known = self.memory.position(&key).and_then(|index| self.memory.kept.get(index));
        let etag = known.and_then(|(_, reply)| reply.header("etag")).map(str::to_owned);
        let reply = self.wire.send(&request.clone().unless(etag))?;
        if reply.status == NOT_MODIFIED
            && let Some(kept) = self.memory.take(&key)
        {
            self.memory.keep(key, kept.clone());
            self.memory.spared += 1;
            return Ok(kept);
        }
        if reply.is_success() && reply.header("etag").is_some() {
            self.memory.keep(key, reply.clone());
        } else {
            self.memory.take(&key);
        }
        Ok(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server whose pages all have this body and this `ETag`.
    struct Server {
        etag: &'static str,
        body: Vec<u8>,
        told: Vec<Option<String>>,
    }

    impl Wire for Server {
        fn send(&mut self, request: &Request) -> Result<Reply, ApiError> {
            self.told.push(request.etag.clone());
            if request.etag.as_deref() == Some(self.etag) {
                return Ok(Reply { status: NOT_MODIFIED, ..Reply::default() });
            }
            let headers = vec![("etag".to_owned(), self.etag.to_owned())];
            Ok(Reply { status: 200, headers, body: self.body.clone() })
        }
    }

    #[test]
    fn what_has_not_changed_is_not_sent_again() {
        let mut server = Server { etag: "\"a\"", body: b"one".to_vec(), told: Vec::new() };
        let mut memory = Memory::default();
        let get = Request::get("/x");
        for _ in 0..2 {
            assert_eq!(memory.over(&mut server).send(&get).unwrap().body, b"one");
        }
        (server.etag, server.body) = ("\"b\"", b"two".to_vec());
        assert_eq!(memory.over(&mut server).send(&get).unwrap().body, b"two");
        assert_eq!(memory.over(&mut server).send(&get).unwrap().body, b"two");
        assert_eq!(server.told, [None, Some("\"a\"".to_owned()), Some("\"a\"".to_owned()), Some("\"b\"".to_owned())]);
        assert_eq!((memory.spared(), memory.kept.len(), memory.bytes), (2, 1, 3));
    }

    #[test]
    fn writes_and_other_pages_are_asked_as_they_are() {
        let mut server = Server { etag: "\"a\"", body: Vec::new(), told: Vec::new() };
        let mut memory = Memory::default();
        for request in [Request::get("/x"), Request::get("/y"), Request::get("/x").version("2"), Request::post("/x", true.into())] {
            assert_eq!(memory.over(&mut server).send(&request).unwrap().status, 200);
        }
        assert_eq!(server.told, [None, None, None, None]);
    }

    #[test]
    fn a_memory_is_bounded() {
        let mut server = Server { etag: "\"a\"", body: vec![0; BYTES / 4], told: Vec::new() };
        let mut memory = Memory::default();
        for page in 0..6 {
            memory.over(&mut server).send(&Request::get(format!("/{page}"))).unwrap();
        }
        assert_eq!((memory.kept.len(), memory.bytes), (4, BYTES));
        server.body = vec![0; BYTES + 1];
        server.etag = "\"b\"";
        memory.over(&mut server).send(&Request::get("/5")).unwrap();
        assert_eq!(memory.kept.len(), 3, "what is too large is not kept, and neither is what it took the place of");
        server.body = Vec::new();
        for page in 0..2 * KEPT {
            memory.over(&mut server).send(&Request::get(format!("/small/{page}"))).unwrap();
        }
        assert_eq!(memory.kept.len(), KEPT);
    }
}
