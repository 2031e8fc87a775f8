//! A statement as a careful person leaves it: what its parts say of each other is known only when all are there.
//!
//! | what | where |
//! |---|---|
//! | what is known of a column by how it is made | [`facts`] |
//! | what goes without saying beside that | [`fold`] |
//! | conditions of which one says what another does | [`beside`] |
//! | relations that pass on what others have | [`passed`] |
//! | columns and relations that nothing reads | [`unread`] |
//! | relations that are written twice | [`same`] |
//! | columns that are told apart by a number | [`names`] |
//!
//! Nothing here changes an answer: what is left out goes without saying, on any rows. Of a condition that is asked
//! (`WHERE`, `WHEN`, `ON`) unknown is as good as false; that is all there are, since no statement writes `NOT` around one.

mod beside;
mod facts;
mod fold;
mod names;
mod passed;
mod same;
mod unread;

use sqlparser::ast::{Ident, ObjectNamePart, Select, TableAlias, TableFactor};

use super::ast::Selection;

/// A common table expression.
pub type Cte = (Ident, Selection);

/// Writes common table expressions, each after what it reads, and the body of their statement anew; says which of them
/// are read. What else the body reads is left alone.
pub fn tidy(ctes: &mut [Cte], body: &mut Selection) -> Vec<bool> {
    fold::without_said(ctes, body);
    passed::read_at_the_source(ctes, body);
    same::read_the_first(ctes, body);
    let read = unread::without_unread(ctes, body);
    names::tell_apart(ctes, body);
    read
}

/// What a `SELECT` reads: the name, none where it has several parts, and the alias.
fn sources(select: &Select) -> impl Iterator<Item = (Option<&Ident>, &Ident)> {
    let factors = select.from.iter().flat_map(|from| {
        let joined = from.joins.iter().map(|join| &join.relation);
        std::iter::once(&from.relation).chain(joined)
    });
    factors.filter_map(named)
}

fn named(factor: &TableFactor) -> Option<(Option<&Ident>, &Ident)> {
    let TableFactor::Table { name, alias: Some(TableAlias { name: alias, .. }), .. } = factor else { return None };
    let name = match name.0.as_slice() {
        [ObjectNamePart::Identifier(name)] => Some(name),
        _ => None,
    };
    Some((name, alias))
}

#[cfg(test)]
mod tests {
    use sqlparser::ast::Statement;
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::*;

    /// A statement after something was done to it.
    pub fn tidied(statement: &str, tidy: impl Fn(&mut [Cte], &mut Selection) -> Vec<bool>) -> String {
        let statement = Parser::parse_sql(&GenericDialect {}, statement).unwrap().remove(0);
        let Statement::Query(mut query) = statement else { panic!("{statement} is no query") };
        let mut with = query.with.take().unwrap();
        let mut ctes: Vec<Cte> =
            with.cte_tables.iter().map(|cte| (cte.alias.name.clone(), cte.query.body.clone())).collect();
        let read = tidy(&mut ctes, &mut query.body);
        for (cte, (_, body)) in with.cte_tables.iter_mut().zip(ctes) {
            cte.query.body = body;
        }
        let mut read = read.into_iter();
        with.cte_tables.retain(|_| read.next().unwrap());
        query.with = Some(with);
        query.to_string()
    }
}
