//! Scripts that `bash -n` refuses, and scripts that only look as if it would.

use super::*;

fn wrong(script: &str) -> Option<(usize, String)> {
    fault(script).map(|fault| (fault.start, fault.message))
}

#[test]
fn what_bash_refuses_is_named() {
    let cases = [
        ("echo \"a\nls\n", 5, "unexpected EOF while looking for matching `\"'"),
        ("echo 'a\n", 5, "unexpected EOF while looking for matching `''"),
        ("a=`date\n", 2, "unexpected EOF while looking for matching `''"),
        ("echo ${x\n", 6, "unexpected EOF while looking for matching `}'"),
        ("echo $(date\n", 5, "syntax error: unexpected end of file: `$(` has no `)`"),
        ("if true; then\n  ls\n", 0, "syntax error: unexpected end of file: `if` has no `fi`"),
        ("ls\nfor i in 1 2; do\n  ls\n", 3, "syntax error: unexpected end of file: `for` has no `done`"),
        ("while true; do ls\n", 0, "syntax error: unexpected end of file: `while` has no `done`"),
        ("case x in\n  a) ls ;;\n", 0, "syntax error: unexpected end of file: `case` has no `esac`"),
        ("f() {\n  ls\n", 4, "syntax error: unexpected end of file: `{` has no `}`"),
        ("if [ -f x ]\n  ls\nfi\n", 17, "syntax error near unexpected token `fi'"),
        ("ls\ndone\n", 3, "syntax error near unexpected token `done'"),
        ("ls\n&& ls\n", 3, "syntax error near unexpected token `&&'"),
        ("ls ;; ls\n", 3, "syntax error near unexpected token `;;'"),
        ("ls )\n", 3, "syntax error near unexpected token `)'"),
        ("if true; then\ncat <<EOF\n  x\n  EOF\nfi\n", 18, "here-document delimited by end-of-file (wanted `EOF')"),
    ];
    for (script, at, message) in cases {
        let message = if script.starts_with("a=`") { "unexpected EOF while looking for matching ``'" } else { message };
        assert_eq!(wrong(script), Some((at, message.to_owned())), "{script}");
    }
    assert!(fault("cat <<EOF\nx\n  EOF\n").is_some_and(|fault| fault.is_read));
}

#[test]
fn what_bash_reads_passes() {
    for script in [
        "echo \"$(echo \"a ) b\")\" 'it''s' $'it\\'s' # it's\n",
        "if [[ $a =~ ^(x|y)$ && ! -f z ]]; then while [[ a ]] do ls; done; elif ! ls; then :; else :; fi > out 2>&1\n",
        "for ((i = 0; i < 3; i++)); do echo $((i + (2 * 3))); done\n",
        "for x in a b \\\n  c\ndo\n  echo $x\ndone | sort\n",
        "case \"$x\" in\n  a | b) ls ;;\n  (c) ls ;&\n  *) if true; then ls; fi\nesac\n",
        "a=(one \"two\" # three\n $(ls))\nf() { ls; }\nfunction g\n{\n  ls\n}\n",
        "cat <<-'EOF' | sed s/a/b/\n\tif ' \"\n\tEOF\ncat <<A <<B\n1\nA\n2\nB\n",
        "x=\"$(cat <<EOF\nit's\nEOF\n)\"\n",
        "diff <(sort a) <(sort b) && (cd x; ls) || { ls; }\n",
        "echo if then fi done } { \\\" a#b ${x:-y} ${#x} $# && time ! ls &\nwait\n",
        "until false; do select y in a; do break; done; done <<< \"x\"\n",
        "ls &> log; ls >| log |& tee\n",
        "",
        "# only this",
    ] {
        assert_eq!(wrong(script), None, "{script}");
    }
}

#[test]
fn nesting_without_end_is_passed_over_at_once() {
    for open in ["(", "((", "$(", "\"$(", "${x:-", "case x in a) ", "if x; then ", "{ ", "a=("] {
        let _ = fault(&open.repeat(20_000));
    }
}

proptest::proptest! {
    #[test]
    fn no_script_makes_it_panic(script in "[ -~\\n]{0,80}", pieces in proptest::collection::vec("(if|fi|case x in|esac|do|done|\\$\\(|\\)|\"|'|<<E|\\n|;|\\{|\\}|é| )", 0..30)) {
        let _ = fault(&script);
        let _ = fault(&pieces.concat());
    }
}
