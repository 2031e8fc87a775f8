//! For people: the source under the finding, drawn by miette behind our own type.

use std::fmt;
use std::fmt::Write as _;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode,
    SourceSpan, SpanContents,
};

use crate::diagnostics::{Diagnostic, Level};
use crate::source::{File, FileSet, Span};

/// More findings than anyone reads in one go are counted, not drawn.
const MOST: usize = 200;
/// A line longer than this, in bytes, is not drawn.
const LONGEST_LINE: usize = 2_000;

/// How wide the terminal is, in characters, and whether it shows colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    pub width: usize,
    pub colour: bool,
}

impl Default for Terminal {
    fn default() -> Self {
        Self { width: 100, colour: false }
    }
}

/// Every finding with its source, then how many there are. Empty for none.
pub fn human(files: &FileSet, diagnostics: &[Diagnostic], terminal: Terminal) -> String {
    let handler = handler(terminal);
    let mut out = String::new();
    for diagnostic in diagnostics.iter().take(MOST) {
        // Writing to a string cannot fail.
        let _ = handler.render_report(&mut out, &Shown { files, diagnostic, file: file_shown(files, diagnostic) });
        out.push('\n');
    }
    if diagnostics.len() > MOST {
        let _ = writeln!(out, "... and {} more; `--format json` lists them all\n", diagnostics.len() - MOST);
    }
    out + &summary(diagnostics)
}

/// `2 errors, 1 warning` and a line end; empty for none.
fn summary(diagnostics: &[Diagnostic]) -> String {
    let counted = |level: Level| {
        let count = diagnostics.iter().filter(|d| d.code.level == level).count();
        (count > 0).then(|| counted_word(count, level.word()))
    };
    let parts: Vec<String> = [Level::Error, Level::Warning].into_iter().filter_map(counted).collect();
    if parts.is_empty() { String::new() } else { parts.join(", ") + "\n" }
}

/// `1 error`, `2 errors`.
pub fn counted_word(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn handler(terminal: Terminal) -> GraphicalReportHandler {
    let theme = if terminal.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme)
        .with_width(terminal.width.clamp(40, 160))
        .with_links(false)
        .with_context_lines(1)
        .without_syntax_highlighting()
}

/// The file to draw: none where the finding has no place or its line is too long to read.
fn file_shown<'a>(files: &'a FileSet, diagnostic: &Diagnostic) -> Option<&'a File> {
    let file = files.get(diagnostic.span()?.file)?;
    let readable = |span: Span| file.lines_around(span.range(), 1, 1).0.len() <= LONGEST_LINE;
    diagnostic
        .labels
        .iter()
        .filter(|label| Some(label.span.file) == diagnostic.span().map(|s| s.file))
        .all(|label| readable(label.span))
        .then_some(file)
}

/// A diagnostic as miette asks for it.
#[derive(Debug)]
struct Shown<'a> {
    files: &'a FileSet,
    diagnostic: &'a Diagnostic,
    file: Option<&'a File>,
}

impl Shown<'_> {
    fn place(&self, span: Span) -> String {
        let position = self.files.position(span);
        format!("{}:{}:{}", self.files.path(span.file), position.line, position.column)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file, self.diagnostic.span()) {
            (None, Some(span)) => write!(f, "{}\n{}", self.diagnostic.message, self.place(span)),
            _ => f.write_str(&self.diagnostic.message),
        }
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code.id))
    }

    fn severity(&self) -> Option<Severity> {
        match self.diagnostic.code.level {
            Level::Error => Some(Severity::Error),
            Level::Warning => Some(Severity::Warning),
        }
    }

    /// The help, and the labels of other files, which cannot be drawn in this one.
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let home = self.diagnostic.span().map(|span| span.file);
        let elsewhere = self.diagnostic.labels.iter().filter(|label| Some(label.span.file) != home);
        let lines: Vec<String> = self
            .diagnostic
            .help
            .iter()
            .cloned()
            .chain(elsewhere.map(|label| format!("{}: {}", self.place(label.span), label.text)))
            .collect();
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.file.map(|file| file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let file = self.file?;
        let home = self.diagnostic.span()?.file;
        let labels = self.diagnostic.labels.iter().filter(move |label| label.span.file == home);
        Some(Box::new(labels.enumerate().map(move |(at, label)| {
            let start = label.span.range().start.min(file.text.len());
            let end = label.span.range().end.clamp(start, file.text.len());
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            let span = SourceSpan::new(start.into(), end - start);
            if at == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })))
    }
}

/// Answers from the line index, where miette's own reads a text from its start for every label.
impl SourceCode for File {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (mut range, first) = self.lines_around(span.offset()..span.offset() + span.len(), before, after);
        // Without context the text begins at the span itself, and says in which column.
        let column = if before == 0 { self.position(span.offset() as u32).column - 1 } else { 0 };
        range.start = if before == 0 { span.offset() } else { range.start };
        let text = self.text.get(range.clone()).ok_or(MietteError::OutOfBounds)?;
        let covered = SourceSpan::new(range.start.into(), range.len());
        let (name, lines) = (self.path.to_string(), text.lines().count());
        Ok(Box::new(MietteSpanContents::new_named(name, text.as_bytes(), covered, first - 1, column, lines)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
    use super::*;

    #[test]
    fn a_finding_shows_its_code_message_source_labels_and_help() {
        let (files, diagnostics) = findings();
        let text = human(&files, &diagnostics, Terminal::default());
        assert_eq!(
            text,
            "unknown-name

  × `custmer` is not a name of this project
   ╭─[shop/a.metric:2:11]
 1 │ metric x
   ·        ┬
   ·        ╰── needed here
 2 │   = count(custmer)
   ·           ───┬───
   ·              ╰── no such table
   ╰────
  help: did you mean `customer`?

no-owner

  ⚠ 50% of \"metrics\", <all>: no owner

1 error, 1 warning
"
        );
    }

    #[test]
    fn colour_is_only_drawn_where_it_is_asked_for() {
        let (files, diagnostics) = findings();
        let shown = |colour| human(&files, &diagnostics, Terminal { width: 80, colour });
        assert!(shown(true).contains('\u{1b}'));
        assert!(!shown(false).contains('\u{1b}'));
    }

    #[test]
    fn a_line_of_a_megabyte_is_named_and_not_drawn() {
        let (mut files, mut diagnostics) = findings();
        let id = files.add("long.metric", "x".repeat(1_000_000));
        diagnostics.truncate(1);
        diagnostics[0].labels[0].span = Span::new(id, 500_000, 500_001);
        let text = human(&files, &diagnostics, Terminal::default());
        assert!(text.contains("long.metric:1:500001") && text.len() < 1_000, "{text}");
    }
}
