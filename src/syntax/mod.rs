//! Text -> syntax tree and diagnostics. Never fails: what cannot be read costs only itself.
//!
//! A file is cut into definitions on its tokens ([`cut`]); each is then parsed alone by the grammar
//! ([`grammar`]) and built into the tree ([`parse`]), or explained ([`explain`]). Limits on depth and length
//! are checked on the tokens ([`limits`]), before anything recursive runs.

mod cut;
mod explain;
mod grammar;
mod limits;
mod parse;
pub(crate) mod scan;
pub mod tree;
mod words;

pub use limits::{MAX_CHAIN, MAX_DEPTH, MAX_FILE, MAX_MISTAKES};
pub(crate) use words::{AGGREGATES, FUNCTIONS, KEYWORDS};

use crate::diagnostics::{Diagnostic, codes::syntax as codes};
use crate::source::{FileId, FileSet, Span, Spanned};

/// Reads one `.metric` file. The tree holds every definition in the order of the text; one that could not be
/// read is there with a broken value, or as [`tree::Item::Broken`], and has its message.
pub fn parse(files: &FileSet, id: FileId) -> (tree::File, Vec<Diagnostic>) {
    let Some(file) = files.get(id) else { return (tree::File::default(), Vec::new()) };
    let text: &str = &file.text;
    if text.len() > MAX_FILE {
        let whole = Span::new(id, 0, text.len());
        let problem = codes::file_too_large(Span::new(id, 0, 0), text.len());
        return (tree::File { items: vec![tree::Item::Broken(whole)], comments: Vec::new() }, vec![problem]);
    }
    read(text, id)
}

fn read(text: &str, id: FileId) -> (tree::File, Vec<Diagnostic>) {
    let cut = cut::cut(text, id);
    let mut builder = parse::Builder::new(text, id);
    builder.diagnostics = cut.diagnostics;
    let mut items = Vec::with_capacity(cut.pieces.len());
    for piece in &cut.pieces {
        if builder.diagnostics.len() > MAX_MISTAKES {
            let rest = Span::new(id, piece.range().start, text.len());
            builder.diagnostics.truncate(MAX_MISTAKES);
            builder.diagnostics.push(codes::too_many_mistakes(Span { end: rest.start, ..rest }));
            items.push(tree::Item::Broken(rest));
            break;
        }
        items.push(builder.item(piece));
    }
    let comments = cut.comments.into_iter().map(|range| comment(text, id, range)).collect();
    let mut diagnostics = builder.diagnostics;
    diagnostics.sort_by_key(Diagnostic::span);
    (tree::File { items, comments }, diagnostics)
}

/// The text of a comment with its slashes.
fn comment(text: &str, id: FileId, range: std::ops::Range<usize>) -> Spanned<String> {
    Spanned::new(text.get(range.clone()).unwrap_or("").to_owned(), Span::new(id, range.start, range.end))
}
