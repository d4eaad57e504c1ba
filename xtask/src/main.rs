//! Tasks.

mod verbs;

fn main() {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/workflows");
    let folder = std::env::args().nth(3).unwrap_or_else(|| shared.to_owned());
    let form = match std::env::args().nth(1).as_deref() {
        Some("crlf") => verbs::Form::Windows,
        Some("open") => verbs::Form::Open,
        _ => verbs::Form::AsFound,
    };
    #[expect(clippy::print_stdout, reason = "shell: prints the table")]
    {
        println!("{}", verbs::table(folder.as_ref(), form, std::env::args().nth(2).as_deref().filter(|verb| *verb != "all")));
    }
}
