//! The files of a project, in memory, with a line index each.

use std::ops::Range;
use std::sync::Arc;

use super::Span;

/// A file of a [`FileSet`]: its place in the order of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// One file: its path relative to the project folder, with `/` between the parts, and its text.
#[derive(Debug, Clone)]
pub struct File {
    pub path: Arc<str>,
    pub text: Arc<str>,
    line_starts: Arc<[u32]>,
}

/// A place in a file as people count it: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// All files of a project, sorted by path, so that nothing depends on the order of a directory.
#[derive(Debug, Clone, Default)]
pub struct FileSet {
    files: Vec<File>,
}

impl FileSet {
    /// Takes a file in; ids count from 0 in the order of the calls. `path` is what messages show, relative to the
    /// project.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = text.into();
        let line_starts = line_starts(&text);
        self.files.push(File { path: path.into(), text, line_starts });
        id
    }

    /// None for an id of another set.
    pub fn get(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }

    /// In the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files.iter().enumerate().map(|(i, file)| (FileId(i as u32), file))
    }

    /// The same files in a folder, `folder` ending in `/` or empty: as a repository names them.
    pub fn under(&self, folder: &str) -> FileSet {
        let moved = |file: &File| File { path: format!("{folder}{}", file.path).into(), ..file.clone() };
        FileSet { files: self.files.iter().map(moved).collect() }
    }

    /// The path of the file a span lies in, `?` for a span of no file here.
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("?", |file| &file.path)
    }

    /// The text under a span; empty where the span does not fit.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|file| file.text.get(span.range())).unwrap_or("")
    }

    /// Line and column of the first character of a span.
    pub fn position(&self, span: Span) -> Position {
        self.get(span.file).map_or(Position { line: 1, column: 1 }, |file| file.position(span.start))
    }
}

impl File {
    /// Line and column, both from 1, of a byte offset; behind the last line it is on the last.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or("");
        Position { line, column: before.chars().count() + 1 }
    }

    /// The bytes of the whole lines that `range` touches, with so many lines of context on both
    /// sides, and the number of the first of these lines, from 1.
    pub fn lines_around(&self, range: Range<usize>, before: usize, after: usize) -> (Range<usize>, usize) {
        let line_of = |offset: usize| self.line_starts.partition_point(|start| *start as usize <= offset).max(1);
        let start_of = |line: usize| self.line_starts.get(line - 1).map_or(self.text.len(), |start| *start as usize);
        let first = line_of(range.start).saturating_sub(before).max(1);
        let last = line_of(range.end.max(range.start + 1) - 1) + after;
        (start_of(first)..start_of(last + 1), first)
    }
}

fn line_starts(text: &str) -> Arc<[u32]> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_lines_and_characters_from_one() {
        let mut files = FileSet::default();
        let id = files.add("a.metric", "ä = 1\nsecond");
        let at = |start, end| files.position(Span::new(id, start, end));
        assert_eq!(at(0, 1), Position { line: 1, column: 1 });
        assert_eq!(at(3, 4), Position { line: 1, column: 3 });
        assert_eq!(at(7, 8), Position { line: 2, column: 1 });
    }

    #[test]
    fn context_is_whole_lines_and_stops_at_the_ends_of_the_file() {
        let mut files = FileSet::default();
        let id = files.add("a.metric", "one\ntwo\nthree\nfour");
        let file = files.get(id).unwrap();
        assert_eq!(file.lines_around(5..6, 0, 0), (4..8, 2));
        assert_eq!(file.lines_around(5..9, 1, 1), (0..18, 1));
        assert_eq!(file.lines_around(18..18, 9, 9), (0..18, 1));
    }
}
