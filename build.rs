//! Embeds the rule catalogue, its required literals and the commit.
#![expect(clippy::disallowed_methods, reason = "shell: a build script reads files, the environment and git")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "src/rules/literals.rs"]
#[expect(unreachable_pub, reason = "shared with the library, which uses all of it")]
mod literals;

const CATALOGUE: &str = "src/rules/catalog";
const MEASURED: &str = "src/rules/measured.yml";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    for watched in [CATALOGUE, MEASURED, "src/rules/literals.rs", "build.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    fs::write(out.join("catalogue.rs"), catalogue(&root)?)?;
    println!("cargo::rustc-env=AUTOHEAL_COMMIT={}", commit(&root));
    Ok(())
}

/// The catalogue as Rust tables: what the scan needs at once is worked out here, the rest stays text until it is asked for.
fn catalogue(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut files: Vec<PathBuf> = fs::read_dir(root.join(CATALOGUE))?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yml"));
    // By id: a path's dot would stand behind the dash of a longer name.
    files.sort_by_key(|path| path.file_stem().map(ToOwned::to_owned));
    let mut code = String::from("pub(super) static CATALOGUE: &[Embedded] = &[\n");
    for path in &files {
        match embedded(path) {
            Ok(entry) => code.push_str(&entry),
            Err(error) => println!("cargo::error={}: {error}", path.strip_prefix(root).unwrap_or(path).display()),
        }
    }
    code.push_str("];\n");
    code.push_str(&measured(&root.join(MEASURED))?);
    Ok(code)
}

/// One rule's entry. Only what YAML and regular expressions demand is checked here; the test suite reads the rest strictly.
fn embedded(path: &Path) -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let rule: serde_yaml::Value = serde_yaml::from_str(&text)?;
    let detect = rule.get("detect").ok_or("`detect` is missing")?;
    let patterns: Vec<&str> = match detect.get("line") {
        Some(serde_yaml::Value::String(pattern)) => vec![pattern],
        Some(serde_yaml::Value::Sequence(list)) => list.iter().filter_map(serde_yaml::Value::as_str).collect(),
        _ => return Err("`detect.line` is neither a pattern nor a list of patterns".into()),
    };
    let core = serde_json::json!({ "category": rule.get("category"), "detect": detect });
    let mut entry = format!("    Embedded {{ id: {id:?}, text: include_str!({path:?}), core: {:?}, literals: &[", core.to_string());
    for pattern in patterns {
        entry.push('&');
        write!(entry, "[")?;
        for literal in literals::required(pattern)? {
            write!(entry, "Literal {{ text: Cow::Borrowed({:?}), fold: {}, window: {} }},", literal.text, literal.fold, literal.window)?;
        }
        entry.push_str("],");
    }
    entry.push_str("] },\n");
    Ok(entry)
}

/// How often each rule was right on recorded cases: `rule-id: { right: 8, seen: 9 }`.
fn measured(path: &Path) -> Result<String, Box<dyn Error>> {
    let table: serde_yaml::Mapping = serde_yaml::from_str(&fs::read_to_string(path)?)?;
    let mut rows = Vec::new();
    for (id, counts) in &table {
        let count = |name: &str| counts.get(name).and_then(serde_yaml::Value::as_u64);
        let (Some(id), Some(right), Some(seen)) = (id.as_str(), count("right"), count("seen")) else {
            return Err(format!("{MEASURED}: expected `rule-id: {{ right: 8, seen: 9 }}`").into());
        };
        rows.push((id.to_owned(), right, seen));
    }
    rows.sort();
    Ok(format!("pub(super) static MEASURED: &[(&str, u32, u32)] = &{rows:?};\n"))
}

/// The commit that is built: what the environment says, else what git says, else nothing.
fn commit(root: &Path) -> String {
    println!("cargo::rerun-if-env-changed=AUTOHEAL_COMMIT");
    if let Ok(commit) = std::env::var("AUTOHEAL_COMMIT") {
        return commit;
    }
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    // A debug build may name an older commit: following every commit would compile the crate anew each time.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Some(log) = git(&["rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"])
    {
        println!("cargo::rerun-if-changed={log}");
    }
    git(&["rev-parse", "--short=9", "HEAD"]).unwrap_or_default()
}
