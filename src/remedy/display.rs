//! Turns a display that a step lacked into a virtual one, on the legs that need it.

use super::resolve::{Surroundings, plain};
use crate::edit::{EditSpec, Refusal};
use crate::workflow::Node;

/// The packages of Debian and Fedora that hold `xvfb-run`; a hosted image has them, a container's has not.
const PACKAGES: &str = "xvfb xauth";

/// `Xvfb` goes on in the background when the step is over: the runner ends it with the job.
const START: &str = "Xvfb :99 -screen 0 1280x1024x24 &\necho \"DISPLAY=:99\" >> \"$GITHUB_ENV\"\n";

impl Surroundings<'_> {
    /// The step's one command, run by `xvfb-run`.
    pub(super) fn run_under_display(&self) -> Result<Vec<EditSpec>, Refusal> {
        let mut specs = self.display_packages();
        specs.push(plain("prepend-command", &[("prefix", "xvfb-run -a"), ("system", "linux")]));
        Ok(specs)
    }

    /// A display for this step and all later ones.
    pub(super) fn start_display(&self) -> Result<Vec<EditSpec>, Refusal> {
        let mut specs = self.display_packages();
        let step = serde_yaml::Mapping::from_iter([("name".into(), "Start a virtual display".into()), ("run".into(), START.into())]);
        let step = serde_yaml::to_string(&step).unwrap_or_default();
        specs.push(plain("insert-step", &[("step", &step), ("system", "linux")]));
        Ok(specs)
    }

    fn display_packages(&self) -> Vec<EditSpec> {
        let container = self.job_key("container").is_some();
        let has = self.script().is_some_and(|script| script.contains("xvfb"));
        if container && !has { vec![plain("install-packages", &[("packages", PACKAGES)])] } else { Vec::new() }
    }

    /// A key of the failed job.
    pub(super) fn job_key(&self, key: &str) -> Option<&Node> {
        let job = crate::workflow::Route::root().key("jobs").key(self.place.job.as_ref()?);
        self.document.get(&job.key(key))
    }
}
