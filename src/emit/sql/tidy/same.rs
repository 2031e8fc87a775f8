//! Common table expressions that say the same in the same words are written once.

use sqlparser::ast::{Ident, ObjectName, SetExpr, TableFactor};

use super::{Cte, named};
use crate::emit::sql::ast::{self, Selection};

/// Lets the readers of a second one read the first. Only names with a number (`orders_2`) stand for a second of a kind.
pub fn read_the_first(ctes: &mut [Cte], body: &mut Selection) {
    for at in 1..ctes.len() {
        let Some((first, second)) = first_of(ctes, at) else { continue };
        for (_, later) in ctes.iter_mut().skip(at + 1) {
            read_other(later, &second, &first);
        }
        read_other(body, &second, &first);
    }
}

/// The first of the same words and kind, and the name of this one.
fn first_of(ctes: &[Cte], at: usize) -> Option<(Ident, Ident)> {
    let (name, body) = ctes.get(at)?;
    let kind = kind_of(&name.value)?;
    let is_first = |(known, other): &&Cte| kind_of(&known.value).unwrap_or(&known.value) == kind && other == body;
    let (first, _) = ctes.iter().take(at).find(is_first)?;
    Some((first.clone(), name.clone()))
}

/// `orders` of `orders_2`, `orders_turns` of `orders_turns_2`.
fn kind_of(name: &str) -> Option<&str> {
    let (kind, number) = name.rsplit_once('_')?;
    number.parse::<u32>().ok().map(|_| kind)
}

fn read_other(body: &mut SetExpr, second: &Ident, first: &Ident) {
    ast::each_select_mut(body, &mut |select| {
        for from in &mut select.from {
            let joined = from.joins.iter_mut().map(|join| &mut join.relation);
            for factor in std::iter::once(&mut from.relation).chain(joined) {
                let is_it = named(factor).is_some_and(|(name, _)| name == Some(second));
                if let (true, TableFactor::Table { name, .. }) = (is_it, factor) {
                    *name = ObjectName::from(vec![first.clone()]);
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::tests::tidied;
    use super::*;

    #[test]
    fn what_is_said_twice_is_written_once() {
        let read = |statement: &str| {
            tidied(statement, |ctes, body| {
                read_the_first(ctes, body);
                vec![true; ctes.len()]
            })
        };
        let twice = "WITH a AS (SELECT t.k FROM s.t AS t), a_2 AS (SELECT t.k FROM s.t AS t), b AS (SELECT t.k FROM s.t AS t) \
                     SELECT a_2.k FROM a_2 AS a_2 CROSS JOIN b AS b";
        assert_eq!(read(twice), twice.replace("FROM a_2 AS", "FROM a AS"));
        let other = twice.replacen("t.k", "t.j", 1);
        assert_eq!(read(&other), other);
    }
}
