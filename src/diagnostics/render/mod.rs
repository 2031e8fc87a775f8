//! Diagnostics -> text, for people and for the machines that read a check's outcome.
//!
//! One file per form. Each is a pure function of the files and the list; only [`mod@human`] is told
//! about the terminal.

mod azure;
mod github;
pub mod human;
mod json;
pub(crate) mod junit;
mod sarif;

use crate::diagnostics::{Code, Diagnostic, Label};
use crate::source::{FileSet, Position};

pub use human::{Terminal, human};

/// A form other than the human one: its name on the command line and its function.
#[derive(Debug, Clone, Copy)]
pub struct Renderer {
    pub name: &'static str,
    pub render: fn(&FileSet, &[Diagnostic]) -> String,
}

/// Every machine-readable form.
pub const RENDERERS: &[Renderer] = &[
    Renderer { name: "json", render: json::render },
    Renderer { name: "github", render: github::render },
    Renderer { name: "azure", render: azure::render },
    Renderer { name: "sarif", render: sarif::render },
    Renderer { name: "junit", render: junit::render },
];

pub use json::value as json_value;
pub(crate) use sarif::uri;

/// Where a code is explained.
pub fn explained(code: &Code) -> String {
    code.chapter.map_or_else(|| page(code.id), |chapter| format!("{chapter}#{}", code.id))
}

/// Where the page of a code stands.
pub fn page(id: &str) -> String {
    format!("docs/errors/{id}.md")
}

/// Path, first and last position of a label.
struct Place<'a> {
    path: &'a str,
    start: Position,
    end: Position,
}

fn place<'a>(files: &'a FileSet, label: &Label) -> Place<'a> {
    let end = crate::source::Span { start: label.span.end, ..label.span };
    Place { path: files.path(label.span.file), start: files.position(label.span), end: files.position(end) }
}

/// Message and help in one line or more.
fn message_with_help(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// Sorted by file, place and code, so that a list never depends on the order of the stages.
pub fn sort(files: &FileSet, diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        let key = |d: &Diagnostic| d.span().map(|span| (files.path(span.file).to_owned(), span.start, span.end));
        key(a).cmp(&key(b)).then_with(|| a.code.id.cmp(b.code.id)).then_with(|| a.message.cmp(&b.message))
    });
}

#[cfg(test)]
pub(crate) mod sample {
    //! Two findings that every renderer's test shows.

    use crate::diagnostics::{Code, Diagnostic};
    use crate::source::{FileSet, Span};

    const UNKNOWN: Code = Code::error("unknown-name", "a name is a table, column or definition of the project");
    const HINT: Code = Code::warning("no-owner", "a certified metric has an owner");

    /// An error with two labels and help, and a warning without a place, full of what forms must escape.
    pub fn findings() -> (FileSet, Vec<Diagnostic>) {
        let mut files = FileSet::default();
        let id = files.add("shop/a.metric", "metric x\n  = count(custmer)\n");
        let unknown = Diagnostic::new(&UNKNOWN, "`custmer` is not a name of this project")
            .at(Span::new(id, 19, 26), "no such table")
            .at(Span::new(id, 7, 8), "needed here")
            .help("did you mean `customer`?");
        (files, vec![unknown, Diagnostic::new(&HINT, "50% of \"metrics\", <all>: no owner")])
    }
}
