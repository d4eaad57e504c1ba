//! x
use super::super::Problem;
use super::Fix;
use crate::workflow::Document;
pub(super) fn fix(_document: &Document, _problem: &Problem) -> Result<Fix, String> {
    Err(String::new())
}
