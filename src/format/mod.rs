//! Definition file -> the same definitions in their canonical layout.
//!
//! One layout for all: what fits in 120 columns stands on one line, else clauses, operands and entries have
//! lines of their own. Comments stay with the word they stood at; what cannot be read stays as it is. The
//! result is read again and must mean the same, else it is refused.

mod about;
mod comments;
mod definition;
mod doc;
mod expression;
mod operator;

use crate::diagnostics::{Diagnostic, codes::files as files_codes, codes::syntax as codes};
use crate::source::project::MAX_BYTES;
use crate::source::{FileId, FileSet, Span};
use crate::syntax::tree::{Definition, File, Item};

/// The canonical text of a file, with a final new line; empty for an empty file.
///
/// # Errors
/// The file is to be kept as it is: it holds more than a file may, or would when formatted; or the formatted text
/// would not be read as the same definitions with the same comments, which is a mistake of carat itself.
pub fn format(files: &FileSet, id: FileId) -> Result<String, Box<Diagnostic>> {
    let text = files.get(id).map_or("", |file| &file.text);
    let size = text.len() as u64;
    if size > MAX_BYTES {
        return Err(Box::new(files_codes::file_too_large(id, files.path(id), size, MAX_BYTES)));
    }
    let (tree, problems) = crate::syntax::parse(files, id);
    let broken: Vec<Span> =
        problems.iter().flat_map(|problem| problem.labels.first()).map(|label| label.span).collect();
    let formatted = Formatter { text, tree: &tree, broken }.run();
    let size = formatted.len() as u64;
    if size > MAX_BYTES {
        return Err(Box::new(files_codes::formatted_too_large(id, files.path(id), size, MAX_BYTES)));
    }
    let mut again = FileSet::default();
    let second = again.add("formatted", formatted.as_str());
    let (reread, _) = crate::syntax::parse(&again, second);
    if crate::syntax::erase::same(&tree, &reread) {
        return Ok(formatted);
    }
    Err(Box::new(codes::format_changes_meaning(Span::new(id, 0, 0))))
}

struct Formatter<'f> {
    text: &'f str,
    tree: &'f File,
    /// Where mistakes are; the definitions around them are left as they are.
    broken: Vec<Span>,
}

/// A stretch of the file with nothing around it: a definition with its documentation, or a comment between.
struct Block {
    start: usize,
    end: usize,
    text: String,
    /// Of one line, without documentation or braces: it may stand close to the next.
    small: bool,
    is_comment: bool,
}

impl Formatter<'_> {
    fn run(&self) -> String {
        let mut blocks: Vec<Block> = self.tree.items.iter().map(|item| self.item(item)).collect();
        blocks.extend(self.comments_between(&blocks));
        blocks.sort_by_key(|block| block.start);
        let mut out = String::with_capacity(self.text.len());
        let mut previous: Option<&Block> = None;
        for block in &blocks {
            out.push_str(self.separator(previous, block));
            out.push_str(&block.text);
            previous = Some(block);
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    fn item(&self, item: &Item) -> Block {
        match item {
            Item::Definition(definition) if !self.is_broken(definition) => self.definition(definition),
            Item::Definition(definition) => self.verbatim(whole(definition)),
            Item::Broken(span) => self.verbatim(span.range()),
        }
    }

    fn is_broken(&self, definition: &Definition) -> bool {
        let range = whole(definition);
        let first = self.broken.partition_point(|span| (span.start as usize) < range.start);
        self.broken.get(first).is_some_and(|span| span.start as usize <= range.end)
    }

    fn verbatim(&self, range: std::ops::Range<usize>) -> Block {
        let text = self.text.get(range.clone()).unwrap_or("").trim_end().to_owned();
        Block { start: range.start, end: range.end, text, small: false, is_comment: false }
    }

    fn definition(&self, definition: &Definition) -> Block {
        let range = whole(definition);
        let text = definition::layout(self.text, &self.tree.comments, definition);
        let small = definition.docs.is_empty() && definition.about.span.is_none() && !text.contains('\n');
        Block { start: range.start, end: range.end, text, small, is_comment: false }
    }

    /// Comments that stand in no definition.
    fn comments_between(&self, blocks: &[Block]) -> Vec<Block> {
        let comments = self.tree.comments.iter().filter(|comment| {
            let at = comment.span.start as usize;
            let before = blocks.partition_point(|block| block.start <= at);
            before.checked_sub(1).and_then(|index| blocks.get(index)).is_none_or(|block| block.end <= at)
        });
        comments
            .map(|comment| {
                let (start, end) = (comment.span.start as usize, comment.span.end as usize);
                Block { start, end, text: comment.value.clone(), small: true, is_comment: true }
            })
            .collect()
    }

    /// What stands between two blocks: one blank line at most, and always one between definitions of several
    /// lines. A comment stays as close to its neighbours as its author put it.
    fn separator(&self, previous: Option<&Block>, next: &Block) -> &'static str {
        let Some(previous) = previous else { return "" };
        let between = self.text.get(previous.end..next.start).unwrap_or("");
        let apart = between.matches('\n').count() > 1;
        let close = next.is_comment || previous.is_comment || previous.small && next.small;
        if next.is_comment && !between.contains('\n') && !comments::ends_in_one(&previous.text) {
            " "
        } else if apart || !close {
            "\n\n"
        } else {
            "\n"
        }
    }
}

/// From the first line of documentation to the end.
fn whole(definition: &Definition) -> std::ops::Range<usize> {
    let span = definition.docs.first().map_or(definition.span, |doc| doc.span.to(definition.span));
    span.range()
}
