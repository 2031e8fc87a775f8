//! The parser that pest derives from `grammar/carat.pest`.

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/carat.pest"]
pub(super) struct Grammar;

pub(super) type Pair<'t> = pest::iterators::Pair<'t, Rule>;
pub(super) type Pairs<'t> = pest::iterators::Pairs<'t, Rule>;
