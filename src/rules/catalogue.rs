//! The rules that the program brings along, as `build.rs` prepares them from `catalog/` and `measured.yml`.

use std::borrow::Cow;

use super::literals::Literal;
use super::set::Embedded;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
