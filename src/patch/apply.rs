//! Turns splices over a text into the new text.

use super::Unproved;
use crate::edit::Splice;

/// Applies `splices` to `source`. Insertions at one place stand in the order given, before a replacement that begins there.
///
/// # Errors
/// When a splice lies outside the text or inside a character, or two overlap.
pub fn apply(source: &str, splices: &[Splice]) -> Result<String, Unproved> {
    let mut ordered: Vec<&Splice> = splices.iter().collect();
    ordered.sort_by_key(|splice| (splice.span.start, splice.span.end));
    let mut out = String::with_capacity(source.len() + splices.iter().map(|splice| splice.text.len()).sum::<usize>());
    let mut done = 0;
    for splice in ordered {
        if splice.span.start < done {
            return Err(Unproved::Overlap(splice.span.start));
        }
        let kept = source.get(done..splice.span.start).ok_or(Unproved::OutOfBounds(splice.span.start))?;
        source.get(splice.span.range()).ok_or(Unproved::OutOfBounds(splice.span.end))?;
        out.push_str(kept);
        out.push_str(&splice.text);
        done = splice.span.end;
    }
    out.push_str(source.get(done..).unwrap_or(""));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::ByteSpan;

    fn splice(start: usize, end: usize, text: &str) -> Splice {
        Splice { span: ByteSpan::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn splices_are_made_in_any_order() {
        let made = apply("abcdef", &[splice(4, 5, "E"), splice(0, 0, "<"), splice(2, 2, "1"), splice(2, 2, "2"), splice(2, 3, "C")]);
        assert_eq!(made, Ok("<ab12CdEf".to_owned()));
    }

    #[test]
    fn overlaps_and_foreign_spans_are_refused() {
        assert_eq!(apply("abc", &[splice(0, 2, ""), splice(1, 3, "")]), Err(Unproved::Overlap(1)));
        assert_eq!(apply("abc", &[splice(2, 9, "")]), Err(Unproved::OutOfBounds(9)));
        assert_eq!(apply("aü", &[splice(2, 2, "")]), Err(Unproved::OutOfBounds(2)));
        assert!(apply("abc", &[splice(3, 2, "")]).is_err());
    }
}
