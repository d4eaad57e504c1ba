//! Turns a patch into a unified diff that `git apply` takes.

use std::fmt::Write as _;
use std::ops::Range;

use similar::{Algorithm, ChangeTag, TextDiff};

use crate::patch::{FileChange, FilePatch, PatchSet};
use crate::text::RepoPath;

/// Lines of context around a change, as git shows by default.
const CONTEXT: usize = 3;

/// One line of a diff, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What kind of line it is.
    pub kind: LineKind,
    /// Its text, the first column included; a carriage return of the file is kept.
    pub text: String,
}

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// `--- a/…`, `+++ b/…`, `old mode …`.
    Header,
    /// `@@ … @@`.
    Hunk,
    /// The same on both sides.
    Context,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
    /// `\ No newline at end of file`.
    Note,
}

/// The diff of all files, one behind the other.
pub fn unified(patch: &PatchSet) -> String {
    patch.files.iter().map(unified_file).collect()
}

/// The diff of one file.
pub fn unified_file(file: &FilePatch) -> String {
    let mut out = String::new();
    for line in lines(file) {
        out.push_str(&line.text);
        out.push('\n');
    }
    out
}

/// The diff of one file, line by line.
pub fn lines(file: &FilePatch) -> Vec<Line> {
    match &file.change {
        FileChange::Text { before, after } => text_lines(&file.path, before, after),
        FileChange::MakeExecutable => mode_lines(&file.path),
    }
}

/// The number, from 1, of the first line of the old text that a patch touches; none when it touches no text.
pub fn first_changed_line(file: &FilePatch) -> Option<usize> {
    let FileChange::Text { before, after } = &file.change else { return None };
    let same = split(before).iter().zip(split(after)).take_while(|(old, new)| *old == new).count();
    (before != after).then_some(same + 1)
}

fn text_lines(path: &RepoPath, before: &str, after: &str) -> Vec<Line> {
    // Only `\n` ends a line for git: a lone carriage return is part of one.
    let (old, new) = (split(before), split(after));
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_slices(&old, &new);
    let mut out = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        if out.is_empty() {
            out.push(header("--- ", "a/", path));
            out.push(header("+++ ", "b/", path));
        }
        let old_range = range(first.old_range().start..last.old_range().end);
        let new_range = range(first.new_range().start..last.new_range().end);
        out.push(Line { kind: LineKind::Hunk, text: format!("@@ -{old_range} +{new_range} @@") });
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            push_change(&mut out, change.tag(), change.value());
        }
    }
    out
}

fn push_change(out: &mut Vec<Line>, tag: ChangeTag, text: &str) {
    let (kind, sign) = match tag {
        ChangeTag::Equal => (LineKind::Context, ' '),
        ChangeTag::Insert => (LineKind::Added, '+'),
        ChangeTag::Delete => (LineKind::Removed, '-'),
    };
    out.push(Line { kind, text: format!("{sign}{}", text.strip_suffix('\n').unwrap_or(text)) });
    if !text.ends_with('\n') {
        out.push(Line { kind: LineKind::Note, text: "\\ No newline at end of file".to_owned() });
    }
}

fn mode_lines(path: &RepoPath) -> Vec<Line> {
    let text =
        [format!("diff --git {} {}", quoted("a/", path), quoted("b/", path)), "old mode 100644".to_owned(), "new mode 100755".to_owned()];
    text.into_iter().map(|text| Line { kind: LineKind::Header, text }).collect()
}

/// `--- a/path`; git ends a path with a space in it by a tab, so that readers know where it stops.
fn header(mark: &str, side: &str, path: &RepoPath) -> Line {
    let tab = if path.as_str().contains(' ') { "\t" } else { "" };
    Line { kind: LineKind::Header, text: format!("{mark}{}{tab}", quoted(side, path)) }
}

/// The path as git writes it: within quotes where it holds a quote. Control characters and backslashes are in no `RepoPath`.
fn quoted(side: &str, path: &RepoPath) -> String {
    let path = path.as_str();
    if path.contains('"') { format!("\"{side}{}\"", path.replace('"', "\\\"")) } else { format!("{side}{path}") }
}

/// `start,length` as a hunk's header has it: the length is left out when it is 1, an empty range names the line before it.
fn range(lines: Range<usize>) -> String {
    let mut out = String::new();
    let written = match lines.len() {
        0 => write!(out, "{},0", lines.start),
        1 => write!(out, "{}", lines.start + 1),
        length => write!(out, "{},{length}", lines.start + 1),
    };
    debug_assert!(written.is_ok(), "writing to a text cannot fail");
    out
}

fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;

    fn text_patch(path: &str, before: &str, after: &str) -> FilePatch {
        let change = FileChange::Text { before: before.to_owned(), after: after.to_owned() };
        FilePatch { path: RepoPath::new(path).unwrap(), change }
    }

    #[test]
    fn a_change_has_three_lines_of_context() {
        let patch = text_patch("a.yml", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n");
        assert_data_eq!(
            unified_file(&patch),
            str![[r#"
--- a/a.yml
+++ b/a.yml
@@ -2,7 +2,7 @@
 2
 3
 4
-5
+five
 6
 7
 8

"#]]
        );
        assert_eq!(first_changed_line(&patch), Some(5));
    }

    #[test]
    fn a_missing_line_end_is_told_on_its_side() {
        let added = unified_file(&text_patch("a", "x", "x\n"));
        assert_eq!(added, "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n");
    }

    #[test]
    fn carriage_returns_stay() {
        let changed = unified_file(&text_patch("a", "x\r\ny\r\n", "x\r\nz\r\n"));
        assert_eq!(changed, "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n x\r\n-y\r\n+z\r\n");
        assert_eq!(unified_file(&text_patch("a", "x\ry\n", "x\rz\n")), "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\ry\n+x\rz\n");
    }

    #[test]
    fn a_mode_is_told_as_git_tells_it() {
        let patch = FilePatch { path: RepoPath::new("ci/run me.sh").unwrap(), change: FileChange::MakeExecutable };
        assert_eq!(unified_file(&patch), "diff --git a/ci/run me.sh b/ci/run me.sh\nold mode 100644\nnew mode 100755\n");
        assert_eq!(first_changed_line(&patch), None);
    }

    #[test]
    fn odd_paths_are_written_as_git_reads_them() {
        assert!(unified_file(&text_patch("a b", "x\n", "y\n")).starts_with("--- a/a b\t\n+++ b/a b\t\n"));
        assert!(unified_file(&text_patch("a\"b", "x\n", "y\n")).starts_with("--- \"a/a\\\"b\"\n"));
    }

    #[test]
    fn nothing_changed_gives_no_diff() {
        assert_eq!(unified_file(&text_patch("a", "x\n", "x\n")), "");
        assert_eq!(unified_file(&text_patch("a", "", "x\n")), "--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+x\n");
    }
}
