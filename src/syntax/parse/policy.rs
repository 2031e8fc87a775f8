//! Policies: a head and rules, each parsed alone.

use super::Builder;
use crate::diagnostics::codes::syntax as codes;
use crate::source::Spanned;
use crate::syntax::cut::{Part, Piece};
use crate::syntax::grammar::Rule as Grammar;
use crate::syntax::tree::{DefinitionKind, Rule};

impl Builder<'_> {
    pub(super) fn policy(&mut self, piece: &Piece) -> Option<DefinitionKind> {
        let whole = self.read(Grammar::policy, &piece.meaning);
        let head = whole.or_else(|| self.recover(Grammar::policy_head, &piece.meaning));
        let (mut names, mut activation) = (Vec::new(), None);
        for pair in head.into_iter().flatten() {
            match pair.as_rule() {
                Grammar::name => names.push(self.word(&pair)),
                Grammar::activation => activation = self.activation(pair),
                _ => {}
            }
        }
        let rules = self.rules(piece);
        let [name, table] = <[_; 2]>::try_from(names).ok()?;
        Some(DefinitionKind::Policy { name, activation: activation?, table, rules })
    }

    fn rules(&mut self, piece: &Piece) -> Vec<Rule> {
        let parts = piece.rules.as_deref().unwrap_or_default();
        if parts.is_empty() && !piece.meaning.broken {
            let end = piece.meaning.range.end;
            self.mistakes.push(codes::policy_without_rules(self.whole(piece.meaning.range.start..end)));
        }
        parts.iter().filter_map(|part| self.rule(part)).collect()
    }

    /// A rule that cannot be read keeps its place with a broken condition, so that no later rule is misjudged.
    fn rule(&mut self, part: &Part) -> Option<Rule> {
        let span = self.whole(part.range.clone());
        let nothing = Spanned::new(String::new(), span);
        let Some(pairs) = self.read(Grammar::policy_rule, part) else {
            return Some(Rule { allows: false, label: nothing, condition: Some(self.broken(part)), span });
        };
        let mut rule = Rule { allows: false, label: nothing, condition: None, span };
        for pair in pairs {
            match pair.as_rule() {
                Grammar::k_allow => rule.allows = true,
                Grammar::text => rule.label = self.text(&pair),
                Grammar::condition => rule.condition = Some(self.condition(pair)),
                _ => {}
            }
        }
        Some(rule)
    }
}
