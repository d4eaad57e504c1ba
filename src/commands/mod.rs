//! One file per subcommand: composes the stages, nothing else.
