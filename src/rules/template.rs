//! Turns a rule's words and captures into a sentence: `{name}` gives way to what the pattern's group of that name caught.

use std::collections::BTreeMap;

/// The names that stand in braces, in order. `${{ … }}`, `{}` and braces around anything but a name are plain text.
pub fn placeholders(template: &str) -> Vec<&str> {
    pieces(template).filter_map(|piece| if let Piece::Name(name) = piece { Some(name) } else { None }).collect()
}

/// The words with every name replaced by its capture; a name without a capture stays as it is.
pub fn filled(template: &str, captures: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(template.len());
    for piece in pieces(template) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Name(name) => match captures.get(name) {
                Some(capture) => out.push_str(capture),
                None => out.extend(["{", name, "}"]),
            },
        }
    }
    out
}

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, behind)) = leading_name(rest) {
            rest = behind;
            return Some(Piece::Name(name));
        }
        // Doubled braces belong to an expression or to code: they are passed over together.
        let skip = rest.bytes().take_while(|byte| *byte == b'{').count();
        let end = rest.get(skip..).and_then(|tail| tail.find('{')).map_or(rest.len(), |found| skip + found);
        let (text, behind) = rest.split_at_checked(end.max(1)).unwrap_or((rest, ""));
        rest = behind;
        Some(Piece::Text(text))
    })
}

fn leading_name(text: &str) -> Option<(&str, &str)> {
    let (name, behind) = text.strip_prefix('{')?.split_once('}')?;
    let mut letters = name.chars();
    let first = letters.next()?;
    (first.is_ascii_lowercase() && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')).then_some((name, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_single_braces_are_placeholders() {
        let text = "Install {command} on ${{ matrix.os }}, {} and {Not this} or {a_1}: ü{{b}}";
        assert_eq!(placeholders(text), ["command", "a_1"]);
        let captures = BTreeMap::from([("command".to_owned(), "jq".to_owned())]);
        assert_eq!(filled(text, &captures), text.replace("{command}", "jq"));
    }
}
