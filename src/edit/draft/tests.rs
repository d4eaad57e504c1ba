//! Drafts say what they do.
