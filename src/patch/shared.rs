//! Turns the shared corpus of workflows into texts for tests; an empty list where it is absent.

#[expect(clippy::disallowed_methods, reason = "test: reads the shared corpus")]
pub(crate) fn workflows() -> Vec<(String, String)> {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/workflows"))];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                texts.push((path.display().to_string(), text));
            }
        }
    }
    if texts.is_empty() {
        println!("skipped: no shared workflows");
    }
    texts.sort();
    texts
}
