//! A common table expression that only passes on columns of another is none: its readers read the other.

use sqlparser::ast::{Expr, GroupByExpr, Ident, ObjectName, Select, SelectItem, SetExpr, TableFactor};

use super::{Cte, named, sources};
use crate::emit::sql::ast::{self, Selection, item_name, item_value, item_value_mut};
use crate::emit::sql::common;

/// What stands for a relation that passes on: the other one, and each of its columns with what the other calls it.
struct Passed {
    name: String,
    of: Ident,
    columns: Vec<(String, Ident)>,
}

/// Lets the readers of what is only passed on read where it comes from.
pub fn read_at_the_source(ctes: &mut [Cte], body: &mut Selection) {
    let mut passed: Vec<Passed> = Vec::new();
    for (name, select) in ctes {
        read_through(select, &passed);
        passed.extend(passes_on(name, select));
    }
    read_through(body, &passed);
}

fn passes_on(name: &Ident, body: &SetExpr) -> Option<Passed> {
    let SetExpr::Select(select) = body else { return None };
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    if grouped || select.distinct.is_some() || select.selection.is_some() || select.having.is_some() {
        return None;
    }
    let [from] = select.from.as_slice() else { return None };
    let (Some(of), alias) = named(&from.relation).filter(|_| from.joins.is_empty())? else { return None };
    let column = |item: &SelectItem| {
        let (of, name) = ast::column(item_value(item)?)?;
        (of.value == alias.value).then(|| Some((item_name(item)?.to_owned(), name.clone())))?
    };
    let columns = select.projection.iter().map(column).collect::<Option<Vec<_>>>()?;
    Some(Passed { name: name.value.clone(), of: of.clone(), columns })
}

fn read_through(body: &mut SetExpr, passed: &[Passed]) {
    if passed.is_empty() {
        return;
    }
    ast::each_select_mut(body, &mut |select| {
        let of = |name: &str| passed.iter().find(|passed| passed.name == name);
        let read = sources(select).filter_map(|(name, alias)| Some((alias.value.clone(), of(&name?.value)?)));
        let read: Vec<(String, &Passed)> = read.collect();
        if !read.is_empty() {
            read_select(select, &read);
        }
    });
}

fn read_select(select: &mut Select, read: &[(String, &Passed)]) {
    for from in &mut select.from {
        let joined = from.joins.iter_mut().map(|join| &mut join.relation);
        for factor in std::iter::once(&mut from.relation).chain(joined) {
            read_other(factor, read);
        }
    }
    for item in &mut select.projection {
        let before = item_name(item).map(str::to_owned);
        if let Some(value) = item_value_mut(item) {
            read_within(value, read);
        }
        if let (Some(before), SelectItem::UnnamedExpr(value)) = (before, &*item)
            && item_name(item) != Some(&before)
        {
            *item = ast::named(value.clone(), common::ident(&before));
        }
    }
    ast::each_after_columns_mut(select, &mut |expr| read_within(expr, read));
}

fn read_other(factor: &mut TableFactor, read: &[(String, &Passed)]) {
    let of = named(factor).and_then(|(_, alias)| read.iter().find(|(known, _)| *known == alias.value));
    let of = of.map(|(_, passed)| passed.of.clone());
    if let (Some(of), TableFactor::Table { name, .. }) = (of, factor) {
        *name = ObjectName::from(vec![of]);
    }
}

fn read_within(expr: &mut Expr, read: &[(String, &Passed)]) {
    if let Expr::CompoundIdentifier(parts) = expr {
        if let [alias, name] = parts.as_mut_slice()
            && let Some((_, passed)) = read.iter().find(|(known, _)| *known == alias.value)
            && let Some((_, other)) = passed.columns.iter().find(|(before, _)| *before == name.value)
        {
            *name = other.clone();
        }
        return;
    }
    ast::each_part_mut(expr, &mut |part| read_within(part, read));
}

#[cfg(test)]
mod tests {
    use super::super::tests::tidied;
    use super::*;

    #[test]
    fn readers_read_where_it_comes_from() {
        let statement = "WITH a AS (SELECT t.k, t.x FROM s.t AS t), b AS (SELECT d.k, d.x AS y FROM a AS d), \
                         c AS (SELECT d.y AS z FROM b AS d) SELECT c.z, b.y FROM c AS c JOIN b AS b ON b.y = c.z";
        let told = "WITH a AS (SELECT t.k, t.x FROM s.t AS t), b AS (SELECT d.k, d.x AS y FROM a AS d), \
                    c AS (SELECT d.x AS z FROM a AS d) SELECT c.x AS z, b.x AS y FROM a AS c JOIN a AS b ON b.x = c.x";
        let read = |statement: &str| {
            tidied(statement, |ctes, body| {
                read_at_the_source(ctes, body);
                vec![true; ctes.len()]
            })
        };
        assert_eq!(read(statement), told);
        let filtered =
            "WITH a AS (SELECT t.k FROM s.t AS t), b AS (SELECT a.k FROM a AS a WHERE a.k > 1) SELECT b.k FROM b AS b";
        assert_eq!(read(filtered), filtered);
    }
}
