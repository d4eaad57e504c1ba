//! Turns cargo's own account of what is built into a bill of materials: CycloneDX 1.6, <https://cyclonedx.org/docs/1.6/json/>.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::project::{Done, path};

/// Writes it.
pub(crate) fn write(file: &Path) -> Done {
    let mut text = serde_json::to_string_pretty(&bill(&metadata()?)?)?;
    text.push('\n');
    fs::write(file, text)?;
    println!("{}", file.display());
    Ok(())
}

fn metadata() -> Result<Value, Box<dyn Error>> {
    let output = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--locked"]).current_dir(path(".")).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What the program is built from: the packages that it reaches over normal dependencies, on any system.
fn bill(metadata: &Value) -> Result<Value, Box<dyn Error>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = list(&metadata["resolve"]["nodes"]);
    let packages = list(&metadata["packages"]);
    let root = packages.iter().find(|package| package["name"] == "gh-autoheal").ok_or("cargo does not know gh-autoheal")?;
    let mut reached = BTreeSet::new();
    let mut open = vec![text(&root["id"])];
    while let Some(id) = open.pop() {
        let node = nodes.iter().find(|node| node["id"] == id.as_str()).cloned().unwrap_or_default();
        if reached.insert(id) {
            let built = |dependency: &Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            open.extend(list(&node["deps"]).iter().filter(|dependency| built(dependency)).map(|dependency| text(&dependency["pkg"])));
        }
    }
    let component = |package: &Value| {
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let purl = format!("pkg:cargo/{name}@{version}");
        let licence = text(&package["license"]);
        json!({ "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "licenses": [{ "expression": licence.replace('/', " OR ") }] })
    };
    let parts: Vec<Value> =
        packages.iter().filter(|package| package["id"] != root["id"] && reached.contains(&text(&package["id"]))).map(component).collect();
    let mut program = component(root);
    program["type"] = json!("application");
    Ok(json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": { "component": program }, "components": parts }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_names_what_is_built_and_no_more() {
        let bill = bill(&metadata().expect("cargo answers")).expect("a bill");
        let names: Vec<&str> = bill["components"].as_array().expect("a list").iter().filter_map(|part| part["name"].as_str()).collect();
        assert!(names.contains(&"gix") && names.contains(&"clap"), "{names:?}");
        assert!(!names.contains(&"snapbox") && !names.contains(&"xtask") && !names.contains(&"clap_mangen"), "only for tests and tasks");
        assert_eq!(bill["metadata"]["component"]["name"], "gh-autoheal");
    }
}
