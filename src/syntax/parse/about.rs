//! What stands about a definition, in braces.

use std::collections::BTreeMap;

use super::Builder;
use crate::diagnostics::codes::syntax as codes;
use crate::source::Spanned;
use crate::syntax::MAX_DEPTH;
use crate::syntax::cut::Part;
use crate::syntax::grammar::{Pair, Pairs, Rule};
use crate::syntax::tree::{About, AboutEntry, AboutValue};

impl<'t> Builder<'t> {
    /// The entries in braces; of broken braces those that can be read.
    pub(super) fn about(&mut self, part: &Part) -> About {
        let pairs = self.read(Rule::about, part);
        let pairs = pairs.or_else(|| self.recover_about(part));
        let entries = pairs.map_or_else(Vec::new, |pairs| self.entries(pairs));
        About { entries, span: Some(self.whole(part.range.clone())) }
    }

    /// Braces in braces are read recursively: of those that nest too deep nothing is kept.
    fn recover_about(&mut self, part: &Part) -> Option<Pairs<'t>> {
        let text = self.text.get(part.range.clone()).unwrap_or("");
        let opened = text.bytes().filter(|byte| *byte == b'{').count();
        (opened <= MAX_DEPTH).then(|| self.recover(Rule::broken_about, part)).flatten()
    }

    fn entries(&mut self, pairs: Pairs<'t>) -> Vec<AboutEntry> {
        let mut entries: Vec<AboutEntry> = Vec::new();
        let mut seen = BTreeMap::new();
        for pair in pairs.filter(|pair| pair.as_rule() == Rule::entry) {
            let Some(entry) = self.entry(pair) else { continue };
            match seen.get(&entry.key.value) {
                Some(first) => {
                    self.mistakes.push(codes::repeated_entry(&entry.key.value, entry.key.span, *first));
                }
                None => {
                    seen.insert(entry.key.value.clone(), entry.key.span);
                    entries.push(entry);
                }
            }
        }
        entries
    }

    fn entry(&mut self, pair: Pair<'t>) -> Option<AboutEntry> {
        let (mut key, mut value) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::key => key = Some(self.word(&part)),
                Rule::text => value = Some((self.span(&part), AboutValue::Text(self.text(&part)))),
                Rule::words => value = Some((self.span(&part), AboutValue::Word(self.words(&part)))),
                Rule::about_list => value = Some((self.span(&part), AboutValue::List(self.about_items(part)))),
                Rule::about_map => value = Some((self.span(&part), AboutValue::Map(self.entries(part.into_inner())))),
                _ => {}
            }
        }
        let (key, (end, value)) = (key?, value?);
        let span = key.span.to(end);
        Some(AboutEntry { key, value, span })
    }

    fn about_items(&mut self, pair: Pair<'t>) -> Vec<Spanned<String>> {
        let mut items = Vec::new();
        for item in pair.into_inner() {
            match item.as_rule() {
                Rule::text => items.push(self.text(&item)),
                Rule::words => items.push(self.words(&item)),
                _ => {}
            }
        }
        items
    }

    /// Bare words, with one blank between them.
    fn words(&self, pair: &Pair<'t>) -> Spanned<String> {
        let words: Vec<&str> = pair.as_str().split_whitespace().collect();
        Spanned::new(words.join(" "), self.span(pair))
    }
}
