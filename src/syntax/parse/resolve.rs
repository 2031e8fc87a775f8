//! Resolves: what several sources together say.

use super::Builder;
use crate::source::Spanned;
use crate::syntax::cut::Part;
use crate::syntax::grammar::{Pair, Pairs, Rule};
use crate::syntax::tree::{DefinitionKind, Expr, Name, Path, Way};

#[derive(Default)]
struct Pieces {
    names: Vec<Name>,
    value: Option<Expr>,
    condition: Option<Expr>,
    by: Option<Path>,
    per: Option<Name>,
    way: Option<Spanned<Way>>,
}

impl<'t> Builder<'t> {
    pub(super) fn resolve(&mut self, part: &Part) -> Option<DefinitionKind> {
        let span = self.whole(part.range.clone());
        let pieces = match self.read(Rule::resolve, part) {
            Some(pairs) => self.resolve_pieces(pairs),
            None => self.resolve_head(part)?,
        };
        let [name, table] = <[_; 2]>::try_from(pieces.names).ok()?;
        Some(DefinitionKind::Resolve {
            name,
            table,
            value: pieces.value?,
            condition: pieces.condition,
            by: pieces.by?,
            per: pieces.per,
            way: pieces.way.unwrap_or(Spanned::new(Way::Latest, span)),
        })
    }

    /// Name and table, with a broken value and no date.
    fn resolve_head(&mut self, part: &Part) -> Option<Pieces> {
        let pairs = self.recover(Rule::resolve_head, part)?;
        let nowhere = Path { names: Vec::new(), span: self.whole(part.range.clone()) };
        Some(Pieces {
            names: self.words_of(pairs),
            value: Some(self.broken(part)),
            by: Some(nowhere),
            ..Pieces::default()
        })
    }

    fn resolve_pieces(&mut self, pairs: Pairs<'t>) -> Pieces {
        let mut pieces = Pieces::default();
        for pair in pairs {
            match pair.as_rule() {
                Rule::name => pieces.names.push(self.word(&pair)),
                Rule::condition => pieces.value = Some(self.condition(pair)),
                Rule::where_clause => pieces.condition = self.where_condition(pair),
                Rule::path => pieces.by = Some(self.path(pair)),
                Rule::per => pieces.per = self.inner_word(pair, Rule::name),
                _ => pieces.way = self.way(pair).or(pieces.way),
            }
        }
        pieces
    }

    fn way(&mut self, pair: Pair<'t>) -> Option<Spanned<Way>> {
        let (span, rule) = (self.span(&pair), pair.as_rule());
        let inner = pair.into_inner();
        let way = match rule {
            Rule::wins => self.wins(inner)?,
            Rule::strictest => Way::Strictest(self.texts_within(inner)),
            Rule::first => {
                let column = inner.clone().find(|pair| pair.as_rule() == Rule::name).map(|pair| self.word(&pair))?;
                Way::First { column, values: self.texts_within(inner) }
            }
            _ => return None,
        };
        Some(Spanned::new(way, span))
    }

    fn wins(&mut self, inner: Pairs<'t>) -> Option<Way> {
        let days = inner.clone().find(|pair| pair.as_rule() == Rule::whole).map(|pair| self.word(&pair))?;
        let value = self.texts(inner).into_iter().next()?;
        Some(Way::Wins { value, days })
    }

    fn texts_within(&mut self, mut inner: Pairs<'t>) -> Vec<Spanned<String>> {
        let list = inner.find(|pair| pair.as_rule() == Rule::texts);
        list.map_or_else(Vec::new, |pair| self.texts(pair.into_inner()))
    }
}
