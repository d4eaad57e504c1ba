#![expect(clippy::disallowed_methods, reason = "shell: writes what was fetched")]
//! Where a fetch puts its files: a folder beside the target, whose files are whole or not there, so that a fetch that broke off
//! goes on where it stopped.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::{Failure, Kind};

/// The folder.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// Opens or makes the folder. What lies there of another run or attempt is thrown away.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path, run: u64, attempt: u32) -> Result<Self, Failure> {
        let shelf = Self { folder: folder.to_owned() };
        let wanted = format!("{run} {attempt}\n");
        if fs::read_to_string(shelf.path(".run")).ok().as_ref() != Some(&wanted) {
            if folder.exists() {
                fs::remove_dir_all(folder).map_err(|error| shelf.failed(&error))?;
            }
            fs::create_dir_all(folder).map_err(|error| shelf.failed(&error))?;
            shelf.put(".run", wanted.as_bytes())?;
        }
        Ok(shelf)
    }

    /// Whether a file is there.
    pub fn has(&self, name: &str) -> bool {
        self.path(name).is_file()
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, Failure> {
        fs::read(self.path(name)).map_err(|error| self.failed(&error))
    }

    /// Puts a file there, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut file = self.begin(name)?;
        std::io::Write::write_all(&mut file, bytes).map_err(|error| self.failed(&error))?;
        self.finish(name, file)
    }

    /// Begins a file that is written bit by bit.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(&self, name: &str) -> Result<NamedTempFile, Failure> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).and_then(|()| NamedTempFile::new_in(folder)).map_err(|error| self.failed(&error))
    }

    /// Gives a file its name.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn finish(&self, name: &str, file: NamedTempFile) -> Result<(), Failure> {
        file.persist(self.path(name)).map(|_| ()).map_err(|error| self.failed(&error.error))
    }

    /// Throws files away that are needed no more.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn forget(&self, names: &[&str]) -> Result<(), Failure> {
        for name in names.iter().filter(|name| self.has(name)) {
            fs::remove_file(self.path(name)).map_err(|error| self.failed(&error))?;
        }
        Ok(())
    }

    /// Everything that is there, by name.
    ///
    /// # Errors
    /// When something cannot be read.
    pub fn files(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let mut files = Vec::new();
        let mut open = vec![(self.folder.clone(), String::new())];
        while let Some((folder, prefix)) = open.pop() {
            for entry in fs::read_dir(&folder).map_err(|error| self.failed(&error))?.flatten() {
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
                    open.push((entry.path(), format!("{name}/")));
                } else if !name.starts_with('.') {
                    files.push((name, fs::read(entry.path()).map_err(|error| self.failed(&error))?));
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// Gives the folder its final name; what stands there of an earlier fetch is replaced.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn becomes(self, target: &Path) -> Result<(), Failure> {
        self.forget(&[".run"])?;
        if target.exists() {
            fs::remove_dir_all(target).map_err(|error| self.failed(&error))?;
        }
        fs::rename(&self.folder, target).map_err(|error| self.failed(&error))
    }

    /// Throws the folder away.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn discard(self) -> Result<(), Failure> {
        fs::remove_dir_all(&self.folder).map_err(|error| self.failed(&error))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn failed(&self, error: &std::io::Error) -> Failure {
        Failure::new(Kind::Output, format!("cannot write below `{}`: {error}", self.folder.display()))
    }
}
