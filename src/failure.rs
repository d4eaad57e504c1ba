//! How the program ends: exit codes, errors and hints.
