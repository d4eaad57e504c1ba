//! Turns a change into a mail that `git am` takes: what stays behind when nothing may be pushed.

use super::Change;
use crate::report::diff;

/// The mail, as `git format-patch` writes it. Apply it with `git am --keep-cr`, which keeps Windows line ends.
pub fn mail(change: &Change) -> String {
    let commit = &change.commit;
    let (subject, body) = commit.message.split_once('\n').unwrap_or((&commit.message, ""));
    let author = &commit.author;
    format!(
        "From {} Mon Sep 17 00:00:00 2001\nFrom: {} <{}>\nDate: {}\nSubject: [PATCH] {subject}\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n{}\n---\n\n{}-- \ngh-autoheal {}\n",
        commit.id,
        quoted(&author.name),
        author.email,
        author.mail_date(),
        body.trim_matches('\n'),
        diff::unified(&change.patch()),
        env!("CARGO_PKG_VERSION"),
    )
}

/// A name as RFC 5322 wants it: quoted where it holds more than plain words.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || c == ' ' || c == '-' || !c.is_ascii();
    if name.chars().all(plain) { name.to_owned() } else { format!("\"{}\"", name.replace(['"', '\\'], "")) }
}
