//! The only input: the files of a project, and the places in them.
//!
//! Everything downstream refers to text by [`Span`], never by line: lines are worked out when a
//! message is shown.

mod files;
pub mod folder;
pub mod git;
pub mod project;

pub use files::{File, FileId, FileSet, Position};
pub use project::Sources;

/// A half-open range of bytes in one file of a [`FileSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub file: FileId,
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset after the last byte.
    pub end: u32,
}

impl Span {
    /// Byte offsets into the file's text, `end` after the last byte.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end) }
    }

    /// The smallest span that holds both; both must lie in one file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes it covers in the text of its file.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A file to write, relative to the build folder, with `/` between the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    pub path: String,
    pub text: String,
}

/// A value and the place where it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `span` is where the value was written.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}
