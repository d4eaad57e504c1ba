//! What a person or a script is shown: text, JSON, Markdown, diff, annotations.
