//! Pairs of the grammar -> syntax tree, one file per construct.

mod about;
mod aggregate;
mod clause;
mod expression;
mod policy;
mod primary;
mod resolve;
mod simple;
mod view;

use pest::Parser;

use super::cut::{Part, Piece};
use super::explain;
use super::grammar::{Grammar, Pair, Pairs, Rule};
use super::limits::Mistakes;
use super::tree::{About, Definition, DefinitionKind, Expr, ExprKind, Item, Name, Path};
use super::words::{KEPT, Keyword};
use crate::diagnostics::codes::syntax as codes;
use crate::source::{FileId, Span, Spanned};

/// Builds the tree of one file; what is wrong with a piece is noted and the piece is left out.
pub(super) struct Builder<'t> {
    text: &'t str,
    /// The same with plain blanks in the place of comments and other blanks.
    readable: &'t str,
    file: FileId,
    /// Where in the file the part that is parsed begins.
    base: usize,
    pub mistakes: Mistakes,
}

impl<'t> Builder<'t> {
    /// `readable` has the length of `text`, with what the grammar must not see blanked out.
    pub fn new(text: &'t str, readable: &'t str, file: FileId) -> Self {
        Self { text, readable, file, base: 0, mistakes: Mistakes::default() }
    }

    /// A definition, or the place of a piece that is none, whose mistake is kept.
    pub fn item(&mut self, piece: &Piece) -> Item {
        let docs: Vec<Spanned<String>> = piece.docs.iter().map(|range| self.documentation(range.clone())).collect();
        let span = self.whole(piece.range());
        let about = piece.braces.as_ref().map_or_else(About::default, |part| self.about(part));
        match piece.keyword.and_then(|keyword| self.kind(keyword, piece)) {
            Some(kind) => {
                self.check_kept(kind.name());
                Item::Definition(Definition { docs, kind, about, span })
            }
            None => {
                self.explain_no_definition(piece);
                Item::Broken(docs.first().map_or(span, |first| first.span.to(span)))
            }
        }
    }

    fn kind(&mut self, keyword: Keyword, piece: &Piece) -> Option<DefinitionKind> {
        match keyword {
            Keyword::Metric => self.metric(&piece.meaning),
            Keyword::Filter => self.filter(&piece.meaning),
            Keyword::Segment => self.segment(&piece.meaning),
            Keyword::Policy => self.policy(piece),
            Keyword::Resolve => self.resolve(&piece.meaning),
            Keyword::View => self.view(&piece.meaning),
            Keyword::Expect => self.expect(&piece.meaning),
        }
    }

    fn check_kept(&mut self, name: Option<&Name>) {
        if let Some(name) = name.filter(|name| KEPT.contains(&name.value.to_lowercase().as_str())) {
            self.mistakes.push(codes::kept_word(name));
        }
    }

    fn explain_no_definition(&mut self, piece: &Piece) {
        if piece.keyword.is_none() && !piece.meaning.broken {
            let text = self.enter(&piece.meaning);
            let problem = explain::no_definition(text, piece.behind_braces, &|range| self.span_of(range));
            self.mistakes.push(problem);
        }
    }

    fn documentation(&self, range: std::ops::Range<usize>) -> Spanned<String> {
        let line = self.text.get(range.clone()).unwrap_or("");
        Spanned::new(line.trim_start_matches('/').trim().to_owned(), self.whole(range))
    }

    /// Parses a part as `rule`. What cannot be parsed is explained, once.
    fn read(&mut self, rule: Rule, part: &Part) -> Option<Pairs<'t>> {
        if part.broken {
            return None;
        }
        let text = self.enter(part);
        match Grammar::parse(rule, self.readable(part)) {
            Ok(mut pairs) => pairs.next().map(Pair::into_inner),
            Err(error) => {
                let problem = explain::explain(rule, text, &error, &|range| self.span_of(range));
                self.mistakes.push(problem);
                None
            }
        }
    }

    /// Parses what it can of a part for which a message was given.
    fn recover(&mut self, rule: Rule, part: &Part) -> Option<Pairs<'t>> {
        self.enter(part);
        Grammar::parse(rule, self.readable(part)).ok().and_then(|mut pairs| pairs.next()).map(Pair::into_inner)
    }

    fn enter(&mut self, part: &Part) -> &'t str {
        self.base = part.range.start;
        self.text.get(part.range.clone()).unwrap_or("")
    }

    fn readable(&self, part: &Part) -> &'t str {
        self.readable.get(part.range.clone()).unwrap_or("")
    }

    fn broken(&self, part: &Part) -> Expr {
        Expr { kind: ExprKind::Broken, span: self.whole(part.range.clone()) }
    }

    /// A span of the file, from a range of the file.
    fn whole(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// A span of the file, from a range of the part.
    fn span_of(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start, self.base + range.end)
    }

    fn span(&self, pair: &Pair<'t>) -> Span {
        let span = pair.as_span();
        self.span_of(span.start()..span.end())
    }

    fn word(&self, pair: &Pair<'t>) -> Name {
        Spanned::new(pair.as_str().to_owned(), self.span(pair))
    }

    /// The name or other word inside a pair that holds one.
    fn inner_word(&self, pair: Pair<'t>, rule: Rule) -> Option<Name> {
        pair.into_inner().find(|pair| pair.as_rule() == rule).map(|pair| self.word(&pair))
    }

    fn path(&self, pair: Pair<'t>) -> Path {
        let span = self.span(&pair);
        Path { names: self.words_of(pair.into_inner()), span }
    }

    fn words_of(&self, pairs: Pairs<'t>) -> Vec<Name> {
        pairs.filter(|pair| matches!(pair.as_rule(), Rule::name | Rule::step)).map(|pair| self.word(&pair)).collect()
    }

    /// Text without its quotation marks, `\"` and `\\` read.
    fn text(&mut self, pair: &Pair<'t>) -> Spanned<String> {
        let span = self.span(pair);
        let written = pair.as_str();
        let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or("");
        if inside.contains('\\') {
            return Spanned::new(self.unescaped(inside, span), span);
        }
        Spanned::new(inside.to_owned(), span)
    }

    fn unescaped(&mut self, inside: &str, span: Span) -> String {
        let mut text = String::with_capacity(inside.len());
        let mut characters = inside.chars();
        while let Some(character) = characters.next() {
            match (character, if character == '\\' { characters.next() } else { None }) {
                ('\\', Some(next @ ('"' | '\\'))) => text.push(next),
                ('\\', Some(next)) => self.mistakes.push(codes::unknown_escape(span, next)),
                _ => text.push(character),
            }
        }
        text
    }

    fn texts(&mut self, pairs: Pairs<'t>) -> Vec<Spanned<String>> {
        pairs.filter(|pair| pair.as_rule() == Rule::text).map(|pair| self.text(&pair)).collect()
    }
}
