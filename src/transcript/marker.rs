//! Turns the marker at the start of a message into the kind of its line.

use super::LineKind;

/// Which marks a text uses for its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As the runner writes: stamps, `##[error]`.
    Runner,
    /// As the web page shows and people paste: `Error: ` in place of `##[error]`, no stamps.
    Excerpt,
}

/// The kind of a message, and its text without the marker.
pub(super) fn classify(message: &str, style: Style) -> (LineKind, &str) {
    match message.as_bytes().first() {
        Some(b'#') => hash_marker(message),
        Some(b'[') => toolkit_marker(message),
        Some(b':') => workflow_command(message),
        Some(b'E') if style == Style::Excerpt && message.starts_with("Error: ") => (LineKind::Error, message),
        Some(b'W') if style == Style::Excerpt && message.starts_with("Warning: ") => (LineKind::Warning, message),
        _ => (LineKind::Output, message),
    }
}

/// `##[error]…`: the complete set of the runner's tags.
fn hash_marker(message: &str) -> (LineKind, &str) {
    let Some((tag, text)) = message.strip_prefix("##[").and_then(|rest| rest.split_once(']')) else {
        return (LineKind::Output, message);
    };
    match tag {
        "error" => (LineKind::Error, text),
        "warning" => (LineKind::Warning, text),
        "notice" => (LineKind::Notice, text),
        "debug" => (LineKind::Debug, text),
        "group" => (LineKind::Group, text),
        "endgroup" => (LineKind::EndGroup, text),
        "command" => (LineKind::Command, text),
        "section" | "add-matcher" | "remove-matcher" => (LineKind::Marker, text),
        _ if tag.starts_with("start-action ") || tag.starts_with("end-action ") => (LineKind::Marker, message),
        _ => (LineKind::Output, message),
    }
}

/// `[command]…` of the toolkit's `exec`, `[warning]…` of actions/cache.
fn toolkit_marker(message: &str) -> (LineKind, &str) {
    if let Some(text) = message.strip_prefix("[command]") {
        (LineKind::Command, text)
    } else if let Some(text) = message.strip_prefix("[warning]") {
        (LineKind::Warning, text)
    } else {
        (LineKind::Output, message)
    }
}

/// `::error file=a,line=1::text`, where nothing has turned it into `##[error]text`.
fn workflow_command(message: &str) -> (LineKind, &str) {
    for (start, kind) in
        [("::error", LineKind::Error), ("::warning", LineKind::Warning), ("::notice", LineKind::Notice), ("::debug", LineKind::Debug)]
    {
        let Some(rest) = message.strip_prefix(start) else { continue };
        if let Some((properties, text)) = rest.split_once("::")
            && (properties.is_empty() || properties.starts_with(' '))
        {
            return (kind, text);
        }
    }
    (LineKind::Output, message)
}

/// What the runner brackets a composite action's inner step with (actions/runner, flag `actions_runner_emit_composite_markers`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CompositeMarker {
    /// It starts.
    Start,
    /// It ends, and how, before `continue-on-error` is looked at.
    End { has_failed: bool },
}

impl CompositeMarker {
    pub(super) fn of(text: &str) -> Option<Self> {
        let body = text.strip_prefix("##[")?;
        if body.starts_with("start-action ") {
            return Some(Self::Start);
        }
        let fields = body.strip_prefix("end-action ")?.trim_end_matches(']');
        let conclusion = fields.split(';').find_map(|field| field.strip_prefix("conclusion="));
        Some(Self::End { has_failed: conclusion == Some("failure") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_tell_kinds() {
        let kind = |message| classify(message, Style::Runner);
        assert_eq!(kind("##[error]x"), (LineKind::Error, "x"));
        assert_eq!(kind("[command]/usr/bin/git version"), (LineKind::Command, "/usr/bin/git version"));
        assert_eq!(kind("[warning]Failed to save"), (LineKind::Warning, "Failed to save"));
        assert_eq!(kind("::error file=a.rs,line=3::b::c"), (LineKind::Error, "b::c"));
        assert_eq!(kind("Error: x"), (LineKind::Output, "Error: x"));
        for plain in ["## [error]", "##[\\start-action display=x]", "##[unknown]x", "::errors::x", "[info] x", "#", ":"] {
            assert_eq!(kind(plain), (LineKind::Output, plain));
        }
    }

    #[test]
    fn an_excerpt_keeps_the_word_that_stands_for_the_marker() {
        assert_eq!(classify("Error: x", Style::Excerpt), (LineKind::Error, "Error: x"));
        assert_eq!(classify("Warning: x", Style::Excerpt), (LineKind::Warning, "Warning: x"));
    }

    #[test]
    fn composite_markers_tell_how_it_ended() {
        assert_eq!(CompositeMarker::of("##[start-action display=a;id=b]"), Some(CompositeMarker::Start));
        let end = |text| CompositeMarker::of(text);
        assert_eq!(
            end("##[end-action id=b;outcome=failure;conclusion=success;duration_ms=1]"),
            Some(CompositeMarker::End { has_failed: false })
        );
        assert_eq!(
            end("##[end-action id=b;outcome=failure;conclusion=failure;duration_ms=1]"),
            Some(CompositeMarker::End { has_failed: true })
        );
        assert_eq!(end("text"), None);
    }
}
