//! Where the runner's folders are here, and back.

/// Where the parts of a reproduction lie. All paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The folder itself.
    pub root: String,
    /// Whether the job ran in a container, whose folders have other names.
    pub in_container: bool,
    /// The repository's name, which names the runner's workspace.
    pub name: String,
}

impl Paths {
    /// The workspace: where the checkout lies.
    pub fn workspace(&self) -> String {
        format!("{}/work/{1}/{1}", self.root, self.name)
    }

    /// The runner's temporary folder.
    pub fn temp(&self) -> String {
        format!("{}/work/_temp", self.root)
    }

    /// The runner's tool cache.
    pub fn tools(&self) -> String {
        format!("{}/tools", self.root)
    }

    /// A home without anybody's configuration.
    pub fn home(&self) -> String {
        format!("{}/home", self.root)
    }

    /// The folders that a run has, longest first, and what they are here.
    fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for work in ["/home/runner/work", "/__w", "/Users/runner/work", r"D:\a"] {
            pairs.push((work.to_owned(), format!("{}/work", self.root)));
        }
        pairs.push(("/github/workspace".to_owned(), self.workspace()));
        pairs.push(("/github/home".to_owned(), self.home()));
        pairs.push(("/home/runner".to_owned(), self.home()));
        pairs
    }

    /// A text of the run with the folders as they are here.
    pub fn here(&self, text: &str) -> String {
        self.pairs().into_iter().fold(text.to_owned(), |text, (there, here)| replaced(&text, &there, &here))
    }

    /// A text that was written here with the folders as the run has them.
    pub fn there(&self, text: &str) -> String {
        let work = if self.in_container { "/__w" } else { "/home/runner/work" };
        let home = if self.in_container { "/github/home" } else { "/home/runner" };
        let text = text.replace(&format!("{}/work", self.root), work);
        text.replace(&self.home(), home)
    }
}

/// Replaces a folder where its name ends there.
fn replaced(text: &str, folder: &str, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(folder) {
        let (before, found) = rest.split_at(at);
        let behind = found.get(folder.len()..).unwrap_or_default();
        let ends = !behind.starts_with(|next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '-' | '.'));
        let starts = !before.ends_with(|last: char| last.is_ascii_alphanumeric() || matches!(last, '_' | '-' | '.' | '/'));
        out.push_str(before);
        out.push_str(if ends && starts { by } else { folder });
        rest = behind;
    }
    out.push_str(rest);
    out
}
