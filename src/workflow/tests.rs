//! Spans slice back to the very text, on odd YAML and on all shared workflows.

use super::*;

fn parse(text: &str) -> Document {
    Document::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn at(document: &Document, route: &Route) -> String {
    document.get(route).map(|node| document.slice(node.span).to_owned()).unwrap_or_else(|| panic!("nothing at {route}"))
}

#[test]
fn nodes_slice_back_to_their_very_text() {
    let text = "# c\non: [push, {a: b}]\nx: &anc\n  - a   # c\n  - b: |\n      lit\n      é\n\n    c: \"q\"\nempty: # none\n'k': >-\n  folded\n  text\nz: *anc\nf: {a, b: }\n";
    let document = parse(text);
    let root = Route::root();
    assert_eq!(at(&document, &root.key("on")), "[push, {a: b}]");
    assert_eq!(at(&document, &root.key("x")), "- a   # c\n  - b: |\n      lit\n      é\n\n    c: \"q\"");
    assert_eq!(at(&document, &root.key("x").index(1)), "b: |\n      lit\n      é\n\n    c: \"q\"");
    assert_eq!(at(&document, &root.key("x").index(1).key("b")), "|\n      lit\n      é");
    assert_eq!(at(&document, &root.key("k")), ">-\n  folded\n  text");
    let empty = document.get(&root.key("empty")).expect("there");
    assert_eq!(text[..empty.span.start].lines().last(), Some("empty:"));
    assert!(empty.is_null());
    assert!(document.is_shared(&root.key("x").index(0)));
    assert!(!document.is_shared(&root.key("on")));
}

#[test]
fn dashes_are_found_behind_comments_and_blank_lines() {
    let document = parse("s:\n- a\n\n# - not this\n-   b\n-\n- c: 1\n  d: 2\n");
    let items = document.get(&Route::root().key("s")).expect("there").items();
    let dashes: Vec<usize> = items.iter().filter_map(|item| item.dash).collect();
    assert_eq!(dashes, [3, 21, 27, 29]);
}

#[test]
fn a_byte_order_mark_shifts_nothing() {
    let document = parse("\u{feff}on: push\n");
    assert_eq!(at(&document, &Route::root().key("on")), "push");
}

#[test]
fn deep_nesting_and_second_documents_are_refused() {
    assert!(Document::parse(&"[".repeat(5000)).is_err());
    let deep: String = (0..300).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(Document::parse(&deep).is_err());
    assert!(Document::parse("a: 1\n---\nb: 2\n").is_err());
}

fn check_spans(document: &Document, node: &Node, failures: &mut Vec<String>) {
    let text = document.slice(node.span);
    match &node.kind {
        NodeKind::Scalar { value, style: ScalarStyle::Plain } if !value.contains('\n') && !text.contains('\n') && value != text => {
            failures.push(format!("plain {value:?} is {text:?}"));
        }
        NodeKind::Scalar { style: ScalarStyle::SingleQuoted, .. } if !(text.starts_with('\'') && text.ends_with('\'')) => {
            failures.push(format!("quoted {text:?}"))
        }
        NodeKind::Scalar { style: ScalarStyle::DoubleQuoted, .. } if !(text.starts_with('"') && text.ends_with('"')) => {
            failures.push(format!("quoted {text:?}"))
        }
        NodeKind::Scalar { style: ScalarStyle::Literal, .. } if !text.starts_with('|') => failures.push(format!("literal {text:?}")),
        NodeKind::Scalar { style: ScalarStyle::Folded, .. } if !text.starts_with('>') => failures.push(format!("folded {text:?}")),
        NodeKind::Mapping { flow, entries } => {
            if *flow && !(text.starts_with('{') && text.ends_with('}')) {
                failures.push(format!("flow mapping {text:?}"));
            }
            for entry in entries {
                check_spans(document, &entry.key, failures);
                check_spans(document, &entry.value, failures);
                if !entry.value.is_null() && !node.span.contains(entry.span()) {
                    failures.push(format!("entry outside {text:?}"));
                }
            }
        }
        NodeKind::Sequence { flow, items } => {
            if *flow && !(text.starts_with('[') && text.ends_with(']')) {
                failures.push(format!("flow sequence {text:?}"));
            }
            for item in items {
                if !flow && item.dash.is_none_or(|dash| document.source.as_bytes().get(dash) != Some(&b'-')) {
                    failures.push(format!("no dash in {text:?}"));
                }
                check_spans(document, &item.value, failures);
            }
        }
        _ => {}
    }
}

#[test]
fn every_shared_workflow_slices_back() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/workflows");
    let mut texts = Vec::new();
    collect(folder.as_ref(), &mut texts);
    if texts.is_empty() {
        println!("skipped: no shared workflows");
        return;
    }
    let mut parsed = 0;
    let mut failures = Vec::new();
    for (path, text) in &texts {
        let Ok(document) = Document::parse(text) else { continue };
        parsed += 1;
        let before = failures.len();
        if let Some(root) = &document.root {
            check_spans(&document, root, &mut failures);
        }
        if failures.len() > before {
            println!("{path}");
        }
    }
    println!("{parsed} of {} parse", texts.len());
    assert!(failures.is_empty(), "{} wrong spans: {:#?}", failures.len(), &failures[..failures.len().min(10)]);
}

#[expect(clippy::disallowed_methods, reason = "test: reads the shared corpus")]
fn collect(folder: &std::path::Path, texts: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            texts.push((path.display().to_string(), text));
        }
    }
}
