//! The form of a case is held: what a person writes is read, what the program writes is read again, and mistakes have lines.

use proptest::prelude::*;

use super::*;

const CASE: &str = "\
#! gh-autoheal case 1
#! rule: python-module-not-found
#! category: missing-dependency
#! verdict: healable
#! fingerprint: 2250578b90690093
#! workflow: .github/workflows/ci.yml
#: met in the nightly run
2026-10-01T10:00:01.1234567Z ##[group]Run pytest
#= #! not a header
#> cause
2026-10-01T10:00:02.1234567Z E   ModuleNotFoundError: No module named 'requests'
#^ module: requests
2026-10-01T10:00:03.1234567Z ##[error]Process completed with exit code 2.
";

fn failure(case: &Case) -> &ExpectedFailure {
    let Expected::Failure(failure) = &case.expected else { panic!("a failure") };
    failure
}

#[test]
fn a_case_reads_as_it_is_written() {
    let case = parse(CASE).unwrap();
    let expected = failure(&case);
    assert_eq!(expected.rule.as_deref(), Some("python-module-not-found"));
    assert_eq!(expected.cause, Some(ExpectedCause::Line(LineNumber::new(3))));
    assert_eq!(expected.captures["module"], "requests");
    assert_eq!(case.log.lines().count(), 4);
    assert_eq!(case.log.lines().nth(1), Some("#! not a header"));
    assert_eq!(case.comments, ["met in the nightly run"]);
    assert_eq!(print(&case), CASE);
    assert_eq!(parse(&CASE.replace('\n', "\r\n")).unwrap(), case, "an editor may write other line ends");
}

#[test]
fn every_mistake_has_its_line() {
    let without = |line: &str| CASE.replace(&format!("{line}\n"), "");
    let cases = [
        (String::new(), 1, "begins with"),
        ("#! gh-autoheal case 2\n".to_owned(), 1, "begins with"),
        (CASE.replace("#! rule:", "#! rul:"), 2, "there is no key `rul`"),
        (CASE.replace("missing-dependency", "missing"), 3, "is no category"),
        (CASE.replace("healable", "curable"), 4, "is no verdict"),
        (CASE.replace("2250578b90690093", "2250578b"), 5, "16 hexadecimal"),
        (CASE.replace(".github/workflows/ci.yml", "../ci.yml"), 6, "not a path"),
        (CASE.replace("#: met", "#! rule: b\n#: met"), 7, "stands in line 2"),
        (CASE.replace("#= #! not", "#! not"), 9, "belongs above the log"),
        (CASE.replace("#> cause", "#> because"), 10, "expected `#> cause`"),
        (without("#> cause"), 4, "no line is marked"),
        (CASE.replace("#^ module: requests", "#> cause"), 12, "there is a cause already"),
        (CASE.replace("#^ module: requests", "#^ module"), 12, "#^ name: value"),
        (CASE.replace("#^ module: requests", "#^ a b: x"), 12, "letters, digits"),
        (format!("{}#> cause\n", without("#> cause")), 13, "no line of the log follows"),
        (without("#! category: missing-dependency"), 3, "lacks `#! category"),
        (without("#! verdict: healable"), 2, "lacks `#! verdict"),
        (CASE.replace("#! verdict: healable", "#! verdict: unexplained"), 4, "the rule `none`"),
        ("#! gh-autoheal case 1\n#! verdict: none\n#! rule: x\n".to_owned(), 3, "nothing else is expected"),
    ];
    for (text, line, words) in cases {
        let error = parse(&text).unwrap_err();
        assert!(error.line.get() == line && error.message.contains(words), "{words}: {error}");
    }
}

#[test]
fn a_list_of_paths_reads_as_it_is_written() {
    let mut repository = crate::repository::Repository::default();
    parse_tree("# a remark\n100755 gradlew\n100644 a b.txt\n120000 link\n160000 vendored\n", &mut repository).unwrap();
    assert_eq!(print_tree(&repository), "100644 a b.txt\n100755 gradlew\n120000 link\n160000 vendored\n");
    for (text, line) in [("100644 a\nx\n", 2), ("100600 a\n", 1), ("100644 ../a\n", 1)] {
        assert_eq!(parse_tree(text, &mut repository).unwrap_err().0.get(), line, "{text}");
    }
}

#[test]
fn a_blessed_row_is_known_again() {
    let row = unreadable("a/b", RowKind::Case, "no");
    let right = Row { outcome: RowOutcome::Right, wrong: None, ..row.clone() };
    let text = Blessed::line(&right);
    assert_eq!(Blessed::parse(&text).unwrap().compare(&right), Change::Same);
    assert_eq!(Blessed::parse(&text).unwrap().compare(&row), Change::Regressed);
    assert_eq!(Blessed::parse(&Blessed::line(&row)).unwrap().compare(&right), Change::Fixed);
    assert_eq!(Blessed::default().compare(&right), Change::New);
    assert_eq!(Blessed::parse(&text).unwrap().gone(), [Gone("a/b".to_owned())]);
    assert_eq!(Blessed::parse(&format!("{text}{{}}\n")).unwrap_err().0.get(), 2);
}

#[test]
fn junit_is_well_formed_whatever_the_log_says() {
    let mut row = unreadable("dir/a<b>&\"c", RowKind::Case, "line \u{1b}[31m & <tag>");
    row.cause_text = Some("]]> \u{0}x".to_owned());
    let xml = junit([&row]);
    assert!(xml.contains("classname=\"dir\" name=\"a&lt;b&gt;&amp;&quot;c\""), "{xml}");
    assert!(xml.contains("errors=\"1\"") && !xml.contains('\u{0}') && !xml.contains("]]>"), "{xml}");
}

proptest! {
    #[test]
    fn whatever_the_log_holds_comes_back(lines in proptest::collection::vec("[#!:>^= a-z\\t]{0,12}", 1..12), at in 0_usize..12, value in ".{0,8}") {
        let at = at % lines.len();
        let expected = ExpectedFailure {
            rule: Some("a".to_owned()),
            category: Category::Other,
            verdict: Verdict::Advice,
            fingerprint: None,
            cause: Some(ExpectedCause::Line(LineNumber::from_index(at))),
            captures: [("x".to_owned(), value)].into(),
        };
        let log = lines.iter().map(|line| format!("{line}\n")).collect();
        let case = Case { expected: Expected::Failure(expected), workflow: None, comments: Vec::new(), log };
        prop_assert_eq!(parse(&print(&case)).unwrap(), case);
    }

    #[test]
    fn no_text_makes_the_reader_fail_badly(text in "(#! gh-autoheal case 1\n)?([#!:>^=a-z \n]{0,60})") {
        let _ = parse(&text);
    }
}
