//! What a workflow may say: keys, their places and types; problems with spans.
