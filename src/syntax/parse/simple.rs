//! Metrics, filters, segments and expectations: a head, `=`, an expression.

use super::Builder;
use crate::source::Spanned;
use crate::syntax::cut::Part;
use crate::syntax::grammar::{Pair, Pairs, Rule};
use crate::syntax::tree::{Activation, DefinitionKind, Expr, Group, Name};

/// What the definitions of this file are made of, each part where it was written.
#[derive(Default)]
pub(super) struct Pieces {
    /// The name of the definition, then that of its table.
    names: Vec<Name>,
    label: Option<Spanned<String>>,
    value: Option<Expr>,
    activation: Option<Activation>,
    by: Vec<Group>,
}

impl Pieces {
    fn name_and_table(&self) -> Option<(Name, Name)> {
        match self.names.as_slice() {
            [name, table, ..] => Some((name.clone(), table.clone())),
            _ => None,
        }
    }
}

impl<'t> Builder<'t> {
    pub(super) fn metric(&mut self, part: &Part) -> Option<DefinitionKind> {
        let pieces = self.pieces(part, Rule::metric, Rule::metric_head)?;
        let name = pieces.names.into_iter().next()?;
        Some(DefinitionKind::Metric { name, label: pieces.label, value: pieces.value? })
    }

    pub(super) fn filter(&mut self, part: &Part) -> Option<DefinitionKind> {
        let pieces = self.pieces(part, Rule::filter, Rule::filter_head)?;
        let (name, table) = pieces.name_and_table()?;
        Some(DefinitionKind::Filter { name, table, condition: pieces.value? })
    }

    pub(super) fn segment(&mut self, part: &Part) -> Option<DefinitionKind> {
        let pieces = self.pieces(part, Rule::segment, Rule::segment_head)?;
        let (name, table) = pieces.name_and_table()?;
        let Pieces { label, value, activation, .. } = pieces;
        Some(DefinitionKind::Segment { name, label, table, condition: value?, activation })
    }

    pub(super) fn expect(&mut self, part: &Part) -> Option<DefinitionKind> {
        let pairs = self.read(Rule::expect, part)?;
        let pieces = self.sort(pairs);
        Some(DefinitionKind::Expect { condition: pieces.value?, by: pieces.by })
    }

    /// The pieces of a whole definition, else those of its head and a broken value.
    fn pieces(&mut self, part: &Part, complete: Rule, head: Rule) -> Option<Pieces> {
        if let Some(pairs) = self.read(complete, part) {
            return Some(self.sort(pairs));
        }
        let pairs = self.recover(head, part)?;
        let mut pieces = self.sort(pairs);
        pieces.value = Some(self.broken(part));
        Some(pieces)
    }

    fn sort(&mut self, pairs: Pairs<'t>) -> Pieces {
        let mut pieces = Pieces::default();
        for pair in pairs {
            match pair.as_rule() {
                Rule::name => pieces.names.push(self.word(&pair)),
                Rule::text => pieces.label = Some(self.text(&pair)),
                Rule::expression => pieces.value = Some(self.expression(pair)),
                Rule::condition => pieces.value = Some(self.condition(pair)),
                Rule::activation => pieces.activation = self.activation(pair),
                Rule::groups => pieces.by = self.groups(pair),
                _ => {}
            }
        }
        pieces
    }

    /// `for PURPOSE by CHANNEL, CHANNEL`.
    pub(super) fn activation(&self, pair: Pair<'t>) -> Option<Activation> {
        let span = self.span(&pair);
        let mut names = self.words_of(pair.into_inner()).into_iter();
        let purpose = names.next()?;
        Some(Activation { purpose, channels: names.collect(), span })
    }
}
