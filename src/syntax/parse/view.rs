//! Views, and the groups that views and expectations share.

use super::Builder;
use crate::source::Spanned;
use crate::syntax::cut::Part;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::tree::{DefinitionKind, Group, Path};

impl<'t> Builder<'t> {
    pub(super) fn view(&mut self, part: &Part) -> Option<DefinitionKind> {
        let pairs = self.read(Rule::view, part);
        let pairs = pairs.or_else(|| self.recover(Rule::view_head, part))?;
        let (mut name, mut label, mut metrics) = (None, None, Vec::new());
        let (mut by, mut condition) = (Vec::new(), None);
        for pair in pairs {
            match pair.as_rule() {
                Rule::name => name = Some(self.word(&pair)),
                Rule::text => label = Some(self.text(&pair)),
                Rule::names => metrics = self.words_of(pair.into_inner()),
                Rule::groups => by = self.groups(pair),
                Rule::where_clause => condition = self.where_condition(pair),
                _ => {}
            }
        }
        Some(DefinitionKind::View { name: name?, label, metrics, by, condition })
    }

    pub(super) fn groups(&mut self, pair: Pair<'t>) -> Vec<Group> {
        pair.into_inner().filter(|pair| pair.as_rule() == Rule::group).filter_map(|pair| self.group(pair)).collect()
    }

    fn group(&mut self, pair: Pair<'t>) -> Option<Group> {
        let inner = pair.into_inner().next()?;
        let path = match inner.as_rule() {
            Rule::fiscal_year => {
                let span = self.span(&inner);
                Path { names: vec![Spanned::new("fiscal year".to_owned(), span)], span }
            }
            _ => self.path(inner),
        };
        Some(Group { path })
    }
}
