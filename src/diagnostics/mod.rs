//! What is wrong with a project: one stable code per problem, its place, its words, what to write instead.
//!
//! Codes are data ([`Code`]), grouped by the stage that finds the problem in [`codes`]. A
//! diagnostic is made only by a constructor of `codes`, so that one problem has one wording.

pub mod codes;
pub mod render;

use crate::source::Span;

/// How bad it is: errors stop a build, warnings do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warning,
}

impl Level {
    /// As people and machines read it: `error`, `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

/// A kind of problem. `docs/errors/<id>.md` explains it with examples that run as tests.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// Kebab-case and never renamed, for example `unknown-name`.
    pub id: &'static str,
    pub level: Level,
    /// The law that was broken, as a sentence without a full stop.
    pub summary: &'static str,
    /// The first version of carat that reports it.
    pub since: &'static str,
    /// The page that explains it among others; none for one with a page of its own.
    pub chapter: Option<&'static str>,
}

impl Code {
    /// A code that stops a build. `id` is stable and names its page in `docs/errors`; `summary` is what should hold.
    pub const fn error(id: &'static str, summary: &'static str) -> Self {
        Self { id, level: Level::Error, summary, since: "0.1.0", chapter: None }
    }

    /// The same code, explained in a chapter of that page.
    pub const fn explained_in(self, page: &'static str) -> Self {
        Self { chapter: Some(page), ..self }
    }

    /// A code that stops nothing.
    pub const fn warning(id: &'static str, summary: &'static str) -> Self {
        Self { id, level: Level::Warning, summary, since: "0.1.0", chapter: None }
    }
}

/// A place and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// One problem of one project.
///
/// Wording: the message is one sentence in lower case without a final full stop, the user's own
/// text in backticks, no type names of this program; the help says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: &'static Code,
    pub message: String,
    /// The first label is the place of the problem; a problem of no place (a missing file) has none.
    pub labels: Vec<Label>,
    pub help: Option<String>,
}

impl Diagnostic {
    /// Seen by [`codes`] alone, so that each has a constructor there.
    fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), labels: Vec::new(), help: None }
    }

    fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn help_if(mut self, help: Option<String>) -> Self {
        self.help = self.help.or(help);
        self
    }

    /// By its code's level: no command line changes it.
    pub fn is_error(&self) -> bool {
        self.code.level == Level::Error
    }

    /// Where it is shown first; none for what concerns no place.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// The name of `known` closest to `written`, for "did you mean"; none if nothing is close.
pub fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&written, &name.to_lowercase()), name))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, name)| name)
}
