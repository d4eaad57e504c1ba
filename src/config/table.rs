//! The one table of what the file may hold.

/// A key of a mapping.
#[derive(Debug)]
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// What it does, for a person: whole sentences.
    pub(super) about: &'static str,
    /// What it takes.
    pub(super) shape: Shape,
    /// Whether the mapping must have it.
    pub(super) needed: bool,
    /// What holds without it, as a sentence's end; nothing where that is plain.
    pub(super) otherwise: &'static str,
    /// An example in YAML, from the key on.
    pub(super) example: &'static str,
}

/// What a key takes.
#[derive(Debug)]
pub(super) enum Shape {
    /// The number 1.
    One,
    /// One of these words, each with its meaning.
    Word(&'static [(&'static str, &'static str)]),
    /// A text.
    Text(&'static Text),
    /// A list of at least one.
    List(&'static Self),
    /// A mapping with these keys.
    Mapping(&'static [Key]),
    /// A text, or a mapping with these keys.
    TextOrMapping(&'static Text, &'static [Key]),
    /// A mapping of any names to single values.
    Values,
}

/// What a text must look like.
#[derive(Debug)]
pub(super) struct Text {
    /// What it is, with its article.
    pub(super) what: &'static str,
    /// The form, understood alike by the regex crate and by JSON schema.
    pub(super) form: &'static str,
}

const RULE: Text = Text { what: "a rule's id, such as `npm-lockfile-out-of-sync`", form: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$" };
const JOB: Text = Text { what: "a job's id or name", form: r"^\S(.{0,98}\S)?$" };
const FILE: Text = Text { what: "a workflow's file, such as `ci.yml`", form: r"^(\.github/workflows/)?[^/\\]+\.ya?ml$" };
// The rules of git-check-ref-format that a prefix can break, plus no white space and no shell's own characters.
const PREFIX: Text =
    Text { what: "the beginning of a branch's name, such as `auto-heal/`", form: r"^[A-Za-z0-9_]+([./-][A-Za-z0-9_]+)*[/-]?$" };
// GitHub refuses longer names of labels (REST: 422, `name is too long (maximum is 50 characters)`).
const LABEL: Text = Text { what: "a label's name of at most 50 characters", form: r"^[^\s,]([^,\r\n]{0,48}[^\s,])?$" };

/// What a mapping under `optional-jobs` holds.
const OPTIONAL: &[Key] = &[
    Key {
        name: "job",
        about: "The job's id, or the name that a run shows, without the matrix values in brackets.",
        shape: Shape::Text(&JOB),
        needed: true,
        otherwise: "",
        example: "job: test",
    },
    Key {
        name: "workflow",
        about: "The workflow's file.",
        shape: Shape::Text(&FILE),
        needed: false,
        otherwise: "the job of every workflow is meant",
        example: "workflow: ci.yml",
    },
    Key {
        name: "matrix",
        about: "The matrix values of the legs that are optional; the others must pass.",
        shape: Shape::Values,
        needed: false,
        otherwise: "all legs are meant",
        example: "matrix: { arch: arm64 }",
    },
];

/// What the file holds.
pub(super) const TABLE: &[Key] = &[
    Key {
        name: "version",
        about: "The version of this format. There is only one.",
        shape: Shape::One,
        needed: false,
        otherwise: "it is 1",
        example: "version: 1",
    },
    Key {
        name: "allow",
        about: "The greatest risk of a change that may be made here, whatever `--allow` says.",
        shape: Shape::Word(&[
            ("safe", "only changes that cure the cause and alter nothing that anybody could mind; others are shown"),
            ("needs-review", "with `--allow needs-review`, also changes that a person should agree with"),
        ]),
        needed: false,
        otherwise: "the command line decides",
        example: "allow: safe",
    },
    Key {
        name: "rules",
        about: "Which rules are in force. Rules of your own lie in `.github/autoheal/rules/`.",
        shape: Shape::Mapping(&[Key {
            name: "off",
            about: "Rules that are not asked; `gh autoheal rules` lists all.",
            shape: Shape::List(&Shape::Text(&RULE)),
            needed: false,
            otherwise: "every rule is asked",
            example: "off: [npm-lockfile-out-of-sync]",
        }]),
        needed: false,
        otherwise: "every rule is asked",
        example: "rules:\n  off: [npm-lockfile-out-of-sync]",
    },
    Key {
        name: "optional-jobs",
        about: "Jobs whose failure need not fail the run. For these, `continue-on-error` is offered where nothing else heals the failure; it \
                needs `--allow needs-review`. A job's name alone declares nothing.",
        shape: Shape::List(&Shape::TextOrMapping(&JOB, OPTIONAL)),
        needed: false,
        otherwise: "every job must pass",
        example: "optional-jobs:\n  - docs-preview\n  - workflow: ci.yml\n    job: test\n    matrix: { arch: arm64 }",
    },
    Key {
        name: "branch-prefix",
        about: "What stands in front of a healed branch's name.",
        shape: Shape::Text(&PREFIX),
        needed: false,
        otherwise: "it is `auto-heal/`",
        example: "branch-prefix: ci/auto-heal/",
    },
    Key {
        name: "labels",
        about: "The labels of an issue or pull request that is opened. Labels that do not exist are created.",
        shape: Shape::List(&Shape::Text(&LABEL)),
        needed: false,
        otherwise: "it is `auto-heal`",
        example: "labels: [auto-heal, ci]",
    },
];
