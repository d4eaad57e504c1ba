//! Finds the one name that a misspelt one stands for.

/// Names farther away than this are other words.
const FARTHEST: usize = 2;

/// The single nearest of `names` at edit distance 1 or 2; nothing when two are equally near.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for name in names {
        let distance = distance(&wrong.to_lowercase(), &name.to_lowercase());
        // A short word is another word after two changes.
        if distance > FARTHEST || distance * 2 >= name.chars().count().max(1) {
            continue;
        }
        match best {
            Some((nearer, _)) if nearer < distance => {}
            Some((same, other)) if same == distance && other != name => tied = true,
            _ => (best, tied) = (Some((distance, name)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, name)| name)
}

/// How many characters must be put in, taken out, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let above = rows.last().map_or(usize::MAX - 1, |above| above[j + 1]);
            let diagonal = rows.last().map_or(usize::MAX - 1, |above| above[j]);
            let mut cell = (above + 1).min(row[j] + 1).min(diagonal + usize::from(x != y));
            if i > 0 && j > 0 && a[i - 1] == *y && *x == b[j - 1] {
                cell = cell.min(rows[i - 1][j - 1] + 1);
            }
            row.push(cell);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_slip_has_a_nearest_name() {
        let keys = ["runs-on", "needs", "env", "name", "if"];
        assert_eq!(nearest("run-on", keys), Some("runs-on"));
        assert_eq!(nearest("ame", keys), Some("name"));
        assert_eq!(nearest("rson", keys), None);
        assert_eq!(nearest("fi", keys), None);
        assert_eq!(nearest("x", keys), None);
        assert_eq!(nearest("ab1", ["ab2x", "ab3x"]), None);
        assert_eq!(nearest("path-ignore", ["paths", "paths-ignore"]), Some("paths-ignore"));
    }
}
