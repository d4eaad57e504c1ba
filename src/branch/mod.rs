//! Turns a checkout and a patch into one new branch; only this folder names the `gix` crate.
//!
//! Reading ([`Checkout::discover`], [`Checkout::base`], [`Checkout::snapshot`]) leaves no trace. Committing
//! ([`Checkout::commit`]) writes new objects and then, last and at once, one reference: the work tree, the index, HEAD,
//! the configuration and every other reference stay as they are. A process killed in between leaves either no branch or
//! the complete one.

mod base;
mod checkout;
mod commit;
mod draft;
mod durable;
mod error;
mod example;
mod identity;
mod planned;
mod reference;
mod snapshot;
mod worktree;

pub use base::{Base, BaseChoice, BaseReason};
pub use checkout::{Checkout, Remote};
pub use commit::{Commit, Committed, Outcome};
pub use error::{BranchError, Unpatchable};
pub use example::create_example;
pub use identity::{FALLBACK_EMAIL, FALLBACK_NAME, Identity};
pub use planned::check_ids;
pub use worktree::{History, Written};
