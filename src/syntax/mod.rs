//! Text -> syntax tree and diagnostics. Never fails: what cannot be read costs only itself.
//!
//! A file is cut into definitions on its tokens ([`cut`]); each is then parsed alone by the grammar
//! ([`grammar`]) and built into the tree ([`mod@parse`]), or explained ([`explain`]). Limits on depth and length
//! are checked on the tokens ([`limits`]), before anything recursive runs.

mod cut;
pub(crate) mod erase;
mod explain;
mod grammar;
mod limits;
mod parse;
pub(crate) mod scan;
pub mod tree;
mod words;

pub use limits::{MAX_CHAIN, MAX_DEPTH, MAX_MISTAKES};
pub(crate) use words::{AGGREGATES, FUNCTIONS, KEYWORDS};

use crate::diagnostics::{Diagnostic, codes::files as files_codes, codes::syntax as codes};
use crate::source::project::MAX_BYTES;
use crate::source::{FileId, FileSet, Span, Spanned};

/// Reads one `.metric` file. The tree holds every definition in the order of the text; one that could not be
/// read is there with a broken value, or as [`tree::Item::Broken`], and has its message.
pub fn parse(files: &FileSet, id: FileId) -> (tree::File, Vec<Diagnostic>) {
    let Some(file) = files.get(id) else { return (tree::File::default(), Vec::new()) };
    let text: &str = &file.text;
    if text.len() as u64 > MAX_BYTES {
        let whole = Span::new(id, 0, text.len());
        let problem = files_codes::file_too_large(id, &file.path, text.len() as u64, MAX_BYTES);
        return (tree::File { items: vec![tree::Item::Broken(whole)], comments: Vec::new() }, vec![problem]);
    }
    read(text, id)
}

fn read(text: &str, id: FileId) -> (tree::File, Vec<Diagnostic>) {
    let cut = cut::cut(text, id);
    let readable = cut.readable(text);
    let mut builder = parse::Builder::new(text, &readable, id);
    builder.mistakes = cut.mistakes;
    let mut items = Vec::with_capacity(cut.pieces.len());
    for piece in &cut.pieces {
        if builder.mistakes.are_too_many() {
            items.push(tree::Item::Broken(Span::new(id, piece.range().start, text.len())));
            break;
        }
        items.push(builder.item(piece));
    }
    let comments = cut.comments.into_iter().map(|range| comment(text, id, range)).collect();
    (tree::File { items, comments }, finish(builder.mistakes))
}

/// The mistakes in the order of the text; in place of those above the limit, one that says so.
fn finish(mistakes: limits::Mistakes) -> Vec<Diagnostic> {
    let too_many = mistakes.are_too_many();
    let mut all = mistakes.finish();
    if too_many && let Some(last) = all.pop().and_then(|last| last.span()) {
        all.push(codes::too_many_mistakes(last));
    }
    all
}

/// The text of a comment with its slashes.
fn comment(text: &str, id: FileId, range: std::ops::Range<usize>) -> Spanned<String> {
    Spanned::new(text.get(range.clone()).unwrap_or("").to_owned(), Span::new(id, range.start, range.end))
}
