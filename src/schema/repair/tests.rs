//! Files are broken on paper and healed; the result must mean what the file meant before.

use std::collections::BTreeMap;

use super::super::tests::shared;
use super::lines::indent;
use super::*;
use serde_yaml::Value;

fn healed(text: &str) -> Result<(String, String), String> {
    let path = RepoPath::new(".github/workflows/w.yml").expect("a path");
    let repair = repair(&path, text, None).map_err(|refusal| refusal.to_string())?;
    Ok((applied(text, &repair.splices).expect("fits"), repair.what))
}

fn meaning(text: &str) -> Option<Value> {
    serde_yaml::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()
}

/// A small generator of numbers: the same damage in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides.max(1)
    }
}

/// A damaged text and the text that it should become.
type Damage = fn(&[String], usize) -> Option<(Vec<String>, Vec<String>)>;

fn edit(lines: &[String], index: usize, broken: String, right: String) -> Option<(Vec<String>, Vec<String>)> {
    let (mut a, mut b) = (lines.to_vec(), lines.to_vec());
    a[index] = broken;
    b[index] = right;
    Some((a, b))
}

fn one(lines: &[String], index: usize, broken: String) -> Option<(Vec<String>, Vec<String>)> {
    edit(lines, index, broken, lines[index].clone())
}

fn key_of(line: &str) -> Option<(&str, &str, &str)> {
    let start = line.len() - line.trim_start_matches(['-', ' ']).len();
    let colon = line[start..].find(": ")? + start;
    line[start..colon].chars().all(|c| c.is_alphanumeric() || "-_".contains(c)).then_some((
        &line[..start],
        &line[start..colon],
        line[colon + 2..].trim_end(),
    ))
}

fn plain_name(line: &str) -> Option<(&str, &str, &str)> {
    key_of(line).filter(|(_, key, value)| *key == "name" && value.chars().all(|c| c.is_alphanumeric() || c == ' ') && !value.is_empty())
}

/// Moves the key at `index` and everything below it.
fn moved_block(lines: &[String], index: usize, by: i32) -> Option<(Vec<String>, Vec<String>)> {
    let end = lines::block_end(lines, index);
    let mut broken = lines.to_vec();
    for line in &mut broken[index..end] {
        let to = i32::try_from(indent(line)).ok()? + by;
        if !line.trim().is_empty() {
            *line = lines::reindented(line, usize::try_from(to).ok()?);
        }
    }
    Some((broken, lines.to_vec()))
}

fn with_header(lines: &[String], index: usize) -> Option<&String> {
    lines.get(index).filter(|line| matches!(line.trim(), "with:" | "env:") && indent(line) >= 6)
}

fn script(lines: &[String], index: usize, body: [&str; 5]) -> Option<(Vec<String>, Vec<String>)> {
    let line = lines.get(index)?;
    let (before, key, _) = key_of(line).filter(|(_, key, value)| *key == "run" && !value.starts_with(['|', '>']) && !value.is_empty())?;
    let own = before.len();
    let block = |columns: [usize; 5]| {
        let body = body.iter().zip(columns).map(|(line, to)| format!("{}{line}", " ".repeat(to)));
        [format!("{before}{key}: |")].into_iter().chain(body).collect::<Vec<_>>()
    };
    let inner = own + 2;
    let put = |block: Vec<String>| [&lines[..index], &block, &lines[index + 1..]].concat();
    Some((put(block([inner, 0, 0, 0, inner])), put(block([inner; 5]))))
}

fn shapes() -> Vec<(&'static str, Damage)> {
    vec![
        ("tab for the indentation", |l, i| one(l, i, l[i].replacen("  ", "\t", 1)).filter(|_| indent(&l[i]) >= 2)),
        ("no blank behind the colon", |l, i| {
            key_of(&l[i]).and_then(|(b, k, v)| one(l, i, format!("{b}{k}:{v}")).filter(|_| !v.starts_with(['|', '>', '/'])))
        }),
        ("key one too deep", |l, i| one(l, i, format!(" {}", l[i])).filter(|_| !l[i].trim().starts_with('-'))),
        ("key one too shallow", |l, i| {
            one(l, i, l[i].get(1..)?.to_owned()).filter(|_| l[i].starts_with("  ") && !l[i].trim().starts_with('-'))
        }),
        ("no colon behind the key", |l, i| key_of(&l[i]).and_then(|(b, k, v)| one(l, i, format!("{b}{k} {v}")))),
        ("no colon before a block", |l, i| one(l, i, l[i].trim_end().strip_suffix(':')?.to_owned())),
        ("colon in a plain value", |l, i| {
            plain_name(&l[i]).and_then(|(b, k, v)| edit(l, i, format!("{b}{k}: {v}: more"), format!("{b}{k}: '{v}: more'")))
        }),
        ("@ before a plain value", |l, i| {
            plain_name(&l[i]).and_then(|(b, k, v)| edit(l, i, format!("{b}{k}: @{v}"), format!("{b}{k}: '@{v}'")))
        }),
        ("* before a plain value", |l, i| {
            plain_name(&l[i]).and_then(|(b, k, v)| edit(l, i, format!("{b}{k}: *{v} x"), format!("{b}{k}: '*{v} x'")))
        }),
        ("% before a plain value", |l, i| {
            plain_name(&l[i]).and_then(|(b, k, v)| edit(l, i, format!("{b}{k}: %{v}"), format!("{b}{k}: '%{v}'")))
        }),
        ("backtick before a value", |l, i| {
            plain_name(&l[i]).and_then(|(b, k, v)| edit(l, i, format!("{b}{k}: `{v}`"), format!("{b}{k}: '`{v}`'")))
        }),
        ("[x] before a plain value", |l, i| {
            plain_name(&l[i]).and_then(|(b, k, v)| edit(l, i, format!("{b}{k}: [x] {v}"), format!("{b}{k}: '[x] {v}'")))
        }),
        ("expression in a bare list", |l, i| {
            let (b, k, _) = key_of(&l[i]).filter(|(_, k, _)| *k == "runs-on")?;
            edit(l, i, format!("{b}{k}: [a, ${{{{ b.c }}}}, d]"), format!("{b}{k}: [a, '${{{{ b.c }}}}', d]"))
        }),
        ("unclosed quote", |l, i| {
            key_of(&l[i])
                .filter(|(_, _, v)| v.len() > 2 && v.starts_with(['"', '\'']) && v.ends_with(['"', '\'']))
                .and_then(|_| one(l, i, l[i].trim_end().strip_suffix(['"', '\''])?.to_owned()))
        }),
        ("unclosed bracket", |l, i| {
            key_of(&l[i])
                .filter(|(_, _, v)| v.starts_with('[') && v.ends_with(']'))
                .and_then(|_| one(l, i, l[i].trim_end().strip_suffix(']')?.to_owned()))
        }),
        ("with: two too deep", |l, i| with_header(l, i).and_then(|_| moved_block(l, i, 2))),
        ("with: at the dash", |l, i| with_header(l, i).and_then(|_| moved_block(l, i, -2))),
        ("steps: two too deep", |l, i| Some(()).filter(|()| l[i].trim() == "steps:").and_then(|()| moved_block(l, i, 2))),
        ("step two too shallow", |l, i| {
            Some(()).filter(|()| l[i].trim().starts_with("- name:") && indent(&l[i]) >= 4).and_then(|()| moved_block(l, i, -2))
        }),
        ("step one too shallow", |l, i| {
            Some(()).filter(|()| l[i].trim().starts_with("- ") && indent(&l[i]) >= 4).and_then(|()| moved_block(l, i, -1))
        }),
        ("heredoc at the first column", |l, i| script(l, i, ["cat > f <<'EOF'", "a: b", "  c: d", "EOF", "cat f"])),
        ("program at the first column", |l, i| script(l, i, ["python -c \"", "import os", "print(os.name)", "\"", "echo"])),
    ]
}

/// Lines at which a damage makes sense: keys and items outside of scripts.
fn structural(text: &str) -> Vec<usize> {
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    search::heads(&document).into_iter().collect()
}

#[test]
fn what_is_broken_on_paper_is_healed_to_the_same_meaning() {
    let short = |text: &String| !text.contains('\r') && text.len() < 8_000;
    let texts: Vec<String> = shared().into_iter().map(|(_, text)| text).filter(short).collect();
    if texts.is_empty() {
        return;
    }
    // A sample: a damaged file is read again for each possible repair of it.
    let files: Vec<&String> = texts.iter().step_by((texts.len() / 48).max(1)).filter(|text| accepts(text)).collect();
    let mut table: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut dice = Dice(7);
    let talks = std::env::args().any(|arg| arg == "--nocapture");
    for (number, (name, damage)) in shapes().into_iter().enumerate() {
        for text in files.iter().skip(number % 4).step_by(4) {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let places = structural(text);
            let start = dice.roll(places.len());
            let found = (0..places.len()).find_map(|k| places.get((start + k) % places.len()).and_then(|at| damage(&lines, *at)));
            let Some((broken, right)) = found else { continue };
            let (broken, right) = (broken.join("\n") + "\n", right.join("\n") + "\n");
            let row = table.entry(name).or_default();
            if accepts(&broken) {
                row[3] += 1;
                continue;
            }
            match healed(&broken) {
                Ok((after, _)) if meaning(&after) == meaning(&right) => row[0] += 1,
                Ok((after, what)) => {
                    row[1] += 1;
                    if talks {
                        let changes: Vec<_> =
                            broken.lines().zip(right.lines()).zip(after.lines()).filter(|((a, b), c)| a != b || a != c).take(4).collect();
                        println!("wrong: {name}: {what}: {changes:#?}");
                    }
                }
                Err(reason) => {
                    row[2] += 1;
                    if talks {
                        println!("refused: {name}: {reason}");
                    }
                }
            }
        }
    }
    println!("{:32} right wrong refused still-valid", "damage");
    let mut sums = [0; 4];
    for (name, row) in &table {
        println!("{name:32} {:5} {:5} {:7} {:5}", row[0], row[1], row[2], row[3]);
        sums.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    println!("{:32} {:5} {:5} {:7} {:5}", "all", sums[0], sums[1], sums[2], sums[3]);
    assert!(sums[0] * 100 >= (sums[0] + sums[1]) * 97, "{sums:?}");
}

/// One case of real repairs by maintainers: before, after.
#[expect(clippy::disallowed_methods, reason = "test: reads the shared corpus")]
fn real_repairs() -> Vec<(String, String, String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/fixes");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let read = |name: &str| std::fs::read_to_string(entry.path().join(name)).unwrap_or_default();
        let Ok(meta) = serde_json::from_str::<serde_json::Value>(&read("meta.json")) else { continue };
        let kind = meta["type"].as_str().unwrap_or("").to_owned();
        if matches!(kind.as_str(), "yaml-parse" | "yaml-schema" | "needs") {
            cases.push((kind, entry.file_name().to_string_lossy().into_owned(), read("before.yml"), read("after.yml")));
        }
    }
    cases.sort();
    cases
}

#[test]
fn real_broken_files_are_healed_as_their_maintainers_did_or_left_alone() {
    let cases = real_repairs();
    if cases.is_empty() {
        println!("skipped: no shared repairs");
        return;
    }
    let mut table: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    // A sample: the scores beside the project try them all.
    for (kind, id, before, after) in cases.iter().filter(|(_, _, before, _)| before.len() < 8_000).step_by(2) {
        let row = table.entry(kind.clone()).or_default();
        let verdict = match healed(before) {
            _ if accepts(before) => 3,
            Ok((text, _)) if meaning(&text) == meaning(after) => 0,
            Ok((_, what)) => {
                println!("other   {id}: {what}");
                1
            }
            Err(reason) => {
                println!("refused {id}: {reason}");
                2
            }
        };
        row[verdict] += 1;
    }
    println!("{:12} same-meaning other refused not-seen-as-broken", "type");
    let mut sums = [0; 4];
    for (kind, row) in &table {
        println!("{kind:12} {:12} {:5} {:7} {:5}", row[0], row[1], row[2], row[3]);
        sums.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    assert!(sums[1] * 3 <= sums[0], "maintainers mended it otherwise: {sums:?}");
}

#[test]
fn what_the_schema_refuses_is_settled_where_one_answer_is_clear() {
    let head = "on: push\njobs:\n";
    for (broken, right) in [
        ("  a:\n    run-on: x\n    steps: [{run: y}]\n", "  a:\n    runs-on: x\n    steps: [{run: y}]\n"),
        (
            "  a:\n    runs-on: x\n    steps:\n      - run: y\n        run: z\n",
            "  a:\n    runs-on: x\n    steps:\n      - run: y\n      - run: z\n",
        ),
        (
            "  a:\n    runs-on: x\n    steps:\n      - name: y\n      - run: z\n",
            "  a:\n    runs-on: x\n    steps:\n      - name: y\n        run: z\n",
        ),
        (
            "  a:\n    runs-on: x\n    steps:\n      - uses: y\n        one: 1\n        two: 2\n",
            "  a:\n    runs-on: x\n    steps:\n      - uses: y\n        with:\n          one: 1\n          two: 2\n",
        ),
        (
            "  a:\n    runs-on: x\n    steps:\n      - run: y\n        permissions:\n          contents: read\n",
            "  a:\n    runs-on: x\n    steps:\n      - run: y\n    permissions:\n      contents: read\n",
        ),
        (
            "  a.b:\n    runs-on: x\n    steps: [{run: y}]\n  c:\n    needs: [a.b]\n    runs-on: x\n    steps: [{run: y}]\n",
            "  a_b:\n    name: 'a.b'\n    runs-on: x\n    steps: [{run: y}]\n  c:\n    needs: [a_b]\n    runs-on: x\n    steps: [{run: y}]\n",
        ),
        (
            "  build:\n    runs-on: x\n    steps: [{run: y}]\n  c:\n    needs: biuld\n    runs-on: x\n    steps: [{run: y}]\n",
            "  build:\n    runs-on: x\n    steps: [{run: y}]\n  c:\n    needs: build\n    runs-on: x\n    steps: [{run: y}]\n",
        ),
        (
            "  a:\n    if: !cancelled()  # why\n    runs-on: x\n    steps: [{run: y}]\n",
            "  a:\n    if: ${{ !cancelled() }}  # why\n    runs-on: x\n    steps: [{run: y}]\n",
        ),
        (
            "  a:\n    runs-on: x\n    steps: [{run: y}]\n    strategy:\n      matrix:\n        fail-fast: false\n        v: [1]\n",
            "  a:\n    runs-on: x\n    steps: [{run: y}]\n    strategy:\n      fail-fast: false\n      matrix:\n        v: [1]\n",
        ),
        (
            "  a:\n    runs-on: x\n    steps: [{run: y}]\n    env:\n      B: {{ github.ref }}\n",
            "  a:\n    runs-on: x\n    steps: [{run: y}]\n    env:\n      B: ${{ github.ref }}\n",
        ),
    ] {
        let got = healed(&format!("{head}{broken}"));
        assert_eq!(got.as_ref().map(|(text, _)| text.as_str()), Ok(format!("{head}{right}").as_str()), "{got:?}");
    }
}

#[test]
fn two_answers_are_none() {
    for broken in [
        "on: push\npermissions: {contents: read}\npermissions: {contents: write}\njobs:\n  a: {runs-on: x, steps: [{run: y}]}\n",
        "on: push\njobs:\n  a:\n    steps: []\n",
        "on: push\njobs:\n  ab1:\n    runs-on: x\n    steps: [{run: y}]\n  ab2:\n    runs-on: x\n    steps: [{run: y}]\n  c:\n    needs: ab3\n    runs-on: x\n    steps: [{run: y}]\n",
        "on: push\n<<<<<<< HEAD\njobs: {}\n=======\njobs: {}\n>>>>>>> other\n",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: y\n        env: {A: 1}\n        run: z\n        working-directory: q\n",
    ] {
        assert!(healed(broken).is_err(), "{broken}{:?}", healed(broken));
    }
    assert!(healed("on: push\njobs:\n  a: {runs-on: x, steps: [{run: y}]}\n").is_err_and(|reason| reason.contains("nothing is wrong")));
}

#[test]
fn line_ends_and_comments_stay() {
    let broken = "on: push # now\r\njobs:\r\n  a:\r\n    name: x: y # why\r\n    runs-on: z\r\n    steps: [{run: y}]\r\n";
    let (after, what) = healed(broken).expect("healed");
    assert_eq!(after, broken.replace("x: y", "'x: y'"));
    assert_eq!(what, "quotes the value in line 4");
}
