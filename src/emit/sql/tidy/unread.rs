//! Columns and common table expressions that nothing reads are not written.

use sqlparser::ast::{Distinct, Expr, GroupByExpr, Select, SelectItem, SetExpr, SetOperator, SetQuantifier};

use super::facts::is_one_of;
use super::{Cte, sources};
use crate::emit::sql::ast::{self, Selection, item_name, item_value};
use crate::emit::sql::common::{self, Macro};

/// What aggregates are called.
const AGGREGATES: [&str; 6] = [common::COUNT, "SUM", "MIN", "MAX", "AVG", "PERCENTILE_CONT"];

/// Which columns of a common table expression are read, by place; none where it stands in no `FROM`.
type Reads = Option<Vec<bool>>;

/// Leaves out the columns that nothing reads; says of each common table expression whether it is read at all.
pub fn without_unread(ctes: &mut [Cte], body: &Selection) -> Vec<bool> {
    let mut reads: Vec<Reads> = vec![None; ctes.len()];
    mark(body, ctes, &mut reads);
    for at in (0..ctes.len()).rev() {
        let Some(Some(read)) = reads.get(at).cloned() else { continue };
        if let Some((_, select)) = ctes.get_mut(at) {
            prune(select, &read);
        }
        if let Some((_, select)) = ctes.get(at) {
            mark(select, ctes, &mut reads);
        }
    }
    reads.iter().map(Option::is_some).collect()
}

/// Marks what a statement reads.
fn mark(body: &SetExpr, ctes: &[Cte], reads: &mut [Reads]) {
    let plain = ast::each_select(body, &mut |select| mark_select(select, ctes, reads));
    if !plain {
        reads.iter_mut().zip(ctes).for_each(|(read, (_, select))| read_all(read, select));
    }
}

fn mark_select(select: &Select, ctes: &[Cte], reads: &mut [Reads]) {
    let place = |name: &str| ctes.iter().position(|(known, _)| known.value == name);
    let of = sources(select).filter_map(|(name, alias)| Some((alias.value.as_str(), place(&name?.value)?)));
    let of: Vec<(&str, usize)> = of.collect();
    for (_, at) in &of {
        if let (Some(read), Some((_, select))) = (reads.get_mut(*at), ctes.get(*at)) {
            read.get_or_insert_with(|| vec![false; columns(select).len()]);
        }
    }
    let mut known = true;
    ast::each_of_select(select, &mut |expr| {
        known &= ast::each_part_within(expr, &mut |part| {
            let Some((alias, name)) = ast::column(part) else { return };
            let Some((_, at)) = of.iter().find(|(known, _)| *known == alias.value) else { return };
            let is_it = |item: &SelectItem| item_name(item) == Some(&name.value);
            let column = ctes.get(*at).and_then(|(_, select)| columns(select).iter().position(is_it));
            let read = reads.get_mut(*at).and_then(Option::as_mut);
            if let Some(read) = column.and_then(|column| read?.get_mut(column)) {
                *read = true;
            }
        });
    });
    if !known {
        for (_, at) in of {
            if let (Some(read), Some((_, select))) = (reads.get_mut(at), ctes.get(at)) {
                read_all(read, select);
            }
        }
    }
}

fn read_all(read: &mut Reads, select: &SetExpr) {
    *read = Some(vec![true; columns(select).len()]);
}

/// The columns, which have the names of those of the first `SELECT`.
fn columns(body: &SetExpr) -> &[SelectItem] {
    match body {
        SetExpr::Select(select) => &select.projection,
        SetExpr::SetOperation { left, .. } => columns(left),
        _ => &[],
    }
}

/// Takes columns away where the rows stay the same without them.
fn prune(body: &mut SetExpr, read: &[bool]) {
    if read.contains(&false) && keeps_rows(body) && is_as_wide(body, read.len()) {
        let mut kept = read.to_vec();
        keep_some(body, &mut kept);
        ast::each_select_mut(body, &mut |select| {
            let mut at = 0;
            select.projection.retain(|_| {
                at += 1;
                kept.get(at - 1).copied().unwrap_or(true)
            });
        });
    }
    ast::each_select_mut(body, &mut |select| be_distinct(select));
}

/// Rows that are told apart by their columns, and those that are put together by name, need all of them.
fn keeps_rows(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.distinct.is_none(),
        SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier: SetQuantifier::All, right } => {
            keeps_rows(left) && keeps_rows(right)
        }
        _ => false,
    }
}

fn is_as_wide(body: &SetExpr, columns: usize) -> bool {
    let mut all = true;
    ast::each_select(body, &mut |select| all &= select.projection.len() == columns) && all
}

/// A `SELECT` has a column; what has one row because it aggregates goes on to aggregate.
fn keep_some(body: &SetExpr, kept: &mut [bool]) {
    ast::each_select(body, &mut |select| {
        let is_kept = |kept: &[bool], at: usize| kept.get(at).copied().unwrap_or(true);
        let aggregated: Vec<usize> =
            (0..select.projection.len()).filter(|at| select.projection.get(*at).is_some_and(aggregates)).collect();
        let one_row = ungrouped(select) && !aggregated.is_empty();
        let needs_one = if one_row { !aggregated.iter().any(|at| is_kept(kept, *at)) } else { !kept.contains(&true) };
        let first = if one_row { aggregated.first().copied() } else { Some(0) };
        if let Some(first) = first.filter(|_| needs_one).and_then(|first| kept.get_mut(first)) {
            *first = true;
        }
    });
}

fn ungrouped(select: &Select) -> bool {
    matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty())
}

fn aggregates(item: &SelectItem) -> bool {
    let mut found = false;
    let known = item_value(item).is_some_and(|value| {
        ast::each_part_within(value, &mut |part| {
            if let Expr::Function(function) = part {
                let sums = Macro::of(function).is_some_and(Macro::is_sum);
                found |= function.over.is_none() && (sums || is_one_of(function, &AGGREGATES));
            }
        })
    });
    found || !known
}

/// Groups of which only the keys are told are different rows.
fn be_distinct(select: &mut Select) {
    let GroupByExpr::Expressions(keys, _) = &mut select.group_by else { return };
    let same = keys.len() == select.projection.len() && !keys.is_empty();
    let told = |key: &Expr| select.projection.iter().any(|item| item_value(item) == Some(key));
    if same && select.having.is_none() && select.distinct.is_none() && keys.iter().all(told) {
        keys.clear();
        select.distinct = Some(Distinct::Distinct);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::tidied;
    use super::*;

    fn pruned(statement: &str) -> String {
        tidied(statement, |ctes, body| without_unread(ctes, body))
    }

    #[test]
    fn a_column_that_nothing_reads_is_not_written() {
        let all = "WITH a AS (SELECT t.k, t.x, t.y FROM t AS t), b AS (SELECT a.k, a.x AS z, a.y FROM a AS a) \
                   SELECT b.z FROM b AS b WHERE b.k = 1";
        let read = "WITH a AS (SELECT t.k, t.x FROM t AS t), b AS (SELECT a.k, a.x AS z FROM a AS a) \
                    SELECT b.z FROM b AS b WHERE b.k = 1";
        assert_eq!(pruned(all), read);
        let windows = "WITH a AS (SELECT t.k, t.x, t.y, t.z FROM t AS t) \
                       SELECT MAX(a.x) OVER (PARTITION BY a.k ORDER BY a.y) AS m FROM a AS a";
        assert_eq!(pruned(windows), windows.replace(", t.z", ""));
    }

    #[test]
    fn what_nothing_reads_at_all_is_left_out() {
        let statement = "WITH a AS (SELECT t.k FROM t AS t), b AS (SELECT a.k FROM a AS a), c AS (SELECT t.k FROM t AS t) \
                         SELECT c.k FROM c AS c";
        assert_eq!(pruned(statement), "WITH c AS (SELECT t.k FROM t AS t) SELECT c.k FROM c AS c");
    }

    #[test]
    fn the_rows_stay() {
        let one_row = "WITH a AS (SELECT COUNT(*) AS n, MAX(t.x) AS x FROM t AS t) SELECT 1 AS one FROM a AS a";
        assert_eq!(pruned(one_row), one_row.replace(", MAX(t.x) AS x", ""));
        let union = "WITH a AS (SELECT t.k, t.x FROM t AS t UNION SELECT u.k, u.x FROM u AS u) SELECT a.k FROM a AS a";
        assert_eq!(pruned(union), union);
        let all = union.replace("UNION", "UNION ALL");
        assert_eq!(pruned(&all), all.replace(", t.x", "").replace(", u.x", ""));
        let different = "WITH a AS (SELECT DISTINCT t.k, t.x FROM t AS t) SELECT a.k FROM a AS a";
        assert_eq!(pruned(different), different);
    }

    #[test]
    fn groups_without_values_are_different_keys() {
        let groups = "WITH a AS (SELECT t.k, 1 AS has_t FROM t AS t GROUP BY t.k) SELECT a.k FROM a AS a";
        assert_eq!(pruned(groups), "WITH a AS (SELECT DISTINCT t.k FROM t AS t) SELECT a.k FROM a AS a");
        let of_more = groups.replace("t.k, 1", "t.k, t.x, 1").replace("BY t.k", "BY t.k, t.x");
        assert_eq!(pruned(&of_more), of_more.replace(", t.x, 1 AS has_t", ""));
    }
}
