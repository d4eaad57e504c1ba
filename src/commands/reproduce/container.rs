//! The job's container, where docker or podman has its image already: nothing is fetched.
#![expect(clippy::disallowed_methods, reason = "shell: asks docker and podman")]

use std::process::{Command, Stdio};

/// A program that runs containers, and an image that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Container {
    /// `docker` or `podman`.
    pub(super) program: &'static str,
    /// The image.
    pub(super) image: String,
}

/// Finds who has the image.
///
/// # Errors
/// In words, when the job has no container or nobody has its image.
pub(super) fn find(image: Option<&str>) -> Result<Container, String> {
    let Some(image) = image else { return Err("the job ran in no container".to_owned()) };
    // An image's name comes from a log: it must not be taken for a flag.
    if image.starts_with('-') || image.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("`{}` is no image", image.escape_debug()));
    }
    for program in ["docker", "podman"] {
        let mut asked = Command::new(program);
        asked.args(["image", "inspect", image]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if asked.status().is_ok_and(|status| status.success()) {
            return Ok(Container { program, image: image.to_owned() });
        }
    }
    Err(format!("neither docker nor podman has the image {image} here; fetch it first: docker pull {image}"))
}

impl Container {
    /// The arguments before the script's own command: the folder is the same inside and outside.
    pub(super) fn arguments(&self, root: &str, folder: &str, name: &str, env: &[(String, String)]) -> Vec<String> {
        let mut out: Vec<String> = ["run", "--rm", "--init", "--network", "bridge", "--name", name].map(str::to_owned).to_vec();
        out.extend(["--volume".to_owned(), format!("{root}:{root}"), "--workdir".to_owned(), folder.to_owned()]);
        for (key, value) in env {
            out.extend(["--env".to_owned(), format!("{key}={value}")]);
        }
        out.push(self.image.clone());
        out
    }

    /// Ends a container that its client left behind.
    pub(super) fn end(&self, name: &str) {
        let mut command = Command::new(self.program);
        command.args(["rm", "--force", name]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // One that is gone is what is wanted.
        let _ = command.status();
    }
}
