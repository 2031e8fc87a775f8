//! File -> pieces: where each definition begins, its meaning, its rules, its braces.
//!
//! Recovery starts here. A keyword at the start of a line ends whatever was open before it, so that a
//! bracket without an end costs its own definition and not the next.

use std::borrow::Cow;
use std::ops::Range;

use super::limits::{Excess, Limits, Mistakes};
use super::scan::{Kind, Scanner, Token};
use super::words::{self, Keyword};
use crate::diagnostics::{Diagnostic, codes::syntax as codes};
use crate::source::{FileId, Span};

/// A stretch of text that is parsed alone. When `broken`, a message was given and it is not parsed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub range: Range<usize>,
    pub broken: bool,
}

/// One definition, or text that begins like none (`keyword` is none).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub keyword: Option<Keyword>,
    pub docs: Vec<Range<usize>>,
    pub meaning: Part,
    /// The rules of a policy; none where the piece has no such braces.
    pub rules: Option<Vec<Part>>,
    pub braces: Option<Part>,
    /// It goes on behind the braces that ended the piece before, on their line.
    pub behind_braces: bool,
    stage: Stage,
}

impl Piece {
    /// From the keyword to the end, documentation lines not included.
    pub fn range(&self) -> Range<usize> {
        let parts = self.rules.iter().flatten().chain(self.braces.iter());
        let end = parts.map(|part| part.range.end).fold(self.meaning.range.end, usize::max);
        self.meaning.range.start..end.max(self.stage.end())
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Meaning,
    Rules,
    /// Behind the brace that closes the rules; its end.
    Ruled(usize),
    Braces,
    Done,
}

impl Stage {
    fn end(self) -> usize {
        if let Stage::Ruled(end) = self { end } else { 0 }
    }
}

/// All pieces of a file, its comments, and what was wrong with brackets and text.
#[derive(Debug, Default)]
pub(super) struct Cut {
    pub pieces: Vec<Piece>,
    pub comments: Vec<Range<usize>>,
    /// What stands between two words and is more than blanks and line ends as everybody writes them.
    blanks: Vec<Range<usize>>,
    pub mistakes: Mistakes,
}

impl Cut {
    /// The text with plain blanks in the place of comments and of all other blanks, for the parser; every other byte
    /// stays where it is.
    pub fn readable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.blanks.is_empty() {
            return text.into();
        }
        let mut readable = String::with_capacity(text.len());
        for blank in &self.blanks {
            let start = blank.start.max(readable.len());
            readable.push_str(text.get(readable.len()..start).unwrap_or(""));
            readable.extend(std::iter::repeat_n(' ', blank.end.saturating_sub(start)));
        }
        readable.push_str(text.get(readable.len()..).unwrap_or(""));
        readable.into()
    }
}

pub(super) fn cut(text: &str, file: FileId) -> Cut {
    let mut cutter = Cutter::new(text, file);
    while let Some(token) = cutter.scanner.next() {
        cutter.step(token);
    }
    cutter.finish();
    cutter.leave_docs_behind();
    cutter.cut
}

struct Cutter<'t> {
    text: &'t str,
    file: FileId,
    scanner: Scanner<'t>,
    cut: Cut,
    docs: Vec<Range<usize>>,
    piece: Option<Piece>,
    open: Vec<(Token, &'t str)>,
    limits: Limits,
    previous: Option<Token>,
    /// The end of the token before, whatever it was.
    end: usize,
}

impl<'t> Cutter<'t> {
    fn new(text: &'t str, file: FileId) -> Self {
        Self {
            text,
            file,
            scanner: Scanner::new(text),
            cut: Cut::default(),
            docs: Vec::new(),
            piece: None,
            open: Vec::new(),
            limits: Limits::default(),
            previous: None,
            end: 0,
        }
    }

    fn step(&mut self, token: Token) {
        self.pass_blanks(&token);
        match token.kind {
            Kind::Comment => self.comment(&token),
            Kind::Doc => self.document(token),
            _ => {
                if self.piece.is_none() || self.is_done(token.text(self.text)) || self.begins(&token) {
                    self.begin(&token);
                }
                self.add(token);
                self.previous = Some(token);
            }
        }
    }

    fn pass_blanks(&mut self, token: &Token) {
        let before = std::mem::replace(&mut self.end, token.end)..token.start;
        let between = self.text.get(before.clone()).unwrap_or("");
        if !between.bytes().all(|byte| matches!(byte, b' ' | b'\n')) {
            self.cut.blanks.push(before);
        }
    }

    fn comment(&mut self, token: &Token) {
        self.cut.comments.push(token.range());
        // The line may end with blanks behind its last word that no parser knows.
        let rest = self.text.get(token.start..).unwrap_or("");
        self.cut.blanks.push(token.start..token.start + rest.find('\n').unwrap_or(rest.len()));
    }

    fn document(&mut self, token: Token) {
        let complete = self.open.is_empty() && !self.awaits_a_value();
        if self.piece.is_none() || token.at_margin || (token.first_on_line && complete) {
            self.finish();
            self.docs.push(token.range());
        } else {
            self.comment(&token);
            self.extend(token.end);
            let problem = codes::misplaced_documentation(self.span(token.range()));
            self.cut.mistakes.push(problem);
        }
    }

    /// Whether nothing more may follow in the piece at hand; behind its rules a policy may have braces.
    fn is_done(&self, word: &str) -> bool {
        match self.stage() {
            Some(Stage::Ruled(_)) => word != "{",
            stage => stage == Some(Stage::Done),
        }
    }

    /// Whether a token begins a definition although one is open.
    fn begins(&self, token: &Token) -> bool {
        if !token.first_on_line || token.kind != Kind::Word {
            return false;
        }
        let next = self.scanner.peek();
        let beside_a_name = next.is_some_and(|next| self.is_name(&next));
        let at_top = self.open.is_empty() && !self.awaits_a_value();
        let stands_alone = beside_a_name || self.ends_a_value();
        match words::keyword(token.text(self.text)) {
            Some(Keyword::Expect) => {
                (token.at_margin || at_top) && next.is_some_and(|next| self.may_be_expected(&next))
            }
            Some(_) => (token.at_margin && (beside_a_name || at_top)) || (at_top && beside_a_name),
            None => token.at_margin && at_top && stands_alone && self.is_name(token),
        }
    }

    fn is_name(&self, token: &Token) -> bool {
        let word = token.text(self.text);
        token.kind == Kind::Word && !words::is_reserved(word) && !words::LOCAL.contains(&word)
    }

    fn may_be_expected(&self, token: &Token) -> bool {
        let word = token.text(self.text);
        token.kind != Kind::Mark || word == "(" || word == "-"
    }

    /// Whether a value is complete: behind it no other can stand.
    fn ends_a_value(&self) -> bool {
        self.previous.as_ref().is_some_and(|previous| match previous.kind {
            Kind::Word => self.is_name(previous) && words::keyword(previous.text(self.text)).is_none(),
            Kind::Mark => !self.awaits_a_value(),
            _ => true,
        })
    }

    fn awaits_a_value(&self) -> bool {
        let Some(previous) = self.previous.as_ref() else { return false };
        let word = previous.text(self.text);
        let awaits_value = previous.kind == Kind::Mark && !matches!(word, ")" | "]" | "}");
        awaits_value || (previous.kind == Kind::Word && words::awaits_a_value(word))
    }

    fn begin(&mut self, token: &Token) {
        let behind_braces = !token.first_on_line && self.is_done(token.text(self.text));
        self.finish();
        self.piece = Some(Piece {
            keyword: words::keyword(token.text(self.text)),
            docs: std::mem::take(&mut self.docs),
            meaning: Part { range: token.start..token.start, broken: false },
            rules: None,
            braces: None,
            behind_braces,
            stage: Stage::Meaning,
        });
    }

    fn finish(&mut self) {
        if let Some((token, mark)) = self.open.last().copied() {
            self.fault(codes::unclosed_bracket(self.span(token.range()), mark));
        }
        self.open.clear();
        self.limits = Limits::default();
        self.previous = None;
        self.cut.pieces.extend(self.piece.take());
    }

    fn leave_docs_behind(&mut self) {
        if let Some(first) = self.docs.first().cloned() {
            let end = self.docs.last().map_or(first.end, |last| last.end);
            self.cut.mistakes.push(codes::documentation_of_nothing(self.span(first.start..end)));
            let meaning = Part { range: end..end, broken: true };
            let docs = std::mem::take(&mut self.docs);
            let stage = Stage::Done;
            let piece = Piece { keyword: None, docs, meaning, rules: None, braces: None, behind_braces: false, stage };
            self.cut.pieces.push(piece);
        }
    }

    fn add(&mut self, token: Token) {
        let word = token.text(self.text);
        self.begin_rule(&token, word);
        if word == "{" {
            self.enter_braces(&token);
        }
        self.extend(token.end);
        if token.kind == Kind::OpenText {
            self.fault(codes::unclosed_text(self.span(token.range())));
        }
        self.count(&token, word);
        match word {
            "(" | "[" | "{" => self.open.push((token, word)),
            ")" | "]" | "}" => self.close(&token, word),
            _ => {}
        }
    }

    /// Adds a token to its part; the brace that opens the rules belongs to none.
    fn extend(&mut self, end: usize) {
        let before_rules = self.piece.as_ref().is_some_and(|piece| piece.rules.as_ref().is_some_and(Vec::is_empty));
        if (!before_rules || self.stage() == Some(Stage::Braces))
            && let Some(part) = self.part()
        {
            part.range.end = end;
        }
    }

    fn count(&mut self, token: &Token, word: &str) {
        let excess = self.limits.note(token, word);
        let span = self.span(token.range());
        match excess {
            Some(Excess::Depth) => self.fault(codes::nested_too_deep(span)),
            Some(Excess::Chain) => self.fault(codes::chain_too_long(span)),
            None => {}
        }
    }

    /// A rule begins with a word and its label in quotation marks, or with `refuse` or `allow` on a new line,
    /// the first one with whatever stands there.
    fn begin_rule(&mut self, token: &Token, word: &str) {
        if self.stage() != Some(Stage::Rules) {
            return;
        }
        let is_verb = matches!(word, "refuse" | "allow");
        let labelled = self.scanner.peek().is_some_and(|next| next.kind == Kind::Text);
        if is_verb && labelled && token.first_on_line {
            self.close_open_rule();
        }
        let begins = token.kind == Kind::Word
            && self.open.len() == 1
            && (is_verb && labelled
                || token.first_on_line && !self.awaits_a_value() && (is_verb || labelled && self.is_name(token)));
        if let Some(Piece { stage: Stage::Rules, rules: Some(rules), .. }) = self.piece.as_mut()
            && (begins || rules.is_empty() && self.open.len() == 1 && word != "}")
        {
            rules.push(Part { range: token.range(), broken: false });
        }
    }

    /// The next rule begins although a bracket of this one is open.
    fn close_open_rule(&mut self) {
        if let [_, .., (token, mark)] = *self.open {
            self.fault(codes::unclosed_bracket(self.span(token.range()), mark));
            self.open.truncate(1);
            self.limits = Limits::default();
        }
    }

    /// An opening brace begins the rules of a policy or what stands about a definition.
    fn enter_braces(&mut self, brace: &Token) {
        let in_braces = self.open.iter().any(|(_, mark)| *mark == "{");
        if in_braces && !(brace.at_margin && self.stage() == Some(Stage::Rules)) {
            return;
        }
        if let Some((token, mark)) = self.open.last().copied() {
            self.fault(codes::unclosed_bracket(self.span(token.range()), mark));
            self.open.clear();
            self.limits = Limits::default();
        }
        let Some(piece) = self.piece.as_mut() else { return };
        let is_policy = piece.keyword == Some(Keyword::Policy);
        if is_policy && piece.stage == Stage::Meaning {
            piece.stage = Stage::Rules;
            piece.rules = Some(Vec::new());
        } else if piece.keyword.is_some() {
            piece.stage = Stage::Braces;
            piece.braces = Some(Part { range: brace.range(), broken: false });
        }
    }

    fn close(&mut self, token: &Token, word: &'t str) {
        let at = self.open.iter().rposition(|(_, mark)| closing(mark) == word);
        let closed = self.span(token.range());
        match self.open.last().copied() {
            None => self.fault(codes::unmatched_bracket(closed, word)),
            Some((inner, mark)) if closing(mark) != word => {
                self.fault(codes::mismatched_bracket(self.span(inner.range()), mark, closed, word));
            }
            Some(_) => {}
        }
        self.open.truncate(at.unwrap_or(self.open.len().saturating_sub(1)));
        if self.open.is_empty() && word == "}" {
            self.leave_braces(token.end);
        }
    }

    fn leave_braces(&mut self, end: usize) {
        let Some(piece) = self.piece.as_mut() else { return };
        if piece.stage == Stage::Rules {
            self.close_last_rule(end);
        } else if piece.stage == Stage::Braces {
            piece.stage = Stage::Done;
        }
    }

    fn close_last_rule(&mut self, end: usize) {
        let before_brace = self.previous.map_or(end, |token| token.end);
        let Some(piece) = self.piece.as_mut() else { return };
        piece.stage = Stage::Ruled(end);
        if let Some(last) = piece.rules.iter_mut().flatten().last() {
            last.range.end = before_brace.max(last.range.start);
        }
    }

    fn stage(&self) -> Option<Stage> {
        self.piece.as_ref().map(|piece| piece.stage)
    }

    /// The part that the text at hand belongs to.
    fn part(&mut self) -> Option<&mut Part> {
        let piece = self.piece.as_mut()?;
        match (&mut piece.rules, &mut piece.braces) {
            (_, Some(braces)) => Some(braces),
            (Some(rules), None) if !rules.is_empty() => rules.last_mut(),
            _ => Some(&mut piece.meaning),
        }
    }

    /// Reports the first fault of a part; further ones would be its consequences.
    fn fault(&mut self, problem: Diagnostic) {
        if self.part().is_some_and(|part| !std::mem::replace(&mut part.broken, true)) {
            self.cut.mistakes.push(problem);
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }
}

fn closing(mark: &str) -> &'static str {
    match mark {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}
