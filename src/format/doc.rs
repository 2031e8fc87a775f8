//! Documents with optional line breaks, and their layout within a width (Wadler, "A prettier printer").

/// How wide a line may be.
pub(super) const WIDTH: usize = 120;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Doc {
    Text(String),
    /// A blank, or a new line where its group does not fit.
    Line,
    /// A new line, always.
    Hard,
    /// New lines inside begin so much further right.
    Nest(usize, Box<Doc>),
    /// New lines inside begin in the column where this begins.
    Align(Box<Doc>),
    /// On one line if it fits.
    Group(Box<Doc>),
    Concat(Vec<Doc>),
    /// Parts with a blank between them, as many on a line as fit.
    Fill(Vec<Doc>),
    /// A `//` comment; one that stood behind something stays behind it.
    Comment {
        text: String,
        trailing: bool,
    },
}

impl Doc {
    /// Holds no line end: the layout would not count it.
    pub fn text(text: impl Into<String>) -> Doc {
        Doc::Text(text.into())
    }

    /// Line breaks within it are followed by so many blanks more.
    pub fn nest(self, by: usize) -> Doc {
        Doc::Nest(by, Box::new(self))
    }

    /// On one line where it fits, else with all line breaks of its own taken.
    pub fn group(self) -> Doc {
        Doc::Group(Box::new(self))
    }

    /// Takes no room and breaks no line.
    pub fn empty() -> Doc {
        Doc::Concat(Vec::new())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Flat,
    Broken,
}

type Task<'d> = (usize, Mode, &'d Doc);

/// The text of a document, without a final new line.
pub(super) fn layout(doc: &Doc) -> String {
    let mut page = Page::default();
    let mut stack: Vec<Task<'_>> = vec![(0, Mode::Broken, doc)];
    while let Some((indent, mode, doc)) = stack.pop() {
        match doc {
            Doc::Text(text) => page.text(text),
            Doc::Line if mode == Mode::Flat => page.text(" "),
            Doc::Line | Doc::Hard => page.line(indent),
            Doc::Nest(by, inner) => stack.push((indent + by, mode, inner)),
            Doc::Align(inner) => stack.push((page.column, mode, inner)),
            Doc::Concat(parts) => stack.extend(parts.iter().rev().map(|part| (indent, mode, part))),
            Doc::Comment { text, trailing } => page.comment(text, *trailing, indent),
            Doc::Group(inner) => {
                let flat = fits(WIDTH.saturating_sub(page.column), inner, &stack);
                stack.push((indent, if flat { Mode::Flat } else { Mode::Broken }, inner));
            }
            Doc::Fill(parts) => fill(&mut page, parts, indent),
        }
    }
    page.out.truncate(page.out.trim_end().len());
    page.out
}

#[derive(Default)]
struct Page {
    out: String,
    column: usize,
    /// A comment has just begun a new line: no further one is needed.
    fresh: bool,
}

impl Page {
    fn text(&mut self, text: &str) {
        if self.fresh && text.trim().is_empty() {
            return;
        }
        self.fresh = false;
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn line(&mut self, indent: usize) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        if !std::mem::replace(&mut self.fresh, false) {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    fn comment(&mut self, text: &str, trailing: bool, indent: usize) {
        let written = self.out.trim_end().len();
        if trailing && written > 0 && !self.fresh {
            self.out.truncate(written);
            self.text(" ");
        } else if !self.is_at_line_start() {
            self.line(indent);
        }
        self.text(text);
        self.line(indent);
        self.fresh = true;
    }

    fn is_at_line_start(&self) -> bool {
        self.out.rsplit('\n').next().is_none_or(|line| line.trim().is_empty())
    }
}

/// Parts are single texts or small documents without breaks of their own.
fn fill(page: &mut Page, parts: &[Doc], indent: usize) {
    for (at, part) in parts.iter().enumerate() {
        let text = layout(part);
        if at > 0 && page.column + 1 + text.chars().count() > WIDTH {
            page.line(indent);
        } else if at > 0 {
            page.text(" ");
        }
        page.text(&text);
    }
}

/// Whether a document fits on the line, with what follows it up to the next break.
fn fits(width: usize, doc: &Doc, rest: &[Task<'_>]) -> bool {
    let mut left = width;
    let mut stack: Vec<(Mode, &Doc)> = vec![(Mode::Flat, doc)];
    let mut following = rest.iter().rev();
    loop {
        let Some((mode, doc)) = stack.pop() else {
            match following.next() {
                Some((_, mode, doc)) => stack.push((*mode, doc)),
                None => return true,
            }
            continue;
        };
        let used = match doc {
            Doc::Text(text) => text.chars().count(),
            Doc::Line if mode == Mode::Flat => 1,
            Doc::Line => return true,
            Doc::Hard | Doc::Comment { .. } => return mode == Mode::Broken,
            Doc::Nest(_, inner) | Doc::Align(inner) | Doc::Group(inner) => push(&mut stack, mode, inner),
            Doc::Concat(parts) | Doc::Fill(parts) => {
                let blanks = if matches!(doc, Doc::Fill(_)) { parts.len().saturating_sub(1) } else { 0 };
                stack.extend(parts.iter().rev().map(|part| (mode, part)));
                blanks
            }
        };
        match left.checked_sub(used) {
            Some(remaining) => left = remaining,
            None => return false,
        }
    }
}

fn push<'d>(stack: &mut Vec<(Mode, &'d Doc)>, mode: Mode, doc: &'d Doc) -> usize {
    stack.push((mode, doc));
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(count: usize) -> Doc {
        let parts = (0..count).flat_map(|_| [Doc::Line, Doc::text("twelve chars")]);
        Doc::Concat(parts.collect()).nest(2).group()
    }

    #[test]
    fn a_group_that_fits_stays_on_one_line() {
        assert_eq!(layout(&words(3)), " twelve chars twelve chars twelve chars");
    }

    #[test]
    fn a_group_that_does_not_fit_breaks_at_every_line() {
        assert_eq!(layout(&words(10)).lines().count(), 11);
    }

    #[test]
    fn a_trailing_comment_stays_behind_its_word_and_breaks_the_line() {
        let comment = Doc::Comment { text: "// why".into(), trailing: true };
        let doc = Doc::Concat(vec![Doc::text("a"), Doc::Line, comment, Doc::text("b")]).group();
        assert_eq!(layout(&doc), "a // why\nb");
    }
}
